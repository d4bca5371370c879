"""Sets teeth and tongue as they are while somebody speaks, and lets them follow the jaw.

The source keeps the edges of both rows level with the closed lips and a thick tongue against the palate. Here the upper
incisors show below the upper lip and rest against it, where the lower lip can reach them for f and v; the lower teeth
stay behind the lower lip, and the tongue lies low between the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.source import BaseMesh
from avatar.pose import ARKIT_INDEX

_UPPER_SHOWS = 0.0044  # metres: the upper incisors' edges below the edge of the upper lip; refining takes 1.6 mm of it
_LOWER_SINKS = -0.0060  # metres: of the lower incisors' edges below the same; refining takes 5 mm of it
_UPPER_WIDTH, _LOWER_WIDTH = 0.95, 0.88  # of the rows as against the source's, clear of the corners of the mouth
_UPPER_FORWARD, _LOWER_FORWARD = 0.0038, 0.0012  # metres: how much nearer to the lips than in the source
_REFINING = 0.0015  # metres by which refining draws in the front of a row
_LEANING = 0.0004  # metres by which the refined upper incisors dent the inside of the upper lip
_OVERJET = 0.0050  # metres by which the lower incisors stand behind the upper ones
_ARCH = 0.017  # metres behind the incisors from where on a row is not brought up to the lip
_UPPER_ROLL, _LOWER_ROLL = 0.15, 0.82  # of the source's: how far a lip that rolls in goes back, where teeth are
_BARED = 0.0010  # metres: how far the lower lip slides down over the lower teeth while the jaw opens all the way
_ROW_DEPTH = 0.030  # metres, from the incisors to where the rows stand as high as in the source
_TONGUE_DOWN, _TONGUE_BACK = 0.0004, 0.0018  # metres: clear of the lower teeth, which are seen before it
_THICKNESS = 0.60  # of the tongue's height, as against the source's
_LEVEL = 0.42  # how far the back of the tongue sinks with its tip, 0..1, where the jaw alone would only turn it
_TIP = 0.022  # metres: how much of the tongue bends up when only its tip is lifted
_LIFT = np.array([0.0, 0.0050, 0.0040])  # metres: where its tip goes then, from where it lies
_ROUND, _NARROWEST = 0.016, 0.42  # metres of the tongue that narrow towards its tip, to this share of its width
_DRAWN_BACK = 0.0060  # metres: how far the edges of the tip lie behind its middle
_MOUTH = np.array([0.0, 0.660])  # metres: x and y of the closed lips on the base mesh
_UNMOVED = 0.005  # metres: what an open jaw moves less than this belongs to the upper lip


@dataclass(frozen=True)
class SettledMouth:
    """The body with its mouth set right.

    Attributes:
        body: shape (v, 3), metres.
        offsets: shape (52, v, 3), of the ARKit shapes.
        correctives: shape (3, v, 3): the offsets of the first three weights of ``correctives.correctives``.
    """

    body: NDArray[np.float64]
    offsets: NDArray[np.float64]
    correctives: NDArray[np.float64]


def settled_mouth(mesh: BaseMesh, body: NDArray[np.float64], offsets: NDArray[np.float64]) -> SettledMouth:
    """Return the body with teeth and tongue in their places.

    Args:
        mesh: the base mesh. body: its shaped positions, shape (v, 3). offsets: of the ARKit shapes, shape (52, v, 3).
    """
    body, offsets = body.copy(), offsets.copy()
    jaw, out = ARKIT_INDEX["jawOpen"], ARKIT_INDEX["tongueOut"]
    upper, lower, tongue = (
        np.unique(mesh.quads[f"helper-{name}"]) for name in ("upper-teeth", "lower-teeth", "tongue")
    )
    body[tongue] = _pointed(body[tongue])
    lip = _upper_lip(mesh, body, offsets[jaw])
    hinge = _affine(body[lower], offsets[jaw][lower])
    body[upper] = _moved_row(body[upper], lip - _UPPER_SHOWS - body[upper, 1].min(), _UPPER_WIDTH, _UPPER_FORWARD)
    body[lower] = _moved_row(body[lower], lip - _LOWER_SINKS - body[lower, 1].max(), _LOWER_WIDTH, _LOWER_FORWARD)
    front = _lining(mesh, body, offsets[jaw]) + _LEANING + _REFINING
    for row, place in ((upper, front), (lower, front - _OVERJET)):
        back = body[row, 2].max() - body[row, 2]
        body[row, 2] += max(place - body[row, 2].max(), 0.0) * np.clip(1 - back / _ARCH, 0, 1)
    offsets[jaw][lower, 1] += _BARED
    offsets[ARKIT_INDEX["mouthRollUpper"], :, 2] *= _UPPER_ROLL
    offsets[ARKIT_INDEX["mouthRollLower"], :, 2] *= _LOWER_ROLL
    source, turned = body[tongue].copy(), offsets[jaw][tongue].copy()
    floor = source[:, 1].min()
    body[tongue, 1] = floor + _THICKNESS * (source[:, 1] - floor)
    body[tongue, 1] -= _TONGUE_DOWN
    body[tongue, 2] -= _TONGUE_BACK
    led = body[tongue].copy()
    led[:, 2] += _LEVEL * (led[:, 2].max() - led[:, 2])
    offsets[jaw][tongue] = _applied(hinge, led)
    offsets[out][tongue] += source - body[tongue]  # all the way out it has its full thickness again
    correctives = np.zeros((3, len(body), 3))
    depth = body[tongue, 2].max() - body[tongue, 2]
    bent = np.clip(1 - depth / _TIP, 0, 1)[:, None]
    correctives[0][tongue] = -bent * offsets[jaw][tongue]
    correctives[1][tongue] = turned - offsets[jaw][tongue]
    correctives[2][tongue] = bent * _LIFT
    return SettledMouth(body, offsets, correctives)


def _upper_lip(mesh: BaseMesh, body: NDArray[np.float64], opened: NDArray[np.float64]) -> float:
    """Return the height of the upper lip's lower edge in the middle of the closed mouth, metres."""
    return float(body[_above_slit(mesh, opened, (0.001, 0.008)), 1].min())


