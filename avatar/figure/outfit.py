"""What a person wears, as data."""

from __future__ import annotations

from typing import Literal

import msgspec

from avatar.figure.colour import Colour

Top = Literal["sweater", "pullover", "t-shirt", "shirt", "blouse", "blazer", "hoodie"]
Bottom = Literal["trousers", "skirt"]
Sleeves = Literal["long", "rolled", "short"]
Pattern = Literal["plain", "stripes", "checks"]

_WOVEN: frozenset[Top] = frozenset({"t-shirt", "shirt", "blouse"})  # whose cloth can be printed on
_LONG: frozenset[Top] = frozenset({"pullover", "blazer"})  # worn over a shirt, whose cuffs show


class Outfit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Garments and their colours.

    Attributes:
        top: "sweater" is knitted with a round neck; "pullover" is knitted with a V neck over a shirt; "t-shirt" has a
            round neck; "shirt" and "blouse" have a collar and buttons, the blouse an open one; "blazer" has lapels and
            is worn over a T-shirt; "hoodie" has a hood and strings.
        sleeves: to the wrist, to the elbow, or to the middle of the upper arm.
        bottom: what is worn below.
        pattern: of the top, if it is a T-shirt, a shirt or a blouse.
        colour: of the top. under: of what shows beneath a pullover or a blazer. trim: of ribs, buttons and strings.
        bottom_colour: of trousers or skirt.
    """

    top: Top
    sleeves: Sleeves = "long"
    bottom: Bottom = "trousers"
    pattern: Pattern = "plain"
    colour: Colour
    under: Colour = (0.90, 0.90, 0.88)
    trim: Colour | None = None
    bottom_colour: Colour = (0.17, 0.19, 0.24)

    def __post_init__(self) -> None:
        if self.pattern != "plain" and self.top not in _WOVEN:
            raise ValueError(f"a {self.top} is plain: only {', '.join(sorted(_WOVEN))} may have a pattern")
        if self.sleeves != "long" and self.top in _LONG:
            raise ValueError(f"a {self.top} has long sleeves")
