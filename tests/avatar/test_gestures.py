"""Gestures are chosen by words, struck on the stressed syllable, one at a time to a hand, and looked along."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.gestures import GesturePlan
from avatar.gestures.poses import HAND_GESTURES, READY
from avatar.gestures.words import cues
from avatar.marks import GESTURES, SAMPLE_RATE, Mark
from avatar.motion import ARMS, HELD, LEFT_ARM, RIGHT_ARM, VERGENCE, Motion, compose, gaze_of
from avatar.performance import Performance

Spell = Callable[..., list[Mark]]
TWO = ("I: ˈaɪ", "have: h æ v", "two: t ˈu", "things: θ ˈɪ ŋ z", "here: h ˈɪ ɹ")


def at(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def performed(marks: list[Mark], seed: int, item: tuple[float, float] = (5.0, 24.0)) -> Performance:
    performance = Performance(seed, item)
    performance.extend(marks)
    return performance


def held(performance: Performance, seconds: float) -> NDArray[np.float64]:
    return performance.body_at(at(seconds))[HELD]


def state(body: Motion, side: int) -> NDArray[np.float64]:
    return body[(LEFT_ARM, RIGHT_ARM)[side]]


@pytest.mark.parametrize(
    ("sentence", "gesture"),
    [
        ("Hello, I am Vera.", "wave"),
        ("Goodbye then.", "wave"),
        ("I'm afraid the article doesn't say.", "shrug"),
        ("I don't know.", "shrug"),
        ("Perhaps it was the tide.", "shrug"),
        ("There are three of them.", "three"),
        ("It has 5 decks.", "five"),
        ("First, it is old.", "one"),
        ("The article names him.", "point"),
        ("Here is what it does say.", "point"),
        ("The whole harbour froze.", "sweep"),
        ("It never came back.", "cut"),
        ("What do you think?", "open"),
        ("It was my father's.", "chest"),
    ],
)
def test_words_call_for_gestures(sentence: str, gesture: str) -> None:
    assert gesture in [cue.gesture for cue in cues(sentence)]
    assert gesture in GESTURES


@pytest.mark.parametrize(
    "sentence", ["It cost 3.5 million.", "Two hundred came.", "At 5:40 it left.", "The tide rose."]
)
def test_what_is_not_counted_on_fingers_is_not(sentence: str) -> None:
    assert not [cue for cue in cues(sentence) if cue.gesture in ("one", "two", "three", "four", "five")]


def test_the_stroke_ends_on_the_stressed_syllable_after_a_preparation(spell: Spell) -> None:
    marks = spell(TWO, sentence="I have two things here.")
    stress = next(mark.start for mark in marks if mark.text == "u") / SAMPLE_RATE
    seen = 0
    for seed in range(12):
        performance = performed(marks, seed)
        hold = performance.body_at(at(stress + 0.3))
        side = int(np.argmax(hold[HELD]))
        if hold[HELD].max() < 1.0 or np.abs(state(hold, side) - HAND_GESTURES["two"].stroke)[7:].max() > 1e-6:
            continue
        seen += 1
        apart = [
            float(np.abs(state(performance.body_at(at(second)), side) - state(hold, side))[:3].max())
            for second in np.arange(stress - 0.3, stress + 0.25, 0.01)
        ]
        arrived = stress - 0.3 + 0.01 * int(np.argmax(np.array(apart) < 0.004))
        assert arrived == pytest.approx(stress + 0.04, abs=0.09)
        assert apart[0] > 0.03, "it was on its way"
        assert held(performance, stress - 0.25).max() > 0.3, "it was raised before"
    assert seen >= 5


def test_hands_sink_when_nothing_more_is_to_be_shown(spell: Spell) -> None:
    for seed in range(6):
        performance = performed(spell(TWO, sentence="I have two things here."), seed)
        assert not performance.body_at(performance.end + at(4.0))[ARMS].any()


@pytest.mark.parametrize("seed", range(5))
def test_hands_never_jump_however_gestures_follow_each_other(seed: int) -> None:
    rng = np.random.default_rng(seed)
    marks, seconds = [], 0.3
    while seconds < 12.0:
        name = list(HAND_GESTURES)[rng.integers(len(HAND_GESTURES))]
        marks.append(Mark("gesture", at(seconds), at(seconds), name, float(rng.uniform(0.2, 1.0))))
        seconds += rng.uniform(0.05, 1.6)
    performance = performed(marks, seed)
    step = 0.004
    path = np.array([performance.body_at(at(second))[ARMS] for second in np.arange(0.0, 15.0, step)])
    wrists = np.concatenate([path[:, 0:3], path[:, RIGHT_ARM.start - LEFT_ARM.start :][:, 0:3]], axis=1)
    speed = np.abs(np.diff(wrists, axis=0)) / step
    assert speed.max() < 9.0  # arm lengths a second
    assert np.abs(np.diff(wrists, 2, axis=0)).max() / step**2 < 200.0
    assert path[:, HELD.start - ARMS.start :].max() <= 1.0 + 1e-9


def test_most_people_gesture_with_the_right_hand() -> None:
    right = 0
    for seed in range(300):
        body = performed([Mark("gesture", 0, 0, "wave")], seed).body_at(at(0.8))
        right += body[HELD.start + 1] > 0.9
    assert 0.8 < right / 300 < 0.95


@pytest.mark.parametrize(("yaw", "side"), [(24.0, 0), (-24.0, 1)])
def test_the_nearer_hand_points_at_the_item_and_the_eyes_go_there_and_back(yaw: float, side: int) -> None:
    performance = performed([Mark("gesture", at(1.0), at(1.0), "point")], 3, (5.0, yaw))
    body = performance.body_at(at(1.6))
    assert body[HELD][side] == 1.0
    assert body[HELD][1 - side] == 0.0
    assert gaze_of(compose(body)) == pytest.approx((5.0, yaw), abs=2.5)
    assert body[VERGENCE] != 0.0
    assert np.hypot(*gaze_of(compose(performance.body_at(at(4.0))))) < 1.0


def test_a_sentence_that_rests_on_the_item_brings_looks_at_it(spell: Spell) -> None:
    looks = 0
    for seed in range(40):
        marks = spell(TWO * 3, sentence="It was built by the town in the old days of sail.")
        cited = [
            Mark(m.kind, m.start, m.end, m.text, m.strength, ("p1",) if m.kind == "sentence" else ()) for m in marks
        ]
        plan = GesturePlan(seed)
        plan.sentence(cited[0])
        looks += any(plan.at(second)[VERGENCE] > 0.05 for second in np.arange(0.3, 2.5, 0.1))
    assert 8 <= looks <= 32


@pytest.mark.parametrize(
    ("target", "low", "high"),
    [("item", (3.0, 20.0), (7.0, 28.0)), ("up", (-14.0, -9.0), (-6.0, 9.0)), ("down", (6.0, -9.0), (14.0, 9.0))],
)
def test_a_look_goes_where_it_says(target: str, low: tuple[float, float], high: tuple[float, float]) -> None:
    performance = performed([Mark("gaze", at(1.0), at(1.0), target)], 2)
    gaze = gaze_of(compose(performance.body_at(at(1.4))))
    assert all(a <= value <= b for a, value, b in zip(low, gaze, high, strict=True)), gaze


def test_a_look_at_you_ends_a_look_away() -> None:
    away = Mark("gaze", at(1.0), at(1.0), "away")
    performance = performed([away, Mark("gaze", at(1.5), at(1.5), "you")], 2)
    assert np.hypot(*gaze_of(compose(performance.body_at(at(1.45))))) > 8.0
    assert np.hypot(*gaze_of(compose(performance.body_at(at(1.9))))) < 1.0


def test_the_eyes_arrive_before_the_head_turns() -> None:
    performance = performed([Mark("gaze", at(1.0), at(1.0), "item")], 2)
    early, late = (performance.body_at(at(second)) for second in (1.09, 1.6))
    assert gaze_of(compose(early))[1] == pytest.approx(24.0, abs=2.5)
    assert abs(early[53]) < 0.2 * abs(late[53])
    assert late[53] > 6.0


def test_the_strength_of_a_gesture_is_its_size() -> None:
    faint, full = (performed([Mark("gesture", 0, 0, "open", strength)], 3).body_at(at(0.8)) for strength in (0.1, 1.0))
    side = int(np.argmax(full[HELD]))
    reach = [np.linalg.norm(state(body, side)[:3] - READY[:3]) for body in (faint, full)]
    assert reach[0] < 0.6 * reach[1]
