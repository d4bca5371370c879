"""Where each phoneme lies in the sound: the model's durations, corrected against what is heard.

The corrections were measured by forced alignment of 117 words: durations run late by ``LAG``; the time that the model
gives to a space or a stress sign is mostly the beginning of the sound after it; the sound before a silence is given
the silence too, so it ends where the energy ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.voice.model import LAG
from avatar.voice.phonemes import IPA_OF, PAUSE_SYMBOLS, PRIMARY_STRESS, STRESS_SYMBOLS, VOWELS
from avatar.voice.synthesis import envelope

WINDOW = 120  # samples, 5 ms: the grain of the energy
AUDIBLE = -45.0  # dB below the loudest window: quieter is silence

_BEFORE_SIGN = 0.4  # share of a space's or stress sign's time that belongs to the sound before it
_CLOSURES = frozenset(("p", "b", "t", "d", "k", "ɡ", "tʃ", "dʒ", "m"))  # begin in silence, or nearly
_LONGEST_CLOSURE = 1_200  # samples, 50 ms, of silence that a closure may claim before its burst


@dataclass(frozen=True, slots=True)
class Segment:
    """A phoneme in the sound.

    Attributes:
        symbol: index of its symbol in the string that the model read.
        ipa: one of ``phonemes.PHONEMES``.
        start: first sample.
        end: sample after the last.
        stressed: whether it is the vowel of a syllable with primary stress.
    """

    symbol: int
    ipa: str
    start: int
    end: int
    stressed: bool


def segments(symbols: str, durations: Sequence[int], sound: NDArray[np.float32]) -> list[Segment]:
    """Return the phonemes of ``symbols`` in order, without overlap, within the sound.

    Arguments:
        symbols: what the model read.
        durations: samples of the leading silence, of each symbol, and of the trailing silence.
        sound: float32 at 24 kHz, shape (sum(durations),).
    """
    edges = np.concatenate([[0], np.cumsum(np.asarray(durations, dtype=np.int64))])
    loud = _audible(sound)
    found: list[Segment] = []
    begin = int(edges[1])  # where the next phoneme may begin
    after_pause, stressed = True, False
    for index, symbol in enumerate(symbols):
        start, end = int(edges[index + 1]), int(edges[index + 2])
        if symbol in IPA_OF:
            vowel = IPA_OF[symbol] in VOWELS
            segment = Segment(index, IPA_OF[symbol], max(begin - LAG, 0), end - LAG, stressed and vowel)
            found.append(_after_silence(segment, loud) if after_pause else segment)
            begin, after_pause, stressed = end, False, stressed and not vowel
        else:
            begin = start + int(_BEFORE_SIGN * (end - start))
            stressed = symbol == PRIMARY_STRESS or (stressed and symbol in STRESS_SYMBOLS)
            if found and not after_pause:
                found[-1] = _until(found[-1], begin - LAG)
            if symbol in PAUSE_SYMBOLS and symbol != " ":
                after_pause = True
    return _before_silences(found, symbols, loud)


def _audible(sound: NDArray[np.float32]) -> NDArray[np.bool_]:
    level = envelope(sound, WINDOW)
    return np.asarray(level > level.max(initial=-200.0) + AUDIBLE)


def _until(segment: Segment, end: int) -> Segment:
    return Segment(segment.symbol, segment.ipa, segment.start, max(end, segment.start + 1), segment.stressed)


def _after_silence(segment: Segment, loud: NDArray[np.bool_]) -> Segment:
    """Begin where the sound begins; a closure shuts the mouth a little earlier."""
    windows = np.flatnonzero(loud[segment.start // WINDOW : max(segment.end, segment.start + 1) // WINDOW + 1])
    if windows.size == 0:
        return segment
    onset = (segment.start // WINDOW + int(windows[0])) * WINDOW
    lead = _LONGEST_CLOSURE if segment.ipa in _CLOSURES else 0
    start = max(segment.start, onset - lead)
    return Segment(segment.symbol, segment.ipa, start, max(segment.end, start + 1), segment.stressed)


def _before_silences(found: list[Segment], symbols: str, loud: NDArray[np.bool_]) -> list[Segment]:
    """End each phoneme before a pause, and the last one, where the energy ends."""
    ended = []
    for segment, following in zip(found, [*found[1:], None], strict=True):
        stop = following.symbol if following else len(symbols)
        pause = following is None or any(
            symbol in PAUSE_SYMBOLS and symbol != " " for symbol in symbols[segment.symbol + 1 : stop]
        )
        if not pause:
            ended.append(segment)
            continue
        limit = following.start if following else len(loud) * WINDOW
        windows = np.flatnonzero(loud[segment.start // WINDOW : limit // WINDOW])
        last = (segment.start // WINDOW + int(windows[-1]) + 1) * WINDOW if windows.size else segment.end
        ended.append(_until(segment, min(last, limit)))
    return ended
