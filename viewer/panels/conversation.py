"""What was said about an item, line by line; a click on a sentence shows the passages that it rests on."""

from __future__ import annotations

from viewer import theme
from viewer.actions import ShowEvidence
from viewer.layout import Rect
from viewer.panels.panel import Hit, View
from viewer.state import LogLine
from viewer.text import Paragraph

_HEAD, _GAP = 20.0, 14.0
_SOURCE = 20.0  # height of the row that leads to the passages


def log_height(view: View, body: Rect) -> float:
    """Return how high the whole conversation is."""
    return sum(_height(view, line, _text(view, body, line)) for line in view.state.log)


def paint_log(view: View, body: Rect, host: str, offset: float) -> list[Hit]:
    """Paint the lines that are in sight, scrolled by ``offset``; return where they can be clicked."""
    px, hits = view.px, []
    if not view.state.log:
        row = Rect(body.x + px(8), body.y, body.width, px(32))
        view.line("Nothing was said yet.", theme.LEAD, row, theme.INK_FAINT)
        return []
    y = body.y - offset
    for line in view.state.log:
        height = _height(view, line, _text(view, body, line))
        if y + height >= body.y and y <= body.bottom:
            hits += _paint_line(view, body, host, line, y)
        y += height
    return [Hit(hit.rect.intersection(body), hit.action) for hit in hits]


def _text(view: View, body: Rect, line: LogLine) -> Paragraph:
    return view.wrap(line.text, theme.LEAD, body.width - view.px(16))


def _height(view: View, line: LogLine, text: Paragraph) -> float:
    return text.height + view.px(_HEAD + _GAP) + (view.px(_SOURCE) if line.cited else 0)


def _paint_line(view: View, body: Rect, host: str, line: LogLine, y: float) -> list[Hit]:
    px, mine, state = view.px, line.role == "user", view.state
    text = _text(view, body, line)
    who = Rect(body.x + px(8), round(y), body.width - px(16), px(18))
    view.line("You" if mine else host, theme.SMALL_STRONG, who, theme.INK_FAINT if mine else theme.ACCENT)
    colour = theme.INK_FAINT if line.partial else theme.INK if mine else theme.INK_SOFT
    left, top = body.x + px(8), y + px(_HEAD)
    shown = [cited for cited in line.cited if cited[2] == state.pinned]
    emphasis = [(first, last, theme.ACCENT) for first, last, _ in shown]
    view.painter.paragraph(text, left, top, colour, emphasis=emphasis)
    if not line.cited:
        return []
    hits = [
        Hit(Rect(round(left + x0), round(top + row), round(x1 - x0), round(text.line_height)), ShowEvidence(ids))
        for first, last, ids in line.cited
        for row, x0, x1 in text.spans(first, last)
    ]
    everything = tuple(dict.fromkeys(name for _, _, ids in line.cited for name in ids))
    label = view.wrap("Where the text says it", theme.SMALL, body.width - px(30), 1)
    source = Rect(left, round(top + text.height + px(3)), round(label.width) + px(16), px(_SOURCE - 3))
    ink = theme.ACCENT if state.pinned == everything else theme.INK_FAINT
    view.painter.rect(Rect(source.x, source.y + px(2), px(2), source.height - px(4)), ink, radius=px(1))
    view.painter.paragraph(label, source.x + px(9), source.y + (source.height - label.line_height) / 2, ink)
    return [*hits, Hit(source, ShowEvidence(everything))]
