"""The phoneme inventory: what the symbols in phoneme marks are, and how the speech model's alphabet maps to them.

The model reads strings in the misaki alphabet (one letter per sound, ``A`` for the vowel of "day"). Marks carry plain
IPA instead. A phoneme mark looks like ``Mark("phoneme", start, end, "eɪ", strength=1.0)``: ``text`` is one of
``PHONEMES``; ``strength`` is above 0.5 for the vowel of a syllable with primary stress and at most 0.5 for everything
else, and within its half it grows with loudness. Stress signs, spaces and punctuation never become marks of their own:
a silence is a gap between phoneme marks. Affricates and diphthongs are one mark each.
"""

from __future__ import annotations

PRIMARY_STRESS = "ˈ"
SECONDARY_STRESS = "ˌ"
STRESS_SYMBOLS = frozenset((PRIMARY_STRESS, SECONDARY_STRESS))  # of the model; never the text of a mark
PAUSE_SYMBOLS = frozenset(';:,.!?—…"()“” ')  # of the model; never the text of a mark

# Model symbol -> IPA.
_VOWELS = {
    "A": "eɪ",  # day
    "I": "aɪ",  # my
    "O": "oʊ",  # go
    "W": "aʊ",  # now
    "Y": "ɔɪ",  # boy
    "Q": "əʊ",  # go, British
    "i": "i",  # see
    "u": "u",  # two
    "a": "a",  # rare, foreign names
    "æ": "æ",  # cat
    "ɑ": "ɑ",  # father
    "ɒ": "ɒ",  # lot, British
    "ɔ": "ɔ",  # law
    "ə": "ə",  # about
    "ɐ": "ə",  # the article "a"
    "ᵊ": "ə",  # button
    "ᵻ": "ɪ",  # wanted
    "ɛ": "ɛ",  # bed
    "ɜ": "ɜ",  # bird (followed by ɹ)
    "ɪ": "ɪ",  # bit
    "ʊ": "ʊ",  # book
    "ʌ": "ʌ",  # cut
    "y": "y",  # rare, foreign names
}
_CONSONANTS = {
    "b": "b", "d": "d", "f": "f", "h": "h", "j": "j", "k": "k", "l": "l", "m": "m", "n": "n", "p": "p", "s": "s",
    "t": "t", "v": "v", "w": "w", "z": "z", "ð": "ð", "θ": "θ", "ŋ": "ŋ", "ɡ": "ɡ", "ɹ": "ɹ", "ʃ": "ʃ", "ʒ": "ʒ",
    "ʤ": "dʒ", "ʧ": "tʃ", "T": "ɾ", "ɾ": "ɾ", "ʔ": "t",
}  # fmt: skip

IPA_OF: dict[str, str] = _VOWELS | _CONSONANTS
VOWELS: frozenset[str] = frozenset(_VOWELS.values())
CONSONANTS: frozenset[str] = frozenset(_CONSONANTS.values())
PHONEMES: frozenset[str] = VOWELS | CONSONANTS  # every text that a phoneme mark can have
