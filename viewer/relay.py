"""A body that is told by one thread and moved by another: what it is told waits until it is passed on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from avatar.marks import Mark
from avatar.stage import Attention
from viewer.playback import Body


class AttentiveBody(Body, Protocol):
    """A body that also shows what it does while it is silent (``avatar.stage.Stage``)."""

    def attend(self, attention: Attention, at: int) -> None:
        """Show ``attention`` from stream sample ``at`` on."""

    def nod(self, at: int) -> None:
        """Nod once at stream sample ``at``."""


class Relay:
    """Stands in for a body; everything it is told carries its sample, so that a little later is as good."""

    def __init__(self, body: AttentiveBody) -> None:
        self._body = body
        self._told: deque[Callable[[], None]] = deque()

    def pass_on(self) -> None:
        """Tell the body what there is to tell; in the thread that moves it."""
        while self._told:
            self._told.popleft()()

    def place(self, generation: int, start: int) -> None:
        """See ``Body.place``."""
        self._told.append(partial(self._body.place, generation, start))

    def extend(self, generation: int, marks: Sequence[Mark]) -> None:
        """See ``Body.extend``."""
        self._told.append(partial(self._body.extend, generation, marks))

    def finish(self, generation: int) -> None:
        """See ``Body.finish``."""
        self._told.append(partial(self._body.finish, generation))

    def cut(self, generation: int, at: int) -> None:
        """See ``Body.cut``."""
        self._told.append(partial(self._body.cut, generation, at))

    def hold(self, at: int) -> None:
        """See ``Body.hold``."""
        self._told.append(partial(self._body.hold, at))

    def resume(self, at: int) -> None:
        """See ``Body.resume``."""
        self._told.append(partial(self._body.resume, at))

    def attend(self, attention: Attention, at: int) -> None:
        """See ``AttentiveBody.attend``."""
        self._told.append(partial(self._body.attend, attention, at))

    def nod(self, at: int) -> None:
        """See ``AttentiveBody.nod``."""
        self._told.append(partial(self._body.nod, at))
