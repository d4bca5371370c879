"""The figures of the conversation: what is counted as answered, early or silent, and how stages are summed up."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from benchmarks.figures import percentile
from benchmarks.instant import instant_server, tone
from benchmarks.voice_to_voice import CutIn, Turn, answer_figures, interruption_figures, measured, stage_figures
from server.stages import Span


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3.0, 1.0, 2.0, 4.0], 50) == 2.0
    assert percentile([3.0, 1.0, 2.0, 4.0], 95) == 4.0
    assert percentile([7.0], 5) == 7.0


def test_answers_that_came_early_or_never_are_counted_and_not_averaged() -> None:
    turns = [Turn("a", 10.0, 10.5), Turn("b", 20.0, 20.7), Turn("c", 30.0, 30.1, early=True), Turn("d", 40.0)]
    figures = answer_figures(turns)
    assert (figures["turns"], figures["answered_early"], figures["not_answered"]) == (4, 1, 1)
    assert figures["seconds_p50"] == pytest.approx(0.5)
    assert figures["seconds_slowest"] == pytest.approx(0.7)


def test_an_interruption_that_never_silenced_the_host_is_counted() -> None:
    figures = interruption_figures([CutIn(1.0, 1.1, 1.2, 1.5), CutIn(2.0)])
    assert (figures["interruptions"], figures["not_interrupted"]) == (2, 1)
    assert figures["onset_to_silence_p50"] == pytest.approx(0.2)
    assert figures["told_to_silence_p95"] == pytest.approx(0.1)
    assert figures["onset_to_silence_for_good_p50"] == pytest.approx(0.5)


def test_stages_are_summed_up_in_milliseconds_and_those_without_a_span_are_left_out() -> None:
    spans = [Span("synthesis", 0.0, 0.020), Span("synthesis", 1.0, 1.040)]
    figures = stage_figures(spans, [Turn("a", 0.0, 0.5, arrived=0.4)])
    assert figures == {
        "synthesis": {"times": 2, "ms_p50": 20.0, "ms_p95": 40.0},
        "viewer": {"times": 1, "ms_p50": 100.0, "ms_p95": 100.0},
    }


def test_a_tone_is_answered_over_a_socket_and_a_second_one_silences_the_answer(tmp_path: Path) -> None:
    spans = tmp_path / "spans.jsonl"
    with instant_server(spans) as url:
        turns, cuts = measured(url, "pier", [tone(0)], [tone(1)])
    assert turns[0].seconds is not None
    assert not turns[0].early
    assert turns[0].heard == "When did it open?"
    assert cuts[0].silent is not None
    written = [msgspec.json.decode(line, type=Span).stage for line in spans.read_bytes().splitlines()]
    assert {"turn_end", "recognition", "first_clause", "synthesis", "transport"} <= set(written)
