"""What the host of an item says: introductions and answers, sentence by sentence, each with what it rests on."""

from __future__ import annotations

import itertools
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import msgspec

from feed import asides, smalltalk
from feed.composing import (
    MOODS,
    all_there_is,
    answer,
    but,
    greeting,
    headline,
    lead,
    mood_of,
    silent,
    speaks_as_author,
    told,
)
from feed.conversation import Said, heard, remember, resolve
from feed.evidence import Finding, Search
from feed.items import Item
from feed.language import LanguageModel
from feed.language.model import never
from feed.lines import Line
from feed.meaning import Meaning, WordEmbedder
from feed.orders import sayable
from feed.phrasing import Phraser
from feed.premises import contrary, ruled_out
from feed.questions import Question, parts_of
from feed.reading import Reading, read
from feed.resuming import rest_of, wants_rest
from feed.retrieval import Hit
from feed.talk import intent, without_courtesy
from feed.verdicts import verdict
from feed.words import alike, stem

__all__ = ["MOODS", "PassageRetriever", "Replier", "Sentence", "Turn"]

REMEMBERED = 64  # replies, the latest; enough for every conversation that is held at once
LOOKED_BACK = 3  # turns: "where were you?" may come after a question in between
RETRIEVED = 8  # passages asked of the retriever
WORDS_BEARING = 0.4  # how much the best passage bears on a question when only shared words tell
WORDS_PER_SECOND = 3.2  # of our quickest voice: what is spoken more slowly leaves more time
SYNTHESIS_SECONDS = 0.3  # kept for the voice to say what was found
CONCISE_WORDS = 10  # a sentence of the item this short is said as it stands, at once

log = logging.getLogger(__name__)
Cancelled = Callable[[], bool]


class Sentence(msgspec.Struct, frozen=True):
    """Something the host says.

    Attributes:
        text: one spoken sentence, plain text.
        evidence: ids of the passages of the item that it rests on; none for what is not about the item.
        mood: one of ``MOODS``.
    """

    text: str
    evidence: tuple[str, ...] = ()
    mood: str = "neutral"


class Turn(msgspec.Struct, frozen=True):
    """A question and the reply to it, as far as it was heard.

    Attributes:
        question: what was asked; "" before an introduction.
        reply: what was heard of the reply.
        cut_after: the last words that were heard of a reply that was cut off; "" when it was cut off before its first
            word, None when it was heard out.
    """

    question: str
    reply: tuple[Sentence, ...]
    cut_after: str | None = None


class PassageRetriever(Protocol):
    """Finds passages of an item (``feed.retrieval.Retriever`` is one)."""

    @property
    def embedder(self) -> WordEmbedder | None:
        """The model of word meaning, if there is one."""

    def retrieve(self, item: Item, query: str, limit: int) -> list[Hit]:
        """Return up to ``limit`` passages that bear on ``query``, best first."""

    def prepare(self, item: Item) -> None:
        """Do ahead of the questions what can be done without one."""


