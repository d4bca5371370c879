from __future__ import annotations

import re
import shutil
import threading
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from server.assets import AssetStore
from server.ears import (
    EAR_RATE,
    AudioFormatError,
    EarEvent,
    EarModels,
    Ears,
    Onset,
    PartialDue,
    Paused,
    SpeechGoesOn,
    SpeechStarted,
    SpeechStopped,
    graphs,
)
from server.ears.graphs import GraphError, build_graphs
from server.ears.moonshine import VocabularyError, read_vocabulary
from server.ears.vad import VoiceActivity
from server.protocol import TurnDetection

DATA = Path(__file__).resolve().parents[1] / "data"
HUMAN = DATA / "best_of_times_16k.wav"
HUMAN_WORDS = ["it", "was", "the", "best", "of", "times", "it", "was", "the", "worst", "of", "times"]
SYNTHETIC = DATA / "question_24k.wav"
SYNTHETIC_WORDS = ["who", "are", "you", "and", "what", "is", "this", "story", "about"]


@pytest.fixture(scope="module")
def models(assets: AssetStore) -> EarModels:
    return EarModels(assets.path("vad"), assets.path("speech-to-text"), assets.derived)


def recording(path: Path) -> tuple[NDArray[np.int16], int]:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2"), file.getframerate()


def samples(path: Path) -> NDArray[np.float32]:
    return recording(path)[0].astype(np.float32) / np.float32(32_768)


def in_a_quiet_room(path: Path, before: float = 0.5, after: float = 1.0) -> tuple[bytes, int]:
    """The recording with faint noise around it, as PCM, and its rate."""
    sound, rate = recording(path)
    noise = np.random.default_rng(1)
    room = [noise.normal(0, 8, int(seconds * rate)).astype("<i2") for seconds in (before, after)]
    return np.concatenate([room[0], sound, room[1]]).astype("<i2").tobytes(), rate


def hear(ears: Ears, pcm: bytes, piece: int = 640, silence: float = 0.5) -> list[EarEvent | SpeechStopped]:
    """What the ears tell, each turn finished after ``silence`` seconds of it."""
    events: list[EarEvent | SpeechStopped] = []
    for start in range(0, len(pcm), piece):
        for event in ears.push(pcm[start : start + piece]):
            events.append(event)
            if isinstance(event, SpeechGoesOn) and event.silent >= silence:
                stopped = ears.finish()
                assert stopped is not None
                events.append(stopped)
    return events


