"""The table of waits says the same in the code, in its docstring and in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.conversation import thresholds
from server.conversation.thresholds import PATIENCE, Completeness

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "turn-taking.md"


def row(name: str, completeness: Completeness) -> tuple[str, ...]:
    wait = next(patience for eagerness, patience in PATIENCE.items() if eagerness in name)[completeness]
    return (name, str(completeness), *(f"{seconds:.2f}" for seconds in (wait.rule, wait.likely, wait.sure)))


@pytest.mark.parametrize("name", ["auto, medium", "high", "low"])
@pytest.mark.parametrize("completeness", list(Completeness))
def test_the_documented_waits_are_the_real_ones(name: str, completeness: Completeness) -> None:
    wanted = row(name, completeness)
    document = [tuple(cell.strip() for cell in line.split("|")[1:6]) for line in DOCUMENT.read_text().splitlines()]
    assert wanted in document
    assert thresholds.__doc__ is not None
    docstring = [line for line in thresholds.__doc__.splitlines() if line.startswith(name)]
    assert any(" ".join(wanted[1:]) in " ".join(line.split()) for line in docstring)
