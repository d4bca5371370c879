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


async def remember(abilities: Abilities, wire: Wire, episodes: Iterable[Episode]) -> None:
    """Record episodes in order, each with its ``memory.kept``; one that cannot be recorded is logged, with the rest."""
    try:
        shelf = await asyncio.to_thread(abilities.shelf)
        for episode in episodes:
            number = await asyncio.to_thread(shelf.record, episode)
            if wire.extended:
                wire.send(protocol.MemoryKept(episode=number, kind=episode.kind, item_id=episode.item_id))
    except FeedError:
        log.exception("a turn could not be remembered")
