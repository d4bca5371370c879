"""What lies behind the figure in a picture of one size, as a scene declares it; laid before the figure is drawn."""

from __future__ import annotations

from pathlib import Path

import moderngl
from PIL import Image, ImageFilter, ImageOps

from avatar.errors import SceneError
from avatar.renderer.scene import Gradient, Picture, Plain, Scene
from avatar.renderer.scenery import Background

_MOST_PIXELS = 100_000_000  # of a picture: more is a mistake or an attack


class Backdrop:
    """The background of one target; owns what it needs on the graphics side.

    Args:
        ctx: where it is drawn.
        scene: whose background.
        size: (width, height) of the target, pixels.

    Raises:
        SceneError: the scene's picture cannot be read.
    """

    def __init__(self, ctx: moderngl.Context, scene: Scene, size: tuple[int, int]) -> None:
        self._ctx = ctx
        self._behind: Background | None = None
        self._picture: moderngl.Texture | None = None
        self._source: moderngl.Framebuffer | None = None
        if isinstance(scene.background, Gradient):
            self._behind = Background(scene.background.centre, scene.background.edge)
        elif isinstance(scene.background, Plain):
            self._behind = Background(scene.background.colour, scene.background.colour)
        elif isinstance(scene.background, Picture):
            picture = fitted(scene.background, size).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
            self._picture = ctx.texture(size, 4, picture.tobytes())
            self._source = ctx.framebuffer([self._picture])

    def lay(self, target: moderngl.Framebuffer) -> Background | None:
        """Put into the target what lies behind, and return what ``Renderer.draw`` takes as its background."""
        if self._source is not None:
            self._ctx.copy_framebuffer(target, self._source)
        elif self._behind is None:
            target.clear(0.0, 0.0, 0.0, 0.0)
        return self._behind

    def release(self) -> None:
        """Free what was made on the graphics side."""
        for thing in (self._source, self._picture):
            if thing is not None:
                thing.release()


def fitted(picture: Picture, size: tuple[int, int]) -> Image.Image:
    """Return a background picture, opaque RGBA, cut and scaled to ``size``, out of focus as declared.

    Raises:
        SceneError: it cannot be read.
    """
    path = Path(picture.file)
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise SceneError(f"{path} is too large: {opened.width}x{opened.height} pixels")
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise SceneError(f"{path} cannot be read as a picture: {error}") from error
    cut = ImageOps.fit(upright, size, Image.Resampling.LANCZOS)
    if picture.blur:
        cut = cut.filter(ImageFilter.GaussianBlur(picture.blur * size[1]))
    if picture.brightness != 1.0:
        cut = cut.point([min(round(value * picture.brightness), 255) for value in range(256)] * 3)
    return cut.convert("RGBA")
