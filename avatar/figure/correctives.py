"""What the ARKit shapes leave out because they only add up: weights of further shapes, computed from the 52."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from avatar.pose import ARKIT_INDEX

# Shapes that move the margins of the lids. While a lid is shut they leave it where it is.
LID_SHAPES = ("eyeSquint", "eyeLookDown", "eyeLookUp", "eyeWide", "cheekSquint", "browDown")
SIDES = ("Left", "Right")
_LIDS = np.array([[ARKIT_INDEX[shape + side] for shape in LID_SHAPES] for side in SIDES])
_BLINKS = np.array([ARKIT_INDEX[f"eyeBlink{side}"] for side in SIDES])
_JAW, _CLOSE, _OUT = ARKIT_INDEX["jawOpen"], ARKIT_INDEX["mouthClose"], ARKIT_INDEX["tongueOut"]
_SMILES = np.array([ARKIT_INDEX[f"mouthSmile{side}"] for side in SIDES])
_BESIDE_SMILE = np.array(
    [[ARKIT_INDEX[f"mouth{way}{side}"] for way in ("", "Stretch", "Dimple", "Press")] for side in SIDES]
)
_SMILE_EASES = 0.65  # share of those that a whole smile takes away
_TIP_TONGUE = 0.25  # of tongueOut: where only the tip is up

CORRECTIVES = 4 + len(LID_SHAPES) * len(SIDES)


def eased(face: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the 52 weights with what else draws a corner of the mouth sideways giving way to a smile, shape (52,).

    Both at once would fold the skin beside the mouth over itself.
    """
    weights = face.copy()
    weights[_BESIDE_SMILE] *= 1.0 - _SMILE_EASES * np.clip(face[_SMILES], 0.0, 1.0)[:, None]
    return weights


def correctives(face: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the weights of the further shapes, shape (CORRECTIVES,).

    The first keeps the tip of the tongue at the upper teeth, however far the jaw is open, when ``tongueOut`` is small
    (in th and l); the second lifts the whole tongue over the lower lip when it is put out; the third lifts the tip to
    where it is seen between the teeth; the fourth takes back what ``mouthClose`` asks for beyond the jaw's opening, of
    which it is the opposite. Then, for the left and the right eye, each of ``LID_SHAPES`` is taken back as far as
    the eye is shut.
    """
    jaw, close, out = float(face[_JAW]), float(face[_CLOSE]), float(face[_OUT])
    tip = out / _TIP_TONGUE * math.exp(1.0 - out / _TIP_TONGUE)
    lids = face[_LIDS] * face[_BLINKS, None]
    return np.concatenate([[jaw * tip, jaw * out, tip, max(close - jaw, 0.0)], lids.ravel()]).astype(np.float32)
