"""The melody at the end of a phrase: the model ends every phrase alike, so what punctuation asks for is added here.

A question that wants yes or no rises from its last stressed syllable; a phrase before a comma or a dash stays up, to
say that more is coming; statements, and questions that begin with a question word or offer a choice, fall as the model
has them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from avatar.voice.model import FRAME_SAMPLES
from avatar.voice.phonemes import IPA_OF, PAUSE_SYMBOLS, PRIMARY_STRESS, VOWELS
from avatar.voice.timing import LAG

QUESTION_RISE = 9.0  # semitones over the model's fall at the end of a yes-or-no question
CONTINUATION_RISE = 3.0  # the same before a comma, a semicolon or a dash

_CONTINUING = frozenset(",;—")
_QUESTION_WORDS = frozenset(("what", "who", "whom", "whose", "which", "where", "when", "why", "how"))
_OPENERS = frozenset(("and", "but", "so", "well", "then", "or", "now", "okay"))


def rises(words: Sequence[str]) -> bool:
    """Return whether a question of these words rises at its end: it asks for yes or no."""
    lowered = [word.lower() for word in words]
    first = next((word for word in lowered if word not in _OPENERS), "")
    return first not in _QUESTION_WORDS and "or" not in lowered[1:]


def contour(symbols: str, durations: Sequence[int], *, rising: bool) -> NDArray[np.float32]:
    """Return semitones to add to the pitch of each frame, shape (sum(durations) // FRAME_SAMPLES,).

    Arguments:
        symbols: what the model read.
        durations: samples of the leading silence, of each symbol, and of the trailing silence.
        rising: whether a question mark in ``symbols`` ends a question that rises.
    """
    edges = np.maximum(np.concatenate([[0], np.cumsum(np.asarray(durations))]) - LAG, 0) // FRAME_SAMPLES
    lift = np.zeros(int(sum(durations)) // FRAME_SAMPLES, dtype=np.float32)
    nucleus: int | None = None  # first frame of the last stressed vowel since the last pause
    for index, symbol in enumerate(symbols):
        begin = int(edges[index + 1])
        stressed = index > 0 and symbols[index - 1] == PRIMARY_STRESS
        if IPA_OF.get(symbol) in VOWELS and (stressed or nucleus is None):
            nucleus = begin
        elif symbol in PAUSE_SYMBOLS and symbol != " ":
            rise = CONTINUATION_RISE if symbol in _CONTINUING else QUESTION_RISE if symbol == "?" and rising else 0.0
            if nucleus is not None and begin > nucleus:
                lift[nucleus:begin] = np.linspace(0.0, rise, begin - nucleus, dtype=np.float32)
                lift[begin : int(edges[index + 2])] = rise  # the last sound rings into the pause
            nucleus = None
    return lift
