"""Test doubles of the house: a shelf, a host, a voice and ears that do what a test tells them, without any model."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from avatar.errors import UnspeakableTextError
from avatar.marks import SAMPLE_RATE, Clause, Mark
from feed.errors import UnknownItemError
from feed.items import Episode, Item, Passage, Persona
from feed.ranking import Shown
from feed.replies import Sentence, Turn
from feed.store import Page
from server import protocol
from server.ears import EAR_RATE, EarEvent, SpeechStopped
from server.ears.turns import FRAME_SAMPLES, TurnDetector
from server.looking import Looks
from server.protocol import TurnDetection
from server.session import Session
from server.stages import Stages

E = TypeVar("E")

WORD_SAMPLES = SAMPLE_RATE // 4  # of every word that the voice double speaks


def item(name: str, *, days_old: int = 0, voice: str = "ava") -> Item:
    text = f"The {name} opened in 1904. It cost nine pounds."
    return Item(
        id=name,
        title=f"About the {name}",
        kind="article",
        source="The Double",
        text=text,
        passages=(
            Passage(id="p1", text=text[:27], start=0, end=27),
            Passage(id="p2", text=text[27:], start=27, end=len(text)),
        ),
        persona=Persona(name="Dora", role="clerk", manner="dry", figure="vera", voice=voice),
        published=datetime(2026, 5, 1, tzinfo=UTC) - timedelta(days=days_old),
        openers=("When did it open?",),
    )


class DoubleShelf:
    """Items in memory, newest first."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = list(items)
        self.episodes: list[Episode] = []

    def page(self, offset: int, limit: int) -> Page:
        shown = tuple(Shown(item=item, reason="it is new") for item in self.items[offset : offset + limit])
        return Page(shown=shown, total=len(self.items), title="Doubles", skipped=())

    def get(self, item_id: str) -> Item:
        for candidate in self.items:
            if candidate.id == item_id:
                return candidate
        raise UnknownItemError(item_id)

    def record(self, episode: Episode) -> int:
        self.episodes.append(episode)
        return len(self.episodes)


class DoubleHost:
    """Answers every question with ``sentences``; ``gate`` holds each sentence back until it is set.

    Attributes:
        asked: (question, history) of every call, None for an introduction.
        ended: how many answers were made to their end or closed.
    """

    def __init__(self, sentences: Sequence[Sentence] = ()) -> None:
        self.sentences = list(sentences) or [
            Sentence(text="It opened in 1904.", evidence=("p1",)),
            Sentence(text="It cost nine pounds.", evidence=("p2",), mood="joy"),
        ]
        self.asked: list[tuple[str | None, tuple[Turn, ...]]] = []
        self.ended = 0
        self.warmed: list[str] = []
        self.made = 0
        self.gate = threading.Event()
        self.gate.set()
        self.failure: Exception | None = None

    def introduce(self, item: Item, cancelled: Callable[[], bool]) -> Iterator[Sentence]:
        self.asked.append((None, ()))
        yield Sentence(text=f"I am {item.persona.name}.", evidence=())

    def warm(self, item: Item, cancelled: Callable[[], bool]) -> None:
        self.warmed.append(item.id)

    def bridge(self, item: Item, history: Sequence[Turn]) -> Sentence | None:
        return Sentence(text="One moment.", mood="thought")

    def prompt(self, item: Item, history: Sequence[Turn]) -> Sentence | None:
        return Sentence(text="Ask me anything.", mood="warmth")

    def reply(
        self, item: Item, question: str, history: Sequence[Turn], cancelled: Callable[[], bool]
    ) -> Iterator[Sentence]:
        self.asked.append((question, tuple(history)))
        try:
            for sentence in self.sentences:
                while not self.gate.wait(0.001):
                    if cancelled():
                        return
                if self.failure is not None:
                    raise self.failure
                self.made += 1
                yield sentence
        finally:
            self.ended += 1


class DoubleVoice:
    """Speaks every word for a quarter of a second, at ``level``; a word in Cyrillic is unspeakable."""

    def __init__(self, level: int = 1) -> None:
        self._level = level

    def speak(
        self, text: str, *, mood: str = "neutral", speed: float = 1.0, cancelled: Callable[[], bool] | None = None
    ) -> Iterator[Clause]:
        if any("а" <= letter.lower() <= "я" for letter in text):
            raise UnspeakableTextError("Cyrillic")
        for clause in text.split(", "):
            words = clause.split()
            marks = tuple(
                Mark("word", index * WORD_SAMPLES, (index + 1) * WORD_SAMPLES, word) for index, word in enumerate(words)
            )
            yield Clause(np.full(len(words) * WORD_SAMPLES, self._level, np.int16), marks, clause)


