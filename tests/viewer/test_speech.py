"""Captions: which words of which sentence at which sample."""

from __future__ import annotations

from server.protocol import WireMark
from viewer.speech import Speech


def word(text: str, start: int, end: int) -> WireMark:
    return WireMark(kind="word", start=start, end=end, text=text)


def sentence(text: str, start: int, *evidence: str) -> WireMark:
    return WireMark(kind="sentence", start=start, end=start, text=text, evidence=list(evidence))


def spoken() -> Speech:
    first = [sentence("Yes, he did.", 0, "p1"), word("Yes", 100, 200), word("he", 300, 400), word("did", 400, 500)]
    second = [sentence("In 1999!", 1000, "p2", "p3"), word("In", 1000, 1100), word("1999", 1200, 1500)]
    return Speech(1, "r1").extended(first).extended(second)


def test_nothing_is_shown_before_the_first_sentence() -> None:
    late = Speech(1, "r1").extended([sentence("Later.", 50)])
    assert late.caption_at(49) is None


def test_words_appear_when_they_begin_with_their_punctuation() -> None:
    caption = spoken().caption_at(350)
    assert caption is not None
    assert caption.text[: caption.revealed] == "Yes, he"
    assert caption.current == (5, 7)
    assert spoken().caption_at(150).text[: spoken().caption_at(150).revealed] == "Yes,"  # type: ignore[union-attr]


def test_no_word_is_current_in_a_pause() -> None:
    caption = spoken().caption_at(250)
    assert caption is not None
    assert caption.current is None


def test_the_next_sentence_brings_its_own_evidence() -> None:
    caption = spoken().caption_at(1000)
    assert caption is not None
    assert caption.evidence == ("p2", "p3")
    assert caption.text == "In 1999!"


def test_the_same_sample_gives_the_same_caption_however_the_marks_were_cut() -> None:
    marks = [sentence("One two three.", 0, "p1"), word("One", 0, 10), word("two", 20, 30), word("three", 40, 50)]
    at_once = Speech(1, "r").extended(marks)
    one_by_one = Speech(1, "r")
    for mark in marks:
        one_by_one = one_by_one.extended([mark])
    for sample in range(0, 60, 5):
        assert at_once.caption_at(sample) == one_by_one.caption_at(sample)


def test_repeated_words_are_found_in_order() -> None:
    speech = Speech(1, "r").extended([sentence("no, no, no", 0), word("no", 0, 1), word("no", 2, 3), word("no", 4, 5)])
    assert [w.first for w in speech.sentences[0].words] == [0, 4, 8]


def test_a_word_that_the_sentence_does_not_hold_is_still_shown() -> None:
    caption = Speech(1, "r").extended([word("Hello", 0, 5), word("there", 6, 9)]).caption_at(7)
    assert caption is not None
    assert caption.text == "Hello there"


def test_heard_is_what_had_begun() -> None:
    assert spoken().heard_until(301) == "Yes, he"
    assert spoken().heard_until(1001) == "Yes, he did. In"
    assert spoken().heard_until(0) == ""


def test_phonemes_and_moods_are_not_captions() -> None:
    speech = Speech(1, "r").extended([WireMark(kind="phoneme", start=0, end=9, text="ə")])
    assert speech.sentences == ()
