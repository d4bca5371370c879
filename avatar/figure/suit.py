"""The suit: the data's smooth shell round the body, from which clothes are cut."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from avatar.figure.anatomy import Anatomy
from avatar.figure.subdivision import vertex_normals
from avatar.figure.surface import Piece, refined

LOWEST = -0.30  # below the middle of the thigh nothing is modelled


@dataclass(frozen=True)
class Suit:
    """A closed shell from neck to thigh and wrist; no seams.

    Attributes:
        reference, positions, normals: shape (v, 3), metres.
        weights: shape (v, bones).
        quads: shape (q, 4).
    """

    reference: NDArray[np.float64]
    positions: NDArray[np.float64]
    normals: NDArray[np.float64]
    weights: NDArray[np.float64]
    quads: NDArray[np.int64]

    def lifted(self, positions: NDArray[np.float64]) -> Suit:
        """Return it with its vertices moved."""
        return replace(self, positions=positions, normals=vertex_normals(positions, self.quads))


def fitted_suit(anatomy: Anatomy, group: str = "helper-tights") -> Suit:
    """Return a shell of the data, refined once, on a shaped body."""
    mesh = anatomy.mesh
    quads = mesh.quads[group]
    quads = quads[mesh.positions[quads][..., 1].max(1) > LOWEST]
    seamless = replace(mesh, uvs=mesh.positions[:, :2])
    piece = Piece(group, quads, quads)
    surface = refined(seamless, anatomy.body, anatomy.weights, np.zeros((0, len(anatomy.body), 3)), [piece])
    return Suit(surface.reference, surface.positions, surface.normals, surface.weights, surface.quads[group])
