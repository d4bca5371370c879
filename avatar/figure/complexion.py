"""How a person's skin, lips and eyes look, as data; shares run from 0, none of it, to 1, as much as is ever seen."""

from __future__ import annotations

from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from avatar.figure.colour import Colour, Share

Balance = Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)]

# Skin from very fair to very dark, as an even tone under white light: sRGB by tone.
_TONES = np.array([0.0, 0.25, 0.5, 0.75, 1.0])
_SKIN = np.array(
    [(0.835, 0.665, 0.585), (0.765, 0.570, 0.465), (0.640, 0.452, 0.345), (0.430, 0.290, 0.222), (0.280, 0.190, 0.153)]
)
_WARM = np.array([0.012, 0.004, -0.045])  # what the warmest undertone adds to a fair skin
_LIPS_OF_SKIN = np.array([(0.85, 0.62, 0.68), (0.92, 0.78, 0.86)])  # the lips' colour as a share of a fair, dark skin's


class SkinStyle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the skin is like; lines and spots of age come by themselves with the person's years.

    Attributes:
        tone: from very fair to very dark.
        undertone: from cool and rosy, -1, to warm and golden, 1.
        redness: of nose, cheeks, ears and chin.
        unevenness: how much patches of skin differ in tone.
        pores: how coarse the skin is.
        freckles: on nose and cheeks. spots: of age, on temples and cheeks. moles: how many of a dozen places have one.
        stubble: the shadow and the ends of a shaved beard.
        shadows: dark rings round the eyes.
        shine: how oily forehead, nose and cheekbones are.
    """

    tone: Share = 0.15
    undertone: Balance = 0.0
    redness: Share = 0.5
    unevenness: Share = 0.4
    pores: Share = 0.4
    freckles: Share = 0.0
    spots: Share = 0.0
    moles: Share = 0.15
    stubble: Share = 0.0
    shadows: Share = 0.35
    shine: Share = 0.4


class LipStyle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the lips are like.

    Attributes:
        paint: how well a lipstick covers them; 0 leaves them as they are. colour: of the lipstick.
        rosiness: how much redder than the skin they are by themselves.
        gloss: how moist they are.
    """

    paint: Share = 0.0
    colour: Colour = (0.69, 0.34, 0.37)
    rosiness: Share = 0.5
    gloss: Share = 0.45


class EyeStyle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What eyes and lashes are like.

    Attributes:
        iris: its colour. ring: how dark its edge is. pupil: its radius, as a share of the iris's.
        clear: how white the white is; low for tired, old or very dark eyes.
        lashes: how long and thick. lash_colour: of them.
    """

    iris: Colour = (0.30, 0.20, 0.12)
    ring: Share = 0.55
    pupil: Annotated[float, msgspec.Meta(ge=0.2, le=0.7)] = 0.38
    clear: Share = 0.6
    lashes: Share = 0.5
    lash_colour: Colour = (0.09, 0.06, 0.05)


class MakeUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is painted on the face besides the lips.

    Attributes:
        shadow: on the upper lids. shadow_colour: of it. liner: along the upper lashes. blush: on the cheeks.
    """

    shadow: Share = 0.0
    shadow_colour: Colour = (0.42, 0.26, 0.24)
    liner: Share = 0.0
    blush: Share = 0.0


def skin_colour(style: SkinStyle) -> NDArray[np.float32]:
    """Return the even tone of a skin, sRGB, shape (3,)."""
    ramp = np.array([np.interp(style.tone, _TONES, _SKIN[:, channel]) for channel in range(3)])
    return np.asarray(ramp + style.undertone * _WARM * (1.0 - 0.6 * style.tone), dtype=np.float32)


def lip_colour(style: LipStyle, skin: SkinStyle) -> NDArray[np.float32]:
    """Return the colour of lips that wear no paint, sRGB, shape (3,)."""
    share = _LIPS_OF_SKIN[0] + (_LIPS_OF_SKIN[1] - _LIPS_OF_SKIN[0]) * skin.tone
    return np.asarray(skin_colour(skin) * (1.0 - (1.0 - share) * (0.5 + style.rosiness)), dtype=np.float32)
