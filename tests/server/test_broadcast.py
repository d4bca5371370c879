"""Following the feed: every change reaches everybody, whoever reads slowly costs only themselves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, cast

import msgspec
import pytest

from feed.changes import Changes
from server import broadcast, protocol
from server.broadcast import KEPT_EVENTS, MOST_WAITING, SLOW_BYTES, Broadcast
from server.connections import BoundedConnection
from server.metrics import Metrics
from tests.server.doubles import item


class DoubleConnection:
    """A connection whose client reads when the test lets it."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.frames: list[bytes] = []
        self.waiting_bytes = 0
        self.reads = asyncio.Event()
        self.reads.set()
        self.closed: tuple[int, str] | None = None
        self.open = True

    def pour(self, frame: bytes) -> bool:
        if self.open:
            self.frames.append(frame)
            self.sent.append(json.loads(frame[frame.index(b"{") :]))
        return self.open

    async def drain(self) -> None:
        await self.reads.wait()

    async def close(self, code: int, reason: str) -> None:
        self.closed, self.open = (code, reason), False

    def stop_reading(self) -> None:
        self.waiting_bytes = SLOW_BYTES + 1
        self.reads.clear()

    def read_on(self) -> None:
        self.waiting_bytes = 0
        self.reads.set()

    @property
    def revisions(self) -> list[int]:
        return [event["revision"] for event in self.sent if event["type"] in ("feed.item", "feed.removed")]


def as_connection(connection: DoubleConnection) -> BoundedConnection:
    return cast(BoundedConnection, connection)


def held(body: Callable[[Broadcast, Metrics], Awaitable[None]]) -> None:
    async def run() -> None:
        metrics = Metrics()
        told = Broadcast(metrics, revision=100)
        await body(told, metrics)
        await told.close()

    asyncio.run(asyncio.wait_for(run(), 30))


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


def changed(count: int) -> Changes:
    return Changes(changed=(item("pier"),) * count)


def test_everybody_is_told_what_is_new_changed_and_gone() -> None:
    async def body(told: Broadcast, _metrics: Metrics) -> None:
        readers = [DoubleConnection() for _ in range(120)]
        for reader in readers:
            told.follow(as_connection(reader), None)
        told.tell_changes(Changes(new=(item("boat"),), changed=(item("lamp"),), gone=("pier",)))
        await settle()
        for reader in readers:
            subscribed, new, changed_item, gone = reader.sent
            assert (subscribed["type"], subscribed["revision"], subscribed["gap"]) == ("feed.subscribed", 100, False)
            assert (new["type"], new["change"], new["item"]["id"], new["revision"]) == ("feed.item", "new", "boat", 101)
            assert (changed_item["change"], changed_item["item"]["id"]) == ("changed", "lamp")
            assert (gone["type"], gone["item_id"], gone["revision"]) == ("feed.removed", "pier", 103)
        assert all(reader.frames[1] is readers[0].frames[1] for reader in readers), "encoded once"

    held(body)


def test_what_is_told_is_an_event_of_the_protocol() -> None:
    async def body(told: Broadcast, _metrics: Metrics) -> None:
        reader = DoubleConnection()
        told.follow(as_connection(reader), None)
        told.tell_changes(Changes(new=(item("boat"),), gone=("pier",)))
        told.hint(protocol.FeedCounts(readers=1, conversations=0, waiting=0))
        await settle()
        decoded = [protocol.decode_server(msgspec.json.encode(event).decode()) for event in reader.sent]
        assert [type(event).__name__ for event in decoded] == [
            "FeedSubscribed",
            "FeedItem",
            "FeedRemoved",
            "FeedCounts",
        ]

    held(body)


def test_who_comes_back_is_told_what_they_missed_once() -> None:
    async def body(told: Broadcast, _metrics: Metrics) -> None:
        told.tell_changes(changed(5))
        await settle()
        reader = DoubleConnection()
        told.follow(as_connection(reader), 102)
        told.tell_changes(changed(1))
        await settle()
        assert reader.revisions == [103, 104, 105, 106]

    held(body)


def test_who_follows_in_the_middle_of_the_telling_is_told_nothing_twice() -> None:
    async def body(told: Broadcast, _metrics: Metrics) -> None:
        first, late, back = DoubleConnection(), DoubleConnection(), DoubleConnection()
        told.follow(as_connection(first), None)
        told.tell_changes(changed(3))
        told.follow(as_connection(late), None)
        told.follow(as_connection(back), 101)
        await settle()
        assert (first.revisions, late.revisions, back.revisions) == ([101, 102, 103], [], [102, 103])
        told.tell_changes(changed(1))
        await settle()
        assert (first.revisions[-1], late.revisions, back.revisions) == (104, [104], [102, 103, 104])

    held(body)


