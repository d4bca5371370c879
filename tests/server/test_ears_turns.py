from __future__ import annotations

from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.ears.turns import (
    EAR_RATE,
    FRAME_SAMPLES,
    MAX_TURN_SECONDS,
    ONSET_FRAMES,
    EarEvent,
    PartialDue,
    SpeculativeDue,
    SpeechStarted,
    SpeechStopped,
    TurnDetector,
)
from server.protocol import TurnDetection

SPEECH, QUIET, BETWEEN = 0.9, 0.05, 0.4  # BETWEEN: under the threshold, above where speech that began ends
PRE_ROLL_FRAMES = 10  # 320 ms
STOP_FRAMES = 16  # 500 ms, rounded up
SPECULATION_FRAMES = 7  # 200 ms, rounded up


T = TypeVar("T", SpeechStarted, PartialDue, SpeculativeDue, SpeechStopped)


class Listener:
    """A turn detector on a stream whose frame n is filled with n, so that audio tells where it is from."""

    def __init__(self, settings: TurnDetection | None = None, *, gather: bool = False) -> None:
        self.detector = TurnDetector(None if gather else settings or TurnDetection())
        self.frame = 0

    def hear(self, *stretches: tuple[float, int]) -> list[EarEvent]:
        """Feed stretches of (probability, frames)."""
        events: list[EarEvent] = []
        for probability, frames in stretches:
            for _ in range(frames):
                sound = np.full(FRAME_SAMPLES, self.frame, np.float32)
                events += self.detector.push(self.frame * FRAME_SAMPLES, sound, probability)
                self.frame += 1
        return events


def frames_of(event: EarEvent) -> list[int]:
    assert not isinstance(event, SpeechStarted)
    return [int(value) for value in event.audio[::FRAME_SAMPLES]]


def only(events: list[EarEvent], kind: type[T]) -> T:
    found = [event for event in events if isinstance(event, kind)]
    assert len(found) == 1, events
    return found[0]


def test_silence_is_no_turn() -> None:
    assert Listener().hear((QUIET, 1_000)) == []


def test_a_click_is_no_turn() -> None:
    assert Listener().hear((QUIET, 20), (SPEECH, ONSET_FRAMES - 1), (QUIET, 50)) == []


def test_clicks_far_apart_do_not_add_up_to_a_turn() -> None:
    assert Listener().hear(*[(SPEECH, 1), (QUIET, 5)] * 20) == []


def test_a_turn_begins_with_the_sound_before_its_first_word() -> None:
    events = Listener().hear((QUIET, 100), (SPEECH, ONSET_FRAMES))
    assert events == [SpeechStarted(1, (100 - PRE_ROLL_FRAMES) * FRAME_SAMPLES)]


def test_a_turn_at_the_very_beginning_starts_at_the_first_sample() -> None:
    assert Listener().hear((SPEECH, ONSET_FRAMES)) == [SpeechStarted(1, 0)]


def test_a_turn_ends_after_the_silence_that_the_session_asks_for() -> None:
    listener = Listener()
    listener.hear((QUIET, 100), (SPEECH, 50))
    assert not any(isinstance(event, SpeechStopped) for event in listener.hear((QUIET, STOP_FRAMES - 1)))
    stopped = only(listener.hear((QUIET, 1)), SpeechStopped)
    assert (stopped.turn, stopped.start) == (1, (100 - PRE_ROLL_FRAMES) * FRAME_SAMPLES)
    assert stopped.end == (150 + STOP_FRAMES) * FRAME_SAMPLES


def test_the_sound_of_a_turn_is_whole_with_a_little_of_the_silence_after_it() -> None:
    stopped = only(Listener().hear((QUIET, 100), (SPEECH, 50), (QUIET, 30)), SpeechStopped)
    assert frames_of(stopped) == list(range(100 - PRE_ROLL_FRAMES, 150 + SPECULATION_FRAMES))


def test_a_short_pause_is_not_the_end() -> None:
    events = Listener().hear((SPEECH, 20), (QUIET, STOP_FRAMES - 1), (SPEECH, 20), (QUIET, STOP_FRAMES))
    assert len(frames_of(only(events, SpeechStopped))) > 50


def test_a_voice_that_trails_off_is_still_speech() -> None:
    events = Listener().hear((SPEECH, 10), (BETWEEN, 100))
    assert not any(isinstance(event, SpeechStopped) for event in events)


def test_a_voice_between_the_thresholds_begins_nothing() -> None:
    assert Listener().hear((BETWEEN, 100)) == []


def test_the_text_after_a_pause_holds_when_nothing_more_is_said() -> None:
    events = Listener().hear((SPEECH, 20), (QUIET, STOP_FRAMES))
    stopped = only(events, SpeechStopped)
    assert stopped.settled
    assert frames_of(only(events, SpeculativeDue)) == frames_of(stopped)


