"""Which hair lies under other hair for a viewer right in front, and need not be drawn for one.

Points of the hair that strands cover are splatted into depth maps as fine as the pixels of a picture, from all sides
from which such a viewer may look. A triangle of which nobody sees more than a few pixels is covered, unless the
background would show in its place.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from avatar.figure.figure import Figure, Part
from avatar.figure.hair.strands import KINDS, strand_picture
from avatar.figure.occlusion import Occluders, surface_samples

CLOSE_YAW, CLOSE_PITCH = 0.55, 0.32  # radians: how far to the side, up or down a viewer is still right in front
_TRIED = product((-0.50, -0.30, -0.10, 0.10, 0.30, 0.50), (-0.25, 0.0, 0.25))  # yaw and pitch, radians
_VIEWS = [
    np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)]) for yaw, pitch in _TRIED
]  # towards the viewer
_DISTANCE = np.float32(1.4)  # metres, of the viewer: between where a head and where a bust is taken from
_SPACING = 0.0008  # metres, between the points of hair
_CELL = 0.0010  # metres, of a depth map of hair
_BIAS = 0.0004  # metres, so that a lock does not hide itself
_BODY_SPACING, _BODY_CELL, _BODY_BIAS = 0.002, 0.003, 0.002  # metres: the same of what else hides hair
_LEANER = np.float32(0.005)  # metres that the body is taken to be thinner: another view sees that far round it
_HARDLY = 2.5e-6  # square metres: what shows less of itself before other hair or skin does not count
_HARDLY_ALONE = 0.7e-6  # square metres, before the background
_COVERS = 128  # of 255: more of a strand hides what is behind it
_TRANSPARENT = {"hair", "lash"}  # materials that do not hide hair altogether


def with_covered_hair(figure: Figure) -> Figure:
    """Return a figure whose hair is split into what a viewer right in front may see, and what is covered."""
    hair = [part for part in figure.parts if part.material == "hair" and not part.rear]
    if not hair:
        return figure
    shown = iter(np.split(_shown(figure, hair), np.cumsum([len(part.triangles) for part in hair])[:-1]))
    parts: list[Part] = []
    for part in figure.parts:
        if part.material != "hair" or part.rear:
            parts.append(part)
            continue
        seen = next(shown)
        for which, covered in ((seen, False), (~seen, True)):
            if which.any():
                parts.append(replace(part, triangles=part.triangles[which], covered=covered))
    return replace(figure, parts=tuple(parts))


def _shown(figure: Figure, hair: list[Part]) -> NDArray[np.bool_]:
    """Return which triangles of the parts, one after the other, show more than hardly anything of themselves."""
    triangles = np.concatenate([part.triangles for part in hair])
    samples = surface_samples(figure.positions, triangles, _SPACING)
    uvs = np.einsum("nk,nkc->nc", samples.shares, figure.uvs[samples.corners])
    covering = _cover(uvs) > _COVERS
    points, number = samples.points(figure.positions)[covering], samples.on[covering]
    body = np.concatenate([part.triangles for part in figure.parts if part.material not in _TRANSPARENT])
    lean = figure.positions - _LEANER * figure.normals
    around = surface_samples(figure.positions, body, _BODY_SPACING).points(lean)
    centre = figure.eyes.mean(0).astype(np.float32)

    def areas(some: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(number[some], minlength=len(triangles)) * _SPACING**2)

    sights = [_Sight(points, around, centre, view) for view in _VIEWS]
    seen = [sight.foremost() for sight in sights]
    shown = np.max([areas(some) for some in seen], axis=0) > _HARDLY
    kept = shown[number]
    for sight, some in zip(sights, seen, strict=True):
        shown |= areas(sight.alone(some[~kept[some]], kept)) > _HARDLY_ALONE
    return np.asarray(shown)


class _Sight:
    """What a viewer sees from one side: hair and body drawn apart by perspective, so that lines of sight are parallel.

    Args:
        hair, body: points, float32, shape (n, 3). centre: where the viewer looks, shape (3,).
        towards: the viewer, of length 1.
    """

    def __init__(
        self,
        hair: NDArray[np.float32],
        body: NDArray[np.float32],
        centre: NDArray[np.float32],
        towards: NDArray[np.float64],
    ) -> None:
        self._towards = towards
        self._hair, around = (_in_perspective(points, centre, towards.astype(np.float32)) for points in (hair, body))
        self._body = Occluders(around, cell=_BODY_CELL, bias=_BODY_BIAS)

    def foremost(self) -> NDArray[np.int64]:
        """Return the points of hair that nothing hides."""
        return self._open(np.arange(len(self._hair)), np.ones(len(self._hair), dtype=bool), self._towards)

    def alone(self, some: NDArray[np.int64], kept: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return those of some points that have only background behind them where just ``kept`` ones are drawn."""
        return self._open(some, kept, -self._towards)

    def _open(
        self, some: NDArray[np.int64], hiding: NDArray[np.bool_], towards: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        flat = np.zeros((len(some), 3), dtype=np.float32)  # locks are thin: there is no side to lift their points to
        for occluders in (Occluders(self._hair[hiding], cell=_CELL, bias=_BIAS), self._body):
            some = some[occluders.open_to(towards, self._hair[some], flat[: len(some)])]
        return some


def _in_perspective(
    points: NDArray[np.float32], centre: NDArray[np.float32], towards: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return points as a viewer at ``_DISTANCE`` sees them: the nearer the larger; order along the sight is kept."""
    away = points - centre
    return np.asarray(centre + away * (_DISTANCE / (_DISTANCE - away @ towards))[:, None], dtype=np.float32)


def _cover(uvs: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return how much the strands cover at places on locks, shape (n,); uvs are those of ``Ribbons``."""
    cover = strand_picture()[..., 3]
    height, width = cover.shape
    across = np.mod(uvs[:, 0], KINDS) / KINDS
    columns = np.clip((across * width).astype(np.int64), 0, width - 1)
    rows = np.clip((uvs[:, 1] * height).astype(np.int64), 0, height - 1)
    return np.asarray(cover[rows, columns])
