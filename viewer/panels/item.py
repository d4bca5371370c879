"""The opened item: its text with the passages that are being spoken about, or the conversation so far."""

from __future__ import annotations

from collections.abc import Hashable

from viewer import theme
from viewer.actions import ShowTab
from viewer.layout import Rect
from viewer.panels.conversation import log_height, paint_log
from viewer.panels.feed import byline
from viewer.panels.panel import Hit, Panel, Scrolling, View, eased
from viewer.state import OpenedItem, Tab
from viewer.text import Paragraph

_TABS: tuple[tuple[Tab, str], ...] = (("item", "The item"), ("conversation", "Conversation"))
_TAB_HEIGHT = 46.0
_FADE_SECONDS = 0.11  # time constant of the underlay
_STEPS = 24  # shades of the underlay that are told apart


class ItemPanel(Panel):
    """Two tabs, a scrolled body, and the evidence of the spoken sentence underlaid and brought into sight."""

    def __init__(self) -> None:
        self.scrolling = Scrolling()
        self._shades: dict[str, float] = {}
        self._then: float | None = None
        self._shown: tuple[str, Tab] | None = None

    def place(self, view: View) -> Rect | None:
        """Return the text column."""
        return view.layout.text if view.state.item is not None else None

    def key(self, view: View, rect: Rect) -> Hashable:
        """Return the tab's content, the scroll offset and the shades of the passages."""
        state = view.state
        assert state.item is not None
        shown = (state.item.card.id, state.tab)
        if shown != self._shown:
            self.scrolling.jump()
            self._shown = shown
        self._shade(view)
        offset = self._scroll(view, rect, state.item)
        shades = tuple((name, round(shade * _STEPS)) for name, shade in sorted(self._shades.items()))
        log = state.log if state.tab == "conversation" else ()
        return (shown, state.focus == "text", offset, shades, log, state.pinned, view.today.date())

    def paint(self, view: View, rect: Rect) -> list[Hit]:
        """Paint the tabs and what lies behind the chosen one."""
        item, px = view.state.item, view.px
        assert item is not None
        focused = view.state.focus == "text"
        view.painter.rect(rect, theme.BACKGROUND)
        view.painter.rect(
            rect,
            theme.PANEL,
            radius=px(theme.RADIUS),
            border=theme.ACCENT if focused else theme.LINE.faded(0.6),
            border_width=px(2 if focused else 1),
        )
        hits = self._tabs(view, rect)
        body = self._body(view, rect)
        with view.painter.clip(body):
            if view.state.tab == "item":
                self._paint_item(view, body, item)
            else:
                hits += paint_log(view, body, item.host, round(self.scrolling.offset))
        for edge, fade in ((0, self.scrolling.offset > 1), (1, self.scrolling.offset < self.scrolling.limit)):
            if fade:
                y = body.bottom - px(26) if edge else body.y
                above, below = theme.PANEL.faded(1.0 - edge), theme.PANEL.faded(float(edge))
                view.painter.rect(Rect(body.x, y, body.width, px(26)), above, to=below)
        return hits

    def _tabs(self, view: View, rect: Rect) -> list[Hit]:
        px = view.px
        hits, left = [], rect.x + px(20)
        for tab, label in _TABS:
            chosen = view.state.tab == tab
            text = view.wrap(label, theme.SMALL_STRONG, rect.width / 2, 1)
            row = Rect(left, rect.y + px(6), round(text.width), px(_TAB_HEIGHT - 10))
            colour = theme.INK if chosen else theme.INK_FAINT
            view.painter.paragraph(text, row.x, row.y + (row.height - text.line_height) / 2, colour)
            if chosen:
                view.painter.rect(Rect(row.x, row.bottom - px(6), row.width, px(2)), theme.ACCENT, radius=px(1))
            hits.append(Hit(Rect(row.x - px(8), rect.y, row.width + px(16), px(_TAB_HEIGHT)), ShowTab(tab)))
            left = row.right + px(22)
        return hits

    def _body(self, view: View, rect: Rect) -> Rect:
        pad, head = view.px(20), view.px(_TAB_HEIGHT)
        return Rect(
            rect.x + pad - view.px(8),
            rect.y + head,
            rect.width - 2 * (pad - view.px(8)),
            rect.height - head - view.px(10),
        )

    def _texts(self, view: View, body: Rect, item: OpenedItem) -> tuple[Paragraph, Paragraph, float]:
        width = body.width - view.px(16)
        title = view.wrap(item.card.title, theme.TITLE, width)
        text = view.wrap(item.text, theme.BODY, width)
        return title, text, view.px(4 + 20) + title.height + view.px(14)

    def _paint_item(self, view: View, body: Rect, item: OpenedItem) -> None:
        title, text, above = self._texts(view, body, item)
        left = body.x + view.px(8)
        top = body.y - round(self.scrolling.offset)
        meta = Rect(left, top + view.px(4), body.width - view.px(16), view.px(16))
        view.line(byline(item.card, view.today), theme.SMALL, meta, theme.INK_FAINT)
        view.painter.paragraph(title, left, top + view.px(24), theme.INK)
        start = top + above
        for name, first, last in item.passages:
            shade = self._shades.get(name, 0.0)
            if shade > 0.5 / _STEPS:
                self._underlay(view, text, (first, last), (left, start), shade)
        emphasis = [
            (first, last, theme.INK_SOFT.mixed(theme.INK, self._shades[name]))
            for name, first, last in item.passages
            if name in self._shades
        ]
        visible = (body.y, body.bottom)
        view.painter.paragraph(text, left, start, theme.INK_SOFT, visible=visible, emphasis=emphasis)

    def _underlay(
        self, view: View, text: Paragraph, span: tuple[int, int], origin: tuple[float, float], shade: float
    ) -> None:
        px = view.px
        spans = text.spans(*span)
        if not spans:
            return
        top, bottom = origin[1] + spans[0][0], origin[1] + spans[-1][0] + text.line_height
        colour = theme.ACCENT_UNDERLAY.faded(shade)
        if _whole_lines(text, span):
            width = round(text.width) + px(14)
            block = Rect(round(origin[0]) - px(6), round(top) - px(2), width, round(bottom - top) + px(4))
            view.painter.rect(block, colour, radius=px(6))
        else:
            for y, x0, x1 in spans:
                left, right = round(origin[0] + x0) - px(4), round(origin[0] + x1) + px(4)
                line = Rect(left, round(origin[1] + y) + px(1), right - left, round(text.line_height) - px(2))
                view.painter.rect(line, colour, radius=px(4))
        bar = Rect(round(origin[0]) - px(8), round(top), px(3), round(bottom - top))
        view.painter.rect(bar, theme.ACCENT.faded(shade), radius=px(3) / 2)

    def _shade(self, view: View) -> None:
        wanted = set(_shown(view))
        elapsed = 0.0 if self._then is None else max(view.now - self._then, 0.0)
        self._then = view.now
        for name in wanted | set(self._shades):
            shade = eased(self._shades.get(name, 0.0), float(name in wanted), elapsed, _FADE_SECONDS)
            if name not in wanted and shade < 0.5 / _STEPS:
                self._shades.pop(name, None)
            else:
                self._shades[name] = shade

    def _scroll(self, view: View, rect: Rect, item: OpenedItem) -> float:
        body = self._body(view, rect)
        state = view.state
        if state.tab == "conversation":
            height = log_height(view, body)
            target = height if state.text_scroll is None else state.text_scroll
            return self.scrolling.towards(target, height - body.height, view.now)
        _, text, above = self._texts(view, body, item)
        target = self.scrolling.target if state.text_scroll is None else state.text_scroll
        if state.text_scroll is None:
            target = self._showing_evidence(view, text, above, body, target)
        return self.scrolling.towards(target, above + text.height + view.px(16) - body.height, view.now)

    def _showing_evidence(self, view: View, text: Paragraph, above: float, body: Rect, target: float) -> float:
        evidence, item = _shown(view), view.state.item
        if item is None or not evidence:
            return target
        first_named = next((p for p in item.passages if p[0] == evidence[0]), None)
        spans = text.spans(first_named[1], first_named[2]) if first_named is not None else []
        if not spans:
            return target
        top = above + spans[0][0] - view.px(40)
        bottom = above + spans[-1][0] + text.line_height + view.px(40)
        return min(max(target, bottom - body.height), top)


def _shown(view: View) -> tuple[str, ...]:
    """Return the passages to light up: those that the user asked to see, else those of what is being said."""
    if view.state.pinned:
        return view.state.pinned
    caption = view.state.caption(view.position)
    return caption.evidence if caption is not None else ()


def _whole_lines(text: Paragraph, span: tuple[int, int]) -> bool:
    touched = [line for line in text.lines if any(w.first < span[1] and w.last > span[0] for w in line.words)]
    return all(span[0] <= word.first and word.last <= span[1] for line in touched for word in line.words)
