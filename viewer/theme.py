"""How the window looks: colours, type and spacing. Lengths are logical pixels; the layout scales them."""

from __future__ import annotations

from typing import Literal, NamedTuple

Weight = Literal["regular", "semibold"]


class Colour(NamedTuple):
    """A colour in sRGB with straight alpha, each 0..1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def faded(self, factor: float) -> Colour:
        """Return the same colour with its alpha multiplied by ``factor``."""
        return self._replace(alpha=self.alpha * factor)

    def mixed(self, other: Colour, part: float) -> Colour:
        """Return the colour ``part`` of the way to ``other``."""
        return Colour(*(mine + (theirs - mine) * part for mine, theirs in zip(self, other, strict=True)))


def _hex(value: int, alpha: float = 1.0) -> Colour:
    return Colour((value >> 16 & 255) / 255, (value >> 8 & 255) / 255, (value & 255) / 255, alpha)


class Style(NamedTuple):
    """A way to set text.

    Attributes:
        size: height of the em, logical pixels.
        weight: which cut of the typeface.
        leading: line height as a multiple of ``size``.
    """

    size: float
    weight: Weight = "regular"
    leading: float = 1.4


BACKGROUND = _hex(0x12100E)
PANEL = _hex(0x1A1714)
CARD = _hex(0x211D19)
CARD_HOVER = _hex(0x28231E)
CARD_SELECTED = _hex(0x322921)
FIELD = _hex(0x24201B)
LINE = _hex(0x3A332C)
ACCENT = _hex(0xF0A35E)
ACCENT_DEEP = _hex(0xC8713A)
ACCENT_UNDERLAY = _hex(0xF0A35E, 0.24)
ON_ACCENT = _hex(0x22150A)
INK = _hex(0xF4EEE7)
INK_SOFT = _hex(0xC3B9AE)
INK_FAINT = _hex(0x978B7F)
STAGE_TOP = _hex(0x3A322C)
STAGE_BOTTOM = _hex(0x17130F)
SHADOW = _hex(0x000000, 0.42)
SCRIM = _hex(0x0C0A08, 0.0)
SCRIM_DEEP = _hex(0x0C0A08, 0.86)
SELECTION = _hex(0xF0A35E, 0.35)
LIVE = _hex(0xEF6F5C)
CLEAR = Colour(0.0, 0.0, 0.0, 0.0)
TONES = {"info": _hex(0x8FB8D8), "warning": ACCENT, "error": LIVE}

BRAND = Style(20.5, "semibold", 1.2)
HEADLINE = Style(27, "semibold", 1.22)
TITLE = Style(17, "semibold", 1.24)
BODY = Style(16, "regular", 1.46)
LEAD = Style(15, "regular", 1.34)
SMALL = Style(13.5, "regular", 1.3)
SMALL_STRONG = Style(13.5, "semibold", 1.3)
CAPTION = Style(22, "semibold", 1.3)
INPUT = Style(17, "regular", 1.3)

MARGIN = 16.0
GAP = 12.0
PADDING = 16.0
RADIUS = 14.0
CARD_RADIUS = 12.0
