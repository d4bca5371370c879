"""The places of a server's conversations: the shell round ``admission``."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Protocol

from server.admission import Admission, Capacity
from server.tokens import Token

Told = Callable[[int], None]


class Place(Protocol):
    """The place of one session."""

    def take(self) -> bool:
        """Tell whether the session may talk now; else it waits, and is told its position.

        Raises:
            QueueFullError: too many wait.
        """

    def active(self) -> None:
        """Take note that the conversation goes on."""

    def away(self) -> None:
        """Take note that the session lost its client, perhaps for a moment."""

    def back(self) -> None:
        """Take note that its client is there again."""

    def leave(self) -> None:
        """Give the place back, or leave the queue."""


class FreePlace:
    """Room for everybody: of a session that is alone."""

    def take(self) -> bool:
        """Let it talk."""
        return True

    def active(self) -> None:
        """Take no note."""

    def away(self) -> None:
        """Take no note."""

    def back(self) -> None:
        """Take no note."""

    def leave(self) -> None:
        """Give back nothing."""


class Places:
    """All places; belongs to one event loop.

    Args:
        conversations: how many there are; None makes it follow what conversations are seen to take.
        cores: of the machine.
        clock: seconds that never go back.
        processor_clock: seconds of processor time that this process took.
    """

    def __init__(
        self,
        conversations: int | None = None,
        *,
        cores: int | None = None,
        clock: Callable[[], float] = time.monotonic,
        processor_clock: Callable[[], float] = time.process_time,
    ) -> None:
        self._capacity = Capacity(cores or os.cpu_count() or 1, conversations)
        self._admission = Admission(self._capacity.conversations)
        self._told: dict[str, Told] = {}
        self._clock = clock
        self._processor_clock = processor_clock
        self._looked = clock(), processor_clock()

    @property
    def talking(self) -> int:
        """How many have a place."""
        return self._admission.talking

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return self._admission.waiting

    @property
    def room(self) -> int:
        """How many may talk at once."""
        return self._admission.places

    def place(self, who: str, told: Told, token: Token | None = None) -> Place:
        """Return the place of a session; ``told`` gets each new position in the queue, and 0 when it may talk."""
        return _Place(self, who, told, token)

    def look(self) -> None:
        """Measure what conversations took since the last look, and move who waits; to be called every second or so."""
        now, processor = self._clock(), self._processor_clock()
        before, processor_before = self._looked
        self._looked = now, processor
        self._capacity.observe(processor - processor_before, (now - before) * self._admission.lively(now))
        self._admission.places = self._capacity.conversations
        self._tell()

    def take(self, who: str, told: Told, token: Token | None) -> bool:
        """Tell whether a session may talk now; see ``Place.take``."""
        now = self._clock()
        self._told[who] = told
        if token is None:
            may = self._admission.ask(who, now)
        else:
            may = self._admission.ask(who, now, group=token.id, most=token.allowance.conversations)
        self._tell()
        return may

    def active(self, who: str) -> None:
        """Take note that a conversation goes on."""
        self._admission.active(who, self._clock())

    def away(self, who: str) -> None:
        """Take note that a session lost its client; who waits may have its place soon."""
        self._admission.away(who, self._clock())

    def back(self, who: str) -> None:
        """Take note that its client is there again."""
        self._admission.back(who)
        self._tell()

    def leave(self, who: str) -> None:
        """Take a place back, or somebody out of the queue."""
        self._admission.leave(who)
        self._told.pop(who, None)
        self._tell()

    def _tell(self) -> None:
        for moved in list(self._admission.moves(self._clock())):
            told = self._told.get(moved.who)
            if told is not None:
                told(moved.position)


class _Place:
    """One place of ``Places``, taken by its session."""

    def __init__(self, places: Places, who: str, told: Told, token: Token | None) -> None:
        self._places = places
        self._who = who
        self._told = told
        self._token = token

    def take(self) -> bool:
        """See ``Place``."""
        return self._places.take(self._who, self._told, self._token)

    def active(self) -> None:
        """See ``Place``."""
        self._places.active(self._who)

    def away(self) -> None:
        """See ``Place``."""
        self._places.away(self._who)

    def back(self) -> None:
        """See ``Place``."""
        self._places.back(self._who)

    def leave(self) -> None:
        """See ``Place``."""
        self._places.leave(self._who)
