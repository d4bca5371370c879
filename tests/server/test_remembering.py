"""What was said goes into the store, and the client is told when it is there and not before."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from feed.errors import StoreError
from feed.items import Episode
from server import protocol
from tests.server.doubles import WORD_SAMPLES, Connection, DoubleHouse, DoubleShelf, item


class SlowShelf(DoubleShelf):
    """Records when it may."""

    def __init__(self) -> None:
        super().__init__([item("pier")])
        self.may = threading.Event()

    def record(self, episode: Episode) -> int:
        self.may.wait()
        return super().record(episode)


class FullShelf(DoubleShelf):
    """Has no room."""

    def __init__(self) -> None:
        super().__init__([item("pier")])

    def record(self, episode: Episode) -> int:
        raise StoreError("the disk is full")


def run(coroutine: Any) -> None:
    asyncio.run(asyncio.wait_for(coroutine, 30))


def test_every_episode_is_acknowledged_by_its_number_in_the_store() -> None:
    async def visit() -> None:
        house = DoubleHouse()
        async with Connection(house, item_id="pier") as client:
            introduced = await client.until(protocol.ResponseDone)
            generation = introduced.response.generation
            client.send(protocol.AvatarPlayback(generation=generation, sample=3 * WORD_SAMPLES))
            client.ask("When?")
            await client.until(protocol.ResponseDone)
            client.send(protocol.FeedClose())
            await client.until(protocol.FeedClosed)
            while len(client.of(protocol.MemoryKept)) < 3:
                await asyncio.sleep(0)
            kept = [(event.episode, event.kind, event.item_id) for event in client.of(protocol.MemoryKept)]
        stored = [(number, e.kind, e.item_id) for number, e in enumerate(house.items.episodes, 1)]
        assert kept == stored
        assert {kind for _, kind, _ in kept} == {"opened", "answered", "asked"}

    run(visit())


def test_nothing_is_acknowledged_before_it_is_in_the_store() -> None:
    async def visit() -> None:
        house, shelf = DoubleHouse(), SlowShelf()
        house.items = shelf
        async with Connection(house, item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            assert not client.of(protocol.MemoryKept)
            shelf.may.set()
            assert (await client.until(protocol.MemoryKept)).episode == 1

    run(visit())


def test_what_the_store_cannot_take_is_not_acknowledged_and_the_session_lives(caplog: pytest.LogCaptureFixture) -> None:
    async def visit() -> None:
        house = DoubleHouse()
        house.items = FullShelf()
        async with Connection(house, item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            client.ask("When?")
            await client.until(protocol.ResponseDone)
        assert not client.of(protocol.MemoryKept)

    run(visit())
    assert "the disk is full" in caplog.text
