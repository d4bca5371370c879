"""A host prepares for whoever looks at a card: item and host are read before somebody steps up to them.

A look is a hint, and the cheapest work of the house: one at a time for all clients, the newest; none while anybody
talks; given up at once when somebody begins to, or looks elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from feed.errors import FeedError
from server.abilities import Abilities
from server.errors import ServerError

log = logging.getLogger(__name__)

DWELL_SECONDS = 0.2  # a card that was looked at for less is passed over


@dataclass(frozen=True, slots=True)
class _Look:
    who: str
    item_id: str
    over: threading.Event
    preparing: asyncio.Task[None]


def nobody_talks() -> bool:
    """Stand in where nobody else is."""
    return False


class Looks:
    """What the clients of a house look at; belongs to one event loop.

    Args:
        abilities: the house.
        busy: whether anybody talks; also asked from a worker thread.
        sleep: waits.
    """

    def __init__(
        self,
        abilities: Abilities,
        *,
        busy: Callable[[], bool] = nobody_talks,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._abilities = abilities
        self._busy = busy
        self._sleep = sleep
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="look")
        self._current: _Look | None = None

    def look(self, who: str, item_id: str) -> None:
        """Prepare for an item that the session ``who`` looks at, in place of what anybody looked at before."""
        current = self._current
        if current is not None and (current.who, current.item_id) == (who, item_id):
            return
        self._give_up()
        over = threading.Event()
        preparing = asyncio.create_task(self._prepare(item_id, over))
        self._current = _Look(who, item_id, over, preparing)

    def look_away(self, who: str) -> None:
        """Give up what is prepared for a session: it looks at nothing, or begins to talk."""
        if self._current is not None and self._current.who == who:
            self._give_up()

    async def close(self) -> None:
        """Give up everything."""
        current = self._current
        self._give_up()
        if current is not None:
            await asyncio.gather(current.preparing, return_exceptions=True)
        self._worker.shutdown(wait=False)

    def _give_up(self) -> None:
        current, self._current = self._current, None
        if current is not None:
            current.over.set()
            current.preparing.cancel()

    async def _prepare(self, item_id: str, over: threading.Event) -> None:
        await self._sleep(DWELL_SECONDS)
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._worker, self._warm, item_id, over)
        except (FeedError, ServerError) as error:
            log.info("nobody prepares for %.80r: %s", item_id, error)
        except Exception:
            log.exception("preparing for %.80r failed", item_id)

    def _warm(self, item_id: str, over: threading.Event) -> None:
        """Prepare; runs in the worker, and may load the models."""

        def cancelled() -> bool:
            return over.is_set() or self._busy()

        if not cancelled():
            item = self._abilities.shelf().get(item_id)
            self._abilities.host().warm(item, cancelled)
