"""Yes or no: whether a sentence that speaks of what is asked affirms or denies it."""

from __future__ import annotations

import re

from feed.checker import same_value
from feed.lines import Line
from feed.premises import contrary, ruled_out
from feed.questions import Question
from feed.values import Value
from feed.words import alike, contrast, kindred, listed, negations, stem, stems, tokens

_TAG = re.compile(r"^\W*(?:(?:and|but|so|well|then|or|ok|oh)\s+)*[a-z]+n['’]t\b|,\s*(?:is|are|was|does|do|did|has|have"
                  r"|will|would|can)n['’]t\s\w+\W*$", re.IGNORECASE)  # fmt: skip
_UNIVERSAL = re.compile(r"\b(?:every|all|always|each|only|both|everyone|everybody|whole|unanimous\w*)\b", re.IGNORECASE)
_PARTIAL = re.compile(
    r"\b(?:some|most|many|half|part|several|few|sometimes|often|usually|mostly|except|alone)\b", re.IGNORECASE
)
_BOUND = re.compile(
    r"\b(?P<more>more than|over|above|at least|longer than|older than|greater than|exceed\w*|later than|after|higher "
    r"than|taller than)\s+(?:the\s|age\s)*$"
    r"|\b(?P<less>less than|under|below|at most|fewer than|shorter than|younger than|up to|earlier than|before"
    r"|cheaper than)\s+(?:the\s|age\s)*$",
    re.IGNORECASE,
)


def verdict(question: Question, line: Line) -> str:
    """Return "Yes", "No", or "" when ``line`` speaks of the matter without settling it."""
    if ruled_out(question, line):
        return "No"
    if not _speaks_of_all(question, line):
        return ""
    compared = _by_comparison(question, line)
    if compared is not None:
        return "Yes" if compared else "No"
    by_values = _by_values(question, line)
    if by_values is None:
        return ""
    denied = by_values is False or _excluded(question, line) or contrary(question, line)
    if any(
        _EXCEPTION.search(line.text[: held.start])
        for held in line.values
        for value in question.values
        if same_value(value, held)
    ):
        denied = True
    if _REFUSAL.search(question.text) and _CONSENT.search(line.text) and not _REFUSAL.search(line.text):
        denied = True
    if _unreal(question, line):
        return "No" if denied else ""
    asked_negations = negations(_TAG.sub("", question.text))
    if not denied and (asked_negations + _line_negations(question, line)) % 2:
        denied = True
    return "No" if denied else "Yes"


_POINTING = re.compile(r"\b(?:it|its)\b", re.IGNORECASE)


def _speaks_of_all(question: Question, line: Line) -> bool:
    """Tell whether each word of the question has its like or its contrary in the sentence; else nothing is settled."""
    held = line.stems | line.before | line.carried | line.titled
    near = line.stems | line.carried
    if _POINTING.search(line.text):
        near |= line.before | line.titled
    refused = _REFUSAL.search(question.text)
    for term in question.terms:
        if refused is not None and term.word in refused.group():
            continue
        if not term.key or term.stem in (held if term.name else near):
            continue
        if term.name or not any(
            kindred(term.stem, other) or alike(term.stem, other) or contrast(term.stem, other) for other in near
        ):
            return False
    return True


