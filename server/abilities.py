"""What a session needs from the rest of the house, as small interfaces; ``services.Services`` has the real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from avatar.marks import Clause
from feed.items import Episode, Item
from feed.replies import Sentence, Turn
from feed.store import Page
from server.protocol import TurnDetection
from server.stages import Stages

if TYPE_CHECKING:  # a conversation in text does not wait for the libraries of the ears
    from server.ears import EarEvent, SpeechStopped

Cancelled = Callable[[], bool]


class Shelf(Protocol):
    """Where the items are (``feed.store.Store``)."""

    def page(self, offset: int, limit: int) -> Page:
        """Return a stretch of the feed."""

    def get(self, item_id: str) -> Item:
        """Return an item; raises ``feed.errors.UnknownItemError``."""

    def record(self, episode: Episode) -> int:
        """Keep what was said or done, for good; return its number."""


class Host(Protocol):
    """Who thinks of what to say (``feed.replies.Replier``); the sentences come as they are made."""

    def introduce(self, item: Item, cancelled: Cancelled) -> Iterator[Sentence]:
        """Say who speaks and what the item is about."""

    def warm(self, item: Item, cancelled: Cancelled) -> None:
        """Prepare for questions about an item, so that the first answer comes sooner."""

    def reply(self, item: Item, question: str, history: Sequence[Turn], cancelled: Cancelled) -> Iterator[Sentence]:
        """Answer a question from the item."""

    def bridge(self, item: Item, history: Sequence[Turn]) -> Sentence | None:
        """Return a few words for while the answer is being made, within milliseconds; None for silence."""

    def prompt(self, item: Item, history: Sequence[Turn]) -> Sentence | None:
        """Return a gentle word to a user who has been silent for long, within milliseconds; None for silence."""


class Speech(Protocol):
    """Who says it (``avatar.voice.Voice``)."""

    def speak(
        self, text: str, *, mood: str = "neutral", speed: float = 1.0, cancelled: Cancelled | None = None
    ) -> Iterable[Clause]:
        """Speak a text clause by clause; raises ``avatar.errors.UnspeakableTextError``."""


class Listener(Protocol):
    """Who listens to one session (``server.ears.Ears``)."""

    def push(self, pcm: bytes) -> Iterable[EarEvent]:
        """Take sound of the microphone; it is listened to as the events are taken."""

    def finish(self) -> SpeechStopped | None:
        """End the turn that is under way."""

    def commit(self) -> SpeechStopped | None:
        """End the turn by hand, with all sound there is."""

    def clear(self) -> None:
        """Forget what was not committed."""

    def configure(self, turn_detection: TurnDetection | None, rate: int) -> None:
        """Follow the session's settings."""


class Abilities(Protocol):
    """The house as a session sees it. Methods may take seconds at first and are called from worker threads."""

    @property
    def stages(self) -> Stages:
        """Who is told where the time goes."""

    def shelf(self) -> Shelf:
        """Return where the items are."""

    def host(self) -> Host:
        """Return who answers."""

    def voice_name(self, wanted: Sequence[str | None]) -> str:
        """Return the first voice of ``wanted`` that there is, or the default."""

    def speech(self, voice: str) -> Speech:
        """Return the voice of a name that ``voice_name`` gave."""

    def listener(self, turn_detection: TurnDetection | None, rate: int) -> Listener:
        """Return new ears for a session; ``rate`` in Hz."""

    def transcribe(self, audio: NDArray[np.float32], cancelled: Cancelled) -> str:
        """Return the words in 16 kHz mono sound of -1..1, "" when there are none, or when they are not wanted."""

    def end_of_turn(self, audio: NDArray[np.float32]) -> float | None:
        """Return how much 16 kHz mono sound of -1..1 sounds like the end of a turn, 0..1; None when nobody can tell.

        Called at a pause, with the turn so far. The conversation weighs it with the silence and the words, never alone.
        """
