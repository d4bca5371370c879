"""Every person that ships is described in a file of its own, and anybody else can be, too."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from avatar.errors import FigureFileError, UnknownFigureError
from avatar.figure import DEFAULT_FIGURE, FIGURES, person
from avatar.figure.bake import figure_path
from avatar.figure.shape import shape_targets
from avatar.figure.source import HumanSource
from avatar.figure.surface import shaped_body
from avatar.voice import VOICES
from tests.avatar.figures import wheel

__all__ = ["wheel"]

PEOPLE = Path(__file__).resolve().parents[2] / "avatar" / "figure" / "people"


def described(folder: Path, *changes: tuple[str, str], name: str = "somebody.toml") -> Path:
    """Return a user's own file: Vera's, changed."""
    text = (PEOPLE / "vera.toml").read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_the_default_figure_comes_first_and_is_there() -> None:
    assert FIGURES[0] == DEFAULT_FIGURE
    assert {"vera", "milo"} <= set(FIGURES)
    assert len(FIGURES) == len(set(FIGURES)) == len(list(PEOPLE.glob("*.toml")))


@pytest.mark.parametrize("name", FIGURES)
def test_everybody_that_ships_is_valid_has_a_voice_and_asks_for_shapes_that_exist(name: str, wheel: Path) -> None:
    recipe = person(name).recipe
    assert recipe.voice in VOICES
    with HumanSource(wheel) as source:
        assert shape_targets(recipe, source.targets())


def test_a_user_describes_a_person_in_a_file(tmp_path: Path) -> None:
    path = described(tmp_path, ("age = 33", "age = 34"))
    for who in (path, str(path)):
        someone = person(who)
        assert (someone.name, someone.recipe.age) == ("own-somebody", 34.0)


def test_the_name_of_a_file_never_leads_out_of_the_cache(tmp_path: Path) -> None:
    for name in ("*.toml", "a b..toml", "Ünïcode ❄.toml", "x" * 200 + ".toml"):
        kept = figure_path(person(described(tmp_path, name=name)), Path("cache"))
        assert kept.parent == Path("cache")
        assert kept.name.isascii()
        assert len(kept.name) < 80
        assert not set(kept.name) & set("*?[] /\\")


@pytest.mark.parametrize("name", ["hugo", "", "../vera", "people/vera", "VERA", "vera\0"])
def test_a_name_that_is_nobodys_is_refused_with_those_that_exist(name: str) -> None:
    with pytest.raises(UnknownFigureError, match=r"vera.*milo"):
        person(name)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("age = 33", "age = 7"), "age: .*; allowed: a number from 18 to 95"),
        (('sex = "female"', 'sex = "f"'), "sex: .*; allowed: 'female', 'male'"),
        (("caucasian = 0.6", "martian = 0.6"), "ancestry: .*'martian'; allowed: african, asian, caucasian"),
        (("mouthSmileLeft", "mouthSmileLft"), "rest: .*mouthSmileLft.*did you mean mouthSmileLeft"),
    ],
)
def test_a_description_that_is_not_possible_is_refused(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    with pytest.raises(FigureFileError, match=rf"somebody\.toml: .*{told}"):
        person(described(tmp_path, change))


def test_an_ancestry_of_nobody_is_refused(tmp_path: Path) -> None:
    nobody = [(f"{name} = {part}", f"{name} = 0") for name, part in (("caucasian", 0.6), ("asian", 0.25))]
    with pytest.raises(FigureFileError, match="at least one part of the ancestry is above 0"):
        person(described(tmp_path, *nobody, ("african = 0.15", "african = 0")))


def test_an_unknown_shape_target_is_refused_with_those_that_look_like_it(tmp_path: Path, wheel: Path) -> None:
    wrong = described(tmp_path, ("*eyes/eye-height2-incr", "*eyes/eye-height2-inc"))
    with HumanSource(wheel) as source, pytest.raises(FigureFileError, match=r"\*eyes/eye-height2-incr"):
        shape_targets(person(wrong).recipe, source.targets())


def test_macro_targets_share_out_one_whole_body(tmp_path: Path, wheel: Path) -> None:
    recipe = person(described(tmp_path, ("[shape]", "[build]\nweight = 0.8\nmuscle = 0.1\n\n[shape]"))).recipe
    with HumanSource(wheel) as source:
        weights = shape_targets(recipe, source.targets())
    universal = {name: share for name, share in weights.items() if "/universal-" in name}
    assert sum(universal.values()) == pytest.approx(1.0)
    assert {name.split("-")[4] for name in universal} == {"averageweight", "maxweight"}
    assert {name.split("-")[3] for name in universal} == {"averagemuscle", "minmuscle"}
    ancestral = [share for name, share in weights.items() if "macrodetails" in name and name not in universal]
    assert sum(ancestral) == pytest.approx(1.0)
    assert weights["eyes/l-eye-height2-incr"] == weights["eyes/r-eye-height2-incr"] == 0.15


def test_a_heavier_build_is_wider(tmp_path: Path, wheel: Path) -> None:
    widths = []
    for weight in (0.2, 0.9):
        recipe = person(described(tmp_path, ("[shape]", f"[build]\nweight = {weight}\n\n[shape]"))).recipe
        with HumanSource(wheel) as source:
            mesh = source.mesh()
            body = shaped_body(source, mesh, recipe)[np.unique(mesh.quads["body"])]
        trunk = (np.abs(body[:, 1] - 0.1) < 0.02) & (np.abs(body[:, 0]) < 0.25)
        widths.append(np.ptp(body[trunk, 0]))
    assert widths[1] > widths[0] + 0.02
