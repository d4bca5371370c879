"""The input line: the microphone, what is being typed, and the button that sends it."""

from __future__ import annotations

from collections.abc import Hashable

from viewer import theme
from viewer.actions import FocusOn, StopTalking, Submit, Talk, ToggleMicrophone
from viewer.layout import Rect
from viewer.panels.panel import Hit, Panel, View
from viewer.text import Face

_INSET = 18.0
_BLINK_SECONDS = 0.53


class InputPanel(Panel):
    """The line at the bottom of the stage; the text scrolls so that the caret stays in sight."""

    def __init__(self) -> None:
        self._shift = 0.0
        self._caret: Rect | None = None
        self._moved: float = 0.0
        self._seen: Hashable = None

    def place(self, view: View) -> Rect | None:
        """Return the whole line."""
        layout = view.layout
        if view.state.item is None or layout.microphone is None or layout.send is None:
            return None
        return Rect(
            layout.microphone.x, layout.microphone.y, layout.send.right - layout.microphone.x, layout.send.height
        )

    def key(self, view: View, rect: Rect) -> Hashable:
        """Return the draft, the focus and the states of the buttons."""
        state = view.state
        if state.draft != self._seen:
            self._seen, self._moved = state.draft, view.now
        talking = state.responding or view.position.sounding
        host = state.item.host if state.item is not None else ""
        floor = (state.microphone, state.listening, state.turns, state.talking, talking)
        return (state.draft, state.focus, *floor, host)

    def paint(self, view: View, rect: Rect) -> list[Hit]:
        """Paint the three parts."""
        layout = view.layout
        assert layout.microphone is not None
        assert layout.field is not None
        assert layout.send is not None
        view.painter.rect(rect, theme.BACKGROUND)
        self._microphone(view, layout.microphone)
        self._field(view, layout.field)
        return [
            Hit(layout.microphone, ToggleMicrophone() if view.state.turns == "hands_free" else Talk(held=True)),
            Hit(layout.field, FocusOn("input")),
            self._send(view, layout.send),
        ]

    def _microphone(self, view: View, rect: Rect) -> None:
        state = view.state
        by_hand = state.turns == "push_to_talk"
        on = state.talking if by_hand else state.microphone == "on"
        fill = (theme.LIVE if state.listening else theme.ACCENT) if on else theme.FIELD
        focused = state.focus == "microphone"
        ring = theme.INK if focused and on else theme.ACCENT if focused else theme.LINE
        width = view.px(2) if focused else 0 if on else view.px(1)
        view.painter.rect(rect, fill, radius=rect.height / 2, border=ring, border_width=width)
        ink = theme.ON_ACCENT if on else theme.INK_SOFT
        icon = rect.inset(round(rect.height * 0.29))
        if state.microphone == "unavailable":
            view.painter.icon("microphone_off", icon, theme.INK_FAINT)
        else:
            view.painter.icon("push_to_talk" if by_hand else "microphone", icon, ink)

    def _field(self, view: View, rect: Rect) -> None:
        painter, state, px = view.painter, view.state, view.px
        focused = state.focus == "input"
        painter.rect(
            rect,
            theme.FIELD,
            radius=rect.height / 2,
            border=theme.ACCENT if focused else theme.LINE,
            border_width=px(2 if focused else 1),
        )
        inner = self._inner(view, rect)
        draft = state.draft
        with painter.clip(inner):
            if not draft.text and not draft.composing:
                host = state.item.host if state.item is not None else ""
                placeholder = Rect(inner.x + px(2), inner.y, inner.width, inner.height)
                view.line(f"Ask {host} anything…", theme.INPUT, placeholder, theme.INK_FAINT)
            self._draft(view, inner)

    def _inner(self, view: View, rect: Rect) -> Rect:
        inset = view.px(_INSET)
        return Rect(rect.x + inset, rect.y, max(rect.width - 2 * inset, 0), rect.height)

    def _draft(self, view: View, inner: Rect) -> None:
        painter, draft, px = view.painter, view.state.draft, view.px
        face = view.face(theme.INPUT)
        measure = painter.typesetter.measure
        before, after = draft.text[: draft.caret], draft.text[draft.caret :]
        caret = measure(before + draft.composing, face)
        total = measure(before + draft.composing + after, face)
        self._shift = min(max(self._shift, caret - inner.width + px(4)), caret, max(total - inner.width + px(4), 0.0))
        left = inner.x - round(self._shift)
        height = painter.typesetter.height(face)
        y = inner.y + (inner.height - height) / 2
        first, last = draft.selection
        if first != last:
            x0, x1 = measure(draft.text[:first], face), measure(draft.text[:last], face)
            painter.rect(Rect(round(left + x0), round(y), round(x1 - x0), height), theme.SELECTION, radius=px(3))
        self._pieces(view, (before, draft.composing, after), face, left, y)
        self._caret = Rect(round(left + caret), round(y) + px(1), px(2), height - px(2))

    def _pieces(self, view: View, pieces: tuple[str, str, str], face: Face, left: float, y: float) -> None:
        painter, x = view.painter, left
        blank = painter.typesetter.measure(" ", face)
        for index, piece in enumerate(pieces):
            begin = x
            for word in piece.split(" "):
                if word:
                    painter.words(word, face, x, y, theme.INK)
                    x += painter.typesetter.measure(word, face)
                x += blank
            x -= blank
            if index == 1 and piece:
                below = round(y + painter.typesetter.height(face) - view.px(2))
                painter.rect(Rect(round(begin), below, round(x - begin), view.px(1)), theme.ACCENT)

    def place_of_caret(self, view: View) -> Rect | None:
        """Return where the caret is, or None while the line has not the focus."""
        return self._caret if view.state.item is not None and view.state.focus == "input" else None

    def caret(self, view: View) -> Rect | None:
        """Return where the caret is to be drawn now, or None while it is blinked away or elsewhere."""
        shown = int((view.now - self._moved) / _BLINK_SECONDS) % 2 == 0
        return self.place_of_caret(view) if shown else None

    def offset_at(self, view: View, x: int) -> int:
        """Return the offset in the draft that is nearest to a window column."""
        if view.layout.field is None:
            return 0
        at = x - self._inner(view, view.layout.field).x + self._shift
        face, text = view.face(theme.INPUT), view.state.draft.text
        measure = view.painter.typesetter.measure
        return min(range(len(text) + 1), key=lambda offset: abs(measure(text[:offset], face) - at))

    def _send(self, view: View, rect: Rect) -> Hit:
        state = view.state
        typed = bool(state.draft.text.strip())
        talking = state.responding or view.position.sounding
        icon = rect.inset(round(rect.height * 0.27))
        if not typed and talking:
            view.painter.rect(rect, theme.FIELD, radius=rect.height / 2, border=theme.LINE, border_width=view.px(1))
            view.painter.icon("stop", icon, theme.INK)
            return Hit(rect, StopTalking())
        if typed:
            view.painter.rect(rect, theme.ACCENT, to=theme.ACCENT_DEEP, radius=rect.height / 2)
        else:
            view.painter.rect(rect, theme.FIELD, radius=rect.height / 2, border=theme.LINE, border_width=view.px(1))
        view.painter.icon("send", icon, theme.ON_ACCENT if typed else theme.INK_FAINT)
        return Hit(rect, Submit())
