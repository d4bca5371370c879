"""Turn-taking on a virtual clock: one voice at a time, and only what was heard was said."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from avatar.marks import SAMPLE_RATE, Clause, Mark
from feed.replies import Sentence
from server.conversation import (
    MAX_PENDING,
    Action,
    Conversation,
    FinishReply,
    Phase,
    Remember,
    SendNotice,
    SendSentence,
    SendSound,
    StartReply,
    StopReply,
)
from server.errors import (
    NoItemOpenError,
    NothingToAnswerError,
    NothingToCancelError,
    NothingToTruncateError,
    TooMuchUnansweredError,
    UnknownGenerationError,
)

WORD = SAMPLE_RATE // 2  # samples per word in these tests: two words a second


def sentence(text: str) -> Sentence:
    return Sentence(text=text, evidence=("p1",))


def clause(text: str) -> Clause:
    words = text.split()
    marks = tuple(Mark("word", i * WORD, (i + 1) * WORD, word) for i, word in enumerate(words))
    return Clause(np.zeros(len(words) * WORD, np.int16), marks, text)


def started(actions: tuple[Action, ...]) -> StartReply:
    (start,) = (action for action in actions if isinstance(action, StartReply))
    return start


def open_quietly() -> Conversation:
    talk = Conversation()
    talk.open("pier", 0.0, introduce=False)
    return talk


def ask(talk: Conversation, question: str, at: float) -> StartReply:
    talk.said(question)
    return started(talk.requested(at))


def say(talk: Conversation, generation: int, text: str, at: float) -> tuple[Action, ...]:
    return (*talk.sentence_ready(generation, sentence(text)), *talk.sound_ready(generation, clause(text), at))


def texts(talk: Conversation, at: float) -> list[tuple[str, str]]:
    return [(turn.question, " ".join(said.text for said in turn.reply)) for turn in talk.history(at)]


class TestTurns:
    def test_opening_an_item_lets_its_host_introduce_themselves(self) -> None:
        start = started(Conversation().open("pier", 0.0))
        assert (start.item_id, start.question, start.history) == ("pier", None, ())

    def test_a_question_is_answered_with_what_was_said_before(self) -> None:
        talk = open_quietly()
        first = ask(talk, "When did it open?", 0.0)
        say(talk, first.generation, "In 1904.", 0.0)
        talk.finished(first.generation)
        second = ask(talk, "And who built it?", 9.0)
        assert second.question == "And who built it?"
        assert [(turn.question, turn.reply[0].text) for turn in second.history] == [("When did it open?", "In 1904.")]
        assert second.generation > first.generation

    def test_nobody_answers_before_an_item_is_open(self) -> None:
        talk = Conversation()
        with pytest.raises(NoItemOpenError, match=r"feed\.open"):
            talk.said("Hello?")
        with pytest.raises(NoItemOpenError):
            talk.requested(0.0)

    def test_a_request_with_nothing_said_begins_with_the_introduction_and_then_is_an_error(self) -> None:
        talk = open_quietly()
        assert started(talk.requested(0.0)).question is None
        with pytest.raises(NothingToAnswerError):
            talk.requested(1.0)

    def test_messages_before_a_request_are_answered_together(self) -> None:
        talk = open_quietly()
        talk.said("I grew up here.")
        assert ask(talk, "When did it open?", 0.0).question == "I grew up here.\nWhen did it open?"

    def test_messages_that_nobody_wants_answered_do_not_pile_up(self) -> None:
        talk = open_quietly()
        for _ in range(MAX_PENDING):
            talk.said("And another thing.")
        with pytest.raises(TooMuchUnansweredError, match=r"response\.create"):
            talk.said("And another thing.")

    def test_the_phases_follow_the_conversation(self) -> None:
        talk = open_quietly()
        assert talk.phase(0.0) is Phase.IDLE
        talk.speech_started(0.0)
        assert talk.phase(1.0) is Phase.LISTENING
        talk.speech_stopped("u1")
        assert talk.phase(2.0) is Phase.THINKING
        generation = started(talk.transcribed("u1", "When?", 2.2, answer=True)).generation
        assert talk.phase(2.3) is Phase.THINKING
        say(talk, generation, "In 1904.", 2.5)
        assert talk.phase(2.6) is Phase.SPEAKING
        talk.finished(generation)
        assert talk.phase(3.4) is Phase.SPEAKING
        assert talk.phase(3.6) is Phase.IDLE

    def test_sound_is_addressed_from_the_utterances_first_sample(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "In 1904.", 0.0)
        shown, sent = say(talk, generation, "It rained.", 0.1)
        assert isinstance(shown, SendSentence)
        assert isinstance(sent, SendSound)
        assert shown.start == sent.first == 2 * WORD
        assert [mark.start for mark in sent.marks] == [2 * WORD, 3 * WORD]


class TestCuttingIn:
    def test_speech_stops_the_host_and_what_follows_of_them_is_dropped(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "It opened in 1904 on a Monday.", 0.0)
        (stop,) = talk.speech_started(1.5)
        assert stop == StopReply(generation, "turn_detected", "It opened in")
        assert say(talk, generation, "It rained.", 1.6) == ()
        assert talk.stays_silent(generation, "unspeakable", "?") == ()
        assert talk.finished(generation) == ()
        assert texts(talk, 99.0) == [("When?", "It opened in")]

    def test_speech_does_not_stop_the_host_when_interruption_is_off(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "In 1904.", 0.0)
        assert talk.speech_started(0.1, interrupts=False) == ()
        assert talk.generation == generation

    def test_a_typed_question_stops_the_host_and_is_answered(self) -> None:
        talk = open_quietly()
        first = ask(talk, "When?", 0.0).generation
        say(talk, first, "It opened in 1904.", 0.0)
        talk.said("Who built it?")
        stop, start = talk.requested(0.6)
        assert stop == StopReply(first, "client_cancelled", "It")
        assert isinstance(start, StartReply)
        assert start.history[0].reply[0].text == "It"

    def test_who_goes_on_speaking_before_an_answer_is_heard_is_answered_once(self) -> None:
        talk = open_quietly()
        talk.speech_started(0.0)
        talk.speech_stopped("u1")
        first = started(talk.transcribed("u1", "When did it open", 1.0, answer=True))
        talk.speech_started(1.2)
        talk.speech_stopped("u2")
        second = started(talk.transcribed("u2", "and who built it?", 2.0, answer=True))
        assert second.question == "When did it open\nand who built it?"
        assert second.generation == first.generation + 1
        assert second.history == ()

    def test_words_that_come_while_the_user_speaks_again_wait_for_the_rest(self) -> None:
        talk = open_quietly()
        talk.speech_started(0.0)
        talk.speech_stopped("u1")
        talk.speech_started(0.5)
        assert talk.transcribed("u1", "When did it", 0.6, answer=True) == ()
        talk.speech_stopped("u2")
        assert started(talk.transcribed("u2", "open?", 1.5, answer=True)).question == "When did it\nopen?"

    def test_a_noise_without_words_is_not_answered(self) -> None:
        talk = open_quietly()
        talk.speech_started(0.0)
        talk.speech_stopped("u1")
        assert talk.transcribed("u1", "", 0.5, answer=True) == ()
        assert talk.phase(0.5) is Phase.IDLE

    def test_a_request_that_comes_before_the_words_waits_for_them(self) -> None:
        talk = open_quietly()
        talk.speech_stopped("u1")
        assert talk.requested(0.1) == ()
        assert started(talk.transcribed("u1", "When?", 0.5, answer=False)).question == "When?"

    def test_words_are_not_answered_unless_asked_for(self) -> None:
        talk = open_quietly()
        talk.speech_stopped("u1")
        assert talk.transcribed("u1", "When?", 0.5, answer=False) == ()
        assert started(talk.requested(0.6)).question == "When?"

    def test_opening_another_item_silences_the_first_and_forgets_its_conversation(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "In 1904.", 0.0)
        stop, remember, start = talk.open("lamp", 0.6)
        assert isinstance(stop, StopReply)
        assert isinstance(remember, Remember)
        assert (remember.item_id, remember.turn.question, remember.turn.reply[0].text) == ("pier", "When?", "In")
        assert isinstance(start, StartReply)
        assert (start.item_id, start.history) == ("lamp", ())

    def test_words_of_an_item_that_was_left_are_not_answered_by_the_next(self) -> None:
        talk = open_quietly()
        talk.speech_stopped("u1")
        talk.open("lamp", 1.0, introduce=False)
        assert talk.transcribed("u1", "When?", 1.5, answer=True) == ()


class TestCancelling:
    def test_a_cancel_stops_the_answer_and_a_second_one_is_an_error(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        assert talk.cancelled(0.1) == (StopReply(generation, "client_cancelled", ""),)
        with pytest.raises(NothingToCancelError):
            talk.cancelled(0.2)

    def test_a_cancel_of_an_older_answer_leaves_the_new_one_alone(self) -> None:
        talk = open_quietly()
        first = ask(talk, "When?", 0.0).generation
        second = ask(talk, "Who?", 0.1).generation
        with pytest.raises(NothingToCancelError):
            talk.cancelled(0.2, first)
        assert talk.generation == second

    def test_an_answer_that_was_sent_whole_can_be_cancelled_while_it_sounds_but_not_after(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "In 1904.", 0.0)
        talk.finished(generation)
        assert talk.cancelled(0.6) == (StopReply(generation, "client_cancelled", "In"),)
        second = ask(talk, "Who?", 1.0).generation
        say(talk, second, "Nobody.", 1.0)
        talk.finished(second)
        with pytest.raises(NothingToCancelError):
            talk.cancelled(1.6)


class TestWhatWasHeard:
    def test_a_client_that_never_reports_is_taken_for_a_loudspeaker(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "In 1904.", 10.0)
        say(talk, generation, "It rained.", 30.0)  # the loudspeaker was silent from 11 to 30 s
        assert texts(talk, 30.6) == [("When?", "In 1904. It")]

    def test_a_client_that_reports_is_believed(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "It opened in 1904.", 0.0)
        talk.played(generation, 2 * WORD)
        assert texts(talk, 60.0) == [("When?", "It opened")]

    def test_a_report_that_comes_after_the_cut_moves_it(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "It opened in 1904.", 0.0)
        talk.played(generation, WORD)
        talk.speech_started(2.0)
        talk.played(generation, 3 * WORD)
        assert texts(talk, 3.0) == [("When?", "It opened in")]

    def test_a_truncation_says_the_last_word(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "It opened in 1904.", 0.0)
        talk.finished(generation)
        talk.speech_started(1.9)
        talk.truncated(generation, WORD + 5, 2.0)
        talk.played(generation, 3 * WORD)
        assert texts(talk, 3.0) == [("When?", "It")]

    def test_a_truncation_of_what_still_sounds_stops_it(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "It opened in 1904.", 0.0)
        (stop,) = talk.truncated(generation, WORD, 1.4)
        assert isinstance(stop, StopReply)
        assert talk.generation is None
        assert texts(talk, 9.0) == [("When?", "It")]

    @pytest.mark.parametrize(("generation", "sample"), [(7, 0), (1, 10**9)])
    def test_a_truncation_must_name_an_answer_and_a_time_in_it(self, generation: int, sample: int) -> None:
        talk = open_quietly()
        say(talk, ask(talk, "When?", 0.0).generation, "In 1904.", 0.0)
        with pytest.raises(NothingToTruncateError):
            talk.truncated(generation, sample, 1.0)

    def test_a_report_about_an_answer_that_never_was_is_an_error(self) -> None:
        with pytest.raises(UnknownGenerationError, match="4"):
            open_quietly().played(4, 100)

    def test_a_report_about_a_forgotten_answer_is_ignored(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        talk.open("lamp", 1.0)
        talk.played(generation, 100)
        assert texts(talk, 2.0) == []

    def test_a_sentence_that_cannot_be_spoken_counts_as_read(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        talk.sentence_ready(generation, sentence("Он открылся."))
        assert talk.stays_silent(generation, "unspeakable", "?") == (SendNotice(generation, "unspeakable", "?"),)
        talk.finished(generation)
        assert texts(talk, 0.1) == [("When?", "Он открылся.")]

    def test_a_turn_is_remembered_when_the_next_but_one_begins_as_late_reports_may_change_it(self) -> None:
        talk = open_quietly()
        first = ask(talk, "When?", 0.0).generation
        say(talk, first, "It opened in 1904.", 0.0)
        talk.said("Who?")
        assert not [action for action in talk.requested(0.6) if isinstance(action, Remember)]
        talk.played(first, 2 * WORD)
        talk.said("Why?")
        (remember,) = (action for action in talk.requested(0.7) if isinstance(action, Remember))
        assert remember.turn.reply[0].text == "It opened"

    def test_how_far_the_sound_is_ahead_follows_reports_and_the_clock(self) -> None:
        talk = open_quietly()
        generation = ask(talk, "When?", 0.0).generation
        say(talk, generation, "one two three four", 0.0)
        assert talk.ahead(0.0) == 4 * WORD
        assert talk.ahead(0.5) == 3 * WORD
        talk.played(generation, 2 * WORD)
        assert talk.ahead(0.5) == 2 * WORD
        assert talk.ahead(2.0) == 0


def test_an_hour_of_conversation_on_a_virtual_clock() -> None:
    talk = open_quietly()
    at = 0.0
    generations: list[int] = []
    remembered = 0
    number = 0
    while at < 3_600.0:
        number += 1
        actions = talk.speech_started(at)
        talk.speech_stopped(f"u{number}")
        actions += talk.transcribed(f"u{number}", f"Question {number}?", at + 2.0, answer=True)
        generations.append(started(actions).generation)
        remembered += sum(isinstance(action, Remember) for action in actions)
        for _ in range(4):
            say(talk, generations[-1], "one two three four", at + 2.5)
        talk.finished(generations[-1])
        at += 6.5 if number % 3 else 30.0  # two of three answers are cut in on, after 4 of 8 seconds
    assert generations == sorted(set(generations))
    assert len(generations) > 200
    assert remembered >= len(generations) - 2
    history = texts(talk, at)
    assert len(history) <= 66  # it is bounded
    whole, cut = " ".join(["one two three four"] * 4), " ".join(["one two three four"] * 2)
    assert {said for _, said in history} == {whole, cut}


class ConversationMachine(RuleBasedStateMachine):
    """Anything may happen in any order, at any time: one live generation at most, and the dead stay silent."""

    @initialize()
    def begin(self) -> None:
        self.talk = Conversation()
        self.at = 0.0
        self.alive: int | None = None
        self.newest = 0
        self.messages = 0
        self.complete: set[int] = set()
        self.waiting: list[str] = []
        self.produced: dict[int, int] = {}

    def check(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            match action:
                case StartReply():
                    assert self.alive is None or self.alive in self.complete
                    assert action.generation == self.newest + 1
                    self.newest = self.alive = action.generation
                case StopReply():
                    assert action.generation == self.alive
                    self.alive = None
                case SendSentence() | SendNotice() | FinishReply():
                    assert action.generation == self.alive == self.newest
                    assert action.generation not in self.complete
                    if isinstance(action, FinishReply):
                        self.complete.add(action.generation)
                case SendSound():
                    assert action.generation == self.alive == self.newest
                    assert action.first == self.produced.get(action.generation, 0)
                    self.produced[action.generation] = action.first + len(action.clause.pcm)
                case Remember():
                    pass

    @rule(seconds=st.floats(0.0, 5.0))
    def time_passes(self, seconds: float) -> None:
        self.at += seconds

    @rule(name=st.sampled_from(["pier", "lamp"]), introduce=st.booleans())
    def opens(self, name: str, introduce: bool) -> None:
        self.check(self.talk.open(name, self.at, introduce=introduce))
        self.waiting.clear()

    @rule()
    def leaves(self) -> None:
        self.check(self.talk.close(self.at))
        self.waiting.clear()
        assert self.talk.history(self.at) == ()

    @rule()
    def types(self) -> None:
        try:
            self.talk.said("When?")
            self.check(self.talk.requested(self.at))
        except NoItemOpenError:
            assert self.talk.item_id is None

    @rule(interrupts=st.booleans())
    def speaks(self, interrupts: bool) -> None:
        self.check(self.talk.speech_started(self.at, interrupts=interrupts))
        if interrupts:
            assert self.talk.generation is None

    @rule()
    def pauses(self) -> None:
        self.messages += 1
        self.talk.speech_stopped(f"u{self.messages}")
        self.waiting.append(f"u{self.messages}")

    @rule(text=st.sampled_from(["", "When did it open?"]), answer=st.booleans())
    def is_understood(self, text: str, answer: bool) -> None:
        name = self.waiting.pop(0) if self.waiting else "u0"
        self.check(self.talk.transcribed(name, text, self.at, answer=answer))

    @rule(back=st.integers(0, 2), text=st.sampled_from(["One.", "One two three."]), silent=st.booleans())
    def a_sentence_is_made(self, back: int, text: str, silent: bool) -> None:
        generation = self.newest - back
        shown = self.talk.sentence_ready(generation, sentence(text))
        self.check(shown)
        if silent:
            self.check(self.talk.stays_silent(generation, "unspeakable", "?"))
        elif shown or back:
            self.check(self.talk.sound_ready(generation, clause(text), self.at))

    @rule(back=st.integers(0, 2))
    def an_answer_ends(self, back: int) -> None:
        self.check(self.talk.finished(self.newest - back))

    @rule(back=st.integers(-1, 2), sample=st.integers(0, 10 * WORD))
    def the_client_reports(self, back: int, sample: int) -> None:
        try:
            self.talk.played(self.newest - back, sample)
        except UnknownGenerationError:
            assert back < 0

    @rule(back=st.integers(0, 2), sample=st.integers(0, 3 * WORD))
    def the_client_truncates(self, back: int, sample: int) -> None:
        with contextlib.suppress(NothingToTruncateError):
            self.check(self.talk.truncated(self.newest - back, sample, self.at))

    @rule()
    def the_client_cancels(self) -> None:
        with contextlib.suppress(NothingToCancelError):
            self.check(self.talk.cancelled(self.at))

    @invariant()
    def nobody_speaks_without_an_item(self) -> None:
        if self.talk.item_id is None:
            assert self.talk.generation is None

    @invariant()
    def only_the_newest_is_alive(self) -> None:
        assert self.talk.generation in (None, self.newest)

    @invariant()
    def nothing_unsaid_is_heard(self) -> None:
        assert self.talk.ahead(self.at) >= 0
        for turn in self.talk.history(self.at):
            assert all(said.text in ("One.", "One two three.", "One", "One two") for said in turn.reply)


ConversationMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestAnythingInAnyOrder = ConversationMachine.TestCase
