"""What lies outside the picture is left out, and never anything that lies within it."""

from __future__ import annotations

from dataclasses import replace

import moderngl
import numpy as np
import pytest

from avatar.figure import Figure, Part
from avatar.pose import Pose
from avatar.renderer import Camera, OffscreenTarget, Renderer
from avatar.renderer.visibility import Visibility
from tests.avatar.expressions import face, turn
from tests.avatar.figures import ctx, figures, wheel

__all__ = ["ctx", "figures", "wheel"]

POSES = {
    "at rest": Pose(),
    "jaw open, head turned": Pose(face(jawOpen=1.0), {"head": turn("y", 40), "neck": turn("x", -20)}),
    "leaning over": Pose(bones={"spine": turn("z", 25), "upperChest": turn("x", 20)}),
    "arms out": Pose(bones={"leftUpperArm": turn("z", 80), "rightUpperArm": turn("z", -80)}),
    "out of the picture": Pose(root=(0.9, -0.3, 0.0)),
}


@pytest.mark.parametrize("doing", POSES)
@pytest.mark.parametrize("yaw", [0.0, 0.8])
def test_leaving_parts_out_never_shows(
    ctx: moderngl.Context,
    figures: dict[str, Figure],
    monkeypatch: pytest.MonkeyPatch,
    doing: str,
    yaw: float,
) -> None:
    renderer, target = Renderer(ctx, figures["milo"], "fast"), OffscreenTarget(ctx, (160, 90))
    camera = Camera("head", yaw=yaw)
    renderer.draw(POSES[doing], target.framebuffer, camera=camera)
    spared = target.read()
    monkeypatch.setattr(Visibility, "seen", lambda self, *_: np.ones(len(renderer.figure.parts), dtype=bool))
    renderer.draw(POSES[doing], target.framebuffer, camera=camera)
    np.testing.assert_array_equal(spared, target.read())
    renderer.release()
    target.release()


def strip(figure: Figure, material: str, bone: str) -> Figure:
    """Return a figure of one part: the triangles of a material, which follow one bone."""
    triangles = next(part.triangles for part in figure.parts if part.material == material)
    return replace(figure, parts=(Part(material, triangles, bone),))


def test_a_part_is_left_out_as_soon_as_all_of_it_is_beyond_one_side(figures: dict[str, Figure]) -> None:
    figure = strip(figures["vera"], "teeth", "head")
    visibility = Visibility(figure)
    matrix, _ = Camera("head").matrices(figure, 1.0)
    for root, seen in (((0, 0, 0), True), ((0.1, 0, 0), True), ((0.5, 0, 0), False), ((0, -0.6, 0), False)):
        assert visibility.seen(figure.palette(Pose(root=root)), matrix).tolist() == [seen], root


def test_a_part_follows_its_bone_out_of_the_picture(figures: dict[str, Figure]) -> None:
    figure = strip(figures["vera"], "teeth", "head")
    matrix, _ = Camera("head").matrices(figure, 1.0)
    bowed = figure.palette(Pose(bones={"hips": turn("x", 180)}))
    assert Visibility(figure).seen(bowed, matrix).tolist() == [False]
