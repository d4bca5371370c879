"""What happens to speech on its way to a microphone: rooms, noise, telephones, other speeds, other levels."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, resample_poly

from avatar.listening.resampling import HEARD_RATE
from avatar.listening.training.teachers import Lesson


def at_speed(lesson: Lesson, speed: float) -> Lesson:
    """Return the lesson played faster or slower: pitch, resonances and times all change."""
    ratio = Fraction(1.0 / speed).limit_denominator(60)
    sound = np.asarray(resample_poly(lesson.sound, ratio.numerator, ratio.denominator), dtype=np.float32)
    factor = float(ratio)
    return Lesson(sound, [(kind, start * factor, end * factor) for kind, start, end in lesson.spans])


def coloured(sound: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the sound through a microphone with a tone of its own, now and then through a telephone."""
    size = 1 << (len(sound) - 1).bit_length()
    hertz = np.fft.rfftfreq(size, 1.0 / HEARD_RATE)
    knots = np.array([60.0, 250.0, 800.0, 2_000.0, 4_500.0, 8_000.0])
    decibels = np.interp(np.log(np.maximum(hertz, 30.0)), np.log(knots), rng.normal(0.0, 4.0, len(knots)))
    if rng.random() < 0.25:
        low, high = rng.uniform(80.0, 350.0), rng.uniform(3_000.0, 7_000.0)
        slopes = 24.0 * np.maximum(0.0, np.log2(low / np.maximum(hertz, 20.0)))
        slopes += 48.0 * np.maximum(0.0, np.log2(np.maximum(hertz, 20.0) / high))
        decibels -= np.minimum(slopes, 60.0)
    spectrum = np.fft.rfft(sound, size) * 10.0 ** (decibels / 20.0)
    return np.asarray(np.fft.irfft(spectrum, size)[: len(sound)], dtype=np.float32)


def in_a_room(sound: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the sound with the echoes of a room (decaying noise after the direct sound; Schroeder, 1961)."""
    seconds = rng.uniform(0.08, 0.5)
    count = int(seconds * HEARD_RATE)
    tail = rng.normal(0.0, 1.0, count) * 10.0 ** (-3.0 * np.arange(count) / count)
    tail[: int(0.002 * HEARD_RATE)] = 0.0
    tail *= 10.0 ** (rng.uniform(-16.0, -2.0) / 20.0) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(fftconvolve(sound, tail)[: len(sound)], dtype=np.float32)


def noise(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return ``count`` samples of noise with a spectrum that falls (or not), mean square 1."""
    size = 1 << (count - 1).bit_length()
    hertz = np.maximum(np.fft.rfftfreq(size, 1.0 / HEARD_RATE), 20.0)
    shape = (hertz / 1_000.0) ** (-rng.uniform(0.0, 1.2)) * np.exp(1j * rng.uniform(0.0, 2.0 * np.pi, len(hertz)))
    found = np.fft.irfft(shape, size)[:count]
    if rng.random() < 0.3:  # mains hum and its harmonics
        seconds = np.arange(count) / HEARD_RATE
        base = rng.choice([50.0, 60.0, 100.0, 120.0])
        hum = sum(np.sin(2 * np.pi * base * part * seconds + part) / part for part in range(1, 6))
        found = found / found.std() + rng.uniform(0.2, 2.0) * hum
    return np.asarray(found / (found.std() + 1e-9), dtype=np.float32)


def unspoken(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return a pause of ``count`` samples: silent, or with a breath or the smack of lips in it."""
    pause = np.zeros(count, np.float32)
    kind = rng.random()
    if kind < 0.3 and count > HEARD_RATE // 5:  # a breath swells and fades
        swell = np.sin(np.linspace(0.0, np.pi, count)) ** 2
        pause += noise(count, rng) * (swell * 10.0 ** (rng.uniform(-45.0, -26.0) / 20.0)).astype(np.float32)
    elif kind < 0.5 and count > HEARD_RATE // 20:
        length = int(rng.uniform(0.002, 0.015) * HEARD_RATE)
        begin = int(rng.integers(count - length))
        decay = np.exp(-np.linspace(0.0, 5.0, length)) * 10.0 ** (rng.uniform(-40.0, -22.0) / 20.0)
        pause[begin : begin + length] += noise(length, rng) * decay.astype(np.float32)
    return pause


def damaged(sound: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the sound as some microphone might give it; its times do not change."""
    level = 10.0 ** (rng.uniform(-42.0, -14.0) / 20.0)
    speech = coloured(sound, rng) if rng.random() < 0.8 else sound
    if rng.random() < 0.4:
        speech = in_a_room(speech, rng)
    loud = speech[np.abs(speech) > 0.1 * np.abs(speech).max(initial=1e-9)]
    speech = speech * (level / (np.sqrt(np.mean(loud**2)) + 1e-9) if loud.size else 1.0)
    if rng.random() < 0.75:
        speech = speech + noise(len(speech), rng) * level * 10.0 ** (-rng.uniform(5.0, 45.0) / 20.0)
    if rng.random() < 0.06:  # too close to the microphone
        speech = speech * rng.uniform(4.0, 20.0)
    if rng.random() < 0.08:  # eight bits on a logarithmic scale (ITU-T G.711)
        squeezed = np.sign(speech) * np.log1p(255.0 * np.abs(np.clip(speech, -1.0, 1.0))) / np.log(256.0)
        rounded = np.round(squeezed * 127.0) / 127.0
        speech = np.sign(rounded) * np.expm1(np.abs(rounded) * np.log(256.0)) / 255.0
    return np.asarray(np.round(np.clip(speech, -1.0, 1.0) * 32767.0) / 32768.0, dtype=np.float32)
