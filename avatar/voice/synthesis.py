"""Spectra to sound: the voice conversion, the level, and the trimming of silence."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from avatar.voice.intonation import Melody
from avatar.voice.model import VOICED_HZ, Spectra
from avatar.voice.presets import MoodProsody, VoicePreset

PEAK = 10 ** (-1.0 / 20)  # -1 dBFS: no sample is larger

_BIN_HZ = 20.0
_NEPERS_PER_DB = float(np.log(10) / 20)  # the model's magnitudes are natural logarithms
_TILT_FROM_HZ = 200.0
_TILT_OCTAVES = 4.0
_KNEE = 0.7  # amplitude where the limiter begins to bend
_LOWEST_HZ = 45.0  # a deep voice must not fall silent where it dips
_NOISE_SEED = 0  # the same text must give the same bytes


def render(spectra: Spectra, preset: VoicePreset, mood: MoodProsody, melody: Melody) -> NDArray[np.float32]:
    """Return the sound of ``spectra``: float32 at 24 kHz, within ``PEAK``, shape (F * ``FRAME_SAMPLES``,).

    Arguments:
        spectra: what the model said, F frames.
        preset: the voice.
        mood: what the mood does to it.
        melody: what the ends of its phrases add.
    """
    from hibari import dsp  # noqa: PLC0415 - see avatar.voice.model

    voice = _converted(spectra, preset)
    pitch = _inflected(spectra.pitch, preset.pitch * mood.pitch, preset.range * mood.range, melody.lift)
    sound: NDArray[np.float32] = dsp.synth(
        voice.harmonic + melody.support,
        voice.harmonic_phase,
        voice.noise,
        voice.residual - melody.support,
        voice.residual_phase,
        pitch,
        np.random.default_rng(_NOISE_SEED),
    )
    return _limited(sound * np.float32(10 ** ((preset.gain + mood.gain) / 20)))


def envelope(sound: NDArray[np.float32], window: int) -> NDArray[np.float32]:
    """Return the level in dBFS of each whole window of ``window`` samples, shape (n // window,)."""
    power = np.mean(np.square(sound[: len(sound) // window * window].reshape(-1, window)), axis=1)
    return np.asarray(10 * np.log10(power + 1e-12), dtype=np.float32)


def _converted(spectra: Spectra, preset: VoicePreset) -> Spectra:
    """Warp the frequency axis by ``preset.formants`` and tilt the spectrum."""
    bins = spectra.harmonic.shape[0]
    frequencies = np.arange(bins) * _BIN_HZ
    octaves = np.clip(np.log2(np.maximum(frequencies, _TILT_FROM_HZ) / _TILT_FROM_HZ), 0.0, _TILT_OCTAVES)
    tilt = np.asarray(_NEPERS_PER_DB * preset.tilt * octaves, dtype=np.float32)[:, None]
    source = np.clip(np.rint(np.arange(bins) / preset.formants).astype(np.intp), 0, bins - 1)

    def warped(part: NDArray[np.float32]) -> NDArray[np.float32]:
        return part[source]

    voiced = np.where(spectra.pitch > VOICED_HZ, np.float32(_NEPERS_PER_DB * preset.residual), np.float32(0.0))
    return Spectra(
        harmonic=warped(spectra.harmonic) + tilt,
        harmonic_phase=warped(spectra.harmonic_phase),
        noise=warped(spectra.noise) + tilt / np.float32(2) + np.float32(_NEPERS_PER_DB * preset.breath),
        residual=warped(spectra.residual) + tilt + voiced,
        residual_phase=warped(spectra.residual_phase),
        pitch=spectra.pitch,
        durations=spectra.durations,
    )


def _inflected(
    pitch: NDArray[np.float32], factor: float, excursions: float, lift: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Scale the pitch, and on a logarithmic axis its excursions around the median of what is voiced."""
    voiced = pitch > VOICED_HZ
    if not voiced.any():
        return pitch
    median = float(np.median(pitch[voiced]))
    changed = pitch.copy()
    changed_voiced = median * factor * (pitch[voiced] / median) ** excursions * 2 ** (lift[voiced] / 12)
    changed[voiced] = np.maximum(changed_voiced, _LOWEST_HZ)
    return changed


def _limited(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Bend what is above the knee so that it stays within ``PEAK``; below the knee nothing changes."""
    size = np.abs(sound)
    room = PEAK - _KNEE
    bent: Any = _KNEE + room * np.tanh((size - _KNEE) / room)
    return np.asarray(np.where(size > _KNEE, np.sign(sound) * bent, sound), dtype=np.float32)
