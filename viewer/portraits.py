"""Draws poses of figures off screen as pictures."""

from __future__ import annotations

from types import TracebackType

from PIL import Image

from avatar.figure import Person, load_figure
from avatar.pose import Pose
from avatar.renderer import Backdrop, Camera, Lighting, OffscreenTarget, Renderer, Scene, headless_context
from server.assets import AssetStore
from viewer.hosts import FIGURE_DATA


class Portraits:
    """Draws in one size and scene; a context manager that owns a drawing context and the figure drawn last.

    Args:
        assets: where the figures' data is.
        size: (width, height) of the pictures.
        scene: background and light; the studio when None.
        lighting: other lights than the scene's.

    Attributes:
        context: where it draws.

    Raises:
        GraphicsUnavailableError: nothing can be drawn here.
        SceneError: the scene's picture cannot be read.
    """

    def __init__(
        self, assets: AssetStore, size: tuple[int, int], scene: Scene | None = None, lighting: Lighting | None = None
    ) -> None:
        self._assets = assets
        self._scene = scene or Scene()
        self._lighting = lighting or self._scene.lighting
        self.context = headless_context()
        self._target = OffscreenTarget(self.context, size)
        self._backdrop = Backdrop(self.context, self._scene, size)
        self._who: Person | None = None
        self._renderer: Renderer | None = None

    def __enter__(self) -> Portraits:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.context.release()

    def picture(
        self, who: Person, pose: Pose | None = None, camera: Camera | None = None, seconds: float | None = None
    ) -> Image.Image:
        """Return somebody in a pose, RGBA; seen by the scene's camera unless another is given.

        With ``seconds``, hair swings from one picture of somebody to the next.

        Raises:
            FigureError: the figure cannot be made or loaded.
        """
        target = self._target.framebuffer
        behind = self._backdrop.lay(target)
        seen_by = camera or self._scene.camera("head")
        self._of(who).draw(pose or Pose(), target, background=behind, camera=seen_by, seconds=seconds)
        return Image.fromarray(self._target.read())

    def _of(self, who: Person) -> Renderer:
        if self._renderer is None or who != self._who:
            if self._renderer is not None:
                self._renderer.release()
            figure = load_figure(who, self._assets.path("figures") / FIGURE_DATA, self._assets.derived)
            self._who, self._renderer = who, Renderer(self.context, figure, lighting=self._lighting)
        return self._renderer
