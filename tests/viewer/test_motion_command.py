"""``visavis motion``: files in, files out, what they hold in words, and a reason where something cannot be done."""

from __future__ import annotations

from pathlib import Path

import pytest

from avatar.motion_file import Frame, Header, MotionReader, MotionWriter, survey
from avatar.pose import Pose
from avatar.quaternions import from_angles, turning
from viewer.cli import main
from viewer.commands.common import SAMPLE_FEED

SAMPLE = SAMPLE_FEED.parent / "motions" / "hello.jsonl"


@pytest.fixture
def turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A head that turns by a degree a frame for two seconds."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "turn.jsonl"
    with MotionWriter(path, Header(fps=20.0, figure="milo", made=("a test",))) as writer:
        for index in range(41):
            writer.write(Frame(index / 20, Pose(bones={"head": from_angles(0, index, 0)})))
    return path


def yaws(path: Path) -> list[float]:
    with MotionReader(path) as motion:
        return [turning(frame.pose.bones["head"])[1] for frame in motion]


def test_info_tells_what_is_in_a_file(turn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["motion", "info", str(turn)]) == 0
    said = capsys.readouterr().out
    for words in ("41, 20 a second", "0.00 to 2.00 s", "milo", "a test", "1: head", "none"):
        assert words in said


def test_trim_keeps_what_lies_between(turn: Path) -> None:
    assert main(["motion", "trim", "turn.jsonl", "--from", "0.5", "--to", "1", "-o", "cut.jsonl"]) == 0
    assert yaws(Path("cut.jsonl")) == pytest.approx(range(10, 21))
    summary = survey(Path("cut.jsonl"))
    assert (summary.begin, summary.header.fps, summary.header.figure) == (0.0, 20.0, "milo")
    assert summary.header.made == ("a test", "trim from 0.5 to 1 s")


def test_a_file_may_be_changed_in_place(turn: Path) -> None:
    assert main(["motion", "trim", str(turn), "--from", "1.5", "-o", str(turn)]) == 0
    assert yaws(turn) == pytest.approx(range(30, 41))


def test_retime_changes_speed_and_rate(turn: Path) -> None:
    assert main(["motion", "retime", "turn.jsonl", "--speed", "2", "-o", "fast.jsonl"]) == 0
    fast = survey(Path("fast.jsonl"))
    assert (fast.frames, fast.end, fast.header.fps) == (41, 1.0, 40.0)
    assert main(["motion", "retime", "turn.jsonl", "--fps", "10", "-o", "few.jsonl"]) == 0
    assert yaws(Path("few.jsonl")) == pytest.approx(range(0, 41, 2), abs=1e-3)
    assert survey(Path("few.jsonl")).header.fps == 10.0
    assert main(["motion", "retime", "turn.jsonl", "--speed", "100", "-o", "mad.jsonl"]) == 0
    assert survey(Path("mad.jsonl")).header.fps is None  # more than a file may claim


def test_a_loop_ends_where_it_begins(turn: Path) -> None:
    assert main(["motion", "loop", "turn.jsonl", "--seam", "0.5", "--times", "2", "-o", "loop.jsonl"]) == 0
    turned = yaws(Path("loop.jsonl"))
    assert len(turned) == 60
    assert turned[:30] == pytest.approx(turned[30:])
    assert abs(turned[-1] - turned[0]) < 2.0


def test_join_fades_from_one_to_the_next(turn: Path) -> None:
    assert main(["motion", "join", "turn.jsonl", "turn.jsonl", "--fade", "0.5", "-o", "two.jsonl"]) == 0
    assert survey(Path("two.jsonl")).end == pytest.approx(3.5, abs=1e-3)
    assert main(["motion", "join", "turn.jsonl", "turn.jsonl", "--fade", "0", "-o", "two.jsonl"]) == 0
    assert yaws(Path("two.jsonl")) == pytest.approx([*range(41), *range(41)], abs=1e-3)


def test_export_writes_what_animation_programs_read(turn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["motion", "export", "turn.jsonl", "-o", "turn.bvh"]) == 0
    lines = Path("turn.bvh").read_text().splitlines()
    assert lines[:2] == ["HIERARCHY", "ROOT hips"]
    assert "Frames: 41" in lines
    assert lines[-42] == "Frame Time: 0.050000000"
    assert "milo" in capsys.readouterr().err


def test_the_sample_is_a_motion_that_can_be_looped(tmp_path: Path) -> None:
    summary = survey(SAMPLE)
    assert summary.notice is None
    assert {"head", "rightUpperArm"} <= set(summary.bones)
    assert ("gesture", "wave") in summary.events
    assert main(["motion", "loop", str(SAMPLE), "--seam", "0.4", "-o", str(tmp_path / "loop.jsonl")]) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["info", "gone.jsonl"], "gone.jsonl cannot be read"),
        (["info", str(SAMPLE_FEED)], "no motion file"),
        (["trim", "turn.jsonl", "--from", "5", "-o", "x.jsonl"], "no frame from 5"),
        (["retime", "turn.jsonl", "-o", "x.jsonl"], "nothing to do"),
        (["loop", "turn.jsonl", "--seam", "1.5", "-o", "x.jsonl"], "two seams"),
        (["join", "turn.jsonl", "turn.jsonl", "--fade", "3", "-o", "x.jsonl"], "shorter than the 3 s"),
        (["export", "turn.jsonl", "-o", "x.fbx"], "ends in .bvh"),
        (["export", "turn.jsonl", "--figure", "nobody", "-o", "x.bvh"], "vera"),
        (["trim", "turn.jsonl", "-o", "no-folder/x.jsonl"], "no-folder"),
    ],
)
def test_what_cannot_be_done_says_why_and_writes_nothing(
    turn: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["motion", *arguments]) == 2
    assert words in " ".join(capsys.readouterr().err.split())
    assert list(turn.parent.iterdir()) == [turn]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["bend"],
        ["retime", "a", "-o", "b", "--speed", "0"],
        ["retime", "a", "-o", "b", "--fps", "nan"],
        ["join", "a"],
    ],
)
def test_bad_usage_ends_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["motion", *arguments])
    assert ended.value.code == 2
