"""Painting in texture space: rasterising vertex attributes into a texture, noise, and filling past seams."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Plane = NDArray[np.float32]  # shape (s, s), row 0 at v = 0


def rasterised(
    uvs: NDArray[np.float64], triangles: NDArray[np.int32], attributes: NDArray[np.float64], size: int
) -> NDArray[np.float32]:
    """Return attributes interpolated over a texture, shape (size, size, k); texels outside take the nearest inside.

    Args:
        uvs: shape (v, 2), 0..1. triangles: shape (t, 3). attributes: shape (v, k). size: texels.
    """
    image = np.zeros((size, size, attributes.shape[1]), dtype=np.float32)
    covered = np.zeros((size, size), dtype=bool)
    corners = uvs[triangles] * size - 0.5
    low, high = np.floor(corners.min(1)).astype(int), np.ceil(corners.max(1)).astype(int)
    extent = (high - low).max(1) + 1
    reach = 2
    while reach // 2 < extent.max():
        chosen = (extent <= reach) & (extent > (reach // 2 if reach > 2 else 0))
        if chosen.any():
            _fill(image, covered, corners[chosen], low=low[chosen], values=attributes[triangles[chosen]], reach=reach)
        reach *= 2
    nearest = ndimage.distance_transform_edt(~covered, return_distances=False, return_indices=True)
    filled: NDArray[np.float32] = image[nearest[0], nearest[1]]
    return filled


def value_noise(size: int, cells: int, seed: int) -> Plane:
    """Return smooth noise of ``cells`` bumps across, -0.5..0.5, shape (size, size)."""
    grid = np.random.default_rng(seed).random((cells, cells), dtype=np.float32)
    image = Image.fromarray(grid).resize((size, size), Image.Resampling.BICUBIC)
    return np.asarray(image, dtype=np.float32) - 0.5


def enlarged(
    plane: Plane, size: int | tuple[int, int], box: tuple[int, int, int, int] | None = None
) -> NDArray[np.float32]:
    """Return a plane, or a box of it (left, top, right, bottom), in a larger size (width, height), linear between."""
    target = size if isinstance(size, tuple) else (size, size)
    image = Image.fromarray(np.ascontiguousarray(plane, dtype=np.float32))
    return np.asarray(image.resize(target, Image.Resampling.BILINEAR, box=box), dtype=np.float32).copy()


def stamped(
    size: int, places: NDArray[np.float64], radii: NDArray[np.float64], strengths: NDArray[np.float64]
) -> Plane:
    """Return soft round spots, each as strong as given, shape (size, size).

    Args:
        size: texels. places: (column, row) of the middles, texels, shape (n, 2). radii: texels, shape (n,).
        strengths: shape (n,).
    """
    cover = np.zeros((size, size), np.float32)
    if not len(places):
        return cover
    reach = int(np.ceil(radii.max() * 2))
    rows, columns = (plane.ravel() for plane in np.mgrid[-reach : reach + 1, -reach : reach + 1])
    middle = np.floor(places).astype(int)
    x, y = middle[:, 0, None] + columns, middle[:, 1, None] + rows
    away = np.hypot(x + 0.5 - places[:, 0, None], y + 0.5 - places[:, 1, None])
    spot = strengths[:, None] * np.exp(-(((away / radii[:, None]) ** 2) ** 1.5))
    inside = (x >= 0) & (y >= 0) & (x < size) & (y < size)
    np.maximum.at(cover, (y[inside], x[inside]), spot[inside].astype(np.float32))
    return cover


def strokes(
    size: int, places: NDArray[np.float64], slopes: NDArray[np.float64], *, length: int, strength: NDArray[np.float64]
) -> Plane:
    """Return short strokes one texel wide that run along the rows, shape (size, size).

    Args:
        size: texels. places: (column, row) of where they begin, texels, shape (n, 2). slopes: rows a column, (n,).
        length: texels. strength: of each, fading to a third at its end, shape (n,).
    """
    cover = np.zeros((size, size), np.float32)
    for step in range(length):
        x = np.clip(places[:, 0] + step, 0, size - 1).astype(int)
        y = np.clip(places[:, 1] + slopes * step, 0, size - 1).astype(int)
        np.maximum.at(cover, (y, x), (strength * (1 - 0.67 * step / length)).astype(np.float32))
    return cover


def smoothstep(low: float, high: float, value: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the cubic step from 0 at ``low`` to 1 at ``high``."""
    clipped = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(clipped * clipped * (3.0 - 2.0 * clipped), dtype=np.float32)


def blob(x: NDArray[np.float32], y: NDArray[np.float32], at: tuple[float, float], radius: tuple[float, float]) -> Plane:
    """Return a soft spot, 1 at ``at``, of the given radii."""
    spot: Plane = np.exp(-(((x - at[0]) / radius[0]) ** 2) - ((y - at[1]) / radius[1]) ** 2)
    return spot


def _fill(
    image: NDArray[np.float32],
    covered: NDArray[np.bool_],
    corners: NDArray[np.float64],
    *,
    low: NDArray[np.int64],
    values: NDArray[np.float64],
    reach: int,
) -> None:
    """Fill triangles whose boxes are at most ``reach`` texels wide, all texels of all boxes at once."""
    size = len(covered)
    rows, columns = np.mgrid[0:reach, 0:reach]
    x = low[:, 0, None] + columns.ravel()
    y = low[:, 1, None] + rows.ravel()
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    doubled = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (c[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
    doubled = np.where(np.abs(doubled) < 1e-12, 1e-12, doubled)[:, None]

    def part(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
        cross = (p[:, 0, None] - x) * (q[:, 1, None] - y) - (q[:, 0, None] - x) * (p[:, 1, None] - y)
        return np.asarray(cross / doubled)

    first, second = part(b, c), part(c, a)
    third = 1.0 - first - second
    slack = -0.02
    inside = (first >= slack) & (second >= slack) & (third >= slack) & (x >= 0) & (y >= 0) & (x < size) & (y < size)
    triangle, texel = np.nonzero(inside)
    share = np.stack([first[inside], second[inside], third[inside]], 1)
    image[y[triangle, texel], x[triangle, texel]] = np.einsum("nc,nck->nk", share, values[triangle])
    covered[y[triangle, texel], x[triangle, texel]] = True
