"""What surrounds the figure: the background and the lights, as data."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Background:
    """A soft gradient, brightest behind the head.

    Attributes:
        centre, edge: sRGB, 0..1.
    """

    centre: Colour = (0.42, 0.47, 0.52)
    edge: Colour = (0.15, 0.17, 0.21)


STUDIO = Background()


@dataclass(frozen=True)
class Lighting:
    """Three studio lights and the room, linear RGB; where they stand is in ``shaders/lighting.glsl``.

    Attributes:
        key: a large soft box in front, above, to the figure's left.
        fill: a weak light from the other side.
        rim: from behind, for hair and shoulders.
        sky, ground: what the room reflects from above and from below.
    """

    key: Colour = (1.92, 1.81, 1.69)
    fill: Colour = (0.34, 0.40, 0.50)
    rim: Colour = (0.85, 0.92, 1.05)
    sky: Colour = (0.42, 0.44, 0.50)
    ground: Colour = (0.24, 0.19, 0.17)
