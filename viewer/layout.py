"""Where the panels of the window are, for any size and scale. Pure geometry: physical pixels from the top left."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from viewer import theme

Arrangement = Literal["wide", "medium", "stacked"]

REFERENCE_SIZE = (1280.0, 720.0)  # logical pixels at which the interface has its nominal size
SMALLEST_FACTOR, LARGEST_FACTOR = 0.86, 1.8
NARROWEST = 400.0  # logical pixels that the shorter side keeps before text is made larger
WIDE_FROM = 1080.0  # logical pixels: room for feed, stage and text side by side
STACKED_BELOW = 680.0
INPUT_HEIGHT = 52.0
STAGE_METRES = 0.5  # of the host's world that the stage shows from top to bottom, about
EYES_FROM_TOP = 0.4  # of its height
SCREEN_METRES = 0.75  # from the host to the glass that the item's text is on
FARTHEST_LOOK = 32.0  # degrees
HINT_HEIGHT = 26.0


class Rect(NamedTuple):
    """A rectangle: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First pixel column to the right of it."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First pixel row below it."""
        return self.y + self.height

    def contains(self, x: float, y: float) -> bool:
        """Return whether a point lies in it."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def inset(self, by: int) -> Rect:
        """Return the rectangle with ``by`` pixels taken off every side, at least 0 wide and high."""
        return Rect(self.x + by, self.y + by, max(self.width - 2 * by, 0), max(self.height - 2 * by, 0))

    def intersection(self, other: Rect) -> Rect:
        """Return what both cover; empty (0 wide or high) when they do not touch."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Rect(x, y, max(min(self.right, other.right) - x, 0), max(min(self.bottom, other.bottom) - y, 0))


@dataclass(frozen=True, slots=True)
class Layout:
    """The panels of one window.

    Attributes:
        size: of the window, physical pixels.
        unit: physical pixels per logical pixel of the theme.
        arrangement: how the panels are arranged.
        feed: the cards, or None while they have no room.
        preview: the chosen card, large; only in the feed.
        stage: where the host stands; only with an opened item.
        text: the item's text and the conversation; only with an opened item, None where it has no room.
        microphone, field, send: the parts of the input line; only with an opened item.
        hint: one line about the keys.
    """

    size: tuple[int, int]
    unit: float
    arrangement: Arrangement
    feed: Rect | None
    preview: Rect | None
    stage: Rect | None
    text: Rect | None
    microphone: Rect | None
    field: Rect | None
    send: Rect | None
    hint: Rect

    @property
    def item_direction(self) -> tuple[float, float] | None:
        """Pitch and yaw in which the host sees the item's text, degrees; None where either has no room."""
        if self.stage is None or self.text is None or not self.stage.height:
            return None
        metres = STAGE_METRES / self.stage.height
        aside = (self.text.x + self.text.width / 2 - self.stage.x - self.stage.width / 2) * metres
        below = (self.text.y + self.text.height / 2 - self.stage.y - EYES_FROM_TOP * self.stage.height) * metres
        pitch, yaw = (math.degrees(math.atan2(offset, SCREEN_METRES)) for offset in (below, aside))
        return min(max(pitch, -FARTHEST_LOOK), FARTHEST_LOOK), min(max(yaw, -FARTHEST_LOOK), FARTHEST_LOOK)

    def px(self, logical: float) -> int:
        """Return a length of the theme in whole physical pixels, at least 1 for what is not 0."""
        return max(round(logical * self.unit), 1) if logical else 0


def unit_for(size: tuple[int, int], scale: float) -> float:
    """Return physical pixels per logical pixel: the display's scale, tempered by how large the window is.

    A window twice as wide and high shows text 1.4 times as large: part of the room goes to content, part to comfort.
    """
    area = (size[0] * size[1]) / (REFERENCE_SIZE[0] * REFERENCE_SIZE[1] * scale * scale)
    narrow = min(size) / (NARROWEST * scale)
    return scale * min(max(min(math.sqrt(math.sqrt(area)), narrow), SMALLEST_FACTOR), LARGEST_FACTOR)