class DoubleEars:
    """The ears with loudness in place of the model that knows speech; the rate is taken as it comes.

    They take ``frame`` samples at a time; however short that is, a frame counts as one of the ears' 32 ms.
    """

    def __init__(self, turn_detection: TurnDetection | None, rate: int, frame: int = FRAME_SAMPLES) -> None:
        self.rate = rate
        self._frame = frame
        self._detector = TurnDetector(turn_detection)
        self._position = 0
        self._rest = np.zeros(0, np.float32)

    @property
    def turn_detection(self) -> TurnDetection | None:
        return self._detector.settings

    def push(self, pcm: bytes) -> Iterator[EarEvent]:
        sound = np.concatenate([self._rest, np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32_768)])
        whole = len(sound) - len(sound) % self._frame
        self._rest = sound[whole:]
        for frame in sound[:whole].reshape(-1, self._frame):
            first, self._position = self._position, self._position + self._frame
            yield from self._detector.push(first, frame, 0.9 if float(abs(frame).mean()) > 0.1 else 0.0)

    def finish(self) -> SpeechStopped | None:
        return self._detector.finish()

    def commit(self) -> SpeechStopped | None:
        stopped, self._rest = self._detector.finish(self._rest), np.zeros(0, np.float32)
        return stopped

    def clear(self) -> None:
        self._detector.clear()

    def configure(self, turn_detection: TurnDetection | None, rate: int) -> None:
        self._detector.settings, self.rate = turn_detection, rate


class DoubleHouse:
    """All of it; the recognitions give ``heard``, one after the other and then the last one again and again."""

    def __init__(
        self, *, items: Sequence[Item] | None = None, host: DoubleHost | None = None, ear_frame: int = FRAME_SAMPLES
    ) -> None:
        self._ear_frame = ear_frame
        self.items = DoubleShelf([item("pier"), item("lamp", days_old=3)] if items is None else items)
        self.answers = host or DoubleHost()
        self.voice: DoubleVoice | Exception = DoubleVoice()
        self.ears_failure: Exception | None = None
        self.heard: list[str] = ["When did it open?"]
        self.score: float | None = None
        self.voices_asked: list[str] = []
        self.stages = Stages()

    def shelf(self) -> DoubleShelf:
        return self.items

    def host(self) -> DoubleHost:
        return self.answers

    def voice_name(self, wanted: Sequence[str | None]) -> str:
        return next((name for name in wanted if name in ("ava", "adam", "kim")), "ava")

    def speech(self, voice: str) -> DoubleVoice:
        self.voices_asked.append(voice)
        if isinstance(self.voice, Exception):
            raise self.voice
        return self.voice

    def listener(self, turn_detection: TurnDetection | None, rate: int) -> DoubleEars:
        if self.ears_failure is not None:
            raise self.ears_failure
        return DoubleEars(turn_detection, rate, self._ear_frame)

    def transcribe(self, audio: NDArray[np.float32], cancelled: Callable[[], bool]) -> str:
        return self.heard.pop(0) if len(self.heard) > 1 else self.heard[0]

    def end_of_turn(self, audio: NDArray[np.float32]) -> float | None:
        return self.score


SPEECH = (np.ones(EAR_RATE // 2, np.int16) * 20_000).tobytes()  # what ``DoubleEars`` takes for speech
SILENCE = np.zeros(EAR_RATE // 2, np.int16).tobytes()


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Connection:
    """A session with a client that is the test: an async context manager.

    Attributes:
        events: what the client got, decoded; binary sound is a tuple (generation, first sample, PCM).
    """

    def __init__(
        self, house: DoubleHouse, *, binary: bool = True, item_id: str | None = None, looks: Looks | None = None
    ) -> None:
        self.events: list[protocol.ServerEvent | tuple[int, int, bytes]] = []
        self.raw: list[str | bytes] = []
        self.clock = Clock()
        self.reads = asyncio.Event()
        self.reads.set()
        self._house = house
        self._inbound: asyncio.Queue[str | bytes | None] = asyncio.Queue()
        self._arrived = asyncio.Event()
        self._seen = 0
        self.session = Session(house, self._receive, binary=binary, item_id=item_id, clock=self.clock, looks=looks)

    async def __aenter__(self) -> Connection:
        self._running = asyncio.create_task(self.session.run(self._frames()))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        self._inbound.put_nowait(None)
        await self._running

    def send(self, event: protocol.Event | str | bytes) -> None:
        self._inbound.put_nowait(protocol.encode(event) if isinstance(event, protocol.Event) else event)

    def ask(self, text: str) -> None:
        part = protocol.ContentPart(type="input_text", text=text)
        self.send(protocol.ConversationItemCreate(item=protocol.ConversationItem(content=[part])))
        self.send(protocol.ResponseCreate())

    async def until(self, kind: type[E], count: int = 1) -> E:
        """Wait for the next ``count`` events of a kind after those that earlier calls waited for; return the last."""
        found: E | None = None
        async with asyncio.timeout(10):
            while count:
                while self._seen < len(self.events) and count:
                    event = self.events[self._seen]
                    self._seen += 1
                    if isinstance(event, kind):
                        found = event
                        count -= 1
                if count:
                    self._arrived.clear()
                    await self._arrived.wait()
        assert found is not None
        return found

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    async def _receive(self, frame: str | bytes) -> None:
        await self.reads.wait()
        self.raw.append(frame)
        self.events.append(protocol.decode_server(frame) if isinstance(frame, str) else protocol.decode_audio(frame))
        self._arrived.set()

    async def _frames(self) -> AsyncIterator[str | bytes]:
        while (frame := await self._inbound.get()) is not None:
            yield frame
