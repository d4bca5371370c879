"""Loops of vertices round an opening of a quad mesh: the rim itself and, ring by ring, the skin outside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.errors import FigureSourceError

Loop = NDArray[np.int64]  # shape (n,), vertices in order


def rim(quads: NDArray[np.int64], near: NDArray[np.bool_]) -> Loop:
    """Return the vertices of the edges that only one quad has, among those that are ``near``, in order round the hole.

    Args:
        quads: shape (q, 4). near: shape (v,).

    Raises:
        FigureSourceError: they make no single closed loop.
    """
    directed = np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2)
    directed = directed[near[directed].all(1)]
    undirected = np.sort(directed, 1)
    _, which, count = np.unique(undirected, axis=0, return_inverse=True, return_counts=True)
    following = {int(a): int(b) for a, b in directed[count[which.ravel()] == 1]}
    start = min(following, default=-1)
    order = [start]
    while (ahead := following.get(order[-1], -1)) not in (start, -1) and len(order) <= len(following):
        order.append(ahead)
    if start < 0 or len(order) != len(following):
        raise FigureSourceError("an opening of the face has no closed rim: this is not the pinned figure data")
    return np.array(order)


def loops_outside(quads: NDArray[np.int64], rim_loop: Loop, count: int) -> list[Loop]:
    """Return the rim and the ``count`` loops after it, each as long as the rim and beside it vertex by vertex.

    Raises:
        FigureSourceError: the mesh is not a grid there.
    """
    beside: dict[tuple[int, int], tuple[int, int]] = {}
    for quad in quads.tolist():
        for corner in range(4):
            a, b, c, d = (quad[(corner + step) % 4] for step in range(4))
            beside[a, b] = (d, c)
    loops, current = [rim_loop], rim_loop.tolist()
    for _ in range(count):
        sides = [beside.get((a, b)) for a, b in zip(current, [*current[1:], current[0]], strict=True)]
        outward = [side[0] for side in sides if side is not None]
        if len(outward) != len(current):
            raise FigureSourceError("the mesh round an opening of the face is no grid: this is not the pinned data")
        # The quads beyond lie on the other side of their edge, which they run the other way.
        current = outward
        loops.append(np.array(current))
    return loops
