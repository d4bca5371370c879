"""The shell round the conversation: brings it what happens, with the time, and carries out what it decides."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence

from avatar.marks import Clause
from feed.items import Item
from feed.replies import Sentence
from server import protocol
from server.abilities import Abilities
from server.answering import Answering
from server.conversation import (
    AnnounceTurn,
    Attend,
    Command,
    Commands,
    Conversation,
    DropTurn,
    EndTurn,
    Manners,
    ScoreTurn,
    Silent,
    Yield,
)
from server.ears import SpeechStopped
from server.errors import RequestError, ServerError
from server.hearing import Hearing
from server.wire import Wire

log = logging.getLogger(__name__)

BROKEN = "the request failed inside the server; its log says more"
SHORTEST_NAP = 0.001  # seconds


def manners_of(settings: protocol.Session, *, extended: bool) -> Manners:
    """Return how a session wants to be talked with; ``extended``: its client knows ``avatar.*``."""
    turns = settings.audio.input.turn_detection
    default = Manners()
    if turns is None:
        return Manners(
            answers=False,
            yields=extended,
            aloud=settings.output_modalities != ["text"],
            prompt_after=None,
        )
    silence = turns.silence_duration_ms if turns.type == "server_vad" else None
    idle = turns.idle_timeout_ms
    prompt_after = default.prompt_after if extended else None
    return Manners(
        eagerness=turns.eagerness if turns.type == "semantic_vad" else default.eagerness,
        silence=None if silence is None else silence / 1_000,
        answers=turns.create_response,
        interrupts=turns.interrupt_response,
        yields=extended,
        aloud=settings.output_modalities != ["text"],
        prompt_after=prompt_after if idle is None else idle / 1_000,
    )


class Dialogue:
    """Conversation, ears and answers of one session.

    Attributes:
        talk: the conversation, to be read.
    """

    def __init__(
        self, abilities: Abilities, wire: Wire, settings: protocol.Session, clock: Callable[[], float]
    ) -> None:
        audio = settings.audio.input
        self._abilities = abilities
        self._wire = wire
        self._settings = settings
        self._clock = clock
        self.talk = Conversation(manners_of(settings, extended=wire.extended))
        self._answering = Answering(abilities, self, wire, settings)
        self._hearing = Hearing(abilities, self, wire.new_message, audio.turn_detection, audio.format.rate, clock=clock)
        self._todo: deque[Command] = deque()
        self._busy = False
        self._committed: SpeechStopped | None = None  # the turn that is being ended by hand
        self._ended: dict[int, float] = {}  # turn -> when it was over, on the clock of the stages
        self._announced: set[int] = set()  # turns under way that the client knows of
        self._nap: asyncio.TimerHandle | None = None

    # -- what the client does ----------------------------------------------------------------------------------------

    @property
    def item(self) -> Item | None:
        """The open item."""
        return self._answering.item

    def configure(self, settings: protocol.Session) -> None:
        """Follow the session's settings."""
        self._settings = settings
        audio = settings.audio.input
        self._hearing.configure(audio.turn_detection, audio.format.rate)
        self._answering.settings = settings
        self.talk.manners = manners_of(settings, extended=self._wire.extended)

    def extend(self) -> None:
        """Take note that the client knows ``avatar.*``."""
        if not self._wire.extended:
            self._wire.extended = True
            self.talk.manners = manners_of(self._settings, extended=True)

    def open(self, item: Item, *, introduce: bool, opened: Callable[[], None]) -> None:
        """Step up to an item; ``opened`` tells the client, between the end of the old and the beginning of the new."""
        self.leave()
        self._answering.item = item
        self._answering.note_opened(item.id)
        opened()
        self._do(self.talk.open(item.id, self._clock(), introduce=introduce))
        if not introduce:
            self._answering.warm()

    def leave(self) -> None:
        """Leave the item."""
        self._do(self.talk.close(self._clock()))
        self._answering.item = None
        self._hearing.clear()

    def said(self, text: str) -> None:
        """Take a typed message; raises what ``Conversation.said`` does."""
        self._do(self.talk.said(text, self._clock()))

    def requested(self, aloud: bool | None) -> None:
        """Take the request for an answer; raises what ``Conversation.requested`` does."""
        self._do(self.talk.requested(self._clock(), aloud=aloud))

    def cancelled(self, generation: int | None) -> None:
        """Take the request to stop; raises what ``Conversation.cancelled`` does."""
        self._do(self.talk.cancelled(self._clock(), generation))

    def truncated(self, generation: int, sample: int) -> None:
        """Take the client's last word for what it played; raises what ``Conversation.truncated`` does."""
        self._do(self.talk.truncated(generation, sample, self._clock()))

    def played(self, generation: int, sample: int) -> None:
        """Take the client's word for what it played; raises what ``Conversation.played`` does."""
        self._do(self.talk.played(generation, sample, self._clock()))
        self._answering.played()

    async def sound(self, pcm: bytes) -> None:
        """Take sound of the microphone; raises what ``Hearing.sound`` does."""
        await self._hearing.sound(pcm)
        self._rest()

    async def commit(self) -> None:
        """Take the end of the user's turn by hand.

        Raises:
            RequestError: there was no sound.
        """
        committed = await self._hearing.commit()
        if committed is None:
            raise RequestError("the input audio buffer is empty; append sound before committing it")
        turn, self._committed = committed
        try:
            self._do(self.talk.committed(turn, self._clock()))
        finally:
            self._committed = None

    def clear(self) -> None:
        """Forget the sound that was not committed."""
        self._hearing.clear()
        self._do(self.talk.speech_dropped(self._clock()))

    async def close(self) -> None:
        """Stop everything and remember what was heard."""
        if self._nap is not None:
            self._nap.cancel()
        await self._hearing.close()
        self._do(self.talk.close(self._clock()))
        if self._nap is not None:
            self._nap.cancel()
        await self._answering.close()

    # -- what the ears tell (``hearing.Hears``) ----------------------------------------------------------------------

    def onset(self) -> None:
        """The first sign of speech."""
        self._do(self.talk.onset(self._clock()))

    def onset_over(self) -> None:
        """Nothing came of it."""
        self._do(self.talk.onset_over(self._clock()))

    def speech_started(self, turn: int) -> None:
        """A turn begins."""
        self._do(self.talk.speech_started(turn, self._clock()))

    def speech_goes_on(self, turn: int, voiced: float, silent: float) -> None:
        """A turn goes on."""
        self._do(self.talk.speech_goes_on(turn, voiced, silent, self._clock()))

    def paused(self, turn: int, pause: int) -> None:
        """The user pauses."""
        self._do(self.talk.paused(turn, pause, self._clock()))

    def turn_full(self, turn: int) -> None:
        """A turn cannot go on."""
        self._do(self.talk.turn_full(turn, self._clock()))

    def partly_understood(self, turn: int, text: str) -> None:
        """Words of a turn that goes on."""
        self._show_guess(turn, text)
        self._do(self.talk.partly_understood(turn, text, self._clock()))

    def understood(self, turn: int, pause: int, text: str) -> None:
        """The words up to a pause."""
        self._show_guess(turn, text)
        self._do(self.talk.understood(turn, pause, text, self._clock()))

    def scored(self, turn: int, pause: int, score: float | None) -> None:
        """How much a pause sounds like the end."""
        self._do(self.talk.scored(turn, pause, score, self._clock()))

    def heard(self, turn: int, message_id: str, text: str, seconds: float) -> None:
        """The words of a turn that is over."""
        self._tell_words(message_id, text, seconds)
        self._words_known(turn, text)

    def not_heard(self, turn: int, message_id: str, error: Exception) -> None:
        """The words of a turn that is over were not made out."""
        message = str(error) if isinstance(error, ServerError) else BROKEN
        detail = protocol.ErrorDetail(type="server_error", code="transcription_failed", message=message)
        self._wire.send(protocol.TranscriptionFailed(item_id=message_id, error=detail))
        self._words_known(turn, "")

    def deaf(self, error: Exception) -> None:
        """There are no ears: typing still works."""
        message = str(error) if isinstance(error, ServerError) else BROKEN
        if self._wire.extended:
            self._wire.send(protocol.AvatarNotice(code="no_ears", message=message))
        detail = protocol.ErrorDetail(type="server_error", code="no_ears", message=message)
        self._wire.send(protocol.ErrorEvent(error=detail))

    # -- what is made (``answering.Reports``) ------------------------------------------------------------------------

    def made(self, generation: int, piece: Sentence | Clause | Silent) -> None:
        """The next piece of an answer."""
        now = self._clock()
        match piece:
            case Sentence():
                self._do(self.talk.sentence_ready(generation, piece, now))
            case Clause():
                self._do(self.talk.sound_ready(generation, piece, now))
            case Silent(code, message):
                self._do(self.talk.stays_silent(generation, code, message, now))

    def all_made(self, generation: int, error: str | None) -> None:
        """The end of an answer."""
        self._do(self.talk.finished(generation, self._clock(), error=error))

    def bridge_made(self, generation: int, pieces: Sequence[Sentence | Clause | Silent]) -> None:
        """A few words for while an answer is not ready."""
        self._do(self.talk.bridge_ready(generation, pieces, self._clock()))

    def ahead(self, generation: int) -> float:
        """By how many seconds what was made of an answer runs ahead."""
        return self.talk.ahead(generation, self._clock())

    # -- what the conversation decides -------------------------------------------------------------------------------

    def _do(self, commands: Commands) -> None:
        """Carry out commands in order, also those that follow from carrying one out."""
        self._todo.extend(commands)
        if self._busy:
            return
        self._busy = True
        try:
            while self._todo:
                self._carry_out(self._todo.popleft())
        finally:
            self._busy = False
        self._rest()

    def _carry_out(self, command: Command) -> None:
        match command:
            case AnnounceTurn(turn):
                self._announced.add(turn)
                named = self._hearing.turn(turn)
                self._wire.send(protocol.SpeechStarted(audio_start_ms=named.start_ms, item_id=named.message_id))
            case EndTurn():
                self._end_turn(command)
            case DropTurn(turn):
                self._announced.discard(turn)
                self._hearing.drop(turn)
            case ScoreTurn(turn, pause):
                self._hearing.score(turn, pause)
            case Yield(generation, how):
                if self._wire.extended:
                    self._wire.send(protocol.AvatarYield(generation=generation, how=how))
            case Attend(state):
                if self._wire.extended:
                    self._wire.send(protocol.AvatarAttention(state=state))
            case _:
                self._answering.perform(command)

    def _end_turn(self, command: EndTurn) -> None:
        turn, known = command.turn, command.text is not None
        stopped = self._committed if command.by_hand else None
        self._announced.discard(turn)
        ended = self._hearing.finish(turn, known=known, stopped=stopped)
        if ended is None:
            if not known:
                self._do(self.talk.transcribed(turn, "", self._clock()))
            return
        self._note_end(turn, command)
        if not command.by_hand:
            self._wire.send(protocol.SpeechStopped(audio_end_ms=ended.end_ms, item_id=ended.message_id))
        previous = self._wire.last_message
        self._wire.send(protocol.InputAudioCommitted(item_id=ended.message_id, previous_item_id=previous))
        content = [protocol.ContentPart(type="input_audio")]
        self._wire.add(protocol.ConversationItem(id=ended.message_id, role="user", content=content))
        if command.text is not None:
            self._tell_words(ended.message_id, command.text, ended.seconds)
            self._note_words(turn)

    def _tell_words(self, message_id: str, text: str, seconds: float) -> None:
        if text:
            self._wire.send(protocol.TranscriptionDelta(item_id=message_id, delta=text))
        usage = protocol.TranscriptionUsage(seconds=seconds)
        self._wire.send(protocol.TranscriptionCompleted(item_id=message_id, transcript=text, usage=usage))

    def _show_guess(self, turn: int, text: str) -> None:
        if text and turn in self._announced and self._wire.extended:
            self._wire.send(protocol.AvatarHearing(item_id=self._hearing.turn(turn).message_id, text=text))

    def _words_known(self, turn: int, text: str) -> None:
        self._note_words(turn)
        self._do(self.talk.transcribed(turn, text, self._clock()))

    def _note_end(self, turn: int, command: EndTurn) -> None:
        stages = self._abilities.stages
        self._ended[turn] = now = stages.now()
        if not command.by_hand:
            stages.note("turn_end", now - command.silent, now, session=self._settings.id)

    def _note_words(self, turn: int) -> None:
        stages = self._abilities.stages
        ended = self._ended.pop(turn, None)
        if ended is not None:
            stages.note("recognition", ended, stages.now(), session=self._settings.id)

    # -- time --------------------------------------------------------------------------------------------------------

    def _rest(self) -> None:
        """Sleep until something becomes due."""
        if self._nap is not None:
            self._nap.cancel()
        dues = [due for due in (self.talk.wake_at, self._hearing.wake_at) if due is not None]
        nap = max(SHORTEST_NAP, min(dues) - self._clock()) if dues else None
        self._nap = None if nap is None else asyncio.get_running_loop().call_later(nap, self._wake)

    def _wake(self) -> None:
        self._hearing.woken()
        self._do(self.talk.woken(self._clock()))
