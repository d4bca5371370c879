"""``visavis assets``: fetch or list the models and figure data."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.markup import escape

from server.assets import AssetStore
from viewer.fetching import fetch, list_assets


def run(options: argparse.Namespace, console: Console) -> int:
    """Fetch or list; return the exit code."""
    store = AssetStore()
    if options.list:
        list_assets(store, Console())
        return 0
    names = store.all_names() if options.all else store.default_names()
    fetch(store, names, console, verify=options.verify)
    console.print(f"All that is needed is in [bold]{escape(str(store.cache))}[/].", highlight=False)
    return 0