def words(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


@pytest.mark.parametrize(("path", "expected"), [(HUMAN, HUMAN_WORDS), (SYNTHETIC, SYNTHETIC_WORDS)])
def test_what_is_said_into_the_microphone_is_understood(models: EarModels, path: Path, expected: list[str]) -> None:
    pcm, rate = in_a_quiet_room(path)
    events = hear(Ears(models, TurnDetection(), rate), pcm)
    assert isinstance(events[0], Onset)
    assert any(isinstance(event, SpeechStarted) for event in events)
    stopped = events[-1]
    assert isinstance(stopped, SpeechStopped)
    assert stopped.settled
    speculative = [event for event in events if isinstance(event, Paused)][-1]
    assert words(models.transcriber.transcribe(stopped.audio)) == expected
    assert words(models.transcriber.transcribe(speculative.audio)) == expected


def test_a_turn_is_found_where_it_is(models: EarModels) -> None:
    pcm, rate = in_a_quiet_room(HUMAN, before=2.0)
    events = hear(Ears(models, TurnDetection(), rate), pcm)
    stopped = events[-1]
    started = next(event for event in events if isinstance(event, SpeechStarted))
    assert isinstance(stopped, SpeechStopped)
    assert 1.5 < started.start / EAR_RATE < 2.3
    assert 5.5 < stopped.end / EAR_RATE < 6.9


def test_the_pieces_that_sound_arrives_in_do_not_matter(models: EarModels) -> None:
    pcm, rate = in_a_quiet_room(SYNTHETIC)
    one = hear(Ears(models, TurnDetection(), rate), pcm, piece=len(pcm))
    other = hear(Ears(models, TurnDetection(), rate), pcm, piece=2 * 333)
    assert one == other
    assert isinstance(one[-1], SpeechStopped)
    assert isinstance(other[-1], SpeechStopped)
    np.testing.assert_allclose(one[-1].audio, other[-1].audio, atol=1e-6)


def test_partial_texts_grow_towards_the_whole(models: EarModels) -> None:
    pcm, rate = in_a_quiet_room(HUMAN)
    events = hear(Ears(models, TurnDetection(), rate), pcm)
    partial = [event for event in events if isinstance(event, PartialDue)]
    assert len(partial) >= 2
    heard = words(models.transcriber.transcribe(partial[-1].audio))
    assert heard[:5] == HUMAN_WORDS[:5]


def test_noise_and_tones_are_not_speech(models: EarModels) -> None:
    noise = np.random.default_rng(2).normal(0, 2_000, 5 * EAR_RATE)
    tone = 8_000 * np.sin(2 * np.pi * 440 * np.arange(5 * EAR_RATE) / EAR_RATE)
    for sound in (noise, tone):
        assert hear(Ears(models, TurnDetection(), EAR_RATE), sound.astype("<i2").tobytes()) == []


def test_without_turn_detection_commit_gives_all_that_was_heard(models: EarModels) -> None:
    pcm, rate = in_a_quiet_room(SYNTHETIC)
    ears = Ears(models, None, rate)
    assert hear(ears, pcm) == []
    stopped = ears.commit()
    assert stopped is not None
    assert stopped.end - stopped.start == len(stopped.audio) == len(pcm) // 2 * EAR_RATE // rate
    assert words(models.transcriber.transcribe(stopped.audio)) == SYNTHETIC_WORDS
    assert ears.commit() is None


def test_cleared_sound_is_forgotten(models: EarModels) -> None:
    pcm, rate = in_a_quiet_room(SYNTHETIC, after=0.0)
    ears = Ears(models, TurnDetection(), rate)
    assert hear(ears, pcm)
    ears.clear()
    assert ears.commit() is None


def test_the_settings_can_change_between_two_sounds(models: EarModels) -> None:
    pcm, rate = in_a_quiet_room(SYNTHETIC)
    ears = Ears(models, None, EAR_RATE)
    ears.configure(TurnDetection(), rate)
    assert isinstance(hear(ears, pcm)[-1], SpeechStopped)
    with pytest.raises(AudioFormatError):
        ears.configure(TurnDetection(), 8_000)
    with pytest.raises(AudioFormatError, match="whole 16-bit"):
        ears.push(b"\0")


def test_nothing_said_gives_no_words(models: EarModels) -> None:
    for sound in (np.zeros(0), np.zeros(100), np.zeros(EAR_RATE)):
        assert models.transcriber.transcribe(sound.astype(np.float32)) == ""


def test_a_transcription_that_nobody_waits_for_stops(models: EarModels) -> None:
    text = models.transcriber.transcribe(samples(HUMAN), cancelled=lambda: True)
    assert len(words(text)) <= 1


def test_two_threads_get_their_own_words(models: EarModels) -> None:
    human = samples(HUMAN)
    texts: dict[str, str] = {}

    def transcribe(name: str, audio: NDArray[np.float32]) -> None:
        texts[name] = models.transcriber.transcribe(audio)

    threads = [
        threading.Thread(target=transcribe, args=("whole", human)),
        threading.Thread(target=transcribe, args=("half", human[: len(human) // 2])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert words(texts["whole"]) == HUMAN_WORDS
    assert words(texts["half"])[:6] == HUMAN_WORDS[:6]
    assert len(words(texts["half"])) < len(HUMAN_WORDS)


def test_the_probability_of_speech_follows_the_voice(models: EarModels) -> None:
    activity = VoiceActivity(models.vad_model)
    sound = samples(HUMAN)
    probabilities = [activity.probability(frame) for frame in sound[: len(sound) // 512 * 512].reshape(-1, 512)]
    assert np.mean(np.array(probabilities) > 0.5) > 0.6
    activity.reset()
    assert activity.probability(np.zeros(512, np.float32)) < 0.2
    with pytest.raises(ValueError, match="512 samples, not 100"):
        activity.probability(np.zeros(100, np.float32))


class ModelDouble:
    """Stands in for the voice activity model: remembers its windows and returns its state one higher."""

    def __init__(self) -> None:
        self.windows: list[NDArray[np.float32]] = []
        self.states: list[float] = []

    def run(self, outputs: None, inputs: dict[str, Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        self.windows.append(inputs["input"][0])
        self.states.append(float(inputs["state"].flat[0]))
        return np.zeros((1, 1), np.float32), inputs["state"] + 1


def test_each_frame_is_heard_after_the_end_of_the_one_before() -> None:
    model = ModelDouble()
    activity = VoiceActivity(model)
    sound = np.arange(3 * 512, dtype=np.float32)
    for frame in sound.reshape(3, 512):
        activity.probability(frame)
    np.testing.assert_array_equal(model.windows[0], np.concatenate([np.zeros(64), sound[:512]]))
    np.testing.assert_array_equal(model.windows[2], sound[2 * 512 - 64 :])
    assert model.states == [0, 1, 2]


def test_graphs_that_stand_are_not_built_again(assets: AssetStore, models: EarModels, tmp_path: Path) -> None:
    assert models.transcriber
    nowhere = tmp_path / "no such asset"
    assert sorted(path.name for path in build_graphs(nowhere, assets.derived).iterdir()) == [
        "encoder.onnx",
        "first_step.onnx",
        "next_step.onnx",
    ]


def test_a_build_that_fails_leaves_no_graphs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(source: Path, target: Path) -> None:
        (target / "encoder.onnx").write_bytes(b"half")
        raise GraphError(f"{source} is not the one")

    monkeypatch.setattr(graphs, "_build", fail)
    with pytest.raises(GraphError):
        build_graphs(tmp_path / "asset", tmp_path)
    assert not [path for path in tmp_path.iterdir() if path.is_dir()]


def test_what_a_killed_build_left_is_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(scratch: Path, *_: object, ignore_errors: bool = False) -> None:
        """Nothing is cleaned up by a process that is gone."""

    def fail(source: Path, target: Path) -> None:
        (target / "encoder.onnx").write_bytes(b"half")
        raise GraphError("the process is gone")

    with monkeypatch.context() as patch:
        patch.setattr(graphs, "_build", fail)
        patch.setattr(shutil, "rmtree", killed)
        with pytest.raises(GraphError):
            build_graphs(tmp_path / "asset", tmp_path)
    assert [path for path in tmp_path.iterdir() if path.is_dir()]
    monkeypatch.setattr(graphs, "_build", lambda source, target: (target / "encoder.onnx").touch())
    built = build_graphs(tmp_path / "asset", tmp_path)
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == [built]


def test_tokens_are_read_by_their_lengths() -> None:
    long = b"x" * 300
    packed = bytes([0, 2]) + b"ab" + bytes([300 % 128 + 128, 300 // 128]) + long
    assert read_vocabulary(packed) == [b"", b"ab", long]
    with pytest.raises(VocabularyError, match="needs 5 bytes, 2 are left"):
        read_vocabulary(b"\x05ab")
