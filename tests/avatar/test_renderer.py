"""The renderer draws poses: into any part of any target, over any background, with straight alpha."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import get_args

import moderngl
import numpy as np
import pytest

from avatar.figure import Figure
from avatar.pose import ARKIT_NAMES, Pose, neutral_face
from avatar.renderer import Background, Camera, OffscreenTarget, Quality, Renderer
from tests.avatar.expressions import drawn, face, turn
from tests.avatar.figures import ctx, figures, wheel

__all__ = ["ctx", "figures", "wheel"]


def changed(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return which pixels differ visibly, shape (h, w)."""
    gap: np.ndarray = np.abs(first.astype(np.int16) - second).max(-1) > 3
    return gap


def test_each_of_the_52_weights_changes_the_picture(ctx: moderngl.Context, figures: dict[str, Figure]) -> None:
    renderer, target = Renderer(ctx, figures["vera"], "fast"), OffscreenTarget(ctx, (256, 256))
    camera = Camera(lens="head")
    pictures = {}
    for name in (None, *ARKIT_NAMES):
        opened = face(jawOpen=1.0) if name == "mouthClose" else neutral_face()  # it closes what the jaw has opened
        renderer.draw(Pose(opened + face(**({name: 1.0} if name else {}))), target.framebuffer, camera=camera)
        pictures[name] = target.read()
    for name in ARKIT_NAMES:
        before = pictures["jawOpen" if name == "mouthClose" else None]
        assert changed(pictures[name], before).sum() > 12, name
    renderer.release()
    target.release()


def test_the_same_pose_gives_the_same_picture_whatever_came_before(
    ctx: moderngl.Context, figures: dict[str, Figure]
) -> None:
    renderer, target = Renderer(ctx, figures["milo"]), OffscreenTarget(ctx, (96, 96))
    renderer.draw(Pose(), target.framebuffer)
    first = target.read()
    renderer.draw(Pose(face(jawOpen=1.0), {"head": turn("y", 30)}), target.framebuffer)
    renderer.draw(Pose(), target.framebuffer)
    np.testing.assert_array_equal(target.read(), first)


