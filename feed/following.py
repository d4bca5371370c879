"""Where the answer to a follow-up stands that shares no word with it: in the sentence just told or right after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from feed.lines import Line
from feed.questions import Question

SURELY, MAYBE = 1.0, 0.5  # how surely a sentence states the kind of thing asked for, as ``feed.statements`` tells it
LOOKED_ON = 2  # sentences after the one just told
_TOLD_CHARS = 24
_MOST_KEYS = 1  # words of its own that a follow-up may bring and these sentences may lack
_EXACT = frozenset(("when", "where", "how many", "how much", "how long", "how old", "how often", "time", "year"))
_HAPPENED = re.compile(r"\W*(?:and |so |but )*what (?:happened|happens|became|came)\b", re.IGNORECASE)
_ONWARD = re.compile(r"\b(?:then|next|after (?:that|this|it)|afterwards|instead|since then)\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|its|he|him|his|she|her|they|them|their|that|this|those|these|there)\b", re.IGNORECASE)
_OTHER = re.compile(r"\bthe (?:other|others|rest|second)(?: one| ones| two)?\W*$", re.IGNORECASE)
_CONSEQUENCE = re.compile(r"(?:so|therefore|thus|hence)\b", re.IGNORECASE)  # what came of it is not why it was
_SUPPOSING = re.compile(r"^\W*(?:and |but |so )?what if\b", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:if|unless|without|otherwise)\b", re.IGNORECASE)


def goes_on(question: Question, lines: Sequence[Line], states: Callable[[Line], float]) -> Line | None:
    """Return the sentence that a follow-up is answered by because of where it stands, or None.

    ``states`` tells how surely a sentence states the kind of thing asked for, 0..1.
    """
    told = _told(question, lines)
    if told is None:
        return None
    after = [line for line in lines[told.index + 1 : told.index + 1 + LOOKED_ON] if not (line.order or line.asks)]
    if _SUPPOSING.search(question.text):
        return next((line for line in after if _CONDITION.search(line.text)), None)
    if _HAPPENED.match(question.text) and (question.bare or _few_own_words(question)):
        return after[0] if after else None
    if _OTHER.search(question.text) and re.search(r"[;,]\s", told.text):
        return told
    if not (question.bare or (_PRONOUN.search(question.text) and _few_own_words(question))):
        return None
    near = after if _ONWARD.search(question.text) else [told, *after]
    if question.kind == "why":
        near = [line for line in near if not (line in after and _CONSEQUENCE.match(line.text))]
        return _first(near, states, SURELY) or _first([told], states, MAYBE)
    return _first(near, states, SURELY) if question.kind in _EXACT else None


def asks_of_it(question: Question) -> bool:
    """Tell whether a follow-up is no more than "Why?" or "What happened then?": its answer stands nearby."""
    if question.kind == "why":
        return question.bare
    return bool(_HAPPENED.match(question.text)) and not any(term.key for term in question.terms)


def _few_own_words(question: Question) -> bool:
    return sum(term.key and not term.name for term in question.terms) <= _MOST_KEYS


def _told(question: Question, lines: Sequence[Line]) -> Line | None:
    """The last sentence of the last reply, as the text has it."""
    if not question.near:
        return None
    spoken = {
        line.index: question.heard.rfind(line.text.rstrip(".")[-_TOLD_CHARS:])
        for line in lines
        if line.passage_id in question.near
    }
    last = max(spoken, key=lambda index: spoken[index], default=-1)
    return next((line for line in lines if line.index == last and spoken[last] >= 0), None)


def _first(lines: Sequence[Line], states: Callable[[Line], float], wanted: float) -> Line | None:
    return next((line for line in lines if states(line) >= wanted), None)
