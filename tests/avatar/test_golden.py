"""Both figures look as they looked when their reference pictures were approved.

The pictures are compared on the software driver only, which draws the same everywhere. After a change that is meant,
look at the new pictures and keep them: ``python -m tests.avatar.regenerate_golden``.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from avatar.figure import Figure
from avatar.pose import ARKIT_INDEX, Pose
from avatar.renderer import Lighting, is_software
from tests.avatar.expressions import EXPRESSIONS, drawn
from tests.avatar.figures import COUPLE, ctx, figures, wheel

__all__ = ["ctx", "figures", "wheel"]

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
MEAN_LIMIT = 0.2  # of 255, over all channels and pixels
TAIL_LIMIT = 5.0  # of 255, of all but the worst thousandth of the pixels


def difference(picture: NDArray[np.uint8], reference: NDArray[np.uint8]) -> tuple[float, float]:
    """Return the mean difference and the 99.9th percentile of each pixel's largest, of 255."""
    gap = np.abs(picture.astype(np.float64) - reference)
    return float(gap.mean()), float(np.percentile(gap.max(-1), 99.9))


def alike(picture: NDArray[np.uint8], reference: NDArray[np.uint8]) -> bool:
    mean, tail = difference(picture, reference)
    return mean <= MEAN_LIMIT and tail <= TAIL_LIMIT


def reference_of(name: str, expression: str) -> NDArray[np.uint8]:
    return np.asarray(Image.open(GOLDEN / f"{name}-{expression}.png").convert("RGB"))


@pytest.fixture(autouse=True)
def _software_only(ctx: moderngl.Context) -> None:
    if not is_software(ctx):
        pytest.skip("reference pictures are compared on the software driver")


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("name", COUPLE)
def test_a_figure_looks_like_its_reference(
    ctx: moderngl.Context, figures: dict[str, Figure], name: str, expression: str
) -> None:
    shown = EXPRESSIONS[expression]
    picture = drawn(ctx, figures[name], shown.pose, camera=shown.camera)[..., :3]
    reference = reference_of(name, expression)
    if not alike(picture, reference):
        failed = GOLDEN / "failed"
        failed.mkdir(exist_ok=True)
        gap = np.abs(picture.astype(np.int16) - reference)
        louder = np.clip(gap * 8, 0, 255).astype(np.uint8)
        Image.fromarray(np.concatenate([reference, picture, louder], 1)).save(failed / f"{name}-{expression}.png")
    mean, tail = difference(picture, reference)
    assert alike(picture, reference), (
        f"mean {mean:.2f}, tail {tail:.1f}: see tests/golden/failed/{name}-{expression}.png"
    )


@pytest.mark.parametrize("weight", ["jawOpen", "mouthSmileLeft", "browInnerUp", "eyeBlinkRight", "eyeLookUpLeft"])
def test_a_weight_that_is_off_by_a_tenth_fails(ctx: moderngl.Context, figures: dict[str, Figure], weight: str) -> None:
    neutral = EXPRESSIONS["neutral"]
    face = neutral.pose.face.copy()
    face[ARKIT_INDEX[weight]] = 0.1
    picture = drawn(ctx, figures["vera"], Pose(face), camera=neutral.camera)[..., :3]
    assert not alike(picture, reference_of("vera", "neutral"))


def test_a_light_that_is_off_fails(ctx: moderngl.Context, figures: dict[str, Figure]) -> None:
    key = Lighting().key
    dimmer = dataclasses.replace(Lighting(), key=(key[0] * 0.97, key[1] * 0.97, key[2] * 0.97))
    picture = drawn(ctx, figures["milo"], Pose(), camera=EXPRESSIONS["neutral"].camera, lighting=dimmer)[..., :3]
    assert not alike(picture, reference_of("milo", "neutral"))
