"""What a killed server loses: SIGKILL at random moments, from the start of the process on, while readers visit it.

After every kill the store's file is checked by SQLite, everything that a ``memory.kept`` ever acknowledged must be in
it, and the next server starts on it as it was left. A kill is not a power cut: that the store waits for the disk
(``PRAGMA synchronous = FULL``) is beyond what this can show.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import multiprocessing
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from benchmarks.figures import arguments, show
from feed.sources import load
from server import protocol
from server.assets import AssetStore
from server.gateway import Gateway
from server.mind import Mind
from server.services import Services
from server.settings import Settings
from viewer.commands.common import SAMPLE_FEED

KILLS = 200
LANES = 3  # servers that live at once, each on a store of its own: a server that only waits to be killed needs no core
READERS = 3
LATEST_SECONDS = 0.3  # after the server is up
LONG_EVERY = 10  # of so many servers one lives longer, long enough to answer from the item
LONG_SECONDS = 2.5
EARLY_EVERY = 5  # of so many servers one is killed so long after its process began, whether it is up or not
START_SECONDS = 20.0

Kept = dict[int, tuple[str, str]]  # number of an episode -> kind, item


class RefusedError(Exception):
    """The server refused what a reader asked."""


@dataclass(slots=True)
class Losses:
    """What was found.

    Attributes:
        kills: servers killed.
        unborn: those among them that took no client yet.
        kept: what was acknowledged.
        lost: what was acknowledged and is not in the file, each told after the kill that lost it.
        unsound: what SQLite's check found.
    """

    kills: int = 0
    unborn: int = 0
    kept: Kept = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)


def kill_in_lanes(home: Path, kills: int, seed: int = 1) -> list[Losses]:
    """Kill ``kills`` servers in all, in lanes with a store each in ``home``; return what each found."""
    shares = [kills // LANES + (lane < kills % LANES) for lane in range(LANES)]
    processes = _prepared()
    with ThreadPoolExecutor(LANES) as lanes:
        running = [
            lanes.submit(kill_often, home / f"lane {lane}", share, LANES * seed + lane, processes)
            for lane, share in enumerate(shares)
        ]
        return [each.result() for each in running]


def kill_often(home: Path, kills: int, seed: int = 1, processes: ForkServerContext | None = None) -> Losses:
    """Kill ``kills`` servers on the store in ``home``, one after the other, and look at it after each."""
    processes = processes or _prepared()
    dice = random.Random(seed)
    losses = Losses()
    settings = Settings(home=home, use_model=False)
    for number in range(1, kills + 1):
        moment = dice.uniform(0.0, LONG_SECONDS if number % LONG_EVERY == 0 else LATEST_SECONDS)
        early = number % EARLY_EVERY == 1
        ours, theirs = processes.Pipe()
        process = processes.Process(target=_serve, args=(settings, theirs), daemon=True)
        process.start()
        theirs.close()
        with closing(ours):
            asyncio.run(_visit_until_killed(process, ours, moment, losses, early=early))
        process.join()
        losses.kills += 1
        examine(settings.store_path, number, losses)
    return losses


def _prepared() -> ForkServerContext:
    """Return where clean processes come from, without the seconds of the imports."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["server.gateway", "server.services", "server.mind", "feed.sources"])
    processes.Process(target=time.sleep, args=(0,)).start()
    return processes


def _serve(settings: Settings, url: Connection) -> None:
    async def serve(services: Services) -> None:
        async with Gateway(services).open(port=0) as address:
            url.send(address)
            await asyncio.get_running_loop().create_future()

    with Mind(settings, load(str(SAMPLE_FEED))) as mind:
        mind.shelf()
        asyncio.run(serve(Services(mind)))


async def _visit_until_killed(
    process: multiprocessing.process.BaseProcess, url: Connection, moment: float, losses: Losses, *, early: bool
) -> None:
    """Kill the server ``moment`` seconds after it is up (``early``: after its process began); visit it until then."""
    killing = asyncio.create_task(_kill(process, moment)) if early else None
    try:
        if not await asyncio.to_thread(url.poll, START_SECONDS):
            raise TimeoutError(f"the server did not come up within {START_SECONDS:.0f} s")
        address = url.recv()
    except EOFError:
        losses.unborn += 1
    else:
        killing = killing or asyncio.create_task(_kill(process, moment))
        await asyncio.gather(*(_read(address, reader, losses.kept) for reader in range(READERS)))
    assert killing is not None, "the server ended by itself"
    await killing