def arrange(size: tuple[int, int], scale: float, *, opened: bool) -> Layout:
    """Lay the window out.

    Args:
        size: of the window in physical pixels.
        scale: of the display (1.0 = 96 dpi).
        opened: whether an item is open.

    Raises:
        ValueError: a size below 1 pixel or a scale that is not positive.
    """
    if min(size) < 1 or not scale > 0:
        raise ValueError(f"a window needs a size of at least 1x1 and a positive scale; got {size} at {scale}")
    unit = unit_for(size, scale)
    logical_width, logical_height = size[0] / unit, size[1] / unit
    if logical_width < STACKED_BELOW or logical_width < 0.85 * logical_height:
        arrangement: Arrangement = "stacked"
    else:
        arrangement = "wide" if logical_width >= WIDE_FROM else "medium"
    margin = round(theme.MARGIN * unit)
    hint_height = round(HINT_HEIGHT * unit)
    hint = Rect(margin, size[1] - hint_height, max(size[0] - 2 * margin, 0), hint_height)
    body = Rect(margin, margin, max(size[0] - 2 * margin, 0), max(hint.y - margin - round(2 * unit), 0))
    return _opened(size, unit, arrangement, body, hint) if opened else _feed(size, unit, arrangement, body, hint)


def _feed(size: tuple[int, int], unit: float, arrangement: Arrangement, body: Rect, hint: Rect) -> Layout:
    gap = round(theme.GAP * unit)
    preview: Rect | None
    if arrangement == "stacked":
        tall = body.height / unit >= 640
        top = round(body.height * 0.42) if tall else 0
        preview = Rect(body.x, body.y, body.width, top) if tall else None
        feed = Rect(body.x, body.y + (top + gap if tall else 0), body.width, body.height - (top + gap if tall else 0))
    else:
        width = round(_feed_width(body.width / unit) * unit)
        feed = Rect(body.x, body.y, width, body.height)
        preview = Rect(feed.right + gap, body.y, body.right - feed.right - gap, body.height)
    return Layout(size, unit, arrangement, feed, preview, None, None, None, None, None, hint)


def _feed_width(logical: float) -> float:
    return min(max(0.28 * logical, 240.0), 400.0)


def _opened(size: tuple[int, int], unit: float, arrangement: Arrangement, body: Rect, hint: Rect) -> Layout:
    gap = round(theme.GAP * unit)
    line = round(INPUT_HEIGHT * unit)
    feed: Rect | None = None
    text: Rect | None
    if arrangement == "stacked":
        height = round((body.height - line - 2 * gap) * 0.58)
        stage = Rect(body.x, body.y, body.width, max(height, 0))
        room = body.height - stage.height - line - 2 * gap
        text = Rect(body.x, stage.bottom + gap, body.width, room) if room >= 110 * unit else None
        if text is None:
            stage = Rect(body.x, body.y, body.width, max(body.height - line - gap, 0))
        bar = Rect(body.x, body.bottom - line, body.width, line)
    else:
        left, right = body.x, body.right
        logical = body.width / unit
        if arrangement == "wide":
            feed = Rect(left, body.y, round(min(_feed_width(logical), 0.25 * logical) * unit), body.height)
            left = feed.right + gap
        width = round(min(max(0.29 * logical, 250.0), 460.0) * unit)
        text = Rect(right - width, body.y, width, body.height)
        right = text.x - gap
        stage = Rect(left, body.y, max(right - left, 0), max(body.height - line - gap, 0))
        bar = Rect(left, body.bottom - line, max(right - left, 0), line)
    microphone = Rect(bar.x, bar.y, line, line)
    send = Rect(bar.right - line, bar.y, line, line)
    inner = round(8 * unit)
    field = Rect(microphone.right + inner, bar.y, max(send.x - microphone.right - 2 * inner, 0), line)
    return Layout(size, unit, arrangement, feed, None, stage, text, microphone, field, send, hint)
