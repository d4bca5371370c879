"""Expressions: what a mood does to the face and the head at full strength.

The muscles follow Ekman and Friesen's Facial Action Coding System (1978), held below their full reach: a mood
colours a talking face, it does not replace it. No face is quite symmetrical, so neither are these.
"""

from __future__ import annotations

from avatar.errors import MarkError
from avatar.marks import MOODS
from avatar.motion import Motion, motion

# Joy: 6 + 12. Sorrow: 1 + 4 + 15. Anger: 4 + 7 + 23. Surprise: 1 + 2 + 5 + 26. Doubt: 2 (one side) + 14.
_EXPRESSIONS: dict[str, Motion] = {
    "neutral": motion({"mouthSmile": 0.04}),
    "joy": motion(
        {
            "mouthSmileLeft": 0.68, "mouthSmileRight": 0.62, "cheekSquint": 0.52, "eyeSquint": 0.30,
            "browInnerUp": 0.14, "browOuterUpLeft": 0.20, "browOuterUpRight": 0.15, "mouthUpperUp": 0.10,
            "mouthDimple": 0.10,
        },
        head=(-1.5, 0.0, 1.0),
    ),
    "warmth": motion(
        {
            "mouthSmileLeft": 0.36, "mouthSmileRight": 0.41, "cheekSquint": 0.28, "eyeSquint": 0.16,
            "browInnerUp": 0.34, "browOuterUp": 0.06, "mouthDimple": 0.08,
        },
        head=(0.5, 0.0, 3.0),
    ),
    "sorrow": motion(
        {
            "browInnerUp": 0.90, "browDownLeft": 0.16, "browDownRight": 0.12, "mouthFrownLeft": 0.66,
            "mouthFrownRight": 0.60, "eyeSquint": 0.16, "eyeBlink": 0.14, "mouthShrugLower": 0.26,
            "mouthPress": 0.10,
        },
        head=(4.0, 0.0, -2.0),
    ),
    "anger": motion(
        {
            "browDownLeft": 0.95, "browDownRight": 0.88, "eyeSquint": 0.38, "eyeWide": 0.12, "noseSneer": 0.40,
            "mouthPressLeft": 0.34, "mouthPressRight": 0.40, "mouthFrown": 0.30, "jawForward": 0.10,
        },
        head=(2.5, 0.0, 0.0),
    ),
    "surprise": motion(
        {
            "browInnerUp": 0.88, "browOuterUpLeft": 0.86, "browOuterUpRight": 0.76, "eyeWide": 0.62,
            "jawOpen": 0.14, "mouthFunnel": 0.08,
        },
        head=(-3.0, 0.0, 0.0),
    ),
    "thought": motion(
        {
            "browDownLeft": 0.48, "browDownRight": 0.24, "browInnerUp": 0.20, "browOuterUpRight": 0.24,
            "eyeSquint": 0.24, "mouthPressLeft": 0.18, "mouthPressRight": 0.28, "mouthLeft": 0.14,
            "mouthShrugLower": 0.12,
        },
        head=(-1.0, 3.0, 2.5),
    ),
    "doubt": motion(
        {
            "browOuterUpLeft": 0.82, "browInnerUp": 0.18, "browDownRight": 0.62, "eyeSquintRight": 0.36,
            "eyeSquintLeft": 0.08, "mouthDimpleLeft": 0.34, "mouthPressRight": 0.26, "mouthFrownRight": 0.26,
            "mouthLeft": 0.12, "mouthShrugUpper": 0.10,
        },
        head=(-1.0, 2.0, 4.0),
    ),
}  # fmt: skip


def expression(mood: str, strength: float = 1.0) -> Motion:
    """Return what ``mood`` (one of ``MOODS``) at ``strength`` 0..1 adds to a motion.

    Raises:
        MarkError: there is no such mood.
    """
    if mood not in _EXPRESSIONS:
        raise MarkError(f"there is no mood {mood!r}: use one of {', '.join(MOODS)}")
    return _EXPRESSIONS[mood] * min(1.0, max(0.0, strength))