async def _kill(process: multiprocessing.process.BaseProcess, after: float) -> None:
    await asyncio.sleep(after)
    process.kill()


async def _read(url: str, reader: int, kept: Kept) -> None:
    """Visit one item after the other, in text, until the connection breaks; note what is acknowledged."""
    try:
        async with connect(url, subprotocols=[Subprotocol(protocol.SUBPROTOCOL)]) as socket:
            settings = protocol.SessionUpdate(session={"output_modalities": ["text"]})
            await socket.send(protocol.encode(settings))
            await socket.send(protocol.encode(protocol.FeedPageRequest()))
            page = await _until(socket, protocol.FeedPage, kept)
            assert isinstance(page, protocol.FeedPage)
            for number in itertools.count(reader):
                await _visit(socket, page.items[number % len(page.items)].id, number, kept)
    except (ConnectionClosed, InvalidHandshake, OSError, EOFError):
        return


async def _visit(socket: ClientConnection, item_id: str, number: int, kept: Kept) -> None:
    """Step up to an item and leave; at every second be greeted, at every fourth ask as well."""
    await socket.send(protocol.encode(protocol.FeedOpen(item_id=item_id)))
    await _until(socket, protocol.MemoryKept if number % 2 else protocol.ResponseDone, kept)
    if number % 4 == 0:
        part = protocol.ContentPart(type="input_text", text="Who are you, and when was that?")
        message = protocol.ConversationItem(content=[part])
        await socket.send(protocol.encode(protocol.ConversationItemCreate(item=message)))
        await socket.send(protocol.encode(protocol.ResponseCreate()))
        await _until(socket, protocol.ResponseDone, kept)
    await socket.send(protocol.encode(protocol.FeedClose()))


async def _until(socket: ClientConnection, kind: type[protocol.Event], kept: Kept) -> protocol.Event:
    while True:
        frame = await socket.recv()
        if isinstance(frame, bytes):
            continue
        event = protocol.decode_server(frame)
        if isinstance(event, protocol.MemoryKept):
            kept[event.episode] = (event.kind, event.item_id)
        if isinstance(event, protocol.ErrorEvent):
            raise RefusedError(event.error.message)
        if isinstance(event, kind):
            return event


def examine(store: Path, kill: int, losses: Losses) -> None:
    """Look at a copy: to open the file itself would tidy up what the kill left behind."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / store.name
        for path in _files(store):
            shutil.copy(path, copy.with_name(path.name))
        if not copy.exists():
            found: Kept = {}
        else:
            with closing(sqlite3.connect(copy)) as connection:
                verdict = [row[0] for row in connection.execute("PRAGMA integrity_check")]
                if verdict != ["ok"]:
                    losses.unsound.append(f"kill {kill}: {'; '.join(verdict[:3])}")
                tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'episodes'").fetchone()[0]
                rows = connection.execute("SELECT id, kind, item FROM episodes").fetchall() if tables else []
            found = {number: (kind, item) for number, kind, item in rows}
    for number, what in losses.kept.items():
        if found.get(number) != what:
            losses.lost.append(f"kill {kill}: episode {number} {what} is {found.get(number)}")


def _files(store: Path) -> Iterator[Path]:
    """Yield the store's file and the log that belongs to it; its index is rebuilt from that."""
    yield from (path for path in (store, store.with_name(f"{store.name}-wal")) if path.exists())


def main() -> int:
    """Kill, count and print; return 1 if anything was lost."""
    parser: argparse.ArgumentParser = arguments(__doc__ or "")
    parser.add_argument("--kills", type=int, default=KILLS, help=f"servers to kill (default: {KILLS})")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: 1)")
    options = parser.parse_args()
    AssetStore().fetch(("embeddings",))
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        lanes = kill_in_lanes(Path(home), options.kills, options.seed)
        seconds = time.perf_counter() - began
    lost = [line for losses in lanes for line in losses.lost]
    unsound = [line for losses in lanes for line in losses.unsound]
    show(
        "servers killed at random moments",
        {
            "kills": sum(losses.kills for losses in lanes),
            "killed_before_ready": sum(losses.unborn for losses in lanes),
            "acknowledged": sum(len(losses.kept) for losses in lanes),
            "acknowledged_and_lost": len(lost),
            "unsound_files": len(unsound),
            "seconds": seconds,
        },
        as_json=options.json,
    )
    for line in lost + unsound:
        print(line, file=sys.stderr)
    return bool(lost or unsound)


if __name__ == "__main__":
    sys.exit(main())
