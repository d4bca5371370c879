"""Carries out what the conversation decides: makes answers, sends them, stops them, remembers them."""

from __future__ import annotations

import asyncio
import functools
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from avatar.marks import SAMPLE_RATE, Clause
from avatar.voice.language import likely_language
from feed.errors import FeedError
from feed.items import Episode, Item
from feed.replies import Sentence
from server import protocol
from server.abilities import Abilities, Cancelled
from server.cards import episodes
from server.conversation import (
    Action,
    Conversation,
    FinishReply,
    Remember,
    SendNotice,
    SendSentence,
    SendSound,
    StartReply,
    StopReply,
)
from server.errors import RequestError, ServerError
from server.production import Production
from server.remembering import Memory
from server.responses import Modality, ResponseScript
from server.speaker import Piece, StaysSilent, spoken, timed, undirected
from server.wire import Wire

log = logging.getLogger(__name__)

AHEAD_SECONDS = 25.0  # of sound that a client may hold unplayed; the making pauses beyond it


def generation_of(name: str) -> int:
    """Return the generation that a response or a message of the host is named after.

    Raises:
        RequestError: it is not such a name.
    """
    _, _, number = name.rpartition("_a")
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise RequestError(f"{name[:80]!r} names no answer of this session")
    return int(number)


