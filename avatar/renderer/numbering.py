"""The order in which a figure's vertices lie on the graphics side.

A software driver keeps the vertices that it has turned in a small cache, where those with the same last eight bits of
their number displace each other: vertices that are used one after the other must have numbers that follow each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.figure import Figure


class Numbering:
    """Numbers the vertices that are drawn: what morphs first, and there what light triangles use, as they are drawn.

    Before all others are the figure's ``lids``.

    Attributes:
        vertices: int64, shape (drawn,), the figure's vertices by their new number.
        morphing: how many of them, counted from the first, morph.
        light_morphing: how many of these the light triangles use.
    """

    def __init__(self, figure: Figure) -> None:
        light = [part.triangles if part.light is None else part.light for part in figure.parts]
        whole = [part.triangles for part in figure.parts]
        used = np.concatenate([indices.ravel() for indices in (figure.lids, *light, *whole)])
        in_light = figure.lids.size + sum(triangles.size for triangles in light)
        vertices, first = np.unique(used, return_index=True)
        order = np.lexsort((first, vertices >= figure.morphing))
        self.vertices: NDArray[np.int64] = vertices[order].astype(np.int64)
        self.morphing = int((vertices < figure.morphing).sum())
        self.light_morphing = int(((vertices < figure.morphing) & (first < in_light)).sum())
        self._numbers = np.zeros(len(figure.positions), dtype=np.int32)
        self._numbers[self.vertices] = np.arange(len(self.vertices), dtype=np.int32)

    def of(self, triangles: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return triangles, shape (t, 3), by the new numbers."""
        return self._numbers[triangles]
