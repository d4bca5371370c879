"""Whatever a face does, its lids and lips stay lids and lips: measured on 2,000 random faces of four people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from avatar.figure.anatomy import Anatomy
from avatar.figure.catalogue import person
from avatar.figure.complexion import EyeStyle
from avatar.figure.correctives import correctives
from avatar.figure.eyes import eye_spheres
from avatar.figure.face import face_surface
from avatar.figure.lashes import lashes
from avatar.figure.lids import Lids, eye_lids
from avatar.figure.lips import SEALED, Lips, face_lips
from avatar.figure.necklines import crew_neckline
from avatar.figure.skeleton import body_weights
from avatar.figure.source import HumanSource
from avatar.figure.surface import Surface, shaped_body
from avatar.pose import ARKIT_INDEX, neutral_face
from tests.avatar.expressions import face as expression
from tests.avatar.figures import wheel

__all__ = ["wheel"]

FACES = 2000
LID_TOLERANCE = 0.0010  # metres: how far the margins may overlap
SHUT_TOLERANCE = 0.0006  # metres: how far apart shut lids may be
CORNEA = 1.045  # of the eye's radius
TOOTH_TOLERANCE = 0.0013  # metres: how deep a tooth may reach into a lip, which it leans on at rest
_OPPOSED = (
    ("eyeLookUp", "eyeLookDown"), ("eyeLookIn", "eyeLookOut"), ("eyeWide", "eyeSquint"), ("eyeWide", "eyeBlink"),
    ("mouthSmile", "mouthFrown"), ("mouthPucker", "mouthStretch"), ("mouthPucker", "mouthSmile"),
    ("mouthFunnel", "mouthPress"), ("browDown", "browOuterUp"), ("mouthDimple", "mouthPucker"),
)  # fmt: skip
_SIDELONG = ("jawLeft", "jawRight", "mouthLeft", "mouthRight")


@dataclass(frozen=True)
class Head:
    """A face, its lids and its lips."""

    surface: Surface
    lids: tuple[Lids, Lids]
    lips: Lips
    eyes: NDArray[np.float64]
    radius: float

    def vertices(self, which: NDArray[np.int64], faces: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return where some vertices are in many faces, shape (faces, *which, 3)."""
        weights = np.array([np.concatenate([face, correctives(face)]) for face in faces])
        offsets = self.surface.offsets[:, which.ravel(), :3].reshape(weights.shape[1], -1)
        moved = (weights @ offsets).reshape(len(faces), *which.shape, 3)
        return np.asarray(self.surface.positions[which] + moved, dtype=np.float32)


@pytest.fixture(scope="module", params=["vera", "milo", "henrik", "yuna"])
def head(wheel: Path, request: pytest.FixtureRequest) -> Head:
    with HumanSource(wheel) as source:
        mesh = source.mesh()
        body = shaped_body(source, mesh, person(request.param).recipe)
        eyes, radius = eye_spheres(mesh, body)
        anatomy = Anatomy(mesh, body, body_weights(source, mesh), eyes, radius)
        surface = face_surface(source, anatomy, crew_neckline)
    return Head(surface, eye_lids(surface, eyes, radius), face_lips(surface), eyes, radius)


def plausible_faces() -> NDArray[np.float32]:
    """Return random weights, shape (FACES, 52): what excludes each other does not come together."""
    rng = np.random.default_rng(17)
    names = list(ARKIT_INDEX)
    stems = sorted({name.removesuffix("Left").removesuffix("Right") for name in names if name not in _SIDELONG})
    faces = np.zeros((FACES, len(names)), np.float32)
    for face in faces:
        strength = {stem: float(rng.random()) * (rng.random() < 0.3) for stem in stems}
        for one, other in _OPPOSED:
            strength[min((one, other), key=lambda stem: strength[stem])] = 0.0
        strength["mouthClose"] = min(strength["mouthClose"], strength["jawOpen"])
        for name in names:
            stem = name.removesuffix("Left").removesuffix("Right")
            uneven = rng.uniform(0.7, 1.0) if stem != name else 1.0
            face[ARKIT_INDEX[name]] = strength.get(stem, 0.0) * uneven
    return faces


FACES_DRAWN = plausible_faces()
SHUT = expression(eyeBlink=1.0)


