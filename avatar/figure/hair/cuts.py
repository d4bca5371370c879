"""The cuts: how each kind of hair is layered, combed and cut."""

from __future__ import annotations

from avatar.figure.hair.cropped import Crop
from avatar.figure.hair.curled import Coil
from avatar.figure.hair.draped import Drape
from avatar.figure.hair.gathered import Tie
from avatar.figure.hair.locks import Coat
from avatar.figure.hair.strands import FULL, LOOSE, WISPY

_DEEP = (0.012, 1.0)  # metres within the hairline: where loose locks are rooted, so that none strays over the face
_HAIRLINE = (-0.0015, 0.006)  # metres: where the fine hairs of the hairline are rooted


def _hanging(points: int, under: int, over: int, wisps: int, *, width: float = 0.013) -> tuple[Coat, ...]:
    return (
        Coat(under, width * 1.25, FULL, 0.62, 0.55, 0.15, round(0.6 * points)),  # what is hidden can be coarse
        Coat(over, width, (*FULL, *LOOSE), 0.95, 1.0, 0.35, points, turned=0.16),
        Coat(wisps, width * 0.75, (*LOOSE, *WISPY), 1.0, 1.18, 1.0, points - 2, turned=0.45, inside=_DEEP),
        Coat(90, 0.0045, WISPY, 0.8, 0.3, 0.6, 4, inside=_HAIRLINE, longest=0.035),
    )


DRAPES: dict[str, Drape] = {
    "bob": Drape(0.622, 0.006, (0.0, 0.2), 0.08, 0.014, 0.8, -1.0, 0.0035, 0.25, _hanging(11, 150, 190, 90)),
    "long": Drape(
        0.470, 0.03, (0.0, 0.2), 0.10, 0.012, 0.0, 0.030, 0.012, 0.25, _hanging(12, 110, 150, 70, width=0.016)
    ),
    "wavy": Drape(
        0.490, 0.03, (0.008, 0.115), 0.12, 0.016, 0.0, 0.030, 0.014, 0.4, _hanging(16, 95, 130, 60, width=0.017)
    ),
    "curly": Drape(
        0.575, 0.02, (0.011, 0.060), 0.07, 0.022, 0.0, 0.030, 0.012, 0.4, _hanging(16, 80, 125, 60, width=0.015)
    ),
}

CROPS: dict[str, Crop] = {
    "buzz": Crop(0.012, 0.010, (0.0, 0.1, 0.5), (0.22, 0.22, 0.15), (0.0030, 0.0022), 0.0, (
        Coat(1050, 0.013, (2, *LOOSE), 0.72, 0.7, 0.2, 2), Coat(800, 0.009, LOOSE, 0.80, 1.2, 0.5, 2, turned=0.5),
    )),
    "short": Crop(0.050, 0.026, (0.15, 0.15, -0.8), (0.75, 0.22, 0.10), (0.010, 0.0035), 0.2, (
        Coat(360, 0.012, FULL, 0.72, 0.6, 0.2, 4), Coat(360, 0.010, (1, 2, 3), 0.92, 1.0, 0.4, 4, turned=0.15),
        Coat(300, 0.008, (*LOOSE, *WISPY), 1.0, 1.15, 0.9, 4, turned=0.35),
        Coat(110, 0.0045, WISPY, 0.8, 0.5, 0.6, 3, inside=_HAIRLINE, longest=0.012),
    )),
    "parted": Crop(0.075, 0.026, (0.65, 0.05, -0.55), (0.55, 0.30, 0.10), (0.012, 0.004), 0.2, (
        Coat(340, 0.013, FULL, 0.72, 0.6, 0.2, 5), Coat(330, 0.011, (1, 2, 3), 0.92, 1.0, 0.3, 5, turned=0.15),
        Coat(240, 0.008, (*LOOSE, *WISPY), 1.0, 1.15, 0.8, 5, turned=0.3),
        Coat(110, 0.0045, WISPY, 0.8, 0.5, 0.6, 3, inside=_HAIRLINE, longest=0.012),
    )),
    "receding": Crop(0.026, 0.026, (0.0, 0.0, -0.6), (0.2, 0.2, 0.12), (0.005, 0.0045), 0.15, (
        Coat(280, 0.011, FULL, 0.75, 0.6, 0.2, 4), Coat(280, 0.009, (2, *LOOSE), 0.95, 1.0, 0.5, 4, turned=0.2),
        Coat(200, 0.007, WISPY, 1.0, 1.2, 1.0, 4, turned=0.4),
    )),
}  # fmt: skip

COILS: dict[str, Coil] = {
    "afro": Coil(0.034, 0.011, (
        Coat(300, 0.014, FULL, 0.45, 0.35, 0.2, 5, turned=0.5),
        Coat(420, 0.012, (*FULL, *LOOSE), 0.75, 0.72, 0.4, 5, turned=0.7),
        Coat(420, 0.010, LOOSE, 1.0, 1.0, 0.7, 5, turned=0.9),
        Coat(110, 0.005, WISPY, 0.8, 0.15, 0.4, 4, inside=_HAIRLINE),
    )),
}  # fmt: skip

_DRAWN_BACK = (
    Coat(150, 0.016, FULL, 0.65, 0.6, 0.1, 8), Coat(170, 0.013, (*FULL, *LOOSE), 1.0, 1.0, 0.25, 8, turned=0.12),
    Coat(50, 0.009, WISPY, 1.0, 1.4, 1.0, 8, turned=0.4),
    Coat(110, 0.0045, WISPY, 0.8, 0.4, 0.9, 4, inside=_HAIRLINE, longest=0.04),
)  # fmt: skip

TIES: dict[str, Tie] = {
    "bun": Tie((0.0, 0.845, 0.012), (0.0, 0.85, -0.5), 0.006, _DRAWN_BACK, bun=(
        Coat(70, 0.015, FULL, 0.55, 0.3, 0.2, 7), Coat(80, 0.012, (*FULL, *LOOSE), 1.0, 1.0, 0.4, 8, turned=0.2),
        Coat(30, 0.008, WISPY, 1.0, 1.3, 1.0, 7, turned=0.6),
    )),
    "ponytail": Tie((0.0, 0.800, -0.034), (0.0, -0.45, -0.9), 0.006, _DRAWN_BACK, tail=(
        Coat(60, 0.018, FULL, 0.7, 0.8, 0.3, 10), Coat(90, 0.015, (*FULL, *LOOSE), 1.0, 1.3, 0.5, 10, turned=0.3),
        Coat(35, 0.009, (*LOOSE, *WISPY), 1.0, 1.25, 1.0, 10, turned=0.6),
    )),
}  # fmt: skip
