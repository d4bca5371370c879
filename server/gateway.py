"""The door: a WebSocket server that lets clients in and gives each a session, within its limits."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import http
import logging
import socket
import ssl
import threading
from collections import Counter as Tally
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import msgspec
from websockets.asyncio.server import Server, ServerConnection
from websockets.asyncio.server import serve as listen
from websockets.http11 import Request, Response
from websockets.typing import Origin, Subprotocol

from server import protocol
from server.abilities import Abilities
from server.access import Access, Visitor
from server.broadcast import Broadcast
from server.budget import Budget
from server.connections import Arrivals, BoundedConnection
from server.errors import AccessDeniedError, ListenError, TokenFileError
from server.limits import Bucket, Limits, Meter
from server.line import Connection
from server.metrics import CONTENT_TYPE, Metrics
from server.places import Place, Places, Told
from server.sessions import Budgets, Sessions
from server.settings import DEFAULT_HOST, DEFAULT_PORT
from server.watching import Watching

log = logging.getLogger(__name__)
socket_log = logging.getLogger(f"{__name__}.socket")
socket_log.setLevel(logging.WARNING)  # whatever else is set: at DEBUG it would show headers, and tokens in them

PATH = "/v1/realtime"
PATHS = (PATH, "/")
HEALTH_PATH, METRICS_PATH = "/healthz", "/metrics"
REALTIME_SUBPROTOCOL = "realtime"  # what browsers offer to the Realtime API
MOST_PARAMETERS = 20
COUNTING_SECONDS = 1.0
ACCEPTED_AT_ONCE = 4  # new connections, before those that there are have their turn
BACKLOG = 512  # new connections that wait in the kernel
REVOKING_SECONDS = 2.0  # until the holder of a token that was revoked has to leave


class Gateway:
    """Accepts clients until it is closed.

    Args:
        abilities: the house.
        access: who is let in; by default only this machine.
        allowed_origins: web pages that may connect; a page of any other origin is refused, because a page from
            anywhere can reach a loopback port.
        limits: what one client may do.
        tls: with it clients connect by wss.
        metrics: what is counted; ``/metrics`` shows it.
        places: of the conversations; by default as many as the machine serves at full speed.

    Attributes:
        broadcast: tells everybody what becomes of the feed.
    """

    def __init__(
        self,
        abilities: Abilities,
        *,
        access: Access | None = None,
        allowed_origins: Sequence[str] = (),
        limits: Limits | None = None,
        tls: ssl.SSLContext | None = None,
        metrics: Metrics | None = None,
        places: Places | None = None,
    ) -> None:
        self._metrics = metrics or Metrics()
        self._unwatch = abilities.stages.watch(self._metrics.observe)
        self.broadcast = Broadcast(self._metrics)
        self._places = places or Places()
        self._access = access or Access()
        self._origins: list[Origin | None] = [None, *(Origin(origin) for origin in allowed_origins)]
        self._limits = limits or Limits()
        self._budgets = Budgets(Budget(self._limits.waiting_bytes), Budget(self._limits.kept_bytes))
        self._sessions = Sessions(
            abilities, follow=self._follow, find_place=self._find_place, busy=self._talked, budgets=self._budgets
        )
        self._tls = tls
        self._visitors: dict[BoundedConnection, Visitor] = {}
        self._of_token: Tally[str] = Tally()  # connections by id of the token
        self._buckets: dict[str, Bucket] = {}  # messages of all connections of a token, by its id
        self._arrivals: Arrivals[BoundedConnection] = Arrivals(self._limits)
        self._metrics.watch(
            "sessions", "Sessions, those that wait for their client among them", lambda: len(self._sessions)
        )
        self._metrics.watch("conversations", "Conversations that have a place", lambda: self._places.talking)
        self._metrics.watch("conversations_waiting", "Those that wait for a place", lambda: self._places.waiting)
        self._metrics.watch("conversations_possible", "Places for conversations", lambda: self._places.room)
        self._metrics.watch("bytes_waiting", "Bytes that wait for clients", lambda: self._budgets.waiting.total)
        self._metrics.watch("bytes_kept", "Bytes kept for who comes back", lambda: self._budgets.kept.total)
        self._metrics.watch("handshakes", "Handshakes in progress", lambda: len(self._arrivals))

    @contextlib.asynccontextmanager
    async def open(self, host: str = DEFAULT_HOST, port: int = DEFAULT_PORT) -> AsyncIterator[str]:
        """Listen, and give the URL; port 0 takes a free one.

        Raises:
            NoTokensError: others could reach it, and there is no token that lets them in.
            ListenError: the address cannot be had.
        """
        self._access.check_listening(host)
        limits = self._limits
        bounded = functools.partial(
            BoundedConnection,
            limits=limits,
            arrivals=self._arrivals,
            waiting=self._budgets.waiting,
            refused=self._metrics.count_refused,
        )
        try:
            server = await listen(
                self._serve,
                host,
                port,
                backlog=ACCEPTED_AT_ONCE,
                ssl=self._tls,
                create_connection=cast("type[ServerConnection]", bounded),
                origins=self._origins,
                select_subprotocol=_select_subprotocol,
                process_request=self._admit,
                process_response=self._note,
                open_timeout=limits.handshake_seconds,
                close_timeout=limits.goodbye_seconds,
                max_size=protocol.HARD_FRAME_BYTES,
                max_queue=limits.inbound_messages,  # of which there may be one more, and one that is being taken
                ping_interval=limits.ping_seconds,
                ping_timeout=limits.ping_seconds,
                compression=None,
                logger=socket_log,
                server_header=None,
            )
        except OSError as error:
            raise ListenError(f"cannot listen on {host} port {port}: {error.strerror or error}") from error
        for listening in server.sockets:
            _lengthen_backlog(listening.fileno())
        async with server:
            beside = [asyncio.create_task(work) for work in (self._revoke(), self._tell_counts())]
            try:
                yield _url(server, "ws" if self._tls is None else "wss")
            finally:
                for task in beside:
                    task.cancel()
                self._unwatch()
                await self.broadcast.close()
                await self._sessions.close()

    # -- before the handshake ----------------------------------------------------------------------------------------

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        try:
            target = urlsplit(request.path)
            query = _query(target.query)
        except ValueError:
            return connection.respond(http.HTTPStatus.BAD_REQUEST, "this is no address\n")
        assert isinstance(connection, BoundedConnection)
        try:
            visitor = self._access.visitor(connection.address, request.headers, query)
        except AccessDeniedError as error:
            response = connection.respond(http.HTTPStatus.UNAUTHORIZED, f"{error}\n")
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        except TokenFileError as error:
            log.error("nobody with a token is let in: %s", error)  # noqa: TRY400 - the message says it all
            return connection.respond(http.HTTPStatus.SERVICE_UNAVAILABLE, "the server cannot check tokens now\n")
        if target.path == HEALTH_PATH:
            return _document(connection, msgspec.json.encode(self._health()), "application/json")
        if target.path == METRICS_PATH:
            return _document(connection, self._metrics.text(), CONTENT_TYPE)
        if target.path not in PATHS:
            return connection.respond(http.HTTPStatus.NOT_FOUND, f"the WebSocket is at {PATH}\n")
        return self._room(connection, visitor)

    def _room(self, connection: BoundedConnection, visitor: Visitor) -> Response | None:
        most = self._limits.connections
        if len(self._visitors) >= most:
            return connection.respond(
                http.HTTPStatus.SERVICE_UNAVAILABLE, f"{most} clients are connected, and no more fit\n"
            )
        token = visitor.token
        if token is not None and self._of_token[token.id] >= token.allowance.connections:
            return connection.respond(
                http.HTTPStatus.TOO_MANY_REQUESTS,
                f"this token has {token.allowance.connections} connections, and may have no more\n",
            )
        connection.visitor = visitor
        return None

    def _note(self, connection: ServerConnection, _request: Request, response: Response) -> None:
        assert isinstance(connection, BoundedConnection)
        if response.status_code >= http.HTTPStatus.BAD_REQUEST:
            self._metrics.count_refused(str(response.status_code))
            log.info("refused %s with HTTP %d", connection.address, response.status_code)

    def _health(self) -> dict[str, Any]:
        return {
            "status": "ok",
            "connections": len(self._visitors),
            "most_connections": self._limits.connections,
            "conversations": self._places.talking,
            "most_conversations": self._places.room,
            "waiting": self._places.waiting,
        }

    # -- after it ----------------------------------------------------------------------------------------------------

    async def _serve(self, connection: ServerConnection) -> None:
        assert isinstance(connection, BoundedConnection)
        visitor = connection.visitor
        assert visitor is not None
        log.info("%s comes in", visitor)
        self._enter(connection, visitor)
        connection.begin(Meter(self._limits, connection.loop.time(), self._shared_bucket(visitor)))
        try:
            await self._sessions.serve(connection, owner=visitor.token.id if visitor.token is not None else "")
        finally:
            self._leave(connection, visitor)
            log.info("%s is gone (%s)", visitor, connection.close_code)

    def _find_place(self, connection: ServerConnection, who: str, told: Told) -> Place:
        assert isinstance(connection, BoundedConnection)
        return self._places.place(who, told, connection.visitor.token if connection.visitor is not None else None)

    def _talked(self) -> bool:
        return self._places.talking > 0

    def _follow(self, connection: Connection, after: int | None) -> None:
        assert isinstance(connection, BoundedConnection)
        self.broadcast.follow(connection, after)

    def _enter(self, connection: BoundedConnection, visitor: Visitor) -> None:
        self._visitors[connection] = visitor
        self._metrics.connections.set(len(self._visitors))
        if visitor.token is not None:
            self._of_token[visitor.token.id] += 1

    def _leave(self, connection: BoundedConnection, visitor: Visitor) -> None:
        self.broadcast.leave(connection)
        del self._visitors[connection]
        self._metrics.connections.set(len(self._visitors))
        if visitor.token is not None:
            self._of_token[visitor.token.id] -= 1
            if not self._of_token[visitor.token.id]:
                del self._of_token[visitor.token.id]

    def _shared_bucket(self, visitor: Visitor) -> Bucket | None:
        if visitor.token is None:
            return None
        now = asyncio.get_running_loop().time()
        each_minute = visitor.token.allowance.messages_per_minute
        return self._buckets.setdefault(visitor.token.id, Bucket(each_minute / 60, each_minute, now))

    async def _tell_counts(self) -> None:
        """Move who waits, and tell followers how many there are, whenever that changed, until cancelled."""
        told: tuple[int, ...] | None = None
        while True:
            await asyncio.sleep(COUNTING_SECONDS)
            self._places.look()
            counts = (len(self.broadcast), self._places.talking, self._places.waiting)
            if counts != told and self.broadcast:
                readers, conversations, waiting = told = counts
                self.broadcast.hint(protocol.FeedCounts(readers=readers, conversations=conversations, waiting=waiting))

    async def _revoke(self) -> None:
        """Let those go whose token was revoked or has expired, until cancelled."""
        while True:
            await asyncio.sleep(REVOKING_SECONDS)
            try:
                gone = [each for each, who in self._visitors.items() if not self._access.still_welcome(who)]
            except TokenFileError as error:
                log.error("tokens cannot be checked: %s", error)  # noqa: TRY400 - the message says it all
                continue
            await asyncio.gather(*(each.close(1008, "the token was revoked or has expired") for each in gone))


async def serve(
    gateway: Gateway,
    *,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    beside: Watching | None = None,
    ready: Callable[[str], None] = lambda _url: None,
) -> None:
    """Serve, and look after the feed ``beside`` it, until cancelled.

    ``ready`` is called with the URL as soon as clients are let in.

    Raises:
        NoTokensError: others could reach it, and there is no token that lets them in.
        ListenError: the address cannot be had.
    """
    async with gateway.open(host, port) as url:
        ready(url)
        watching = asyncio.create_task(beside.run()) if beside is not None else None
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            if watching is not None:
                watching.cancel()


def warm_in_background(warm: Callable[[], None]) -> None:
    """Run ``warm`` beside everything else. It has to end when the house closes: the process waits for it, because
    a native library that is still loading does not survive the end of the interpreter.
    """
    threading.Thread(target=warm, name="warm").start()


def _lengthen_backlog(listening: int) -> None:
    """Let more wait for a listening socket than asyncio, for which both are one, accepts at once."""
    with contextlib.closing(socket.fromfd(listening, socket.AF_INET, socket.SOCK_STREAM)) as again:
        again.listen(BACKLOG)


def _query(text: str) -> dict[str, str]:
    """Return the parameters of an address, each once, the first value of each; raises ``ValueError``."""
    return {name: values[0] for name, values in parse_qs(text, max_num_fields=MOST_PARAMETERS).items()}


def _document(connection: ServerConnection, content: bytes, content_type: str) -> Response:
    response = connection.respond(http.HTTPStatus.OK, content.decode())
    del response.headers["Content-Type"]
    response.headers["Content-Type"] = content_type
    response.headers["Cache-Control"] = "no-store"
    return response


def _select_subprotocol(_connection: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    wanted = (protocol.SUBPROTOCOL, REALTIME_SUBPROTOCOL)
    return next((Subprotocol(name) for name in wanted if name in offered), None)


def _url(server: Server, scheme: str) -> str:
    host, port = next(iter(server.sockets)).getsockname()[:2]
    return f"{scheme}://[{host}]:{port}{PATH}" if ":" in host else f"{scheme}://{host}:{port}{PATH}"
