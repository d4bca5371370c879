"""What the host shows and says beside the answers."""

from __future__ import annotations

from server.conversation import Attend, Conversation, MakeBridge, Manners, SendSentence, StartReply
from server.conversation.thresholds import PROMPT_AFTER, REST_AFTER
from tests.server.conversation.scene import ANSWER, Scene


def said(scene: Scene) -> list[str]:
    return [command.sentence.text for command in scene.of(SendSentence)]


def test_the_host_listens_hears_thinks_and_then_speaks() -> None:
    scene = Scene()
    scene.thinking = 0.4
    scene.speak("When did it open?")
    scene.wait(2.0)
    assert scene.attention == ["listening", "heard", "thinking", "idle"]


def test_it_shows_within_a_tenth_of_a_second_that_it_heard() -> None:
    scene = Scene()
    scene.speak("When did it open?")
    done = scene.at
    scene.wait(1.0)
    (heard,) = [at for at, command in scene.said if command == Attend("heard")]
    assert heard - done <= 0.1


def test_half_a_sentence_is_not_heard_out_and_who_goes_on_is_listened_to() -> None:
    scene = Scene()
    scene.speak("I would like to know something about the")
    scene.wait(0.4)
    assert "heard" not in scene.attention
    scene.speak("old harbour.")
    scene.wait(0.1)
    assert scene.attention == ["listening", "heard"]


def test_an_answer_that_is_late_gets_a_bridge_and_the_next_one_does_not() -> None:
    scene = Scene()
    scene.thinking = 3.0
    scene.speak("When did it open?")
    done = scene.at
    scene.wait(6.0)
    assert said(scene) == ["One moment.", ANSWER]
    assert 0.7 <= scene.times(MakeBridge)[0] - done <= 0.75
    for question in ("Who built it?", "What did it cost?"):
        scene.speak(question)
        scene.wait(8.0)
    assert said(scene) == ["One moment.", ANSWER, ANSWER, "One moment.", ANSWER]
    assert len({command.generation for command in scene.of(SendSentence)}) == 3


def test_a_bridge_that_comes_after_the_answer_is_not_said_and_counts_for_nothing() -> None:
    scene = Scene()
    scene.thinking, scene.synthesis = 0.8, 0.3
    scene.speak("When did it open?")
    scene.wait(5.0)
    assert len(scene.of(MakeBridge)) == 1
    assert said(scene) == [ANSWER]
    scene.thinking, scene.synthesis = 3.0, 0.05
    scene.speak("Who built it?")
    scene.wait(8.0)
    assert said(scene) == [ANSWER, "One moment.", ANSWER]


def test_an_answer_in_time_needs_no_bridge_nor_does_one_that_is_read() -> None:
    scene = Scene()
    scene.thinking = 0.4
    scene.speak("When did it open?")
    scene.wait(3.0)
    assert scene.of(MakeBridge) == []
    read = Scene(Manners(aloud=False))
    read.thinking = 3.0
    read.write("When did it open?")
    read.wait(5.0)
    assert read.of(MakeBridge) == []


def test_nobody_is_bridged_while_they_speak() -> None:
    scene = Scene()
    scene.thinking = 3.0
    scene.write("When did it open?")
    scene.wait(0.4)
    scene.speak("I mean the pier of the old town, not the new one", 2.0)
    assert scene.of(MakeBridge) == []


def test_after_a_long_silence_there_is_one_gentle_word_and_then_rest() -> None:
    scene = Scene()
    scene.speak("When did it open?")
    scene.wait(5.0)
    scene.wait(PROMPT_AFTER)
    assert said(scene) == [ANSWER, "Ask me anything."]
    scene.wait(REST_AFTER + 3.0)
    assert scene.attention[-1] == "resting"
    scene.wait(600.0)
    assert said(scene) == [ANSWER, "Ask me anything."]
    assert scene.attention[-1] == "resting"


def test_who_speaks_again_wakes_the_host_and_the_next_silence_counts_anew() -> None:
    scene = Scene()
    scene.wait(PROMPT_AFTER + REST_AFTER + 5.0)
    scene.speak("When did it open?")
    scene.wait(3.0)
    assert scene.attention[-4:] == ["listening", "heard", "thinking", "idle"]
    scene.wait(PROMPT_AFTER + 5.0)
    assert said(scene) == ["Ask me anything.", ANSWER, "Ask me anything."]


def test_a_host_with_nothing_to_add_stays_silent_and_nobody_hears_of_it() -> None:
    talk = Conversation(Manners(prompt_after=10.0))
    talk.open("pier", 0.0, introduce=False)
    (start,) = talk.woken(10.0)
    assert isinstance(start, StartReply)
    assert start.kind == "prompt"
    dropped = talk.finished(start.generation, 10.1)
    assert [type(command).__name__ for command in dropped] == ["DropReply"]
    assert talk.generation is None
    assert talk.history(11.0) == ()


def test_a_prompt_that_is_being_made_gives_way_to_the_user() -> None:
    talk = Conversation(Manners(prompt_after=10.0))
    talk.open("pier", 0.0, introduce=False)
    talk.woken(10.0)
    commands = talk.speech_started(1, 10.05)
    assert [type(command).__name__ for command in commands] == ["DropReply", "AnnounceTurn", "Attend"]


def test_nobody_is_prompted_who_did_not_ask_for_it_or_who_reads() -> None:
    for manners in (Manners(prompt_after=None), Manners(aloud=False)):
        scene = Scene(manners)
        scene.wait(200.0)
        assert scene.of(StartReply) == []
