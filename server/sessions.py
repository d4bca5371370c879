"""The sessions of a server: each lives as long as its client, and some seconds longer for one that lost its connection.

A client comes back with ``?session=ID&after=N``: N frames of the session have reached it, text and binary ones alike.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from server import protocol
from server.abilities import Abilities
from server.budget import Budget
from server.errors import ReplacedError, ResumeError, SlowClientError
from server.line import Connection, Line, Pausable
from server.looking import Looks, nobody_talks
from server.places import Place, Told
from server.session import Session, follow_nothing
from server.waiting import FindPlace, anywhere

log = logging.getLogger(__name__)

KEPT_SECONDS = 60.0  # for a client that lost its connection
MAX_KEPT = 16  # sessions without a client; of more the one that waited longest ends
CLOSE_AWAY, CLOSE_BROKEN, CLOSE_SLOW, CLOSE_REPLACED, CLOSE_GONE = 1001, 1011, 1013, 4001, 4404


FollowOver = Callable[[Connection, int | None], None]
FindPlaceOver = Callable[[ServerConnection, str, Told], Place]


def _follow_nothing(_connection: Connection, after: int | None) -> None:
    follow_nothing(after)


def _find_anywhere(_connection: ServerConnection, who: str, told: Told) -> Place:
    return anywhere(who, told)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a client asks for in the address.

    Attributes:
        item_id: the item to step up to at once.
        session_id: the session to go on with.
        after: how many of its frames the client has.
        owner: who asks; a session goes on with whom it began.
    """

    item_id: str | None = None
    session_id: str | None = None
    after: int = 0
    owner: str = ""

    @classmethod
    def of(cls, path: str, owner: str) -> Entry:
        """Read the path of a request.

        Raises:
            ResumeError: ``after`` is no number.
        """
        query = parse_qs(urlsplit(path).query)
        item, session, after = (query.get(name, [None])[0] for name in ("item", "session", "after"))
        if session is None:
            return cls(item, owner=owner)
        if not re.fullmatch("[0-9]{1,12}", after or ""):
            raise ResumeError("invalid_request", "resume with ?session=ID&after=N, N being the frames you have")
        return cls(None, session, int(after or "0"), owner)


@dataclass(frozen=True, slots=True)
class Budgets:
    """What may be held for all clients together.

    Attributes:
        waiting: what waits to be sent, or to be looked at.
        kept: what was sent, for those who come back.
    """

    waiting: Budget = field(default_factory=Budget)
    kept: Budget = field(default_factory=Budget)


class _Kept:
    """A session and the line to its client."""

    def __init__(
        self,
        abilities: Abilities,
        follow: FollowOver,
        entry: Entry,
        find_place: FindPlace,
        looks: Looks,
        *,
        binary: bool,
        clock: Callable[[], float],
        budgets: Budgets,
    ) -> None:
        pausable = Pausable(clock)
        self.binary = binary
        self.owner = entry.owner
        self._follow_over = follow
        self.session = Session(
            abilities,
            self._send,
            binary=binary,
            item_id=entry.item_id,
            clock=pausable,
            follow=self._follow,
            find_place=find_place,
            looks=looks,
            waiting=budgets.waiting,
        )
        self.line = Line(self.session.id, pausable, greets=binary, kept=budgets.kept)
        self.running = asyncio.create_task(self.session.run(self.line.frames()))
        self.expiry: asyncio.TimerHandle | None = None

    async def _send(self, frame: str | bytes) -> None:
        await self.line.send(frame)

    def _follow(self, after: int | None) -> None:
        if self.line.connection is not None:  # else the client asks again when it is back
            self._follow_over(self.line.connection, after)


