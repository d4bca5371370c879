"""How near words and sentences are in meaning, by an embedding model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from feed.words import contrast, stem

Cancelled = Callable[[], bool]

NEAR_COSINE = 0.64  # of two words' embeddings; synonyms lie above, unrelated words below (measured)
LINES_AT_ONCE = 4  # embedded between two looks at whether they are still wanted, 20 to 60 ms
MOST_VECTORS = 20_000  # kept in memory, 1.5 kB each


class WordEmbedder(Protocol):
    """Words to unit vectors (``feed.embeddings.MiniLM`` is one)."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Return unit row vectors, shape (len(texts), d)."""


class Meaning:
    """How near words and sentences are in meaning, by their embeddings; without an embedder only word groups count."""

    def __init__(self, embedder: WordEmbedder | None) -> None:
        self._embedder = embedder
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def similar(self, question: str, lines: Sequence[str]) -> list[float] | None:
        """Return the cosine of ``question`` and each of ``lines``, or None without an embedder."""
        if self._embedder is None:
            return None
        self._learn(lines)
        own = self._embedder.encode([question])[0]
        return [float(self._vectors[line] @ own) for line in lines]

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

    def likeness(self, word: str, others: Sequence[str]) -> float:
        """Return the greatest cosine of ``word`` and any of ``others``; 0 without an embedder."""
        others = [other for other in others if other.isalpha() and len(other) >= 3]
        if self._embedder is None or not others:
            return 0.0
        self._learn([word.lower(), *others])
        own = self._vectors[word.lower()]
        return max(float(self._vectors[other] @ own) for other in others)

    def learn(self, words: dict[str, str]) -> None:
        """Embed the words of a text (stem -> word) ahead of the questions about it."""
        self._learn(word for word in words.values() if word.isalpha() and len(word) >= 3)

    def read(self, lines: Sequence[str], cancelled: Cancelled) -> None:
        """Embed the sentences of a text ahead of the questions about it, a few at a time."""
        for first in range(0, len(lines), LINES_AT_ONCE):
            if cancelled():
                return
            self._learn(lines[first : first + LINES_AT_ONCE])

    def _learn(self, words: Iterable[str]) -> None:
        if len(self._vectors) > MOST_VECTORS:
            self._vectors.clear()
        new = [word for word in dict.fromkeys(words) if word not in self._vectors]
        if new and self._embedder is not None:
            self._vectors.update(zip(new, self._embedder.encode(new), strict=True))
