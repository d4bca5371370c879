"""What well-behaved clients notice of hostile ones: readers and talkers beside each offender, and the server's memory.

The server, whose models are test doubles that take no time, runs here; readers and talkers are a second process. The
offender is a third one of the lowest priority, which sends no more than a fast line brings (100 Mbit/s, 200 new
connections a second): what it takes is the server's time and not the machine's. Calm and offence take turns several
times; the 99th percentile is that of all turns together. ``noise`` is what chance alone gives: the calm turns of even
number against those of odd number.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import gc
import json
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe

import msgspec
import psutil
from websockets.asyncio.client import connect
from websockets.frames import Opcode

from benchmarks.figures import Figure, arguments, percentile, show_columns
from feed.changes import Changes
from feed.items import Item
from feed.replies import Sentence, Turn
from server import protocol
from server.collector import calm_collector
from server.gateway import Gateway
from server.places import Places
from tests.server.doubles import DoubleHost, DoubleHouse, item
from tests.server.hostile import Offender

READERS = 20
EVENTS_A_SECOND = 50
TALKERS = 4
QUESTIONS_A_SECOND = 10  # of each talker
SETTLING_SECONDS = 1.0
LINE_BYTES_A_SECOND = 12.5e6
CONNECTING_SECONDS = 0.005  # from one new connection to the next
FORGETTING_SECONDS = 65.0  # until no session waits for its client any more


class _Host(DoubleHost):
    """A host that does not remember what it was asked: a benchmark asks for long."""

    def reply(
        self, item: Item, question: str, history: Sequence[Turn], cancelled: Callable[[], bool]
    ) -> Iterator[Sentence]:
        self.asked.clear()
        return super().reply(item, question, history, cancelled)


async def _line(offender: Offender, size: int) -> None:
    """Wait until ``size`` bytes are gone, no faster than over the line."""
    await offender.writer.drain()
    await asyncio.sleep(size / LINE_BYTES_A_SECOND)


async def _floods(url: str) -> None:
    async with Offender(url) as offender:
        await offender.shake_hands()
        while True:
            for _ in range(1_000):
                offender.text('{"type": "response.cancel"}')
            await _line(offender, 33_000)


async def _sends_tiny_frames(url: str) -> None:
    async with Offender(url) as offender:
        await offender.shake_hands()
        offender.frame(b"{", fin=False)
        while True:
            for _ in range(1_000):
                offender.frame(b" ", Opcode.CONT, fin=False)
            await _line(offender, 7_000)


async def _sends_large_messages(url: str) -> None:
    piece = bytes(1 << 20)
    async with Offender(url) as offender:
        await offender.shake_hands()
        offender.frame(piece, fin=False)
        while True:
            await _line(offender, len(piece))
            offender.frame(piece, Opcode.CONT, fin=False)


async def _sends_no_utf_8(url: str) -> None:
    async with Offender(url) as offender:
        await offender.shake_hands()
        offender.frame(b"\xff")
        await offender.goodbye()


async def _stops_reading(url: str) -> None:
    async with Offender(url, receive_bytes=4_096) as offender:
        await offender.shake_hands()
        offender.text('{"type": "feed.subscribe"}')
        while True:
            for _ in range(100):
                offender.text('{"type": "feed.page", "limit": 100}')
            await _line(offender, 4_100)


async def _opens_sessions(url: str) -> None:
    async with contextlib.AsyncExitStack() as opened:
        for _ in range(10_000):
            await asyncio.sleep(CONNECTING_SECONDS)
            with contextlib.suppress(AssertionError, OSError, asyncio.IncompleteReadError):
                offender = await opened.enter_async_context(Offender(url))
                await offender.shake_hands()


async def _never_ends_handshakes(url: str) -> None:
    async with contextlib.AsyncExitStack() as opened:
        while True:
            offender = await opened.enter_async_context(Offender(url))
            offender.writer.write(b"GET /v1/realtime HTTP/1.1\r\nHost: lo")
            await asyncio.sleep(CONNECTING_SECONDS)


OFFENDERS: dict[str, Callable[[str], Awaitable[None]]] = {
    "floods": _floods,
    "1-byte frames": _sends_tiny_frames,
    "100 MB messages": _sends_large_messages,
    "no UTF-8": _sends_no_utf_8,
    "stops reading": _stops_reading,
    "10,000 sessions": _opens_sessions,
    "slow handshakes": _never_ends_handshakes,
}


def _offend(name: str, url: str, pipe: Pipe) -> None:
    """Offend from each message in the pipe to the next one."""
    os.nice(19)

    async def again_and_again() -> None:
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, AssertionError):
                await OFFENDERS[name](url)
            await asyncio.sleep(CONNECTING_SECONDS)

    async def turns() -> None:
        while True:
            await asyncio.to_thread(pipe.recv)
            offending = asyncio.create_task(again_and_again())
            await asyncio.to_thread(pipe.recv)
            offending.cancel()
            await asyncio.gather(offending, return_exceptions=True)

    asyncio.run(turns())


async def _read(url: str, seconds: list[float]) -> None:
    async with connect(url, compression=None) as socket:
        await socket.send('{"type": "feed.subscribe"}')
        async for frame in socket:
            event = json.loads(frame)
            if event["type"] == "feed.item":
                seconds.append((time.monotonic_ns() - int(event["item"]["title"])) / 1e9)


async def _talk(url: str, seconds: list[float]) -> None:
    part = protocol.ContentPart(type="input_text", text="When did it open?")
    question = protocol.encode(protocol.ConversationItemCreate(item=protocol.ConversationItem(content=[part])))
    async with connect(f"{url}?item=pier", compression=None) as socket:
        while True:
            asked = time.perf_counter()
            await socket.send(question)
            await socket.send('{"type": "response.create", "response": {"output_modalities": ["text"]}}')
            while json.loads(await socket.recv())["type"] != "response.done":
                pass
            seconds.append(time.perf_counter() - asked)
            await asyncio.sleep(1 / QUESTIONS_A_SECOND)


def _behave(url: str, pipe: Pipe) -> None:
    async def behave() -> None:
        read: list[float] = []
        talked: list[float] = []
        tasks = [asyncio.create_task(_read(url, read)) for _ in range(READERS)]
        tasks += [asyncio.create_task(_talk(url, talked)) for _ in range(TALKERS)]
        while True:
            await asyncio.to_thread(pipe.recv)
            failed = [task for task in tasks if task.done()]
            pipe.send((read.copy(), talked.copy(), len(failed)))
            read.clear()
            talked.clear()

    asyncio.run(behave())


@dataclass(slots=True)
class _Turns:
    """What the well-behaved saw in turns of one kind.

    Attributes:
        read: the seconds until each reader had each event, a list for each turn.
        talked: the seconds until each answer was complete, likewise.
        cut_off: how many of them lost their connection.
    """

    read: list[list[float]] = field(default_factory=list)
    talked: list[list[float]] = field(default_factory=list)
    cut_off: int = 0


def _p99_ms(turns: Sequence[Sequence[float]]) -> float:
    return round(1e3 * percentile([seconds for turn in turns for seconds in turn], 99), 1)


def _noise_percent(turns: Sequence[Sequence[float]]) -> int:
    even, odd = _p99_ms(turns[::2]), _p99_ms(turns[1::2])
    return round(100 * (max(even, odd) / min(even, odd) - 1))


def _compared(name: str, calm: Sequence[Sequence[float]], offence: Sequence[Sequence[float]]) -> dict[str, Figure]:
    before, beside = _p99_ms(calm), _p99_ms(offence)
    return {
        f"{name}_p99_ms_calm": before,
        f"{name}_p99_ms": beside,
        f"{name}_p99_percent_more": round(100 * (beside / before - 1)),
        f"{name}_noise_percent": _noise_percent(calm),
        f"{name}_samples": sum(map(len, offence)),
    }


def _memory_mb() -> int:
    return round(int(psutil.Process().memory_info().rss) / 1e6)


def _memory_in_use_mb() -> int:
    """Return the memory once the allocator has given back what it only keeps (glibc; elsewhere the same)."""
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    return _memory_mb()


async def _turn(gateway: Gateway, pipe: Pipe, seconds: float, turns: _Turns) -> None:
    """Let time pass, tell of changes, and note what the well-behaved saw in it."""
    pipe.send("begin")
    await asyncio.to_thread(pipe.recv)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        stamped = msgspec.structs.replace(item("pier"), title=str(time.monotonic_ns()))
        gateway.broadcast.tell_changes(Changes(changed=(stamped,)))
        await asyncio.sleep(1 / EVENTS_A_SECOND)
    pipe.send("enough")
    read, talked, failed = await asyncio.to_thread(pipe.recv)
    turns.read.append(read)
    turns.talked.append(talked)
    turns.cut_off = failed


async def _beside(
    name: str, gateway: Gateway, url: str, honest: Pipe, options: argparse.Namespace
) -> dict[str, Figure]:
    """Return what the well-behaved notice of one offender."""
    here, there = multiprocessing.Pipe()
    offender = multiprocessing.get_context("spawn").Process(target=_offend, args=(name, url, there), daemon=True)
    offender.start()
    calm, offence = _Turns(), _Turns()
    highest = 0
    for _ in range(options.turns):
        await asyncio.sleep(SETTLING_SECONDS)
        await _turn(gateway, honest, options.seconds, calm)
        here.send("begin")
        await asyncio.sleep(SETTLING_SECONDS)
        await _turn(gateway, honest, options.seconds, offence)
        highest = max(highest, _memory_mb())
        here.send("enough")
    offender.kill()
    await asyncio.to_thread(offender.join)
    return {
        **_compared("reader", calm.read, offence.read),
        **_compared("talker", calm.talked, offence.talked),
        "cut_off": offence.cut_off,
        "server_MB_beside": highest,
        "server_MB_then": _memory_mb(),
    }


async def _measure(names: Sequence[str], options: argparse.Namespace) -> dict[str, dict[str, Figure]]:
    house = DoubleHouse(host=_Host(), items=[item("pier"), *(item(f"lamp {number}") for number in range(99))])
    gateway = Gateway(house, places=Places(TALKERS))
    figures: dict[str, dict[str, Figure]] = {}
    async with gateway.open(port=0) as url:
        here, there = multiprocessing.Pipe()
        honest = multiprocessing.get_context("spawn").Process(target=_behave, args=(url, there), daemon=True)
        honest.start()
        while len(gateway.broadcast) < READERS:
            await asyncio.sleep(0.05)
        await _turn(gateway, here, SETTLING_SECONDS, _Turns())
        calm_collector()
        before = _memory_in_use_mb()
        for name in names:
            figures[name] = {"server_MB_before": _memory_mb(), **await _beside(name, gateway, url, here, options)}
        await asyncio.sleep(FORGETTING_SECONDS)
        for measured in figures.values():
            measured["server_MB_at_first"] = before
            measured["server_MB_a_minute_after_all"] = _memory_in_use_mb()
        honest.kill()
    return figures


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each turn; default: %(default)s")
    parser.add_argument("--turns", type=int, default=4, help="of calm and offence each; default: %(default)s")
    parser.add_argument("--only", choices=OFFENDERS, help="one offender")
    options = parser.parse_args()
    names = [options.only] if options.only else list(OFFENDERS)
    show_columns("beside hostile clients", asyncio.run(_measure(names, options)), options)


if __name__ == "__main__":
    main()
