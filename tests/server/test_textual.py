"""A conversation in text alone: several questions are one conversation, and the JSON is what scripts rely on."""

from __future__ import annotations

import json

import msgspec
import pytest

from feed.replies import Sentence
from server.errors import BadQuestionError, EmptyFeedError, UnknownChoiceError
from server.textual import hold_conversation
from tests.server.doubles import DoubleHost, DoubleShelf, item

SHELF = [item("pier"), item("lamp", days_old=2)]


def test_the_json_is_the_published_one() -> None:
    transcript = hold_conversation(DoubleShelf(SHELF), DoubleHost(), "pier", ["When?"])
    written = json.loads(msgspec.json.encode(transcript))
    seconds = written["turns"][0].pop("seconds_to_first_sentence")
    assert isinstance(seconds, float)
    assert written == {
        "item": "pier",
        "turns": [
            {
                "question": "When?",
                "reply": [
                    {"text": "It opened in 1904.", "evidence": ["p1"]},
                    {"text": "It cost nine pounds.", "evidence": ["p2"]},
                ],
            }
        ],
    }


def test_later_questions_know_the_earlier_turns_and_all_of_it_is_remembered() -> None:
    host, shelf = DoubleHost(), DoubleShelf(SHELF)
    hold_conversation(shelf, host, "pier", ["When did it open?", " And what did it cost? "])
    question, history = host.asked[-1]
    assert question == "And what did it cost?"
    assert [(turn.question, len(turn.reply)) for turn in history] == [("When did it open?", 2)]
    assert [episode.kind for episode in shelf.episodes] == ["asked", "answered"] * 2


def test_the_time_is_that_to_the_first_sentence() -> None:
    seconds = iter([10.0, 10.5])
    transcript = hold_conversation(DoubleShelf(SHELF), DoubleHost(), "pier", ["When?"], clock=lambda: next(seconds))
    assert transcript.turns[0].seconds_to_first_sentence == 0.5


def test_the_host_is_prepared_for_the_item_before_the_first_question() -> None:
    host = DoubleHost()
    hold_conversation(DoubleShelf(SHELF), host, "lamp", ["When?"])
    assert host.warmed == ["lamp"]


def test_without_an_id_the_newest_item_is_asked() -> None:
    assert hold_conversation(DoubleShelf(SHELF), DoubleHost(), None, ["When?"]).item == "pier"


def test_an_unknown_id_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(UnknownChoiceError, match="'ship'; it has pier, lamp"):
        hold_conversation(DoubleShelf(SHELF), DoubleHost(), "ship", ["When?"])


def test_an_empty_feed_is_said() -> None:
    with pytest.raises(EmptyFeedError):
        hold_conversation(DoubleShelf([]), DoubleHost(), None, ["When?"])


@pytest.mark.parametrize("questions", [[], [""], ["When?", "  "], ["x" * 2_001]])
def test_bad_questions_are_refused_before_any_is_asked(questions: list[str]) -> None:
    host = DoubleHost()
    with pytest.raises(BadQuestionError):
        hold_conversation(DoubleShelf(SHELF), host, "pier", questions)
    assert host.asked == []


def test_an_answer_without_a_sentence_is_an_empty_one() -> None:
    host = DoubleHost([Sentence(text="x")])
    host.sentences = []
    assert hold_conversation(DoubleShelf(SHELF), host, "pier", ["When?"]).turns[0].reply == ()
