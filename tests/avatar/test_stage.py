"""The stage: utterances at absolute samples, a body that idles, listens, thinks, and can be cut short."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.errors import GenerationError, MotionError
from avatar.figure.skeleton import BONE_NAMES
from avatar.marks import SAMPLE_RATE, Mark
from avatar.motion import gaze_of
from avatar.pose import ARKIT_INDEX, ARKIT_NAMES, IDENTITY, Pose
from avatar.stage import Stage

Spell = Callable[..., list[Mark]]

WORDS = ("Nobody: n ˈoʊ b ə d i", "moved: m ˈu v d", "five: f ˈaɪ v", "umbrellas: ʌ m b ɹ ˈɛ l ə z")
LOOKS = [index for index, name in enumerate(ARKIT_NAMES) if name.startswith("eyeLook")]


def at(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


def weight(pose: Pose, name: str) -> float:
    return float(pose.face[ARKIT_INDEX[name]])


def numbers(pose: Pose) -> NDArray[np.float64]:
    return np.concatenate([pose.face, *(pose.bones.get(name, IDENTITY) for name in BONE_NAMES), pose.root])


def same(first: Pose, second: Pose) -> bool:
    return bool(np.allclose(numbers(first), numbers(second), atol=1e-6))


def speaking(marks: list[Mark], start: int, seed: int = 5) -> Stage:
    stage = Stage(seed)
    stage.place(1, start)
    stage.extend(1, marks)
    stage.finish(1)
    return stage


def test_an_utterance_is_spoken_where_it_was_placed(spell: Spell) -> None:
    marks = spell(WORDS)
    early, late = speaking(marks, at(1.0)), speaking(marks, at(100.0))
    jaw = [
        [weight(stage.pose_at(start + sample), "jawOpen") for sample in range(0, at(2.0), 480)]
        for stage, start in ((early, at(1.0)), (late, at(100.0)))
    ]
    assert np.allclose(jaw[0], jaw[1], atol=0.02)
    assert max(jaw[0]) > 0.2
    assert weight(early.pose_at(at(0.9)), "jawOpen") < 0.01


def test_closures_hold_whatever_the_idle_body_does(spell: Spell) -> None:
    marks = spell(WORDS * 4)
    stage = speaking([Mark("mood", 0, 0, "joy"), *marks], at(2.0))
    for mark in marks:
        if mark.kind == "phoneme" and mark.text in ("p", "b", "m"):
            pose = stage.pose_at(at(2.0) + (3 * mark.start + 2 * mark.end) // 5)
            assert weight(pose, "mouthClose") >= weight(pose, "jawOpen") - 0.01
            assert weight(pose, "jawOpen") < 0.1
            assert weight(pose, "mouthLowerDownLeft") < 0.02


def test_an_empty_stage_lives() -> None:
    stage = Stage(1)
    poses = [stage.pose_at(at(second)) for second in range(20)]
    assert not any(same(first, second) for first, second in pairwise(poses))
    assert max(weight(pose, "jawOpen") for pose in poses) == 0.0


def test_the_pose_is_pure_in_the_sample(spell: Spell) -> None:
    stage, other = speaking(spell(WORDS), at(3.0)), speaking(spell(WORDS), at(3.0))
    for each in (stage, other):
        each.attend("listening", at(0.5))
        each.attend("thinking", at(2.0))
        each.cut(1, at(4.0))
    samples = range(0, at(8.0), 1777)
    forwards = [numbers(stage.pose_at(sample)) for sample in samples]
    backwards = [numbers(other.pose_at(sample)) for sample in reversed(samples)]
    assert all(np.array_equal(a, b) for a, b in zip(forwards, reversed(backwards), strict=True))


def test_the_motion_never_jumps_across_states_speech_and_a_cut(spell: Spell) -> None:
    stage = Stage(9)
    stage.attend("listening", at(0.5))
    stage.attend("thinking", at(2.0))
    stage.place(1, at(3.0))
    stage.extend(1, [Mark("mood", 0, 0, "surprise"), *spell(WORDS * 3, sentence="Nobody moved five umbrellas?")])
    stage.cut(1, at(4.3))
    stage.attend("listening", at(4.35))
    poses = [stage.pose_at(sample) for sample in range(0, at(7.0), 24)]
    path, gaze = np.stack([numbers(pose) for pose in poses]), np.array([gaze_of(pose) for pose in poses])
    assert np.abs(np.diff(path, axis=0)).max() < 0.045
    assert np.abs(np.diff(gaze, 2, axis=0)).max() < 0.1  # degrees: the eyes' weights have a corner at 0, they have not
    path[:, LOOKS] = 0.0
    assert np.abs(np.diff(path, 2, axis=0)).max() < 0.006


# --- barge-in


def test_a_cut_closes_the_mouth_within_150_ms(spell: Spell) -> None:
    stage = speaking(spell(WORDS * 3), at(1.0))
    cut = next(sample for sample in range(at(1.5), at(4.0), 240) if weight(stage.pose_at(sample), "jawOpen") > 0.25)
    stage.cut(1, cut)
    assert weight(stage.pose_at(cut), "jawOpen") > 0.25
    for sample in range(cut + at(0.15), cut + at(2.0), 480):
        pose = stage.pose_at(sample)
        assert weight(pose, "jawOpen") < 0.01
        assert weight(pose, "mouthClose") < 0.01


def test_nothing_of_a_cut_generation_shows_150_ms_later(spell: Spell) -> None:
    cut = at(2.2)
    words = speaking([Mark("mood", 0, 0, "anger"), *spell(WORDS * 3)], at(1.0))
    others = speaking([Mark("mood", 0, 0, "joy"), *spell(("yes: j ˈɛ s",) * 8, gap=0.03)], at(1.0))
    for stage in (words, others):
        stage.cut(1, cut)
    assert not same(words.pose_at(at(2.1)), others.pose_at(at(2.1)))
    for sample in range(cut + at(0.15), cut + at(4.0), 700):
        assert same(words.pose_at(sample), others.pose_at(sample))


def test_a_cut_changes_nothing_before_it(spell: Spell) -> None:
    whole, cut = speaking(spell(WORDS * 3), at(1.0)), speaking(spell(WORDS * 3), at(1.0))
    cut.cut(1, at(2.0))
    for sample in range(0, at(2.0), 900):
        assert same(whole.pose_at(sample), cut.pose_at(sample))


def test_whoever_is_cut_short_shows_that_they_noticed(spell: Spell) -> None:
    interrupted, spared = speaking(spell(WORDS * 3), at(1.0)), speaking(spell(("a: ə",), start=0.1), at(1.0))
    interrupted.cut(1, at(2.0))
    spared.cut(1, at(2.0))  # it had ended by itself
    raised = weight(interrupted.pose_at(at(2.3)), "browInnerUp") - weight(spared.pose_at(at(2.3)), "browInnerUp")
    assert raised > 0.15


def test_marks_that_come_after_a_cut_are_too_late(spell: Spell) -> None:
    stage = speaking(spell(WORDS), at(1.0))
    stage.cut(1, at(2.85))
    before = [numbers(stage.pose_at(sample)) for sample in range(at(2.5), at(6.0), 600)]
    stage.extend(1, spell(WORDS, start=1.9))
    stage.finish(1)
    stage.cut(1, at(3.5))  # a later cut does not bring it back
    after = [numbers(stage.pose_at(sample)) for sample in range(at(2.5), at(6.0), 600)]
    assert np.array_equal(before, after)


def test_a_generation_cut_before_it_began_is_never_seen(spell: Spell) -> None:
    stage = speaking(spell(WORDS), at(2.0))
    stage.cut(1, at(1.0))
    empty = Stage(5)
    for sample in range(0, at(5.0), 900):
        assert same(stage.pose_at(sample), empty.pose_at(sample))


def test_the_next_utterance_starts_clean_after_a_cut(spell: Spell) -> None:
    stage = speaking(spell(WORDS * 3), at(1.0))
    stage.cut(1, at(2.0))
    stage.place(2, at(2.4))
    marks = spell(WORDS)
    stage.extend(2, marks)
    labial = next(mark for mark in marks if mark.text == "m")
    pose = stage.pose_at(at(2.4) + (3 * labial.start + 2 * labial.end) // 5)
    assert weight(pose, "mouthClose") >= weight(pose, "jawOpen") - 0.01
    assert max(weight(stage.pose_at(sample), "jawOpen") for sample in range(at(2.7), at(4.4), 480)) > 0.2


# --- attention


def test_a_listener_keeps_looking_tilts_the_head_and_nods() -> None:
    stage, idle = Stage(4), Stage(4)
    stage.attend("listening", at(1.0))
    samples = range(at(2.0), at(62.0), 1200)
    gazes = np.array([np.hypot(*gaze_of(stage.pose_at(sample))) for sample in samples])
    assert (gazes < 3.0).mean() > 0.98
    extra = np.array(
        [np.subtract(stage.pose_at(sample).bones["head"], idle.pose_at(sample).bones["head"]) for sample in samples]
    )
    degrees = 2.0 * np.degrees(extra)
    assert abs(np.median(degrees[:, 2])) > 1.0, "tilted"
    nods = (degrees[:-1, 0] < 1.2) & (degrees[1:, 0] >= 1.2)
    assert 4 <= nods.sum() <= 40


def test_a_thinker_looks_away_and_up_and_comes_back_to_speak(spell: Spell) -> None:
    stage = Stage(4)
    stage.attend("thinking", at(1.0))
    pitch, yaw = np.mean([gaze_of(stage.pose_at(sample)) for sample in range(at(1.5), at(4.0), 600)], axis=0)
    assert pitch < -3.0
    assert abs(yaw) > 5.0
    assert weight(stage.pose_at(at(2.5)), "mouthPressLeft") > 0.08
    stage.place(1, at(4.0))
    stage.extend(1, spell(("yes: j ˈɛ s",), start=0.1, sentence="Yes."))
    assert np.hypot(*gaze_of(stage.pose_at(at(4.2)))) < 4.0


def test_the_eyes_move_to_a_thought_as_fast_as_eyes_move() -> None:
    stage = Stage(4)
    stage.attend("listening", at(0.0))
    stage.attend("thinking", at(1.0))
    there = gaze_of(stage.pose_at(at(1.1)))
    assert np.hypot(*there) > 6.0
    assert np.hypot(*gaze_of(stage.pose_at(at(1.0)))) < 3.0


def test_unknown_attention_is_refused_by_name() -> None:
    with pytest.raises(MotionError, match=r"dancing.*idle, listening, heard, thinking, resting"):
        Stage(1).attend("dancing", 0)  # type: ignore[arg-type]  # what the test is about


def test_whoever_heard_shows_it_in_brows_gaze_and_breath_within_a_tenth_of_a_second() -> None:
    stage, listening = Stage(4), Stage(4)
    for each in (stage, listening):
        each.attend("listening", at(1.0))
    stage.attend("heard", at(5.0))
    soon, before = stage.pose_at(at(5.1)), listening.pose_at(at(5.1))
    assert weight(soon, "browOuterUpLeft") - weight(before, "browOuterUpLeft") > 0.2
    assert np.hypot(*gaze_of(soon)) < 3.0
    nod = stage.pose_at(at(5.32)).bones["head"][0] - listening.pose_at(at(5.32)).bones["head"][0]
    assert 2.0 * np.degrees(nod) > 1.8
    lifts = [each.pose_at(at(5.4)).bones["leftShoulder"][2] for each in (stage, listening)]
    assert 2.0 * np.degrees(lifts[0] - lifts[1]) > 0.4, "breathed in"


def test_a_nod_is_small_and_over_within_a_second() -> None:
    stage, still = Stage(4), Stage(4)
    stage.nod(at(2.0))
    moved = [
        2.0 * np.degrees(stage.pose_at(at(second)).bones["head"][0] - still.pose_at(at(second)).bones["head"][0])
        for second in (1.99, 2.3, 2.8)
    ]
    assert moved[0] == moved[2] == 0.0
    assert 1.5 < moved[1] < 5.0


def test_who_rests_looks_about_again_and_lets_the_head_sink() -> None:
    stage, listening = Stage(4), Stage(4)
    stage.attend("resting", at(0.0))
    listening.attend("listening", at(0.0))
    samples = range(at(4.0), at(64.0), 2400)
    wandering = [np.mean([np.hypot(*gaze_of(s.pose_at(x))) > 4.0 for x in samples]) for s in (stage, listening)]
    assert wandering[0] > wandering[1] + 0.03
    assert stage.pose_at(at(8.0)).bones["head"] != listening.pose_at(at(8.0)).bones["head"]


# --- speech that is held


def held(marks: list[Mark], begin: float, end: float | None) -> Stage:
    stage = speaking(marks, at(1.0))
    stage.hold(at(begin))
    if end is not None:
        stage.resume(at(end))
    return stage


def test_the_lips_close_while_speech_is_held_and_stay_closed(spell: Spell) -> None:
    stage = held(spell(WORDS * 3), 2.0, None)
    for sample in range(at(2.0) + at(0.15), at(6.0), 480):
        assert weight(stage.pose_at(sample), "jawOpen") < 0.01


def test_speech_that_was_held_goes_on_with_the_very_sample_at_which_it_stopped(spell: Spell) -> None:
    whole, paused = speaking(spell(WORDS * 3), at(1.0)), held(spell(WORDS * 3), 2.0, 2.75)
    jaws = [
        [weight(stage.pose_at(sample + shift), "jawOpen") for sample in range(at(2.1), at(4.0), 480)]
        for stage, shift in ((whole, 0), (paused, at(0.75)))
    ]
    assert max(jaws[0]) > 0.2
    assert np.allclose(jaws[0], jaws[1], atol=0.03)


def test_a_hold_changes_nothing_before_it_nor_a_resume_before_its_lead(spell: Spell) -> None:
    marks = spell(WORDS * 3)
    plain, open_end, resumed = speaking(marks, at(1.0)), held(marks, 2.0, None), held(marks, 2.0, 3.0)
    for sample in range(0, at(2.0), 900):
        assert same(plain.pose_at(sample), open_end.pose_at(sample))
    for sample in range(at(2.0), at(2.95), 450):
        assert same(open_end.pose_at(sample), resumed.pose_at(sample))


@pytest.mark.parametrize("seconds", [0.24, 0.5, 1.4])
def test_the_motion_never_jumps_where_speech_is_held_and_goes_on(spell: Spell, seconds: float) -> None:
    marks = [
        Mark("gesture", at(0.7), at(0.7), "sweep"),
        *spell(WORDS * 3, sentence="Nobody moved five umbrellas?"),
    ]
    stage = speaking(sorted(marks, key=lambda mark: mark.start), at(1.0), seed=9)
    stage.hold(at(1.9))
    stage.resume(at(1.9 + seconds))
    poses = [stage.pose_at(sample) for sample in range(at(1.6), at(4.5), 24)]
    path = np.stack([numbers(pose) for pose in poses])
    path[:, LOOKS] = 0.0
    assert np.abs(np.diff(path, axis=0)).max() < 0.045
    assert np.abs(np.diff(path, 2, axis=0)).max() < 0.006


def test_what_is_cut_while_it_is_held_never_moves_the_lips_again(spell: Spell) -> None:
    stage = speaking(spell(WORDS * 3), at(1.0))
    stage.hold(at(2.0))
    stage.cut(1, at(2.6))
    stage.resume(at(2.6))
    for sample in range(at(2.15), at(6.0), 480):
        assert weight(stage.pose_at(sample), "jawOpen") < 0.01


def test_an_utterance_placed_after_a_pause_is_spoken_where_its_sound_is(spell: Spell) -> None:
    marks = spell(WORDS)
    stage = held(spell(("yes: j ˈɛ s",), start=0.1), 1.2, 2.0)
    stage.cut(1, at(2.1))
    stage.place(2, at(4.0))  # of speech: 4.8 s on the stream
    stage.extend(2, marks)
    plain = speaking(marks, at(4.0))
    jaws = [
        [weight(each.pose_at(sample + shift), "jawOpen") for sample in range(at(4.1), at(5.5), 480)]
        for each, shift in ((plain, 0), (stage, at(0.8)))
    ]
    assert np.allclose(jaws[0], jaws[1], atol=0.03)


# --- bookkeeping


def test_a_generation_is_placed_once_and_before_anything_else(spell: Spell) -> None:
    stage = Stage(1)
    with pytest.raises(GenerationError, match="3 was never placed"):
        stage.extend(3, spell(WORDS))
    with pytest.raises(GenerationError, match="never placed"):
        stage.cut(3, 0)
    with pytest.raises(GenerationError, match="never placed"):
        stage.finish(3)
    stage.place(3, 0)
    with pytest.raises(GenerationError, match="3 was placed before"):
        stage.place(3, 10)


def test_an_hour_of_talk_is_forgotten_but_the_last_seconds_are_not(spell: Spell) -> None:
    stage = Stage(1)
    marks = spell(WORDS)
    last: list[tuple[int, NDArray[np.float64]]] = []
    for generation in range(600):
        start = at(6.0 * generation)
        stage.attend("listening", start)
        stage.place(generation, start)
        for sample, pose in last:
            assert np.array_equal(numbers(stage.pose_at(sample)), pose)
        stage.extend(generation, marks)
        stage.finish(generation)
        if generation % 3 == 0:
            stage.cut(generation, start + at(0.9))
        stage.attend("thinking", start + at(4.0))
        last = [(start + at(second), numbers(stage.pose_at(start + at(second)))) for second in (0.5, 1.0, 2.0, 5.5)]
    kept = vars(stage)
    assert len(kept["_utterances"]) <= 8
    assert len(kept["_posture"]._steps) < 20
    assert len(kept["_reactions"]._pulses) < 20
    stage.extend(0, marks)  # late news of one that is forgotten
    with pytest.raises(GenerationError):
        stage.place(0, at(4000.0))


def test_seeds_are_different_bodies_and_one_seed_is_one_body(spell: Spell) -> None:
    marks = spell(WORDS)
    first, again, other = (speaking(marks, at(1.0), seed) for seed in (1, 1, 2))
    assert same(first.pose_at(at(2.0)), again.pose_at(at(2.0)))
    assert not same(first.pose_at(at(2.0)), other.pose_at(at(2.0)))
