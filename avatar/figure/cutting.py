"""Cutting cloth out of a draped suit along a line, and the rims that the cut leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from avatar.figure.suit import Suit

Cover = Callable[[NDArray[np.float64]], NDArray[np.float64]]  # reference points to metres inside the garment
_SHORT_RIM = 8  # edges: a shorter rim is a scrap
_EVENNESS = 1.5  # stations, over which a rim is smoothed


@dataclass(frozen=True)
class Panel:
    """Cloth that has been cut out.

    Attributes:
        reference, positions, normals: shape (v, 3), metres. weights: shape (v, bones).
        triangles: int64, shape (t, 3).
        rims: closed loops of vertices along the cut, the cloth to their left seen from outside.
    """

    reference: NDArray[np.float64]
    positions: NDArray[np.float64]
    normals: NDArray[np.float64]
    weights: NDArray[np.float64]
    triangles: NDArray[np.int64]
    rims: list[NDArray[np.int64]]


@dataclass(frozen=True)
class Rim:
    """The edge of a garment, as evenly spaced stations along a closed loop.

    Attributes:
        reference, points: shape (n, 3), metres.
        outward: shape (n, 3), away from the body. onward: shape (n, 3), along the surface away from the cloth.
        weights: shape (n, bones).
    """

    reference: NDArray[np.float64]
    points: NDArray[np.float64]
    outward: NDArray[np.float64]
    onward: NDArray[np.float64]
    weights: NDArray[np.float64]


def cut_out(suit: Suit, cover: Cover) -> Panel:
    """Return what of a suit lies inside ``cover``, its border exactly on the line."""
    inside = cover(suit.reference)
    triangles = np.concatenate([suit.quads[:, [0, 1, 2]], suit.quads[:, [0, 2, 3]]])
    within = inside > 0
    whole = triangles[within[triangles].all(1)]
    crossing = triangles[within[triangles].any(1) & ~within[triangles].all(1)]
    single = within[crossing].sum(1) == 1
    odd = np.where(single, within[crossing].argmax(1), (~within[crossing]).argmax(1))  # the corner on its own
    turned = np.take_along_axis(crossing, (odd[:, None] + np.arange(3)) % 3, 1)
    ends = np.concatenate([turned[:, [0, 1]], turned[:, [0, 2]]])
    sides, which = np.unique(np.sort(ends, 1), axis=0, return_inverse=True)
    first, second = which.reshape(2, -1) + len(inside)
    a, b, c = turned.T
    pieces = [
        whole,
        np.stack([a, first, second], 1)[single],
        np.stack([first, b, c], 1)[~single],
        np.stack([first, c, second], 1)[~single],
    ]
    share = (inside[sides[:, 0]] / (inside[sides[:, 0]] - inside[sides[:, 1]]))[:, None]

    def extended(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.concatenate([values, values[sides[:, 0]] * (1 - share) + values[sides[:, 1]] * share])

    joined = np.concatenate(pieces)
    used, index = np.unique(joined, return_inverse=True)
    border = np.concatenate([np.stack([first, second], 1)[single], np.stack([second, first], 1)[~single]])
    place = np.full(len(inside) + len(sides), -1)
    place[used] = np.arange(len(used))
    normals = extended(suit.normals)[used]
    return Panel(
        extended(suit.reference)[used],
        extended(suit.positions)[used],
        normals / np.linalg.norm(normals, axis=1, keepdims=True),
        extended(suit.weights)[used],
        index.reshape(-1, 3),
        _loops(place[border]),
    )


def rims(panel: Panel, spacing: float) -> list[Rim]:
    """Return the edges of a panel with stations about ``spacing`` metres apart, the longest first."""
    return sorted((_rim(panel, loop, spacing) for loop in panel.rims), key=lambda rim: -len(rim.points))


def _rim(panel: Panel, loop: NDArray[np.int64], spacing: float) -> Rim:
    closed = np.append(loop, loop[0])
    gaps = np.linalg.norm(np.diff(panel.positions[closed], axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(gaps)])
    count = max(int(along[-1] / spacing), _SHORT_RIM)
    stations = np.linspace(0.0, along[-1], count, endpoint=False)

    def even(values: NDArray[np.float64], softness: float) -> NDArray[np.float64]:
        columns = [np.interp(stations, along, column) for column in values[closed].T]
        return np.asarray(gaussian_filter1d(np.stack(columns, 1), softness, axis=0, mode="wrap"))

    points = even(panel.positions, _EVENNESS)
    outward = _unit(even(panel.normals, 2 * _EVENNESS))
    tangent = _unit(np.roll(points, -1, 0) - np.roll(points, 1, 0))
    return Rim(
        even(panel.reference, _EVENNESS),
        points,
        outward,
        _unit(np.cross(tangent, outward)),
        even(panel.weights, 2 * _EVENNESS),
    )


def _loops(border: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return closed loops of directed edges, shape (n, 2); open chains and scraps are left out."""
    following = dict(border.tolist())
    loops = []
    while following:
        start, there = following.popitem()
        loop = [start]
        while there != start and there in following:
            loop.append(there)
            there = following.pop(there)
        if there == start and len(loop) >= _SHORT_RIM:
            first = loop.index(min(loop))
            loops.append(np.array(loop[first:] + loop[:first]))
    return loops


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12))
