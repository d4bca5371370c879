"""The command line: what is typed does what it says, and what cannot be done is said in words with an exit code."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from avatar.clip import LEAD_IN
from avatar.errors import SoundError
from avatar.listening import read_sound
from avatar.marks import SAMPLE_RATE
from server.assets import AssetStore
from tests.viewer.recordings import write_wav
from viewer.cli import COMMANDS, main
from viewer.commands.common import SAMPLE_FEED
from viewer.recording import load_recording

DATA = Path(__file__).parents[1] / "data"
SPEECH = (DATA / "question_24k.wav").read_bytes()

FERRY = """# The night ferry is back

The council of Vessel Bay voted 6 to 3 on Tuesday to restart the night ferry. Tickets will cost 3.50 euros.

Councillor Ida Brandt, 52, voted against it. She would rather repair the school roof.
"""


@pytest.fixture
def feed(tmp_path: Path, assets: AssetStore, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one text, and a home of its own for the store."""
    monkeypatch.setenv("VISAVIS_HOME", str(tmp_path / "home"))
    for name in ("VISAVIS_LLM_URL", "VISAVIS_LLM_MODEL", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "feed"
    folder.mkdir()
    (folder / "ferry.md").write_text(FERRY)
    return folder


def test_a_conversation_in_text_is_written_with_its_evidence(feed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    asks = ["--ask", "How much are the tickets?", "--ask", "Who voted against it?", "--ask", "How old is she?"]
    assert main(["--feed", str(feed), *asks, "--no-model", "--text-only", "--json", str(out)]) == 0
    transcript = json.loads(out.read_text())
    assert set(transcript) == {"item", "turns"}
    assert transcript["item"] == "ferry.md"
    assert [turn["question"] for turn in transcript["turns"]] == asks[1::2]
    for turn, expected in zip(transcript["turns"], ("3.50", "Brandt", "52"), strict=True):
        assert expected in " ".join(sentence["text"] for sentence in turn["reply"])
        assert any(sentence["evidence"] for sentence in turn["reply"])
        assert turn["seconds_to_first_sentence"] >= 0


def test_without_a_file_the_conversation_is_printed(feed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["visit", "--feed", str(feed), "--ask", "Who is Ida Brandt?", "--no-model", "--text-only"]) == 0
    printed = capsys.readouterr().out
    assert "You: Who is Ida Brandt?" in printed
    assert "councillor" in printed.lower()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--feed", "nowhere.json", "--text-only"], "nowhere.json"),
        (["--item", "no-such-item", "--ask", "Hm?", "--text-only"], "ferry.md"),
        (["--ask", "   ", "--text-only"], "no words"),
        (["--ask-wav", "nowhere.wav"], "nowhere.wav"),
        (["--ask-wav", "nowhere.wav", "--text-only"], "--ask"),
        (["--text-only", "--json", "no-folder/out.json"], "no-folder"),
        (["-o", "no-folder/visit.mp4"], "no-folder"),
    ],
)
def test_what_cannot_be_used_is_named_and_the_exit_code_is_2(
    feed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], words: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    source = [] if "--feed" in arguments else ["--feed", str(feed)]
    assert main([*source, "--no-model", *arguments]) == 2
    said = capsys.readouterr().err.replace("\n", "")
    assert words in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["say", "Hello.", "--audio", "speech.wav"],
        ["--size", "odd"],
        ["--size", "99999x2"],
        ["--ask"],
        ["flight"],
        ["say"],
    ],
)
def test_bad_usage_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], *([command, "--help"] for command in COMMANDS)])
def test_help_and_version_end_well(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0
    assert "visavis" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Hello.", "--mood", "fury"], "joy"),
        (["Hello.", "--voice", "nobody"], "ava"),
        (["Hello.", "--figure", "nobody"], "vera"),
        (["Hello.", "--figure", "gone.toml"], "gone.toml cannot be read"),
        (["Hello.", "--figure", "random:x"], "random:SEED"),
        (["Hello.", "--scene", "gone.toml"], "gone.toml cannot be read"),
        (["Hello.", "--scene", str(SAMPLE_FEED.parent / "scenes" / "transparent.toml")], "cannot be transparent"),
        (["", "--size", "64"], "nothing to say"),
        (["Привет, как дела?", "--size", "64"], "Cyrillic"),
    ],
)
def test_a_clip_that_cannot_be_made_says_why(
    feed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    clip = tmp_path / "clip.mp4"
    assert main(["say", *arguments, "-o", str(clip)]) == 2
    assert words in capsys.readouterr().err.replace("\n", " ")
    assert not clip.exists()


@pytest.mark.parametrize(
    ("content", "arguments", "words"),
    [
        (None, [], "there is no file"),
        (b"not sound at all" * 100, [], "not a sound file"),
        (SPEECH, ["--voice", "ava"], "its own voice"),
        (SPEECH, ["--mood", "fury"], "joy"),
    ],
)
def test_a_recording_that_cannot_be_said_is_refused(
    feed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    content: bytes | None, arguments: list[str], words: str,
) -> None:  # fmt: skip
    sound, clip = tmp_path / "speech.wav", tmp_path / "clip.mp4"
    if content is not None:
        sound.write_bytes(content)
    assert main(["say", "--audio", str(sound), *arguments, "-o", str(clip)]) == 2
    assert words in capsys.readouterr().err.replace("\n", " ")
    assert not clip.exists()


def test_a_video_without_sound_cannot_be_said(feed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    silent = tmp_path / "silent.mp4"
    with av.open(str(silent), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")))
        container.mux(stream.encode(None))
    assert main(["say", "--audio", str(silent), "-o", str(tmp_path / "clip.mp4")]) == 2
    assert "no sound;" in capsys.readouterr().err


def test_a_recording_longer_than_a_clip_may_be_is_refused(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "long.wav", 3.0)
    assert len(read_sound(path, 3.1)) == pytest.approx(72_000, abs=50)
    with pytest.raises(SoundError, match=r"longer than 2\.5 s"):
        read_sound(path, 2.5)


def test_a_recording_is_said_in_its_own_voice_with_moving_lips(feed: Path, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    recorded = DATA / "question_24k.wav"
    assert main(["say", "--audio", str(recorded), "-o", str(clip), "--size", "96", "--fps", "8", "--lens", "head"]) == 0
    speech = read_sound(recorded, 10.0).astype(np.float64)
    sound = read_sound(clip, 10.0)[LEAD_IN : LEAD_IN + len(speech)].astype(np.float64)
    assert np.corrcoef(speech, sound)[0, 1] > 0.9
    with av.open(str(clip)) as container:
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert len(frames) == pytest.approx((len(speech) / SAMPLE_RATE + 1.0) * 8, abs=1)
    changes = [np.abs(one.astype(float) - other).max() for one, other in pairwise(frames[4:-5])]
    assert max(changes) > 20.0


def test_a_recording_is_read_as_the_microphone_would_give_it(tmp_path: Path) -> None:
    pcm = load_recording(write_wav(tmp_path / "tone.wav", 0.5, rate=48_000))
    assert pcm.dtype == np.int16
    assert len(pcm) == pytest.approx(8_000, abs=16)
    spectrum = np.abs(np.fft.rfft(pcm[1_000:7_000]))
    assert np.argmax(spectrum) * 16_000 / 6_000 == pytest.approx(220, abs=3)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not sound at all" * 100])
def test_a_file_that_is_no_recording_is_refused(
    feed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    path = tmp_path / "noise.wav"
    path.write_bytes(content)
    assert main(["--feed", str(feed), "--ask-wav", str(path), "-o", str(tmp_path / "v.mp4")]) == 2
    assert "noise.wav" in capsys.readouterr().err.replace("\n", "")


def test_a_recording_that_is_too_long_is_refused(
    feed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_wav(tmp_path / "long.wav", 61)
    assert main(["--feed", str(feed), "--ask-wav", str(path), "-o", str(tmp_path / "v.mp4")]) == 2
    assert "60 s" in capsys.readouterr().err
