"""The voices as data: how each is made from the model's one speaker, and what a mood does to a voice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VoicePreset:
    """A speaker.

    Attributes:
        name: what feeds and users call it.
        description: for people who choose.
        pitch: factor on the fundamental frequency.
        formants: factor on the frequencies of the vocal tract's resonances (a shorter tract is above 1).
        range: factor on the excursions of the pitch around its median.
        tilt: dB per octave above 200 Hz added to the spectrum, at most four octaves of it.
        breath: dB added to the noise part.
        residual: dB added to the free-phase part while voiced; it belongs to the original speaker's pitch, so it must
            go when the pitch is changed.
        pace: factor on the speed.
        gain: dB that brings the voice to about -20 LUFS.
    """

    name: str
    description: str
    pitch: float = 1.0
    formants: float = 1.0
    range: float = 1.0
    tilt: float = 0.0
    breath: float = 0.0
    residual: float = 0.0
    pace: float = 1.0
    gain: float = 0.0


@dataclass(frozen=True, slots=True)
class MoodProsody:
    """What a mood does to any voice: factors on speed, pitch and pitch range, and dB on the level."""

    pace: float = 1.0
    pitch: float = 1.0
    range: float = 1.0
    gain: float = 0.0


DEFAULT_VOICE = "ava"

VOICES: dict[str, VoicePreset] = {
    preset.name: preset
    for preset in (
        VoicePreset("ava", "a woman, clear and even", gain=5.9),
        VoicePreset("adam", "a man", pitch=0.58, formants=0.85, tilt=2.5, residual=-30.0, gain=-2.5),
        VoicePreset("kim", "a young woman, bright", pitch=1.2, formants=1.12, residual=-30.0, gain=5.0),
        VoicePreset(
            "george",
            "an old man, deep and unhurried",
            pitch=0.46,
            formants=0.8,
            range=0.95,
            tilt=2.5,
            breath=1.0,
            residual=-30.0,
            pace=0.95,
            gain=-0.1,
        ),
    )
}

# Small on purpose: the face carries the mood, the voice must not sound acted.
MOOD_PROSODY: dict[str, MoodProsody] = {
    "neutral": MoodProsody(),
    "joy": MoodProsody(pace=1.05, pitch=1.05, range=1.2, gain=0.5),
    "warmth": MoodProsody(pace=0.97, pitch=1.0, range=1.08, gain=-0.5),
    "sorrow": MoodProsody(pace=0.9, pitch=0.95, range=0.75, gain=-1.5),
    "anger": MoodProsody(pace=1.04, pitch=1.0, range=1.15, gain=1.0),
    "surprise": MoodProsody(pace=1.02, pitch=1.06, range=1.3, gain=0.5),
    "fear": MoodProsody(pace=1.08, pitch=1.06, range=0.9, gain=-0.5),
    "disgust": MoodProsody(pace=0.94, pitch=0.96, range=0.95),
    "thought": MoodProsody(pace=0.93, pitch=0.98, range=0.9, gain=-0.5),
    "doubt": MoodProsody(pace=0.95, pitch=1.02, range=1.05, gain=-0.5),
    "interest": MoodProsody(pace=1.02, pitch=1.03, range=1.15),
    "embarrassment": MoodProsody(pace=0.97, pitch=1.02, range=0.9, gain=-1.0),
}