@pytest.mark.parametrize("after", [0, 99, 105, 1 << 50])
def test_a_revision_that_nobody_knows_any_more_is_a_gap(after: int) -> None:
    async def body(told: Broadcast, _metrics: Metrics) -> None:
        told.tell_changes(changed(4))
        reader = DoubleConnection()
        told.follow(as_connection(reader), after)
        await settle()
        assert (reader.sent[0]["gap"], reader.revisions) == (True, [])

    held(body)


def test_only_so_much_is_kept_for_who_comes_back() -> None:
    async def body(told: Broadcast, _metrics: Metrics) -> None:
        told.tell_changes(changed(KEPT_EVENTS + 1))
        await settle()
        gap, just = DoubleConnection(), DoubleConnection()
        told.follow(as_connection(gap), 100)
        told.follow(as_connection(just), 101)
        assert (gap.sent[0]["gap"], just.sent[0]["gap"], len(just.revisions)) == (True, False, KEPT_EVENTS)

    held(body)


def test_a_slow_reader_loses_hints_and_no_item_and_nobody_waits_for_it() -> None:
    async def body(told: Broadcast, metrics: Metrics) -> None:
        slow, fast = DoubleConnection(), DoubleConnection()
        for reader in (slow, fast):
            told.follow(as_connection(reader), None)
        slow.stop_reading()
        for readers in range(20):
            told.tell_changes(changed(1))
            told.hint(protocol.FeedCounts(readers=readers, conversations=0, waiting=0))
            await settle()
        assert fast.revisions == list(range(101, 121))
        assert len(slow.revisions) < 20
        assert sum(event["type"] == "feed.counts" for event in fast.sent) == 20
        slow.read_on()
        await settle()
        assert slow.revisions == list(range(101, 121))
        assert not [event for event in slow.sent if event["type"] == "feed.counts"]
        assert b"visavis_hints_dropped_total 20.0" in metrics.text()
        told.hint(protocol.FeedCounts(readers=1, conversations=0, waiting=0))
        await settle()
        assert slow.sent[-1]["type"] == "feed.counts", "it is no longer slow"

    held(body)


def test_a_reader_who_reads_nothing_is_sent_away_and_holds_nothing_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcast, "SLICE", 1)

    async def body(told: Broadcast, metrics: Metrics) -> None:
        stuck, fast = DoubleConnection(), DoubleConnection()
        for reader in (stuck, fast):
            told.follow(as_connection(reader), None)
        stuck.stop_reading()
        for _ in range(3):
            told.tell_changes(changed(MOST_WAITING // 2))
            while len(fast.revisions) % (MOST_WAITING // 2):
                await settle()
            await settle()
        while len(fast.revisions) < 3 * (MOST_WAITING // 2):
            await settle()
        assert stuck.closed is not None
        assert stuck.closed[0] == 1013
        assert len(told) == 1
        assert b'visavis_refused_total{reason="slow_reader"} 1.0' in metrics.text()

    held(body)


def test_who_left_is_told_nothing_more() -> None:
    async def body(told: Broadcast, _metrics: Metrics) -> None:
        gone, slow_and_gone = DoubleConnection(), DoubleConnection()
        told.follow(as_connection(gone), None)
        told.follow(as_connection(slow_and_gone), None)
        slow_and_gone.stop_reading()
        told.tell_changes(changed(3))
        await settle()
        for connection in (gone, slow_and_gone):
            told.leave(as_connection(connection))
        before = len(gone.sent), len(slow_and_gone.sent)
        slow_and_gone.read_on()
        told.tell_changes(changed(1))
        await settle()
        assert (len(gone.sent), len(slow_and_gone.sent)) == before
        assert len(told) == 0

    held(body)


def test_a_newer_hint_takes_the_place_of_one_that_was_not_sent() -> None:
    async def body(told: Broadcast, _metrics: Metrics) -> None:
        reader = DoubleConnection()
        told.follow(as_connection(reader), None)
        for readers in range(5):
            told.hint(protocol.FeedCounts(readers=readers, conversations=0, waiting=0))
        await settle()
        assert [event["readers"] for event in reader.sent[1:]] == [4]

    held(body)
