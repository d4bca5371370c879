"""Which shape targets, and how strongly, make a recipe's body: MakeHuman's macro targets and those that it names."""

from __future__ import annotations

from collections.abc import Collection

from avatar.declaration import suggestion
from avatar.errors import FigureFileError
from avatar.figure.recipe import FigureRecipe

_YOUNG, _OLD = 25.0, 90.0  # years, of the macro targets
_BOTH_SIDES = "*"
_AVERAGE = 0.5  # of weight and muscle

# The macro targets make heads small and shoulders broad; this much of what opposes them looks like people.
_HEAD = {"head/head-scale-horiz-incr": 0.2, "head/head-scale-vert-incr": 0.2, "head/head-scale-depth-incr": 0.2}
_PROPORTIONS: dict[str, dict[str, float]] = {
    "female": {
        **_HEAD,
        "torso/measure-shoulder-dist-decr": 0.4,
        "*arms/upperarm-fat-decr": 0.45,
        "*arms/upperarm-shoulder-muscle-decr": 0.8,
    },
    "male": {**_HEAD, "torso/measure-shoulder-dist-decr": 0.15},
}


def shape_targets(recipe: FigureRecipe, known: Collection[str]) -> dict[str, float]:
    """Return the weight of every target that shapes a body, by its path below ``mpfb2/targets``.

    The macro targets are mixed as in MakeHuman: ages, ancestries, muscle and weight blend linearly and multiply.

    Args:
        recipe: who it is.
        known: the targets that there are.

    Raises:
        FigureFileError: the recipe names a target that there is not.
    """
    weights: dict[str, float] = {}
    old = min(max((recipe.age - _YOUNG) / (_OLD - _YOUNG), 0.0), 1.0)
    parts = recipe.ancestry.parts()
    for age, of_age in (("young", 1.0 - old), ("old", old)):
        for ancestry, part in parts.items():
            weights[f"macrodetails/{ancestry}-{recipe.sex}-{age}"] = of_age * part / sum(parts.values())
        for muscle, of_muscle in _blend(recipe.build.muscle):
            for weight, of_weight in _blend(recipe.build.weight):
                name = f"macrodetails/universal-{recipe.sex}-{age}-{muscle}muscle-{weight}weight"
                weights[name] = of_age * of_muscle * of_weight
    for name, share in [*_PROPORTIONS[recipe.sex].items(), *recipe.shape.items()]:
        for target in _sides(name):
            if target not in known:
                raise FigureFileError(f"shape: there is no target {name!r}{suggestion(name, _written(known))}")
            weights[target] = weights.get(target, 0.0) + share
    return {target: weight for target, weight in weights.items() if weight}


def _blend(level: float) -> tuple[tuple[str, float], ...]:
    """Return how much of "min", "average" and "max" makes a level of 0..1."""
    away = abs(level - _AVERAGE) / _AVERAGE
    return ("average", 1.0 - away), ("min" if level < _AVERAGE else "max", away)


def _sides(name: str) -> tuple[str, ...]:
    """Return the targets that a name of a recipe stands for."""
    folder, _, shape = name.removeprefix(_BOTH_SIDES).rpartition("/")
    return (f"{folder}/l-{shape}", f"{folder}/r-{shape}") if name.startswith(_BOTH_SIDES) else (name,)


def _written(known: Collection[str]) -> set[str]:
    """Return targets as a recipe writes them: pairs of the two sides once."""
    return {_BOTH_SIDES + name.replace("/l-", "/") if "/l-" in name else name for name in known if "/r-" not in name}
