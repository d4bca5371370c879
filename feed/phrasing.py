"""A language model puts an answer into the host's words; what it writes is kept only if the checker finds no fault."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence

from feed.checker import Checker, clause_words
from feed.composing import ended, speaks_as_author, temper, told
from feed.honesty import claims_human, role_claims_human
from feed.items import Item
from feed.language import LanguageModel, LanguageModelError, Message
from feed.language.model import Cancelled
from feed.lines import Line
from feed.orders import gives_orders, tame
from feed.questions import Question
from feed.text import sentences
from feed.values import names, values
from feed.words import STOP_WORDS, stem, tokens

TEMPERATURE = 0.2
MAX_TOKENS = 48
REST_SECONDS = 30.0  # a model that failed is left alone for so long
PATIENCE_SECONDS = 4.0  # at most, however long others speak meanwhile: the item's own words are ready

log = logging.getLogger(__name__)

# Questions, facts and what a host of each temper says: a small model takes its manner from these, not from words.
_ASKED_FACTS = (
    ("How old is the owner?", "Owner Rosa Lind, 71, says her knees decided it."),
    (
        "When does the bakery close?",
        "The bakery on Quay Street, a fixture of the harbour since 1984, closes for good on Friday.",
    ),
    ("Why is the road shut?", "The road was shut on 3 May, because a lorry had lost 400 crates of eggs on the hill."),
    ("Did they win?", "The team, which had lost four times, won the last match by two goals to one."),
)
_SPOKEN = {
    "brisk": (
        "Seventy-one, that's Rosa Lind, the owner.",
        "On Friday, and then for good.",
        "Because a lorry lost 400 crates of eggs on the hill.",
        "Yes, they won the last match by two goals to one.",
    ),
    "warm": (
        "She's seventy-one, Rosa Lind, the owner.",
        "Well, it closes on Friday, and for good.",
        "Well, because a lorry lost 400 crates of eggs up on the hill.",
        "Yes, they did, they won the last match by two goals to one.",
    ),
    "formal": (
        "The owner, Rosa Lind, is seventy-one.",
        "It closes for good on Friday.",
        "It is shut because a lorry had lost 400 crates of eggs on the hill.",
        "Yes, they won the last match by two goals to one.",
    ),
    "curious": (
        "Seventy-one! That's Rosa Lind, the owner.",
        "On Friday, and then for good!",
        "Because a lorry lost 400 crates of eggs, right there on the hill!",
        "Yes! They won the last match by two goals to one.",
    ),
}


class Phraser:
    """Phrases answers; remembers when its model failed. Used by one conversation at a time or by several."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._rest_until = 0.0

    def phrase(
        self,
        item: Item,
        question: Question,
        lines: Sequence[Line],
        verdict: str,
        cancelled: Cancelled,
        *,
        patience: float = PATIENCE_SECONDS,
    ) -> str | None:
        """Return one spoken sentence that answers ``question`` from ``lines``, or None when theirs are better.

        ``verdict`` is "Yes", "No" or "" and opens the sentence. It may take ``patience`` seconds.
        """
        if time.monotonic() < self._rest_until or not _phrasable(item, question, lines, verdict):
            return None
        opener = f"{verdict}," if verdict else ""
        messages = [*_messages(item), _asked(question.text, " ".join(told(item, line) for line in lines))]
        written = ""
        deadline = time.monotonic() + min(patience, PATIENCE_SECONDS)

        def stopped() -> bool:
            return cancelled() or time.monotonic() > deadline

        try:
            for piece in self._model.stream(
                messages,
                max_tokens=MAX_TOKENS,
                temperature=TEMPERATURE,
                cancelled=stopped,
                prefix=opener,
                stop=("\n",),
            ):
                written += piece
                if len(sentences(written)) > 1:
                    break
        except LanguageModelError as error:
            log.warning("answering in the item's own words: %s", error)
            self._rest_until = time.monotonic() + REST_SECONDS
            return None
        if stopped():
            return None
        return self._kept(item, question, lines, f"{opener} {written}".strip())

    def warm(self, item: Item, cancelled: Cancelled) -> None:
        """Let the model read what every answer about ``item`` starts with."""
        try:
            self._model.warm(_messages(item), cancelled)
        except LanguageModelError as error:
            log.warning("the language model is not ready: %s", error)
            self._rest_until = time.monotonic() + REST_SECONDS

    def _kept(self, item: Item, question: Question, lines: Sequence[Line], written: str) -> str | None:
        spoken = next(iter(sentences(written.strip('“”" '))), "")
        if not re.search(r"[.!?…][\"”’']?$", spoken):
            return None  # cut off before its end
        spoken = ended(spoken)
        background = [item.persona.name, *(line.subject for line in lines)]
        facts = [told(item, line) for line in lines]
        directed, spoken = spoken, " ".join(_DIRECTION.sub(" ", spoken).split())
        problem = Checker(facts, background).problem(spoken)
        if claims_human(spoken):
            return None
        if problem is not None:
            log.debug("not said (%s: %s): %s", problem.kind, problem.what, spoken)
            return None
        if _turned(question, " ".join(facts), spoken) or (_FIRST.search(spoken) and not speaks_as_author(item)):
            log.debug("turned round: %s", spoken)
            return None
        if not _answers(question, lines, spoken) or not _to_the_point(question, lines, spoken):
            log.debug("beside the point: %s", spoken)
            return None
        return directed


