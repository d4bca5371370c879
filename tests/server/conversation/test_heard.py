"""What was heard, for every way in which the news of it may come."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from avatar.marks import SAMPLE_RATE, Clause
from feed.replies import Sentence
from server.conversation import Conversation, Manners, Remember, StartReply
from server.errors import NothingToTruncateError, UnknownGenerationError
from tests.server.conversation.scene import ANSWER, WORD, Scene, clause

WORDS = ANSWER.split()
SECONDS = WORD / SAMPLE_RATE  # of a word


def asked(talk: Conversation | None = None, question: str = "When?", at: float = 0.0) -> tuple[Conversation, int]:
    """A conversation whose host said ``ANSWER`` at time 0, all of it handed out at once."""
    if talk is None:
        talk = Conversation(Manners())
        talk.open("pier", 0.0, introduce=False)
    talk.said(question, at)
    (start,) = [command for command in talk.requested(at) if isinstance(command, StartReply)]
    talk.sentence_ready(start.generation, Sentence(text=ANSWER, evidence=("p1",)), at)
    talk.sound_ready(start.generation, clause(ANSWER), at)
    talk.finished(start.generation, at)
    return talk, start.generation


def reply(talk: Conversation, at: float, turn: int = 0) -> str:
    return " ".join(part.text for part in talk.history(at)[turn].reply)


@given(st.integers(0, len(WORDS) * WORD))
def test_the_history_keeps_exactly_the_words_begun_before_the_last_played_sample(sample: int) -> None:
    talk, generation = asked()
    talk.cancelled(0.5)
    talk.played(generation, sample, 0.6)
    begun = sum(index * WORD < sample for index in range(len(WORDS)))
    assert reply(talk, 9.0).split() == WORDS[:begun]


@given(st.integers(0, len(WORDS) * WORD))
def test_the_next_reply_knows_that_it_was_cut_off_and_where(sample: int) -> None:
    talk, generation = asked()
    talk.cancelled(0.5)
    talk.played(generation, sample, 0.6)
    heard = reply(talk, 0.7).split()
    talk.said("And then?", 0.7)
    (start,) = [command for command in talk.requested(0.7) if isinstance(command, StartReply)]
    cut_after = start.history[0].cut_after
    assert cut_after == (None if heard == WORDS else " ".join(heard[-6:]))


def test_a_reply_that_was_heard_out_was_not_cut_off() -> None:
    talk, _ = asked()
    assert talk.history(9.0)[0].cut_after is None


def test_without_a_report_it_is_what_a_loudspeaker_would_have_played() -> None:
    talk, _ = asked()
    talk.cancelled(2.2 * SECONDS)
    assert reply(talk, 60.0).split() == WORDS[:3]


def test_sound_that_came_late_left_the_loudspeaker_silent_meanwhile() -> None:
    talk = Conversation(Manners())
    talk.open("pier", 0.0, introduce=False)
    talk.said("When?", 0.0)
    talk.requested(0.0)
    talk.sentence_ready(1, Sentence(text="In 1904."), 10.0)
    talk.sound_ready(1, clause("In 1904."), 10.0)
    talk.sentence_ready(1, Sentence(text="It rained."), 30.0)
    talk.sound_ready(1, clause("It rained."), 30.0)  # the loudspeaker was silent from 10.5 to 30 s
    assert reply(talk, 30.1) == "In 1904. It"


def test_between_two_reports_the_clock_goes_on_from_the_last_one() -> None:
    talk, generation = asked()
    talk.played(generation, WORD, 1.0)  # it began 0.75 s late
    talk.cancelled(1.0 + 1.5 * SECONDS)
    assert reply(talk, 60.0).split() == WORDS[:3]


def test_a_report_within_two_seconds_of_the_cut_counts_and_a_later_one_does_not() -> None:
    for delay, words in ((1.9, 5), (2.1, 2)):
        talk, generation = asked()
        talk.cancelled(1.5 * SECONDS)
        talk.played(generation, 4 * WORD + 1, 1.5 * SECONDS + delay)
        assert reply(talk, 60.0).split() == WORDS[:words]


def test_what_is_remembered_waits_for_the_report_and_no_longer() -> None:
    talk, generation = asked()
    early = talk.cancelled(1.5 * SECONDS)
    assert not [command for command in early if isinstance(command, Remember)]
    talk.played(generation, 3 * WORD, 1.0)
    assert talk.wake_at is not None
    (remember,) = [command for command in talk.woken(talk.wake_at) if isinstance(command, Remember)]
    assert remember.turn.reply[0].text.split() == WORDS[:3]
    assert not [command for command in talk.woken(60.0) if isinstance(command, Remember)]


def test_doubled_and_reordered_reports_change_nothing() -> None:
    talk, generation = asked()
    talk.cancelled(1.0)
    for sample in (3 * WORD, WORD, 3 * WORD, 2 * WORD):
        talk.played(generation, sample, 1.1)
    assert reply(talk, 9.0).split() == WORDS[:3]


def test_a_report_beyond_what_was_sent_is_held_to_it() -> None:
    talk, generation = asked()
    talk.played(generation, 10**9, 0.1)
    assert reply(talk, 9.0) == ANSWER


def test_a_truncation_is_the_last_word() -> None:
    talk, generation = asked()
    talk.truncated(generation, WORD + 5, 1.0)
    talk.played(generation, 3 * WORD, 1.1)
    assert reply(talk, 9.0).split() == WORDS[:2]
    assert talk.generation is None


@pytest.mark.parametrize(("generation", "sample"), [(7, 0), (1, 10**9)])
def test_a_truncation_must_name_an_answer_and_a_time_in_it(generation: int, sample: int) -> None:
    talk, _ = asked()
    with pytest.raises(NothingToTruncateError):
        talk.truncated(generation, sample, 0.5)


def test_a_report_about_an_answer_that_never_was_is_an_error_and_about_a_forgotten_one_is_ignored() -> None:
    talk, generation = asked()
    with pytest.raises(UnknownGenerationError, match="4"):
        talk.played(4, 100, 0.1)
    talk.open("lamp", 1.0)
    talk.played(generation, 100, 1.1)


def test_a_sentence_of_which_only_the_first_half_was_made_was_not_heard_whole() -> None:
    talk = Conversation(Manners())
    talk.open("pier", 0.0, introduce=False)
    talk.said("When?", 0.0)
    talk.requested(0.0)
    talk.sentence_ready(1, Sentence(text="It opened in 1904, on a Monday."), 0.0)
    talk.sound_ready(1, clause("It opened in 1904,"), 0.0)
    talk.cancelled(5.0)
    assert reply(talk, 9.0) == "It opened in 1904,"
    assert talk.history(9.0)[0].cut_after == "It opened in 1904,"


def test_a_sentence_that_was_announced_and_never_sounded_was_not_heard() -> None:
    talk, _ = asked()
    talk.said("Why?", 5.0)
    talk.requested(5.0)
    talk.sentence_ready(2, Sentence(text="It rained."), 5.0)
    talk.cancelled(6.0)
    assert talk.history(9.0)[1].reply == ()
    assert talk.history(9.0)[1].cut_after == ""


def test_a_voice_that_does_not_say_when_its_words_sound_is_heard_by_its_share() -> None:
    talk = Conversation(Manners())
    talk.open("pier", 0.0, introduce=False)
    talk.said("When?", 0.0)
    talk.requested(0.0)
    talk.sentence_ready(1, Sentence(text=ANSWER), 0.0)
    talk.sound_ready(1, Clause(np.zeros(2 * SAMPLE_RATE, np.int16), (), ANSWER), 0.0)
    talk.finished(1, 0.0)
    talk.cancelled(1.0)
    talk.played(1, SAMPLE_RATE, 1.0)
    assert reply(talk, 9.0) == "It opened in 1904"


def test_what_is_only_read_counts_as_read() -> None:
    talk = Conversation(Manners(aloud=False))
    talk.open("pier", 0.0, introduce=False)
    talk.said("When?", 0.0)
    talk.requested(0.0)
    talk.sentence_ready(1, Sentence(text=ANSWER), 0.0)
    assert reply(talk, 0.0) == ANSWER


def test_an_unspeakable_sentence_counts_as_read_when_its_place_is_reached() -> None:
    talk, _ = asked()
    talk.said("Why?", 5.0)
    talk.requested(5.0)
    talk.sentence_ready(2, Sentence(text="Он открылся."), 5.0)
    talk.stays_silent(2, "unspeakable", "?", 5.0)
    assert talk.history(5.0)[1].reply[0].text == "Он открылся."


def test_while_it_is_held_the_loudspeaker_stands_still() -> None:
    scene = Scene()
    scene.reports = False
    scene.write("When?")
    scene.wait(0.6)
    scene.understands = lambda said: ""
    scene.cough(0.3)
    scene.wait(0.15)
    held = scene.talk.history(scene.at)
    scene.wait(0.05)
    assert scene.talk.history(scene.at) == held
    scene.wait(5.0)
    assert scene.remembered == [("When?", ANSWER, None)]
