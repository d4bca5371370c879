"""A session as its client sees it: events in their order, over the whole way from question to sound."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import msgspec
import pytest

from avatar.errors import VoiceModelError
from feed.replies import Sentence
from server import protocol
from server.answering import AHEAD_SECONDS
from server.assets import AssetMissingError
from server.errors import SlowClientError
from server.outbox import PAUSE_BYTES
from tests.server.doubles import SILENCE, SPEECH, WORD_SAMPLES, Connection, DoubleHost, DoubleHouse, item


def run(coroutine: Any) -> None:
    asyncio.run(asyncio.wait_for(coroutine, 30))


def kinds(connection: Connection) -> list[str]:
    return [
        "sound" if isinstance(event, tuple) else str(msgspec.to_builtins(event)["type"]) for event in connection.events
    ]


def test_a_session_begins_with_its_settings() -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse()) as client:
            created = await client.until(protocol.SessionCreated)
            assert created.session.id.startswith("sess_")
            assert created.session.audio.output.format.rate == 24_000

    run(visit())


def test_the_feed_comes_as_cards_with_reasons() -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse()) as client:
            client.send(protocol.FeedPageRequest(limit=1))
            page = await client.until(protocol.FeedPage)
            assert (page.total, len(page.items)) == (2, 1)
            assert (page.items[0].id, page.items[0].host, page.items[0].reason) == ("pier", "Dora", "it is new")

    run(visit())


def test_an_opened_item_shows_its_passages_and_its_host_introduces_themselves() -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse()) as client:
            client.send(protocol.FeedOpen(item_id="pier"))
            opened = await client.until(protocol.FeedOpened)
            assert [opened.text[part.start : part.end] for part in opened.passages] == [
                "The pier opened in 1904. It",
                " cost nine pounds.",
            ]
            assert (opened.host, opened.figure, opened.voice) == ("Dora", "vera", "ava")
            done = await client.until(protocol.ResponseDone)
            assert done.response.output[0].content[0].transcript == "I am Dora."

    run(visit())


def test_an_answer_comes_in_the_order_of_the_realtime_api_and_marks_before_their_sound() -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse(), item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            start = len(client.events)
            client.ask("When did it open?")
            await client.until(protocol.ResponseDone)
            told = [kind for kind in kinds(client)[start:] if kind != "memory.kept"]  # which comes when the disk has it
            assert told == [
                "conversation.item.added",
                "conversation.item.done",
                "avatar.attention",  # thinking
                "response.created",
                "response.output_item.added",
                "conversation.item.added",
                "response.content_part.added",
                *("avatar.marks", "response.output_audio_transcript.delta"),  # the sentence
                "avatar.attention",  # idle: the host speaks
                *("avatar.marks", "sound", "sound"),  # its words, and a second of sound
                *("avatar.marks", "response.output_audio_transcript.delta"),
                *("avatar.marks", "sound", "sound"),
                "response.output_audio.done",
                "response.output_audio_transcript.done",
                "response.content_part.done",
                "response.output_item.done",
                "conversation.item.done",
                "response.done",
            ]
            done = client.of(protocol.ResponseDone)[-1].response
            assert (done.status, done.output[0].status) == ("completed", "completed")
            assert done.output[0].content[0].transcript == "It opened in 1904. It cost nine pounds."

    run(visit())


def test_marks_and_sound_share_one_sample_axis() -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse(), item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            client.ask("When did it open?")
            done = await client.until(protocol.ResponseDone)
            generation = done.response.generation
            marks = [
                m for event in client.of(protocol.AvatarMarks) if event.generation == generation for m in event.marks
            ]
            sentences = [mark for mark in marks if mark.kind == "sentence"]
            assert [(mark.start, mark.evidence) for mark in sentences] == [(0, ["p1"]), (4 * WORD_SAMPLES, ["p2"])]
            assert [mark.text for mark in marks if mark.kind == "mood"] == ["neutral", "joy"]
            words = [mark for mark in marks if mark.kind == "word"]
            assert [mark.start for mark in words] == [index * WORD_SAMPLES for index in range(8)]
            sound = [event for event in client.of(tuple) if event[0] == generation]
            assert sum(len(pcm) for _, _, pcm in sound) == 2 * 8 * WORD_SAMPLES
            assert [first for _, first, _ in sound] == [index * 12_000 for index in range(4)]

    run(visit())


def test_stage_directions_become_marks_and_are_neither_said_nor_shown(caplog: pytest.LogCaptureFixture) -> None:
    async def visit() -> None:
        directed = Sentence(text="[joy 0.5] It [point] opened, [obey me] in 1904. [look item]")
        async with Connection(DoubleHouse(host=DoubleHost([directed])), item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            client.ask("When did it open?")
            done = await client.until(protocol.ResponseDone)
            assert done.response.output[0].content[0].transcript == "It opened, in 1904."
            acted = [
                (mark.kind, mark.text, mark.strength, mark.start)
                for event in client.of(protocol.AvatarMarks)
                if event.generation == done.response.generation
                for mark in event.marks
                if mark.kind in ("gesture", "gaze", "mood")
            ]
            assert ("mood", "joy", 0.5, 0) in acted
            assert ("gesture", "point", 1.0, WORD_SAMPLES) in acted
            assert ("gaze", "item", 1.0, 4 * WORD_SAMPLES) in acted

    with caplog.at_level("INFO"):
        run(visit())
    assert "obey me" in caplog.text


def test_a_stock_client_gets_base64_sound_no_event_of_ours_and_the_newest_item() -> None:
    async def visit() -> None:
        house = DoubleHouse()
        async with Connection(house, binary=False) as client:
            client.ask("When did it open?")
            await client.until(protocol.ResponseDone)
            assert not [kind for kind in kinds(client) if kind.startswith(("feed.", "avatar.", "memory.", "sound"))]
            sound = b"".join(base64.b64decode(event.delta) for event in client.of(protocol.OutputAudioDelta))
            assert len(sound) == 2 * 8 * WORD_SAMPLES
            assert house.answers.asked == [("When did it open?", ())]

    run(visit())


@pytest.mark.parametrize("binary", [True, False])
def test_the_host_prepares_for_questions_once_an_item_is_open(binary: bool) -> None:
    async def visit() -> None:
        house = DoubleHouse()
        async with Connection(house, binary=binary, item_id="lamp") as client:
            while not house.answers.warmed:
                await asyncio.sleep(0)
            assert house.answers.warmed == ["lamp"]
            client.ask("When?")
            assert (await client.until(protocol.ResponseDone, 2 if binary else 1)).response.status == "completed"

    run(visit())


def test_a_stock_client_that_asks_for_a_response_first_is_greeted() -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse(), binary=False, item_id="lamp") as client:
            client.send(protocol.ResponseCreate())
            assert (await client.until(protocol.TranscriptDone)).transcript == "I am Dora."

    run(visit())


def test_without_an_open_item_a_question_says_to_open_one() -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse()) as client:
            client.ask("When did it open?")
            error = (await client.until(protocol.ErrorEvent)).error
            assert error.code == "no_item_open"
            assert "feed.open" in error.message

    run(visit())


def test_a_text_session_answers_in_text_and_makes_no_sound() -> None:
    async def visit() -> None:
        house = DoubleHouse()
        async with Connection(house, item_id="pier") as client:
            await client.until(protocol.ResponseDone)
            client.send(protocol.SessionUpdate(session={"output_modalities": ["text"]}))
            house.voices_asked.clear()
            client.ask("When did it open?")
            done = await client.until(protocol.OutputTextDone)
            assert done.text == "It opened in 1904. It cost nine pounds."
            assert house.voices_asked == []

    run(visit())


class TestCuttingIn:
    def test_a_cancel_ends_the_answer_and_nothing_of_it_follows(self) -> None:
        async def visit() -> None:
            host = DoubleHost([Sentence(text=f"Sentence {number}.") for number in range(1_000)])
            async with Connection(DoubleHouse(host=host), item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                client.ask("Tell me everything")
                await client.until(protocol.AvatarMarks)
                client.send(protocol.ResponseCancel())
                done = await client.until(protocol.ResponseDone)
                assert done.response.status == "cancelled"
                assert done.response.status_details is not None
                assert done.response.status_details.reason == "client_cancelled"
                end = len(client.events)
                client.ask("And now?")
                await client.until(protocol.ResponseCreated)
                later = client.events[end:]
                assert not [
                    event for event in later if isinstance(event, tuple) and event[0] == done.response.generation
                ]
                assert host.made < 1_000
            assert host.ended == sum(question is not None for question, _ in host.asked)

        run(visit())

    def test_sound_that_waits_for_a_slow_client_is_thrown_away_by_a_cancel(self) -> None:
        async def visit() -> None:
            house = DoubleHouse()
            async with Connection(house, item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                client.reads.clear()
                client.ask("When?")
                while house.answers.ended < 1:  # all of it was made
                    await asyncio.sleep(0)
                client.send(protocol.ResponseCancel())
                client.send(protocol.FeedPageRequest())
                for _ in range(100):
                    await asyncio.sleep(0)
                client.reads.set()
                done = await client.until(protocol.ResponseDone)
                await client.until(protocol.FeedPage)
                generation = done.response.generation
                assert not [event for event in client.of(tuple) if event[0] == generation]
                assert not [event for event in client.of(protocol.AvatarMarks) if event.generation == generation]

        run(visit())

    def test_an_answer_that_waits_for_the_model_is_cancelled_at_once(self) -> None:
        async def visit() -> None:
            host = DoubleHost()
            host.gate.clear()
            async with Connection(DoubleHouse(host=host), item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                client.ask("When?")
                await client.until(protocol.ResponseCreated)
                client.send(protocol.ResponseCancel())
                assert (await client.until(protocol.ResponseDone)).response.status == "cancelled"
                host.gate.set()
                client.ask("When?")
                assert (await client.until(protocol.ResponseDone)).response.status == "completed"

        run(visit())

    def test_a_new_question_replaces_the_answer_and_only_what_was_played_enters_the_history(self) -> None:
        async def visit() -> None:
            house = DoubleHouse()
            async with Connection(house, item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                client.ask("When did it open?")
                generation = (await client.until(protocol.ResponseDone)).response.generation
                client.send(protocol.AvatarPlayback(generation=generation, sample=3 * WORD_SAMPLES))
                client.ask("Why?")
                await client.until(protocol.ResponseDone)
            question, history = house.answers.asked[-1]
            assert question == "Why?"
            assert [said.text for said in history[-1].reply] == ["It opened in"]
            answered = [episode for episode in house.items.episodes if episode.kind == "answered"]
            assert "It opened in" in [episode.text for episode in answered]

        run(visit())

    def test_a_truncation_is_confirmed_and_forgets_the_rest(self) -> None:
        async def visit() -> None:
            house = DoubleHouse()
            async with Connection(house, binary=False) as client:
                client.ask("When did it open?")
                message = (await client.until(protocol.ResponseDone)).response.output[0].id
                assert message is not None
                client.send(protocol.ConversationItemTruncate(item_id=message, audio_end_ms=500))
                assert (await client.until(protocol.ConversationItemTruncated)).audio_end_ms == 500
                client.ask("Why?")
                await client.until(protocol.ResponseDone)
            assert [said.text for said in house.answers.asked[-1][1][0].reply] == ["It opened"]

        run(visit())

    def test_leaving_the_item_silences_its_host(self) -> None:
        async def visit() -> None:
            host = DoubleHost()
            async with Connection(DoubleHouse(host=host), item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                host.gate.clear()
                client.ask("When?")
                await client.until(protocol.ResponseCreated)
                client.send(protocol.FeedClose())
                assert (await client.until(protocol.ResponseDone)).response.status == "cancelled"
                assert (await client.until(protocol.FeedClosed)).item_id == "pier"

        run(visit())

    def test_opening_another_item_ends_the_first_before_it_shows_the_second(self) -> None:
        async def visit() -> None:
            host = DoubleHost()
            async with Connection(DoubleHouse(host=host), item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                host.gate.clear()
                client.ask("When?")
                await client.until(protocol.ResponseCreated)
                client.send(protocol.FeedOpen(item_id="lamp"))
                assert (await client.until(protocol.ResponseDone)).response.status == "cancelled"
                assert (await client.until(protocol.FeedOpened)).item.id == "lamp"
                host.gate.set()
                assert (await client.until(protocol.ResponseDone)).response.status == "completed"
                client.clock.seconds = 60.0  # the introduction is over
                client.ask("When?")
                await client.until(protocol.ResponseDone)
            assert [turn.question for turn in host.asked[-1][1]] == [""]  # the lamp's introduction, and nothing before

        run(visit())


class TestSpeaking:
    def test_a_spoken_question_becomes_a_message_and_is_answered(self) -> None:
        async def visit() -> None:
            async with Connection(DoubleHouse(), binary=False) as client:
                client.send(protocol.SessionUpdate(session={"audio": {"input": {"format": {"rate": 16_000}}}}))
                await client.until(protocol.SessionUpdated)
                start = len(client.events)
                for sound in (SPEECH, SILENCE):
                    client.send(protocol.InputAudioAppend(audio=base64.b64encode(sound).decode()))
                await client.until(protocol.ResponseDone)
                assert kinds(client)[start : start + 8] == [
                    "input_audio_buffer.speech_started",
                    "input_audio_buffer.speech_stopped",
                    "input_audio_buffer.committed",
                    "conversation.item.added",
                    "conversation.item.done",
                    "conversation.item.input_audio_transcription.delta",
                    "conversation.item.input_audio_transcription.completed",
                    "response.created",
                ]
                completed = client.of(protocol.TranscriptionCompleted)[0]
                assert completed.transcript == "When did it open?"
                assert completed.usage.seconds == pytest.approx(0.7, abs=0.04)  # with the silence kept after it

        run(visit())

    def test_speech_cuts_in_on_the_host(self) -> None:
        async def visit() -> None:
            host = DoubleHost()
            async with Connection(DoubleHouse(host=host), item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                host.gate.clear()
                client.ask("When?")
                await client.until(protocol.ResponseCreated)
                client.send(protocol.encode_audio(0, 0, SPEECH))
                await client.until(protocol.SpeechStarted)
                done = await client.until(protocol.ResponseDone)
                assert done.response.status_details is not None
                assert done.response.status_details.reason == "turn_detected"
                client.send(protocol.encode_audio(0, len(SPEECH) // 2, SILENCE))
                await client.until(protocol.ResponseCreated)
                host.gate.set()
                await client.until(protocol.ResponseDone)
            assert host.asked[-1][0] == "When?\nWhen did it open?"  # nothing was heard of the first answer

        run(visit())

    def test_a_turn_committed_by_hand_waits_for_the_request(self) -> None:
        async def visit() -> None:
            house = DoubleHouse()
            async with Connection(house, binary=False) as client:
                client.send(protocol.SessionUpdate(session={"audio": {"input": {"turn_detection": None}}}))
                client.send(protocol.InputAudioAppend(audio=base64.b64encode(SPEECH).decode()))
                client.send(protocol.InputAudioCommit())
                client.send(protocol.ResponseCreate())
                await client.until(protocol.ResponseDone)
                assert "input_audio_buffer.speech_stopped" not in kinds(client)
                assert house.answers.asked == [("When did it open?", ())]

        run(visit())

    def test_an_empty_buffer_cannot_be_committed(self) -> None:
        async def visit() -> None:
            async with Connection(DoubleHouse()) as client:
                client.send(protocol.InputAudioCommit())
                assert "empty" in (await client.until(protocol.ErrorEvent)).error.message

        run(visit())

    def test_a_microphone_that_goes_on_with_no_item_open_is_told_once(self) -> None:
        async def visit() -> None:
            async with Connection(DoubleHouse()) as client:
                for _ in range(5):
                    client.send(protocol.encode_audio(0, 0, SPEECH))
                client.send(protocol.FeedOpen(item_id="pier"))
                await client.until(protocol.ResponseDone)
                assert [event.error.code for event in client.of(protocol.ErrorEvent)] == ["no_item_open"]
                assert client.of(protocol.SpeechStarted) == []
                client.send(protocol.encode_audio(0, 0, SPEECH))
                await client.until(protocol.SpeechStarted)

        run(visit())

    def test_without_ears_it_is_said_once_and_typing_works(self) -> None:
        async def visit() -> None:
            house = DoubleHouse()
            house.ears_failure = RuntimeError("no model")
            async with Connection(house, item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                client.send(protocol.encode_audio(0, 0, SPEECH))
                assert (await client.until(protocol.AvatarNotice)).code == "no_ears"
                client.send(protocol.encode_audio(0, 0, SPEECH))
                client.ask("When?")
                assert (await client.until(protocol.ResponseDone)).response.status == "completed"
                assert len(client.of(protocol.AvatarNotice)) == 1

        run(visit())

    @pytest.mark.parametrize(("failure", "traces"), [(AssetMissingError("run this"), 0), (RuntimeError("what?"), 1)])
    def test_only_a_failure_that_nobody_expected_is_logged_with_its_traceback(
        self, failure: Exception, traces: int, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def visit() -> None:
            house = DoubleHouse()
            house.ears_failure = failure
            async with Connection(house, item_id="pier") as client:
                client.send(protocol.encode_audio(0, 0, SPEECH))
                await client.until(protocol.AvatarNotice)

        run(visit())
        assert str(failure) in caplog.text
        assert sum(bool(record.exc_info) for record in caplog.records) == traces


class TestWhatCannotBeSaid:
    def test_an_unspeakable_sentence_is_captioned_with_a_notice_and_the_session_lives(self) -> None:
        async def visit() -> None:
            host = DoubleHost([Sentence(text="Он открылся.", evidence=("p1",)), Sentence(text="In 1904.")])
            async with Connection(DoubleHouse(host=host), item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                client.ask("When?")
                notice = await client.until(protocol.AvatarNotice)
                done = await client.until(protocol.ResponseDone)
                assert notice.code == "unspeakable"
                assert "Cyrillic" in notice.message
                assert done.response.status == "completed"
                assert done.response.output[0].content[0].transcript == "Он открылся. In 1904."
                sentences = [
                    m for event in client.of(protocol.AvatarMarks) for m in event.marks if m.kind == "sentence"
                ]
                assert sentences[-2].evidence == ["p1"]

        run(visit())

    def test_a_short_quotation_from_a_foreign_item_is_captioned_and_english_about_it_spoken(self) -> None:
        async def visit() -> None:
            host = DoubleHost([Sentence(text="I found this in it."), Sentence(text="Neuntausend Euro.")])
            german = msgspec.structs.replace(item("pier"), text="Die Uhr schlug, und es war nicht das erste Mal.")
            async with Connection(DoubleHouse(items=[german], host=host), item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                client.ask("Was kostet das?")
                await client.until(protocol.ResponseDone)
                silent = [
                    notice.generation for notice in client.of(protocol.AvatarNotice) if "German" in notice.message
                ]
                assert silent[-1] == 2
                heard = [event for event in client.of(protocol.AvatarMarks) if event.generation == 2]
                marks = [mark for event in heard for mark in event.marks]
                words = [mark.text for mark in marks if mark.kind == "word"]
                assert words == ["I", "found", "this", "in", "it."]

        run(visit())

    def test_without_a_voice_the_answer_is_captioned_and_it_is_said_once(self) -> None:
        async def visit() -> None:
            house = DoubleHouse()
            house.voice = VoiceModelError("the wheel is of another version")
            async with Connection(house, item_id="pier") as client:
                client.ask("When?")
                await client.until(protocol.AvatarNotice)
                await client.until(protocol.ResponseDone, 1)
                assert [notice.code for notice in client.of(protocol.AvatarNotice)][:1] == ["no_voice"]

        run(visit())

    def test_an_answer_that_wants_a_missing_model_says_which_command_fetches_it(self) -> None:
        async def visit() -> None:
            host = DoubleHost()
            host.failure = AssetMissingError("the model is missing; run `visavis assets`")
            async with Connection(DoubleHouse(host=host), item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                client.ask("When?")
                details = (await client.until(protocol.ResponseDone)).response.status_details
                assert details is not None
                assert details.error is not None
                assert "visavis assets" in details.error.message

        run(visit())

    def test_an_answer_that_fails_is_told_as_failed_and_the_next_one_works(self) -> None:
        async def visit() -> None:
            host = DoubleHost()
            async with Connection(DoubleHouse(host=host), item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                host.failure = RuntimeError("a bug")
                client.ask("When?")
                failed = (await client.until(protocol.ResponseDone)).response
                assert failed.status == "failed"
                assert failed.status_details is not None
                assert failed.status_details.error is not None
                assert "a bug" not in failed.status_details.error.message
                host.failure = None
                client.ask("When?")
                assert (await client.until(protocol.ResponseDone)).response.status == "completed"

        run(visit())


class TestFlow:
    def test_no_more_than_some_seconds_are_sent_ahead_of_what_was_played(self) -> None:
        async def visit() -> None:
            host = DoubleHost([Sentence(text="one two three four five six seven eight.")] * 40)  # 80 s of sound
            async with Connection(DoubleHouse(host=host), item_id="pier") as client:
                introduced = await client.until(protocol.ResponseDone)
                client.ask("Go on")
                generation = (await client.until(protocol.ResponseCreated)).response.generation
                assert generation == introduced.response.generation + 1

                async def sent_after(samples: int) -> int:
                    def sent() -> int:
                        return sum(len(e[2]) // 2 for e in client.of(tuple) if e[0] == generation)

                    while sent() < samples:
                        await asyncio.sleep(0)
                    for _ in range(100):  # whatever else is ready may come
                        await asyncio.sleep(0)
                    return sent()

                ahead = int(AHEAD_SECONDS * 24_000)
                held = await sent_after(ahead)
                assert held <= ahead + 2 * 8 * WORD_SAMPLES
                client.send(protocol.AvatarPlayback(generation=generation, sample=10 * 24_000))
                assert held < await sent_after(ahead + 9 * 24_000) <= held + 12 * 24_000

        run(visit())

    def test_a_client_that_does_not_read_pauses_the_making_and_loses_nothing(self) -> None:
        async def visit() -> None:
            host = DoubleHost([Sentence(text="one two three four five six seven eight.")] * 400)
            async with Connection(DoubleHouse(host=host), item_id="pier") as client:
                await client.until(protocol.ResponseDone)
                client.reads.clear()
                client.clock.seconds = 1e6  # so that only the wire holds it back
                client.ask("Go on")
                client.session._dialogue.ahead = lambda generation: 0  # type: ignore[method-assign]
                while client.session._wire._outbox._bytes < PAUSE_BYTES:
                    await asyncio.sleep(0)
                made = host.made
                for _ in range(200):
                    await asyncio.sleep(0)
                assert host.made <= made + 2 < 400
                client.reads.set()
                await client.until(protocol.ResponseDone)
                firsts = [event[1] for event in client.of(tuple) if event[0] == 2]
                assert firsts == [index * 12_000 for index in range(len(firsts))]
                assert len(firsts) == 400 * 4

        run(visit())

    def test_a_client_that_lets_everything_pile_up_loses_its_session(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("server.outbox.FULL_BYTES", 10_000)

        async def visit() -> None:
            client = Connection(DoubleHouse())
            client.reads.clear()
            await client.__aenter__()
            for _ in range(100):
                client.send(protocol.FeedPageRequest())
            with pytest.raises(SlowClientError, match="read"):
                await client.close()

        run(visit())

    def test_a_session_that_ends_in_the_middle_of_an_answer_stops_its_host(self) -> None:
        async def visit() -> None:
            host = DoubleHost()
            client = Connection(DoubleHouse(host=host), item_id="pier")
            async with client:
                await client.until(protocol.ResponseDone)
                host.gate.clear()
                client.ask("When?")
                await client.until(protocol.ResponseCreated)
            assert host.ended == sum(question is not None for question, _ in host.asked)

        run(visit())


BAD = [
    ("not json", "invalid_json"),
    ("[]", "invalid_event"),
    ('{"type": 5}', "invalid_event"),
    ('{"type": "session.explode"}', "unknown_event"),
    ('{"type": "feed.open"}', "invalid_event"),
    ('{"type": "feed.page", "limit": 100000}', "invalid_event"),
    ('{"type": "feed.open", "item_id": "nowhere"}', "unknown_item"),
    ('{"type": "response.cancel"}', "response_cancel_not_active"),
    ('{"type": "response.cancel", "response_id": "resp_x"}', "invalid_request"),
    ('{"type": "conversation.item.truncate", "item_id": "item_a9", "audio_end_ms": 5}', "invalid_truncation"),
    ('{"type": "avatar.playback", "generation": 99, "sample": 1}', "unknown_generation"),
    ('{"type": "input_audio_buffer.append", "audio": "###"}', "invalid_event"),
    ('{"type": "session.update", "session": {"output_modalities": ["smell"]}}', "invalid_event"),
    ('{"type": "session.update", "session": {"audio": {"input": {"format": {"rate": 8000}}}}}', "invalid_event"),
    ('{"type": "session.update", "session": {"audio": {"output": {"format": {"rate": 16000}}}}}', "invalid_event"),
    ('{"type": "session.update", "session": {"audio": 7}}', "invalid_event"),
    ('{"type": "conversation.item.create", "item": {"type": "function_call_output"}}', "invalid_event"),
    ('{"type": "conversation.item.create", "item": {"role": "system", "content": []}}', "unsupported"),
    ('{"type": "conversation.item.create", "item": {"content": []}}', "unsupported"),
    ("[" * 100_000, "invalid_json"),
    (" " * (protocol.MAX_EVENT_BYTES + 1), "too_large"),
    (b"\x00", "invalid_event"),
    (bytes(13), "invalid_event"),
]


@pytest.mark.parametrize(("frame", "code"), BAD, ids=[str(bad[0])[:40] for bad in BAD])
def test_a_bad_frame_gets_an_error_event_and_the_session_lives(frame: str | bytes, code: str) -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse()) as client:
            client.send(frame)
            assert (await client.until(protocol.ErrorEvent)).error.code == code
            client.send(protocol.FeedPageRequest())
            await client.until(protocol.FeedPage)

    run(visit())


def test_an_error_names_the_event_at_fault() -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse()) as client:
            client.send('{"type": "feed.open", "event_id": "mine", "item_id": "nowhere"}')
            assert (await client.until(protocol.ErrorEvent)).error.event_id == "mine"
            client.send('{"type": "feed.open", "event_id": "other"}')
            assert (await client.until(protocol.ErrorEvent)).error.event_id == "other"

    run(visit())


def test_the_session_keeps_what_an_update_leaves_out() -> None:
    async def visit() -> None:
        async with Connection(DoubleHouse()) as client:
            changes = {
                "audio": {"input": {"turn_detection": {"type": "semantic_vad", "eagerness": "low"}}},
                "instructions": "ignored",
            }
            client.send(protocol.SessionUpdate(session={"audio": {"output": {"voice": "kim", "speed": 1.2}}}))
            client.send(protocol.SessionUpdate(session=changes))
            session = (await client.until(protocol.SessionUpdated, 2)).session
            assert (session.audio.output.voice, session.audio.output.speed) == ("kim", 1.2)
            assert session.audio.input.turn_detection is not None
            assert session.audio.input.turn_detection.eagerness == "low"

    run(visit())


def test_an_unknown_voice_falls_back_to_the_personas() -> None:
    async def visit() -> None:
        house = DoubleHouse(items=[item("pier", voice="adam")])
        async with Connection(house, binary=False) as client:
            client.send(protocol.SessionUpdate(session={"audio": {"output": {"voice": "alloy"}}}))
            client.ask("When?")
            await client.until(protocol.ResponseDone)
        assert house.voices_asked == ["adam"]

    run(visit())
