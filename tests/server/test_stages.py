"""Stages: every span reaches every watcher, names whom it was for, and a broken watcher costs nothing."""

from __future__ import annotations

import asyncio
from typing import get_args

import pytest

from server import protocol
from server.stages import STAGES, Span, Stage, Stages
from tests.server.doubles import SILENCE, SPEECH, Connection, DoubleHouse


def test_every_stage_is_listed_once() -> None:
    assert get_args(Stage) == STAGES
    assert len(set(STAGES)) == len(STAGES)


def test_a_span_reaches_all_who_watch_until_they_stop() -> None:
    stages = Stages()
    one: list[Span] = []
    other: list[Span] = []
    end = stages.watch(one.append)
    stages.watch(other.append)
    stages.note("synthesis", 1.0, 1.5, session="sess_1", generation=3)
    end()
    stages.note("transport", 1.5, 1.75, session="sess_1", generation=3)
    assert one == [Span("synthesis", 1.0, 1.5, "sess_1", 3)]
    assert [span.stage for span in other] == ["synthesis", "transport"]
    assert one[0].seconds == 0.5


def test_a_span_is_of_whom_its_thread_serves() -> None:
    stages = Stages()
    seen: list[Span] = []
    stages.watch(seen.append)
    with stages.serving("sess_1", 2):
        stages.note("retrieval", 0.0, 1.0)
        with stages.serving("sess_2", None):
            stages.note("retrieval", 0.0, 1.0)
        stages.note("retrieval", 0.0, 1.0)
    stages.note("retrieval", 0.0, 1.0)
    assert [(span.session, span.generation) for span in seen] == [
        ("sess_1", 2), ("sess_2", None), ("sess_1", 2), ("", None),
    ]  # fmt: skip


def test_a_watcher_that_fails_does_not_reach_who_is_measured(caplog: pytest.LogCaptureFixture) -> None:
    stages = Stages()
    seen: list[Span] = []

    def breaks(_span: Span) -> None:
        raise RuntimeError("the meter is broken")

    stages.watch(breaks)
    stages.watch(seen.append)
    stages.note("retrieval", 0.0, 1.0)
    assert len(seen) == 1
    assert "the meter is broken" in caplog.text


def test_a_spoken_question_leaves_the_spans_of_its_answer() -> None:
    house = DoubleHouse()
    seen: list[Span] = []
    house.stages.watch(seen.append)

    async def visit() -> None:
        async with Connection(house) as client:
            client.send(protocol.FeedOpen(item_id="pier"))
            await client.until(protocol.ResponseDone)
            seen.clear()
            rate = {"input": {"format": {"type": "audio/pcm", "rate": 16_000}}}
            client.send(protocol.SessionUpdate(session={"audio": rate}))
            client.send(protocol.encode_audio(0, 0, SPEECH + SILENCE))
            await client.until(protocol.ResponseDone)

    asyncio.run(asyncio.wait_for(visit(), 30))
    stages = [span.stage for span in seen]
    assert stages == ["turn_end", "recognition", "first_clause", "synthesis", "transport"]
    assert all(span.session.startswith("sess_") and span.seconds >= 0 for span in seen)
    assert {span.generation for span in seen[2:]} == {2}
