"""Puts a figure together: body, eyes, hair and clothes into one set of vertices, shaded and skinned."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from avatar.figure import occlusion, skin
from avatar.figure.cloth import (
    Cloth,
    Neckline,
    collar,
    crew_neckline,
    neck_cut,
    open_neckline,
    rib,
    settled,
    shell,
    v_neckline,
)
from avatar.figure.eyes import eye_spheres, eyeball
from avatar.figure.figure import Figure, Part
from avatar.figure.hair import grown
from avatar.figure.lashes import strip_coordinates
from avatar.figure.mouth import settled_mouth
from avatar.figure.recipe import FigureRecipe
from avatar.figure.scalp import ear, scalp_depth
from avatar.figure.skeleton import BONE_INDEX, BONE_NAMES, Skeleton, body_weights, rest_joints
from avatar.figure.source import BaseMesh, HumanSource
from avatar.figure.surface import Piece, Surface, face_offsets, refined, seen_faces, shaped_body

_SAMPLE_SPACING = 0.004  # metres, between the points that cast shade
_HIDDEN = 0.02  # metres inside a neckline: skin there is never seen
_BURIED = 0.18  # of the sky: hair and scalp that see less lie under other hair
_COVERED = 0.010  # metres inside the hairline: there the scalp may lie under hair
_RIGID_SHARE = 0.995  # of a bone: what follows it as much follows it alone
_ARM_DROP = math.radians(27.0)
_SOFTENING = 5  # passes over the shades of the face
_STILL = 2e-6  # metres: a smaller morph offset is dropped
_LASH_GROUPS = {
    "helper-l-eyelashes-1": 0,
    "helper-l-eyelashes-2": 0,
    "helper-r-eyelashes-1": 1,
    "helper-r-eyelashes-2": 1,
}  # and whose eye they belong to
_FACE_GROUPS = {
    "helper-upper-teeth": "teeth",
    "helper-lower-teeth": "teeth",
    "helper-tongue": "tongue",
}
_DRAWING_ORDER = ("rib", "knit", "weave", "eye", "mouth", "teeth", "tongue")  # after the skin
_CUT = {"knit", "weave"}  # at the neckline
_TWO_SIDED = {"rib", "weave"}
_OF_HEAD = {"mouth", "teeth", "tongue"}  # of those, what no other bone moves


@dataclass
class _Vertices:
    """What has been put together so far; a list entry for each addition."""

    positions: list[NDArray[np.float64]] = field(default_factory=list)
    normals: list[NDArray[np.float64]] = field(default_factory=list)
    uvs: list[NDArray[np.float64]] = field(default_factory=list)
    edges: list[NDArray[np.float64]] = field(default_factory=list)
    tangents: list[NDArray[np.float64]] = field(default_factory=list)
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
        *,
        edges: NDArray[np.float64] | None = None,
        tangents: NDArray[np.float64] | None = None,
    ) -> None:
        """Append vertices and the triangles between them, by material."""
        for material, faces in triangles.items():
            self.triangles.setdefault(material, []).append((faces + self.count).astype(np.int32))
        self.positions.append(positions)
        self.normals.append(normals)
        self.uvs.append(uvs)
        self.edges.append(np.ones(len(positions)) if edges is None else edges)
        self.tangents.append(np.zeros((len(positions), 3)) if tangents is None else tangents)
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
    body, joints = _arms_lowered(body, weights, joints)
    textured, pieces = _face_pieces(mesh, body, centres, recipe)
    mouth = settled_mouth(mesh, body, face_offsets(source, mesh))
    face = refined(textured, mouth.body, weights, np.concatenate([mouth.offsets, mouth.correctives]), pieces)
    vertices = _gathered(mesh, body, weights, recipe, face=face, centres=centres, radius=radius)
    positions, normals = np.concatenate(vertices.positions), np.concatenate(vertices.normals)
    triangles = {material: np.concatenate(vertices.triangles[material]) for material in vertices.triangles}
    casting = np.concatenate([faces for material, faces in triangles.items() if material != "lash"])
    occluders = occlusion.surface_samples(positions, casting, _SAMPLE_SPACING)
    shades = occlusion.shades(positions, normals, occluders)
    shades[: len(face.positions)] = _softened(shades[: len(face.positions)], face)
    edges = np.concatenate(vertices.edges)
    triangles = _seen(triangles, face, recipe, shades=shades, edges=edges)
    bones, shares = _strongest(np.concatenate(vertices.weights))
    of_head = (bones[:, 0] == BONE_INDEX["head"]) & (shares[:, 0] > _RIGID_SHARE)
    rear = ~occlusion.seen_from_front(positions, normals, occluders)
    offsets = np.where(np.abs(face.offsets) < _STILL, np.float32(0), face.offsets)
    return Figure(
        name=name,
        positions=positions.astype(np.float32),
        normals=normals.astype(np.float32),
        uvs=np.concatenate(vertices.uvs).astype(np.float32),
        tangents=np.concatenate(vertices.tangents).astype(np.float32),
        edges=edges.astype(np.float32),
        shades=shades,
        joints=bones,
        weights=shares,
        morphs=sp.csc_matrix(offsets.reshape(len(offsets), -1).T),
        parts=_parts(triangles, positions, joints, of_head=of_head, rear=rear),
        skeleton=Skeleton(joints),
        skin=skin.painted(source, face, recipe),
        colours={
            "iris": recipe.iris,
            "root": recipe.hair.root,
            "tip": recipe.hair.tip,
            "knit": recipe.cloth,
            "rib": recipe.cloth,
            "weave": recipe.under_cloth,
        },
        eyes=centres,
        eye_radius=radius,
        crown=float(positions[:, 1].max()),
        chest=float(positions[:, 1].min()),
        teeth_front=float(positions[triangles["teeth"], 2].max()),
    )


def _gathered(
    mesh: BaseMesh,
    body: NDArray[np.float64],
    weights: NDArray[np.float64],
    recipe: FigureRecipe,
    *,
    face: Surface,
    centres: NDArray[np.float64],
    radius: float,
) -> _Vertices:
    """Return the face, which comes first because it morphs, with eyes, hair and clothes."""
    vertices = _Vertices()
    vertices.add(
        face.positions,
        face.normals,
        face.uvs,
        face.weights,
        {material: face.triangles(material) for material in face.quads},
    )
    for bone, centre in (("leftEye", centres[0]), ("rightEye", centres[1])):
        ball = eyeball(centre, radius)
        vertices.add(ball.positions, ball.normals, ball.uvs, _rigid(bone, len(ball.positions)), {"eye": ball.triangles})
    hair = grown(face, recipe.hair, centres)
    vertices.add(
        hair.positions,
        hair.normals,
        hair.uvs,
        _rigid("head", len(hair.positions)),
        {"hair": hair.triangles},
        edges=hair.grey,
        tangents=hair.tangents,
    )
    for cloth in _clothes(mesh, body, weights, recipe):
        vertices.add(
            cloth.positions,
            cloth.normals,
            cloth.uvs,
            settled(cloth.weights),
            {cloth.material: cloth.triangles},
            edges=cloth.edges,
        )
    return vertices


def _seen(
    triangles: dict[str, NDArray[np.int32]],
    face: Surface,
    recipe: FigureRecipe,
    *,
    shades: NDArray[np.float32],
    edges: NDArray[np.float64],
) -> dict[str, NDArray[np.int32]]:
    """Return the triangles without those of skin, hair and clothes that are never seen, whatever the pose."""
    seen = dict(triangles)
    for material in _CUT & set(triangles):
        seen[material] = triangles[material][edges[triangles[material]].max(1) > 0.0]
    seen["hair"] = triangles["hair"][shades[triangles["hair"], 0].max(1) > _BURIED]
    faces = triangles["skin"]
    hidden = (scalp_depth(face.reference, recipe.hair.cut) > _COVERED)[faces].all(1)
    hidden &= shades[faces, 0].max(1) < _BURIED
    if recipe.hair.cut == "bob":
        hidden |= ear(face.reference)[faces].all(1)
    seen["skin"] = faces[~hidden]
    return seen


def necklines(recipe: FigureRecipe) -> tuple[Neckline, ...]:
    """Return the cuts of what a person wears, from the outermost garment in."""
    return (crew_neckline,) if recipe.garment == "sweater" else (v_neckline, open_neckline)


def _clothes(
    mesh: BaseMesh, body: NDArray[np.float64], weights: NDArray[np.float64], recipe: FigureRecipe
) -> list[Cloth]:
    if recipe.garment == "sweater":
        sweater, under = shell(mesh, body, weights, crew_neckline, lift=0.009, material="knit")
        return [sweater, rib(neck_cut(sweater, under), 0.020, 0.0035)]
    pullover, under = shell(mesh, body, weights, v_neckline, lift=0.012, material="knit")
    shirt, under_shirt = shell(
        mesh, body, weights, open_neckline, lift=0.006, material="weave", levels=1, under=v_neckline
    )
    return [pullover, rib(neck_cut(pullover, under), 0.018, 0.0030), shirt, collar(neck_cut(shirt, under_shirt))]


def _arms_lowered(
    body: NDArray[np.float64], weights: NDArray[np.float64], joints: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return body and joints with the arms, which the source holds away from the body, at the sides."""
    half = _ARM_DROP / 2
    bones = {
        "leftUpperArm": (0.0, 0.0, -math.sin(half), math.cos(half)),
        "rightUpperArm": (0.0, 0.0, math.sin(half), math.cos(half)),
    }
    palette = Skeleton(joints).palette(bones, (0.0, 0.0, 0.0)).astype(np.float64)
    blended = np.einsum("vb,bij->vij", weights, palette)
    lowered = np.einsum("vij,vj->vi", blended[:, :3, :3], body) + blended[:, :3, 3]
    moved = np.einsum("bij,bj->bi", palette[:, :3, :3], joints) + palette[:, :3, 3]
    return lowered, moved


