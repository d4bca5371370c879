"""``visavis serve``: the server alone."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os

from rich.console import Console

from server.assets import AssetStore
from server.door import gateway, watching
from server.gateway import serve, warm_in_background
from server.mind import Mind
from server.services import Services
from server.settings import Settings
from viewer.commands.common import SAMPLE_FEED, SPEECH_ASSETS, load_feed, mind_assets
from viewer.fetching import fetch


def run(options: argparse.Namespace, console: Console) -> int:
    """Serve until Ctrl-C; return the exit code."""
    settings = Settings.from_environment(os.environ, use_model=not options.no_model)
    source = options.feed or str(SAMPLE_FEED)
    document = load_feed(source, console)
    fetch(AssetStore(settings.cache), (*mind_assets(settings), *SPEECH_ASSETS), console)

    def announce(url: str) -> None:
        console.print(f"serving {len(document.items)} items at [bold]{url}[/] (Ctrl-C ends)", highlight=False)

    with Mind(settings, document) as mind:
        mind.shelf()  # an unusable store is told before anybody is let in
        services = Services(mind)
        door = gateway(services, options, settings)
        warm_in_background(services.warm)
        with contextlib.suppress(KeyboardInterrupt):
            beside = watching(door, mind, document, source, options)
            asyncio.run(serve(door, host=options.host, port=options.port, beside=beside, ready=announce))
    return 0
