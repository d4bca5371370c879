"""Text on a line and in lines: measuring, wrapping with an ellipsis, and where each character range went."""

from __future__ import annotations

import math
import re
from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from viewer.fonts import Fonts
from viewer.theme import Style, Weight

MAX_PARAGRAPHS = 512  # laid-out texts kept
MAX_WIDTHS = 20_000  # measured words kept
PARAGRAPH_GAP = 0.55  # of a line, where the text has a blank line
ELLIPSIS = "…"
# Words are drawn this many times too large and averaged: letters then stand where the type designer put them,
# not on whole pixels, and a line is as long as its words were measured.
OVERSAMPLING = 4
CONTRAST = 0.82  # exponent on the coverage: light text on dark looks too thin otherwise
# A token is a word with its punctuation, or one character of a script that is written without blanks.
_UNSPACED = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_TOKEN = re.compile(f"[{_UNSPACED}]|[^\\s{_UNSPACED}]+")
_CONTRASTED = np.rint(255 * (np.arange(256) / 255) ** CONTRAST).astype(np.uint8)
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Face(NamedTuple):
    """A weight at a size in physical pixels per em."""

    weight: Weight
    pixels: int


class Word(NamedTuple):
    """A token as it stands on a line: ``x`` from the line's left, characters ``first``..``last`` of the text."""

    text: str
    x: float
    width: float
    first: int
    last: int


class Line(NamedTuple):
    """A line: ``y`` of its top from the paragraph's top, its words from left to right."""

    y: float
    words: tuple[Word, ...]

    @property
    def width(self) -> float:
        """From the left to the end of the last word."""
        return self.words[-1].x + self.words[-1].width if self.words else 0.0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text broken into lines. Lengths in physical pixels.

    Attributes:
        face: how it is set.
        line_height: of every line.
        lines: from top to bottom.
        height: of all lines and the gaps between them.
        truncated: an ellipsis stands for the rest.
    """

    face: Face
    line_height: float
    lines: tuple[Line, ...]
    height: float
    truncated: bool = False

    @property
    def width(self) -> float:
        """Of the longest line."""
        return max((line.width for line in self.lines), default=0.0)

    def spans(self, first: int, last: int) -> list[tuple[float, float, float]]:
        """Return (y, left, right) of each line's part that holds characters ``first``..``last``."""
        found = []
        for line in self.lines:
            inside = [word for word in line.words if word.first < last and word.last > first]
            if inside:
                found.append((line.y, inside[0].x, inside[-1].x + inside[-1].width))
        return found


