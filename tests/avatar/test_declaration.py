"""What a file declares is read whole, or refused with the file, the field and what is allowed there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest

from avatar.declaration import read_declaration, suggestion
from avatar.errors import FigureFileError

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]


class Paint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    colour: tuple[Share, Share, Share] = (0.0, 0.0, 0.0)
    finish: Literal["matt", "gloss"] = "matt"


class House(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    floors: Annotated[int, msgspec.Meta(ge=1, le=3)] = 1
    door: Paint = Paint()
    rooms: dict[str, Share] = {}


def read(folder: Path, text: str | bytes) -> House:
    path = folder / "house.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_declaration(path, House, FigureFileError)


def test_a_file_becomes_what_it_declares(tmp_path: Path) -> None:
    house = read(tmp_path, 'name = "Kiosk"\nfloors = 2\n[door]\ncolour = [1, 0.5, 0]\nfinish = "gloss"\n')
    assert house == House("Kiosk", 2, Paint((1.0, 0.5, 0.0), "gloss"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", r"house\.toml: there is no required field 'name'"),
        ('name = "a"\nroof = 1', r"unknown field 'roof'; allowed: door, floors, name, rooms"),
        ('name = "a"\nfloors = 9', r"floors: .*; allowed: a whole number from 1 to 3"),
        ('name = "a"\n[door]\nfinish = "silk"', r"door\.finish: .*silk.*; allowed: 'gloss', 'matt'"),
        ('name = "a"\n[door]\ncolour = [0, 2, 0]', r"door\.colour\[1\]: .*; allowed: a number from 0 to 1"),
        ('name = "a"\n[door]\ncolour = [0, 1]', r"door\.colour: .*; allowed: a list of 3, each a number from 0 to 1"),
        ('name = "a"\n[rooms]\nhall = 7', r"rooms: .*; allowed: a number from 0 to 1"),
        ("name = 7", r"name: .*; allowed: a text"),
        ('name = "a"\n[rooms]\nhall = nan', r"rooms\.hall is not a finite number"),
        ('name = "a"\n[door]\ncolour = [0, inf, 0]', r"door\.colour is not a finite number"),
        ("name = a", r"house\.toml is not TOML: .*line 1"),
        (b"name = '\xff'", r"not a text in UTF-8"),
        ("name = " + "[" * 5_000, r"is not TOML"),
        ("# " + "x" * 300_000, r"more than 256 kB"),
    ],
)
def test_what_is_wrong_is_told_with_the_field_and_what_is_allowed(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(FigureFileError, match=told):
        read(tmp_path, text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FigureFileError, match=r"gone\.toml cannot be read: No such file"):
        read_declaration(tmp_path / "gone.toml", House, FigureFileError)


def test_a_folder_is_not_a_description(tmp_path: Path) -> None:
    with pytest.raises(FigureFileError, match="cannot be read"):
        read_declaration(tmp_path, House, FigureFileError)


def test_a_misspelt_name_brings_the_likely_ones() -> None:
    assert suggestion("jawOpn", ["jawOpen", "mouthClose"]) == "; did you mean jawOpen?"
    assert suggestion("xyz", ["jawOpen"]) == ""
