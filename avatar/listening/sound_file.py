"""Sound from a file of any kind that PyAV decodes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from avatar.errors import SoundError
from avatar.marks import SAMPLE_RATE


def read_sound(path: Path, longest: float, rate: int = SAMPLE_RATE) -> NDArray[np.int16]:
    """Return the sound of an audio or video file: int16 mono at ``rate`` Hz, shape (n,), n > 0.

    Arguments:
        path: the file.
        longest: seconds that it may last; no more than that is ever decoded.
        rate: of the result, in Hz.

    Raises:
        SoundError: there is no such file, it holds no sound that can be decoded, or it is too long.
    """
    if not path.is_file():
        raise SoundError(f"there is no file {path}")
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise SoundError(f"{path} holds no sound; a WAV, FLAC, OGG, MP3 or M4A file with speech is wanted")
            pcm = _decoded(container, longest, rate)
    except (av.error.FFmpegError, OSError) as error:
        raise SoundError(f"{path} is not a sound file that can be read: {error}") from error
    if not len(pcm):
        raise SoundError(f"{path} holds no sound")
    return pcm


def _decoded(container: Any, longest: float, rate: int) -> NDArray[np.int16]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=rate)
    parts: list[NDArray[np.int16]] = []
    total = 0
    for frame in container.decode(audio=0):
        for resampled in resampler.resample(frame):
            parts.append(resampled.to_ndarray()[0])
            total += len(parts[-1])
        if total > longest * rate:
            raise SoundError(f"{container.name} is longer than {longest:g} s; cut it")
    parts.extend(rest.to_ndarray()[0] for rest in resampler.resample(None))
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)
