"""The making of one utterance: pulls its pieces from a worker thread, as fast as they may be sent."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor

from avatar.errors import AvatarError
from feed.errors import FeedError
from server.abilities import Cancelled
from server.errors import ServerError
from server.speaker import Piece

log = logging.getLogger(__name__)


class Production:
    """One generation on its way from the host to the wire.

    The pieces come from an iterator that runs in ``worker``, one step at a time: what nobody has room for is not made.

    """

    def __init__(self, make: Callable[[Cancelled], Iterator[Piece]], worker: Executor) -> None:
        self._make = make
        self._worker = worker
        self._stopped = threading.Event()

    @property
    def stopped(self) -> bool:
        """Nothing more of it is wanted."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Want nothing more; the language model and the voice notice within one step."""
        self._stopped.set()

    async def run(self, may_go_on: Callable[[], Awaitable[None]], take: Callable[[Piece], None]) -> str | None:
        """Make the pieces until they end or are no longer wanted, waiting for ``may_go_on`` before each.

        Returns:
            Why it failed, for the user; None when it did not.
        """
        loop = asyncio.get_running_loop()
        pieces: Iterator[Piece] | None = None
        try:
            pieces = await loop.run_in_executor(self._worker, self._make, self._stopped.is_set)
            while not self.stopped:
                await may_go_on()
                piece = None if self.stopped else await loop.run_in_executor(self._worker, next, pieces, None)
                if piece is None or self.stopped:
                    break
                take(piece)
        except (FeedError, AvatarError, ServerError) as error:
            log.warning("an answer failed: %s", error)
            return str(error)
        except Exception:
            log.exception("an answer failed")
            return "the answer failed inside the server; its log says more"
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                await loop.run_in_executor(self._worker, close)
        return None
