"""Loudspeaker and microphone through sounddevice, and the clock that stands in where there is no loudspeaker."""

from __future__ import annotations

import contextlib
import logging
import queue
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE
from viewer.errors import ViewerError
from viewer.playback import Playback

log = logging.getLogger(__name__)

MICROPHONE_RATE = 16_000  # Hz
MICROPHONE_BLOCK = 256  # samples: 16 ms, half a frame of the voice activity detector
LONGEST_AGO = 1.0  # seconds since a block began; a device that says more is not believed
MICROPHONE_QUEUE = 512  # blocks: 8 s; older sound is dropped when the connection stalls for longer


class AudioUnavailableError(ViewerError):
    """No PortAudio, or no such device; the message says what to do."""


def _sounddevice() -> Any:
    try:
        import sounddevice  # noqa: PLC0415 - loads PortAudio, which may be missing
    except OSError as error:
        raise AudioUnavailableError("PortAudio is not installed; on Debian: apt-get install libportaudio2") from error
    return sounddevice


class Output(Protocol):
    """Something that plays the stream."""

    def now(self) -> int:
        """Return the stream sample that is heard now."""

    def close(self) -> None:
        """Stop playing."""


class Loudspeaker:
    """Plays the stream on the default output device.

    Raises:
        AudioUnavailableError: there is none.
    """

    def __init__(self, playback: Playback) -> None:
        sounddevice = _sounddevice()
        self._playback = playback
        self._anchor = (0, 0.0)  # stream sample, and the stream time at which it leaves the loudspeaker
        self._latest = 0
        try:
            self._stream = sounddevice.OutputStream(
                samplerate=SAMPLE_RATE, channels=1, dtype="int16", latency="low", callback=self._fill
            )
            self._stream.start()
        except sounddevice.PortAudioError as error:
            raise AudioUnavailableError(f"no loudspeaker: {error}") from error

    def now(self) -> int:
        """Return the stream sample that is heard now: samples given out, less the device's latency."""
        sample, at = self._anchor
        elapsed = (self._stream.time - at) * SAMPLE_RATE
        self._latest = max(self._latest, min(round(sample + elapsed), self._playback.position))
        return self._latest

    def close(self) -> None:
        """Stop playing."""
        self._stream.close()

    def _fill(self, out: NDArray[np.int16], frames: int, timing: Any, status: Any) -> None:
        if status:
            log.debug("loudspeaker: %s", status)
        self._anchor = (self._playback.position, timing.outputBufferDacTime)
        out[:, 0] = self._playback.read(frames)


class SilentClock:
    """Reads the stream at the pace of the wall clock, on a machine with no loudspeaker: captions and lips go on."""

    def __init__(self, playback: Playback) -> None:
        self._playback = playback
        self._began = time.monotonic()

    def now(self) -> int:
        """Return the stream sample that would be heard now."""
        due = int((time.monotonic() - self._began) * SAMPLE_RATE)
        if due > self._playback.position:
            self._playback.read(due - self._playback.position)
        return due

    def close(self) -> None:
        """Nothing to stop."""


def open_output(playback: Playback) -> tuple[Output, str | None]:
    """Return the loudspeaker, or the silent clock and why there is no loudspeaker."""
    try:
        return Loudspeaker(playback), None
    except AudioUnavailableError as error:
        return SilentClock(playback), str(error)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A block of the microphone, int16 mono, shape (``MICROPHONE_BLOCK``,); ``heard`` is the stream sample that was
    heard when it began.
    """

    pcm: NDArray[np.int16]
    heard: int


class Microphone:
    """Records the default input device: 16 kHz mono int16.

    Args:
        now: tells the stream sample that is heard now; called in a thread of the device.

    Raises:
        AudioUnavailableError: there is none.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        sounddevice = _sounddevice()
        self._now = now
        self._blocks: queue.Queue[Recorded | None] = queue.Queue(MICROPHONE_QUEUE)
        try:
            self._stream = sounddevice.InputStream(
                samplerate=MICROPHONE_RATE,
                channels=1,
                dtype="int16",
                blocksize=MICROPHONE_BLOCK,
                callback=self._take,
            )
            self._stream.start()
        except sounddevice.PortAudioError as error:
            raise AudioUnavailableError(f"no microphone: {error}") from error

    def blocks(self) -> Iterator[Recorded]:
        """Yield what is recorded until the microphone is closed; waits for each block."""
        while (block := self._blocks.get()) is not None:
            yield block

    def close(self) -> None:
        """Stop recording."""
        self._stream.close()
        self._put(None)

    def _take(self, recorded: NDArray[np.int16], frames: int, timing: Any, status: Any) -> None:
        if status:
            log.debug("microphone: %s", status)
        ago = timing.currentTime - timing.inputBufferAdcTime if timing.inputBufferAdcTime > 0.0 else 0.0
        ago = min(max(ago, frames / MICROPHONE_RATE), LONGEST_AGO)
        self._put(Recorded(recorded[:frames, 0].copy(), self._now() - round(ago * SAMPLE_RATE)))

    def _put(self, block: Recorded | None) -> None:
        if self._blocks.full():
            with contextlib.suppress(queue.Empty):  # the reader may have been quicker
                self._blocks.get_nowait()
        self._blocks.put_nowait(block)
