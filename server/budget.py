"""What all clients together may make the server keep: beyond it whoever keeps most gives way. Pure."""

from __future__ import annotations

import math
from typing import Protocol


class Holder(Protocol):
    """Something that keeps bytes for a client."""

    def give_way(self) -> None:
        """Keep much less, and say so to the budget at once."""


class Budget:
    """Bytes that are kept for many clients; belongs to one event loop.

    Args:
        limit: of all together; by default there is none.

    Attributes:
        total: what is kept now.
    """

    def __init__(self, limit: float = math.inf) -> None:
        self.total = 0
        self._limit = limit
        self._held: dict[Holder, int] = {}

    def add(self, holder: Holder, amount: int) -> None:
        """Take note that ``holder`` keeps so many bytes more, or fewer; whoever keeps most may have to give way."""
        if not amount:
            return
        held = self._held.get(holder, 0) + amount
        self.total += amount
        if held:
            self._held[holder] = held
        else:
            self._held.pop(holder, None)
        if amount > 0:
            self._make_room()

    def _make_room(self) -> None:
        while self.total > self._limit:
            before = self.total
            max(self._held, key=lambda holder: self._held[holder]).give_way()
            if self.total >= before:
                return  # it keeps what it has
