"""Turn-taking: whose turn it is, what may be sent, and what was heard. A pure state machine.

Events go in as method calls with a time ``at`` (seconds of any clock that never goes back), samples of an utterance,
or seconds of the microphone's sound; commands come out for the shell to carry out in order. There is no I/O, no thread
and no clock in here. ``wake_at`` says when to call ``woken``: early, late, often or never, it harms nothing, for every
event first does what has become due.

Every utterance has a generation, a number that only grows. At most one is alive; one more may be made ahead of its
time while nobody is alive, and is never heard of unless the user's turn ends as was guessed. Once an utterance is
stopped, nothing more comes out for it: sound, marks and captions end together. What enters the history is what was
heard: the words begun before the last sample that the client played, or, without news of that, before the one that a
loudspeaker would have reached.
"""

from __future__ import annotations

from collections.abc import Sequence

from avatar.marks import SAMPLE_RATE, Clause
from feed.replies import Sentence, Turn
from server.conversation.commands import Attention, Command, Commands
from server.conversation.floor import Floor
from server.conversation.thresholds import MADE_AHEAD, MAX_PENDING, Manners
from server.conversation.utterance import Piece, Silent
from server.errors import (
    NoItemOpenError,
    NothingToAnswerError,
    NothingToCancelError,
    NothingToTruncateError,
    TooMuchUnansweredError,
    UnknownGenerationError,
)


