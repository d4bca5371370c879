"""What is heard now is what was given out less the device's latency; a machine without a device goes on in silence."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from avatar.marks import SAMPLE_RATE
from tests.viewer.test_exchange import BodyDouble
from viewer import audio
from viewer.audio import (
    MICROPHONE_BLOCK,
    MICROPHONE_QUEUE,
    MICROPHONE_RATE,
    Loudspeaker,
    Microphone,
    SilentClock,
    open_output,
)
from viewer.playback import Playback

LATENCY_SECONDS = 0.05


class StreamDouble:
    """A test double of a PortAudio stream; its clock is set by hand."""

    def __init__(self, **settings: Any) -> None:
        self.callback = settings["callback"]
        self.time = 100.0

    def start(self) -> None:
        pass

    def close(self) -> None:
        pass

    def play(self, frames: int) -> None:
        timing = SimpleNamespace(outputBufferDacTime=self.time + LATENCY_SECONDS)
        self.callback(np.zeros((frames, 1), np.int16), frames, timing, None)


def record(stream: StreamDouble, level: int, ago: float | None = 0.02) -> None:
    began = 0.0 if ago is None else stream.time - ago
    timing = SimpleNamespace(currentTime=stream.time, inputBufferAdcTime=began)
    stream.callback(np.full((MICROPHONE_BLOCK, 1), level, np.int16), MICROPHONE_BLOCK, timing, None)


class RefusalError(Exception):
    """A test double of ``sounddevice.PortAudioError``."""


def opened_streams(monkeypatch: pytest.MonkeyPatch) -> list[StreamDouble]:
    streams: list[StreamDouble] = []

    def stream(**settings: Any) -> StreamDouble:
        streams.append(StreamDouble(**settings))
        return streams[-1]

    devices(monkeypatch, stream)
    return streams


def devices(monkeypatch: pytest.MonkeyPatch, stream: Any) -> None:
    module = SimpleNamespace(OutputStream=stream, InputStream=stream, PortAudioError=RefusalError)
    monkeypatch.setattr(audio, "_sounddevice", lambda: module)


def test_the_clock_lags_what_was_given_out_by_the_latency_and_never_goes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = opened_streams(monkeypatch)
    playback = Playback(BodyDouble())
    loudspeaker = Loudspeaker(playback)
    (stream,) = streams
    stream.play(4_800)
    stream.time += LATENCY_SECONDS + 0.1
    assert loudspeaker.now() == pytest.approx(2_400, abs=1)
    stream.time += 10.0
    assert loudspeaker.now() == playback.position == 4_800
    stream.play(4_800)
    assert loudspeaker.now() == 4_800


def test_a_microphone_that_nobody_reads_keeps_the_newest_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = opened_streams(monkeypatch)
    microphone = Microphone(lambda: 0)
    for number in range(MICROPHONE_QUEUE + 3):
        record(streams[0], number)
    microphone.close()  # takes a place in the queue itself
    assert [int(block.pcm[0]) for block in microphone.blocks()] == list(range(4, MICROPHONE_QUEUE + 3))


def test_each_block_tells_what_was_heard_when_it_began(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = opened_streams(monkeypatch)
    microphone = Microphone(lambda: 48_000)
    record(streams[0], 1, ago=0.1)
    record(streams[0], 2, ago=None)  # a device that does not say when
    record(streams[0], 3, ago=99.0)  # one that says nonsense
    microphone.close()
    block = MICROPHONE_BLOCK * SAMPLE_RATE // MICROPHONE_RATE
    assert [each.heard for each in microphone.blocks()] == [48_000 - 2_400, 48_000 - block, 48_000 - SAMPLE_RATE]


def test_without_a_device_the_stream_goes_on_and_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_settings: Any) -> None:
        raise RefusalError("no such device")

    devices(monkeypatch, refuse)
    output, reason = open_output(Playback(BodyDouble()))
    assert isinstance(output, SilentClock)
    assert reason == "no loudspeaker: no such device"
