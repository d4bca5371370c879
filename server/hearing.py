"""The listening side of one session: sound in, facts about the user's turns and their words out. A shell."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from server.abilities import Abilities, Listener
from server.ears import (
    EAR_RATE,
    EarEvent,
    Onset,
    OnsetOver,
    PartialDue,
    Paused,
    SpeechGoesOn,
    SpeechStarted,
    SpeechStopped,
    TurnFull,
)
from server.errors import ServerError
from server.protocol import TurnDetection
from server.recognition import Job, Recognition

log = logging.getLogger(__name__)

WAITING_SECONDS = 30  # of sound that is kept while the models load; older sound is forgotten
PIECE = 1 << 14  # bytes that are listened to at a stretch, 0.5 s or less, so that others are not kept waiting
MUTE_AFTER = 0.4  # seconds without any sound in the middle of a turn: the microphone was switched off
MUTE_EVERY = 0.1  # seconds between two stretches of the silence that is then put in its place


class Hears(Protocol):
    """Who is told what was heard; all calls come from the event loop. Times are seconds of sound."""

    def onset(self) -> None:
        """Take the first sign of speech."""

    def onset_over(self) -> None:
        """Take the news that nothing came of it."""

    def speech_started(self, turn: int) -> None:
        """Take the beginning of a turn."""

    def speech_goes_on(self, turn: int, voiced: float, silent: float) -> None:
        """Take how much speech is in a turn and how much silence at its end."""

    def paused(self, turn: int, pause: int) -> None:
        """Take the beginning of a pause."""

    def turn_full(self, turn: int) -> None:
        """Take the news that a turn cannot go on."""

    def partly_understood(self, turn: int, text: str) -> None:
        """Take words of a turn that goes on."""

    def understood(self, turn: int, pause: int, text: str) -> None:
        """Take the words up to a pause."""

    def scored(self, turn: int, pause: int, score: float | None) -> None:
        """Take how much a pause sounds like the end of the turn."""

    def heard(self, turn: int, message_id: str, text: str, seconds: float) -> None:
        """Take what the user said in a turn that is over, in ``seconds`` of sound."""

    def not_heard(self, turn: int, message_id: str, error: Exception) -> None:
        """Take the news that a turn that is over could not be turned into text."""

    def deaf(self, error: Exception) -> None:
        """Take the news that there are no ears."""


@dataclass(slots=True)
class Turn:
    """A turn as the wire names it.

    Attributes:
        message_id: of the message that it becomes.
        start: its first sample at ``EAR_RATE``.
        guess: the recognition of all of it up to its last pause.
        audio: that stretch of it.
    """

    message_id: str
    start: int
    guess: Job | None = None
    audio: NDArray[np.float32] | None = None

    @property
    def start_ms(self) -> int:
        """Where it begins in the sound of the session, in milliseconds."""
        return _milliseconds(self.start)


@dataclass(frozen=True, slots=True)
class Ended:
    """A turn that is over: where it ends in the sound of the session, in milliseconds, and how long it was."""

    message_id: str
    end_ms: int
    seconds: float


class Hearing:
    """Feeds the microphone to the ears, and what they heard to the transcriber.

    The models are loaded when the first sound comes; what is said meanwhile waits for them. A microphone that falls
    mute in the middle of a turn is heard as silence.

    Attributes:
        wake_at: when to call ``woken``, on the clock of the session; None when not at all.
    """

    def __init__(
        self,
        abilities: Abilities,
        told: Hears,
        new_name: Callable[[], str],
        turn_detection: TurnDetection | None,
        rate: int,
        *,
        clock: Callable[[], float],
    ) -> None:
        """Listen with the house's models and tell ``told``; ``new_name`` gives the id of the next message."""
        self.wake_at: float | None = None
        self._abilities = abilities
        self._told = told
        self._name = new_name
        self._turn_detection = turn_detection
        self._rate = rate
        self._clock = clock
        self._listener: Listener | None = None
        self._loading: asyncio.Task[None] | None = None
        self._deaf = False
        self._waiting = bytearray()
        self._recognition = Recognition(abilities.transcribe)
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: dict[int, Turn] = {}  # that go on
        self._listened_until = 0.0  # on the clock of the session

    async def sound(self, pcm: bytes) -> None:
        """Take sound of the microphone: 16-bit little-endian mono at the session's rate.

        Raises:
            server.ears.AudioFormatError: half a sample.
        """
        if self._deaf:
            return
        if self._listener is None or self._waiting:
            self._waiting += pcm
            del self._waiting[: max(0, len(self._waiting) - 2 * self._rate * WAITING_SECONDS)]
            self._start_loading()
            return
        for start in range(0, len(pcm), PIECE):
            if start:
                await asyncio.sleep(0)
            self._listen(self._listener, pcm[start : start + PIECE])

    def woken(self) -> None:
        """Hear silence for as long as a microphone says nothing in the middle of a turn."""
        now = self._clock()
        if self.wake_at is None or now < self.wake_at:
            return
        if self._listener is not None and self._turns:
            samples = int((now - self._listened_until) * self._rate)
            for event in self._listener.push(bytes(2 * samples)):
                self._take(event)
        self._listened_until = now
        self.wake_at = now + MUTE_EVERY if self._turns else None

    async def commit(self) -> tuple[int, SpeechStopped] | None:
        """End the turn by hand, with all sound there is: return its number and itself, None when there is no sound."""
        if not self._deaf and (self._listener is None or self._waiting):
            await self._start_loading()
        stopped = self._listener.commit() if self._listener is not None else None
        return None if stopped is None else (stopped.turn, stopped)

    def turn(self, number: int) -> Turn:
        """Return a turn that goes on, by the ears' number."""
        if number not in self._turns:
            self._turns[number] = Turn(self._name(), 0)
        return self._turns[number]

    def finish(self, number: int, *, known: bool, stopped: SpeechStopped | None = None) -> Ended | None:
        """End a turn: in the ears, unless that was done by hand (``stopped``).

        Unless its words are ``known`` they follow, with ``heard`` or ``not_heard``.

        Returns:
            The turn, or None where there is none of that number.
        """
        if stopped is None and self._listener is not None:
            stopped = self._listener.finish() if number in self._turns else None
        if stopped is None:
            self._turns.pop(number, None)
            return None
        turn = self.turn(number)
        del self._turns[number]
        seconds = len(stopped.audio) / EAR_RATE
        if not known:
            settled = turn.guess if stopped.settled else None
            if settled is None or not self._recognition.keep(settled):
                settled = self._recognition.words(stopped.audio)
            self._spawn(self._words(number, turn.message_id, settled, seconds))
        return Ended(turn.message_id, _milliseconds(stopped.end), seconds)

    def drop(self, number: int) -> None:
        """Forget a turn that was none."""
        if self._turns.pop(number, None) is not None and self._listener is not None:
            self._listener.finish()

    def score(self, number: int, pause: int) -> None:
        """Ask the end-of-turn model about a pause."""
        turn = self._turns.get(number)
        if turn is not None and turn.audio is not None:
            self._spawn(self._score(number, pause, turn.audio))

    def clear(self) -> None:
        """Forget what was not committed."""
        self._waiting.clear()
        self._turns.clear()
        if self._listener is not None:
            self._listener.clear()

    def configure(self, turn_detection: TurnDetection | None, rate: int) -> None:
        """Follow the session's settings."""
        if rate != self._rate:
            self._waiting.clear()
        self._turn_detection, self._rate = turn_detection, rate
        if self._listener is not None:
            self._listener.configure(turn_detection, rate)

    async def close(self) -> None:
        """Stop; what is being transcribed is not reported."""
        tasks: list[asyncio.Task[Any]] = [*self._tasks]
        if self._loading is not None:
            tasks.append(self._loading)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._recognition.close()

    def _start_loading(self) -> asyncio.Task[None]:
        if self._loading is None:
            self._loading = asyncio.create_task(self._load())
        return self._loading

    async def _load(self) -> None:
        try:
            listener = await asyncio.to_thread(self._abilities.listener, self._turn_detection, self._rate)
        except Exception as error:
            # what is missing is told in the message; only what nobody expected needs its traceback
            log.warning("there are no ears: %s", error, exc_info=not isinstance(error, ServerError))
            self._deaf = True
            self._waiting.clear()
            self._told.deaf(error)
            return
        listener.configure(self._turn_detection, self._rate)  # they may have changed meanwhile
        self._listener = listener
        while self._waiting:  # more may come while it is listened to
            self._listen(listener, bytes(self._waiting[:PIECE]))
            del self._waiting[:PIECE]
            await asyncio.sleep(0)

    def _listen(self, listener: Listener, pcm: bytes) -> None:
        for event in listener.push(pcm):
            self._take(event)
        self._listened_until = self._clock()
        self.wake_at = self._listened_until + MUTE_AFTER if self._turns else None

    def _take(self, event: EarEvent) -> None:
        match event:
            case Onset():
                self._told.onset()
            case OnsetOver():
                self._told.onset_over()
            case SpeechStarted(turn, start):
                self._turns[turn] = Turn(self._name(), start)
                self._told.speech_started(turn)
            case SpeechGoesOn(turn, voiced, silent):
                self._told.speech_goes_on(turn, voiced, silent)
            case PartialDue(turn, audio):
                if not self._recognition.busy:
                    self._spawn(self._part(turn, self._recognition.guess(audio)))
            case Paused(turn, pause, audio):
                named = self.turn(turn)
                named.audio, named.guess = audio, self._recognition.guess(audio)
                self._told.paused(turn, pause)
                self._spawn(self._guess(turn, pause, named.guess))
            case TurnFull(turn):
                self._told.turn_full(turn)

    async def _part(self, turn: int, job: Job) -> None:
        text = await self._result(job)
        if text is not None and turn in self._turns:
            self._told.partly_understood(turn, text)

    async def _guess(self, turn: int, pause: int, job: Job) -> None:
        text = await self._result(job)
        if text is not None and turn in self._turns:
            self._told.understood(turn, pause, text)

    async def _result(self, job: Job) -> str | None:
        """Return the words of a guess; one that fails is no loss, the turn itself will tell."""
        try:
            text = await asyncio.shield(job.done)
        except Exception as error:
            unexpected = not isinstance(error, ServerError)
            log.warning("a guess at what is being said failed: %s", error, exc_info=unexpected)
            return None
        return None if text is None else text.strip()

    async def _words(self, turn: int, message_id: str, job: Job, seconds: float) -> None:
        try:
            text = await asyncio.shield(job.done)
        except Exception as error:
            log.exception("the words of %s could not be made out", message_id)
            self._told.not_heard(turn, message_id, error)
            return
        self._told.heard(turn, message_id, (text or "").strip(), seconds)

    async def _score(self, turn: int, pause: int, audio: NDArray[np.float32]) -> None:
        try:
            score = await asyncio.to_thread(self._abilities.end_of_turn, audio)
        except Exception:
            log.exception("the end of a turn could not be judged")
            return
        self._told.scored(turn, pause, score)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _milliseconds(samples: int) -> int:
    return round(1_000 * samples / EAR_RATE)
