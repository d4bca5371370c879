"""How the lips of a figure stand, measured on the very surface that is drawn. Metres, in the frame of the head.

What is lip is read off the figure's shapes: the upper lip is what ``mouthRollUpper`` moves, the lower lip what
``mouthRollLower`` moves. Both are cut by planes from one corner of the mouth to the other; the cuts are material points
of the surface, so that they go where the lips go. Nothing here knows how the figure was made.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.spatial import KDTree

from avatar.figure.correctives import correctives
from avatar.figure.figure import Figure
from avatar.pose import ARKIT_INDEX

TOUCH = 0.0006  # metres: the grain of lips and teeth; what is closer touches

_STEP = 0.0015  # metres between the planes that cut the lips
_MOST = 40  # planes on each side of the middle
_MOVED = 5e-5  # metres: what moves less when a lip rolls is no lip
_DEPTH = 0.03  # metres behind the front of the lips that still belong to them
_OPEN, _PARTED = 0.7, 0.008  # where this much of jawOpen parts the lips by so many metres, there is a slit
_JUMP = 0.0008  # metres from one plane to the next by which a gap at rest does not grow inside the mouth
_LIP = 0.010  # metres above or below the slit that are lip, not chin and not the skin under the nose
_MIDDLE = 0.009  # metres from the middle: half the width of the four upper incisors
_EDGE = 0.004  # metres above the edge of the upper incisors that a lower lip can reach
_GRAIN = 0.0004  # metres between the points that stand for a tooth
_STAYS = 0.001  # metres: what an open jaw moves less is an upper tooth
_LOT = 512  # faces that are measured at once


@dataclass(frozen=True)
class LipShapes:
    """The lips at T instants; metres, each of shape (T,).

    Attributes:
        gap: largest height of the opening between the lips, as seen from the front; 0 when they are sealed.
        area: of that opening, square metres.
        width: between the corners of the mouth.
        protrusion: how far the lips stand in front of where they rest.
    """

    gap: NDArray[np.float64]
    area: NDArray[np.float64]
    width: NDArray[np.float64]
    protrusion: NDArray[np.float64]


class Lips:
    """The lips of one figure."""

    def __init__(self, figure: Figure) -> None:
        rest = figure.positions[: figure.morphing].astype(np.float64)
        moves = {name: _moves(figure, name) for name in ("mouthRollUpper", "mouthRollLower", "jawOpen")}
        self._slit = _slit(rest, _triangles(figure, "skin", "mouth"), moves)
        used = np.unique(self._slit.shares.indices)
        shares = self._slit.shares[:, used]
        rows = figure.morphs.tocsr()[(used[:, None] * 6 + np.arange(3)).ravel()].toarray()
        self._morphs = (shares @ rows.reshape(len(used), -1)).reshape(shares.shape[0] * 3, -1)
        self._rest = np.asarray(shares @ rest[used])
        middle = [pair for pair in self._slit.columns if abs(self._rest[pair[0], 0].mean()) < _MIDDLE]
        self._biting = np.concatenate([np.arange(low.start, low.stop) for _, low in middle])
        self._front = np.array([lip.start + int(self._rest[lip, 2].argmax()) for pair in middle for lip in pair])
        self._incisors = KDTree(_upper_incisors(figure, rest, moves["jawOpen"]))

    def shapes(self, faces: NDArray[np.float32]) -> LipShapes:
        """Return how the lips stand in faces, shape (T, 52)."""
        lots = [self._shapes(faces[begin : begin + _LOT]) for begin in range(0, len(faces), _LOT)]
        return LipShapes(*(np.concatenate(column) for column in zip(*lots, strict=True)))

    def to_teeth(self, faces: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the distance between the lower lip and the upper incisors in faces, shape (T, 52): metres, (T,)."""
        distance, _ = self._incisors.query(self._moved(faces)[:, self._biting].reshape(-1, 3))
        return np.asarray(distance.reshape(len(faces), -1).min(1))

    def _moved(self, faces: NDArray[np.float32]) -> NDArray[np.float64]:
        weights = np.stack([np.concatenate([face, correctives(face)]) for face in faces])
        return np.asarray(self._rest + (weights @ self._morphs.T).reshape(len(faces), -1, 3))

    def _shapes(self, faces: NDArray[np.float32]) -> tuple[NDArray[np.float64], ...]:
        moved = self._moved(faces)
        gaps = np.maximum(self._slit.gaps(moved), 0.0)
        middles = [(moved[:, up].mean(1) + moved[:, low].mean(1)) / 2 for up, low in self._slit.columns]
        across = np.stack([middle[:, 0] for middle in middles], 1)
        return (
            gaps.max(1),
            (gaps * np.gradient(across, axis=1)).sum(1),
            np.linalg.norm(middles[0] - middles[-1], axis=1),
            moved[:, self._front, 2].mean(1) - self._rest[self._front, 2].mean(),
        )


