"""The few icons of the window, drawn at the size they are needed in."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Icon = Literal["microphone", "microphone_off", "send", "stop", "picture", "back", "sound", "sound_off", "push_to_talk"]

_OVERSAMPLING = 8
_GRID = 24.0  # icons are designed on a 24x24 grid


def draw_icon(icon: Icon, pixels: int) -> NDArray[np.uint8]:
    """Return the coverage of an icon, uint8, shape (pixels, pixels), top row first."""
    large = pixels * _OVERSAMPLING
    canvas = Image.new("L", (large, large))
    _Pen(canvas, large / _GRID).draw(icon)
    return np.asarray(canvas.resize((pixels, pixels), Image.Resampling.BOX), dtype=np.uint8)


class _Pen:
    """Strokes with round ends in grid units."""

    def __init__(self, canvas: Image.Image, unit: float) -> None:
        self._draw = ImageDraw.Draw(canvas)
        self._unit = unit

    def draw(self, icon: Icon) -> None:
        match icon:
            case "microphone":
                self._microphone()
            case "microphone_off":
                self._microphone()
                self._stroke([(4.6, 3.6), (19.4, 20.4)], 4.2, 0)
                self._stroke([(4.6, 3.6), (19.4, 20.4)], 1.8)
            case "push_to_talk":
                self._microphone()
                for x in (3.2, 20.8):
                    self._stroke([(x, 8.4), (x, 13.0)], 1.8)
            case "sound":
                self._speaker()
                self._arc(5.0, 1.8)
                self._arc(8.6, 1.8)
            case "sound_off":
                self._speaker()
                self._stroke([(15.6, 9.4), (20.8, 14.6)], 1.8)
                self._stroke([(20.8, 9.4), (15.6, 14.6)], 1.8)
            case "send":
                self._stroke([(12, 19), (12, 5.4)], 2.2)
                self._stroke([(6, 11), (12, 5), (18, 11)], 2.2)
            case "stop":
                self._draw.rounded_rectangle(self._scaled(7, 7, 17, 17), radius=2.2 * self._unit, fill=255)
            case "picture":
                self._draw.rounded_rectangle(
                    self._scaled(3, 5, 21, 19), radius=2.5 * self._unit, outline=255, width=round(1.6 * self._unit)
                )
                self._draw.ellipse(self._scaled(7, 8, 10, 11), fill=255)
                self._stroke([(4.5, 17.5), (10, 12.5), (13, 15.2), (16.2, 12), (19.6, 15.4)], 1.6)
            case "back":
                self._stroke([(14.5, 6), (8.5, 12), (14.5, 18)], 2.0)

    def _microphone(self) -> None:
        self._draw.rounded_rectangle(self._scaled(9, 3, 15, 14.2), radius=3 * self._unit, fill=255)
        self._draw.arc(self._scaled(5.6, 5, 18.4, 17.8), 0, 180, fill=255, width=round(1.8 * self._unit))
        self._stroke([(12, 17.4), (12, 20.6)], 1.8)
        self._stroke([(8.8, 20.6), (15.2, 20.6)], 1.8)

    def _speaker(self) -> None:
        corners = [(3.4, 9.2), (7.0, 9.2), (12.2, 4.8), (12.2, 19.2), (7.0, 14.8), (3.4, 14.8)]
        self._draw.polygon([(x * self._unit, y * self._unit) for x, y in corners], fill=255)

    def _arc(self, radius: float, width: float) -> None:
        box = self._scaled(12.4 - radius, 12 - radius, 12.4 + radius, 12 + radius)
        self._draw.arc(box, -48, 48, fill=255, width=round(width * self._unit))

    def _stroke(self, points: list[tuple[float, float]], width: float, value: int = 255) -> None:
        scaled = [(x * self._unit, y * self._unit) for x, y in points]
        self._draw.line(scaled, fill=value, width=round(width * self._unit), joint="curve")
        radius = width * self._unit / 2
        for x, y in (scaled[0], scaled[-1]):
            self._draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=value)

    def _scaled(self, *grid: float) -> tuple[float, float, float, float]:
        left, top, right, bottom = (value * self._unit for value in grid)
        return left, top, right, bottom
