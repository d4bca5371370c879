"""``visavis say``: a talking-head clip of a text."""

from __future__ import annotations

import argparse
import os
import sys

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from avatar.clip import make_clip
from avatar.directions import scripted
from avatar.figure import DEFAULT_FIGURE, load_figure, person
from avatar.voice import Voice
from feed.text import sentences
from server.assets import AssetStore
from server.settings import Settings
from viewer.commands.common import require_folder
from viewer.commands.scenes import scene_of
from viewer.errors import InputError
from viewer.fetching import fetch
from viewer.hosts import FIGURE_DATA, make_figures

MAX_CHARS = 20_000


def run(options: argparse.Namespace, console: Console) -> int:
    """Make the clip; return the exit code."""
    text = sys.stdin.read(MAX_CHARS + 1) if options.text == "-" else options.text
    if len(text) > MAX_CHARS:
        raise InputError(f"a clip may have {MAX_CHARS} characters; split the text")
    require_folder(options.output)
    script = scripted(text)
    for written in script.ignored:
        console.print(f"[dim]passed over: \\[{escape(written)}] is no stage direction[/]", highlight=False)
    scene = scene_of(options.scene, options.lens)
    speaker = person(options.figure or DEFAULT_FIGURE)
    voice = Voice(options.voice or speaker.recipe.voice)
    store = AssetStore(Settings.from_environment(os.environ).cache)
    fetch(store, ("figures",), console)
    make_figures(store, [speaker], console)
    figure = load_figure(speaker, store.path("figures") / FIGURE_DATA, store.derived)
    columns = TextColumn("drawing"), BarColumn(), TextColumn("{task.completed}/{task.total} pictures")
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bars:
        task = bars.add_task("drawing", total=None)
        seconds = make_clip(
            script.cut(sentences(script.text)),
            options.output,
            figure=figure,
            voice=voice,
            size=options.size,
            scene=scene,
            fps=options.fps,
            mood=options.mood,
            seed=options.seed,
            progress=lambda done, total: bars.update(task, completed=done, total=total),
        )
    console.print(f"{seconds:.1f} s of video are in [bold]{escape(str(options.output))}[/].", highlight=False)
    return 0
