"""One texture that holds the words and icons drawn lately: shelves, filled from the top, emptied when full."""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

import moderngl
import numpy as np
from numpy.typing import NDArray

_SPACING = 1  # empty pixels between neighbours, so that filtering does not mix them


class AtlasFullError(RuntimeError):
    """There is no room for another picture; draw what is pending, clear, try again."""


class AtlasEntry(NamedTuple):
    """Where a picture lies: texture coordinates and its size in pixels."""

    uv: tuple[float, float, float, float]
    width: int
    height: int


class Atlas:
    """Coverage pictures, uint8, packed into a square texture of ``side`` pixels."""

    def __init__(self, context: moderngl.Context, side: int = 2048) -> None:
        self.side = min(side, int(context.info["GL_MAX_TEXTURE_SIZE"]))
        self.texture = context.texture((self.side, self.side), 1, dtype="f1", alignment=1)
        self.texture.filter = (moderngl.LINEAR, moderngl.LINEAR)
        self._entries: dict[Hashable, AtlasEntry] = {}
        self._x = self._y = self._shelf = 0

    def get(self, key: Hashable) -> AtlasEntry | None:
        """Return where a picture lies, if it is there."""
        return self._entries.get(key)

    def put(self, key: Hashable, coverage: NDArray[np.uint8]) -> AtlasEntry:
        """Add a picture of shape (height, width); one that is larger than the texture is cut.

        Raises:
            AtlasFullError: it does not fit beside what is there.
        """
        coverage = coverage[: self.side, : self.side]
        height, width = coverage.shape
        if self._x + width > self.side:
            self._x, self._y, self._shelf = 0, self._y + self._shelf + _SPACING, 0
        if self._y + height > self.side:
            raise AtlasFullError(f"no room for {width}x{height} pixels in the atlas")
        self.texture.write(np.ascontiguousarray(coverage), viewport=(self._x, self._y, width, height))
        side = float(self.side)
        uv = (self._x / side, self._y / side, (self._x + width) / side, (self._y + height) / side)
        entry = AtlasEntry(uv, width, height)
        self._entries[key] = entry
        self._x += width + _SPACING
        self._shelf = max(self._shelf, height)
        return entry

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()
        self._x = self._y = self._shelf = 0

    def release(self) -> None:
        """Free the texture."""
        self.texture.release()
