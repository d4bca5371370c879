"""How hair and beard are worn, as data that a person's file can hold."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from avatar.errors import HairStyleError

Colour = tuple[float, float, float]  # sRGB, 0..1
HairCut = Literal[
    "bald", "buzz", "short", "parted", "receding", "bob", "long", "wavy", "curly", "afro", "bun", "ponytail"
]
BeardCut = Literal["none", "moustache", "goatee", "full"]
HAIR_CUTS: tuple[HairCut, ...] = get_args(HairCut)
BEARD_CUTS: tuple[BeardCut, ...] = get_args(BeardCut)


class HairStyle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the hair of a head is cut, combed and coloured.

    Attributes:
        cut: "bald" has none; "buzz" is clipped to a few millimetres; "short" is combed up and back, "parted" across
            from a side parting, both cropped at the sides; "receding" is a fringe round a bald crown; "bob" falls
            to the chin; "long" hangs straight below the shoulders, "wavy" in waves, "curly" in ringlets to the
            shoulders; "afro" is a ball of coils; "bun" is put up at the crown; "ponytail" is tied at the back.
        root, tip: sRGB colours along a lock.
        parting: where the hair parts: -1 far on the figure's right, 0 in the middle, 1 far on its left.
        fringe: how much hair falls over the forehead, 0..1; of "bob", "long" and "wavy".
        length: factor on the cut's own length, 0.6..1.4.
        curl: how much the locks wave, 0..1, on top of what the cut asks for.
        volume: factor on how far the hair stands off the head, 0.5..1.8.
        density: factor on how many locks there are, 0.5..1.2.
        grey: share of grey hair, 0..1; the temples go first.
        recession: how far the hairline has drawn back at the temples, 0..1.
        stubble: how dark the roots show on the scalp of "bald", 0..1.
        seed: of everything that is random about it.

    Raises:
        HairStyleError: a value is out of its range or the cut is unknown.
    """

    cut: HairCut = "bob"
    root: Colour = (0.16, 0.10, 0.07)
    tip: Colour = (0.26, 0.17, 0.115)
    parting: float = 0.25
    fringe: float = 0.0
    length: float = 1.0
    curl: float = 0.0
    volume: float = 1.0
    density: float = 1.0
    grey: float = 0.0
    recession: float = 0.0
    stubble: float = 0.0
    seed: int = 20

    def __post_init__(self) -> None:
        if self.cut not in HAIR_CUTS:
            raise HairStyleError(f"there is no hair cut {self.cut!r}: choose one of {', '.join(HAIR_CUTS)}")
        _check_colour("hair", "root", self.root)
        _check_colour("hair", "tip", self.tip)
        _check("hair", "parting", self.parting, -1.0, 1.0)
        _check("hair", "length", self.length, 0.6, 1.4)
        _check("hair", "volume", self.volume, 0.5, 1.8)
        _check("hair", "density", self.density, 0.5, 1.2)
        for name in ("fringe", "curl", "grey", "recession", "stubble"):
            _check("hair", name, getattr(self, name), 0.0, 1.0)


class BeardStyle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a beard is trimmed. It has the colours of the hair; the shadow of a shaved one is part of the skin.

    Attributes:
        cut: "none", "moustache", "goatee" (round the mouth and on the chin) or "full".
        length: metres, 0.003..0.025.
        density: factor on how many locks there are, 0.5..1.2.
        grey: share of grey hair, 0..1; the chin goes first.
        seed: of everything that is random about it.

    Raises:
        HairStyleError: a value is out of its range or the cut is unknown.
    """

    cut: BeardCut = "none"
    length: float = 0.009
    density: float = 1.0
    grey: float = 0.0
    seed: int = 31

    def __post_init__(self) -> None:
        if self.cut not in BEARD_CUTS:
            raise HairStyleError(f"there is no beard {self.cut!r}: choose one of {', '.join(BEARD_CUTS)}")
        _check("beard", "length", self.length, 0.003, 0.025)
        _check("beard", "density", self.density, 0.5, 1.2)
        _check("beard", "grey", self.grey, 0.0, 1.0)


def _check(what: str, name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:  # also refuses NaN
        raise HairStyleError(f"the {what}'s {name} is {value!r}: it must be between {low} and {high}")


def _check_colour(what: str, name: str, colour: Colour) -> None:
    if len(colour) != 3 or not all(0.0 <= part <= 1.0 for part in colour):
        raise HairStyleError(f"the {what}'s {name} colour is {colour!r}: it must be three numbers between 0 and 1")
