"""A visit without a window: the same conversation and the same picture, written to a video file.

One clock: the output stream. Picture ``i`` shows the stream's sample ``i * rate / fps``, and the sound of the file is
the stream itself. While the host is thinking, pictures are made at the pace of the wall clock, so that a wait in the
video lasts as long as it did.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE
from avatar.video import VideoWriter
from server import protocol
from viewer import actions
from viewer.audio import MICROPHONE_RATE
from viewer.client import Client
from viewer.errors import InputError, ViewerError
from viewer.exchange import Exchange
from viewer.speech import PlaybackPosition
from viewer.state import ConnectionChanged, ViewerEvent, ViewState, act, apply

PATIENCE_SECONDS = 180.0  # without a word from the server
TYPING_SECONDS = 1.6  # for a whole question, however long
DWELL_SECONDS = 1.4  # on the feed, before stepping up to an item
DEAF_SECONDS = 4.0  # after a recording, until it counts as one without speech
NO_WORDS = "no words could be understood in the recorded question; a clear voice without music is wanted"
PAUSE_SECONDS = 0.7  # after an answer
SELECT_SECONDS = 0.22  # from card to card
USER_GAIN = 0.5  # of a recorded question in the video's sound, so that the host stays the louder one

Question = str | NDArray[np.int16]  # typed, or 16 kHz mono speech
Picture = Callable[[ViewState, PlaybackPosition, float], NDArray[np.uint8]]
Progress = Callable[[str, float, float], None]  # what goes on, beats done, seconds of video


class VisitError(ViewerError):
    """The visit could not be held to its end."""


@dataclass(slots=True)
class SpokenTurn:
    """A question and what the host said to it; ``question`` None is the introduction."""

    question: str | None
    asked: str = "text"
    reply: list[protocol.WireMark] = field(default_factory=list)
    asked_at: float = 0.0
    first_sentence_at: float | None = None
    first_sound_at: float | None = None

    def as_json(self) -> dict[str, object]:
        """Return the turn as the transcript holds it; seconds are of wall time since the question was asked in full."""
        turn: dict[str, object] = {
            "reply": [{"text": mark.text, "evidence": list(mark.evidence)} for mark in self.reply],
            "seconds_to_first_sentence": _since(self.asked_at, self.first_sentence_at),
            "seconds_to_first_sound": _since(self.asked_at, self.first_sound_at),
        }
        return turn if self.question is None else {"question": self.question, "asked": self.asked, **turn}


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in a visit: the item to step up to (None: the newest) and the questions."""

    item_id: str | None
    questions: Sequence[Question]


