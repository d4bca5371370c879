"""The chosen card, large, while no item is open: what it is about and who waits behind it."""

from __future__ import annotations

from collections.abc import Hashable

from server.protocol import Card
from viewer import theme
from viewer.actions import OpenCard
from viewer.layout import Rect
from viewer.panels.feed import byline
from viewer.panels.panel import Hit, Panel, View
from viewer.theme import Style

_BUTTON_HEIGHT = 46.0
_SMALLEST_HERO = 120.0
_MEASURE = 640.0  # longest line that is comfortable to read


class PreviewPanel(Panel):
    """Picture, headline, lead and the host with a button to step up to them."""

    def place(self, view: View) -> Rect | None:
        """Return the room beside (or above) the cards."""
        return view.layout.preview

    def key(self, view: View, rect: Rect) -> Hashable:
        """Return the chosen card and whether it is being opened."""
        state = view.state
        return (state.selected_card, state.opening, state.status, view.pictures.version, view.today.date())

    def paint(self, view: View, rect: Rect) -> list[Hit]:
        """Paint the card; the button at the bottom opens it."""
        painter, px = view.painter, view.px
        painter.rect(rect, theme.BACKGROUND)
        painter.rect(rect, theme.STAGE_TOP.faded(0.85), to=theme.PANEL, radius=px(theme.RADIUS))
        card = view.state.selected_card
        if card is None:
            self._greet(view, rect)
            return []
        pad = px(28 if rect.width > px(420) else 18)
        column = min(rect.width - 2 * pad, px(_MEASURE))
        foot = Rect(rect.x + pad, rect.bottom - pad - px(_BUTTON_HEIGHT), column, px(_BUTTON_HEIGHT))
        height = self._words_height(view, card, column)
        room = foot.y - px(20) - height - px(22) - rect.y
        top = rect.y + pad
        if room >= px(_SMALLEST_HERO):
            self._hero(view, card, Rect(rect.x, rect.y, rect.width, room))
            top = rect.y + room + px(22)
        body = Rect(foot.x, top, column, max(foot.y - px(12) - top, 0))
        with painter.clip(body):
            self._words(view, card, body)
        return [self._foot(view, card, foot)]

    def _hero(self, view: View, card: Card, rect: Rect) -> None:
        px, radius = view.px, view.px(theme.RADIUS)
        if card.image:
            view.picture(card.image, rect, radius)
        else:
            middle = (rect.x + rect.width // 2, rect.y + rect.height // 2)
            side = min(rect.height, rect.width) - px(40)
            for part, strength in ((1.0, 0.05), (0.78, 0.07), (0.56, 0.14)):
                disc = round(side * part)
                place = Rect(middle[0] - disc // 2, middle[1] - disc // 2, disc, disc)
                view.painter.rect(place, theme.ACCENT.faded(strength), radius=disc / 2)
            initial = Style(0.24 * side / view.layout.unit, "semibold", 1.0)
            view.line(card.host[:1].upper(), initial, rect, theme.ACCENT, align=0.5)

    def _words_height(self, view: View, card: Card, width: int) -> int:
        headline = view.wrap(card.title, theme.HEADLINE, width, 3)
        lead = view.wrap(card.lead, theme.BODY, width)
        return round(view.px(26) + headline.height + view.px(14) + lead.height + view.px(14) + view.px(20))

    def _greet(self, view: View, rect: Rect) -> None:
        middle = Rect(rect.x, rect.y + rect.height // 2 - view.px(30), rect.width, view.px(30))
        text = {"connecting": "One moment…", "lost": "The connection is lost."}.get(view.state.status, "")
        view.line(text, theme.HEADLINE, middle, theme.INK_SOFT, align=0.5)

    def _words(self, view: View, card: Card, body: Rect) -> None:
        px = view.px
        y = float(body.y)
        view.line(byline(card, view.today), theme.SMALL, Rect(body.x, round(y), body.width, px(18)), theme.INK_FAINT)
        y += px(26)
        headline = view.wrap(card.title, theme.HEADLINE, body.width, 3)
        view.painter.paragraph(headline, body.x, y, theme.INK)
        y += headline.height + px(14)
        reason = px(16) + px(20)
        lines = int((body.bottom - y - reason) // px(theme.BODY.size * theme.BODY.leading))
        if lines > 0:
            lead = view.wrap(card.lead, theme.BODY, body.width, lines)
            view.painter.paragraph(lead, body.x, y, theme.INK_SOFT)
            y += lead.height + px(14)
        row = Rect(body.x, round(y), body.width, px(20))
        if row.bottom <= body.bottom:
            mark = Rect(row.x, row.y + px(4), px(3), row.height - px(8))
            view.painter.rect(mark, theme.ACCENT, radius=px(3) / 2)
            why = Rect(row.x + px(12), row.y, row.width - px(12), row.height)
            view.line(f"Why this: {card.reason}", theme.SMALL, why, theme.INK_FAINT)

    def _foot(self, view: View, card: Card, foot: Rect) -> Hit:
        painter, px = view.painter, view.px
        label = "Stepping up…" if view.state.opening == card.id else f"Talk to {card.host}"
        text = view.wrap(label, theme.TITLE, foot.width, 1)
        button = Rect(foot.x, foot.y, min(round(text.width) + px(48), foot.width), foot.height)
        painter.shadow(button, button.height / 2, px(14), theme.ACCENT_DEEP.faded(0.25))
        painter.rect(button, theme.ACCENT, to=theme.ACCENT_DEEP, radius=button.height / 2)
        y = button.y + (button.height - text.line_height) / 2
        painter.paragraph(text, button.x + (button.width - text.width) / 2, y, theme.ON_ACCENT)
        left = button.right + px(16)
        hint = Rect(left, foot.y, foot.right - left, foot.height)
        if hint.width > px(110):
            view.line("or press Enter", theme.SMALL, hint, theme.INK_FAINT)
        return Hit(button, OpenCard())
