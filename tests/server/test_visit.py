"""A whole visit over a real socket with the real models: a greeting, a typed question, a spoken one, a cut."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from avatar.marks import SAMPLE_RATE
from avatar.voice import Voice
from server import protocol
from server.gateway import Gateway
from server.services import Services


class Visitor:
    """The client's side of a visit: keeps what came."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.events: list[dict[str, Any]] = []
        self.sound: dict[int, int] = {}  # generation -> samples that came
        self.loudest = 0

    async def send(self, event: protocol.Event) -> None:
        await self.socket.send(protocol.encode(event))

    async def ask(self, text: str) -> None:
        part = protocol.ContentPart(type="input_text", text=text)
        await self.send(protocol.ConversationItemCreate(item=protocol.ConversationItem(content=[part])))
        await self.send(protocol.ResponseCreate())

    async def speak(self, pcm: NDArray[np.int16]) -> None:
        block = SAMPLE_RATE // 10
        for first in range(0, len(pcm), block):
            await self.socket.send(protocol.encode_audio(0, first, pcm[first : first + block].tobytes()))

    async def until(self, kind: str) -> dict[str, Any]:
        async for frame in self.socket:
            if isinstance(frame, bytes):
                generation, first, pcm = protocol.decode_audio(frame)
                assert first == self.sound.get(generation, 0)
                self.sound[generation] = first + len(pcm) // 2
                self.loudest = max(self.loudest, int(abs(np.frombuffer(pcm, "<i2").astype(int)).max()))
                continue
            event = json.loads(frame)
            self.events.append(event)
            if event["type"] == kind:
                return dict(event)
        raise AssertionError(f"the connection ended before {kind}")

    def marks(self, generation: int) -> list[dict[str, Any]]:
        events = [e for e in self.events if e["type"] == "avatar.marks" and e["generation"] == generation]
        return [mark for event in events for mark in event["marks"]]


def spoken(text: str) -> NDArray[np.int16]:
    silence = np.zeros(SAMPLE_RATE, np.int16)
    return np.concatenate([silence, *(clause.pcm for clause in Voice("adam").speak(text)), silence])


def test_a_visit(services: Services) -> None:
    async def visit() -> None:
        async with (
            Gateway(services).open(port=0) as url,
            connect(url, subprotocols=[Subprotocol(protocol.SUBPROTOCOL)]) as socket,
        ):
            visitor = Visitor(socket)
            await visitor.send(protocol.FeedPageRequest())
            card = (await visitor.until("feed.page"))["items"][0]
            await visitor.send(protocol.FeedOpen(item_id=card["id"]))
            opened = await visitor.until("feed.opened")
            greeting = (await visitor.until("response.done"))["response"]
            assert opened["host"] in greeting["output"][0]["content"][0]["transcript"]

            await visitor.ask("When did the pier open?")
            answer = (await visitor.until("response.done"))["response"]
            assert "1904" in answer["output"][0]["content"][0]["transcript"]
            marks = visitor.marks(answer["generation"])
            cited = {name for mark in marks if mark["kind"] == "sentence" for name in mark["evidence"]}
            texts = {part["id"]: opened["text"][part["start"] : part["end"]] for part in opened["passages"]}
            assert any("1904" in texts[name] for name in cited)
            assert {"sentence", "word", "phoneme"} <= {mark["kind"] for mark in marks}
            assert max(mark["end"] for mark in marks) <= visitor.sound[answer["generation"]]
            assert visitor.loudest > 3_000

            await visitor.speak(spoken("Who designed the pier?"))
            await visitor.until("input_audio_buffer.speech_started")
            heard = await visitor.until("conversation.item.input_audio_transcription.completed")
            assert "designed" in heard["transcript"].lower()
            answer = (await visitor.until("response.done"))["response"]
            assert "Edith Marlow" in answer["output"][0]["content"][0]["transcript"]

    asyncio.run(asyncio.wait_for(visit(), 90))


def test_speech_cuts_in_on_an_answer_that_is_being_heard(services: Services) -> None:
    item_id = services.shelf().page(0, 1).shown[0].item.id

    async def visit() -> None:
        async with (
            Gateway(services).open(port=0) as url,
            connect(f"{url}?item={item_id}", subprotocols=[Subprotocol(protocol.SUBPROTOCOL)]) as socket,
        ):
            visitor = Visitor(socket)
            await visitor.until("feed.opened")
            generation = (await visitor.until("response.done"))["response"]["generation"]
            words = [mark for mark in visitor.marks(generation) if mark["kind"] == "word"]
            await visitor.send(protocol.AvatarPlayback(generation=generation, sample=words[2]["end"]))
            await visitor.speak(spoken("How much did it cost?"))
            answer = (await visitor.until("response.done"))["response"]
            assert answer["generation"] == generation + 1
            assert "nine thousand" in answer["output"][0]["content"][0]["transcript"]

    asyncio.run(asyncio.wait_for(visit(), 90))
