"""The bounds of one client, on a virtual clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.errors import FloodError
from server.limits import Bucket, Limits, Meter

MICROPHONE_EVENTS, MICROPHONE_BYTES = 50, 64_000 * 1.1  # a second, of 24 kHz in base64 with its JSON


def test_a_bucket_fills_up_at_its_rate_and_no_further_than_its_burst() -> None:
    bucket = Bucket(rate=2, burst=10, now=0)
    assert [bucket.take(5, 0), bucket.take(5, 0)] == [0, 0]
    assert bucket.take(4, 0) == pytest.approx(2)
    assert bucket.take(0, 2) == 0
    assert bucket.take(10, 1_000) == 0
    assert bucket.take(1, 1_000) == pytest.approx(0.5)


@given(
    st.lists(st.tuples(st.floats(0, 10), st.integers(0, 100)), max_size=60),
    st.floats(0.1, 50),
    st.floats(1, 100),
)
def test_who_waits_as_told_takes_no_more_than_the_rate_and_one_burst(
    takes: list[tuple[float, int]], rate: float, burst: float
) -> None:
    now = total = 0.0
    bucket = Bucket(rate, burst, now)
    for pause, amount in takes:
        now += pause
        now += bucket.take(amount, now)
        total += amount
        assert total <= burst + rate * now + 1e-6


def test_an_hour_of_a_microphone_is_never_held_back() -> None:
    meter = Meter(Limits(), 0.0)
    size = round(MICROPHONE_BYTES / MICROPHONE_EVENTS)
    for number in range(3_600 * MICROPHONE_EVENTS):
        assert meter.take(size, number / MICROPHONE_EVENTS) == 0


def test_two_minutes_of_recorded_sound_come_in_at_once() -> None:
    meter = Meter(Limits(), 0.0)
    assert all(meter.take(64_000, 0.0) == 0 for _ in range(120))


def test_five_minutes_of_recorded_sound_come_in_slowly_and_are_not_held_against_anybody() -> None:
    meter, now = Meter(Limits(), 0.0), 0.0
    for _ in range(300):
        now += meter.take(64_000, now)
    assert 0 < now < Limits().patience_seconds


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_who_floods_is_slowed_down_and_then_sent_away(size: int) -> None:
    limits, now, taken = Limits(), 0.0, 0
    meter = Meter(limits, now)
    expelled = False
    while not expelled and now < 3_600:
        try:
            now += meter.take(size, now)
            taken += 1
        except FloodError:
            expelled = True
    assert expelled
    assert now <= limits.patience_seconds
    assert taken <= limits.messages_burst + limits.messages_per_second * limits.patience_seconds
    assert taken * size <= limits.bytes_burst + limits.bytes_per_second * limits.patience_seconds + size


def test_who_was_slowed_down_and_rests_is_forgiven() -> None:
    limits, now = Limits(patience_seconds=5), 0.0
    meter = Meter(limits, now)
    for _ in range(20):
        for _ in range(round(limits.messages_burst + 3 * limits.messages_per_second)):
            now += meter.take(1, now)
        now += 60


def test_connections_of_one_token_share_its_messages() -> None:
    shared = Bucket(rate=1, burst=10, now=0.0)
    meters = [Meter(Limits(), 0.0, shared) for _ in range(2)]
    assert [meters[number % 2].take(1, 0.0) for number in range(10)] == [0.0] * 10
    assert meters[0].take(1, 0.0) > 0
