"""``visavis render`` draws a motion file; what ``say --poses`` wrote gives the pictures of the clip itself."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from avatar.listening import read_sound
from avatar.motion_file import Event, Frame, Header, MotionReader, MotionWriter, survey
from avatar.pose import Pose
from avatar.quaternions import from_angles
from viewer.cli import main
from viewer.commands.common import SAMPLE_FEED

SMALL = ("--size", "96", "--lens", "head")


def pictures(clip: Path) -> list[bytes]:
    with av.open(str(clip)) as container:
        return [frame.to_ndarray(format="rgb24").tobytes() for frame in container.decode(video=0)]


@pytest.fixture
def motion(tmp_path: Path) -> Path:
    """A head that turns for half a second, in a file without a rate or a figure."""
    path = tmp_path / "turn.jsonl"
    with MotionWriter(path, Header()) as writer:
        for index in range(6):
            writer.write(Frame(3.0 + index / 10, Pose(bones={"head": from_angles(0, 8 * index, 0)})))
    return path


@pytest.mark.parametrize("fps", ["7", "8"])
def test_what_say_wrote_down_gives_the_very_pictures_of_the_clip(tmp_path: Path, fps: str) -> None:
    said, poses, drawn = tmp_path / "said.mp4", tmp_path / "said.jsonl", tmp_path / "drawn.mp4"
    text = ["say", "[joy] Hello! [wave]", "--figure", "leila", "--seed", "5", "--fps", fps]
    assert main([*text, *SMALL, "-o", str(said), "--poses", str(poses)]) == 0
    summary = survey(poses)
    assert (summary.header.fps, summary.header.figure, summary.notice) == (int(fps), "leila", None)
    assert set(summary.events) >= {("mood", "joy"), ("gesture", "wave")}
    assert main(["render", str(poses), *SMALL, "-o", str(drawn)]) == 0
    expected = pictures(said)
    assert len(expected) == summary.frames
    assert len(set(expected)) > 3
    assert pictures(drawn) == expected


def test_any_figure_draws_a_file_at_any_rate_with_the_sound_that_is_named(tmp_path: Path, motion: Path) -> None:
    speech = Path(__file__).parents[1] / "data" / "question_24k.wav"
    clip = tmp_path / "clip.mp4"
    assert main(["render", str(motion), *SMALL, "--fps", "20", "--audio", str(speech), "-o", str(clip)]) == 0
    drawn = pictures(clip)
    assert len(drawn) == 11
    assert len(set(drawn)) == 11
    assert np.abs(read_sound(clip, 5.0).astype(float)).max() > 500


def test_a_cut_off_file_is_drawn_as_far_as_it_goes_and_that_is_said(
    tmp_path: Path, motion: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    motion.write_bytes(motion.read_bytes()[:-20])
    assert main(["render", str(motion), *SMALL, "--fps", "10", "-o", str(tmp_path / "clip.mp4")]) == 0
    assert "in the middle of line 7" in " ".join(capsys.readouterr().err.split())
    assert len(pictures(tmp_path / "clip.mp4")) == 5


@pytest.mark.parametrize("hint", ["nobody", "/etc/secret.toml"])
def test_a_figure_that_is_not_here_is_stood_in_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], hint: str
) -> None:
    path, clip = tmp_path / "a.jsonl", tmp_path / "clip.mp4"
    with MotionWriter(path, Header(figure=hint)) as writer:
        writer.write(Frame(0.0, events=(Event("mood", "joy"),)))
    assert main(["render", str(path), *SMALL, "-o", str(clip)]) == 0
    assert f"no figure '{hint}' here: vera" in " ".join(capsys.readouterr().err.split())
    assert len(pictures(clip)) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gone.jsonl"], "gone.jsonl cannot be read"),
        ([str(SAMPLE_FEED)], "no motion file"),
        (["turn.jsonl", "--figure", "nobody"], "vera"),
        (["turn.jsonl", "--audio", "gone.wav"], "there is no file"),
        (["turn.jsonl", "-o", "no-folder/clip.mp4"], "no-folder"),
        (["turn.jsonl", "--scene", str(SAMPLE_FEED.parent / "scenes" / "transparent.toml")], "cannot be transparent"),
    ],
)
def test_what_cannot_be_drawn_says_why(
    motion: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    monkeypatch.chdir(motion.parent)
    assert main(["render", *arguments]) == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert [path.name for path in motion.parent.iterdir()] == [motion.name]


def test_a_clip_that_fails_leaves_no_motion_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    transparent = str(SAMPLE_FEED.parent / "scenes" / "transparent.toml")
    assert main(["say", "Hello.", "--scene", transparent, "--poses", "a.jsonl", "-o", "a.mp4"]) == 2
    assert main(["say", "Hello.", "--poses", "a.mp4", "-o", "a.mp4"]) == 2
    assert "at once" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_frames_of_a_file_that_was_rendered_are_unchanged(motion: Path) -> None:
    with MotionReader(motion) as reader:
        assert [frame.seconds for frame in reader] == pytest.approx([3.0, 3.1, 3.2, 3.3, 3.4, 3.5])
