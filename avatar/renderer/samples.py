"""The picture that a figure is drawn into, with several samples for each pixel, and its reduction to pixels."""

from __future__ import annotations

from typing import Literal

import moderngl
import numpy as np
from numpy.typing import NDArray

from avatar.errors import PictureSizeError
from avatar.renderer.context import unbind
from avatar.renderer.scenery import Background
from avatar.renderer.shader_source import build_program

Quality = Literal["fast", "smooth", "fine"]
_HALVES_ACROSS: dict[Quality, int] = {"fast": 2, "smooth": 3, "fine": 4}  # half samples per pixel in each direction
_PICTURE_UNIT = 1


class Samples:
    """Owns the picture with the samples, made anew when the size changes.

    Args:
        ctx: where it is.
        quality: how many samples a pixel has: "fast" 1, "smooth" 2.25, "fine" 4.

    Raises:
        ShaderError: a shader does not build on this driver.
    """

    def __init__(self, ctx: moderngl.Context, quality: Quality) -> None:
        self._ctx = ctx
        self._halves = _HALVES_ACROSS[quality]
        self._over = self._reduction({})
        self._opaque = self._reduction({"OPAQUE": ""})
        self._drawing: moderngl.Framebuffer | None = None
        self._drawn: moderngl.Texture | None = None
        self._depth: moderngl.Renderbuffer | None = None

    @property
    def per_pixel(self) -> float:
        """How many samples a pixel has in each direction."""
        return self._halves / 2

    def begin(self, width: int, height: int) -> moderngl.Framebuffer:
        """Return a cleared framebuffer for a picture of ``width`` x ``height`` pixels, in use.

        Raises:
            PictureSizeError: the driver has no room for a picture of that size.
        """
        drawing = self._drawing_of((self._across(width), self._across(height)))
        drawing.use()
        drawing.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)
        return drawing

    def fitted(self, width: int, height: int) -> NDArray[np.float64]:
        """Return what takes clip space of the picture to that of its samples, shape (4, 4).

        They differ where a side is odd: then the samples reach half a pixel beyond it.
        """
        matrix = np.eye(4)
        for axis, pixels in enumerate((width, height)):
            share = pixels * self._halves / 2 / self._across(pixels)
            matrix[axis, axis], matrix[axis, 3] = share, share - 1
        return matrix

    def resolve(
        self, target: moderngl.Framebuffer, viewport: tuple[int, int, int, int], background: Background | None
    ) -> None:
        """Put the picture into a viewport of ``target``: over what is there, or before a background."""
        assert self._drawn is not None
        target.use()
        target.viewport = viewport
        array = self._over if background is None else self._opaque
        program = array.program
        self._drawn.use(_PICTURE_UNIT)
        program["picture"] = _PICTURE_UNIT
        program["origin"] = viewport[:2]
        if self._halves > 2:
            program["texel"] = (1.0 / self._drawn.width, 1.0 / self._drawn.height)
        if background is not None:
            program["centre_colour"], program["edge_colour"] = background.centre, background.edge
            self._ctx.enable_only(moderngl.NOTHING)
        else:
            self._ctx.enable_only(moderngl.BLEND)
            self._ctx.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA
        array.render(vertices=3)
        self._ctx.enable_only(moderngl.NOTHING)

    def release(self) -> None:
        """Free everything on the graphics side."""
        self._drop()
        for array in (self._over, self._opaque):
            array.program.release()
            array.release()

    def _across(self, pixels: int) -> int:
        """Return how many samples cover so many pixels; for 1.5 a pixel, always pairs of pixels."""
        return -(-pixels // 2) * 3 if self._halves == 3 else pixels * self._halves // 2

    def _reduction(self, defines: dict[str, str]) -> moderngl.VertexArray:
        defines = {"ACROSS": str(self._halves), **defines}
        return self._ctx.vertex_array(build_program(self._ctx, "resolve.vert", "resolve.frag", defines=defines), [])

    def _drawing_of(self, size: tuple[int, int]) -> moderngl.Framebuffer:
        if self._drawing is None or self._drawing.size != size:
            self._drop()
            limit = int(self._ctx.info["GL_MAX_TEXTURE_SIZE"])
            if max(size) > limit:
                raise PictureSizeError(
                    f"{size[0]} x {size[1]} samples cannot be drawn: this driver draws up to {limit} x {limit}"
                )
            try:
                self._drawn = self._ctx.texture(size, 4)
                self._drawn.filter = (moderngl.LINEAR, moderngl.LINEAR)
                self._depth = self._ctx.depth_renderbuffer(size)
                self._drawing = self._ctx.framebuffer([self._drawn], self._depth)
            except moderngl.Error as error:
                self._drop()
                raise PictureSizeError(f"{size[0]} x {size[1]} samples cannot be drawn: {error}") from error
        return self._drawing

    def _drop(self) -> None:
        unbind(self._ctx)
        for thing in (self._drawing, self._drawn, self._depth):
            if thing is not None:
                thing.release()
        self._drawing = self._drawn = self._depth = None
