"""Whether the host interrupts itself through a loudspeaker, and whether who talks over it is heard.

The host's own voices through simulated rooms (image sources: pyroomacoustics) and a loudspeaker that distorts, at three
levels: ten minutes at each with nobody else there, in which no turn may begin; and recorded people who begin to speak
while the host does, as loud at the microphone as the host's echo. They are heard if a turn begins within 500 ms of
their first speech (``benchmarks.utterances``). Whom the ears miss in a quiet room is left out, and counted.
Then noise, typing, music and silence with no host (``benchmarks.room_noises``): no turn may begin there either.

The path is the viewer's own: its canceller, then the server's ears. What a loudspeaker and a microphone add to it was
not measured: there were none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyroomacoustics
from numpy.typing import NDArray
from scipy.signal import fftconvolve, resample_poly

from avatar.marks import SAMPLE_RATE
from avatar.voice import VOICES, Voice
from benchmarks.figures import Figure, arguments, percentile, show
from benchmarks.room_noises import NOISES
from benchmarks.utterances import utterances
from server.assets import AssetStore
from server.ears import EarModels, Ears, SpeechGoesOn, SpeechStarted
from server.protocol import TurnDetection
from viewer.commands.common import SAMPLE_FEED
from viewer.echo import BLOCK, RATE, EchoCanceller

Sound = NDArray[np.float64]  # -1..1 at RATE

# Size in metres, and seconds in which sound dies away by 60 dB.
ROOMS: dict[str, tuple[tuple[float, float, float], float]] = {
    "office": ((3.2, 4.0, 2.6), 0.25),
    "living_room": ((5.0, 6.0, 2.7), 0.5),
    "hall": ((9.0, 12.0, 4.0), 0.9),
}
LOUDSPEAKER = (0.6, 0.1, 0.2)  # metres from the microphone
LEVELS = {"soft": 0.05, "normal": 0.2, "loud": 0.6}  # of the echo, of the voice as it is made (RMS -22 dBFS)
DISTORTION = 1.5  # the voice at full scale is pressed together by tanh at this gain: a tenth of it is distortion
DELAY_SECONDS = 0.06  # of the devices, not known to the canceller
HISS = 3e-4  # RMS of the microphone's own noise: -70 dBFS
ALONE_SECONDS = 600.0  # at each level
TALK_SECONDS = 120.0  # in each room at each level
LEARNING_SECONDS = 6.0  # of the host, before the first person talks
BETWEEN_SECONDS = 3.0  # from one person's end to the next one's beginning, at least
SHORTEST_SECONDS, LONGEST_SECONDS = 0.8, 3.0  # of what people say
HEARD_SECONDS = 0.5
NOISE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's utterance: sound, and its first sample of speech."""

    sound: Sound
    start: int


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__ or "").parse_args()
    store = AssetStore()
    store.fetch(("vad", "speech-to-text", "utterances", "recordings", "recordings-held-out"))
    models = EarModels(store.path("vad"), store.path("speech-to-text"), store.derived)
    host = voices(ALONE_SECONDS)
    rooms = {name: room(size, dying) for name, (size, dying) in ROOMS.items()}
    everyone = list(people())
    heard_alone = [person for person in everyone if heard(models, person)]
    figures: dict[str, Figure] = {}
    for name, gain in LEVELS.items():
        figures |= {f"{name}_echo_turns_in_ten_minutes": alone(models, host, rooms, gain)}
    delays: list[float] = []
    for name, gain in LEVELS.items():
        found = [delay for path in rooms.values() for delay in talked_over(models, host, path, gain, heard_alone)]
        figures |= {f"{name}_echo_people": len(found), f"{name}_echo_heard_percent": share(found)}
        delays += found
    figures |= {
        "people_missed_without_any_echo": len(everyone) - len(heard_alone),
        "people": len(delays),
        "heard_within_500_ms_percent": share(delays),
        "heard_after_ms_median": 1_000 * percentile(delays, 50),
        "heard_after_ms_95th_percentile": 1_000 * percentile(delays, 95),
    }
    for noise, make in NOISES.items():
        figures |= {f"turns_in_{noise}": len(list(turns(models, as_pcm(make(NOISE_SECONDS)))))}
    show("the host's own voice, and other noises", figures, as_json=options.json)


def voices(seconds: float) -> Sound:
    """Return the sample feed read by all voices in turn."""
    texts = [item["content_text"] for item in json.loads(SAMPLE_FEED.read_text())["items"] if "content_text" in item]
    speakers = [Voice(name) for name in VOICES]
    parts: list[NDArray[np.int16]] = []
    while sum(map(len, parts)) < seconds * SAMPLE_RATE:
        place = len(parts) % (len(texts) * len(speakers))
        spoken = [clause.pcm for clause in speakers[place % len(speakers)].speak(texts[place % len(texts)])]
        parts.append(np.concatenate([*spoken, np.zeros(SAMPLE_RATE, np.int16)]))
    sound = np.concatenate(parts)[: round(seconds * SAMPLE_RATE)] / 32_768
    resampled: Sound = resample_poly(sound, RATE, SAMPLE_RATE)
    return resampled


