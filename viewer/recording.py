"""Recorded speech from a file, as the microphone would have given it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from viewer.audio import MICROPHONE_RATE
from viewer.errors import InputError

MAX_SECONDS = 60


def load_recording(path: Path) -> NDArray[np.int16]:
    """Return the sound of an audio file: int16 mono at ``MICROPHONE_RATE``, shape (n,).

    Raises:
        InputError: there is no such file, it holds no sound that can be decoded, or it is too long for a question.
    """
    if not path.is_file():
        raise InputError(f"there is no file {path} to take a spoken question from")
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise InputError(f"{path} holds no sound; a WAV, FLAC, OGG, MP3 or M4A file with speech is wanted")
            pcm = _decoded(container)
    except av.error.FFmpegError as error:
        raise InputError(f"{path} is not a sound file that can be read: {error}") from error
    if not len(pcm):
        raise InputError(f"{path} holds no sound")
    return pcm


def _decoded(container: Any) -> NDArray[np.int16]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=MICROPHONE_RATE)
    parts: list[NDArray[np.int16]] = []
    total = 0
    for frame in container.decode(audio=0):
        for resampled in resampler.resample(frame):
            parts.append(resampled.to_ndarray()[0])
            total += len(parts[-1])
        if total > MAX_SECONDS * MICROPHONE_RATE:
            raise InputError(f"a spoken question may last {MAX_SECONDS} s; {container.name} is longer")
    parts.extend(rest.to_ndarray()[0] for rest in resampler.resample(None))
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)
