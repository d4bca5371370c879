"""How a benchmark shows its figures: a table for people, one JSON object for programs."""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console
from rich.table import Table

Figure = float | int | str


def arguments(description: str) -> argparse.ArgumentParser:
    """Return a parser that knows ``--json``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    return parser


def show(title: str, figures: Mapping[str, Figure], *, as_json: bool) -> None:
    """Print the figures; names carry their unit ("pictures_per_second")."""
    if as_json:
        json.dump(figures, sys.stdout)
        print()
        return
    table = Table(title=title, caption=f"{platform.machine()}, {os.cpu_count()} cores; machines are noisy")
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value:,.3g}" if isinstance(value, float) else str(value))
    Console().print(table)


def show_columns(title: str, columns: Mapping[str, Mapping[str, Figure]], options: argparse.Namespace) -> None:
    """Print the same figures of several things side by side; ``options`` say how: ``json``, ``markdown`` or neither."""
    names = next(iter(columns.values()))
    rows = [[name.replace("_", " "), *(str(column[name]) for column in columns.values())] for name in names]
    if options.json:
        json.dump(columns, sys.stdout)
        print()
    elif options.markdown:
        for row in (["", *columns], ["---"] * (len(columns) + 1), *rows):
            print("| " + " | ".join(row) + " |")
    else:
        table = Table("", *columns, title=title)
        for row in rows:
            table.add_row(*row)
        Console(width=max(Console().width, 30 + 17 * len(columns))).print(table)


def seconds(action: Callable[[], object], times: int) -> list[float]:
    """Return the wall time of each of ``times`` calls, after one that is not counted."""
    action()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return taken


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` percent of ``values`` do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share / 100 * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)
