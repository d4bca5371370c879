"""Whose turn it is: items, questions, requests, cancels, and an hour of it."""

from __future__ import annotations

import pytest

from feed.replies import Sentence
from server.conversation import (
    MAX_PENDING,
    BeginReply,
    Command,
    Commands,
    Conversation,
    EndTurn,
    Manners,
    Remember,
    SendNotice,
    SendSentence,
    SendSound,
    StartReply,
    StopReply,
)
from server.conversation.thresholds import REMEMBERED_TURNS, WORDS_LOST
from server.errors import NoItemOpenError, NothingToAnswerError, NothingToCancelError, TooMuchUnansweredError
from tests.server.conversation.scene import ANSWER, WORD, Scene, clause


def quiet(manners: Manners | None = None) -> Conversation:
    talk = Conversation(manners)
    talk.open("pier", 0.0, introduce=False)
    return talk


def started(commands: Commands) -> StartReply:
    (start,) = [command for command in commands if isinstance(command, StartReply)]
    return start


def ask(talk: Conversation, question: str, at: float) -> StartReply:
    talk.said(question, at)
    return started(talk.requested(at))


def say(talk: Conversation, generation: int, text: str, at: float) -> Commands:
    return (
        *talk.sentence_ready(generation, Sentence(text=text), at),
        *talk.sound_ready(generation, clause(text), at),
    )


def only(commands: Commands, *kinds: type[Command]) -> list[Command]:
    return [command for command in commands if isinstance(command, kinds)]


class TestQuestions:
    def test_opening_an_item_lets_its_host_introduce_themselves(self) -> None:
        start = started(Conversation().open("pier", 0.0))
        assert (start.kind, start.item_id, start.question, start.history) == ("introduction", "pier", None, ())

    def test_a_question_is_answered_with_what_was_said_before(self) -> None:
        talk = quiet()
        first = ask(talk, "When did it open?", 0.0)
        say(talk, first.generation, "In 1904.", 0.0)
        talk.finished(first.generation, 0.0)
        second = ask(talk, "And who built it?", 9.0)
        assert second.question == "And who built it?"
        assert [(turn.question, turn.reply[0].text) for turn in second.history] == [("When did it open?", "In 1904.")]
        assert second.generation > first.generation

    def test_nobody_answers_before_an_item_is_open(self) -> None:
        talk = Conversation()
        with pytest.raises(NoItemOpenError, match=r"feed\.open"):
            talk.said("Hello?", 0.0)
        with pytest.raises(NoItemOpenError):
            talk.requested(0.0)

    def test_a_request_with_nothing_said_begins_with_the_introduction_and_then_is_an_error(self) -> None:
        talk = quiet()
        assert started(talk.requested(0.0)).kind == "introduction"
        with pytest.raises(NothingToAnswerError):
            talk.requested(1.0)

    def test_messages_before_a_request_are_answered_together(self) -> None:
        talk = quiet()
        talk.said("I grew up here.", 0.0)
        assert ask(talk, "When did it open?", 0.0).question == "I grew up here.\nWhen did it open?"

    def test_messages_that_nobody_wants_answered_do_not_pile_up(self) -> None:
        talk = quiet()
        for _ in range(MAX_PENDING):
            talk.said("And another thing.", 0.0)
        with pytest.raises(TooMuchUnansweredError, match=r"response\.create"):
            talk.said("And another thing.", 0.0)

    def test_an_answer_is_given_as_it_is_wanted(self) -> None:
        talk = quiet()
        talk.said("When?", 0.0)
        assert not started(talk.requested(0.0, aloud=False)).aloud
        assert ask(talk, "When?", 1.0).aloud

    def test_sound_is_addressed_from_the_utterances_first_sample(self) -> None:
        talk = quiet()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "In 1904.", 0.0)
        (shown,) = only(talk.sentence_ready(generation, Sentence(text="It rained."), 0.1), SendSentence)
        (sent,) = only(talk.sound_ready(generation, clause("It rained."), 0.1), SendSound)
        assert isinstance(shown, SendSentence)
        assert isinstance(sent, SendSound)
        assert shown.start == sent.first == 2 * WORD
        assert [mark.start for mark in sent.marks] == [2 * WORD, 3 * WORD]

    def test_how_far_the_making_is_ahead_follows_reports_and_the_clock(self) -> None:
        talk = quiet()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "one two three four", 0.0)
        assert talk.ahead(generation, 0.0) == pytest.approx(1.0)
        assert talk.ahead(generation, 0.5) == pytest.approx(0.5)
        talk.played(generation, 3 * WORD, 0.5)
        assert talk.ahead(generation, 0.5) == pytest.approx(0.25)
        assert talk.ahead(generation, 2.0) == 0

    def test_only_some_seconds_are_made_of_what_may_be_thrown_away(self) -> None:
        scene = Scene()
        scene.thinking = 9.0
        scene.speak("the one in the harbour")
        scene.wait(0.25)
        (start,) = scene.of(StartReply)
        assert scene.of(BeginReply) == []
        scene.talk.sentence_ready(start.generation, Sentence(text="one two three four"), scene.at)
        while scene.talk.ahead(start.generation, scene.at) == 0.0:
            scene.talk.sound_ready(start.generation, clause("one two three four"), scene.at)
        assert scene.talk.ahead(start.generation, scene.at) == float("inf")
        scene.wait(0.5)
        assert 5.0 < scene.talk.ahead(start.generation, scene.at) < 9.0


