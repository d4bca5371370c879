"""The camera: across the table, at eye height, slightly telephoto, framed so that the person fits any picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from avatar.figure import Figure

_HEADROOM = 0.11  # above the hair, as a share of the framed height
_ROOM_BESIDE = 0.27  # metres: what a narrow picture must still show from side to side
_ROOM_BELOW = 0.65  # share of what a narrow picture shows more of that lies below
_FRAME_HEIGHTS = {"bust": 0.43, "portrait": 0.35}  # metres
_LOWEST = 0.125  # metres above the end of the sleeves: there the chest ends
_NEAR, _FAR = 0.2, 6.0  # metres


@dataclass(frozen=True)
class Camera:
    """Where the picture is taken from.

    Attributes:
        framing: "bust" shows head to chest, "portrait" the head.
        field_of_view: vertical, degrees.
        yaw: orbit about the figure, radians; positive sees more of the figure's left side.
        pitch: radians; positive looks down on the figure.
    """

    framing: Literal["bust", "portrait"] = "bust"
    field_of_view: float = 17.0
    yaw: float = 0.0
    pitch: float = 0.0

    def matrices(self, figure: Figure, aspect: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return (view-projection matrix, shape (4, 4), and the camera's place, shape (3,), metres).

        A wide picture (aspect is width / height) shows more beside the figure, a narrow one more below and above it,
        though never where the body ends.
        """
        height = _FRAME_HEIGHTS[self.framing]
        bottom = figure.crown + _HEADROOM * height - height
        more = max(_ROOM_BESIDE / aspect - height, 0.0)
        bottom = max(bottom - _ROOM_BELOW * more, min(figure.chest + _LOWEST, bottom))
        height += more
        distance = _FRAME_HEIGHTS[self.framing] / 2 / math.tan(math.radians(self.field_of_view) / 2)
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
