"""Recorded speech arrives with the times of its phones, whichever way its TextGrid is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.recordings import ARPABET, HELD_OUT, TUNING, Interval, Recording, read_text_grid, recording

DATA = Path(__file__).parents[1] / "data"

LONG = """File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 1.5
tiers? <exists>
size = 2
item []:
    item [1]:
        class = "IntervalTier"
        name = "word"
        xmin = 0
        xmax = 1.5
        intervals: size = 1
        intervals [1]:
            xmin = 0
            xmax = 1.5e0
            text = "the ""ledger"" 7 "
    item [2]:
        class = "TextTier"
        name = "pitch"
        xmin = 0
        xmax = 1.5
        points: size = 1
        points [1]:
            number = 0.5
            mark = "120"
"""
SHORT = (
    '"ooTextFile"\n"TextGrid"\n0\n1.5\n<exists>\n2\n"IntervalTier"\n"word"\n0\n1.5\n1\n0\n1.5\n"the ""ledger"" 7"\n'
    '"TextTier"\n"pitch"\n0\n1.5\n1\n0.5\n"120"\n'
)


def bobby() -> Recording:
    return recording("bobby", DATA / "bobby.wav", DATA / "bobby_phones.TextGrid", DATA / "bobby_words.TextGrid")


@pytest.mark.parametrize("text", [LONG, SHORT])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_both_formats_and_encodings_of_a_text_grid_say_the_same(tmp_path: Path, text: str, encoding: str) -> None:
    path = tmp_path / "speech.TextGrid"
    path.write_bytes(text.encode(encoding))
    assert read_text_grid(path) == {"word": (Interval(0.0, 1.5, 'the "ledger" 7'),)}


@pytest.mark.parametrize("text", [LONG[:-200], SHORT.replace("TextGrid", "Sound"), "", SHORT.replace("1.5", '"x"')])
def test_a_damaged_text_grid_is_refused_by_name(tmp_path: Path, text: str) -> None:
    path = tmp_path / "speech.TextGrid"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"speech\.TextGrid is no whole TextGrid"):
        read_text_grid(path)


def test_phones_are_ipa_and_silence_is_a_gap() -> None:
    spoken = bobby()
    assert "".join(phone.symbol for phone in spoken.phones) == "bɑbiɹɪptðəlɛdʒɚ"
    assert [phone.symbol for phone in spoken.phones if phone.stressed] == ["ɑ", "ɪ", "ɛ"]
    assert [word.label for word in spoken.words] == ["BOBBY", "RIPPED", "THE", "LEDGER"]
    assert spoken.phones[0].start == pytest.approx(0.0647, abs=1e-4)
    for phone, following in zip(spoken.phones, spoken.phones[1:], strict=False):
        assert phone.start < phone.end <= following.start + 1e-9


def test_the_sound_is_mono_at_its_own_rate() -> None:
    spoken = bobby()
    assert spoken.rate == 48_000
    assert spoken.pcm.shape == (57_342,)
    assert spoken.seconds == pytest.approx(1.1946, abs=1e-4)
    assert 0.1 < abs(spoken.pcm).max() <= 1.0


def test_a_text_grid_without_phones_is_refused() -> None:
    with pytest.raises(ValueError, match="no tier phones or phone or phons, only word, phrase"):
        recording("bobby", DATA / "bobby.wav", DATA / "bobby_words.TextGrid", DATA / "bobby_words.TextGrid")


def test_an_unknown_symbol_is_refused_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "speech.TextGrid"
    path.write_text((DATA / "bobby_phones.TextGrid").read_text().replace('"JH"', '"QX1"'))
    with pytest.raises(ValueError, match=r"'QX1' at 0\.91"):
        recording("bobby", DATA / "bobby.wav", path, DATA / "bobby_words.TextGrid")


def test_every_arpabet_sound_has_a_symbol() -> None:
    assert len(ARPABET) == 40
    assert not any(symbol.isupper() for symbol in ARPABET.values())


@pytest.mark.parametrize(
    ("name", "label", "symbol"), [("im_twelve", "aw", "aʊ"), ("damon", "@", "ə"), ("damon", "m", "m")]
)
def test_each_corpus_is_read_in_its_own_spelling(tmp_path: Path, name: str, label: str, symbol: str) -> None:
    path = tmp_path / "speech.TextGrid"
    path.write_text(SHORT.replace('"word"', '"phones"').replace('the ""ledger"" 7', label))
    phones = recording(name, DATA / "bobby.wav", path, DATA / "bobby_words.TextGrid").phones
    assert [phone.symbol for phone in phones] == [symbol]


def test_what_is_held_out_is_not_what_the_mouth_was_tuned_with() -> None:
    assert not {file for files in TUNING.values() for file in files} & {
        file for files in HELD_OUT.values() for file in files
    }
