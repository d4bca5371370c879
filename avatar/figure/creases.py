"""The lines of a face: where skin folds when brows, eyes, nose and mouth move, and stays folded with age.

Drawn on the reference head, metres; the relief is negative in a groove and positive on the bank below it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from avatar.figure.canvas import Planes
from avatar.figure.painting import Plane, smoothstep
from avatar.pose import ARKIT_INDEX

Line = NDArray[np.float64]  # shape (n, 2): points (distance from the middle of the face, height)

# The lines of the forehead, none of which runs all the way: from and to how far to the figure's left, how high its
# ends are and how much higher its middle, and how deep it is.
_FOREHEAD = (
    (-0.0370, -0.0050, 0.7640, 0.0016, 0.75), (0.0090, 0.0400, 0.7632, 0.0019, 0.60),
    (-0.0150, 0.0310, 0.7702, 0.0009, 1.00), (-0.0420, -0.0200, 0.7722, 0.0010, 0.55),
    (-0.0330, 0.0130, 0.7778, 0.0013, 0.85), (0.0200, 0.0390, 0.7768, 0.0007, 0.45),
    (-0.0110, 0.0270, 0.7862, 0.0008, 0.50), (-0.0300, -0.0150, 0.7852, 0.0005, 0.35),
)  # fmt: skip
_ENDS = 0.009  # metres over which such a line runs out
_FOREHEAD_WIDTH = 0.0011  # metres, as all widths
_EYE = (0.0310, 0.7285)
_CANTHUS = (0.0480, 0.7275)  # where crow's feet spread from
_FEET = (42.0, 20.0, -3.0, -26.0)  # degrees above the horizontal
_FOOT_LENGTH = 0.014
_FOLD = np.array(
    [(0.0160, 0.6945), (0.0203, 0.6905), (0.0250, 0.6838), (0.0288, 0.6755), (0.0316, 0.6665), (0.0330, 0.6580)]
)
_FOLD_WIDTH = 0.0025
_MARIONETTE = np.array([(0.0285, 0.6550), (0.0300, 0.6470), (0.0302, 0.6390)])


_YOUNG_FOLDS, _OLD_FOLDS = 0.20, 0.80  # how deep the lines of forehead, frown and nose get, youngest and oldest
_YOUNG_HANGING, _OLD_HANGING = 0.26, 0.62  # the same of the others
_STAYS = {"forehead": 0.50, "frown": 0.22, "nose": 0.15}  # of what the others leave in the colour of an old face
_LATE = 1.5  # lines come to stay late
_SIDES = ("Left", "Right")
# What deepens the lines of forehead, frown, eyes and smile, after the muscles that fold the skin there.
_LINES = (
    {"browInnerUp": 0.8, "browOuterUp": 0.7, "eyeWide": 0.25},
    {"browDown": 0.9, "noseSneer": 0.6, "eyeSquint": 0.15},
    {"cheekSquint": 0.6, "mouthSmile": 0.35, "eyeSquint": 0.4, "eyeBlink": 0.15},
    {"mouthSmile": 0.6, "noseSneer": 0.5, "mouthUpperUp": 0.3, "cheekSquint": 0.15, "mouthFrown": 0.35,
     "mouthDimple": 0.4, "mouthStretch": 0.3},
)  # fmt: skip


def crease_relief(at: Planes, age: float) -> tuple[Plane, Plane]:
    """Return the relief of the lines, about -1..0.5, and what of it stays while nothing moves, in the shape of ``at``.

    The lines of forehead, frown and nose let go with the muscles that fold them; the others lie where skin hangs.

    Args:
        at: where. age: how far the lines of age have come, 0..1.
    """
    folded, staying, hanging = (np.zeros(at.x.shape, np.float32) for _ in range(3))
    for name, (drawn, low, high) in _KINDS.items():
        rows = np.flatnonzero(((at.y > low) & (at.y < high)).any(1))
        if rows.size:
            band = slice(rows[0], rows[-1] + 1)
            lines = drawn(Planes(at.x[band], at.y[band], at.z[band]))
            if name in _STAYS:
                folded[band] += lines
                staying[band] += _STAYS[name] * lines
            else:
                hanging[band] += lines
    face = smoothstep(0.05, 0.08, at.z)
    relief = (_YOUNG_FOLDS + (_OLD_FOLDS - _YOUNG_FOLDS) * age) * folded
    relief += (_YOUNG_HANGING + (_OLD_HANGING - _YOUNG_HANGING) * age) * hanging
    return relief * face, np.float32(age**_LATE) * (staying + hanging) * face


def line_zones(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far the lines of forehead, frown (with the nose), eyes and smile lie at points, shape (n, 4), 0..1.

    Args:
        reference: the points on the reference head, shape (n, 3).
    """
    side, y, z = np.abs(reference[:, 0]), reference[:, 1], reference[:, 2]
    forehead = smoothstep(0.754, 0.759, y) * smoothstep(0.800, 0.792, y)
    frown = smoothstep(0.020, 0.014, side) * smoothstep(0.720, 0.724, y) * smoothstep(0.765, 0.758, y)
    feet = smoothstep(0.040, 0.045, side) * smoothstep(0.026, 0.018, np.abs(y - 0.7275))
    under = smoothstep(0.7225, 0.7195, y) * smoothstep(0.703, 0.708, y) * smoothstep(0.012, 0.018, side)
    smile = smoothstep(0.008, 0.013, side) * smoothstep(0.042, 0.037, side)
    smile *= smoothstep(0.632, 0.638, y) * smoothstep(0.702, 0.697, y)
    zones = np.stack([forehead, frown, np.maximum(feet, under), smile], 1) * smoothstep(0.05, 0.08, z)[:, None]
    return zones.astype(np.float64)


