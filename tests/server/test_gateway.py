"""The door: who is let in, over real sockets on the loopback interface."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.http11 import Request
from websockets.typing import Origin, Subprotocol

from feed.changes import Changes
from server import protocol
from server.access import Access
from server.errors import ListenError, NoTokensError
from server.gateway import Gateway
from server.limits import Limits
from server.tls import tls_context
from server.tokens import Allowance, TokenBook
from tests.server.certificates import make_certificate
from tests.server.doubles import DoubleHouse, item
from viewer.client import Client
from viewer.errors import ConnectionFailedError

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

    visit(body, limits=Limits(connections=1))


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


# -- tokens: this machine is asked for one too, so that they can be tried over loopback --------------------------------


@pytest.fixture
def book(tmp_path: Path) -> TokenBook:
    return TokenBook(tmp_path / "tokens.json")


def with_token(secret: str) -> list[dict[str, Any]]:
    """Return the ways to show a token, as arguments of ``connect``."""
    return [
        {"additional_headers": {"Authorization": f"Bearer {secret}"}},
        {"subprotocols": [Subprotocol("realtime"), Subprotocol(f"openai-insecure-api-key.{secret}")]},
        {"subprotocols": [*OURS, Subprotocol(f"openai-insecure-api-key.{secret}")]},
    ]


def test_a_token_opens_the_door_in_every_way_that_clients_have(book: TokenBook) -> None:
    _, secret = book.new("phone")

    async def body(url: str) -> None:
        for shown in with_token(secret):
            async with connect(url, **shown) as socket:
                await event(socket, "session.created")
        async with connect(f"{url}?token={secret}") as socket:
            await event(socket, "session.created")

    visit(body, access=Access(book, everybody=True))


def test_without_a_token_or_with_a_wrong_one_nobody_comes_in_and_nothing_is_shown(book: TokenBook) -> None:
    book.new("phone")

    async def body(url: str) -> None:
        for shown in ({}, *with_token("visavis_wrong")):
            with pytest.raises(InvalidStatus) as refused:
                await connect(url, **shown)
            assert refused.value.response.status_code == 401
            assert refused.value.response.headers["WWW-Authenticate"] == "Bearer"
        for path in ("/healthz", "/metrics", "/elsewhere"):
            assert (await get(url, path))[0] == 401

    visit(body, access=Access(book, everybody=True))


def test_no_token_is_ever_logged(book: TokenBook, caplog: pytest.LogCaptureFixture) -> None:
    token, secret = book.new("phone")
    caplog.set_level(logging.DEBUG)

    async def body(url: str) -> None:
        for shown in with_token(secret):
            async with connect(url, **shown, logger=logging.getLogger("quiet")) as socket:
                await event(socket, "session.created")
        async with connect(f"{url}?token={secret}&item=lamp", logger=logging.getLogger("quiet")) as socket:
            await event(socket, "session.created")
        await get(url, f"/metrics?token={secret}")

    logging.getLogger("quiet").setLevel(logging.WARNING)
    visit(body, access=Access(book, everybody=True))
    assert "token 'phone'" in caplog.text
    assert secret not in caplog.text
    assert token.digest not in caplog.text


def test_a_token_has_no_more_connections_than_it_may(book: TokenBook) -> None:
    _, secret = book.new("phone", allowance=Allowance(connections=1))
    _, other = book.new("tablet")

    async def body(url: str) -> None:
        async with connect(f"{url}?token={secret}"), connect(f"{url}?token={other}"):
            with pytest.raises(InvalidStatus) as refused:
                await connect(f"{url}?token={secret}")
            assert refused.value.response.status_code == 429

    visit(body, access=Access(book, everybody=True))


def test_who_uses_a_revoked_token_has_to_leave(book: TokenBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.gateway.REVOKING_SECONDS", 0.01)
    _, secret = book.new("phone")
    _, other = book.new("tablet")

    async def body(url: str) -> None:
        async with connect(f"{url}?token={secret}") as revoked, connect(f"{url}?token={other}") as welcome:
            await event(revoked, "session.created")
            book.revoke("phone")
            await revoked.wait_closed()
            assert (revoked.close_code, "revoked" in (revoked.close_reason or "")) == (1008, True)
            await event(welcome, "session.created")

    visit(body, access=Access(book, everybody=True))


def test_a_damaged_file_of_tokens_closes_the_door(book: TokenBook, tmp_path: Path) -> None:
    _, secret = book.new("phone")

    async def body(url: str) -> None:
        (tmp_path / "tokens.json").write_text("nonsense")
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"{url}?token={secret}")
        assert refused.value.response.status_code == 503

    visit(body, access=Access(book, everybody=True))


def test_an_address_that_others_reach_is_not_opened_without_a_token(book: TokenBook) -> None:
    async def served() -> None:
        with pytest.raises(NoTokensError):
            async with Gateway(DoubleHouse(), access=Access(book)).open("0.0.0.0", 0):
                pass
        book.new("phone")
        gateway = Gateway(DoubleHouse(), access=Access(book))
        async with gateway.open("0.0.0.0", 0) as url, connect(url.replace("0.0.0.0", "127.0.0.1")) as local:
            await event(local, "session.created")

    asyncio.run(asyncio.wait_for(served(), 30))


# -- TLS, health, metrics ----------------------------------------------------------------------------------------------


def test_our_client_talks_over_tls_to_whom_it_trusts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = make_certificate(tmp_path)

    async def body(url: str) -> None:
        assert url.startswith("wss://")
        with pytest.raises(ConnectionFailedError, match="certificate"):
            await asyncio.to_thread(Client, url)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert isinstance(await asyncio.to_thread(first_event, url), protocol.SessionCreated)

    def first_event(url: str) -> object:
        with Client(url) as client:
            return client.wait(10)

    visit(body, tls=tls_context(certificate, key))


def test_health_is_told_cheaply() -> None:
    async def body(url: str) -> None:
        status, headers, text = await get(url, "/healthz")
        assert (status, headers["content-type"]) == (200, "application/json")
        assert json.loads(text)["status"] == "ok"
        async with connect(url) as socket:
            await event(socket, "session.created")
            assert json.loads((await get(url, "/healthz"))[2])["connections"] == 1

    visit(body)


def test_metrics_count_who_came_and_who_was_turned_away() -> None:
    async def body(url: str) -> None:
        with pytest.raises(InvalidStatus):
            await connect(url, origin=Origin("https://evil.example"))
        with pytest.raises(InvalidStatus):
            await connect(url.replace("/v1/realtime", "/secrets"))
        async with connect(url) as socket:
            await event(socket, "session.created")
            status, headers, text = await get(url, "/metrics")
        assert status == 200
        assert headers["content-type"].startswith("text/plain; version=")
        families = {family.name: family for family in text_string_to_metric_families(text)}
        refused = {sample.labels["reason"]: sample.value for sample in families["visavis_refused"].samples}
        assert (refused["403"], refused["404"]) == (1, 1)
        assert families["visavis_connections"].samples[0].value == 1
        assert "visavis_stage_seconds" in families

    visit(body)


@pytest.mark.parametrize("target", ["//[", "/v1/realtime?" + "a=b&" * 30])
def test_an_address_that_is_none_is_a_bad_request(target: str) -> None:
    async def body(url: str) -> None:
        assert (await get(url, target))[0] == 400

    visit(body)


def test_who_follows_the_feed_is_told_of_changes_and_after_a_lost_connection_of_those_missed() -> None:
    async def served() -> None:
        gateway = Gateway(DoubleHouse())
        async with gateway.open(port=0) as url:
            async with connect(url) as socket:
                await socket.send('{"type": "feed.subscribe"}')
                await event(socket, "feed.subscribed")
                gateway.broadcast.tell_changes(Changes(new=(item("boat"),)))
                told = await event(socket, "feed.item")
                assert (told["item"]["id"], told["event_id"]) == ("boat", None)
            gateway.broadcast.tell_changes(Changes(gone=("boat",)))
            async with connect(url) as socket:
                await socket.send(json.dumps({"type": "feed.subscribe", "after": told["revision"]}))
                assert (await event(socket, "feed.removed"))["item_id"] == "boat"

    asyncio.run(asyncio.wait_for(served(), 30))


def test_followers_are_told_how_many_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.gateway.COUNTING_SECONDS", 0.01)

    async def body(url: str) -> None:
        async with connect(url) as one, connect(url) as two:
            await one.send('{"type": "feed.subscribe"}')
            assert (await event(one, "feed.counts"))["readers"] == 1
            await two.send('{"type": "feed.subscribe"}')
            while (await event(one, "feed.counts"))["readers"] != 2:
                pass

    visit(body)


async def get(url: str, path: str) -> tuple[int, dict[str, str], str]:
    """Ask for a document over plain HTTP; return status, headers in lower case, and text."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head, _, text = (await reader.read()).decode().partition("\r\n\r\n")
    writer.close()
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return int(first.split()[1]), headers, text


def test_a_connection_that_lasts_keeps_no_token_and_no_headers(book: TokenBook) -> None:
    _, secret = book.new("phone")
    shown = {"Authorization": f"Bearer {secret}"}

    async def body(url: str) -> None:
        async with connect(f"{url}?token={secret}&item=lamp", additional_headers=shown) as socket:
            await event(socket, "session.created")
            gc.collect()
            requests = [each for each in gc.get_objects() if type(each) is Request and "lamp" in each.path]
            kept = [(each.path, list(each.headers)) for each in requests if each is not socket.request]
            assert kept == [("/v1/realtime?item=lamp", [])]

    visit(body, access=Access(book, everybody=True))
