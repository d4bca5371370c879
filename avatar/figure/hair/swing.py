"""Binds hair that hangs to the bones that let it swing, and to the chest that it lies on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.figure.geometry import rigid
from avatar.figure.hair.ribbons import Ribbons
from avatar.figure.painting import smoothstep
from avatar.figure.skeleton import BONE_INDEX, HAIR_CHAINS

_AXIS_DEPTH = 0.045  # metres: z of the upright line that the chains stand round, on the reference head
_SET_IN = 0.045  # metres of height over which a bone takes hold
_NEAR = 0.015  # metres of height whose mean is a joint
_ON_CHEST = (0.600, 0.520)  # metres on the reference head: from here down hair lies on chest and back
_CHEST_SHARE = 0.80  # of what lies there


def swinging(
    ribbons: Ribbons, hang: float, *, lies: bool
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Return the weights of the strips, shape (v, bones), and the joints of the bones of the hair that swings.

    Args:
        ribbons: the strips.
        hang: height on the reference head below which hair hangs free, metres.
        lies: whether what hangs below the shoulders lies on chest and back.
    """
    weights = rigid("head", len(ribbons.positions))
    free = ~ribbons.still
    height = ribbons.reference[:, 1]
    lowest = float(height[free].min(initial=hang))
    middle = (hang + lowest) / 2
    upper = smoothstep(hang + 0.2 * _SET_IN, hang - 0.8 * _SET_IN, height) * free
    lower = smoothstep(middle + _SET_IN / 2, middle - _SET_IN / 2, height) * upper
    chest = _CHEST_SHARE * smoothstep(*_ON_CHEST, height) * free * lies
    around = _around(ribbons.reference)
    joints: dict[str, NDArray[np.float64]] = {}
    head = BONE_INDEX["head"]
    for chain, bones in enumerate(HAIR_CHAINS):
        shares = (around[:, chain] * (upper - lower), around[:, chain] * lower)
        if not shares[1].any():
            continue
        for bone, share, at in zip(bones, shares, (hang, middle), strict=True):
            weights[:, BONE_INDEX[bone]] = share * (1 - chest)
            weights[:, head] -= share
            near = around[:, chain] * free * np.exp(-(((height - at) / _NEAR) ** 2))
            joints[bone] = (near[:, None] * ribbons.positions).sum(0) / max(float(near.sum()), 1e-9)
    hung = 1 - weights[:, head]
    weights[:, BONE_INDEX["upperChest"]] = hung * chest
    return weights, joints


def _around(reference: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much each chain has of points round the head, shape (v, chains), rows adding up to 1."""
    chains = len(HAIR_CHAINS)
    turn = np.arctan2(reference[:, 0], reference[:, 2] - _AXIS_DEPTH) / (2 * np.pi) * chains
    first = np.floor(turn).astype(np.int64)
    share = turn - first
    weights = np.zeros((len(reference), chains))
    rows = np.arange(len(reference))
    weights[rows, first % chains] += 1 - share
    weights[rows, (first + 1) % chains] += share
    return weights
