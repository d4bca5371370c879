"""What a question takes for granted and a sentence rules out: who did it, all or part, glad or not, allowed or not."""

from __future__ import annotations

import re

from feed.lines import Line
from feed.questions import SPEAKER, Question
from feed.words import STOP_WORDS, contrast, listed, negations, stem, tokens


def ruled_out(question: Question, line: Line) -> bool:
    """Tell whether ``line`` says of what a yes-or-no question asks that it is not so."""
    return (
        _beaten(question, line)
        or _divided(question, line)
        or _charged(question, line)
        or by_another(question, line)
        or _only_a_part(question, line)
        or _felt_otherwise(question, line)
        or _forbidden(question, line)
    )


# -- who did it --------------------------------------------------------------------------------------------------------

_OPENERS = re.compile(
    r"^\W*(?:(?:and|so|but|well|then|ok|oh)\b[\s,]*)*(?:did|does|do|has|have|had|will|would|can|could)(?:n['’]t)?\s",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^\W*(?:(?:and|so|but|well|then|ok|oh)\b[\s,]*)*", re.IGNORECASE)
_NAMED_SUBJECT = re.compile(r"(?:the\s)?((?:[A-Z][\w’-]*)(?:\s[A-Z][\w’-]*)*)\s(?!and\b|or\b)")
_CLAUSE_ENDS = re.compile(r"[;:—–.]\s|,?\s(?:but|while|although|whereas|because|when|where|if)\s")
_AGENT = re.compile(r"\bby\s((?:the\s|an?\s)?(?:[a-z]+\s){0,2}[A-Z]\w+(?:\s[A-Z]\w+)*)")
_BE = frozenset(listed("is are was were be been being got"))
_HE_OR_SHE = frozenset(listed("he she they it we one"))


def by_another(question: Question, line: Line) -> bool:
    """Tell whether ``line`` says that somebody else did what the question ascribes to a person or body."""
    asked = _OPENERS.sub("", question.text, count=1)
    asked = _OPENING.sub("", asked, count=1)
    named = _NAMED_SUBJECT.match(asked)
    own = bool(re.match(r"you\b", asked, re.IGNORECASE)) and any(term.stem == SPEAKER for term in question.terms)
    if not own and (named is None or named[1].split(maxsplit=1)[0].lower() in STOP_WORDS):
        return False
    subject = {stem(word) for word in named[1].split()} if named is not None and not own else set[str]()
    done = next(
        (token for token in tokens(asked[named.end() if named else 3 :]) if token.text.lower() not in STOP_WORDS), None
    )
    if done is None or line.quoted:
        return False
    objects = {term.stem for term in question.terms if term.key and term.stem not in subject} - {done.stem}
    if objects and not objects & (line.stems | line.before):
        return False
    clauses = _CLAUSE_ENDS.split(line.text)
    if any(subject & {token.stem for token in tokens(match[1])} for match in _AGENT.finditer(line.text)):
        return False  # "was chaired by Ida"
    return any(_does_it(clause, done.stem, subject, own=own, line=line) for clause in clauses)


def _does_it(clause: str, done: str, subject: set[str], *, own: bool, line: Line) -> bool:
    """Tell whether ``clause`` has a named agent of ``done`` who is not ``subject``."""
    words = tokens(clause)
    for place, token in enumerate(words):
        if token.stem != done or place == 0:
            continue
        before = words[max(0, place - 3) : place]
        if any(word.text.lower() in _BE for word in before) or _AGENT.match(clause[token.end :].lstrip()):
            return False
        actors = [name for name in line.names if name.text in clause[: token.start]]
        if not actors or {stem(word) for name in actors for word in name.words} & subject:
            return False
        last = clause.rfind(actors[-1].text, 0, token.start) + len(actors[-1].text)
        between = tokens(clause[last : token.start])
        if any(word.text.lower() in _HE_OR_SHE or word.text in ("I", "who’d") for word in between):
            return False
        first_person = re.search(r"\b(?:I|we|We|my|My)\b", clause[: token.start])
        return len(between) <= _NEAR_WORDS and not (own and first_person)
    return False


_NEAR_WORDS = 4  # between an agent and what they did


# -- won, shared, paid -------------------------------------------------------------------------------------------------


def _beaten(question: Question, line: Line) -> bool:
    """Who is beaten does not win: "Did Ashby win?" of "Rovers beat Ashby"."""
    asked = _WINNING.search(question.text)
    told = _BEATING.search(line.text)
    return asked is not None and told is not None and stem(asked[1]) in {stem(told[1]), stem(told[1].split()[0])}


_WINNING = re.compile(
    r"\b(?!(?:Did|Does|Do|Will|Has|Have|Was|Were|Is)\b)([A-Z]\w+)(?: [A-Z]\w+)? (?:win|won|winning|beat)\b"
)
_BEATING = re.compile(r"\b(?:beat|beats|defeated|overcame|victory over|win over) (?:the )?([A-Z]\w+(?: [A-Z]\w+)?)")


def _divided(question: Question, line: Line) -> bool:
    """ "By three votes to one" is not unanimous."""
    return bool(_UNANIMOUS.search(question.text) and _DIVISION.search(line.text))


_UNANIMOUS = re.compile(
    r"\bunanimous\w*|\b(?:everyone|everybody|all) (?:\w+ )?(?:in favou?r|agree\w*|vote\w*|for)\b", re.IGNORECASE
)
_DIVISION = re.compile(
    r"\b(?!zero|no)\w+ (?:votes )?to (?!zero\b|0\b|the\b)(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)\b"
)


def _charged(question: Question, line: Line) -> bool:
    """What costs money is not free."""
    return (
        bool(_FREE.search(question.text))
        and not _FREE.search(line.text)
        and any(value.kind == "money" and value.amount > 0 for value in line.values)
    )


_FREE = re.compile(r"\bfree\b|\bfor nothing\b|\bno charge\b", re.IGNORECASE)


# -- all or part, glad or not, allowed or not --------------------------------------------------------------------------


def _only_a_part(question: Question, line: Line) -> bool:
    """ "Between Museum and Gasworks" is not the whole line, "about two square metres of plaster" not all of it."""
    if not _ALL_OF_IT.search(question.text) or _ALL_OF_IT.search(line.text):
        return False
    return bool(_PART_OF_IT.search(line.text))


_ALL_OF_IT = re.compile(
    r"\b(?:whole|entire(?:ly)?|all (?:of )?(?:the|its|his|her|their|your|my)|complete(?:ly)?)\b", re.IGNORECASE
)
_PART_OF_IT = re.compile(
    r"\bbetween (?-i:(?:[A-Z]\w+ )+and [A-Z])\w+"
    r"|\b(?:remaining|rest|half|part|third|quarter|some|most|two|three|few|one) of\b"
    r"|\bthe rest\b|\bexcept\b|\bapart from\b|\bonly\b|\b(?:square|cubic) \w+ of\b",
    re.IGNORECASE,
)


def _felt_otherwise(question: Question, line: Line) -> bool:
    """Who fears, objects or complains is not glad of it; who welcomes it is not against it."""
    who = {stem(word) for name in question.names for word in name.split()} or {
        term.stem for term in question.terms if term.key and not _GLAD.fullmatch(term.word)
    }
    if not who & (line.stems | line.carried):
        return False
    asked = _attitude(question.text)
    told = _attitude(line.text)
    return asked != 0 and told == -asked


def _attitude(text: str) -> int:
    """Return 1 for words of gladness or consent, -1 for their contrary, 0 for neither or both."""
    glad = bool(_GLAD.search(text))
    sorry = bool(_SORRY.search(text))
    if glad == sorry:
        return 0
    return (1 if glad else -1) * (-1 if negations(_SORRY.sub("", text)) % 2 and glad else 1)


_GLAD = re.compile(
    r"\b(?:happy|pleased|glad|delighted|satisfied|content|approves?|approved|welcom\w+|support(?:s|ed|ive)?|cheers?"
    r"|agrees?|agreed|enthusiastic|convinced|successful|succeed(?:s|ed)?|succe\w+|in favou?r|applaud\w*|prais\w+)\b",
    re.IGNORECASE,
)
_SORRY = re.compile(
    r"\b(?:fears?|feared|worr\w+|unhappy|angry|furious|complain\w*|object(?:s|ed)|oppos\w+|against|reject\w*|refus\w+"
    r"|critic\w*|doubts?|doubtful|sceptic\w*|skeptic\w*|despair\w*|regret\w*|protest(?:s|ed)|disgrace|ruin\w*"
    r"|not convinced|disappoint\w*|fail(?:s|ed)?|turned down|spoil\w*|hates?)\b",
    re.IGNORECASE,
)


def _forbidden(question: Question, line: Line) -> bool:
    """What is banned, or must be done otherwise, may not be done."""
    if not _MAY_I.search(question.text):
        return False
    keys = {term.stem for term in question.terms if term.key}
    held = line.stems & keys
    if _BANNED.search(line.text) and not negations(_BANNED.sub("", line.text)):
        return bool(held)
    alone = _ALONE.search(question.text)
    return alone is not None and bool(_ACCOMPANIED.search(line.text))


_MAY_I = re.compile(
    r"^\W*(?:(?:and|so|but|well|then|ok|oh)\b[\s,]*)*(?:can|may|could|am I allowed|are \w+ allowed|is it (?:ok|okay"
    r"|allowed|possible)|do you let|should)\b",
    re.IGNORECASE,
)
_BANNED = re.compile(
    r"\b(?:banned|forbidden|prohibited|not (?:be )?(?:allowed|permitted|welcome)|must not|may not|cannot be)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\b(?:alone|on (?:my|his|her|their|your) own|unaccompanied|by (?:my|him|her|them)sel(?:f|ves))\b", re.IGNORECASE
)
_ACCOMPANIED = re.compile(
    r"\b(?:must|need to|have to|has to|only)\b[^.;]*\b(?:bring|with|accompanied)\b|\baccompanied by\b", re.IGNORECASE
)


# -- the part of a sentence that speaks of the question ----------------------------------------------------------------


def contrary(question: Question, line: Line) -> bool:
    """Tell whether the part of ``line`` with most of the question's words has one that excludes a word of it.

    "Will the factory in Bergamo be closed?" of "The factory in Bergamo stays open; the one in Hull closes".
    """
    keys = {term.stem for term in question.terms if term.key}
    parts = [{token.stem for token in tokens(part)} for part in re.split(r"[;—–]\s|,\s(?:but|while|and)\s", line.text)]
    best = max(parts, key=lambda words: len(words & keys), default=set[str]())
    things = {term.stem for term in question.terms if term.key and not term.name}
    if len(best & keys) < _SHARED or not best & things:
        return False
    rest = keys - best
    return any(contrast(asked, told) for asked in rest for told in best)


_SHARED = 2  # words of the question in a part of a sentence that surely speaks of it