def _messages(item: Item) -> list[Message]:
    persona = item.persona
    manner = "" if gives_orders(persona.manner) or role_claims_human(persona.manner) else tame(persona.manner)
    role = "" if gives_orders(persona.role) or role_claims_human(persona.role) else f", {tame(persona.role)}"
    view = "You wrote the text yourself and speak of it as I. " if speaks_as_author(item) else ""
    system = (
        f"You are {tame(persona.name)}{role}. {manner} {view}Somebody asks you something. You answer "
        "aloud in one short sentence: the answer first, in plain words, with the names and numbers as in the fact. Add "
        "nothing that is not in the fact."
    )
    messages = [Message("system", system)]
    for (question, fact), spoken in zip(_ASKED_FACTS, _SPOKEN[temper(persona)], strict=True):
        messages += [_asked(question, fact), Message("assistant", spoken)]
    return messages


def _asked(question: str, fact: str) -> Message:
    return Message("user", f"Fact: {tame(fact)}\nQuestion: {tame(question)}")


def _phrasable(item: Item, question: Question, lines: Sequence[Line], verdict: str) -> bool:
    """Tell whether a model may touch these sentences: not what settles nothing, not what an author says as "I"."""
    if question.kind in ("yes-no", "choice") and not verdict:
        return False
    if any(gives_orders(line.text) for line in lines) or gives_orders(question.text):
        return False
    return speaks_as_author(item) or all(line.quoted or not _FIRST.search(line.text) for line in lines)


def _turned(question: Question, fact: str, spoken: str) -> bool:
    """Tell whether ``spoken`` sets the words of ``fact`` in another order, or opens with a yes or no of its own.

    Who did what to whom is told by order; a small model that reorders words reorders the world.
    """
    opened = _YES_NO.match(spoken)
    if opened is not None and question.kind not in ("yes-no", "choice"):
        return True
    asked = {token.stem for token in tokens(question.text)}
    order = [token.stem for token in tokens(fact)]
    place = 0
    for token in tokens(spoken):
        if token.text.lower() in STOP_WORDS or token.stem in asked or token.stem not in order:
            continue
        if token.stem not in order[place:]:
            return True
        place = order.index(token.stem, place)
    return False


_DIRECTION = re.compile(r"\[[a-z]{2,16}(?: [a-z]{2,8})?(?: [01]?\.?\d)?\]")  # of the stage, such as "[nod]": not spoken
_YES_NO = re.compile(r"^(?:yes|no|yeah|nope)\b", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:I|I['’]\w+|me|[Mm]y|mine|[Ww]e|[Oo]ur|us)\b")


def _answers(question: Question, lines: Sequence[Line], spoken: str) -> bool:
    """Tell whether ``spoken`` kept what answers the question: every value of the kind asked for, every name."""
    kinds = _KEY_KINDS.get(question.kind, frozenset())
    stated = [value for line in lines for value in line.values if value.kind in kinds]
    counting = [value for value in stated if value.unit and stem(value.unit) == question.asked]
    wanted = {(value.kind, value.amount) for value in counting or stated}
    if not wanted <= {(value.kind, value.amount) for value in values(spoken)}:
        return False
    if question.kind in _OPEN_KINDS:  # what may be left out of an open answer is no matter for a small model
        kept = {stem(word) for name in names(spoken) for word in name.words} | {stem(w.text) for w in tokens(spoken)}
        needed = {stem(word) for line in lines for name in line.names for word in name.words}
        exact = {(value.kind, value.amount) for line in lines for value in line.values}
        return needed <= kept | _asked_stems(question) and exact <= {(v.kind, v.amount) for v in values(spoken)}
    if question.kind not in ("who", "name"):
        return True
    asked = {token.stem for token in tokens(question.text)}
    told = {word for name in names(spoken) for word in name.words}
    new = [
        name
        for line in lines
        for name in line.names
        if not name.opening and not {stem(word) for word in name.words} <= asked
    ]
    return all(set(name.words) & told for name in new)


def _asked_stems(question: Question) -> set[str]:
    """The stems of all words of a question."""
    return {token.stem for token in tokens(question.text)}


_OPEN_KINDS = frozenset(("what", "how", "tell"))


def _to_the_point(question: Question, lines: Sequence[Line], spoken: str) -> bool:
    """Tell whether all that ``spoken`` adds to the question comes from clauses that speak of the question.

    A small model likes to join the question to the nearest noun ("She works with bait").
    """
    asked = {token.stem for token in tokens(question.text) if token.text.lower() not in STOP_WORDS}
    pointed = {word for line in lines for words in clause_words(line.text) if words & asked for word in words}
    added = {token.stem for token in tokens(spoken) if token.text.lower() not in STOP_WORDS} - asked
    exact = {
        token.stem for line in lines for value in line.values for token in tokens(line.text[value.start : value.end])
    }
    return bool(added) and added - exact <= pointed


_KEY_KINDS = {
    "how many": frozenset(("number", "percent")),
    "how much": frozenset(("money", "percent", "number")),
    "how long": frozenset(("number", "time", "year")),
    "how old": frozenset(("number", "year")),
    "how often": frozenset(("number",)),
    "time": frozenset(("time",)),
    "year": frozenset(("year",)),
    "when": frozenset(("time", "year", "month", "weekday")),
    "yes-no": frozenset(("number", "money", "percent", "time", "year", "month", "weekday")),
}