class Replier:
    """Answers from an item's passages. With a model the answers are phrased by it; what they say comes from the item.

    Safe to use from several threads.
    """

    def __init__(self, retriever: PassageRetriever, model: LanguageModel | None) -> None:
        self._retriever = retriever
        self._meaning = Meaning(retriever.embedder)
        self._phraser = Phraser(model) if model is not None else None
        self._made: OrderedDict[tuple[str, str, int], _Made] = OrderedDict()  # replies, to go on with
        self._lock = threading.Lock()  # of what was made
        self._bridged = ""

    def introduce(self, item: Item, cancelled: Cancelled = never) -> Iterator[Sentence]:
        """Say who speaks and what the item is about, at once and without the model."""
        yield from self._kept((item.id, "", 0), self._introduction(item, cancelled))

    def _introduction(self, item: Item, cancelled: Cancelled) -> Iterator[Sentence]:
        yield Sentence(greeting(item.persona), (), "warmth")
        opening = lead(item, read(item).lines)
        if cancelled():
            return
        if opening is None:
            yield Sentence(headline(item))
        else:
            yield Sentence(told(item, opening), (opening.passage_id,), mood_of(opening.text))

    def bridge(self, item: Item, history: Sequence[Turn]) -> Sentence | None:
        """Return a few words that ask for patience while the answer is being made, at once and without the model."""
        self._bridged = asides.bridge(item, len(history), self._bridged)
        return Sentence(self._bridged, (), "thought")

    def prompt(self, item: Item, history: Sequence[Turn]) -> Sentence | None:
        """Return a gentle word to a user who has been silent for long; None when there is nothing to add."""
        heard = [part for turn in history for part in (turn.question, *(s.text for s in turn.reply))]
        text, evidence = asides.prompt(read(item), heard, _used(history), len(history))
        return Sentence(text, evidence, "warmth")

    def warm(self, item: Item, cancelled: Cancelled = never) -> None:
        """Embed the item's passages, sentences and words, and let the model read its host: then answers come sooner.

        Raises:
            UnknownItemError: the item is not in the retriever's store.
        """
        reading = read(item)
        self._retriever.prepare(item)
        self._meaning.read([told(item, line) for line in reading.lines if not line.order], cancelled)
        if not cancelled():
            self._meaning.learn(reading.words)
        if self._phraser is not None and not cancelled():
            self._phraser.warm(item, cancelled)

    def reply(
        self, item: Item, question: str, history: Sequence[Turn], cancelled: Cancelled = never
    ) -> Iterator[Sentence]:
        """Answer ``question`` after the turns of ``history`` (oldest first), sentence by sentence.

        Raises:
            UnknownItemError: the item is not in the retriever's store.
        """
        cut = _cut_off(question, history) if wants_rest(question) else None
        resumed = self._resumed(item, history, cut, cancelled) if cut is not None else iter(())
        first = next(resumed, None)
        reply = self._reply(item, question, history, cancelled) if first is None else itertools.chain([first], resumed)
        yield from self._kept((item.id, question, len(history)), reply)

    def _kept(self, key: tuple[str, str, int], reply: Iterator[Sentence]) -> Iterator[Sentence]:
        """Remember a reply while it is made, to go on with it after an interruption."""
        made = _Made([])
        with self._lock:
            self._made[key] = made
            self._made.move_to_end(key)
            while len(self._made) > REMEMBERED:
                self._made.popitem(last=False)
        for sentence in reply:
            made.sentences.append(sentence)
            yield sentence
        made.whole = True

    def _resumed(self, item: Item, history: Sequence[Turn], cut: int, cancelled: Cancelled) -> Iterator[Sentence]:
        """What was not heard of the reply of turn ``cut``: from the very next word on."""
        turn = history[cut]
        made = self._made.get((item.id, turn.question, cut)) or _Made([])
        known = list(made.sentences)
        if not made.whole and not wants_rest(turn.question):
            again = self._reply(item, turn.question, history[:cut], cancelled)
            known += list(again if turn.question else self._introduction(item, cancelled))[len(known) :]
        for text, evidence in rest_of([s.text for s in turn.reply], [(s.text, s.evidence) for s in known]):
            if cancelled():
                return
            yield Sentence(text, evidence, mood_of(text))

    def _reply(self, item: Item, question: str, history: Sequence[Turn], cancelled: Cancelled) -> Iterator[Sentence]:
        reading = read(item)
        talk = smalltalk.Talk(
            reading, [(turn.question, [(s.text, s.evidence) for s in turn.reply]) for turn in history]
        )
        whole = intent(question, item.persona.name)
        if whole == "published" and history and any(alike(stem("published"), word) for word in reading.stems):
            whole = None  # "When was it published?" asks about the study that was spoken of
        if whole is not None:
            yield from _said(talk.answer(whole, question), cancelled)
            return
        parts, ordered = parts_of(without_courtesy(question))
        if not parts:
            yield from _said(talk.answer("order" if ordered else "silence", question), cancelled)
            return
        said = remember(
            [(turn.question, _reply_of(turn, reading), _used([turn])) for turn in history],
            reading.cast,
            reading.stems,
            reading.main_person,
        )
        spoken = _Spoken()
        for part in parts:
            if cancelled():
                return
            meant = intent(part, item.persona.name)
            if meant is not None and (len(parts) == 1 or meant not in smalltalk.POLITE):
                for sentence in _said(talk.answer(meant, part), cancelled):
                    spoken.add(sentence.text)
                    yield sentence
                continue
            for sentence, about in self._answered(reading, talk, part, said, cancelled, spoken=spoken):
                if cancelled():
                    return
                said = heard(said, about, sentence.text, reading.cast)
                if sentence.text not in spoken:
                    spoken.add(sentence.text)
                    yield sentence

    def _answered(
        self,
        reading: Reading,
        talk: smalltalk.Talk,
        part: str,
        said: Said,
        cancelled: Cancelled,
        *,
        spoken: _Spoken,
    ) -> Iterator[tuple[Sentence, Question]]:
        item = reading.item
        question, unclear = resolve(
            part,
            said,
            reading.cast,
            reading.stems,
            to_author=speaks_as_author(item) or reading.first_person,
            main_person=reading.main_person,
        )
        aside = talk.aside(question, unclear)
        if aside is not None:
            for text, evidence in aside:
                yield Sentence(text, evidence, mood_of(text)), question
            return
        finding = self._find(reading, question)
        if not finding.answers and (answered := _unsettled(item, question, finding, talk.count)):
            yield answered, question
            return
        if not finding.answers:
            yield Sentence(silent(item, talk.count), (), "doubt"), question
            line = finding.related
            if line is not None and told(item, line) not in spoken and not talk.told_already(told(item, line)):
                yield Sentence(but(item, line, talk.count), (line.passage_id,), mood_of(line.text)), question
            return
        yield from ((sentence, question) for sentence in self._told(item, question, finding, cancelled, spoken))

    def _find(self, reading: Reading, question: Question) -> Finding:
        query = " ".join([question.text, *(term.word for term in question.terms if term.word not in question.text)])
        hits = self._retriever.retrieve(reading.item, query, RETRIEVED)
        best = max((hit.score for hit in hits), default=1.0)
        bearing = {
            hit.passage.id: WORDS_BEARING * hit.score / best if hit.similarity is None else hit.similarity
            for hit in hits
        }
        return Search(reading, question, self._meaning, bearing).find()

    def _told(
        self, item: Item, question: Question, finding: Finding, cancelled: Cancelled, spoken: _Spoken
    ) -> Iterator[Sentence]:
        """Tell what answers: the first sentence of a reply at once, by rule; later ones in the model's words, if it has
        found them by the time that all before was spoken.
        """
        lines, opener = _settled(question, finding)
        for place, line in enumerate(lines):
            first = opener if place == 0 else ""
            text = answer(item, line, first)
            patience = spoken.seconds_left()
            if self._phraser is not None and patience and len(line.text.split()) > CONCISE_WORDS:
                text = self._phraser.phrase(item, question, [line], first, cancelled, patience=patience) or text
            if cancelled():
                return
            yield Sentence(text, (line.passage_id,), mood_of(line.text))


