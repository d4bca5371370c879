"""What well-behaved clients notice of hostile ones: readers and a talker beside each offender, and the server's memory.

The server, whose models are test doubles that take no time, runs here; readers and talkers are a second process, the
offender is a third one of the lowest priority, so that it takes the server's time and not the machine's.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import os
import time
from collections.abc import Awaitable, Callable, Sequence
from multiprocessing.connection import Connection as Pipe

import msgspec
import psutil
from websockets.asyncio.client import connect
from websockets.frames import Opcode

from benchmarks.figures import arguments, show_columns
from feed.changes import Changes
from server import protocol
from server.gateway import Gateway
from tests.server.doubles import DoubleHouse, item
from tests.server.hostile import Offender

READERS = 20
EVENTS_A_SECOND = 50
QUESTIONS_A_SECOND = 20
SETTLING_SECONDS = 1.0


async def _floods(url: str) -> None:
    async with Offender(url) as offender:
        await offender.shake_hands()
        while True:
            offender.text('{"type": "response.cancel"}')
            await offender.writer.drain()


async def _sends_tiny_frames(url: str) -> None:
    async with Offender(url) as offender:
        await offender.shake_hands()
        offender.frame(b"{", fin=False)
        while True:
            offender.frame(b" ", Opcode.CONT, fin=False)
            await offender.writer.drain()


async def _sends_large_messages(url: str) -> None:
    async with Offender(url) as offender:
        await offender.shake_hands()
        offender.frame(bytes(1 << 20), fin=False)
        while True:
            offender.frame(bytes(1 << 20), Opcode.CONT, fin=False)
            await offender.writer.drain()


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
            offender.text('{"type": "feed.page", "limit": 100}')
            await offender.writer.drain()


async def _opens_sessions(url: str) -> None:
    async with contextlib.AsyncExitStack() as opened:
        for _ in range(10_000):
            offender = await opened.enter_async_context(Offender(url))
            with contextlib.suppress(AssertionError):
                await offender.shake_hands()


async def _never_ends_handshakes(url: str) -> None:
    async with contextlib.AsyncExitStack() as opened:
        while True:
            offender = await opened.enter_async_context(Offender(url))
            offender.writer.write(b"GET /v1/realtime HTTP/1.1\r\nHost: lo")
            await asyncio.sleep(0.001)


OFFENDERS: dict[str, Callable[[str], Awaitable[None]]] = {
    "floods": _floods,
    "1-byte frames": _sends_tiny_frames,
    "100 MB messages": _sends_large_messages,
    "no UTF-8": _sends_no_utf_8,
    "stops reading": _stops_reading,
    "10,000 sessions": _opens_sessions,
    "slow handshakes": _never_ends_handshakes,
}


def _offend(name: str, url: str) -> None:
    os.nice(19)

    async def again_and_again() -> None:
        while True:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, AssertionError):
                await OFFENDERS[name](url)

    asyncio.run(again_and_again())


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
        tasks.append(asyncio.create_task(_talk(url, talked)))
        while True:
            await asyncio.to_thread(pipe.recv)
            failed = [task for task in tasks if task.done()]
            pipe.send((read.copy(), talked.copy(), len(failed)))
            read.clear()
            talked.clear()

    asyncio.run(behave())


def _p99(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)] if seconds else float("nan")


async def _phase(gateway: Gateway, pipe: Pipe, seconds: float) -> dict[str, float | int | str]:
    """Let time pass, tell of changes, and return what the well-behaved saw in it."""
    pipe.send("begin")
    await asyncio.to_thread(pipe.recv)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        stamped = msgspec.structs.replace(item("pier"), title=str(time.monotonic_ns()))
        gateway.broadcast.tell_changes(Changes(changed=(stamped,)))
        await asyncio.sleep(1 / EVENTS_A_SECOND)
    pipe.send("enough")
    read, talked, failed = await asyncio.to_thread(pipe.recv)
    return {
        "reader_p99_ms": round(1e3 * _p99(read), 1),
        "talker_p99_ms": round(1e3 * _p99(talked), 1),
        "cut_off": failed,
        "server_MB": round(psutil.Process().memory_info().rss / 1e6),
    }


async def _measure(names: Sequence[str], seconds: float) -> dict[str, dict[str, float | int | str]]:
    spawn = multiprocessing.get_context("spawn")
    gateway = Gateway(DoubleHouse(items=[item("pier"), *(item(f"lamp {number}") for number in range(99))]))
    figures: dict[str, dict[str, float | int | str]] = {}
    async with gateway.open(port=0) as url:
        here, there = multiprocessing.Pipe()
        honest = spawn.Process(target=_behave, args=(url, there), daemon=True)
        honest.start()
        while len(gateway.broadcast) < READERS:
            await asyncio.sleep(0.05)
        await _phase(gateway, here, SETTLING_SECONDS)
        for name in names:
            figures[f"before: {name}"] = await _phase(gateway, here, seconds)
            offender = spawn.Process(target=_offend, args=(name, url), daemon=True)
            offender.start()
            await asyncio.sleep(SETTLING_SECONDS)
            figures[name] = await _phase(gateway, here, seconds)
            offender.kill()
            await asyncio.to_thread(offender.join)
            await asyncio.sleep(SETTLING_SECONDS)
        figures["after all"] = await _phase(gateway, here, seconds)
        honest.kill()
    return figures


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--markdown", action="store_true", help="print a Markdown table")
    parser.add_argument("--seconds", type=float, default=8.0, help="for each phase; default: %(default)s")
    parser.add_argument("--only", choices=OFFENDERS, help="one offender")
    options = parser.parse_args()
    names = [options.only] if options.only else list(OFFENDERS)
    figures = asyncio.run(_measure(names, options.seconds))
    names_of = next(iter(figures.values()))
    show_columns(
        "beside hostile clients",
        {figure: {phase: measured[figure] for phase, measured in figures.items()} for figure in names_of},
        options,
    )


if __name__ == "__main__":
    main()
