"""The places of a server: who is told what, and how the room follows what conversations take."""

from __future__ import annotations

from datetime import UTC, datetime

from server.admission import IDLE_SECONDS
from server.places import Places
from server.tokens import Allowance, Token


class House:
    """Places for one, with clocks that the test moves."""

    def __init__(self, conversations: int | None = 1) -> None:
        self.now = self.processor = 0.0
        self.told: list[tuple[str, int]] = []
        self.places = Places(conversations, cores=2, clock=lambda: self.now, processor_clock=lambda: self.processor)

    def take(self, who: str, token: Token | None = None) -> bool:
        return self.places.place(who, lambda position: self.told.append((who, position)), token).take()


def token(name: str, conversations: int) -> Token:
    allowance = Allowance(conversations=conversations)
    return Token(id=name, name=name, digest="", made=datetime(2026, 5, 1, tzinfo=UTC), allowance=allowance)


def test_who_waits_is_told_the_position_and_when_to_begin() -> None:
    house = House()
    assert [house.take(who) for who in "abc"] == [True, False, False]
    assert house.told == [("b", 1), ("c", 2)]
    house.places.place("a", lambda _position: None).leave()
    assert house.told[2:] == [("b", 0), ("c", 1)]
    assert house.take("b")
    assert (house.places.talking, house.places.waiting) == (1, 1)


def test_who_leaves_the_queue_is_told_nothing_more() -> None:
    house = House()
    for who in "abc":
        house.take(who)
    house.places.leave("b")
    assert house.told[-1] == ("c", 1)
    house.places.leave("a")
    assert house.told[-1] == ("c", 0)
    assert ("b", 0) not in house.told


def test_the_place_of_who_is_silent_for_long_goes_to_who_waits_at_the_next_look() -> None:
    house = House()
    house.take("a")
    house.take("b")
    house.now = IDLE_SECONDS
    house.places.look()
    assert house.told == [("b", 1), ("b", 0)]
    assert not house.take("a")


def test_a_token_has_no_more_conversations_than_it_may() -> None:
    house = House(conversations=5)
    phone = token("phone", 1)
    assert [house.take("a", phone), house.take("b", phone), house.take("c", token("tablet", 1))] == [True, False, True]


def test_the_room_follows_what_conversations_take_and_not_what_readers_do() -> None:
    house = House(conversations=None)
    before = house.places.room
    for _ in range(1_000):
        house.now += 1
        house.processor += 1.9
        house.places.look()
    assert house.places.room == before, "nobody talked"
    place = house.places.place("a", lambda _position: None)
    place.take()
    for _ in range(3_600):
        house.now += 1
        house.processor += 0.65
        place.active()
        house.places.look()
    assert house.places.room == 2
