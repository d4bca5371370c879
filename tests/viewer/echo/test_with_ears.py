"""The host's real voice through a room, the canceller and the real ears: only people begin turns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.echo import Sound, active, as_pcm, cleaned, echo, hiss, loudness, room, turns, voices
from benchmarks.room_noises import NOISES
from server.assets import AssetStore
from server.ears import EarModels
from viewer.echo import RATE
from viewer.recording import load_recording

PERSON = Path(__file__).resolve().parents[2] / "data" / "bobby.wav"
CUTS_IN_AT = 8.0  # seconds


@pytest.fixture(scope="module")
def ears(assets: AssetStore) -> EarModels:
    return EarModels(assets.path("vad"), assets.path("speech-to-text"), assets.derived)


@pytest.fixture(scope="module")
def host() -> Sound:
    return voices(16.0)


@pytest.fixture(scope="module")
def path() -> Sound:
    return room((5.0, 6.0, 2.7), 0.4)


@pytest.mark.parametrize("gain", [0.05, 0.6])
def test_the_host_does_not_interrupt_itself(ears: EarModels, host: Sound, path: Sound, gain: float) -> None:
    microphone = echo(host, path, gain) + hiss(len(host), 1)
    assert list(turns(ears, as_pcm(microphone)))  # without the canceller it would
    assert not list(turns(ears, cleaned(microphone, host)))


def test_who_talks_over_the_host_as_loudly_begins_a_turn_at_once(ears: EarModels, host: Sound, path: Sound) -> None:
    returned = echo(host, path, 0.2)
    person = load_recording(PERSON)[: 2 * RATE] / 32_768
    first = np.flatnonzero(np.abs(person) > 0.1 * np.abs(person).max())[0] / RATE
    at = round(CUTS_IN_AT * RATE)
    microphone = returned + hiss(len(host), 1)
    microphone[at : at + len(person)] += person * (loudness(active(returned)) / loudness(active(person)))
    begun = list(turns(ears, cleaned(microphone, host)))
    assert begun
    assert CUTS_IN_AT <= begun[0] <= CUTS_IN_AT + first + 0.5


@pytest.mark.parametrize("noise", NOISES)
def test_what_is_no_speech_begins_no_turn(ears: EarModels, noise: str) -> None:
    assert not list(turns(ears, as_pcm(NOISES[noise](6.0))))
