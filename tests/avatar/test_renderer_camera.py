"""Every lens frames a person so that the picture ends before the body does."""

from __future__ import annotations

import math

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.figure import Figure
from avatar.figure.skeleton import BONE_INDEX
from avatar.pose import Pose
from avatar.renderer import LENSES, Camera, Lens, OffscreenTarget, Renderer
from tests.avatar.figures import COUPLE, ctx, figures, wheel
from viewer.cli import LENSES as OFFERED

__all__ = ["ctx", "figures", "wheel"]


def cover(ctx: moderngl.Context, figure: Figure, camera: Camera, size: tuple[int, int]) -> NDArray[np.uint8]:
    """Return the alpha channel of a picture, shape (height, width)."""
    renderer, target = Renderer(ctx, figure, "fast"), OffscreenTarget(ctx, size)
    try:
        target.clear()
        renderer.draw(Pose(), target.framebuffer, background=None, camera=camera)
        return target.read()[..., 3]
    finally:
        renderer.release()
        target.release()


def on_screen(figure: Figure, camera: Camera, aspect: float, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where points are in the picture, shape (n, 2), -1..1."""
    matrix, _ = camera.matrices(figure, aspect)
    clip = np.concatenate([points, np.ones((len(points), 1))], 1) @ matrix.T
    return np.asarray(clip[:, :2] / clip[:, 3:])


def test_the_command_line_offers_the_lenses_that_there_are() -> None:
    assert OFFERED == LENSES


@pytest.mark.parametrize("size", [(60, 150), (96, 96), (200, 80)], ids=["narrow", "square", "wide"])
@pytest.mark.parametrize("lens", LENSES)
def test_the_body_leaves_the_picture_by_the_lower_edge_alone(
    ctx: moderngl.Context, figures: dict[str, Figure], lens: Lens, size: tuple[int, int]
) -> None:
    for yaw in (0.0, 35.0):
        alpha = cover(ctx, figures["vera"], Camera(lens, yaw=math.radians(yaw)), size)
        assert alpha[-1].any()
        assert not alpha[0].any()


@pytest.mark.parametrize("name", COUPLE)
@pytest.mark.parametrize("lens", LENSES)
def test_where_the_body_is_cut_off_is_never_seen(figures: dict[str, Figure], name: str, lens: Lens) -> None:
    figure = figures[name]
    cut = figure.positions[figure.positions[:, 1] < figure.chest + 0.02].astype(np.float64)
    for aspect in (0.4, 1.0, 2.4):
        for yaw in (0.0, 1.2):
            assert on_screen(figure, Camera(lens, yaw=yaw), aspect, cut)[:, 1].max() < -1.0


@pytest.mark.parametrize("name", COUPLE)
def test_the_half_lens_shows_the_hands(figures: dict[str, Figure], name: str) -> None:
    figure = figures[name]
    palette = figure.palette(Pose())
    hand = BONE_INDEX["leftHand"]
    held = (figure.joints[:, 0] == hand) & (figure.weights[:, 0] > 0.9)
    at = figure.positions[held] @ palette[hand, :3, :3].T + palette[hand, :3, 3]
    x, y = on_screen(figure, Camera("half"), 1.0, at.astype(np.float64)).T
    assert y.min() > -0.95
    assert np.abs(x).max() < 0.8


@pytest.mark.parametrize("name", COUPLE)
@pytest.mark.parametrize("lens", LENSES)
def test_the_whole_head_is_in_the_picture(figures: dict[str, Figure], name: str, lens: Lens) -> None:
    figure = figures[name]
    for aspect in (0.6, 1.0, 2.4):
        crown = np.array([[0.0, figure.crown, 0.0]])
        x, y = on_screen(figure, Camera(lens), aspect, np.concatenate([crown, figure.eyes])).T
        assert np.abs(x).max() < 0.3
        assert 0.5 < y[0] < 0.9
        assert y[1:].min() > -0.1


def test_each_lens_shows_more_than_the_one_before(figures: dict[str, Figure]) -> None:
    eyes = [on_screen(figures["vera"], Camera(lens), 1.0, figures["vera"].eyes) for lens in LENSES]
    apart = [float(np.ptp(points[:, 0])) for points in eyes]
    assert apart == sorted(apart, reverse=True)
    assert apart[2] < apart[1] / 2


def test_an_orbit_sees_the_figure_from_that_side(figures: dict[str, Figure]) -> None:
    figure = figures["milo"]
    nose = figure.eyes.mean(0, keepdims=True) + np.array([0.0, 0.0, 0.1])
    assert on_screen(figure, Camera(yaw=0.5), 1.0, nose)[0, 0] < -0.05
    assert on_screen(figure, Camera(yaw=-0.5), 1.0, nose)[0, 0] > 0.05
