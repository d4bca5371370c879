"""What lies over the host: their name, the captions, openers, and who is listening or thinking. Painted every frame."""

from __future__ import annotations

import math

from viewer import theme
from viewer.actions import Ask, ShowEvidence
from viewer.layout import Rect
from viewer.panels.panel import Hit, View
from viewer.panels.situation import paint_situation, paint_volume
from viewer.speech import Caption
from viewer.text import Paragraph
from viewer.theme import Colour

_CAPTION_MEASURE = 620.0
_CAPTION_LINES = 3
_LINGER_SECONDS = 1.6
_FADE_SECONDS = 0.4
_APPEAR_SECONDS = 0.5
_OPENERS = 3


class StageOverlay:
    """Remembers only what fades: the last caption, and when the host appeared."""

    def __init__(self) -> None:
        self._last: tuple[Caption, float] | None = None
        self._appeared: tuple[str, float] | None = None

    def presence(self, view: View) -> float:
        """Return how much of the host is to be seen, 0..1: they appear softly."""
        item = view.state.item
        if item is None:
            self._appeared = self._last = None
            return 0.0
        if self._appeared is None or self._appeared[0] != item.card.id:
            self._appeared = (item.card.id, view.now)
        elapsed = min(max((view.now - self._appeared[1]) / _APPEAR_SECONDS, 0.0), 1.0)
        return elapsed * elapsed * (3.0 - 2.0 * elapsed)

    def paint(self, view: View, stage: Rect) -> list[Hit]:
        """Paint over the stage and return the openers that can be clicked."""
        px, state = view.px, view.state
        caption, strength = self._caption(view)
        question = self._question(view)
        hits: list[Hit] = []
        pad = px(20)
        bottom = stage.bottom - pad
        waiting = state.thinking and caption is None
        openers = self._openers(view, stage) if caption is None and not waiting and not question else []
        if caption is not None or question or waiting or openers:
            self._paint_scrim(view, stage)
        if caption is not None:
            below, bottom = bottom, self._paint_caption(view, stage, caption, bottom, strength)
            if caption.evidence:
                lines = Rect(stage.x + px(22), bottom, stage.width - 2 * px(22), below - bottom)
                hits = [Hit(lines, ShowEvidence(caption.evidence))]
        elif waiting:
            bottom = self._paint_dots(view, stage, bottom)
        elif openers:
            hits = self._paint_openers(view, stage, openers, bottom)
        if question:
            self._paint_question(view, stage, question, bottom)
        self._paint_name(view, stage)
        paint_situation(view, stage.x + px(14), stage.y + px(52), stage.width - px(28))
        return [*hits, *paint_volume(view, stage.right - px(14), stage.y + px(14))]

    def _paint_scrim(self, view: View, stage: Rect) -> None:
        for height, strength in ((view.px(260), 0.5), (view.px(150), 0.75)):
            tall = min(height, stage.height * 2 // 3)
            shade = Rect(stage.x, stage.bottom - tall, stage.width, tall)
            view.painter.rect(shade, theme.SCRIM, to=theme.SCRIM_DEEP.faded(strength), radius=view.px(theme.RADIUS))

    def _caption(self, view: View) -> tuple[Caption | None, float]:
        caption = view.state.caption(view.position)
        if caption is not None and caption.revealed > 0:
            self._last = (caption, view.now)
            return caption, 1.0
        speech = view.state.speech
        if self._last is None or view.state.thinking or speech is None or speech.cut:
            return None, 0.0
        since = view.now - self._last[1] - _LINGER_SECONDS
        if since > _FADE_SECONDS:
            self._last = None
            return None, 0.0
        still = Caption(self._last[0].text, self._last[0].revealed, None, self._last[0].evidence)
        return still, 1.0 - max(since, 0.0) / _FADE_SECONDS

    def _question(self, view: View) -> str:
        state = view.state
        if state.log and state.log[-1].role == "user" and (state.thinking or state.log[-1].partial):
            return state.log[-1].text
        return "Listening…" if state.listening else ""

    def _paint_caption(self, view: View, stage: Rect, caption: Caption, bottom: int, strength: float) -> int:
        px = view.px
        width = min(stage.width - 2 * px(22), px(_CAPTION_MEASURE))
        text = view.wrap(caption.text, theme.CAPTION, width)
        current = caption.current or (caption.revealed, caption.revealed)
        shown = [line for line in text.lines if line.words and line.words[0].first < max(caption.revealed, 1)]
        whole = text.lines if len(text.lines) <= _CAPTION_LINES else text.lines[: max(len(shown), _CAPTION_LINES)]
        lines = whole[-_CAPTION_LINES:]
        if not lines:
            return bottom
        top = bottom - (lines[-1].y + text.line_height - lines[0].y)
        offset = view.painter.offset(text)
        for line in lines:
            left = stage.x + (stage.width - line.width) / 2
            y = top + line.y - lines[0].y + offset
            for word in line.words:
                if word.first >= caption.revealed:
                    break
                speaking = word.first < current[1] and word.last > current[0]
                colour = theme.ACCENT if speaking else theme.INK
                self._shaded(view, text, (word.text, left + word.x, y), colour.faded(strength))
        return round(top) - px(12)

    def _shaded(self, view: View, text: Paragraph, placed: tuple[str, float, float], colour: Colour) -> None:
        word, x, y = placed
        view.painter.words(word, text.face, x, y + view.px(1), theme.SCRIM_DEEP.faded(0.7 * colour.alpha))
        view.painter.words(word, text.face, x, y, colour)

    def _paint_dots(self, view: View, stage: Rect, bottom: int) -> int:
        px = view.px
        size, gap = px(8), px(8)
        left = stage.x + (stage.width - 3 * size - 2 * gap) // 2
        for index in range(3):
            wave = 0.5 + 0.5 * math.sin(2 * math.pi * (view.now * 1.1 - index * 0.17))
            lift = round(px(5) * wave)
            dot = Rect(left + index * (size + gap), bottom - px(18) - lift, size, size)
            view.painter.rect(dot, theme.ACCENT.faded(0.45 + 0.55 * wave), radius=size / 2)
        return bottom - px(44)

    def _paint_question(self, view: View, stage: Rect, question: str, bottom: int) -> None:
        px = view.px
        text = view.wrap(question, theme.LEAD, min(stage.width - px(76), px(_CAPTION_MEASURE * 0.8)), 2)
        width, height = round(text.width) + px(28), round(text.height) + px(14)
        bubble = Rect(stage.x + (stage.width - width) // 2, bottom - height, width, height)
        view.painter.rect(bubble, theme.CARD.faded(0.86), radius=min(px(16), height // 2))
        view.painter.paragraph(text, bubble.x + px(14), bubble.y + px(7), theme.INK_SOFT)

    def _openers(self, view: View, stage: Rect) -> list[str]:
        item = view.state.item
        if item is None or any(line.role == "user" for line in view.state.log) or stage.height < view.px(240):
            return []
        return list(item.openers[:_OPENERS])

    def _paint_openers(self, view: View, stage: Rect, openers: list[str], bottom: int) -> list[Hit]:
        px, hits = view.px, []
        height, gap = px(34), px(8)
        y = bottom - len(openers) * height - (len(openers) - 1) * gap
        for question in openers:
            text = view.wrap(question, theme.LEAD, stage.width - px(72), 1)
            width = round(text.width) + px(32)
            chip = Rect(stage.x + (stage.width - width) // 2, y, width, height)
            hovered = view.pointer is not None and chip.contains(*view.pointer)
            fill = theme.CARD_SELECTED if hovered else theme.CARD
            border = theme.ACCENT if hovered else theme.LINE
            view.painter.rect(chip, fill.faded(0.93), radius=height / 2, border=border, border_width=px(1))
            baseline = chip.y + (height - text.line_height) / 2
            view.painter.paragraph(text, chip.x + px(16), baseline, theme.INK)
            hits.append(Hit(chip, Ask(question)))
            y += height + gap
        return hits

    def _paint_name(self, view: View, stage: Rect) -> None:
        item, px = view.state.item, view.px
        if item is None:
            return
        room = stage.width - px(28 + 38 + 112)  # beside it is the volume
        name = view.wrap(item.host, theme.SMALL_STRONG, room, 1)
        role = view.wrap(item.role, theme.SMALL, max(room - name.width, 1), 1)
        height = px(30)
        width = round(name.width + role.width) + px(38)
        chip = Rect(stage.x + px(14), stage.y + px(14), width, height)
        view.painter.rect(chip, theme.SCRIM_DEEP.faded(0.72), radius=height / 2)
        y = chip.y + (height - name.line_height) / 2
        view.painter.paragraph(name, chip.x + px(14), y, theme.INK)
        view.painter.paragraph(role, chip.x + px(14) + name.width + px(10), y, theme.INK_FAINT)
