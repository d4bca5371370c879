"""Plain questions and their plain answers: what a sentence must hold to answer, and when nothing does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from feed.embeddings import MiniLM
from feed.items import FeedDocument
from feed.replies import Replier
from feed.retrieval import Retriever
from feed.store import Store
from server.assets import AssetStore
from tests.feed.items_to_ask import Visit, item

LIGHTHOUSE = item(
    "lighthouse",
    "Lantern evening at the Skarv light",
    "On Saturday 3 October the friends of the Skarv light invite everybody to climb its stairs. The lamp has a lens of"
    " 90 centimetres, ground in a 1911 workshop in Lyon.\n\n"
    "The keeper, Ulla Brandvik, a former baker, believes that a loose shutter let the rain in. Her husband Stig"
    " Holm polishes the brass. “Ulla is the boss,” he says. Ulla wants to stay until winter.\n\n"
    "The boat to the rock is painted green. She is called Late Again and is nine metres long.\n\n"
    "A third of the paint came off in the storm. Do not touch the lens. A touched lens grows dull within a week.\n\n"
    "Put out the lamp first. Then close the shutters from the inside, one after the other.\n\n"
    "The lamp without the shutter can be lit for three nights. The steps were wet, so nobody was let up on Monday."
    " The ropes wear through when it freezes, because the salt in them turns hard.",
    "article",
    "Mara",
)
MINUTES = item(
    "minutes",
    "Minutes of the allotment society",
    "Present: Ms P. Hallworth (chair), Mr D. Okoro, Mrs L. Stein.\n\nPlace: the seed shed.\n\n"
    "Apologies: Mr G. Tamm.\n\n"
    "The forecast speaks of frost. Niels Aalto of the weather club is doubtful of the forecast.\n\n"
    "Olga Reed, 14, gardener, showed her pumpkin. The leeks came on eleven days out of twenty.",
    "article",
    "Mara",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "store.db")
    opened.put(FeedDocument(title="Test", items=(LIGHTHOUSE, MINUTES)))
    yield opened
    opened.close()


@pytest.fixture
def replier(store: Store, assets: AssetStore) -> Replier:
    return Replier(Retriever(store, MiniLM(assets.path("embeddings"))), None)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Why do the ropes wear through when it freezes?", "salt"),  # "when" only joins
        ("How big is the lens?", "90 centimetres"),
        ("How much of the paint came off?", "A third"),
        ("What's the boat called?", "Late Again"),  # "she" is the boat
        ("Who wants to stay?", "Ulla"),  # a name that opens its sentence
        ("Who was her husband?", "Stig"),
        ("Who thinks a loose shutter is to blame?", "Brandvik"),  # one word that the text never uses
        ("Why mustn't I touch the lens?", "grows dull"),  # the reason is not marked as one
        ("Why was nobody let up on Monday?", "wet"),
    ],
)
def test_the_sentence_that_holds_it_is_told_as_the_answer(replier: Replier, question: str, told: str) -> None:
    said = Visit(replier, LIGHTHOUSE).say(question)
    assert told in said
    assert "say" not in said.partition(told)[0]


def test_a_question_about_the_title_alone_asks_about_the_whole(replier: Replier) -> None:
    assert Visit(replier, LIGHTHOUSE).say("When is the lantern evening?").startswith("On Saturday 3 October")


def test_what_is_left_out_denies_nothing_of_the_rest(replier: Replier) -> None:
    assert Visit(replier, LIGHTHOUSE).say("Can the lamp be lit?").startswith("Yes")


def test_a_sentence_that_only_names_the_matter_is_told_with_the_next(replier: Replier) -> None:
    said = Visit(replier, LIGHTHOUSE).ask("How do I put out the lamp?")
    assert [sentence.text for sentence in said] == [
        "Put out the lamp first.",
        "Close the shutters from the inside, one after the other.",
    ]


@pytest.mark.parametrize(
    ("question", "told"),
    [("Where did they meet?", "the seed shed"), ("Who sent apologies?", "Mr G. Tamm")],
)
def test_a_label_asks_what_stands_after_it(replier: Replier, question: str, told: str) -> None:
    said = Visit(replier, MINUTES).ask(question)
    assert told in said[0].text


@pytest.mark.parametrize("question", ["How old are the leeks?", "How many gardeners are there?"])
def test_a_number_of_another_kind_is_no_answer(replier: Replier, question: str) -> None:
    assert "doesn't say" in Visit(replier, MINUTES).say(question)


@pytest.mark.parametrize("question", ["Who built the tower?", "How long is the course?", "Who is Ulla's father?"])
def test_what_only_sounds_near_is_no_answer(replier: Replier, question: str) -> None:
    assert "doesn't say" in Visit(replier, LIGHTHOUSE).say(question)


def test_and_with_a_noun_asks_what_the_text_says_of_it(replier: Replier) -> None:
    visit = Visit(replier, LIGHTHOUSE)
    visit.say("What do you think of the lamp?")
    assert "painted green" in visit.say("And the boat?")


def test_what_is_doubtful_was_not_done_by_nobody(replier: Replier) -> None:
    visit = Visit(replier, MINUTES)
    assert "Niels Aalto" in visit.say("Who doubts the forecast?")
