"""The messages: what a client of the Realtime API expects, what it may send, and a reference that is current."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter

from server import protocol
from server.protocol import reference as reference_module
from server.protocol.reference import Recorded, recorded, reference
from tests.server.doubles import SILENCE, SPEECH, Connection, DoubleHost, DoubleHouse

DOCUMENT = Path(__file__).parents[2] / "docs" / "protocol.md"
SESSION = recorded(reference_module.SESSION.read_text(encoding="utf-8"))


def test_the_reference_is_current() -> None:
    message = "run: python -m server.protocol.reference > docs/protocol.md"
    assert DOCUMENT.read_text(encoding="utf-8") == reference(SESSION), message


def test_the_recorded_session_is_of_this_protocol_and_nothing_in_it_is_missing() -> None:
    number = 0
    sound: dict[int, int] = {}
    kinds: set[str] = set()
    for line in SESSION:
        if line.sender == "server" and line.sound is not None:
            generation, first, count = line.sound
            assert first == sound.get(generation, 0)
            sound[generation] = first + count
            number += 1
        elif line.sender == "server":
            event = protocol.decode_server(msgspec.json.encode(line.event))
            number += event.event_id is not None
            assert event.event_id in (None, f"event_{number}"), "run: make protocol"
            kinds.add(str(event.__struct_config__.tag))
        elif line.event is not None:
            protocol.decode_client(msgspec.json.encode(line.event))
    assert kinds >= {"session.resumed", "memory.kept", "error", "avatar.marks", "response.done", "feed.opened"}


def test_the_recorded_session_is_told_shortened_and_sound_in_one_line() -> None:
    lines = [
        Recorded(seconds=0.0, sender="note", note="It speaks."),
        *(Recorded(seconds=1.0 + first, sender="client", sound=(0, 10 * first, 10)) for first in range(3)),
        Recorded(seconds=4.5, sender="server", event={"type": "x", "a": None, "b": [1, 2, 3, 4]}),
    ]
    text = reference(lines)
    assert "  1.00 -> (sound: generation 0, samples 0 to 29)\n" in text
    assert '  4.50 <- {"type":"x","b":[1,2,"… 2 more"]}\n' in text


@pytest.mark.parametrize("event", get_args(protocol.ClientEvent) + get_args(protocol.ServerEvent))
def test_every_event_has_a_line_in_the_reference_and_says_what_it_is_for(event: type[protocol.Event]) -> None:
    tag = event.__struct_config__.tag
    assert f"### `{tag}`\n\n{(event.__doc__ or '')[:10]}" in reference(SESSION)


def test_an_event_survives_the_wire() -> None:
    mark = protocol.WireMark(kind="word", start=3, end=9, text="hé", strength=0.5, evidence=["p1"])
    sent = protocol.AvatarMarks(response_id="r", generation=2, marks=[mark], event_id="e")
    assert protocol.decode_server(protocol.encode(sent)) == sent


def test_fields_that_a_realtime_client_requires_are_sent_even_when_they_have_their_default() -> None:
    sent = json.loads(protocol.encode(protocol.TranscriptDelta(response_id="r", item_id="i", delta="x")))
    assert (sent["content_index"], sent["output_index"]) == (0, 0)
    item = json.loads(protocol.encode(protocol.ConversationItemDone(item=protocol.ConversationItem(id="i"))))["item"]
    assert (item["object"], item["type"], item["status"]) == ("realtime.item", "message", "completed")


def test_fields_of_the_realtime_api_without_meaning_here_are_ignored() -> None:
    event = protocol.decode_client('{"type": "response.create", "response": {"instructions": "x"}, "extra": 1}')
    assert event == protocol.ResponseCreate(response={"instructions": "x"})


def test_sound_survives_the_wire_and_its_header_is_twelve_bytes() -> None:
    frame = protocol.encode_audio(7, 2**40, b"\x01\x02")
    assert frame == b"\x07\x00\x00\x00" + (2**40).to_bytes(8, "little") + b"\x01\x02"
    assert protocol.decode_audio(frame) == (7, 2**40, b"\x01\x02")


@given(st.binary(max_size=64) | st.text(max_size=64))
def test_whatever_comes_is_an_event_or_a_protocol_error(frame: bytes | str) -> None:
    for decode in (protocol.decode_client, protocol.decode_server):
        with pytest.raises(protocol.ProtocolError):
            decode(frame)
    if isinstance(frame, bytes):
        try:
            decoded = protocol.decode_audio(frame)
        except protocol.ProtocolError:
            assert len(frame) < 12 or len(frame) % 2
        else:
            assert protocol.encode_audio(*decoded) == frame


@given(
    st.dictionaries(
        st.sampled_from(["type", "event_id", "item", "session", "audio", "generation", "sample", "limit"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["feed.page", "error"]),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
            max_leaves=8,
        ),
    )
)
def test_whatever_json_comes_is_an_event_or_a_protocol_error(event: dict[str, Any]) -> None:
    try:
        decoded = protocol.decode_client(msgspec.json.encode(event))
    except protocol.ProtocolError:
        return
    assert decoded.__struct_config__.tag == event["type"]


def test_the_size_of_an_event_is_counted_in_bytes() -> None:
    with pytest.raises(protocol.ProtocolError, match="at most") as caught:
        protocol.decode_client('{"type": "feed.open", "item_id": "' + "é" * (protocol.MAX_EVENT_BYTES // 2) + '"}')
    assert caught.value.code == "too_large"


def test_all_that_a_stock_client_gets_validates_against_the_openai_package() -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)

    async def visit() -> list[str | bytes]:
        host = DoubleHost()
        async with Connection(DoubleHouse(host=host), binary=False) as client:
            client.send(protocol.SessionUpdate(session={"audio": {"output": {"voice": "marin"}}}))
            client.ask("When?")
            await client.until(protocol.ResponseDone)
            host.gate.clear()
            client.ask("Why?")
            await client.until(protocol.ResponseCreated)
            for sound in (SPEECH, SILENCE):
                client.send(protocol.InputAudioAppend(audio=base64.b64encode(sound).decode()))
            await client.until(protocol.ResponseDone)  # cancelled by the speech
            host.gate.set()
            message = (await client.until(protocol.ResponseDone)).response.output[0].id
            client.send(protocol.ConversationItemTruncate(item_id=message or "", audio_end_ms=100))
            client.send(protocol.InputAudioClear())
            client.send("nonsense")
            await client.until(protocol.ErrorEvent)
            host.failure = RuntimeError("a bug")
            client.ask("Why?")
            await client.until(protocol.ResponseDone)
            host.failure = None
            client.send(protocol.SessionUpdate(session={"output_modalities": ["text"]}))
            client.ask("Why?")
            await client.until(protocol.ResponseDone)
            return client.raw

    raw = asyncio.run(asyncio.wait_for(visit(), 30))
    seen = set()
    for number, frame in enumerate(raw, 1):
        assert isinstance(frame, str)
        event = json.loads(protocol.numbered(frame, number))
        seen.add(event["type"])
        assert event["event_id"] == f"event_{number}"
        parsed = adapter.validate_python(event, strict=True)
        assert parsed.type == event["type"]
    ours = {str(event.__struct_config__.tag) for event in get_args(protocol.ServerEvent)}
    stock = {tag for tag in ours if not tag.startswith(("feed.", "avatar.", "memory."))}
    assert stock - seen == {
        "conversation.item.input_audio_transcription.failed",
        "session.queued",  # and this one never: it gets an "error" instead
        "session.resumed",
    }


@pytest.mark.parametrize("offset", [-1, 2**63, 10**20])
def test_a_page_beyond_what_a_store_can_count_is_refused(offset: int) -> None:
    with pytest.raises(protocol.ProtocolError, match=r"feed\.page.*offset") as refusal:
        protocol.decode_client(json.dumps({"type": "feed.page", "offset": offset}))
    assert refusal.value.code == "invalid_event"
