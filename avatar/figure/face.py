"""The face: the skin that no garment hides, the inside of the mouth, teeth and tongue. All of it morphs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from avatar.figure.anatomy import Anatomy
from avatar.figure.atlas import atlas
from avatar.figure.cutting import Cover
from avatar.figure.lids import eye_lids, settled_lids
from avatar.figure.lips import face_lips, settled_lips
from avatar.figure.mouth import settled_mouth
from avatar.figure.source import BaseMesh, HumanSource
from avatar.figure.surface import Piece, Surface, face_offsets, head_and_chest, refined

_HIDDEN = 0.02  # metres inside a neckline: skin there is never seen
_FACE_GROUPS = {
    "helper-upper-teeth": "teeth",
    "helper-lower-teeth": "teeth",
    "helper-tongue": "tongue",
}


def face_surface(source: HumanSource, anatomy: Anatomy, hides: Cover) -> Surface:
    """Return the face with its morphs; ``hides`` tells where clothes hide the skin."""
    mouth = settled_mouth(anatomy.mesh, anatomy.body, face_offsets(source, anatomy.mesh))
    textured, pieces = _pieces(anatomy.mesh, hides)
    offsets = np.concatenate([mouth.offsets, mouth.correctives])
    face = refined(textured, mouth.body, anatomy.weights, offsets, pieces)
    face = settled_lips(face, face_lips(face))
    return settled_lids(face, eye_lids(face, anatomy.eyes, anatomy.eye_radius), anatomy.eyes, anatomy.eye_radius)


def _pieces(mesh: BaseMesh, hides: Cover) -> tuple[BaseMesh, list[Piece]]:
    """Return what morphs (the skin that no garment hides, the inside of the mouth, teeth and tongue).

    The mesh that comes with it has the texture coordinates that the materials want: the skin's in its texture,
    0..1 over the outline of teeth and tongue.
    """
    hidden = (hides(mesh.positions[mesh.quads["body"]]) > _HIDDEN).all(1)
    seen = head_and_chest(mesh) & ~hidden
    quads, uv_quads = mesh.quads["body"][seen], mesh.uv_quads["body"][seen]
    middle = mesh.uvs[uv_quads].mean(1)
    mouth = (middle[:, 0] > 0.74) & (middle[:, 1] < 0.145)
    sockets = (middle[:, 0] < 0.16) & (np.abs(middle[:, 1] - 0.58) < 0.08)  # behind the eyeballs, never seen
    skin_only = ~mouth & ~sockets
    pieces = [
        Piece("skin", quads[skin_only], uv_quads[skin_only]),
        Piece("mouth", quads[mouth], uv_quads[mouth]),
    ]
    uvs = [atlas(mesh.uvs)]
    for group, material in _FACE_GROUPS.items():
        corners = mesh.uvs[mesh.uv_quads[group]].reshape(-1, 2)
        low, high = corners.min(0), corners.max(0)
        pieces.append(Piece(material, mesh.quads[group], mesh.uv_quads[group] + sum(map(len, uvs))))
        uvs.append((mesh.uvs - low) / (high - low))
    return replace(mesh, uvs=np.concatenate(uvs)), pieces
