"""The output stream lays utterances down without overlap, tells the body where, and forgets what was cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from avatar.marks import Mark
from viewer.playback import FADE, LEAD, Heard, Playback


class RecordingBody:
    """A test double of the stage that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int, int]] = []
        self.marks: dict[int, list[Mark]] = {}

    def place(self, generation: int, start: int) -> None:
        self.told.append(("place", generation, start))

    def extend(self, generation: int, marks: Sequence[Mark]) -> None:
        self.marks.setdefault(generation, []).extend(marks)

    def finish(self, generation: int) -> None:
        self.told.append(("finish", generation, 0))

    def cut(self, generation: int, at: int) -> None:
        self.told.append(("cut", generation, at))

    def hold(self, at: int) -> None:
        self.told.append(("hold", 0, at))

    def resume(self, at: int) -> None:
        self.told.append(("resume", 0, at))


def tone(count: int, value: int = 1_000) -> NDArray[np.int16]:
    return np.full(count, value, dtype=np.int16)


def begun(generation: int = 1) -> tuple[Playback, RecordingBody]:
    body = RecordingBody()
    playback = Playback(body)
    playback.begin(generation)
    return playback, body


def test_sound_begins_a_lead_after_it_arrived_and_the_body_is_told_that_sample() -> None:
    playback, body = begun()
    playback.read(500)
    playback.feed(1, 0, tone(100))
    assert body.told == [("place", 1, 500 + LEAD)]
    heard = playback.read(LEAD + 200)
    assert np.flatnonzero(heard)[[0, -1]].tolist() == [LEAD, LEAD + 99]


def test_sound_that_follows_on_is_gapless() -> None:
    playback, body = begun()
    playback.feed(1, 0, tone(100, 1))
    playback.feed(1, 100, tone(100, 2))
    heard = playback.read(LEAD + 300)
    assert heard[LEAD : LEAD + 200].tolist() == [1] * 100 + [2] * 100
    assert [kind for kind, *_ in body.told] == ["place"]


def test_sound_that_comes_late_begins_a_new_run_with_its_marks_counted_from_there() -> None:
    playback, body = begun()
    playback.feed(1, 0, tone(100))
    playback.read(LEAD + 5_000)
    assert playback.starved
    playback.mark(1, [Mark("word", 110, 150, "late")])
    playback.feed(1, 100, tone(100))
    assert body.told[1:] == [("finish", 1, 0), ("place", 2, 2 * LEAD + 5_000)]
    assert body.marks[2] == [Mark("word", 10, 50, "late")]
    assert playback.heard(2 * LEAD + 5_020) == Heard(1, 120)


def test_nothing_of_a_cut_utterance_is_played_beyond_the_fade() -> None:
    playback, body = begun()
    playback.feed(1, 0, tone(10_000))
    playback.read(LEAD + 1_000)
    assert playback.cut(LEAD + 900) == Heard(1, 900)
    playback.feed(1, 10_000, tone(10_000))
    rest = playback.read(20_000)
    assert not rest[FADE:].any()
    assert body.told[-1] == ("cut", 1, LEAD + 900)
    assert not playback.sounding


def test_sound_of_an_older_generation_is_dropped() -> None:
    playback, _ = begun(1)
    playback.begin(2)
    playback.feed(1, 0, tone(1_000))
    assert not playback.read(LEAD + 2_000).any()


def test_beginning_a_generation_cuts_the_one_that_sounds() -> None:
    playback, body = begun(1)
    playback.feed(1, 0, tone(10_000))
    playback.read(LEAD + 100)
    playback.begin(2)
    assert body.told[-1] == ("cut", 1, LEAD + 100)
    assert playback.sounding


def test_a_finished_utterance_sounds_to_its_end_and_no_longer() -> None:
    playback, body = begun()
    playback.feed(1, 0, tone(1_000))
    playback.finish(1)
    assert playback.sounding
    assert not playback.starved
    playback.read(LEAD + 1_000)
    assert not playback.sounding
    assert body.told[-1] == ("finish", 1, 0)


def test_before_anything_was_heard_nothing_was_heard() -> None:
    playback, _ = begun()
    playback.feed(1, 0, tone(10))
    assert playback.heard(LEAD - 1) is None


@given(
    st.lists(st.tuples(st.integers(0, 4_000), st.integers(1, 3_000)), min_size=1, max_size=20),
    st.integers(1, 2_000),
)
def test_whatever_the_rhythm_of_arrival_every_sample_is_played_once_in_order(
    arrivals: list[tuple[int, int]], block: int
) -> None:
    playback, _ = begun()
    played: list[NDArray[np.int16]] = []
    first = 0
    for pause, length in arrivals:
        for _ in range(pause // block):
            played.append(playback.read(block))
        playback.feed(1, first, np.arange(first, first + length, dtype=np.int64).astype(np.int16) % 30_000 + 1)
        first += length
    played.append(playback.read(first + 20 * LEAD + 100_000))
    heard = np.concatenate(played)
    expected = np.arange(first, dtype=np.int64).astype(np.int16) % 30_000 + 1
    assert np.array_equal(heard[heard != 0], expected[expected != 0])
