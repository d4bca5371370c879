"""Lays pictures out with a line of text under each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from viewer.fonts import Fonts

_GAP = 0.02  # of a tile's width, round each
_LINE = 0.105  # of a tile's width: height of the line under it
_SMALLEST_LINE, _LARGEST_LINE = 18, 34  # pixels
_TEXT_SHARE = 0.62  # of the line's height
_PAPER = (22, 24, 29, 255)
_INK = (232, 234, 238, 255)
_WIDE = 2.0  # how much wider than high a sheet may be


@dataclass(frozen=True)
class Tile:
    """A picture and what is written under it."""

    picture: Image.Image
    label: str


def columns_for(count: int) -> int:
    """Return how many columns make a sheet of ``count`` square tiles somewhat wider than high, with full rows."""
    rows = max(round(math.sqrt(count / _WIDE)), 1)
    return math.ceil(count / rows)


def contact_sheet(tiles: Sequence[Tile], fonts: Path, columns: int | None = None) -> Image.Image:
    """Return one picture of all tiles, row by row.

    Args:
        tiles: at least one; their pictures are of one size.
        fonts: the folder of the "fonts" asset.
        columns: how many stand in a row; ``columns_for`` when None.

    Raises:
        FontError: a font is missing.
    """
    across = columns or columns_for(len(tiles))
    width, height = tiles[0].picture.size
    gap = max(round(width * _GAP), 2)
    line = min(max(round(width * _LINE), _SMALLEST_LINE), _LARGEST_LINE)
    rows = math.ceil(len(tiles) / across)
    sheet = Image.new("RGBA", (across * (width + gap) + gap, rows * (height + line + gap) + gap), _PAPER)
    faces = Fonts(fonts)
    for place, tile in enumerate(tiles):
        x, y = gap + place % across * (width + gap), gap + place // across * (height + line + gap)
        sheet.paste(tile.picture, (x, y))
        _write(sheet, faces, tile.label, (x, y + height, width, line))
    return sheet


def _write(sheet: Image.Image, faces: Fonts, text: str, place: tuple[int, int, int, int]) -> None:
    """Write a text into the middle of (x, y, width, height), smaller if it is too long."""
    x, y, width, height = place
    pen = ImageDraw.Draw(sheet)
    for pixels in range(round(height * _TEXT_SHARE), 5, -1):
        runs = list(faces.runs(text, "regular", pixels))
        length = sum(font.getlength(run) for run, font in runs)
        if length <= width:
            break
    at = x + (width - length) / 2
    base = y + height / 2 + pixels * 0.35
    for run, font in runs:
        pen.text((at, base), run, font=font, fill=_INK, anchor="ls")
        at += font.getlength(run)
