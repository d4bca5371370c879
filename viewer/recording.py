"""Recorded speech from a file, as the microphone would have given it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avatar.errors import SoundError
from avatar.listening.sound_file import read_sound
from viewer.audio import MICROPHONE_RATE
from viewer.errors import InputError

MAX_SECONDS = 60


def load_recording(path: Path) -> NDArray[np.int16]:
    """Return the sound of an audio file: int16 mono at ``MICROPHONE_RATE``, shape (n,).

    Raises:
        InputError: there is no such file, it holds no sound that can be decoded, or it is too long for a question.
    """
    try:
        return read_sound(path, MAX_SECONDS, MICROPHONE_RATE)
    except SoundError as error:
        raise InputError(f"a spoken question cannot be taken: {error}") from error
