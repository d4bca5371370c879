"""Makes up a person from a seed: colours by origin, grey and lines by age, the shape of the face by chance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from avatar.figure.brows import BrowStyle
from avatar.figure.colour import Colour
from avatar.figure.complexion import EyeStyle, LipStyle, MakeUp, SkinStyle
from avatar.figure.hair.style import BeardCut, BeardStyle, HairCut, HairStyle
from avatar.figure.origins import HAIR, IRIS, ORIGINS, Texture
from avatar.figure.outfit import Outfit, Pattern, Sleeves, Top
from avatar.figure.recipe import Ancestry, Build, FigureRecipe

Sex = Literal["female", "male"]
Choice = TypeVar("Choice", bound=str)

_STREAM = 0x5EED  # tells these random numbers from all others of the same seed
_YOUNGEST, _OLDEST = 20.0, 84.0  # years
_MIXED = 0.2  # share of people with parents of two origins
_BALD_FROM, _BALD_TO, _BALD_SHARE = 34.0, 75.0, 0.55  # years, years, and of men at last
_GREY_ONSET, _GREY_SPREAD, _GREY_YEARS = 46.0, 6.0, 26.0  # years: mean and deviation of its begin, then until white
_FURTHEST = 2.0  # standard deviations of a trait
_SLACK_FROM = 50.0  # years: from then on lids and necks sag

# What faces differ in most, as pairs of opposite targets and the standard deviation between them.
_TRAITS: tuple[tuple[str, str, float], ...] = (
    ("nose/nose-scale-vert-decr", "nose/nose-scale-vert-incr", 0.15),
    ("nose/nose-scale-horiz-decr", "nose/nose-scale-horiz-incr", 0.15),
    ("nose/nose-scale-depth-decr", "nose/nose-scale-depth-incr", 0.13),
    ("nose/nose-hump-decr", "nose/nose-hump-incr", 0.14),
    ("nose/nose-point-down", "nose/nose-point-up", 0.12),
    ("nose/nose-point-width-decr", "nose/nose-point-width-incr", 0.15),
    ("chin/chin-width-decr", "chin/chin-width-incr", 0.20),
    ("chin/chin-height-decr", "chin/chin-height-incr", 0.14),
    ("chin/chin-prominent-decr", "chin/chin-prominent-incr", 0.14),
    ("*cheek/cheek-bones-decr", "*cheek/cheek-bones-incr", 0.22),
    ("*cheek/cheek-volume-decr", "*cheek/cheek-volume-incr", 0.18),
    ("*eyes/eye-scale-decr", "*eyes/eye-scale-incr", 0.12),
    ("*eyes/eye-corner2-down", "*eyes/eye-corner2-up", 0.14),
    ("*eyes/eye-trans-in", "*eyes/eye-trans-out", 0.08),
    ("mouth/mouth-scale-horiz-decr", "mouth/mouth-scale-horiz-incr", 0.14),
    ("mouth/mouth-upperlip-volume-decr", "mouth/mouth-upperlip-volume-incr", 0.18),
    ("mouth/mouth-lowerlip-volume-decr", "mouth/mouth-lowerlip-volume-incr", 0.18),
    ("forehead/forehead-scale-vert-decr", "forehead/forehead-scale-vert-incr", 0.12),
    ("*ears/ear-scale-decr", "*ears/ear-scale-incr", 0.16),
    ("*ears/ear-wing-decr", "*ears/ear-wing-incr", 0.14),
)
_HEADS = ("oval", "round", "square", "rectangular", "diamond", "triangular", "invertedtriangular")

_CUTS: dict[tuple[Sex, Texture], dict[HairCut, float]] = {
    ("female", "straight"): {"bob": 4, "long": 5, "ponytail": 2, "bun": 2},
    ("female", "wavy"): {"wavy": 5, "bob": 3, "ponytail": 2, "bun": 2},
    ("female", "curly"): {"curly": 5, "wavy": 2, "bun": 2},
    ("female", "coiled"): {"afro": 5, "bun": 2, "buzz": 1, "curly": 2},
    ("male", "straight"): {"short": 4, "parted": 5, "buzz": 1},
    ("male", "wavy"): {"parted": 4, "short": 4, "buzz": 1},
    ("male", "curly"): {"short": 4, "curly": 1, "buzz": 2},
    ("male", "coiled"): {"buzz": 5, "afro": 2},
}
_LATE_CUTS: dict[HairCut, float] = {"bob": 4, "bun": 4, "wavy": 2}  # of women past sixty
_BALD_CUTS: dict[HairCut, float] = {"receding": 3, "bald": 2}
_BEARDS: dict[BeardCut, float] = {"none": 6, "full": 3, "goatee": 1.5, "moustache": 1}

_CLOTH: tuple[Colour, ...] = (
    (0.24, 0.34, 0.36), (0.19, 0.22, 0.29), (0.36, 0.18, 0.18), (0.64, 0.50, 0.27), (0.32, 0.35, 0.27),
    (0.46, 0.41, 0.52), (0.78, 0.75, 0.69), (0.33, 0.33, 0.34), (0.66, 0.50, 0.47), (0.40, 0.32, 0.25),
)  # fmt: skip
_SHIRTS: tuple[Colour, ...] = ((0.90, 0.90, 0.88), (0.78, 0.84, 0.90), (0.88, 0.84, 0.78), (0.30, 0.32, 0.36))
_TROUSERS: tuple[Colour, ...] = ((0.17, 0.19, 0.24), (0.22, 0.27, 0.38), (0.32, 0.28, 0.22), (0.14, 0.14, 0.15))
_SETTLED = 45.0  # years: from then on other clothes are worn
_SKIRTED = 0.35  # share of women
_TOPS: dict[tuple[Sex, Literal["young", "old"]], dict[Top, float]] = {
    ("female", "young"): {"t-shirt": 3, "sweater": 3, "hoodie": 2, "blouse": 3, "blazer": 2},
    ("female", "old"): {"blouse": 5, "sweater": 3, "blazer": 3},
    ("male", "young"): {"t-shirt": 4, "hoodie": 3, "shirt": 4, "sweater": 2, "blazer": 1},
    ("male", "old"): {"shirt": 4, "pullover": 4, "blazer": 2, "sweater": 2},
}
_SLEEVES: dict[Top, dict[Sleeves, float]] = {
    "t-shirt": {"short": 4, "long": 1},
    "shirt": {"long": 3, "rolled": 2},
    "blouse": {"long": 3, "rolled": 1},
}
_PATTERNS: dict[Pattern, float] = {"plain": 3, "stripes": 1, "checks": 1}


@dataclass(frozen=True)
class _Sketch:
    """What everything else about a person follows from.

    Attributes:
        old: 0 when young .. 1 at ninety. ancestry: parts of the african, asian and caucasian targets.
        tone, undertone: of the skin. hair: its colour before it went grey. grey: share of grey hair.
    """

    sex: Sex
    age: float
    ancestry: tuple[float, float, float]
    tone: float
    undertone: float
    hair: str
    iris: str
    texture: Texture
    grey: float
    weight: float

    @property
    def old(self) -> float:
        return float(np.clip((self.age - 25.0) / 65.0, 0.0, 1.0))


def random_person(seed: int) -> FigureRecipe:
    """Return the person of a seed, 0 or more: always the same one for the same seed."""
    rng = np.random.default_rng([_STREAM, seed])
    sketch = _sketched(rng)
    beard = _pick(rng, _BEARDS) if sketch.sex == "male" else "none"
    return FigureRecipe(
        sex=sketch.sex,
        age=sketch.age,
        ancestry=Ancestry(*sketch.ancestry),
        build=Build(weight=sketch.weight, muscle=_muscle(rng, sketch)),
        shape=_shape(rng, sketch),
        rest=_rest(rng),
        skin=_skin(rng, sketch, shaved=beard != "full"),
        lips=_lips(rng, sketch),
        brows=_brows(rng, sketch),
        eyes=_eyes(rng, sketch),
        make_up=_make_up(rng, sketch),
        hair=_hair(rng, sketch),
        beard=_beard(rng, sketch, beard),
        outfit=_outfit(rng, sketch),
        voice=_voice(sketch),
    )


def _sketched(rng: np.random.Generator) -> _Sketch:
    names = sorted(ORIGINS)
    one, other = (ORIGINS[names[int(index)]] for index in rng.integers(len(names), size=2))
    share = float(rng.uniform(0.35, 0.65)) if rng.random() < _MIXED else 1.0
    tone, undertone = (
        share * _between(rng, *getattr(one, name)) + (1.0 - share) * _between(rng, *getattr(other, name))
        for name in ("tone", "undertone")
    )
    parent = one if rng.random() < share else other
    age = round(_between(rng, _YOUNGEST, _OLDEST))
    grey = (age - rng.normal(_GREY_ONSET, _GREY_SPREAD)) / _GREY_YEARS
    parts = [share * mine + (1.0 - share) * theirs for mine, theirs in zip(one.ancestry, other.ancestry, strict=True)]
    return _Sketch(
        sex="female" if rng.random() < 0.5 else "male",
        age=float(age),
        ancestry=(_fine(parts[0]), _fine(parts[1]), _fine(parts[2])),
        tone=_fine(tone),
        undertone=_fine(undertone),
        hair=_pick(rng, parent.hair),
        iris=_pick(rng, parent.iris),
        texture=_pick(rng, parent.texture),
        grey=_fine(float(np.clip(grey, 0.0, 1.0))),
        weight=_fine(float(np.clip(rng.normal(0.5 + 0.0016 * (age - 40), 0.10), 0.28, 0.8))),
    )


def _muscle(rng: np.random.Generator, sketch: _Sketch) -> float:
    typical = (0.58 if sketch.sex == "male" else 0.48) - 0.18 * sketch.old
    return _fine(float(np.clip(rng.normal(typical, 0.09), 0.2, 0.85)))


def _shape(rng: np.random.Generator, sketch: _Sketch) -> dict[str, float]:
    shape = {}
    for low, high, deviation in _TRAITS:
        amount = float(np.clip(rng.normal(), -_FURTHEST, _FURTHEST)) * deviation
        shape[high if amount > 0 else low] = _fine(abs(amount))
    head = _HEADS[int(rng.integers(len(_HEADS)))]
    shape[f"head/head-{head}"] = _fine(_between(rng, 0.1, 0.4))
    shape["mouth/mouth-angles-up"] = _fine(_between(rng, 0.3, 0.55))
    slack = float(np.clip((sketch.age - _SLACK_FROM) / 30.0, 0.0, 1.0))
    if slack > 0:
        shape["*eyes/eye-bag-incr"] = _fine(slack * _between(rng, 0.2, 0.5))
        shape["*ears/ear-lobe-incr"] = _fine(slack * _between(rng, 0.2, 0.5))
        shape["neck/neck-double-incr"] = _fine(slack * max(sketch.weight - 0.4, 0.0))
    return shape


def _rest(rng: np.random.Generator) -> dict[str, float]:
    """Return a friendly face at rest, its two sides not quite alike."""
    smile = _between(rng, 0.19, 0.26)
    left, right = (_fine(smile * _between(rng, 0.85, 1.15)) for _ in range(2))
    wide = _fine(_between(rng, 0.04, 0.10))
    return {
        "mouthSmileLeft": left,
        "mouthSmileRight": right,
        "mouthClose": 0.055,
        "eyeWideLeft": wide,
        "eyeWideRight": wide,
    }


def _skin(rng: np.random.Generator, sketch: _Sketch, *, shaved: bool) -> SkinStyle:
    freckled = {"red": 0.9, "blond": 0.35, "light brown": 0.25}.get(sketch.hair, 0.05)
    stubble = _between(rng, 0.2, 0.8) if sketch.sex == "male" and shaved else 0.0
    return SkinStyle(
        tone=sketch.tone,
        undertone=sketch.undertone,
        redness=_around(rng, 0.6 - 0.35 * sketch.tone, 0.12),
        unevenness=_around(rng, 0.3 + 0.25 * sketch.old, 0.08),
        pores=_around(rng, (0.45 if sketch.sex == "male" else 0.3) + 0.2 * sketch.old, 0.08),
        freckles=_fine(_between(rng, 0.3, 0.9)) if rng.random() < freckled else 0.0,
        spots=_around(rng, 0.7 * max(sketch.old - 0.35, 0.0) * (1.0 - 0.6 * sketch.tone), 0.04),
        moles=_around(rng, 0.2, 0.12),
        stubble=_fine(stubble),
        shadows=_around(rng, 0.3 + 0.2 * sketch.old, 0.1),
        shine=_around(rng, 0.35 + 0.25 * sketch.tone, 0.08),
    )


def _lips(rng: np.random.Generator, sketch: _Sketch) -> LipStyle:
    painted = sketch.sex == "female" and rng.random() < 0.6
    red, green, blue = _between(rng, 0.48, 0.78), _between(rng, 0.15, 0.36), _between(rng, 0.18, 0.38)
    dark = 1.0 - 0.35 * sketch.tone
    return LipStyle(
        paint=_fine(_between(rng, 0.3, 0.75)) if painted else 0.0,
        colour=(_fine(red * dark), _fine(green * dark), _fine(blue * dark)),
        rosiness=_around(rng, 0.45 - 0.1 * sketch.old, 0.08),
        gloss=_around(rng, 0.5 if sketch.sex == "female" else 0.32, 0.08),
    )


def _brows(rng: np.random.Generator, sketch: _Sketch) -> BrowStyle:
    male = sketch.sex == "male"
    thickness = rng.normal(0.0080 if male else 0.0061, 0.0008)
    return BrowStyle(
        colour=_toned(_toned(HAIR[sketch.hair], (0.0, 0.0, 0.0), 0.25), (0.62, 0.60, 0.57), 0.8 * sketch.grey),
        density=_around(rng, (0.65 if male else 0.5) - 0.1 * sketch.old, 0.12),
        arch=_fine(float(np.clip(rng.normal(0.0038 if male else 0.0065, 0.0012), 0.002, 0.010)), 4),
        drop=_fine(_between(rng, 0.0022, 0.0042), 4),
        thickness=_fine(float(np.clip(thickness, 0.0044, 0.0098)), 4),
    )


def _eyes(rng: np.random.Generator, sketch: _Sketch) -> EyeStyle:
    lashes = 0.62 if sketch.sex == "female" else 0.42
    return EyeStyle(
        iris=_varied(rng, IRIS[sketch.iris], 0.12),
        clear=_around(rng, 0.72 - 0.3 * sketch.old - 0.1 * sketch.tone, 0.06),
        lashes=_around(rng, lashes - 0.2 * sketch.old, 0.08),
        lash_colour=_toned(HAIR[sketch.hair], (0.05, 0.04, 0.04), 0.6),
    )


def _make_up(rng: np.random.Generator, sketch: _Sketch) -> MakeUp:
    if sketch.sex == "male" or rng.random() < 0.3:
        return MakeUp()
    dark = 1.0 - 0.4 * sketch.tone
    shadow = _varied(rng, (0.46 * dark, 0.30 * dark, 0.27 * dark), 0.2)
    return MakeUp(
        shadow=_fine(_between(rng, 0.0, 0.4)),
        shadow_colour=shadow,
        liner=_fine(_between(rng, 0.0, 0.6)),
        blush=_fine(_between(rng, 0.1, 0.35)),
    )


def _hair(rng: np.random.Generator, sketch: _Sketch) -> HairStyle:
    balding = _BALD_SHARE * float(np.clip((sketch.age - _BALD_FROM) / (_BALD_TO - _BALD_FROM), 0.0, 1.0))
    cuts = _CUTS[sketch.sex, sketch.texture]
    if sketch.sex == "male" and rng.random() < balding:
        cuts = _BALD_CUTS
    elif sketch.sex == "female" and sketch.age > 60 and sketch.texture != "coiled":
        cuts = _LATE_CUTS
    tip = _varied(rng, HAIR[sketch.hair], 0.15)
    return HairStyle(
        cut=_pick(rng, cuts),
        root=_toned(tip, (0.0, 0.0, 0.0), 0.4),
        tip=tip,
        parting=_fine(float(rng.choice([-1, 1])) * _between(rng, 0.0, 0.55)),
        fringe=_fine(_between(rng, 0.5, 1.0)) if rng.random() < 0.3 else 0.0,
        length=_fine(_between(rng, 0.8, 1.15)),
        curl=_fine(_between(rng, 0.0, 0.35)) if sketch.texture == "wavy" else 0.0,
        volume=_fine(_between(rng, 0.9, 1.15)),
        grey=sketch.grey,
        recession=_fine(_between(rng, 0.0, 0.7) * sketch.old) if sketch.sex == "male" else 0.0,
        stubble=_fine(_between(rng, 0.1, 0.6) * (1.0 - sketch.grey)),
        seed=int(rng.integers(1000)),
    )


def _beard(rng: np.random.Generator, sketch: _Sketch, cut: BeardCut) -> BeardStyle:
    return BeardStyle(
        cut=cut,
        length=_fine(_between(rng, 0.004, 0.013), 4),
        grey=_fine(min(sketch.grey * 1.25, 1.0)),
        seed=int(rng.integers(1000)),
    )


def _outfit(rng: np.random.Generator, sketch: _Sketch) -> Outfit:
    top = _pick(rng, _TOPS[sketch.sex, "old" if sketch.age > _SETTLED else "young"])
    sleeves: Sleeves = _pick(rng, _SLEEVES[top]) if top in _SLEEVES else "long"
    pattern: Pattern = _pick(rng, _PATTERNS) if top in ("shirt", "blouse") else "plain"
    skirt = sketch.sex == "female" and rng.random() < _SKIRTED
    return Outfit(
        top=top,
        sleeves=sleeves,
        bottom="skirt" if skirt else "trousers",
        pattern=pattern,
        colour=_varied(rng, _CLOTH[int(rng.integers(len(_CLOTH)))], 0.15),
        under=_varied(rng, _SHIRTS[int(rng.integers(len(_SHIRTS)))], 0.05),
        bottom_colour=_varied(rng, _TROUSERS[int(rng.integers(len(_TROUSERS)))], 0.12),
    )


def _voice(sketch: _Sketch) -> str:
    if sketch.sex == "female":
        return "kim" if sketch.age < 35 else "ava"
    return "george" if sketch.age > 60 else "adam"


def _pick(rng: np.random.Generator, often: Mapping[Choice, float]) -> Choice:
    """Return one of the names, as often as they are met."""
    names = list(often)
    shares = np.array([often[name] for name in names], dtype=np.float64)
    return names[int(rng.choice(len(names), p=shares / shares.sum()))]


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def _around(rng: np.random.Generator, mean: float, deviation: float) -> float:
    """Return a share, normally distributed as far as it is one."""
    return _fine(float(np.clip(rng.normal(mean, deviation), 0.0, 1.0)))


def _toned(colour: Colour, other: Colour, share: float) -> Colour:
    """Return a colour with a share of another."""
    red, green, blue = (_fine(mine + (theirs - mine) * share) for mine, theirs in zip(colour, other, strict=True))
    return red, green, blue


def _varied(rng: np.random.Generator, colour: Colour, deviation: float) -> Colour:
    """Return a colour somewhat lighter or darker, and of a slightly different hue."""
    light = 1.0 + float(np.clip(rng.normal(0.0, deviation), -2 * deviation, 2 * deviation))
    red, green, blue = (_fine(min(channel * light * _between(rng, 0.96, 1.04), 1.0)) for channel in colour)
    return red, green, blue


def _fine(value: float, digits: int = 3) -> float:
    """Return a value as somebody would write it, which also makes it the same on every machine."""
    return round(value, digits)