def room(size: tuple[float, float, float], dying: float) -> Sound:
    """Return the impulse response from loudspeaker to microphone, after the devices' delay."""
    absorption, order = pyroomacoustics.inverse_sabine(dying, size)
    box = pyroomacoustics.ShoeBox(
        size, fs=RATE, materials=pyroomacoustics.Material(absorption), max_order=min(order, 40)
    )
    box.add_source(np.array(size) / 2.2)
    box.add_microphone(np.array(size) / 2.2 + np.array(LOUDSPEAKER))
    box.compute_rir()
    return np.concatenate([np.zeros(round(DELAY_SECONDS * RATE)), box.rir[0][0]])


def echo(host: Sound, path: Sound, gain: float) -> Sound:
    """Return the host at the microphone, as loud as ``gain`` times the voice."""
    played = np.tanh(DISTORTION * host) / DISTORTION
    returned = fftconvolve(played, path)[: len(host)]
    scaled: Sound = returned * (gain * loudness(host) / loudness(returned))
    return scaled


def alone(models: EarModels, host: Sound, rooms: dict[str, Sound], gain: float) -> int:
    """Return how many turns begin while only the host speaks, a part of the time in each room."""
    length = len(host) // len(rooms)
    count = 0
    for place, path in enumerate(rooms.values()):
        part = host[place * length : (place + 1) * length]
        count += len(list(turns(models, cleaned(echo(part, path, gain) + hiss(length, place), part))))
    return count


def talked_over(models: EarModels, host: Sound, path: Sound, gain: float, everyone: list[Person]) -> list[float]:
    """Return after how many seconds each of the people who talk over the host is heard; infinity: not at all."""
    part = host[: round(TALK_SECONDS * RATE)]
    returned = echo(part, path, gain)
    microphone = returned + hiss(len(part), 7)
    onsets: list[int] = []
    at = round(LEARNING_SECONDS * RATE)
    while True:
        person = everyone[len(onsets) % len(everyone)]
        while loudness(returned[at : at + RATE // 4]) < 0.3 * loudness(returned):  # the host pauses
            at += RATE // 10
        if at + len(person.sound) + RATE > len(part):
            break
        under = loudness(active(returned[at : at + len(person.sound)]))
        microphone[at : at + len(person.sound)] += person.sound * (under / loudness(active(person.sound)))
        onsets.append(at + person.start)
        at += len(person.sound) + round(BETWEEN_SECONDS * RATE)
    begun = np.array([*turns(models, cleaned(microphone, part)), np.inf])
    return [_first_after(begun, onset / RATE) for onset in onsets]


def people() -> Iterator[Person]:
    """Yield utterances that are neither very short nor very long."""
    for utterance in utterances():
        if SHORTEST_SECONDS <= utterance.seconds <= LONGEST_SECONDS:
            yield Person(utterance.pcm / 32_768, utterance.start)


def heard(models: EarModels, person: Person) -> bool:
    """Tell whether the ears hear somebody within ``HEARD_SECONDS`` where nothing else sounds."""
    silence = hiss(RATE, 3)
    begun = np.array([*turns(models, as_pcm(np.concatenate([silence, person.sound, silence]))), np.inf])
    return _first_after(begun, 1.0 + person.start / RATE) <= HEARD_SECONDS


def turns(models: EarModels, pcm: NDArray[np.int16]) -> Iterator[float]:
    """Yield the seconds at which the ears say that somebody speaks. A turn is ended by half a second of silence."""
    ears = Ears(models, TurnDetection(), RATE)
    for first in range(0, len(pcm), BLOCK):
        for event in ears.push(pcm[first : first + BLOCK].tobytes()):
            if isinstance(event, SpeechStarted):
                yield (first + BLOCK) / RATE
            elif isinstance(event, SpeechGoesOn) and event.silent >= HEARD_SECONDS:
                ears.finish()


def cleaned(microphone: Sound, loudspeaker: Sound) -> NDArray[np.int16]:
    """Return what the viewer sends."""
    canceller = EchoCanceller()
    near, far = as_pcm(microphone), as_pcm(loudspeaker)
    blocks = range(0, len(near) - BLOCK + 1, BLOCK)
    return np.concatenate([canceller.cleaned(near[at : at + BLOCK], far[at : at + BLOCK]) for at in blocks])


def share(delays: list[float]) -> float:
    """Return the percentage that is heard in time."""
    return 100.0 * float(np.mean(np.array(delays) <= HEARD_SECONDS))


def active(sound: Sound) -> Sound:
    """Return the samples that are not silence."""
    loud: Sound = sound[np.abs(sound) > 0.02 * np.abs(sound).max()]
    return loud


def loudness(sound: Sound) -> float:
    """Return the RMS."""
    return float(np.sqrt(np.mean(np.square(sound))))


def hiss(samples: int, seed: int) -> Sound:
    """Return the noise of a microphone."""
    return np.random.default_rng(seed).normal(0.0, HISS, samples)


def as_pcm(sound: Sound) -> NDArray[np.int16]:
    """Return 16-bit sound; what is too loud is clipped, as in a microphone."""
    return np.rint(np.clip(sound, -1.0, 1.0) * 32_767).astype(np.int16)


def _first_after(begun: NDArray[np.float64], onset: float) -> float:
    return float(begun[begun > onset - 0.1][0] - onset)


if __name__ == "__main__":
    main()
