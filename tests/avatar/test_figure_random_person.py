"""A seed makes up a person who could be met: colours go with the origin, grey and lines with the years."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import numpy as np
import pytest

from avatar.errors import UnknownFigureError
from avatar.figure import person
from avatar.figure.random_person import random_person
from avatar.figure.recipe import FigureRecipe
from avatar.figure.shape import shape_targets
from avatar.figure.source import HumanSource
from avatar.voice import VOICES
from tests.avatar.figures import wheel

__all__ = ["wheel"]

PEOPLE = [random_person(seed) for seed in range(400)]


def darkness(colour: tuple[float, float, float]) -> float:
    return 1.0 - float(np.mean(colour))


def test_everybody_is_somebody_that_a_file_could_describe(wheel: Path) -> None:
    with HumanSource(wheel) as source:
        known = source.targets()
    for recipe in PEOPLE:
        table = msgspec.to_builtins(recipe)
        assert msgspec.convert(table, FigureRecipe) == recipe
        assert shape_targets(recipe, known)
        assert recipe.voice in VOICES


def test_no_two_are_alike() -> None:
    assert len({repr(recipe) for recipe in PEOPLE}) == len(PEOPLE)
    for attribute in ("hair", "outfit", "skin", "eyes"):
        assert len({repr(getattr(recipe, attribute)) for recipe in PEOPLE}) > 0.95 * len(PEOPLE)


def test_a_seed_always_makes_the_same_person_in_every_process() -> None:
    program = "from avatar.figure.random_person import random_person; print(repr(random_person(42)))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == repr(random_person(42))


def test_both_sexes_all_ages_and_many_origins_are_met() -> None:
    women = np.mean([recipe.sex == "female" for recipe in PEOPLE])
    assert 0.4 < women < 0.6
    ages = [recipe.age for recipe in PEOPLE]
    assert min(ages) < 25
    assert max(ages) > 78
    for part in ("african", "asian", "caucasian"):
        assert np.mean([recipe.ancestry.parts()[part] > 0.6 for recipe in PEOPLE]) > 0.15


def test_dark_skin_goes_with_dark_hair_and_eyes() -> None:
    dark = [recipe for recipe in PEOPLE if recipe.skin.tone > 0.7]
    fair = [recipe for recipe in PEOPLE if recipe.skin.tone < 0.1]
    assert all(recipe.ancestry.african > 0.3 for recipe in dark)
    assert all(darkness(recipe.eyes.iris) > 0.7 for recipe in dark)
    assert all(darkness(recipe.hair.tip) > 0.8 for recipe in dark)
    assert np.mean([darkness(recipe.eyes.iris) < 0.7 for recipe in fair]) > 0.4


def test_grey_comes_with_the_years_and_not_before() -> None:
    assert all(recipe.hair.grey == 0 for recipe in PEOPLE if recipe.age < 28)
    assert np.mean([recipe.hair.grey for recipe in PEOPLE if recipe.age > 70]) > 0.7


def test_only_men_have_beards_and_lose_their_hair() -> None:
    for recipe in PEOPLE:
        if recipe.sex == "female":
            assert recipe.beard.cut == "none"
            assert recipe.hair.cut not in ("bald", "receding")
            assert recipe.hair.recession == recipe.skin.stubble == 0
        else:
            assert recipe.make_up.liner == recipe.lips.paint == 0
            assert recipe.outfit.bottom == "trousers"
    assert not any(recipe.hair.cut in ("bald", "receding") for recipe in PEOPLE if recipe.age < 34)
    assert any(recipe.hair.cut in ("bald", "receding") for recipe in PEOPLE)
    assert any(recipe.beard.cut == "full" for recipe in PEOPLE)


def test_a_made_up_person_is_asked_for_by_seed() -> None:
    someone = person("random:42")
    assert (someone.name, someone.recipe) == ("random-42", random_person(42))
    for wrong in ("random:", "random:-1", "random:x", "random:1.5", "random:12345678901", "random:٤"):
        with pytest.raises(UnknownFigureError, match="random:SEED"):
            person(wrong)
