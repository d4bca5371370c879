"""What was said and done goes into the store, and the client is told once it is there for good."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from feed.errors import FeedError
from feed.items import Episode
from server import protocol
from server.abilities import Abilities
from server.wire import Wire

log = logging.getLogger(__name__)


class Memory:
    """Records what happens in one session, in the order in which it happened."""

    def __init__(self, abilities: Abilities, wire: Wire) -> None:
        self._abilities = abilities
        self._wire = wire
        self._turn = asyncio.Lock()

    async def keep(self, episodes: Iterable[Episode]) -> None:
        """Record episodes, each with its ``memory.kept``; what cannot be recorded is logged."""
        async with self._turn:
            try:
                shelf = await asyncio.to_thread(self._abilities.shelf)
                for episode in episodes:
                    number = await asyncio.to_thread(shelf.record, episode)
                    if self._wire.extended:
                        kept = protocol.MemoryKept(episode=number, kind=episode.kind, item_id=episode.item_id)
                        self._wire.send(kept)
            except FeedError:
                log.exception("a turn could not be remembered")
