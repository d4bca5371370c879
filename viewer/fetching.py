"""Fetching assets where a person watches: a bar for each file, and what is wrong in words."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from server.assets import AssetStore

MEGABYTE = 1_000_000


def fetch(store: AssetStore, names: Sequence[str], console: Console, *, verify: bool = False) -> None:
    """Get what is missing of the named assets, with a progress bar; quiet when nothing is missing.

    Raises:
        AssetError: see ``AssetStore.fetch``.
    """
    if not verify and all(store.present(name) for name in names):
        return
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=False) as bars:
        tasks: dict[tuple[str, str], TaskID] = {}

        def show(asset: str, file: str, done: int, total: int) -> None:
            key = (asset, file)
            if key not in tasks:
                tasks[key] = bars.add_task(f"{asset} / {file}", total=total)
            bars.update(tasks[key], completed=done, total=total)

        store.fetch(names, show, lambda line: bars.console.print(line, style="dim", highlight=False), verify=verify)


def list_assets(store: AssetStore, console: Console) -> None:
    """Print what there is, for what, under which licence, and whether it is here."""
    table = Table(title=f"assets in {store.cache}", title_style="dim")
    for column in ("asset", "needed for", "licence"):
        table.add_column(column)
    table.add_column("MB", justify="right")
    table.add_column("here")
    for state in store.states():
        here = "[green]yes[/]" if state.present else "no" if state.asset.default else "no (optional)"
        size = f"{state.asset.size / MEGABYTE:,.1f}"
        table.add_row(state.name, state.asset.needed_by, state.asset.licence, size, here)
    console.print(table)
