"""Which passages of an item bear on a question: full-text and embedding ranks, fused."""

from __future__ import annotations

from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from feed.items import Item, Passage
from feed.store import Store

# Chosen on 120 questions over the sample feed, most of them paraphrases; the right passage was first / among the first
# three: by words alone 45 / 53 %, by meaning alone 75 / 96, fused 77 / 95. Names and numbers profit from the words.
RANK_CONSTANT = 2.0  # k of reciprocal rank fusion (Cormack et al. 2009 use 60, for lists of thousands; ours ten)
WORDS_WEIGHT = 0.35  # of the full-text rank, where that of the embeddings has 1
NEIGHBOUR_SHARE = 0.05  # of a passage's score goes to the passages beside it: an answer may run over a cut


class Embedder(Protocol):
    """Sentences to vectors."""

    @property
    def name(self) -> str:
        """Name and version of the model: vectors of different names are never compared."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """Return unit row vectors, shape (len(texts), d)."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A passage that bears on a question.

    Attributes:
        passage: the passage.
        score: fused; comparable within one call only.
        rank: place among the passages that share a word with the question (1 = best BM25), None if it shares none.
        similarity: cosine of question and passage, -1..1; None without an embedder. Comparable between questions:
            low everywhere means that the item hardly speaks of it.
    """

    passage: Passage
    score: float
    rank: int | None
    similarity: float | None


class Retriever:
    """Finds passages. Safe to use from several threads when the embedder is."""

    def __init__(self, store: Store, embedder: Embedder | None) -> None:
        self._store = store
        self._embedder = embedder

    @property
    def embedder(self) -> Embedder | None:
        """The model that the passages are embedded with, for comparing words too."""
        return self._embedder

    def retrieve(self, item: Item, query: str, limit: int) -> list[Hit]:
        """Return up to ``limit`` passages of ``item``, best first.

        Without an embedder only passages that share a word with ``query`` are returned, and maybe none; with one
        every passage is a candidate.

        Raises:
            UnknownItemError: the item was never put into the store.
        """
        ranks = {name: rank for rank, name in enumerate(self._store.search(item.id, query, len(item.passages)), 1)}
        similarities = self._similarities(item, query)
        own = WORDS_WEIGHT * np.array([_reciprocal(ranks.get(passage.id)) for passage in item.passages])
        if similarities is not None:
            places = np.empty(len(similarities))
            places[np.argsort(-similarities, kind="stable")] = np.arange(1, len(similarities) + 1)
            own += 1 / (RANK_CONSTANT + places)
        scores = own.copy()
        scores[1:] += NEIGHBOUR_SHARE * own[:-1]
        scores[:-1] += NEIGHBOUR_SHARE * own[1:]
        hits = [
            Hit(
                passage=passage,
                score=float(score),
                rank=ranks.get(passage.id),
                similarity=None if similarities is None else float(similarities[index]),
            )
            for index, (passage, score) in enumerate(zip(item.passages, scores, strict=True))
            if similarities is not None or passage.id in ranks
        ]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def prepare(self, item: Item) -> None:
        """Embed the passages of an item and keep the vectors, so that its first question is answered at once.

        Takes about 10 ms a passage once, nothing after that or without an embedder.
        """
        if self._embedder is not None and item.passages:
            self._vectors(item, self._embedder)

    def _similarities(self, item: Item, query: str) -> NDArray[np.float32] | None:
        embedder = self._embedder
        if embedder is None or not item.passages:
            return None
        similarities: NDArray[np.float32] = self._vectors(item, embedder) @ embedder.encode([query])[0]
        return similarities

    def _vectors(self, item: Item, embedder: Embedder) -> NDArray[np.float32]:
        vectors = self._store.vectors(item, embedder.name)
        if vectors is None:
            vectors = embedder.encode([passage.text for passage in item.passages])
            self._store.keep_vectors(item, embedder.name, vectors)
        return vectors


def _reciprocal(rank: int | None) -> float:
    return 0.0 if rank is None else 1 / (RANK_CONSTANT + rank)
