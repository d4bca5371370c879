"""Warming: what an item's questions need is ready before the first one comes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from feed.replies import Replier
from feed.retrieval import Retriever
from tests.feed.items_to_ask import FERRY, open_store


class CountingEmbedder:
    """Gives every text the same vector and writes down which texts it was asked for."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.tile(np.eye(1, 4, dtype=np.float32), (len(texts), 1))


def test_an_item_that_was_warmed_is_not_read_again_for_a_question(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    embedder = CountingEmbedder()
    replier = Replier(Retriever(store, embedder), None)
    replier.warm(FERRY)
    read = set(embedder.asked)
    assert {passage.text for passage in FERRY.passages} <= read
    embedder.asked.clear()
    question = "How many passengers can the boat carry?"
    assert list(replier.reply(FERRY, question, ()))
    assert not read & set(embedder.asked)
    assert question in embedder.asked
    store.close()


def test_warming_ends_when_a_question_comes(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    embedder = CountingEmbedder()
    Replier(Retriever(store, embedder), None).warm(FERRY, lambda: True)
    assert set(embedder.asked) == {passage.text for passage in FERRY.passages}
    store.close()