class _Spoken:
    """What a reply has said so far, and how long saying it takes."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._until: float | None = None  # when a voice that began with the first sentence is silent

    def __contains__(self, text: str) -> bool:
        return text in self._texts

    def add(self, text: str) -> None:
        """Take a sentence that is about to be said."""
        self._texts.add(text)
        now = time.monotonic()
        begin = now if self._until is None else max(now, self._until)
        self._until = begin + len(text.split()) / WORDS_PER_SECOND

    def seconds_left(self) -> float:
        """Return for how long the next sentence may be thought about unnoticed; 0 for the first of a reply."""
        return 0.0 if self._until is None else max(0.0, self._until - SYNTHESIS_SECONDS - time.monotonic())


class _Made:
    """A reply as it was made, and whether all of it was."""

    def __init__(self, sentences: list[Sentence]) -> None:
        self.sentences = sentences
        self.whole = False


def _cut_off(question: str, history: Sequence[Turn]) -> int | None:
    """Which turn's reply somebody wants the rest of: the last one's, or with "where were you?" a late one's."""
    back = 1 if re.search(r"\b(?:on|ahead|going|continue)\b", question, re.IGNORECASE) else LOOKED_BACK
    places = range(len(history) - 1, max(-1, len(history) - 1 - back), -1)
    return next((place for place in places if history[place].cut_after is not None), None)


def _settled(question: Question, finding: Finding) -> tuple[tuple[Line, ...], str]:
    """Return the sentences to tell, and "Yes" or "No" where the question wants it and one of them settles it."""
    if question.kind != "yes-no":
        return finding.answers, ""
    opener = verdict(question, finding.answers[0])
    if opener:
        return finding.answers, opener
    for line in finding.others:
        if opener := verdict(question, line):
            return (line,), opener
    return finding.answers, ""


def _unsettled(item: Item, question: Question, finding: Finding, turn: int) -> Sentence | None:
    """What to say where no sentence has all of a yes-or-no question: "No" with the one that rules it out, or all that
    the text says on the matter, without a yes or no.
    """
    for line in finding.beside:
        if ruled_out(question, line) or contrary(question, line):
            return Sentence(answer(item, line, "No"), (line.passage_id,), mood_of(line.text))
    if not finding.bears or finding.related is None:
        return None
    line = finding.related
    return Sentence(all_there_is(item, line, turn), (line.passage_id,), mood_of(line.text))


def _reply_of(turn: Turn, reading: Reading) -> str:
    """What was replied, with the passages under it where it names nobody: "He" may mean who stands in them."""
    reply = " ".join(sentence.text for sentence in turn.reply)
    if turn.cut_after is not None:
        return reply  # of what was not heard, nobody is meant
    if any(word in reply for person in reading.cast.people for word in person.split()):
        return reply
    used = _used([turn])
    return " ".join([*(passage.text for passage in reading.item.passages if passage.id in used), reply])


def _used(history: Sequence[Turn]) -> frozenset[str]:
    return frozenset(passage for turn in history for sentence in turn.reply for passage in sentence.evidence)


def _said(pairs: Iterator[tuple[str, tuple[str, ...]]], cancelled: Cancelled) -> Iterator[Sentence]:
    for text, evidence in pairs:
        if cancelled():
            return
        spoken = sayable(text)
        if spoken:
            yield Sentence(spoken, evidence, mood_of(text) if evidence else "warmth")
