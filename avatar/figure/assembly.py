"""Puts a figure together: body, eyes, hair and clothes into one set of vertices, shaded and skinned."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from avatar.figure import occlusion, skin
from avatar.figure.eyes import eye_spheres, eyeball
from avatar.figure.figure import Figure, Part
from avatar.figure.recipe import FigureRecipe
from avatar.figure.skeleton import BONE_INDEX, BONE_NAMES, Skeleton, body_weights, rest_joints
from avatar.figure.source import BaseMesh, HumanSource
from avatar.figure.surface import Piece, face_offsets, refined, seen_faces, shaped_body

_SAMPLE_SPACING = 0.003  # metres, between the points that cast shade
_STILL = 2e-6  # metres: a smaller morph offset is dropped
_FACE_GROUPS = {
    "helper-upper-teeth": "teeth",
    "helper-lower-teeth": "teeth",
    "helper-tongue": "tongue",
    "helper-l-eyelashes-1": "lash",
    "helper-l-eyelashes-2": "lash",
    "helper-r-eyelashes-1": "lash",
    "helper-r-eyelashes-2": "lash",
}
_DRAWING_ORDER = ("hair", "cloth", "skin", "eye", "mouth", "teeth", "tongue", "lash")


@dataclass
class _Vertices:
    """What has been put together so far; a list entry for each addition."""

    positions: list[NDArray[np.float64]] = field(default_factory=list)
    normals: list[NDArray[np.float64]] = field(default_factory=list)
    uvs: list[NDArray[np.float64]] = field(default_factory=list)
    weights: list[NDArray[np.float64]] = field(default_factory=list)
    triangles: dict[str, list[NDArray[np.int32]]] = field(default_factory=dict)
    count: int = 0

    def add(
        self,
        positions: NDArray[np.float64],
        normals: NDArray[np.float64],
        uvs: NDArray[np.float64],
        weights: NDArray[np.float64],
        triangles: dict[str, NDArray[np.int32]],
    ) -> None:
        """Append vertices and the triangles between them, by material."""
        for material, faces in triangles.items():
            self.triangles.setdefault(material, []).append((faces + self.count).astype(np.int32))
        self.positions.append(positions)
        self.normals.append(normals)
        self.uvs.append(uvs)
        self.weights.append(weights)
        self.count += len(positions)


def assembled(name: str, recipe: FigureRecipe, source: HumanSource) -> Figure:
    """Return a figure baked from its recipe; takes some seconds."""
    mesh = source.mesh()
    count = len(mesh.positions)
    body = shaped_body(source, mesh, recipe)
    weights = body_weights(source, count)
    centres, radius = eye_spheres(mesh, body)
    joints = rest_joints(source, mesh, body, centres)
    face = refined(mesh, body, weights, face_offsets(source, count), _face_pieces(mesh))
    vertices = _Vertices()
    texture_uvs = skin.atlas(face.uvs)
    vertices.add(
        face.positions,
        face.normals,
        texture_uvs,
        face.weights,
        {material: face.triangles(material) for material in face.quads},
    )
    for bone, centre in (("leftEye", centres[0]), ("rightEye", centres[1])):
        ball = eyeball(centre, radius)
        vertices.add(ball.positions, ball.normals, ball.uvs, _rigid(bone, len(ball.positions)), {"eye": ball.triangles})
    positions, normals = np.concatenate(vertices.positions), np.concatenate(vertices.normals)
    triangles = {material: np.concatenate(vertices.triangles[material]) for material in vertices.triangles}
    casting = np.concatenate([faces for material, faces in triangles.items() if material != "lash"])
    occluders = occlusion.surface_samples(positions, casting, _SAMPLE_SPACING)
    bones, shares = _strongest(np.concatenate(vertices.weights))
    offsets = np.where(np.abs(face.offsets) < _STILL, np.float32(0), face.offsets)
    return Figure(
        name=name,
        positions=positions.astype(np.float32),
        normals=normals.astype(np.float32),
        uvs=np.concatenate(vertices.uvs).astype(np.float32),
        shades=occlusion.shades(positions, normals, occluders),
        joints=bones,
        weights=shares,
        morphs=sp.csc_matrix(offsets.reshape(len(offsets), -1).T),
        parts=tuple(Part(material, triangles[material]) for material in _DRAWING_ORDER if material in triangles),
        skeleton=Skeleton(joints),
        skin=skin.painted(source, face, recipe),
        colours={"iris": recipe.iris, "cloth": recipe.cloth},
        eyes=centres,
        eye_radius=radius,
        crown=float(positions[:, 1].max()),
        chest=float(positions[:, 1].min()),
    )


def _face_pieces(mesh: BaseMesh) -> list[Piece]:
    """Return what morphs: the skin, the inside of the mouth, teeth, tongue and lashes."""
    seen = seen_faces(mesh, "body")
    quads, uv_quads = mesh.quads["body"][seen], mesh.uv_quads["body"][seen]
    middle = mesh.uvs[uv_quads].mean(1)
    inner = ((middle[:, 0] > 0.74) & (middle[:, 1] < 0.145)) | (
        (middle[:, 0] < 0.16) & (np.abs(middle[:, 1] - 0.58) < 0.08)
    )
    pieces = [Piece("skin", quads[~inner], uv_quads[~inner]), Piece("mouth", quads[inner], uv_quads[inner])]
    pieces += [Piece(material, mesh.quads[group], mesh.uv_quads[group]) for group, material in _FACE_GROUPS.items()]
    return pieces


def _rigid(bone: str, count: int) -> NDArray[np.float64]:
    weights = np.zeros((count, len(BONE_NAMES)))
    weights[:, BONE_INDEX[bone]] = 1.0
    return weights


def _strongest(weights: NDArray[np.float64]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return each vertex's four strongest bones and their weights, adding up to 1."""
    bones = np.argsort(-weights, axis=1)[:, :4]
    shares = np.take_along_axis(weights, bones, 1)
    shares /= shares.sum(1, keepdims=True)
    return bones.astype(np.uint8), shares.astype(np.float32)
