"""What is sewn onto cloth: collars, lapels, hoods, strings, plackets and buttons."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from avatar.figure.cloth import Laid, merged, settled, swept
from avatar.figure.colour import Colour
from avatar.figure.cutting import Panel, Rim
from avatar.figure.geometry import Geometry
from avatar.figure.painting import smoothstep

_UP = np.array([0.0, 1.0, 0.0])
_STATIONS = 100  # round a neck
_COLLAR_GAP = np.radians(17.0)  # from the middle to either end of a collar
_COLLAR_END = (5, 4, 2, 3, 4, 5, 6, 6, 5)  # the row that each row of a collar is drawn to where it ends
_ON_SHIRT = 0.0045  # metres: how high the points of a collar lie
_AXIS = np.array([0.0, 0.0, 0.02])  # the middle of the neck on the reference body, metres
_BUTTONS = (0.468, 0.400, 0.332, 0.264, 0.196)  # metres on the reference body
_OVER_PLACKET = 0.0014  # metres
_PLACKET = (0.10, 0.490)  # metres on the reference body: from hem to the opening
_NOTCH = 0.270  # metres along the edge of a blazer from its button to the notch of the lapel


def collar(rim: Rim, laid: Laid, colour: Colour) -> Geometry:
    """Return a folded shirt collar that stands along the rim of a neck, its points laid on the shirt in front."""
    points, turn, weights = _from_left_to_right(rim)
    from_point = np.minimum(turn, 2 * np.pi - turn)
    front = np.clip(1 - (from_point - _COLLAR_GAP) / np.radians(62), 0, 1) ** 1.4
    away = points - points.mean(0)
    away[:, 1] = 0
    away = _unit(gaussian_filter1d(away, 4.0, axis=0, mode="nearest"))
    closed = np.clip((from_point - _COLLAR_GAP) / np.radians(12), 0, 1) ** 0.5  # the leaves taper towards their points
    stand = ((0.027 - 0.010 * front) * (0.5 + 0.5 * closed))[:, None]
    fall = (0.034 + 0.022 * front)[:, None]
    spread = (0.008 + 0.006 * front)[:, None]
    side = np.sign(np.pi - turn)[:, None] * np.array([1.0, 0.0, 0.0]) * (0.020 * front)[:, None]
    base = gaussian_filter1d(points, 3.0, axis=0, mode="nearest")
    top = base + _UP * stand - away * 0.010

    def leaf(across: float, down: float, height: float) -> NDArray[np.float64]:
        """Return a row of the leaf, as a share of its spread and fall; in front it lies that high on the shirt."""
        free = top + away * (0.006 + across * spread) - _UP * (fall * down) + side * down
        return np.asarray(free + smoothstep(0.05, 0.5, front)[:, None] * (laid.onto(free, height) - free) * down)

    rows = [
        base - away * 0.002,
        base + _UP * stand * 0.6 - away * 0.006,
        top,
        top + away * 0.003 + _UP * 0.0022,
        top + away * 0.0060 - _UP * 0.001,
        leaf(0.45, 0.45, _ON_SHIRT + 0.004),
        leaf(1.0, 1.0, _ON_SHIRT),
        leaf(0.96, 0.98, _ON_SHIRT - 0.002),
        leaf(0.3, 0.45, _ON_SHIRT),
    ]
    light = (0.65, 0.80, 1.0, 1.0, 1.0, 0.97, 0.88, 0.70, 0.45)
    grid = np.stack(rows, 1)
    ends = grid[[0, -1]][:, _COLLAR_END]
    grid = np.concatenate([ends[:1], grid, ends[1:]])
    weights = np.concatenate([weights[:1], weights, weights[-1:]])
    return swept(grid[::-1], weights[::-1], "weave", colour, closed=False, light=light)


def lapels(rim: Rim, laid: Laid, colour: Colour) -> Geometry:
    """Return the lapels and the collar of a blazer, folded outwards along the rim of its opening."""
    bottom = int(rim.reference[:, 1].argmin())
    count = len(rim.points)
    order = (bottom + np.arange(count)) % count
    points, outward, onward = rim.points[order], rim.outward[order], rim.onward[order]
    gaps = np.linalg.norm(np.diff(points, axis=0, append=points[:1]), axis=1)
    along = np.concatenate([[0.0], np.cumsum(gaps[:-1])])
    from_button = np.minimum(along, gaps.sum() - along)
    lapel = 0.006 + 0.072 * smoothstep(0.0, _NOTCH, from_button) ** 0.8
    after = from_button - _NOTCH
    leaf = 0.030 + 0.012 * np.clip(after / 0.03, 0, 1)
    width = np.where(after < 0, lapel, leaf)
    notch = np.exp(-((after / 0.008) ** 2))
    width = width * (1 - 0.75 * notch)
    stand = 0.016 * smoothstep(0.06, 0.16, after)  # behind the neck the collar stands before it falls
    rows = [points - outward * 0.006 - onward * 0.006, points + onward * 0.003 + outward * 0.003 + _UP * stand[:, None]]
    for share, height in ((0.08, 0.0075), (0.40, 0.0085), (0.75, 0.0065), (1.0, 0.0045), (0.99, 0.0005)):
        over = points - onward * (share * width)[:, None]
        rows.append(laid.onto(over, height) + _UP * (stand * (1 - share))[:, None])
    light = (0.5, 0.9, 1.0, 1.0, 0.97, 0.80, 0.5)
    return swept(np.stack(rows, 1), rim.weights[order], "weave", colour, light=light)


def hood(rim: Rim, colour: Colour) -> Geometry:
    """Return a hood that lies on the shoulders behind the rim of a neck."""
    turn = np.arctan2(rim.reference[:, 0], rim.reference[:, 2] - _AXIS[2])
    behind = gaussian_filter1d(smoothstep(0.25, 1.0, np.abs(turn) / np.pi), 4.0, mode="wrap")
    length, thick = 0.020 + 0.062 * behind, 0.010 + 0.020 * behind
    rise = 0.45 * rim.onward + 0.55 * _UP
    rows = []
    for angle in np.linspace(-0.75 * np.pi, 1.05 * np.pi, 11):
        ahead = (np.cos(angle) * 0.62 - 0.25) * length
        out = (np.sin(angle) + 0.55) * thick
        rows.append(rim.points + rise * ahead[:, None] + rim.outward * out[:, None])
    return swept(np.stack(rows, 1), rim.weights, "weave", colour)


def strings(rim: Rim, laid: Laid, colour: Colour) -> list[Geometry]:
    """Return the two strings of a hood."""
    made = []
    for side in (1.0, -1.0):
        start = rim.points[np.argmin(np.hypot(rim.reference[:, 0] - side * 0.034, rim.reference[:, 2] - 0.10))]
        drop = np.linspace(0.0, 0.15, 9)
        line = start + np.array([0.12 * side, -1.0, 0.05]) * drop[:, None]
        line = np.concatenate([laid.onto(line[:1], 0.012), laid.onto(line[1:], 0.0045)])
        made.append(_tube(line, laid, 0.0028, colour))
    return made


def placket(panel: Panel, colour: Colour, *, material: str) -> Geometry:
    """Return the doubled strip of cloth that the buttons of a shirt sit on."""
    heights = np.linspace(*_PLACKET, 22)
    points, _ = _front(panel, heights)
    side = np.array([1.0, 0.0, 0.0])
    profile = ((0.0155, -0.0010), (0.0142, 0.0016), (-0.0142, 0.0016), (-0.0155, -0.0010))
    laid = Laid(panel)
    rows = [laid.onto(points + side * across, height) for across, height in profile]
    light = (0.45, 0.86, 0.86, 0.45)
    return swept(np.stack(rows, 1), laid.weights(points), material, colour, closed=False, light=light)


def buttons(panel: Panel, colour: Colour, *, places: tuple[float, ...] = _BUTTONS, radius: float = 0.0055) -> Geometry:
    """Return buttons in the middle of the front at some heights of the reference body."""
    points, normals = _front(panel, np.array(places))
    laid = Laid(panel)
    points = laid.onto(points, _OVER_PLACKET)
    turn = np.linspace(0, 2 * np.pi, 10, endpoint=False)
    made = []
    for point, normal in zip(points, normals, strict=True):
        right = np.cross(_UP, normal)
        right /= np.linalg.norm(right)
        circle = np.outer(np.cos(turn), right) + np.outer(np.sin(turn), np.cross(normal, right))
        rows = [
            point + circle * (radius * share) + normal * height
            for share, height in ((1.0, 0.0005), (1.0, 0.0032), (0.82, 0.0040), (0.70, 0.0032), (0.01, 0.0030))
        ]
        weights = np.repeat(laid.weights(point[None]), len(turn), 0)
        made.append(swept(np.stack(rows, 1), weights, "weave", colour))
    return merged(made)


def _front(panel: Panel, heights: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return places and normals in the middle of the front, each shape (n, 3), at heights of the reference body."""
    x, y, z = panel.reference.T
    near = np.flatnonzero((np.abs(x) < 0.012) & (z > 0.03))
    order = near[np.argsort(y[near])]
    points = np.stack([np.interp(heights, y[order], panel.positions[order, axis]) for axis in range(3)], 1)
    normals = np.stack([np.interp(heights, y[order], panel.normals[order, axis]) for axis in range(3)], 1)
    points[:, 0], normals[:, 0] = 0.0, 0.0
    return points, _unit(normals)