_INTENDED = re.compile(r"\b(?:was|were|is|are) to (?!be found)[a-z]+|\bwould have\b", re.IGNORECASE)
_ASKED_FOR = re.compile(
    r"\b(?:asked|asks|wants?|hop(?:es|ed)|wish(?:es|ed)?|propos\w+|demand\w*)\b[^.;]*\b(?:should|would|to)\b"
    r"|\bshould\b|\bwhether\b",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(r"\b(?:except|apart from|other than|closed|but not|not)\s(?:\w+\s){0,2}$", re.IGNORECASE)
_REFUSAL = re.compile(r"\b(?:vot\w+ (?:down|against)|reject\w*|turn\w* down|refus\w+|oppos\w+)\b", re.IGNORECASE)
_CONSENT = re.compile(
    r"\b(?:vot\w+|agree\w*|decid\w+)\b[^,;]*?\b(?:to (?!reject|refuse|stop|close|end)|in favour|for)\b|\bapprov\w+",
    re.IGNORECASE,
)


_DONE = re.compile(r"^\W*(?:and |so |but )*(?:has|have|had|did|was|were)\b", re.IGNORECASE)
_TO_COME = re.compile(r"\b(?:will|going to|plans? to|due to)\b", re.IGNORECASE)
_BELIEVED = re.compile(
    r"\b(?:people|some|many|most|they|critics|everybody|everyone) (?:believes?|thinks?|says?|suppose)\b", re.IGNORECASE
)
_ADVICE = re.compile(r"^\W*(?:and |so |but )*(?:can|may|should|must|could|do) (?:I|you|we|one)\b", re.IGNORECASE)
_CUSTOM = re.compile(r"\b(?:most|many|some) people\b", re.IGNORECASE)


def _unreal(question: Question, line: Line) -> bool:
    """What was only intended or asked for does not settle what is."""
    if _INTENDED.search(line.text) and not _INTENDED.search(question.text):
        return True
    if _DONE.search(question.text) and _TO_COME.search(line.text) and not _TO_COME.search(question.text):
        return True
    if _BELIEVED.search(line.text) and not _BELIEVED.search(question.text):
        return True
    if _ADVICE.search(question.text) and _CUSTOM.search(line.text):
        return True  # what most people do is not what one may do
    return not question.values and bool(_ASKED_FOR.search(line.text)) and not _ASKED_FOR.search(question.text)


def _by_values(question: Question, line: Line) -> bool | None:
    """Compare the numbers of the question with the sentence's; None when there is nothing to compare with."""
    if _UNIVERSAL.search(question.text) and not _UNIVERSAL.search(line.text):
        units = {stem(token.text) for token in tokens(question.text)}
        if any(stem(value.unit) in units for value in line.values if value.unit) or _PARTIAL.search(line.text):
            return False
    for value in question.values:
        comparable = [held for held in line.values if _comparable(value, held)]
        bound = _BOUND.search(question.text[: value.start])
        if bound and comparable:
            more = bound["more"] is not None
            if not any(held.amount > value.amount if more else held.amount < value.amount for held in comparable):
                return False
        elif any(same_value(value, held) for held in line.values):
            continue
        elif comparable:
            return False
        else:
            return None
    return True


_COMPARISON = re.compile(
    r"(?P<one>.+?)\b(?P<how>more|less|fewer|longer|shorter|older|younger|higher|lower|taller|bigger|larger|smaller"
    r"|heavier|lighter|faster|slower|cheaper|better)\b.*?\bthan\b(?P<other>.+)",
    re.IGNORECASE,
)
_DOWNWARD = frozenset(listed("less fewer shorter younger lower smaller lighter slower cheaper"))


def _by_comparison(question: Question, line: Line) -> bool | None:
    """Settle "do A more than B?" from a sentence that gives both numbers; None when it does not."""
    match = _COMPARISON.search(question.text)
    if match is None:
        return None
    one, other = stems(match["one"]), stems(match["other"])
    amounts: list[float] = []
    for own in (one - other, other - one):
        places = [token.start for token in tokens(line.text) if token.stem in own]
        after = [
            value
            for value in line.values
            if places and value.kind in ("number", "money", "percent") and value.start > places[0]
        ]
        if not after:
            return None
        amounts.append(after[0].amount)
    if amounts[0] == amounts[1]:
        return None
    return (amounts[0] > amounts[1]) != (match["how"].lower() in _DOWNWARD)


def _comparable(one: Value, other: Value) -> bool:
    if one.kind != other.kind:
        return {one.kind, other.kind} == {"number", "money"} and "" in (one.unit, other.unit)
    if one.kind == "money":
        return one.unit == other.unit
    return one.kind != "number" or stem(one.unit) == stem(other.unit) or "" in (one.unit, other.unit)


def _excluded(question: Question, line: Line) -> bool:
    """A word of the question is not in the sentence, but one that excludes it is ("open", "closed")."""
    for term in question.terms:
        if not term.key or term.stem in line.stems or term.name:
            continue
        if any(contrast(term.stem, other) for other in line.stems):
            return True
    return False


_TAKES_UP = 0.5  # of a word: "they do not freeze well" says of the leftovers what is asked
_PRONOUN_FIRST = re.compile(r"\W*(?:it|they|he|she|this|these|that|nor)\b", re.IGNORECASE)
_INSERTED = re.compile(
    r",\s[^,;]{1,60},\s(?=(?:is|are|was|were|has|have|had|will|would|can|could|does|do|did|must|may|stays?|never)\b)"
)
_LEFT_OUT = re.compile(r"\bwithout (?:the |an? |any |its |his |her |their )?([\w-]+)", re.IGNORECASE)
_APPOSED = re.compile(r",\s((?:the|an?)\s[\w-]+)(?=[.,;]|$)")


def _line_negations(question: Question, line: Line) -> int:
    """Negations in the clauses of ``line`` that speak of the question's words."""
    wanted = {term.stem for term in question.terms}
    left_out = [match for match in _LEFT_OUT.finditer(line.text) if stem(match[1]) not in wanted]
    text = line.text
    for match in reversed(left_out):  # "the base without the fish can be frozen" denies nothing of the base
        text = text[: match.start()] + text[match.end() :]
    text = re.sub(r",\s(?:by|with|after|before|in|on|at)\s[^,]{1,40},", "", text)  # an aside does not part a clause
    text = _INSERTED.sub(" ", text)  # "The tower, built in 1936, was not repaired"
    text = _APPOSED.sub(r" \1", text)
    clauses = re.split(r"[,;:—–]\s|\s(?:but|although|while|though|and)\s", text)
    speaking = [clause for clause in clauses if wanted & {token.stem for token in tokens(clause)}]
    weight = {term.stem: term.weight for term in question.terms}
    best = max(
        speaking,
        key=lambda clause: (
            sum(weight[word] for word in wanted & {token.stem for token in tokens(clause)})
            + _TAKES_UP * bool(_PRONOUN_FIRST.match(clause))
        ),
        default=line.text,
    )
    return negations(best)
