"""The door: who is let in, over real sockets on the loopback interface."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from server import protocol
from server.errors import ListenError
from server.gateway import Gateway, is_loopback
from tests.server.doubles import DoubleHouse

OURS = [Subprotocol(protocol.SUBPROTOCOL)]


def visit(body: Callable[[str], Awaitable[None]], **settings: Any) -> None:
    async def served() -> None:
        async with Gateway(DoubleHouse(), **settings).open(port=0) as url:
            await body(url)

    asyncio.run(asyncio.wait_for(served(), 30))


async def event(socket: ClientConnection, kind: str) -> dict[str, Any]:
    async for frame in socket:
        if isinstance(frame, str) and (found := json.loads(frame))["type"] == kind:
            return dict(found)
    raise AssertionError(f"the connection ended before {kind}")


def test_a_client_that_negotiates_our_protocol_gets_binary_sound() -> None:
    async def body(url: str) -> None:
        async with connect(url, subprotocols=OURS) as socket:
            assert socket.subprotocol == protocol.SUBPROTOCOL
            await event(socket, "session.created")
            await socket.send('{"type": "feed.open", "item_id": "pier"}')
            while not isinstance(frame := await socket.recv(), bytes):
                pass
            assert protocol.decode_audio(frame)[:2] == (1, 0)

    visit(body)


@pytest.mark.parametrize("offered", [None, ["realtime", "openai-insecure-api-key.x"], ["something-else"]])
def test_a_stock_client_gets_base64_sound_whatever_it_offers(offered: list[str] | None) -> None:
    async def body(url: str) -> None:
        subprotocols = [Subprotocol(name) for name in offered] if offered else None
        async with connect(f"{url}?model=visavis&item=lamp", subprotocols=subprotocols) as socket:
            await socket.send('{"type": "response.create"}')
            assert (await event(socket, "response.output_audio.delta"))["delta"]

    visit(body)


def test_an_unknown_item_in_the_address_is_an_error_event() -> None:
    async def body(url: str) -> None:
        async with connect(f"{url}?item=nowhere") as socket:
            assert (await event(socket, "error"))["error"]["code"] == "unknown_item"

    visit(body)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:3000"])
def test_a_web_page_is_refused(origin: str) -> None:
    async def body(url: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            await connect(url, origin=Origin(origin))
        assert refused.value.response.status_code == 403

    visit(body)


def test_a_web_page_that_the_user_allows_is_let_in() -> None:
    async def body(url: str) -> None:
        async with connect(url, origin=Origin("http://localhost:3000")) as socket:
            await event(socket, "session.created")

    visit(body, allowed_origins=["http://localhost:3000"])


def test_no_more_clients_are_let_in_than_fit_and_one_that_leaves_makes_room() -> None:
    async def body(url: str) -> None:
        async with connect(url) as first:
            await event(first, "session.created")
            with pytest.raises(InvalidStatus) as refused:
                await connect(url)
            assert refused.value.response.status_code == 503
        admitted = False
        while not admitted:  # the server notices in its own time
            with contextlib.suppress(InvalidStatus):
                async with connect(url) as second:
                    await event(second, "session.created")
                    admitted = True

    visit(body, max_sessions=1)


def test_another_path_is_not_found() -> None:
    async def body(url: str) -> None:
        with pytest.raises(InvalidStatus) as refused:
            await connect(url.replace("/v1/realtime", "/secrets"))
        assert refused.value.response.status_code == 404

    visit(body)


def test_an_oversized_event_gets_an_error_and_the_session_lives() -> None:
    async def body(url: str) -> None:
        async with connect(url) as socket:
            await socket.send("x" * (protocol.MAX_EVENT_BYTES + 1))
            assert (await event(socket, "error"))["error"]["code"] == "too_large"
            await socket.send('{"type": "feed.page"}')
            await event(socket, "feed.page")

    visit(body)


def test_two_clients_have_conversations_of_their_own() -> None:
    async def body(url: str) -> None:
        async with connect(f"{url}?item=pier", subprotocols=OURS) as one, connect(f"{url}?item=lamp") as other:
            assert (await event(one, "feed.opened"))["item"]["id"] == "pier"
            await event(one, "response.done")
            await other.send('{"type": "response.create"}')
            assert (await event(other, "response.done"))["response"]["generation"] == 1

    visit(body)


def test_an_address_that_cannot_be_had_is_said() -> None:
    async def served() -> None:
        async with Gateway(DoubleHouse()).open(port=0) as url:
            port = int(url.split(":")[2].split("/")[0])
            with pytest.raises(ListenError, match=str(port)):
                async with Gateway(DoubleHouse()).open(port=port):
                    pass

    asyncio.run(served())


@pytest.mark.parametrize(
    ("host", "alone"),
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("192.168.1.2", False), ("", False)],
)
def test_which_addresses_only_this_machine_reaches(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone
