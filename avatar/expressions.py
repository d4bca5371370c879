"""Expressions: what a mood does to the face and the head at full strength.

The muscles follow Ekman and Friesen's Facial Action Coding System (1978), held well below their full reach: a mood
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
            "mouthSmileLeft": 0.55, "mouthSmileRight": 0.50, "cheekSquint": 0.40, "eyeSquint": 0.22,
            "browInnerUp": 0.10, "browOuterUpLeft": 0.14, "browOuterUpRight": 0.10, "mouthUpperUp": 0.08,
            "mouthDimple": 0.08,
        },
        head=(-1.5, 0.0, 1.0),
    ),
    "warmth": motion(
        {
            "mouthSmileLeft": 0.28, "mouthSmileRight": 0.32, "cheekSquint": 0.20, "eyeSquint": 0.12,
            "browInnerUp": 0.20, "browOuterUp": 0.05, "mouthDimple": 0.06,
        },
        head=(0.5, 0.0, 3.0),
    ),
    "sorrow": motion(
        {
            "browInnerUp": 0.62, "browDownLeft": 0.10, "browDownRight": 0.08, "mouthFrownLeft": 0.42,
            "mouthFrownRight": 0.38, "eyeSquint": 0.12, "eyeBlink": 0.10, "mouthShrugLower": 0.18,
            "mouthPress": 0.08,
        },
        head=(4.0, 0.0, -2.0),
    ),
    "anger": motion(
        {
            "browDownLeft": 0.62, "browDownRight": 0.58, "eyeSquint": 0.28, "eyeWide": 0.10, "noseSneer": 0.22,
            "mouthPressLeft": 0.26, "mouthPressRight": 0.30, "mouthFrown": 0.18, "jawForward": 0.16,
        },
        head=(2.5, 0.0, 0.0),
    ),
    "surprise": motion(
        {
            "browInnerUp": 0.55, "browOuterUpLeft": 0.52, "browOuterUpRight": 0.46, "eyeWide": 0.42,
            "jawOpen": 0.10, "mouthFunnel": 0.06,
        },
        head=(-3.0, 0.0, 0.0),
    ),
    "thought": motion(
        {
            "browDownLeft": 0.22, "browDownRight": 0.12, "browInnerUp": 0.16, "browOuterUpRight": 0.10,
            "eyeSquint": 0.14, "mouthPressLeft": 0.12, "mouthPressRight": 0.18, "mouthLeft": 0.06,
        },
        head=(-1.0, 3.0, 2.5),
    ),
    "doubt": motion(
        {
            "browOuterUpLeft": 0.46, "browInnerUp": 0.14, "browDownRight": 0.34, "eyeSquintRight": 0.22,
            "eyeSquintLeft": 0.06, "mouthDimpleLeft": 0.22, "mouthPressRight": 0.16, "mouthFrownRight": 0.14,
            "mouthShrugUpper": 0.10,
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
