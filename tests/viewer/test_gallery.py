"""The gallery shows everything that there is, and its page names every picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from avatar.expressions import expression
from avatar.figure import FIGURES
from avatar.figure.hair.style import HAIR_CUTS
from avatar.marks import GESTURES, MOODS, SAMPLE_RATE, Mark
from avatar.motion import compose
from avatar.pose import ARKIT_INDEX, ARKIT_NAMES
from avatar.voice import PHONEMES
from viewer.gallery import shots
from viewer.gallery.__main__ import main, page
from viewer.gallery.sheets import sheets


def test_everybody_every_shape_mood_cut_and_gesture_is_shown() -> None:
    assert {shot.who.name for shot in shots.people()} == {shot.who.name for shot in shots.bodies()} == set(FIGURES)
    assert [shot.label for shot in shots.shapes()] == list(ARKIT_NAMES)
    assert [shot.label for shot in shots.moods()] == list(MOODS)
    assert [shot.label for shot in shots.gestures()] == list(GESTURES)
    assert [row[0].name for row in shots.hair()] == [f"{cut}-0" for cut in HAIR_CUTS]
    assert all(row[0].who.recipe.hair.cut == cut for cut, row in zip(HAIR_CUTS, shots.hair(), strict=True))


def test_the_fifteen_visemes_are_of_sounds_that_the_voice_makes() -> None:
    assert len(shots.VISEMES) == 15
    assert {symbol for symbol in shots.VISEMES.values() if symbol} <= set(PHONEMES)


def test_the_mouth_is_shown_in_the_middle_of_its_sound() -> None:
    shown = {shot.label.split("  ")[0]: shot.pose.face for shot in shots.visemes()}
    jaw, funnel = ARKIT_INDEX["jawOpen"], ARKIT_INDEX["mouthFunnel"]
    assert max(shown, key=lambda name: shown[name][jaw]) == "a"
    assert shown["o"][funnel] > shown["a"][funnel]
    assert shown["silence"][jaw] < 0.05


def test_a_gesture_is_shown_while_it_is_made() -> None:
    rest = compose(expression("neutral"))
    for shot in shots.gestures():
        assert shots.distance(shot.pose, rest) > 0.1, shot.name


def test_a_sentence_has_a_picture_for_each_sound_and_each_word_once() -> None:
    sounds = [Mark("word", 0, 9000, "me"), Mark("phoneme", 0, 4000, "m"), Mark("phoneme", 4000, 9000, "i", 1.0)]
    strip = shots.sentence(shots.Spoken("me", sounds))
    assert [shot.label.split() for shot in strip] == [["m", "me"], ["i"]]
    assert SAMPLE_RATE > 9000


def test_every_shot_of_a_group_has_a_name_of_its_own_that_a_file_can_have() -> None:
    groups = (shots.people(), shots.moods(), shots.visemes(), shots.gestures(), shots.shapes())
    for group in groups:
        names = [shot.name for shot in group]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)


def test_the_page_shows_every_sheet() -> None:
    every = sheets()
    text = page(every, "gallery")
    assert re.findall(r"\(gallery/(\w+)\.jpg\)", text) == [sheet.name for sheet in every]


def test_one_sheet_is_drawn_alone(tmp_path: Path) -> None:
    folder = tmp_path / "gallery"
    assert main([str(folder), "--only", "visemes"]) == 0
    assert [path.name for path in folder.iterdir()] == ["visemes.jpg"]
    with Image.open(folder / "visemes.jpg") as sheet:
        assert sheet.width > sheet.height > 500
    assert (tmp_path / "gallery.md").read_text("utf-8").startswith("# Gallery")


def test_a_sheet_that_there_is_not_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--only", "hats"])
    assert "there is no sheet hats: choose of people" in capsys.readouterr().err
