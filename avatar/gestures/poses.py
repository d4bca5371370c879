"""What hands do, as data: where each gesture is prepared, where its stroke leads, and how long it is held.

A gesture has four phases (Kendon, 1980; McNeill, 1992): preparation, stroke, hold and retraction. States are told of
the left arm (``avatar.arms``). Hands stay at or below the height of the chin and in front of the body.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar import hands
from avatar.arms import ARM_SIZE, DEVIATION, FLEXION, SWIVEL, WRIST, ArmState, arm_state


@dataclass(frozen=True, slots=True)
class Sway:
    """A movement on top of a held hand: to ``reach`` and back, between ``begin`` and ``end`` after the stroke."""

    begin: float
    end: float
    reach: ArmState


@dataclass(frozen=True, slots=True)
class HandGesture:
    """A gesture of one hand or of both.

    Attributes:
        before: where the stroke begins.
        stroke: where it ends; the other hand's is the mirror image.
        swing: seconds that the stroke takes.
        hold: seconds that it is held.
        both: whether both hands make it.
        second: where the other hand ends where that is not the mirror image.
        touches: whether it ends on the body, and so is always of one size.
        sways: what moves during the hold.
    """

    before: ArmState
    stroke: ArmState
    swing: float = 0.22
    hold: float = 0.55
    both: bool = False
    second: ArmState | None = None
    touches: bool = False
    sways: tuple[Sway, ...] = ()


def _moved(
    state: ArmState, wrist: tuple[float, float, float], *, swivel: float = 0.0, flexion: float = 0.0
) -> ArmState:
    moved = state.copy()
    moved[WRIST] += wrist
    moved[SWIVEL] += swivel
    moved[FLEXION] += flexion
    return moved


def _delta(wrist: tuple[float, float, float], *, flexion: float = 0.0, deviation: float = 0.0) -> ArmState:
    delta = np.zeros(ARM_SIZE)
    delta[WRIST], delta[FLEXION], delta[DEVIATION] = wrist, flexion, deviation
    return delta


# Where a talking hand waits: before the belly, half open, palm inwards.
READY = arm_state((-0.02, -0.50, 0.50), (-0.45, 0.25, 0.85), (-0.75, 0.35, -0.3), hands.LOOSE, swivel=8.0)
_BEAT_UP = _moved(READY, (0.02, 0.32, 0.02), flexion=-12.0)
_BEAT_DOWN = _moved(READY, (0.03, 0.22, 0.07), flexion=8.0)
_OPEN = arm_state((0.00, -0.15, 0.55), (0.24, 0.36, 0.90), (-0.35, 0.90, 0.20), hands.OPEN, swivel=6.0)
_SHRUG = arm_state((0.16, -0.20, 0.45), (0.66, 0.36, 0.60), (-0.15, 0.95, 0.25), hands.OPEN, swivel=4.0)
_POINT = arm_state((0.08, -0.10, 0.47), (0.86, 0.28, 0.42), (-0.30, -0.45, 0.85), hands.POINT, swivel=-10.0)
_RAISED = arm_state((-0.06, -0.10, 0.46), (0.06, 0.98, 0.12), (-0.12, -0.1, 0.98), hands.LOOSE, swivel=4.0)
_WAVE = arm_state((0.01, -0.03, 0.45), (0.10, 0.98, 0.15), (-0.05, -0.15, 0.98), hands.OPEN, swivel=-4.0)
_CUT_IN = arm_state((-0.14, -0.26, 0.56), (-0.45, 0.05, 0.88), (0.0, -1.0, 0.05), hands.FLAT, swivel=24.0)
_CUT_OUT = arm_state((0.12, -0.26, 0.52), (0.40, 0.10, 0.90), (0.05, -1.0, 0.1), hands.FLAT, swivel=2.0)
_SWEEP_IN = arm_state((-0.08, -0.42, 0.52), (-0.25, 0.2, 0.92), (-0.5, 0.6, 0.1), hands.LOOSE, swivel=10.0)
_SWEEP_OUT = arm_state((0.20, -0.20, 0.48), (0.70, 0.35, 0.60), (-0.35, 0.75, 0.45), hands.OPEN, swivel=8.0)
_NEAR_CHEST = arm_state((-0.12, -0.34, 0.48), (-0.80, 0.40, 0.30), (-0.30, -0.1, -0.9), hands.LOOSE, swivel=18.0)
_CHEST = arm_state((-0.17, -0.21, 0.41), (-0.88, 0.45, 0.06), (-0.05, -0.08, -1.0), hands.FLAT, swivel=18.0)
_COLLAR = arm_state((-0.16, -0.10, 0.45), (-0.62, 0.75, -0.10), (-0.20, -0.1, -0.95), hands.PINCH, swivel=14.0)
_CLASP_OVER = arm_state((-0.24, -0.60, 0.59), (-0.88, -0.35, 0.15), (-0.1, -0.1, -1.0), hands.LOOSE, swivel=22.0)
_CLASP_UNDER = arm_state((-0.22, -0.62, 0.50), (-0.88, -0.38, 0.10), (-0.1, 0.1, -1.0), hands.LOOSE, swivel=22.0)
_WRIST_OVER = arm_state((-0.16, -0.56, 0.60), (-0.92, -0.15, 0.10), (-0.1, -0.3, -0.95), hands.LOOSE, swivel=22.0)
_WRIST_UNDER = arm_state((-0.28, -0.60, 0.50), (-0.85, -0.40, 0.15), (-0.1, 0.2, -0.95), hands.LOOSE, swivel=26.0)

_WAVES = tuple(
    Sway(0.02 + 0.19 * turn, 0.02 + 0.19 * turn + 0.38, _delta((side * 0.045, 0.0, 0.0), deviation=-side * 11.0))
    for turn, side in enumerate((1.0, -1.0, 1.0, -1.0, 0.7))
)

HAND_GESTURES: dict[str, HandGesture] = {
    "beat": HandGesture(_BEAT_UP, _BEAT_DOWN, swing=0.16, hold=0.9),
    "open": HandGesture(_moved(_OPEN, (-0.08, 0.02, -0.10), flexion=14.0), _OPEN, swing=0.26, hold=0.8),
    "point": HandGesture(_moved(_POINT, (-0.14, -0.06, -0.02), swivel=16.0, flexion=10.0), _POINT, hold=0.9),
    "shrug": HandGesture(_moved(_SHRUG, (-0.08, -0.04, 0.02)), _SHRUG, swing=0.28, hold=0.5, both=True),
    "wave": HandGesture(_moved(_WAVE, (-0.05, -0.08, 0.0), flexion=8.0), _WAVE, hold=1.05, sways=_WAVES),
    "cut": HandGesture(_CUT_IN, _CUT_OUT, swing=0.24, hold=0.5),
    "sweep": HandGesture(_SWEEP_IN, _SWEEP_OUT, swing=0.40, hold=0.6, both=True),
    "chest": HandGesture(_NEAR_CHEST, _CHEST, swing=0.26, hold=0.9, touches=True),
    "collar": HandGesture(_NEAR_CHEST, _COLLAR, swing=0.34, hold=1.0, touches=True),
    "clasp": HandGesture(READY, _CLASP_OVER, swing=0.45, hold=1.0, both=True, second=_CLASP_UNDER, touches=True),
    "wrist": HandGesture(READY, _WRIST_OVER, swing=0.45, hold=1.0, both=True, second=_WRIST_UNDER, touches=True),
    **{
        name: HandGesture(
            _moved(_RAISED, (0.0, -0.06, -0.03)),
            arm_state((-0.08, -0.05, 0.47), (0.04, 0.99, 0.10), (-0.10, -0.08, 0.99), shape, swivel=2.0),
            hold=0.9,
        )
        for name, shape in zip(("one", "two", "three", "four", "five"), hands.COUNTS, strict=True)
    },
}
"""By name. Those that are missing of ``avatar.marks.GESTURES`` are of the head and face alone."""
