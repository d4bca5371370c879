"""What the teachers say: sentences of Python's own manual, and words of the voice's lexicon in random order."""

from __future__ import annotations

import gzip
import json
import pydoc_data.topics
import re
from importlib import resources

import numpy as np

_WORDS = (4, 16)  # fewest and most of a sentence
_LEXICON_SHARE = 0.4  # of the texts are random words: they have the sounds that a manual does not


def manual_sentences() -> list[str]:
    """Return the plain sentences of the manual that every Python carries, in order, each once."""
    found: dict[str, None] = {}
    for paragraph in "\n\n".join(pydoc_data.topics.topics.values()).split("\n\n"):
        if "::=" in paragraph:
            continue
        line = re.sub(r'[*`"]', "", " ".join(paragraph.split()))
        for piece in re.split(r"[.:;?!]\s+|[()]", line):
            words = piece.strip(" .,;:").split(" ")
            plain = all(re.fullmatch(r"[A-Za-z]?[a-z]+,?|[aAI],?", word) for word in words)
            if plain and _WORDS[0] <= len(words) <= _WORDS[1]:
                found[" ".join(words)] = None
    return list(found)


def lexicon_words() -> list[str]:
    """Return the ordinary words of the voice's lexicon."""
    packed = resources.files("hibari").joinpath("assets", "lexicon_us_gold.json.gz").read_bytes()
    return sorted(word for word in json.loads(gzip.decompress(packed)) if re.fullmatch(r"[a-z]{2,12}", word))


class Texts:
    """An endless supply of texts. The same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng(seed)
        self._sentences = manual_sentences()
        self._words = lexicon_words()

    def next(self) -> str:
        """Return a sentence, or random words with a pause in the middle now and then."""
        if self._rng.random() > _LEXICON_SHARE:
            return self._sentences[self._rng.integers(len(self._sentences))]
        words = self._rng.choice(self._words, self._rng.integers(3, 11)).tolist()
        if len(words) > 5 and self._rng.random() < 0.5:
            words[len(words) // 2] += ","
        return " ".join(words)
