"""Lids that meet when they close, follow the gaze, and stay shut whatever else the face does.

The source's blink carries the upper lid a third too far, its upward gaze hardly lifts it, and its shapes only add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from avatar.figure.correctives import LID_SHAPES, SIDES
from avatar.figure.loops import Loop, loops_outside, rim
from avatar.figure.painting import smoothstep
from avatar.figure.surface import Surface
from avatar.pose import ARKIT_INDEX

_RIM_NEAR, _MESH_NEAR = 1.3, 2.2  # eye radii: where the inner rim of the lids lies; the skin round the eye
_WET_LOOP, MARGIN_LOOP = 3, 5  # from the rim outward: the edge at the eyeball; the outer edge, where the lashes grow
_LOOPS = 14  # that are lid
_LID_REACH = (1.35, 1.75)  # eye radii: skin nearer than the first is lid, beyond the second is not
_LEAST_SHARE, _MOST_SHARE = 0.4, 1.2  # of the source's blink
_LEAST_TRAVEL = 0.08  # eye radii: a margin that blinks less is a corner
_LOOK_UP, _LOOK_DOWN = 0.30, 0.40  # eye radii: how far the upper lid goes with the gaze
_MOST_LOWERED = 0.50  # of the opening: how far looking down may close the eye
_MOST_RAISED = {"eyeSquint": 0.32, "cheekSquint": 0.09}  # of the opening: how far these may lift the lower lid
_LOWER_FOLLOWS = 0.4  # of a squint: how far the lower lid gives way when the eye looks down
_RETREAT = 0.6  # of the source's: how far a closing lid goes back over the eyeball


@dataclass(frozen=True)
class Lids:
    """The margins of one eye's lids: vertices of the face, each from the inner to the outer corner of the eye.

    Attributes:
        upper, lower: the outer edge. wet: the whole inner edge.
        upper_loops, lower_loops: shape (loops, n), all of the lids from behind the edge of the eyeball outward.
    """

    upper: Loop
    lower: Loop
    wet: Loop
    upper_loops: NDArray[np.int64]
    lower_loops: NDArray[np.int64]

    def middles(self) -> tuple[int, int]:
        """Return the vertices in the middle of the upper and of the lower margin."""
        return int(self.upper[len(self.upper) // 2]), int(self.lower[len(self.lower) // 2])


def eye_lids(face: Surface, eyes: NDArray[np.float64], radius: float) -> tuple[Lids, Lids]:
    """Return the lids of the left and the right eye; ``eyes`` has shape (2, 3), all metres."""
    left, right = (_lids(face, eye, radius) for eye in eyes)
    return left, right


def settled_lids(face: Surface, lids: Sequence[Lids], eyes: NDArray[np.float64], radius: float) -> Surface:
    """Return the face with the lids' shapes set right, and with those that take ``LID_SHAPES`` back at its end."""
    offsets = face.offsets.copy()
    taken_back = []
    for side, own, eye in zip(SIDES, lids, eyes, strict=True):
        away = np.linalg.norm(face.positions - eye, axis=1) / radius
        lid = (1.0 - smoothstep(*_LID_REACH, away))[:, None]
        _close(offsets[ARKIT_INDEX[f"eyeBlink{side}"]], face, own, radius)
        _follow_gaze(offsets, face, own, side=side, lid=lid, radius=radius)
        taken_back += [-lid * offsets[ARKIT_INDEX[shape + side]] for shape in LID_SHAPES]
    return replace(face, offsets=np.concatenate([offsets, np.array(taken_back, dtype=np.float32)]))


def _lids(face: Surface, eye: NDArray[np.float64], radius: float) -> Lids:
    away = np.linalg.norm(face.positions - eye, axis=1) / radius
    quads = face.quads["skin"]
    quads = quads[(away < _MESH_NEAR)[quads].all(1)]
    loops = np.array(loops_outside(quads, rim(quads, away < _RIM_NEAR), _LOOPS - 1))
    outward = face.positions[loops[MARGIN_LOOP], 0] * np.sign(eye[0])
    wet, loops = loops[_WET_LOOP], np.roll(loops, -int(np.argmin(outward)), axis=1)
    outer = int(np.argmax(np.roll(outward, -int(np.argmin(outward)))))
    first, second = loops[:, : outer + 1], np.append(loops[:, outer:], loops[:, :1], axis=1)[:, ::-1]
    upper, lower = sorted((first, second), key=lambda half: -float(face.positions[half[MARGIN_LOOP], 1].mean()))
    return Lids(upper[MARGIN_LOOP], lower[MARGIN_LOOP], wet, upper, lower)


def _close(blink: NDArray[np.float32], face: Surface, lids: Lids, radius: float) -> None:
    """Scale a blink, shape (v, 6), column by column, so that the upper margin comes to lie on the lower one.

    What remains, at the tear duct above all, is made up by moving the upper lid, less and less away from its margin.
    """
    margin, travel = face.positions[lids.upper], blink[lids.upper].astype(np.float64)
    floor = _height(face.positions[lids.lower], margin[:, 0] + travel[:, 0])
    moving = travel[:, 1] < -_LEAST_TRAVEL * radius
    share = np.clip((margin[moving, 1] - floor[moving]) / -travel[moving, 1], _LEAST_SHARE, _MOST_SHARE)
    along = np.argsort(margin[moving, 0])
    blink *= np.interp(face.positions[:, 0], margin[moving, 0][along], share[along])[:, None].astype(np.float32)
    blink[:, 2] *= _RETREAT
    shut = face.positions[lids.upper] + blink[lids.upper, :3]
    rest = _height((face.positions + blink[:, :3])[lids.lower], shut[:, 0]) - shut[:, 1]
    fade = 1.0 - smoothstep(MARGIN_LOOP, _LOOPS, np.arange(_LOOPS, dtype=np.float64))
    blink[lids.upper_loops[:, 1:-1], 1] += fade[:, None] * rest[1:-1].astype(np.float32)


def _height(margin: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how high a margin, shape (n, 3), lies in each column."""
    order = np.argsort(margin[:, 0])
    height: NDArray[np.float64] = np.interp(x, margin[order, 0], margin[order, 1])
    return height


def _follow_gaze(
    offsets: NDArray[np.float32], face: Surface, lids: Lids, *, side: str, lid: NDArray[np.float32], radius: float
) -> None:
    """Let the upper lid follow the gaze up and down, and the lower lid give way."""
    middle, below = lids.middles()
    opening = face.positions[middle, 1] - face.positions[below, 1]
    up, down, wide, squint = (
        offsets[ARKIT_INDEX[shape + side]] for shape in ("eyeLookUp", "eyeLookDown", "eyeWide", "eyeSquint")
    )
    up += lid * wide * np.clip((_LOOK_UP * radius - up[middle, 1]) / wide[middle, 1], 0.0, 1.5)
    for shape, most in _MOST_RAISED.items():
        raised = offsets[ARKIT_INDEX[shape + side]]
        raised *= 1.0 + lid * (min(1.0, most * opening / max(raised[below, 1], 1e-9)) - 1.0)
    wanted = min(_LOOK_DOWN * radius, _MOST_LOWERED * opening)
    down *= 1.0 + lid * (wanted / -down[middle, 1] - 1.0)
    down -= _LOWER_FOLLOWS * lid * squint
