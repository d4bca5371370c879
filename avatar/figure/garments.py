"""Cuts and sews what a person wears: the panels of each garment, how they hang, their ribs, cuffs and collars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.anatomy import Anatomy
from avatar.figure.arm_coordinates import WRIST, along_arm
from avatar.figure.cloth import Cloth, Laid, banded, merged, sewn
from avatar.figure.colour import Colour
from avatar.figure.cutting import Cover, Panel, Rim, cut_out, rims
from avatar.figure.drape import Drape, draped
from avatar.figure.geometry import Geometry
from avatar.figure.necklines import blazer_neckline, crew_neckline, hood_neckline, open_neckline, v_neckline
from avatar.figure.outfit import Outfit, Sleeves
from avatar.figure.painting import smoothstep
from avatar.figure.suit import Suit, fitted_suit
from avatar.figure.trims import buttons, collar, hood, lapels, placket, strings

_TUCKED = 0.030  # metres inside another garment: cloth there is left out
_UNDER_TOP = 0.014  # metres
_SPACING = 0.010  # metres, between stations along a rim
_NEAR = 0.004  # metres: how exactly a rim lies on the line that it was cut by
_SLEEVE: dict[Sleeves, float] = {"long": WRIST - 0.004, "rolled": 0.250, "short": 0.135}
_CUFF = 0.045  # metres, length of a ribbed cuff and hem
_WAISTBAND = 0.146  # metres on the reference body: where trousers and skirts end above
_GATHERED = {"sweater", "pullover", "hoodie"}  # by a ribbed hem
_TRIM_SHADE = 0.88  # of a garment's colour, where nothing else is said
# Profiles of strips along a rim: metres away from the cloth, metres outward.
_HEM = np.array([[-0.007, 0.0002], [-0.006, 0.0011], [0.0012, 0.0010], [0.0018, -0.0012], [-0.004, -0.0032]])
_FACING = np.array([[-0.013, 0.0002], [-0.011, 0.0014], [0.0016, 0.0012], [0.0022, -0.0010], [-0.004, -0.0032]])
_ROLLED = np.array([[-0.024, 0.001], [-0.022, 0.0075], [0.004, 0.006], [0.004, 0.000], [-0.004, -0.002]])
_BAND = np.array([[-0.030, -0.002], [-0.029, 0.0026], [-0.002, 0.0022], [0.0, 0.0004], [-0.002, -0.003]])
_SHIRT_CUFF = np.array([[-0.050, -0.001], [-0.048, 0.0062], [0.004, 0.0056], [0.006, 0.0000], [0.002, -0.0035]])
_RIB = np.array([[-0.08, -0.004], [-0.04, 0.0010], [0.35, 0.0012], [0.90, -0.0015], [1.0, -0.0040], [0.9, -0.0060]])
_NECK_RIB = np.array([[-0.42, -0.7], [-0.26, 0.95], [0.30, 1.3], [0.78, 0.9], [1.0, 0.0], [0.85, -0.8]])

Field = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True)
class Clothing:
    """What a person wears.

    Attributes:
        geometries: ready to be drawn, one for each region of the body.
        hides: how far inside of any garment reference points are, metres.
    """

    geometries: list[Geometry]
    hides: Cover


@dataclass(frozen=True)
class _Cut:
    """The lines that a top is cut by."""

    neck: Field
    sleeve: float
    hem: float

    def __call__(self, reference: NDArray[np.float64]) -> NDArray[np.float64]:
        ends = np.minimum(self.sleeve - along_arm(reference), reference[..., 1] - self.hem)
        return np.asarray(np.minimum(self.neck(reference), ends))

    def at_neck(self, reference: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.neck(reference)

    def at_wrist(self, reference: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(self.sleeve - along_arm(reference))

    def at_hem(self, reference: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(reference[..., 1] - self.hem)


def dressed(anatomy: Anatomy, outfit: Outfit) -> Clothing:
    """Return the clothes of an outfit, fitted to a body."""
    suit = fitted_suit(anatomy)
    cut, cloths, hidden = _TOPS[outfit.top](suit, outfit)
    below, waist = _bottom(anatomy, suit, outfit, cut)
    cloths = [*cloths, *below]
    regions = dict.fromkeys(cloth.region for cloth in cloths)
    geometries = [merged(cloth.geometry for cloth in cloths if cloth.region == region) for region in regions]

    def hides(reference: NDArray[np.float64]) -> NDArray[np.float64]:
        trousers = np.where(along_arm(reference) < 0, waist - reference[..., 1], -1.0)
        return np.asarray(np.maximum(hidden(reference), trousers))

    return Clothing(geometries, hides)


def _knitted(suit: Suit, outfit: Outfit) -> tuple[_Cut, list[Cloth], Cover]:
    """A sweater or a hoodie: gathered by ribs at wrists and hem."""
    hooded = outfit.top == "hoodie"
    long = outfit.sleeves == "long"
    neck = hood_neckline if hooded else crew_neckline
    cut = _Cut(neck, WRIST - _CUFF if long else _SLEEVE[outfit.sleeves], 0.075)
    drape = Drape(0.011 if hooded else 0.009, folds=0.0050 if hooded else 0.0042, fall=0.45, ease=0.006, gathered=long)
    panel = cut_out(draped(suit, drape), cut)
    trim = outfit.trim or _darker(outfit.colour)
    cloths = sewn(panel, "weave" if hooded else "knit", outfit.colour, folds=drape.folds)
    for rim in _rims(panel, cut.at_wrist):
        cloths.append(_on_arm(rim, _ribbed(rim, _CUFF, trim) if long else banded(rim, _HEM, "rib", trim)))
    for rim in _rims(panel, cut.at_hem):
        cloths.append(Cloth("lower", _ribbed(rim, _CUFF, trim)))
    for rim in _rims(panel, cut.at_neck):
        if hooded:
            cloths += [Cloth("upper", part) for part in (hood(rim, outfit.colour), *strings(rim, Laid(panel), trim))]
        else:
            cloths.append(Cloth("upper", _neck_rib(rim, 0.020, 0.0035, trim)))
    hides = _Cut(neck, WRIST - 0.006 if long else cut.sleeve, cut.hem - _CUFF)
    return cut, cloths, hides


def _pullover(suit: Suit, outfit: Outfit) -> tuple[_Cut, list[Cloth], Cover]:
    """A pullover with a V neck over a shirt whose collar and cuffs show."""
    cut = _Cut(v_neckline, WRIST - _CUFF - 0.008, 0.075)
    drape = Drape(0.012, folds=0.0045, fall=0.5, ease=0.006, gathered=True)
    panel = cut_out(draped(suit, drape), cut)
    trim = outfit.trim or _darker(outfit.colour)
    cloths = sewn(panel, "knit", outfit.colour, folds=drape.folds)
    for rim in _rims(panel, cut.at_wrist):
        cloths.append(_on_arm(rim, _ribbed(rim, _CUFF, trim)))
    for rim in _rims(panel, cut.at_hem):
        cloths.append(Cloth("lower", _ribbed(rim, _CUFF, trim)))
    for rim in _rims(panel, cut.at_neck):
        cloths.append(Cloth("upper", _neck_rib(rim, 0.018, 0.0030, trim)))
    shirt, shirt_panel = _under(suit, _Cut(open_neckline, _SLEEVE["long"] + 0.004, 0.10), cut, outfit.under)
    cloths += shirt
    for rim in _rims(shirt_panel, open_neckline):
        cloths += _collared(rim, shirt_panel, outfit.under)
    return cut, cloths, _either(_Cut(v_neckline, WRIST - 0.01, cut.hem - _CUFF), open_neckline)


def _shirt(suit: Suit, outfit: Outfit) -> tuple[_Cut, list[Cloth], Cover]:
    """A T-shirt, or a shirt or a blouse with collar and buttons."""
    plain = outfit.top == "t-shirt"
    neck = crew_neckline if plain else open_neckline
    tucked = outfit.top == "blouse"
    cut = _Cut(
        neck,
        _SLEEVE[outfit.sleeves] - (0.012 if outfit.sleeves == "long" else 0.0),
        _WAISTBAND - 0.034 if tucked else 0.045,
    )
    folds = 0.0048 if outfit.sleeves == "long" else 0.004
    drape = Drape(0.006, folds=folds, fall=0.40, ease=0.008, waistband=_WAISTBAND if tucked else None)
    panel = cut_out(draped(suit, drape), cut)
    material = {"plain": "weave", "stripes": "stripes", "checks": "checks"}[outfit.pattern]
    trim = outfit.trim or _darker(outfit.colour)
    cloths = sewn(panel, material, outfit.colour, folds=drape.folds)
    for rim in _rims(panel, cut.at_wrist):
        profile = _HEM if plain or outfit.sleeves == "short" else _SHIRT_CUFF if outfit.sleeves == "long" else _ROLLED
        cloths.append(_on_arm(rim, banded(rim, profile, "weave", outfit.colour)))
    for rim in [] if tucked else _rims(panel, cut.at_hem):
        cloths.append(Cloth("lower", banded(rim, _HEM, "weave", outfit.colour)))
    for rim in _rims(panel, neck):
        if plain:
            cloths.append(Cloth("upper", _neck_rib(rim, 0.015, 0.0022, trim)))
        else:
            front = placket(panel, outfit.colour, material="weave")
            done_up = buttons(panel, outfit.trim or (0.88, 0.86, 0.82))
            cloths += [*_collared(rim, panel, outfit.colour), Cloth("upper", front), Cloth("upper", done_up)]
    return cut, cloths, cut


def _blazer(suit: Suit, outfit: Outfit) -> tuple[_Cut, list[Cloth], Cover]:
    """A jacket with lapels over a T-shirt."""
    cut = _Cut(blazer_neckline, _SLEEVE["long"] - 0.010, -0.02)
    drape = Drape(0.015, smoothing=14, folds=0.0035, fall=0.28, ease=0.009)
    panel = cut_out(draped(suit, drape), cut)
    cloths = sewn(panel, "weave", outfit.colour, folds=drape.folds)
    for rim in _rims(panel, cut.at_wrist):
        cloths.append(_on_arm(rim, banded(rim, _HEM, "weave", outfit.colour)))
    for rim in _rims(panel, cut.at_hem):
        cloths.append(Cloth("lower", banded(rim, _HEM, "weave", outfit.colour)))
    for rim in _rims(panel, blazer_neckline):
        done_up = buttons(panel, outfit.trim or _darker(outfit.colour, 0.6), places=(0.205, 0.115), radius=0.009)
        facing = banded(rim, _FACING, "weave", outfit.colour)
        cloths += [Cloth("upper", part) for part in (lapels(rim, Laid(panel), outfit.colour), facing, done_up)]
    inner = _Cut(crew_neckline, 0.05, 0.10)
    shirt, shirt_panel = _under(suit, inner, cut, outfit.under)
    cloths += shirt
    for rim in _rims(shirt_panel, crew_neckline):
        cloths.append(Cloth("upper", _neck_rib(rim, 0.013, 0.0020, outfit.under)))
    return cut, cloths, _either(cut, crew_neckline)


_TOPS = {
    "sweater": _knitted,
    "hoodie": _knitted,
    "pullover": _pullover,
    "t-shirt": _shirt,
    "shirt": _shirt,
    "blouse": _shirt,
    "blazer": _blazer,
}


def _under(suit: Suit, cut: _Cut, outer: _Cut, colour: Colour) -> tuple[list[Cloth], Panel]:
    """Return what shows of a shirt beneath another garment."""
    drape = Drape(0.0030, folds=0.001, ease=0.0)
    panel = cut_out(draped(suit, drape), lambda points: np.minimum(cut(points), _TUCKED - outer(points)))
    cloths = sewn(panel, "weave", colour)
    for rim in _rims(panel, cut.at_wrist):
        cloths.append(_on_arm(rim, banded(rim, _HEM, "weave", colour)))
    return cloths, panel


def _bottom(anatomy: Anatomy, suit: Suit, outfit: Outfit, top: _Cut) -> tuple[list[Cloth], float]:
    """Return trousers or a skirt, and the height of their waist on the reference body."""
    tucked_in = outfit.top == "blouse"
    waist = _WAISTBAND if tucked_in else min(top.hem - (_CUFF if outfit.top in _GATHERED else 0.0) + _TUCKED, 0.14)
    skirt = outfit.bottom == "skirt"
    shell = fitted_suit(anatomy, "helper-skirt") if skirt else suit
    drape = Drape(0.012 if tucked_in else 0.004, smoothing=4, folds=0.0 if skirt else 0.003, fall=9.0)
    hung = draped(shell, drape)
    if skirt and not tucked_in:  # pressed flat by what hangs over it
        depth = _UNDER_TOP * smoothstep(waist - 0.09, waist - 0.03, shell.reference[:, 1])
        hung = hung.lifted(hung.positions - hung.normals * depth[:, None])
    panel = cut_out(
        hung,
        lambda points: np.where(along_arm(points) < 0, waist - points[..., 1], -1.0),
    )
    cloths = sewn(panel, "weave", outfit.bottom_colour, folds=drape.folds)
    if tucked_in:
        for rim in _rims(panel, lambda points: waist - points[..., 1]):
            cloths.append(Cloth("lower", banded(rim, _BAND, "weave", _darker(outfit.bottom_colour))))
    return cloths, waist


def _rims(panel: Panel, line: Field) -> list[Rim]:
    """Return the edges of a panel that lie on a line."""
    return [rim for rim in rims(panel, _SPACING) if float(np.abs(line(rim.reference)).mean()) < _NEAR]


def _ribbed(rim: Rim, length: float, colour: Colour) -> Geometry:
    """Return a ribbed cuff or hem, which holds the cloth together."""
    return banded(rim, _RIB * [length, 1.0], "rib", colour)


def _neck_rib(rim: Rim, height: float, thickness: float, colour: Colour) -> Geometry:
    rise = 0.75 * rim.onward + 0.22 * np.array([0.0, 1.0, 0.0]) - 0.42 * rim.outward
    rise /= np.linalg.norm(rise, axis=1, keepdims=True)
    return banded(rim, _NECK_RIB * [height, thickness], "rib", colour, rise=rise)


def _collared(rim: Rim, panel: Panel, colour: Colour) -> list[Cloth]:
    """Return the collar of a shirt and the hem of its opening."""
    hem = banded(rim, _FACING, "weave", colour)
    return [Cloth("upper", hem), Cloth("upper", collar(rim, Laid(panel), colour))]


def _on_arm(rim: Rim, geometry: Geometry) -> Cloth:
    short = float(along_arm(rim.reference).mean()) < 0.20
    return Cloth("upper" if short else "left" if float(rim.points[:, 0].mean()) > 0 else "right", geometry)


def _either(first: Cover, second: Cover) -> Cover:
    return lambda points: np.maximum(first(points), np.where(points[..., 1] > 0.30, second(points), -1.0))


def _darker(colour: Colour, share: float = _TRIM_SHADE) -> Colour:
    red, green, blue = colour
    return red * share, green * share, blue * share
