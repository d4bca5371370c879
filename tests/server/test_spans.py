"""Spans are written as they end, and only while they are wanted."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from server.errors import SettingsError
from server.spans import written_to
from server.stages import Span, Stages


def test_every_span_is_a_line_that_can_be_read_while_more_follow(tmp_path: Path) -> None:
    stages = Stages()
    file = tmp_path / "spans.jsonl"
    with written_to(file, stages):
        stages.note("retrieval", 1.0, 1.25, session="sess_1", generation=2)
        assert msgspec.json.decode(file.read_bytes(), type=Span) == Span("retrieval", 1.0, 1.25, "sess_1", 2)
        stages.note("synthesis", 1.25, 1.5, session="sess_1", generation=2)
    stages.note("transport", 1.5, 2.0)
    assert [msgspec.json.decode(line, type=Span).stage for line in file.read_bytes().splitlines()] == [
        "retrieval", "synthesis",
    ]  # fmt: skip


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"), written_to(tmp_path / "nowhere" / "spans", Stages()):
        pass
