"""The lips of the figures meet, touch the teeth and rest shut, measured on the surface that is drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatar.figure import Figure
from avatar.marks import MOODS, SAMPLE_RATE, Mark
from avatar.performance import Performance
from avatar.pose import neutral_face
from benchmarks.lip_geometry import TOUCH, Lips
from tests.avatar.conftest import Spell
from tests.avatar.expressions import face
from tests.avatar.figures import COUPLE, figures, wheel
from tests.avatar.test_performance import NASTY, SENTENCE, perform

__all__ = ["figures", "wheel"]

GRID = 200  # instants a second
FRAME = GRID / 30  # of a film with 30 pictures a second, in instants
FRICATIVES = ("five: f ˈaɪ v", "very: v ˈɛ ɹ i", "over: ˈoʊ v ə", "laugh: l ˈæ f", "fifty: f ˈɪ f t i", "move: m ˈu v")


@pytest.fixture(scope="module")
def lips(figures: dict[str, Figure]) -> dict[str, Lips]:
    return {name: Lips(figure) for name, figure in figures.items()}


def faces(performance: Performance, start: float, end: float) -> np.ndarray:
    """Return the faces between two times in seconds, ``GRID`` a second."""
    instants = np.arange(start, end, 1.0 / GRID)
    return np.stack([performance.pose_at(round(seconds * SAMPLE_RATE)).face for seconds in instants.tolist()])


def longest(holds: np.ndarray) -> int:
    """Return how many instants in a row something holds."""
    best = run = 0
    for value in holds.tolist():
        run = run + 1 if value else 0
        best = max(best, run)
    return best


@pytest.mark.parametrize("name", COUPLE)
def test_the_mouth_is_shut_at_rest_and_open_with_the_jaw(lips: dict[str, Lips], name: str) -> None:
    shapes = lips[name].shapes(np.stack([neutral_face(), face(jawOpen=0.1), face(jawOpen=0.5)]))
    assert shapes.gap[0] == 0.0
    assert shapes.area[0] == 0.0
    assert 0.0005 < shapes.gap[1] < 0.004
    assert 0.010 < shapes.gap[2] < 0.025
    assert shapes.area[2] > 2e-4


@pytest.mark.parametrize("name", COUPLE)
def test_shapes_move_the_lips_as_they_are_called(lips: dict[str, Lips], name: str) -> None:
    moved = [neutral_face(), face(mouthPucker=0.7), face(mouthSmileLeft=0.7, mouthSmileRight=0.7)]
    rest, pucker, smile = (lips[name].shapes(shape[None]) for shape in moved)
    assert pucker.width[0] < rest.width[0] - 0.002
    assert pucker.protrusion[0] > 0.002
    assert smile.width[0] > rest.width[0] + 0.002


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("pace", [1.0, 2.0])
def test_every_p_b_and_m_seals_for_a_frame_in_every_mood(
    lips: dict[str, Lips], spell: Spell, mood: str, pace: float
) -> None:
    marks = spell(NASTY, pace=pace)
    performance = perform([Mark("mood", 0, 0, mood), *marks])
    track = faces(performance, 0.0, performance.end / SAMPLE_RATE + 0.2)
    for name in COUPLE:
        gap = lips[name].shapes(track).gap
        assert gap.max() > 0.003, "the mouth opens in between"
        for mark in marks:
            if mark.kind == "phoneme" and mark.text in ("p", "b", "m"):
                first, last = (int(sample * GRID / SAMPLE_RATE) for sample in (mark.start, mark.end))
                assert longest(gap[first - 5 : last + 5] <= 0.0) >= FRAME, (name, mark)


@pytest.mark.parametrize("mood", ["neutral", "joy", "sorrow", "anger"])
def test_every_f_and_v_brings_the_lower_lip_to_the_teeth(lips: dict[str, Lips], spell: Spell, mood: str) -> None:
    marks = spell(FRICATIVES)
    performance = perform([Mark("mood", 0, 0, mood), *marks])
    for mark in marks:
        if mark.kind == "phoneme" and mark.text in ("f", "v"):
            track = faces(performance, mark.start / SAMPLE_RATE, mark.end / SAMPLE_RATE)
            for name in COUPLE:
                assert lips[name].to_teeth(track).min() <= TOUCH, (name, mark)
                assert lips[name].shapes(track).gap.min() < 0.004
    assert lips["vera"].to_teeth(neutral_face()[None])[0] > 1.5 * TOUCH, "at rest it does not touch them"


def test_the_mouth_is_shut_between_sentences_and_at_both_ends(lips: dict[str, Lips], spell: Spell) -> None:
    marks = [*spell(SENTENCE, start=0.5), *spell(SENTENCE, start=4.0)]
    pause = max(mark.end for mark in marks if mark.start < 3.5 * SAMPLE_RATE) / SAMPLE_RATE
    performance = perform(marks)
    ends = [(0.0, 0.35), (pause + 0.2, 3.85), (performance.end / SAMPLE_RATE + 0.2, performance.end / SAMPLE_RATE + 2)]
    for start, end in ends:
        assert lips["milo"].shapes(faces(performance, start, end)).gap.max() == 0.0


def test_a_vowel_between_closures_opens_less_the_faster_it_is(lips: dict[str, Lips], spell: Spell) -> None:
    opening = []
    for pace in (0.8, 1.6, 3.2):
        marks = spell(("bob: b ˈɑ b",), pace=pace)
        opening.append(lips["vera"].shapes(faces(perform(marks), 0.25, marks[-1].end / SAMPLE_RATE)).gap.max())
    assert opening[0] > opening[1] + 0.001
    assert opening[1] > opening[2] + 0.001


@given(
    sounds=st.tuples(*(st.sampled_from(["ð", "l", "s", "t", "n", "ʃ", "θ", "d", "k"]),) * 2),
    vowel=st.sampled_from(["i", "ə", "ɪ", "ʌ"]),
    milliseconds=st.tuples(st.integers(50, 120), st.integers(40, 160), st.integers(50, 120)),
    loudness=st.floats(0.0, 1.0),
)
@settings(max_examples=100, deadline=None)
def test_a_vowel_is_an_opening_between_its_consonants(
    lips: dict[str, Lips], sounds: tuple[str, str], vowel: str, milliseconds: tuple[int, ...], loudness: float
) -> None:
    edges = np.cumsum([500, *milliseconds]) * SAMPLE_RATE // 1000
    marks = [
        Mark("phoneme", int(begin), int(end), text, loudness * (text == vowel))
        for text, begin, end in zip((sounds[0], vowel, sounds[1]), edges[:-1], edges[1:], strict=True)
    ]
    start, end = edges[1] / SAMPLE_RATE, edges[2] / SAMPLE_RATE
    gap = lips["vera"].shapes(faces(perform(marks), start - 0.04, end + 0.04)).gap
    assert 0 < gap.argmax() < len(gap) - 1
    assert abs(start - 0.04 + gap.argmax() / GRID - (start + end) / 2) <= 0.02 + 0.1 * (end - start)
