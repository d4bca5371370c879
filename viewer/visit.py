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
from viewer.acting import act
from viewer.audio import MICROPHONE_RATE
from viewer.client import Client
from viewer.errors import InputError, ViewerError
from viewer.exchange import SAMPLES_PER_MS, Exchange
from viewer.foresight import Foresight
from viewer.logbook import Logbook
from viewer.replay import Picture, UserVoice
from viewer.state import ConnectionChanged, ViewerEvent, ViewState, apply

PATIENCE_SECONDS = 180.0  # without a word from the server
TYPING_SECONDS = 1.6  # for a whole question, however long
DWELL_SECONDS = 1.4  # on the feed, before stepping up to an item
DEAF_SECONDS = 4.0  # after a recording, until it counts as one without speech
NO_WORDS = "no words could be understood in the recorded question; a clear voice without music is wanted"
PAUSE_SECONDS = 0.7  # after an answer
SELECT_SECONDS = 0.22  # from card to card

Question = str | NDArray[np.int16]  # typed, or 16 kHz mono speech
Progress = Callable[[str, float, float], None]  # what goes on, beats done, seconds of video


class VisitError(ViewerError):
    """The visit could not be held to its end."""


@dataclass(slots=True)
class SpokenTurn:
    """A question and what the host said to it; ``question`` None is the introduction."""

    question: str | None
    asked: str = "text"
    cut_off_after: str | None = None  # what was heard of the reply, if the user cut in on it
    reply: list[protocol.WireMark] = field(default_factory=list)
    asked_at: float = 0.0
    first_sentence_at: float | None = None
    first_sound_at: float | None = None

    def as_json(self) -> dict[str, object]:
        """Return the turn as the transcript holds it; seconds are of wall time since the question was asked in full."""
        turn: dict[str, object] = {} if self.cut_off_after is None else {"cut_off_after": self.cut_off_after}
        turn |= {
            "reply": [{"text": mark.text, "evidence": list(mark.evidence)} for mark in self.reply],
            "seconds_to_first_sentence": _since(self.asked_at, self.first_sentence_at),
            "seconds_to_first_sound": _since(self.asked_at, self.first_sound_at),
        }
        return turn if self.question is None else {"question": self.question, "asked": self.asked, **turn}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question; with ``cut_in`` it begins that many seconds into what the host is saying, not after it."""

    question: Question
    cut_in: float | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in a visit: the item to step up to (None: the newest) and the questions."""

    item_id: str | None
    questions: Sequence[Asked]


class Visit:
    """Holds a visit by its script and films it.

    Args:
        client: the connection.
        exchange: routes it; its clock is the visit's.
        picture: draws the state at a position and a time in seconds: uint8, (height, width, 3 or 4).
        video: where pictures and sound go.
        fps: pictures a second.
        log: written down there, if given.
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
        log: Logbook | None = None,
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
        self._voice = UserVoice()
        self._foresight = Foresight()
        self._log = log
        self._answers: dict[int, SpokenTurn] = {}  # by generation

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
        for number, asked in enumerate(script.questions, 1):
            if asked.cut_in is None:
                self._answered()
            else:
                self._heard_for(asked.cut_in)
            self._beat = (f"question {number} of {len(script.questions)}", 1.0 + number)
            if asked.cut_in is None:
                self._pause(PAUSE_SECONDS)
            if isinstance(asked.question, str):
                self._type(asked.question)
            else:
                self._say(asked.question, over_the_host=asked.cut_in is not None)
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

    def _say(self, speech: NDArray[np.int16], *, over_the_host: bool) -> None:
        """Play a recording into the microphone, and then silence until the server has heard the end of it.

        What is said over the host may be no question at all, a "mhm": then the host goes on, and it is no turn.
        """
        turn = SpokenTurn("", asked="speech", asked_at=time.monotonic())
        self.turns.append(turn)
        self._client.send(
            protocol.SessionUpdate(
                session={"audio": {"input": {"format": {"type": "audio/pcm", "rate": MICROPHONE_RATE}}}}
            )
        )
        self._microphone = _Recording(speech, self._fps)
        self._until(lambda: self._microphone is None or self._microphone.ended)
        asked_at, asked_in_film = time.monotonic(), self.seconds
        turn.asked_at = asked_at

        def understood() -> bool:
            waited = min(time.monotonic() - asked_at, self.seconds - asked_in_film)
            if waited > DEAF_SECONDS and not (self.state.listening or self.state.thinking):
                if not over_the_host:
                    raise InputError(NO_WORDS)
                if turn in self.turns:
                    self.turns.remove(turn)
            return bool(turn.question) or turn not in self.turns

        self._until(understood)
        self._microphone = None

    def _heard_for(self, seconds: float) -> None:
        """Wait until so much of what the host says now was heard, or all of it."""
        turn = self.turns[-1]

        def reached() -> bool:
            speech, position = self.state.speech, self._exchange.position()
            if turn.first_sentence_at is None or speech is None or position.generation != speech.generation:
                return False
            over = not (self.state.responding or self._exchange.playback.sounding)
            return over or position.sample >= seconds * SAMPLE_RATE

        self._until(reached)

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
            playback = self._exchange.playback
            waiting = self.state.thinking or playback.starved or playback.held or self.state.status != "ready"
            if waiting or self._microphone is not None:  # the ears' time is the wall clock's
                self._wait(began + 1 / self._fps)
            if playback.sounding and not (playback.starved or playback.held):
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
        playback = self._exchange.playback
        if self._microphone is not None:
            block = self._microphone.next_block()
            self._voice.add(playback.position, block)
            self._exchange.speak(block)
        for event in self._exchange.receive():
            self._take(event)
        for look in self._foresight.follow(self.state, self.seconds):
            self._exchange.send(look)
        self._exchange.typing(bool(self.state.draft.text))
        picture = self._picture(self.state, self._exchange.position(), self.seconds)
        if self._log is not None:
            self._log.drew(picture, playback.position)
        self._video.write(picture)
        frames, start = self._video.frames, playback.position
        due = frames * SAMPLE_RATE // self._fps - (frames - 1) * SAMPLE_RATE // self._fps
        self._video.write_audio(self._voice.mixed(start, playback.read(due)))
        self._progress(*self._beat, self.seconds)

    # -- events ------------------------------------------------------------------------------------------------------

    def _do(self, action: actions.Action) -> None:
        if self._log is not None:
            self._log.did(action, self._exchange.playback.position)
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
            case protocol.ResponseCreated(response=response) if self.turns:
                self._answers[response.generation] = self.turns[-1]
            case protocol.ConversationItemTruncated(audio_end_ms=heard):
                self._cut_off(heard * SAMPLES_PER_MS)
            case protocol.AvatarMarks(marks=marks, generation=generation) if generation in self._answers:
                turn = self._answers[generation]
                turn.reply.extend(mark for mark in marks if mark.kind == "sentence")
                if turn.reply and turn.first_sentence_at is None:
                    turn.first_sentence_at = time.monotonic()
                if turn.first_sound_at is None and any(mark.kind == "phoneme" for mark in marks):
                    turn.first_sound_at = time.monotonic()

    def _cut_off(self, sample: int) -> None:
        """Note how much of the answer was heard before the user cut in, up to ``sample`` of it."""
        speech = self.state.speech
        if speech is not None and speech.generation in self._answers:
            self._answers[speech.generation].cut_off_after = speech.heard_until(sample)


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


def _since(began: float, at: float | None) -> float | None:
    return None if at is None else round(max(at - began, 0.0), 3)


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
