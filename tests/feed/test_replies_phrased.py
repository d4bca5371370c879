"""Replies phrased by a model: what it may change, and what happens when it invents, fails or dawdles."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from feed.language import EndpointUnreachableError, LanguageModel, LocalModel, Message
from feed.replies import Replier
from feed.retrieval import Retriever
from feed.store import Store
from server.assets import AssetStore
from tests.feed.items_to_ask import FERRY, Visit, open_store, replier_over

FIRST = "How did the council vote?"
SHIP = "How many passengers can the boat carry?"


class ModelDouble:
    """Writes what it was told to write, or raises it."""

    def __init__(self, written: str | Exception) -> None:
        self.written = written
        self.asked: list[Sequence[Message]] = []

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        cancelled: Callable[[], bool],
        prefix: str = "",
        stop: Sequence[str] = (),
    ) -> Iterator[str]:
        self.asked.append(messages)
        if isinstance(self.written, Exception):
            raise self.written
        for word in self.written.split(" "):
            if cancelled():
                return
            yield word + " "

    def warm(self, messages: Sequence[Message], cancelled: Callable[[], bool] = lambda: False) -> None:
        self.asked.append(messages)

    def close(self) -> None:
        pass


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def phrased(store: Store, model: LanguageModel, question: str = SHIP) -> str:
    """What is said to ``question`` after an answer that leaves the model time: the first one never waits for it."""
    said = Visit(Replier(Retriever(store, None), model), FERRY).say(f"{FIRST} {question}")
    first = Visit(replier_over(store), FERRY).say(FIRST)
    assert said.startswith(first)
    return said.removeprefix(first).strip()


def by_rule(store: Store, question: str = SHIP) -> str:
    return Visit(replier_over(store), FERRY).say(question)


def test_the_first_sentence_of_a_reply_never_waits_for_the_model(store: Store) -> None:
    model = ModelDouble("It has room for 90 passengers.")
    assert Visit(Replier(Retriever(store, None), model), FERRY).say(SHIP) == by_rule(store)
    assert not model.asked


def test_a_model_that_is_not_done_when_all_before_was_spoken_is_not_waited_for(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ModelDouble("It has room for 90 passengers.")
    monkeypatch.setattr("feed.replies.WORDS_PER_SECOND", 1_000.0)  # all before is spoken at once
    assert phrased(store, model) == by_rule(store)
    assert not model.asked


def test_a_sound_phrase_is_said(store: Store) -> None:
    assert phrased(store, ModelDouble("It has room for 90 passengers.")) == "It has room for 90 passengers."


@pytest.mark.parametrize(
    "written",
    [
        "It carries 120 passengers.",
        "It carries 90 passengers, says Captain Ahab.",
        "It cannot carry 90 passengers and 12 bicycles.",
        "The boat is lovely.",
        "It has room for",
        "",
        "- 90 passengers and 12 bicycles.",
        "As an assistant I cannot answer that.",
        "Yes, it has room for 90 passengers.",
        "The bicycles carry 90 passengers.",
    ],
)
def test_what_a_model_invents_is_replaced_by_the_items_own_words(store: Store, written: str) -> None:
    assert phrased(store, ModelDouble(written)) == by_rule(store)


def test_a_stage_direction_of_the_model_is_kept_and_not_held_against_it(store: Store) -> None:
    plain, directed = "It can carry 90 passengers.", "[joy 0.6] It can carry 90 passengers. "
    assert phrased(store, ModelDouble(plain)) == plain
    assert phrased(store, ModelDouble(directed)) == directed.strip()


def test_a_word_that_only_the_visitor_used_is_not_put_into_an_answer(store: Store) -> None:
    question = "How many tourists can the boat carry?"
    written = ModelDouble("It has room for 90 tourists.")
    assert "90 tourists" not in phrased(store, written, question)


def test_a_slow_model_is_not_waited_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.phrasing.PATIENCE_SECONDS", -1.0)
    assert phrased(store, ModelDouble("It has room for 90 passengers.")) == by_rule(store)


def test_only_the_first_sentence_of_a_model_is_said(store: Store) -> None:
    said = phrased(store, ModelDouble("It has room for 90 passengers. It sank in 1912."))
    assert said == "It has room for 90 passengers."


def test_a_dead_model_is_logged_and_the_conversation_goes_on(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    model = ModelDouble(EndpointUnreachableError("https://host was silent for too long"))
    visit = Visit(Replier(Retriever(store, None), model), FERRY)
    with caplog.at_level(logging.WARNING):
        assert "90 passengers" in visit.say(f"{FIRST} {SHIP}")
    assert "silent for too long" in caplog.text
    assert "Brandt" in visit.say(f"{SHIP} Who leads the opponents?")
    assert len(model.asked) == 1  # a dead model is left alone for a while


def test_a_model_never_sees_orders_that_stand_in_the_item(store: Store) -> None:
    model = ModelDouble("It has room for 90 passengers.")
    phrased(store, model)
    assert "BANANA42" not in " ".join(message.content for messages in model.asked for message in messages)


def test_a_model_is_not_asked_what_the_item_does_not_say(store: Store) -> None:
    model = ModelDouble("The captain is Ahab.")
    assert "Ahab" not in phrased(store, model, "Who is the captain of the ferry?")
    assert not model.asked


def test_warming_reads_the_hosts_instructions(store: Store) -> None:
    model = ModelDouble("")
    Replier(Retriever(store, None), model).warm(FERRY)
    assert "Mara" in model.asked[0][0].content


@pytest.mark.parametrize(
    ("question", "said"),
    [(SHIP, "90"), ("When does the last boat leave?", "1:40"), ("Who leads the opponents?", "Brandt")],
)
def test_the_real_model_loses_no_value(store: Store, assets: AssetStore, question: str, said: str) -> None:
    model = LocalModel(next(assets.path("language-small").glob("*.gguf")))
    try:
        assert said in phrased(store, model, question)
    finally:
        model.close()
