"""One client's session: what it sends becomes requests to the conversation, the ears and the feed."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import secrets
import time
from collections.abc import AsyncIterable, Awaitable, Callable

from avatar.marks import SAMPLE_RATE
from feed.errors import FeedError, UnknownItemError
from server import protocol
from server.abilities import Abilities
from server.answering import Answering, generation_of
from server.cards import card, opened
from server.conversation import Conversation
from server.ears import AudioFormatError
from server.errors import EmptyFeedError, NoItemOpenError, RequestError, ServerError, UnsupportedError
from server.hearing import Hearing
from server.updates import modality_of, updated
from server.wire import Send, Wire

log = logging.getLogger(__name__)

INBOUND_BYTES = 1 << 22  # waiting to be sent, beyond which nothing more is taken from the client
BROKEN = "the request failed inside the server; its log says more"

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
    ) -> None:
        self.id = f"sess_{secrets.token_hex(16)}"  # not to be guessed: who has it can go on with the session
        self.name = self.id[:13]
        self._abilities = abilities
        self._first_item = item_id
        self._clock = clock
        self._follow = follow
        self._settings = protocol.Session(id=self.id)
        self._talk = Conversation()
        self._stopped_at: dict[str, float] = {}  # message -> when its turn was over, until its words are known
        self._wire = Wire(send, binary=binary)
        self._answering = Answering(abilities, self._talk, self._wire, self._settings, clock)
        self._nobody_told = False  # the client sent sound with no item open, and was told
        audio = self._settings.audio.input
        self._hearing = Hearing(abilities, self, self._wire.new_message, audio.turn_detection, audio.format.rate)

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
            await self._hearing.close()
            await self._answering.close()
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    async def _read(self, frames: AsyncIterable[str | bytes]) -> None:
        self._wire.send(protocol.SessionCreated(session=self._settings))
        if self._first_item is not None:
            await self._attempt(None, self._open(self._first_item, introduce=self._wire.extended))
        async for frame in frames:
            await self._wire.room(INBOUND_BYTES)
            await self._receive(frame)

    async def _receive(self, frame: str | bytes) -> None:
        if isinstance(frame, bytes):
            self._wire.extended = True
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
            self._fail("internal_error", "the request failed inside the server; its log says more", event_id)

    # -- what the client asks --------------------------------------------------------------------------------------

    async def _handle(self, event: protocol.ClientEvent) -> None:
        now = self._clock()
        match event:
            case protocol.InputAudioAppend():
                await self._take_sound(_decoded(event.audio))
            case protocol.AvatarPlayback():
                self._wire.extended = True
                self._talk.played(event.generation, event.sample)
                self._answering.played()
            case protocol.ConversationItemCreate():
                await self._add_message(event)
            case protocol.ResponseCreate():
                await self._respond(event)
            case protocol.ResponseCancel():
                self._answering.perform(self._talk.cancelled(now, self._named(event.response_id)))
            case protocol.ConversationItemTruncate():
                self._truncate(event)
            case protocol.SessionUpdate():
                self._update(event)
            case protocol.InputAudioCommit():
                if not await self._hearing.commit():
                    raise RequestError("the input audio buffer is empty; append sound before committing it")
            case protocol.InputAudioClear():
                self._hearing.clear()
                self._talk.speech_dropped()
                self._wire.send(protocol.InputAudioCleared())
            case protocol.FeedPageRequest():
                await self._show_page(event)
            case protocol.FeedOpen():
                self._wire.extended = True
                await self._open(event.item_id, introduce=True)
            case protocol.FeedClose():
                self._leave()
            case protocol.FeedSubscribe():
                self._wire.extended = True
                self._follow(event.after)

    async def _show_page(self, event: protocol.FeedPageRequest) -> None:
        self._wire.extended = True
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
        self._answering.perform(self._talk.close(self._clock()))
        self._answering.item = item
        self._answering.note_opened(item.id)
        self._hearing.clear()
        self._nobody_told = False
        if self._wire.extended:
            self._wire.send(opened(item, self._abilities.voice_name([item.persona.voice])))
        self._answering.perform(self._talk.open(item.id, self._clock(), introduce=introduce))
        if not introduce:
            self._answering.warm()

    async def _open_newest(self) -> None:
        """Give a client that knows only the Realtime API somebody to talk to."""
        shelf = await asyncio.to_thread(self._abilities.shelf)
        page = await asyncio.to_thread(shelf.page, 0, 1)
        if not page.shown:
            raise EmptyFeedError
        await self._open(page.shown[0].item.id, introduce=False)

    async def _require_item(self) -> None:
        if self._answering.item is None:
            if self._wire.extended:
                raise NoItemOpenError
            await self._open_newest()

    def _leave(self) -> None:
        if self._answering.item is None:
            raise NoItemOpenError
        item_id = self._answering.item.id
        self._answering.perform(self._talk.close(self._clock()))
        self._answering.item = None
        self._nobody_told = False
        self._hearing.clear()
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
        self._talk.said(text)
        item.id = item.id or self._wire.new_message()
        self._wire.add(item)

    async def _respond(self, event: protocol.ResponseCreate) -> None:
        await self._require_item()
        self._answering.perform(self._talk.requested(self._clock()), modality_of(event.response))

    def _truncate(self, event: protocol.ConversationItemTruncate) -> None:
        generation = generation_of(event.item_id)
        sample = event.audio_end_ms * SAMPLE_RATE // 1_000
        self._answering.perform(self._talk.truncated(generation, sample, self._clock()))
        self._wire.send(
            protocol.ConversationItemTruncated(
                item_id=event.item_id, content_index=event.content_index, audio_end_ms=event.audio_end_ms
            )
        )

    def _update(self, event: protocol.SessionUpdate) -> None:
        self._settings = updated(self._settings, event.session)
        audio = self._settings.audio.input
        self._hearing.configure(audio.turn_detection, audio.format.rate)
        self._answering.settings = self._settings
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
        try:
            await self._hearing.sound(pcm)
        except AudioFormatError as error:
            raise protocol.ProtocolError("invalid_event", str(error)) from None

    def _refuse(self, code: str, message: str, event_id: str | None) -> None:
        log.debug("%s: refused (%s): %s", self.name, code, message)
        detail = protocol.ErrorDetail(type="invalid_request_error", code=code, message=message, event_id=event_id)
        self._wire.send(protocol.ErrorEvent(error=detail))

    def _fail(self, code: str, message: str, event_id: str | None = None) -> None:
        detail = protocol.ErrorDetail(type="server_error", code=code, message=message, event_id=event_id)
        self._wire.send(protocol.ErrorEvent(error=detail))

    # -- what the ears tell (``hearing.Hears``) ----------------------------------------------------------------------

    def speech_started(self, message_id: str, start_ms: int) -> None:
        """The user begins to speak, and with that cuts in."""
        self._wire.send(protocol.SpeechStarted(audio_start_ms=start_ms, item_id=message_id))
        turns = self._settings.audio.input.turn_detection
        interrupts = turns is None or turns.interrupt_response
        self._answering.perform(self._talk.speech_started(self._clock(), interrupts=interrupts))

    def speech_stopped(self, message_id: str, end_ms: int, *, by_hand: bool) -> None:
        """The turn is over: it becomes a message, whose words follow."""
        stages = self._abilities.stages
        self._stopped_at[message_id] = now = stages.now()
        turns = self._settings.audio.input.turn_detection
        if turns is not None and not by_hand:
            stages.note("turn_end", now - turns.silence_duration_ms / 1_000, now, session=self.id)
        if not by_hand:
            self._wire.send(protocol.SpeechStopped(audio_end_ms=end_ms, item_id=message_id))
        self._wire.send(protocol.InputAudioCommitted(item_id=message_id, previous_item_id=self._wire.last_message))
        content = [protocol.ContentPart(type="input_audio")]
        self._wire.add(protocol.ConversationItem(id=message_id, role="user", content=content))
        self._talk.speech_stopped(message_id)

    def heard_partly(self, message_id: str, text: str) -> None:
        """What the user seems to be saying."""
        if self._wire.extended:
            self._wire.send(protocol.AvatarHearing(item_id=message_id, text=text))

    def heard(self, message_id: str, text: str, seconds: float) -> None:
        """What the user said; the answer to it begins."""
        if text:
            self._wire.send(protocol.TranscriptionDelta(item_id=message_id, delta=text))
        usage = protocol.TranscriptionUsage(seconds=seconds)
        self._wire.send(protocol.TranscriptionCompleted(item_id=message_id, transcript=text, usage=usage))
        self._words_known(message_id, text)

    def not_heard(self, message_id: str, error: Exception) -> None:
        """The words were not made out."""
        message = str(error) if isinstance(error, ServerError) else BROKEN
        detail = protocol.ErrorDetail(type="server_error", code="transcription_failed", message=message)
        self._wire.send(protocol.TranscriptionFailed(item_id=message_id, error=detail))
        self._words_known(message_id, "")

    def deaf(self, error: Exception) -> None:
        """There are no ears: typing still works."""
        message = str(error) if isinstance(error, ServerError) else BROKEN
        if self._wire.extended:
            self._wire.send(protocol.AvatarNotice(code="no_ears", message=message))
        self._fail("no_ears", message)

    def _words_known(self, message_id: str, text: str) -> None:
        stages = self._abilities.stages
        stages.note("recognition", self._stopped_at.pop(message_id), stages.now(), session=self.id)
        turns = self._settings.audio.input.turn_detection
        answer = turns is not None and turns.create_response
        self._answering.perform(self._talk.transcribed(message_id, text, self._clock(), answer=answer))

    def _named(self, response_id: str | None) -> int | None:
        return None if response_id is None else generation_of(response_id)


def _decoded(audio: str) -> bytes:
    try:
        return base64.b64decode(audio, validate=True)
    except (binascii.Error, ValueError):
        raise protocol.ProtocolError("invalid_event", "input_audio_buffer.append: audio is not base64") from None
