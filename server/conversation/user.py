"""The user's turn that is under way, as the ears and the recogniser tell it."""

from __future__ import annotations

from dataclasses import dataclass

from server.conversation.end_of_turn import completeness
from server.conversation.interruption import Verdict
from server.conversation.thresholds import Completeness
from server.conversation.utterance import Utterance


@dataclass(slots=True)
class UserTurn:
    """What is known of a turn.

    Attributes:
        number: the ears' name for it.
        heard_at: when the ears last told something about it.
        announced: the user has the floor; before that the sound may turn out to be none of a turn.
        voiced: seconds of speech in it.
        silent: seconds of silence at its end.
        over: what the host was saying when it began; None when they were silent.
        over_from: the sample that they were at.
        before_pause: seconds of speech before the last pause.
        pause: number of the last pause; 0 before the first.
        paused: nothing was said since that pause.
        text: words of all that was said up to that pause; None while they are not known, or no longer all.
        sense: the last words that were recognised of it, of whatever part; None before the first.
        score: what the end-of-turn model thinks of that pause.
        asked: the end-of-turn model was asked about that pause.
        verdict: what the sound over the host's voice is taken for.
    """

    number: int
    heard_at: float
    announced: bool
    over: Utterance | None = None
    over_from: int = 0
    voiced: float = 0.0
    silent: float = 0.0
    before_pause: float = 0.0
    pause: int = 0
    paused: bool = False
    text: str | None = None
    sense: str | None = None
    score: float | None = None
    asked: bool = False
    verdict: Verdict | None = None

    def pauses(self, number: int) -> None:
        """Take the beginning of a pause."""
        self.pause, self.paused = number, True
        self.before_pause = self.voiced
        self.text = self.score = None
        self.asked = False

    def goes_on(self) -> bool:
        """Take speech after a pause; return whether there was one."""
        was, self.paused = self.paused, False
        self.text = self.score = None
        return was

    @property
    def looks_done(self) -> bool:
        """Whether a pause here looks like the end, as far as one can tell at once."""
        return completeness(self.sense) is not Completeness.UNFINISHED
