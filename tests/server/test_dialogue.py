"""Turn-taking over the wire: what clients of either kind get to see and hear of it."""

from __future__ import annotations

import asyncio
import base64
import threading
from typing import Any

from feed.replies import Sentence
from server import protocol
from server.conversation.thresholds import PROMPT_AFTER
from server.dialogue import manners_of
from server.hearing import MUTE_AFTER
from tests.server.doubles import SILENCE, SPEECH, WORD_SAMPLES, Connection, DoubleHost, DoubleHouse

LONG = Sentence(text="one two three four five six seven eight nine ten eleven twelve.", evidence=("p1",))
SHORT_SPEECH = SPEECH[: 2 * 512 * 9]  # 0.29 s: a cough, or a "mhm"


def run(coroutine: Any) -> None:
    asyncio.run(asyncio.wait_for(coroutine, 30))


def yields(client: Connection) -> list[str]:
    return [event.how for event in client.of(protocol.AvatarYield)]


def attention(client: Connection) -> list[str]:
    return [event.state for event in client.of(protocol.AvatarAttention)]


async def settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0.001)


async def speaking(client: Connection) -> int:
    """Ask something and be in the middle of the answer; return its generation."""
    await client.until(protocol.ResponseDone)
    client.ask("When?")
    return (await client.until(protocol.ResponseDone)).response.generation


def test_a_backchannel_holds_the_host_for_a_moment_and_leaves_no_trace() -> None:
    async def visit() -> None:
        house = DoubleHouse(host=DoubleHost([LONG]))
        house.heard = ["Mhm."]
        async with Connection(house, item_id="pier") as client:
            generation = await speaking(client)
            client.send(protocol.encode_audio(0, 0, SHORT_SPEECH))
            client.send(protocol.encode_audio(0, 0, SILENCE))
            while yields(client) != ["duck", "hold", "resume"]:
                await client.until(protocol.AvatarYield)
            assert {event.generation for event in client.of(protocol.AvatarYield)} == {generation}
            client.ask("Why?")
            await client.until(protocol.ResponseCreated)
            await client.until(protocol.TranscriptDelta)  # so it was asked
            assert client.of(protocol.SpeechStarted) == []
            assert client.of(protocol.TranscriptionCompleted) == []
            assert [done.response.status for done in client.of(protocol.ResponseDone)][:2] == ["completed"] * 2
        assert [question for question, _ in house.answers.asked] == [None, "When?", "Why?"]

    run(visit())


def test_a_stock_client_hears_nothing_of_a_backchannel() -> None:
    async def visit() -> None:
        house = DoubleHouse(host=DoubleHost([LONG] * 3))
        house.heard = ["Mhm."]
        async with Connection(house, binary=False, item_id="pier") as client:
            client.send(protocol.SessionUpdate(session={"audio": {"input": {"format": {"rate": 16_000}}}}))
            client.ask("When?")
            await client.until(protocol.ResponseDone)
            before = len(client.events)
            for sound in (SHORT_SPEECH, SILENCE):
                client.send(protocol.encode(protocol.InputAudioAppend(audio=_base64(sound))))
            await settled()
            assert client.events[before:] == []

    run(visit())


def _base64(sound: bytes) -> str:
    return base64.b64encode(sound).decode()


def test_speech_stops_the_host_after_they_made_room_and_the_turn_is_announced_before_the_end() -> None:
    async def visit() -> None:
        house = DoubleHouse(host=DoubleHost([LONG]))
        async with Connection(house, item_id="pier") as client:
            generation = await speaking(client)
            client.send(protocol.AvatarPlayback(generation=generation, sample=3 * WORD_SAMPLES + 1))
            client.send(protocol.encode_audio(0, 0, SPEECH))
            await client.until(protocol.SpeechStarted)
            assert yields(client) == ["duck", "hold"]
            client.send(protocol.AvatarPlayback(generation=generation, sample=4 * WORD_SAMPLES + 1))
            client.send(protocol.encode_audio(0, 0, SILENCE))
            await client.until(protocol.ResponseDone)
        question, history = house.answers.asked[-1]
        assert question == "When did it open?"
        assert history[-1].reply[0].text == "one two three four five"
        assert history[-1].cut_after == "one two three four five"

    run(visit())


def test_the_figure_listens_hears_thinks_and_speaks() -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse(), item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            client.clock.seconds = 10.0
            for sound in (SPEECH, SILENCE):
                client.send(protocol.encode_audio(0, 0, sound))
            await client.until(protocol.ResponseDone)
            assert attention(client) == ["listening", "heard", "thinking", "idle"]

    run(visit())


