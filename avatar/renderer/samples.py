"""The picture that a figure is drawn into, with several samples for each pixel, and its reduction to pixels."""

from __future__ import annotations

from typing import Literal

import moderngl
import numpy as np
from numpy.typing import NDArray

from avatar.errors import PictureSizeError
from avatar.renderer.byte_order import blue_first
from avatar.renderer.context import unbind
from avatar.renderer.scenery import Background
from avatar.renderer.shader_source import build_program

Quality = Literal["fast", "smooth", "fine"]
_HALVES_ACROSS: dict[Quality, int] = {"fast": 2, "smooth": 3, "fine": 4}  # half samples per pixel in each direction
_PICTURE_UNIT = 1
_CORNERS = 6  # of the two triangles of shaders/whole.vert


class Samples:
    """Owns the picture with the samples, made anew when the size changes, and its background.

    Args:
        ctx: where it is.
        quality: how many samples a pixel has: "fast" 1, "smooth" 2.25, "fine" 4.

    Raises:
        ShaderError: a shader does not build on this driver.
    """

    def __init__(self, ctx: moderngl.Context, quality: Quality) -> None:
        self._ctx = ctx
        self._halves = _HALVES_ACROSS[quality]
        self._reduction = ctx.vertex_array(build_program(ctx, "whole.vert", "resolve.frag"), [])
        self._gradient = ctx.vertex_array(build_program(ctx, "whole.vert", "gradient.frag"), [])
        self._drawing: moderngl.Framebuffer | None = None
        self._drawn: moderngl.Texture | None = None
        self._depth: moderngl.Renderbuffer | None = None
        self._behind: moderngl.Framebuffer | None = None
        self._background: Background | None = None

    @property
    def per_pixel(self) -> float:
        """How many samples a pixel has in each direction."""
        return self._halves / 2

    def begin(self, width: int, height: int, background: Background | None) -> moderngl.Framebuffer:
        """Return a framebuffer for a picture of ``width`` x ``height`` pixels, in use, which holds the background.

        Raises:
            PictureSizeError: the driver has no room for a picture of that size.
        """
        drawing = self._drawing_of((self._across(width), self._across(height)))
        if background is None:
            drawing.use()
            drawing.clear(0.0, 0.0, 0.0, 0.0, depth=1.0)
        else:
            self._ctx.copy_framebuffer(drawing, self._laid(background, drawing.size))
            drawing.color_mask = False, False, False, False
            drawing.clear(depth=1.0)
            drawing.color_mask = True, True, True, True
            drawing.use()  # now with its colours
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

    def resolve(self, target: moderngl.Framebuffer, viewport: tuple[int, int, int, int], *, over: bool) -> None:
        """Put the picture into a viewport of ``target``: over what is there, or in its place."""
        assert self._drawn is not None
        target.use()
        target.viewport = viewport
        _, _, width, height = viewport
        samples = self._halves / 2
        self._drawn.use(_PICTURE_UNIT)
        self._reduction.program["picture"] = _PICTURE_UNIT
        self._reduction.program["reach"] = width * samples / self._drawn.width, height * samples / self._drawn.height
        self._ctx.enable_only(moderngl.BLEND if over else moderngl.NOTHING)
        if over:
            self._ctx.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA
        self._reduction.render(vertices=_CORNERS)
        self._ctx.enable_only(moderngl.NOTHING)

    def release(self) -> None:
        """Free everything on the graphics side."""
        self._drop()
        for array in (self._reduction, self._gradient):
            array.program.release()
            array.release()

    def _across(self, pixels: int) -> int:
        """Return how many samples cover so many pixels; for 1.5 a pixel, always pairs of pixels."""
        return -(-pixels // 2) * 3 if self._halves == 3 else pixels * self._halves // 2

    def _laid(self, background: Background, size: tuple[int, int]) -> moderngl.Framebuffer:
        """Return a picture of a background; it is drawn only when it changes."""
        if self._behind is None:
            self._behind = self._ctx.framebuffer([blue_first(self._ctx.texture(size, 4))])
        if self._background != background:
            self._behind.use()
            self._ctx.enable_only(moderngl.NOTHING)
            program = self._gradient.program
            program["centre_colour"], program["edge_colour"] = background.centre, background.edge
            self._gradient.render(vertices=_CORNERS)
            self._background = background
        return self._behind

    def _drawing_of(self, size: tuple[int, int]) -> moderngl.Framebuffer:
        if self._drawing is None or self._drawing.size != size:
            self._drop()
            limit = int(self._ctx.info["GL_MAX_TEXTURE_SIZE"])
            if max(size) > limit:
                raise PictureSizeError(
                    f"{size[0]} x {size[1]} samples cannot be drawn: this driver draws up to {limit} x {limit}"
                )
            try:
                self._drawn = blue_first(self._ctx.texture(size, 4))
                self._drawn.repeat_x = self._drawn.repeat_y = False
                self._drawn.filter = (moderngl.LINEAR, moderngl.LINEAR)
                self._depth = self._ctx.depth_renderbuffer(size)
                self._drawing = self._ctx.framebuffer([self._drawn], self._depth)
            except moderngl.Error as error:
                self._drop()
                raise PictureSizeError(f"{size[0]} x {size[1]} samples cannot be drawn: {error}") from error
        return self._drawing

    def _drop(self) -> None:
        unbind(self._ctx)
        if self._behind is not None:
            for attachment in self._behind.color_attachments:
                attachment.release()
        for thing in (self._behind, self._drawing, self._drawn, self._depth):
            if thing is not None:
                thing.release()
        self._behind = self._drawing = self._drawn = self._depth = self._background = None
