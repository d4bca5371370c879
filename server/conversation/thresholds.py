"""The numbers of turn-taking, in one place. All are seconds unless they say otherwise.

**When is the user's turn over?** After so much silence, measured by the ears from the last frame with speech in it:

=============  ==========================  =====  =========  =====  ====================================================
eagerness      what was said so far        wait   likely     sure   for example
=============  ==========================  =====  =========  =====  ====================================================
auto, medium   complete                    0.20   0.13       0.00   "When did it open?", "Tell me more.", "Yes."
auto, medium   unclear                     0.45   0.30       0.20   "the one in the harbour", "I was thinking of it"
auto, medium   unfinished                  0.80   0.80       0.60   "What about the", "because", "I like it, and"
auto, medium   not recognised yet          0.70   0.70       0.70   the recogniser is late
high           complete                    0.15   0.10       0.00
high           unclear                     0.30   0.20       0.15
high           unfinished                  0.60   0.60       0.40
high           not recognised yet          0.50   0.50       0.50
low            complete                    0.50   0.40       0.30
low            unclear                     1.00   0.80       0.60
low            unfinished                  1.80   1.80       1.20
low            not recognised yet          1.20   1.20       1.20
=============  ==========================  =====  =========  =====  ====================================================

*Likely* and *sure* are what the end-of-turn model thinks of the sound (``LIKELY_SCORE``, ``SURE_SCORE``): its score
shortens the wait and never ends a turn alone, for it needs the words and at least a pause (0.00 is: at the first
pause). A client that names ``silence_duration_ms`` with ``server_vad`` gets exactly that silence, whatever was said.

At 41 ends of recorded utterances the recogniser's words sound complete in 78 %, unclear in 17 and unfinished in 5; at
45 pauses of 0.12 s inside others 42, 27 and 31 %.

Where the numbers come from: gaps between turns in conversation have their mode at 0 to 200 ms and pauses inside a turn
mostly stay below 500 ms (Stivers et al., PNAS 106, 2009; Heldner and Edlund, Journal of Phonetics 38, 2010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Eagerness = Literal["low", "medium", "high", "auto"]

LIKELY_SCORE = 0.5  # 0..1: the end-of-turn model thinks that this is the end
SURE_SCORE = 0.9  # 0..1: and is seldom wrong
SCORE_WORTH = 0.1  # of silence still to wait for: the score costs as much to make, so for less it is not asked

# -- cutting in (speech as the ears count it, which notice it about 50 ms late) ----------------------------------------
HOLD_AFTER = 0.12  # of speech over the host: they fall silent (the ears' delay added: about 180 ms after the onset)
FALSE_ALARM_PAUSE = 0.25  # of silence after a cough, a "mhm" or an echo: the host goes on
GOES_ON = 0.1  # of new speech after a pause: the reply that was made ahead is thrown away
VERDICT_PATIENCE = 0.6  # of silence in which the words are not made out: the host goes on meanwhile
VERDICT_LOST = 10.0  # of silence, still without words: it was nothing
WORDLESS_SPEECH = 1.6  # of speech over the host about which the recogniser says nothing at all: taken for words
WORDLESS_NOISE = 1.2  # of "speech" in which the recogniser, asked, found no word: the host goes on over it
QUESTION_TAIL = 0.6  # left of the host's question: a "yes" from there on answers it
DUCK_LONGEST = 1.0  # after an onset that nothing followed
ECHO_BEFORE, ECHO_AFTER = 1.5, 0.3  # before a turn began and after now: words of the host that it may be the echo of
ECHO_SHARE = 0.75  # 0..1 of the recognised words, in their order, that are the host's: it is the echo
ECHO_WARINESS = 30.0  # after an echo the host yields to words only, not to mere sound

# -- presence --------------------------------------------------------------------------------------------------------
BRIDGE_AFTER = 0.7  # of silence after the user's last word, with nothing of the answer ready
BRIDGE_NOTICE = 0.2  # that an answer has at least, however long it took to find that the turn was over
PROMPT_AFTER = 40.0  # without anybody saying anything: one gentle word
REST_AFTER = 30.0  # and without an answer to that: rest

# -- what was heard --------------------------------------------------------------------------------------------------
REPORT_GRACE = 2.0  # after a cut or an end, in which the client's report counts; then the own estimate does
LAST_WORDS = 6  # words of an interrupted reply that say where it was cut

# -- bounds ----------------------------------------------------------------------------------------------------------
TURN_ABANDONED = 5.0  # without any news of a turn from the ears: it is over
WORDS_LOST = 15.0  # that the words of a turn may take
MADE_AHEAD = 6.0  # of sound that is made of a reply before it may be sent
MAX_QUESTION_CHARS = 2_000  # of what is answered at once, several messages joined
MAX_PENDING = 16  # messages that wait for one answer
MAX_TRANSCRIBING = 8  # turns that wait for their words
REMEMBERED_TURNS = 64  # of one conversation; older ones leave the history


class Completeness(StrEnum):
    """How finished the words so far sound."""

    COMPLETE = "complete"
    UNCLEAR = "unclear"
    UNFINISHED = "unfinished"
    UNHEARD = "not recognised yet"


@dataclass(frozen=True, slots=True)
class Wait:
    """Silence that ends a turn: as a rule, when its sound is ``likely`` the end, and when it is that for ``sure``."""

    rule: float
    likely: float
    sure: float


Patience = Mapping[Completeness, Wait]

_MEDIUM: Patience = {
    Completeness.COMPLETE: Wait(0.20, 0.13, 0.0),
    Completeness.UNCLEAR: Wait(0.45, 0.30, 0.20),
    Completeness.UNFINISHED: Wait(0.80, 0.80, 0.60),
    Completeness.UNHEARD: Wait(0.70, 0.70, 0.70),
}
PATIENCE: Mapping[Eagerness, Patience] = {
    "auto": _MEDIUM,
    "medium": _MEDIUM,
    "high": {
        Completeness.COMPLETE: Wait(0.15, 0.10, 0.0),
        Completeness.UNCLEAR: Wait(0.30, 0.20, 0.15),
        Completeness.UNFINISHED: Wait(0.60, 0.60, 0.40),
        Completeness.UNHEARD: Wait(0.50, 0.50, 0.50),
    },
    "low": {
        Completeness.COMPLETE: Wait(0.50, 0.40, 0.30),
        Completeness.UNCLEAR: Wait(1.00, 0.80, 0.60),
        Completeness.UNFINISHED: Wait(1.80, 1.80, 1.20),
        Completeness.UNHEARD: Wait(1.20, 1.20, 1.20),
    },
}


@dataclass(frozen=True, slots=True)
class Manners:
    """How this conversation is to be held.

    Attributes:
        eagerness: which rows of the table hold.
        silence: the silence that ends every turn; None lets the table decide.
        answers: a turn is answered without being asked to.
        interrupts: the user may cut in on the host by speaking.
        yields: the client ducks and holds on request; another one plays on until it is cancelled.
        aloud: replies have sound.
        prompt_after: silence after which the host says a gentle word; None lets them wait forever.
    """

    eagerness: Eagerness = "auto"
    silence: float | None = None
    answers: bool = True
    interrupts: bool = True
    yields: bool = True
    aloud: bool = True
    prompt_after: float | None = PROMPT_AFTER
