"""Listening: speech of anybody becomes marks, in time, without knowledge of the future, and no sound can break it."""

from __future__ import annotations

import io
import pickle
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.errors import ListeningModelError, SoundError
from avatar.listening import LOOK_AHEAD, Listener, listen, read_sound
from avatar.listening.decoding import Decoder
from avatar.listening.network import SHAPES, read_weights
from avatar.listening.resampling import HEARD_RATE, Resampler
from avatar.listening.sounds import CLASSES, VOWELS, classes_of
from avatar.listening.spectrum import BANDS, HOP, Spectrum
from avatar.marks import SAMPLE_RATE, Mark
from avatar.performance import Performance
from avatar.pose import ARKIT_INDEX
from avatar.visemes import VISEMES
from avatar.voice import PHONEMES
from benchmarks.recordings import Phone, recording

DATA = Path(__file__).parents[1] / "data"
TOLERANCE = 0.04  # seconds around a closure in which it has to be shown


@pytest.fixture(scope="module")
def speech() -> NDArray[np.int16]:
    """A person reads four seconds, at ``SAMPLE_RATE``."""
    return read_sound(DATA / "best_of_times_16k.wav", 10.0)


@pytest.fixture(scope="module")
def heard(speech: NDArray[np.int16]) -> list[Mark]:
    return listen(speech)


def in_pieces(sound: NDArray[np.int16] | NDArray[np.float32], sizes: list[int], rate: int = SAMPLE_RATE) -> list[Mark]:
    listener = Listener(rate)
    marks: list[Mark] = []
    begin, turn = 0, 0
    while begin < len(sound):
        marks += listener.push(sound[begin : begin + sizes[turn % len(sizes)]])
        begin += sizes[turn % len(sizes)]
        turn += 1
    return marks + listener.finish()


