"""Cutting in: what stops the host, what does not, and how they go on."""

from __future__ import annotations

import pytest

from avatar.marks import SAMPLE_RATE
from server.conversation import AnnounceTurn, DropTurn, EndTurn, Manners, StopReply, Yield
from server.conversation.interruption import BACKCHANNELS, Verdict, plain_words, same_words, verdict
from tests.server.conversation.scene import ANSWER, WORD, Scene

LONG = "It opened in 1904 on a Monday in May and the whole town came down to see it in the rain."
HOST = plain_words(LONG)


@pytest.mark.parametrize("text", ["Mhm.", "Yeah.", "uh-huh", "Right, okay.", "Yeah, yeah. I see.", "Hmm…", "Oh, wow!"])
def test_signs_of_listening_are_backchannels(text: str) -> None:
    assert verdict(text, HOST) is Verdict.BACKCHANNEL


@pytest.mark.parametrize("text", ["Yeah, but why?", "Okay, stop.", "No.", "Wait!", "Right now?", "What?", "Stop"])
def test_words_that_want_the_floor_are_speech(text: str) -> None:
    assert verdict(text, HOST) is Verdict.SPEECH


@pytest.mark.parametrize("text", ["It opened in 1904.", "a Monday in May and the", "the whole down", "1904"])
def test_the_hosts_own_words_are_their_echo(text: str) -> None:
    assert verdict(text, HOST) is (Verdict.ECHO if text != "the whole down" else Verdict.SPEECH)


def test_a_question_in_the_hosts_words_is_speech() -> None:
    assert verdict("Who built the whole pier and when?", HOST) is Verdict.SPEECH
    assert verdict("It opened in 1904.", []) is Verdict.SPEECH


def test_a_sound_without_words_is_nothing() -> None:
    assert verdict("", HOST) is verdict("...", HOST) is Verdict.NOTHING


def test_the_list_holds_words_as_they_are_compared() -> None:
    assert all(same_words(entry, entry.upper()) and entry == entry.strip() for entry in BACKCHANNELS)


# -- in a conversation ---------------------------------------------------------------------------------------------


def speaking(manners: Manners | None = None) -> Scene:
    """A scene in which the host has been speaking for a second."""
    scene = Scene(manners)
    scene.answers = (LONG,)
    scene.write("When?")
    scene.wait(1.2)
    assert scene.player.sounds
    return scene


def test_the_host_ducks_within_a_tenth_of_a_second_and_is_silent_within_three() -> None:
    scene = speaking()
    onset = scene.at
    scene.speak("Who paid for it?")
    ducked, held = scene.times(Yield)[:2]
    assert scene.yields[:2] == ["duck", "hold"]
    assert ducked - onset <= 0.1
    assert held - onset <= 0.25


def test_speech_stops_the_host_and_is_answered() -> None:
    scene = speaking()
    scene.speak("Who paid for it?")
    scene.wait(1.0)
    assert [stop.reason for stop in scene.of(StopReply)] == ["turn_detected"]
    assert [turn.text for turn in scene.of(EndTurn)] == ["Who paid for it?"]
    assert scene.questions == ["When?", "Who paid for it?"]
    assert "resume" not in scene.yields


def test_the_client_is_told_of_the_turn_before_it_is_told_that_the_answer_is_cancelled() -> None:
    scene = speaking()
    scene.speak("Who paid for it?")
    kinds = [type(command) for _, command in scene.said]
    assert kinds.index(AnnounceTurn) < kinds.index(StopReply)


@pytest.mark.parametrize("words", ["Mhm.", "Yeah.", ""])
def test_a_backchannel_or_a_cough_stops_nothing_and_no_word_is_lost_or_repeated(words: str) -> None:
    scene = speaking()
    scene.understands = lambda said: words
    scene.cough(0.35)
    over = scene.at
    scene.wait(1.0)
    assert scene.yields[-1] == "resume"
    assert scene.times(Yield)[-1] - over < 1.0
    assert not any(scene.of(kind) for kind in (StopReply, AnnounceTurn, EndTurn))
    assert len(scene.of(DropTurn)) == 1
    scene.wait(10.0)
    assert scene.player.played[1] == len(LONG.split()) * WORD
    assert scene.remembered[0] == ("When?", LONG, None)


def test_a_backchannel_that_goes_on_is_speech() -> None:
    scene = speaking()
    scene.speak("Yeah,", 0.3)
    scene.wait(0.15)
    scene.speak("but why?")
    scene.wait(2.0)
    assert scene.questions[-1] == "Yeah, but why?"


def test_the_hosts_own_echo_stops_nothing_and_makes_them_wary_of_mere_sound() -> None:
    scene = speaking()
    scene.understands = lambda said: "it opened in 1904 on a"
    scene.cough(1.5)
    scene.wait(2.0)
    assert scene.of(StopReply) == []
    assert scene.player.sounds
    before = len(scene.yields)
    scene.cough(0.6)
    assert len(scene.yields) == before  # not even ducked
    scene.wait(0.5)
    scene.understands = lambda said: said
    scene.speak("Stop, please.", 1.0)
    scene.wait(1.0)
    assert [stop.reason for stop in scene.of(StopReply)] == ["turn_detected"]


