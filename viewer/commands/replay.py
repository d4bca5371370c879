"""``visavis replay``: the film of a visit, made again from its log."""

from __future__ import annotations

import argparse
import os

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from server.assets import AssetStore
from server.protocol import FeedOpened
from server.settings import Settings
from viewer.commands.common import PICTURE_ASSETS, require_folder
from viewer.fetching import fetch
from viewer.film import film_replay
from viewer.hosts import figures_of, make_figures
from viewer.logbook import Came, read_log


def run(options: argparse.Namespace, console: Console) -> int:
    """Make the film; return the exit code."""
    require_folder(options.output)
    log = read_log(options.log)
    store = AssetStore(Settings.from_environment(os.environ).cache)
    fetch(store, PICTURE_ASSETS, console)
    opened = [line.event for line in log.lines if isinstance(line, Came)]
    make_figures(
        store, figures_of([event.figure for event in opened if isinstance(event, FeedOpened)], console), console
    )
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} of {task.total} pictures")
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bars:
        task = bars.add_task("replaying", total=None)
        strange = film_replay(
            log, store, options.output, lambda done, total: bars.update(task, completed=done, total=total)
        )
    console.print(f"The replay is in [bold]{escape(str(options.output))}[/].", highlight=False)
    if log.hashes:
        count = len(log.hashes)
        same = (
            f"all {count} pictures are those of the visit" if not strange else f"{strange} of {count} pictures differ"
        )
        console.print(same, highlight=False, style="dim" if not strange else "yellow")
    return 0
