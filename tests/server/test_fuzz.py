"""Whatever a client sends gets an error or an answer: no traceback, no dead session, and nobody else notices."""

from __future__ import annotations

import asyncio
import contextlib
import copy
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from server import protocol
from server.gateway import Gateway
from tests.server.doubles import SILENCE, SPEECH, Connection, DoubleHouse

VALID: list[dict[str, Any]] = [
    {"type": "session.update", "session": {"audio": {"input": {"format": {"type": "audio/pcm", "rate": 24_000}}}}},
    {"type": "session.update", "session": {"audio": {"input": {"turn_detection": {"type": "server_vad"}}}}},
    {"type": "session.update", "session": {"audio": {"output": {"voice": "ava", "speed": 1.1}}}},
    {"type": "session.update", "session": {"output_modalities": ["text"]}},
    {"type": "input_audio_buffer.append", "audio": "AAAA"},
    {"type": "input_audio_buffer.commit"},
    {"type": "input_audio_buffer.clear"},
    {
        "type": "conversation.item.create",
        "item": {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "When?"}]},
    },
    {"type": "conversation.item.truncate", "item_id": "item_a1", "content_index": 0, "audio_end_ms": 10},
    {"type": "response.create", "response": {"output_modalities": ["audio"]}},
    {"type": "response.cancel", "response_id": "resp_a1"},
    {"type": "feed.page", "offset": 0, "limit": 5},
    {"type": "feed.look", "item_id": "lamp"},
    {"type": "feed.open", "item_id": "pier"},
    {"type": "feed.close"},
    {"type": "avatar.playback", "generation": 1, "sample": 100},
]

STRANGE: list[Any] = [
    *(
        None,
        True,
        "",
        "x" * 5_000,
        "\ud800",
        "\x00",
        "👻",
        -1,
        0,
        7,
        2**31,
        2**53 + 1,
        2**63,
        2**64,
        10**400,
        -(10**30),
    ),
    *(
        0.5,
        -0.0,
        1e308,
        float("nan"),
        float("inf"),
        [],
        {},
        [[]],
        ["text", "smell"],
        {"type": "feed.page"},
        8_000,
        44_100,
    ),
]


def nested(depth: int) -> Any:
    value: Any = "deep"
    for level in range(depth):
        value = {"audio": value} if level % 2 else [value]
    return value


