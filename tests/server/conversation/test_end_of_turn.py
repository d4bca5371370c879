"""When the user is done: words, silence and the sound's own opinion."""

from __future__ import annotations

import pytest

from server.conversation import BeginReply, DropReply, Eagerness, EndTurn, Manners, ScoreTurn, StartReply
from server.conversation.end_of_turn import completeness, silence_needed
from server.conversation.thresholds import PATIENCE, Completeness
from tests.server.conversation.scene import WORD, Scene

COMPLETE = [
    "When did it open?",
    "Tell me more.",
    "Yes.",
    "Stop!",
    "when did it open",
    "What is it about?",
    "Who was she with?",
    'He said "no."',
    "Is it really?",
    "What are you looking at?",
    "Yes, it is.",
    "I don't know what it is.",
]
UNFINISHED = [
    "What about the",
    "What about the.",
    "and",
    "because",
    "I like it, and",
    "Well,",
    "So...",
    "um",
    "I went to.",
    "tell me about",
    "I think that",
    "And the?",
    "I was going –",
    "the people who lived there are",
]
UNCLEAR = ["the one in the harbour", "", "1904", "the pier", "—", "I was there", "Mary rolled the barrel,"]


@pytest.mark.parametrize("text", COMPLETE)
def test_what_sounds_finished_is_complete(text: str) -> None:
    assert completeness(text) is Completeness.COMPLETE


@pytest.mark.parametrize("text", UNFINISHED)
def test_what_opens_something_is_unfinished_whatever_the_punctuation(text: str) -> None:
    assert completeness(text) is Completeness.UNFINISHED


@pytest.mark.parametrize("text", UNCLEAR)
def test_everything_else_is_unclear(text: str) -> None:
    assert completeness(text) is Completeness.UNCLEAR


def test_words_that_are_not_there_yet_are_unheard() -> None:
    assert completeness(None) is Completeness.UNHEARD


@pytest.mark.parametrize("eagerness", ["low", "medium", "high", "auto"])
def test_the_less_finished_it_sounds_the_longer_the_wait(eagerness: Eagerness) -> None:
    manners = Manners(eagerness=eagerness)
    complete, unclear, unfinished = (
        silence_needed(manners, text, None) for text in ("When did it open?", "the pier", "what about the")
    )
    assert complete < unclear < unfinished
    assert complete < silence_needed(manners, None, None) < unfinished


def test_an_eager_host_waits_less_and_a_patient_one_longer() -> None:
    for text in (None, "When did it open?", "the pier", "what about the"):
        waits = [silence_needed(Manners(eagerness=each), text, None) for each in ("high", "medium", "low")]
        assert waits == sorted(waits)
        assert len(set(waits)) == 3
    assert PATIENCE["auto"] == PATIENCE["medium"]


@pytest.mark.parametrize("text", [None, "When did it open?", "the pier", "what about the"])
def test_a_score_shortens_the_wait_and_never_makes_it_longer(text: str | None) -> None:
    waits = [silence_needed(Manners(), text, score) for score in (None, 0.0, 0.5, 0.9, 1.0)]
    assert waits[0] == waits[1]
    assert waits == sorted(waits, reverse=True)


@pytest.mark.parametrize("text", [None, "what about the"])
def test_a_score_alone_decides_nothing(text: str | None) -> None:
    assert silence_needed(Manners(), text, 1.0) >= 0.6


def test_a_silence_that_the_client_names_is_obeyed_whatever_was_said() -> None:
    manners = Manners(silence=0.85, eagerness="high")
    assert {silence_needed(manners, text, score) for text in (None, "Yes.", "and") for score in (None, 1.0)} == {0.85}


# -- in a conversation ---------------------------------------------------------------------------------------------


def ended_after(words: str, *, score: float | None = None, manners: Manners | None = None) -> float:
    """Seconds from the last word to the end of the turn."""
    scene = Scene(manners)
    scene.recognition, scene.score = 0.02, score
    scene.speak(words)
    done = scene.at
    scene.wait(3.0)
    (ended,) = scene.times(EndTurn)
    return ended - done


