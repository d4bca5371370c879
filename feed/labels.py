"""Labels: "Apologies: Mr G. Finlay" answers whoever asks who sent apologies."""

from __future__ import annotations

import re

from feed.lines import Line
from feed.questions import Question
from feed.words import STOP_WORDS, listed, stem, tokens

_LABEL = re.compile(r"^([A-Z][\w'’-]*(?: [a-z][\w'’-]*){0,3}):\s\S")
_LABELS_OF = {
    "where": frozenset(stem(word) for word in listed("place venue location address where")),
    "when": frozenset(stem(word) for word in listed("date time when day opening")),
    "time": frozenset(stem(word) for word in listed("time opening")),
}
_LABELLED_KINDS = frozenset(("who", "when", "where", "how many", "how much", "how long", "time", "name", "what"))


def labelled(question: Question, line: Line) -> bool:
    """Tell whether ``line`` is a label of the question's and what stands under it: "Apologies: Mr G. Finlay"."""
    label = _LABEL.match(line.text)
    if label is None or question.kind not in _LABELLED_KINDS:
        return False
    labels = {token.stem for token in tokens(label[1]) if token.text.lower() not in STOP_WORDS}
    if labels & _LABELS_OF.get(question.kind, frozenset()) and sum(term.key for term in question.terms) <= 1:
        return True
    keys = {term.stem for term in question.terms if term.key and not term.name}
    return bool(labels) and labels <= keys and (len(keys) <= 2 or question.names != ())
