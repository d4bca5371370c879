"""Short utterances of people, as turns of a conversation, and where in each of them the last speech sounds.

They are not about our feed, and hardly any is a question: what is taken from them is how people's speech ends. Forty
and more by seven speakers: single sentences of Michael McAuliffe (the asset "utterances"), stretches between two pauses
of his three longer recordings, and the short ones of praatIO's and phonlab's speakers (the assets "recordings").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from benchmarks.recordings import Interval, Recording, read_sound, recordings
from server.assets import AssetStore
from viewer.audio import MICROPHONE_RATE

GRAIN = MICROPHONE_RATE // 100  # samples, 10 ms: levels are of such stretches
SPEECH_DB = 30.0  # below the loudest stretches (their 95th percentile) speech has ended
NOISE_DB = 6.0  # speech is at least this much above the quietest stretches (their 5th percentile)
QUIETEST_DB = -75.0  # dBFS: what is softer is no room that people speak in

_PAUSE = 0.35  # seconds between two words that make two utterances of them
_MARGIN = 0.15  # seconds kept before the first and after the last word of an utterance that is cut out
_LONGEST = 4.5  # seconds
_WORDS = 2  # at least, in an utterance that is cut out
_NOT_WORDS = frozenset(("sp", "sil", "<vocnoise>"))
_LEFT_OUT = frozenset(("im_twelve",))  # two sentences with a pause between them that ends the first


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said.

    Attributes:
        name: of the recording, and the second at which it was cut out.
        pcm: int16 mono at ``MICROPHONE_RATE``.
        start: the first sample of speech.
        end: the sample after the last one of speech; both by ``speech_bounds``.
        noise: level of the room round it, RMS in 16-bit units.
    """

    name: str
    pcm: NDArray[np.int16]
    start: int
    end: int
    noise: float

    @property
    def seconds(self) -> float:
        """How long is spoken."""
        return (self.end - self.start) / MICROPHONE_RATE


def speech_bounds(pcm: NDArray[np.int16]) -> tuple[int, int]:
    """Return the first sample of speech and the one after the last, by level alone.

    A stretch of 10 ms is speech if it is louder than ``SPEECH_DB`` below the loudest ones and than ``NOISE_DB`` above
    the quietest. No voice activity detector is asked: it is part of what is measured.

    Raises:
        ValueError: nothing in it is louder than the rest.
    """
    levels = _levels(pcm)
    threshold = max(np.percentile(levels, 95) - SPEECH_DB, max(np.percentile(levels, 5), QUIETEST_DB) + NOISE_DB)
    loud = np.flatnonzero(levels > threshold)
    if not len(loud):
        raise ValueError("there is no speech in this recording")
    return int(loud[0]) * GRAIN, int(loud[-1] + 1) * GRAIN


def utterances(store: AssetStore | None = None) -> list[Utterance]:
    """Return all of them, fetching what is not there.

    Raises:
        AssetError: they are not in the cache and cannot be fetched.
    """
    store = store or AssetStore()
    store.fetch(("utterances",))
    found = []
    for path in sorted(store.path("utterances").iterdir()):
        sound, rate = read_sound(path)
        found.append(_utterance(path.stem, sound, rate, _quiet(sound)))
    for recording in [*recordings(store), *recordings(store, held_out=True)]:
        if recording.name not in _LEFT_OUT:
            found += _cut_out(recording)
    return found


def room(level: float, samples: int, seed: int = 0) -> NDArray[np.int16]:
    """Return noise of ``level`` (RMS in 16-bit units), shape (samples,): what is heard when nobody speaks."""
    noise = np.random.default_rng(seed).normal(0.0, level, samples)
    return np.clip(np.rint(noise), -32_768, 32_767).astype(np.int16)


def _cut_out(recording: Recording) -> Iterator[Utterance]:
    for words in _between_pauses([word for word in recording.words if word.label not in _NOT_WORDS]):
        seconds = words[-1].end - words[0].start
        if len(words) >= _WORDS and seconds <= _LONGEST:
            first = max(0, round((words[0].start - _MARGIN) * recording.rate))
            last = round((words[-1].end + _MARGIN) * recording.rate)
            name = f"{recording.name}@{words[0].start:.1f}"
            yield _utterance(name, recording.pcm[first:last], recording.rate, _quiet(recording.pcm))


def _between_pauses(words: Sequence[Interval]) -> Iterator[list[Interval]]:
    group: list[Interval] = []
    for word in words:
        if group and word.start - group[-1].end > _PAUSE:
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _utterance(name: str, sound: NDArray[np.float32], rate: int, quiet: float) -> Utterance:
    ratio = Fraction(MICROPHONE_RATE, rate)
    resampled = resample_poly(sound, ratio.numerator, ratio.denominator)
    pcm = np.clip(np.rint(32_767 * resampled), -32_768, 32_767).astype(np.int16)
    start, end = speech_bounds(pcm)
    first = max(0, start - GRAIN)
    return Utterance(name, pcm[first:end], start - first, end - first, 32_768 * 10 ** (quiet / 20))


def _quiet(sound: NDArray[np.float32]) -> float:
    """Return the level of the room in a whole recording, dBFS."""
    return max(float(np.percentile(_levels(sound * np.float32(32_768)), 5)), QUIETEST_DB)


def _levels(pcm: NDArray[np.int16] | NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the level of each whole stretch of ``GRAIN`` samples (in 16-bit units) in dBFS, shape (n // GRAIN,)."""
    whole = pcm[: len(pcm) // GRAIN * GRAIN].reshape(-1, GRAIN).astype(np.float64) / 32_768
    levels: NDArray[np.float64] = 10 * np.log10(np.mean(whole * whole, axis=1) + 1e-12)
    return levels