def test_a_head_turn_does_not_move_the_shoulders(ctx: moderngl.Context, figures: dict[str, Figure]) -> None:
    rest, turned = (
        drawn(ctx, figures["milo"], Pose(bones={"head": turn("y", degrees)}), transparent=True)[..., 3:]
        for degrees in (0, 30)
    )
    moved = changed(rest, turned)
    assert moved[: len(moved) // 2].mean() > 0.01
    assert not moved[-len(moved) // 8 :].any()


def test_without_a_background_the_picture_is_transparent_round_the_figure(
    ctx: moderngl.Context, figures: dict[str, Figure]
) -> None:
    picture = drawn(ctx, figures["vera"], Pose(), transparent=True)
    assert (picture[:12, :, 3] == 0).all()
    assert (picture[-1, 80:112, 3] == 255).all()
    assert 0.2 < (picture[..., 3] > 0).mean() < 0.7


def test_alpha_is_straight_so_edges_are_not_darkened(ctx: moderngl.Context, figures: dict[str, Figure]) -> None:
    over = Background((1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    renderer, target = Renderer(ctx, figures["milo"]), OffscreenTarget(ctx, (192, 192))
    renderer.draw(Pose(), target.framebuffer, background=over)
    on_white = target.read()[..., :3].astype(np.float64)
    target.clear()
    renderer.draw(Pose(), target.framebuffer, background=None)
    picture = target.read().astype(np.float64)
    alpha = picture[..., 3:] / 255
    composed = picture[..., :3] * alpha + 255 * (1 - alpha)
    edge = (alpha[..., 0] > 0) & (alpha[..., 0] < 1)
    assert edge.sum() > 200
    assert np.abs(composed - on_white).max() < 4


def test_a_viewport_leaves_the_rest_of_the_target_alone(ctx: moderngl.Context, figures: dict[str, Figure]) -> None:
    renderer, target = Renderer(ctx, figures["vera"]), OffscreenTarget(ctx, (160, 120))
    target.framebuffer.clear(0.0, 0.0, 1.0, 1.0)
    renderer.draw(Pose(), target.framebuffer, (40, 20, 100, 80))
    picture = target.read()
    inside = np.zeros((120, 160), bool)
    inside[120 - 20 - 80 : 120 - 20, 40:140] = True
    assert (picture[~inside] == [0, 0, 255, 255]).all()
    assert not (picture[inside] == [0, 0, 255, 255]).all(-1).any()


@pytest.mark.parametrize("size", [(320, 120), (120, 320), (64, 64)])
def test_the_whole_head_fits_whatever_the_shape_of_the_picture(
    ctx: moderngl.Context, figures: dict[str, Figure], size: tuple[int, int]
) -> None:
    renderer, target = Renderer(ctx, figures["vera"], "fast"), OffscreenTarget(ctx, size)
    target.clear()
    renderer.draw(Pose(), target.framebuffer, background=None)
    covered = target.read()[..., 3] > 0
    rows = np.flatnonzero(covered.any(1))
    assert rows[0] > 0
    head = covered[rows[0] : rows[0] + (rows[-1] - rows[0]) // 3]
    assert not head[:, 0].any()
    assert not head[:, -1].any()
    assert covered[-1].any()


def test_an_orbit_shows_the_figure_from_the_side_asked_for(ctx: moderngl.Context, figures: dict[str, Figure]) -> None:
    left, right = (
        drawn(ctx, figures["milo"], Pose(), camera=Camera(yaw=math.radians(angle)), transparent=True)[..., 3]
        for angle in (60, -60)
    )
    nose_left = np.flatnonzero((left[40:90] > 128).any(0))[[0, -1]]
    nose_right = np.flatnonzero((right[40:90] > 128).any(0))[[0, -1]]
    assert abs(int(nose_left.sum()) - 192) > 3
    assert np.sign(nose_left.sum() - 192) == -np.sign(nose_right.sum() - 192)


def test_a_picture_of_no_size_is_refused(ctx: moderngl.Context) -> None:
    with pytest.raises(ValueError, match="0 x 20"):
        OffscreenTarget(ctx, (0, 20))


@pytest.mark.parametrize("yaw", [0.0, 0.5, -0.9])
def test_what_only_shows_from_behind_is_missed_by_nobody_in_front(
    ctx: moderngl.Context, figures: dict[str, Figure], yaw: float
) -> None:
    for figure in figures.values():
        whole = replace(figure, parts=tuple(replace(part, rear=False) for part in figure.parts))
        camera = Camera("head", yaw=yaw)
        spared, full = (drawn(ctx, shown, Pose(), camera=camera) for shown in (figure, whole))
        assert changed(spared, full).mean() < 0.006


def test_from_behind_the_back_of_the_head_has_its_hair(ctx: moderngl.Context, figures: dict[str, Figure]) -> None:
    for figure in figures.values():
        bald = replace(figure, parts=tuple(part for part in figure.parts if not part.rear))
        camera = Camera("head", yaw=math.pi)
        assert changed(*(drawn(ctx, shown, Pose(), camera=camera) for shown in (figure, bald))).mean() > 0.02


@pytest.mark.parametrize(("yaw", "pitch"), [(0.0, 0.0), (0.13, 0.1), (-0.4, -0.2), (0.54, 0.31)])
def test_hair_that_is_covered_is_missed_by_nobody_right_in_front(
    ctx: moderngl.Context, figures: dict[str, Figure], yaw: float, pitch: float
) -> None:
    for figure in figures.values():
        whole = replace(figure, parts=tuple(replace(part, covered=False) for part in figure.parts))
        camera = Camera(yaw=yaw, pitch=pitch)
        spared, full = (drawn(ctx, shown, Pose(), camera=camera) for shown in (figure, whole))
        assert changed(spared, full).mean() < 0.012
        assert np.abs(spared.astype(np.float64) - full).mean() < 0.2


def test_hair_that_is_covered_is_not_drawn_for_small_pictures_from_the_front(
    ctx: moderngl.Context, figures: dict[str, Figure]
) -> None:
    figure = figures["vera"]
    uncovered = replace(figure, parts=tuple(part for part in figure.parts if not part.covered))
    assert sum(len(part.triangles) for part in figure.parts if part.covered) > 1000
    front, side = (
        [drawn(ctx, shown, Pose(), camera=Camera(yaw=yaw)) for shown in (figure, uncovered)] for yaw in (0.2, 1.2)
    )
    np.testing.assert_array_equal(front[0], front[1])
    assert changed(*side).mean() > 0.01


@pytest.mark.parametrize("size", [(128, 128), (127, 93)])
def test_a_smooth_picture_is_a_fine_one_with_fewer_samples(
    ctx: moderngl.Context, figures: dict[str, Figure], size: tuple[int, int]
) -> None:
    pictures = {}
    for quality in get_args(Quality):
        renderer, target = Renderer(ctx, figures["vera"], quality), OffscreenTarget(ctx, size)
        renderer.draw(Pose(), target.framebuffer)
        pictures[quality] = target.read().astype(np.float64)[..., :3]
        renderer.release()
        target.release()
    smooth, fast = (np.abs(pictures[quality] - pictures["fine"]).mean() for quality in ("smooth", "fast"))
    assert smooth < 2.5
    assert smooth < 0.75 * fast