def test_an_answer_made_ahead_is_not_heard_of_when_the_user_goes_on() -> None:
    async def visit() -> None:
        host = DoubleHost()
        house = DoubleHouse(host=host)
        house.heard = ["the one in the harbour", "the one in the harbour with the red roof."]
        async with Connection(house, item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            client.clock.seconds = 10.0
            pause = SILENCE[: 2 * 512 * 5]
            client.send(protocol.encode_audio(0, 0, SPEECH[: 2 * 512 * 8]))  # too short for a partial text
            client.send(protocol.encode_audio(0, 0, pause))
            while len(host.asked) < 2:
                await asyncio.sleep(0.001)
            client.send(protocol.encode_audio(0, 0, SPEECH[: 2 * 512 * 5]))
            client.send(protocol.encode_audio(0, 0, SILENCE))
            done = await client.until(protocol.ResponseDone)
            assert [question for question, _ in host.asked] == [None, *house_heard]
            begun = [event.response.generation for event in client.of(protocol.ResponseCreated)]
            assert begun == [1, 3]
            assert done.response.generation == 3
            assert {event[0] for event in client.of(tuple)} == {1, 3}
        assert [episode.text for episode in house.items.episodes if episode.kind == "asked"] == [house_heard[1]]

    house_heard = ["the one in the harbour", "the one in the harbour with the red roof."]
    run(visit())


def test_an_answer_that_is_late_is_bridged_in_its_own_generation() -> None:
    async def visit() -> None:
        host = DoubleHost()
        async with Connection(DoubleHouse(host=host), item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            host.gate.clear()
            client.ask("When?")
            generation = (await client.until(protocol.ResponseCreated)).response.generation
            client.clock.seconds += 0.75
            client.send(protocol.AvatarPlayback(generation=1, sample=0))  # anything that happens wakes the server
            first = await client.until(protocol.TranscriptDelta)
            assert first.delta == "One moment."
            host.gate.set()
            done = (await client.until(protocol.ResponseDone)).response
            assert done.generation == generation
            assert done.output[0].content[0].transcript == "One moment. It opened in 1904. It cost nine pounds."

    run(visit())


def test_a_long_silence_brings_a_gentle_word_to_a_client_that_shows_a_host_and_to_no_other() -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse(), item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            client.clock.seconds += 5.0
            client.send(protocol.AvatarPlayback(generation=1, sample=10**6))
            await settled()
            client.clock.seconds += PROMPT_AFTER + 1.0
            client.send(protocol.AvatarPlayback(generation=1, sample=10**6))
            while (await client.until(protocol.TranscriptDone)).transcript != "Ask me anything.":
                pass
        async with Connection(DoubleHouse(), binary=False, item_id="pier") as client:
            client.ask("When?")
            await client.until(protocol.ResponseDone)
            client.clock.seconds += 600.0
            client.send(protocol.InputAudioClear())
            await client.until(protocol.InputAudioCleared)
            await settled()
            assert len(client.of(protocol.ResponseCreated)) == 1

    run(visit())


def test_a_microphone_that_falls_mute_in_the_middle_of_a_turn_ends_it() -> None:
    async def visit() -> None:
        house = DoubleHouse()
        async with Connection(house, item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            client.clock.seconds = 10.0
            client.send(protocol.encode_audio(0, 0, SPEECH))
            await client.until(protocol.SpeechStarted)
            client.clock.seconds += MUTE_AFTER + 1.0  # the server's own timer finds it
            assert (await client.until(protocol.TranscriptionCompleted)).transcript == "When did it open?"

    run(visit())


def test_a_turn_that_ends_before_its_words_are_known_is_answered_when_they_are() -> None:
    async def visit() -> None:
        house = DoubleHouse()
        may = threading.Event()
        heard = house.transcribe

        def late(audio: Any, cancelled: Any) -> str:
            may.wait(10.0)
            return heard(audio, cancelled)

        house.transcribe = late  # type: ignore[method-assign]
        async with Connection(house, item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            client.clock.seconds = 10.0
            for sound in (SPEECH, SILENCE, SILENCE):
                client.send(protocol.encode_audio(0, 0, sound))
            await client.until(protocol.SpeechStopped)
            assert client.of(protocol.TranscriptionCompleted) == []
            may.set()
            assert (await client.until(protocol.TranscriptionCompleted)).transcript == "When did it open?"
            assert (await client.until(protocol.ResponseDone)).response.status == "completed"

    run(visit())


def test_words_that_cannot_be_made_out_are_told_and_the_conversation_goes_on() -> None:
    async def visit() -> None:
        house = DoubleHouse()
        heard, works = house.transcribe, threading.Event()

        def broken(audio: Any, cancelled: Any) -> str:
            if not works.is_set():
                raise RuntimeError("the recogniser broke")
            return heard(audio, cancelled)

        house.transcribe = broken  # type: ignore[method-assign]
        async with Connection(house, item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            client.clock.seconds = 10.0
            for sound in (SPEECH, SILENCE, SILENCE):
                client.send(protocol.encode_audio(0, 0, sound))
            failed = await client.until(protocol.TranscriptionFailed)
            assert "broke" not in failed.error.message
            works.set()
            for sound in (SPEECH, SILENCE, SILENCE):
                client.send(protocol.encode_audio(0, 0, sound))
            assert (await client.until(protocol.ResponseDone)).response.status == "completed"

    run(visit())


def test_the_settings_of_the_realtime_api_are_followed() -> None:
    def manners(turn_detection: protocol.TurnDetection | None, *, extended: bool = True) -> Any:
        session = protocol.Session()
        session.audio.input.turn_detection = turn_detection
        return manners_of(session, extended=extended)

    assert manners(protocol.TurnDetection()).silence is None
    assert manners(protocol.TurnDetection(silence_duration_ms=700)).silence == 0.7
    semantic = protocol.TurnDetection(type="semantic_vad", eagerness="low", silence_duration_ms=700)
    assert (manners(semantic).eagerness, manners(semantic).silence) == ("low", None)
    assert manners(protocol.TurnDetection(eagerness="low")).eagerness == "auto"
    assert manners(None).answers is False
    assert manners(protocol.TurnDetection(create_response=False)).answers is False
    assert manners(protocol.TurnDetection(interrupt_response=False)).interrupts is False
    assert manners(protocol.TurnDetection(), extended=False).prompt_after is None
    assert manners(protocol.TurnDetection(idle_timeout_ms=6_000), extended=False).prompt_after == 6.0
    assert not manners(protocol.TurnDetection(), extended=False).yields
