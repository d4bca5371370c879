"""The listening side of one session: sound in, turns and their words out. The shell round ``server.ears``."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from server.abilities import Abilities, Listener
from server.ears import EAR_RATE, EarEvent, PartialDue, SpeculativeDue, SpeechStarted, SpeechStopped
from server.errors import ServerError
from server.protocol import TurnDetection

log = logging.getLogger(__name__)

WAITING_SECONDS = 30  # of sound that is kept while the models load; older sound is forgotten
LONG_SOUND = 1 << 16  # bytes; what is longer is heard in a thread, so that others are not kept waiting


class Hears(Protocol):
    """Who is told what was heard; all calls come from the event loop."""

    def speech_started(self, message_id: str, start_ms: int) -> None:
        """Take the beginning of the user's speech."""

    def speech_stopped(self, message_id: str, end_ms: int, *, by_hand: bool) -> None:
        """Take the end of the user's turn; ``by_hand``: the client committed it."""

    def heard_partly(self, message_id: str, text: str) -> None:
        """Take what the user seems to be saying."""

    def heard(self, message_id: str, text: str, seconds: float) -> None:
        """Take what the user said, in ``seconds`` of sound."""

    def not_heard(self, message_id: str, error: Exception) -> None:
        """Take the news that a turn could not be turned into text."""

    def deaf(self, error: Exception) -> None:
        """Take the news that there are no ears."""


class Hearing:
    """Feeds the microphone to the ears and the turns to the transcriber.

    The models are loaded when the first sound comes; what is said meanwhile waits for them.
    """

    def __init__(
        self,
        abilities: Abilities,
        told: Hears,
        new_name: Callable[[], str],
        turn_detection: TurnDetection | None,
        rate: int,
    ) -> None:
        """Listen with the house's models and tell ``told``; ``new_name`` gives the id of the next message."""
        self._abilities = abilities
        self._told = told
        self._name = new_name
        self._turn_detection = turn_detection
        self._rate = rate
        self._listener: Listener | None = None
        self._loading: asyncio.Task[None] | None = None
        self._deaf = False
        self._waiting = bytearray()
        self._tasks: set[asyncio.Task[None]] = set()  # turns that are being turned into text
        self._guess: tuple[int, asyncio.Task[str]] | None = None  # a turn and the text of what there is of it
        self._names: dict[int, str] = {}  # turn -> message id, while the turn goes on

    async def sound(self, pcm: bytes) -> None:
        """Take sound of the microphone: 16-bit little-endian mono at the session's rate.

        Raises:
            server.ears.AudioFormatError: half a sample.
        """
        if self._deaf:
            return
        if self._listener is None:
            self._waiting += pcm
            del self._waiting[: max(0, len(self._waiting) - 2 * self._rate * WAITING_SECONDS)]
            self._start_loading()
            return
        listener = self._listener
        events = await asyncio.to_thread(listener.push, pcm) if len(pcm) > LONG_SOUND else listener.push(pcm)
        for event in events:
            self._take(event)

    async def commit(self) -> bool:
        """End the turn by hand; False when there is no sound to end."""
        if self._listener is None and not self._deaf:
            await self._start_loading()
        stopped = self._listener.commit() if self._listener is not None else None
        if stopped is not None:
            self._stopped(stopped, by_hand=True)
        return stopped is not None

    def clear(self) -> None:
        """Forget what was not committed."""
        self._waiting.clear()
        self._names.clear()
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
        if self._guess is not None:
            tasks.append(self._guess[1])
        if self._loading is not None:
            tasks.append(self._loading)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

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
        waiting = bytes(self._waiting)
        self._waiting.clear()
        self._listener = listener
        for event in listener.push(waiting):
            self._take(event)

    def _take(self, event: EarEvent) -> None:
        match event:
            case SpeechStarted():
                self._told.speech_started(self._message(event.turn), _milliseconds(event.start))
            case PartialDue():
                if self._guess is None or self._guess[1].done():
                    self._guess_at(event.turn, event.audio)
            case SpeculativeDue():
                self._guess_at(event.turn, event.audio)
            case SpeechStopped():
                self._stopped(event, by_hand=False)

    def _stopped(self, event: SpeechStopped, *, by_hand: bool) -> None:
        message_id = self._message(event.turn)
        del self._names[event.turn]
        guess, self._guess = self._guess, None
        settled = guess[1] if event.settled and guess is not None and guess[0] == event.turn else None
        self._told.speech_stopped(message_id, _milliseconds(event.end), by_hand=by_hand)
        task = asyncio.create_task(self._words(message_id, event.audio, settled))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _guess_at(self, turn: int, audio: NDArray[np.float32]) -> None:
        message_id = self._message(turn)
        task = asyncio.create_task(asyncio.to_thread(self._abilities.transcribe, audio))
        self._guess = (turn, task)
        task.add_done_callback(lambda done: self._guessed(turn, message_id, done))

    def _guessed(self, turn: int, message_id: str, task: asyncio.Task[str]) -> None:
        if task.cancelled():
            return
        if error := task.exception():
            log.warning("the partial text of %s failed: %s", message_id, error)
        elif turn in self._names and task.result():
            self._told.heard_partly(message_id, task.result())

    async def _words(self, message_id: str, audio: NDArray[np.float32], settled: asyncio.Task[str] | None) -> None:
        try:
            text = await (settled or asyncio.to_thread(self._abilities.transcribe, audio))
        except Exception as error:
            log.exception("the words of %s could not be made out", message_id)
            self._told.not_heard(message_id, error)
            return
        self._told.heard(message_id, text.strip(), len(audio) / EAR_RATE)

    def _message(self, turn: int) -> str:
        if turn not in self._names:
            self._names[turn] = self._name()
        return self._names[turn]


def _milliseconds(samples: int) -> int:
    return round(1_000 * samples / EAR_RATE)