class Conversation:
    """The turns of one user with the host of one item at a time.

    All events return the commands that follow, in the order in which to carry them out.

    """

    def __init__(self, manners: Manners | None = None) -> None:
        self._now = 0.0
        self._out: list[Command] = []
        self._floor = Floor(manners or Manners(), self._out)
        self._host = self._floor.host

    # -- the state, to be read -------------------------------------------------------------------------------------

    @property
    def manners(self) -> Manners:
        """How the conversation is to be held; may be replaced between two events."""
        return self._floor.manners

    @manners.setter
    def manners(self, manners: Manners) -> None:
        self._floor.manners = manners

    @property
    def item_id(self) -> str | None:
        """The open item."""
        return self._host.item_id

    @property
    def generation(self) -> int | None:
        """The generation that is alive: being made, or made and still sounding."""
        return self._host.live.generation if self._host.live else None

    @property
    def attention(self) -> Attention:
        """What the host attends to."""
        return self._floor.presence.attention

    def ahead(self, generation: int, at: float) -> float:
        """Return by how many seconds the sound made of ``generation`` runs ahead of what was played.

        It is infinite where no more may be made for the time being: what may have to be thrown away is made only
        ``MADE_AHEAD`` seconds ahead.
        """
        utterance = self._host.making(generation)
        if utterance is None:
            return 0.0
        if utterance.made_ahead:
            return float("inf") if utterance.made_ahead > MADE_AHEAD * SAMPLE_RATE else 0.0
        return (utterance.speaker.produced - utterance.speaker.position(at)) / SAMPLE_RATE

    def history(self, at: float) -> tuple[Turn, ...]:
        """Return the turns of this conversation as they were heard by time ``at``, oldest first."""
        return self._host.history(at)

    @property
    def wake_at(self) -> float | None:
        """When something becomes due; None when nothing does by itself."""
        return self._floor.wake_at()

    def woken(self, at: float) -> Commands:
        """Do what has become due."""
        self._advance(at)
        return self._taken()

    # -- the item --------------------------------------------------------------------------------------------------

    def open(self, item_id: str, at: float, *, introduce: bool = True) -> Commands:
        """Step up to an item: the earlier conversation ends and the host introduces themselves."""
        at = self._advance(at)
        self._floor.leave(at)
        self._host.item_id = item_id
        if introduce:
            self._floor.introduce(at, aloud=None)
        return self._taken()

    def close(self, at: float) -> Commands:
        """Leave the item; its host falls silent and the conversation is over."""
        self._floor.leave(self._advance(at))
        return self._taken()

    # -- the user's typed turn -------------------------------------------------------------------------------------

    def said(self, text: str, at: float) -> Commands:
        """Take a typed message; an answer is asked for separately.

        Raises:
            NoItemOpenError: nobody is there to be spoken to.
            TooMuchUnansweredError: an answer must be asked for first.
        """
        at = self._advance(at)
        if self.item_id is None:
            raise NoItemOpenError
        if len(self._floor.pending) >= MAX_PENDING:
            raise TooMuchUnansweredError(MAX_PENDING)
        self._floor.touch(at)
        self._floor.pending.append(text)
        return self._taken()

    def requested(self, at: float, *, aloud: bool | None = None) -> Commands:
        """Take the request for an answer, ``aloud`` or not (None: as the manners say); it replaces one under way.

        Raises:
            NoItemOpenError: nobody is there to answer.
            NothingToAnswerError: everything that was said is answered.
        """
        at = self._advance(at)
        if self.item_id is None:
            raise NoItemOpenError
        floor = self._floor
        if not (floor.awaits_words or floor.pending or not self._host.introduced):
            raise NothingToAnswerError
        floor.touch(at)
        if floor.awaits_words:
            floor.want_answer(aloud)
        elif floor.pending:
            floor.answer(at, at, aloud=aloud)
        else:
            floor.introduce(at, aloud=aloud)
        return self._taken()

    # -- the user's spoken turn, from the ears ---------------------------------------------------------------------

    def onset(self, at: float) -> Commands:
        """Take the first sign of speech, too short to be called a turn."""
        self._floor.duck(self._advance(at))
        return self._taken()

    def onset_over(self, at: float) -> Commands:
        """Take the news that nothing came of an onset."""
        self._floor.unduck(self._advance(at))
        return self._taken()

    def speech_started(self, turn: int, at: float) -> Commands:
        """Take the beginning of turn ``turn`` of the user; turns are numbered upwards."""
        self._floor.turn(turn, self._advance(at))
        return self._taken()

    def speech_goes_on(self, turn: int, voiced: float, silent: float, at: float) -> Commands:
        """Take how much speech there is in a turn and how much silence at its end, in seconds of sound."""
        at = self._advance(at)
        user = self._floor.turn(turn, at)
        if user is not None:
            user.voiced, user.silent = voiced, silent
            if silent > 0:
                self._floor.consider(user, at)
            else:
                self._floor.speaks(user, at)
        return self._taken()

    def paused(self, turn: int, pause: int, at: float) -> Commands:
        """Take the beginning of a pause, the ``pause``-th of the turn; its words follow with ``understood``."""
        at = self._advance(at)
        user = self._floor.turn(turn, at)
        if user is not None and pause > user.pause:
            user.pauses(pause)
            if user.looks_done:
                self._floor.presence.attend("heard")
        return self._taken()

    def turn_full(self, turn: int, at: float) -> Commands:
        """Take the news that a turn is as long as one may be."""
        at = self._advance(at)
        user = self._floor.turn(turn, at)
        if user is not None:
            self._floor.take_floor(user, at)
            self._floor.end(at)
        return self._taken()

    def committed(self, turn: int, at: float) -> Commands:
        """Take the end of a turn by hand; its words follow with ``transcribed``, unless they are known."""
        at = self._advance(at)
        self._floor.commit(turn, at)
        return self._taken()

    def speech_dropped(self, at: float) -> Commands:
        """Forget that the user speaks: the sound was cleared."""
        at = self._advance(at)
        if self._floor.user is not None:
            self._floor.give_back(at)
        return self._taken()

    # -- the user's spoken turn, from the models -------------------------------------------------------------------

    def partly_understood(self, turn: int, text: str, at: float) -> Commands:
        """Take words of a turn that goes on."""
        at = self._advance(at)
        user = self._floor.user
        if user is not None and user.number == turn:
            self._floor.hear(user, text, at)
        return self._taken()

    def understood(self, turn: int, pause: int, text: str, at: float) -> Commands:
        """Take the words of all that was said up to pause ``pause``."""
        at = self._advance(at)
        user = self._floor.user
        if user is not None and user.number == turn:
            if user.paused and user.pause == pause:
                user.text = text
            self._floor.hear(user, text, at)
            self._floor.consider(user, at)
        return self._taken()

    def scored(self, turn: int, pause: int, score: float | None, at: float) -> Commands:
        """Take how much pause ``pause`` sounds like the end of the turn, 0..1; None: nobody can tell."""
        at = self._advance(at)
        user = self._floor.user
        if user is not None and user.number == turn and user.paused and user.pause == pause:
            user.score = score
            self._floor.consider(user, at)
        return self._taken()

    def transcribed(self, turn: int, text: str, at: float) -> Commands:
        """Take the words of a turn that is over (empty when none were made out)."""
        at = self._advance(at)
        self._floor.words(turn, text, at)
        return self._taken()

    # -- the host's turn -------------------------------------------------------------------------------------------

    def sentence_ready(self, generation: int, sentence: Sentence, at: float) -> Commands:
        """Take the next sentence of an utterance; its sound follows."""
        return self._made(generation, sentence, at)

    def sound_ready(self, generation: int, clause: Clause, at: float) -> Commands:
        """Take the next stretch of sound of the sentence that was given last."""
        return self._made(generation, clause, at)

    def stays_silent(self, generation: int, code: str, message: str, at: float) -> Commands:
        """Take the news that the sentence given last cannot be spoken."""
        return self._made(generation, Silent(code, message), at)

    def finished(self, generation: int, at: float, *, error: str | None = None) -> Commands:
        """Take the end of the making of an utterance; it may go on sounding."""
        at = self._advance(at)
        ahead = self._host.ahead
        if ahead is not None and ahead.generation == generation and ahead.kind == "prompt":
            self._host.drop()  # there was nothing to say after all
        elif self._host.finished(generation, error):
            self._floor.advance(at)
        return self._taken()

    def bridge_ready(self, generation: int, pieces: Sequence[Piece], at: float) -> Commands:
        """Take a sentence that asks for patience and its sound, all at once."""
        at = self._advance(at)
        if self._floor.user is None and self._host.take_bridge(generation, pieces, at):
            self._floor.presence.answer_sounds(bridged=True)
            self._floor.spoke()
        return self._taken()

    # -- what was heard --------------------------------------------------------------------------------------------

    def played(self, generation: int, sample: int, at: float) -> Commands:
        """Take the client's word for what it played: samples of ``generation`` up to ``sample``.

        Raises:
            UnknownGenerationError: there was no such utterance yet.
        """
        at = self._advance(at)
        if generation >= self._host.next_generation:
            raise UnknownGenerationError(generation)
        utterance = self._host.find(generation)
        if utterance is not None:
            utterance.speaker.report(sample, at)
        return self._taken()

    def truncated(self, generation: int, sample: int, at: float) -> Commands:
        """Take the client's word that nothing after ``sample`` was heard; an utterance that still sounds ends there.

        Raises:
            NothingToTruncateError: the utterance is not of this conversation, or not that long.
        """
        at = self._advance(at)
        utterance = self._host.find(generation)
        if utterance is None or sample > utterance.speaker.produced:
            raise NothingToTruncateError(None if utterance is None else utterance.speaker.produced)
        utterance.speaker.fix(sample, at)
        if utterance is self._host.live:
            self._floor.stop(at)
        utterance.cut = utterance.cut or sample < utterance.speaker.produced
        return self._taken()

    def cancelled(self, at: float, generation: int | None = None) -> Commands:
        """Take the request to stop the utterance that is alive (or ``generation``, if that is the one alive).

        Raises:
            NothingToCancelError: nothing is being said.
        """
        at = self._advance(at)
        live = self._host.live
        waiting = self._floor.want_none()
        if live is None or (generation is not None and generation != live.generation):
            if waiting and generation is None:
                return self._taken()
            raise NothingToCancelError
        self._floor.touch(at)
        self._floor.stop(at)
        return self._taken()

    # -- inside ----------------------------------------------------------------------------------------------------

    def _made(self, generation: int, piece: Piece, at: float) -> Commands:
        at = self._advance(at)
        ahead = self._host.ahead
        if ahead is not None and ahead.generation == generation and ahead.kind == "prompt":
            self._host.release(at)
        if self._host.take(generation, piece, at):
            self._floor.spoke()
        return self._taken()

    def _advance(self, at: float) -> float:
        """Do what is due before an event; time does not run backwards, however late an event comes."""
        self._now = max(self._now, at)
        self._floor.advance(self._now)
        return self._now

    def _taken(self) -> Commands:
        commands = tuple(self._out)
        self._out.clear()
        return commands
