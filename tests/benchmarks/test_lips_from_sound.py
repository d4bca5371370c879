"""The comparison of mouth shapes counts what it says it counts, the same way for everybody."""

from __future__ import annotations

import pytest

from benchmarks.lips_from_sound import REACH, Score, judge, merged, theirs, truth
from benchmarks.recordings import Phone

# "be": silence, p, i, silence; then f, u.
PHONES = (Phone("b", 1.0, 1.1), Phone("i", 1.1, 1.3), Phone("f", 2.0, 2.1), Phone("u", 2.1, 2.3))
TRUTH = [(0.0, "rest"), (1.0, "closed"), (1.1, "other"), (1.3, "rest"), (2.0, "teeth"), (2.1, "round"), (2.3, "rest")]


def score(shown: list[tuple[float, str]], phones: tuple[Phone, ...] = PHONES) -> Score:
    found = Score()
    judge(found, phones, 3.0, shown)
    return found


def test_the_truth_are_the_phones_and_the_pauses_between_them() -> None:
    assert truth(PHONES, 3.0) == TRUTH
    near = (Phone("b", 0.1, 0.2), Phone("p", 0.2, 0.3), Phone("i", 0.4, 0.5))
    assert truth(near, 0.55) == [(0.1, "closed"), (0.4, "other")]


def test_who_shows_the_truth_has_no_error() -> None:
    figures = score(TRUTH).figures()
    assert figures["onset_error_ms"] == 0.0
    assert figures["onsets_found"] == "5 of 5"
    assert figures["onset_precision"] == figures["closure_recall"] == figures["closure_precision"] == 1.0


def test_who_is_late_has_that_error() -> None:
    late = [(start + 0.03 if start else 0.0, kind) for start, kind in TRUTH]
    assert score(late).figures()["onset_error_ms"] == pytest.approx(30.0)


def test_an_onset_that_is_not_shown_costs_the_reach() -> None:
    without = [event for event in TRUTH if event[1] != "teeth"]
    figures = score(without).figures()
    assert figures["onset_error_ms"] == pytest.approx(1e3 * REACH / 5)
    assert figures["error_of_found_ms"] == 0.0
    assert figures["onsets_found"] == "4 of 5"


def test_an_onset_is_matched_once_and_the_rest_is_false() -> None:
    twice = sorted([*TRUTH, (1.02, "other"), (1.04, "closed")])
    found = score(twice)
    assert len(found.errors) == 5
    assert found.shown == 6


def test_what_is_shown_in_an_unclear_phone_is_not_false() -> None:
    phones = (*PHONES, Phone("ə", 2.5, 2.7))
    wanted = truth(phones, 3.0)
    extra = sorted([*(event for event in wanted if event[0] != 2.5), (2.6, "open")])
    assert score(extra, phones).figures()["onset_precision"] == 1.0
    clear = score(sorted([*TRUTH, (1.2, "open")]))
    assert len(clear.errors) < clear.shown


def test_a_closure_counts_when_it_is_shown_within_the_tolerance() -> None:
    assert score([(1.13, "closed"), (1.2, "other")]).figures()["closure_recall"] == 1.0
    early = score([(0.5, "closed"), (0.95, "other")]).figures()
    assert early["closure_recall"] == early["closure_precision"] == 0.0
    assert score([(0.5, "closed"), (0.97, "other")]).figures()["closure_recall"] == 1.0


def test_the_shapes_of_the_peers_are_told_in_the_same_words() -> None:
    assert theirs("rhubarb", [(0.0, "X"), (0.1, "A"), (0.2, "C"), (0.3, "D"), (0.4, "B")]) == [
        (0.0, "rest"), (0.1, "closed"), (0.2, "open"), (0.4, "other"),
    ]  # fmt: skip
    assert theirs("headaudio", [(0.0, "PP"), (0.1, "FF"), (0.2, "aa"), (0.3, "U"), (0.4, "sil")]) == [
        (0.0, "closed"), (0.1, "teeth"), (0.2, "open"), (0.3, "round"), (0.4, "rest"),
    ]  # fmt: skip


def test_neighbours_that_show_the_same_are_one() -> None:
    assert merged([(0.0, "a"), (0.1, "a"), (0.2, "b"), (0.3, "a")]) == [(0.0, "a"), (0.2, "b"), (0.3, "a")]
