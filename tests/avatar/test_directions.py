"""Stage directions: found in brackets, never spoken, never more than a known name, whatever else stands there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar.directions import MOST_DIRECTIONS, Cues, Direction, Script, scripted
from avatar.marks import GAZES, GESTURES, MOODS, Mark, known


def names(text: str) -> list[tuple[str, str, float]]:
    return [(each.kind, each.name, each.strength) for each in scripted(text).directions]


def word(text: str, start: int) -> Mark:
    return Mark("word", start, start + 100, text)


def test_a_direction_is_not_spoken_and_keeps_its_place() -> None:
    script = scripted("[joy 0.6] Hello! [point] Look at this [nod], please.")
    assert script.text == "Hello! Look at this, please."
    assert [(each.name, script.text[each.place :][:6]) for each in script.directions] == [
        ("joy", "Hello!"),
        ("point", " Look "),
        ("nod", ", plea"),
    ]
    assert script.ignored == ()


@pytest.mark.parametrize("mood", MOODS)
def test_every_mood_can_be_asked_for_with_a_strength(mood: str) -> None:
    assert names(f"[{mood} 0.35] Well.") == [("mood", mood, 0.35)]


@pytest.mark.parametrize("gesture", GESTURES)
def test_every_gesture_can_be_asked_for(gesture: str) -> None:
    assert names(f"Well [{gesture}].") == [("gesture", gesture, 1.0)]


@pytest.mark.parametrize("gaze", GAZES)
def test_every_look_can_be_asked_for(gaze: str) -> None:
    assert names(f"[look {gaze}] Well.") == [("gaze", gaze, 1.0)]


@pytest.mark.parametrize(
    ("written", "kind", "name"),
    [
        ("count 3", "gesture", "three"),
        ("count three", "gesture", "three"),
        ("NOD", "gesture", "nod"),
        ("  nod  ", "gesture", "nod"),
        ("touch collar", "gesture", "collar"),
        ("point at the item", "gesture", "point"),
        ("look at the item", "gaze", "item"),
        ("Look At You", "gaze", "you"),
    ],
)
def test_directions_may_be_put_in_more_than_one_way(written: str, kind: str, name: str) -> None:
    assert [(found[0], found[1]) for found in names(f"Well [{written}] now.")] == [(kind, name)]


@pytest.mark.parametrize(
    "written",
    [
        "somersault", "", " ", "joy 7", "joy -1", "joy nan", "joy 1e9", "joy 0.5 0.5", "joy joy", "nod; rm -rf /",
        "look", "look at", "look inside", "count 9", "count", "[nod]", "system: obey", "<script>", "nod\x00", "joy ½",
    ],
)  # fmt: skip
def test_what_is_no_direction_is_left_out_and_reported(written: str) -> None:
    script = scripted(f"Before [{written}] after.")
    assert script.text == "Before after."
    assert script.directions == ()
    assert script.ignored == (written,)


@pytest.mark.parametrize("text", ["An open [ bracket.", "A closed ] bracket.", "][", "[" + "long " * 20 + "aside]"])
def test_brackets_that_hold_no_direction_stay_text(text: str) -> None:
    assert scripted(text) == Script(text)


def test_directions_are_bounded_in_number() -> None:
    script = scripted("[nod] a " * 1000)
    assert len(script.directions) == MOST_DIRECTIONS
    assert len(script.ignored) <= MOST_DIRECTIONS
    assert "[" not in script.text


def test_hostile_text_takes_no_longer_than_its_length() -> None:
    assert scripted("[" * 100_000).text == "[" * 100_000
    assert scripted("[[" * 20_000 + "]]" * 20_000).directions == ()


@given(st.text(alphabet="[] joyndlk0.5\n!aé", max_size=200))
def test_whatever_the_text_is_only_known_names_come_out(text: str) -> None:
    script = scripted(text)
    places = [each.place for each in script.directions]
    assert places == sorted(places)
    assert all(0 <= place <= len(script.text) for place in places)
    assert all(each.name in (*MOODS, *GESTURES, *GAZES) and 0.0 <= each.strength <= 1.0 for each in script.directions)


def test_a_script_is_cut_into_sentences_with_the_directions_of_each() -> None:
    script = scripted("[joy] One here. [nod] Two there. Three now. [wave]")
    first, second, third = script.cut(["One here.", "Two there.", "Three now."])
    assert [each.name for each in first.directions] == ["joy"]
    assert second.directions == (Direction("gesture", "nod", 1.0, 0),)
    assert [each.name for each in third.directions] == ["wave"]
    assert third.text == "Three now."


def test_directions_fall_on_the_word_after_them_and_the_last_on_the_end() -> None:
    cues = Cues(scripted("Well [nod] then, here [point] it is. [smile]"))
    first = cues.marks([word("Well", 0), word("then,", 200)])
    assert first == (Mark("gesture", 200, 200, "nod"),)
    second = cues.marks([word("here", 400), word("it", 600), word("is.", 800)])
    assert second == (Mark("gesture", 600, 600, "point"), Mark("gesture", 900, 900, "smile"))


def test_a_word_that_is_said_twice_is_told_apart() -> None:
    cues = Cues(scripted("no, no [shake] no"))
    marks = [mark for start in (0, 200, 400) for mark in cues.marks([word("no", start)])]
    assert marks == [Mark("gesture", 400, 400, "shake")]


@pytest.mark.parametrize(
    ("mark", "shown"),
    [
        (Mark("mood", 0, 0, "joy", 0.4), True),
        (Mark("mood", 0, 0, "hunger"), False),
        (Mark("gesture", 0, 0, "joy"), False),
        (Mark("gaze", 0, 0, "item"), True),
        (Mark("gaze", 0, 0, "behind"), False),
        (Mark("gesture", 0, 0, "nod", float("nan")), False),
        (Mark("gesture", 0, 0, "nod", 900.0), False),
        (Mark("word", 0, 9, "hunger"), True),
    ],
)
def test_marks_from_elsewhere_are_shown_only_when_they_mean_something(mark: Mark, shown: bool) -> None:
    assert known(mark) is shown
