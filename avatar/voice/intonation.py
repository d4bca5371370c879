"""The melody at the end of a phrase: the model ends every phrase alike, so what punctuation asks for is added here.

A question that wants yes or no rises from its last stressed syllable; a phrase before a comma or a dash stays up, to
say that more is coming; statements, and questions that begin with a question word or offer a choice, fall as the model
has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.voice.model import FRAME_SAMPLES, LAG, VOICED_HZ, Spectra
from avatar.voice.phonemes import IPA_OF, PAUSE_SYMBOLS, PRIMARY_STRESS, VOWELS

QUESTION_RISE = 11.0  # semitones over the model's fall at the end of a yes-or-no question
CONTINUATION_RISE = 3.0  # the same before a comma, a semicolon or a dash

_SPEECH_BINS = slice(10, 150)  # 200 to 3000 Hz
_CARRIED_DROP = 1.2  # nepers (10 dB) by which the voice of a rising end fades, where the model lets it die
_MOST_SUPPORT = 4.0  # nepers that a frame's voiced part is lifted at most
_RISING_SYLLABLE = 24  # frames, 300 ms: the shortest stretch that carries a rise
_APPROACH = 8  # frames, 100 ms, before the stressed syllable in which the rise sets in
_EARLY = 0.7  # below 1: most of the rise comes early, where the voice is strong
_CONTINUING = frozenset(",;—")
_QUESTION_WORDS = frozenset(("what", "who", "whom", "whose", "which", "where", "when", "why", "how"))
_OPENERS = frozenset(("and", "but", "so", "well", "then", "or", "now", "okay"))


def rises(words: Sequence[str]) -> bool:
    """Return whether a question of these words rises at its end: it asks for yes or no."""
    lowered = [word.lower() for word in words]
    first = next((word for word in lowered if word not in _OPENERS), "")
    return first not in _QUESTION_WORDS and "or" not in lowered[1:]


@dataclass(frozen=True, slots=True)
class Melody:
    """What intonation adds to the spectra of a clause of F frames.

    Attributes:
        lift: semitones on the pitch, shape (F,).
        support: nepers on the voiced part, shape (F,): the model lets the last syllable of every sentence turn to
            creak, on which a rise would not be heard.
    """

    lift: NDArray[np.float32]
    support: NDArray[np.float32]


def melody(symbols: str, spectra: Spectra, *, rising: bool) -> Melody:
    """Return what the punctuation in ``symbols``, which the model read as ``spectra``, adds.

    A question mark rises when ``rising`` is true.
    """
    edges = np.maximum(np.concatenate([[0], np.cumsum(spectra.durations)]) - LAG, 0) // FRAME_SAMPLES
    result = Melody(np.zeros_like(spectra.pitch), np.zeros_like(spectra.pitch))
    nucleus: int | None = None  # first frame of the last stressed syllable since the last pause
    for index, symbol in enumerate(symbols):
        begin = int(edges[index + 1])
        if symbol == PRIMARY_STRESS or (nucleus is None and IPA_OF.get(symbol) in VOWELS):
            nucleus = begin
        elif symbol in PAUSE_SYMBOLS and symbol != " " and nucleus is not None:
            if symbol == "?" and rising:
                _rise(result, spectra, nucleus, begin)
            elif symbol in _CONTINUING:
                result.lift[nucleus:begin] = np.linspace(0.0, CONTINUATION_RISE, begin - nucleus, dtype=np.float32)
            nucleus = None
    return result


def _rise(result: Melody, spectra: Spectra, nucleus: int, end: int) -> None:
    """Raise the frames from the last stressed syllable on, and keep their voice from dying too early."""
    nucleus = max(nucleus - _APPROACH, 0)
    end = min(end, nucleus + max(_RISING_SYLLABLE, (end - nucleus) // 2))
    length = end - nucleus
    result.lift[nucleus:end] = QUESTION_RISE * np.linspace(0.0, 1.0, length, dtype=np.float32) ** _EARLY
    result.lift[end:] = QUESTION_RISE
    strength = spectra.harmonic[_SPEECH_BINS, nucleus:end].max(axis=0)
    wanted = strength[: max(length // 4, 1)].max() - np.linspace(0.0, _CARRIED_DROP, length, dtype=np.float32)
    voiced = spectra.pitch[nucleus:end] > VOICED_HZ
    result.support[nucleus:end] = np.where(voiced, np.clip(wanted - strength, 0.0, _MOST_SUPPORT), 0.0)
