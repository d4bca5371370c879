"""A video file holds what was written, with sound and picture at the same instants."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from avatar.video import VideoError, VideoWriter

SIZE = 64
FLASH = range(30, 33)  # pictures that are white, with a tone under them


def write_flash(path: Path) -> None:
    tone = (20_000 * np.sin(np.arange(800) / 5)).astype(np.int16)
    with VideoWriter(path, SIZE, SIZE, fps=30) as video:
        for index in range(60):
            video.write(np.full((SIZE, SIZE, 4), 255 if index in FLASH else 0, np.uint8))
            video.write_audio(tone if index in FLASH else np.zeros(800, np.int16))


def test_a_flash_and_a_tone_written_together_are_decoded_together(tmp_path: Path) -> None:
    path = tmp_path / "flash.mp4"
    write_flash(path)
    with av.open(str(path)) as container:
        assert {stream.codec_context.name for stream in container.streams} == {"h264", "aac"}
        sound = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    with av.open(str(path)) as container:
        pictures = [(frame.time, frame.to_ndarray(format="gray").mean()) for frame in container.decode(video=0)]
    lit = [time for time, mean in pictures if time is not None and mean > 128]
    loud = np.flatnonzero(np.abs(sound) > 0.1) / 48_000
    assert len(pictures) == 60
    assert lit == pytest.approx([1.0, 1.0 + 1 / 30, 1.0 + 2 / 30], abs=1e-3)
    assert loud[0] == pytest.approx(1.0, abs=0.005)
    assert loud[-1] == pytest.approx(1.1, abs=0.005)


def test_the_same_pictures_and_sound_give_the_same_bytes(tmp_path: Path) -> None:
    write_flash(tmp_path / "a.mp4")
    write_flash(tmp_path / "b.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_an_interrupted_video_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupted() -> None:
        with VideoWriter(tmp_path / "cut.mp4", SIZE, SIZE) as video:
            video.write(np.zeros((SIZE, SIZE, 3), np.uint8))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, living = (tmp_path / f".flash.mp4.{process}.part" for process in (ended.pid, os.getppid()))
    left.write_bytes(b"half a video")
    living.write_bytes(b"half a video")
    write_flash(tmp_path / "flash.mp4")
    assert {path.name for path in tmp_path.iterdir()} == {"flash.mp4", living.name}


@pytest.mark.parametrize(("width", "height"), [(63, 64), (64, 0), (-2, 64)])
def test_sizes_that_cannot_be_encoded_are_refused_in_words(tmp_path: Path, width: int, height: int) -> None:
    with pytest.raises(VideoError, match="even"):
        VideoWriter(tmp_path / "odd.mp4", width, height)


def write_noise(path: Path, pictures: int) -> None:
    noise = np.random.default_rng(0)
    with VideoWriter(path, 64, 64) as video:
        for _ in range(pictures):
            video.write(noise.integers(0, 255, (64, 64, 3), np.uint8))
            video.write_audio(np.zeros(800, np.int16))


@pytest.mark.parametrize("pictures", [1, 60], ids=["found when it is finished", "found while it is written"])
def test_a_disk_that_fills_up_is_told_and_leaves_nothing_behind(tmp_path: Path, pictures: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, hard))
    try:
        with pytest.raises(VideoError, match="could not be"):
            write_noise(tmp_path / "clip.mp4", pictures)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="shape"), VideoWriter(tmp_path / "x.mp4", SIZE, SIZE) as video:
        video.write(np.zeros((SIZE, SIZE // 2, 3), np.uint8))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="nowhere"):
        VideoWriter(tmp_path / "nowhere" / "x.mp4", SIZE, SIZE)