def _lining(mesh: BaseMesh, body: NDArray[np.float64], opened: NDArray[np.float64]) -> float:
    """Return how far forward there is room for the upper incisors inside the upper lip, metres."""
    return float(body[_above_slit(mesh, opened, (0.005, 0.010)), 2].min())


def _above_slit(mesh: BaseMesh, opened: NDArray[np.float64], reach: tuple[float, float]) -> NDArray[np.int64]:
    """Return the vertices of the upper lip, inside and outside, within ``reach`` metres of the middle of the mouth."""
    skin = np.unique(mesh.quads["body"])
    place = mesh.positions[skin]
    near = (np.abs(place[:, :2] - _MOUTH) < reach).all(1) & (place[:, 2] > 0.06)
    return np.asarray(skin[near & (np.abs(opened[skin, 1]) < _UNMOVED)])


def _moved_row(row: NDArray[np.float64], down: float, width: float, forward: float) -> NDArray[np.float64]:
    """Return a row of teeth, shape (n, 3), with its incisors moved by ``down`` metres and its molars not at all;
    all of it ``width`` times as wide and ``forward`` metres further forward."""
    moved = row.copy()
    back = (row[:, 2].max() - row[:, 2]) / _ROW_DEPTH
    moved[:, 1] += down * np.clip(1 - back**2, 0, 1)
    moved[:, 0] *= width
    moved[:, 2] = row[:, 2].min() + width * (row[:, 2] - row[:, 2].min()) + forward
    return moved


def _pointed(tongue: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a tongue, shape (n, 3), whose square front is rounded."""
    rounded = tongue.copy()
    from_tip = np.clip((tongue[:, 2].max() - tongue[:, 2]) / _ROUND, 0, 1)
    arc = np.sqrt(1.0 - (1.0 - from_tip) ** 2)
    aside = np.abs(tongue[:, 0]) / np.abs(tongue[:, 0]).max()
    rounded[:, 0] *= _NARROWEST + (1.0 - _NARROWEST) * arc
    rounded[:, 2] -= _DRAWN_BACK * aside**2 * (1.0 - from_tip)
    return rounded


def _affine(points: NDArray[np.float64], moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the affine map, shape (3, 3), from (1, y, z) to an offset that fits best: the jaw turns about x."""
    rows = np.concatenate([np.ones((len(points), 1)), points[:, 1:]], 1)
    fitted: NDArray[np.float64] = np.linalg.lstsq(rows, moves, rcond=None)[0]
    return fitted


def _applied(affine: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.concatenate([np.ones((len(points), 1)), points[:, 1:]], 1) @ affine)
