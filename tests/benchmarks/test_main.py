"""``make bench``: every benchmark is found, and its figures are written down with the machine and the day."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import __main__ as bench


def test_every_module_that_can_be_run_is_a_benchmark_and_the_others_are_not() -> None:
    found = set(bench.names())
    assert {"voice_to_voice", "response_time", "reply_quality"} <= found
    assert not {"__main__", "figures", "utterances", "instant", "poses"} & found


def test_figures_of_several_things_become_one_table() -> None:
    assert bench.flat({"turns": 4, "synthesis": {"ms_p50": 20.5}}) == {"turns": 4, "synthesis ms p50": 20.5}


def test_the_last_line_of_the_output_is_what_was_measured() -> None:
    result = bench.outcome("speed", 0, 'loading\n{"ms": 2.5}\n', "")
    assert (result.figures, result.note, result.failed) == ({"ms": 2.5}, "", False)


@pytest.mark.parametrize(("code", "failed", "said"), [(0, False, "Not measured"), (1, True, "Failed")])
def test_what_was_not_measured_is_noted_with_its_reason(code: int, failed: bool, said: str) -> None:
    result = bench.outcome("card", code, "", "warming up\nskipped: no graphics card\n")
    assert (dict(result.figures), result.failed) == ({}, failed)
    written = bench.section(result, "How fast.", "today, here.")
    assert f"{said}: skipped: no graphics card" in written


def test_a_failed_run_keeps_its_figures_beside_the_reason() -> None:
    result = bench.outcome("speed", 1, '{"ms": 2.5}\n', "too slow\n")
    written = bench.section(result, "How fast.", "today, here.")
    assert "| ms | 2.5 |" in written
    assert "Failed: too slow" in written


def test_sections_of_what_was_not_run_stay(tmp_path: Path) -> None:
    old = bench.merged("", {"a": "## a\n\nold\n", "b": "## b\n\nolder\n"})
    new = bench.merged(old, {"b": "## b\n\nnew\n", "c": "## c\n\nfirst\n"})
    assert new == bench.TITLE + "\n## a\n\nold\n\n## b\n\nnew\n\n## c\n\nfirst\n"
    assert bench.merged(new, {}) == new
