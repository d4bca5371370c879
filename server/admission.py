"""Who talks and who waits: no more conversations than the machine serves at full speed. Pure: times are given.

Readers need no place. A conversation takes one when it begins, and keeps it while it goes on; one that is silent for
long, or whose client is gone for a moment, keeps it only until somebody waits for it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from server.errors import QueueFullError

IDLE_SECONDS = 90.0  # of silence, after which a place may go to who waits
ABSENT_SECONDS = 5.0  # without a connection, after which the same holds; one that broke is back within two
MOST_WAITING = 100
FIRST_LOAD = 0.35  # cores that a conversation takes, until it is measured
USED_SHARE = 0.7  # of the cores: the rest is for bursts, so that nobody stutters
SMOOTHING_SECONDS = 300.0  # of conversation, over which the measured load is averaged
LEAST_LOAD = 0.1  # cores that are set aside for a conversation, however little they took so far
LIVELY_SECONDS = 20.0  # after it was last active, for which a conversation counts as one that takes something


class Capacity:
    """How many conversations fit, from the cores of the machine and what conversations are seen to take.

    Args:
        cores: how many there are.
        fixed: what the user set instead.
    """

    def __init__(self, cores: int, fixed: int | None = None) -> None:
        self._cores = cores
        self._fixed = fixed
        self._load = FIRST_LOAD

    @property
    def conversations(self) -> int:
        """How many fit; one always does."""
        if self._fixed is not None:
            return self._fixed
        return max(1, math.floor(self._cores * USED_SHARE / self._load))

    def observe(self, processor_seconds: float, conversation_seconds: float) -> None:
        """Take note that conversations of so many seconds, all together, took so much of the processor."""
        if conversation_seconds <= 0:
            return
        share = 1.0 - math.exp(-conversation_seconds / SMOOTHING_SECONDS)
        measured = max(LEAST_LOAD, processor_seconds / conversation_seconds)
        self._load += share * (measured - self._load)


@dataclass(frozen=True, slots=True)
class Moved:
    """Somebody's place changed: ``position`` in the queue from 1, or 0 for who may talk now."""

    who: str
    position: int


@dataclass(slots=True)
class _Talker:
    group: str | None
    active_at: float


class Admission:
    """The places and the queue, first come first served.

    Args:
        places: how many may talk at once.
    """

    def __init__(self, places: int) -> None:
        self.places = places
        self._talking: dict[str, _Talker] = {}
        self._waiting: dict[str, tuple[str | None, int | None]] = {}  # to the group and how many of it may talk
        self._told: dict[str, int] = {}
        self._away: dict[str, float] = {}  # since when

    @property
    def talking(self) -> int:
        """How many have a place."""
        return len(self._talking)

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return len(self._waiting)

    def ask(self, who: str, now: float, *, group: str | None = None, most: int | None = None) -> bool:
        """Tell whether somebody may talk; who may not waits from now on, and is moved by ``moves``.

        Args:
            who: any name.
            now: seconds.
            group: who shares an allowance, as the holders of one token do.
            most: how many of the group may talk at once; its others wait without holding up anybody else.

        Raises:
            QueueFullError: too many wait.
        """
        if who in self._talking:
            return True
        came = who not in self._waiting
        if came:
            self._waiting[who] = (group, most)
            self._told[who] = 0  # nothing yet
        self._fill(now)
        if came and who in self._waiting and len(self._waiting) > MOST_WAITING:
            self.leave(who)
            raise QueueFullError(MOST_WAITING)
        if who in self._talking:
            del self._told[who]
        return who in self._talking

    def lively(self, now: float) -> int:
        """Return how many talked lately."""
        return sum(now - talker.active_at < LIVELY_SECONDS for talker in self._talking.values())

    def active(self, who: str, now: float) -> None:
        """Take note that somebody's conversation goes on."""
        talker = self._talking.get(who)
        if talker is not None:
            talker.active_at = now

    def away(self, who: str, now: float) -> None:
        """Take note that somebody's connection broke: a place goes to others first, one in the queue is only kept."""
        self._away.setdefault(who, now)

    def back(self, who: str) -> None:
        """Take note that somebody is connected again."""
        self._away.pop(who, None)

    def leave(self, who: str) -> None:
        """Give back a place, or leave the queue; who has neither may leave, too."""
        self._away.pop(who, None)
        self._talking.pop(who, None)
        self._waiting.pop(who, None)
        self._told.pop(who, None)

    def moves(self, now: float) -> Iterator[Moved]:
        """Let in who fits by now, and yield everybody whose position is another than was yielded before."""
        self._fill(now)
        for who in [who for who in self._told if who not in self._waiting]:
            del self._told[who]
            if who in self._talking:
                yield Moved(who, 0)
        for position, who in enumerate(self._waiting, 1):
            if self._told.get(who) != position:
                self._told[who] = position
                yield Moved(who, position)

    def _fill(self, now: float) -> None:
        for who, (group, most) in list(self._waiting.items()):
            if who in self._away:
                continue
            if most is not None and sum(other.group == group for other in self._talking.values()) >= most:
                continue
            if len(self._talking) >= self.places and not self._free_unused(now):
                return
            del self._waiting[who]
            self._talking[who] = _Talker(group, now)

    def _free_unused(self, now: float) -> bool:
        """Take the place of who has been gone longest, or else silent, if that is long enough."""
        if len(self._talking) > self.places:
            return False
        gone = next((who for who in self._away if who in self._talking), None)  # the first has been gone longest
        if gone is not None and now - self._away[gone] >= ABSENT_SECONDS:
            del self._talking[gone]
            return True
        silent = min(self._talking, key=lambda who: self._talking[who].active_at)
        if now - self._talking[silent].active_at < IDLE_SECONDS:
            return False
        del self._talking[silent]
        return True
