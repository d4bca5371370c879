"""A scene file chooses background, light and lens, or is refused with what it may choose."""

from __future__ import annotations

from pathlib import Path

import moderngl
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from avatar.errors import SceneError
from avatar.figure import Figure
from avatar.pose import Pose
from avatar.renderer import LIGHTINGS, Backdrop, Lighting, OffscreenTarget, Renderer, Scene, load_scene
from tests.avatar.figures import ctx, figures, wheel

__all__ = ["ctx", "figures", "wheel"]

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "scenes"
WIDTH, HEIGHT = 96, 64


def written(folder: Path, text: str) -> Path:
    path = folder / "scene.toml"
    path.write_text(text, "utf-8")
    return path


def picture(ctx: moderngl.Context, figure: Figure, scene: Scene) -> NDArray[np.uint8]:
    """Return what a scene looks like, RGBA, shape (HEIGHT, WIDTH, 4)."""
    renderer = Renderer(ctx, figure, lighting=scene.lighting)
    target, backdrop = OffscreenTarget(ctx, (WIDTH, HEIGHT)), Backdrop(ctx, scene, (WIDTH, HEIGHT))
    try:
        renderer.draw(
            Pose(), target.framebuffer, background=backdrop.lay(target.framebuffer), camera=scene.camera("head")
        )
        return target.read()
    finally:
        for thing in (renderer, target, backdrop):
            thing.release()


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.toml")), ids=lambda path: path.stem)
def test_every_sample_is_a_scene(path: Path) -> None:
    scene = load_scene(path)
    assert min(min(getattr(scene.lighting, name)) for name in ("key", "fill", "rim", "sky", "ground")) >= 0


def test_a_file_that_declares_nothing_is_the_studio(tmp_path: Path) -> None:
    assert load_scene(written(tmp_path, "")) == Scene()
    assert load_scene(SAMPLES / "studio.toml") == Scene(lens="bust")


def test_every_preset_can_be_chosen(tmp_path: Path) -> None:
    for name, lighting in LIGHTINGS.items():
        assert load_scene(written(tmp_path, f'[light]\npreset = "{name}"')).lighting == lighting
    with pytest.raises(SceneError, match=r"light\.preset: .*'moon'; allowed: 'evening', 'soft', 'studio', 'wi"):
        load_scene(written(tmp_path, '[light]\npreset = "moon"'))


def test_strength_and_hue_change_one_light_alone(tmp_path: Path) -> None:
    studio = Lighting()
    dimmed = load_scene(written(tmp_path, "[light.key]\nstrength = 0.5")).lighting
    assert dimmed.key == pytest.approx([channel / 2 for channel in studio.key])
    assert (dimmed.fill, dimmed.rim, dimmed.sky, dimmed.ground) == (
        studio.fill, studio.rim, studio.sky, studio.ground,
    )  # fmt: skip
    red = load_scene(written(tmp_path, "[light.rim]\ncolour = [0.5, 0, 0]")).lighting.rim
    assert red[0] > 3 * max(studio.rim)
    assert red[1:] == (0.0, 0.0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "[background]\nkind = 'sky'",
            r"kind: .*'sky'; allowed: 'gradient', 'picture', 'plain', 'transparent'",
        ),
        ("[background]\nkind = 'plain'", r"background: .*'colour'"),
        ("[background]\nkind = 'plain'\ncolour = [1, 1, 9]", r"background\.colour\[2\]: .*a number from 0 to 1"),
        (
            "[background]\nkind = 'picture'\nfile = 'no.png'",
            r"scene\.toml: background\.file: .*no\.png",
        ),
        ("lens = 'fisheye'", r"lens: .*; allowed: 'bust', 'half', 'head'"),
        ("[orbit]\nyaw = 1e9", r"orbit\.yaw: .*; allowed: a number from -180 to 180"),
        ("[orbit]\npitch = nan", r"orbit\.pitch is not a finite number"),
        ("[light.key]\ncolour = [0, 0, 0]", r"light\.key: black is no colour of a light"),
        ("[light.key]\nstrength = -1", r"light\.key\.strength: .*; allowed: a number from 0 to 5"),
        ("[light.moon]", r"light: .*'moon'; allowed: ambient, fill, key, preset, rim"),
    ],
)
def test_what_is_wrong_with_a_scene_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SceneError, match=told):
        load_scene(written(tmp_path, text))


def test_a_plain_background_has_its_colour(ctx: moderngl.Context, figures: dict[str, Figure], tmp_path: Path) -> None:
    scene = load_scene(written(tmp_path, "[background]\nkind = 'plain'\ncolour = [0.2, 0.4, 0.6]"))
    corner = picture(ctx, figures["vera"], scene)[0, 0]
    np.testing.assert_allclose(corner, [51, 102, 153, 255], atol=1)


def test_a_transparent_scene_leaves_out_all_but_the_figure(
    ctx: moderngl.Context, figures: dict[str, Figure], tmp_path: Path
) -> None:
    shown = picture(ctx, figures["vera"], load_scene(written(tmp_path, "[background]\nkind = 'transparent'")))
    assert shown[0, 0, 3] == 0
    assert shown[HEIGHT // 2, WIDTH // 2, 3] == 255


def test_a_picture_lies_behind_the_figure_upright_and_cut_to_shape(
    ctx: moderngl.Context, figures: dict[str, Figure], tmp_path: Path
) -> None:
    halves = np.zeros((40, 200, 3), np.uint8)
    halves[:20] = (250, 0, 0)
    halves[20:] = (0, 0, 250)
    Image.fromarray(halves).save(tmp_path / "flag.png")
    scene = load_scene(written(tmp_path, "[background]\nkind = 'picture'\nfile = 'flag.png'\nbrightness = 0.5"))
    shown = picture(ctx, figures["vera"], scene)
    np.testing.assert_array_equal(shown[2, 2], [125, 0, 0, 255])
    np.testing.assert_array_equal(shown[HEIGHT * 2 // 3, 0], [0, 0, 125, 255])
    assert tuple(shown[HEIGHT // 2, WIDTH // 2, :3]) not in {(125, 0, 0), (0, 0, 125)}


def test_a_file_that_is_no_picture_is_named(ctx: moderngl.Context, tmp_path: Path) -> None:
    (tmp_path / "flag.png").write_bytes(b"not a picture")
    scene = load_scene(written(tmp_path, "[background]\nkind = 'picture'\nfile = 'flag.png'"))
    with pytest.raises(SceneError, match=r"flag\.png cannot be read as a picture"):
        Backdrop(ctx, scene, (WIDTH, HEIGHT))


def test_an_evening_is_darker_and_warmer_than_the_studio(ctx: moderngl.Context, figures: dict[str, Figure]) -> None:
    studio = picture(ctx, figures["milo"], Scene()).astype(float)
    evening = picture(ctx, figures["milo"], load_scene(SAMPLES / "evening.toml")).astype(float)
    assert evening[..., :3].mean() < studio[..., :3].mean()
    face = (slice(HEIGHT // 3, HEIGHT * 2 // 3), slice(WIDTH * 2 // 5, WIDTH * 3 // 5))
    warmth = [shown[face][..., 0].mean() / shown[face][..., 2].mean() for shown in (studio, evening)]
    assert warmth[1] > 1.2 * warmth[0]
