"""Synthetic speech whose every phoneme is known to the sample: our own voice bent into many speakers, and Flite's.

Flite (Carnegie Mellon University, permissive licence; the command ``flite``, version 2.2) brings five voices, three of
them made from recordings of people; it prints the end of every phoneme that it says.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import wave
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avatar.errors import VoiceError
from avatar.listening.resampling import HEARD_RATE, Resampler
from avatar.listening.sounds import FIRST_PART, classes_of
from avatar.marks import SAMPLE_RATE
from avatar.voice import VOICES, Voice, VoicePreset

FLITE_VOICES = ("awb", "rms", "slt", "kal16", "awb", "rms", "slt", "kal")

_ARPABET = {
    "aa": "ɑ", "ae": "æ", "ah": "ʌ", "ao": "ɔ", "aw": "aʊ", "ax": "ə", "ay": "aɪ", "b": "b", "ch": "tʃ", "d": "d",
    "dh": "ð", "dx": "ɾ", "eh": "ɛ", "er": "ɝ", "ey": "eɪ", "f": "f", "g": "g", "hh": "h", "ih": "ɪ", "iy": "i",
    "jh": "dʒ", "k": "k", "l": "l", "m": "m", "n": "n", "ng": "ŋ", "ow": "oʊ", "oy": "ɔɪ", "p": "p", "r": "ɹ",
    "s": "s", "sh": "ʃ", "t": "t", "th": "θ", "uh": "ʊ", "uw": "u", "v": "v", "w": "w", "y": "j", "z": "z", "zh": "ʒ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lesson:
    """Speech that is understood.

    Attributes:
        sound: float32 at ``HEARD_RATE``, shape (n,).
        spans: (class, first second, second after the last) of each sound, in order; silence is between them.
    """

    sound: NDArray[np.float32]
    spans: list[tuple[int, float, float]]


def _span(phoneme: str, start: float, end: float) -> list[tuple[int, float, float]]:
    classes = classes_of(phoneme)
    if len(classes) == 1:
        return [(classes[0], start, end)]
    middle = start + FIRST_PART * (end - start)
    return [(classes[0], start, middle), (classes[1], middle, end)]


def any_voice(rng: np.random.Generator) -> Voice:
    """Return one of our voices, or a speaker that nobody has heard yet."""
    if rng.random() < 0.3:
        return Voice(str(rng.choice(sorted(VOICES))))
    formants = float(rng.uniform(0.76, 1.22))
    preset = VoicePreset(
        name="anyone",
        description="a speaker by chance",
        pitch=float(np.clip(formants ** 2.5 * rng.uniform(0.65, 1.35), 0.38, 1.7)),
        formants=formants,
        range=float(rng.uniform(0.6, 1.4)),
        tilt=float(rng.uniform(-1.5, 3.5)),
        breath=float(rng.uniform(-3.0, 6.0)),
        residual=-30.0,
        pace=float(rng.uniform(0.8, 1.45)),
        gain=float(rng.uniform(-3.0, 3.0)),
    )  # fmt: skip
    return Voice(preset)


def spoken_by_us(text: str, voice: Voice) -> Lesson:
    """Return a text in one of our voices.

    Raises:
        VoiceError: the voice does not speak it.
    """
    sounds, spans, length = [], [], 0
    for clause in voice.speak(text):
        for mark in clause.marks:
            if mark.kind == "phoneme":
                spans += _span(mark.text, (length + mark.start) / SAMPLE_RATE, (length + mark.end) / SAMPLE_RATE)
        sounds.append(clause.pcm)
        length += len(clause.pcm)
    if not sounds:
        raise VoiceError(f"{text!r} has no sound")
    sound = np.concatenate([*sounds, np.zeros(SAMPLE_RATE // 10, np.int16)]).astype(np.float32) / 32768.0
    return Lesson(Resampler(SAMPLE_RATE).push(sound), spans)


def _flite() -> str:
    path = shutil.which("flite")
    if path is None:
        raise FileNotFoundError("the command flite is missing: install the package flite of your system")
    return path


def spoken_by_flite(text: str, rng: np.random.Generator) -> Lesson:
    """Return a text in one of Flite's voices, at any pitch and pace.

    Raises:
        OSError, subprocess.CalledProcessError: there is no Flite, or it failed.
    """
    voice = str(rng.choice(FLITE_VOICES))
    stretch = float(rng.uniform(0.75, 1.2))
    pitch = float(rng.uniform(90.0, 150.0) if voice != "slt" else rng.uniform(150.0, 220.0))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "said.wav"
        said = subprocess.run(  # noqa: S603 - a fixed program, and a text that we wrote
            [_flite(), "-voice", voice, "-psdur", "--setf", f"duration_stretch={stretch}",
             "--setf", f"int_f0_target_mean={pitch}", "-t", text, "-o", str(path)],
            check=True, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        with wave.open(str(path)) as file:
            rate = file.getframerate()
            sound = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768.0
    spans: list[tuple[int, float, float]] = []
    start = 0.0
    for pair in said.stdout.split():
        phoneme, _, printed = pair.partition(":")
        end = float(printed)
        if phoneme in _ARPABET:
            spans += _span(_ARPABET[phoneme], start, end)
        start = end
    return Lesson(Resampler(rate).push(sound) if rate != HEARD_RATE else sound, spans)
