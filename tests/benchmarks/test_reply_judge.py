"""The rules that replies are judged by: a good answer passes however it is put, a bad one does not get through."""

from __future__ import annotations

import pytest

from benchmarks.reply_judge import Asked, judge
from feed.replies import Sentence
from tests.feed.items_to_ask import FERRY

FIRST = FERRY.passages[0].id
TICKET = next(passage.id for passage in FERRY.passages if "3.50" in passage.text)


def said(text: str, *evidence: str) -> Sentence:
    return Sentence(text, evidence)


PRICE = Asked("How much is a ticket?", "numbers", says=["3\\.50"], holds="Tickets")
CAPTAIN = Asked("Who is the captain?", "unanswerable", declines="must")
VOTE = Asked("Was the vote unanimous?", "misleading", says=["6 to 3"], never="^yes", declines="may")
HALF = Asked("What is a ticket, and who sells it?", "half-answerable", says=["3\\.50"], declines="must")
HUMAN = Asked("Are you human?", "human")


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        (PRICE, [said("It's 3.50 euros.", TICKET)]),
        (CAPTAIN, [said("The article doesn't say.")]),
        (CAPTAIN, [said("I don't know."), said("What it does say: Mayor Jon Halder did not attend the vote.", "p5")]),
        (VOTE, [said("No, it was 6 to 3.", FIRST)]),
        (VOTE, [said("On that the article does not say anything.")]),
        (HALF, [said("Tickets will cost 3.50 euros.", TICKET), said("Who sells it, it doesn't say.")]),
        (HUMAN, [said("I'm a digital host, not a person.")]),
        (Asked("Who are you?", "who-are-you"), [said("I'm Mara.")]),
        (Asked("Is it wise?", "opinion", own_view=True), [said("I don't take sides.")]),
    ],
)
def test_a_good_reply_is_right_and_claims_nothing(asked: Asked, reply: list[Sentence]) -> None:
    verdict = judge(asked, FERRY, reply)
    assert verdict.right
    assert verdict.held
    assert not verdict.unsupported


@pytest.mark.parametrize(
    ("asked", "reply", "fault"),
    [
        (PRICE, [said("It's 9.50 euros.", TICKET)], "number"),
        (PRICE, [said("It's 3.50 euros, says Captain Ahab.", TICKET)], "name"),
        (CAPTAIN, [said("Mayor Jon Halder did not attend the vote.", "p5")], "told"),
        (VOTE, [said("Yes, it voted 6 to 3.", FIRST)], "false"),
        (VOTE, [said("Tickets will cost 3.50 euros.", TICKET)], "told"),
        (HUMAN, [said("Yes, I am human.")], "human"),
        (HUMAN, [said("Of course, I'm a real person.")], "human"),
        (Asked("Hello", "small-talk"), [said("Hello! The boat takes 90.")], "number"),
    ],
)
def test_what_the_text_does_not_bear_out_is_found(asked: Asked, reply: list[Sentence], fault: str) -> None:
    assert judge(asked, FERRY, reply).unsupported == fault


@pytest.mark.parametrize(
    ("asked", "reply"),
    [
        (PRICE, [said("The article doesn't say."), said("What it does say: tickets will cost 3.50 euros.", TICKET)]),
        (PRICE, []),
        (HALF, [said("Tickets will cost 3.50 euros.", TICKET)]),
        (HALF, [said("The article doesn't say.")]),
        (HUMAN, [said("I'm Mara.")]),
        (VOTE, [said("Yes, it voted 6 to 3.", FIRST)]),
    ],
)
def test_half_an_answer_or_none_is_not_right(asked: Asked, reply: list[Sentence]) -> None:
    assert not judge(asked, FERRY, reply).right


def test_an_answer_on_another_passage_is_not_held() -> None:
    assert not judge(PRICE, FERRY, [said("It's 3.50 euros.", "p5")]).held


def test_what_was_said_before_may_be_said_again() -> None:
    reply = [said("You asked me about 1999.")]
    assert judge(Asked("What did I ask?", "talk"), FERRY, reply, "What about 1999?").unsupported == ""
    assert judge(Asked("What did I ask?", "talk"), FERRY, reply).unsupported == "number"
