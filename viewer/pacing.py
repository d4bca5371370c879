"""How large and how often the host is drawn, so that the window stays responsive where the processor draws. Pure."""

from __future__ import annotations

DETAILS = (1.0, 0.85, 0.7)  # of the stage's resolution, from fine to coarse; coarser ones save next to nothing
FASTEST_HOST = 1 / 24  # seconds between two pictures of the host, drawn in software
SLOWEST_HOST = 1 / 8
SHARE = 0.55  # of the time that drawing the host may take
_SMOOTHING = 0.25  # of a new measurement
_HEADROOM = 0.75  # of the allowed time that a finer picture may be expected to take


class Pacer:
    """Steers detail and rate by what drawing the host has taken.

    Args:
        software: the processor draws; on a graphics card the host is drawn in full in every frame.
    """

    def __init__(self, *, software: bool) -> None:
        self._software = software
        self._step = 1 if software else 0
        self._cost: float | None = None
        self._last = float("-inf")

    @property
    def detail(self) -> float:
        """Resolution of the host as a part of the stage's."""
        return DETAILS[self._step]

    @property
    def interval(self) -> float:
        """Seconds between two pictures of the host."""
        if not self._software:
            return 0.0
        return min(max(FASTEST_HOST, (self._cost or 0.0) / SHARE), SLOWEST_HOST)

    def due(self, now: float) -> bool:
        """Return whether the host is to be drawn in the frame at ``now`` (seconds); True counts as drawn."""
        if now - self._last < self.interval * 0.98:
            return False
        self._last = now
        return True

    def observe(self, seconds: float) -> None:
        """Learn what drawing the host took at the current detail."""
        if not self._software:
            return
        self._cost = seconds if self._cost is None else self._cost + _SMOOTHING * (seconds - self._cost)
        allowed = FASTEST_HOST * SHARE
        if self._cost > 1.5 * allowed and self._step + 1 < len(DETAILS):
            self._change(self._step + 1)
        elif self._step > 0:
            growth = (DETAILS[self._step - 1] / DETAILS[self._step]) ** 2
            if self._cost * growth < _HEADROOM * allowed:
                self._change(self._step - 1)

    def _change(self, step: int) -> None:
        if self._cost is not None:
            self._cost *= (DETAILS[step] / DETAILS[self._step]) ** 2
        self._step = step
