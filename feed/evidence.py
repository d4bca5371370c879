"""Which sentences of an item answer a question, and whether any does."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from feed.items import Item
from feed.lines import Cast, Line, cast_of, lines_of
from feed.questions import Question, Term
from feed.values import Value, names
from feed.words import STOP_WORDS, alike, contrast, kindred, stem, stems, tokens

EXACT, SAME_STEM, KIN, ALIKE, NEAR, CONTEXT = (
    1.0,
    0.96,
    0.9,
    0.85,
    0.75,
    0.5,
)  # credit of a term by how the sentence holds it
NEAR_COSINE = 0.60  # of two words' embeddings; synonyms lie above, unrelated words below (measured)
ANSWERED = 0.62  # share of a question's words that a sentence must hold to answer it
RELATED = 0.25  # share that makes a sentence worth telling when nothing answers
MAX_SENTENCES = 3


class WordEmbedder(Protocol):
    """Words to unit vectors (``feed.embeddings.MiniLM`` is one)."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Return unit row vectors, shape (len(texts), d)."""


class Reading(msgspec.Struct, frozen=True):
    """An item, read once for all questions."""

    item: Item
    cast: Cast
    lines: tuple[Line, ...]
    words: dict[str, str]  # stem -> a word of the text with it; names are left out
    main_person: str  # whom the item is mostly about, or ""

    @property
    def stems(self) -> frozenset[str]:
        """Stems of everything the item says, names and the title included."""
        return frozenset().union(stems(self.item.title), *(line.stems for line in self.lines))


@functools.lru_cache(maxsize=16)
def _read(key: tuple[str, str, str], item_of: _Once) -> Reading:
    item = item_of.item
    cast = cast_of(item.text)
    lines = lines_of(item, cast)
    words: dict[str, str] = {}
    for text in (item.title, *(line.text for line in lines)):
        named = [(name.start, name.start + len(name.text)) for name in names(text) if not name.opening]
        for token in tokens(text):
            if token.text.lower() in STOP_WORDS or any(start <= token.start < end for start, end in named):
                continue
            words.setdefault(token.stem, token.text.lower())
            for part in token.text.split("-"):
                words.setdefault(stem(part), part.lower())
    return Reading(item, cast, lines, words, _main_person(item, cast))


class _Once:
    """Carries the item past the cache key, which is what the reading depends on."""

    def __init__(self, item: Item) -> None:
        self.item = item

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Once)


def read(item: Item) -> Reading:
    """Return the item's reading, from memory when its text was read before."""
    return _read((item.id, item.title, item.text), _Once(item))


def _main_person(item: Item, cast: Cast) -> str:
    counts = {person: sum(item.text.count(word) for word in person.split()[:1]) for person in cast.people}
    if not counts:
        return ""
    best = max(counts, key=lambda person: counts[person])
    rest = max((count for person, count in counts.items() if person != best), default=0)
    in_title = any(word in item.title for word in best.split())
    return best if in_title or counts[best] >= max(3, 2 * rest) else ""


class Meaning:
    """How near words are in meaning, by their embeddings; without an embedder only the word groups count."""

    def __init__(self, embedder: WordEmbedder | None) -> None:
        self._embedder = embedder
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def near(self, word: str, stems_and_words: dict[str, str]) -> dict[str, float]:
        """Return the stems of ``stems_and_words`` whose words mean nearly what ``word`` means, with the cosine."""
        if self._embedder is None or not word.isalpha() or len(word) < 3:
            return {}
        others = {key: other for key, other in stems_and_words.items() if other.isalpha() and len(other) >= 3}
        self._learn([word.lower(), *others.values()])
        own = self._vectors[word.lower()]
        found: dict[str, float] = {}
        for key, other in others.items():
            cosine = float(self._vectors[other] @ own)
            if cosine >= NEAR_COSINE and not contrast(stem(word), key):
                found[key] = cosine
        return found

    def learn(self, words: dict[str, str]) -> None:
        """Embed the words of a text (stem -> word) ahead of the questions about it."""
        self._learn(word for word in words.values() if word.isalpha() and len(word) >= 3)

    def _learn(self, words: Iterable[str]) -> None:
        new = [word for word in dict.fromkeys(words) if word not in self._vectors]
        if new and self._embedder is not None:
            self._vectors.update(zip(new, self._embedder.encode(new), strict=True))


class Weighed(msgspec.Struct, frozen=True):
    """A sentence and what it holds of a question.

    Attributes:
        line: the sentence.
        coverage: 0..1, the weighted share of the question's words that it holds.
        fits: it states what the kind of question asks for (a number for "how many", ...).
        missing: the key words that it does not hold.
        score: for ranking.
    """

    line: Line
    coverage: float
    fits: bool
    missing: tuple[Term, ...]
    score: float


