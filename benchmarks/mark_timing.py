"""Whether the marks of our voices lie where the sound changes: onsets of voicing and frication, against the marks.

Three changes can be found in the sound without knowing anything else: where a vowel's voice sets in after a voiceless
fricative, where the noise of s or sh sets in after a vowel, and where the sound breaks off for a voiceless stop after a
vowel. Each is the instant, within ``AROUND`` of the mark, at which the level of a band (of the voice, of the noise, of
all) crosses the middle between its levels in the two sounds, most steeply. Positive: the mark is late.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from avatar.marks import SAMPLE_RATE
from avatar.voice import VOICES
from avatar.voice.phonemes import VOWELS
from benchmarks.figures import Figure, arguments, show_columns
from benchmarks.lip_sync import HELD_OUT_TEXT, TEXT, phones_of, voiced
from benchmarks.recordings import Phone, recordings

AROUND = 0.060  # seconds
GRID = 1000  # levels a second
WINDOW = 0.010  # seconds over which a level is taken
VOICE, NOISE, ALL = (80.0, 900.0), (3_500.0, 7_500.0), (80.0, 7_500.0)  # Hz
STEEP = 8  # levels on each side of a crossing between which its steepness is taken
LEAST = 8.0  # dB: a smaller difference between two sounds is no change

_HISSING = frozenset(("s", "ʃ", "tʃ", "f", "θ"))
_NOISY = frozenset(("s", "ʃ"))
_STOPS = frozenset(("p", "t", "k"))


def levels(sound: NDArray[np.float32], rate: int, band: tuple[float, float]) -> NDArray[np.float64]:
    """Return the level of a band in dB, ``GRID`` a second."""
    high = min(band[1], 0.45 * rate)
    passed = np.square(sosfiltfilt(butter(4, (band[0], high), "bandpass", fs=rate, output="sos"), sound))
    width = round(WINDOW * rate)
    power = np.convolve(passed, np.full(width, 1.0 / width), "same")
    return np.asarray(10.0 * np.log10(power[(np.arange(int(len(sound) / rate * GRID)) * rate) // GRID] + 1e-12))


def change(level: NDArray[np.float64], before: Phone, after: Phone) -> float | None:
    """Return when the level goes over from one sound to the next, seconds; None if it does not."""
    edge = after.start
    old = _median(level, before.start, (before.start + before.end) / 2)
    new = _median(level, (after.start + after.end) / 2, after.end)
    if abs(new - old) < LEAST:
        return None
    begin = max(0, round((edge - AROUND) * GRID))
    above = (level[begin : round((edge + AROUND) * GRID)] > (old + new) / 2) == (new > old)
    crossings = np.flatnonzero(above[1:] & ~above[:-1])
    if not crossings.size:
        return None
    places = crossings + begin
    steepness = np.abs(level[np.minimum(places + STEEP, len(level) - 1)] - level[np.maximum(places - STEEP, 0)])
    return (int(places[int(steepness.argmax())]) + 0.5) / GRID


def _median(level: NDArray[np.float64], start: float, end: float) -> float:
    begin = round(start * GRID)
    return float(np.median(level[begin : max(round(end * GRID), begin + 1)]))


def offsets(phones: Sequence[Phone], sound: NDArray[np.float32], rate: int) -> dict[str, list[float]]:
    """Return how late the marks are at each kind of change, seconds."""
    bands = {"voicing": VOICE, "frication": NOISE, "closure": ALL}
    tracks = {kind: levels(sound, rate, band) for kind, band in bands.items()}
    found: dict[str, list[float]] = {kind: [] for kind in bands}
    for before, after in pairwise(phones):
        if after.start - before.end > 1.0 / GRID:
            continue
        if after.symbol in VOWELS and before.symbol in _HISSING:
            kind = "voicing"
        elif before.symbol in VOWELS and after.symbol in _NOISY:
            kind = "frication"
        elif before.symbol in VOWELS and after.symbol in _STOPS:
            kind = "closure"
        else:
            continue
        when = change(tracks[kind], before, after)
        if when is not None:
            found[kind].append(after.start - when)
    return found


def figures_of(found: dict[str, list[float]]) -> dict[str, Figure]:
    """Return the median offset (its sign kept), the mean absolute error and the number of each kind of change."""
    together = {**found, "together": [late for kind in found.values() for late in kind]}
    return {
        f"{kind}_ms": f"{1e3 * float(np.median(late)):+.1f}, {1e3 * float(np.mean(np.abs(late))):.1f} (n {len(late)})"
        for kind, late in together.items()
        if late
    }


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--markdown", action="store_true", help="print a table in Markdown")
    options = parser.parse_args()
    columns: dict[str, dict[str, list[float]]] = {}
    for name in VOICES:
        for text in (TEXT, HELD_OUT_TEXT):
            marks, sound = voiced(name, text)
            for kind, late in offsets(phones_of(marks), sound, SAMPLE_RATE).items():
                columns.setdefault(name, {}).setdefault(kind, []).extend(late)
    for spoken in recordings():
        for kind, late in offsets(spoken.phones, spoken.pcm, spoken.rate).items():
            columns.setdefault("recordings", {}).setdefault(kind, []).extend(late)
    rows = {name: figures_of(found) for name, found in columns.items()}
    show_columns("marks against the sound: median offset (late is +), mean absolute error", rows, options)


if __name__ == "__main__":
    main()
