"""What makes each figure that person: proportions, colours, hair and clothes, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from avatar.figure.brows import BrowStyle

Colour = tuple[float, float, float]  # sRGB, 0..1


@dataclass(frozen=True)
class HairStyle:
    """How the hair is cut and combed.

    Attributes:
        cut: "bob" falls beside the face from a side parting; "short" is combed up and back and cropped at the sides.
        root, tip: colours along a lock.
        grey: share of grey locks at the temples, 0..1.
        locks: how many locks are grown.
    """

    cut: Literal["bob", "short"]
    root: Colour
    tip: Colour
    grey: float = 0.0
    locks: int = 1500


@dataclass(frozen=True)
class FigureRecipe:
    """A person.

    Attributes:
        sex: which macro targets shape the body.
        age: years, 25..90; blends the young and the old targets.
        ancestry: weights of the three ancestry targets, adding up to 1.
        shape: weights of further shape targets by path below ``mpfb2/targets``; ``l-``/``r-`` pairs are written
            once with a leading ``*``.
        rest: ARKit weights folded into the resting face, so that it looks relaxed and friendly.
        skin, lips, brows, iris: colours.
        stubble: beard shadow, 0..1. freckles: 0..1.
        garment: "sweater" has a round neck, "pullover" a V neck over a shirt.
        cloth, under_cloth: colours of the knitted garment and of the shirt.
    """

    sex: Literal["female", "male"]
    age: float
    ancestry: dict[str, float]
    shape: dict[str, float]
    rest: dict[str, float]
    skin: Colour
    lips: Colour
    brows: Colour
    iris: Colour
    hair: HairStyle
    garment: Literal["sweater", "pullover"]
    cloth: Colour
    under_cloth: Colour
    stubble: float = 0.0
    freckles: float = 0.0
    brow_weight: float = 1.0
    brows_style: BrowStyle = field(default_factory=BrowStyle)


RECIPES: dict[str, FigureRecipe] = {
    "vera": FigureRecipe(
        sex="female",
        age=33.0,
        ancestry={"caucasian": 0.6, "asian": 0.25, "african": 0.15},
        shape={
            "head/head-oval": 0.35,
            "mouth/mouth-angles-up": 0.25,
            "*eyes/eye-height2-incr": 0.15,
            "chin/chin-width-decr": 0.2,
            "nose/nose-scale-horiz-decr": 0.2,
            "neck/neck-scale-horiz-decr": 0.3,
        },
        rest={"mouthSmileLeft": 0.13, "mouthSmileRight": 0.13, "mouthClose": 0.07},
        skin=(0.87, 0.68, 0.58),
        lips=(0.73, 0.38, 0.37),
        brows=(0.20, 0.12, 0.08),
        iris=(0.36, 0.36, 0.24),
        hair=HairStyle("bob", (0.175, 0.11, 0.08), (0.34, 0.225, 0.155), locks=700),
        garment="sweater",
        cloth=(0.22, 0.40, 0.41),
        under_cloth=(0.9, 0.88, 0.85),
        freckles=0.6,
        brow_weight=1.0,
        brows_style=BrowStyle(arch=0.0050, thickness=0.0066, hairs=520),
    ),
    "milo": FigureRecipe(
        sex="male",
        age=50.0,
        ancestry={"caucasian": 0.75, "asian": 0.1, "african": 0.15},
        shape={
            "head/head-rectangular": 0.3,
            "chin/chin-width-incr": 0.2,
            "nose/nose-hump-incr": 0.2,
            "mouth/mouth-angles-up": 0.25,
            "head/head-age-incr": 0.35,
            "*eyes/eye-bag-incr": 0.35,
        },
        rest={"mouthSmileLeft": 0.14, "mouthSmileRight": 0.14, "browInnerUp": 0.05, "mouthClose": 0.05},
        skin=(0.80, 0.60, 0.49),
        lips=(0.62, 0.38, 0.34),
        brows=(0.17, 0.13, 0.11),
        iris=(0.34, 0.42, 0.48),
        hair=HairStyle("short", (0.12, 0.095, 0.08), (0.20, 0.16, 0.135), grey=0.75, locks=2300),
        garment="pullover",
        cloth=(0.21, 0.25, 0.34),
        under_cloth=(0.88, 0.90, 0.93),
        stubble=0.6,
        brow_weight=1.1,
        brows_style=BrowStyle(arch=0.0038, drop=0.003, thickness=0.0082, height=0.7465, hairs=460),
    ),
}
