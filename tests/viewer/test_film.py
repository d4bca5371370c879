"""A whole visit without a window: real sockets, real ears, a recorded and a typed question, and the film of it."""

from __future__ import annotations

import json
import wave
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from avatar.pose import ARKIT_INDEX, Pose, neutral_face
from avatar.renderer import headless_context
from avatar.stage import Stage
from server.assets import AssetStore
from tests.viewer import doubles
from tests.viewer.mouths import best_lag, gray, opening
from tests.viewer.recordings import write_wav
from viewer.cli import main
from viewer.commands.common import SAMPLE_FEED
from viewer.film import FPS, Camera
from viewer.layout import arrange
from viewer.speech import PlaybackPosition
from viewer.state import ViewState

SIZE = (720, 450)
SPOKEN = Path(__file__).parents[1] / "data" / "question_24k.wav"
ONE_BREATH = 0.6  # seconds: where its second half begins: at the pause before it a turn may be over
TYPED = "How many votes were there?"


def host(picture: NDArray[Any]) -> NDArray[np.float32]:
    """The upper part of the stage in grey, where the face is and no caption."""
    stage = arrange(SIZE, 1.0, opened=True).stage
    assert stage is not None
    return gray(picture[stage.y : stage.y + stage.height * 2 // 3, stage.x : stage.x + stage.width])


class Film:
    """What a visit left behind, decoded."""

    def __init__(self, video: Path, transcript: Path) -> None:
        self.transcript = json.loads(transcript.read_text())
        with av.open(str(video)) as container:
            video_stream, audio_stream = container.streams.video[0], container.streams.audio[0]
            self.codecs = (video_stream.codec_context.name, audio_stream.codec_context.name)
            self.size = (video_stream.width, video_stream.height)
            self.seconds = [
                float((stream.duration or 0) * (stream.time_base or 0)) for stream in (video_stream, audio_stream)
            ]
            self.hosts = np.stack([host(frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)])
        with av.open(str(video)) as container:
            frames = list(container.decode(audio=0))
            self.rate = frames[0].sample_rate
            self.sound: NDArray[np.float64] = np.concatenate([frame.to_ndarray()[0] for frame in frames])

    def levels(self) -> NDArray[np.float64]:
        """RMS of the sound under each picture."""
        per_picture = self.rate // FPS
        count = len(self.hosts)
        sound = np.pad(self.sound, (0, max(0, count * per_picture - len(self.sound))))[: count * per_picture]
        levels: NDArray[np.float64] = np.sqrt(np.mean(np.square(sound.reshape(count, per_picture)), axis=1))
        return levels


def _from(sound: Path, seconds: float, to: Path) -> Path:
    with wave.open(str(sound)) as whole, wave.open(str(to), "wb") as rest:
        rest.setparams(whole.getparams())
        whole.setpos(round(seconds * whole.getframerate()))
        rest.writeframes(whole.readframes(whole.getnframes()))
    return to


@pytest.fixture(scope="module")
def film(assets: AssetStore, tmp_path_factory: pytest.TempPathFactory) -> Film:
    """The visit of these tests: the sample feed's newest item, one question spoken and one typed."""
    folder = tmp_path_factory.mktemp("visit")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("VISAVIS_HOME", str(folder / "home"))
        for name in ("DISPLAY", "WAYLAND_DISPLAY", "VISAVIS_LLM_URL", "VISAVIS_LLM_MODEL"):
            environment.delenv(name, raising=False)
        (folder / "said").mkdir()
        spoken = _from(SPOKEN, ONE_BREATH, folder / "said" / "question.wav")
        arguments = ["--ask-wav", str(spoken), "--ask", TYPED, "-o", str(folder / "visit.mp4")]
        assert main([*arguments, "--size", f"{SIZE[0]}x{SIZE[1]}"]) == 0
    assert sorted(path.name for path in folder.iterdir() if path.is_file()) == ["visit.json", "visit.mp4"]
    return Film(folder / "visit.mp4", folder / "visit.json")


def test_the_film_has_picture_and_sound_of_the_same_length(film: Film) -> None:
    picture_seconds, sound_seconds = film.seconds
    assert film.codecs == ("h264", "aac")
    assert film.size == SIZE
    assert picture_seconds == pytest.approx(len(film.hosts) / FPS, abs=0.01)
    assert sound_seconds == pytest.approx(picture_seconds, abs=0.05)
    assert film.transcript["seconds"] == pytest.approx(picture_seconds, abs=0.01)
    assert film.transcript["fps"] == FPS


def test_the_spoken_question_was_understood_and_both_were_answered_with_evidence(film: Film) -> None:
    spoken, typed = film.transcript["turns"]
    assert spoken["asked"] == "speech"
    assert "story about" in spoken["question"].lower()
    assert (typed["asked"], typed["question"]) == ("text", TYPED)
    for turn in (spoken, typed):
        assert any(sentence["evidence"] for sentence in turn["reply"])
        assert 0 <= turn["seconds_to_first_sentence"] <= turn["seconds_to_first_sound"]
    assert "seven" in " ".join(sentence["text"] for sentence in typed["reply"]).lower()


def test_the_evidence_ids_are_passages_of_the_item(film: Film) -> None:
    from feed.sources import load

    items = {item.id: item for item in load(str(SAMPLE_FEED)).items}
    known = {passage.id for passage in items[film.transcript["item"]].passages}
    cited = {name for turn in film.transcript["turns"] for sentence in turn["reply"] for name in sentence["evidence"]}
    assert cited
    assert cited <= known


class StillStage(Stage):
    """A test double of the stage: one face that does not move."""

    def __init__(self, **weights: float) -> None:
        super().__init__(seed=0)
        face = neutral_face()
        for name, weight in weights.items():
            face[ARKIT_INDEX[name]] = weight
        self._still = Pose(face)

    def pose_at(self, sample: int) -> Pose:
        return self._still


def talking_to(figure: str) -> ViewState:
    state = doubles.in_conversation()
    assert state.item is not None
    return replace(state, item=replace(state.item, figure=figure))


def test_the_mouth_in_the_pictures_moves_with_the_sound_within_one_picture(film: Film, assets: AssetStore) -> None:
    context = headless_context()
    shown = []
    for stage in (StillStage(), StillStage(jawOpen=0.6)):
        camera = Camera(context, assets, SIZE, stage)
        state = talking_to("vera")
        for seconds in (0.0, 5.0):  # the host fades in
            picture = camera.picture(state, PlaybackPosition(), seconds)
        shown.append(host(picture))
        camera.release()
    context.release()
    closed, opened = shown
    mouth = opening(film.hosts, closed, opened)
    level = film.levels()
    while_host_speaks = slice(len(level) // 2, None)  # the recorded question is in the first half
    lag, likeness = best_lag(mouth[while_host_speaks], level[while_host_speaks])
    assert abs(lag) <= 1
    assert likeness > 0.3


def test_a_recording_without_words_is_refused_and_leaves_no_film(
    assets: AssetStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert assets.path("vad").is_dir()
    monkeypatch.setenv("VISAVIS_HOME", str(tmp_path / "home"))
    tone = write_wav(tmp_path / "tone.wav", 1.0)
    film = tmp_path / "visit.mp4"
    assert main(["--no-model", "--ask-wav", str(tone), "--size", "480x320", "-o", str(film)]) == 2
    assert "no words" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "tone.wav"]
