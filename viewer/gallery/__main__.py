"""Draws the gallery: ``python -m viewer.gallery docs/gallery`` writes the pictures there and the page beside them."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from server.assets import AssetStore
from viewer.commands.common import write_atomically
from viewer.gallery.sheets import Sheet, sheets

_QUALITY = 86  # of JPEG
_PAPER = (22, 24, 29)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the sheets that were asked for, or all, and write the page; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m viewer.gallery", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go; the page stands beside it, named FOLDER.md")
    parser.add_argument("--only", metavar="NAME", action="append", help="draw this sheet alone (repeatable)")
    options = parser.parse_args(arguments)
    console = Console(stderr=True)
    store = AssetStore()
    store.fetch(["figures", "fonts"], notice=console.print)
    options.folder.mkdir(parents=True, exist_ok=True)
    every = sheets()
    unknown = set(options.only or ()) - {sheet.name for sheet in every}
    if unknown:
        parser.error(f"there is no sheet {', '.join(sorted(unknown))}: choose of {', '.join(s.name for s in every)}")
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
    ) as bars:
        task = bars.add_task("", total=None)
        for sheet in every:
            if options.only and sheet.name not in options.only:
                continue

            def advance(what: str, title: str = sheet.title) -> None:
                bars.update(task, description=f"{title}: {what}")

            drawn = sheet.draw(store, advance)
            write_atomically(options.folder / f"{sheet.name}.jpg", _encoded(drawn))
            console.print(f"{sheet.title}: {drawn.width}x{drawn.height}", highlight=False)
    write_atomically(options.folder.with_suffix(".md"), page(every, options.folder.name).encode())
    return 0


def page(every: Sequence[Sheet], folder: str) -> str:
    """Return the page that shows the sheets, Markdown."""
    lines = [
        "# Gallery",
        "",
        "What the figures look like and what they can do, drawn by the program itself on the software driver:",
        "`make gallery` draws it anew.",
        "",
    ]
    for sheet in every:
        lines += [f"## {sheet.title}", "", sheet.caption, "", f"![{sheet.title}]({folder}/{sheet.name}.jpg)", ""]
    return "\n".join(lines)


def _encoded(picture: Image.Image) -> bytes:
    opaque = Image.new("RGB", picture.size, _PAPER)
    opaque.paste(picture, mask=picture.getchannel("A"))
    encoded = io.BytesIO()
    opaque.save(encoded, format="JPEG", quality=_QUALITY, optimize=True)
    return encoded.getvalue()


if __name__ == "__main__":
    sys.exit(main())
