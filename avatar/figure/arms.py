"""Bare arms and hands: the skin that no sleeve hides. None of it morphs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from avatar.figure.anatomy import Anatomy
from avatar.figure.arm_coordinates import WRIST, along_arm
from avatar.figure.atlas import atlas
from avatar.figure.cutting import Cover
from avatar.figure.surface import Piece, Surface, refined

_HIDDEN = 0.015  # metres inside a sleeve: skin there is never seen
_HAND = WRIST - 0.02  # metres along the arm: where what is drawn with the hand begins


def bare_arms(anatomy: Anatomy, hides: Cover) -> list[Surface]:
    """Return hands and, where sleeves leave them bare, arms, each of the left and the right by itself."""
    mesh = replace(anatomy.mesh, uvs=atlas(anatomy.mesh.uvs))
    quads, uv_quads = mesh.quads["body"], mesh.uv_quads["body"]
    corners = mesh.positions[quads]
    along = along_arm(corners)
    bare = (along > 0).any(1) & ~(hides(corners) > _HIDDEN).all(1)
    hand, left = along.mean(1) > _HAND, corners[..., 0].mean(1) > 0
    still = np.zeros((0, len(anatomy.body), 3))
    surfaces = []
    for chosen in (bare & hand & left, bare & hand & ~left, bare & ~hand & left, bare & ~hand & ~left):
        if chosen.any():
            piece = Piece("skin", quads[chosen], uv_quads[chosen])
            surfaces.append(refined(mesh, anatomy.body, anatomy.weights, still, [piece], levels=0))
    return surfaces