def _face_pieces(
    mesh: BaseMesh, body: NDArray[np.float64], eyes: NDArray[np.float64], recipe: FigureRecipe
) -> tuple[BaseMesh, list[Piece]]:
    """Return what morphs (the skin that no garment hides, the inside of the mouth, teeth, tongue and lashes).

    The mesh that comes with it has the texture coordinates that the materials want: the skin's in its texture,
    0..1 over the outline of teeth and tongue, along and across the strips of lashes.
    """
    hidden = np.zeros(len(mesh.quads["body"]), dtype=bool)
    for cut in necklines(recipe):
        hidden |= (cut(mesh.positions[mesh.quads["body"]]) > _HIDDEN).all(1)
    seen = seen_faces(mesh, "body") & ~hidden
    quads, uv_quads = mesh.quads["body"][seen], mesh.uv_quads["body"][seen]
    middle = mesh.uvs[uv_quads].mean(1)
    mouth = (middle[:, 0] > 0.74) & (middle[:, 1] < 0.145)
    sockets = (middle[:, 0] < 0.16) & (np.abs(middle[:, 1] - 0.58) < 0.08)  # behind the eyeballs, never seen
    skin_only = ~mouth & ~sockets
    pieces = [
        Piece("skin", quads[skin_only], uv_quads[skin_only]),
        Piece("mouth", quads[mouth], uv_quads[mouth]),
    ]
    uvs = [skin.atlas(mesh.uvs)]
    for group, material in _FACE_GROUPS.items():
        corners = mesh.uvs[mesh.uv_quads[group]].reshape(-1, 2)
        low, high = corners.min(0), corners.max(0)
        pieces.append(Piece(material, mesh.quads[group], mesh.uv_quads[group] + sum(map(len, uvs))))
        uvs.append((mesh.uvs - low) / (high - low))
    for group, eye in _LASH_GROUPS.items():
        strip = strip_coordinates(mesh.quads[group], body, eyes[eye])
        own = np.unique(mesh.quads[group], return_inverse=True)[1].reshape(-1, 4)
        pieces.append(Piece("lash", mesh.quads[group], own + sum(map(len, uvs))))
        uvs.append(strip)
    return replace(mesh, uvs=np.concatenate(uvs)), pieces


