"""What the panels have in common."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime

import moderngl

from viewer import theme
from viewer.actions import Action
from viewer.layout import Layout, Rect
from viewer.painter import Painter
from viewer.pictures import Pictures
from viewer.speech import PlaybackPosition
from viewer.state import ViewState
from viewer.text import Face, Paragraph
from viewer.theme import Colour, Style


@dataclass(frozen=True, slots=True)
class View:
    """What one frame shows and how to paint it.

    Attributes:
        painter, pictures: to paint with.
        layout: of this frame's window.
        state: what to show.
        position: what is being played.
        now: seconds of the caller's clock, for easing and blinking.
        today: the time of day, for the age of items.
        pointer: where the mouse is, or None.
    """

    painter: Painter
    pictures: Pictures
    layout: Layout
    state: ViewState
    position: PlaybackPosition
    now: float
    today: datetime
    pointer: tuple[int, int] | None = None

    def px(self, logical: float) -> int:
        """Return a length of the theme in physical pixels."""
        return self.layout.px(logical)

    def wrap(self, text: str, style: Style, width: float, max_lines: int = 0) -> Paragraph:
        """Break text in ``style`` into lines of ``width`` physical pixels."""
        return self.painter.typesetter.wrap(text, style, self.layout.unit, width, max_lines)

    def face(self, style: Style) -> Face:
        """Return the face of a style at this window's unit."""
        return Face(style.weight, max(round(style.size * self.layout.unit), 1))

    def line(self, text: str, style: Style, rect: Rect, colour: Colour, align: float = 0.0) -> float:
        """Draw one line, cut with an ellipsis, centred vertically in ``rect``; return its width.

        ``align`` 0 is left, 0.5 centred, 1 right.
        """
        paragraph = self.wrap(text, style, rect.width, 1)
        x = rect.x + (rect.width - paragraph.width) * align
        self.painter.paragraph(paragraph, x, rect.y + (rect.height - paragraph.line_height) / 2, colour)
        return paragraph.width

    def picture(self, address: str, rect: Rect, radius: float) -> None:
        """Draw a card's picture so that it covers ``rect``, or the sign for a picture that is not there."""
        texture = self.pictures.get(address)
        if isinstance(texture, moderngl.Texture):
            self.painter.image(texture, rect, radius=radius, uv=covering(texture.size, rect))
            return
        self.painter.rect(rect, theme.FIELD, radius=radius)
        side = min(rect.width, rect.height, self.px(56)) // 2
        middle = Rect(rect.x + (rect.width - side) // 2, rect.y + (rect.height - side) // 2, side, side)
        self.painter.icon("picture", middle, theme.INK_FAINT.faded(0.5))


def covering(size: tuple[int, int], rect: Rect) -> tuple[float, float, float, float]:
    """Return the texture coordinates of the largest centred part of a picture with the shape of ``rect``."""
    width, height = size
    wanted = rect.width / max(rect.height, 1)
    if width / height > wanted:
        margin = 0.5 - 0.5 * wanted * height / width
        return margin, 0.0, 1.0 - margin, 1.0
    margin = 0.5 - 0.5 * width / (wanted * height)
    return 0.0, margin * 0.6, 1.0, 1.0 - margin * 1.4  # faces are above the middle


@dataclass(frozen=True, slots=True)
class Hit:
    """Clicking into ``rect`` does ``action``."""

    rect: Rect
    action: Action


@dataclass(slots=True)
class Scrolling:
    """A pane's offset in pixels, eased towards its target.

    Attributes:
        offset: what is shown.
        target: where it is going.
        limit: the largest offset.
    """

    offset: float = 0.0
    target: float = 0.0
    limit: float = 0.0
    _then: float | None = field(default=None, repr=False)

    def towards(self, target: float, limit: float, now: float) -> float:
        """Move on to ``now`` and return the offset in whole pixels."""
        self.limit = max(limit, 0.0)
        self.target = min(max(target, 0.0), self.limit)
        elapsed = 0.0 if self._then is None else max(now - self._then, 0.0)
        self._then = now
        self.offset = eased(self.offset, self.target, elapsed, 0.08)
        if abs(self.offset - self.target) < 0.5:
            self.offset = self.target
        self.offset = min(self.offset, self.limit)
        return round(self.offset)

    def jump(self) -> None:
        """Show the next target at once."""
        self._then = None
        self.offset = self.target = 0.0


def eased(value: float, target: float, elapsed: float, time_constant: float) -> float:
    """Return ``value`` after ``elapsed`` seconds of exponential approach to ``target``."""
    return target + (value - target) * math.exp(-elapsed / time_constant)


class Panel(ABC):
    """A part of the window that is painted into the cached layer when its key changes."""

    @abstractmethod
    def place(self, view: View) -> Rect | None:
        """Return where it is, or None when it is not shown."""

    @abstractmethod
    def key(self, view: View, rect: Rect) -> Hashable:
        """Return all that its picture depends on (but for the layout); may advance its animations to ``view.now``."""

    @abstractmethod
    def paint(self, view: View, rect: Rect) -> list[Hit]:
        """Paint it and return where it can be clicked."""