class TestLeaving:
    def test_opening_another_item_silences_the_first_and_forgets_its_conversation(self) -> None:
        talk = quiet()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "In 1904.", 0.0)
        commands = talk.open("lamp", 0.1)
        stop, remember, start = only(commands, StopReply, Remember, StartReply)
        assert isinstance(stop, StopReply)
        assert isinstance(remember, Remember)
        assert (remember.item_id, remember.turn.question, remember.turn.reply[0].text) == ("pier", "When?", "In")
        assert isinstance(start, StartReply)
        assert (start.item_id, start.history) == ("lamp", ())

    def test_words_of_an_item_that_was_left_are_not_answered_by_the_next(self) -> None:
        talk = quiet()
        talk.speech_started(1, 0.0)
        talk.committed(1, 0.5)
        talk.open("lamp", 1.0, introduce=False)
        assert talk.transcribed(1, "When?", 1.5) == ()

    def test_every_turn_is_remembered_once(self) -> None:
        scene = Scene()
        for number in range(5):
            scene.write(f"Question {number}?")
            scene.wait(0.7 if number % 2 else 4.0)
        scene.tell(lambda: scene.talk.close(scene.at))
        assert [turn[0] for turn in scene.remembered] == [f"Question {number}?" for number in range(5)]


class TestCancelling:
    def test_a_cancel_stops_the_answer_and_a_second_one_is_an_error(self) -> None:
        talk = quiet()
        generation = ask(talk, "When?", 0.0).generation
        assert only(talk.cancelled(0.1), StopReply) == [StopReply(generation, "client_cancelled", "")]
        with pytest.raises(NothingToCancelError):
            talk.cancelled(0.2)

    def test_a_cancel_of_an_older_answer_leaves_the_new_one_alone(self) -> None:
        talk = quiet()
        first = ask(talk, "When?", 0.0).generation
        second = ask(talk, "Who?", 0.1).generation
        with pytest.raises(NothingToCancelError):
            talk.cancelled(0.2, first)
        assert talk.generation == second

    def test_an_answer_that_was_sent_whole_can_be_cancelled_while_it_sounds_but_not_after(self) -> None:
        talk = quiet()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "In 1904.", 0.0)
        talk.finished(generation, 0.0)
        assert only(talk.cancelled(0.1), StopReply) == [StopReply(generation, "client_cancelled", "In")]
        second = ask(talk, "Who?", 1.0).generation
        say(talk, second, "Nobody.", 1.0)
        talk.finished(second, 1.0)
        with pytest.raises(NothingToCancelError):
            talk.cancelled(1.6)

    def test_nothing_of_a_dead_generation_comes_out_whenever_it_arrives(self) -> None:
        talk = quiet()
        dead = ask(talk, "When?", 0.0).generation
        ask(talk, "Who?", 0.1)
        assert say(talk, dead, "In 1904.", 0.2) == ()
        assert talk.stays_silent(dead, "unspeakable", "?", 0.2) == ()
        assert talk.finished(dead, 0.2) == ()
        assert talk.bridge_ready(dead, (Sentence(text="One moment."), clause("One moment.")), 0.2) == ()

    def test_a_notice_belongs_to_the_answer_that_is_alive(self) -> None:
        talk = quiet()
        generation = ask(talk, "When?", 0.0).generation
        talk.sentence_ready(generation, Sentence(text="Он открылся."), 0.0)
        notices = talk.stays_silent(generation, "unspeakable", "?", 0.0)
        assert notices == (SendNotice(generation, "unspeakable", "?"),)


