"""One moment: what clients are told, and get, when more want to talk than the server serves well."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from server import admission, protocol
from server.gateway import Gateway
from server.places import Places
from tests.server.doubles import SPEECH, DoubleHouse

OURS = [Subprotocol(protocol.SUBPROTOCOL)]


def with_one_place(body: Callable[[str, Places], Awaitable[None]]) -> None:
    async def served() -> None:
        places = Places(1)
        async with Gateway(DoubleHouse(), places=places).open(port=0) as url:
            await body(url, places)

    asyncio.run(asyncio.wait_for(served(), 30))


async def until(socket: ClientConnection, kind: str) -> dict[str, Any]:
    async for frame in socket:
        if isinstance(frame, str) and (event := json.loads(frame))["type"] == kind:
            return dict(event)
    raise AssertionError(f"the connection ended before {kind}")


async def send(socket: ClientConnection, kind: str, **fields: object) -> None:
    await socket.send(json.dumps({"type": kind, **fields}))


async def ask(socket: ClientConnection) -> None:
    part = {"type": "input_text", "text": "When did it open?"}
    await send(socket, "conversation.item.create", item={"type": "message", "role": "user", "content": [part]})
    await send(socket, "response.create")


async def step_up(socket: ClientConnection, item_id: str) -> None:
    await send(socket, "feed.open", item_id=item_id)


def test_who_comes_too_many_is_told_the_position_reads_on_and_is_served_when_it_is_their_turn() -> None:
    async def body(url: str, _places: Places) -> None:
        async with (
            connect(url, subprotocols=OURS) as first,
            connect(url, subprotocols=OURS) as second,
            connect(url, subprotocols=OURS) as third,
        ):
            await step_up(first, "pier")
            await until(first, "response.done")
            await step_up(second, "lamp")
            assert (await until(second, "session.queued"))["position"] == 1
            await step_up(third, "pier")
            assert (await until(third, "session.queued"))["position"] == 2
            await send(second, "feed.page")
            await until(second, "feed.page")
            await send(first, "feed.close")
            assert (await until(second, "session.queued"))["position"] == 0
            assert (await until(second, "feed.opened"))["item"]["id"] == "lamp"
            assert (await until(second, "response.done"))["response"]["status"] == "completed"
            assert (await until(third, "session.queued"))["position"] == 1

    with_one_place(body)


def test_a_stock_client_is_asked_for_patience_once_and_then_gets_its_answer() -> None:
    async def body(url: str, _places: Places) -> None:
        async with connect(f"{url}?item=pier") as first, connect(f"{url}?item=lamp") as second:
            await ask(first)
            await until(first, "response.done")
            await ask(second)
            error = (await until(second, "error"))["error"]
            assert (error["code"], error["type"]) == ("one_moment", "server_error")
            assert "number 1" in error["message"]
            await first.close()
            while (event := json.loads(await second.recv()))["type"] != "response.done":
                assert event["type"] not in ("error", "session.queued")

    with_one_place(body)


def test_who_leaves_the_item_or_the_server_leaves_the_queue() -> None:
    async def body(url: str, places: Places) -> None:
        async with connect(url, subprotocols=OURS) as first, connect(url, subprotocols=OURS) as closing:
            await step_up(first, "pier")
            await until(first, "response.done")
            await step_up(closing, "lamp")
            await until(closing, "session.queued")
            async with connect(url, subprotocols=OURS) as leaving:
                await step_up(leaving, "lamp")
                assert (await until(leaving, "session.queued"))["position"] == 2
                await send(closing, "feed.close")
                assert (await until(closing, "feed.closed"))["item_id"] == "lamp"
                assert (await until(leaving, "session.queued"))["position"] == 1
            while places.waiting:
                await asyncio.sleep(0)
            await send(first, "feed.close")
            await until(first, "feed.closed")
            assert places.talking == 0

    with_one_place(body)


def test_sound_of_who_waits_is_not_listened_to_and_is_told_of_once() -> None:
    async def body(url: str, _places: Places) -> None:
        async with connect(f"{url}?item=pier") as first, connect(f"{url}?item=lamp") as second:
            await ask(first)
            await until(first, "response.done")
            for _ in range(20):
                await second.send(bytes(12) + SPEECH)
            await send(second, "feed.page")
            events = []
            while (event := json.loads(await second.recv()))["type"] != "feed.page":
                events.append(event["type"])
            assert events.count("session.queued") == 1
            assert "input_audio_buffer.speech_started" not in events

    with_one_place(body)


def test_who_may_not_even_wait_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "MOST_WAITING", 0)

    async def body(url: str, _places: Places) -> None:
        async with connect(f"{url}?item=pier") as first, connect(f"{url}?item=lamp") as second:
            await ask(first)
            await until(first, "response.done")
            await ask(second)
            assert (await until(second, "error"))["error"]["code"] == "queue_full"

    with_one_place(body)


def test_readers_need_no_place() -> None:
    async def body(url: str, places: Places) -> None:
        async with connect(url, subprotocols=OURS) as first, connect(url, subprotocols=OURS) as reader:
            await step_up(first, "pier")
            await until(first, "response.done")
            await send(reader, "feed.subscribe")
            await send(reader, "feed.page")
            await until(reader, "feed.page")
            assert (places.talking, places.waiting) == (1, 0)

    with_one_place(body)
