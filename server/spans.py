"""Spans in a file, one JSON object a line, as they end: what a benchmark or a trace reads (``server.stages``)."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec

from server.errors import SettingsError
from server.stages import Span, Stages


@contextlib.contextmanager
def written_to(path: Path, stages: Stages) -> Iterator[None]:
    """Write every span that ends meanwhile to ``path``, which is made anew.

    Raises:
        SettingsError: the file cannot be written.
    """
    try:
        file = path.open("wb")
    except OSError as error:
        raise SettingsError(f"spans cannot be written to {path}: {error.strerror}") from error
    lock = threading.Lock()

    def write(span: Span) -> None:
        with lock:
            file.write(msgspec.json.encode(span) + b"\n")
            file.flush()

    with file:
        end = stages.watch(write)
        try:
            yield
        finally:
            end()
