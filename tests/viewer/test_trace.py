"""A trace says who did what when; its JSON is what trace viewers open."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from avatar.stage import Stage
from server import protocol as wire
from server.stages import STAGES, Span
from tests.viewer.visits import hold_visit, numbers_of
from viewer.client import Sound
from viewer.errors import InputError
from viewer.speech import PlaybackPosition
from viewer.trace import ARRIVAL, EVENTS, FIGURE, HOST, PLAYBACK, ROOM, TRACKS, USER, Trace, read_spans
from viewer.tracing import Tracing

START = PlaybackPosition()


class HandClock:
    """A test double of the clock, set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def spans(trace: Trace, track: str) -> list[tuple[str, float, float]]:
    """Name, begin and length in milliseconds of the spans on a track."""
    found = [event for event in trace.events() if event["cat"] == track] if trace else []
    return [(event["name"], event["ts"] / 1_000, event["dur"] / 1_000) for event in found if event["ph"] == "X"]


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Events that name things have no category; give tests one to look for."""
    whole = Trace.events
    monkeypatch.setattr(Trace, "events", lambda self: [{"cat": "", **event} for event in whole(self)])


def test_the_way_of_an_answer_is_laid_out_from_the_turns_end_to_the_first_sound() -> None:
    clock = HandClock()
    trace = Trace(clock)
    for _ in range(50):  # a second of the microphone, in blocks of 20 ms
        clock.now += 0.020
        trace.spoke(np.zeros(320, np.int16), START)
    trace.came(wire.SpeechStarted(audio_start_ms=200, item_id="u"), START, 0)
    trace.came(wire.SpeechStopped(audio_end_ms=800, item_id="u"), START, 0)
    trace.served(
        [
            Span("turn_end", 100.8, 101.0, "s", None),
            Span("first_clause", 101.0, 101.05, "s", 1),
            Span("transport", 101.10, 101.11, "s", 1),
        ]
    )
    clock.now = 101.13
    trace.came(Sound(1, 0, np.zeros(10, np.int16)), START, 0)
    clock.now = 101.23
    trace.beat(PlaybackPosition(5_000, 1, 300))
    clock.now = 102.0
    trace.beat(PlaybackPosition(9_000, 1, 900))
    clock.now = 102.5
    trace.beat(PlaybackPosition(9_400, 1, 900))
    ((_, user_begins, user_speaks),) = spans(trace, USER)
    assert user_begins == 0.0
    assert user_speaks == pytest.approx(600, abs=1)
    ((_, decided_from, deciding),) = spans(trace, "turn_end")
    assert decided_from == pytest.approx(580, abs=21)
    assert deciding == pytest.approx(200)
    assert spans(trace, ARRIVAL)[0][2] == pytest.approx(20)
    assert spans(trace, PLAYBACK)[0][2] == pytest.approx(100 - 12.5)
    assert spans(trace, HOST)[0][2] == pytest.approx(1_270 + 12.5)


def test_making_room_is_seen_from_the_duck_to_the_end() -> None:
    clock = HandClock()
    trace = Trace(clock)
    for how, seconds in (("duck", 0.0), ("hold", 0.2), ("resume", 0.5), ("duck", 1.0)):
        clock.now = 100.0 + seconds
        trace.came(wire.AvatarYield(generation=1, how=how), START, 0)  # type: ignore[arg-type]  # of a list
    clock.now = 101.25
    response = wire.Response(id="r", generation=1, status="cancelled")
    trace.came(wire.ResponseDone(response=response), START, 0)
    assert [(name, round(length)) for name, _, length in spans(trace, ROOM)] == [
        ("duck", 200), ("hold", 300), ("duck", 250),
    ]  # fmt: skip


def test_a_visit_makes_a_trace_that_trace_viewers_open() -> None:
    stage, trace = Stage(1), Trace()
    hold_visit(stage, numbers_of(stage), observers=(trace,))
    made: dict[str, Any] = msgspec.json.decode(trace.as_json())
    assert made["displayTimeUnit"] == "ms"
    events = made["traceEvents"]
    threads = {
        (event["pid"], event["tid"]): event["args"]["name"] for event in events if event["name"] == "thread_name"
    }
    assert list(threads.values()) == list(TRACKS)
    timed = [event for event in events if event["ph"] != "M"]
    for event in timed:
        assert event["ph"] in ("X", "i")
        assert event["ts"] >= 0
        assert event["ph"] == "i" or event["dur"] > 0
        assert threads[event["pid"], event["tid"]] == event["cat"]
        assert isinstance(event["args"], dict)
    assert all(before["ts"] <= after["ts"] for before, after in pairwise(timed))
    seen = {event["cat"] for event in timed}
    assert {USER, PLAYBACK, HOST, ROOM, FIGURE, EVENTS} <= seen
    names = [event["name"] for event in timed]
    assert names.count("cut off") == 1
    assert {"duck", "hold", "understood", "user asks", "user steps up"} <= set(names)


def test_a_track_is_never_in_two_spans_at_once() -> None:
    stage, trace = Stage(1), Trace()
    hold_visit(stage, numbers_of(stage), observers=(trace,))
    for track in (USER, HOST, ROOM, FIGURE):
        for (_, begin, length), (_, then, _) in pairwise(spans(trace, track)):
            assert begin + length <= then + 0.01


def test_the_servers_stages_have_a_track_each_in_their_order() -> None:
    assert [track for track in TRACKS if track in STAGES] == list(STAGES)


def test_stages_are_read_from_the_servers_file_but_for_a_line_cut_short(tmp_path: Path) -> None:
    file = tmp_path / "spans.jsonl"
    line = msgspec.json.encode(Span("retrieval", 1.0, 2.0, "s", 3))
    file.write_bytes(line + b"\n" + line[:20])
    assert read_spans(file) == [Span("retrieval", 1.0, 2.0, "s", 3)]
    assert read_spans(tmp_path / "none") == []


def test_the_trace_is_in_its_file_when_the_visit_ends_and_names_one_that_cannot_be(tmp_path: Path) -> None:
    with Tracing(tmp_path / "trace.json") as tracing:
        spans_file = Path(tracing.server_arguments[1])
        spans_file.write_bytes(msgspec.json.encode(Span("synthesis", 1.0, 2.0)) + b"\n")
    assert b"synthesis" in (tmp_path / "trace.json").read_bytes()
    assert not spans_file.exists()
    with pytest.raises(InputError, match="no-folder"), Tracing(tmp_path / "no-folder" / "trace.json"):
        pass
