"""What sounds in a room and is not speech, made by rule: noise, typing, music without singing, a door, silence."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

Sound = NDArray[np.float64]  # -1..1 at RATE

RATE = 16_000  # Hz
_LEVEL = 0.05  # RMS: -26 dBFS, as loud as somebody who speaks
_SCALE = (0, 2, 4, 7, 9, 12)  # semitones: a melody that nobody knows


def silence(seconds: float) -> Sound:
    """The microphone's own noise."""
    return np.random.default_rng(1).normal(0.0, 3e-4, _samples(seconds))


def white_noise(seconds: float) -> Sound:
    """A tap that runs."""
    return _levelled(np.random.default_rng(2).normal(size=_samples(seconds)))


def pink_noise(seconds: float) -> Sound:
    """A road, or rain: power falls by 3 dB an octave."""
    count = _samples(seconds)
    spectrum = np.fft.rfft(np.random.default_rng(3).normal(size=count))
    return _levelled(np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 20)), count))


def fan(seconds: float) -> Sound:
    """A fan: low noise, and the hum of its blades."""
    time = np.arange(_samples(seconds)) / RATE
    hum = sum(np.sin(2 * np.pi * 92.0 * harmonic * time) / harmonic for harmonic in range(1, 6))
    noise = lfilter([0.02], [1.0, -0.98], np.random.default_rng(4).normal(size=len(time)))
    return _levelled(hum + 4.0 * noise / np.std(noise))


def typing(seconds: float) -> Sound:
    """Somebody types, eight keys a second: a click as the key goes down, a softer one as it comes up."""
    rng = np.random.default_rng(5)
    sound = np.zeros(_samples(seconds))
    at = 0
    while (at := at + round(rng.uniform(0.06, 0.22) * RATE)) + RATE // 4 < len(sound):
        for delay, level in ((0, 1.0), (round(rng.uniform(0.05, 0.11) * RATE), 0.4)):
            _add(sound, at + delay, level * _knock(rng, 0.004, 2_500.0, 0.4))
    return _peaked(sound, 0.3)


def door(seconds: float) -> Sound:
    """Somebody knocks, and things fall, every second."""
    rng = np.random.default_rng(6)
    sound = np.zeros(_samples(seconds))
    for second in range(int(seconds) - 1):
        for knock in range(3):
            _add(sound, second * RATE + knock * RATE // 6, _knock(rng, 0.03, 180.0, 0.6))
    return _peaked(sound, 0.5)


def plucked_strings(seconds: float) -> Sound:
    """A guitar (K. Karplus and A. Strong, "Digital synthesis of plucked-string and drum timbres", 1983)."""
    rng = np.random.default_rng(7)
    sound = np.zeros(_samples(seconds))
    for number in range(int(4 * seconds) - 4):
        period = round(RATE / _pitch(rng, 147.0))
        excitation = np.concatenate([rng.normal(size=period), np.zeros(RATE - period)])
        taps = np.zeros(period + 2)
        taps[0], taps[period], taps[period + 1] = 1.0, -0.498, -0.498
        _add(sound, number * RATE // 4, lfilter([1.0], taps, excitation))
    return _levelled(sound)


def organ(seconds: float) -> Sound:
    """Chords that are held for two seconds each."""
    rng = np.random.default_rng(8)
    sound = np.zeros(_samples(seconds))
    time = np.arange(2 * RATE) / RATE
    shape = np.minimum(1.0, np.minimum(time, 2.0 - time) / 0.08)
    for number in range(int(seconds) // 2):
        for _ in range(3):
            tone = sum(np.sin(2 * np.pi * _pitch(rng, 220.0) * k * time) / k for k in (1, 2, 4))
            _add(sound, 2 * number * RATE, tone * shape)
    return _levelled(sound)


def drums(seconds: float) -> Sound:
    """A beat of 110 a minute: a falling tone on one and three, noise on two and four."""
    rng = np.random.default_rng(9)
    sound = np.zeros(_samples(seconds))
    time = np.arange(RATE // 4) / RATE
    bass = np.sin(2 * np.pi * (45.0 * time + 4.0 * (1.0 - np.exp(-time / 0.03)))) * np.exp(-time / 0.09)
    beat = RATE * 60 // 110
    for number in range(len(sound) // beat):
        snare = rng.normal(size=len(time)) * np.exp(-time / 0.05)
        _add(sound, number * beat, snare if number % 2 else 2.0 * bass)
        _add(sound, number * beat + beat // 2, 0.3 * rng.normal(size=800) * np.exp(-np.arange(800) / 160))
    return _levelled(sound)


NOISES: dict[str, Callable[[float], Sound]] = {
    make.__name__: make for make in (silence, white_noise, pink_noise, fan, typing, door, plucked_strings, organ, drums)
}


def _samples(seconds: float) -> int:
    return round(seconds * RATE)


def _pitch(rng: np.random.Generator, root: float) -> float:
    return root * float(2.0 ** (int(rng.choice(_SCALE)) / 12.0))


def _knock(rng: np.random.Generator, decay: float, tone: float, noise: float) -> Sound:
    """A blow: ``tone`` Hz with some noise, dying away by 1/e in ``decay`` seconds."""
    time = np.arange(round(8 * decay * RATE)) / RATE
    body = np.sin(2 * np.pi * tone * rng.uniform(0.8, 1.25) * time) + noise * rng.normal(size=len(time))
    blow: Sound = body * np.exp(-time / decay)
    return blow


def _add(sound: Sound, at: int, part: Sound) -> None:
    end = min(len(sound), at + len(part))
    sound[at:end] += part[: max(0, end - at)]


def _levelled(sound: Sound) -> Sound:
    scaled: Sound = sound * (_LEVEL / np.sqrt(np.mean(np.square(sound))))
    return scaled


def _peaked(sound: Sound, peak: float) -> Sound:
    scaled: Sound = sound * (peak / np.abs(sound).max())
    return scaled
