"""What the server sends reaches sound, body and window; what the user ends is silenced and reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.marks import Mark
from avatar.stage import Attention
from server import protocol
from viewer.client import Disconnected, Incoming, Reconnecting, Sound
from viewer.exchange import REPORT_EVERY, Exchange
from viewer.playback import LEAD
from viewer.state import ConnectionChanged


class ClientDouble:
    """A test double of the connection: gives out what is put in, keeps what is sent."""

    def __init__(self) -> None:
        self.at_once: Callable[[Incoming], None] | None = None
        self.spoken: list[tuple[int, int]] = []
        self.incoming: list[Incoming] = []
        self.sent: list[protocol.ClientEvent] = []

    def follow(self, at_once: Callable[[Incoming], None]) -> None:
        self.at_once = at_once

    def poll(self) -> Iterator[Incoming]:
        while self.incoming:
            yield self.incoming.pop(0)

    def send(self, event: protocol.ClientEvent) -> None:
        self.sent.append(event)

    def send_sound(self, first: int, pcm: NDArray[np.int16]) -> None:
        self.spoken.append((first, len(pcm)))

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.sent if isinstance(event, kind)]


class BodyDouble:
    """A test double of the stage that keeps what it is told."""

    def __init__(self) -> None:
        self.attention: list[str] = []
        self.marks: list[Mark] = []
        self.cuts: list[int] = []
        self.nods: list[int] = []
        self.pauses: list[tuple[str, int]] = []

    def place(self, generation: int, start: int) -> None:
        pass

    def finish(self, generation: int) -> None:
        pass

    def extend(self, generation: int, marks: Sequence[Mark]) -> None:
        self.marks.extend(marks)

    def cut(self, generation: int, at: int) -> None:
        self.cuts.append(at)

    def hold(self, at: int) -> None:
        self.pauses.append(("hold", at))

    def resume(self, at: int) -> None:
        self.pauses.append(("resume", at))

    def nod(self, at: int) -> None:
        self.nods.append(at)

    def attend(self, attention: Attention, at: int) -> None:
        self.attention.append(attention)


def speaking(samples: int = 24_000) -> tuple[Exchange, ClientDouble, BodyDouble]:
    client, body = ClientDouble(), BodyDouble()
    exchange = Exchange(client, body)
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


def test_a_connection_that_is_being_opened_again_is_news_for_the_window_and_what_has_come_sounds_on() -> None:
    exchange, client, _ = speaking()
    client.incoming.append(Reconnecting("broke"))
    assert list(exchange.receive()) == [ConnectionChanged("reconnecting", "broke")]
    assert exchange.playback.sounding


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
    exchange = Exchange(client, body)
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
    exchange = Exchange(client, body)
    client.incoming.append(protocol.SpeechStarted(audio_start_ms=0, item_id="u1"))
    list(exchange.receive())
    exchange.typing(True)
    exchange.typing(False)
    assert body.attention == ["listening"]


# --- sound does not wait for pictures


def drawing() -> tuple[Exchange, ClientDouble, BodyDouble]:
    """An exchange in the window, whose pictures take their time, in the middle of an answer."""
    client, body = ClientDouble(), BodyDouble()
    exchange = Exchange(client, body, at_once=True)
    assert client.at_once is not None
    for incoming in (
        protocol.ResponseCreated(response=protocol.Response(id="r1", generation=1)),
        protocol.OutputItemAdded(response_id="r1", item=protocol.ConversationItem(id="m1", role="assistant")),
        Sound(1, 0, np.full(24_000, 8_000, np.int16)),
    ):
        client.at_once(incoming)
        client.incoming.append(incoming)
    exchange.playback.read(LEAD + 2_400)
    return exchange, client, body


def test_sound_is_played_and_yields_before_the_next_picture_is_drawn() -> None:
    exchange, client, body = drawing()
    assert client.at_once is not None
    client.at_once(protocol.AvatarYield(generation=1, how="duck"))
    assert exchange.playback.read(960)[480:].max() < 8_000 * 0.26
    client.at_once(protocol.AvatarYield(generation=1, how="hold"))
    assert not exchange.playback.read(960)[480:].any()
    assert client.of(protocol.AvatarPlayback)[-1].sample == 2_400 + 960 + 240
    assert body.pauses == []  # the body belongs to the thread that draws
    list(exchange.receive())
    assert body.pauses == [("hold", LEAD + 2_400 + 960 + 240)]


def test_a_cancel_is_silent_before_the_next_picture_and_reported_to_the_sample() -> None:
    exchange, client, body = drawing()
    assert client.at_once is not None
    done = protocol.ResponseDone(response=protocol.Response(id="r1", generation=1, status="cancelled"))
    client.at_once(done)
    assert not exchange.playback.read(4_800)[480:].any()
    assert client.of(protocol.AvatarPlayback)[-1] == protocol.AvatarPlayback(generation=1, sample=2_400)
    assert list(exchange.receive())  # the window is told when it draws
    assert body.cuts == [LEAD + 2_400]


def test_what_the_server_says_of_attention_goes_before_what_the_events_suggest() -> None:
    exchange, client, body = speaking()
    client.incoming += [
        protocol.AvatarAttention(state="heard"),
        protocol.SpeechStopped(audio_end_ms=900, item_id="u1"),
        protocol.AvatarAttention(state="resting"),
    ]
    list(exchange.receive())
    assert body.attention == ["idle", "heard", "resting"]


def test_a_host_who_listens_nods_where_the_user_pauses() -> None:
    client, body = ClientDouble(), BodyDouble()
    exchange = Exchange(client, body)
    client.incoming.append(protocol.AvatarAttention(state="listening"))
    list(exchange.receive())
    voice = np.random.default_rng(1).normal(0, 3_000, 16_000).astype(np.int16)
    for _ in range(10):
        for block in (*np.split(voice, 50), *np.split(voice // 300, 50)):
            exchange.speak(block)
        exchange.playback.read(48_000)
    list(exchange.receive())
    assert 3 <= len(body.nods) <= 9
    assert client.spoken[:2] == [(0, 320), (320, 320)]


def test_another_session_counts_its_utterances_anew() -> None:
    exchange, client, _ = speaking()
    client.incoming += [
        protocol.SessionCreated(session=protocol.Session(id="another")),
        protocol.ResponseCreated(response=protocol.Response(id="r1", generation=1)),
        Sound(1, 0, np.full(2_400, 700, np.int16)),
    ]
    list(exchange.receive())
    assert (exchange.playback.read(LEAD + 2_400)[LEAD:] == 700).all()