def line_strengths(face: NDArray[np.float32]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return how deep a pose makes the lines of ``line_zones``, on the left and on the right side, each of 4, 0..1.

    Args:
        face: ARKit weights, shape (52,).
    """
    sums = face @ _DEEPENS
    left, right = np.clip(sums, 0.0, 1.0).tolist()
    return tuple(left), tuple(right)


def _deepens() -> NDArray[np.float32]:
    """Return how much each weight deepens each kind of line, shape (2, 52, 4): of the left and of the right side."""
    table = np.zeros((len(_SIDES), len(ARKIT_INDEX), len(_LINES)), np.float32)
    for kind, weights in enumerate(_LINES):
        for name, share in weights.items():
            for k, side in enumerate(_SIDES):
                table[k, ARKIT_INDEX[name if name in ARKIT_INDEX else name + side], kind] = share
    return table


def _forehead(at: Planes) -> Plane:
    """Return the lines of the forehead: broken, none like another."""
    relief = np.zeros(at.x.shape, np.float32)
    for k, (first, last, height, rise, depth) in enumerate(_FOREHEAD):
        along = (at.x - first) / (last - first)
        line = height + 4.0 * rise * along * (1.0 - along) + 0.0005 * np.sin(at.x * 190.0 + 2.3 * k)
        reach = smoothstep(first, first + _ENDS, at.x) * smoothstep(last, last - _ENDS, at.x)
        uneven = depth * (0.78 + 0.22 * np.sin(at.x * 310.0 + 4.1 * k))
        relief += _groove(at.y - line, _FOREHEAD_WIDTH, reach * uneven)
    return relief


def _frown(at: Planes) -> Plane:
    """Return the upright lines between the brows."""
    relief = np.zeros(at.x.shape, np.float32)
    for x, height, strength in ((0.0066, 0.7525, 0.85), (0.0024, 0.7505, 0.25)):
        tilt = x + 0.10 * (at.y - 0.750) + 0.0006 * np.sign(at.x)
        reach = smoothstep(0.0095, 0.0030, np.abs(at.y - height)) * strength
        relief += _groove(at.side - tilt, 0.0009, reach)
    return relief


def _nose(at: Planes) -> Plane:
    """Return the lines across the root of the nose."""
    relief = np.zeros(at.x.shape, np.float32)
    side = at.side
    for k, height in enumerate((0.7340, 0.7300, 0.7255)):
        slant = height + 0.35 * (side - 0.006)
        reach = smoothstep(0.0125, 0.0080, side) * smoothstep(0.0, 0.004, side - 0.001 * k) * 0.8
        relief += _groove(at.y - slant, 0.0009, reach)
    return relief


def _feet(at: Planes) -> Plane:
    """Return crow's feet."""
    relief = np.zeros(at.x.shape, np.float32)
    across, up = at.side - _CANTHUS[0], at.y - _CANTHUS[1]
    for k, degrees in enumerate(_FEET):
        cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        along = across * cosine + up * sine - 0.0035
        off = -across * sine + up * cosine + 14.0 * along * along * np.sign(degrees + 5)
        length = _FOOT_LENGTH * (1.0 - 0.12 * (k % 2))
        reach = smoothstep(0.0, 0.004, along) * smoothstep(length, 0.5 * length, along)
        relief += 0.85 * _groove(off, 0.0008, reach)
    return relief


def _under_eye(at: Planes) -> Plane:
    """Return the two fine arcs below the lower lid."""
    relief = np.zeros(at.x.shape, np.float32)
    across, up = at.side - _EYE[0], at.y - _EYE[1]
    for depth, strength in ((0.0105, 0.45), (0.0150, 0.6)):
        arc = up + depth - 11.0 * across * across
        reach = smoothstep(0.017, 0.009, np.abs(across + 0.003)) * strength
        relief += _groove(arc, 0.0009, reach)
    return relief


def _smile(at: Planes) -> Plane:
    """Return the folds from the nose to beside the mouth, and what goes on below it."""
    return 0.9 * _along(at, _FOLD, _FOLD_WIDTH) + 0.25 * _along(at, _MARIONETTE, 0.0014)


def _along(at: Planes, line: Line, width: float) -> Plane:
    """Return a groove along a line that falls from its first to its last point."""
    x = np.interp(at.y, line[::-1, 1], line[::-1, 0])
    reach = smoothstep(line[-1, 1], line[-1, 1] + 0.006, at.y) * smoothstep(line[0, 1], line[0, 1] - 0.004, at.y)
    return _groove((x - at.side) * 0.85, width, reach)


def _groove(off: NDArray[np.floating], width: float, reach: NDArray[np.floating]) -> Plane:
    """Return the relief of a groove ``off`` metres away, whose lit bank lies on the negative side."""
    cut = np.exp(-((off / width) ** 2))
    bank = np.exp(-(((off + 2.2 * width) / (1.5 * width)) ** 2))
    return np.asarray(reach * (0.40 * bank - cut), dtype=np.float32)


_DEEPENS = _deepens()
# Who draws each kind of line, and the heights between which it lies.
_KINDS: dict[str, tuple[Callable[[Planes], Plane], float, float]] = {
    "forehead": (_forehead, 0.755, 0.795),
    "frown": (_frown, 0.737, 0.766),
    "nose": (_nose, 0.714, 0.744),
    "feet": (_feet, 0.708, 0.750),
    "under the eye": (_under_eye, 0.700, 0.732),
    "smile": (_smile, 0.632, 0.702),
}
