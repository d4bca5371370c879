"""Replies about texts of other kinds: an interview, a match, an obituary, somebody else's first person."""

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

INTERVIEW = item(
    "lifts",
    "Ten minutes with a lift inspector",
    "Samir Haddad has inspected lifts in Rotterdam for 31 years.\n\n"
    "How many lifts do you check in a day? Four on a good day, he says, two if there is paperwork.\n\n"
    'Have you ever been stuck yourself? "Once, in 2003, for six hours, with a man and a cello. He played Bach'
    ' for me."\n\n'
    'What will you do when you retire? "I retire next October. I\'m going to live on the ground floor."',
    "article",
    "Mara",
)
MATCH = item(
    "match",
    "Rovers come back from two down",
    "Dunmore Rovers beat Ashby Town 3-2 at Quarry Park on Saturday. Ashby's manager Luis Ferro was sent off for"
    " complaining"
    " about the winner.\n\nThe club made a loss of 60,000 euros last year. The board will decide on a new stand"
    " in May. People"
    " believe that the captain is leaving. He is not: his contract runs until 2031.\n\nThe bridge to the ground"
    " closes for"
    " nine weeks on 4 May while engineers replace its bearings. A public meeting will be held at St Mark's Hall"
    " on 21 April.",
    "article",
    "Mara",
)
OBITUARY = item(
    "ellery",
    "Margaret Ellery, 1931-2025",
    "Margaret Ellery, who taught three generations to swim, has died at the age of 94. She was born in Leith,"
    " the fourth of"
    " six children of a ship's carpenter.\n\nShe taught 11,200 people, among them the Olympic medallist Fiona"
    " Reyes. She"
    " herself never learned to dive. To the pool by the harbour came Joan Reyes and Anna Reyes. She would like a statue"
    " at the pool.\n\nThe"
    " council granted her one, for 85 pounds. She is survived by two daughters, Ruth and Joan.",
    "article",
    "Mara",
)
CAKE = item(
    "cake",
    "Grandmother's plum cake",
    "My grandmother Ottilie used damsons when there were no plums. It keeps for three days under a cloth; do"
    " not put it in"
    " the fridge, because the cold makes it stodgy. The flour was paid for by the village fund.",
    "article",
    "Mara",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "store.db")
    opened.put(FeedDocument(title="Test", items=(INTERVIEW, MATCH, OBITUARY, CAKE)))
    yield opened
    opened.close()


@pytest.fixture
def replier(store: Store, assets: AssetStore) -> Replier:
    return Replier(Retriever(store, MiniLM(assets.path("embeddings"))), None)


def test_the_answer_of_an_interview_is_told_as_the_words_of_who_gave_it(replier: Replier) -> None:
    visit = Visit(replier, INTERVIEW)
    assert (
        visit.say("How long was he stuck?")
        == "Samir Haddad said: “Once, in 2003, for six hours, with a man and a cello.”"
    )
    assert "2003" in visit.say("When was that?")
    assert "next October" in visit.say("When will he retire?")
    assert "ground floor" in visit.say("Where is he going to live?")


def test_a_question_of_the_text_itself_is_no_answer(replier: Replier) -> None:
    assert Visit(replier, INTERVIEW).say("How many lifts does he check in a day?").startswith("Four on a good day")


@pytest.mark.parametrize(
    ("question", "opener"),
    [("Did Ashby win?", "No"), ("Did the club make a profit last year?", "No"), ("Did Rovers beat Ashby?", "Yes")],
)
def test_who_is_beaten_does_not_win_and_a_loss_is_no_profit(replier: Replier, question: str, opener: str) -> None:
    assert Visit(replier, MATCH).say(question).startswith(opener)


@pytest.mark.parametrize("question", ["Has the board decided on a new stand?", "Is the captain leaving?"])
def test_what_will_be_or_is_only_believed_is_no_yes(replier: Replier, question: str) -> None:
    assert not Visit(replier, MATCH).say(question).startswith("Yes")


def test_when_and_where_share_the_rest_of_their_question(replier: Replier) -> None:
    said = Visit(replier, MATCH).say("When and where is the public meeting?")
    assert said == "A public meeting will be held at St Mark's Hall on 21 April."


def test_the_length_of_a_thing_is_not_the_time_that_it_is_closed(replier: Replier) -> None:
    assert "doesn't say" in Visit(replier, MATCH).say("How long is the bridge?")
    assert "doesn't say" not in Visit(replier, MATCH).say("How long will the bridge be closed?")


def test_why_asks_about_what_was_just_told(replier: Replier) -> None:
    visit = Visit(replier, MATCH)
    assert "4 May" in visit.say("When does the bridge close?")
    assert "bearings" in visit.say("Why?")


def test_she_at_the_opening_of_a_sentence_goes_on_about_the_same_person(replier: Replier) -> None:
    assert Visit(replier, OBITUARY).say("Could she dive?").startswith("No. Margaret Ellery herself never learned")


def test_a_pronoun_that_may_mean_two_persons_is_not_replaced(replier: Replier) -> None:
    assert "Reyes would like a statue" not in Visit(replier, OBITUARY).say("Who would like a statue?")


def test_the_children_of_a_father_are_not_those_of_his_daughter(replier: Replier) -> None:
    said = Visit(replier, OBITUARY).say("How many children did she have?")
    assert "two daughters" in said
    assert "six" not in said


def test_a_cause_of_death_is_not_an_age(replier: Replier) -> None:
    assert "doesn't say" in Visit(replier, OBITUARY).say("How did Margaret Ellery die?")


def test_a_summary_has_only_sentences_that_stand_alone(replier: Replier) -> None:
    assert "granted her one" not in Visit(replier, OBITUARY).say("What is this about?")


def test_other_words_than_the_texts_find_the_sentence(replier: Replier) -> None:
    assert Visit(replier, CAKE).say("Who financed the flour?").startswith("The flour was paid for by the village fund")


def test_what_must_not_be_done_is_a_no(replier: Replier) -> None:
    assert Visit(replier, CAKE).say("Can I keep it in the fridge?").startswith("No")


def test_a_host_never_takes_the_authors_grandmother_for_their_own(replier: Replier) -> None:
    assert "author's words" in Visit(replier, CAKE).say("What did Ottilie use instead of plums?")


def test_silences_in_a_row_differ_and_the_nearest_fact_is_told_once(replier: Replier) -> None:
    visit = Visit(replier, OBITUARY)
    first, second = visit.ask("How tall is Margaret Ellery?"), visit.ask("How rich is Margaret Ellery?")
    assert first[0].text != second[0].text
    told = [sentence.text.partition(": ")[2] for reply in (first, second) for sentence in reply[1:]]
    assert len(told) == len(set(told))