def _tube(line: NDArray[np.float64], laid: Laid, radius: float, colour: Colour) -> Geometry:
    tangent = _unit(np.gradient(line, axis=0))
    right = _unit(np.cross(tangent, [0.0, 0.0, 1.0]))
    ahead = np.cross(right, tangent)
    turn = np.linspace(0, 2 * np.pi, 6)
    grid = line[:, None] + radius * (np.cos(turn)[:, None] * right[:, None] + np.sin(turn)[:, None] * ahead[:, None])
    return swept(grid, laid.weights(line), "weave", colour, closed=False)


def _from_left_to_right(rim: Rim) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return points, angles and weights of a neck at even angles from the front's left round the back to its right.

    Angles are about the neck, radians, 0 in front and growing to the figure's left.
    """
    from_axis = rim.reference - _AXIS
    turn = np.mod(np.arctan2(from_axis[:, 0], from_axis[:, 2]), 2 * np.pi)
    order = np.argsort(turn)
    stations = np.linspace(_COLLAR_GAP, 2 * np.pi - _COLLAR_GAP, _STATIONS)

    def along(values: NDArray[np.float64]) -> NDArray[np.float64]:
        columns = [np.interp(stations, turn[order], column[order], period=2 * np.pi) for column in values.T]
        return np.stack(columns, 1)

    return along(rim.points), stations, along(settled(rim.weights))


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12))