class Finding(msgspec.Struct, frozen=True):
    """What an item has on a question.

    Attributes:
        answers: the sentences that answer it, in reading order; none when the item does not say.
        related: the nearest sentence when there is no answer, or None.
        unknown: words of the question that the item never speaks of.
        best: the best sentence as weighed, for judging further, or None.
    """

    answers: tuple[Line, ...]
    related: Line | None
    unknown: tuple[Term, ...]
    best: Weighed | None


class Search:
    """One question against one item."""

    def __init__(self, reading: Reading, question: Question, meaning: Meaning, bearing: dict[str, float]) -> None:
        """``bearing`` is how much each passage bears on the question, 0..1, as the retriever found."""
        self._reading = reading
        self._question = question
        self._bearing = bearing
        self._credits = {
            term.stem: _credits(term, reading.words, meaning, excluding=question.kind == "yes-no")
            for term in question.terms
        }

    def find(self) -> Finding:
        """Weigh every sentence and decide."""
        lines = [line for line in self._reading.lines if not line.order]
        weighed = sorted((self._weigh(line) for line in lines), key=lambda entry: -entry.score)
        everything = self._reading.stems
        unknown = tuple(
            term
            for term in self._question.terms
            if term.key and term.stem not in everything and not self._credits[term.stem]
        )
        if not weighed:
            return Finding((), None, unknown, None)
        answering = [entry for entry in weighed if self._answers(entry, unknown)]
        if not answering:
            best = weighed[0]
            worth = best.coverage >= RELATED or self._bearing.get(best.line.passage_id, 0.0) >= 0.45
            return Finding((), best.line if worth else None, unknown, best)
        chosen = self._chosen(answering, weighed)
        return Finding(tuple(sorted(chosen, key=lambda line: line.index)), None, unknown, answering[0])

    def _credit(self, term: Term, line: Line) -> float:
        if term.stem in line.stems:
            return EXACT if term.word.lower() in line.text.lower() else SAME_STEM
        credits = self._credits[term.stem]
        own = max((credits.get(word, 0.0) for word in line.stems), default=0.0)
        if own:
            return own
        if term.name:
            if term.stem in line.carried:
                return EXACT
            return self._topic_credit(term, line)
        if term.stem in line.context:
            return CONTEXT
        return CONTEXT * max((credits.get(word, 0.0) for word in line.context), default=0.0)

    def _topic_credit(self, term: Term, line: Line) -> float:
        """A name that the whole item is about need not stand in each sentence; another person's name takes it away."""
        about = term.stem in {stem(word) for word in self._reading.main_person.split()}
        titled = term.stem in {token.stem for token in tokens(self._reading.item.title)}
        if not (about or titled):
            return 0.0
        others = {
            person for name in line.names if (person := self._reading.cast.full(name.text)) in self._reading.cast.people
        }
        return 0.0 if others else 0.8 if about else 0.6

    def _weigh(self, line: Line) -> Weighed:
        total = sum(term.weight for term in self._question.terms)
        credit = {term.stem: self._credit(term, line) for term in self._question.terms}
        held = sum(term.weight * credit[term.stem] for term in self._question.terms)
        coverage = held / total if total else 0.0
        fits = states(self._question, line, self._credits)
        missing = tuple(term for term in self._question.terms if term.key and credit[term.stem] < CONTEXT * ALIKE)
        score = coverage + (0.3 if fits else 0.0) + 0.25 * self._bearing.get(line.passage_id, 0.0) - 0.002 * line.index
        return Weighed(line, coverage, fits, missing, score)

    def _answers(self, entry: Weighed, unknown: Sequence[Term]) -> bool:
        question = self._question
        if not entry.fits or any(term.name for term in entry.missing):
            return False
        if question.kind == "choice" and not any(
            self._credits[option].get(word)
            for option in question.options & self._credits.keys()
            for word in entry.line.stems
        ):
            return False
        if not any(term.key for term in question.terms):
            return bool(question.terms) and entry.coverage >= ANSWERED
        if unknown:
            return False
        keys = sum(term.key for term in question.terms)
        allowed = 0 if keys <= 2 else 1 if keys <= 5 else 2
        return entry.coverage >= ANSWERED and len(entry.missing) <= allowed

    def _chosen(self, answering: list[Weighed], weighed: list[Weighed]) -> list[Line]:
        """The best sentence, and others only where they hold words of the question that it lacks."""
        first = answering[0]
        chosen = [first.line]
        lacking = {term.stem for term in first.missing}
        if self._question.kind in ("what", "how", "tell", "why", "who"):
            for entry in answering[1:]:
                if len(chosen) == MAX_SENTENCES - 1:
                    break
                if entry.coverage >= 0.95 * first.coverage and entry.score >= 0.9 * first.score:
                    chosen.append(entry.line)
        for entry in weighed:
            if not lacking or len(chosen) == MAX_SENTENCES:
                break
            gained = lacking - {term.stem for term in entry.missing}
            if gained and entry.line not in chosen and entry.coverage >= 0.4:
                chosen.append(entry.line)
                lacking -= gained
        return chosen


