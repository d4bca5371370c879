"""The material that the ear learns from says the truth about its sounds, whatever was done to them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from avatar.errors import VoiceError
from avatar.listening.resampling import HEARD_RATE
from avatar.listening.sounds import CLASSES
from avatar.listening.training.damage import at_speed, damaged, noise, unspoken
from avatar.listening.training.material import STEP, labels
from avatar.listening.training.teachers import Lesson, any_voice, spoken_by_us
from avatar.listening.training.texts import Texts, manual_sentences
from avatar.voice import Voice


@pytest.fixture(scope="module")
def lesson() -> Lesson:
    return spoken_by_us("Bob may sing.", Voice("adam"))


def test_a_lesson_names_its_sounds_in_order(lesson: Lesson) -> None:
    said = "".join(CLASSES[kind] for kind, _, _ in lesson.spans)
    assert said.startswith("pɑp")
    assert said.endswith("k")  # the sound at the end of "sing"
    assert "s" in said
    assert all(0.0 <= start < end <= len(lesson.sound) / HEARD_RATE for _, start, end in lesson.spans)


def test_labels_are_the_spans_by_the_millisecond(lesson: Lesson) -> None:
    found = labels(lesson)
    assert len(found) == len(lesson.sound) // STEP + 1
    for kind, start, end in lesson.spans:
        assert found[round((start + end) * 500)] == kind
    assert found[-1] == CLASSES.index("")


def test_a_lesson_at_another_speed_keeps_its_sounds_at_their_places(lesson: Lesson) -> None:
    fast = at_speed(lesson, 1.25)
    assert len(fast.sound) == pytest.approx(len(lesson.sound) / 1.25, rel=0.01)
    for (kind, start, end), (same, slow_start, slow_end) in zip(fast.spans, lesson.spans, strict=True):
        assert kind == same
        assert start * 1.25 == pytest.approx(slow_start, abs=0.01)
        assert end * 1.25 == pytest.approx(slow_end, abs=0.01)


@pytest.mark.parametrize("seed", range(12))
def test_damage_moves_no_sound_and_stays_a_sound(lesson: Lesson, seed: int) -> None:
    found = damaged(lesson.sound, np.random.default_rng(seed))
    assert len(found) == len(lesson.sound)
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1.0
    assert found.std() > 0.0


def test_the_same_seed_makes_the_same_material(lesson: Lesson) -> None:
    one, other = (damaged(lesson.sound, np.random.default_rng(7)) for _ in range(2))
    assert np.array_equal(one, other)
    assert Texts(3).next() == Texts(3).next()
    assert any_voice(np.random.default_rng(1)).name == any_voice(np.random.default_rng(1)).name


def test_pauses_are_as_long_as_asked_and_soft() -> None:
    rng = np.random.default_rng(0)
    for count in (0, 10, 1_000, 20_000):
        pause = unspoken(count, rng)
        assert len(pause) == count
        assert count == 0 or np.sqrt(np.mean(pause**2)) < 0.08
    assert noise(5_000, rng).std() == pytest.approx(1.0, abs=1e-3)


def test_texts_are_plain_sentences() -> None:
    found = manual_sentences()
    assert len(found) > 1_000
    assert all(4 <= len(sentence.split()) <= 16 for sentence in found)


def test_a_text_without_sounds_is_no_lesson() -> None:
    with pytest.raises(VoiceError, match="no sound"):
        spoken_by_us("...", Voice("adam"))


def test_the_default_install_listens_without_torch() -> None:
    listening = Path(__file__).parents[2] / "avatar" / "listening"
    assert not [path.name for path in listening.glob("*.py") if "torch" in path.read_text(encoding="utf-8")]
