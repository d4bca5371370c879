"""Turn-taking: whose turn it is, what may be sent, and what was heard. A pure state machine.

Events go in as method calls with a time (``at``, in seconds of any clock that never goes back) or a sample of an
utterance; actions come out for the shell to carry out in order. There is no I/O, no thread and no clock in here.

Every utterance has a generation, a number that only grows. At most one is alive. Once it is stopped, nothing more
comes out for it: sound, marks and captions end together. What enters the history is what was heard: up to the last
sample that the client reported, or, for a client that never reports, up to where a loudspeaker would be by now.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from avatar.marks import SAMPLE_RATE, Clause, Mark
from feed.replies import Sentence, Turn
from server.errors import (
    NoItemOpenError,
    NothingToAnswerError,
    NothingToCancelError,
    NothingToTruncateError,
    TooMuchUnansweredError,
    UnknownGenerationError,
)

MAX_QUESTION_CHARS = 2_000  # of what is answered at once, several messages joined
MAX_PENDING = 16  # messages that wait for one answer
REMEMBERED_TURNS = 64  # of one conversation; older ones leave the history

StopReason = Literal["turn_detected", "client_cancelled"]


class Phase(StrEnum):
    """Whose turn it is."""

    IDLE = "idle"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"


# -- what the shell is asked to do -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartReply:
    """Make an answer to ``question``; None asks for the host's introduction."""

    generation: int
    item_id: str
    question: str | None
    history: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class StopReply:
    """Abandon an utterance: stop making it and throw away what was not sent; ``heard`` is the text up to the cut."""

    generation: int
    reason: StopReason
    heard: str


@dataclass(frozen=True, slots=True)
class SendSentence:
    """Show a sentence; its sound, if it has any, begins at sample ``start`` of the utterance."""

    generation: int
    start: int
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class SendSound:
    """Send a stretch of sound and, before it, its marks (already counted from the utterance's first sample)."""

    generation: int
    first: int
    clause: Clause
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class SendNotice:
    """Tell the user about a sentence that stays silent."""

    generation: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class FinishReply:
    """Everything of an utterance was handed out; ``error`` says why it ended early."""

    generation: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Remember:
    """A turn is over for good: the question and what was heard of the answer."""

    item_id: str
    turn: Turn


Action = StartReply | StopReply | SendSentence | SendSound | SendNotice | FinishReply | Remember


# -- what was said -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Line:
    """A sentence on the utterance's sample axis, with the words that sound in it."""

    sentence: Sentence
    start: int
    words: list[Mark] = field(default_factory=list)
    sounds: bool = False

    def heard(self, until: int) -> Sentence | None:
        """Return the sentence up to the last word that ended by sample ``until``; None if there is none."""
        if not self.sounds:
            return self.sentence if until >= self.start else None
        if self.words and self.words[-1].end <= until:
            return self.sentence
        position = 0
        for word in self.words:
            if word.end > until:
                break
            found = self.sentence.text.find(word.text, position)
            if found >= 0:
                position = found + len(word.text)
        text = self.sentence.text[:position].strip()
        return Sentence(text=text, evidence=self.sentence.evidence, mood=self.sentence.mood) if text else None


@dataclass(slots=True)
class _Utterance:
    """One generation of speech, from the first request to the last report about it.

    Attributes:
        produced: samples handed out so far.
        dry_at: when a loudspeaker that plays all of it without pause falls silent, on the caller's clock.
        reported: the last sample that the client said it played.
        cut: nothing after this sample was heard; None while it may still sound.
        fixed: the client said where the cut is, so that late reports no longer move it.
    """

    generation: int
    question: str | None
    lines: list[_Line] = field(default_factory=list)
    produced: int = 0
    dry_at: float = 0.0
    reported: int = 0
    cut: int | None = None
    fixed: bool = False
    making: bool = True
    remembered: bool = False

    def estimated(self, at: float) -> int:
        """Return the sample that a loudspeaker has reached at time ``at``."""
        left = max(0.0, self.dry_at - at) * SAMPLE_RATE
        return max(0, self.produced - round(left))

    def turn(self, until: int) -> Turn:
        """Return the question and what was heard of the answer by sample ``until``."""
        heard = (line.heard(until) for line in self.lines)
        return Turn(question=self.question or "", reply=tuple(sentence for sentence in heard if sentence is not None))


