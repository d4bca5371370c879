"""An utterance's marks become motion: sealed closures, early visemes, moods, gestures, steady gaze; purely."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from avatar.articulation import Articulation
from avatar.errors import MarkError
from avatar.expressions import expression
from avatar.figure.skeleton import BONE_NAMES
from avatar.marks import GESTURES, MOODS, SAMPLE_RATE, Mark, MarkKind
from avatar.motion import FACE, gaze_of
from avatar.performance import WINDOW, Performance
from avatar.pose import ARKIT_INDEX, ARKIT_NAMES, IDENTITY, Pose
from avatar.visemes import visemes_of
from avatar.voice.phonemes import PHONEMES

Spell = Callable[..., list[Mark]]

NASTY = (
    "pop: p ˈɑ p", "mama: m ˈɑ m ə", "baby: b ˈeɪ b i", "bump: b ˈʌ m p", "November: n oʊ v ˈɛ m b ə",
    "umbrella: ʌ m b ɹ ˈɛ l ə", "obvious: ˈɑ b v i ə s", "subpoena: s ə p ˈi n ə", "womb: w ˈu m", "lamp: l ˈæ m p",
    "thumb: θ ˈʌ m", "wipe: w ˈaɪ p", "cowboy: k ˈaʊ b ɔɪ", "shampoo: ʃ æ m p ˈu", "leap: l ˈi p", "awe: ˈɔ", "me: m i",
)  # fmt: skip
SENTENCE = ("Nobody: n ˈoʊ b ə d i", "found: f ˈaʊ n d", "Captain: k ˈæ p t ɪ n", "Moore: m ˈɔ ɹ",
            "under: ˈʌ n d ə", "seventeen: s ɛ v ə n t ˈi n", "umbrellas: ʌ m b ɹ ˈɛ l ə z")  # fmt: skip
LIPS_APART = (
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "mouthFunnel", "tongueOut",
)  # fmt: skip
MOUTH = [index for index, name in enumerate(ARKIT_NAMES) if name.startswith(("jaw", "mouth", "tongue"))]


def perform(marks: Sequence[Mark], seed: int = 7) -> Performance:
    performance = Performance(seed)
    performance.extend(marks)
    performance.finish()
    return performance


def weight(pose: Pose, name: str) -> float:
    return float(pose.face[ARKIT_INDEX[name]])


def sealed(pose: Pose) -> bool:
    meeting = weight(pose, "mouthClose") >= weight(pose, "jawOpen") - 0.01 and weight(pose, "jawOpen") < 0.1
    return meeting and weight(pose, "mouthPressLeft") > 0.2 and all(weight(pose, name) < 0.02 for name in LIPS_APART)


def numbers(pose: Pose) -> NDArray[np.float64]:
    bones = [part for name in BONE_NAMES for part in pose.bones.get(name, IDENTITY)]
    return np.concatenate([pose.face, bones, pose.root])


def at(seconds: float) -> int:
    return round(seconds * SAMPLE_RATE)


# --- the mouth


@pytest.mark.parametrize("pace", [0.8, 1.6, 2.2])
@pytest.mark.parametrize("mood", MOODS)
def test_the_lips_are_sealed_at_every_p_b_and_m(spell: Spell, pace: float, mood: str) -> None:
    marks = spell(NASTY, pace=pace)
    performance = perform([Mark("mood", 0, 0, mood), *marks])
    labials = [mark for mark in marks if mark.kind == "phoneme" and mark.text in ("p", "b", "m")]
    assert len(labials) > 20
    for mark in labials:
        assert sealed(performance.pose_at((3 * mark.start + 2 * mark.end) // 5)), mark


def test_f_and_v_bring_the_lower_lip_to_the_teeth(spell: Spell) -> None:
    marks = spell(("five: f ˈaɪ v", "very: v ˈɛ ɹ i", "over: ˈoʊ v ə", "laugh: l ˈæ f"))
    performance = perform(marks)
    for mark in marks:
        if mark.kind == "phoneme" and mark.text in ("f", "v"):
            pose = performance.pose_at((mark.start + mark.end) // 2)
            assert weight(pose, "mouthRollLower") > 0.8
            assert weight(pose, "jawOpen") < 0.15
            assert weight(pose, "mouthClose") < 0.05, "the lips do not meet"


def test_open_vowels_open_the_jaw_between_closures(spell: Spell) -> None:
    marks = spell(("pop: p ˈɑ p",))
    performance = perform(marks)
    vowel = next(mark for mark in marks if mark.text == "ɑ")
    opening = max(weight(performance.pose_at(sample), "jawOpen") for sample in range(vowel.start, vowel.end, 240))
    assert opening > 0.3


def test_stress_opens_the_mouth_further() -> None:
    plain = perform([Mark("phoneme", at(0.3), at(0.42), "ɑ", 0.0)])
    stressed = perform([Mark("phoneme", at(0.3), at(0.42), "ɑ", 1.0)])
    assert weight(stressed.pose_at(at(0.37)), "jawOpen") > 1.2 * weight(plain.pose_at(at(0.37)), "jawOpen")


def test_the_mouth_moves_before_the_sound_but_not_more_than_120_ms() -> None:
    performance = perform([Mark("phoneme", at(1.0), at(1.2), "u", 1.0)])
    before = performance.pose_at(at(0.879))
    assert all(weight(before, name) == 0.0 for name in ("jawOpen", "mouthPucker", "mouthFunnel"))
    assert weight(performance.pose_at(at(0.97)), "mouthPucker") > 0.15


def test_rounding_spreads_over_the_neighbours(spell: Spell) -> None:
    def pucker(vowel: str) -> float:
        marks = spell((f"word: s ˈ{vowel}",))
        return weight(perform(marks).pose_at(marks[1].end - at(0.02)), "mouthPucker")

    assert pucker("u") > pucker("i") + 0.15


def test_the_tongue_shows_for_th(spell: Spell) -> None:
    marks = spell(("thin: θ ˈɪ n",))
    assert weight(perform(marks).pose_at(marks[1].end - at(0.02)), "tongueOut") > 0.15


def test_a_short_sound_still_holds_its_shape_for_100_ms() -> None:
    performance = perform([Mark("phoneme", at(1.0), at(1.03), "u", 1.0)])
    assert weight(performance.pose_at(at(0.879)), "mouthPucker") == 0.0, "120 ms before it at the earliest"
    pucker = [weight(performance.pose_at(sample), "mouthPucker") for sample in range(at(0.8), at(1.3), 24)]
    assert sum(value > 0.5 * max(pucker) for value in pucker) >= 100  # samples 1 ms apart


@given(
    sounds=st.lists(
        st.tuples(st.sampled_from(sorted(PHONEMES)), st.integers(0, at(0.4)), st.sampled_from([0, 0, 0, at(0.2)])),
        min_size=1, max_size=40,
    ),
    pace=st.floats(0.3, 4.0),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_every_viseme_is_held_for_80_ms_at_any_pace(sounds: list[tuple[str, int, int]], pace: float) -> None:
    marks, begin = [], 0
    for text, length, silence in sounds:
        marks.append(Mark("phoneme", begin, begin + round(length / pace), text, 0.6))
        begin += round((length + silence) / pace)
    mouth = Articulation()
    mouth.extend(marks)
    assert mouth.held().min(initial=1.0) >= 0.080 - 1e-9


@pytest.mark.parametrize("milliseconds", [0, 20, 60, 150])
def test_a_mouth_is_held_as_long_as_it_says(milliseconds: int) -> None:
    mouth = Articulation()
    mouth.extend([Mark("phoneme", at(1.0), at(1.0 + milliseconds / 1000), "w", 1.0)])
    rest = np.zeros(len(ARKIT_NAMES))
    track = np.stack([mouth.at(0.8 + 0.001 * step, rest) for step in range(700)])
    share = track[:, ARKIT_INDEX["mouthPucker"]] / track[:, ARKIT_INDEX["mouthPucker"]].max()
    pull = 0.22 * share / (1.22 - share)  # the dominance, taken out of its balance with the rest
    assert 0.001 * np.count_nonzero(pull >= 0.5 * pull.max()) == pytest.approx(float(mouth.held()[0, 1]), abs=0.004)


def test_the_mouth_rests_150_ms_after_the_last_sound(spell: Spell) -> None:
    marks = spell(("go: ɡ ˈoʊ",))
    performance = perform(marks)
    rest = performance.pose_at(performance.end + at(0.15)).face[MOUTH]
    assert rest == pytest.approx(expression("neutral")[FACE][MOUTH], abs=1e-6)  # the corners' friendly trace
    assert performance.pose_at(performance.end - at(0.05)).face[MOUTH].max() > 0.2


def test_every_sound_of_the_voice_has_a_mouth_shape() -> None:
    for symbol in PHONEMES:
        assert visemes_of(symbol), symbol
        fallback = visemes_of("ʘ")
        assert visemes_of(symbol) != fallback or symbol == "ə", f"{symbol} is not in the table"


def test_length_marks_are_ignored_and_punctuation_is_silent() -> None:
    assert visemes_of("ˈɑː") == visemes_of("ɑ")
    assert visemes_of(",") == visemes_of(" ") == visemes_of("") == ()


@given(
    sounds=st.lists(st.tuples(st.sampled_from(sorted(PHONEMES)), st.integers(0, 6000)), max_size=30),
    mood=st.sampled_from(MOODS),
    gesture=st.sampled_from(GESTURES),
    sample=st.integers(-20_000, 120_000),
)
@settings(max_examples=150, deadline=None)
def test_weights_stay_between_0_and_1_and_bones_stay_unit(
    sounds: list[tuple[str, int]], mood: str, gesture: str, sample: int
) -> None:
    marks, begin = [Mark("mood", 0, 0, mood), Mark("gesture", 100, 100, gesture)], 0
    for text, length in sounds:
        marks.append(Mark("phoneme", begin, begin + length, text, 1.0))
        begin += length
    pose = perform(marks).pose_at(sample)
    assert pose.face.dtype == np.float32
    assert pose.face.shape == (52,)
    assert pose.face.min() >= 0.0
    assert pose.face.max() <= 1.0
    for rotation in pose.bones.values():
        assert np.linalg.norm(rotation) == pytest.approx(1.0, abs=1e-9)


def test_motion_is_smooth(spell: Spell) -> None:
    marks = spell((*NASTY, *SENTENCE), sentence="And what did nobody find under seventeen umbrellas?")
    performance = perform([Mark("mood", 0, 0, "joy"), *marks, Mark("mood", at(3.0), at(3.0), "sorrow")])
    path = np.stack([numbers(performance.pose_at(sample)) for sample in range(0, performance.end, 24)])
    speed = np.abs(np.diff(path, axis=0))
    assert speed.max() < 0.045  # weight per millisecond: the fastest saccade and closure
    assert np.abs(np.diff(path, 2, axis=0)).max() < 0.01  # no corners


# --- purity


def test_poses_do_not_depend_on_the_order_or_rate_of_asking(spell: Spell) -> None:
    marks = spell(SENTENCE, sentence="Nobody found Captain Moore under seventeen umbrellas.")
    once, again = perform(marks), perform(marks)
    samples = list(range(-4000, once.end + 24_000, 997))
    forwards = {sample: numbers(once.pose_at(sample)) for sample in samples}
    for sample in reversed(samples[::3]):
        assert np.array_equal(numbers(again.pose_at(sample)), forwards[sample])


def test_the_seed_changes_the_gestures_and_not_the_mouth(spell: Spell) -> None:
    marks = spell(SENTENCE)
    first, second = perform(marks, seed=1), perform(marks, seed=2)
    samples = range(0, first.end, 1000)
    assert any(first.pose_at(sample).bones != second.pose_at(sample).bones for sample in samples)
    for sample in samples:
        assert np.allclose(first.pose_at(sample).face[MOUTH], second.pose_at(sample).face[MOUTH], atol=1e-6)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("gap", [0.0, 0.12, 0.25, 0.29, 0.31, 0.45, 0.9, 2.0])
def test_a_later_clause_shows_only_from_200_ms_before_it(spell: Spell, gap: float, seed: int) -> None:
    script: tuple[tuple[Sequence[str], str | None, MarkKind, str], ...] = (
        (SENTENCE, "Nobody found Captain Moore under seventeen umbrellas.", "mood", "joy"),
        (NASTY[:6], None, "gesture", "nod"),
        (SENTENCE[:3], "Who found Captain Moore, under which of all those umbrellas?", "mood", "doubt"),
        (NASTY[6:], "Pop goes a bump!", "gesture", "shrug"),
    )
    clauses: list[list[Mark]] = []
    start = 0.3
    for words, sentence, kind, name in script:
        marks = spell(words, start=start, sentence=sentence)
        clauses.append([Mark(kind, marks[0].start, marks[0].start, name), *marks])
        start = marks[-1].end / SAMPLE_RATE + gap
    whole = perform([mark for clause in clauses for mark in clause], seed)
    streamed = Performance(seed)
    for clause, following in zip(clauses, [*clauses[1:], None], strict=True):
        streamed.extend(clause)
        settled = whole.end + at(4.0) if following is None else following[0].start - at(WINDOW)
        for sample in [*range(0, settled, 2111), *range(max(0, settled - at(1.0)), settled, 311)]:
            assert np.allclose(numbers(streamed.pose_at(sample)), numbers(whole.pose_at(sample)), atol=1e-6), sample
            assert streamed.presence_at(sample) == pytest.approx(whole.presence_at(sample), abs=1e-9), sample


# --- moods and gestures


def test_a_mood_is_in_the_face_before_its_words(spell: Spell) -> None:
    first, second = spell(SENTENCE[:3], start=0.3), spell(SENTENCE[3:], start=1.6)
    performance = perform([*first, Mark("mood", at(1.6), at(1.6), "anger"), *second])
    assert weight(performance.pose_at(at(1.39)), "browDownLeft") < 0.01
    assert weight(performance.pose_at(at(1.6)), "browDownLeft") > 0.5
    assert weight(performance.pose_at(at(1.75)), "browDownLeft") > 0.8


def test_joy_smiles_while_it_speaks_and_lets_go_afterwards(spell: Spell) -> None:
    marks = spell(SENTENCE)
    joyful, plain = perform([Mark("mood", 0, 0, "joy"), *marks]), perform(marks)

    def smile(performance: Performance) -> float:
        samples = range(at(0.5), performance.end, 480)
        return float(np.mean([weight(performance.pose_at(sample), "mouthSmileLeft") for sample in samples]))

    assert smile(joyful) > smile(plain) + 0.3
    assert weight(joyful.pose_at(joyful.end + at(3.0)), "mouthSmileLeft") < 0.01


def test_strength_scales_a_mood(spell: Spell) -> None:
    marks = spell(SENTENCE)
    faint, full = (perform([Mark("mood", 0, 0, "sorrow", strength), *marks]) for strength in (0.3, 1.0))
    assert weight(faint.pose_at(at(1.0)), "mouthFrownLeft") < 0.5 * weight(full.pose_at(at(1.0)), "mouthFrownLeft")


def test_a_question_ends_with_raised_brows(spell: Spell) -> None:
    question = perform(spell(SENTENCE, sentence="Nobody found Captain Moore?"), seed=3)
    statement = perform(spell(SENTENCE, sentence="Nobody found Captain Moore."), seed=3)
    assert weight(question.pose_at(question.end), "browInnerUp") > 0.25
    assert weight(statement.pose_at(statement.end), "browInnerUp") < 0.15


def test_stressed_words_move_head_and_brows(spell: Spell) -> None:
    nodding, flashing = 0, 0
    for seed in range(8):
        performance = perform(spell(SENTENCE * 3), seed)
        poses = [performance.pose_at(sample) for sample in range(0, performance.end, 800)]
        pitch = [2.0 * np.degrees(pose.bones["head"][0]) for pose in poses]
        nodding += max(pitch) - min(pitch) > 1.0
        flashing += max(weight(pose, "browOuterUpLeft") for pose in poses) > 0.1
    assert nodding == 8
    assert flashing >= 6


@pytest.mark.parametrize("name", GESTURES)
def test_every_gesture_moves_the_body_and_ends(name: str) -> None:
    performance = perform([Mark("gesture", at(1.0), at(1.0), name)])
    rest = numbers(performance.pose_at(0))
    moved = max(np.abs(numbers(performance.pose_at(at(1.0 + 0.05 * step))) - rest).max() for step in range(20))
    assert moved > 0.02
    assert np.allclose(numbers(performance.pose_at(at(4.0))), rest)


# --- gaze


def test_the_eyes_stay_on_the_viewer_while_the_head_shakes() -> None:
    performance = perform([Mark("gesture", at(0.5), at(0.5), "shake"), Mark("gesture", at(0.6), at(0.6), "nod")])
    yaws = []
    for sample in range(at(0.5), at(1.5), 240):
        pose = performance.pose_at(sample)
        yaws.append(2.0 * np.degrees(pose.bones["head"][1]))
        assert np.hypot(*gaze_of(pose)) < 0.5
    assert max(yaws) - min(yaws) > 5.0


def test_the_eyes_are_on_the_viewer_most_of_the_time_and_away_sometimes(spell: Spell) -> None:
    shares = []
    for seed in range(6):
        marks: list[Mark] = []
        for turn in range(6):
            marks += spell(SENTENCE, start=0.3 + 3.2 * turn, sentence="Nobody found Captain Moore under umbrellas.")
        performance = perform(marks, seed)
        away = [np.hypot(*gaze_of(performance.pose_at(sample))) for sample in range(0, performance.end, 480)]
        shares.append(np.mean(np.array(away) < 4.0))
    assert min(shares) > 0.6
    assert min(shares) < 0.99


def test_the_eyes_lead_and_the_head_follows(spell: Spell) -> None:
    for seed in range(20):
        performance = perform(spell(SENTENCE, sentence="Nobody found Captain Moore under umbrellas."), seed)
        gaze = np.array([gaze_of(performance.pose_at(sample))[1] for sample in range(0, at(1.2), 24)])
        if np.abs(gaze).max() > 5.0:
            head = np.array([performance.pose_at(sample).bones["head"][1] for sample in range(0, at(1.2), 24)])
            there = int(np.argmax(np.abs(gaze) > 0.95 * np.abs(gaze).max()))
            turned = int(np.argmax(np.abs(head) > 0.8 * np.abs(head).max()))
            assert there < turned
            return
    pytest.fail("no seed looked away")


# --- bad input


@pytest.mark.parametrize(("kind", "text"), [("mood", "hungry"), ("gesture", "somersault")])
def test_unknown_moods_and_gestures_are_refused_by_name(kind: MarkKind, text: str) -> None:
    with pytest.raises(MarkError, match=f"{text}.*use one of"):
        Performance(1).extend([Mark(kind, 0, 0, text)])


def test_a_phoneme_in_the_past_is_refused(spell: Spell) -> None:
    performance = perform(spell(SENTENCE))
    with pytest.raises(MarkError, match="time order"):
        performance.extend([Mark("phoneme", 0, 1000, "p")])


def test_a_performance_without_marks_is_a_body_at_rest() -> None:
    performance = Performance(1)
    assert performance.end == 0
    assert not performance.finished
    assert performance.pose_at(10**9).face.max() < 0.1
