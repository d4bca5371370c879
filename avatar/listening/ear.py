"""The ear: sound in as it comes, the onsets of its sounds out. No input or output of its own; bounded state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.errors import SoundError
from avatar.listening.decoding import Decoder
from avatar.listening.network import DELAY, Network, shared_weights
from avatar.listening.resampling import HEARD_RATE, RATES, Resampler
from avatar.listening.spectrum import HOP, Spectrum, loudness
from avatar.marks import SAMPLE_RATE

LOOK_AHEAD = 0.06  # seconds: sound that comes later than this after a moment does not change what is heard at it

EARLIER = 208  # samples at HEARD_RATE, 13 ms, by which evidence runs behind the sounds (measured on our own voices)

_BLOCK = 4_096  # samples that are heard at once, so that a long push needs no more memory than a short one


@dataclass(frozen=True, slots=True)
class Heard:
    """A sound begins, or silence.

    Attributes:
        kind: index into ``avatar.listening.sounds.CLASSES``.
        start: first sample, at ``avatar.marks.SAMPLE_RATE`` from the first sample that was pushed.
        loudness: nepers of power against the running level.
    """

    kind: int
    start: int
    loudness: float


class Ear:
    """Ears on one stream of sound. Not safe to share between threads."""

    def __init__(self, rate: int = SAMPLE_RATE) -> None:
        """Listen to sound of ``rate`` samples per second.

        Raises:
            SoundError: the rate is not one of a sound that can be understood.
            ListeningModelError: the weights are missing or damaged.
        """
        if not RATES[0] <= rate <= RATES[1]:
            raise SoundError(f"sound of {rate} Hz cannot be understood; {RATES[0]} to {RATES[1]} Hz is wanted")
        self._rate = rate
        self._samples = 0
        self._resampler = Resampler(rate)
        self._spectrum = Spectrum()
        self._network = Network(shared_weights())
        self._decoder = Decoder()
        self._frame = 0  # the next one

    @property
    def decided(self) -> int:
        """The sample before which all onsets are known, at ``avatar.marks.SAMPLE_RATE``."""
        return max(0, _sample(self._frame - 1) + 1)

    @property
    def pushed(self) -> int:
        """How much was pushed, in samples at ``avatar.marks.SAMPLE_RATE``."""
        return self._samples * SAMPLE_RATE // self._rate

    def push(self, sound: NDArray[np.generic]) -> list[Heard]:
        """Return the onsets that more sound reveals, in order; two that follow each other differ in kind.

        Arguments:
            sound: integers, or floats within -1..1 (more is clipped, what is no number is silence); shape (n,), or
                (n, channels), which are mixed.

        Raises:
            SoundError: an array of another shape or type.
        """
        _require_sound(sound)
        self._samples += len(sound)
        found: list[Heard] = []
        for begin in range(0, len(sound), _BLOCK):
            samples = _mono(sound[begin : begin + _BLOCK])
            for frame in self._spectrum.push(self._resampler.push(samples)):
                likelihoods = self._network.push(frame)
                start = _sample(self._frame)
                self._frame += 1
                kind = self._decoder.push(likelihoods) if start >= 0 else None
                if kind is not None:
                    found.append(Heard(kind, start, loudness(frame)))
        return found

    def finish(self) -> list[Heard]:
        """Return the onsets that were still to come: the sound ends here. Nothing may be pushed after it."""
        end = self.pushed
        return [
            heard for heard in self.push(np.zeros(int(2 * LOOK_AHEAD * self._rate), np.float32)) if heard.start < end
        ]


def _sample(frame: int) -> int:
    """Return the moment that is decided at a frame, at ``avatar.marks.SAMPLE_RATE``."""
    return ((frame + 1) * HOP - DELAY - EARLIER) * SAMPLE_RATE // HEARD_RATE


def _require_sound(sound: NDArray[np.generic]) -> None:
    if sound.ndim not in {1, 2} or (sound.ndim == 2 and not sound.shape[1]) or sound.dtype.kind not in "iuf":
        raise SoundError(f"sound of shape {sound.shape} and type {sound.dtype} cannot be heard; samples are wanted")


def _mono(sound: NDArray[np.generic]) -> NDArray[np.float32]:
    values = sound.astype(np.float64)
    if sound.dtype.kind in "iu":
        half = 2.0 ** (8 * sound.dtype.itemsize - 1)
        values = values / half - (1.0 if sound.dtype.kind == "u" else 0.0)
    values = np.clip(np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0), -1.0, 1.0)
    return np.asarray(values.mean(axis=1) if values.ndim == 2 else values, dtype=np.float32)
