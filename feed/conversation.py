"""What "she", "it", "the second one" and "what about Ida?" mean, from the turns before."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from feed.lines import Cast
from feed.questions import Question, Term, kind_of, parts_of, understand
from feed.talk import without_courtesy
from feed.values import names
from feed.words import STOP_WORDS, contrast, stem

_PRONOUN = re.compile(r"\b(she|her|hers|herself|he|him|his|himself)\b", re.IGNORECASE)
_BACK = re.compile(r"\b(?:it|its|they|them|their|that|this|those|these|(?<!is )(?<!are )(?<!was )(?<!were )there"
                   r"|then|one|ones|him|he|she|her|his|so|such"
                   r"|both|either)\b", re.IGNORECASE)  # fmt: skip
_ABOUT = re.compile(
    r"^\W*(?:(?:and|but|ok|okay|so|well|then)\b[\s,]*)*(?:what|how) about\b|^\W*(?:and|but|or)\b", re.IGNORECASE
)
_BARE = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|well|oh|really)\b[\s,]*)*(?:why|when|where|who|how|which|how come|why not|how much"
    r"|how many|how long|how old|since when|how so|which one|who else|what else|where exactly|when exactly|why exactly"
    r"|how exactly|for how long|how often|(?:against|with|for|from|to|by|of|until|since) (?:whom|who"
    r"|where|when|what))(?: is (?:that|it|this)| (?:was|did) (?:that|it|this)(?: happen)?| (?:though"
    r"|then|exactly|so))?\W*$",
    re.IGNORECASE,
)
_NTH = re.compile(r"\bthe (first|second|third|fourth|fifth|last|other)(?: one)?\b", re.IGNORECASE)
_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1, "other": 1}
_SERIES = re.compile(r"((?:[\w'’-]+\s?){1,5}(?:,\s(?:[\w'’-]+\s?){1,5}){0,6},?\s(?:and|or)\s(?:[\w'’-]+\s?){1,4})")
_LEADING = re.compile(r"^(?:the|a|an|its|his|her|their|of|in|on|with|for|to|by)\s+", re.IGNORECASE)


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What stays in mind after a turn.

    Attributes:
        question: the last one, understood, or None at the beginning.
        reply: what was answered, as one text.
        people: persons spoken of, the latest last.
        passages: what the last reply rested on.
    """

    question: Question | None = None
    reply: str = ""
    people: tuple[str, ...] = ()
    passages: frozenset[str] = frozenset()


def remember(
    turns: Sequence[tuple[str, str, frozenset[str]]], cast: Cast, words: frozenset[str], main_person: str = ""
) -> Said:
    """Go through (question, reply, passages that it rests on), oldest first, and return what stays in mind."""
    said = Said()
    for question, reply, passages in turns:
        for part in parts_of(without_courtesy(question))[0]:
            understood, _ = resolve(part, said, cast, words, main_person=main_person)
            said = heard(said, understood, "", cast)
        said = Said(
            question=said.question,
            reply=reply,
            people=_people(said.people, reply, cast),
            passages=passages or said.passages,
        )
    return said


def heard(said: Said, question: Question, reply: str, cast: Cast) -> Said:
    """Return what stays in mind after one more question."""
    people = _people(said.people, reply, cast)
    asked = [name for name in question.names if name in cast.people]
    people = (*[name for name in people if name not in asked], *asked)
    keep = question if any(term.key for term in question.terms) or said.question is None else said.question
    return Said(question=keep, reply=reply or said.reply, people=people, passages=said.passages)


def _people(before: tuple[str, ...], text: str, cast: Cast) -> tuple[str, ...]:
    found = [person for name in names(text) if (person := cast.full(name.text)) in cast.people]
    fresh = list(dict.fromkeys(reversed(found)))[::-1]
    return (*[name for name in before if name not in fresh], *fresh)


