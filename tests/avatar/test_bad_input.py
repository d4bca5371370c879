"""What cannot be drawn is refused with an error that names it; what can be drawn after all is."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import moderngl
import numpy as np
import pytest

from avatar.errors import (
    AvatarError,
    FigureSourceError,
    GraphicsLostError,
    PictureSizeError,
    PoseError,
    RenderError,
    ShaderError,
)
from avatar.figure import Figure, load_figure
from avatar.pose import ARKIT_INDEX, Pose, checked, neutral_face
from avatar.renderer import OffscreenTarget, Renderer, headless_context
from tests.avatar.expressions import drawn, face, turn
from tests.avatar.figures import ctx, figures, wheel

__all__ = ["ctx", "figures", "wheel"]

NAN, INF = math.nan, math.inf


def weighing(name: str, weight: float) -> Pose:
    """Return a pose of one weight."""
    values = neutral_face()
    values[ARKIT_INDEX[name]] = weight
    return Pose(values)


@pytest.mark.parametrize(
    ("pose", "complaint"),
    [
        (weighing("jawOpen", NAN), "jawOpen is nan"),
        (weighing("browInnerUp", -INF), "browInnerUp is -inf"),
        (Pose(np.zeros(51, np.float32)), r"52 weights; this one has the shape \(51,\)"),
        (Pose(np.zeros((52, 1), np.float32)), "52 weights"),
        (Pose(bones={"head": (0.0, NAN, 0.0, 1.0)}), "rotation of head"),
        (Pose(bones={"leftHand": (INF, 0.0, 0.0, 1.0)}), "rotation of leftHand"),
        (Pose(bones={"neck": (0.0, 0.0, 0.0, 0.0)}), "rotation of neck has the length 0.0"),
        (Pose(bones={"neck": (0.0, 0.0, 1.0)}), "four finite numbers"),  # type: ignore[dict-item]
        (Pose(root=(0.0, NAN, 0.0)), "root is"),
    ],
)
def test_a_pose_that_is_none_is_refused_by_name(
    ctx: moderngl.Context, figures: dict[str, Figure], pose: Pose, complaint: str
) -> None:
    renderer, target = Renderer(ctx, figures["vera"], "fast"), OffscreenTarget(ctx, (16, 16))
    target.clear()
    with pytest.raises(PoseError, match=complaint):
        renderer.draw(pose, target.framebuffer)
    assert not target.read().any()
    renderer.release()
    target.release()


@pytest.mark.parametrize(("weight", "drawn_as"), [(1.7, 1.0), (-0.4, 0.0), (1e30, 1.0)])
def test_weights_out_of_range_are_drawn_as_the_nearest_in_range(
    ctx: moderngl.Context, figures: dict[str, Figure], weight: float, drawn_as: float
) -> None:
    beyond, within = (drawn(ctx, figures["vera"], weighing("jawOpen", value), size=64) for value in (weight, drawn_as))
    np.testing.assert_array_equal(beyond, within)


def test_unknown_bones_are_ignored_and_lengths_do_not_matter(ctx: moderngl.Context, figures: dict[str, Figure]) -> None:
    known = {"head": turn("y", 20)}
    x, y, z, w = known["head"]
    strange = {"head": (3 * x, 3 * y, 3 * z, 3 * w), "tail": turn("x", 90), "": turn("x", 10)}
    first, second = (drawn(ctx, figures["milo"], Pose(bones=bones), size=64) for bones in (known, strange))
    assert (np.abs(first.astype(int) - second) <= 1).all()


def test_a_checked_pose_is_the_same_pose() -> None:
    pose = Pose(face(jawOpen=0.5), {"head": turn("x", 5)}, (0.1, 0.0, 0.0))
    same = checked(pose)
    np.testing.assert_array_equal(same.face, pose.face)
    assert (same.bones, same.root) == (pose.bones, pose.root)


def test_a_viewport_without_pixels_is_left_alone_and_an_impossible_one_is_refused(
    ctx: moderngl.Context, figures: dict[str, Figure]
) -> None:
    renderer, target = Renderer(ctx, figures["vera"], "fine"), OffscreenTarget(ctx, (16, 16))
    target.clear()
    renderer.draw(Pose(), target.framebuffer, (0, 0, 16, 0))
    assert not target.read().any()
    limit = int(ctx.info["GL_MAX_TEXTURE_SIZE"])
    for size, complaint in (((-4, 16), "-4 x 16"), ((limit, 16), "cannot be drawn"), ((10**9, 10**9), "draws up to")):
        with pytest.raises(PictureSizeError, match=complaint):
            renderer.draw(Pose(), target.framebuffer, (0, 0, *size))
    renderer.draw(Pose(), target.framebuffer)
    assert target.read().any()
    renderer.release()
    target.release()


@pytest.mark.parametrize("size", [(0, 20), (20, -1), (10**6, 8)])
def test_a_target_of_an_impossible_size_is_refused(ctx: moderngl.Context, size: tuple[int, int]) -> None:
    with pytest.raises(PictureSizeError, match=f"{size[0]} x {size[1]}"):
        OffscreenTarget(ctx, size)


@pytest.mark.parametrize("lost", ["context", "target", "renderer"])
def test_what_was_released_under_a_renderer_is_named(figures: dict[str, Figure], lost: str) -> None:
    context = headless_context()
    renderer, target = Renderer(context, figures["vera"], "fast"), OffscreenTarget(context, (16, 16))
    release = {"context": context.release, "target": target.release, "renderer": renderer.release}[lost]
    release()
    with pytest.raises(GraphicsLostError, match=f"the {lost} was released; make a new Renderer"):
        renderer.draw(Pose(), target.framebuffer)
    context.release()


def test_a_new_renderer_draws_where_another_was_lost(figures: dict[str, Figure]) -> None:
    pictures = []
    for _ in range(2):
        context = headless_context()
        pictures.append(drawn(context, figures["vera"], Pose(), size=64))
        context.release()
    np.testing.assert_array_equal(pictures[0], pictures[1])


def test_a_driver_that_gives_up_is_an_error_of_ours(
    ctx: moderngl.Context, figures: dict[str, Figure], monkeypatch: pytest.MonkeyPatch
) -> None:
    renderer, target = Renderer(ctx, figures["vera"], "fast"), OffscreenTarget(ctx, (16, 16))

    def fail(*_: object, **__: object) -> None:
        raise moderngl.Error("out of memory")

    monkeypatch.setattr(renderer, "_draw_parts", fail)
    with pytest.raises(GraphicsLostError, match="stopped drawing: out of memory"):
        renderer.draw(Pose(), target.framebuffer)
    renderer.release()
    target.release()


def test_a_figure_without_its_data_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FigureSourceError, match=r"nowhere\.whl"):
        load_figure("vera", tmp_path / "nowhere.whl", tmp_path)


def test_a_material_without_a_shader_is_named(ctx: moderngl.Context, figures: dict[str, Figure]) -> None:
    strange = replace(figures["vera"].parts[0], material="marble")
    with pytest.raises(ShaderError, match=r"marble\.frag"):
        Renderer(ctx, replace(figures["vera"], parts=(strange,)))


def test_all_of_these_are_errors_of_the_avatar() -> None:
    assert issubclass(PoseError, AvatarError)
    assert all(issubclass(kind, RenderError) for kind in (GraphicsLostError, PictureSizeError, ShaderError))
