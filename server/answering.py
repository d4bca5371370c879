"""The speaking side of one session: makes what the host says, sends it, stops it, remembers it. A shell."""

from __future__ import annotations

import asyncio
import functools
import logging
import math
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Protocol

from avatar.errors import AvatarError
from avatar.marks import Clause
from avatar.voice.language import likely_language
from feed.errors import FeedError
from feed.items import Episode, Item
from feed.replies import Sentence
from server import protocol
from server.abilities import Abilities, Cancelled
from server.cards import episodes
from server.conversation import (
    BeginReply,
    DropReply,
    FinishReply,
    MakeBridge,
    Remember,
    ReplyCommand,
    SendNotice,
    SendSentence,
    SendSound,
    Silent,
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


class Reports(Protocol):
    """Who is told how the making goes; all calls come from the event loop."""

    def made(self, generation: int, piece: Sentence | Clause | Silent) -> None:
        """Take the next piece of an answer."""

    def all_made(self, generation: int, error: str | None) -> None:
        """Take the end of an answer; ``error`` is for the user."""

    def bridge_made(self, generation: int, pieces: Sequence[Sentence | Clause | Silent]) -> None:
        """Take a few words for while an answer is not ready."""

    def ahead(self, generation: int) -> float:
        """Return by how many seconds the sound made of an answer runs ahead; infinite: make no more for now."""


class Answering:
    """The speaking side of one session.

    Attributes:
        item: the open item.
        settings: the session's.
    """

    def __init__(self, abilities: Abilities, told: Reports, wire: Wire, settings: protocol.Session) -> None:
        self.item: Item | None = None
        self.settings = settings
        self._abilities = abilities
        self._told = told
        self._wire = wire
        self._memory = Memory(abilities, wire)
        # two: an answer that was given up may still be in the middle of a step when the next one begins
        self._worker = ThreadPoolExecutor(2, thread_name_prefix="answer")
        self._productions: dict[int, Production] = {}
        self._scripts: dict[int, ResponseScript] = {}  # of those that began
        self._modalities: dict[int, Modality] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._measuring: asyncio.Task[None] | None = None
        self._progress = asyncio.Event()  # something was played, stopped or released
        self._warming = threading.Event()  # set when what is prepared for is here, or gone

    def perform(self, command: ReplyCommand) -> None:
        """Carry out a command."""
        match command:
            case StartReply():
                self._start(command)
            case BeginReply(generation):
                self._begin(generation)
            case DropReply(generation):
                self._give_up(generation)
            case StopReply():
                self._stop(command)
            case SendSentence():
                self._wire.send_all(self._scripts[command.generation].sentence(command), command.generation)
            case SendSound():
                self._wire.send_all(self._scripts[command.generation].sound(command), command.generation)
                if not command.first:
                    self._note_transport(command.generation)
            case SendNotice():
                notice = self._scripts[command.generation].notice(command.code, command.message)
                self._wire.send_all(notice, command.generation)
            case FinishReply(generation, error):
                script = self._scripts.pop(generation)
                self._wire.send_all(script.end("failed" if error is not None else "completed", error=error))
                self._productions.pop(generation, None)
                self._modalities.pop(generation, None)
            case MakeBridge():
                self._spawn(self._bridge(command))
            case Remember():
                self._spawn(self._memory.keep(episodes(command.item_id, command.turn)))

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
        """Stop everything; what is to be remembered was handed over before."""
        self._warming.set()
        if self._measuring is not None:
            self._measuring.cancel()
        for generation in list(self._productions):
            self._give_up(generation)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._worker.shutdown(wait=False)

    def _start(self, command: StartReply) -> None:
        assert self.item is not None
        self._warming.set()
        generation = command.generation
        self._modalities[generation] = "audio" if command.aloud else "text"
        make = functools.partial(self._pieces, command, self.item)
        production = self._productions[generation] = Production(make, self._worker)
        self._spawn(self._produce(production, generation, introduction=command.kind == "introduction"))

    def _begin(self, generation: int) -> None:
        message_id = f"item_a{generation}"
        script = self._scripts[generation] = ResponseScript(
            generation,
            f"resp_a{generation}",
            message_id,
            self._wire.last_message,
            modality=self._modalities[generation],
            binary=self._wire.binary,
            extended=self._wire.extended,
        )
        self._wire.last_message = message_id
        self._wire.send_all(script.begin())
        self._progress.set()

    def _stop(self, command: StopReply) -> None:
        self._wire.discard(command.generation)
        self._give_up(command.generation)
        script = self._scripts.pop(command.generation, None)
        if script is not None:
            self._wire.send_all(script.end("cancelled", reason=command.reason, heard=command.heard))

    def _give_up(self, generation: int) -> None:
        self._modalities.pop(generation, None)
        production = self._productions.pop(generation, None)
        if production is not None:
            production.stop()
            self._progress.set()

    def _pieces(self, command: StartReply, item: Item, cancelled: Cancelled) -> Iterator[Piece]:
        """Return the pieces of an answer; runs in the worker, and may load the models."""
        host = self._abilities.host()
        if command.kind == "introduction":
            sentences = host.introduce(item, cancelled)
        elif command.question is None:
            prompt = host.prompt(item, command.history)
            sentences = iter(() if prompt is None else (prompt,))
        else:
            sentences = host.reply(item, command.question, command.history, cancelled)
        pieces = self._aloud(sentences, item, cancelled) if command.aloud else undirected(sentences)
        return timed(pieces, self._abilities.stages, self.settings.id, command.generation)

    def _aloud(self, sentences: Iterator[Sentence], item: Item, cancelled: Cancelled) -> Iterator[Piece]:
        output = self.settings.audio.output
        voice = self._abilities.voice_name([output.voice, item.persona.voice])
        speech = functools.partial(self._abilities.speech, voice)
        return spoken(sentences, speech, output.speed, cancelled, likely_language(item.text))

    async def _produce(self, production: Production, generation: int, *, introduction: bool) -> None:
        error = await production.run(
            functools.partial(self._room, production, generation), functools.partial(self._take, generation)
        )
        if production.stopped:
            return
        self._told.all_made(generation, error)
        if introduction and error is None:
            self.warm()

    async def _bridge(self, command: MakeBridge) -> None:
        item, production = self.item, self._productions.get(command.generation)
        if item is None or item.id != command.item_id or production is None:
            return

        def make() -> list[Piece]:
            sentence = self._abilities.host().bridge(item, command.history)
            return [] if sentence is None else list(self._aloud(iter((sentence,)), item, lambda: production.stopped))

        try:
            pieces = await asyncio.to_thread(make)
        except (FeedError, AvatarError, ServerError) as error:
            log.warning("nothing bridges the wait: %s", error)
            return
        self._told.bridge_made(command.generation, [_told(piece) for piece in pieces])

    async def _warm(self, item: Item, over: threading.Event) -> None:
        loop = asyncio.get_running_loop()
        try:
            host = await loop.run_in_executor(self._worker, self._abilities.host)
            await loop.run_in_executor(self._worker, host.warm, item, over.is_set)
        except (FeedError, ServerError) as error:
            log.warning("the host of %s could not prepare: %s", item.id, error)

    def _take(self, generation: int, piece: Piece) -> None:
        self._told.made(generation, _told(piece))

    async def _room(self, production: Production, generation: int) -> None:
        """Wait until there is room for more: on the wire, and in front of the client's loudspeaker."""
        await self._wire.room()
        while not production.stopped:
            surplus = self._told.ahead(generation) - AHEAD_SECONDS
            if surplus <= 0:
                return
            self._progress.clear()
            try:
                async with asyncio.timeout(surplus if math.isfinite(surplus) else None):
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

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._spawned_ended)

    def _spawned_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("something went wrong beside a session", exc_info=error)


def _told(piece: Piece) -> Sentence | Clause | Silent:
    return Silent(piece.code, piece.message) if isinstance(piece, StaysSilent) else piece
