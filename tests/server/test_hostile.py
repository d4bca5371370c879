"""Clients that mean no good: each gets what it deserves, and whoever is beside it notices nothing."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.frames import Opcode

from feed.changes import Changes
from server.connections import MOST_ADDRESSES, Arrivals
from server.gateway import Gateway
from server.limits import Limits
from server.metrics import Metrics
from tests.server.doubles import DoubleHouse, item
from tests.server.hostile import Offender

QUIET = Limits(ping_seconds=3_600)  # no ping gets in between


def beside_an_honest_client(body: Callable[[str, Gateway], Awaitable[None]], limits: Limits = QUIET) -> str:
    """Run ``body`` beside a client that talks before and after it; return the metrics."""
    metrics = Metrics()

    async def served() -> None:
        items = [item("pier"), *(item(f"lamp {number}") for number in range(99))]
        gateway = Gateway(DoubleHouse(items=items), limits=limits, metrics=metrics)
        async with gateway.open(port=0) as url, connect(f"{url}?item=pier") as honest:
            await talk(honest)
            await body(url, gateway)
            await talk(honest)

    asyncio.run(asyncio.wait_for(served(), 60))
    return metrics.text().decode()


async def talk(honest: ClientConnection) -> None:
    part = {"type": "input_text", "text": "When did it open?"}
    message = {"type": "message", "role": "user", "content": [part]}
    await honest.send(json.dumps({"type": "conversation.item.create", "item": message}))
    await honest.send('{"type": "response.create"}')
    async for frame in honest:
        event: dict[str, Any] = json.loads(frame)
        assert event["type"] != "error", event
        if event["type"] == "response.done":
            assert event["response"]["status"] == "completed"
            return


def codes(texts: list[bytes]) -> list[str]:
    events = [json.loads(text) for text in texts]
    return [event["error"]["code"] for event in events if event["type"] == "error"]


def test_who_floods_with_messages_is_told_and_sent_away() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with Offender(url) as offender:
            await offender.shake_hands()
            for _ in range(200):
                offender.text('{"type": "response.cancel"}')
            code, texts = await offender.goodbye()
            assert (code, codes(texts)[-1]) == (1008, "rate_limited")

    limits = Limits(messages_burst=50, messages_per_second=1, patience_seconds=0.05, goodbye_seconds=0.1)
    assert 'visavis_refused_total{reason="rate_limited"} 1.0' in beside_an_honest_client(body, limits)


def test_who_floods_with_sound_is_told_and_sent_away() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with Offender(url) as offender:
            await offender.shake_hands()
            for _ in range(60):
                offender.frame(bytes(12 + 32_000), Opcode.BINARY)
            code, texts = await offender.goodbye()
            assert (code, codes(texts)[-1]) == (1008, "rate_limited")

    beside_an_honest_client(
        body, Limits(bytes_burst=500_000, bytes_per_second=1_000, patience_seconds=0.05, goodbye_seconds=0.1)
    )


@pytest.mark.parametrize("opcode", [Opcode.CONT, Opcode.PING, Opcode.PONG])
def test_who_sends_tiny_frames_without_end_is_told_and_sent_away(opcode: Opcode) -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with Offender(url) as offender:
            await offender.shake_hands()
            if opcode is Opcode.CONT:
                offender.frame(b"{", fin=False)
            for _ in range(2_000):
                offender.frame(b"x", opcode, fin=opcode is not Opcode.CONT)
            code, texts = await offender.goodbye()
            assert (code, codes(texts)) == (1008, ["rate_limited"])

    metrics = beside_an_honest_client(body, Limits(frames_burst=300, frames_per_second=1))
    assert 'visavis_refused_total{reason="too_many_frames"} 1.0' in metrics


def test_a_message_in_a_few_pieces_is_as_good_as_a_whole_one() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with connect(url) as socket:
            await socket.send(['{"type":', ' "feed.page"', "}"])
            async for frame in socket:
                if json.loads(frame)["type"] == "feed.page":
                    return

    beside_an_honest_client(body)


def test_a_message_of_100_megabytes_is_refused_at_its_header() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with Offender(url) as offender:
            await offender.shake_hands()
            offender.writer.write(b"\x81\xff" + (100_000_000).to_bytes(8, "big") + bytes(4))
            assert (await offender.goodbye())[0] == 1009

    beside_an_honest_client(body)


def test_a_message_that_grows_to_100_megabytes_in_pieces_is_refused_on_the_way() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with Offender(url) as offender:
            await offender.shake_hands()
            offender.frame(bytes(1 << 20), fin=False)
            with contextlib.suppress(ConnectionError):
                for _ in range(99):
                    offender.frame(bytes(1 << 20), Opcode.CONT, fin=False)
                    await asyncio.wait_for(offender.writer.drain(), 5)
            assert (await offender.goodbye())[0] in (1009, None), "None: it was reset while it still wrote"

    beside_an_honest_client(body)


def test_of_many_who_never_end_their_messages_those_with_most_are_sent_away() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with contextlib.AsyncExitStack() as opened:
            crowd = [await opened.enter_async_context(Offender(url)) for _ in range(5)]
            for each in crowd:
                await each.shake_hands()
                each.writer.write(b"\x81\xff" + (1_000_000).to_bytes(8, "big") + bytes(4 + 300_000))
                await each.writer.drain()
            ends = [asyncio.create_task(each.goodbye()) for each in crowd]
            done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            assert {each.result()[0] for each in done} <= {1013, None}, "None: it was reset while it still wrote"
            for end in ends:
                end.cancel()
            await asyncio.gather(*ends, return_exceptions=True)

    metrics = beside_an_honest_client(body, Limits(waiting_bytes=1_000_000, goodbye_seconds=0.1))
    assert 'visavis_refused_total{reason="too_much_waits"}' in metrics


def test_what_was_looked_at_waits_no_more() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with connect(url) as socket:
            for text in ("plain", "größer", "☃" * 5_000):
                await socket.send(json.dumps({"type": text}, ensure_ascii=False))
                await socket.send(bytes(12))
            await socket.send('{"type": "feed.page"}')
            while json.loads(await socket.recv())["type"] != "feed.page":
                pass

    assert "visavis_bytes_waiting 0.0" in beside_an_honest_client(body)


def test_text_that_is_not_utf_8_ends_the_connection() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with Offender(url) as offender:
            await offender.shake_hands()
            offender.frame(b'{"type": "\xff\xfe"}')
            assert (await offender.goodbye())[0] == 1007

    beside_an_honest_client(body)


@pytest.mark.parametrize("rate", [8_000, 44_100, -1, 0, "24000", None, 1e9])
def test_a_wrong_sample_rate_is_an_error_and_no_more(rate: object) -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        audio = {"input": {"format": {"type": "audio/pcm", "rate": rate}}}
        async with connect(url) as socket:
            await socket.send(json.dumps({"type": "session.update", "session": {"audio": audio}}))
            async for frame in socket:
                if json.loads(frame)["type"] == "error":
                    break
            await socket.send('{"type": "feed.page"}')
            while json.loads(await socket.recv())["type"] != "feed.page":
                pass

    beside_an_honest_client(body)


def test_of_ten_thousand_sessions_only_so_many_are_let_in() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        refused = 0
        async with contextlib.AsyncExitStack() as opened:
            for _ in range(100):
                try:
                    await opened.enter_async_context(connect(url))
                except InvalidStatus:
                    refused += 1
        assert refused == 81, "the honest client has a place, too"

    assert 'visavis_refused_total{reason="503"} 81.0' in beside_an_honest_client(body, Limits(connections=20))


def test_handshakes_that_never_end_make_room_for_honest_ones() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with contextlib.AsyncExitStack() as opened:
            slow = [await opened.enter_async_context(Offender(url)) for _ in range(30)]
            for each in slow:
                each.writer.write(b"GET /v1/realtime HTTP/1.1\r\nHost: lo")
            async with connect(url) as honest:
                await honest.recv()
            assert await slow[0].reader.read() == b"", "the oldest was let go"

    metrics = beside_an_honest_client(body, Limits(handshakes=10))
    assert 'visavis_refused_total{reason="too_many_handshakes"}' in metrics


def test_a_handshake_takes_only_so_long() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with Offender(url) as offender:
            offender.writer.write(b"GET /v1/realtime HTTP/1.1\r\nHost: lo")
            assert await offender.reader.read() == b""

    beside_an_honest_client(body, Limits(handshake_seconds=0.05))


def test_handshakes_of_one_distant_address_crowd_out_only_each_other() -> None:
    arrivals: Arrivals[int] = Arrivals(Limits(handshakes_per_address=2, handshakes=100))
    assert [arrivals.begin(number, "203.0.113.7") for number in range(2)] == [None, None]
    assert arrivals.begin(10, "198.51.100.1") is None
    assert arrivals.begin(2, "203.0.113.7") == 0
    arrivals.end(0)
    assert [arrivals.begin(number, "127.0.0.1") for number in range(20, 60)] == [None] * 40
    for number in (1, 2, 2, 10, 77, *range(20, 60)):
        arrivals.end(number)
    assert len(arrivals) == 0


def test_those_who_come_too_fast_wait_their_turn_and_are_cut_off_when_they_are_too_many() -> None:
    arrivals: Arrivals[int] = Arrivals(Limits(arrivals_per_second=10, arrivals_burst=2, arrival_seconds=0.25))
    waits = [arrivals.wait("203.0.113.7", 0.0) for _ in range(7)]
    assert waits == [0.0, 0.0, *(pytest.approx(each) for each in (0.1, 0.2, 0.3)), None, None]
    assert arrivals.wait("198.51.100.1", 0.0) == 0.0, "another address does not wait for it"
    assert arrivals.wait("203.0.113.7", 0.1) == pytest.approx(0.3), "who was cut off owes nothing"


def test_of_ever_new_addresses_only_so_many_are_remembered() -> None:
    arrivals: Arrivals[int] = Arrivals(Limits(arrivals_per_second=0.001, arrivals_burst=1, arrival_seconds=0.0))
    for number in range(MOST_ADDRESSES):
        assert arrivals.wait(f"address {number}", 0.0) == 0.0
    assert arrivals.wait("address 0", 0.0) == pytest.approx(1_000.0)
    assert arrivals.wait("address 0", 0.0) is None
    arrivals.wait("one more", 0.0)
    assert arrivals.wait("address 1", 0.0) == 0.0, "it was forgotten"
    assert arrivals.wait("address 0", 0.0) is None, "it came last"


def test_who_comes_back_again_and_again_is_slowed_down_and_then_cut_off() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with contextlib.AsyncExitStack() as opened:
            crowd = [await opened.enter_async_context(Offender(url)) for _ in range(8)]
            for each in crowd[:2]:
                await each.shake_hands()
            assert await crowd[-1].reader.read() == b""

    limits = Limits(arrivals_per_second=20, arrivals_burst=2, arrival_seconds=0.1)
    assert 'visavis_refused_total{reason="too_many_arrivals"}' in beside_an_honest_client(body, limits)


def test_who_follows_and_stops_reading_is_sent_away_and_the_others_get_everything() -> None:
    async def body(url: str, gateway: Gateway) -> None:
        async with Offender(url, receive_bytes=4_096) as offender, connect(url) as honest:
            await offender.shake_hands()
            offender.text('{"type": "feed.subscribe"}')
            await honest.send('{"type": "feed.subscribe"}')
            while len(gateway.broadcast) < 2:
                await asyncio.sleep(0)
            told = got = 0
            while len(gateway.broadcast) == 2:
                gateway.broadcast.tell_changes(Changes(changed=(item("pier"),) * 100))
                told += 100
                while got < told:
                    got += json.loads(await honest.recv())["type"] == "feed.item"

    assert 'visavis_refused_total{reason="slow_reader"} 1.0' in beside_an_honest_client(body)


def test_who_pings_and_never_reads_the_answers_is_cut_off() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with Offender(url, receive_bytes=4_096) as offender:
            await offender.shake_hands()
            with contextlib.suppress(ConnectionError):
                while True:
                    offender.frame(bytes(125), Opcode.PING)
                    await offender.writer.drain()

    limits = Limits(unread_bytes=10_000, frames_burst=1e9, frames_per_second=1e9, goodbye_seconds=0.1)
    assert 'visavis_refused_total{reason="reads_nothing"} 1.0' in beside_an_honest_client(body, limits)


def test_who_asks_and_never_reads_is_held_back() -> None:
    async def body(url: str, _gateway: Gateway) -> None:
        async with Offender(url, receive_bytes=4_096) as offender:
            await offender.shake_hands()
            blocked = False
            while not blocked:
                offender.text('{"type": "feed.page", "limit": 100}' + " " * 50_000)
                try:
                    async with asyncio.timeout(0.3):
                        await offender.writer.drain()
                except TimeoutError:
                    blocked = True

    beside_an_honest_client(body, Limits(messages_burst=1e9, bytes_burst=1e12, goodbye_seconds=0.1))
