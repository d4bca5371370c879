"""What commands that draw a clip share: the figure, made where it never was, and the bar that shows how far it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from avatar.errors import UnknownFigureError
from avatar.figure import DEFAULT_FIGURE, Figure, Person, load_figure, person
from server.assets import AssetStore
from server.settings import Settings
from viewer.fetching import fetch
from viewer.hosts import FIGURE_DATA, make_figures


def made_figure(someone: Person, console: Console) -> Figure:
    """Return somebody's figure; what is missing for it is fetched and made.

    Raises:
        AssetError: the data of figures cannot be had.
        FigureError: it cannot be made.
    """
    store = AssetStore(Settings.from_environment(os.environ).cache)
    fetch(store, ("figures",), console)
    make_figures(store, [someone], console)
    return load_figure(someone, store.path("figures") / FIGURE_DATA, store.derived)


def hinted(figure: str | None, console: Console) -> Person:
    """Return the person that a motion file names, or the usual one where it names nobody who is here."""
    if figure is None:
        return person(DEFAULT_FIGURE)
    try:
        if not figure.endswith(".toml"):  # a motion file does not choose what else is read
            return person(figure)
    except UnknownFigureError:
        pass
    console.print(f"there is no figure {escape(repr(figure))} here: {DEFAULT_FIGURE} does it", style="dim")
    return person(DEFAULT_FIGURE)


@contextmanager
def drawing(console: Console) -> Iterator[Callable[[int, int], None]]:
    """Show a bar while pictures are drawn; gives what is to be told how many are done, of how many."""
    columns = TextColumn("drawing"), BarColumn(), TextColumn("{task.completed}/{task.total} pictures")
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bars:
        task = bars.add_task("drawing", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
