"""One real session, recorded for docs/protocol.md: ``python -m server.specimen > docs/session.jsonl``.

A real server on the sample feed, with real ears, voice and retrieval, and a client that shows what a client does.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import numpy as np
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from avatar.marks import SAMPLE_RATE
from avatar.voice import Voice
from feed.sources import load
from server import protocol
from server.assets import AssetStore
from server.gateway import Gateway
from server.mind import Mind
from server.protocol.reference import Recorded
from server.services import Services
from server.settings import Settings

FEED = Path(__file__).resolve().parents[1] / "samples" / "feed.json"
ITEM = "clock-strikes-thirteen"
TYPED = "How many votes were there for keeping it?"
SPOKEN = "Who repairs the clock?"
BLOCK = SAMPLE_RATE // 10


class Recorder:
    """A client that writes down what it sends and gets.

    Attributes:
        lines: all of it.
        frames: how many of the session it has.
        session_id: of the session.
    """

    def __init__(self) -> None:
        self.lines: list[Recorded] = []
        self.frames = 0
        self.session_id = ""
        self._began = time.monotonic()

    def note(self, text: str) -> None:
        """Say what comes."""
        self._write(Recorded(seconds=0.0, sender="note", note=text))

    async def send(self, socket: ClientConnection, event: protocol.ClientEvent) -> None:
        """Send an event."""
        text = protocol.encode(event)
        self._write(Recorded(seconds=0.0, sender="client", event=msgspec.json.decode(text)))
        await socket.send(text)

    async def ask(self, socket: ClientConnection, text: str) -> None:
        """Ask by typing."""
        part = protocol.ContentPart(type="input_text", text=text)
        await self.send(socket, protocol.ConversationItemCreate(item=protocol.ConversationItem(content=[part])))
        await self.send(socket, protocol.ResponseCreate())

    async def say(self, socket: ClientConnection, text: str) -> None:
        """Ask by voice, with half a second of silence before and a second after, faster than one can speak."""
        speech = [clause.pcm for clause in Voice("adam").speak(text)]
        pcm = np.concatenate([np.zeros(SAMPLE_RATE // 2, np.int16), *speech, np.zeros(SAMPLE_RATE, np.int16)])
        for first in range(0, len(pcm), BLOCK):
            block = pcm[first : first + BLOCK]
            self._write(Recorded(seconds=0.0, sender="client", sound=(0, first, len(block))))
            await socket.send(protocol.encode_audio(0, first, block.tobytes()))

    async def until(self, socket: ClientConnection, kind: type[protocol.Event] | None) -> None:
        """Receive until an event of a kind (None: sound)."""
        while True:
            frame = await socket.recv()
            if isinstance(frame, bytes):
                generation, first, pcm = protocol.decode_audio(frame)
                self.frames += 1
                self._write(Recorded(seconds=0.0, sender="server", sound=(generation, first, len(pcm) // 2)))
                if kind is None:
                    return
                continue
            event = protocol.decode_server(frame)
            self.frames += event.event_id is not None
            if isinstance(event, protocol.SessionCreated):
                self.session_id = event.session.id
            self._write(Recorded(seconds=0.0, sender="server", event=msgspec.json.decode(frame)))
            if kind is not None and isinstance(event, kind):
                return

    def _write(self, line: Recorded) -> None:
        line.seconds = round(time.monotonic() - self._began, 3)
        self.lines.append(line)


async def _visit(url: str, recorder: Recorder) -> None:
    subprotocols = [Subprotocol(protocol.SUBPROTOCOL)]
    async with connect(url, subprotocols=subprotocols) as socket:
        recorder.note("The client connects and asks for the newest card.")
        await recorder.until(socket, protocol.SessionCreated)
        await recorder.send(socket, protocol.FeedPageRequest(limit=1))
        await recorder.until(socket, protocol.FeedPage)
        recorder.note("It steps up to an item, whose host introduces themselves. It says what it has played.")
        await recorder.send(socket, protocol.FeedOpen(item_id=ITEM))
        await recorder.until(socket, protocol.ResponseDone)
        await recorder.send(socket, protocol.AvatarPlayback(generation=1, sample=_last_sample(recorder, 1)))
        recorder.note("It asks by typing, and loses its connection as soon as there is sound.")
        await recorder.ask(socket, TYPED)
        await recorder.until(socket, protocol.ResponseCreated)
        await recorder.until(socket, None)
        socket.transport.abort()
    asked = f"?session={recorder.session_id}&after={recorder.frames}"
    async with connect(f"{url}{asked}", subprotocols=subprotocols) as socket:
        recorder.note(f"It comes back with `{asked}` and goes on where it was.")
        await recorder.until(socket, protocol.ResponseDone)
        await recorder.send(socket, protocol.AvatarPlayback(generation=2, sample=_last_sample(recorder, 2)))
        recorder.note("It asks by voice.")
        await recorder.say(socket, SPOKEN)
        await recorder.until(socket, protocol.TranscriptionCompleted)
        await recorder.until(socket, protocol.ResponseCreated)
        await recorder.until(socket, None)
        recorder.note("It has heard enough after a quarter of a second, and stops the answer.")
        await recorder.send(socket, protocol.AvatarPlayback(generation=3, sample=SAMPLE_RATE // 4))
        await recorder.send(socket, protocol.ResponseCancel())
        await recorder.until(socket, protocol.ResponseDone)
        recorder.note("It makes a mistake: there is nothing left to stop.")
        await recorder.send(socket, protocol.ResponseCancel(event_id="again"))
        await recorder.until(socket, protocol.ErrorEvent)
        recorder.note("It leaves. What was said, and what was heard of the answers, is in the store.")
        await recorder.send(socket, protocol.FeedClose())
        await recorder.until(socket, protocol.FeedClosed)
        while _kept(recorder, "asked") < 2:
            await recorder.until(socket, protocol.MemoryKept)


def _last_sample(recorder: Recorder, generation: int) -> int:
    sounds = [line.sound for line in recorder.lines if line.sender == "server" and line.sound is not None]
    return max(first + count for of, first, count in sounds if of == generation)


def _kept(recorder: Recorder, kind: str) -> int:
    """Return how many episodes of a kind were acknowledged."""
    events = [line.event for line in recorder.lines if line.sender == "server" and line.event is not None]
    return sum((event["type"], event.get("kind")) == ("memory.kept", kind) for event in events)


async def _record(services: Services, recorder: Recorder) -> None:
    async with Gateway(services).open(port=0) as url:
        await asyncio.wait_for(_visit(url, recorder), 120)


def main() -> None:
    """Record and print."""
    assets = AssetStore()
    assets.fetch(("embeddings", "vad", "speech-to-text"))
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), cache=assets.cache, use_model=False)
        with Mind(settings, load(str(FEED))) as mind:
            services = Services(mind)
            services.warm()
            recorder = Recorder()
            asyncio.run(_record(services, recorder))
    for line in recorder.lines:
        sys.stdout.write(msgspec.json.encode(line).decode() + "\n")


if __name__ == "__main__":
    main()