class TestByHand:
    def test_a_turn_that_is_committed_waits_for_the_request_and_the_request_for_the_words(self) -> None:
        talk = quiet(Manners(answers=False))
        (ended,) = only(talk.committed(1, 0.0), EndTurn)
        assert ended == EndTurn(1, None, 0.0, by_hand=True)
        assert only(talk.requested(0.1), StartReply) == []
        assert started(talk.transcribed(1, "When?", 0.5)).question == "When?"

    def test_words_are_not_answered_unless_asked_for(self) -> None:
        talk = quiet(Manners(answers=False))
        talk.committed(1, 0.0)
        assert only(talk.transcribed(1, "When?", 0.5), StartReply) == []
        assert started(talk.requested(0.6)).question == "When?"

    def test_a_noise_without_words_is_not_answered(self) -> None:
        talk = quiet()
        talk.committed(1, 0.0)
        assert only(talk.transcribed(1, "", 0.5), StartReply) == []
        assert talk.attention == "idle"

    def test_words_that_never_come_are_not_waited_for_forever(self) -> None:
        talk = quiet()
        talk.committed(1, 0.0)
        talk.said("Who built it?", 1.0)
        assert only(talk.requested(1.0), StartReply) == []
        assert started(talk.woken(WORDS_LOST)).question == "Who built it?"

    def test_sound_that_is_cleared_was_never_said(self) -> None:
        scene = Scene()
        scene.speak("When did it open?")
        scene.tell(lambda: scene.talk.speech_dropped(scene.at))
        assert scene.attention == ["listening", "idle"]
        scene.wait(0.5)
        assert scene.of(EndTurn) == []

    def test_a_turn_as_long_as_one_may_be_is_answered(self) -> None:
        scene = Scene()
        scene.speak("on and on", 31.0)
        scene.wait(3.0)
        assert scene.of(EndTurn)[0].text is None
        assert "on and on" in scene.questions

    def test_ears_that_say_nothing_any_more_do_not_keep_the_floor(self) -> None:
        talk = quiet()
        talk.speech_started(1, 0.0)
        talk.partly_understood(1, "When did it", 0.5)
        (ended,) = only(talk.woken(6.0), EndTurn)
        assert ended == EndTurn(1, None)


def test_an_hour_of_conversation_on_a_virtual_clock() -> None:
    scene = Scene()
    number = 0
    while scene.at < 3_600.0:
        number += 1
        if number % 7 == 0:
            scene.write(f"Question {number}?")
        else:
            scene.speak(f"Question {number} of the evening?")
        scene.wait((1.2, 4.0, 15.0)[number % 3])  # every third answer is cut in on
    scene.wait(5.0)
    asked = [question for question in scene.questions if question]
    assert len(asked) == number > 300
    assert len(scene.remembered) >= number
    generations = [begun.generation for begun in scene.of(BeginReply)]
    assert generations == sorted(set(generations))
    assert len(scene.talk.history(scene.at)) <= REMEMBERED_TURNS  # it is bounded
    for question, heard, cut_after in scene.remembered:
        assert heard == ANSWER[: len(heard)] or not question
        assert (cut_after is None) == (heard == ANSWER or not question)
    assert scene.talk.attention == "idle"
