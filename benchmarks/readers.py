"""How many can follow the feed: readers that are told of ten changes a second, each from the change to its arrival.

The server runs here, with the store and the session code of every day and no models; the readers are connections of a
second process, which notes when each event arrives on the clock that both processes share. Each has one core of two.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import multiprocessing
import os
import tempfile
import time
from multiprocessing.connection import Connection as Pipe
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import psutil
from websockets.frames import Frame, Opcode

from benchmarks.figures import arguments, show
from feed.changes import Changes
from feed.items import FeedDocument, Item
from feed.sources import load
from server import protocol
from server.door import allow_connections
from server.gateway import Gateway
from server.limits import Limits
from server.mind import Mind
from server.services import Services
from server.settings import Settings
from viewer.commands.common import SAMPLE_FEED

EVENTS_A_SECOND = 10
CONNECTING_AT_ONCE = 50
SETTLING_SECONDS = 3.0


class _Reader(asyncio.Protocol):
    """A client that does nothing but note when events arrive, so that a thousand of them fit on a core.

    Frames of the server come whole or in pieces, without masks; ``title`` of an item is when its event was told.
    """

    def __init__(self, host: str, ready: list[int], seconds: list[float]) -> None:
        self._host = host
        self._ready = ready
        self._seconds = seconds
        self._buffer = b""
        self._open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(
            f"GET /v1/realtime HTTP/1.1\r\nHost: {self._host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {protocol.SUBPROTOCOL}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        arrived = time.monotonic_ns()
        self._buffer += data
        if not self._open:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._open, self._buffer = True, rest
            self._transport.write(Frame(Opcode.TEXT, b'{"type": "feed.subscribe"}').serialize(mask=True))
        while (payload := self._frame()) is not None:
            if payload.startswith(b'{"type":"feed.item"'):
                title = payload.partition(b'"title":"')[2].partition(b'"')[0]
                self._seconds.append((arrived - int(title)) / 1e9)
            elif payload.startswith(b'{"type":"feed.subscribed"'):
                self._ready.append(1)

    def _frame(self) -> bytes | None:
        if len(self._buffer) < 4:
            return None
        length, start = self._buffer[1], 2
        if length == 126:
            length, start = int.from_bytes(self._buffer[2:4], "big"), 4
        if len(self._buffer) < start + length:
            return None
        payload, self._buffer = self._buffer[start : start + length], self._buffer[start + length :]
        return payload


async def _read(url: str, readers: int, pipe: Pipe) -> None:
    address = urlsplit(url)
    assert address.hostname is not None
    assert address.port is not None
    host, port = address.hostname, address.port
    ready: list[int] = []
    seconds: list[float] = []
    loop = asyncio.get_running_loop()
    for number in range(readers):
        await loop.create_connection(lambda: _Reader(address.netloc, ready, seconds), host, port)
        while number - len(ready) > CONNECTING_AT_ONCE:
            await asyncio.sleep(0.01)
    while len(ready) < readers:
        await asyncio.sleep(0.05)
    seconds.clear()
    pipe.send("ready")
    await asyncio.to_thread(pipe.recv)
    pipe.send((seconds, time.process_time()))


def _process(url: str, readers: int, pipe: Pipe) -> None:
    asyncio.run(_read(url, readers, pipe))


def _stamped(item: Item) -> Item:
    return msgspec.structs.replace(item, title=str(time.monotonic_ns()))


async def _connected(url: str, readers: int) -> tuple[multiprocessing.process.BaseProcess, Pipe]:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_process, args=(url, readers, there), daemon=True)
    process.start()
    await asyncio.to_thread(here.recv)
    return process, here


async def _measure(house: Services, document: FeedDocument, readers: int, duration: float) -> dict[str, float | int]:
    gateway = Gateway(house, limits=Limits(connections=readers + 100))
    async with gateway.open(port=0) as url:
        first, first_pipe = await _connected(url, 20)  # what is loaded and made once is not counted
        gc.collect()
        before = psutil.Process().memory_info().rss
        process, pipe = await _connected(url, readers)
        await asyncio.sleep(SETTLING_SECONDS)
        gc.collect()
        quiet = psutil.Process().memory_info().rss
        spent = time.process_time()
        began = time.monotonic()
        told = 0
        while told < duration * EVENTS_A_SECOND:
            gateway.broadcast.tell_changes(Changes(changed=(_stamped(document.items[told % len(document.items)]),)))
            told += 1
            await asyncio.sleep(max(0.0, began + told / EVENTS_A_SECOND - time.monotonic()))
        busy = time.process_time() - spent
        await asyncio.sleep(1.0)
        loaded = psutil.Process().memory_info().rss
        pipe.send("enough")
        arrivals, spent_there = await asyncio.to_thread(pipe.recv)
        seconds: list[float] = sorted(arrivals)
        for each, its_pipe in ((process, pipe), (first, first_pipe)):
            each.terminate()
            its_pipe.close()
    return {
        "readers": readers,
        "events_expected": told * readers,
        "events_arrived": len(seconds),
        "milliseconds_p50": 1e3 * seconds[len(seconds) // 2],
        "milliseconds_p99": 1e3 * seconds[int(len(seconds) * 0.99)],
        "milliseconds_slowest": 1e3 * seconds[-1],
        "server_percent_of_a_core": 100 * busy / duration,
        "client_seconds_of_a_core": spent_there,
        "kilobytes_a_connection": (quiet - before) / readers / 1_000,
        "kilobytes_a_connection_under_load": (loaded - before) / readers / 1_000,
    }


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--readers", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args()
    allow_connections(options.readers)
    document = load(str(SAMPLE_FEED))
    with tempfile.TemporaryDirectory() as home, Mind(Settings(Path(home), use_model=False), document) as mind:
        figures = asyncio.run(_measure(Services(mind), document, options.readers, options.seconds))
    show("readers that follow the feed", figures, as_json=options.json)


if __name__ == "__main__":
    main()
