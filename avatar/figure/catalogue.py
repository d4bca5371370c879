"""Which figures there are: the people that ship, and those whom a user describes in a TOML file of his own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from avatar.declaration import read_declaration
from avatar.errors import FigureFileError, UnknownFigureError
from avatar.figure.random_person import random_person
from avatar.figure.recipe import FigureRecipe

_PEOPLE = Path(__file__).parent / "people"
_SUFFIX = ".toml"
_OWN, _RANDOM = "own", "random"
OTHERS = (_OWN, _RANDOM)  # how the names of people begin who are not ours
_LONGEST_NAME = 40  # characters that a file's name lends to a figure's
_MADE_UP = re.compile(_RANDOM + r":(\d{1,10})", re.ASCII)
DEFAULT_FIGURE = "vera"
FIGURES: tuple[str, ...] = tuple(
    sorted((path.stem for path in _PEOPLE.glob(f"*{_SUFFIX}")), key=lambda name: (name != DEFAULT_FIGURE, name))
)


@dataclass(frozen=True)
class Person:
    """Somebody who can be made into a figure.

    Attributes:
        name: letters, digits and hyphens; it may become part of a file's name.
        recipe: what makes the figure.
    """

    name: str
    recipe: FigureRecipe


def person(who: str | Path) -> Person:
    """Return who is meant by one of ``FIGURES``, by the path of a TOML file (that ends so, or is
    a ``Path``), or by "random:SEED", somebody made up from a whole number.

    Raises:
        UnknownFigureError: there is no such figure.
        FigureFileError: the file cannot be read or describes nobody.
    """
    if isinstance(who, Path) or who.endswith(_SUFFIX):
        path = Path(who)
        plain = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:_LONGEST_NAME]
        return Person(f"{_OWN}-{plain or 'figure'}", read_declaration(path, FigureRecipe, FigureFileError))
    made_up = _MADE_UP.fullmatch(who)
    if made_up is not None:
        return Person(f"{_RANDOM}-{int(made_up[1])}", random_person(int(made_up[1])))
    if who not in FIGURES:
        raise UnknownFigureError(
            f"there is no figure {who!r}: choose one of {', '.join(FIGURES)}, name a {_SUFFIX} file that describes "
            f"somebody, or let {_RANDOM}:SEED make somebody up"
        )
    return Person(who, read_declaration(_PEOPLE / f"{who}{_SUFFIX}", FigureRecipe, FigureFileError))
