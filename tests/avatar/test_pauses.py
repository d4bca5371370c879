"""Pauses map the stream, which never stops, to speech, which waits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from avatar.pauses import REMEMBERED_PAUSES, Pauses


def paused(*spans: tuple[int, int]) -> Pauses:
    pauses = Pauses()
    for begin, end in spans:
        pauses.begin(begin)
        pauses.end(end)
    return pauses


def test_speech_stands_still_within_a_pause_and_goes_on_where_it_stopped() -> None:
    pauses = paused((100, 160))
    assert [pauses.spoken(sample) for sample in (0, 99, 100, 130, 160, 161)] == [0, 99, 100, 100, 100, 101]


def test_a_pause_without_an_end_holds_for_ever() -> None:
    pauses = Pauses()
    pauses.begin(50)
    assert pauses.spoken(10_000) == 50
    assert pauses.playing(0, 10_000) == [(0, 50)]
    assert pauses.open is not None


def test_a_second_hold_and_a_resume_without_a_hold_count_for_nothing() -> None:
    pauses = paused((100, 160))
    assert not pauses.end(300)
    assert pauses.begin(200)
    assert not pauses.begin(220)
    assert pauses.spoken(250) == 140


def test_a_hold_that_is_taken_back_before_it_begins_is_no_pause() -> None:
    pauses = Pauses()
    pauses.begin(500)
    pauses.end(300)
    assert pauses.spoken(900) == 900
    assert sum(end - begin for begin, end in pauses.playing(0, 900)) == 900


def test_what_is_forgotten_still_counts() -> None:
    pauses = paused(*((100 * place, 100 * place + 10) for place in range(3 * REMEMBERED_PAUSES)))
    assert pauses.spoken(100 * 3 * REMEMBERED_PAUSES) == 90 * 3 * REMEMBERED_PAUSES


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(0, 500)), max_size=12), st.integers(1, 300))
def test_every_sample_of_speech_is_played_once_and_in_order(spans: list[tuple[int, int]], block: int) -> None:
    pauses, at = Pauses(), 0
    for playing, held in spans:
        pauses.begin(at + playing)
        pauses.end(at + playing + held)
        at += playing + held
    spoken: list[int] = []
    for start in range(0, at + 600, block):
        for begin, end in pauses.playing(start, start + block):
            first = pauses.spoken(begin)
            spoken.extend(range(first, first + end - begin))
    assert spoken == list(range(len(spoken)))
    assert len(spoken) >= sum(playing for playing, _ in spans)
