"""The shaped body that every maker of a part measures from and cuts its piece out of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.source import BaseMesh


@dataclass(frozen=True)
class Anatomy:
    """One person's body before anything is cut out of it, bound in the pose of the source.

    Attributes:
        mesh: the base mesh; places on it ("the reference") are the same for everybody.
        body: shape (v, 3), where its vertices are on this person, metres.
        weights: shape (v, bones), of the bones.
        eyes: shape (2, 3), centres of the left and the right eye. eye_radius: metres.
    """

    mesh: BaseMesh
    body: NDArray[np.float64]
    weights: NDArray[np.float64]
    eyes: NDArray[np.float64]
    eye_radius: float
