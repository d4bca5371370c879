"""The door: a WebSocket server that gives every client a session. The shell round ``session``."""

from __future__ import annotations

import asyncio
import contextlib
import http
import ipaddress
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from urllib.parse import urlsplit

from websockets.asyncio.server import Server, ServerConnection
from websockets.asyncio.server import serve as listen
from websockets.http11 import Request, Response
from websockets.typing import Origin, Subprotocol

from server import protocol
from server.abilities import Abilities
from server.errors import ListenError
from server.sessions import Sessions
from server.settings import DEFAULT_HOST, DEFAULT_PORT, MAX_SESSIONS

log = logging.getLogger(__name__)

PATH = "/v1/realtime"
PATHS = (PATH, "/")
REALTIME_SUBPROTOCOL = "realtime"  # what browsers offer to the Realtime API
INBOUND_FRAMES = 32  # read ahead of the session, after which the client is held back
PING_SECONDS = 20.0


class Gateway:
    """Accepts clients until it is closed.

    Args:
        abilities: the house.
        allowed_origins: web pages that may connect; a page of any other origin is refused, because a page from
            anywhere can reach a loopback port.
        max_sessions: clients at once; more are turned away with HTTP 503.
    """

    def __init__(
        self, abilities: Abilities, *, allowed_origins: Sequence[str] = (), max_sessions: int = MAX_SESSIONS
    ) -> None:
        self._origins: list[Origin | None] = [None, *(Origin(origin) for origin in allowed_origins)]
        self._max_sessions = max_sessions
        self._clients = 0
        self._sessions = Sessions(abilities)

    @contextlib.asynccontextmanager
    async def open(self, host: str = DEFAULT_HOST, port: int = DEFAULT_PORT) -> AsyncIterator[str]:
        """Listen, and give the URL; port 0 takes a free one.

        Raises:
            ListenError: the address cannot be had.
        """
        if not is_loopback(host):
            log.warning("listening on %s: anyone who can reach this machine can talk to the feed", host)
        try:
            server = await listen(
                self._serve,
                host,
                port,
                origins=self._origins,
                select_subprotocol=_select_subprotocol,
                process_request=self._admit,
                max_size=protocol.HARD_FRAME_BYTES,
                max_queue=INBOUND_FRAMES,
                ping_interval=PING_SECONDS,
                ping_timeout=PING_SECONDS,
                compression=None,
                server_header=None,
            )
        except OSError as error:
            raise ListenError(f"cannot listen on {host} port {port}: {error.strerror or error}") from error
        async with server:
            try:
                yield _url(server)
            finally:
                await self._sessions.close()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        if urlsplit(request.path).path not in PATHS:
            return connection.respond(http.HTTPStatus.NOT_FOUND, f"the WebSocket is at {PATH}\n")
        if self._clients >= self._max_sessions:
            return connection.respond(
                http.HTTPStatus.SERVICE_UNAVAILABLE, f"{self._max_sessions} clients are connected, and no more fit\n"
            )
        return None

    async def _serve(self, connection: ServerConnection) -> None:
        self._clients += 1
        try:
            await self._sessions.serve(connection)
        finally:
            self._clients -= 1


async def serve(
    abilities: Abilities,
    *,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    allowed_origins: Sequence[str] = (),
    max_sessions: int = MAX_SESSIONS,
    ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Serve until cancelled; ``ready`` is called with the URL as soon as clients are let in.

    Raises:
        ListenError: the address cannot be had.
    """
    gateway = Gateway(abilities, allowed_origins=allowed_origins, max_sessions=max_sessions)
    async with gateway.open(host, port) as url:
        ready(url)
        await asyncio.get_running_loop().create_future()


def warm_in_background(warm: Callable[[], None]) -> None:
    """Run ``warm`` beside everything else. It has to end when the house closes: the process waits for it, because
    a native library that is still loading does not survive the end of the interpreter.
    """
    threading.Thread(target=warm, name="warm").start()


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _select_subprotocol(_connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    wanted = (protocol.SUBPROTOCOL, REALTIME_SUBPROTOCOL)
    return next((Subprotocol(name) for name in wanted if name in offered), None)


def _url(server: Server) -> str:
    host, port = next(iter(server.sockets)).getsockname()[:2]
    return f"ws://[{host}]:{port}{PATH}" if ":" in host else f"ws://{host}:{port}{PATH}"