class Typesetter:
    """Measures and breaks text; results are kept, the least recently used go first."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._widths: OrderedDict[tuple[str, Face], float] = OrderedDict()
        self._paragraphs: OrderedDict[tuple[str, Style, float, int, int], Paragraph] = OrderedDict()

    def measure(self, text: str, face: Face) -> float:
        """Return the advance of ``text`` on one line in pixels."""
        key = (text, face)
        width = self._widths.get(key)
        if width is None:
            runs = self._fonts.runs(text, face.weight, face.pixels * OVERSAMPLING)
            width = sum(font.getlength(piece) for piece, font in runs) / OVERSAMPLING
            _keep(self._widths, key, width, MAX_WIDTHS)
        return width

    def wrap(self, text: str, style: Style, unit: float, width: float, max_lines: int = 0) -> Paragraph:
        """Break ``text`` into lines of at most ``width`` physical pixels.

        Args:
            text: line feeds begin a new line, blank lines a new paragraph.
            style: in logical pixels.
            unit: physical pixels per logical pixel.
            width: a word that is longer is broken between characters.
            max_lines: when the text needs more, the last line ends in an ellipsis; 0 for no limit.
        """
        key = (text, style, round(unit, 4), round(width), max_lines)
        paragraph = self._paragraphs.get(key)
        if paragraph is None:
            paragraph = self._wrap(text, style, unit, max(width, 1.0), max_lines)
            _keep(self._paragraphs, key, paragraph, MAX_PARAGRAPHS)
        else:
            self._paragraphs.move_to_end(key)
        return paragraph

    def _wrap(self, text: str, style: Style, unit: float, width: float, max_lines: int) -> Paragraph:
        face = Face(style.weight, max(round(style.size * unit), 1))
        line_height = round(style.size * style.leading * unit)
        lines: list[Line] = []
        y, offset, truncated = 0.0, 0, False
        for block in text.split("\n"):
            if not block.strip():
                y += line_height * PARAGRAPH_GAP if lines else 0.0
            else:
                for words in self._break(block, offset, face, width):
                    if max_lines and len(lines) == max_lines:
                        lines[-1] = self._ellipsed(lines[-1], face, width)
                        truncated = True
                        break
                    lines.append(Line(y, tuple(words)))
                    y += line_height
            if truncated:
                break
            offset += len(block) + 1
        height = lines[-1].y + line_height if lines else 0.0
        return Paragraph(face, line_height, tuple(lines), height, truncated)

    def _break(self, block: str, offset: int, face: Face, width: float) -> list[list[Word]]:
        blank = self.measure(" ", face)
        lines: list[list[Word]] = [[]]
        x, end = 0.0, 0
        for match in _TOKEN.finditer(block):
            for token, first in self._fitting(match.group(), match.start(), face, width):
                advance = self.measure(token, face)
                gap = blank if first > end and lines[-1] else 0.0
                if lines[-1] and x + gap + advance > width:
                    lines.append([])
                    x, gap = 0.0, 0.0
                lines[-1].append(Word(token, x + gap, advance, offset + first, offset + first + len(token)))
                x += gap + advance
                end = first + len(token)
        return lines

    def _fitting(self, token: str, first: int, face: Face, width: float) -> list[tuple[str, int]]:
        if self.measure(token, face) <= width:
            return [(token, first)]
        pieces, begin = [], 0
        for end in range(1, len(token) + 1):
            if end > begin + 1 and self.measure(token[begin:end], face) > width:
                pieces.append((token[begin : end - 1], first + begin))
                begin = end - 1
        return [*pieces, (token[begin:], first + begin)]

    def _ellipsed(self, line: Line, face: Face, width: float) -> Line:
        words = list(line.words)
        while words:
            word = words.pop()
            kept = word.text.rstrip(".,;:!?-–— ")
            while kept and word.x + self.measure(kept + ELLIPSIS, face) > width:
                kept = kept[:-1]
            if kept or not words:
                text = kept + ELLIPSIS
                return Line(line.y, (*words, Word(text, word.x, self.measure(text, face), word.first, word.last)))
        return line

    def draw(self, text: str, face: Face, phase: int = 0) -> NDArray[np.uint8]:
        """Return the coverage of ``text``, uint8, shape (height, width), top row first.

        The baseline lies ``ascent`` pixels below the top and the pen starts ``bleed(face)`` pixels and ``phase``
        parts of ``OVERSAMPLING`` of a pixel from the left.
        """
        fine = face.pixels * OVERSAMPLING
        margin = bleed(face)
        size = (math.ceil(self.measure(text, face)) + 1 + 2 * margin, self.height(face))
        canvas = Image.new("L", (size[0] * OVERSAMPLING, size[1] * OVERSAMPLING))
        pen = ImageDraw.Draw(canvas)
        x, baseline = float(margin * OVERSAMPLING + phase), self.ascent(face) * OVERSAMPLING
        for piece, font in self._fonts.runs(text, face.weight, fine):
            pen.text((x, baseline), piece, fill=255, font=font, anchor="ls")
            x += font.getlength(piece)
        coverage = np.asarray(canvas.reduce(OVERSAMPLING), dtype=np.uint8)
        return _CONTRASTED[coverage]

    def ascent(self, face: Face) -> int:
        """Return pixels from the top of ``draw``'s picture to the baseline."""
        return self._fonts.metrics(*face)[0]

    def height(self, face: Face) -> int:
        """Return the height of ``draw``'s pictures."""
        return sum(self._fonts.metrics(*face)) + 2


def bleed(face: Face) -> int:
    """Return how far ink may stand out of a word's advance, in pixels."""
    return max(face.pixels // 8, 1)


def _keep(kept: OrderedDict[_Key, _Value], key: _Key, value: _Value, limit: int) -> None:
    kept[key] = value
    if len(kept) > limit:
        kept.popitem(last=False)
