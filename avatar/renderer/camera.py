"""The camera: across the table, at eye height, slightly telephoto, framed so that the person fits any picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from avatar.figure import Figure

Lens = Literal["head", "bust", "half"]
LENSES: tuple[Lens, ...] = ("head", "bust", "half")

_HEADROOM = 0.11  # above the hair, as a share of the framed height
_ROOM_BELOW = 0.65  # share of what a narrow picture shows more of that lies below
_FRAME_HEIGHTS: dict[Lens, float] = {"head": 0.35, "bust": 0.50, "half": 1.25}  # metres
_ROOMS_BESIDE: dict[Lens, float] = {"head": 0.27, "bust": 0.30, "half": 0.66}  # metres: shown even in a narrow picture
_LOWEST = 0.10  # metres above the lowest thing that is modelled: there the body ends
_NEAR, _FAR = 0.2, 9.0  # metres


@dataclass(frozen=True)
class Camera:
    """Where the picture is taken from.

    Attributes:
        lens: "head" shows the head, "bust" head to chest, "half" head to hip with the hands.
        field_of_view: vertical, degrees.
        yaw: orbit about the figure, radians; positive sees more of the figure's left side.
        pitch: radians; positive looks down on the figure.
    """

    lens: Lens = "bust"
    field_of_view: float = 17.0
    yaw: float = 0.0
    pitch: float = 0.0

    def matrices(self, figure: Figure, aspect: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (view-projection matrix, shape (4, 4), and the camera's place, shape (3,), metres).

        A wide picture (aspect is width / height) shows more beside the figure, a narrow one more below and above it,
        though never where the body ends: a lens that reaches lower is moved closer, and a narrow picture up.
        """
        framed, bottom, height = self._frame(figure, aspect)
        distance = framed / 2 / math.tan(math.radians(self.field_of_view) / 2)
        eye_height = float(figure.eyes[:, 1].mean())
        pivot = np.array([0.0, eye_height, 0.02])
        turn = _turn_y(self.yaw) @ _turn_x(-self.pitch)
        place = pivot + turn @ np.array([0.0, 0.0, distance])
        view = np.eye(4)
        view[:3, :3] = turn.T
        view[:3, 3] = -turn.T @ place
        low = (bottom - eye_height) * _NEAR / distance
        high = (bottom + height - eye_height) * _NEAR / distance
        return _frustum((high - low) * aspect / 2, low, high) @ view, place

    def _frame(self, figure: Figure, aspect: float) -> tuple[float, float, float]:
        """Return (height that the field of view spans, lower edge, height of the picture), metres at the eyes."""
        lowest = figure.chest + _LOWEST
        framed = min(_FRAME_HEIGHTS[self.lens], (figure.crown - lowest) / (1.0 - _HEADROOM))
        more = max(_ROOMS_BESIDE[self.lens] / aspect - framed, 0.0)
        bottom = max(figure.crown - (1.0 - _HEADROOM) * framed - _ROOM_BELOW * more, lowest)
        return framed, bottom, framed + more


@dataclass(frozen=True)
class CloseUp(Camera):
    """The same camera, but only a part of its picture.

    Attributes:
        below: how far the middle of the picture lies below the eyes, metres.
        height: of the picture, metres.
    """

    below: float = 0.064
    height: float = 0.11

    def _frame(self, figure: Figure, aspect: float) -> tuple[float, float, float]:
        framed, _, _ = super()._frame(figure, aspect)
        middle = float(figure.eyes[:, 1].mean()) - self.below
        return framed, middle - self.height / 2, self.height


def _frustum(right: float, bottom: float, top: float) -> NDArray[np.float64]:
    return np.array(
        [
            [_NEAR / right, 0, 0, 0],
            [0, 2 * _NEAR / (top - bottom), (top + bottom) / (top - bottom), 0],
            [0, 0, -(_FAR + _NEAR) / (_FAR - _NEAR), -2 * _FAR * _NEAR / (_FAR - _NEAR)],
            [0, 0, -1, 0],
        ]
    )


def _turn_y(angle: float) -> NDArray[np.float64]:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _turn_x(angle: float) -> NDArray[np.float64]:
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])