def lid_gaps(head: Head, faces: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the least and the greatest height of the upper over the lower margin of both eyes, shape (faces, 2)."""
    gaps = []
    for lids in head.lids:
        upper, lower = head.vertices(lids.upper[3:-3], faces), head.vertices(lids.lower, faces)
        per_face = []
        for above, below in zip(upper, lower, strict=True):
            order = np.argsort(below[:, 0])
            per_face.append(above[:, 1] - np.interp(above[:, 0], below[order, 0], below[order, 1]))
        gaps.append(np.array(per_face))
    return np.stack([np.min(gaps, axis=(0, 2)), np.max(gaps, axis=(0, 2))], 1)


def test_lids_never_turn_inside_out(head: Head) -> None:
    assert lid_gaps(head, FACES_DRAWN)[:, 0].min() > -LID_TOLERANCE


def test_a_blink_shuts_the_eyes_whatever_else_the_face_does(head: Head) -> None:
    shut = FACES_DRAWN[:500].copy()
    shut[:, [ARKIT_INDEX["eyeBlinkLeft"], ARKIT_INDEX["eyeBlinkRight"]]] = 1.0
    gaps = lid_gaps(head, shut)
    assert gaps[:, 1].max() < SHUT_TOLERANCE
    assert gaps[:, 0].min() > -LID_TOLERANCE


def test_eyes_are_open_at_rest_and_wider_when_they_widen(head: Head) -> None:
    rest, wide = lid_gaps(head, np.stack([neutral_face(), expression(eyeWideLeft=1.0, eyeWideRight=1.0)]))[:, 1]
    assert 0.006 < rest < 0.012
    assert wide > rest + 0.002


def test_no_eyeball_comes_through_a_lid(head: Head) -> None:
    for lids, eye in zip(head.lids, head.eyes, strict=True):
        for margin in (lids.upper, lids.lower):
            away = np.linalg.norm(head.vertices(margin, FACES_DRAWN) - eye, axis=2) / head.radius
            assert away.min() > CORNEA - 0.02


def test_upper_lids_follow_the_gaze(head: Head) -> None:
    faces = np.stack([
        neutral_face(),
        expression(eyeLookUpLeft=1.0, eyeLookUpRight=1.0),
        expression(eyeLookDownLeft=1.0, eyeLookDownRight=1.0),
    ])  # fmt: skip
    for lids in head.lids:
        rest, up, down = head.vertices(np.array([lids.middles()[0]]), faces)[:, 0, 1]
        assert up > rest + 0.003
        assert down < rest - 0.003


def test_lashes_stay_on_their_lids_and_point_down_when_the_eyes_close(head: Head) -> None:
    strips = lashes(head.surface, head.lids, head.eyes, head.radius, EyeStyle(lashes=1.0))
    assert strips.offsets is not None
    weights = np.concatenate([SHUT, correctives(SHUT)])
    moved = strips.positions + np.tensordot(weights, strips.offsets[..., :3], 1)
    corners = head.vertices(head.surface.quads["skin"], SHUT[None])[0]
    skin = np.concatenate([corners, (corners + np.roll(corners, 1, axis=1)) / 2], axis=1).reshape(-1, 3)  # and sides
    roots, tips = strips.uvs[:, 1] == 0.0, strips.uvs[:, 1] == 1.0
    assert cKDTree(skin).query(moved[roots])[0].max() < 0.001
    lengths = np.linalg.norm(strips.positions[tips] - strips.positions[roots], axis=1)
    np.testing.assert_allclose(np.linalg.norm(moved[tips] - moved[roots], axis=1), lengths, rtol=0.02)
    upper = strips.positions[tips, 1] > strips.positions[roots, 1]
    assert (strips.positions[tips, 1] - strips.positions[roots, 1])[upper].mean() > 0.001
    assert (moved[tips, 1] - moved[roots, 1])[upper].mean() < 0.0


def test_longer_lashes_are_longer(head: Head) -> None:
    short, long = (
        lashes(head.surface, head.lids, head.eyes, head.radius, EyeStyle(lashes=share)).positions
        for share in (0.0, 1.0)
    )
    assert np.ptp(long[:, 2]) > np.ptp(short[:, 2]) + 0.001


def lip_gaps(head: Head, faces: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how far apart the lips are where they are farthest apart, shape (faces,)."""
    both = np.concatenate([head.lips.upper, head.lips.lower], axis=1)
    positions = np.zeros_like(head.surface.positions)
    gaps = []
    for moved in head.vertices(both, faces):
        positions[both] = moved
        gaps.append(head.lips.gap(positions)[1].max())
    return np.array(gaps)


@pytest.mark.parametrize("name", SEALED)
def test_a_shape_that_should_not_open_the_lips_does_not(head: Head, name: str) -> None:
    assert lip_gaps(head, expression(**{name: 1.0})[None])[0] < 0.0003


@pytest.mark.parametrize("jaw", [0.1, 0.5, 1.0])
def test_mouth_close_seals_the_lips_however_far_the_jaw_is_open(head: Head, jaw: float) -> None:
    opened, sealed = lip_gaps(head, np.stack([expression(jawOpen=jaw), expression(jawOpen=jaw, mouthClose=jaw)]))
    assert opened > 0.012 * jaw
    assert sealed < 0.0003


def test_mouth_close_alone_moves_nothing(head: Head) -> None:
    which = np.unique(head.surface.quads["skin"])
    rest, closed = head.vertices(which, np.stack([neutral_face(), expression(mouthClose=1.0)]))
    assert np.abs(rest - closed).max() < 1e-5


def test_teeth_stay_behind_the_lips(head: Head) -> None:
    """The fronts of the teeth lie behind the red of the lips, the loops that touch the other lip and those outside."""
    surface = head.surface
    teeth = np.unique(surface.quads["teeth"])
    fronts = teeth[(surface.normals[teeth, 2] > 0.6) & (np.abs(surface.positions[teeth, 0]) < 0.012)]
    red = np.concatenate([head.lips.upper[3:12].ravel(), head.lips.lower[3:12].ravel()])
    faces = FACES_DRAWN[:400]
    for lips, crowns in zip(head.vertices(red, faces), head.vertices(fronts, faces), strict=True):
        across = np.linalg.norm(lips[:, None, :2] - crowns[None, :, :2], axis=2)
        lip, tooth = np.nonzero(across < 0.0025)
        if lip.size:
            assert (crowns[tooth, 2] - lips[lip, 2]).max() < TOOTH_TOLERANCE
