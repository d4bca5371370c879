"""Written English is read the way people read it, and every spoken word points at what was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avatar.voice import number_words
from avatar.voice.spoken import SENTENCE_ENDS, sentences


def said(text: str) -> str:
    """The words of a text as they are spoken, with the pauses between sentences only."""
    lines = [" ".join(token.spoken for token in sentence if token.spoken) for sentence in sentences(text)]
    return " | ".join(line.replace(",", "") for line in lines)


READINGS = [
    # money
    ("$3.50", "three dollars and fifty cents"),
    ("$1", "one dollar"),
    ("£0.99", "ninety-nine pence"),
    ("£0.01", "one penny"),
    ("$1,234", "one thousand two hundred and thirty-four dollars"),
    ("€1,000.50", "one thousand euros and fifty cents"),
    ("$5.00", "five dollars"),
    ("£420,000", "four hundred and twenty thousand pounds"),
    ("$1.4 million", "one point four million dollars"),
    ("£1.5m", "one point five million pounds"),
    ("€2bn", "two billion euros"),
    ("$20k", "twenty thousand dollars"),
    ("$3-5 million", "three to five million dollars"),
    ("a $5 note", "a five dollar note"),
    ("-$5", "minus five dollars"),
    ("US$5", "five US dollars"),
    ("5 EUR", "five euros"),
    ("USD 20", "twenty US dollars"),
    ("12,50 and 5 €", "twelve fifty and five euros"),
    ("5¢", "five cents"),
    ("¥500", "five hundred yen"),
    # dates
    ("14 March", "the fourteenth of March"),
    ("the 14th of March", "the fourteenth of March"),
    ("March 14, 2026", "March fourteenth twenty twenty-six"),
    ("3 March 1905", "the third of March nineteen oh five"),
    ("Sept. 5", "September fifth"),
    ("3-5 May", "the third to the fifth of May"),
    ("2026-11-21", "the twenty-first of November twenty twenty-six"),
    ("21/11/2026", "the twenty-first of November twenty twenty-six"),
    ("11/21/2026", "the twenty-first of November twenty twenty-six"),
    ("21.11.2026", "the twenty-first of November twenty twenty-six"),
    ("1/2/99", "the first of February nineteen ninety-nine"),
    ("Sun. 5 May", "Sunday the fifth of May"),
    # years
    ("in 1984", "in nineteen eighty-four"),
    ("in 2005", "in two thousand and five"),
    ("in 2026", "in twenty twenty-six"),
    ("in 1900", "in nineteen hundred"),
    ("in 2000", "in two thousand"),
    ("in 1066", "in ten sixty-six"),
    ("the 1990s", "the nineteen nineties"),
    ("the '60s", "the sixties"),
    ("mid-1990s", "mid nineteen nineties"),
    ("pre-1914", "pre nineteen fourteen"),
    ("1939-1945", "nineteen thirty-nine to nineteen forty-five"),
    ("2019–20", "twenty nineteen to twenty"),
    # times
    ("1:40 a.m. it", "one forty A.M. it"),
    ("at 9:00", "at nine o'clock"),
    ("at 12:30pm", "at twelve thirty P.M."),
    ("at 13:05", "at thirteen oh five"),
    ("at 9am", "at nine A.M."),
    ("7.30 p.m. on", "seven thirty P.M. on"),
    ("9:00–10:30", "nine o'clock to ten thirty"),
    ("10am-5pm", "ten A.M. to five P.M."),
    # numbers
    ("1,234,567.89", "one million two hundred and thirty-four thousand five hundred and sixty-seven point eight nine"),
    ("0.5", "zero point five"),
    ("-3", "minus three"),
    ("−3", "minus three"),
    ("007", "zero zero seven"),
    ("3rd", "third"),
    ("the 21st", "the twenty-first"),
    ("112th", "one hundred and twelfth"),
    ("1.4 million", "one point four million"),
    ("10-12 people", "ten to twelve people"),
    ("10,000-20,000", "ten thousand to twenty thousand"),
    ("1/2", "one half"),
    ("3/4", "three quarters"),
    ("2 1/2", "two and a half"),
    ("2½", "two and a half"),
    ("5/8ths", "five eighths"),
    ("7/41", "seven over forty-one"),
    ("24/7", "twenty-four seven"),
    ("4/5 stars", "four out of five stars"),
    ("a 4x4", "a four by four"),
    ("2.5x", "two point five times"),
    ("2:1", "two to one"),
    ("12345678901234567890", number_words.digits("12345678901234567890")),
    ("9" * 100, "a number of one hundred digits"),
    # scores
    ("won 6-3, 6-4", "won six three six four"),
    ("lost 3-6", "lost three six"),
    ("won 4-0", "won four nil"),
    ("pages 3-6", "pages three to six"),
    # measures
    ("5 kg", "five kilograms"),
    ("1 km", "one kilometre"),
    ("60 mph", "sixty miles an hour"),
    ("100 km/h", "one hundred kilometres an hour"),
    ("5%", "five percent"),
    ("5–10%", "five to ten percent"),
    ("5°C", "five degrees Celsius"),
    ("-5 °F", "minus five degrees Fahrenheit"),
    ("10 km²", "ten square kilometres"),
    ("a 10-km run", "a ten kilometre run"),
    ("6'2\"", "six feet two"),
    ("5ft 10in", "five feet ten inches"),
    ("12 in. of rain", "twelve inches of rain"),
    ("5 in the morning", "five in the morning"),
    # telephone numbers and codes
    ("+44 20 7946 0958", "plus four four two oh seven nine four six oh nine five eight"),
    ("555-0123", "five five five oh one two three"),
    ("(555) 123-4567", "five five five one two three four five six seven"),
    ("COVID-19", "COVID nineteen"),
    ("H2O", "H two O"),
    ("5G", "five G"),
    ("A380", "A. three eighty"),
    ("192.168.0.1", "one hundred and ninety-two point one hundred and sixty-eight point zero point one"),
    # abbreviations
    ("Dr. Ada Smith", "Doctor Ada Smith"),
    ("St. Paul's", "Saint Paul's"),
    ("Baker St. is", "Baker Street is"),
    ("Mr. and Mrs. Brown", "Mister and Missus Brown"),
    ("No. 7", "Number seven"),
    ("No, no.", "No no"),
    ("e.g. this", "for example this"),
    ("i.e. that", "that is that"),
    ("us vs. them", "us versus them"),
    ("pens, etc., more", "pens et cetera more"),
    ("NATO", "Nato"),
    ("the FBI", "the FBI"),
    ("the US", "the U.S."),
    ("tell us", "tell us"),
    ("U.S. troops", "U.S. troops"),
    ("THIS IS LOUD", "this is loud"),
    ("C++", "C plus plus"),
    # Roman numerals
    ("Henry VIII's wives", "Henry the eighth's wives"),
    ("Pope John Paul II", "Pope John Paul the second"),
    ("World War II", "World War two"),
    ("World War I", "World War one"),
    ("King James I", "King James the first"),
    ("James I think so", "James I think so"),
    ("Malcolm X", "Malcolm X"),
    ("Rocky IV", "Rocky four"),
    ("vitamin C", "vitamin C"),
    # symbols and addresses
    ("fish & chips", "fish and chips"),
    ("5 + 3 = 8", "five plus three equals eight"),
    ("E = mc²", "E equals mc squared"),
    ("https://www.example.com/news/?id=5", "example dot com slash news"),
    ("ana.b@bbc.co.uk", "ana dot b at bbc dot co dot U.K."),
    ("#OpenData by @ana", "hashtag Open Data by at ana"),
    ("hi 😀 there", "hi there"),
    ("*bold* _and_ `code`", "bold and code"),
    # foreign letters
    ("Zoë in Łódź", "Zoe in Lodz"),
    ("the word привет means hi", "the word means hi"),
]


@pytest.mark.parametrize(("written", "spoken"), READINGS, ids=[written[:24] for written, _ in READINGS])
def test_it_is_read_as_people_say_it(written: str, spoken: str) -> None:
    assert said(written) == spoken


@pytest.mark.parametrize(("written", "_"), READINGS, ids=[written[:24] for written, _ in READINGS])
def test_what_is_spoken_has_neither_digits_nor_symbols(written: str, _: str) -> None:
    assert re.fullmatch(r"[A-Za-z' .|-]+", said(written))


def test_a_spoken_number_points_at_the_written_one() -> None:
    text = "It cost $3.50, on 14 March."
    (sentence,) = sentences(text)
    assert [text[token.start : token.end] for token in sentence] == ["It", "cost", "$3.50", "on", "14", "March"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Smith met Mrs. Jones. They left.", 2),
        ("He lives at 12 Baker St. London is big.", 2),
        ("She lives in the U.S. He does not.", 2),
        ("At 5 p.m. Then it rained.", 2),
        ("At 5 p.m. it rained.", 1),
        ("J. K. Rowling wrote it.", 1),
        ("It costs 3.50 today.", 1),
        ("Wait... what? Yes!", 2),
        ("Title without a stop\n\nAnd a paragraph.", 2),
        ("- one\n- two\n- three", 3),
        ("wrapped over\ntwo lines", 1),
        ('"Really?" he asked.', 2),
        ("", 0),
        ("😀 — … !?", 0),
    ],
)
def test_sentences_end_where_a_reader_stops(text: str, count: int) -> None:
    assert len(list(sentences(text))) == count


@pytest.mark.parametrize(
    ("text", "pauses"),
    [
        ("well, yes", [",", "."]),
        ("one; two: three", [";", ":", "."]),
        ("now — or later", ["—", "", "."]),
        ("a (b) c", [",", ",", "."]),
        ("so… what", ["…", "."]),
        ("is it?", ["", "?"]),
        ("well-known", ["."]),
        ("and/or", ["", "."]),
    ],
)
def test_punctuation_becomes_pauses(text: str, pauses: list[str]) -> None:
    assert [token.pause for sentence in sentences(text) for token in sentence] == pauses


_PIECES = [
    'Dr.', 'St.', 'a.m.', '10', '1990', 'May', 'XIV', '£5m', 'km', '1/2', 'http://', 'x@y.', 'No.', '6-3', '+44',
    'II', '¹', '٣', '①', '000', '½', '漢', 'д', '😀', 'é', '\n', ' ', '.', ',', '-', '–', '/', '$', '%', '°', "'",
    ':', '(',
]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.characters()), max_size=24).map("".join))
def test_any_text_gives_tokens_in_order_that_can_be_said(text: str) -> None:
    position = 0
    for sentence in sentences(text):
        assert sentence[-1].pause in SENTENCE_ENDS
        for token in sentence:
            assert position <= token.start < token.end <= token.gap <= len(text)
            assert re.fullmatch(r"[A-Za-z' ,.-]*", token.spoken)
            position = token.end


@pytest.mark.parametrize("piece", ["a", "1", "1-", "a.", "x@", "$", "1,2"])
@pytest.mark.timeout(20)
def test_a_hostile_text_is_read_in_bounded_work(piece: str) -> None:
    text = piece * 10_000
    assert sum(len(token.spoken) for sentence in sentences(text) for token in sentence) < 40 * len(text)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (21, "twenty-one"),
        (100, "one hundred"),
        (101, "one hundred and one"),
        (1001, "one thousand and one"),
        (1100, "one thousand one hundred"),
        (1_000_000_000_000, "one trillion"),
        (-7, "minus seven"),
    ],
)
def test_cardinals(number: int, words: str) -> None:
    assert number_words.cardinal(number) == words


def test_a_number_too_long_to_say_is_an_error() -> None:
    with pytest.raises(ValueError, match="15 digits"):
        number_words.cardinal(10**15)
