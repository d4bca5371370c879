"""Where the time goes between the end of a question and the first sound of its answer: spans, told to who watches.

Begin and end are seconds of ``time.perf_counter``, which processes of one machine share where it is the system's
monotonic clock (Linux, macOS): a client beside the server can lay its own times on the same axis.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

import msgspec

log = logging.getLogger(__name__)

# In the order in which they happen:
#   turn_end      the last frame with speech -> it is decided that the turn is over
#   recognition   that decision -> the words of the turn are known (0 where they were known before)
#   retrieval     a question -> the passages that bear on it
#   first_token   a prompt -> the language model's first piece
#   first_clause  an answer is asked for -> its first sentence is there
#   synthesis     that sentence -> its first sound
#   transport     that sound -> it has left the server's queue
Stage = Literal["turn_end", "recognition", "retrieval", "first_token", "first_clause", "synthesis", "transport"]
STAGES: tuple[Stage, ...] = (
    "turn_end", "recognition", "retrieval", "first_token", "first_clause", "synthesis", "transport",
)  # fmt: skip


class Span(msgspec.Struct, frozen=True):
    """One stage of one answer.

    Attributes:
        stage: which.
        begin, end: seconds of ``time.perf_counter``.
        session: id of the session; "" where nobody in particular is served.
        generation: of the answer; None before there is one.
    """

    stage: Stage
    begin: float
    end: float
    session: str = ""
    generation: int | None = None

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.begin


Watcher = Callable[[Span], None]
_served: ContextVar[tuple[str, int | None]] = ContextVar("served", default=("", None))


class Stages:
    """Tells every span to every watcher, in the thread in which it ended; safe to use from several threads.

    A watcher that fails is logged and kept: to be measured must not cost an answer.
    """

    def __init__(self) -> None:
        self._watchers: tuple[Watcher, ...] = ()  # replaced, never changed: no lock is needed to read it

    @staticmethod
    def now() -> float:
        """Return the time on the clock of the spans."""
        return time.perf_counter()

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Tell ``watcher`` every span from now on; returns what ends that."""
        self._watchers = (*self._watchers, watcher)

        def end() -> None:
            self._watchers = tuple(each for each in self._watchers if each is not watcher)

        return end

    def note(
        self, stage: Stage, begin: float, end: float, *, session: str | None = None, generation: int | None = None
    ) -> None:
        """Tell a span; without ``session`` it is of whom this thread serves just now (``serving``)."""
        if session is None:
            session, generation = _served.get()
        span = Span(stage, begin, end, session, generation)
        for watcher in self._watchers:
            try:
                watcher(span)
            except Exception:
                log.exception("a watcher of the stages failed")

    @contextmanager
    def serving(self, session: str, generation: int | None) -> Iterator[None]:
        """Let spans that are noted inside, in this thread, be of this answer."""
        before = _served.set((session, generation))
        try:
            yield
        finally:
            _served.reset(before)
