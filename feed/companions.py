"""Sentences that are told together with the one that answers: what a speaker goes on with, what a list announced."""

from __future__ import annotations

import re

from feed.lines import Line
from feed.questions import Question
from feed.reading import Reading
from feed.words import stem

MAX_SENTENCES = 3  # of an answer

_ENTRY = re.compile(r"^\W*(?:the\s)?(?:first|second|third|fourth|fifth|last|one|another|finally|then)\b", re.IGNORECASE)
_CLOSING = re.compile(r"[,.!?][”\"] (?:he|she|they|[A-Z]\w+|sa(?:id|ys)|added)\b")
_FEW_WORDS = 5
_RAISING = re.compile(
    r"\b[Pp]eople (?:believe|think|say|suppose)\b|\b(?:asks?|asked|wonder\w*|want to know)\b(?:\s\w+)?"
    r"\s(?:whether|if|how|why|what|when|where|who)\b"
)


def spoken_on(reading: Reading, question: Question, chosen: list[Line]) -> list[Line]:
    """The words that a speaker goes on with right after the last sentence of ``chosen``."""
    found: list[Line] = []
    lines = reading.lines
    holder = {stem(word) for word in question.holder.split()}
    for line in lines[chosen[-1].index + 1 : chosen[-1].index + 1 + MAX_SENTENCES - len(chosen)]:
        quoting = line.quoted or line.text[:1] in '“"' or (line.before and _CLOSING.search(line.text))
        if not quoting or line.order or line in chosen or (line.carried and not holder & line.carried):
            break
        found.append(line)
    return found


def after_question(reading: Reading, line: Line) -> list[Line]:
    """What follows "People ask whether I am lonely": the answer."""
    if line.index + 1 >= len(reading.lines) or not _RAISING.search(line.text):
        return []
    return [reading.lines[line.index + 1]]


def after_a_few_words(reading: Reading, question: Question, line: Line) -> list[Line]:
    """What follows a sentence that only names the matter ("Find the gaps first.") in the same paragraph."""
    after = reading.lines[line.index + 1 : line.index + 2]
    short = question.kind in ("how", "what") and len(line.text.split()) <= _FEW_WORDS
    if not short or (question.kind == "what" and not question.near):
        return []
    return [other for other in after if other.before and not (other.order or other.asks or other.quoted)]


def announced(reading: Reading, question: Question, line: Line) -> list[Line]:
    """What follows a sentence that announces several things ("Here are three walks"): first, second, third."""
    counts = [int(value.amount) for value in line.values if value.kind == "number" and 2 <= value.amount <= 5]
    if not counts or not re.search(r"\b(?:are|were|list|name|which)\b", question.text, re.IGNORECASE):
        return []
    near = reading.lines[line.index + 1 : line.index + 1 + 3 * counts[0]]
    following = [other for other in near if not other.order and _ENTRY.match(other.text)]
    return following[: counts[0]]
