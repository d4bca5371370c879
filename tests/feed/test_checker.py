"""The checker reads what a model wrote and lets nothing pass that the evidence does not hold."""

from __future__ import annotations

import pytest

from feed.checker import Checker

FERRY = "The service will run four nights a week from 14 March, with the last boat leaving the island at 1:40 a.m."
PRICE = "Tickets will cost 3.50 euros, half price for islanders."
BRANDT = (
    "Opponents, led by councillor Ida Brandt, argue that the 420,000 euro subsidy should go to the school roof first."
)
OWLS = "None of the 48 birds was injured by the sensors."
POOL = "The council plans to build a pool for about 2 million euros."


def kind(evidence: str, sentence: str, *background: str) -> str | None:
    problem = Checker([evidence], background).problem(sentence)
    return None if problem is None else problem.kind


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (PRICE, "Tickets cost 3.50 euros, half price for islanders."),
        (PRICE, "A ticket will cost €3.50, half price for islanders."),
        (FERRY, "It runs four nights a week."),
        (FERRY, "The last boat leaves the island at 1:40 a.m."),
        (FERRY, "Yes, it will run four nights a week from March 14."),
        (OWLS, "No, none of the forty-eight birds was injured."),
        (POOL, "The council plans to build a pool."),
    ],
)
def test_what_the_evidence_holds_may_be_said_in_other_words(evidence: str, sentence: str) -> None:
    assert kind(evidence, sentence) is None


@pytest.mark.parametrize(
    ("evidence", "sentence", "fault"),
    [
        (PRICE, "Tickets cost 4.50 euros.", "number"),
        (PRICE, "Tickets cost 3.50 dollars.", "number"),
        (FERRY, "It runs five nights a week.", "number"),
        (FERRY, "It runs from 15 March.", "number"),
        (FERRY, "It runs from 14 April.", "number"),
        (FERRY, "The last boat leaves at 2:40 a.m.", "number"),
        (OWLS, "None of the eighty-four birds was injured.", "number"),
        (BRANDT, "Opponents are led by Eva Brandt.", "name"),
        (BRANDT, "Opponents in Paris argue for the roof.", "name"),
        (FERRY, "The service is slow and dirty.", "claim"),
        (OWLS, "The birds were injured by the sensors.", "polarity"),
        (FERRY, "The service will not run four nights a week.", "polarity"),
        (POOL, "The council will build a pool.", "hedge"),
        (POOL, "The council plans a pool for 2 million euros.", "hedge"),
        (FERRY, "The last boat leaves on 14 March.", "mixture"),
        (FERRY, "- It runs four nights a week.", "shape"),
        (FERRY, "**It** runs four nights a week.", "shape"),
        (FERRY, "", "shape"),
    ],
)
def test_what_it_does_not_hold_is_found(evidence: str, sentence: str, fault: str) -> None:
    assert kind(evidence, sentence) == fault


def test_a_visitors_name_may_be_used_but_their_number_proves_nothing() -> None:
    assert kind(PRICE, "Tickets cost 3.50 euros, half price for islanders, Bo.", "I am Bo and I pay 5 euros") is None
    assert kind(PRICE, "Tickets cost 5 euros.", "I am Bo and I pay 5 euros") == "number"


def test_an_opinion_does_not_become_a_fact() -> None:
    assert kind(BRANDT, "The 420,000 euro subsidy goes to the school roof.") == "hedge"
