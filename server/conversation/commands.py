"""What the conversation asks its shell to do: to the answers, to the ears, to the figure. Plain values, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from avatar.marks import Clause, Mark
from feed.replies import Sentence, Turn

StopReason = Literal["turn_detected", "client_cancelled"]
Kind = Literal["introduction", "answer", "prompt"]
Yielding = Literal["duck", "hold", "resume"]
Attention = Literal["idle", "listening", "heard", "thinking", "resting"]


# -- to who answers ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StartReply:
    """Make what generation ``generation`` says. Nothing of it is sent before ``BeginReply``, which may never come.

    Attributes:
        kind: an introduction of the host, an answer to ``question``, or a gentle word into a long silence.
        question: None where nothing was asked.
        history: the turns before it, as they were heard.
        aloud: it has sound; else it is to be read.
    """

    generation: int
    kind: Kind
    item_id: str
    question: str | None
    history: tuple[Turn, ...]
    aloud: bool = True


@dataclass(frozen=True, slots=True)
class BeginReply:
    """Announce the generation: from here on it is the one that is alive."""

    generation: int


@dataclass(frozen=True, slots=True)
class DropReply:
    """Throw away a generation that never began: it was made ahead of a turn that went on after all."""

    generation: int


@dataclass(frozen=True, slots=True)
class StopReply:
    """Abandon a generation: stop making it and throw away what was not sent; ``heard`` is the text up to the cut."""

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
class MakeBridge:
    """Make a few words for while generation ``generation`` is not ready, and hand them in with ``bridge_ready``."""

    generation: int
    item_id: str
    history: tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Remember:
    """A turn is over for good: the question and what was heard of the answer."""

    item_id: str
    turn: Turn


# -- to the ears -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnnounceTurn:
    """The user has the floor: tell the client that their speech began."""

    turn: int


@dataclass(frozen=True, slots=True)
class EndTurn:
    """The user's turn is over and becomes a message.

    Attributes:
        turn: which.
        text: its words; None when they are not known yet and are to be handed in with ``transcribed``.
        silent: seconds of silence in which it was decided.
        by_hand: the client ended it.
    """

    turn: int
    text: str | None
    silent: float = 0.0
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class DropTurn:
    """What sounded like a turn was none (a cough, a "mhm", an echo): forget it without a word to the client."""

    turn: int


@dataclass(frozen=True, slots=True)
class ScoreTurn:
    """Ask the end-of-turn model about pause ``pause`` of a turn, and hand its opinion in with ``scored``."""

    turn: int
    pause: int


# -- to the figure -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Yield:
    """Make room in generation ``generation`` for the user, who may be cutting in, or take it back."""

    generation: int
    how: Yielding


@dataclass(frozen=True, slots=True)
class Attend:
    """Show what the host attends to."""

    state: Attention


ReplyCommand = (
    StartReply
    | BeginReply
    | DropReply
    | StopReply
    | SendSentence
    | SendSound
    | SendNotice
    | FinishReply
    | MakeBridge
    | Remember
)  # what the speaking side carries out
Command = ReplyCommand | AnnounceTurn | EndTurn | DropTurn | ScoreTurn | Yield | Attend
Commands = tuple[Command, ...]
