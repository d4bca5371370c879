"""A visit without a server, for tests: a double of the connection that answers as a server would, and what it draws."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from avatar.stage import Stage
from avatar.video import VideoWriter
from server import protocol as wire
from tests.viewer.doubles import SENTENCE, answer, opened, page, session
from viewer.client import Client, Incoming, Sound
from viewer.exchange import Exchange, Observer
from viewer.logbook import Logbook
from viewer.speech import PlaybackPosition
from viewer.state import ViewState
from viewer.visit import Asked, Script, Visit

WORD = 6_000  # samples, as ``doubles.answer`` places words
SAMPLES = WORD * len(SENTENCE.split())


class ServerDouble:
    """A test double of the connection: everything that is asked for is answered at once, with sound.

    A first block of the microphone while it speaks holds the host; it is resumed after ``PATIENCE`` blocks.
    """

    PATIENCE = 12

    def __init__(self) -> None:
        self.sent: list[wire.ClientEvent] = []
        self._coming: deque[Incoming] = deque([session()])
        self._generation = 0
        self._blocks = 0

    def follow(self, at_once: Callable[[Incoming], None]) -> None:
        raise AssertionError("a film takes what comes between its pictures")

    def poll(self) -> Iterator[Incoming]:
        while self._coming:
            yield self._coming.popleft()

    def wait(self, seconds: float) -> Incoming | None:
        return self._coming.popleft() if self._coming else None

    def send(self, event: wire.ClientEvent) -> None:
        self.sent.append(event)
        match event:
            case wire.FeedPageRequest():
                self._coming.append(page(2))
            case wire.FeedOpen():
                self._coming.append(opened())
                self._answer()
            case wire.ResponseCreate():
                self._answer()
            case wire.ConversationItemTruncate(item_id=item_id, audio_end_ms=heard):
                told = wire.ConversationItemTruncated(item_id=item_id, content_index=0, audio_end_ms=heard)
                self._coming.appendleft(told)

    def send_sound(self, first: int, pcm: NDArray[np.int16]) -> None:
        self._blocks += 1
        if self._blocks == 1:
            self._coming.append(wire.AvatarYield(generation=self._generation, how="duck"))
            self._coming.append(wire.AvatarAttention(state="listening"))
        elif self._blocks == 3:
            self._coming.append(wire.AvatarYield(generation=self._generation, how="hold"))
        elif self._blocks == self.PATIENCE:
            self._coming.append(wire.AvatarYield(generation=self._generation, how="resume"))
        elif self._blocks == 2 * self.PATIENCE:
            usage = wire.TranscriptionUsage(seconds=1.0)
            self._coming.extend(
                [
                    wire.SpeechStarted(audio_start_ms=0, item_id="u1"),
                    wire.SpeechStopped(audio_end_ms=900, item_id="u1"),
                    wire.AvatarAttention(state="heard"),
                    wire.TranscriptionCompleted(item_id="u1", transcript="Who paid?", usage=usage),
                ]
            )
            self._answer()

    def _answer(self) -> None:
        self._generation += 1
        number = self._generation
        created, *told = answer(number)
        item = wire.ConversationItem(id=f"answer_{number}", role="assistant")
        self._coming.extend([created, wire.OutputItemAdded(response_id=f"r{number}", item=item), *told])
        tone = 3_000 * np.sin(np.arange(SAMPLES) * 0.05)
        self._coming.append(Sound(number, 0, tone.astype(np.int16)))
        done = wire.Response(id=f"r{number}", generation=number, status="completed")
        self._coming.append(wire.ResponseDone(response=done))


class VideoDouble:
    """A test double of the video file that keeps what it is given."""

    def __init__(self) -> None:
        self.pictures: list[NDArray[np.uint8]] = []
        self.sound: list[NDArray[np.int16]] = []

    @property
    def frames(self) -> int:
        return len(self.pictures)

    def write(self, picture: NDArray[np.uint8]) -> None:
        self.pictures.append(picture)

    def write_audio(self, pcm: NDArray[np.int16]) -> None:
        self.sound.append(pcm)


def numbers_of(stage: Stage) -> Callable[[ViewState, PlaybackPosition, float], NDArray[np.uint8]]:
    """Return what stands in for drawing: every number of the pose and every word of the state, as pixels."""

    def picture(state: ViewState, position: PlaybackPosition, seconds: float) -> NDArray[np.uint8]:
        pose = stage.pose_at(position.stream)
        numbers = np.concatenate([pose.face.astype(np.float64), *(np.array(bone) for bone in pose.bones.values())])
        words = repr((state, position, state.caption(position), seconds)).encode()
        return np.frombuffer(numbers.tobytes() + words, np.uint8)

    return picture


def hold_visit(
    stage: Stage,
    picture: Callable[[ViewState, PlaybackPosition, float], NDArray[np.uint8]],
    log: Logbook | None = None,
    observers: tuple[Observer, ...] = (),
    questions: tuple[Any, ...] = ("How far was it moved?",),
) -> tuple[Visit, VideoDouble, ServerDouble]:
    """Hold a visit with a typed question and a spoken one that cuts in; return what became of it."""
    server, video = ServerDouble(), VideoDouble()
    watching = (*([log] if log is not None else []), *observers)
    exchange = Exchange(server, stage, observers=watching)
    visit = Visit(
        cast(Client, server), exchange, picture, cast(VideoWriter, video),
        fps=30, progress=lambda *_: None, log=log,
    )  # fmt: skip
    speech = (4_000 * np.sin(np.arange(12_000) * 0.3)).astype(np.int16)
    visit.hold(Script(None, [*(Asked(question) for question in questions), Asked(speech, cut_in=1.0)]))
    return visit, video, server
