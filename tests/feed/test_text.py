"""Cleaning, sentences and passages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.items import Passage
from feed.text import (
    PASSAGE_LONG,
    SENTENCE_LONG,
    clean,
    content_words,
    cut_passages,
    one_line,
    sentence_spans,
    sentences,
    unwrap,
)


@pytest.mark.parametrize(
    "expected",
    [
        ["Mr. Smith paid Dr. Who.", "She left."],
        ["It cost £3.50 on Jan. 5 at 4 p.m. Monday.", "Nobody complained."],
        ["He works for J. R. Hartley.", "So did I.", "Then we stopped."],
        ['"Stop!" he said.', '"Why?" she asked.', "Nobody knew."],
        ['She said "I do."', "They went home."],
        ["Turn to p. 12 and No. 7.", "No.", "It was not there."],
        ["Well... that was it.", "Wait… what?", "Yes!"],
        ["He lives in the U.S.", "He likes it.", "The U.S. Navy came, e.g. in ships, i.e. slowly."],
        ["1. Buy bread.", "2. Eat it."],
        ["(It rained.)", "It stopped."],
        ["Version 2.0.1 is out.", "See example.com for more."],
        ["They met at St. Maur.", "“Good,” she said."],
    ],
)
def test_sentences_end_where_a_reader_would_stop(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_line_break_ends_a_sentence() -> None:
    assert sentences("How it works\nBread rises") == ["How it works", "Bread rises"]


def test_chinese_and_japanese_stops_end_sentences_without_a_space() -> None:
    assert sentences("他来了。她走了！") == ["他来了。", "她走了！"]


def test_cleaning_removes_controls_bidi_tricks_and_invisible_characters() -> None:
    hidden = "a\x00b\x1bc\u202ed\u2066e\u200bf\ufeffg\u00adh\U000e0041i\ud800j\x7fk"
    assert clean(hidden) == "abcdefghijk"


def test_cleaning_keeps_joiners_that_scripts_and_emoji_need() -> None:
    assert clean("می\u200cخواهم 👩\u200d🔬") == "می\u200cخواهم 👩\u200d🔬"


def test_cleaning_limits_stacked_marks() -> None:
    assert len(clean("z" + "\u0335" * 500)) <= 4


def test_cleaning_keeps_lines_and_paragraphs_and_single_spaces() -> None:
    assert clean(" a \t b \r\n c\r\n \r\n\r\n\u2029 d\xa0e ") == "a b\nc\n\nd e"


def test_hard_wrapped_lines_are_joined_and_verse_is_not() -> None:
    wrapped = (
        "This line is long enough to have been wrapped by an editor\nand goes on here.\n\nRoses are red\nviolets blue"
    )
    assert unwrap(wrapped).split("\n\n")[0].count("\n") == 0
    assert unwrap(wrapped).endswith("Roses are red\nviolets blue")


def test_one_line_is_cut_at_a_word() -> None:
    assert one_line("The ferry\nis late,  again and again", 20) == "The ferry is late…"
    assert one_line("short", 20) == "short"


def test_content_words_leave_out_what_says_nothing() -> None:
    assert content_words("How long is the Hedge, and who planted the hedge?") == ["hedge", "planted"]


def test_a_question_of_stop_words_keeps_them() -> None:
    assert content_words("Who are you?") == ["who", "are", "you"]


def test_passages_are_one_to_three_sentences_of_one_paragraph() -> None:
    text = (
        "One short. Two short. Three short. Four short.\n\n"
        + "This sentence has a fair length of its own, it does. " * 6
    )
    passages = cut_passages(text.strip())
    assert [passage.text for passage in passages][:2] == ["One short. Two short. Three short.", "Four short."]
    assert all(1 <= len(sentences(passage.text)) <= 3 for passage in passages)


def test_a_text_without_stops_is_still_cut() -> None:
    passages = cut_passages("word " * 1000 + "x" * 5000)
    assert max(len(passage.text) for passage in passages) <= SENTENCE_LONG


def test_the_feeds_own_passages_stay_and_the_rest_is_cut_around_them() -> None:
    text = "One is here. Two is there. Three is last."
    own = Passage(id="p1", text="Two is there.", start=13, end=26)
    assert [(passage.id, passage.text) for passage in cut_passages(text, (own,))] == [
        ("p2", "One is here."),
        ("p1", "Two is there."),
        ("p3", "Three is last."),
    ]


prose = st.text(st.sampled_from("aB1 .!?\n\"'(),;:-…”“。é") | st.characters(), max_size=800)


@given(prose)
def test_passages_hold_every_visible_character_once_and_in_order(raw: str) -> None:
    text = clean(raw)
    passages = cut_passages(text)
    position = 0
    for passage in passages:
        assert passage.text == text[passage.start : passage.end] != ""
        assert passage.text == passage.text.strip()
        assert text[position : passage.start].strip() == ""
        assert "\n\n" not in passage.text
        assert len(passage.text) <= max(PASSAGE_LONG, SENTENCE_LONG)
        position = passage.end
    assert text[position:].strip() == ""
    assert [passage.id for passage in passages] == [f"p{number}" for number in range(1, len(passages) + 1)]


@given(prose)
def test_sentences_hold_every_visible_character_once_and_in_order(text: str) -> None:
    position = 0
    for start, end in sentence_spans(text):
        assert position <= start < end
        assert text[position:start].strip() == ""
        position = end
    assert text[position:].strip() == ""


@given(prose)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)
