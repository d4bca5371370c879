"""Makes the pictures and the sound of a visit again from its log, without a server: the same input, the same frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE
from server import protocol
from viewer.acting import act
from viewer.audio import MICROPHONE_RATE
from viewer.client import Disconnected, Incoming, Reconnecting, Sound
from viewer.exchange import Exchange
from viewer.logbook import Came, Did, Log, Lost, SoundCame, Spoke, Timed
from viewer.relay import AttentiveBody
from viewer.speech import PlaybackPosition
from viewer.state import ViewState, apply

USER_GAIN = 0.5  # of the user's voice in the sound of a film, so that the host stays the louder one
AFTERWARDS = SAMPLE_RATE // 2  # samples shown after the last thing that happened in a window

Picture = Callable[[ViewState, PlaybackPosition, float], NDArray[np.uint8]]


class LoggedConnection:
    """What stands in for a connection: nothing comes but from the log, and nothing goes anywhere."""

    def follow(self, at_once: Callable[[Incoming], None]) -> None:
        """Nothing comes by itself."""

    def poll(self) -> Iterator[Incoming]:
        """Nothing comes by itself."""
        return iter(())

    def send(self, event: protocol.ClientEvent) -> None:
        """It was sent when the log was written."""

    def send_sound(self, first: int, pcm: NDArray[np.int16]) -> None:
        """It was sent when the log was written."""


@dataclass(slots=True)
class UserVoice:
    """The user's voice on the output stream's axis, to be mixed into its sound."""

    _blocks: list[tuple[int, NDArray[np.float64]]] = field(default_factory=list)

    def add(self, at: int, block: NDArray[np.int16]) -> None:
        """Put a block of the microphone (``MICROPHONE_RATE``) at stream sample ``at``, or after the one before it."""
        count = len(block) * SAMPLE_RATE // MICROPHONE_RATE
        if not count:
            return
        resampled = np.interp(np.arange(count) * (len(block) / count), np.arange(len(block)), block.astype(np.float64))
        if self._blocks:
            at = max(at, self._blocks[-1][0] + len(self._blocks[-1][1]))
        self._blocks.append((at, USER_GAIN * resampled))

    def mixed(self, start: int, sound: NDArray[np.int16]) -> NDArray[np.int16]:
        """Return sound of the stream from sample ``start`` on with the user's voice in it; forgets what lies before."""
        end = start + len(sound)
        mixed = sound.astype(np.float64)
        for at, block in self._blocks:
            first, last = max(at, start), min(at + len(block), end)
            if first < last:
                mixed[first - start : last - start] += block[first - at : last - at]
        self._blocks = [(at, block) for at, block in self._blocks if at + len(block) > end]
        clipped: NDArray[np.int16] = np.clip(np.rint(mixed), -32_768, 32_767).astype(np.int16)
        return clipped


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of a replay, and the sound of the stream that was read since the one before."""

    picture: NDArray[np.uint8]
    sound: NDArray[np.int16]


class Replay:
    """Goes through a log picture by picture.

    Args:
        log: what happened.
        body: moves with the sound; the same as in the visit.
        picture: draws the state at a position and a time in seconds.
    """

    def __init__(self, log: Log, body: AttentiveBody, picture: Picture) -> None:
        self._log = log
        self._picture = picture
        self._at = 0
        self._exchange = Exchange(LoggedConnection(), body, lambda: self._at)
        self._voice = UserVoice()
        self.state = ViewState()

    @property
    def frames(self) -> int:
        """How many pictures there are."""
        header = self._log.header
        if header.film:
            return len(self._log.hashes)
        return (self._log.end + AFTERWARDS) * header.fps // SAMPLE_RATE + 1

    def shots(self) -> Iterator[Shot]:
        """Yield every picture with its sound."""
        lines = list(reversed(self._log.lines))
        fps = self._log.header.fps
        for frame in range(self.frames):
            due, seconds = frame * SAMPLE_RATE // fps, frame / fps
            sounds: list[NDArray[np.int16]] = []
            while lines and lines[-1].at <= due:
                line = lines.pop()
                if isinstance(line, Came | SoundCame | Lost):
                    sounds.append(self._read(line.given))
                self._at = line.at
                self._take(line, seconds)
            sounds.append(self._read(due))
            self._at = due
            for _ in self._exchange.receive():
                pass  # nothing comes but from the log; the body is told what there is to tell
            self._exchange.typing(bool(self.state.draft.text))
            picture = self._picture(self.state, self._exchange.position(), seconds)
            yield Shot(picture, np.concatenate(sounds))

    def _read(self, given: int) -> NDArray[np.int16]:
        """Let the stream give out its sound up to sample ``given``."""
        start = self._exchange.playback.position
        return self._voice.mixed(start, self._exchange.playback.read(max(given - start, 0)))

    def _take(self, line: Timed, seconds: float) -> None:
        match line:
            case Came(event=event):
                self._incoming(event, seconds)
            case SoundCame(generation=generation, first=first, pcm=pcm):
                self._incoming(Sound(generation, first, np.frombuffer(pcm, "<i2").astype(np.int16)), seconds)
            case Lost(reason=reason, for_good=for_good):
                self._incoming(Disconnected(reason) if for_good else Reconnecting(reason), seconds)
            case Spoke(pcm=pcm):
                block = np.frombuffer(pcm, "<i2").astype(np.int16)
                self._voice.add(self._at, block)
                self._exchange.speak(block)
            case Did():
                outcome = act(self.state, line.value(), seconds)
                self.state = outcome.state
                for answer in outcome.send:
                    self._exchange.send(answer)

    def _incoming(self, incoming: Incoming, seconds: float) -> None:
        event = self._exchange.take(incoming)
        if event is None:
            return
        outcome = apply(self.state, event, seconds)
        self.state = outcome.state
        for answer in outcome.send:
            self._exchange.send(answer)