def at_rate(sound: NDArray[np.int16], rate: int) -> NDArray[np.float32]:
    places = np.arange(len(sound) * rate // SAMPLE_RATE) * (SAMPLE_RATE / rate)
    return np.asarray(np.interp(places, np.arange(len(sound)), sound / 32768.0), dtype=np.float32)


def agreement(one: list[Mark], other: list[Mark], length: int) -> float:
    """Return the share of the time in which two lists of marks say the same."""

    def said(marks: list[Mark]) -> NDArray[np.int64]:
        track = np.zeros(length, np.int64)
        for mark in marks:
            track[mark.start : mark.end] = CLASSES.index(mark.text)
        return track

    return float((said(one) == said(other)).mean())


# -- what is heard


def closures(name: str) -> tuple[list[Phone], list[Mark]]:
    """Return the phones p, b and m of a person's recording, and the closures that are heard in it."""
    truth = recording(name, DATA / f"{name}.wav", *phones_and_words(name))
    marks = listen(truth.pcm, truth.rate)
    return [phone for phone in truth.phones if phone.symbol in "pbm"], [mark for mark in marks if mark.text == "p"]


def phones_and_words(name: str) -> tuple[Path, Path]:
    if name == "bobby":
        return DATA / "bobby_phones.TextGrid", DATA / "bobby_words.TextGrid"
    return DATA / f"{name}.TextGrid", DATA / f"{name}.TextGrid"


def test_people_who_close_their_lips_are_seen_to_close_them() -> None:
    found = wanted = 0
    for name in ("bobby", "mary"):
        phones, marks = closures(name)
        wanted += len(phones)
        for phone in phones:
            found += any(
                mark.start / SAMPLE_RATE <= phone.end + TOLERANCE and phone.start - TOLERANCE <= mark.end / SAMPLE_RATE
                for mark in marks
            )
    assert wanted == 5
    assert found >= 4


def test_marks_are_in_order_do_not_overlap_and_lie_in_the_sound(speech: NDArray[np.int16], heard: list[Mark]) -> None:
    assert len(heard) > 25
    assert heard[0].start >= 0
    assert heard[-1].end <= len(speech)
    assert all(mark.start < mark.end for mark in heard)
    assert all(one.end <= other.start for one, other in pairwise(heard))


def test_marks_are_sounds_that_the_mouth_can_draw(heard: list[Mark]) -> None:
    assert {mark.text for mark in heard} <= set(VISEMES)
    assert {mark.kind for mark in heard} == {"phoneme"}
    Performance(0).extend(heard)


def test_only_vowels_are_stressed_and_some_are_not(heard: list[Mark]) -> None:
    assert all(0.0 <= mark.strength <= 1.0 for mark in heard)
    assert all(mark.text in VOWELS for mark in heard if mark.strength > 0.5)
    stressed = [mark.strength > 0.5 for mark in heard if mark.text in VOWELS]
    assert 0.1 < np.mean(stressed) < 0.9


def test_every_phoneme_of_the_voices_has_a_class_that_can_be_drawn() -> None:
    for phoneme in PHONEMES:
        assert all(CLASSES[index] in VISEMES for index in classes_of(phoneme))


@pytest.mark.parametrize("level", [0.0, 1e-4, 1e-3])
def test_silence_and_the_hiss_of_a_microphone_leave_the_mouth_closed(level: float) -> None:
    hiss = np.random.default_rng(0).normal(0.0, level, 3 * SAMPLE_RATE) if level else np.zeros(3 * SAMPLE_RATE)
    assert listen(hiss) == []


def test_the_mouth_is_closed_before_speech_and_after_it(speech: NDArray[np.int16]) -> None:
    pause = np.zeros(SAMPLE_RATE, np.int16)
    marks = listen(np.concatenate([pause, speech, pause]))
    performance = Performance(0)
    performance.extend(marks)
    jaw = ARKIT_INDEX["jawOpen"]
    assert performance.pose_at(SAMPLE_RATE // 2).face[jaw] < 0.02
    assert max(performance.pose_at(SAMPLE_RATE + step * 2_400).face[jaw] for step in range(30)) > 0.15
    assert performance.pose_at(len(speech) + 2 * SAMPLE_RATE).face[jaw] < 0.02


# -- how it arrives


@pytest.mark.parametrize("sizes", [[1, 7, 4_801], [240], [100_000]])
def test_the_pieces_in_which_sound_arrives_do_not_matter(speech: NDArray[np.int16], sizes: list[int]) -> None:
    part = speech[: SAMPLE_RATE // (30 if sizes == [1, 7, 4_801] else 1)] if len(sizes) == 1 else speech[:SAMPLE_RATE]
    assert in_pieces(part, sizes) == in_pieces(part, [len(part)])


@pytest.mark.parametrize("rate", [8_000, 16_000, 24_000, 44_100])
def test_nothing_that_was_said_depends_on_what_comes_later(speech: NDArray[np.int16], rate: int) -> None:
    sound = at_rate(speech[: 2 * SAMPLE_RATE], rate)
    rng = np.random.default_rng(1)
    whole = in_pieces(sound, [len(sound)], rate)
    for moment in (0.31, 0.5, 0.777, 1.25):
        other = sound.copy()
        other[round(moment * rate) :] = rng.normal(0.0, 0.2, len(other) - round(moment * rate))
        until = (moment - LOOK_AHEAD) * SAMPLE_RATE
        before = [mark for mark in whole if mark.start < until]
        assert [mark for mark in in_pieces(other, [len(other)], rate) if mark.start < until] == before


@pytest.mark.parametrize("rate", [8_000, 48_000])
def test_a_mark_comes_at_most_the_look_ahead_after_its_start(speech: NDArray[np.int16], rate: int) -> None:
    sound = at_rate(speech[:SAMPLE_RATE], rate)
    listener = Listener(rate)
    millisecond = rate // 1_000
    marks = 0
    for begin in range(0, len(sound), millisecond):
        for mark in listener.push(sound[begin : begin + millisecond]):
            marks += 1
            assert (begin + millisecond) / rate - mark.start / SAMPLE_RATE <= LOOK_AHEAD + 0.001
    assert marks > 5


def test_live_marks_begin_where_the_marks_of_the_whole_do(speech: NDArray[np.int16], heard: list[Mark]) -> None:
    live = in_pieces(speech, [480])
    assert {(mark.start, mark.text) for mark in heard} <= {(mark.start, mark.text) for mark in live}
    assert agreement(live, heard, len(speech) + SAMPLE_RATE) > 0.8


def test_a_sound_that_goes_on_is_continued_without_a_gap(speech: NDArray[np.int16], heard: list[Mark]) -> None:
    longest = max(heard, key=lambda mark: mark.end - mark.start)
    pieces = [mark for mark in in_pieces(speech, [480]) if longest.start <= mark.start < longest.end]
    assert len(pieces) > 1
    assert {mark.text for mark in pieces} == {longest.text}
    assert all(one.end == other.start for one, other in pairwise(pieces))


def test_what_a_listener_remembers_does_not_grow(speech: NDArray[np.int16]) -> None:
    listener = Listener()
    listener.push(speech)
    early = len(pickle.dumps(listener))
    for _ in range(4):
        listener.push(speech)
    assert len(pickle.dumps(listener)) < early + 2_000


# -- what it has to bear


def test_whole_numbers_and_fractions_are_the_same_sound(speech: NDArray[np.int16], heard: list[Mark]) -> None:
    assert listen(speech / 32768.0) == heard
    assert listen(speech.astype(np.int32) << 16) == heard
    bytewise = np.clip((speech >> 8) + 128, 0, 255).astype(np.uint8)
    assert agreement(listen(bytewise), heard, len(speech)) > 0.5


def test_two_channels_are_mixed(speech: NDArray[np.int16], heard: list[Mark]) -> None:
    assert listen(np.stack([speech, speech], axis=1)) == heard


@pytest.mark.parametrize("rate", [16_000, 22_050, 44_056, 48_000, 96_000])
def test_the_rate_of_the_sound_does_not_matter(speech: NDArray[np.int16], heard: list[Mark], rate: int) -> None:
    assert agreement(listen(at_rate(speech, rate), rate), heard, len(speech)) > 0.75


def test_no_number_is_silence_and_too_much_is_clipped(speech: NDArray[np.int16]) -> None:
    broken = speech / 32768.0
    silent = broken.copy()
    broken[20_000:30_000] = np.nan
    broken[30_000:31_000] = np.inf
    silent[20_000:31_000] = 0.0
    assert listen(broken) == listen(silent)
    assert listen(1e6 * silent) == listen(np.clip(1e6 * silent, -1.0, 1.0))


def test_no_sound_gives_no_marks() -> None:
    assert listen(np.zeros(0, np.int16)) == []
    assert listen(np.zeros((0, 2))) == []
    assert Listener().finish() == []


@pytest.mark.parametrize("rate", [0, -1, 7_999, 192_001])
def test_a_rate_that_no_speech_has_is_refused(rate: int) -> None:
    with pytest.raises(SoundError, match="Hz"):
        Listener(rate)


@pytest.mark.parametrize(
    "sound", [np.zeros((2, 2, 2)), np.zeros((5, 0)), np.zeros(5, complex), np.array(["a"]), np.zeros(5, bool)]
)
def test_what_is_no_sound_is_refused(sound: NDArray[np.generic]) -> None:
    with pytest.raises(SoundError, match="cannot be heard"):
        listen(sound)


def test_weights_of_another_network_are_refused() -> None:
    good = {name: np.zeros(shape, np.float16) for name, shape in SHAPES.items()}
    cases = [b"", b"no archive", saved(leave=np.zeros(3)), saved(**good | {"enter.bias": np.full(3, 1.0)})]
    cases.append(saved(**good | {"enter.bias": np.full(SHAPES["enter.bias"], np.nan)}))
    for case in cases:
        with pytest.raises(ListeningModelError, match="install the package again"):
            read_weights(io.BytesIO(case))
    assert read_weights(io.BytesIO(saved(**good)))["enter.bias"].dtype == np.float32


def saved(**arrays: NDArray[np.generic]) -> bytes:
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


# -- its parts


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 48_000])
def test_resampling_keeps_a_tone_and_its_time(rate: int) -> None:
    tone = np.sin(2 * np.pi * 1_000.0 * np.arange(rate) / rate).astype(np.float32)
    resampler = Resampler(rate)
    pieces = [resampler.push(tone[begin : begin + 333]) for begin in range(0, rate, 333)]
    found = np.concatenate(pieces)
    assert len(found) >= HEARD_RATE * (1.0 - resampler.delay) - 2
    wanted = np.sin(2 * np.pi * 1_000.0 * np.arange(len(found)) / HEARD_RATE)
    assert np.abs(found - wanted)[200:].max() < 2e-3


def test_resampling_lets_nothing_through_that_the_lower_rate_cannot_hold() -> None:
    tone = np.sin(2 * np.pi * 11_000.0 * np.arange(48_000) / 48_000).astype(np.float32)
    assert np.abs(Resampler(48_000).push(tone)[200:]).max() < 0.02


def test_a_spectrum_has_a_frame_every_ten_milliseconds_and_forgets_the_volume() -> None:
    tone = np.sin(2 * np.pi * 500.0 * np.arange(4 * HEARD_RATE) / HEARD_RATE).astype(np.float32)
    loud, soft = Spectrum().push(0.3 * tone), Spectrum().push(0.03 * tone)
    assert loud.shape == (4 * HEARD_RATE // HOP, BANDS)
    strongest = int(loud[-1].argmax())
    assert abs(loud[-1, strongest] - soft[-1, strongest]) < 0.2  # without the gain: 1.15


def likelihoods(kind: int, lead: float) -> NDArray[np.float32]:
    row = np.zeros(len(CLASSES), np.float32)
    row[kind] = lead
    return row


def test_a_sound_needs_evidence_and_is_held() -> None:
    decoder = Decoder()
    assert decoder.push(likelihoods(3, 0.1)) is None
    assert decoder.push(likelihoods(3, 3.0)) == 3
    assert decoder.push(likelihoods(5, 9.0)) is None  # too soon for a mouth
    assert decoder.push(likelihoods(5, 0.2)) is None
    assert decoder.push(likelihoods(5, 9.0)) == 5
