"""Hair and beards: described by a style, grown as locks on the reference head, worn by every shape of head."""

from avatar.figure.hair.style import BEARD_CUTS, HAIR_CUTS, BeardStyle, HairStyle

__all__ = ["BEARD_CUTS", "HAIR_CUTS", "BeardStyle", "HairStyle"]
