"""The sending side of one client: encodes the events, chains the messages, and keeps them in an outbox."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Iterable

from server import protocol
from server.budget import Budget
from server.outbox import PAUSE_BYTES, Outbox
from server.responses import Frame

Send = Callable[[str | bytes], Awaitable[None]]


class Wire:
    """What goes to one client; ``budget`` is what may wait for all.

    Attributes:
        binary: sound goes out as binary frames.
        extended: the client knows our events: it negotiated ``visavis.v1`` or sent one itself.
        last_message: id of the newest message of the conversation.
        on_turn: called when the user begins to speak, and when an answer begins.
    """

    def __init__(self, send: Send, *, binary: bool, budget: Budget | None = None) -> None:
        self.binary = binary
        self.extended = binary
        self.last_message: str | None = None
        self.on_turn: Callable[[], None] = _nothing
        self._send = send
        self._outbox = Outbox(budget)
        self._messages = itertools.count(1)

    def send(self, event: protocol.Event) -> None:
        """Send an event."""
        self._put(event, None)

    def send_all(self, frames: Iterable[Frame], generation: int | None = None) -> None:
        """Send events and sound; with a ``generation`` they are dropped when that is discarded before they are gone."""
        for frame in frames:
            self._put(frame, generation)

    def add(self, item: protocol.ConversationItem) -> None:
        """Tell that a message of the user entered the conversation, complete."""
        previous, self.last_message = self.last_message, item.id
        self.send(protocol.ConversationItemAdded(item=item, previous_item_id=previous))
        self.send(protocol.ConversationItemDone(item=item, previous_item_id=previous))

    def new_message(self) -> str:
        """Return an id for the next message of the user."""
        return f"item_u{next(self._messages)}"

    def discard(self, generation: int) -> None:
        """Drop what waits of an utterance."""
        self._outbox.discard(generation)

    async def room(self, limit: int = PAUSE_BYTES) -> None:
        """Wait until at most ``limit`` bytes wait to be sent."""
        await self._outbox.room(limit)

    async def overflow(self) -> None:
        """Wait until the client is too slow, which may be never; raises ``SlowClientError``."""
        await self._outbox.overflow()

    def clear(self) -> None:
        """Drop everything that waits."""
        self._outbox.clear()

    async def write(self) -> None:
        """Send what waits, until cancelled."""
        while True:
            await self._send(await self._outbox.get())

    def _put(self, frame: Frame, generation: int | None) -> None:
        if isinstance(frame, protocol.ResponseCreated | protocol.SpeechStarted):
            self.on_turn()
        self._outbox.put(frame if isinstance(frame, bytes) else protocol.encode(frame), generation)


def _nothing() -> None:
    """Stand in for who wants to know of turns."""
