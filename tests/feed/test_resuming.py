"""After an interruption: the rest from the very next word, no heard word twice, and nothing that was not heard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.replies import Replier, Sentence, Turn
from feed.resuming import rest_of, wants_rest
from feed.retrieval import Retriever
from feed.store import Store
from tests.feed.items_to_ask import FERRY, open_store

WHOLE = [("Tickets will cost 3.50 euros, half price for islanders.", ("p2",)), ("A review is planned.", ("p4",))]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def cut(question: str, made: list[Sentence], words: int) -> Turn:
    """The turn as it stays in the history when only so many words of the reply were heard."""
    heard: list[Sentence] = []
    for sentence in made:
        spoken = sentence.text.split()[: max(0, words)]
        words -= len(sentence.text.split())
        if spoken:
            heard.append(Sentence(" ".join(spoken), sentence.evidence, sentence.mood))
    after = " ".join(heard[-1].text.split()[-3:]) if heard else ""
    return Turn(question, tuple(heard), after)


@given(st.integers(0, 13))
def test_heard_and_rest_are_the_whole(count: int) -> None:
    words = " ".join(text for text, _ in WHOLE).split()
    rest = rest_of([" ".join(words[:count])], WHOLE)
    assert words[:count] + " ".join(text for text, _ in rest).split() == words


def test_the_rest_keeps_its_evidence() -> None:
    assert rest_of(["Tickets will cost"], WHOLE) == [("3.50 euros, half price for islanders.", ("p2",)), WHOLE[1]]


@pytest.mark.parametrize(
    "asked",
    [
        "Go on",
        "continue",
        "Sorry, go on please.",
        "Where were you?",
        "You were saying?",
        "where was I",
        "Carry on!",
        "I interrupted you",
        "Finish your sentence.",
    ],
)
def test_many_words_ask_for_the_rest(asked: str) -> None:
    assert wants_rest(asked)


@pytest.mark.parametrize("asked", ["Where were you born?", "Go on strike?", "What was the rest of the money for?"])
def test_a_question_about_the_text_does_not(asked: str) -> None:
    assert not wants_rest(asked)


@pytest.mark.parametrize("words", [0, 1, 5, 12, 30])
@pytest.mark.parametrize("question", ["What is this about?", "Which opponents argue against the subsidy?", ""])
def test_the_host_goes_on_with_the_very_next_word(store: Store, question: str, words: int) -> None:
    replier = Replier(Retriever(store, None), None)
    made = list(replier.reply(FERRY, question, ()) if question else replier.introduce(FERRY))
    spoken = " ".join(sentence.text for sentence in made).split()
    if words >= len(spoken):
        return
    turn = cut(question, made, words)
    rest = list(replier.reply(FERRY, "Go on", (turn,)))
    assert " ".join(s.text for s in rest).split() == spoken[words:]
    assert [s.evidence for s in rest][-1] == made[-1].evidence


def test_a_replier_that_never_made_the_reply_finds_the_rest_again(store: Store) -> None:
    made = list(Replier(Retriever(store, None), None).reply(FERRY, "What is this about?", ()))
    turn = cut("What is this about?", made, 6)
    rest = list(Replier(Retriever(store, None), None).reply(FERRY, "go on", (turn,)))
    assert " ".join(s.text for s in rest).split() == " ".join(s.text for s in made).split()[6:]


def test_an_interrupted_rest_can_be_gone_on_with_too(store: Store) -> None:
    replier = Replier(Retriever(store, None), None)
    made = list(replier.reply(FERRY, "What is this about?", ()))
    spoken = " ".join(s.text for s in made).split()
    first = cut("What is this about?", made, 4)
    rest = list(replier.reply(FERRY, "go on", (first,)))
    second = cut("go on", rest, 3)
    again = list(replier.reply(FERRY, "go on", (first, second)))
    assert " ".join(s.text for s in again).split() == spoken[7:]


def test_a_new_question_after_an_interruption_is_answered_directly(store: Store) -> None:
    replier = Replier(Retriever(store, None), None)
    turn = cut("What is this about?", list(replier.reply(FERRY, "What is this about?", ())), 4)
    said = " ".join(s.text for s in replier.reply(FERRY, "How much is a ticket?", (turn,)))
    assert "3.50" in said
    back = Turn("How much is a ticket?", (Sentence(said, ("p2",)),))
    assert list(replier.reply(FERRY, "Where were you before that?", (turn, back)))


def test_go_on_after_a_reply_that_was_heard_out_tells_more(store: Store) -> None:
    replier = Replier(Retriever(store, None), None)
    reply = tuple(replier.reply(FERRY, "How much is a ticket?", ()))
    more = list(replier.reply(FERRY, "Go on", (Turn("How much is a ticket?", reply),)))
    assert {s.text for s in more}.isdisjoint(s.text for s in reply)


def test_a_pronoun_means_nobody_who_was_not_heard(store: Store) -> None:
    replier = Replier(Retriever(store, None), None)
    made = list(replier.reply(FERRY, "Who would miss the quiet nights?", ()))
    assert "Adeyemi" in made[0].text
    unheard = Turn("Who would miss the quiet nights?", (), "")
    said = " ".join(s.text for s in replier.reply(FERRY, "How old is he?", (unheard,)))
    heard = Turn("Who would miss the quiet nights?", tuple(made))
    assert "61" in " ".join(s.text for s in replier.reply(FERRY, "How old is he?", (heard,)))
    assert "doesn't say" in said or "Whom do you mean" in said
