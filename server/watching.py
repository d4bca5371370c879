"""Looks after the source of a feed while it is served: what becomes of it reaches the store and everybody who follows.

A file or folder is looked at every few seconds and read when it changed; an address is fetched now and then, less often
while it cannot be reached. What is shown stays as it was until there is something better.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from feed.changes import Changes, changes
from feed.errors import FeedError
from feed.items import FeedDocument
from feed.sources import load, stamp
from feed.sources.fetching import is_web_address

log = logging.getLogger(__name__)

LOCAL_SECONDS = 2.0
WEB_SECONDS = 300.0
MOST_DOUBLINGS = 4  # of the pause, while a source cannot be read


def pause(usual: float, failures: int) -> float:
    """Return the seconds until the next look, after so many failures in a row."""
    return usual * 2.0 ** min(failures, MOST_DOUBLINGS)


class Watching:
    """Watches one source.

    Args:
        source: file, folder or address, as ``feed.sources.load`` takes it.
        document: what it said when it was last read.
        put: keeps a new reading; called in a thread.
        tell: tells what became of the feed; called in the event loop.
        seconds: between two looks; None takes ``LOCAL_SECONDS`` or ``WEB_SECONDS``.
        sleep: waits.
        read: reads the source; called in a thread.
    """

    def __init__(
        self,
        source: str,
        document: FeedDocument,
        put: Callable[[FeedDocument], None],
        tell: Callable[[Changes], None],
        *,
        seconds: float | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        read: Callable[[str], FeedDocument] = load,
    ) -> None:
        self._source = source
        self._document = document
        self._put = put
        self._tell = tell
        self._seconds = seconds or (WEB_SECONDS if is_web_address(source) else LOCAL_SECONDS)
        self._sleep = sleep
        self._read = read
        self._stamp = stamp(source)
        self._failures = 0

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            await self._sleep(pause(self._seconds, self._failures))
            try:
                found = await asyncio.to_thread(self._look)
            except Exception as error:
                self._failures += 1
                level = logging.WARNING if self._failures == 1 else logging.INFO
                unforeseen = not isinstance(error, FeedError)
                log.log(level, "the feed stays as it was: %s", error, exc_info=unforeseen)
                continue
            self._failures = 0
            if found:
                log.info("%d new, %d changed, %d gone", len(found.new), len(found.changed), len(found.gone))
                self._tell(found)

    def _look(self) -> Changes:
        """Read the source if it changed, and keep what is new."""
        seen = stamp(self._source)
        if seen is not None and seen == self._stamp and self._failures == 0:
            return Changes()
        document = self._read(self._source)
        found = changes(self._document, document)
        if found:
            self._put(document)
        self._document, self._stamp = document, seen
        return found