class Visit:
    """Holds a visit by its script and films it.

    Args:
        client: the connection.
        exchange: routes it; its clock is the visit's.
        picture: draws the state at a position and a time in seconds: uint8, (height, width, 3 or 4).
        video: where pictures and sound go.
        fps: pictures a second.
    """

    def __init__(
        self,
        client: Client,
        exchange: Exchange,
        picture: Picture,
        video: VideoWriter,
        *,
        fps: int,
        progress: Progress,
    ) -> None:
        self.state = ViewState()
        self.turns: list[SpokenTurn] = []
        self._client = client
        self._exchange = exchange
        self._picture = picture
        self._video = video
        self._fps = fps
        self._progress = progress
        self._beat = ("opening the feed", 0.0)
        self._heard_from_server = time.monotonic()
        self._microphone: _Recording | None = None

    @property
    def seconds(self) -> float:
        """Length of the film so far."""
        return self._video.frames / self._fps

    def hold(self, script: Script) -> protocol.Card:
        """Hold the visit; return the card of the item that was visited.

        Raises:
            InputError: the feed is empty or has no such item, or a recording holds no words.
        VisitError: the server fell silent, or the connection was lost.
        """
        self._load_feed()
        card = self._choose(script.item_id)
        self._beat = (f"meeting {card.host}", 1.0)
        self.turns.append(SpokenTurn(None, asked_at=time.monotonic()))
        self._do(actions.OpenCard())
        self._answered()
        for number, question in enumerate(script.questions, 1):
            self._beat = (f"question {number} of {len(script.questions)}", 1.0 + number)
            self._pause(PAUSE_SECONDS)
            if isinstance(question, str):
                self._type(question)
            else:
                self._say(question)
            self._answered()
        self._pause(1.5 * PAUSE_SECONDS)
        return card

    def _load_feed(self) -> None:
        """Wait for the first page; the film begins with it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self.state.cards:
            incoming = self._client.wait(max(0.0, deadline - time.monotonic()))
            if incoming is None:
                raise VisitError("the server says nothing")
            event = self._exchange.take(incoming)
            if event is not None:
                self._take(event)
            if isinstance(event, protocol.FeedPage) and not event.total:
                raise InputError("the feed has no items to visit")

    # -- the beats ---------------------------------------------------------------------------------------------------

    def _choose(self, item_id: str | None) -> protocol.Card:
        self._pause(DWELL_SECONDS)
        wanted = item_id or self.state.cards[0].id
        while True:
            card = self.state.selected_card
            if card is not None and card.id == wanted:
                self._pause(DWELL_SECONDS)
                return card
            before = self.state.selected
            self._do(actions.MoveSelection(1))
            self._pause(SELECT_SECONDS)
            if self.state.selected == before and len(self.state.cards) >= self.state.total:
                raise InputError(f"the feed has no item {wanted!r}")

    def _type(self, question: str) -> None:
        frames = max(1, round(min(TYPING_SECONDS, len(question) / 15) * self._fps))
        typed = 0
        for frame in range(1, frames + 1):
            upto = len(question) * frame // frames
            if upto > typed:
                self._do(actions.Insert(question[typed:upto]))
                typed = upto
            self._frame()
        self._pause(0.25)
        self.turns.append(SpokenTurn(question, asked_at=time.monotonic()))
        self._do(actions.Submit())

    def _say(self, speech: NDArray[np.int16]) -> None:
        """Play a recording into the microphone, and then silence until the server has heard the end of it."""
        turns = len(self.turns)
        self.turns.append(SpokenTurn("", asked="speech", asked_at=time.monotonic()))
        self._client.send(
            protocol.SessionUpdate(
                session={"audio": {"input": {"format": {"type": "audio/pcm", "rate": MICROPHONE_RATE}}}}
            )
        )
        self._microphone = _Recording(speech, self._fps)
        self._until(lambda: self._microphone is None or self._microphone.ended)
        asked_at, asked_in_film = time.monotonic(), self.seconds
        self.turns[turns].asked_at = asked_at

        def understood() -> bool:
            waited = min(time.monotonic() - asked_at, self.seconds - asked_in_film)
            if waited > DEAF_SECONDS and not (self.state.listening or self.state.thinking):
                raise InputError(NO_WORDS)
            return bool(self.turns[turns].question)

        self._until(understood)
        self._microphone = None

    def _answered(self) -> None:
        turn = self.turns[-1]
        self._until(lambda: turn.first_sentence_at is not None and not self.state.responding)
        self._until(lambda: not self._exchange.playback.sounding)

    # -- frames ------------------------------------------------------------------------------------------------------

    def _pause(self, seconds: float) -> None:
        for _ in range(round(seconds * self._fps)):
            self._frame()

    def _until(self, reached: Callable[[], bool]) -> None:
        self._heard_from_server = time.monotonic()
        while not reached():
            began = time.monotonic()
            self._frame()
            waiting = self.state.thinking or self._exchange.playback.starved or self.state.status != "ready"
            if waiting:
                self._wait(began + 1 / self._fps)
            if self._exchange.playback.sounding and not self._exchange.playback.starved:
                self._heard_from_server = time.monotonic()
            if time.monotonic() - self._heard_from_server > PATIENCE_SECONDS:
                raise VisitError("the server says nothing any more")

    def _wait(self, until: float) -> None:
        """Let the wall clock catch up with the film."""
        while (left := until - time.monotonic()) > 0:
            incoming = self._client.wait(left)
            if incoming is not None:
                event = self._exchange.take(incoming)
                if event is not None:
                    self._take(event)

    def _frame(self) -> None:
        """Take in what has come, then film one picture and its sound."""
        for event in self._exchange.receive():
            self._take(event)
        self._video.write(self._picture(self.state, self._exchange.position(), self.seconds))
        frames = self._video.frames
        due = frames * SAMPLE_RATE // self._fps - (frames - 1) * SAMPLE_RATE // self._fps
        sound = self._exchange.playback.read(due)
        if self._microphone is not None:
            block = self._microphone.next_block()
            self._client.send_sound(self._microphone.sent - len(block), block)
            sound = _mixed(sound, block)
        self._video.write_audio(sound)
        self._progress(*self._beat, self.seconds)

    # -- events ------------------------------------------------------------------------------------------------------

    def _do(self, action: actions.Action) -> None:
        outcome = act(self.state, action, self.seconds)
        self.state = outcome.state
        for event in outcome.send:
            self._exchange.send(event)

    def _take(self, event: ViewerEvent) -> None:
        self._heard_from_server = time.monotonic()
        outcome = apply(self.state, event, self.seconds)
        self.state = outcome.state
        for answer in outcome.send:
            self._exchange.send(answer)
        self._note(event)

    def _note(self, event: ViewerEvent) -> None:
        match event:
            case ConnectionChanged("lost", message):
                raise VisitError(message)
            case protocol.ErrorEvent(error=error) if error.type == "server_error":
                raise VisitError(error.message)
            case protocol.TranscriptionCompleted(transcript=transcript) if self.turns:
                if not transcript.strip():
                    raise InputError(NO_WORDS)
                self.turns[-1].question = transcript
            case protocol.AvatarMarks(marks=marks) if self.turns:
                turn = self.turns[-1]
                turn.reply.extend(mark for mark in marks if mark.kind == "sentence")
                if turn.reply and turn.first_sentence_at is None:
                    turn.first_sentence_at = time.monotonic()
                if turn.first_sound_at is None and any(mark.kind == "phoneme" for mark in marks):
                    turn.first_sound_at = time.monotonic()


class _Recording:
    """A recording played into the microphone at the film's pace, followed by silence."""

    def __init__(self, speech: NDArray[np.int16], fps: int) -> None:
        self._speech = speech
        self._fps = fps
        self._blocks = self._cut()
        self.sent = 0
        self.ended = False

    def next_block(self) -> NDArray[np.int16]:
        """Return the sound of the next picture's time, int16 at ``MICROPHONE_RATE``."""
        block = next(self._blocks)
        self.sent += len(block)
        self.ended = self.sent >= len(self._speech)
        return block

    def _cut(self) -> Iterator[NDArray[np.int16]]:
        frame = 0
        while True:
            first, last = (count * MICROPHONE_RATE // self._fps for count in (frame, frame + 1))
            block = np.zeros(last - first, np.int16)
            part = self._speech[first:last]
            block[: len(part)] = part
            yield block
            frame += 1


def _mixed(sound: NDArray[np.int16], block: NDArray[np.int16]) -> NDArray[np.int16]:
    """Add the user's recorded voice (another rate, same duration) to the host's."""
    at = np.arange(len(sound)) * (len(block) / len(sound))
    user = np.interp(at, np.arange(len(block)), block.astype(np.float64)) * USER_GAIN
    mixed: NDArray[np.int16] = np.clip(sound + user, -32_768, 32_767).astype(np.int16)
    return mixed


def _since(began: float, at: float | None) -> float | None:
    return None if at is None else round(at - began, 3)


def transcript(visit: Visit, card: protocol.Card, video: Path, fps: int) -> dict[str, object]:
    """Return what was said, with the evidence, as ``visit.json`` holds it."""
    introduction, *turns = visit.turns
    return {
        "item": card.id,
        "title": card.title,
        "host": card.host,
        "introduction": introduction.as_json(),
        "turns": [turn.as_json() for turn in turns],
        "video": video.name,
        "seconds": round(visit.seconds, 3),
        "fps": fps,
    }