def _credits(term: Term, words: dict[str, str], meaning: Meaning, *, excluding: bool) -> dict[str, float]:
    """Return which stems of the text stand for ``term``, and how well.

    ``excluding``: words that exclude it count too, for they settle a yes-or-no question ("open", "closed").
    """
    found: dict[str, float] = {}
    for other in words:
        if other == term.stem:
            found[other] = SAME_STEM
        elif term.name:
            continue
        elif kindred(term.stem, other):
            found[other] = KIN
        elif alike(term.stem, other):
            found[other] = ALIKE
        elif excluding and contrast(term.stem, other):
            found[other] = NEAR
    if not found and not term.name:
        for other, cosine in meaning.near(term.word, words).items():
            found[other] = min(NEAR, NEAR * cosine / 0.7)
    return found


# -- what kind of answer a sentence states ------------------------------------------------------------------------------

_WHEN = re.compile(
    r"\b(?:ago|yesterday|today|tonight|tomorrow|since|spring|summer|autumn|winter|christmas|easter|midnight|noon|dawn|dusk"
    r"|(?:last|next|this|every|each|that) (?:year|month|week|day|night|morning|evening|season|\w+day)|century|decade"
    r"|(?:in|after|within|for|over|until|before|by) (?:\w+ ){1,3}(?:years?|months?|weeks?|days?|hours?|minutes?)"
    r"|morning|afternoon|evening|night|sunrise|sunset|weekends?|when|once|\d0s)\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:because|since|so that|due to|thanks to|owing to|as a result|reasons?|in order|therefore|caused?|causes|led to|means? that"
    r"|after (?:\w+ ){0,2}\w+ing|for fear|worri\w+|want\w*|wish\w*|hop(?:e|es|ed|ing)|decided|argu\w+|made (?:me|him|her|them|us|it)|so (?:I|he|she|they|we|it)|to (?!the\b|a\b|an\b|his\b|her\b|my\b|their\b|our\b|\d)[a-z]+|blam\w+|explain\w*|the point|that is why|which is why|believ\w+|say(?:s|ing)?\b)",
    re.IGNORECASE,
)
_AGE = re.compile(
    r",\s(?:aged\s)?\d{1,3}(?=[,.;)]|\s(?:and|who)\b)|\b(?:\d{1,3}|[a-z]+(?:-[a-z]+)?)[- ]years?[- ]olds?\b|\baged?\s(?:of\s)?\d{1,3}\b"
    r"|\b(?:turn(?:ed|s)?|am|is|was|at)\s(?:\d{1,3}|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?)\b(?!\s?(?:%|percent|euro|dollar|pound|metre|meter|kilo|degree|per|people|p\.m|a\.m))"
    r"|\b(?:founded|built|born|opened|established|dates? (?:back )?(?:to|from)|planted|made)\b.*\b\d{3,4}\b|\b\d+ years\b|\bcentur(?:y|ies)\b",
    re.IGNORECASE,
)
_PERSON_NOUN = re.compile(
    r"\b(?:\w+(?:ers|ors|ists|ians|men|women|er|or|ist|ian|man|woman)|people|nurses?|council|family|team|company|mother|father"
    r"|sister|brother|daughter|son|wife|husband|friends?|neighbou?rs?|volunteers|students?|residents|children|parents|university|government|i|we|my)\b",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    r"\b(?:every|each|daily|weekly|monthly|yearly|annually|hourly|nightly|once|twice|times|always|never|rarely|often|(?:a|per) (?:day|night|week|month|year|hour|season))\b",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:call(?:ed|s)?|named?|known as|dubbed|christened|nicknamed|titled|entitled)\b", re.IGNORECASE
)
_PLACE = re.compile(
    r"\b(?:in|at|on|near|between|from|to|outside|inside|under|behind|along|beside|opposite|above|below|across|around|into|through|off|over|by)\s(?:[a-z]+\s){0,3}[\w’']+",
)
_MEASURES = frozenset(
    "minute hour day week month year decade century second metre meter kilometre kilometer km m cm mm mile foot inch kilo"
    " kilogram kg gram tonne ton litre liter degree acre hectare square night season page percent mph kph knot watt".split()
)
_EXACT_KINDS = frozenset(("number", "percent", "money"))
_COLOURS = re.compile(r"\b(?:red|blue|green|yellow|white|black|brown|orange|purple|pink|grey|gray|gold\w*|silver|turquoise|cream|crimson|scarlet|violet|beige)\b", re.IGNORECASE)  # fmt: skip


