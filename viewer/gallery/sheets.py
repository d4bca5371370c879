"""The sheets of the gallery: which shots stand on each, how large, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from avatar.clip import spoken
from avatar.figure import FIGURES, person
from avatar.marks import GESTURES, MOODS, SAMPLE_RATE
from avatar.pose import ARKIT_NAMES
from avatar.renderer import load_scene
from avatar.voice import Voice
from server.assets import AssetStore
from viewer.contact_sheet import Tile, contact_sheet
from viewer.gallery import shots
from viewer.gallery.shots import Shot, Spoken
from viewer.portraits import Portraits

_SENTENCE = "Five old friends thought we should meet by the river."
_SCENES = Path(__file__).resolve().parents[2] / "samples" / "scenes"

Advance = Callable[[str], None]  # is told of every picture that was drawn


@dataclass(frozen=True)
class Sheet:
    """One picture of the gallery.

    Attributes:
        name: of its file.
        title, caption: what is said of it.
        draw: makes it.
    """

    name: str
    title: str
    caption: str
    draw: Callable[[AssetStore, Advance], Image.Image]


def _sheet(chosen: Sequence[Shot], size: tuple[int, int], columns: int | None = None) -> Callable[..., Image.Image]:
    def draw(assets: AssetStore, advance: Advance) -> Image.Image:
        tiles = []
        with Portraits(assets, size) as portraits:
            for shot in chosen:
                tiles.append(Tile(portraits.picture(shot.who, shot.pose, shot.camera, shot.seconds), shot.label))
                advance(f"{shot.who.name} {shot.name}")
        return contact_sheet(tiles, assets.path("fonts"), columns)

    return draw


def _scenes(assets: AssetStore, advance: Advance) -> Image.Image:
    tiles = []
    for number, path in enumerate(sorted(_SCENES.glob("*.toml"))):
        who = person(FIGURES[(2 * number + 3) % len(FIGURES)])
        with Portraits(assets, (360, 360), load_scene(path)) as portraits:
            tiles.append(Tile(portraits.picture(who), f"{path.name} ({who.name})"))
            advance(path.stem)
    return contact_sheet(tiles, assets.path("fonts"), len(tiles))


def sheets() -> list[Sheet]:
    """Return all sheets, in the order in which the page shows them; the sentence is spoken on the way."""
    sound, marks = spoken([_SENTENCE], Voice(person(FIGURES[0]).recipe.voice), "warmth")
    told = Spoken(_SENTENCE, marks)
    hair = shots.hair()
    return [
        Sheet(
            "people", f"{len(FIGURES)} people",
            "Each is a TOML file in `avatar/figure/people/`; write your own and name it: "
            "`visavis say --figure me.toml`. `visavis figures` draws this sheet, and with `--random 10` ten others.",
            _sheet(shots.people(), (320, 320)),
        ),
        Sheet("bodies", "From head to hip", "The lens `half`, and what everybody wears.",
              _sheet(shots.bodies(), (300, 400))),
        Sheet("moods", f"{len(MOODS)} moods", "At full strength; speech blends with them.",
              _sheet(shots.moods(), (260, 260))),
        Sheet("visemes", f"{len(shots.VISEMES)} visemes", "The mouth in the middle of a held sound.",
              _sheet(shots.visemes(), (300, 220))),
        Sheet("sentence", "A sentence, sound by sound",
              f"“{told.text}” ({len(sound) / SAMPLE_RATE:.1f} s): the face in the middle of each phoneme.",
              _sheet(shots.sentence(told), (150, 150), 11)),
        Sheet("attention", "Listening, hearing, thinking, resting",
              "What a host shows while you speak, at a pause, within a tenth of a second after your last word, while "
              "the answer is made, and when you stay silent.",
              _sheet(shots.attention(), (240, 240), 6)),
        Sheet("holding", "Somebody cuts in",
              "In the middle of the sentence above the sound is held: the lips close, the host attends; it was only a "
              "cough, and 0.7 s later they go on with the very sound at which they stopped.",
              _sheet(shots.holding(told), (180, 180), 8)),
        Sheet("gestures", f"{len(GESTURES)} gestures", "Each at the moment when it is furthest from standing still.",
              _sheet(shots.gestures(), (240, 270))),
        Sheet("hair", f"{len(hair)} cuts of hair", "From the front, the side and behind.",
              _sheet([shot for row in hair for shot in row], (150, 150), 2 * len(hair[0]))),
        Sheet("turning", "Hair in motion", "A head that turns in 0.3 s; hair follows on springs and comes to rest.",
              _sheet(shots.turning(), (220, 220), 7)),
        Sheet("scenes", "Scenes", "The scene files of `samples/scenes/`: background, light, lens and orbit.", _scenes),
        Sheet("shapes", f"{len(ARKIT_NAMES)} shapes", "The ARKit weights, each at 1.",
              _sheet(shots.shapes(), (140, 140), 13)),
    ]  # fmt: skip
