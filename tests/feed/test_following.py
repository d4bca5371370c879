"""Follow-ups that share no word with their answer: it stands in the sentence just told, or right after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from feed.embeddings import MiniLM
from feed.items import FeedDocument
from feed.lines import cast_of
from feed.replies import Replier
from feed.retrieval import Retriever
from feed.store import Store
from server.assets import AssetStore
from tests.feed.items_to_ask import Visit, item

CARGO = item(
    "cargo",
    "A cargo of oranges",
    "In 1911 the merchant Edwin Toll sent a ship of oranges to Narvik. It took the crew nine weeks. A man called"
    " Ansgar, whom Edwin Toll had met twice, kept the books for him and would take no money for it.\n\n"
    "The mill in Vik opened in spring; the one in Moss burned down. The mill was fitted with new wheels, since the old"
    " wheels were worn. The warden closed the upper floor because birds nest there.\n\n"
    "The judge, Bill Harcourt, dismissed the complaint after a week. Bake the loaf in a closed pot. If you have"
    " none, a tray of water will do.",
    "article",
    "Mara",
)


@pytest.fixture
def replier(tmp_path: Path, assets: AssetStore) -> Iterator[Replier]:
    store = Store(tmp_path / "store.db")
    store.put(FeedDocument(title="Test", items=(CARGO,)))
    yield Replier(Retriever(store, MiniLM(assets.path("embeddings"))), None)
    store.close()


def test_what_happened_to_it_stands_after_what_was_told(replier: Replier) -> None:
    visit = Visit(replier, CARGO)
    assert "oranges" in visit.say("Who sent oranges to Narvik?")
    assert "nine weeks" in visit.say("What happened then?")


def test_how_long_it_took_is_no_year(replier: Replier) -> None:
    visit = Visit(replier, CARGO)
    visit.say("Who sent oranges to Narvik?")
    assert "nine weeks" in visit.say("How long did it take him?")


def test_why_asks_for_the_reason_beside_what_was_told_and_not_for_another(replier: Replier) -> None:
    visit = Visit(replier, CARGO)
    assert "wheels" in visit.say("What was the mill fitted with?")
    said = visit.say("Why?")
    assert "worn" in said
    assert "birds" not in said


def test_the_other_one_is_in_the_sentence_that_told_of_the_first(replier: Replier) -> None:
    visit = Visit(replier, CARGO)
    assert "Vik" in visit.say("Which mill opened in spring?")
    assert "Moss" in visit.say("And the other one?")


def test_what_if_asks_for_the_condition(replier: Replier) -> None:
    visit = Visit(replier, CARGO)
    assert "pot" in visit.say("What do I bake the loaf in?")
    assert "tray" in visit.say("What if I have none?")


def test_a_ruling_is_what_was_decided(replier: Replier) -> None:
    assert Visit(replier, CARGO).say("What did the judge decide?").startswith("The judge, Bill Harcourt, dismissed")


def test_who_is_called_a_man_is_a_person_and_he() -> None:
    cast = cast_of(CARGO.text)
    assert cast.gender["Ansgar"] == "m"


def test_a_follow_up_with_words_of_its_own_that_the_text_lacks_is_declined(replier: Replier) -> None:
    visit = Visit(replier, CARGO)
    visit.say("Who sent oranges to Narvik?")
    assert "doesn't say" in visit.say("Which insurance company covered his freight contract?")
