"""What head and face do in a gesture, as data: movements with an offset, rise, hold and fall."""

from __future__ import annotations

from avatar.motion import Motion, motion

Stroke = tuple[float, float, float, float, Motion]  # offset, rise, hold, fall (seconds) and the peak

BROW_FLASH = motion({"browInnerUp": 0.36, "browOuterUpLeft": 0.32, "browOuterUpRight": 0.28, "eyeWide": 0.08})
QUESTION = motion(
    {"browInnerUp": 0.34, "browOuterUpLeft": 0.38, "browOuterUpRight": 0.32, "eyeWide": 0.08}, head=(-2.0, 0.0, 3.5)
)
EXCLAMATION = motion({"browInnerUp": 0.26, "browOuterUp": 0.24, "eyeWide": 0.12}, head=(-1.5, 0.0, 0.0))
CLOSING_NOD = motion(head=(2.6, 0.0, 0.0))


def head_strokes(name: str, side: float) -> tuple[Stroke, ...]:
    """Return what head and face do in a gesture, to one ``side`` (-1 or 1); nothing for those of the hands alone."""
    nod, turn = motion(head=(7.0, 0.0, 0.0)), motion(head=(0.0, 7.0 * side, 0.0))
    strokes: dict[str, tuple[Stroke, ...]] = {
        "nod": ((0.0, 0.2, 0.0, 0.25, nod), (0.36, 0.2, 0.0, 0.35, nod * 0.6)),
        "shake": (
            (0.0, 0.18, 0.0, 0.2, turn),
            (0.19, 0.2, 0.0, 0.2, turn * -1.0),
            (0.4, 0.2, 0.0, 0.3, turn * 0.6),
        ),
        "tilt": ((0.0, 0.35, 0.7, 0.6, motion(head=(0.5, 2.0 * side, 7.0 * side))),),
        "shrug": (
            (
                0.0, 0.3, 0.3, 0.45,
                motion(
                    {"mouthShrugUpper": 0.3, "mouthFrown": 0.2, "browInnerUp": 0.25, "browOuterUp": 0.3},
                    head=(-1.0, 0.0, 5.0 * side), shrug=9.0,
                ),
            ),
        ),
        "brows": ((0.0, 0.15, 0.35, 0.4, BROW_FLASH * 2.2),),
        "wave": (
            (
                0.1, 0.3, 0.6, 0.6,
                motion(
                    {"mouthSmile": 0.3, "cheekSquint": 0.25, "browInnerUp": 0.2, "browOuterUp": 0.2},
                    head=(-1.0, 0.0, 3.0 * side),
                ),
            ),
        ),
        "smile": ((0.0, 0.3, 0.9, 0.7, motion({"mouthSmile": 0.4, "cheekSquint": 0.3, "eyeSquint": 0.12})),),
        "wink": (
            (0.0, 0.09, 0.1, 0.16, motion({"eyeBlinkLeft": 0.96, "cheekSquintLeft": 0.4, "mouthSmileLeft": 0.25})),
        ),
    }  # fmt: skip
    return strokes.get(name, ())