def _parts(
    triangles: dict[str, NDArray[np.int32]],
    positions: NDArray[np.float64],
    joints: NDArray[np.float64],
    *,
    of_head: NDArray[np.bool_],
    rear: NDArray[np.bool_],
) -> tuple[Part, ...]:
    """Return the parts in an order in which, seen from the front, what is drawn first hides much of what follows."""
    hair, skin_faces = triangles["hair"], triangles["skin"]
    ahead = positions[hair[:, 0], 2] > joints[BONE_INDEX["head"], 2]
    behind = rear[hair].all(1)
    rigid = of_head[skin_faces].all(1)
    between = [
        Part(material, triangles[material], "head" if material in _OF_HEAD else None, material in _TWO_SIDED)
        for material in _DRAWING_ORDER
        if material in triangles
    ]
    return (
        Part("hair", hair[ahead & ~behind], "head", two_sided=True),
        Part("skin", skin_faces[rigid], "head"),
        Part("skin", skin_faces[~rigid]),
        *between,
        Part("hair", hair[~ahead & ~behind], "head", two_sided=True),
        Part("hair", hair[behind], "head", two_sided=True, rear=True),
        Part("lash", triangles["lash"], "head", two_sided=True),
    )


def _softened(shades: NDArray[np.float32], face: Surface) -> NDArray[np.float32]:
    """Return shades averaged with their neighbours, so that a single lock of hair throws no blot."""
    quads = np.concatenate(list(face.quads.values()))
    sides = np.stack([quads, np.roll(quads, -1, 1)], -1).reshape(-1, 2)
    count = len(shades)
    links = sp.csr_matrix((np.ones(len(sides)), (sides[:, 0], sides[:, 1])), (count, count))
    links = links + links.T + sp.identity(count)
    mean = sp.diags(1 / np.asarray(links.sum(1)).ravel()) @ links
    for _ in range(_SOFTENING):
        shades = mean @ shades
    return shades.astype(np.float32)


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
