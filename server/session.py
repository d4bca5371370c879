"""One client's session: what it sends becomes requests to the conversation, the ears and the feed."""

from __future__ import annotations

import asyncio
import base64
import binascii
import functools
import logging
import secrets
import time
from collections.abc import AsyncIterable, Awaitable, Callable

from avatar.marks import SAMPLE_RATE
from feed.errors import FeedError, UnknownItemError
from server import protocol
from server.abilities import Abilities
from server.answering import generation_of
from server.budget import Budget
from server.cards import card, opened
from server.dialogue import BROKEN, Dialogue
from server.ears import AudioFormatError
from server.errors import EmptyFeedError, NoItemOpenError, RequestError, UnsupportedError
from server.looking import Looks
from server.updates import modality_of, updated
from server.waiting import FindPlace, Waiting, Work, anywhere
from server.wire import Send, Wire

log = logging.getLogger(__name__)

INBOUND_BYTES = 1 << 22  # waiting to be sent, beyond which nothing more is taken from the client

Follow = Callable[[int | None], None]


def follow_nothing(_after: int | None) -> None:
    """Stand in where the feed never changes.

    Raises:
        UnsupportedError: always.
    """
    raise UnsupportedError("the feed of this server cannot be followed")


class Session:
    """One client, from its first event to its last.

    Attributes:
        id: known to its client alone.
        name: the beginning of ``id``, for the log.

    Args:
        abilities: the house.
        send: sends one frame, text or binary, and waits while the client cannot take it.
        binary: the client negotiated ``visavis.v1``.
        item_id: the item to open at once, or None.
        clock: seconds that never go back.
        follow: lets the client's connection follow the feed, after a revision or from now on.
        find_place: gives the session its place among the conversations.
        looks: prepares for what is looked at; by default for this session alone.
        waiting: what may wait to be sent to all clients.
    """

    def __init__(
        self,
        abilities: Abilities,
        send: Send,
        *,
        binary: bool = False,
        item_id: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        follow: Follow = follow_nothing,
        find_place: FindPlace = anywhere,
        looks: Looks | None = None,
        waiting: Budget | None = None,
    ) -> None:
        self.id = f"sess_{secrets.token_hex(16)}"  # not to be guessed: who has it can go on with the session
        self.name = self.id[:13]
        self._abilities = abilities
        self._first_item = item_id
        self._follow = follow
        self._looks = looks or Looks(abilities)
        self._settings = protocol.Session(id=self.id)
        self._wire = Wire(send, binary=binary, budget=waiting)
        self._clock = clock
        self._talk: Dialogue | None = None
        self._waiting = Waiting(self.id, find_place, self._wire, functools.partial(self._attempt, None))
        self._wanted: str | None = None  # the item that is open, or that the client waits for
        self._nobody_told = False  # the client sent sound with no item open, and was told

    @property
    def _dialogue(self) -> Dialogue:
        """The conversation, made when it is first needed: most clients only read."""
        if self._talk is None:
            self._talk = Dialogue(self._abilities, self._wire, self._settings, self._clock)
        return self._talk

    async def run(self, frames: AsyncIterable[str | bytes]) -> None:
        """Live until the client's frames end.

        Raises:
            SlowClientError: the client does not read what it is sent.
        """
        writer = asyncio.create_task(self._wire.write())
        reader = asyncio.create_task(self._read(frames))
        overflow = asyncio.create_task(self._wire.overflow())
        try:
            done, _ = await asyncio.wait((writer, reader, overflow), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            reader.cancel()
            overflow.cancel()
            await asyncio.gather(reader, overflow, return_exceptions=True)
            self._looks.look_away(self.id)
            await self._waiting.close()
            if self._talk is not None:
                await self._talk.close()
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
            self._wire.clear()

    def away(self) -> None:
        """Take note that the client lost its connection: who waits for a place comes before it."""
        self._waiting.away()

    def back(self) -> None:
        """Take note that the client is there again."""
        self._waiting.back()

    async def _read(self, frames: AsyncIterable[str | bytes]) -> None:
        self._wire.send(protocol.SessionCreated(session=self._settings))
        if self._first_item is not None:
            await self._attempt(None, self._open(self._first_item, introduce=self._wire.extended))
        async for frame in frames:
            await self._wire.room(INBOUND_BYTES)
            await self._receive(frame)

    async def _receive(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            self._dialogue.extend()
            await self._attempt(None, self._take_sound_frame(frame))
            return
        try:
            event = protocol.decode_client(frame)
        except protocol.ProtocolError as error:
            self._refuse(error.code, str(error), error.event_id)
            return
        await self._attempt(event.event_id, self._handle(event))

    async def _attempt(self, event_id: str | None, work: Awaitable[None]) -> None:
        """Do what the client asked; whatever goes wrong is told to it and the session lives."""
        try:
            await work
        except (RequestError, protocol.ProtocolError) as error:
            self._refuse(error.code, str(error), event_id)
        except UnknownItemError as error:
            self._refuse("unknown_item", str(error), event_id)
        except FeedError as error:
            self._fail("feed_error", str(error), event_id)
        except Exception:
            log.exception("a request failed")
            self._fail("internal_error", BROKEN, event_id)

    # -- what the client asks --------------------------------------------------------------------------------------

    async def _handle(self, event: protocol.ClientEvent) -> None:
        match event:
            case protocol.InputAudioAppend():
                await self._take_sound(_decoded(event.audio))
            case protocol.AvatarPlayback():
                self._dialogue.extend()
                self._dialogue.played(event.generation, event.sample)
            case protocol.ConversationItemCreate():
                await self._add_message(event)
            case protocol.ResponseCreate():
                await self._respond(event)
            case protocol.ResponseCancel():
                self._dialogue.cancelled(self._named(event.response_id))
            case protocol.ConversationItemTruncate():
                self._truncate(event)
            case protocol.SessionUpdate():
                self._update(event)
            case protocol.InputAudioCommit():
                await self._dialogue.commit()
            case protocol.InputAudioClear():
                self._dialogue.clear()
                self._wire.send(protocol.InputAudioCleared())
            case protocol.FeedPageRequest():
                await self._show_page(event)
            case protocol.FeedLook():
                self._extend()
                self._looks.look(self.id, event.item_id)
            case protocol.FeedOpen():
                self._dialogue.extend()
                await self._open(event.item_id, introduce=True)
            case protocol.FeedClose():
                self._leave()
            case protocol.FeedSubscribe():
                self._extend()
                self._follow(event.after)

    def _extend(self) -> None:
        """Take note that the client knows our events."""
        if self._talk is None:
            self._wire.extended = True
        else:
            self._talk.extend()

    async def _show_page(self, event: protocol.FeedPageRequest) -> None:
        self._extend()
        shelf = await asyncio.to_thread(self._abilities.shelf)
        page = await asyncio.to_thread(shelf.page, event.offset, event.limit)
        self._wire.send(
            protocol.FeedPage(
                title=page.title,
                items=[card(shown.item, shown.reason) for shown in page.shown],
                offset=event.offset,
                total=page.total,
                skipped=[f"{skipped.id or skipped.position}: {skipped.reason}" for skipped in page.skipped],
            )
        )

    async def _open(self, item_id: str, *, introduce: bool) -> None:
        shelf = await asyncio.to_thread(self._abilities.shelf)
        item = await asyncio.to_thread(shelf.get, item_id)
        self._nobody_told = False
        self._wanted = item_id
        if introduce and not self._may_talk(functools.partial(self._open, item_id, introduce=True)):
            return

        def tell() -> None:
            if self._wire.extended:
                self._wire.send(opened(item, self._abilities.voice_name([item.persona.voice])))

        self._dialogue.open(item, introduce=introduce, opened=tell)

    async def _open_newest(self) -> None:
        """Give a client that knows only the Realtime API somebody to talk to."""
        shelf = await asyncio.to_thread(self._abilities.shelf)
        page = await asyncio.to_thread(shelf.page, 0, 1)
        if not page.shown:
            raise EmptyFeedError
        await self._open(page.shown[0].item.id, introduce=False)

    async def _require_item(self) -> None:
        if self._dialogue.item is None:
            if self._wire.extended:
                raise NoItemOpenError
            await self._open_newest()

    def _may_talk(self, then: Work | None = None) -> bool:
        """Tell whether the conversation may go on now (``Waiting.may_talk``); who talks looks at nothing else."""
        self._looks.look_away(self.id)
        return self._waiting.may_talk(then)

    def _leave(self) -> None:
        self._waiting.leave()
        item_id, self._wanted = self._wanted, None
        if item_id is None:
            raise NoItemOpenError
        if self._talk is not None:
            self._talk.leave()
        self._nobody_told = False
        self._wire.send(protocol.FeedClosed(item_id=item_id))

    async def _add_message(self, event: protocol.ConversationItemCreate) -> None:
        item = event.item
        if item.role != "user":
            raise UnsupportedError(f"a message of role {item.role!r} is not taken; send those of the user")
        parts = [part.text for part in item.content if part.type == "input_text" and part.text]
        if len(parts) != len(item.content) or not parts:
            raise UnsupportedError("a message is made of input_text; sound goes to input_audio_buffer.append")
        text = "\n".join(parts).strip()
        if not text:
            raise UnsupportedError("the message has no words")
        if len(text) > protocol.MAX_QUESTION_CHARS:
            raise UnsupportedError(f"a message may have {protocol.MAX_QUESTION_CHARS} characters; this has {len(text)}")
        await self._require_item()
        self._dialogue.said(text)
        item.id = item.id or self._wire.new_message()
        self._wire.add(item)

    async def _respond(self, event: protocol.ResponseCreate) -> None:
        await self._require_item()
        modality = modality_of(event.response)
        if not self._may_talk(functools.partial(self._respond, event)):
            return
        self._dialogue.requested(None if modality is None else modality == "audio")

    def _truncate(self, event: protocol.ConversationItemTruncate) -> None:
        generation = generation_of(event.item_id)
        sample = event.audio_end_ms * SAMPLE_RATE // 1_000
        self._dialogue.truncated(generation, sample)
        self._wire.send(
            protocol.ConversationItemTruncated(
                item_id=event.item_id, content_index=event.content_index, audio_end_ms=event.audio_end_ms
            )
        )

    def _update(self, event: protocol.SessionUpdate) -> None:
        self._settings = updated(self._settings, event.session)
        if self._talk is not None:
            self._talk.configure(self._settings)
        self._wire.send(protocol.SessionUpdated(session=self._settings))

    async def _take_sound_frame(self, frame: bytes) -> None:
        _, _, pcm = protocol.decode_audio(frame)
        await self._take_sound(pcm)

    async def _take_sound(self, pcm: bytes) -> None:
        if self._nobody_told:
            return  # a microphone goes on and on; once is enough
        try:
            await self._require_item()
        except NoItemOpenError:
            self._nobody_told = True
            raise
        if not self._may_talk():
            return
        try:
            await self._dialogue.sound(pcm)
        except AudioFormatError as error:
            raise protocol.ProtocolError("invalid_event", str(error)) from None

    def _refuse(self, code: str, message: str, event_id: str | None) -> None:
        log.debug("%s: refused (%s): %s", self.name, code, message)
        detail = protocol.ErrorDetail(type="invalid_request_error", code=code, message=message, event_id=event_id)
        self._wire.send(protocol.ErrorEvent(error=detail))

    def _fail(self, code: str, message: str, event_id: str | None = None) -> None:
        detail = protocol.ErrorDetail(type="server_error", code=code, message=message, event_id=event_id)
        self._wire.send(protocol.ErrorEvent(error=detail))

    def _named(self, response_id: str | None) -> int | None:
        return None if response_id is None else generation_of(response_id)


def _decoded(audio: str) -> bytes:
    try:
        return base64.b64decode(audio, validate=True)
    except (binascii.Error, ValueError):
        raise protocol.ProtocolError("invalid_event", "input_audio_buffer.append: audio is not base64") from None