def resolve(
    part: str,
    said: Said,
    cast: Cast,
    words: frozenset[str],
    *,
    to_author: bool = False,
    main_person: str = "",
) -> tuple[Question, tuple[str, ...]]:
    """Understand ``part`` after what was said.

    ``words`` are the stems of everything that the item says; ``to_author`` as in ``understand``;
    ``main_person`` is whom the item is about, or "".

    Returns:
        the question, and the persons whom an unresolved "he" or "she" may mean (empty when it is clear).
    """
    text, unclear = _named(part, said, cast, main_person)
    before = said.question
    if before is None:
        return understand(text, cast, to_author=to_author), unclear
    text = _chosen(text, said, words)
    bare = bool(_BARE.match(text))
    about = bool(_ABOUT.match(text)) and kind_of(re.sub(_ABOUT, "", text)) == "statement"
    about = about or (
        bool(_ABOUT.match(text)) and re.match(r"^\W*(?:\w+ )?(?:what|how) about\b", text, re.IGNORECASE) is not None
    )
    if bare:
        return msgspec.structs.replace(
            understand(text, cast, before.terms), near=said.passages, heard=said.reply, bare=True
        ), ()
    if about:
        subject = re.sub(
            r"^\W*(?:and|but|ok|okay|so|well|then|or|what about|how about|what|how|about)\b[\s,]*",
            "",
            text,
            flags=re.IGNORECASE,
        )
        subject = re.sub(r"^(?:what|how) about\s+|^about\s+", "", subject, flags=re.IGNORECASE)
        fresh = understand(subject, cast)
        inherited = [term for term in before.terms if not _replaced(term, fresh)]
        kind = before.kind if before.kind not in ("statement", "why") else "tell"
        question = understand(subject, cast, inherited, kind)
        return msgspec.structs.replace(question, asked=before.asked, near=said.passages, heard=said.reply), unclear
    own = understand(text, cast, to_author=to_author)
    keys = sum(term.key for term in own.terms)
    if (_BACK.search(part) and keys <= 2) or keys == 0:
        inherited = [term for term in before.terms if not (own.names and term.name)]
        follow = understand(text, cast, inherited, to_author=to_author)
        return msgspec.structs.replace(
            follow, near=said.passages, heard=said.reply, bare=keys == 0 and bool(_BACK.search(part))
        ), unclear
    return (msgspec.structs.replace(own, near=said.passages, heard=said.reply) if _BACK.search(part) else own), unclear


def _replaced(term: Term, fresh: Question) -> bool:
    """A new name takes the place of the old one, "the second" that of "the first"."""
    if term.name and fresh.names:
        return True
    return any(contrast(term.stem, new.stem) for new in fresh.terms)


def _named(text: str, said: Said, cast: Cast, main_person: str) -> tuple[str, tuple[str, ...]]:
    """Put the person's name where a pronoun stands for one."""
    pronoun = _PRONOUN.search(text)
    if pronoun is None or any(
        cast.full(name.text) in cast.people or not name.opening for name in names(text[: pronoun.start()])
    ):
        return text, ()
    wanted = "f" if pronoun[1].lower() in ("she", "her", "hers", "herself") else "m"
    fitting = [person for person in cast.people if cast.gender[person] in ("", wanted)]
    person = next((name for name in reversed(said.people) if name in fitting), "")
    if not person and main_person in fitting:
        person = main_person
    if not person and said.question is not None:
        return text, ()  # somebody without a name ("the clerk"): the words of the question before tell who
    if not person:
        sure = [name for name in fitting if cast.gender[name] == wanted] or fitting
        if len(sure) != 1:
            return text, tuple(sure[:3])
        person = sure[0]

    def put(match: re.Match[str]) -> str:
        word = match[1].lower()
        following = re.match(r"\s+([\w-]+)", text[match.end() :])
        owning = word == "his" or (word == "her" and following is not None and following[1].lower() not in STOP_WORDS)
        return f"{person}'s" if owning else person

    return _PRONOUN.sub(put, text), ()


def _chosen(text: str, said: Said, words: frozenset[str]) -> str:
    """Put the thing meant by "the second one" in its place, where the last answer listed some without counting."""
    nth = _NTH.search(text)
    if nth is None or stem(nth[1]) in words or not (re.search(r"\bone\b", text) or len(text.split()) <= 6):
        return text
    series = [match[1] for match in _SERIES.finditer(said.reply)]
    if not series:
        return text
    things = [
        thing
        for thing in re.split(r",\s*(?:and\s|or\s)?|\s(?:and|or)\s", max(series, key=lambda found: found.count(",")))
        if thing
    ]
    place = _PLACES[nth[1].lower()]
    if place >= len(things):
        return text
    thing = _LEADING.sub("", " ".join(things[place].split()[-3:]))
    if not any(stem(word) for word in thing.split() if word.lower() not in STOP_WORDS):
        return text
    return text[: nth.start()] + thing + text[nth.end() :]
