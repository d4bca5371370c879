"""Draws the interface: rounded rectangles, shadows, text and pictures, batched into few draw calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

import moderngl
import numpy as np
from numpy.typing import NDArray

from avatar.renderer import build_program
from viewer.atlas import Atlas, AtlasEntry, AtlasFullError
from viewer.icons import Icon, draw_icon
from viewer.layout import Rect
from viewer.text import OVERSAMPLING, Face, Paragraph, Typesetter, bleed
from viewer.theme import CLEAR, Colour

Batch = Literal["shape", "text", "image"]
_WHITE = Colour(1.0, 1.0, 1.0)
_FLOATS = 24  # of an instance: six vec4
_ATTRIBUTES = ("in_rect", "in_uv", "in_colour", "in_colour_to", "in_edge", "in_form")
_PHASES = 2  # positions of a word within a pixel that are told apart
_NO_UV = (0.0, 0.0, 0.0, 0.0)
MAX_INSTANCES = 4096
# Straight alpha over what is there; the target's own alpha stays full. (The stubs know the two-value form only.)
_BLENDING: Any = (moderngl.SRC_ALPHA, moderngl.ONE_MINUS_SRC_ALPHA, moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA)


class _WordKey(NamedTuple):
    text: str
    face: Face
    phase: int


class _IconKey(NamedTuple):
    icon: Icon
    pixels: int


class Painter:
    """Draws in physical pixels from the top left of a target, in the order of the calls.

    Args:
        context: core profile 3.3 or newer.
        typesetter: measures and draws the words.
    """

    def __init__(self, context: moderngl.Context, typesetter: Typesetter) -> None:
        self.typesetter = typesetter
        self._context = context
        self._atlas = Atlas(context)
        self._programs = {
            kind: build_program(context, "ui_quad.vert", f"ui_{kind}.frag") for kind in ("shape", "text", "image")
        }
        self._buffer = context.buffer(reserve=MAX_INSTANCES * _FLOATS * 4, dynamic=True)
        self._arrays = {kind: self._vertex_array(program) for kind, program in self._programs.items()}
        self._instances: NDArray[np.float32] = np.zeros((MAX_INSTANCES, _FLOATS), dtype=np.float32)
        self._count = 0
        self._kind: Batch = "shape"
        self._texture: moderngl.Texture | None = None
        self._size = (1, 1)
        self._clips: list[Rect] = []

    def _vertex_array(self, program: moderngl.Program) -> moderngl.VertexArray:
        used = [name if name in program else None for name in _ATTRIBUTES]
        parts = ["4f" if name else "16x" for name in used]
        return self._context.vertex_array(program, [(self._buffer, f"{' '.join(parts)}/i", *filter(None, used))])

    @contextmanager
    def on(self, target: moderngl.Framebuffer, size: tuple[int, int], clip: Rect | None = None) -> Iterator[None]:
        """Draw on ``target`` of ``size`` pixels (only within ``clip``) until the block ends."""
        self._size = size
        self._clips = [clip or Rect(0, 0, *size)]
        target.use()
        self._context.viewport = (0, 0, *size)
        self._context.enable_only(moderngl.BLEND)
        self._context.blend_func = _BLENDING
        for program in self._programs.values():
            program["target_size"] = size
        self._scissor()
        try:
            yield
            self.flush()
        finally:
            self._count = 0
            self._context.scissor = None

    @contextmanager
    def clip(self, rect: Rect) -> Iterator[None]:
        """Draw only within ``rect`` (and the clips round it) until the block ends."""
        self.flush()
        self._clips.append(rect.intersection(self._clips[-1]))
        self._scissor()
        try:
            yield
            self.flush()
        finally:
            self._clips.pop()
            self._scissor()

    def _scissor(self) -> None:
        clip = self._clips[-1]
        self._context.scissor = (clip.x, self._size[1] - clip.bottom, clip.width, clip.height)

    def rect(
        self,
        rect: Rect,
        fill: Colour,
        *,
        radius: float = 0.0,
        to: Colour | None = None,
        border: Colour = CLEAR,
        border_width: float = 0.0,
    ) -> None:
        """Draw a rounded rectangle; ``to`` is the colour at the bottom of a gradient."""
        self._add("shape", rect, _NO_UV, (fill, to or fill, border), (radius, border_width, 0.0, 0.0))

    def shadow(self, rect: Rect, radius: float, blur: float, colour: Colour) -> None:
        """Draw the soft shadow of a rounded rectangle, ``blur`` pixels to either side of its outline."""
        self._add("shape", rect, _NO_UV, (colour, colour, CLEAR), (radius, 0.0, blur, blur))

    def image(
        self,
        texture: moderngl.Texture,
        rect: Rect,
        *,
        radius: float = 0.0,
        uv: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0),
        opacity: float = 1.0,
    ) -> None:
        """Draw a picture; ``uv`` is (left, top, right, bottom) in the texture."""
        if self._kind == "image" and self._texture is not texture:
            self.flush()
        self._switch("image")
        self._texture = texture
        tint = _WHITE.faded(opacity)
        self._add("image", rect, uv, (tint, tint, CLEAR), (radius, 0.0, 0.0, 0.0))

    def words(self, text: str, face: Face, x: float, y: float, colour: Colour) -> None:
        """Draw text on one line; (x, y) is where the pen starts and the top of its ascent."""
        left, phase = divmod(round(x * _PHASES), _PHASES)
        entry = self._entry(_WordKey(text, face, phase * OVERSAMPLING // _PHASES))
        self._stamp(entry, left - bleed(face), round(y), colour)

    def icon(self, icon: Icon, rect: Rect, colour: Colour) -> None:
        """Draw an icon, centred in ``rect``, as large as fits."""
        side = min(rect.width, rect.height)
        if side < 1:
            return
        entry = self._entry(_IconKey(icon, side))
        self._stamp(entry, rect.x + (rect.width - side) // 2, rect.y + (rect.height - side) // 2, colour)

    def paragraph(
        self,
        paragraph: Paragraph,
        x: float,
        y: float,
        colour: Colour,
        *,
        visible: tuple[float, float] | None = None,
        emphasis: Sequence[tuple[int, int, Colour]] = (),
    ) -> None:
        """Draw a paragraph with its top left at (x, y).

        Args:
            paragraph: from the typesetter.
            x: of its left edge. y: of its top.
            colour: of its words.
            visible: (top, bottom); lines outside are passed over.
            emphasis: (first, last, colour) of characters in a colour of their own.
        """
        offset = self.offset(paragraph)
        for line in paragraph.lines:
            top = y + line.y
            if visible is not None and (top + paragraph.line_height < visible[0] or top > visible[1]):
                continue
            for word in line.words:
                own = next((tint for first, last, tint in emphasis if first <= word.first < last), colour)
                self.words(word.text, paragraph.face, x + word.x, top + offset, own)

    def offset(self, paragraph: Paragraph) -> float:
        """Return pixels from the top of a line to where ``words`` is to be drawn, to centre it in the line height."""
        return (paragraph.line_height - self.typesetter.height(paragraph.face)) / 2

    def _entry(self, key: _WordKey | _IconKey) -> AtlasEntry:
        found = self._atlas.get(key)
        if found is not None:
            return found
        coverage = self.typesetter.draw(*key) if isinstance(key, _WordKey) else draw_icon(*key)
        try:
            return self._atlas.put(key, coverage)
        except AtlasFullError:
            self.flush()
            self._atlas.clear()
            return self._atlas.put(key, coverage)

    def _stamp(self, entry: AtlasEntry, x: int, y: int, colour: Colour) -> None:
        rect = Rect(x, y, entry.width, entry.height)
        self._add("text", rect, entry.uv, (colour, colour, CLEAR), (0.0, 0.0, 0.0, 0.0))

    def _switch(self, kind: Batch) -> None:
        if kind != self._kind or self._count == MAX_INSTANCES:
            self.flush()
            self._kind = kind

    def _add(
        self,
        kind: Batch,
        rect: Rect,
        uv: tuple[float, float, float, float],
        colours: tuple[Colour, Colour, Colour],
        form: tuple[float, float, float, float],
    ) -> None:
        if rect.width <= 0 or rect.height <= 0:
            return
        self._switch(kind)
        self._instances[self._count] = (*rect, *uv, *colours[0], *colours[1], *colours[2], *form)
        self._count += 1

    def flush(self) -> None:
        """Draw what is pending."""
        if not self._count:
            return
        self._buffer.orphan()
        self._buffer.write(self._instances[: self._count])
        texture = self._texture if self._kind == "image" else self._atlas.texture
        if self._kind != "shape" and texture is not None:
            texture.use(0)
        self._arrays[self._kind].render(moderngl.TRIANGLE_STRIP, vertices=4, instances=self._count)
        self._count = 0

    def release(self) -> None:
        """Free what was made on the context."""
        self._atlas.release()
        for array in self._arrays.values():
            array.release()
        for program in self._programs.values():
            program.release()
        self._buffer.release()
