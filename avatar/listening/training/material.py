"""The lessons as frames and what each frame is: made once, kept in a file, read by ``learn``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avatar.errors import VoiceError
from avatar.listening.resampling import HEARD_RATE
from avatar.listening.spectrum import BANDS, HOP, Spectrum
from avatar.listening.training.damage import at_speed, damaged, noise, unspoken
from avatar.listening.training.teachers import Lesson, any_voice, spoken_by_flite, spoken_by_us
from avatar.listening.training.texts import Texts

STEP = HEARD_RATE // 1_000  # samples between two labels: 1 ms
_TAKE = 14.0  # seconds of one speaker at one microphone


def lesson(seed: int, texts: Texts) -> Lesson:
    """Return one take: a speaker says some texts, with pauses between them; or nobody speaks."""
    rng = np.random.default_rng(seed)
    if rng.random() < 0.03:
        return Lesson(noise(int(6.0 * HEARD_RATE), rng) * np.float32(10.0 ** rng.uniform(-4.0, -1.0)), [])
    ours = rng.random() < 0.5
    voice = any_voice(rng) if ours else None
    sounds: list[NDArray[np.float32]] = [np.zeros(int(rng.uniform(0.02, 0.8) * HEARD_RATE), np.float32)]
    spans: list[tuple[int, float, float]] = []
    length = len(sounds[0])
    speed = float(rng.uniform(0.88, 1.14)) if rng.random() < 0.6 else 1.0
    flite_seed = int(rng.integers(1 << 31))
    while length < _TAKE * HEARD_RATE:
        try:
            text = texts.next()
            said = spoken_by_us(text, voice) if voice else spoken_by_flite(text, np.random.default_rng(flite_seed))
        except VoiceError:
            continue
        said = at_speed(said, speed) if speed != 1.0 else said
        spans += [(kind, start + length / HEARD_RATE, end + length / HEARD_RATE) for kind, start, end in said.spans]
        pause = unspoken(int(rng.exponential(0.25) * HEARD_RATE), rng)
        sounds += [said.sound, pause]
        length += len(said.sound) + len(pause)
    return Lesson(damaged(np.concatenate(sounds), rng), spans)


def labels(said: Lesson) -> NDArray[np.uint8]:
    """Return the class at every millisecond, shape (n,)."""
    found = np.zeros(len(said.sound) // STEP + 1, np.uint8)
    for kind, start, end in said.spans:
        found[round(start * 1_000) : round(end * 1_000)] = kind
    return found


def make(path: Path, hours: float, seed: int) -> None:
    """Write a file of material: ``frames`` float16 (n, BANDS), ``labels`` uint8 (m,) a millisecond, and where takes
    begin in both, ``starts`` int64 (takes, 2).
    """
    texts = Texts(seed)
    frames, marks, starts = [np.zeros((0, BANDS), np.float16)], [np.zeros(0, np.uint8)], []
    done = [0, 0]
    take = 0
    while done[0] * HOP / HEARD_RATE < hours * 3_600.0:
        said = lesson(seed * 1_000_003 + take, texts)
        heard = Spectrum().push(said.sound).astype(np.float16)
        truth = labels(said)
        starts.append(tuple(done))
        frames.append(heard)
        marks.append(truth)
        done = [done[0] + len(heard), done[1] + len(truth)]
        take += 1
    np.savez(path, frames=np.concatenate(frames), labels=np.concatenate(marks), starts=np.array(starts, np.int64))
