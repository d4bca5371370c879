"""Puts a figure together: asks each maker for its part, gathers the parts, shades and orders them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from avatar.figure import occlusion, skin
from avatar.figure.anatomy import Anatomy
from avatar.figure.arm_shade import with_arm_shades
from avatar.figure.arms import bare_arms
from avatar.figure.eyes import eye_colours, eye_spheres, eyeballs
from avatar.figure.face import face_surface
from avatar.figure.figure import Figure, Part
from avatar.figure.garments import dressed
from avatar.figure.geometry import MORPH_COLUMNS, Geometry
from avatar.figure.hair.beard import bearded
from avatar.figure.hair.cover import with_covered_hair
from avatar.figure.hair.growth import grown, lock_colours
from avatar.figure.head_shade import with_head_shades
from avatar.figure.lashes import lashes
from avatar.figure.lids import eye_lids
from avatar.figure.parts import ordered, split, strongest
from avatar.figure.recipe import FigureRecipe
from avatar.figure.scalp import ear, scalp_light
from avatar.figure.simplification import lightened
from avatar.figure.skeleton import BONE_INDEX, body_weights, fitted_skeleton, skinned
from avatar.figure.skin_traits import with_traits
from avatar.figure.source import HumanSource
from avatar.figure.surface import Surface, joined, shaped_body

_SAMPLE_SPACING = 0.004  # metres, between the points that cast shade
_BURIED = 0.10  # of the sky: hair that sees less lies under other hair
_SOFTENING = 5  # passes over the shades of the face
_OVER_EARS = {"bob", "long", "wavy", "curly"}  # cuts that hide the ears
_STILL = 2e-6  # metres: a smaller morph offset is dropped


def assembled(name: str, recipe: FigureRecipe, source: HumanSource) -> Figure:
    """Return a figure baked from its recipe; takes some seconds."""
    mesh = source.mesh()
    body = shaped_body(source, mesh, recipe)
    centres, radius = eye_spheres(mesh, body)
    anatomy = Anatomy(mesh, body, body_weights(source, mesh), centres, radius)
    skeleton = fitted_skeleton(source, mesh, body, centres)
    clothing = dressed(anatomy, recipe.outfit)
    face = face_surface(source, anatomy, clothing.hides)
    lids = eye_lids(face, centres, radius)
    arms = bare_arms(anatomy, clothing.hides)
    hair = grown(face, anatomy, recipe.hair, clothing.geometries)
    beard = bearded(face, recipe.beard)
    skeleton = skeleton if hair is None else skeleton.with_joints(hair.joints)
    geometries = [
        with_traits(face.geometry(), face, lids, recipe),
        lashes(face, lids, centres, radius, recipe.eyes),
        *(arm.geometry() for arm in arms),
        eyeballs(centres, radius, recipe.eyes),
        *([] if hair is None else [hair.geometry]),
        *([] if beard is None else [beard]),
        *clothing.geometries,
    ]
    gathered = _gathered(geometries)
    at_rest = skinned(gathered.positions, gathered.normals, gathered.weights, skeleton.palette({}, (0.0, 0.0, 0.0)))
    casting = np.concatenate([faces for _, material, faces in gathered.triangles if material != "lash"])
    samples = occlusion.surface_samples(at_rest[0], casting, _SAMPLE_SPACING)
    occluders = occlusion.Occluders(samples.points(at_rest[0]))
    shades = occlusion.open_sky(*at_rest, occluders)
    shades[: len(face.positions)] = _softened(shades[: len(face.positions)], face)
    bones, shares = strongest(gathered.weights)
    rear = ~occlusion.seen_from_front(*at_rest, occluders)
    ahead = at_rest[0][:, 2] > skeleton.joints[BONE_INDEX["head"], 2]
    parts: list[Part] = []
    for maker, material, triangles in gathered.triangles:
        seen = triangles if maker else _uncovered(triangles, material, face, recipe)
        seen = seen[shades[seen].max(1) > _BURIED] if material == "hair" else seen
        parts += split(material, seen, bones=bones, shares=shares, rear=rear, ahead=ahead)
    bare = np.ones(len(shades), dtype=np.float32)
    bare[: len(face.positions)] = scalp_light(face.reference, recipe.hair)
    hair_root, hair_tip = lock_colours(recipe.hair)
    figure = Figure(
        name=name,
        positions=gathered.positions.astype(np.float32),
        normals=gathered.normals.astype(np.float32),
        uvs=gathered.uvs.astype(np.float32),
        tangents=gathered.tangents.astype(np.float32),
        edges=gathered.edges.astype(np.float32),
        tints=np.rint(np.clip(gathered.tints, 0, 1) * 255).astype(np.uint8),
        shades=np.stack([shades * bare, bare], 1),
        key_shades=np.zeros((0, 0, len(shades)), dtype=np.uint8),
        joints=bones,
        weights=shares,
        morphs=gathered.morphs,
        parts=ordered(parts, ahead),
        skeleton=skeleton,
        skin=skin.painted(source, joined([face, *arms]), lids, recipe),
        colours={
            **eye_colours(recipe.eyes),
            "root": hair_root,
            "tip": hair_tip,
        },
        eyes=centres,
        eye_radius=radius,
        lids=np.array([own.middles() for own in lids], dtype=np.int32),
        crown=float(at_rest[0][:, 1].max()),
        chest=float(at_rest[0][:, 1].min()),
        teeth_front=float(face.positions[face.quads["teeth"], 2].max()),
    )
    return lightened(with_covered_hair(with_arm_shades(with_head_shades(figure))))


@dataclass(frozen=True)
class _Gathered:
    """All parts in one set of vertices, what morphs first.

    Attributes:
        positions, normals, tangents: shape (v, 3). uvs: shape (v, 2). edges: shape (v,). tints: shape (v, 4).
        weights: shape (v, bones).
        morphs: as in ``Figure``.
        triangles: (number of the maker, material, triangles), indices of the vertices here.
    """

    positions: NDArray[np.float64]
    normals: NDArray[np.float64]
    uvs: NDArray[np.float64]
    edges: NDArray[np.float64]
    tangents: NDArray[np.float64]
    tints: NDArray[np.float64]
    weights: NDArray[np.float64]
    morphs: sp.csc_matrix
    triangles: list[tuple[int, str, NDArray[np.int32]]]


def _gathered(geometries: Sequence[Geometry]) -> _Gathered:
    parts = sorted(geometries, key=lambda part: part.offsets is None)
    starts = np.concatenate([[0], np.cumsum([len(part.positions) for part in parts])]).astype(np.int32)
    offsets = np.concatenate([part.offsets for part in parts if part.offsets is not None], axis=1)
    offsets = np.where(np.abs(offsets) < _STILL, np.float32(0), offsets)
    return _Gathered(
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.uvs for part in parts]),
        np.concatenate([np.ones(len(part.positions)) if part.edges is None else part.edges for part in parts]),
        np.concatenate([np.zeros_like(part.positions) if part.tangents is None else part.tangents for part in parts]),
        np.concatenate([np.ones((len(part.positions), 4)) if part.tints is None else part.tints for part in parts]),
        np.concatenate([part.weights for part in parts]),
        sp.csc_matrix(offsets.reshape(len(offsets), offsets.shape[1] * MORPH_COLUMNS).T),
        [
            (number, material, triangles + start)
            for number, (part, start) in enumerate(zip(parts, starts[:-1], strict=True))
            for material, triangles in part.triangles.items()
        ],
    )


def _uncovered(triangles: NDArray[np.int32], material: str, face: Surface, recipe: FigureRecipe) -> NDArray[np.int32]:
    """Return the triangles of the face without the ears that lie under hair, whatever the pose."""
    if material != "skin" or recipe.hair.cut not in _OVER_EARS:
        return triangles
    hidden = ear(face.reference)[triangles].all(1)
    kept: NDArray[np.int32] = triangles[~hidden]
    return kept


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
