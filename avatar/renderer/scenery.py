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


LIGHTINGS = {
    "studio": Lighting(),
    "soft": Lighting(
        key=(1.15, 1.12, 1.08), fill=(0.80, 0.82, 0.86), rim=(0.45, 0.48, 0.52), sky=(0.66, 0.67, 0.70),
        ground=(0.40, 0.36, 0.34),
    ),
    "window": Lighting(
        key=(2.15, 2.25, 2.40), fill=(0.12, 0.14, 0.18), rim=(0.30, 0.36, 0.46), sky=(0.36, 0.42, 0.52),
        ground=(0.22, 0.19, 0.17),
    ),
    "evening": Lighting(
        key=(1.90, 1.22, 0.72), fill=(0.14, 0.20, 0.40), rim=(0.45, 0.75, 1.50), sky=(0.20, 0.25, 0.42),
        ground=(0.28, 0.15, 0.08),
    ),
}  # fmt: skip
