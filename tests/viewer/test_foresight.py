"""What is prepared for: the card that is looked at, once the user rests on it, and those after it."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from server import protocol as wire
from tests.viewer.doubles import opened, page, reached, session
from viewer.acting import act
from viewer.actions import SelectCard
from viewer.foresight import FIGURES_AHEAD, REST_SECONDS, Foresight, figures_ahead, looked_at
from viewer.state import ViewState

FEED = reached(session(), page())


def told(state: ViewState, hovered: int | None = None) -> list[wire.ClientEvent]:
    """Return what is told of a card that is looked at for long, frame by frame."""
    foresight = Foresight()
    return [event for frame in range(60) for event in foresight.follow(state, frame / 60, hovered)]


def test_the_pointer_says_what_is_looked_at_and_else_the_chosen_card() -> None:
    chosen = act(FEED, SelectCard(2)).state
    assert looked_at(chosen) == FEED.cards[2]
    assert looked_at(chosen, 4) == FEED.cards[4]
    assert looked_at(chosen, 40) == FEED.cards[2]
    assert looked_at(ViewState(status="ready")) is None


def test_the_server_is_told_once_of_a_card_that_the_user_rests_on() -> None:
    assert told(FEED) == [wire.FeedLook(item_id="lighthouse")]
    assert told(FEED, 1) == [wire.FeedLook(item_id="bakery")]


def test_cards_that_are_passed_over_are_not_told() -> None:
    foresight = Foresight()
    for card in range(6):
        assert foresight.follow(FEED, card * REST_SECONDS * 0.9, card) == ()
        assert not foresight.resting
    assert foresight.follow(FEED, 10.0, 5) == (wire.FeedLook(item_id="bees"),)
    assert foresight.resting


def test_who_has_an_item_open_or_no_connection_looks_at_nothing() -> None:
    assert told(reached(opened(), state=FEED)) == []
    assert told(replace(FEED, status="lost")) == []


def test_the_likeliest_figure_comes_first_then_those_on_the_page_and_only_a_few() -> None:
    chosen = act(FEED, SelectCard(1)).state
    assert figures_ahead(chosen) == ("milo", "yuna", "arjun", "edith")
    assert figures_ahead(chosen, 4) == ("edith", "milo", "yuna", "arjun")
    assert len(figures_ahead(chosen)) == FIGURES_AHEAD
    assert figures_ahead(ViewState()) == ()


def test_with_an_item_open_nobody_but_its_host_is_loaded() -> None:
    assert figures_ahead(reached(opened(), state=FEED), 3) == ("vera",)


def test_cards_of_a_server_that_names_no_figures_are_passed_over() -> None:
    bare = replace(FEED, cards=tuple(msgspec.structs.replace(card, figure=None) for card in FEED.cards))
    assert figures_ahead(bare) == ()
