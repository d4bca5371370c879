"""A video file: H.264 picture and AAC sound in MP4, both addressed on one clock, written atomically."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import av.error
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from avatar.errors import AvatarError
from avatar.marks import SAMPLE_RATE

ENCODED_RATE = 48_000  # Hz: every player takes it, and the encoder's 1024-sample frames stay under a picture's time
CRF = "18"  # of x264: visually lossless for a face on a soft background
AUDIO_BIT_RATE = 128_000


class VideoError(AvatarError):
    """A video cannot be written as asked."""


class VideoWriter:
    """Writes pictures and sound to an MP4 file; a context manager.

    The file appears under its name when ``close`` succeeds; leaving the context by an exception leaves nothing.

    Args:
        path: the file, whose folder must exist.
        width: of the pictures, even.
        height: of the pictures, even.
        fps: pictures a second.
        sample_rate: of the sound that ``write_audio`` takes, in Hz.

    Raises:
        VideoError: odd or senseless sizes, or the folder cannot be written to.
    """

    def __init__(
        self, path: Path | str, width: int, height: int, fps: int = 30, sample_rate: int = SAMPLE_RATE
    ) -> None:
        if width <= 0 or height <= 0 or width % 2 or height % 2:
            raise VideoError(f"a video of {width}x{height} cannot be written: H.264 wants even, positive sizes")
        if not 1 <= fps <= 240:
            raise VideoError(f"{fps} pictures a second cannot be written; choose 1 to 240")
        self._path = Path(path)
        if not os.access(self._path.parent, os.W_OK):
            raise VideoError(f"{self._path} cannot be written: there is no folder {self._path.parent} to write to")
        _drop_abandoned(self._path)
        self._partial = self._path.with_name(f".{self._path.name}.{os.getpid()}.part")
        self._size = (width, height)
        self._sample_rate = sample_rate
        self._frames = 0
        self._samples = 0
        try:
            self._container = av.open(
                str(self._partial), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}
            )
        except (OSError, av.error.FFmpegError) as error:
            raise VideoError(f"{self._path} cannot be written: {error}") from error
        self._video: Any = self._container.add_stream("libx264", rate=fps)
        self._video.width, self._video.height = self._size
        self._video.pix_fmt = "yuv420p"
        self._frame_time = Fraction(1, fps)  # the muxer changes its streams' own time bases once it has begun
        self._video.options = {"preset": "veryfast", "crf": CRF, "tune": "animation"}
        self._video.codec_context.thread_count = 1  # more would change the bytes, and other cores draw
        self._reformatter = VideoReformatter()
        self._audio: Any = self._container.add_stream("aac", rate=ENCODED_RATE, layout="mono")
        self._audio.bit_rate = AUDIO_BIT_RATE
        self._resampler = av.AudioResampler(format="fltp", layout="mono", rate=ENCODED_RATE)

    def __enter__(self) -> VideoWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abandon()

    @property
    def frames(self) -> int:
        """Pictures written so far."""
        return self._frames

    @property
    def samples(self) -> int:
        """Sound samples written so far, at the rate they were given in."""
        return self._samples

    def write(self, picture: NDArray[np.uint8]) -> None:
        """Append a picture: uint8, shape (height, width, 3 or 4), sRGB, top row first; alpha is ignored."""
        expected = (self._size[1], self._size[0])
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[:2] != expected:
            raise VideoError(f"a picture of {self._size[0]}x{self._size[1]} was due; this has shape {picture.shape}")
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "rgba" if picture.shape[2] == 4 else "rgb24")
        frame = self._reformatter.reformat(frame, format=self._video.pix_fmt, threads=1)
        frame.pts = self._frames
        frame.time_base = self._frame_time
        self._frames += 1
        self._mux(self._video.encode(frame))

    def write_audio(self, pcm: NDArray[np.int16]) -> None:
        """Append sound: int16 mono, shape (n,)."""
        if not len(pcm):
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(pcm, dtype=np.int16)[None], "s16", "mono")
        frame.sample_rate = self._sample_rate
        frame.pts = self._samples
        frame.time_base = Fraction(1, self._sample_rate)
        self._samples += len(pcm)
        for resampled in self._resampler.resample(frame):
            self._mux(self._audio.encode(resampled))

    def close(self) -> None:
        """Finish the file and give it its name."""
        try:
            for resampled in self._resampler.resample(None):
                self._mux(self._audio.encode(resampled))
            self._mux(self._audio.encode(None))
            self._mux(self._video.encode(None))
            self._container.close()
            os.replace(self._partial, self._path)
        except (OSError, av.error.FFmpegError) as error:
            self._partial.unlink(missing_ok=True)
            raise VideoError(f"{self._path} could not be finished: {error}") from error

    def abandon(self) -> None:
        """Throw away what was written."""
        self._container.close()
        self._partial.unlink(missing_ok=True)

    def _mux(self, packets: Iterator[Any]) -> None:
        try:
            for packet in packets:
                self._container.mux(packet)
        except (OSError, av.error.FFmpegError) as error:
            raise VideoError(f"{self._path} could not be written: {error}") from error


def _drop_abandoned(path: Path) -> None:
    """Remove what writers of the same file left behind that were killed."""
    for partial in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        process = partial.suffixes[-2].removeprefix(".")
        if process.isdecimal() and not _alive(int(process)):
            partial.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's process, or a system where this cannot be asked
        return True
    return True
