"""The bottom row: which keys do what now, and how the line to the server is."""

from __future__ import annotations

from collections.abc import Hashable

from viewer import theme
from viewer.layout import Rect
from viewer.panels.panel import Hit, Panel, View

_KEYS_IN_FEED = "↑ ↓  choose     Enter  step up     Ctrl+Q  quit"
_KEYS_WITH_ITEM = "Enter  send     F2  microphone     F3  conversation     Tab  move     Esc  leave"
_STATUS = {
    "connecting": ("Connecting…", theme.INK_FAINT),
    "ready": ("", theme.CLEAR),
    "lost": ("Connection lost", theme.LIVE),
}


class HintPanel(Panel):
    """One quiet line."""

    def place(self, view: View) -> Rect | None:
        """Return the row at the bottom."""
        return view.layout.hint

    def key(self, view: View, rect: Rect) -> Hashable:
        """Return what decides the words."""
        return (view.state.item is not None, view.state.status)

    def paint(self, view: View, rect: Rect) -> list[Hit]:
        """Paint keys on the left, the status on the right."""
        px = view.px
        view.painter.rect(rect, theme.BACKGROUND)
        keys = _KEYS_IN_FEED if view.state.item is None else _KEYS_WITH_ITEM
        row = Rect(rect.x + px(4), rect.y, rect.width - px(8), rect.height - px(4))
        status, colour = _STATUS[view.state.status]
        used = px(24) + view.line(status, theme.SMALL, row, colour, align=1.0) if status else 0
        keys_row = Rect(row.x, row.y, max(round(row.width - used), 0), row.height)
        view.line(keys, theme.SMALL, keys_row, theme.INK_FAINT.faded(0.85))
        return []
