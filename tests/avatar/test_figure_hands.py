"""Hands have pale palms, darker knuckles and nails, each where it belongs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from avatar.figure.anatomy import Anatomy
from avatar.figure.arms import bare_arms
from avatar.figure.atlas import HANDS_LEFT, HANDS_TOP
from avatar.figure.canvas import SIZE
from avatar.figure.catalogue import person
from avatar.figure.complexion import SkinStyle, skin_colour
from avatar.figure.eyes import eye_spheres
from avatar.figure.hands import paint_hands
from avatar.figure.skeleton import BONE_INDEX, body_weights
from avatar.figure.source import HumanSource
from avatar.figure.surface import Surface, joined, shaped_body
from tests.avatar.figures import wheel

__all__ = ["wheel"]

DARK, FAIR = SkinStyle(tone=0.9), SkinStyle(tone=0.1)


@pytest.fixture(scope="module")
def hands(wheel: Path) -> Surface:
    with HumanSource(wheel) as source:
        mesh = source.mesh()
        body = shaped_body(source, mesh, person("milo").recipe)
        anatomy = Anatomy(mesh, body, body_weights(source, mesh), *eye_spheres(mesh, body))
        return joined(bare_arms(anatomy, lambda places: np.full(places.shape[:-1], -1.0)))


def painted(hands: Surface, style: SkinStyle) -> tuple[np.ndarray, np.ndarray]:
    colour = np.ones((SIZE, SIZE, 3), np.float32) * skin_colour(style)
    relief = np.zeros((SIZE, SIZE), np.float32)
    paint_hands(colour, relief, hands, style)
    return colour, relief


def at(plane: np.ndarray, surface: Surface, bone: str, towards: float, least: float = 0.8) -> np.ndarray:
    """Return what a picture shows where a bone moves the skin by at least a share, on the left hand.

    Args:
        towards: 1 for the back of the hand, -1 for the palm.
    """
    down = np.array([0.80, 0.59, 0.07])  # out of the back of the left hand of the reference body, which slants
    chosen = (surface.weights[:, BONE_INDEX[bone]] > least) & (surface.normals @ down * towards > 0.6)
    column, row = (surface.uvs[chosen] * SIZE).astype(int).clip(0, SIZE - 1).T
    return np.asarray(plane[row, column])


def test_palms_are_paler_than_the_backs_of_dark_hands_most_of_all(hands: Surface) -> None:
    paler = {}
    for name, style in (("dark", DARK), ("fair", FAIR)):
        colour, _ = painted(hands, style)
        palm, back = (at(colour, hands, "leftHand", towards).mean() for towards in (-1.0, 1.0))
        paler[name] = palm / back
    assert paler["dark"] > 1.2 > paler["fair"] > 0.95


@pytest.mark.parametrize("finger", ["Thumb", "Index", "Middle", "Ring", "Little"])
def test_every_finger_ends_in_a_nail_that_shines(hands: Surface, finger: str) -> None:
    _, relief = painted(hands, DARK)
    assert at(relief, hands, f"left{finger}Distal", 1.0).max() > 0.2
    assert at(relief, hands, f"left{finger}Proximal", 1.0).max() == 0.0


def test_knuckles_are_darker_than_the_bones_between_them(hands: Surface) -> None:
    colour, _ = painted(hands, FAIR)
    for finger in ("Index", "Middle", "Ring", "Little"):
        bone = at(colour, hands, f"left{finger}Intermediate", 1.0, least=0.3)[:, 1]
        assert bone.min() < 0.93 * bone.max()


def test_nothing_outside_the_place_of_the_hands_is_painted(hands: Surface) -> None:
    colour, relief = painted(hands, DARK)
    top, left = round(HANDS_TOP * SIZE), round(HANDS_LEFT * SIZE)
    assert (colour[top:] == skin_colour(DARK)).all()
    assert (colour[:, :left] == skin_colour(DARK)).all()
    assert not relief[top:].any()
