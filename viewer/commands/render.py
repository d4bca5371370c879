"""``visavis render``: a motion file, drawn to a video."""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.markup import escape

from avatar.clip import film_frames
from avatar.figure import person
from avatar.listening import read_sound
from avatar.marks import SAMPLE_RATE
from avatar.motion_file import MotionReader, Summary, clock, frames_until, resampled, survey
from viewer.commands.common import require_folder
from viewer.commands.drawing import drawing, hinted, made_figure
from viewer.commands.scenes import scene_of
from viewer.errors import InputError

DEFAULT_FPS = 30
MOST_FPS = 120
MAX_SECONDS = 3_600.0  # of a video


def run(options: argparse.Namespace, console: Console) -> int:
    """Draw the motion; return the exit code."""
    require_folder(options.output)
    scene = scene_of(options.scene, options.lens)
    summary = survey(options.motion)
    if summary.notice:
        console.print(f"[yellow]{escape(summary.notice)}[/]", highlight=False)
    if summary.seconds > MAX_SECONDS:
        raise InputError(f"{options.motion} is {summary.seconds:.0f} s long; cut it to {MAX_SECONDS:.0f} s or less")
    fps = options.fps or _rate(summary)
    count = frames_until(summary.seconds, fps)
    sound = _sound(options, count * SAMPLE_RATE // fps)
    who = person(options.figure) if options.figure else hinted(summary.header.figure, console)
    figure = made_figure(who, console)
    with MotionReader(options.motion) as motion, drawing(console) as progress:
        frames = resampled(motion, clock(fps, summary.begin))
        film_frames(
            frames, sound, options.output, figure=figure, size=options.size, fps=fps, scene=scene, progress=progress
        )
    console.print(f"{count / fps:.1f} s of video are in [bold]{escape(str(options.output))}[/].", highlight=False)
    return 0


def _rate(summary: Summary) -> int:
    """Return the file's own rate if a video can have it, or else the usual one."""
    fps = summary.header.fps
    return int(fps) if fps is not None and fps.is_integer() and 1 <= fps <= MOST_FPS else DEFAULT_FPS


def _sound(options: argparse.Namespace, samples: int) -> NDArray[np.int16]:
    """Return as much sound as the motion is long: of the file that was named, or silence."""
    sound = np.zeros(samples, np.int16)
    if options.audio is not None:
        given = read_sound(options.audio, MAX_SECONDS)[:samples]
        sound[: len(given)] = given
    return sound
