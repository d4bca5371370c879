"""A folder of Markdown and text files: each is an item."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feed.errors import NotAFeedError, SourceTooLargeError, SourceUnreachableError
from feed.items import FeedDocument, Skipped
from feed.markup import first_heading, markdown_to_text
from feed.parsing import MOST_ITEMS, Origin, parse_items
from feed.text import one_line

MOST_FILE_BYTES = 2_000_000
MOST_ENTRIES = 20_000  # files and folders that are looked at
SUFFIXES = (".md", ".markdown", ".txt")

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.{0,20000}?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_ENTRY = re.compile(r"([A-Za-z_][\w-]{0,60})[ \t]*:[ \t]*(.*)")
_VOICE_KEYS = ("persona", "role", "manner", "figure", "voice")


def read(path: Path) -> FeedDocument:
    """Return the feed in a folder: its .md, .markdown and .txt files and those of its subfolders.

    The title is the front matter's, else the first heading, else the file's name; the date is the front matter's,
    else the file's. Front matter is "key: value" lines; ``kind``, ``persona``, ``role``, ``manner``, ``figure`` and
    ``voice`` choose the host. Hidden files and what links lead to outside the folder are left out.

    Raises:
        NotAFeedError: no such file in it.
        SourceTooLargeError: too many files to look at.
        SourceUnreachableError: the folder cannot be read.
    """
    root = path.resolve()
    raw_items, skipped = [], []
    for position, file in enumerate(_files(root)):
        if position == MOST_ITEMS:
            skipped.append(Skipped(position=position, id="", reason=f"only the first {MOST_ITEMS} files are read"))
            break
        name = file.relative_to(root).as_posix()
        try:
            raw_items.append(_json_item(file, name, root))
        except (OSError, ValueError) as error:
            skipped.append(Skipped(position=position, id=one_line(name, 80), reason=_reason(error)))
    if not raw_items and not skipped:
        raise NotAFeedError(str(path), f"there is no {', '.join(SUFFIXES)} file in this folder")
    origin = Origin(address=str(root), title=_title(root.name) or str(root), folder=root)
    document = parse_items(raw_items, origin)
    return FeedDocument(
        title=document.title, items=document.items, skipped=(*skipped, *document.skipped), source=document.source
    )


def stamp(path: Path) -> str:
    """Return something that is another whenever a file in a folder was added, changed or removed.

    Raises:
        SourceTooLargeError: too many files to look at.
        SourceUnreachableError: the folder cannot be read.
        OSError: a file went away meanwhile.
    """
    digest = hashlib.sha256()
    root = path.resolve()
    for file in _files(root):
        status = file.stat()
        digest.update(f"{file} {status.st_mtime_ns} {status.st_size}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8; save the file in UTF-8"
    return str(error)


def _files(root: Path) -> Iterator[Path]:
    def stop(error: OSError) -> None:
        raise SourceUnreachableError(str(root), f"cannot be read ({error.strerror})") from error

    seen = 0
    for folder, subfolders, names in os.walk(root, onerror=stop):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        seen += len(subfolders) + len(names)
        if seen > MOST_ENTRIES:
            raise SourceTooLargeError(str(root), f"more than {MOST_ENTRIES:,} files; choose a smaller folder")
        for name in sorted(names):
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(folder, name)


def _json_item(file: Path, name: str, root: Path) -> dict[str, Any]:
    resolved = file.resolve()
    if not resolved.is_relative_to(root):
        raise ValueError("it is a link that leads out of the folder")
    if not resolved.is_file():
        raise ValueError("it is not a plain file")
    with resolved.open("rb") as opened:
        content = opened.read(MOST_FILE_BYTES + 1)
    if len(content) > MOST_FILE_BYTES:
        raise ValueError(f"the file has more than {MOST_FILE_BYTES:,} bytes")
    front, body = _split_front_matter(content.decode("utf-8-sig"))
    heading = ""
    if not name.lower().endswith(".txt"):
        heading, rest = first_heading(body)
        body = markdown_to_text(rest) or heading
    changed = datetime.fromtimestamp(resolved.stat().st_mtime, UTC)
    voice = {key: front[key] for key in _VOICE_KEYS if front.get(key)}
    author = front.get("source") or front.get("author")
    return {
        "id": name,
        "title": front.get("title") or heading or _title(file.stem),
        "content_text": body,
        "summary": front.get("summary", ""),
        "image": front.get("image", ""),
        "url": front.get("url", ""),
        "language": front.get("language") or front.get("lang", ""),
        "authors": [{"name": author}] if author else [],
        "date_published": front.get("date") or changed.isoformat(),
        "_talk": {"kind": front.get("kind") or "article"} | ({"voice": voice} if voice else {}),
    }


def _split_front_matter(text: str) -> tuple[dict[str, str], str]:
    """Return the "key: value" lines before a document, keys in lower case, and the document."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    entries = (_ENTRY.fullmatch(line.rstrip()) for line in found[1].splitlines())
    front = {entry[1].lower(): _unquoted(entry[2].strip()) for entry in entries if entry}
    return front, text[found.end() :]


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" else value


def _title(name: str) -> str:
    words = re.sub(r"[\s_-]+", " ", re.sub(r"^\d{4}-\d\d-\d\d[\s_-]+", "", name)).strip()
    return words[:1].upper() + words[1:]
