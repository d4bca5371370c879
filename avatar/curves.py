"""Smooth curves over time, built from events, and the seeded noise that places those events.

Everything here is C1 and a pure function of time: a curve remembers its events, never the time of the last call.
Times are seconds.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

_MASK = (1 << 64) - 1


def uniform(*keys: int) -> float:
    """Return a number in [0, 1) that depends on all ``keys`` and on nothing else.

    The mixing step is the finaliser of SplitMix64 (Steele, Lea and Flood, 2014).
    """
    state = 0
    for key in keys:
        state = (state + 0x9E3779B97F4A7C15 + (key & _MASK)) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        state ^= state >> 31
    return state / 2.0**64


def between(low: float, high: float, *keys: int) -> float:
    """Return a number in [low, high) that depends on ``keys``."""
    return low + (high - low) * uniform(*keys)


def sign(*keys: int) -> float:
    """Return -1 or 1, depending on ``keys``."""
    return 1.0 if uniform(*keys) < 0.5 else -1.0


def normal(*keys: int) -> float:
    """Return a standard normal number that depends on ``keys`` (Box and Muller, 1958)."""
    radius = math.sqrt(-2.0 * math.log(1.0 - uniform(*keys, 0)))
    return radius * math.cos(2.0 * math.pi * uniform(*keys, 1))


def smooth(progress: float) -> float:
    """Return 0 below 0, 1 above 1, and 3p^2 - 2p^3 between: flat at both ends."""
    if progress <= 0.0:
        return 0.0
    if progress >= 1.0:
        return 1.0
    return progress * progress * (3.0 - 2.0 * progress)


def window(seconds: float, rise: float, full: float, ease: float, end: float) -> float:
    """Return a smooth bump: 0 until ``rise``, 1 from ``full`` to ``ease``, 0 again from ``end`` on."""
    if seconds <= rise or seconds >= end:
        return 0.0
    if seconds < full:
        return smooth((seconds - rise) / (full - rise))
    if seconds > ease:
        return smooth((end - seconds) / (end - ease))
    return 1.0


def saccade_seconds(degrees: float) -> float:
    """Return how long an eye movement of that size takes: 2.2 ms per degree and 21 ms (Carpenter, 1988)."""
    return 0.0022 * degrees + 0.021


@dataclass(frozen=True, slots=True)
class _Step:
    start: float
    seconds: float
    target: Vector


class StepTrack:
    """A vector that holds a target until it glides to the next one.

    Steps are given in order of their start. A step that begins while another still runs takes over from where that
    one is, so the curve stays C1.
    """

    def __init__(self, initial: Vector) -> None:
        self._initial = initial
        self._starts: list[float] = []
        self._steps: list[_Step] = []

    @property
    def target(self) -> Vector:
        """Where the last step leads."""
        return self._steps[-1].target if self._steps else self._initial

    def step(self, start: float, seconds: float, target: Vector) -> None:
        """Glide to ``target`` in ``seconds`` from ``start`` on (or from the previous step's start, if later)."""
        if self._starts:
            start = max(start, self._starts[-1])
        self._starts.append(start)
        self._steps.append(_Step(start, seconds, target))

    def jump(self, start: float, target: Vector) -> None:
        """Move the eyes: a step as long as a saccade of that size (degrees) takes."""
        degrees = float(np.linalg.norm(target - self.target))
        self.step(start, saccade_seconds(degrees), target)

    def at(self, seconds: float) -> Vector:
        """Return the vector at that time; do not write into it."""
        last = bisect_right(self._starts, seconds)
        first = last
        while first > 0 and seconds < self._steps[first - 1].start + self._steps[first - 1].seconds:
            first -= 1
        value = self._steps[first - 1].target if first > 0 else self._initial
        for step in self._steps[first:last]:
            value = value + (step.target - value) * smooth((seconds - step.start) / step.seconds)
        return value

    def drop_from(self, seconds: float) -> None:
        """Take back the steps that have not begun by ``seconds``."""
        keep = bisect_left(self._starts, seconds)
        del self._steps[keep:], self._starts[keep:]

    def forget_before(self, seconds: float) -> None:
        """Drop the steps that no longer show at ``seconds`` or later."""
        keep = bisect_right(self._starts, seconds)
        while keep > 0 and seconds < self._steps[keep - 1].start + self._steps[keep - 1].seconds:
            keep -= 1
        if keep > 0:
            self._initial = self._steps[keep - 1].target
            del self._steps[:keep], self._starts[:keep]


@dataclass(frozen=True, slots=True, order=True)
class _Pulse:
    rise: float
    full: float = field(compare=False)
    ease: float = field(compare=False)
    end: float = field(compare=False)
    peak: Vector = field(compare=False)


class PulseTrack:
    """A vector that is zero but for passing bumps, which add up."""

    def __init__(self, size: int) -> None:
        self._zero = np.zeros(size)
        self._pulses: list[_Pulse] = []
        self._longest = 0.0

    def add(self, rise: float, full: float, ease: float, end: float, peak: Vector) -> None:
        """Add a bump with the shape of ``window`` and the height ``peak``."""
        insort(self._pulses, _Pulse(rise, full, ease, end, peak))
        self._longest = max(self._longest, end - rise)

    def at(self, seconds: float) -> Vector:
        """Return the sum of the bumps at that time; do not write into it."""
        first = bisect_right(self._pulses, seconds - self._longest, key=_rise)
        last = bisect_right(self._pulses, seconds, key=_rise)
        value = self._zero
        for pulse in self._pulses[first:last]:
            weight = window(seconds, pulse.rise, pulse.full, pulse.ease, pulse.end)
            if weight > 0.0:
                value = value + weight * pulse.peak
        return value

    def forget_before(self, seconds: float) -> None:
        """Drop the bumps that are over by ``seconds``."""
        self._pulses = [pulse for pulse in self._pulses if pulse.end > seconds]


def _rise(pulse: _Pulse) -> float:
    return pulse.rise
