"""The feed: cards from top to bottom."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime

from server.protocol import Card
from viewer import theme
from viewer.actions import Action, OpenCard, SelectCard
from viewer.layout import Rect
from viewer.panels.panel import Hit, Panel, Scrolling, View
from viewer.text import Paragraph

HEADER_HEIGHT = 50.0
_THUMBNAIL = 62.0
_CHIP_HEIGHT = 22.0


def age_in_words(published: str | None, today: datetime) -> str:
    """Return how old an item is ("3 h ago"), the date where that says more, or "" when it is not known."""
    if published is None:
        return ""
    try:
        when = datetime.fromisoformat(published)
    except ValueError:
        return ""
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    seconds = (today - when).total_seconds()
    if seconds < 0 or seconds >= 7 * 86_400:
        return f"{when.day} {when:%b}" if when.year == today.year else f"{when.day} {when:%b %Y}"
    if seconds < 3600:
        return f"{max(int(seconds // 60), 1)} min ago"
    if seconds < 86_400:
        return f"{int(seconds // 3600)} h ago"
    days = int(seconds // 86_400)
    return "yesterday" if days == 1 else f"{days} days ago"


def byline(card: Card, today: datetime) -> str:
    """Return the source and the age of a card."""
    return "  ·  ".join(part for part in (card.source, age_in_words(card.published, today)) if part)


@dataclass(frozen=True, slots=True)
class _CardLayout:
    title: Paragraph
    lead: Paragraph
    height: int


class FeedPanel(Panel):
    """The cards, with the feed's name above them; follows the chosen card until it is scrolled by hand."""

    def __init__(self) -> None:
        self.scrolling = Scrolling()

    def place(self, view: View) -> Rect | None:
        """Return the feed column."""
        return view.layout.feed

    def key(self, view: View, rect: Rect) -> Hashable:
        """Return the cards, the selection, the scroll offset and what hovers."""
        state = view.state
        offset = self._scroll(view, rect)
        hover = view.pointer if view.pointer is not None and rect.contains(*view.pointer) else None
        hovered = self._card_at(view, rect, hover) if hover else None
        opened = state.item.card.id if state.item is not None else None
        return (
            state.feed_title,
            state.cards,
            state.status,
            state.selected,
            state.opening,
            opened,
            state.focus == "feed",
            offset,
            hovered,
            view.pictures.version,
            view.today.replace(second=0, microsecond=0),
        )

    def paint(self, view: View, rect: Rect) -> list[Hit]:
        """Paint the header and the cards in sight."""
        view.painter.rect(rect, theme.BACKGROUND)
        self._header(view, rect)
        area = self._cards_area(view, rect)
        if not view.state.cards:
            message = self._why_empty(view)
            view.line(message, theme.LEAD, Rect(area.x, area.y, area.width, view.px(40)), theme.INK_FAINT)
            return []
        hits = []
        with view.painter.clip(area):
            top = area.y - round(self.scrolling.offset)
            for index, card in enumerate(view.state.cards):
                parts = self._card(view, card, area.width)
                place = Rect(area.x, top, area.width, parts.height)
                if place.bottom > area.y and place.y < area.bottom:
                    self._paint_card(view, index, card, place, parts)
                    hits.append(Hit(place.intersection(area), self._click(view, index)))
                top = place.bottom + view.px(theme.GAP * 0.75)
        if self.scrolling.offset < self.scrolling.limit:
            fade = Rect(area.x, area.bottom - view.px(28), area.width, view.px(28))
            view.painter.rect(fade, theme.BACKGROUND.faded(0.0), to=theme.BACKGROUND)
        return hits

    def _why_empty(self, view: View) -> str:
        if view.state.status == "lost":
            return "Not connected."
        waiting = view.state.status == "connecting" or (view.state.requested and not view.state.feed_title)
        return "Fetching the feed…" if waiting else "This feed is empty."

    def _click(self, view: View, index: int) -> Action:
        certain = view.state.item is not None or index == view.state.selected
        return OpenCard(index) if certain else SelectCard(index)

    def _header(self, view: View, rect: Rect) -> None:
        px = view.px
        row = Rect(rect.x + px(4), rect.y, rect.width - px(8), px(HEADER_HEIGHT - 14))
        mark = px(10)
        dot = Rect(row.x, row.y + (row.height - mark) // 2, mark, mark)
        view.painter.rect(dot, theme.ACCENT, to=theme.ACCENT_DEEP, radius=mark / 2)
        left = dot.right + px(9)
        used = view.line("Visavis", theme.BRAND, Rect(left, row.y, row.right - left, row.height), theme.INK)
        left = round(left + used + px(12))
        view.line(
            view.state.feed_title,
            theme.SMALL,
            Rect(left, row.y + px(2), row.right - left, row.height),
            theme.INK_FAINT,
            align=1.0,
        )

    def _cards_area(self, view: View, rect: Rect) -> Rect:
        head = view.px(HEADER_HEIGHT)
        return Rect(rect.x, rect.y + head, rect.width, max(rect.height - head, 0))

    def _card(self, view: View, card: Card, width: int) -> _CardLayout:
        px = view.px
        room = width - px(theme.PADDING) * 2
        beside = room - (px(_THUMBNAIL + 12) if card.image else 0)
        title = view.wrap(card.title, theme.TITLE, beside, 2)
        lead = view.wrap(card.lead, theme.LEAD, beside, 2)
        words = max(px(20) + title.height + px(6) + lead.height, px(_THUMBNAIL) if card.image else 0)
        height = px(14) + words + px(10) + px(_CHIP_HEIGHT) + px(14)
        return _CardLayout(title, lead, round(height))

    def _paint_card(self, view: View, index: int, card: Card, place: Rect, parts: _CardLayout) -> None:
        painter, state, px = view.painter, view.state, view.px
        chosen = index == state.selected
        hovered = view.pointer is not None and place.contains(*view.pointer)
        fill = theme.CARD_SELECTED if chosen else theme.CARD_HOVER if hovered else theme.CARD
        ring = theme.ACCENT if chosen and state.focus == "feed" else theme.LINE.faded(0.9 if chosen else 0.5)
        width = px(2) if chosen and state.focus == "feed" else px(1)
        painter.rect(place, fill, radius=px(theme.CARD_RADIUS), border=ring, border_width=width)
        pad = px(theme.PADDING)
        if chosen:
            bar = Rect(place.x + px(6), place.y + px(16), px(3), place.height - px(32))
            painter.rect(bar, theme.ACCENT, to=theme.ACCENT_DEEP, radius=px(3) / 2)
        left, room = place.x + pad, place.width - 2 * pad
        beside = room
        if card.image:
            side = px(_THUMBNAIL)
            view.picture(card.image, Rect(place.right - pad - side, place.y + px(14), side, side), px(8))
            beside -= side + px(12)
        y = place.y + px(14)
        view.line(byline(card, view.today), theme.SMALL, Rect(left, y, beside, px(16)), theme.INK_FAINT)
        painter.paragraph(parts.title, left, y + px(20), theme.INK)
        painter.paragraph(parts.lead, left, y + px(20) + round(parts.title.height) + px(6), theme.INK_SOFT)
        chip = px(_CHIP_HEIGHT)
        self._foot(view, card, Rect(left, place.bottom - px(14) - chip, room, chip))

    def _foot(self, view: View, card: Card, row: Rect) -> None:
        px = view.px
        status = "Stepping up…" if view.state.opening == card.id else card.host
        name = view.wrap(status, theme.SMALL_STRONG, row.width * 0.6, 1)
        chip = Rect(row.x, row.y, round(name.width) + px(20), row.height)
        view.painter.rect(chip, theme.ACCENT.faded(0.14), radius=row.height / 2)
        view.painter.paragraph(name, chip.x + px(10), row.y + (row.height - name.line_height) / 2, theme.ACCENT)
        rest = Rect(chip.right + px(10), row.y, row.right - chip.right - px(10), row.height)
        if rest.width > px(40):
            view.line(card.reason, theme.SMALL, rest, theme.INK_FAINT)

    def _scroll(self, view: View, rect: Rect) -> float:
        area = self._cards_area(view, rect)
        gap = view.px(theme.GAP * 0.75)
        total, first, last = 0, 0, 0
        for index, card in enumerate(view.state.cards):
            height = self._card(view, card, area.width).height
            if index == view.state.selected:
                first, last = total, total + height
            total += height + gap
        target = self.scrolling.target if view.state.feed_scroll is None else view.state.feed_scroll
        if view.state.feed_scroll is None:
            target = min(max(target, last + gap - area.height), first)
        return self.scrolling.towards(target, total - gap - area.height, view.now)

    def _card_at(self, view: View, rect: Rect, point: tuple[int, int]) -> int | None:
        area = self._cards_area(view, rect)
        top = area.y - round(self.scrolling.offset)
        for index, card in enumerate(view.state.cards):
            bottom = top + self._card(view, card, area.width).height
            if area.contains(*point) and top <= point[1] < bottom:
                return index
            top = bottom + view.px(theme.GAP * 0.75)
        return None
