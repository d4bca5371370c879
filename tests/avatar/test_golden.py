"""Figures, moods, mouths, hair and gestures look as they looked when their reference pictures were approved.

The pictures are compared on the software driver only, which draws the same everywhere. After a change that is meant,
look at the new pictures and keep them: ``python -m tests.avatar.regenerate_golden``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from avatar.figure import person
from avatar.pose import ARKIT_INDEX, Pose
from avatar.renderer import Lighting, is_software
from server.assets import AssetStore
from tests.avatar.figures import ctx
from tests.avatar.golden import GOLDEN, SIZE, alike, difference, path_of, pixels, reference_of, reference_shots
from viewer.gallery.shots import HEAD, Shot, moods
from viewer.portraits import Portraits

__all__ = ["ctx"]

SHOTS = [(group, shot) for group, shots in reference_shots().items() for shot in shots]
NEUTRAL = moods()[0]


@pytest.fixture(scope="module")
def portraits(assets: AssetStore) -> Iterator[Portraits]:
    with Portraits(assets, (SIZE, SIZE)) as studio:
        if not is_software(studio.context):
            pytest.skip("reference pictures are compared on the software driver")
        yield studio


@pytest.mark.parametrize(("group", "shot"), SHOTS, ids=[f"{group}-{shot.name}" for group, shot in SHOTS])
def test_it_looks_like_its_reference(portraits: Portraits, group: str, shot: Shot) -> None:
    picture, reference = pixels(portraits, shot), reference_of(group, shot)
    mean, tail = difference(picture, reference)
    failed = GOLDEN / "failed" / f"{group}-{shot.name}.png"
    if not alike(picture, reference):
        failed.parent.mkdir(exist_ok=True)
        louder = np.clip(np.abs(picture.astype(np.int16) - reference) * 8, 0, 255).astype(np.uint8)
        Image.fromarray(np.concatenate([reference, picture, louder], 1)).save(failed)
    assert alike(picture, reference), f"mean {mean:.2f}, tail {tail:.1f}: see {failed}"


def test_every_reference_is_of_something_that_there_is() -> None:
    assert set(GOLDEN.glob("*.png")) == {path_of(group, shot) for group, shot in SHOTS}


@pytest.mark.parametrize("weight", ["jawOpen", "mouthSmileLeft", "browInnerUp", "eyeBlinkRight", "eyeLookUpLeft"])
def test_a_weight_that_is_off_by_a_tenth_fails(portraits: Portraits, weight: str) -> None:
    face = NEUTRAL.pose.face.copy()
    face[ARKIT_INDEX[weight]] += 0.1
    shot = dataclasses.replace(NEUTRAL, pose=Pose(face, NEUTRAL.pose.bones, NEUTRAL.pose.root))
    assert not alike(pixels(portraits, shot), reference_of("moods", NEUTRAL))


def test_a_light_that_is_off_fails(assets: AssetStore, portraits: Portraits) -> None:
    key = Lighting().key
    dimmer = dataclasses.replace(Lighting(), key=(key[0] * 0.97, key[1] * 0.97, key[2] * 0.97))
    with Portraits(assets, (SIZE, SIZE), lighting=dimmer) as darker:
        assert not alike(pixels(darker, NEUTRAL), reference_of("moods", NEUTRAL))


def test_another_person_fails(portraits: Portraits) -> None:
    shot = Shot("neutral", "", person("milo"), NEUTRAL.pose, HEAD)
    assert not alike(pixels(portraits, shot), reference_of("moods", NEUTRAL))
