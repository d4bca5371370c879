"""The client of the package ``openai``, as it is, holds conversations with an item and knows all that it gets."""

from __future__ import annotations

import asyncio
import base64
import wave
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from openai import AsyncOpenAI
from openai.resources.realtime.realtime import AsyncRealtimeConnection
from openai.types.realtime import RealtimeServerEvent
from openai.types.websocket_reconnection import ReconnectingEvent, ReconnectingOverrides
from pydantic import TypeAdapter
from scipy.signal import resample_poly

from feed.replies import Sentence
from server.abilities import Abilities
from server.gateway import Gateway
from server.services import Services
from tests.server.doubles import SILENCE, SPEECH, DoubleHost, DoubleHouse

HUMAN = Path(__file__).parents[1] / "data" / "best_of_times_16k.wav"  # "It was the best of times, it was the worst ..."
RATE = 24_000
EVENTS: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)

TURN_DETECTIONS = [
    pytest.param({"type": "server_vad", "silence_duration_ms": 300}, id="server_vad"),
    pytest.param({"type": "semantic_vad", "eagerness": "high"}, id="semantic_vad"),
    pytest.param(None, id="by_hand"),
]


class Caller:
    """Holds a conversation through the SDK.

    Attributes:
        events: all that came, as the SDK's own classes.
    """

    def __init__(self, connection: AsyncRealtimeConnection) -> None:
        self.connection = connection
        self.events: list[Any] = []

    async def until(self, kind: str) -> Any:
        """Receive until an event of a type; each is parsed by the SDK and validated against what it declares."""
        async with asyncio.timeout(60):
            while True:
                text = await self.connection.recv_bytes()
                event: Any = self.connection.parse_event(text)
                validated = EVENTS.validate_json(text, strict=True)
                assert type(event) is type(validated), event
                assert event.event_id == f"event_{len(self.events) + 1}"
                self.events.append(event)
                if event.type == kind:
                    return event

    async def ask(self, text: str) -> None:
        await self.connection.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
        )
        await self.connection.response.create()

    async def say(self, pcm: NDArray[np.int16]) -> None:
        for start in range(0, len(pcm), RATE // 10):
            block = pcm[start : start + RATE // 10].tobytes()
            await self.connection.input_audio_buffer.append(audio=base64.b64encode(block).decode())

    async def settle(self, **session: Any) -> Any:
        await self.connection.session.update(session=cast("Any", {"type": "realtime", **session}))
        return (await self.until("session.updated")).session

    async def listen(self, turn_detection: Any) -> Any:
        audio = {"input": {"format": {"type": "audio/pcm", "rate": RATE}, "turn_detection": turn_detection}}
        return await self.settle(audio=audio)

    def sound(self) -> NDArray[np.int16]:
        """Return all sound that came."""
        deltas = [base64.b64decode(event.delta) for event in self.of("response.output_audio.delta")]
        return np.frombuffer(b"".join(deltas), "<i2")

    def of(self, kind: str) -> list[Any]:
        return [event for event in self.events if event.type == kind]


def hold(house: Abilities, conversation: Callable[[Caller], Awaitable[None]], **connecting: Any) -> None:
    async def held() -> None:
        async with Gateway(house).open(port=0) as url:
            client = AsyncOpenAI(api_key="none", websocket_base_url=url.removesuffix("/realtime"))
            async with client.realtime.connect(model="visavis", **connecting) as connection:
                caller = Caller(connection)
                created = await caller.until("session.created")
                assert created.session.model == "visavis"
                await conversation(caller)

    asyncio.run(asyncio.wait_for(held(), 120))


def human_speech() -> NDArray[np.int16]:
    """Return a recorded person and a second of silence, at ``RATE``."""
    with wave.open(str(HUMAN)) as file:
        recorded = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64)
    resampled = resample_poly(recorded, 3, 2).clip(-32_768, 32_767).astype(np.int16)
    return np.concatenate([resampled, np.zeros(RATE, np.int16)])


class TestWithTheRealModels:
    def test_a_text_conversation(self, services: Services) -> None:
        async def conversation(caller: Caller) -> None:
            session = await caller.settle(output_modalities=["text"])
            assert session.output_modalities == ["text"]
            await caller.ask("When did the pier open?")
            assert "1904" in (await caller.until("response.output_text.done")).text
            done = await caller.until("response.done")
            assert (done.response.status, done.response.output[0].role) == ("completed", "assistant")
            await caller.ask("Who designed it?")
            assert "Edith Marlow" in (await caller.until("response.output_text.done")).text
            await caller.until("response.done")
            assert not len(caller.sound())

        hold(services, conversation)

    @pytest.mark.parametrize("turn_detection", TURN_DETECTIONS)
    def test_a_spoken_conversation_with_a_person(self, services: Services, turn_detection: Any) -> None:
        async def conversation(caller: Caller) -> None:
            session = await caller.listen(turn_detection)
            detected = session.audio.input.turn_detection
            assert (detected and detected.type) == (turn_detection and turn_detection["type"])
            await caller.say(human_speech())
            if turn_detection is None:
                await caller.connection.input_audio_buffer.commit()
            else:
                started = await caller.until("input_audio_buffer.speech_started")
                stopped = await caller.until("input_audio_buffer.speech_stopped")
                assert started.item_id == stopped.item_id
                assert 0 <= started.audio_start_ms < 1_000 < stopped.audio_end_ms
            heard = await caller.until("conversation.item.input_audio_transcription.completed")
            assert "worst of times" in heard.transcript.lower()
            assert 3 < heard.usage.seconds < 6
            if turn_detection is None:
                await caller.connection.response.create()
            answer = (await caller.until("response.done")).response
            assert answer.status == "completed"
            assert answer.output[0].content[0].transcript
            assert len(caller.sound()) > RATE
            assert np.abs(caller.sound().astype(int)).max() > 3_000

        hold(services, conversation)


class TestWithDoubles:
    @pytest.mark.parametrize("turn_detection", TURN_DETECTIONS)
    def test_a_spoken_turn_of_every_kind_is_answered(self, turn_detection: Any) -> None:
        async def conversation(caller: Caller) -> None:
            await caller.listen(turn_detection)
            await caller.say(np.frombuffer(SPEECH + SILENCE, np.int16))
            if turn_detection is None:
                await caller.connection.input_audio_buffer.commit()
                await caller.until("conversation.item.input_audio_transcription.completed")
                assert not caller.of("input_audio_buffer.speech_started")
                assert not caller.of("response.created")
                await caller.connection.response.create()
            answer = (await caller.until("response.done")).response
            assert answer.output[0].content[0].transcript == "It opened in 1904. It cost nine pounds."
            committed = caller.of("input_audio_buffer.committed")
            assert [event.item_id for event in committed] == [
                event.item_id for event in caller.of("conversation.item.input_audio_transcription.completed")
            ]

        hold(DoubleHouse(), conversation)

    @pytest.mark.parametrize("switch", ["create_response", "interrupt_response"])
    def test_what_turn_detection_may_do_can_be_switched_off(self, switch: str) -> None:
        host = DoubleHost()
        host.gate.clear()

        async def conversation(caller: Caller) -> None:
            await caller.listen({"type": "server_vad", switch: False})
            await caller.ask("When?")
            await caller.until("response.created")
            await caller.say(np.frombuffer(SPEECH + SILENCE, np.int16))
            await caller.until("conversation.item.input_audio_transcription.completed")
            cancelled = [event.response.status for event in caller.of("response.done")] == ["cancelled"]
            assert cancelled == (switch == "create_response")
            host.gate.set()

        hold(DoubleHouse(host=host), conversation)

    def test_an_answer_is_cancelled(self) -> None:
        async def conversation(caller: Caller) -> None:
            await caller.ask("Tell me everything")
            response = (await caller.until("response.created")).response
            await caller.until("response.output_audio.delta")
            await caller.connection.response.cancel(response_id=response.id)
            done = (await caller.until("response.done")).response
            assert (done.id, done.status) == (response.id, "cancelled")
            assert (done.status_details.type, done.status_details.reason) == ("cancelled", "client_cancelled")
            assert done.output[0].status == "incomplete"
            await caller.connection.response.cancel()
            assert (await caller.until("error")).error.code == "response_cancel_not_active"

        hold(DoubleHouse(host=DoubleHost([Sentence(text=f"Sentence {n}.") for n in range(1_000)])), conversation)

    def test_an_answer_is_truncated_to_what_was_heard(self) -> None:
        house = DoubleHouse()

        async def conversation(caller: Caller) -> None:
            await caller.ask("When did it open?")
            item_id = (await caller.until("response.done")).response.output[0].id
            await caller.connection.conversation.item.truncate(item_id=item_id, content_index=0, audio_end_ms=500)
            truncated = await caller.until("conversation.item.truncated")
            assert (truncated.item_id, truncated.audio_end_ms) == (item_id, 500)
            await caller.ask("Why?")
            await caller.until("response.done")
            assert [said.text for said in house.answers.asked[-1][1][0].reply] == ["It opened"]

        hold(house, conversation)

    def test_speech_cuts_in(self) -> None:
        async def conversation(caller: Caller) -> None:
            await caller.ask("Tell me everything")
            await caller.until("response.output_audio.delta")
            await caller.say(np.frombuffer(SPEECH + SILENCE, np.int16))
            first = (await caller.until("response.done")).response
            assert (first.status, first.status_details.reason) == ("cancelled", "turn_detected")
            second = (await caller.until("response.created")).response
            assert second.id != first.id

        hold(DoubleHouse(host=DoubleHost([Sentence(text=f"Sentence {n}.") for n in range(1_000)])), conversation)

    @pytest.mark.parametrize(
        ("event", "code"),
        [
            ({"type": "response.explode"}, "unknown_event"),
            ({"type": "input_audio_buffer.append", "audio": "###"}, "invalid_event"),
            ({"type": "input_audio_buffer.commit"}, "invalid_request"),
            ({"type": "session.update", "session": {"type": "realtime", "audio": 7}}, "invalid_event"),
            (
                {"type": "conversation.item.truncate", "item_id": "x", "content_index": 0, "audio_end_ms": 1},
                "invalid_request",
            ),
            ({"type": "conversation.item.delete", "item_id": "item_1"}, "unknown_event"),
        ],
    )
    def test_an_error_event_names_the_event_at_fault_and_the_session_lives(self, event: Any, code: str) -> None:
        async def conversation(caller: Caller) -> None:
            await caller.connection.send(cast("Any", {**event, "event_id": "mine"}))
            error = (await caller.until("error")).error
            assert (error.type, error.code, error.event_id) == ("invalid_request_error", code, "mine")
            assert error.message
            await caller.ask("When?")
            await caller.until("response.done")

        hold(DoubleHouse(), conversation)

    def test_a_broken_connection_is_gone_on_with_by_the_reconnection_of_the_sdk(self) -> None:
        caller_of: list[Caller] = []

        def reconnecting(event: ReconnectingEvent) -> ReconnectingOverrides:
            caller = caller_of[0]
            session_id = caller.events[0].session.id
            return {"extra_query": {**event.extra_query, "session": session_id, "after": str(len(caller.events))}}

        async def conversation(caller: Caller) -> None:
            caller_of.append(caller)
            await caller.ask("Tell me everything")
            await caller.until("response.output_audio.delta")
            cast("Any", caller.connection)._connection.transport.abort()
            async for received in caller.connection:
                event: Any = received
                caller.events.append(event)
                assert event.event_id == f"event_{len(caller.events)}"
                if event.type == "response.done":
                    break
            assert len(caller.sound()) == 2 * 40 * RATE // 4

        sentences = [Sentence(text=f"Sentence {number}.") for number in range(40)]
        hold(DoubleHouse(host=DoubleHost(sentences)), conversation, on_reconnecting=reconnecting, initial_delay=0.0)
