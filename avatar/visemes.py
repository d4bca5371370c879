"""Visemes: how the mouth looks while it makes a sound, as ARKit weights, and how hard it insists.

The symbols are IPA, and the one-letter diphthongs that English lexicons use (A = eɪ, I = aɪ, O = oʊ, Q = əʊ, W = aʊ,
Y = ɔɪ). Grouping of sounds that look alike: ISO/IEC 14496-2 (MPEG-4) visemes; dominances after Cohen and Massaro,
"Modeling coarticulation in synthetic visual speech" (1993): lips insist on rounding, labials insist on the lips,
schwa and /h/ take the shape of their neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Contact = Literal["lips", "teeth"]

# The weights that speech moves, by the articulator whose dominance rules them.
ARTICULATORS: dict[str, tuple[str, ...]] = {
    "jaw": ("jawOpen", "jawForward"),
    "rounding": ("mouthFunnel", "mouthPucker"),
    "spreading": ("mouthStretchLeft", "mouthStretchRight", "mouthSmileLeft", "mouthSmileRight"),
    "lips": (
        "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "mouthShrugLower",
        "mouthShrugUpper", "mouthRollLower", "mouthRollUpper", "mouthPressLeft", "mouthPressRight",
    ),
    "tongue": ("tongueOut",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Viseme:
    """A mouth shape.

    Attributes:
        jaw, forward, funnel, pucker, stretch, smile, lower, upper, shrug, roll, tongue: weights 0..1 of jawOpen,
            jawForward, mouthFunnel, mouthPucker, mouthStretch*, mouthSmile*, mouthLowerDown*, mouthUpperUp*,
            mouthShrug*, mouthRollLower and tongueOut.
        dominance: 0..1 for jaw, rounding, spreading, lips, tongue: how hard the sound insists against neighbours.
        contact: what has to touch for the sound to be made; it beats every other shape.
        vowel: whether stress and length change how wide it gets.
    """

    jaw: float = 0.0
    forward: float = 0.0
    funnel: float = 0.0
    pucker: float = 0.0
    stretch: float = 0.0
    smile: float = 0.0
    lower: float = 0.0
    upper: float = 0.0
    shrug: float = 0.0
    roll: float = 0.0
    tongue: float = 0.0
    dominance: tuple[float, float, float, float, float] = (0.6, 0.5, 0.5, 0.5, 0.6)
    contact: Contact | None = None
    vowel: bool = False

    def targets(self) -> dict[str, float]:
        """Return the weight of every name in ``ARTICULATORS``."""
        pairs = {
            "mouthStretch": self.stretch, "mouthSmile": self.smile, "mouthLowerDown": self.lower,
            "mouthUpperUp": self.upper, "mouthPress": 0.0,
        }  # fmt: skip
        return {
            "jawOpen": self.jaw,
            "jawForward": self.forward,
            "mouthFunnel": self.funnel,
            "mouthPucker": self.pucker,
            "mouthShrugLower": self.shrug,
            "mouthShrugUpper": self.shrug,
            "mouthRollLower": self.roll,
            "mouthRollUpper": 0.0,
            "tongueOut": self.tongue,
            **{name + side: weight for name, weight in pairs.items() for side in ("Left", "Right")},
        }


def _vowel(dominance: tuple[float, float, float, float, float] = (0.9, 0.6, 0.6, 0.5, 0.5), **shape: float) -> Viseme:
    return Viseme(dominance=dominance, contact=None, vowel=True, **shape)


_ROUNDED = (0.8, 1.0, 0.7, 0.6, 0.5)
_WEAK = (0.7, 0.2, 0.2, 0.5, 0.4)

_OPEN = _vowel(jaw=0.52, lower=0.22, upper=0.08, stretch=0.05)
_ASH = _vowel(jaw=0.46, stretch=0.22, lower=0.28, upper=0.14)
_STRUT = _vowel(jaw=0.36, lower=0.20, upper=0.06)
_EH = _vowel(jaw=0.32, stretch=0.20, lower=0.24, upper=0.10)
_IH = _vowel(jaw=0.28, stretch=0.22, smile=0.06, lower=0.26, upper=0.08)
_EE = _vowel(jaw=0.22, stretch=0.30, smile=0.16, lower=0.30, upper=0.10)
_SCHWA = _vowel(_WEAK, jaw=0.24, lower=0.20)
_AW = _vowel(_ROUNDED, jaw=0.42, funnel=0.16, pucker=0.42, lower=0.06, upper=0.10)
_OH = _vowel(_ROUNDED, jaw=0.40, funnel=0.10, pucker=0.52, upper=0.14)
_UH = _vowel(_ROUNDED, jaw=0.22, funnel=0.16, pucker=0.66, upper=0.05)
_OO = _vowel(_ROUNDED, jaw=0.14, funnel=0.20, pucker=0.85)
_ER = _vowel((0.8, 0.8, 0.6, 0.5, 0.5), jaw=0.26, funnel=0.18, pucker=0.30, lower=0.12, upper=0.08)

_LABIAL = Viseme(jaw=0.06, dominance=(0.45, 0.12, 0.3, 1.0, 0.8), contact="lips")
_LABIODENTAL = Viseme(jaw=0.06, upper=0.12, roll=0.35, dominance=(0.5, 0.25, 0.4, 1.0, 0.8), contact="teeth")
_DENTAL = Viseme(
    jaw=0.21, stretch=0.08, lower=0.30, upper=0.11, tongue=0.56, dominance=(0.8, 0.35, 0.5, 0.6, 1.0)
)  # tongue tip shows between the teeth
_ALVEOLAR = Viseme(jaw=0.09, stretch=0.14, lower=0.17, upper=0.05, dominance=(0.6, 0.35, 0.4, 0.5, 0.8))
_NASAL = Viseme(jaw=0.12, stretch=0.08, lower=0.24, upper=0.04, tongue=0.15, dominance=(0.7, 0.35, 0.4, 0.5, 0.9))
_LATERAL = Viseme(jaw=0.17, stretch=0.06, lower=0.29, upper=0.11, tongue=0.29, dominance=(0.7, 0.35, 0.4, 0.5, 0.9))
_SIBILANT = Viseme(jaw=0.05, stretch=0.28, lower=0.20, upper=0.13, dominance=(0.9, 0.35, 0.6, 0.7, 0.8))
_HUSH = Viseme(jaw=0.05, forward=0.10, funnel=0.40, pucker=0.34, lower=0.20, upper=0.26,
               dominance=(0.8, 0.9, 0.6, 0.7, 0.7))  # fmt: skip
_VELAR = Viseme(jaw=0.11, lower=0.06, upper=0.02, dominance=(0.5, 0.35, 0.2, 0.3, 0.6))
_RHOTIC = Viseme(jaw=0.11, funnel=0.24, pucker=0.42, lower=0.06, upper=0.06, dominance=(0.6, 0.8, 0.6, 0.5, 0.6))
_GLIDE_W = Viseme(jaw=0.09, funnel=0.14, pucker=0.78, dominance=(0.8, 1.0, 0.8, 0.7, 0.6))
_GLIDE_Y = Viseme(jaw=0.11, stretch=0.24, smile=0.10, lower=0.18, dominance=(0.6, 0.4, 0.6, 0.4, 0.6))
_BREATH = Viseme(jaw=0.18, lower=0.10, dominance=(0.25, 0.20, 0.1, 0.15, 0.4))

_SOUNDS: dict[tuple[Viseme, ...], str] = {
    (_LABIAL,): "p b m ɸ β",
    (_LABIODENTAL,): "f v ʋ ɱ",
    (_DENTAL,): "θ ð",
    (_ALVEOLAR,): "t d ɾ ʈ ɖ ɽ ʔ",
    (_NASAL,): "n ɳ",
    (_LATERAL,): "l ɫ ʎ",
    (_SIBILANT,): "s z ts dz ʦ ʣ ʂ",
    (_HUSH,): "ʃ ʒ tʃ dʒ ʧ ʤ ɕ ʑ ʨ ʥ",
    (_VELAR,): "k ɡ g ŋ x ɣ q χ ʁ ɴ ɰ c ɟ",
    (_RHOTIC,): "ɹ r ɻ",
    (_GLIDE_W,): "w ʍ ɥ",
    (_GLIDE_Y,): "j ʝ ç ɲ",
    (_BREATH,): "h ɦ",
    (_OPEN,): "ɑ",
    (_ASH,): "æ a",
    (_STRUT,): "ʌ ɐ",
    (_EH,): "ɛ e",
    (_IH,): "ɪ ᵻ ɨ",
    (_EE,): "i",
    (_SCHWA,): "ə ᵊ",
    (_AW,): "ɔ ɒ",
    (_OH,): "o ɤ",
    (_UH,): "ʊ ɯ",
    (_OO,): "u y ø",
    (_ER,): "ɜ ɚ ɝ œ",
    (_EH, _IH): "eɪ A",
    (_OPEN, _IH): "aɪ I",
    (_OH, _UH): "oʊ O",
    (_SCHWA, _UH): "əʊ Q",
    (_ASH, _UH): "aʊ W",
    (_AW, _IH): "ɔɪ Y",
}
VISEMES: dict[str, tuple[Viseme, ...]] = {symbol: seen for seen, row in _SOUNDS.items() for symbol in row.split()}

_DIACRITICS = str.maketrans("", "", "ˈˌːˑʰʲʷ̩̯̃͡ᵝ˞ ")


def visemes_of(symbol: str) -> tuple[Viseme, ...]:
    """Return the mouth shapes of a phoneme, in order: one, or two for a diphthong.

    Length, stress and tie marks are ignored; a sequence that is not in the table gives the shapes of its letters,
    and an unknown sound the slightly open mouth of schwa. Punctuation and pauses get nothing.
    """
    letters = symbol.translate(_DIACRITICS)
    if letters in VISEMES:
        return VISEMES[letters]
    return tuple(shape for letter in letters if letter.isalpha() for shape in VISEMES.get(letter, (_SCHWA,)))
