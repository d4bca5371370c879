"""How well a word of a text stands for one of a question, and a sentence for the whole of it."""

from __future__ import annotations

from feed.composing import told
from feed.meaning import Meaning
from feed.questions import Question, Term
from feed.reading import Reading
from feed.words import alike, contrast, kindred

# Credit of a question's word by how a sentence holds it: as asked, inflected, derived from one root, a word of like
# meaning, near by embedding, or only in the sentence before that this one points back to, or in the title.
EXACT, SAME_STEM, KIN, ALIKE, NEAR, BEFORE, CONTEXT = 1.0, 0.96, 0.9, 0.85, 0.75, 0.75, 0.5


def standing_for(term: Term, words: dict[str, str], meaning: Meaning, *, excluding: bool) -> dict[str, float]:
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


def near_lines(reading: Reading, question: Question, meaning: Meaning, bearing: dict[str, float]) -> dict[int, float]:
    """Return the cosine with the question of each sentence in the passages that bear on it, by the sentence's index."""
    lines = [line for line in reading.lines if line.passage_id in bearing and not line.order]
    asked = " ".join([question.text, *(term.word for term in question.terms if term.word not in question.text)])
    cosines = meaning.similar(asked, [told(reading.item, line) for line in lines]) if lines else None
    return {line.index: cosine for line, cosine in zip(lines, cosines or [], strict=False)}
