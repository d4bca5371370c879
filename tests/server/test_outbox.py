"""The outbox: in order, bounded, and rid of a stopped utterance at once."""

from __future__ import annotations

import asyncio

import pytest

from server.errors import SlowClientError
from server.outbox import FULL_BYTES, Outbox


def test_a_discarded_utterance_leaves_and_the_rest_keeps_its_order() -> None:
    async def use() -> list[str | bytes]:
        outbox = Outbox()
        outbox.put("before")
        outbox.put(b"dead", 1)
        outbox.put("between")
        outbox.put(b"alive", 2)
        outbox.discard(1)
        return [await outbox.get() for _ in range(len(outbox))]

    assert asyncio.run(use()) == ["before", "between", b"alive"]


def test_room_comes_when_frames_are_taken_or_discarded() -> None:
    async def use() -> None:
        outbox = Outbox()
        outbox.put(b"x" * 10, 1)
        outbox.put(b"x" * 10)
        waiting = [asyncio.create_task(outbox.room(limit)) for limit in (0, 10)]
        await asyncio.sleep(0)
        assert not any(task.done() for task in waiting)
        outbox.discard(1)
        await waiting[1]
        assert not waiting[0].done()
        await outbox.get()
        await waiting[0]

    asyncio.run(asyncio.wait_for(use(), 10))


def test_what_does_not_fit_is_not_taken_and_ends_the_session() -> None:
    async def use() -> None:
        outbox = Outbox()
        outbox.put(b"x" * FULL_BYTES)
        outbox.put("one more")
        assert len(outbox) == 1
        with pytest.raises(SlowClientError, match="8 MiB"):
            await outbox.overflow()

    asyncio.run(asyncio.wait_for(use(), 10))
