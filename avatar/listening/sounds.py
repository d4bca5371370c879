"""The sounds that listening tells apart: classes of phonemes that look alike, each named by one IPA symbol.

Voicing is not seen, so p, b and m are one class; vowels are kept apart as far as their mouths are. The grouping
follows ``avatar.visemes``.
"""

from __future__ import annotations

SILENCE = ""  # the class of no speech

# Class -> the phonemes that are heard as it. The class is the symbol that its marks carry.
MEMBERS: dict[str, tuple[str, ...]] = {
    SILENCE: (),
    "p": ("p", "b", "m"),
    "f": ("f", "v"),
    "θ": ("θ", "ð"),
    "t": ("t", "d", "n", "ɾ", "ʔ"),
    "l": ("l", "ɫ"),
    "s": ("s", "z"),
    "ʃ": ("ʃ", "ʒ", "tʃ", "dʒ"),
    "k": ("k", "ɡ", "g", "ŋ"),
    "ɹ": ("ɹ", "ɜ", "ɚ", "ɝ"),
    "w": ("w", "ʍ"),
    "h": ("h",),
    "i": ("i", "j"),
    "ɪ": ("ɪ",),
    "ɛ": ("ɛ", "e"),
    "æ": ("æ", "a"),
    "ɑ": ("ɑ",),
    "ʌ": ("ʌ", "ɐ"),
    "ə": ("ə",),
    "ɔ": ("ɔ", "ɒ", "o"),
    "u": ("u", "ʊ", "ʉ", "y"),
}
CLASSES: tuple[str, ...] = tuple(MEMBERS)
VOWELS = frozenset("iɪɛæɑʌəɔuɹ")  # the classes whose strength tells stress
CLOSURE = "p"  # the lips meet
FIRST_PART = 0.55  # of a diphthong's time, as avatar.articulation draws it

_CLASS_OF = {member: index for index, members in enumerate(MEMBERS.values()) for member in members}
_DIPHTHONGS = {
    "eɪ": ("ɛ", "ɪ"),
    "aɪ": ("ɑ", "ɪ"),
    "oʊ": ("ɔ", "u"),
    "əʊ": ("ə", "u"),
    "aʊ": ("æ", "u"),
    "ɔɪ": ("ɔ", "ɪ"),
}


def classes_of(phoneme: str) -> tuple[int, ...]:
    """Return the classes of an IPA phoneme, as indices into ``CLASSES``: one, or two for a diphthong.

    Raises:
        KeyError: it is not a sound of English.
    """
    parts = _DIPHTHONGS.get(phoneme, (phoneme,))
    return tuple(_CLASS_OF[part] for part in parts)
