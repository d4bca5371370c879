"""The options of the door, the same for ``visavis serve`` and ``python -m server``. Loads nothing heavy."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from server.limits import Limits
from server.settings import DEFAULT_HOST, DEFAULT_PORT


def add_door_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where the server listens and whom it lets in."""
    parser.add_argument("--host", default=DEFAULT_HOST, help="address to listen on; default: this machine only")
    parser.add_argument(
        "--port", type=whole(0, 65_535), default=DEFAULT_PORT, help="default: %(default)s; 0 takes a free one"
    )
    parser.add_argument(
        "--allow-origin", action="append", default=[], metavar="ORIGIN", help="a web page that may connect (repeatable)"
    )
    parser.add_argument(
        "--require-token", action="store_true", help="let this machine in with a token only, as behind a reverse proxy"
    )
    parser.add_argument("--tls-cert", metavar="FILE", type=Path, help="certificate with its chain (PEM); serves wss://")
    parser.add_argument("--tls-key", metavar="FILE", type=Path, help="its key (PEM, not encrypted)")
    parser.add_argument(
        "--connections",
        metavar="N",
        type=whole(1, 100_000),
        default=Limits().connections,
        help="clients at once, readers among them; default: %(default)s",
    )
    parser.add_argument(
        "--conversations",
        metavar="N",
        type=whole(1, 10_000),
        help="conversations at once, others wait; default: as many as this machine is seen to serve at full speed",
    )
    parser.add_argument(
        "--refresh",
        metavar="SECONDS",
        type=whole(0, 86_400),
        help="how often to look for changes of the feed; default: 2 for files, 300 for addresses; 0: never",
    )


def whole(low: int, high: int) -> Callable[[str], int]:
    """Return a parser of whole numbers from ``low`` to ``high``, for ``argparse``."""

    def parsed(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text[:10]) <= high):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
        return int(text)

    return parsed
