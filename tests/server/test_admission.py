"""Places and the queue, on a virtual clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.admission import ABSENT_SECONDS, IDLE_SECONDS, MOST_WAITING, Admission, Capacity, Moved
from server.errors import QueueFullError


def test_who_fits_talks_and_the_others_wait_in_the_order_in_which_they_came() -> None:
    places = Admission(2)
    assert [places.ask(who, 0.0) for who in "abcd"] == [True, True, False, False]
    assert list(places.moves(0.0)) == [Moved("c", 1), Moved("d", 2)]
    assert list(places.moves(1.0)) == [], "nobody is told the same twice"
    assert places.ask("a", 1.0)
    assert (places.talking, places.waiting) == (2, 2)


def test_when_one_leaves_everybody_moves_up() -> None:
    places = Admission(1)
    for who in "abcd":
        places.ask(who, 0.0)
    list(places.moves(0.0))
    places.leave("a")
    assert list(places.moves(1.0)) == [Moved("b", 0), Moved("c", 1), Moved("d", 2)]
    places.leave("c")
    assert list(places.moves(2.0)) == [Moved("d", 1)]


def test_who_talks_on_keeps_the_place_and_who_is_silent_for_long_loses_it_to_who_waits() -> None:
    places = Admission(2)
    places.ask("lively", 0.0)
    places.ask("silent", 0.0)
    places.active("lively", IDLE_SECONDS - 1)
    assert not places.ask("new", IDLE_SECONDS - 1)
    assert list(places.moves(IDLE_SECONDS - 1)) == [Moved("new", 1)]
    assert list(places.moves(IDLE_SECONDS)) == [Moved("new", 0)]
    assert places.ask("lively", IDLE_SECONDS)
    assert not places.ask("silent", IDLE_SECONDS), "it asks again, at the end of the queue"


def test_a_silent_talker_keeps_the_place_while_nobody_wants_it() -> None:
    places = Admission(1)
    places.ask("silent", 0.0)
    list(places.moves(100 * IDLE_SECONDS))
    assert places.ask("silent", 100 * IDLE_SECONDS)


def test_of_those_who_talk_who_has_been_gone_longest_loses_the_place_first() -> None:
    places = Admission(3)
    for who in ("silent", "gone", "longer gone"):
        places.ask(who, 0.0)
    places.away("longer gone", 1.0)
    places.away("gone", 2.0)
    places.ask("new", 3.0)
    places.ask("newer", 3.0)
    assert list(places.moves(0.9 + ABSENT_SECONDS)) == [Moved("new", 1), Moved("newer", 2)]
    assert list(places.moves(1.0 + ABSENT_SECONDS)) == [Moved("new", 0), Moved("newer", 1)]
    assert list(places.moves(2.0 + ABSENT_SECONDS)) == [Moved("newer", 0)]
    assert places.ask("silent", 2.0 + ABSENT_SECONDS)


def test_who_is_back_in_time_keeps_the_place() -> None:
    places = Admission(1)
    places.ask("a", 0.0)
    places.away("a", 1.0)
    places.ask("b", 2.0)
    places.back("a")
    assert list(places.moves(1.0 + ABSENT_SECONDS)) == [Moved("b", 1)]
    assert places.ask("a", 1.0 + ABSENT_SECONDS)


def test_who_is_gone_while_waiting_keeps_the_position_and_lets_others_by() -> None:
    places = Admission(1)
    for who in "abc":
        places.ask(who, 0.0)
    list(places.moves(0.0))
    places.away("b", 0.0)
    places.leave("a")
    assert list(places.moves(1.0)) == [Moved("c", 0)]
    places.leave("c")
    assert list(places.moves(1.0)) == []
    places.back("b")
    assert list(places.moves(1.0)) == [Moved("b", 0)]


def test_who_neither_talks_nor_waits_may_be_gone() -> None:
    places = Admission(1)
    places.away("a", 0.0)
    places.back("a")
    assert places.ask("a", 1.0)


def test_nobody_overtakes_who_waits() -> None:
    places = Admission(1)
    places.ask("a", 0.0)
    places.ask("b", 0.0)
    places.leave("a")
    assert not places.ask("c", 1.0)
    assert places.ask("b", 1.0)


def test_a_group_talks_no_more_than_it_may_and_holds_up_nobody_else() -> None:
    places = Admission(3)
    assert places.ask("a1", 0.0, group="a", most=1)
    assert not places.ask("a2", 0.0, group="a", most=1)
    assert places.ask("b", 0.0)
    assert list(places.moves(0.0)) == [Moved("a2", 1)]
    places.leave("a1")
    assert list(places.moves(1.0)) == [Moved("a2", 0)]


def test_who_is_let_in_before_being_told_a_position_is_told_that() -> None:
    places = Admission(1)
    places.ask("a", 0.0)
    places.ask("b", 0.0)
    places.leave("a")
    assert list(places.moves(0.0)) == [Moved("b", 0)]


def test_lively_is_who_talked_lately() -> None:
    places = Admission(3)
    for who in "abc":
        places.ask(who, 0.0)
    places.active("a", 100.0)
    assert (places.lively(1.0), places.lively(110.0), places.lively(200.0)) == (3, 1, 0)


def test_the_queue_is_bounded() -> None:
    places = Admission(1)
    for number in range(MOST_WAITING + 1):
        places.ask(str(number), 0.0)
    with pytest.raises(QueueFullError, match=str(MOST_WAITING)):
        places.ask("one more", 0.0)
    assert not places.ask("5", 0.0), "who waits already may ask again"
    assert places.waiting == MOST_WAITING


def test_when_less_fits_nobody_is_cut_off_but_nobody_new_is_let_in() -> None:
    places = Admission(3)
    for who in "abc":
        places.ask(who, 0.0)
    places.places = 1
    assert all(places.ask(who, 1.0) for who in "abc")
    places.leave("a")
    assert not places.ask("d", 10 * IDLE_SECONDS)


@given(
    st.lists(
        st.tuples(st.sampled_from(["ask", "leave", "active", "away", "moves"]), st.integers(0, 7), st.floats(0, 60))
    )
)
def test_there_are_never_more_talkers_than_places_and_everybody_knows_where_they_are(
    steps: list[tuple[str, int, float]],
) -> None:
    places, now = Admission(2), 0.0
    known: dict[str, int] = {}
    away: set[str] = set()
    for step, number, pause in steps:
        now += pause
        who = str(number)
        match step:
            case "ask":
                places.back(who)
                away.discard(who)
                if places.ask(who, now):
                    known.pop(who, None)
            case "leave":
                places.leave(who)
                away.discard(who)
                known.pop(who, None)
            case "active":
                places.active(who, now)
            case "away":
                places.away(who, now)
                away.add(who)
            case _:
                pass
        for moved in places.moves(now):
            known[moved.who] = moved.position
            if moved.position == 0:
                del known[moved.who]
        assert places.talking <= 2
        assert sorted(known.values()) == list(range(1, places.waiting + 1))
        assert not set(known) - away or places.talking == 2


def test_capacity_begins_with_the_cores_and_follows_what_conversations_take() -> None:
    assert [Capacity(cores).conversations for cores in (1, 2, 4, 16)] == [2, 4, 8, 32]
    light, heavy = Capacity(2), Capacity(2)
    for _ in range(3_600):
        light.observe(0.12, 1.0)
        heavy.observe(1.3, 1.0)
    assert (light.conversations, heavy.conversations) == (11, 1)


def test_one_bad_second_changes_little_and_one_conversation_always_fits() -> None:
    capacity = Capacity(2)
    capacity.observe(2.0, 1.0)
    assert capacity.conversations in (3, 4)
    for _ in range(10_000):
        capacity.observe(50.0, 1.0)
    assert capacity.conversations == 1
    capacity.observe(1.0, 0.0)
    assert capacity.conversations == 1


def test_what_the_user_set_stays() -> None:
    capacity = Capacity(2, fixed=7)
    capacity.observe(100.0, 1.0)
    assert capacity.conversations == 7
