"""The chosen card, large, while no item is open: what it is about and who waits behind it."""

from __future__ import annotations

from collections.abc import Hashable

from server.protocol import Card
from viewer import theme
from viewer.actions import OpenCard
from viewer.layout import Rect
from viewer.panels.feed import byline
from viewer.panels.panel import Hit, Panel, View

_BUTTON_HEIGHT = 46.0
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
        inner = Rect(rect.x + pad, rect.y + pad, min(rect.width - 2 * pad, px(_MEASURE)), rect.height - 2 * pad)
        foot = Rect(inner.x, inner.bottom - px(_BUTTON_HEIGHT), inner.width, px(_BUTTON_HEIGHT))
        body = Rect(inner.x, inner.y, inner.width, foot.y - px(18) - inner.y)
        if card.image and body.height > px(330):
            picture = Rect(body.x, body.y, body.width, min(round(body.height * 0.46), round(body.width * 0.62)))
            view.picture(card.image, picture, px(theme.CARD_RADIUS))
            top = picture.bottom + px(22)
            body = Rect(body.x, top, body.width, body.bottom - top)
        with painter.clip(Rect(rect.x, body.y, rect.width, max(body.height, 0))):
            self._words(view, card, body)
        return [self._foot(view, card, foot)]

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