def test_the_text_after_a_pause_is_void_when_more_is_said() -> None:
    listener = Listener(TurnDetection(silence_duration_ms=300))
    events = listener.hear((SPEECH, 20), (QUIET, SPECULATION_FRAMES), (SPEECH, 1), (QUIET, SPECULATION_FRAMES - 1))
    assert only(events, SpeculativeDue)
    listener.detector.settings = TurnDetection(silence_duration_ms=100)
    assert not only(listener.hear((QUIET, 1)), SpeechStopped).settled


def test_each_pause_of_a_turn_gives_a_new_text() -> None:
    events = Listener().hear(*[(SPEECH, 10), (QUIET, SPECULATION_FRAMES)] * 3, (QUIET, STOP_FRAMES))
    lengths = [len(event.audio) for event in events if isinstance(event, SpeculativeDue)]
    assert len(lengths) == 3
    assert lengths == sorted(lengths)
    assert only(events, SpeechStopped).settled


def test_partial_texts_come_twice_a_second_and_then_ever_more_rarely() -> None:
    listener = Listener()
    lengths = [
        len(frames_of(event)) for event in listener.hear((SPEECH, 600)) if isinstance(event, PartialDue)
    ]  # fmt: skip
    gaps = np.diff(lengths)
    assert gaps[0] == 16
    assert (np.diff(gaps) >= 0).all()
    assert gaps[-1] > 100


def test_a_turn_is_cut_at_the_bound_and_the_next_one_follows() -> None:
    bound = int(MAX_TURN_SECONDS * EAR_RATE / FRAME_SAMPLES)
    events = Listener().hear((SPEECH, bound + 10))
    first, second = [event for event in events if isinstance(event, SpeechStarted)]
    stopped = only(events, SpeechStopped)
    assert len(stopped.audio) <= (MAX_TURN_SECONDS + 0.04) * EAR_RATE
    assert (first.turn, second.turn) == (1, 2)
    assert second.start == stopped.end


def test_a_higher_threshold_needs_a_surer_model() -> None:
    assert Listener(TurnDetection(threshold=0.95)).hear((SPEECH, 50)) == []


def test_commit_ends_the_turn_at_once() -> None:
    listener = Listener()
    listener.hear((SPEECH, 20))
    stopped = listener.detector.commit(np.full(100, 7, np.float32))
    assert stopped is not None
    assert len(stopped.audio) == 20 * FRAME_SAMPLES + 100
    assert stopped.end == 20 * FRAME_SAMPLES + 100
    assert not stopped.settled


def test_commit_after_a_pause_keeps_the_text_of_the_pause() -> None:
    listener = Listener()
    listener.hear((SPEECH, 20), (QUIET, SPECULATION_FRAMES))
    stopped = listener.detector.commit()
    assert stopped is not None
    assert stopped.settled


def test_commit_without_a_turn_gives_nothing() -> None:
    listener = Listener()
    listener.hear((QUIET, 20))
    assert listener.detector.commit() is None


def test_clear_forgets_the_turn() -> None:
    listener = Listener()
    listener.hear((SPEECH, 20))
    listener.detector.clear()
    assert listener.hear((QUIET, 100)) == []
    assert listener.detector.commit() is None


def test_without_turn_detection_sound_is_gathered_until_commit() -> None:
    listener = Listener(gather=True)
    assert listener.hear((SPEECH, 50), (QUIET, 50)) == []
    stopped = listener.detector.commit()
    assert stopped is not None
    assert frames_of(stopped) == list(range(100))
    assert listener.detector.commit() is None


def test_gathered_sound_is_bounded_to_the_last_of_it() -> None:
    listener = Listener(gather=True)
    listener.hear((QUIET, 2_000))
    stopped = listener.detector.commit()
    assert stopped is not None
    assert len(stopped.audio) <= MAX_TURN_SECONDS * EAR_RATE
    assert stopped.end == 2_000 * FRAME_SAMPLES
    assert stopped.start == stopped.end - len(stopped.audio)


@given(st.lists(st.tuples(st.sampled_from([SPEECH, BETWEEN, QUIET]), st.integers(1, 40)), max_size=60))
def test_turns_never_overlap_and_every_turn_that_ends_began(stretches: list[tuple[float, int]]) -> None:
    events = Listener().hear(*stretches, (QUIET, 40))
    turn, free_from, running = 0, 0, False
    for event in events:
        if isinstance(event, SpeechStarted):
            assert not running
            assert event.turn == turn + 1
            assert event.start >= free_from
            turn, running = event.turn, True
        else:
            assert running
            assert event.turn == turn
            if isinstance(event, SpeechStopped):
                free_from, running = event.end, False
                assert len(event.audio) <= event.end - event.start
    assert not running


@pytest.mark.parametrize("milliseconds", [100, 200, 500, 5_000])
def test_the_pause_that_ends_a_turn_is_as_long_as_asked(milliseconds: int) -> None:
    events = Listener(TurnDetection(silence_duration_ms=milliseconds)).hear((SPEECH, 20), (QUIET, 200))
    silence = only(events, SpeechStopped).end - 20 * FRAME_SAMPLES
    assert 0 <= silence / EAR_RATE - milliseconds / 1_000 < 0.032
