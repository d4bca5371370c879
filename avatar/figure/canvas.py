"""What the painter of the skin knows of each texel: its place on the reference head, fine only in windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.atlas import HEAD_WIDTH
from avatar.figure.painting import Plane, enlarged, rasterised, smoothstep
from avatar.figure.scalp import ear
from avatar.figure.surface import Surface

SIZE = 1536  # texels of the skin's texture
COARSE = 512  # of what is smooth
_SCALE = SIZE // COARSE
_MARGIN = 2  # coarse texels that a window reaches further


@dataclass(frozen=True)
class Planes:
    """Places on the reference head, metres, each of one shape."""

    x: Plane
    y: Plane
    z: Plane

    @property
    def side(self) -> Plane:
        """How far from the middle of the face."""
        return np.abs(self.x)

    @property
    def front(self) -> Plane:
        """1 on the face, 0 on the sides and the back of the head."""
        return smoothstep(0.07, 0.10, self.z)

    @property
    def ears(self) -> Plane:
        """1 on the ears, else 0."""
        return ear(np.stack([self.x, self.y, self.z], -1)).astype(np.float32)


@dataclass(frozen=True)
class Window:
    """A rectangle of the texture: ``where`` it is and the ``places`` of its texels."""

    where: tuple[slice, slice]
    places: Planes


class Canvas:
    """The texture to be painted.

    Args:
        surface: the refined skin, whose UVs lie in the texture.
    """

    def __init__(self, surface: Surface) -> None:
        self._triangles = surface.triangles("skin")
        self._surface = surface
        places = rasterised(surface.uvs, self._triangles, surface.reference, COARSE)
        self.coarse = Planes(places[..., 0].copy(), places[..., 1].copy(), places[..., 2].copy())

    def window(self, region: NDArray[np.bool_]) -> Window:
        """Return the smallest rectangle in the head's slot round a coarse region, shape (COARSE, COARSE)."""
        inside = region & (np.arange(COARSE) < HEAD_WIDTH * COARSE)
        rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
        top, left = max(rows[0] - _MARGIN, 0), max(columns[0] - _MARGIN, 0)
        bottom, right = min(rows[-1] + 1 + _MARGIN, COARSE), min(columns[-1] + 1 + _MARGIN, COARSE)
        size = ((right - left) * _SCALE, (bottom - top) * _SCALE)
        box = (left, top, right, bottom)
        places = Planes(*(enlarged(plane, size, box) for plane in (self.coarse.x, self.coarse.y, self.coarse.z)))
        where = (slice(top * _SCALE, bottom * _SCALE), slice(left * _SCALE, right * _SCALE))
        return Window(where, places)

    def scattered(self, rng: np.random.Generator, count: int, density: Plane) -> NDArray[np.float64]:
        """Return places in the texture, texels (column, row), spread over the skin as evenly as ``density`` says.

        Args:
            rng: what draws them. count: of places where the density is 1 everywhere; fewer come back.
            density: 0..1, shape (COARSE, COARSE).
        """
        corners = self._surface.reference[self._triangles]
        uvs = self._surface.uvs[self._triangles]
        middle = np.clip((uvs.mean(1) * COARSE).astype(int), 0, COARSE - 1)
        area = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)
        area *= density[middle[:, 1], middle[:, 0]]
        area *= uvs[:, :, 0].max(1) < HEAD_WIDTH
        if area.sum() <= 0:
            return np.zeros((0, 2))
        which = rng.choice(len(area), count, p=area / area.sum())
        share = rng.dirichlet((1.0, 1.0, 1.0), count)
        return np.asarray(np.einsum("nc,nck->nk", share, uvs[which]) * SIZE)
