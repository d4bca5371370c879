"""One line of text being edited: a caret, a selection, and the strokes that change them. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

Step = Literal["left", "right", "word_left", "word_right", "start", "end"]

_WORD = re.compile(r"\w+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\s]+")


@dataclass(frozen=True, slots=True)
class EditLine:
    """Text, a caret and where the selection was begun, both as offsets between characters.

    Attributes:
        text: one line, without control characters.
        caret: 0..len(text).
        anchor: the other end of the selection; equal to ``caret`` when nothing is selected.
        composing: what an input method shows before it is committed; drawn at the caret, not part of ``text``.
    """

    text: str = ""
    caret: int = 0
    anchor: int = 0
    composing: str = ""

    @property
    def selection(self) -> tuple[int, int]:
        """First and one-past-last selected offset."""
        return min(self.caret, self.anchor), max(self.caret, self.anchor)

    @property
    def selected(self) -> str:
        """The selected text."""
        first, last = self.selection
        return self.text[first:last]

    def insert(self, text: str, limit: int) -> EditLine:
        """Replace the selection by ``text`` (white space becomes single blanks), up to ``limit`` characters in all."""
        first, last = self.selection
        room = limit - (len(self.text) - (last - first))
        added = _CONTROL.sub(" ", text)[: max(room, 0)]
        caret = first + len(added)
        return EditLine(self.text[:first] + added + self.text[last:], caret, caret)

    def compose(self, text: str) -> EditLine:
        """Show what an input method is composing; an empty text ends it."""
        return replace(self, composing=_CONTROL.sub(" ", text))

    def move(self, step: Step, *, select: bool = False) -> EditLine:
        """Move the caret; with ``select`` the anchor stays, otherwise the selection collapses."""
        first, last = self.selection
        if first != last and not select and step in ("left", "right"):
            target = first if step == "left" else last
        else:
            target = self._target(step)
        return replace(self, caret=target, anchor=self.anchor if select else target, composing="")

    def place(self, offset: int, *, select: bool = False) -> EditLine:
        """Put the caret at ``offset``, clamped into the text."""
        target = max(0, min(offset, len(self.text)))
        return replace(self, caret=target, anchor=self.anchor if select else target)

    def erase(self, step: Step) -> EditLine:
        """Erase the selection, or from the caret to where ``step`` leads."""
        first, last = self.selection
        if first == last:
            target = self._target(step)
            first, last = min(self.caret, target), max(self.caret, target)
        return EditLine(self.text[:first] + self.text[last:], first, first)

    def select_all(self) -> EditLine:
        """Select everything; the caret goes to the end."""
        return replace(self, caret=len(self.text), anchor=0)

    def _target(self, step: Step) -> int:
        match step:
            case "left":
                return max(self.caret - 1, 0)
            case "right":
                return min(self.caret + 1, len(self.text))
            case "start":
                return 0
            case "end":
                return len(self.text)
            case "word_left":
                return max((m.start() for m in _WORD.finditer(self.text) if m.start() < self.caret), default=0)
            case "word_right":
                ends = (m.end() for m in _WORD.finditer(self.text) if m.end() > self.caret)
                return min(ends, default=len(self.text))
