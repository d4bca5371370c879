"""Push-to-talk: lets the microphone's sound through while a key is held, and the moment before it was pressed."""

from __future__ import annotations

import threading
from collections import deque

import numpy as np
from numpy.typing import NDArray

BEFORE_BLOCKS = 12  # blocks of 16 ms from before the key went down: people begin to speak as they press


class TalkGate:
    """Passes blocks while it is open; told by one thread, asked by another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open = False
        self._before: deque[NDArray[np.int16]] = deque(maxlen=BEFORE_BLOCKS)

    def open(self, on: bool) -> None:
        """Let sound through from now on, or no more."""
        with self._lock:
            self._open = on

    def passed(self, block: NDArray[np.int16]) -> list[NDArray[np.int16]]:
        """Return what is to be sent now that ``block`` was recorded, in order."""
        with self._lock:
            self._before.append(block)
            if not self._open:
                return []
            blocks = list(self._before)
            self._before.clear()
            return blocks
