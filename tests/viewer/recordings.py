"""Sound files for tests."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np


def write_wav(path: Path, seconds: float, rate: int = 16_000) -> Path:
    """Write a tone of 220 Hz and return its path."""
    tone = (8_000 * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 220 / rate)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(tone.tobytes())
    return path