def test_a_knock_ducks_the_host_for_a_moment_only() -> None:
    scene = speaking()
    scene.wait(0.064, voice=True)
    scene.wait(0.5)
    assert scene.yields == ["duck", "resume"]


def test_a_long_noise_that_the_recogniser_finds_no_word_in_is_talked_over() -> None:
    scene = speaking()
    scene.understands = lambda said: ""
    scene.cough(2.5)
    assert scene.yields == ["duck", "hold", "resume"]
    assert scene.player.sounds


def test_long_speech_is_taken_for_speech_where_the_recogniser_says_nothing() -> None:
    scene = speaking()
    scene.recognition = 5.0
    scene.speak("I have a question about the people who built it", 3.0)
    assert len(scene.of(StopReply)) == 1


def test_a_recogniser_that_is_late_lets_the_host_go_on_and_then_stops_them() -> None:
    scene = speaking()
    scene.recognition = 2.0
    scene.speak("Who paid for it?", 0.8)
    over = scene.at
    scene.wait(1.0)
    assert scene.yields == ["duck", "hold", "resume"]
    assert scene.times(Yield)[-1] - over < 1.0
    scene.wait(4.0)
    assert len(scene.of(StopReply)) == 1
    assert scene.questions[-1] == "Who paid for it?"


def test_a_client_that_does_not_yield_plays_on_until_it_is_cancelled_and_hears_of_no_backchannel() -> None:
    scene = speaking(Manners(yields=False))
    scene.understands = lambda said: "Mhm."
    scene.player.take = lambda command: None  # type: ignore[method-assign]  # it knows nothing of yielding
    scene.reports = False
    before = [heard.text for heard in scene.talk.history(scene.at)[-1].reply]
    scene.cough(0.4)
    scene.wait(1.0)
    assert scene.of(AnnounceTurn) == []
    after = [heard.text for heard in scene.talk.history(scene.at)[-1].reply]
    assert len(after[0].split()) - len(before[0].split()) >= 5  # the loudspeaker did not stand still


def test_where_speech_does_not_interrupt_the_answer_to_it_waits_for_the_end() -> None:
    scene = speaking(Manners(interrupts=False))
    scene.speak("Who paid for it?")
    scene.wait(1.0)
    assert not any(scene.of(kind) for kind in (Yield, StopReply))
    assert len(scene.of(EndTurn)) == 1
    assert scene.questions == ["When?"]
    scene.wait(6.0)
    assert scene.questions == ["When?", "Who paid for it?"]
    assert scene.player.played[1] == len(LONG.split()) * WORD


def test_who_goes_on_before_a_word_of_the_answer_was_heard_is_answered_once() -> None:
    scene = Scene()
    scene.thinking = 3.0
    scene.speak("When did it open?")
    scene.wait(0.6)
    scene.speak("And who built it?")
    scene.wait(6.0)
    assert scene.questions == ["When did it open?", "When did it open?\nAnd who built it?"]
    scene.wait(5.0)
    assert [turn[0] for turn in scene.remembered] == ["When did it open?\nAnd who built it?"]


def test_a_cough_while_the_host_thinks_costs_nothing_but_is_not_talked_over() -> None:
    scene = Scene()
    scene.understands = lambda said: said
    scene.thinking = 0.6
    scene.write("When?")
    scene.wait(0.4)
    scene.cough(0.4)
    assert not scene.player.received  # the answer is there and waits
    scene.wait(5.0)
    assert scene.questions == ["When?"]
    assert scene.player.played[1] == len(ANSWER.split()) * WORD


def test_typing_interrupts_too() -> None:
    scene = speaking()
    scene.write("Who paid for it?")
    assert [stop.reason for stop in scene.of(StopReply)] == ["client_cancelled"]
    assert scene.questions == ["When?", "Who paid for it?"]


def test_after_a_false_alarm_the_history_is_what_really_sounded() -> None:
    scene = speaking()
    scene.understands = lambda said: "Mhm."
    scene.cough(0.4)
    scene.wait(1.5)
    scene.understands = lambda said: said
    scene.speak("Who paid for it?")
    scene.wait(3.0)
    played = scene.player.played[1]
    begun = (played + WORD - 1) // WORD
    assert scene.talk.history(scene.at)[0].reply[0].text.split() == LONG.split()[:begun]
    assert played < 4.5 * SAMPLE_RATE


def test_a_yes_over_the_end_of_the_hosts_question_answers_it() -> None:
    scene = Scene()
    scene.answers = ("It opened in 1904. Shall I go on?",)
    scene.write("When?")
    scene.wait(1.9)
    scene.speak("Yes.", 0.4)
    scene.wait(2.0)
    assert scene.questions == ["When?", "Yes."]