class Sessions:
    """All sessions of a server; belongs to one event loop.

    Args:
        abilities: the house.
        kept_seconds: how long a session waits for a client that lost its connection.
        max_kept: how many sessions may wait.
        clock: seconds that never go back.
        budgets: what may be held for all clients.
        follow: lets a connection follow the feed, after a revision or from now on.
        find_place: gives the session that begins over a connection its place among the conversations.
        busy: whether anybody talks, so that nobody prepares for a mere look.
    """

    def __init__(
        self,
        abilities: Abilities,
        *,
        follow: FollowOver = _follow_nothing,
        find_place: FindPlaceOver = _find_anywhere,
        busy: Callable[[], bool] = nobody_talks,
        kept_seconds: float = KEPT_SECONDS,
        max_kept: int = MAX_KEPT,
        clock: Callable[[], float] = time.monotonic,
        budgets: Budgets | None = None,
    ) -> None:
        self._abilities = abilities
        self._follow = follow
        self._find_place = find_place
        self._looks = Looks(abilities, busy=busy)
        self._kept_seconds = kept_seconds
        self._max_kept = max_kept
        self._clock = clock
        self._budgets = budgets or Budgets()
        self._sessions: dict[str, _Kept] = {}
        self._waiting: dict[str, _Kept] = {}  # those without a client, in the order in which they lost it
        self._ending: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._sessions)

    async def serve(self, connection: ServerConnection, owner: str = "") -> None:
        """Give a client its session, until the connection or the session ends; ``owner`` says whose it is."""
        path = connection.request.path if connection.request is not None else ""
        try:
            entry = Entry.of(path, owner)
            kept = self._new(connection, entry) if entry.session_id is None else self._find(connection, entry)
            await self._carry(kept, connection, None if entry.session_id is None else entry.after)
        except ResumeError as error:
            await _refuse(connection, error)
        except ReplacedError as error:
            await connection.close(CLOSE_REPLACED, str(error))

    async def close(self) -> None:
        """End all sessions."""
        running = {kept.running for kept in self._sessions.values()}
        for kept in list(self._sessions.values()):
            if not kept.line.over:
                self._end(kept)
        await asyncio.gather(*(running | self._ending), return_exceptions=True)
        await self._looks.close()

    def _new(self, connection: ServerConnection, entry: Entry) -> _Kept:
        binary = connection.subprotocol == protocol.SUBPROTOCOL
        find_place = functools.partial(self._find_place, connection)
        kept = _Kept(
            self._abilities,
            self._follow,
            entry,
            find_place,
            self._looks,
            binary=binary,
            clock=self._clock,
            budgets=self._budgets,
        )
        self._sessions[kept.session.id] = kept
        kept.running.add_done_callback(lambda _task: self._forget(kept))
        log.info("%s: connected from %s", kept.session.name, connection.remote_address)
        return kept

    def _find(self, connection: ServerConnection, entry: Entry) -> _Kept:
        kept = self._sessions.get(entry.session_id or "")
        if kept is None or kept.line.over or kept.owner != entry.owner:
            raise ResumeError(
                "session_gone",
                f"there is no such session any more; one waits {self._kept_seconds:.0f} s for its client",
            )
        if kept.binary != (connection.subprotocol == protocol.SUBPROTOCOL):
            raise ResumeError("session_gap", "resume with the subprotocol that the session began with")
        kept.line.check(entry.after)
        self._stop_waiting(kept)
        kept.session.back()
        log.info("%s: back from %s after frame %d", kept.session.name, connection.remote_address, entry.after)
        return kept

    async def _carry(self, kept: _Kept, connection: ServerConnection, after: int | None) -> None:
        carrying = asyncio.create_task(kept.line.carry(connection, after))
        try:
            await asyncio.wait((carrying, kept.running), return_when=asyncio.FIRST_COMPLETED)
            if kept.running.done():
                await _close(kept, connection)
            else:
                await carrying
        finally:
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)
            self._keep(kept)

    def _keep(self, kept: _Kept) -> None:
        """Let a session without a client wait for a while."""
        if kept.running.done() or kept.line.over or kept.line.connected:
            return
        self._stop_waiting(kept)
        kept.expiry = asyncio.get_running_loop().call_later(self._kept_seconds, self._end, kept)
        self._waiting[kept.session.id] = kept
        kept.session.away()
        if len(self._waiting) > self._max_kept:
            self._end(next(iter(self._waiting.values())))

    def _stop_waiting(self, kept: _Kept) -> None:
        self._waiting.pop(kept.session.id, None)
        if kept.expiry is not None:
            kept.expiry.cancel()
            kept.expiry = None

    def _end(self, kept: _Kept) -> None:
        self._forget(kept)
        self._ending.add(kept.running)
        kept.running.add_done_callback(self._ending.discard)
        kept.running.cancel()
        log.info("%s: ended without its client", kept.session.name)

    def _forget(self, kept: _Kept) -> None:
        self._stop_waiting(kept)
        self._sessions.pop(kept.session.id, None)
        kept.line.forget()


async def _refuse(connection: ServerConnection, error: ResumeError) -> None:
    """Tell a client why it cannot go on, and close."""
    detail = protocol.ErrorDetail(type="invalid_request_error", code=error.code, message=str(error))
    with contextlib.suppress(ConnectionClosed):
        await connection.send(protocol.encode(protocol.ErrorEvent(error=detail)))
    await connection.close(CLOSE_GONE, error.code)


async def _close(kept: _Kept, connection: ServerConnection) -> None:
    """Close the connection of a session that ended."""
    if kept.running.cancelled():
        await connection.close(CLOSE_AWAY, "the server closes")
        return
    error = kept.running.exception()
    match error:
        case None:
            await connection.close()
        case SlowClientError():
            log.warning("%s: %s", kept.session.name, error)
            await connection.close(CLOSE_SLOW, str(error))
        case _:
            log.error("%s: broke", kept.session.name, exc_info=error)
            await connection.close(CLOSE_BROKEN, "the session broke inside the server")
