"""Where pictures go when there is no window: a framebuffer that can be read back."""

from __future__ import annotations

import moderngl
import numpy as np
from numpy.typing import NDArray

from avatar.errors import PictureSizeError
from avatar.renderer.byte_order import blue_first
from avatar.renderer.context import unbind

_OPAQUE = 0xFF000000  # what a pixel's bytes are at least, as one number, if it hides what is behind it


class OffscreenTarget:
    """A picture in memory.

    Attributes:
        size: (width, height) in pixels.
        framebuffer: what to draw into; colours in it are premultiplied by alpha.

    Raises:
        PictureSizeError: it would have no pixels, or more than the driver draws.
    """

    def __init__(self, ctx: moderngl.Context, size: tuple[int, int]) -> None:
        width, height = size
        if width < 1 or height < 1:
            raise PictureSizeError(f"a picture of {width} x {height} pixels cannot be drawn")
        limit = int(ctx.info["GL_MAX_TEXTURE_SIZE"])
        if max(size) > limit:
            raise PictureSizeError(f"a picture of {width} x {height} pixels cannot be drawn: {limit} is the most")
        self.size = size
        self._ctx = ctx
        self._colour = blue_first(ctx.texture(size, 4))
        self.framebuffer = ctx.framebuffer([self._colour])
        self._bytes = bytearray(4 * width * height)

    def clear(self) -> None:
        """Make the picture fully transparent."""
        self.framebuffer.clear(0.0, 0.0, 0.0, 0.0)

    def read(self) -> NDArray[np.uint8]:
        """Return the picture as straight-alpha RGBA, shape (h, w, 4), top row first; a fresh array."""
        width, height = self.size
        self.framebuffer.read_into(self._bytes, components=4)
        picture = np.frombuffer(self._bytes, dtype=np.uint8).reshape(height, width, 4)[::-1].copy()
        _straighten(picture)
        return picture

    def release(self) -> None:
        """Free the memory on the graphics side."""
        unbind(self._ctx)
        self.framebuffer.release()
        self._colour.release()


def _straighten(picture: NDArray[np.uint8]) -> None:
    """Divide the colours of partly transparent pixels by their alpha, in place."""
    if picture.view("<u4").min() >= _OPAQUE:
        return
    alpha = picture[..., 3]
    partly = (alpha - np.uint8(1)) < 254  # 0 wraps round to 255
    if not partly.any():
        return
    rows, columns = np.nonzero(partly)
    pixels = picture[rows, columns].astype(np.float32)
    pixels[:, :3] = np.minimum(np.rint(pixels[:, :3] * 255.0 / pixels[:, 3:]), 255.0)
    picture[rows, columns] = pixels.astype(np.uint8)