class Conversation:
    """The turns of one user with the host of one item at a time.

    All methods return the actions that follow, in the order in which to carry them out.
    """

    def __init__(self) -> None:
        self._item_id: str | None = None
        self._next_generation = 1
        self._live: _Utterance | None = None
        self._over: deque[_Utterance] = deque(maxlen=REMEMBERED_TURNS)
        self._pending: list[str] = []  # said by the user and not yet answered
        self._transcribing: set[str] = set()  # messages whose words are not known yet
        self._user_speaks = False
        self._answer_due = False  # an answer was asked for and waits for words
        self._reports = False  # the client says what it played

    # -- the state, to be read -------------------------------------------------------------------------------------

    @property
    def item_id(self) -> str | None:
        """The open item."""
        return self._item_id

    @property
    def generation(self) -> int | None:
        """The generation that is alive: being made, or made and still sounding."""
        return self._live.generation if self._live else None

    def phase(self, at: float) -> Phase:
        """Return whose turn it is at time ``at``."""
        if self._user_speaks:
            return Phase.LISTENING
        live = self._live
        if live is not None and live.making:
            return Phase.SPEAKING if live.lines else Phase.THINKING
        if self._transcribing:
            return Phase.THINKING
        return Phase.SPEAKING if live is not None and self._heard(live, at) < live.produced else Phase.IDLE

    def ahead(self, at: float) -> int:
        """Return how many samples were handed out that cannot have been played by time ``at``."""
        live = self._live
        if live is None:
            return 0
        return live.produced - max(live.reported, live.estimated(at))

    def history(self, at: float) -> tuple[Turn, ...]:
        """Return the turns of this conversation as they were heard by time ``at``, oldest first."""
        utterances = [*self._over, *([self._live] if self._live else [])]
        turns = (utterance.turn(self._heard(utterance, at)) for utterance in utterances)
        return tuple(turn for turn in turns if turn.question or turn.reply)

    # -- the item --------------------------------------------------------------------------------------------------

    def open(self, item_id: str, at: float, *, introduce: bool = True) -> tuple[Action, ...]:
        """Step up to an item: the earlier conversation ends and the host introduces themselves."""
        actions = self.close(at)
        self._item_id = item_id
        return (*actions, *self._start(None, at)) if introduce else actions

    def close(self, at: float) -> tuple[Action, ...]:
        """Leave the item; its host falls silent and the conversation is over."""
        actions = (*self._cut(at, "client_cancelled"), *self._remember(at, self._over))
        self._item_id = None
        self._over.clear()
        self._pending.clear()
        self._transcribing.clear()
        self._answer_due = self._user_speaks = False
        return actions

    # -- the user's turn -------------------------------------------------------------------------------------------

    def said(self, text: str) -> None:
        """Take a typed message; an answer is asked for separately.

        Raises:
            NoItemOpenError: nobody is there to be spoken to.
            TooMuchUnansweredError: an answer must be asked for first.
        """
        if self._item_id is None:
            raise NoItemOpenError
        if len(self._pending) >= MAX_PENDING:
            raise TooMuchUnansweredError(MAX_PENDING)
        self._pending.append(text)

    def requested(self, at: float) -> tuple[Action, ...]:
        """Take the request for an answer; it replaces one that is under way.

        Raises:
            NoItemOpenError: nobody is there to answer.
            NothingToAnswerError: everything that was said is answered.
        """
        if self._item_id is None:
            raise NoItemOpenError
        if self._transcribing:
            self._answer_due = True
            return ()
        if self._pending:
            return self._answer(at)
        if self._live is None and not self._over:
            return self._start(None, at)
        raise NothingToAnswerError

    def speech_started(self, at: float, *, interrupts: bool = True) -> tuple[Action, ...]:
        """Take the beginning of the user's speech, which cuts in on the host.

        Who goes on speaking before a word of the answer was heard is still asking: the unanswered question is kept
        and answered together with what follows.
        """
        self._user_speaks = True
        live = self._live
        if not interrupts or live is None:
            return ()
        if live.making and live.question and not self._heard(live, at):
            self._pending.insert(0, live.question)
            live.question = None
        return self._cut(at, "turn_detected")

    def speech_stopped(self, message_id: str) -> None:
        """Take the end of the user's speech; its words follow as message ``message_id``."""
        self._user_speaks = False
        if self._item_id is not None:
            self._transcribing.add(message_id)

    def speech_dropped(self) -> None:
        """Forget that the user speaks: the sound was cleared."""
        self._user_speaks = False

    def transcribed(self, message_id: str, text: str, at: float, *, answer: bool) -> tuple[Action, ...]:
        """Take the words of a spoken message (empty when none were made out); ``answer`` asks for a reply to them."""
        if message_id not in self._transcribing:
            return ()  # of an item that was left meanwhile
        self._transcribing.remove(message_id)
        if text:
            self._pending.append(text)
        self._answer_due = self._answer_due or answer
        if self._user_speaks or self._transcribing or not self._answer_due:
            return ()
        self._answer_due = False
        return self._answer(at) if self._pending else ()

    # -- the host's turn -------------------------------------------------------------------------------------------

    def sentence_ready(self, generation: int, sentence: Sentence) -> tuple[Action, ...]:
        """Take the next sentence of an utterance; its sound follows."""
        live = self._alive(generation)
        if live is None:
            return ()
        live.lines.append(_Line(sentence, live.produced))
        return (SendSentence(generation, live.produced, sentence),)

    def sound_ready(self, generation: int, clause: Clause, at: float) -> tuple[Action, ...]:
        """Take the next stretch of sound of the sentence that was given last."""
        live = self._alive(generation)
        if live is None:
            return ()
        first = live.produced
        marks = tuple(mark.shifted(first) for mark in clause.marks)
        line = live.lines[-1]
        line.sounds = True
        line.words.extend(mark for mark in marks if mark.kind == "word")
        live.produced += len(clause.pcm)
        live.dry_at = max(live.dry_at, at) + len(clause.pcm) / SAMPLE_RATE
        return (SendSound(generation, first, clause, marks),)

    def stays_silent(self, generation: int, code: str, message: str) -> tuple[Action, ...]:
        """Take the news that the sentence given last cannot be spoken."""
        return (SendNotice(generation, code, message),) if self._alive(generation) else ()

    def finished(self, generation: int, *, error: str | None = None) -> tuple[Action, ...]:
        """Take the end of the making of an utterance; it may go on sounding."""
        live = self._alive(generation)
        if live is None:
            return ()
        live.making = False
        return (FinishReply(generation, error),)

    # -- what was heard --------------------------------------------------------------------------------------------

    def played(self, generation: int, sample: int) -> None:
        """Take the client's word for what it played: samples of ``generation`` up to ``sample``.

        Raises:
            UnknownGenerationError: there was no such utterance yet.
        """
        if generation >= self._next_generation:
            raise UnknownGenerationError(generation)
        self._reports = True
        utterance = self._find(generation)
        if utterance is None:
            return
        utterance.reported = max(utterance.reported, min(sample, utterance.produced))
        if utterance.cut is not None and not utterance.fixed:
            utterance.cut = utterance.reported

    def truncated(self, generation: int, sample: int, at: float) -> tuple[Action, ...]:
        """Take the client's word that nothing after ``sample`` was heard; an utterance that still sounds ends there.

        Raises:
            NothingToTruncateError: the utterance is not of this conversation, or not that long.
        """
        utterance = self._find(generation)
        if utterance is None or sample > utterance.produced:
            raise NothingToTruncateError(None if utterance is None else utterance.produced)
        actions = self._cut(at, "client_cancelled") if utterance is self._live else ()
        utterance.cut = sample
        utterance.fixed = True
        return actions

    def cancelled(self, at: float, generation: int | None = None) -> tuple[Action, ...]:
        """Take the request to stop the utterance that is alive (or ``generation``, if that is the one alive).

        Raises:
            NothingToCancelError: nothing is being said.
        """
        live = self._live
        waiting, self._answer_due = self._answer_due, False
        if live is None or (generation is not None and generation != live.generation):
            if waiting and generation is None:
                return ()
            raise NothingToCancelError
        if not live.making and self._heard(live, at) >= live.produced:
            raise NothingToCancelError
        return self._cut(at, "client_cancelled")

    # -- inside ----------------------------------------------------------------------------------------------------

    def _alive(self, generation: int) -> _Utterance | None:
        live = self._live
        return live if live is not None and live.generation == generation and live.making else None

    def _find(self, generation: int) -> _Utterance | None:
        utterances: Sequence[_Utterance] = [*self._over, *([self._live] if self._live else [])]
        return next((utterance for utterance in utterances if utterance.generation == generation), None)

    def _heard(self, utterance: _Utterance, at: float) -> int:
        if utterance.cut is not None:
            return utterance.cut
        return utterance.reported if self._reports else utterance.estimated(at)

    def _answer(self, at: float) -> tuple[Action, ...]:
        question = "\n".join(self._pending)[:MAX_QUESTION_CHARS]
        self._pending.clear()
        return self._start(question, at)

    def _start(self, question: str | None, at: float) -> tuple[Action, ...]:
        assert self._item_id is not None
        actions = self._cut(at, "client_cancelled")
        # The turn just cut is kept open: what the client heard of it may still be on its way.
        actions = (*actions, *self._remember(at, list(self._over)[:-1]))
        history = self.history(at)
        self._live = _Utterance(self._next_generation, question)
        self._next_generation += 1
        return (*actions, StartReply(self._live.generation, self._item_id, question, history))

    def _cut(self, at: float, reason: StopReason) -> tuple[Action, ...]:
        live, self._live = self._live, None
        if live is None:
            return ()
        live.cut = self._heard(live, at)
        self._over.append(live)
        over = not live.making and live.cut >= live.produced
        live.making = False
        heard = " ".join(sentence.text for sentence in live.turn(live.cut).reply)
        return () if over else (StopReply(live.generation, reason, heard),)

    def _remember(self, at: float, over: Iterable[_Utterance]) -> tuple[Action, ...]:
        """Hand over the turns that nothing can change any more."""
        actions: list[Action] = []
        for utterance in over:
            if utterance.remembered or self._item_id is None:
                continue
            utterance.remembered = True
            turn = utterance.turn(self._heard(utterance, at))
            if turn.question or turn.reply:
                actions.append(Remember(self._item_id, turn))
        return tuple(actions)