@dataclass(frozen=True)
class _Slit:
    """The slit between the lips, cut into columns from the right corner of the mouth to the left one.

    Attributes:
        shares: of the vertices in each point of the cuts, shape (points, v).
        columns: where the points of the upper and of the lower lip are in each column, by index.
    """

    shares: sp.csr_matrix
    columns: tuple[tuple[slice, slice], ...]

    def gaps(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how far the lips are apart in each column, seen from the front, shape (..., columns), metres.

        Args:
            points: where the points of the cuts are, shape (..., points, 3). Lips that overlap give less than 0.
        """
        heights = points[..., 1]
        return np.stack([heights[..., up].min(-1) - heights[..., low].max(-1) for up, low in self.columns], -1)


def _slit(
    positions: NDArray[np.float64],
    triangles: NDArray[np.int32],
    moves: dict[str, NDArray[np.float64]],
) -> _Slit:
    """Return the slit of a face.

    Args:
        positions: shape (v, 3), metres. triangles: of the outside and the inside of the lips, shape (t, 3).
        moves: offsets, shape (v, 3), by ARKit shape: mouthRollUpper, mouthRollLower and jawOpen.
    """
    up, down = (np.linalg.norm(moves[name], axis=1) for name in ("mouthRollUpper", "mouthRollLower"))
    sides = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = np.unique(np.sort(sides), axis=0)
    is_upper, is_lower = (up > _MOVED) & (up > down), (down > _MOVED) & (down >= up)
    near = positions[:, 2] > positions[is_upper, 2].max() - _DEPTH
    upper, lower = (edges[(lip & near)[edges].all(1)] for lip in (is_upper, is_lower))
    agape = positions + _OPEN * moves["jawOpen"]
    cuts: list[tuple[sp.csr_matrix, sp.csr_matrix]] = []
    for steps in (range(_MOST), range(-1, -_MOST, -1)):
        nearer = np.inf  # the gap of the plane before
        for step in steps:
            above, below = (_cut(positions, lip, step * _STEP) for lip in (upper, lower))
            if not above.shape[0] or not below.shape[0]:
                break
            gapes, opened = ((above @ at)[:, 1].min() - (below @ at)[:, 1].max() for at in (positions, agape))
            if opened - max(gapes, 0.0) < _PARTED or gapes > nearer + _JUMP:
                break
            nearer = gapes
            top = (below @ positions)[:, 1].max()
            pair = [cut[np.abs((cut @ positions)[:, 1] - top) < _LIP] for cut in (above, below)]
            cuts.insert(len(cuts) if step >= 0 else 0, (pair[0], pair[1]))
    ends = np.cumsum([0, *(part.shape[0] for pair in cuts for part in pair)]).tolist()
    parts = list(itertools.starmap(slice, itertools.pairwise(ends)))
    return _Slit(
        sp.vstack([part for pair in cuts for part in pair]).tocsr(),
        tuple(zip(parts[::2], parts[1::2], strict=True)),
    )


def _cut(positions: NDArray[np.float64], edges: NDArray[np.int32], x: float) -> sp.csr_matrix:
    """Return where edges cross the plane at ``x``, as shares of the vertices, shape (points, v)."""
    a, b = positions[edges[:, 0], 0] - x, positions[edges[:, 1], 0] - x
    across = (a > 0) != (b > 0)
    crossing = edges[across]
    share = a[across] / (a[across] - b[across])
    points = np.repeat(np.arange(len(crossing)), 2)
    shares = np.stack([1.0 - share, share], 1).ravel()
    return sp.csr_matrix((shares, (points, crossing.ravel())), shape=(len(crossing), len(positions)))


def _moves(figure: Figure, name: str) -> NDArray[np.float64]:
    """Return the position offsets of an ARKit shape at full weight, shape (morphing, 3)."""
    column = figure.morphs[:, [ARKIT_INDEX[name]]].toarray().astype(np.float64)
    return np.asarray(column.reshape(-1, 6)[:, :3])


def _triangles(figure: Figure, *materials: str) -> NDArray[np.int32]:
    """Return the morphing triangles of some materials, shape (t, 3)."""
    found = np.concatenate([part.triangles for part in figure.parts if part.material in materials])
    return found[(found < figure.morphing).all(1)]


def _upper_incisors(figure: Figure, rest: NDArray[np.float64], opened: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points, shape (p, 3), all over the lower part of the upper incisors, which nothing in a face moves."""
    triangles = _triangles(figure, "teeth")
    corners = rest[triangles[(np.abs(opened).max(1) < _STAYS)[triangles].all(1)]]
    front = corners[(np.abs(corners[:, :, 0]) < _MIDDLE).any(1)]
    front = front[front[:, :, 2].max(1) > front[:, :, 2].max() - _EDGE]
    near = front[front[:, :, 1].min(1) < front[:, :, 1].min() + _EDGE]
    steps = int(np.ceil(np.ptp(near, axis=1).max() / _GRAIN))
    first, second = np.array([(i, j) for i in range(steps + 1) for j in range(steps + 1 - i)]).T / steps
    points: NDArray[np.float64] = (np.stack([1.0 - first - second, first, second], 1) @ near).reshape(-1, 3)
    return points
