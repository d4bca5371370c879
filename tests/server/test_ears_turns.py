"""Facts about who speaks, from the probability of speech in each frame."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ears.turns import (
    EAR_RATE,
    FIRST_FRAMES,
    FRAME_SAMPLES,
    FRAME_SECONDS,
    MAX_TURN_SECONDS,
    ONSET_FRAMES,
    PAUSE_FRAMES,
    EarEvent,
    Onset,
    OnsetOver,
    PartialDue,
    Paused,
    SpeechGoesOn,
    SpeechStarted,
    SpeechStopped,
    TurnDetector,
    TurnFull,
)
from server.protocol import TurnDetection

SPEECH, QUIET, BETWEEN = 0.9, 0.05, 0.4  # BETWEEN: under the threshold, above where speech that began ends
PRE_ROLL_FRAMES = 10  # 320 ms
STOP_FRAMES = 16  # of silence end a turn in these tests
TAIL_FRAMES = 7  # 200 ms, rounded up

Heard = EarEvent | SpeechStopped
T = TypeVar("T", Onset, OnsetOver, SpeechStarted, SpeechGoesOn, PartialDue, Paused, SpeechStopped)


class Listener:
    """A turn detector on a stream whose frame n is filled with n, so that audio tells where it is from.

    Turns are finished after ``stop`` frames of silence, or when they are full.
    """

    def __init__(self, settings: TurnDetection | None = None, *, gather: bool = False, stop: int = STOP_FRAMES) -> None:
        self.detector = TurnDetector(None if gather else settings or TurnDetection())
        self.frame = 0
        self.stop = stop

    def hear(self, *stretches: tuple[float, int]) -> list[Heard]:
        """Feed stretches of (probability, frames)."""
        heard: list[Heard] = []
        for probability, frames in stretches:
            for _ in range(frames):
                sound = np.full(FRAME_SAMPLES, self.frame, np.float32)
                for event in self.detector.push(self.frame * FRAME_SAMPLES, sound, probability):
                    heard.append(event)
                    over = isinstance(event, SpeechGoesOn) and event.silent >= self.stop * FRAME_SECONDS
                    if over or isinstance(event, TurnFull):
                        stopped = self.detector.finish()
                        heard += [] if stopped is None else [stopped]
                self.frame += 1
        return heard


def frames_of(event: PartialDue | Paused | SpeechStopped) -> list[int]:
    return [int(value) for value in event.audio[::FRAME_SAMPLES]]


def all_of(events: list[Heard], kind: type[T]) -> list[T]:
    return [event for event in events if isinstance(event, kind)]


def only(events: list[Heard], kind: type[T]) -> T:
    (found,) = all_of(events, kind)
    return found


def test_silence_is_no_turn() -> None:
    assert Listener().hear((QUIET, 1_000)) == []


def test_a_click_is_not_even_an_onset() -> None:
    assert Listener().hear((QUIET, 20), (SPEECH, FIRST_FRAMES - 1), (QUIET, 50)) == []


def test_a_knock_is_an_onset_that_nothing_comes_of() -> None:
    assert Listener().hear((QUIET, 20), (SPEECH, ONSET_FRAMES - 1), (QUIET, 50)) == [Onset(), OnsetOver()]


def test_clicks_far_apart_do_not_add_up_to_a_turn() -> None:
    assert Listener().hear(*[(SPEECH, 1), (QUIET, 5)] * 20) == []


def test_a_turn_begins_with_the_sound_before_its_first_word() -> None:
    events = Listener().hear((QUIET, 100), (SPEECH, ONSET_FRAMES))
    assert events == [Onset(), SpeechStarted(1, (100 - PRE_ROLL_FRAMES) * FRAME_SAMPLES)]


def test_the_first_sign_of_speech_comes_within_a_tenth_of_a_second() -> None:
    listener = Listener()
    listener.hear((QUIET, 100))
    assert listener.hear((SPEECH, 2)) == [Onset()]
    assert 2 * FRAME_SECONDS < 0.1


def test_a_turn_at_the_very_beginning_starts_at_the_first_sample() -> None:
    assert only(Listener().hear((SPEECH, ONSET_FRAMES)), SpeechStarted) == SpeechStarted(1, 0)


def test_every_frame_of_a_turn_tells_how_much_was_said_and_how_long_it_is_silent() -> None:
    events = Listener().hear((SPEECH, ONSET_FRAMES + 2), (QUIET, 3), (SPEECH, 1))
    told = [(round(e.voiced / FRAME_SECONDS), round(e.silent / FRAME_SECONDS)) for e in all_of(events, SpeechGoesOn)]
    assert told == [(4, 0), (5, 0), (5, 1), (5, 2), (5, 3), (6, 0)]


def test_a_pause_is_told_after_two_frames_of_silence_with_all_that_was_said() -> None:
    events = Listener().hear((SPEECH, 20), (QUIET, PAUSE_FRAMES - 1))
    assert all_of(events, Paused) == []
    listener = Listener()
    paused = only(listener.hear((SPEECH, 20), (QUIET, PAUSE_FRAMES)), Paused)
    assert (paused.turn, paused.pause) == (1, 1)
    assert frames_of(paused) == list(range(20 + PAUSE_FRAMES))


def test_each_pause_of_a_turn_is_numbered_and_brings_all_of_it() -> None:
    pauses = all_of(Listener().hear(*[(SPEECH, 10), (QUIET, 5)] * 3), Paused)
    assert [pause.pause for pause in pauses] == [1, 2, 3]
    assert [len(frames_of(pause)) for pause in pauses] == [12, 27, 42]


def test_the_sound_of_a_finished_turn_is_whole_with_a_little_of_the_silence_after_it() -> None:
    stopped = only(Listener().hear((QUIET, 100), (SPEECH, 50), (QUIET, 30)), SpeechStopped)
    assert frames_of(stopped) == list(range(100 - PRE_ROLL_FRAMES, 150 + TAIL_FRAMES))
    assert (stopped.turn, stopped.start) == (1, (100 - PRE_ROLL_FRAMES) * FRAME_SAMPLES)
    assert stopped.end == (150 + STOP_FRAMES) * FRAME_SAMPLES


def test_a_voice_that_trails_off_is_still_speech() -> None:
    events = Listener().hear((SPEECH, 10), (BETWEEN, 100))
    assert all_of(events, Paused) == []


def test_a_voice_between_the_thresholds_begins_nothing() -> None:
    assert Listener().hear((BETWEEN, 100)) == []


def test_the_text_of_a_pause_holds_when_nothing_more_is_said() -> None:
    assert only(Listener().hear((SPEECH, 20), (QUIET, STOP_FRAMES)), SpeechStopped).settled


def test_the_text_of_a_pause_is_void_when_more_is_said() -> None:
    listener = Listener()
    listener.hear((SPEECH, 20), (QUIET, 5), (SPEECH, 1))
    stopped = listener.detector.finish()
    assert stopped is not None
    assert not stopped.settled
    assert frames_of(stopped) == list(range(26))


def test_the_first_partial_text_comes_early_then_twice_a_second_and_then_ever_more_rarely() -> None:
    lengths = [len(frames_of(event)) for event in all_of(Listener().hear((SPEECH, 600)), PartialDue)]
    gaps = np.diff(lengths)
    assert lengths[0] * FRAME_SECONDS < 0.4
    assert gaps[0] == 16
    assert (np.diff(gaps) >= 0).all()
    assert gaps[-1] > 100


def test_a_turn_is_full_at_the_bound_and_the_next_one_follows() -> None:
    bound = int(MAX_TURN_SECONDS * EAR_RATE / FRAME_SAMPLES)
    events = Listener().hear((SPEECH, bound + 10))
    first, second = all_of(events, SpeechStarted)
    stopped = only(events, SpeechStopped)
    assert len(stopped.audio) <= (MAX_TURN_SECONDS + 0.04) * EAR_RATE
    assert (first.turn, second.turn) == (1, 2)
    assert second.start == stopped.end


def test_a_full_turn_that_nobody_finishes_does_not_grow() -> None:
    detector = TurnDetector(TurnDetection())
    for number in range(2_000):
        list(detector.push(number * FRAME_SAMPLES, np.zeros(FRAME_SAMPLES, np.float32), SPEECH))
    stopped = detector.finish()
    assert stopped is not None
    assert len(stopped.audio) <= (MAX_TURN_SECONDS + 0.04) * EAR_RATE


def test_a_higher_threshold_needs_a_surer_model() -> None:
    assert Listener(TurnDetection(threshold=0.95)).hear((SPEECH, 50)) == []


def test_a_turn_can_be_finished_with_sound_of_less_than_a_frame() -> None:
    listener = Listener()
    listener.hear((SPEECH, 20))
    stopped = listener.detector.finish(np.full(100, 7, np.float32))
    assert stopped is not None
    assert len(stopped.audio) == stopped.end == 20 * FRAME_SAMPLES + 100
    assert not stopped.settled


def test_without_a_turn_there_is_nothing_to_finish() -> None:
    listener = Listener()
    listener.hear((QUIET, 20))
    assert listener.detector.finish() is None


def test_clear_forgets_the_turn() -> None:
    listener = Listener()
    listener.hear((SPEECH, 20))
    listener.detector.clear()
    assert listener.hear((QUIET, 100)) == []
    assert listener.detector.finish() is None


def test_without_turn_detection_sound_is_gathered_until_it_is_finished() -> None:
    listener = Listener(gather=True)
    assert listener.hear((SPEECH, 50), (QUIET, 50)) == []
    stopped = listener.detector.finish()
    assert stopped is not None
    assert frames_of(stopped) == list(range(100))
    assert listener.detector.finish() is None


def test_gathered_sound_is_bounded_to_the_last_of_it() -> None:
    listener = Listener(gather=True)
    listener.hear((QUIET, 2_000))
    stopped = listener.detector.finish()
    assert stopped is not None
    assert len(stopped.audio) <= (MAX_TURN_SECONDS + 0.04) * EAR_RATE
    assert stopped.end == 2_000 * FRAME_SAMPLES
    assert stopped.start == stopped.end - len(stopped.audio)


@given(st.lists(st.tuples(st.sampled_from([SPEECH, BETWEEN, QUIET]), st.integers(1, 40)), max_size=60))
def test_turns_never_overlap_and_every_turn_that_ends_began(stretches: list[tuple[float, int]]) -> None:
    turn, free_from, running = 0, 0, False
    for event in Listener().hear(*stretches, (QUIET, 40)):
        match event:
            case Onset() | OnsetOver():
                assert not running
            case SpeechStarted():
                assert not running
                assert event.turn == turn + 1
                assert event.start >= free_from
                turn, running = event.turn, True
            case SpeechStopped():
                assert running
                assert len(event.audio) <= event.end - event.start
                free_from, running = event.end, False
            case SpeechGoesOn() if not running:
                assert event.turn == turn  # the frame with which it was full
            case _:
                assert running
                assert event.turn == turn
    assert not running


@pytest.mark.parametrize("stop", [4, 16, 150])
def test_the_silence_of_a_turn_is_counted_in_frames(stop: int) -> None:
    events = Listener(stop=stop).hear((SPEECH, 20), (QUIET, 200))
    assert only(events, SpeechStopped).end == (20 + stop) * FRAME_SAMPLES
