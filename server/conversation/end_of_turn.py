"""Is the user done? From the words so far, the silence after them and what a model hears in the sound."""

from __future__ import annotations

import re

from server.conversation.thresholds import LIKELY_SCORE, PATIENCE, SURE_SCORE, Completeness, Manners

_WORD = re.compile(r"[\w']+")
_TRAILING_OFF = re.compile(r"(?:[;:–—-]|\.\.\.|…)\s*$")
_COMMA = re.compile(r",\s*$")
_DONE = re.compile(r"[.?!][\"'”’)]*\s*$")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that open something: whoever stops after one goes on, whatever the recogniser's punctuation says.
_OPENING = _words("""
    a an the and or but nor because although though unless whereas if than my your our their every
    um uh erm er hmm i i'm i've i'd i'll you're we're they're""")
# Words that open something in a statement and may end a question ("What are you looking at?", "Is it really?").
_LEANING = _words("""
    of to in on at by for from with without about into onto over under between among through during before after
    when where why how who whom whose which what that while until since as not also his its some each
    like well so very really quite it's that's there's what's who's""")
_AUXILIARIES = _words("""
    is are was were be been am do does did have has had will would can could should may might must""")
_PRONOUNS = _words("i you he she it we they this that these those one who")  # "Yes, it is." is whole
_ASKING = _words("""
    who whom whose what when where why which how is are was were do does did can could will would should has have""")
_CLAUSE_WORDS = 3  # a comma after so many is one that the recogniser puts where a voice does not fall, also at the end
_FULL_QUESTION_WORDS = 4  # "when did it open" needs no question mark to be one


def completeness(text: str | None) -> Completeness:
    """Return how finished a recognised ``text`` sounds; None is a text that is not there yet.

    A text without any word is unclear: it may be a noise, or speech that was not made out.
    """
    if text is None:
        return Completeness.UNHEARD
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        return Completeness.UNCLEAR
    if _TRAILING_OFF.search(text):
        return Completeness.UNFINISHED
    if words[-1] in _OPENING:
        return Completeness.UNFINISHED
    leans = words[-1] in _LEANING or (words[-1] in _AUXILIARIES and words[-2:-1] and words[-2] not in _PRONOUNS)
    if leans and not text.rstrip().endswith("?") and len(words) > 1:
        return Completeness.UNFINISHED
    if _COMMA.search(text):
        return Completeness.UNCLEAR if len(words) >= _CLAUSE_WORDS else Completeness.UNFINISHED
    if _DONE.search(text):
        return Completeness.COMPLETE
    if words[0] in _ASKING and len(words) >= _FULL_QUESTION_WORDS:
        return Completeness.COMPLETE
    return Completeness.UNCLEAR


def silence_needed(manners: Manners, text: str | None, score: float | None) -> float:
    """Return the seconds of silence after which a turn with these words is over (``thresholds`` has the table)."""
    if manners.silence is not None:
        return manners.silence
    wait = PATIENCE[manners.eagerness][completeness(text)]
    if score is None or score < LIKELY_SCORE:
        return wait.rule
    return wait.likely if score < SURE_SCORE else wait.sure
