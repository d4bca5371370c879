"""A client that keeps to no rule: bytes on a socket."""

from __future__ import annotations

import asyncio
import base64
import os
import socket
from urllib.parse import urlsplit

from websockets.frames import Frame, Opcode

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


class Offender:
    """A connection to ``url``, an async context manager; what it sends is what the test says.

    Attributes:
        reader, writer: the streams of the socket.
    """

    def __init__(self, url: str, *, receive_bytes: int | None = None) -> None:
        self._address = urlsplit(url)
        self._receive_bytes = receive_bytes
        self.reader: asyncio.StreamReader
        self.writer: asyncio.StreamWriter

    async def __aenter__(self) -> Offender:
        opened = socket.socket()
        if self._receive_bytes is not None:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_bytes)
        opened.setblocking(False)
        assert self._address.hostname is not None
        await asyncio.get_running_loop().sock_connect(opened, (self._address.hostname, self._address.port))
        self.reader, self.writer = await asyncio.open_connection(sock=opened, limit=1 << 16)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    async def shake_hands(self) -> None:
        """Become a WebSocket."""
        key = base64.b64encode(os.urandom(16)).decode()
        self.writer.write(HANDSHAKE.format(path=self._address.path, key=key).encode())
        assert b" 101 " in await self.reader.readuntil(b"\r\n\r\n")

    def frame(self, payload: bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True) -> None:
        """Send one frame."""
        self.writer.write(Frame(opcode, payload, fin).serialize(mask=True))

    def text(self, text: str) -> None:
        """Send an event."""
        self.frame(text.encode())

    async def goodbye(self) -> tuple[int | None, list[bytes]]:
        """Return the code with which the server closes, None for none, and the texts before it."""
        texts: list[bytes] = []
        try:
            while True:
                head = await self.reader.readexactly(2)
                length = head[1]
                if length == 126:
                    length = int.from_bytes(await self.reader.readexactly(2), "big")
                elif length == 127:
                    length = int.from_bytes(await self.reader.readexactly(8), "big")
                payload = await self.reader.readexactly(length)
                if head[0] & 15 == Opcode.CLOSE:
                    return int.from_bytes(payload[:2], "big"), texts
                if head[0] & 15 == Opcode.TEXT:
                    texts.append(payload)
        except (asyncio.IncompleteReadError, ConnectionError):
            return None, texts
