"""Hosts prepare for the card that is looked at: one at a time, the newest, and never while somebody talks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from feed.errors import FeedError
from feed.items import Item
from server import protocol
from server.looking import DWELL_SECONDS, Looks
from tests.server.doubles import Connection, DoubleHost, DoubleHouse


class Dwell:
    """Sleeps until the test says that the time is over."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await self.over.wait()


class PatientHost(DoubleHost):
    """Prepares until it may not any more."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()
        self.given_up: list[str] = []

    def warm(self, item: Item, cancelled: Callable[[], bool]) -> None:
        super().warm(item, cancelled)
        self.begun.set()
        while not cancelled():
            threading.Event().wait(0.001)
        self.given_up.append(item.id)


async def until(seen: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not seen():
            await asyncio.sleep(0)


async def let_pass() -> None:
    """Let everything run that can."""
    for _ in range(20):
        await asyncio.sleep(0)


def run(case: Callable[[DoubleHouse, Dwell], Awaitable[None]], host: DoubleHost | None = None) -> None:
    async def whole() -> None:
        await case(DoubleHouse(host=host), Dwell())

    asyncio.run(asyncio.wait_for(whole(), 30))


def test_a_host_prepares_for_the_card_that_is_looked_at_for_a_moment() -> None:
    async def case(house: DoubleHouse, dwell: Dwell) -> None:
        looks = Looks(house, sleep=dwell)
        looks.look("reader", "lamp")
        await let_pass()
        assert dwell.asked == [DWELL_SECONDS]
        assert house.answers.warmed == []
        dwell.over.set()
        await until(lambda: house.answers.warmed == ["lamp"])
        looks.look("reader", "lamp")
        await let_pass()
        assert dwell.asked == [DWELL_SECONDS], "the same card was begun twice"
        await looks.close()

    run(case)


def test_a_card_that_was_passed_over_costs_nothing() -> None:
    async def case(house: DoubleHouse, dwell: Dwell) -> None:
        looks = Looks(house, sleep=dwell)
        for item_id in ("lamp", "pier", "lamp", "pier"):
            looks.look("reader", item_id)
            await let_pass()
        dwell.over.set()
        await until(lambda: bool(house.answers.warmed))
        await let_pass()
        assert house.answers.warmed == ["pier"]
        await looks.close()

    run(case)


@pytest.mark.parametrize("who", ["reader", "another"])
def test_what_is_prepared_is_given_up_when_anybody_looks_at_another_card(who: str) -> None:
    host = PatientHost()

    async def case(house: DoubleHouse, dwell: Dwell) -> None:
        dwell.over.set()
        looks = Looks(house, sleep=dwell)
        looks.look("reader", "lamp")
        await until(host.begun.is_set)
        looks.look(who, "pier")
        await until(lambda: host.warmed == ["lamp", "pier"])
        assert host.given_up == ["lamp"], "two were prepared at once"
        await looks.close()

    run(case, host)


def test_looking_away_ends_only_what_was_ones_own() -> None:
    host = PatientHost()

    async def case(house: DoubleHouse, dwell: Dwell) -> None:
        dwell.over.set()
        looks = Looks(house, sleep=dwell)
        looks.look("reader", "lamp")
        await until(host.begun.is_set)
        looks.look_away("another")
        await let_pass()
        assert host.given_up == []
        looks.look_away("reader")
        await until(lambda: host.given_up == ["lamp"])
        await looks.close()

    run(case, host)


def test_nobody_prepares_while_somebody_talks_and_whoever_does_stops() -> None:
    host = PatientHost()
    talking = threading.Event()

    async def case(house: DoubleHouse, dwell: Dwell) -> None:
        dwell.over.set()
        looks = Looks(house, busy=talking.is_set, sleep=dwell)
        looks.look("reader", "lamp")
        await until(host.begun.is_set)
        talking.set()
        await until(lambda: host.given_up == ["lamp"])
        looks.look("reader", "pier")
        await until(lambda: len(dwell.asked) == 2)
        await looks.close()
        assert host.warmed == ["lamp"]

    run(case, host)


def test_an_item_that_is_not_there_or_a_host_that_fails_is_no_matter() -> None:
    class Failing(DoubleHost):
        def warm(self, item: Item, cancelled: Callable[[], bool]) -> None:
            super().warm(item, cancelled)
            raise FeedError("no")

    async def case(house: DoubleHouse, dwell: Dwell) -> None:
        dwell.over.set()
        looks = Looks(house, sleep=dwell)
        looks.look("reader", "nothing")
        await until(lambda: len(dwell.asked) == 1)
        await let_pass()
        looks.look("reader", "lamp")
        await until(lambda: house.answers.warmed == ["lamp"])
        await looks.close()

    run(case, Failing())


def test_a_look_over_the_wire_is_answered_by_nothing_and_ends_with_the_first_turn() -> None:
    host = PatientHost()

    async def case(house: DoubleHouse, dwell: Dwell) -> None:
        dwell.over.set()
        looks = Looks(house, sleep=dwell)
        async with Connection(house, looks=looks) as client:
            client.send(protocol.FeedLook(item_id="lamp"))
            await until(host.begun.is_set)
            client.send(protocol.FeedPageRequest())
            await client.until(protocol.FeedPage)
            assert [type(event).__name__ for event in client.events] == ["SessionCreated", "FeedPage"]
            client.send(protocol.FeedOpen(item_id="pier"))
            await until(lambda: host.given_up == ["lamp"])
            await client.until(protocol.ResponseDone)
        await looks.close()

    run(case, host)


def test_who_leaves_looks_at_nothing() -> None:
    host = PatientHost()

    async def case(house: DoubleHouse, dwell: Dwell) -> None:
        dwell.over.set()
        looks = Looks(house, sleep=dwell)
        async with Connection(house, looks=looks) as client:
            client.send(protocol.FeedLook(item_id="lamp"))
            await until(host.begun.is_set)
        await until(lambda: host.given_up == ["lamp"])
        await looks.close()

    run(case, host)
