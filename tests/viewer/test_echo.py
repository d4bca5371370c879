"""The host's own voice from the loudspeaker does not count as the user; the user does."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from viewer.echo import EchoGate

BLOCK = 512


def noise(level: float, seed: int) -> NDArray[np.int16]:
    return (np.random.default_rng(seed).normal(0, level, BLOCK)).astype(np.int16)


def heard(gate: EchoGate, microphone: list[NDArray[np.int16]], loudspeaker: float) -> int:
    return sum(bool(gate.passed(block, loudspeaker).any()) for block in microphone)


def test_with_a_silent_loudspeaker_everything_is_heard() -> None:
    assert heard(EchoGate(), [noise(80, seed) for seed in range(50)], 0.0) == 50


@pytest.mark.parametrize("coupling", [0.02, 0.2, 0.5])
def test_echo_alone_is_not_heard_whatever_the_room(coupling: float) -> None:
    gate = EchoGate()
    echo = [noise(4_000 * coupling, seed) for seed in range(200)]
    assert heard(gate, echo, 4_000.0) == 0


def test_a_user_who_is_louder_than_the_echo_is_heard_at_once_and_to_the_end_of_the_word() -> None:
    gate = EchoGate()
    heard(gate, [noise(200, seed) for seed in range(100)], 4_000.0)
    assert gate.passed(noise(2_500, 1), 4_000.0).any()
    soft_end = noise(150, 2)
    assert np.array_equal(gate.passed(soft_end, 4_000.0), soft_end)


def test_a_quiet_room_lets_a_soft_voice_through_once_it_is_learned() -> None:
    gate = EchoGate()
    soft = noise(400, 5)
    assert not gate.passed(soft, 4_000.0).any()
    heard(gate, [noise(20, seed) for seed in range(200)], 4_000.0)
    assert gate.passed(soft, 4_000.0).any()


def test_the_echo_that_arrives_after_the_loudspeaker_stopped_is_held_back_too() -> None:
    gate = EchoGate()
    heard(gate, [noise(800, seed) for seed in range(100)], 4_000.0)
    assert heard(gate, [noise(800, seed) for seed in range(5)], 0.0) == 0