def test_a_question_ends_sooner_than_a_half_sentence() -> None:
    assert 0.2 <= ended_after("When did it open?") <= 0.24
    assert 0.45 <= ended_after("the one in the harbour") <= 0.49
    assert 0.8 <= ended_after("and what about the") <= 0.84


def test_a_sure_sound_ends_a_whole_question_at_the_first_pause_and_half_a_sentence_later() -> None:
    assert ended_after("When did it open?", score=1.0) <= 0.13
    assert 0.6 <= ended_after("and what about the", score=1.0) <= 0.64


def test_the_sound_is_not_asked_about_where_it_would_not_pay() -> None:
    scene = Scene()
    scene.recognition = 0.15  # by then there is less left to wait than the question costs
    scene.speak("When did it open?")
    scene.wait(1.0)
    assert scene.of(ScoreTurn) == []


def test_a_stock_client_gets_the_silence_that_it_asked_for() -> None:
    assert 0.7 <= ended_after("When did it open?", score=1.0, manners=Manners(silence=0.7)) <= 0.74


def test_a_recogniser_that_is_late_does_not_keep_the_turn_open_forever() -> None:
    scene = Scene()
    scene.recognition = 2.0
    scene.speak("When did it open?")
    done = scene.at
    scene.wait(4.0)
    assert 0.7 <= scene.times(EndTurn)[0] - done <= 0.74
    assert scene.of(EndTurn)[0].text is None
    assert scene.questions == ["When did it open?"]


def test_a_pause_inside_a_turn_does_not_end_it() -> None:
    scene = Scene()
    scene.speak("I would like to know about the")
    scene.wait(0.7)
    scene.speak("old harbour.")
    scene.wait(1.0)
    assert [turn.text for turn in scene.of(EndTurn)] == ["I would like to know about the old harbour."]


# -- replies made ahead of the end -----------------------------------------------------------------------------------


def test_a_reply_is_made_before_the_turn_is_over_and_sent_the_moment_it_is() -> None:
    scene = Scene()
    scene.speak("the one in the harbour")
    done = scene.at
    scene.wait(3.0)
    (begun,) = scene.times(BeginReply)
    assert scene.times(StartReply)[0] - done < 0.2 < begun - done
    assert len(scene.of(StartReply)) == 1
    assert begun == scene.times(EndTurn)[0]
    assert scene.player.played[1] == 7 * WORD  # all of it was heard


def test_a_reply_made_ahead_is_thrown_away_unheard_when_the_user_goes_on() -> None:
    scene = Scene()
    scene.speak("the one in the harbour")
    scene.wait(0.3)
    scene.speak("with the red roof.")
    scene.wait(3.0)
    first, second = scene.of(StartReply)
    assert scene.of(DropReply) == [DropReply(first.generation)]
    assert [begun.generation for begun in scene.of(BeginReply)] == [second.generation]
    assert second.question == "the one in the harbour with the red roof."
    assert second.history == ()
    scene.wait(5.0)
    assert [turn[0] for turn in scene.remembered] == ["the one in the harbour with the red roof."]


def test_a_reply_made_ahead_stands_when_a_breath_changes_nothing_in_the_words() -> None:
    scene = Scene()
    scene.speak("the one in the harbour")
    scene.wait(0.2)
    scene.wait(0.064, voice=True)
    scene.wait(3.0)
    assert len(scene.of(StartReply)) == len(scene.of(BeginReply)) == 1
    assert scene.of(DropReply) == []


def test_nothing_is_made_ahead_of_half_a_sentence_or_where_no_answer_is_asked_for() -> None:
    scene = Scene()
    scene.speak("and what about the")
    scene.wait(0.5)
    assert scene.of(StartReply) == []
    silent = Scene(Manners(answers=False))
    silent.speak("When did it open?")
    silent.wait(2.0)
    assert silent.of(StartReply) == []