class Answering:
    """The speaking side of one session.

    Attributes:
        item: the open item.
        settings: the session's.
    """

    def __init__(
        self,
        abilities: Abilities,
        talk: Conversation,
        wire: Wire,
        settings: protocol.Session,
        clock: Callable[[], float],
    ) -> None:
        self.item: Item | None = None
        self.settings = settings
        self._abilities = abilities
        self._talk = talk
        self._wire = wire
        self._clock = clock
        self._memory = Memory(abilities, wire)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="answer")  # one: an answer ends before the next begins
        self._productions: dict[int, Production] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._measuring: asyncio.Task[None] | None = None
        self._progress = asyncio.Event()  # something was played, or stopped
        self._warming = threading.Event()  # set when what is prepared for is here, or gone

    def perform(self, actions: Iterable[Action], modality: Modality | None = None) -> None:
        """Carry out actions in order; an answer that begins is given in ``modality``, or as the session is set."""
        for action in actions:
            match action:
                case StartReply():
                    self._start(action, modality or self._default_modality())
                case StopReply():
                    self._stop(action)
                case SendSentence():
                    script = self._productions[action.generation].script
                    self._wire.send_all(script.sentence(action), action.generation)
                case SendSound():
                    script = self._productions[action.generation].script
                    self._wire.send_all(script.sound(action), action.generation)
                    if not action.first:
                        self._note_transport(action.generation)
                case SendNotice():
                    script = self._productions[action.generation].script
                    self._wire.send_all(script.notice(action.code, action.message), action.generation)
                case FinishReply():
                    script = self._productions.pop(action.generation).script
                    failed = action.error is not None
                    self._wire.send_all(script.end("failed" if failed else "completed", error=action.error))
                case Remember():
                    self._spawn(self._memory.keep(episodes(action.item_id, action.turn)))

    def played(self) -> None:
        """Look again whether there is room for more sound."""
        self._progress.set()

    def note_opened(self, item_id: str) -> None:
        """Remember that the user stepped up to an item."""
        episode = Episode(at=datetime.now(UTC), kind="opened", item_id=item_id)
        self._spawn(self._memory.keep([episode]))

    def warm(self) -> None:
        """Let the host prepare for questions about the open item, until the first one comes."""
        self._warming.set()
        self._warming = threading.Event()
        if self.item is not None:
            self._spawn(self._warm(self.item, self._warming))

    async def close(self) -> None:
        """Stop everything and remember what was heard."""
        self._warming.set()
        if self._measuring is not None:
            self._measuring.cancel()
        for production in self._productions.values():
            production.stop()
        self._productions.clear()
        self._progress.set()
        for action in self._talk.close(self._clock()):
            if isinstance(action, Remember):
                self._spawn(self._memory.keep(episodes(action.item_id, action.turn)))
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._worker.shutdown(wait=False)

    def _start(self, action: StartReply, modality: Modality) -> None:
        assert self.item is not None
        self._warming.set()
        message_id = f"item_a{action.generation}"
        script = ResponseScript(
            action.generation,
            f"resp_a{action.generation}",
            message_id,
            self._wire.last_message,
            modality=modality,
            binary=self._wire.binary,
            extended=self._wire.extended,
        )
        self._wire.last_message = message_id
        self._wire.send_all(script.begin())
        make = functools.partial(self._pieces, action, self.item, modality)
        production = Production(script, make, self._worker)
        self._productions[action.generation] = production
        self._spawn(self._produce(production, action.generation, introduction=action.question is None))

    def _stop(self, action: StopReply) -> None:
        self._wire.discard(action.generation)
        production = self._productions.pop(action.generation, None)
        if production is not None:
            production.stop()
            self._progress.set()
            self._wire.send_all(production.script.end("cancelled", reason=action.reason, heard=action.heard))

    def _pieces(self, action: StartReply, item: Item, modality: Modality, cancelled: Cancelled) -> Iterator[Piece]:
        """Return the pieces of an answer; runs in the worker, and may load the models."""
        host = self._abilities.host()
        if action.question is None:
            sentences = host.introduce(item, cancelled)
        else:
            sentences = host.reply(item, action.question, action.history, cancelled)
        pieces: Iterator[Piece] = undirected(sentences)
        if modality == "audio":
            pieces = self._aloud(sentences, item, cancelled)
        return timed(pieces, self._abilities.stages, self.settings.id, action.generation)

    def _aloud(self, sentences: Iterator[Sentence], item: Item, cancelled: Cancelled) -> Iterator[Piece]:
        output = self.settings.audio.output
        voice = self._abilities.voice_name([output.voice, item.persona.voice])
        speech = functools.partial(self._abilities.speech, voice)
        return spoken(sentences, speech, output.speed, cancelled, likely_language(item.text))

    async def _produce(self, production: Production, generation: int, *, introduction: bool) -> None:
        error = await production.run(
            functools.partial(self._room, production), functools.partial(self._take, generation)
        )
        self.perform(self._talk.finished(generation, error=error))
        if introduction and error is None and not production.stopped:
            self.warm()

    async def _warm(self, item: Item, over: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        try:
            host = await loop.run_in_executor(self._worker, self._abilities.host)
            await loop.run_in_executor(self._worker, host.warm, item, over.is_set)
        except (FeedError, ServerError) as error:
            log.warning("the host of %s could not prepare: %s", item.id, error)

    def _take(self, generation: int, piece: Piece) -> None:
        match piece:
            case Sentence():
                self.perform(self._talk.sentence_ready(generation, piece))
            case Clause():
                self.perform(self._talk.sound_ready(generation, piece, self._clock()))
            case StaysSilent():
                self.perform(self._talk.stays_silent(generation, piece.code, piece.message))

    async def _room(self, production: Production) -> None:
        """Wait until the client has room for more: on the wire, and in front of its loudspeaker."""
        await self._wire.room()
        while not production.stopped:
            surplus = self._talk.ahead(self._clock()) / SAMPLE_RATE - AHEAD_SECONDS
            if surplus <= 0:
                return
            self._progress.clear()
            try:
                async with asyncio.timeout(surplus):
                    await self._progress.wait()
            except TimeoutError:
                continue

    def _note_transport(self, generation: int) -> None:
        """Note how long the first sound of an answer waits to be sent: forever, to a client that is gone."""
        stages, session = self._abilities.stages, self.settings.id
        made = stages.now()

        async def sent() -> None:
            await self._wire.room(0)
            stages.note("transport", made, stages.now(), session=session, generation=generation)

        if self._measuring is not None:
            self._measuring.cancel()
        self._measuring = asyncio.create_task(sent())

    def _default_modality(self) -> Modality:
        return "text" if self.settings.output_modalities == ["text"] else "audio"

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._spawned_ended)

    def _spawned_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("something went wrong beside a session", exc_info=error)
