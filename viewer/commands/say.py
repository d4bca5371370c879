"""``visavis say``: a talking-head clip of a text, or of recorded speech."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.markup import escape

from avatar.clip import film, heard, spoken
from avatar.directions import scripted
from avatar.figure import DEFAULT_FIGURE, person
from avatar.listening import read_sound
from avatar.marks import Mark
from avatar.motion_file import Header, MotionWriter
from avatar.voice import Voice, forget_voices
from feed.text import sentences
from viewer.commands.common import require_folder
from viewer.commands.drawing import drawing, made_figure
from viewer.commands.scenes import scene_of
from viewer.errors import InputError

MAX_CHARS = 20_000
MAX_SECONDS = 1_200  # of a recording: about as long as the longest text


def run(options: argparse.Namespace, console: Console) -> int:
    """Make the clip; return the exit code."""
    require_folder(options.output)
    if options.poses is not None:
        require_folder(options.poses)
        if options.poses.absolute() == options.output.absolute():
            raise InputError(f"{options.poses} cannot be the video and the motion file at once")
    scene = scene_of(options.scene, options.lens)
    speaker = person(options.figure or DEFAULT_FIGURE)
    speech, marks = _recorded(options) if options.audio else _said(options, speaker.recipe.voice, console)
    figure = made_figure(speaker, console)
    with ExitStack() as files:
        writer = None
        if options.poses is not None:
            header = Header(fps=options.fps, figure=_hint(options.figure), made=(f"visavis say, seed {options.seed}",))
            writer = files.enter_context(MotionWriter(options.poses, header))
        progress = files.enter_context(drawing(console))
        seconds = film(
            speech,
            marks,
            options.output,
            figure=figure,
            size=options.size,
            scene=scene,
            fps=options.fps,
            seed=options.seed,
            progress=progress,
            record=None if writer is None else writer.write,
        )
    console.print(f"{seconds:.1f} s of video are in [bold]{escape(str(options.output))}[/].", highlight=False)
    return 0


def _hint(figure: str | None) -> str | None:
    """Return the name by which others find the figure too; None for a file of one's own."""
    return None if figure is not None and figure.endswith(".toml") else figure or DEFAULT_FIGURE


def _recorded(options: argparse.Namespace) -> tuple[NDArray[np.int16], list[Mark]]:
    """Return the sound of a file, and the marks that are heard in it."""
    if options.voice:
        raise InputError("a recording has its own voice: leave --voice out, or give a text")
    return heard(read_sound(options.audio, MAX_SECONDS), options.mood)


def _said(options: argparse.Namespace, voice: str, console: Console) -> tuple[NDArray[np.int16], list[Mark]]:
    """Return a text's sound and marks, in the voice that was asked for or else in ``voice``."""
    text = sys.stdin.read(MAX_CHARS + 1) if options.text == "-" else options.text
    if len(text) > MAX_CHARS:
        raise InputError(f"a clip may have {MAX_CHARS} characters; split the text")
    script = scripted(text)
    for written in script.ignored:
        console.print(f"[dim]passed over: \\[{escape(written)}] is no stage direction[/]", highlight=False)
    try:
        return spoken(script.cut(sentences(script.text)), Voice(options.voice or voice), options.mood)
    finally:
        forget_voices()