def states(question: Question, line: Line, credits: dict[str, dict[str, float]]) -> bool:
    """Tell whether ``line`` states the kind of thing that ``question`` asks for."""
    kind = question.kind
    if question.asked in ("colour", "color"):
        return bool(_COLOURS.search(line.text))
    if kind == "how many":
        return any(_counts(value, question, line, credits) for value in line.values)
    if kind == "how much":
        return any(_amounts(value, question) for value in line.values) or bool(
            re.search(r"\b(?:free|nothing|no charge)\b", line.text)
        )
    if kind == "how long":
        return any(value.kind in ("number", "year", "time") and _measured(value) for value in line.values)
    if kind == "how old":
        return bool(_AGE.search(line.text))
    if kind == "how often":
        return bool(_OFTEN.search(line.text))
    if kind == "time":
        return any(value.kind == "time" for value in line.values) or bool(
            re.search(r"\b(?:noon|midnight|dawn|dusk|sunrise|sunset|o['’]clock|half past)\b", line.text, re.IGNORECASE)
        )
    if kind == "year":
        return any(value.kind == "year" for value in line.values)
    if kind == "when":
        return any(value.kind in ("time", "year", "month", "weekday") for value in line.values) or bool(
            _WHEN.search(line.text)
        )
    if kind == "why":
        return bool(_WHY.search(line.text))
    if kind == "name":
        return bool(_new_names(question, line)) and _named(question, line, credits)
    if kind == "where":
        return bool(_PLACE.search(line.text))
    if kind == "who":
        return bool(_new_names(question, line) or _PERSON_NOUN.search(line.text) or line.carried)
    return True


def _new_names(question: Question, line: Line) -> list[str]:
    asked = {stem(token.text) for token in tokens(question.text)}
    return [name.text for name in line.names if not name.opening and not {stem(w) for w in name.words} <= asked]


def _named(question: Question, line: Line, credits: dict[str, dict[str, float]]) -> bool:
    """A naming word, or a name right beside a word of the question ("the boat Aurora", "Norrline, the company")."""
    if _CALLED.search(line.text):
        return True
    spots = [
        token
        for token in tokens(line.text)
        if any(token.stem in credits[term.stem] for term in question.terms if term.key and not term.name)
    ]
    for name in line.names:
        if name.opening or name.text not in _new_names(question, line):
            continue
        for spot in spots:
            between = line.text[min(spot.end, name.start + len(name.text)) : max(spot.start, name.start)]
            if re.fullmatch(r"\s?(?:,\s)?(?:is\s|was\s|the\s|a\s|an\s|my\s|of\s)*", between):
                return True
    return False


def _measured(value: Value) -> bool:
    return value.kind == "time" or stem(value.unit) in {stem(unit) for unit in _MEASURES} or value.kind == "year"


def _amounts(value: Value, question: Question) -> bool:
    if re.search(r"\b(?:percent|percentage|share|proportion|fraction)\b", question.text, re.IGNORECASE):
        return value.kind == "percent" or value.unit in ("half", "quarter")
    if re.search(
        r"\b(?:cost|price|fee|fare|pay|paid|expensive|money|salary|budget|worth|earn|charge)",
        question.text,
        re.IGNORECASE,
    ):
        return value.kind == "money"
    return (
        value.kind in ("money", "percent")
        or (value.kind == "number" and _measured(value))
        or (value.kind == "number" and bool(question.asked))
    )


def _counts(value: Value, question: Question, line: Line, credits: dict[str, dict[str, float]]) -> bool:
    """Tell whether ``value`` counts what is asked: the word for it stands just after (or before) the number."""
    if value.kind not in _EXACT_KINDS and value.kind != "year":
        return False
    if not question.asked:
        return True
    standing = credits.get(question.asked, {question.asked: EXACT})
    after = [token.stem for token in tokens(line.text[value.end - len(value.unit) : value.end + 40])][:4]
    before = [token.stem for token in tokens(line.text[max(0, value.start - 40) : value.start])][-4:]
    if any(word in standing or alike(question.asked, word) for word in (*after, *before, stem(value.unit))):
        return True
    return question.asked in _COUNTED_LOOSELY and value.kind == "number" and not _measured(value)


_COUNTED_LOOSELY = frozenset(stem(word) for word in ("people", "person", "times", "things", "total"))
