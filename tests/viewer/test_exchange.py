"""What the server sends reaches sound, body and window; what the user ends is silenced and reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
import pytest

from avatar.marks import Mark
from avatar.stage import Attention
from server import protocol
from viewer.client import Client, Disconnected, Incoming, Sound
from viewer.exchange import REPORT_EVERY, Exchange
from viewer.playback import LEAD
from viewer.state import ConnectionChanged


class ClientDouble:
    """A test double of the connection: gives out what is put in, keeps what is sent."""

    def __init__(self) -> None:
        self.incoming: list[Incoming] = []
        self.sent: list[protocol.ClientEvent] = []

    def poll(self) -> Iterator[Incoming]:
        while self.incoming:
            yield self.incoming.pop(0)

    def send(self, event: protocol.ClientEvent) -> None:
        self.sent.append(event)

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.sent if isinstance(event, kind)]


class BodyDouble:
    """A test double of the stage that keeps what it is told."""

    def __init__(self) -> None:
        self.attention: list[str] = []
        self.marks: list[Mark] = []
        self.cuts: list[int] = []

    def place(self, generation: int, start: int) -> None:
        pass

    def finish(self, generation: int) -> None:
        pass

    def extend(self, generation: int, marks: Sequence[Mark]) -> None:
        self.marks.extend(marks)

    def cut(self, generation: int, at: int) -> None:
        self.cuts.append(at)

    def attend(self, state: Attention, at: int) -> None:
        self.attention.append(state)


def speaking(samples: int = 24_000) -> tuple[Exchange, ClientDouble, BodyDouble]:
    client, body = ClientDouble(), BodyDouble()
    exchange = Exchange(cast(Client, client), body)
    client.incoming += [
        protocol.ResponseCreated(response=protocol.Response(id="r1", generation=1)),
        protocol.OutputItemAdded(response_id="r1", item=protocol.ConversationItem(id="m1", role="assistant")),
        protocol.AvatarMarks(
            response_id="r1", generation=1, marks=[protocol.WireMark(kind="word", start=0, end=9, text="Hi")]
        ),
        Sound(1, 0, np.full(samples, 500, np.int16)),
    ]
    list(exchange.receive())
    return exchange, client, body


def test_sound_and_marks_of_an_answer_reach_the_stream_and_the_body() -> None:
    exchange, _, body = speaking()
    assert exchange.playback.read(LEAD + 100)[LEAD:].all()
    assert body.marks == [Mark("word", 0, 9, "Hi")]
    assert body.attention == ["idle"]


def test_marks_of_a_later_version_are_passed_over_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    exchange, client, body = speaking()
    gestures = [
        protocol.WireMark(kind="gesture", start=24_000, end=24_000, text=name) for name in ("nod", "cartwheel", "wave")
    ]
    mood = protocol.WireMark(kind="mood", start=24_000, end=24_000, text="hunger")
    client.incoming += [
        protocol.AvatarMarks(response_id="r1", generation=1, marks=[mood, *gestures]),
        Sound(1, 24_000, np.full(24_000, 500, np.int16)),
    ]
    with caplog.at_level("INFO"):
        list(exchange.receive())
    assert [mark.text for mark in body.marks] == ["Hi", "nod", "wave"]
    assert "cartwheel" in caplog.text
    assert "hunger" in caplog.text


def test_an_answer_that_is_cut_off_is_reported_up_to_what_was_heard() -> None:
    exchange, client, body = speaking()
    exchange.playback.read(LEAD + 12_000)
    exchange.send(protocol.ResponseCancel(response_id="r1"))
    assert [event.audio_end_ms for event in client.of(protocol.ConversationItemTruncate)] == [500]
    assert client.of(protocol.ConversationItemTruncate)[0].item_id == "m1"
    assert body.cuts == [LEAD + 12_000]
    assert not exchange.playback.read(24_000)[1_000:].any()


def test_the_user_speaking_silences_the_host_at_once() -> None:
    exchange, client, body = speaking()
    exchange.playback.read(LEAD + 2_400)
    client.incoming.append(protocol.SpeechStarted(audio_start_ms=0, item_id="u1"))
    list(exchange.receive())
    assert not exchange.playback.sounding
    assert client.of(protocol.ConversationItemTruncate)[0].audio_end_ms == 100
    assert body.attention[-1] == "listening"


def test_the_position_is_reported_as_it_moves_and_once_at_the_end() -> None:
    exchange, client, _ = speaking(samples=REPORT_EVERY * 2 + 50)
    client.incoming.append(protocol.ResponseDone(response=protocol.Response(id="r1", generation=1, status="completed")))
    for _ in range(40):
        list(exchange.receive())
        exchange.playback.read(1_200)
    list(exchange.receive())
    reports = [event.sample for event in client.of(protocol.AvatarPlayback)]
    assert reports == sorted(set(reports))
    assert reports[-1] == REPORT_EVERY * 2 + 50
    assert len(reports) <= 5


def test_an_answer_that_the_server_cancelled_is_silenced() -> None:
    exchange, client, body = speaking()
    exchange.playback.read(LEAD + 100)
    client.incoming.append(protocol.ResponseDone(response=protocol.Response(id="r1", generation=1, status="cancelled")))
    list(exchange.receive())
    assert not exchange.playback.sounding
    assert body.cuts == [LEAD + 100]


def test_a_lost_connection_is_news_for_the_window_and_ends_the_sound() -> None:
    exchange, client, _ = speaking()
    client.incoming.append(Disconnected("gone"))
    assert list(exchange.receive()) == [ConnectionChanged("lost", "gone")]
    assert not exchange.playback.sounding


def test_leaving_an_item_silences_its_host() -> None:
    exchange, client, _ = speaking()
    exchange.playback.read(LEAD + 100)
    exchange.send(protocol.FeedClose())
    assert not exchange.playback.sounding
    assert isinstance(client.sent[-1], protocol.FeedClose)


def test_the_host_attends_to_a_user_who_types_but_not_instead_of_thinking() -> None:
    client, body = ClientDouble(), BodyDouble()
    exchange = Exchange(cast(Client, client), body)
    exchange.typing(True)
    exchange.typing(True)
    exchange.typing(False)
    assert body.attention == ["listening", "idle"]
    exchange.typing(True)
    exchange.send(protocol.ResponseCreate())
    exchange.typing(False)
    assert body.attention[2:] == ["listening", "thinking"]


def test_who_is_listened_to_is_not_given_up_for_an_empty_line() -> None:
    client, body = ClientDouble(), BodyDouble()
    exchange = Exchange(cast(Client, client), body)
    client.incoming.append(protocol.SpeechStarted(audio_start_ms=0, item_id="u1"))
    list(exchange.receive())
    exchange.typing(True)
    exchange.typing(False)
    assert body.attention == ["listening"]