strange = st.sampled_from(STRANGE) | st.integers(1, 200).map(nested) | st.integers() | st.text(max_size=20)


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Draw an event with some of its values, at any depth, replaced, removed, renamed or added."""
    event = copy.deepcopy(draw(st.sampled_from(VALID)))
    event["event_id"] = copy.deepcopy(draw(st.sampled_from(["mine", *STRANGE])))
    for _ in range(draw(st.integers(0, 3))):
        places = [(event, key) for key in event]
        for container, key in places:
            inner = container[key]
            if isinstance(inner, dict):
                places.extend((inner, name) for name in inner)
            elif isinstance(inner, list) and inner and isinstance(inner[0], dict):
                places.extend((inner[0], name) for name in inner[0])
        container, key = draw(st.sampled_from(places))
        match draw(st.sampled_from(["replace", "remove", "rename", "wrap", "repeat"])):
            case "replace":
                container[key] = copy.deepcopy(draw(strange))  # it may be changed in its turn
            case "remove":
                del container[key]
            case "rename":
                container[f"{key}_"] = container.pop(key)
            case "wrap":
                container[key] = {key: container[key]}
            case _:
                container[key] = [container[key]] * draw(st.integers(2, 12))
        if not event:
            break
    text = json.dumps(event)
    cut = draw(st.integers(0, len(text)) | st.just(len(text)))
    return text[:cut] if draw(st.integers(0, 9)) == 0 else text


RANDOM_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=10,
).map(json.dumps)

SOUND = st.builds(
    protocol.encode_audio,
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**64 - 1),
    st.binary(max_size=400) | st.booleans().map(lambda loud: SPEECH if loud else SILENCE),
)

DEEP = st.builds(
    lambda opening, depth: opening * depth, st.sampled_from(["[", '{"type":', "[{"]), st.integers(1, 99_999)
)

FRAMES = st.one_of(mutated(), mutated(), RANDOM_JSON, DEEP, st.text(max_size=40), st.binary(max_size=64), SOUND)


@contextlib.contextmanager
def complaints() -> Iterator[list[str]]:
    """Gather what is logged as an error or with a traceback."""
    found: list[str] = []

    class Gathering(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.levelno >= logging.ERROR or record.exc_info:
                found.append(self.format(record))

    handler = Gathering()
    logging.getLogger().addHandler(handler)
    try:
        yield found
    finally:
        logging.getLogger().removeHandler(handler)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FRAMES, min_size=1, max_size=12), st.booleans(), st.booleans())
def test_no_frame_ends_a_session_or_leaves_a_traceback(frames: list[str | bytes], binary: bool, opened: bool) -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse(), binary=binary, item_id="lamp" if opened else None) as client:
            for frame in frames:
                client.send(frame)
            client.send(protocol.FeedPageRequest(offset=1, limit=1, event_id="alive"))
            await client.until(protocol.FeedPage)
            while client.of(protocol.FeedPage)[-1].offset != 1:
                await client.until(protocol.FeedPage)
            for error in client.of(protocol.ErrorEvent):
                assert error.error.type == "invalid_request_error", error
                assert error.error.code
                assert len(error.error.message) < 2_000

    with complaints() as found:
        asyncio.run(asyncio.wait_for(visit(), 60))
    assert not found, found[0]


@given(mutated() | RANDOM_JSON | st.text(max_size=40) | st.binary(max_size=40))
def test_what_is_no_event_gets_exactly_one_error(frame: str | bytes) -> None:
    try:
        if isinstance(frame, str):
            protocol.decode_client(frame)
        else:
            protocol.decode_audio(frame)
    except protocol.ProtocolError as error:
        expected = error.code
    else:
        return

    async def visit() -> None:
        async with Connection(DoubleHouse()) as client:
            client.send(frame)
            client.send(protocol.FeedPageRequest())
            await client.until(protocol.FeedPage)
            assert [event.error.code for event in client.of(protocol.ErrorEvent)] == [expected]

    asyncio.run(asyncio.wait_for(visit(), 60))


@pytest.mark.parametrize(
    "event",
    [
        {"type": "feed.open", "item_id": "x" * 513},
        {"type": "feed.look", "item_id": "x" * 513},
        {"type": "feed.page", "event_id": "x" * 513},
        {"type": "response.cancel", "response_id": "x" * 513},
        {"type": "conversation.item.truncate", "item_id": "item_a1", "audio_end_ms": 10**400},
        {"type": "avatar.playback", "generation": 2**32, "sample": 0},
        {"type": "avatar.playback", "generation": 1, "sample": 2**53 + 1},
        {"type": "conversation.item.create", "item": {"id": "x" * 513}},
        {"type": "conversation.item.create", "item": {"content": [{"type": "input_text", "text": "a"}] * 33}},
        {"type": "session.update", "session": {"audio": {"output": {"voice": "x" * 513}}}},
        {"type": "session.update", "session": {"output_modalities": ["text"] * 33}},
    ],
)
def test_every_dimension_of_an_event_is_bounded(event: dict[str, Any]) -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse()) as client:
            client.send(json.dumps(event))
            assert (await client.until(protocol.ErrorEvent)).error.code == "invalid_event"

    asyncio.run(asyncio.wait_for(visit(), 30))


async def flood(url: str, frames: list[str | bytes]) -> None:
    """Send frames over a connection of its own, and a text frame that is not UTF-8; see how it is closed."""
    async with connect(url, subprotocols=[Subprotocol(protocol.SUBPROTOCOL)]) as socket:
        for frame in frames:
            await socket.send(frame)
        async with socket.send_context():
            socket.protocol.send_text(b"\xff\xfe")
        with contextlib.suppress(ConnectionClosed):
            while True:
                await socket.recv()
        assert socket.close_code == 1007


async def converse(socket: ClientConnection) -> None:
    """Ask and be answered in full."""
    for text in ("When?", "Why?"):
        part = protocol.ContentPart(type="input_text", text=text)
        await socket.send(
            protocol.encode(protocol.ConversationItemCreate(item=protocol.ConversationItem(content=[part])))
        )
        await socket.send(protocol.encode(protocol.ResponseCreate()))
        while not isinstance(event := await _event(socket), protocol.ResponseDone):
            assert not isinstance(event, protocol.ErrorEvent)
        assert event.response.status == "completed"


async def _event(socket: ClientConnection) -> protocol.ServerEvent | None:
    frame = await socket.recv()
    return protocol.decode_server(frame) if isinstance(frame, str) else None


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(FRAMES.filter(lambda frame: not _surrogates(frame)), max_size=30))
def test_over_a_socket_a_client_that_sends_anything_disturbs_nobody(frames: list[str | bytes]) -> None:
    async def visit() -> None:
        async with (
            Gateway(DoubleHouse()).open(port=0) as url,
            connect(f"{url}?item=pier", subprotocols=[Subprotocol(protocol.SUBPROTOCOL)]) as other,
        ):
            while not isinstance(await _event(other), protocol.ResponseDone):
                pass
            await asyncio.gather(flood(url, frames), converse(other))

    with complaints() as found:
        asyncio.run(asyncio.wait_for(visit(), 60))
    assert not found, found[0]


def _surrogates(frame: str | bytes) -> bool:
    """Tell whether a text cannot be sent as UTF-8."""
    return isinstance(frame, str) and any("\ud800" <= letter <= "\udfff" for letter in frame)


def test_a_frame_beyond_the_hard_limit_ends_the_connection_with_1009() -> None:
    async def visit() -> None:
        async with Gateway(DoubleHouse()).open(port=0) as url, connect(url) as socket:
            with contextlib.suppress(ConnectionClosed):
                await socket.send("x" * (protocol.HARD_FRAME_BYTES + 1))
                while True:
                    await socket.recv()
            assert socket.close_code == 1009

    asyncio.run(asyncio.wait_for(visit(), 60))
