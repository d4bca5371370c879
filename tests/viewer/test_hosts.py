"""Hosts are loaded when they are seen, without holding up the window; the default takes a stranger's place."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import moderngl
import numpy as np
import pytest
from rich.console import Console

from avatar.errors import FigureSourceError, GraphicsLostError
from avatar.figure import DEFAULT_FIGURE, Figure, load_figure
from avatar.pose import Pose
from avatar.renderer import OffscreenTarget, Quality, Renderer, headless_context
from server.assets import AssetStore
from viewer import hosts
from viewer.hosts import Hosts, figures_of, make_figures

WHOLE = (0, 0, 32, 32)


@pytest.fixture(scope="module")
def ctx() -> Iterator[moderngl.Context]:
    context = headless_context()
    yield context
    context.release()


@pytest.fixture
def target(ctx: moderngl.Context) -> Iterator[OffscreenTarget]:
    made = OffscreenTarget(ctx, (32, 32))
    made.clear()
    yield made
    made.release()


class Loader:
    """A test double of ``load_figure``: lends out one figure, and notes for whom."""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.beginning = threading.Semaphore(0)  # released when a load begins

    def begun(self, who: str) -> None:
        """Wait until somebody is being loaded."""
        while who not in self.asked:
            assert self.beginning.acquire(timeout=30)

    def __call__(self, who: str, wheel: Path, cache: Path) -> Figure:
        self.asked.append(who)
        self.beginning.release()
        assert self.gate.wait(30)
        return self.figure


@pytest.fixture
def loader(assets: AssetStore, monkeypatch: pytest.MonkeyPatch) -> Loader:
    made = Loader(load_figure(DEFAULT_FIGURE, assets.path("figures") / hosts.FIGURE_DATA, assets.derived))
    monkeypatch.setattr(hosts, "load_figure", made)
    return made


def seen(target: OffscreenTarget) -> bool:
    return bool(np.any(target.read()[..., 3]))


def finish_loading() -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("figure"):
            thread.join(30)


def test_a_window_draws_nobody_until_the_figure_is_there(
    ctx: moderngl.Context, assets: AssetStore, loader: Loader, target: OffscreenTarget
) -> None:
    stage = Hosts(ctx, assets)
    loader.gate.clear()
    stage.draw("milo", Pose(), target.framebuffer, WHOLE, seconds=0.0)
    assert not seen(target)
    loader.gate.set()
    finish_loading()
    stage.draw("milo", Pose(), target.framebuffer, WHOLE, seconds=0.0)
    assert seen(target)
    assert loader.asked == ["milo"]
    stage.release()


def test_a_film_waits_for_the_figure(
    ctx: moderngl.Context, assets: AssetStore, loader: Loader, target: OffscreenTarget
) -> None:
    stage = Hosts(ctx, assets, patient=True)
    stage.draw("somebody else", Pose(), target.framebuffer, WHOLE, seconds=0.0)
    assert seen(target)
    assert loader.asked == [DEFAULT_FIGURE]
    stage.release()


def test_who_is_expected_is_loaded_in_order_and_seen_at_the_first_picture(
    ctx: moderngl.Context, assets: AssetStore, loader: Loader, target: OffscreenTarget
) -> None:
    stage = Hosts(ctx, assets)
    stage.expect(["milo", "nobody", "milo", "yuna"])
    finish_loading()
    assert loader.asked == ["milo", DEFAULT_FIGURE, "yuna"]
    stage.prepare()
    stage.draw("milo", Pose(), target.framebuffer, WHOLE, seconds=0.0)
    assert seen(target)
    stage.expect(["milo", "yuna"])
    finish_loading()
    assert loader.asked == ["milo", DEFAULT_FIGURE, "yuna"]
    stage.release()


def test_who_is_no_longer_expected_is_let_go_and_only_a_few_are_loaded(
    ctx: moderngl.Context, assets: AssetStore, loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "_KEPT", 2)
    stage = Hosts(ctx, assets)
    for expected in (["vera", "milo", "yuna"], ["yuna", "vera"], ["milo"]):
        stage.expect(expected)
        finish_loading()
    assert loader.asked == ["vera", "milo", "yuna", "milo"]


def test_those_who_were_not_begun_give_way_to_who_is_looked_at_now(
    ctx: moderngl.Context, assets: AssetStore, loader: Loader
) -> None:
    stage = Hosts(ctx, assets)
    loader.gate.clear()
    stage.expect(["vera", "milo", "yuna"])
    stage.expect(["arjun"])
    loader.gate.set()
    finish_loading()
    assert [name for name in loader.asked if name != "vera"] == ["arjun"]


def test_who_steps_up_is_not_kept_waiting_by_those_who_are_only_expected(
    ctx: moderngl.Context, assets: AssetStore, loader: Loader, target: OffscreenTarget
) -> None:
    stage = Hosts(ctx, assets)
    loader.gate.clear()
    stage.expect(["vera", "milo"])
    stage.draw("yuna", Pose(), target.framebuffer, WHOLE, seconds=0.0)
    loader.begun("yuna")
    loader.gate.set()
    finish_loading()
    stage.release()


def test_a_figure_that_cannot_be_loaded_is_no_matter_until_it_is_drawn(
    ctx: moderngl.Context, assets: AssetStore, target: OffscreenTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> Figure:
        raise FigureSourceError("the figure data is damaged")

    monkeypatch.setattr(hosts, "load_figure", refused)
    stage = Hosts(ctx, assets, patient=True)
    stage.expect(["vera"])
    finish_loading()
    stage.prepare()
    with pytest.raises(FigureSourceError, match="damaged"):
        stage.draw("vera", Pose(), target.framebuffer, WHOLE, seconds=0.0)


def test_only_the_latest_few_stay_on_the_graphics_side(
    ctx: moderngl.Context, assets: AssetStore, loader: Loader, target: OffscreenTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "_KEPT", 2)
    stage = Hosts(ctx, assets, patient=True)
    for name in ("vera", "milo", "vera", "yuna", "vera", "milo"):
        stage.draw(name, Pose(), target.framebuffer, WHOLE, seconds=0.0)
    assert loader.asked == ["vera", "milo", "yuna", "milo"]
    stage.release()


def test_a_renderer_that_is_lost_is_made_again_and_draws_the_same(
    ctx: moderngl.Context, assets: AssetStore, loader: Loader, target: OffscreenTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Renderer] = []

    def noted(context: moderngl.Context, figure: Figure, quality: Quality) -> Renderer:
        made.append(Renderer(context, figure, quality))
        return made[-1]

    monkeypatch.setattr(hosts, "Renderer", noted)
    stage = Hosts(ctx, assets, patient=True)
    stage.draw("vera", Pose(), target.framebuffer, WHOLE, seconds=0.0)
    before = target.read()
    made[0].release()  # as a driver does that starts again
    target.clear()
    stage.draw("vera", Pose(), target.framebuffer, WHOLE, seconds=0.0)
    np.testing.assert_array_equal(target.read(), before)
    stage.draw("vera", Pose(), target.framebuffer, WHOLE, seconds=0.0)
    assert len(made) == 2
    assert loader.asked == ["vera"]
    stage.release()


def test_a_renderer_that_is_lost_twice_is_an_error(
    ctx: moderngl.Context, assets: AssetStore, loader: Loader, target: OffscreenTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object, **__: object) -> None:
        raise GraphicsLostError("OpenGL stopped drawing")

    monkeypatch.setattr(Renderer, "draw", lost)
    with pytest.raises(GraphicsLostError, match="stopped drawing"):
        Hosts(ctx, assets, patient=True).draw("vera", Pose(), target.framebuffer, WHOLE, seconds=0.0)


def test_a_figure_that_cannot_be_loaded_says_why_where_it_is_drawn(
    ctx: moderngl.Context, assets: AssetStore, target: OffscreenTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> Figure:
        raise FigureSourceError("the figure data is damaged")

    monkeypatch.setattr(hosts, "load_figure", refused)
    with pytest.raises(FigureSourceError, match="damaged"):
        Hosts(ctx, assets, patient=True).draw("vera", Pose(), target.framebuffer, WHOLE, seconds=0.0)


def test_a_name_that_is_nobodys_is_told_and_the_default_stands_in() -> None:
    told = io.StringIO()
    assert figures_of(["milo", "hugo", "vera", "milo"], Console(file=told, width=200)) == ["milo", DEFAULT_FIGURE]
    assert "there is no figure 'hugo': vera stands in" in told.getvalue()


def test_only_those_are_made_who_were_not_made_yet(assets: AssetStore, loader: Loader) -> None:
    make_figures(assets, [DEFAULT_FIGURE], Console(file=io.StringIO()))
    assert loader.asked == []
