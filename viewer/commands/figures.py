"""``visavis figures``: a contact sheet of the people that there are, or of chance acquaintances."""

from __future__ import annotations

import argparse
import io
import os

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from avatar.errors import ClipError
from avatar.expressions import expression
from avatar.figure import FIGURES, Person, person
from avatar.marks import MOODS
from avatar.motion import compose
from server.assets import AssetStore
from server.settings import Settings
from viewer.commands.common import require_folder, write_atomically
from viewer.commands.scenes import scene_of
from viewer.contact_sheet import Tile, contact_sheet
from viewer.errors import InputError
from viewer.fetching import fetch
from viewer.portraits import Portraits


def run(options: argparse.Namespace, console: Console) -> int:
    """Draw the sheet, or list the names; return the exit code."""
    people = [person(name) for name in options.names]
    people += [person(f"random:{options.seed + number}") for number in range(options.random)]
    if not people:
        people = [person(name) for name in FIGURES]
    if options.list:
        _print(people)
        return 0
    if options.mood not in MOODS:
        raise ClipError(f"there is no mood {options.mood!r}; there are {', '.join(MOODS)}")
    require_folder(options.output)
    form = _format(options.output.suffix)
    scene = scene_of(options.scene, options.lens)
    store = AssetStore(Settings.from_environment(os.environ).cache)
    fetch(store, ("figures", "fonts"), console)
    pose = compose(expression(options.mood))
    tiles = []
    columns = TextColumn("making (once) and drawing {task.description}"), BarColumn(), MofNCompleteColumn()
    with (
        Portraits(store, options.size, scene) as portraits,
        Progress(*columns, console=console, transient=True) as bars,
    ):
        task = bars.add_task("", total=len(people))
        for someone in people:
            bars.update(task, description=someone.name)
            tiles.append(Tile(portraits.picture(someone, pose), someone.name))
            bars.advance(task)
    sheet = tiles[0].picture if len(tiles) == 1 else contact_sheet(tiles, store.path("fonts"))
    encoded = io.BytesIO()
    sheet.save(encoded, format=form)
    write_atomically(options.output, encoded.getvalue())
    who = people[0].name if len(people) == 1 else f"{len(people)} figures"
    console.print(f"{escape(who)}: see [bold]{escape(str(options.output))}[/].", highlight=False)
    return 0


def _format(suffix: str) -> str:
    formats = {".png": "PNG", ".webp": "WEBP"}
    if suffix.lower() not in formats:
        raise InputError(f"a sheet is written as {' or '.join(formats)}, not {suffix or 'without a suffix'}")
    return formats[suffix.lower()]


def _print(people: list[Person]) -> None:
    table = Table("figure", "who", "voice", box=None, header_style="dim")
    for someone in people:
        recipe = someone.recipe
        ancestry = recipe.ancestry.parts()
        mixture = ", ".join(name for name, part in sorted(ancestry.items(), key=lambda pair: -pair[1]) if part > 0.1)
        table.add_row(escape(someone.name), f"{recipe.sex}, {recipe.age:.0f}, {mixture}", recipe.voice)
    Console().print(table)
