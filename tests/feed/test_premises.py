"""Questions that take for granted what is not so: the host says no, and what is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from feed.embeddings import MiniLM
from feed.items import FeedDocument
from feed.lines import cast_of, lines_of
from feed.premises import by_another, contrary, ruled_out
from feed.questions import understand
from feed.replies import Replier
from feed.retrieval import Retriever
from feed.store import Store
from feed.verdicts import verdict
from server.assets import AssetStore
from tests.feed.items_to_ask import Visit, item

POOL = item(
    "pool",
    "Brackwater lido reopens after three summers",
    "The open-air pool in Brackwater will reopen on 30 May. The repair cost 3.1 million pounds, of which the lottery"
    " fund paid two thirds.\n\nThe water will be heated by a pump that takes warmth from the river. It was designed"
    " by the engineer Pauline Marsh. Pauline Marsh designed the pump in a week, and Victor Dunne tested it.\n\n"
    "The old diving tower, built in 1936, was not repaired and stays closed. The owner of the café, Ruth Tolle,"
    " fears for her garden. Dogs are banned from the lawn.",
    "article",
    "Mara",
)


@pytest.fixture
def replier(tmp_path: Path, assets: AssetStore) -> Iterator[Replier]:
    store = Store(tmp_path / "store.db")
    store.put(FeedDocument(title="Test", items=(POOL,)))
    yield Replier(Retriever(store, MiniLM(assets.path("embeddings"))), None)
    store.close()


def ruled(question: str, text: str) -> bool:
    """Whether the only sentence of ``text`` rules out what ``question`` asks."""
    about = item("one", "A title", text, "article", "Mara")
    cast = cast_of(text)
    asked = understand(question, cast, to_author=True)
    line = lines_of(about, cast)[0]
    return ruled_out(asked, line) or contrary(asked, line)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Did Hallam turn down two offers?", "Ferro had turned down two offers in 2019."),
        ("Did you lose your keys in March?", "When Colin lost his keys in March, a neighbour let him in."),
        ("Did Weston win the junior race?", "In the junior race, Kingsmere won by a length."),
        ("Is Nordline happy about the plan?", "The operator, Nordline, fears for its subsidy."),
        ("Was the appeal successful?", "The judge rejected the appeal after an hour."),
        ("Is the union against the plan?", "The union welcomed the plan on Monday."),
        ("Does the whole road close?", "The road closes between Quay Street and Mill Lane."),
        ("Can I bring a dog?", "Dogs are banned from the lawn."),
        ("Can my daughter come alone?", "Children under ten must bring a grown-up."),
        ("Will the mill in Bath be closed?", "The mill in Bath stays open; the one in Hull closes."),
        ("Was anyone hurt in the crew of the boat?", "The crew of the boat were unhurt."),
    ],
)
def test_a_sentence_rules_out_what_is_taken_for_granted(question: str, text: str) -> None:
    assert ruled(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Did Ferro turn down two offers?", "Ferro had turned down two offers in 2019."),
        ("Did Anna win the race?", "Anna and Ben won the race."),
        ("Did Anna win the cup?", "Anna, the sister of Ben, won the cup."),
        ("Did Ida chair the meeting?", "The meeting was chaired by Ida; Jonas chaired nothing."),
        ("Is the orchard behind the gym?", "Pelham Primary has planted an orchard behind the gym."),
        ("Is Nordline happy about the plan?", "The council fears for its subsidy."),
        ("Is Nordline happy about the plan?", "Nordline welcomed the plan."),
        ("Does the whole road close?", "The whole road closes, and the rest of the lane too."),
        ("Can I bring a dog?", "Cats are banned from the lawn."),
        ("Can I bring a dog?", "Dogs are no longer banned from the lawn."),
        ("Will Dean Mossop play next week?", "The captain Dean Mossop scored on 58 minutes."),
    ],
)
def test_it_rules_out_nothing_else(question: str, text: str) -> None:
    assert not ruled(question, text)


def test_who_is_acted_on_is_no_other_agent() -> None:
    text = "The bridge was painted by Rosa Lind for Dario Conti."
    cast = cast_of(text)
    line = lines_of(item("one", "A title", text, "article", "Mara"), cast)[0]
    assert not by_another(understand("Did Rosa Lind paint the bridge?", cast), line)


@pytest.mark.parametrize(
    "question",
    ["Was the diving tower repaired too?", "Victor Dunne designed the pump, right?", "May I take my dog on the lawn?"],
)
def test_the_host_says_no(replier: Replier, question: str) -> None:
    assert Visit(replier, POOL).say(question).startswith("No")


def test_an_aside_between_thing_and_denial_does_not_part_them() -> None:
    text = "The old mill, built in 1790, was not restored."
    cast = cast_of(text)
    line = lines_of(item("one", "A title", text, "article", "Mara"), cast)[0]
    assert verdict(understand("Was the mill restored?", cast), line) == "No"


def test_what_most_people_do_is_not_what_one_may_do() -> None:
    text = "Most people eat the berries raw after four days."
    cast = cast_of(text)
    line = lines_of(item("one", "A title", text, "article", "Mara"), cast)[0]
    assert verdict(understand("Can I eat the berries raw?", cast), line) == ""


def test_what_bears_closely_on_an_unsettled_question_is_told_without_yes_or_no(replier: Replier) -> None:
    said = Visit(replier, POOL).say("So the pump takes heat from the sea?")
    assert "takes warmth from the river" in said
    assert not said.startswith(("Yes", "No"))
    assert "doesn't say" not in said


def test_what_the_text_is_silent_about_is_still_declined(replier: Replier) -> None:
    assert "doesn't say" in Visit(replier, POOL).say("Is there a sauna?")
