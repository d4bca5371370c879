"""Lips and speech are compared by when the lips meet, part and open."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from avatar.figure import Figure
from avatar.pose import neutral_face
from benchmarks.lip_geometry import Lips
from benchmarks.lip_sync import measured, phoneme_marks
from benchmarks.lip_timing import timing, turning_points
from benchmarks.recordings import Recording, recording
from tests.avatar.expressions import face
from tests.avatar.figures import figures, wheel

__all__ = ["figures", "wheel"]

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def lips(figures: dict[str, Figure]) -> Lips:
    return Lips(figures["milo"])


VOWELS = {"bobby": 6, "mary": 5}


def clips() -> list[Recording]:
    bobby = recording("bobby", DATA / "bobby.wav", DATA / "bobby_phones.TextGrid", DATA / "bobby_words.TextGrid")
    return [bobby, recording("mary", DATA / "mary.wav", DATA / "mary.TextGrid", DATA / "mary.TextGrid")]


@pytest.mark.parametrize("spoken", clips(), ids=lambda spoken: spoken.name)
def test_the_lips_go_with_two_people_who_were_recorded(lips: Lips, spoken: Recording) -> None:
    found = measured(phoneme_marks(spoken), spoken.phones, spoken.pcm, spoken.rate, lips)
    assert found.sealed == found.labials > 0
    assert np.mean(np.abs(found.onsets)) <= 0.020
    assert len(found.apex) == VOWELS[spoken.name]
    assert np.mean(np.abs(found.apex)) <= 0.020
    assert np.mean(np.abs(found.own_apex)) <= 0.012
    assert found.flickers == 0


def test_a_mouth_that_is_late_is_found_out(lips: Lips) -> None:
    spoken = clips()[0]
    late = [mark.shifted(1_440) for mark in phoneme_marks(spoken)]  # 60 ms
    found = measured(late, spoken.phones, spoken.pcm, spoken.rate, lips)
    assert np.mean(found.onsets) > 0.030


def test_a_mouth_that_never_moves_misses_every_apex_and_is_shut_all_the_time(lips: Lips) -> None:
    spoken = clips()[0]
    found = timing(spoken.phones, spoken.pcm, spoken.rate, lambda _: neutral_face(), lips)
    assert len(found.apex) == VOWELS["bobby"]
    assert not found.own_apex
    assert found.sealed == found.labials
    assert not found.turns
    assert not found.holds


def test_turns_that_cannot_be_seen_do_not_count() -> None:
    track = np.array([0.0, 0.1, 0.0, 1.0, 0.95, 1.1, 0.2, 0.3, 0.2, 0.9])
    assert turning_points(track, 0.3).tolist() == [0, 5, 6]


def test_a_mouth_that_trembles_flickers(lips: Lips) -> None:
    spoken = clips()[0]

    def trembling(seconds: float) -> np.ndarray:
        return face(jawOpen=0.3 + 0.1 * np.sin(2.0 * np.pi * 20.0 * seconds))

    found = timing(spoken.phones, spoken.pcm, spoken.rate, trembling, lips)
    assert found.flickers > 30
    assert max(found.holds) < 0.040


def test_what_is_measured_of_two_recordings_adds_up(lips: Lips) -> None:
    one, other = (measured(phoneme_marks(clip), clip.phones, clip.pcm, clip.rate, lips) for clip in clips())
    labials, apexes = one.labials + other.labials, [*one.apex, *other.apex]
    one.add(other)
    assert one.labials == labials
    assert one.apex == apexes
