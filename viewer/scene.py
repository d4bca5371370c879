"""One frame of the window: cached panels, the host on the stage, and what moves over them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import UTC, datetime
from pathlib import Path

import moderngl

from viewer import theme
from viewer.actions import Action, PlaceCaret, ScrollPane
from viewer.fonts import Fonts
from viewer.layout import Layout, Rect, arrange
from viewer.painter import Painter
from viewer.panels.feed import FeedPanel
from viewer.panels.hint import HintPanel
from viewer.panels.input import InputPanel
from viewer.panels.item import ItemPanel
from viewer.panels.panel import Hit, Panel, View
from viewer.panels.preview import PreviewPanel
from viewer.panels.stage import StageOverlay
from viewer.pictures import PictureLoader, Pictures
from viewer.speech import PlaybackPosition
from viewer.state import ViewState
from viewer.text import Typesetter

Viewport = tuple[int, int, int, int]  # x, y, width, height in pixels, from the lower left
DrawAvatar = Callable[[moderngl.Framebuffer, Viewport], None]

_NOTICE_WIDTH = 420.0


def _now() -> datetime:
    return datetime.now(UTC)


class Surface:
    """A colour texture that can be drawn into and drawn from."""

    def __init__(self, context: moderngl.Context, size: tuple[int, int]) -> None:
        self.size = size
        self.texture = context.texture(size, 4)
        self.texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self.framebuffer = context.framebuffer([self.texture])

    def release(self) -> None:
        """Free it."""
        self.framebuffer.release()
        self.texture.release()


class Scene:
    """Draws a state; the same for the window and for a recording.

    Panels are painted into a layer and repainted only when what they show has changed; each frame copies the layer,
    then draws the host and what moves. It keeps nothing but caches, eased values and where things can be clicked.

    Args:
        context: OpenGL 3.3 core.
        fonts: the folder of the ``fonts`` asset.
        load_picture: the bytes behind a card's picture; called on a thread of its own. None shows no pictures.
        today: the time of day, for the age of items.

    Raises:
        FontError: a font is missing.
        ShaderError: a shader does not build.
    """

    def __init__(
        self,
        context: moderngl.Context,
        fonts: Path,
        load_picture: PictureLoader | None = None,
        *,
        today: Callable[[], datetime] = _now,
    ) -> None:
        self._context = context
        self._painter = Painter(context, Typesetter(Fonts(fonts)))
        self.pictures = Pictures(context, load_picture)
        self._today = today
        self._feed, self._item, self._input = FeedPanel(), ItemPanel(), InputPanel()
        self._panels: tuple[Panel, ...] = (self._feed, PreviewPanel(), self._item, self._input, HintPanel())
        self._overlay = StageOverlay()
        self._layer: Surface | None = None
        self._stage: Surface | None = None
        self._keys: dict[Panel, tuple[Rect, Hashable]] = {}
        self._hits: dict[Panel, list[Hit]] = {}
        self._overlay_hits: list[Hit] = []
        self._view: View | None = None
        self._still = False
        self.repainted = 0  # panels painted so far, to see that the cache holds

    @property
    def settled(self) -> bool:
        """Whether the last frame, but for the host and what is over them, would be drawn the same again."""
        return self._still and self._view is not None and not self._view.state.notices

    @property
    def layout(self) -> Layout | None:
        """The layout of the last frame."""
        return None if self._view is None else self._view.layout

    def draw(
        self,
        state: ViewState,
        target: moderngl.Framebuffer,
        position: PlaybackPosition,
        draw_avatar: DrawAvatar,
        *,
        size: tuple[int, int],
        scale: float,
        now: float,
        detail: float = 1.0,
        pointer: tuple[int, int] | None = None,
    ) -> None:
        """Draw one frame over the whole of ``target``.

        Args:
            state: what to show.
            target: of ``size`` physical pixels.
            position: what is being played now; captions and highlights follow it.
            draw_avatar: draws the host into a viewport of a framebuffer whose background is already there.
            size: width and height.
            scale: of the display (1.0 = 96 dpi).
            now: seconds of a clock that never goes back, for easing.
            detail: resolution of the host, as a part of the stage's; 0 keeps the host of the last frame.
            pointer: where the mouse is, physical pixels from the top left.
        """
        self.pictures.collect()
        layout = arrange(size, scale, opened=state.item is not None)
        view = View(self._painter, self.pictures, layout, state, position, now, self._today(), pointer)
        layer = self._layer_for(view)
        self._view = view
        before = self.repainted
        self._repaint(view, layer)
        self._still = self.repainted == before
        presence = self._overlay.presence(view)
        if layout.stage is not None and min(layout.stage.width, layout.stage.height) > 0:
            self._draw_stage(layout.stage, draw_avatar, detail)
        self._context.copy_framebuffer(target, layer.framebuffer)
        self._overlay_hits = []
        with self._painter.on(target, size):
            if layout.stage is not None and self._stage is not None:
                flipped = (0.0, 1.0, 1.0, 0.0)
                radius = view.px(theme.RADIUS)
                self._painter.image(self._stage.texture, layout.stage, radius=radius, uv=flipped, opacity=presence)
                self._overlay_hits = self._overlay.paint(view, layout.stage)
            caret = self._input.caret(view)
            if caret is not None:
                self._painter.rect(caret, theme.ACCENT)
            self._paint_notices(view)

    def _layer_for(self, view: View) -> Surface:
        layout, before = view.layout, self._view
        if self._layer is None or self._layer.size != layout.size:
            if self._layer is not None:
                self._layer.release()
            self._layer = Surface(self._context, layout.size)
        elif before is not None and before.layout == layout:
            return self._layer
        self._keys.clear()
        self._hits.clear()
        with self._painter.on(self._layer.framebuffer, layout.size):
            self._painter.rect(Rect(0, 0, *layout.size), theme.BACKGROUND)
            if layout.stage is not None:
                self._paint_backdrop(view, layout.stage)
        return self._layer

    def _paint_backdrop(self, view: View, stage: Rect) -> None:
        self._painter.rect(stage, theme.STAGE_TOP, to=theme.STAGE_BOTTOM, radius=view.px(theme.RADIUS))

    def _repaint(self, view: View, layer: Surface) -> None:
        for panel in self._panels:
            rect = panel.place(view)
            if rect is None or rect.width < 1 or rect.height < 1:
                self._hits.pop(panel, None)
                continue
            key = (rect, panel.key(view, rect))
            if self._keys.get(panel) == key:
                continue
            with self._painter.on(layer.framebuffer, layer.size, clip=rect):
                self._hits[panel] = panel.paint(view, rect)
            self._keys[panel] = key
            self.repainted += 1

    def _draw_stage(self, stage: Rect, draw_avatar: DrawAvatar, detail: float) -> None:
        if detail <= 0 and self._stage is not None:
            return
        factor = detail if detail > 0 else 1.0
        size = (max(round(stage.width * factor), 1), max(round(stage.height * factor), 1))
        if self._stage is None or self._stage.size != size:
            if self._stage is not None:
                self._stage.release()
            self._stage = Surface(self._context, size)
        with self._painter.on(self._stage.framebuffer, size):
            self._painter.rect(Rect(0, 0, *size), theme.STAGE_TOP, to=theme.STAGE_BOTTOM)
        draw_avatar(self._stage.framebuffer, (0, 0, *size))

    def _paint_notices(self, view: View) -> None:
        painter, px = self._painter, view.px
        width = min(px(_NOTICE_WIDTH), view.layout.size[0] - px(32))
        y = px(24)
        for notice in view.state.notices:
            text = view.wrap(notice.text, theme.LEAD, width - px(46), 4)
            box = Rect(view.layout.size[0] - width - px(24), y, width, round(text.height) + px(26))
            strength = min(max((notice.until - view.now) / 0.4, 0.0), 1.0)
            painter.shadow(box, px(theme.CARD_RADIUS), px(16), theme.SHADOW.faded(strength))
            fill, line = theme.CARD_HOVER.faded(0.97 * strength), theme.LINE.faded(strength)
            painter.rect(box, fill, radius=px(theme.CARD_RADIUS), border=line, border_width=px(1))
            bar = Rect(box.x + px(12), box.y + px(14), px(3), box.height - px(28))
            painter.rect(bar, theme.TONES[notice.tone].faded(strength), radius=px(3) / 2)
            painter.paragraph(text, box.x + px(28), box.y + px(13), theme.INK.faded(strength))
            y = box.bottom + px(10)

    def hit(self, x: int, y: int) -> Action | None:
        """Return what a click at a pixel of the last frame does, or None."""
        view = self._view
        if view is None:
            return None
        field = view.layout.field
        if field is not None and field.contains(x, y):
            return PlaceCaret(self._input.offset_at(view, x))
        panels = (hit for hits in self._hits.values() for hit in hits)
        return next((hit.action for hit in (*self._overlay_hits, *panels) if hit.rect.contains(x, y)), None)

    def caret(self) -> Rect | None:
        """Return where the caret of the input line is, blinked away or not; None without one."""
        return self._input.place_of_caret(self._view) if self._view is not None else None

    def scrolled(self, pane: ScrollPane, by: float) -> float:
        """Return the offset of a pane after scrolling it by some logical pixels from where it is going."""
        scrolling = self._feed.scrolling if pane == "feed" else self._item.scrolling
        unit = 1.0 if self._view is None else self._view.layout.unit
        return min(max(scrolling.target + by * unit, 0.0), scrolling.limit)

    def pane_at(self, x: int, y: int) -> ScrollPane | None:
        """Return which pane is under a pixel."""
        if self.layout is None:
            return None
        if self.layout.feed is not None and self.layout.feed.contains(x, y):
            return "feed"
        return "text" if self.layout.text is not None and self.layout.text.contains(x, y) else None

    def release(self) -> None:
        """Free what was made on the context."""
        self.pictures.release()
        self._painter.release()
        for surface in (self._layer, self._stage):
            if surface is not None:
                surface.release()
