"""What happens to the feed, told to everybody who follows it: encoded once, sent many times.

These events are not among the numbered frames of a session: a follower that comes back names the last revision that it
has. A follower that reads slowly is sent everything about items, later, or closed; hints it is not sent at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections import deque

from websockets.frames import CloseCode, Frame, Opcode

from feed.changes import Changes
from server import protocol
from server.cards import card
from server.connections import BoundedConnection
from server.metrics import Metrics

KEPT_EVENTS = 1_000  # for who comes back
MOST_WAITING = 2_000  # events that wait for one slow follower; one that lets more come is sent away
SLOW_BYTES = 1 << 16  # in a socket's buffer, beyond which its follower is slow
SLICE = 50  # followers that are written to before anybody else has a turn


class _Backlog:
    """What waits for a follower that reads slowly, and who sends it."""

    def __init__(self, connection: BoundedConnection) -> None:
        self.frames: deque[bytes] = deque()
        self.sending = asyncio.create_task(self._send(connection))

    async def _send(self, connection: BoundedConnection) -> None:
        with contextlib.suppress(OSError):  # the connection broke; whoever reads from it is told
            while self.frames and connection.pour(self.frames.popleft()):
                await connection.drain()


class Broadcast:
    """Everybody who follows the feed; belongs to one event loop.

    Args:
        metrics: where followers, events and dropped hints are counted.
        revision: the one before the first event. By default the milliseconds since 1970, so that revisions grow over
            restarts too, and one of an earlier life is known to be old.
    """

    def __init__(self, metrics: Metrics, revision: int | None = None) -> None:
        self._metrics = metrics
        self._revision = time.time_ns() // 1_000_000 if revision is None else revision
        self._kept: deque[tuple[int, bytes]] = deque()
        self._forgotten = self._revision  # the newest revision that is not kept
        self._followers: dict[BoundedConnection, int] = {}  # to the newest revision that they have, or that waits
        self._backlogs: dict[BoundedConnection, _Backlog] = {}  # of those that are slow
        self._untold: deque[tuple[int, bytes]] = deque()
        self._hint: bytes | None = None
        self._telling: asyncio.Task[None] | None = None
        self._goodbyes: set[asyncio.Task[None]] = set()
        metrics.watch("readers", "Clients that follow the feed", self.__len__)
        metrics.watch("feed_events_waiting", "Events that wait for slow readers", self._count_waiting)

    def __len__(self) -> int:
        return len(self._followers)

    def follow(self, connection: BoundedConnection, after: int | None) -> None:
        """Tell a client from now on; with ``after``, the last revision that it has, first what came since then."""
        gap = after is not None and not self._forgotten <= after <= self._revision
        self._followers[connection] = self._revision
        self._tell(connection, _framed(protocol.FeedSubscribed(revision=self._revision, gap=gap)))
        if after is not None and not gap:
            for revision, frame in self._kept:
                if revision > after:
                    self._tell(connection, frame)

    def leave(self, connection: BoundedConnection) -> None:
        """Tell a client nothing any more; one that does not follow may leave, too."""
        self._followers.pop(connection, None)
        backlog = self._backlogs.pop(connection, None)
        if backlog is not None:
            backlog.sending.cancel()

    def tell_changes(self, changes: Changes) -> None:
        """Tell everybody what became of the feed."""
        for item in changes.new:
            self._publish(protocol.FeedItem(revision=self._revision + 1, change="new", item=card(item)))
        for item in changes.changed:
            self._publish(protocol.FeedItem(revision=self._revision + 1, change="changed", item=card(item)))
        for item_id in changes.gone:
            self._publish(protocol.FeedRemoved(revision=self._revision + 1, item_id=item_id))

    def hint(self, event: protocol.FeedCounts) -> None:
        """Tell everybody who reads fast enough; a newer hint takes the place of one that was not sent yet."""
        self._hint = _framed(event)
        self._start()

    async def close(self) -> None:
        """End what is being told."""
        sending = [backlog.sending for backlog in self._backlogs.values()]
        running = [task for task in (*sending, self._telling, *self._goodbyes) if task is not None]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _publish(self, event: protocol.FeedItem | protocol.FeedRemoved) -> None:
        self._revision = event.revision
        entry = (event.revision, _framed(event))
        self._kept.append(entry)
        if len(self._kept) > KEPT_EVENTS:
            self._forgotten, _ = self._kept.popleft()
        self._untold.append(entry)
        self._metrics.feed_events.inc()
        self._start()

    def _start(self) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_everybody())

    async def _tell_everybody(self) -> None:
        """Send what is new, an event after the other, and let others have their turn in between."""
        while self._untold or self._hint is not None:
            if self._untold:
                revision, frame = self._untold.popleft()
            else:
                revision, frame, self._hint = None, self._hint or b"", None
            followers = iter(list(self._followers))
            while group := list(itertools.islice(followers, SLICE)):
                for connection in group:
                    if revision is None:
                        self._tell_hint(connection, frame)
                    elif revision > self._followers.get(connection, revision):
                        self._followers[connection] = revision
                        self._tell(connection, frame)
                await asyncio.sleep(0)

    def _tell_hint(self, connection: BoundedConnection, frame: bytes) -> None:
        if self._is_slow(connection):
            self._metrics.hints_dropped.inc()
        else:
            connection.pour(frame)

    def _tell(self, connection: BoundedConnection, frame: bytes) -> None:
        if not self._is_slow(connection):
            connection.pour(frame)
            return
        backlog = self._backlogs.get(connection)
        if backlog is None:
            backlog = self._backlogs[connection] = _Backlog(connection)
        backlog.frames.append(frame)
        if len(backlog.frames) > MOST_WAITING:
            self._send_away(connection)

    def _is_slow(self, connection: BoundedConnection) -> bool:
        backlog = self._backlogs.get(connection)
        if backlog is not None and not backlog.sending.done():
            return True
        self._backlogs.pop(connection, None)
        return connection.waiting_bytes > SLOW_BYTES

    def _send_away(self, connection: BoundedConnection) -> None:
        self.leave(connection)
        self._metrics.count_refused("slow_reader")
        goodbye = asyncio.create_task(connection.close(CloseCode.TRY_AGAIN_LATER, "you do not read what you follow"))
        self._goodbyes.add(goodbye)
        goodbye.add_done_callback(self._goodbyes.discard)

    def _count_waiting(self) -> int:
        return sum(len(backlog.frames) for backlog in self._backlogs.values())


def _framed(event: protocol.Event) -> bytes:
    """Return the WebSocket frame of an event, the same for everybody."""
    return Frame(Opcode.TEXT, protocol.encode(event).encode()).serialize(mask=False)
