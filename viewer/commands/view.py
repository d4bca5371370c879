"""``visavis view``: the window on a server that runs already."""

from __future__ import annotations

import argparse
import os
from contextlib import ExitStack
from urllib.parse import urlsplit

from rich.console import Console

from server.assets import AssetStore
from server.settings import Settings
from viewer.app import run_app
from viewer.commands.common import PICTURE_ASSETS, has_display, require_folder
from viewer.errors import DisplayError, InputError
from viewer.fetching import fetch
from viewer.tracing import Tracing


def run(options: argparse.Namespace, console: Console) -> int:
    """Show the window until it is closed; return the exit code."""
    address = urlsplit(options.url)
    if address.scheme not in ("ws", "wss") or not address.hostname:
        raise InputError(f"{options.url!r} is not the address of a server; it looks like ws://127.0.0.1:8787")
    if not has_display():
        raise DisplayError(
            "there is no display to open a window on; `visavis visit -o visit.mp4` makes a video instead"
        )
    store = AssetStore(Settings.from_environment(os.environ).cache)
    fetch(store, PICTURE_ASSETS, console)
    for path in (options.log, options.trace):
        if path is not None:
            require_folder(path)
    with ExitStack() as open_things:
        tracing = None if options.trace is None else open_things.enter_context(Tracing(options.trace))
        trace = None if tracing is None else tracing.trace
        run_app(options.url, store, options.size, own_server=False, log=options.log, trace=trace)
    return 0
