"""One line of text being edited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from viewer.editing import EditLine, Step

LIMIT = 100
STEPS: tuple[Step, ...] = ("left", "right", "word_left", "word_right", "start", "end")


def typed(text: str) -> EditLine:
    return EditLine().insert(text, LIMIT)


def test_typing_goes_to_the_caret() -> None:
    line = typed("Hllo").place(1).insert("e", LIMIT)
    assert (line.text, line.caret) == ("Hello", 2)


def test_typing_replaces_the_selection() -> None:
    assert typed("old words").select_all().insert("new", LIMIT) == EditLine("new", 3, 3)


def test_pasted_line_feeds_and_controls_become_single_blanks() -> None:
    assert typed("two\r\n\tlines\x00end").text == "two lines end"


def test_nothing_beyond_the_limit_is_taken() -> None:
    assert typed("x" * 250).text == "x" * LIMIT
    assert typed("x" * LIMIT).insert("y", LIMIT).text == "x" * LIMIT


@pytest.mark.parametrize(
    ("step", "left"),
    [("left", "two word"), ("word_left", "two "), ("start", "")],
)
def test_erasing_backwards(step: Step, left: str) -> None:
    assert typed("two words").erase(step).text == left


def test_erasing_forwards_keeps_the_caret() -> None:
    assert typed("two words").place(0).erase("word_right") == EditLine(" words", 0, 0)


def test_erasing_at_the_edge_changes_nothing() -> None:
    assert EditLine().erase("left") == EditLine()
    assert typed("a").erase("right") == typed("a")


def test_shift_extends_the_selection_and_an_arrow_collapses_it_to_its_side() -> None:
    line = typed("abcd").move("left", select=True).move("left", select=True)
    assert line.selected == "cd"
    assert line.move("right").caret == 4
    assert line.move("left").caret == 2


def test_what_is_composed_is_not_text_yet() -> None:
    line = typed("ni").compose("你")
    assert line.text == "ni"
    assert line.insert("你", LIMIT).composing == ""


@given(st.text(max_size=30), st.lists(st.sampled_from(STEPS), max_size=20), st.booleans())
def test_the_caret_never_leaves_the_text(text: str, steps: list[Step], select: bool) -> None:
    line = typed(text)
    for step in steps:
        line = line.move(step, select=select)
        assert 0 <= line.caret <= len(line.text)
        assert 0 <= line.anchor <= len(line.text)
