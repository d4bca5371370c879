"""The bottom row: which keys do what now, and how the line to the server is."""

from __future__ import annotations

from collections.abc import Hashable

from viewer import theme
from viewer.layout import Rect
from viewer.panels.panel import Hit, Panel, View

_KEYS_IN_FEED = (("↑ ↓", "choose"), ("Enter", "step up"), ("Ctrl Q", "quit"))
_KEYS_WITH_ITEM = (("Enter", "send"), ("Esc", "leave"))
_KEYS_OF_TURNS = {
    "hands_free": (("F2", "microphone"), ("F4", "push to talk")),
    "push_to_talk": (("F2", "hold to talk"), ("F4", "hands-free")),
}
_MORE_KEYS_WITH_ITEM = (("F3", "conversation"), ("Ctrl ±", "volume"), ("Tab", "move on"))
_STATUS = {
    "connecting": ("Connecting…", theme.INK_FAINT),
    "ready": ("", theme.CLEAR),
    "reconnecting": ("Reconnecting…", theme.LIVE),
    "lost": ("Connection lost", theme.LIVE),
}


class HintPanel(Panel):
    """One quiet line."""

    def place(self, view: View) -> Rect | None:
        """Return the row at the bottom."""
        return view.layout.hint

    def key(self, view: View, rect: Rect) -> Hashable:
        """Return what decides the words."""
        return (view.state.item is not None, view.state.status, view.state.turns)

    def paint(self, view: View, rect: Rect) -> list[Hit]:
        """Paint keys on the left, the status on the right."""
        px = view.px
        view.painter.rect(rect, theme.BACKGROUND)
        with_item = (*_KEYS_WITH_ITEM, *_KEYS_OF_TURNS[view.state.turns], *_MORE_KEYS_WITH_ITEM)
        keys = _KEYS_IN_FEED if view.state.item is None else with_item
        row = Rect(rect.x + px(4), rect.y, rect.width - px(8), rect.height - px(5))
        status, colour = _STATUS[view.state.status]
        used = px(24) + view.line(status, theme.SMALL, row, colour, align=1.0) if status else 0.0
        left, right = row.x, row.right - used
        for key, meaning in keys:
            cap = view.wrap(key, theme.SMALL_STRONG, row.width, 1)
            label = view.wrap(meaning, theme.SMALL, row.width, 1)
            box = Rect(left, row.y + px(1), round(cap.width) + px(12), row.height - px(2))
            if box.right + px(7) + label.width > right:
                break
            view.painter.rect(box, theme.FIELD, radius=px(5), border=theme.LINE, border_width=px(1))
            y = row.y + (row.height - cap.line_height) / 2
            view.painter.paragraph(cap, box.x + px(6), y, theme.INK_FAINT)
            view.painter.paragraph(label, box.right + px(7), y, theme.INK_FAINT)
            left = round(box.right + px(7) + label.width) + px(18)
        return []
