"""Where made-up people come from: which features, skin, hair and eyes go together there; rough, for variety's sake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from avatar.figure.colour import Colour

Texture = Literal["straight", "wavy", "curly", "coiled"]

HAIR: dict[str, Colour] = {
    "black": (0.070, 0.056, 0.050),
    "dark brown": (0.135, 0.088, 0.066),
    "brown": (0.240, 0.155, 0.105),
    "light brown": (0.360, 0.250, 0.165),
    "blond": (0.560, 0.430, 0.270),
    "red": (0.400, 0.190, 0.095),
}
IRIS: dict[str, Colour] = {
    "dark brown": (0.16, 0.095, 0.055),
    "brown": (0.27, 0.165, 0.085),
    "hazel": (0.36, 0.29, 0.15),
    "green": (0.36, 0.42, 0.28),
    "grey": (0.44, 0.49, 0.52),
    "blue": (0.35, 0.48, 0.62),
}


@dataclass(frozen=True)
class Origin:
    """What people of some part of the world tend to look like.

    Attributes:
        ancestry: parts of the african, asian and caucasian shape targets.
        tone: lightest and darkest skin. undertone: coolest and warmest.
        hair, iris, texture: how often each name of ``HAIR``, of ``IRIS`` and each texture is met.
    """

    ancestry: tuple[float, float, float]
    tone: tuple[float, float]
    undertone: tuple[float, float]
    hair: dict[str, float]
    iris: dict[str, float]
    texture: dict[Texture, float]


_DARK_HAIR = {"black": 0.75, "dark brown": 0.25}
_BROWN_EYES = {"dark brown": 0.6, "brown": 0.4}

ORIGINS: dict[str, Origin] = {
    "northern europe": Origin(
        (0.0, 0.0, 1.0), (0.03, 0.13), (-0.5, 0.1),
        {"blond": 0.3, "light brown": 0.3, "brown": 0.22, "red": 0.1, "dark brown": 0.08},
        {"blue": 0.45, "grey": 0.2, "green": 0.17, "hazel": 0.1, "brown": 0.08},
        {"straight": 0.55, "wavy": 0.38, "curly": 0.07},
    ),
    "southern europe": Origin(
        (0.06, 0.02, 0.92), (0.12, 0.26), (0.0, 0.5),
        {"dark brown": 0.5, "brown": 0.25, "black": 0.25},
        {"brown": 0.5, "dark brown": 0.2, "hazel": 0.2, "green": 0.1},
        {"wavy": 0.5, "straight": 0.3, "curly": 0.2},
    ),
    "middle east": Origin(
        (0.1, 0.08, 0.82), (0.18, 0.36), (0.1, 0.6),
        {"black": 0.55, "dark brown": 0.45},
        {"brown": 0.45, "dark brown": 0.3, "hazel": 0.2, "green": 0.05},
        {"wavy": 0.5, "straight": 0.25, "curly": 0.25},
    ),
    "south asia": Origin(
        (0.22, 0.12, 0.66), (0.34, 0.64), (0.1, 0.5), _DARK_HAIR, _BROWN_EYES,
        {"straight": 0.5, "wavy": 0.4, "curly": 0.1},
    ),
    "east asia": Origin(
        (0.0, 0.95, 0.05), (0.06, 0.22), (0.1, 0.5), {"black": 0.9, "dark brown": 0.1}, _BROWN_EYES,
        {"straight": 0.85, "wavy": 0.15},
    ),
    "south-east asia": Origin(
        (0.12, 0.8, 0.08), (0.24, 0.46), (0.2, 0.6), _DARK_HAIR, _BROWN_EYES, {"straight": 0.7, "wavy": 0.3},
    ),
    "latin america": Origin(
        (0.12, 0.38, 0.5), (0.2, 0.46), (0.2, 0.6),
        {"black": 0.55, "dark brown": 0.35, "brown": 0.1},
        {"dark brown": 0.5, "brown": 0.4, "hazel": 0.1},
        {"straight": 0.45, "wavy": 0.4, "curly": 0.15},
    ),
    "west africa": Origin(
        (0.95, 0.0, 0.05), (0.7, 0.96), (0.0, 0.4), {"black": 1.0}, {"dark brown": 1.0}, {"coiled": 1.0},
    ),
    "east africa": Origin(
        (0.7, 0.0, 0.3), (0.58, 0.86), (0.1, 0.5), {"black": 1.0}, {"dark brown": 0.85, "brown": 0.15},
        {"coiled": 0.6, "curly": 0.4},
    ),
}  # fmt: skip
