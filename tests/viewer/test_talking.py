"""Push-to-talk sends what is said while the key is held, and the breath before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.talking import BEFORE_BLOCKS, TalkGate


def block(number: int) -> NDArray[np.int16]:
    return np.full(4, number, np.int16)


def numbers(blocks: list[NDArray[np.int16]]) -> list[int]:
    return [int(each[0]) for each in blocks]


def test_nothing_is_sent_while_the_key_is_up() -> None:
    gate = TalkGate()
    assert all(gate.passed(block(number)) == [] for number in range(50))


def test_the_moment_before_the_key_went_down_is_sent_first_and_once() -> None:
    gate = TalkGate()
    for number in range(40):
        gate.passed(block(number))
    gate.open(True)
    first = numbers(gate.passed(block(40)))
    assert first == list(range(41 - BEFORE_BLOCKS, 41))
    assert numbers(gate.passed(block(41))) == [41]
    gate.open(False)
    assert gate.passed(block(42)) == []
    gate.open(True)
    assert numbers(gate.passed(block(43))) == [42, 43]
