"""Writes a trace while it lasts: asks the viewer's own server for its stages and lays them beside what is seen here."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType

from viewer.errors import InputError
from viewer.trace import Trace, read_spans


class Tracing:
    """A context manager; the trace is in its file when it ends.

    Attributes:
        trace: to be told what happens.
        server_arguments: for a server that is started for this, so that it writes down its stages.

    Args:
        path: the file.

    Raises:
        InputError: the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.trace = Trace()
        self._path = path
        self._folder = tempfile.TemporaryDirectory(prefix="visavis-trace-")
        self._spans = Path(self._folder.name) / "spans.jsonl"
        self.server_arguments = ("--spans", str(self._spans))

    def __enter__(self) -> Tracing:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self.trace.served(read_spans(self._spans))
            self._path.write_bytes(self.trace.as_json())
        except OSError as failure:
            raise InputError(f"the trace cannot be written to {self._path}: {failure.strerror}") from failure
        finally:
            self._folder.cleanup()
