"""Pictures stand in full rows, each with its words under it; ``visavis figures`` makes such a sheet of people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from avatar.figure import FIGURES
from server.assets import AssetStore
from viewer.cli import main
from viewer.contact_sheet import Tile, columns_for, contact_sheet


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (8, 4), (10, 5), (12, 6), (15, 5), (52, 11)])
def test_a_sheet_is_somewhat_wider_than_high(count: int, columns: int) -> None:
    assert columns_for(count) == columns


def test_every_tile_is_shown_with_its_words(assets: AssetStore) -> None:
    tiles = [Tile(Image.new("RGBA", (80, 80), (10 * n, 0, 0, 255)), "word" if n else "") for n in range(5)]
    sheet = np.asarray(contact_sheet(tiles, assets.path("fonts"), columns=3))
    for number in range(5):
        assert (sheet[..., :3] == (10 * number, 0, 0)).all(-1).sum() >= 80 * 80
    ink = (sheet[..., :3].min(-1) > 150).nonzero()
    assert len(ink[0])
    assert ink[1][ink[0] < sheet.shape[0] // 2].min() > 82, "the first tile has no words"


def test_long_words_are_made_smaller_rather_than_cut(assets: AssetStore) -> None:
    tile = Tile(Image.new("RGBA", (100, 20)), "mouthShrugLowerAndUpperTogether")
    sheet = np.asarray(contact_sheet([tile], assets.path("fonts")))
    ink = (sheet[..., :3].min(-1) > 100).any(0).nonzero()[0]
    assert ink.min() >= 2
    assert ink.max() <= 101


def test_a_sheet_of_two_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "two.png"
    assert main(["figures", "vera", "milo", "--size", "64", "--mood", "joy", "-o", str(path)]) == 0
    assert "2 figures" in capsys.readouterr().err
    with Image.open(path) as sheet:
        assert sheet.width > 2 * 64
        assert 64 < sheet.height < 100


def test_one_person_alone_is_a_picture_that_may_be_transparent(tmp_path: Path) -> None:
    scene, path = tmp_path / "scene.toml", tmp_path / "vera.png"
    scene.write_text("[background]\nkind = 'transparent'\n", "utf-8")
    assert main(["figures", "vera", "--size", "64x96", "--scene", str(scene), "-o", str(path)]) == 0
    with Image.open(path) as picture:
        assert (picture.size, picture.mode) == ((64, 96), "RGBA")
        assert picture.getchannel("A").getextrema() == (0, 255)


def test_the_list_names_everybody(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["figures", "--list"]) == 0
    told = capsys.readouterr().out
    assert all(name in told for name in FIGURES)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["hugo"], "there is no figure 'hugo'"),
        (["vera", "--mood", "fury"], "there is no mood 'fury'"),
        (["vera", "-o", "sheet.mp4"], "written as .png or .webp"),
        (["vera", "-o", "no/such/folder/sheet.png"], "there is no folder"),
        (["vera", "--scene", "gone.toml"], "gone.toml cannot be read"),
        (["mine.toml"], "mine.toml cannot be read"),
    ],
)
def test_a_sheet_that_cannot_be_made_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["figures", *arguments]) == 2
    assert told in capsys.readouterr().err.replace("\n", " ")
    assert not list(tmp_path.iterdir())
