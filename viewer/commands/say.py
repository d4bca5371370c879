"""``visavis say``: a talking-head clip of a text, or of recorded speech."""

from __future__ import annotations

import argparse
import os
import sys

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from avatar.clip import film, heard, spoken
from avatar.directions import scripted
from avatar.figure import DEFAULT_FIGURE, load_figure, person
from avatar.listening import read_sound
from avatar.marks import Mark
from avatar.voice import Voice, forget_voices
from feed.text import sentences
from server.assets import AssetStore
from server.settings import Settings
from viewer.commands.common import require_folder
from viewer.commands.scenes import scene_of
from viewer.errors import InputError
from viewer.fetching import fetch
from viewer.hosts import FIGURE_DATA, make_figures

MAX_CHARS = 20_000
MAX_SECONDS = 1_200  # of a recording: about as long as the longest text


def run(options: argparse.Namespace, console: Console) -> int:
    """Make the clip; return the exit code."""
    require_folder(options.output)
    scene = scene_of(options.scene, options.lens)
    speaker = person(options.figure or DEFAULT_FIGURE)
    speech, marks = _recorded(options) if options.audio else _said(options, speaker.recipe.voice, console)
    store = AssetStore(Settings.from_environment(os.environ).cache)
    fetch(store, ("figures",), console)
    make_figures(store, [speaker], console)
    figure = load_figure(speaker, store.path("figures") / FIGURE_DATA, store.derived)
    columns = TextColumn("drawing"), BarColumn(), TextColumn("{task.completed}/{task.total} pictures")
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bars:
        task = bars.add_task("drawing", total=None)
        seconds = film(
            speech,
            marks,
            options.output,
            figure=figure,
            size=options.size,
            scene=scene,
            fps=options.fps,
            seed=options.seed,
            progress=lambda done, total: bars.update(task, completed=done, total=total),
        )
    console.print(f"{seconds:.1f} s of video are in [bold]{escape(str(options.output))}[/].", highlight=False)
    return 0


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
