"""The bytes behind a card's picture: a file of a local feed, or a web address."""

from __future__ import annotations

import logging
from pathlib import Path

import httpx

from viewer.pictures import PictureLoader

log = logging.getLogger(__name__)

MAX_BYTES = 8 << 20
TIMEOUT_SECONDS = 8.0


def picture_loader(*, files: bool) -> PictureLoader:
    """Return a loader that gives None for what cannot be had.

    Args:
        files: whether paths on this machine may be read: only from a server that the viewer started itself.
    """

    def load(address: str) -> bytes | None:
        try:
            if address.startswith(("http://", "https://")):
                return _fetched(address)
            return _read(Path(address)) if files else None
        except (OSError, httpx.HTTPError) as error:
            log.info("no picture from %s: %s", address, error)
            return None

    return load


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() and path.stat().st_size <= MAX_BYTES else None


def _fetched(address: str) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    with httpx.stream("GET", address, timeout=TIMEOUT_SECONDS, follow_redirects=True) as response:
        response.raise_for_status()
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if size > MAX_BYTES:
                return None
    return b"".join(parts)
