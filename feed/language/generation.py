"""One generation on a thread of its own, so that whoever reads it can leave at any time."""

from __future__ import annotations

import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator

from feed.language.errors import LanguageModelError
from feed.language.model import Cancelled

POLL_SECONDS = 0.03  # how often a reader that waits asks whether it is still wanted


class Generation(ABC):
    """Text on its way from a thread to its reader.

    Args:
        name: of the thread.
        cancelled: asked while waiting; once it says True the pieces end without error.
    """

    def __init__(self, name: str, cancelled: Cancelled) -> None:
        self._cancelled = cancelled
        self._abandoned = threading.Event()
        self._pieces: queue.SimpleQueue[str | LanguageModelError | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)

    def pieces(self) -> Iterator[str]:
        """Start, and yield text until the end, the cancellation or an error."""
        self._thread.start()
        while not self._cancelled():
            try:
                piece = self._pieces.get(timeout=POLL_SECONDS)
            except queue.Empty:
                continue
            if piece is None:
                return
            if isinstance(piece, LanguageModelError):
                raise piece
            yield piece

    def abandon(self) -> None:
        """Let the generation stop as soon as it can."""
        self._abandoned.set()

    @abstractmethod
    def _work(self) -> None:
        """Put pieces of text, and at last None or what went wrong."""
