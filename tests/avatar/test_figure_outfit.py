"""Clothes: what may be worn, cut where it should be, drawn part by part, and never pierced by skin."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest
from scipy.spatial import cKDTree

from avatar.arms import arm_bones
from avatar.figure import Figure
from avatar.figure.anatomy import Anatomy
from avatar.figure.arm_coordinates import ELBOW, WRIST, along_arm
from avatar.figure.arms import bare_arms
from avatar.figure.catalogue import person
from avatar.figure.cloth import settled
from avatar.figure.cutting import Cover, cut_out, rims
from avatar.figure.drape import Drape, draped
from avatar.figure.eyes import eye_spheres
from avatar.figure.garments import dressed
from avatar.figure.necklines import crew_neckline
from avatar.figure.outfit import Outfit, Sleeves, Top
from avatar.figure.skeleton import BONE_INDEX, Skeleton, body_weights, fitted_skeleton, skinned
from avatar.figure.source import HumanSource
from avatar.figure.suit import fitted_suit
from avatar.figure.surface import Piece, Surface, head_and_chest, joined, refined, shaped_body
from avatar.gestures.poses import HAND_GESTURES
from avatar.pose import Pose, Quaternion
from tests.avatar.expressions import turn
from tests.avatar.figures import figures, wheel
from tests.avatar.test_figure import posed

__all__ = ["figures", "wheel"]

_GREY = (0.5, 0.5, 0.5)
_WELL_INSIDE = 0.006  # metres from the edge of a garment
_PIERCED = 0.0015  # metres
TOPS: tuple[Top, ...] = ("sweater", "pullover", "t-shirt", "shirt", "blouse", "blazer", "hoodie")
_GESTURES: tuple[dict[str, Quaternion], ...] = (
    {},
    *(
        arm_bones("left", gesture.stroke, 0.0)
        | arm_bones("right", gesture.stroke if gesture.second is None else gesture.second, 0.0)
        for gesture in HAND_GESTURES.values()
    ),
    {"leftUpperArm": turn("z", 80), "rightUpperArm": turn("z", -80)},
    {"leftUpperArm": turn("x", -85), "rightLowerArm": turn("x", -120)},
    {"leftLowerArm": turn("x", -90), "leftHand": turn("y", 80)},
)


@dataclass(frozen=True)
class Undressed:
    """A body before it is dressed."""

    anatomy: Anatomy
    skeleton: Skeleton


@pytest.fixture(scope="module")
def body(wheel: Path) -> Undressed:
    """A woman of average proportions."""
    with HumanSource(wheel) as source:
        mesh = source.mesh()
        shaped = shaped_body(source, mesh, person("vera").recipe)
        centres, radius = eye_spheres(mesh, shaped)
        anatomy = Anatomy(mesh, shaped, body_weights(source, mesh), centres, radius)
        return Undressed(anatomy, fitted_skeleton(source, mesh, shaped, centres))


def bare_skin(anatomy: Anatomy, hides: Cover) -> Surface:
    """Return the arms, and the neck and the chest unrefined, without what clothes hide for good."""
    mesh = anatomy.mesh
    faces = head_and_chest(mesh) & ~(hides(mesh.positions[mesh.quads["body"]]) > 0.02).all(1)
    piece = Piece("skin", mesh.quads["body"][faces], mesh.uv_quads["body"][faces])
    chest = refined(mesh, anatomy.body, anatomy.weights, np.zeros((0, len(anatomy.body), 3)), [piece], levels=0)
    return joined([chest, *bare_arms(anatomy, hides)])


@pytest.mark.parametrize(
    ("declared", "complaint"),
    [
        ({"top": "poncho", "colour": _GREY}, "poncho"),
        ({"top": "sweater", "colour": (0.2, 1.4, 0.2)}, "<= 1.0"),
        ({"top": "sweater", "colour": _GREY, "pattern": "stripes"}, "a sweater is plain"),
        ({"top": "blazer", "colour": _GREY, "sleeves": "short"}, "a blazer has long sleeves"),
        ({"top": "shirt", "colour": _GREY, "tie": True}, "tie"),
    ],
)
def test_an_outfit_that_cannot_be_worn_is_refused_in_words(declared: dict[str, object], complaint: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.convert(declared, Outfit)


@pytest.mark.parametrize("top", TOPS)
def test_no_skin_comes_through_the_clothes_in_any_gesture(body: Undressed, top: Top) -> None:
    clothing = dressed(body.anatomy, Outfit(top=top, colour=_GREY))
    skin = bare_skin(body.anatomy, clothing.hides)
    covered = clothing.hides(skin.reference) > _WELL_INSIDE
    assert covered.sum() > 30
    for gesture in _GESTURES:
        palette = body.skeleton.palette(gesture, (0.0, 0.0, 0.0))
        cloth = [skinned(part.positions, part.normals, part.weights, palette) for part in clothing.geometries]
        outside = np.concatenate([positions for positions, _ in cloth])
        inside, normals = skinned(skin.positions, skin.normals, settled(skin.weights), palette)
        near = outside[cKDTree(outside).query(inside[covered], k=8)[1]]
        over = np.einsum("nkc,nc->nk", near - inside[covered, None], normals[covered]).max(1)
        assert over.min() > -_PIERCED, gesture


@pytest.mark.parametrize(("sleeves", "end"), [("long", WRIST), ("rolled", 0.25), ("short", 0.135)])
def test_sleeves_end_where_they_should(body: Undressed, sleeves: Sleeves, end: float) -> None:
    clothing = dressed(body.anatomy, Outfit(top="shirt", sleeves=sleeves, colour=_GREY))
    along = np.linspace(0.05, WRIST, 60)
    arm = np.array([0.168, 0.525, 0.015]) + along[:, None] / ELBOW * np.array([0.145, -0.176, -0.002])
    arm = arm[along < ELBOW]
    hidden = clothing.hides(arm) > 0
    assert hidden[along_arm(arm) < end - 0.02].all()
    assert not hidden[along_arm(arm) > end + 0.02].any()


def test_short_sleeves_leave_arms_bare_that_long_ones_hide(body: Undressed) -> None:
    short, long = (
        bare_arms(body.anatomy, dressed(body.anatomy, Outfit(top="t-shirt", sleeves=sleeves, colour=_GREY)).hides)
        for sleeves in ("short", "long")
    )
    assert sum(len(part.positions) for part in short) > 1.15 * sum(len(part.positions) for part in long)


def test_forearms_and_lower_garments_are_drawn_by_themselves(body: Undressed) -> None:
    parts = dressed(body.anatomy, Outfit(top="sweater", colour=_GREY)).geometries
    spans = [(part.positions[:, 1].min(), part.positions[:, 1].max()) for part in parts]
    waist = float(body.skeleton.joints[BONE_INDEX["chest"], 1])
    assert any(high < waist + 0.05 for _, high in spans)
    forearms = [part for part in parts if np.abs(part.positions[:, 0]).min() > 0.2]
    assert len(forearms) == 2
    assert {np.sign(part.positions[0, 0]) for part in forearms} == {1.0, -1.0}


@pytest.mark.parametrize("name", ["vera", "milo"])
def test_a_head_turn_leaves_the_clothes_where_they_are(figures: dict[str, Figure], name: str) -> None:
    figure = figures[name]
    turned = posed(figure, Pose(bones={"head": turn("y", 40), "neck": turn("y", 15)}))
    moved = np.abs(turned - posed(figure, Pose())).max(1)
    clothes = np.concatenate([part.triangles.ravel() for part in figure.parts if part.material in ("knit", "weave")])
    assert len(clothes) > 10_000
    shoulders = np.abs(figure.positions[clothes, 0]) > 0.09
    shoulders &= figure.positions[clothes, 1] < figure.eyes[0, 1] - 0.17
    assert moved[clothes[shoulders]].max() < 0.002


def test_cloth_is_cut_exactly_on_its_line_and_rims_run_round_it(body: Undressed) -> None:
    suit = draped(fitted_suit(body.anatomy), Drape(0.01))
    panel = cut_out(suit, crew_neckline)
    neck = next(rim for rim in rims(panel, 0.01) if np.abs(crew_neckline(rim.reference)).mean() < 0.004)
    border = panel.rims[int(np.argmin([np.abs(crew_neckline(panel.reference[loop])).max() for loop in panel.rims]))]
    assert np.abs(crew_neckline(panel.reference[border])).max() < 0.002
    assert neck.onward[:, 1].mean() > 0.3  # away from the cloth is up
    steps = np.linalg.norm(np.diff(neck.points, axis=0, append=neck.points[:1]), axis=1)
    assert steps.max() < 2 * np.median(steps)


def test_draped_cloth_stands_off_the_suit_everywhere(body: Undressed) -> None:
    suit = fitted_suit(body.anatomy)
    hung = draped(suit, Drape(0.01, folds=0.004))
    assert ((hung.positions - suit.positions) * suit.normals).sum(1).min() > 0.004
