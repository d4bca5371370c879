"""Reads every sentence that a model wrote and says what in it the evidence does not hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from feed.values import Value, names, values
from feed.words import STOP_WORDS, alike, contrast, kindred, listed, negations, stem, tokens

# Words that talk about telling, not about the subject; they claim nothing.
_TELLING = frozenset(
    stem(word)
    for word in listed(
        "article story piece text say tell mention mean well sure course right exactly indeed yes yeah no honestly "
        "frankly look see"
        " know answer question ask think guess course actually simply basically that's thing way bit lot called name "
        "according"
        " including include includes make one get got go come there here also too quite rather fairly know called "
        "says said"
        " turn turns out seems apparently currently part kind sort be about"
    )
)
# Words that weaken or bound a claim: a sentence that drops them says more than its evidence.
_HEDGES = re.compile(
    r"\b(?:may|might|could|would|should|plan(?:s|ned|ning)?|propos\w+|hop(?:e|es|ed|ing)|expect\w*|alleg\w+"
    r"|reported(?:ly)?|about|nearly|almost"
    r"|roughly|around|approximately|at least|at most|up to|more than|less than|fewer than|over|under|only|perhaps"
    r"|probably|possibly|likely"
    r"|unless|if|until|half|except|sometimes|rarely|believe\w*|think\w*|feel\w*|want\w*|claim\w*|argu\w+|say(?:s|ing)?"
    r"|said|worr\w+|fear\w*|according)\b",
    re.IGNORECASE,
)
_BOUNDING_REACH = 6  # characters from "about" to its number
_BOUNDING = frozenset(listed("about around over under only half"))  # hedges only in front of a number
_CLAUSE = re.compile(r"\s*[,;:—–(]\s*|\s+(?:and|but|while|with|which|who|where|although|though|because)\s+")
_ANSWER_WORD = re.compile(r"^(?:yes|no|yeah|nope|well|oh|ah|hm+)\b[,.:;!—–-]*\s*", re.IGNORECASE)
_MARKUP = re.compile(r"^\s*(?:[-*#>•]|\d+[.)]\s)|\*\*|__|```|</?\w+>|https?://|\||\[[^\]]*\]\(")
_LONG_WORDS = 60  # a spoken sentence is shorter


class Problem(msgspec.Struct, frozen=True):
    """Why a sentence must not be said.

    Attributes:
        kind: "number", "name", "claim", "polarity", "hedge", "mixture", "shape" or "address".
        what: the words that are not held.
    """

    kind: str
    what: str


class Checker:
    """Holds sentences against the passages that they must rest on."""

    def __init__(self, evidence: Sequence[str], background: Sequence[str] = ()) -> None:
        """Take the evidence sentences, and texts whose names and words are known too (the conversation, the persona).

        Numbers must be in the evidence: a visitor's own number proves nothing.
        """
        self._evidence = " ".join(evidence)
        self._values = values(self._evidence)
        self._stems = _all_stems(self._evidence)
        self._known = self._stems | _all_stems(" ".join(background))
        self._clauses = _clauses(self._evidence)

    def problem(self, sentence: str) -> Problem | None:
        """Return the first thing that is wrong with ``sentence``, or None when it may be said."""
        body = _ANSWER_WORD.sub("", sentence.strip())
        return (
            self._shape(sentence)
            or self._numbers(body)
            or self._names(body)
            or self._claims(body)
            or self._polarity(body)
            or self._hedges(body)
            or self._mixture(body)
        )

    def _shape(self, sentence: str) -> Problem | None:
        if _MARKUP.search(sentence):
            return Problem("shape", "markup")
        count = len(sentence.split())
        if not tokens(_ANSWER_WORD.sub("", sentence)) or count > _LONG_WORDS:
            return Problem("shape", f"{count} words")
        return None

    def _numbers(self, sentence: str) -> Problem | None:
        for value in values(sentence):
            if not any(same_value(value, held) for held in self._values):
                return Problem("number", sentence[value.start : value.end])
        return None

    def _names(self, sentence: str) -> Problem | None:
        for name in names(sentence):
            for word in re.split(r"[\s-]+", name.text):
                if word.lower() not in STOP_WORDS and not self._holds(stem(word), self._known, exact=not name.opening):
                    return Problem("name", name.text)
        return None

    def _claims(self, sentence: str) -> Problem | None:
        numeric = [(value.start, value.end) for value in values(sentence)]
        for token in tokens(sentence):
            if token.text.lower() in STOP_WORDS or token.stem in _TELLING:
                continue
            if any(start <= token.start < end for start, end in numeric):
                continue
            if not self._holds(token.stem, self._known, exact=False) and not all(
                self._holds(stem(part), self._known, exact=False) for part in token.text.split("-")
            ):
                return Problem("claim", token.text)
        return None

    def _polarity(self, sentence: str) -> Problem | None:
        clause = self._source(sentence)
        if negations(sentence) % 2 != negations(clause) % 2:
            return Problem("polarity", sentence)
        return None

    def _hedges(self, sentence: str) -> Problem | None:
        """What weakens the part of the evidence that the sentence retells must weaken the sentence too."""
        source = self._source(sentence)
        kept = {stem(word) for match in _HEDGES.findall(sentence) for word in match.split()}
        for match in _HEDGES.finditer(source):
            word = match.group().lower()
            if match.group() == "May" and match.start() > 0:
                continue  # the month
            if word in _BOUNDING and not self._bounds(source[match.end() :], sentence):
                continue
            if stem(word.split()[0]) not in kept and not any(alike(stem(word.split()[0]), other) for other in kept):
                return Problem("hedge", match.group())
        return None

    def _bounds(self, following: str, sentence: str) -> bool:
        """Tell whether "about", "over" or the like stands before a number that the sentence retells."""
        bounded = next(iter(values(following)), None)
        if bounded is None or bounded.start > _BOUNDING_REACH:
            return False
        return any(same_value(bounded, value) for value in values(sentence))

    def _mixture(self, sentence: str) -> Problem | None:
        """Each number must come with a word of the clause that states it."""
        own = _all_stems(sentence)
        for value in values(sentence):
            stating = [self._clause_words(held) for held in self._values if same_value(value, held)]
            if not any(not words or words & own for words in stating):
                return Problem("mixture", sentence[value.start : value.end])
        return None

    def _clause_words(self, held: Value) -> frozenset[str]:
        for start, end, words in self._clauses:
            if start <= held.start < end:
                return words
        return frozenset()

    def _source(self, sentence: str) -> str:
        """The clauses of the evidence that share words with ``sentence``."""
        own = {token.stem for token in tokens(sentence) if token.text.lower() not in STOP_WORDS}
        stated = [held.start for value in values(sentence) for held in self._values if same_value(value, held)]
        parts = [
            self._evidence[start:end]
            for start, end, words in self._clauses
            if words & own or any(start <= place < end for place in stated)
        ]
        return " ".join(parts) or self._evidence

    def _holds(self, word: str, known: frozenset[str], *, exact: bool) -> bool:
        if word in known:
            return True
        if exact:
            return False
        return any(kindred(word, other) or alike(word, other) for other in known) and not (
            any(contrast(word, other) for other in self._stems) and not any(kindred(word, other) for other in known)
        )


def same_value(one: Value, other: Value) -> bool:
    """Tell whether two values state the same thing, however they are spelled."""
    if one.amount != other.amount:
        return False
    if one.kind == other.kind:
        return one.kind != "money" or one.unit == other.unit
    return {one.kind, other.kind} <= {"number", "year", "ordinal"}


def clause_words(text: str) -> list[frozenset[str]]:
    """Return the stems of the meaningful words of each clause of ``text``."""
    return [words for _, _, words in _clauses(text)]


def _all_stems(text: str) -> frozenset[str]:
    found = {token.stem for token in tokens(text)}
    return frozenset(found | {stem(part) for token in tokens(text) for part in token.text.split("-")})


def _clauses(text: str) -> list[tuple[int, int, frozenset[str]]]:
    """Cut ``text`` at its clauses; one without words of its own (", 61,") belongs to the clause before it."""
    found: list[tuple[int, int, frozenset[str]]] = []
    exact = [(value.start, value.end) for value in values(text)]
    start = 0
    for stop in [*(match for match in _CLAUSE.finditer(text)), None]:
        end = stop.start() if stop else len(text)
        if (
            stop
            and re.fullmatch(r"\s*[,:]\s*", stop.group())
            and text[end - 1 : end].isdigit()
            and text[stop.end() : stop.end() + 1].isdigit()
        ):
            continue  # 3,500 or 10:30
        words = frozenset(
            token.stem
            for token in tokens(text[start:end])
            if token.text.lower() not in STOP_WORDS
            and not any(begin <= start + token.start < stop_at for begin, stop_at in exact)
        )
        if not words and found:
            found[-1] = (found[-1][0], end, found[-1][2])
        elif end > start:
            found.append((start, end, words))
        start = stop.end() if stop else end
    return found
