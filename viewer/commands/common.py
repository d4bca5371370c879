"""What several commands share: which feed, which assets, and files that are there whole or not at all."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from feed.items import FeedDocument
from feed.sources import load
from server.mind import LANGUAGE_ASSET
from server.settings import Settings
from viewer.errors import InputError

SAMPLE_FEED = Path(__file__).resolve().parents[2] / "samples" / "feed.json"
SPEECH_ASSETS = ("vad", "speech-to-text")
PICTURE_ASSETS = ("figures", "fonts")
SKIPPED_SHOWN = 3


def load_feed(source: str, console: Console) -> FeedDocument:
    """Read a feed and say which of its items were left out.

    Raises:
        FeedError: it cannot be read.
    """
    document = load(source)
    for skipped in document.skipped[:SKIPPED_SHOWN]:
        console.print(f"left out {escape(skipped.id or str(skipped.position))}: {escape(skipped.reason)}", style="dim")
    if len(document.skipped) > SKIPPED_SHOWN:
        console.print(f"left out {len(document.skipped) - SKIPPED_SHOWN} more", style="dim")
    return document


def mind_assets(settings: Settings) -> tuple[str, ...]:
    """Return the assets that answers need."""
    local_model = settings.use_model and settings.endpoint is None
    return ("embeddings", LANGUAGE_ASSET) if local_model else ("embeddings",)


def has_display() -> bool:
    """Tell whether a window can be opened here."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def require_folder(path: Path) -> None:
    """Raise ``InputError`` unless a file can be put at ``path``."""
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file in it")
    if not path.absolute().parent.is_dir():
        raise InputError(f"{path} cannot be written: there is no folder {path.absolute().parent}")


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)
