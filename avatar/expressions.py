"""Expressions: what a mood does to the face, the head and the gaze at full strength.

The muscles follow Ekman and Friesen's Facial Action Coding System (1978); the action units (AU) of each mood stand
beside it. What comes from elsewhere: the eyes take part in joy (Duchenne, 1862); embarrassment is a smile that is held
back under lowered, turned-away eyes (Keltner, 1995); interest leans in (Reeve, 1993). A mood colours a talking face, it
does not replace it. No face is quite symmetrical, so neither are these.
"""

from __future__ import annotations

from avatar.errors import MarkError
from avatar.marks import MOODS
from avatar.motion import FACE, Motion, motion
from avatar.pose import ARKIT_NAMES

_EXPRESSIONS: dict[str, Motion] = {
    "neutral": motion({"mouthSmile": 0.06}),
    # AU 6 + 12 + 25: lids and cheeks rise with the corners of the mouth.
    "joy": motion(
        {
            "mouthSmileLeft": 0.92, "mouthSmileRight": 0.86, "cheekSquintLeft": 0.80, "cheekSquintRight": 0.74,
            "eyeSquintLeft": 0.40, "eyeSquintRight": 0.36, "mouthUpperUp": 0.30, "mouthLowerDown": 0.05,
            "mouthDimple": 0.06, "jawOpen": 0.24, "browInnerUp": 0.12, "browOuterUpLeft": 0.20,
            "browOuterUpRight": 0.14,
        },
        head=(-2.5, 0.0, 1.5),
    ),
    # AU 1 + 6 + 12, all soft, over a tilted head.
    "warmth": motion(
        {
            "mouthSmileLeft": 0.46, "mouthSmileRight": 0.53, "cheekSquintLeft": 0.36, "cheekSquintRight": 0.42,
            "eyeSquint": 0.24, "browInnerUp": 0.46, "browOuterUp": 0.06, "mouthDimple": 0.10, "eyeBlink": 0.05,
        },
        head=(1.5, 2.0, 5.5),
    ),
    # AU 1 + 4 + 15 + 17, lids heavy, eyes down.
    "sorrow": motion(
        {
            "browInnerUp": 1.0, "browDownLeft": 0.26, "browDownRight": 0.20, "mouthFrownLeft": 0.88,
            "mouthFrownRight": 0.80, "eyeSquint": 0.18, "eyeBlinkLeft": 0.24, "eyeBlinkRight": 0.22,
            "mouthShrugLower": 0.46, "mouthPress": 0.10,
        },
        head=(6.0, -2.0, -4.0),
        torso=(1.5, 0.0, 0.0),
        gaze=(4.0, -1.0),
    ),
    # AU 4 + 5 + 7 + 9 + 23 + 24: from under lowered brows.
    "anger": motion(
        {
            "browDownLeft": 1.0, "browDownRight": 0.94, "eyeSquintLeft": 0.52, "eyeSquintRight": 0.58,
            "eyeWide": 0.34, "noseSneerLeft": 0.50, "noseSneerRight": 0.60, "mouthPressLeft": 0.62,
            "mouthPressRight": 0.70, "mouthFrown": 0.44, "mouthRollUpper": 0.22, "mouthRollLower": 0.22,
            "mouthShrugLower": 0.20, "jawForward": 0.26,
        },
        head=(5.0, 1.0, 0.5),
        torso=(1.5, 0.0, 0.0),
    ),
    # AU 1 + 2 + 5 + 26: everything opens.
    "surprise": motion(
        {
            "browInnerUp": 0.96, "browOuterUpLeft": 1.0, "browOuterUpRight": 0.92, "eyeWideLeft": 0.86,
            "eyeWideRight": 0.82, "jawOpen": 0.28, "mouthFunnel": 0.14,
        },
        head=(-4.0, 0.0, 1.0),
        torso=(-1.5, 0.0, 0.0),
    ),
    # AU 1 + 2 + 4 + 5 + 20 + 25: brows raised and drawn together, mouth stretched sideways, shrinking back.
    "fear": motion(
        {
            "browInnerUp": 1.0, "browOuterUpLeft": 0.30, "browOuterUpRight": 0.24, "browDownLeft": 0.44,
            "browDownRight": 0.40, "eyeWideLeft": 0.96, "eyeWideRight": 1.0, "mouthStretchLeft": 0.84,
            "mouthStretchRight": 0.72, "mouthLowerDownLeft": 0.34, "mouthLowerDownRight": 0.28, "mouthFrown": 0.28,
            "jawOpen": 0.10,
        },
        head=(-2.0, -4.0, 2.0),
        torso=(-3.0, -1.0, 0.0),
        shrug=5.0,
    ),
    # AU 4 + 7 + 9 + 10 + 17: the nose wrinkles, the upper lip lifts, the head draws away.
    "disgust": motion(
        {
            "noseSneerLeft": 1.0, "noseSneerRight": 0.86, "mouthUpperUpLeft": 0.56, "mouthUpperUpRight": 0.38,
            "browDownLeft": 0.66, "browDownRight": 0.60, "eyeSquintLeft": 0.50, "eyeSquintRight": 0.42,
            "cheekSquint": 0.30, "mouthFrownLeft": 0.52, "mouthFrownRight": 0.58, "mouthShrugLower": 0.40,
        },
        head=(-3.0, -5.0, -3.0),
        torso=(-2.0, -1.0, 0.0),
    ),
    # AU 4 (one side) + 7 + 18 + 24: lips gathered to one side, eyes up and away.
    "thought": motion(
        {
            "browDownLeft": 0.72, "browDownRight": 0.30, "browInnerUp": 0.14, "browOuterUpRight": 0.52,
            "eyeSquintLeft": 0.40, "eyeSquintRight": 0.22, "mouthPressLeft": 0.26, "mouthPressRight": 0.40,
            "mouthPucker": 0.22, "mouthLeft": 0.42, "mouthShrugLower": 0.22,
        },
        head=(-3.0, 5.0, 4.0),
        gaze=(-12.0, 15.0),
    ),
    # AU 2 (one side) + 4 (the other) + 14 + 15: one brow asks, the mouth does not believe.
    "doubt": motion(
        {
            "browOuterUpLeft": 1.0, "browInnerUp": 0.24, "browDownRight": 0.86, "eyeSquintRight": 0.56,
            "eyeSquintLeft": 0.14, "mouthDimpleLeft": 0.50, "mouthPressRight": 0.34, "mouthFrownLeft": 0.18,
            "mouthFrownRight": 0.54, "mouthLeft": 0.22, "mouthShrugUpper": 0.16, "mouthShrugLower": 0.20,
        },
        head=(-2.5, 4.0, 6.5),
    ),
    # AU 1 + 2 + 5 + 12 + 25, slight: attention that leans in.
    "interest": motion(
        {
            "browInnerUp": 0.46, "browOuterUpLeft": 0.56, "browOuterUpRight": 0.48, "eyeWide": 0.30,
            "mouthSmileLeft": 0.22, "mouthSmileRight": 0.26, "cheekSquint": 0.10, "jawOpen": 0.05,
            "mouthLowerDown": 0.06,
        },
        head=(1.0, -3.0, -5.0),
        torso=(4.0, 0.0, 0.0),
    ),
    # AU 1 + 12 + 14 + 24 + 64: a smile that is pressed down, eyes lowered and turned away.
    "embarrassment": motion(
        {
            "mouthSmileLeft": 0.46, "mouthSmileRight": 0.60, "mouthPressLeft": 0.50, "mouthPressRight": 0.40,
            "mouthRollLower": 0.34, "mouthRollUpper": 0.12, "mouthDimple": 0.30, "browInnerUp": 0.62,
            "cheekSquint": 0.30, "eyeSquint": 0.14, "eyeBlink": 0.12,
        },
        head=(7.0, 7.0, 4.0),
        gaze=(11.0, 9.0),
        shrug=3.0,
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


def settled(mood: str, strength: float = 1.0) -> Motion:
    """Return what is left of ``expression`` in a face that goes on talking: the mouth closes, the eyes calm down.

    Raises:
        MarkError: there is no such mood.
    """
    vector = expression(mood, strength)
    vector[FACE] *= _KEPT
    return vector


_FADING = {"jawOpen": 0.0, "mouthFunnel": 0.0, "mouthLowerDown": 0.25, "mouthUpperUp": 0.5, "eyeWide": 0.55,
           "mouthSmile": 0.85, "browInnerUp": 0.9, "browOuterUp": 0.85}  # fmt: skip
_KEPT = motion(dict.fromkeys(ARKIT_NAMES, 1.0) | _FADING)[FACE]
