"""Measuring, wrapping and drawing text with the fonts of the assets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from server.assets import AssetStore
from viewer import theme
from viewer.fonts import FALLBACK_FACE, FontError, Fonts, find_face
from viewer.text import ELLIPSIS, Face, Typesetter, bleed

TEXT = "The council voted seven to two to move the tower, all 712 tonnes of it, on greased steel beams."


@pytest.fixture(scope="module")
def typesetter(assets: AssetStore) -> Typesetter:
    return Typesetter(Fonts(assets.path("fonts")))


def words_of(typesetter: Typesetter, text: str, width: float, max_lines: int = 0) -> list[str]:
    paragraph = typesetter.wrap(text, theme.BODY, 1.0, width, max_lines)
    return [" ".join(word.text for word in line.words) for line in paragraph.lines]


@pytest.mark.parametrize("width", [60, 140, 300, 1000])
def test_lines_keep_to_the_width_and_lose_nothing(typesetter: Typesetter, width: int) -> None:
    paragraph = typesetter.wrap(TEXT, theme.BODY, 1.0, width)
    assert paragraph.width <= width
    assert " ".join(words_of(typesetter, TEXT, width)).replace(" ", "") == TEXT.replace(" ", "")


def test_every_word_knows_its_place_in_the_text(typesetter: Typesetter) -> None:
    text = f"First.\n\n{TEXT}\nLast  one."
    for line in typesetter.wrap(text, theme.BODY, 1.0, 200).lines:
        for word in line.words:
            assert text[word.first : word.last] == word.text


def test_too_many_lines_end_in_an_ellipsis_that_fits(typesetter: Typesetter) -> None:
    paragraph = typesetter.wrap(TEXT, theme.BODY, 1.0, 180, 2)
    assert paragraph.truncated
    assert len(paragraph.lines) == 2
    assert paragraph.lines[-1].words[-1].text.endswith(ELLIPSIS)
    assert paragraph.width <= 180


def test_text_that_fits_has_no_ellipsis(typesetter: Typesetter) -> None:
    assert words_of(typesetter, "Short.", 300, 1) == ["Short."]


def test_a_word_wider_than_the_line_is_broken(typesetter: Typesetter) -> None:
    word = "Donaudampfschifffahrtsgesellschaft"
    pieces = words_of(typesetter, word, 80)
    assert len(pieces) > 1
    assert "".join(pieces) == word


def test_a_blank_line_leaves_a_gap(typesetter: Typesetter) -> None:
    one = typesetter.wrap("a\nb", theme.BODY, 1.0, 300)
    two = typesetter.wrap("a\n\nb", theme.BODY, 1.0, 300)
    assert two.height > one.height
    assert len(two.lines) == len(one.lines) == 2


def test_nothing_takes_no_room(typesetter: Typesetter) -> None:
    assert typesetter.wrap(" \n ", theme.BODY, 1.0, 300).height == 0.0


def test_spans_cover_exactly_the_passage(typesetter: Typesetter) -> None:
    first = TEXT.index("all 712")
    last = TEXT.index(", on greased")
    paragraph = typesetter.wrap(TEXT, theme.BODY, 1.0, 200)
    covered = [
        word.text
        for line in paragraph.lines
        for y, left, right in paragraph.spans(first, last)
        for word in line.words
        if line.y == y and left <= word.x < right
    ]
    assert " ".join(covered) == "all 712 tonnes of it,"
    assert paragraph.spans(len(TEXT), len(TEXT) + 9) == []


def test_twice_the_unit_is_twice_the_size(typesetter: Typesetter) -> None:
    plain = typesetter.wrap("Visavis", theme.HEADLINE, 1.0, 1000)
    dense = typesetter.wrap("Visavis", theme.HEADLINE, 2.0, 2000)
    assert dense.width == pytest.approx(2 * plain.width, rel=0.02)


def test_ink_stands_where_it_was_measured(typesetter: Typesetter) -> None:
    face = Face("semibold", 20)
    picture = typesetter.draw("H", face)
    columns = np.flatnonzero(picture.max(axis=0) > 128)
    rows = np.flatnonzero(picture.max(axis=1) > 128)
    assert bleed(face) <= columns[0] <= bleed(face) + 4
    assert columns[-1] < bleed(face) + typesetter.measure("H", face)
    assert abs(rows[-1] + 1 - typesetter.ascent(face)) <= 1  # it stands on the baseline


def test_a_phase_moves_the_ink_by_part_of_a_pixel(typesetter: Typesetter) -> None:
    face = Face("regular", 20)
    centres = [
        float(np.average(np.arange(picture.shape[1]), weights=picture.sum(axis=0, dtype=float)))
        for picture in (typesetter.draw("i", face), typesetter.draw("i", face, 2))
    ]
    assert centres[1] - centres[0] == pytest.approx(0.5, abs=0.15)


def test_scripts_written_without_blanks_break_anywhere(typesetter: Typesetter) -> None:
    assert len(words_of(typesetter, "灯台は海から離れた場所に移された", 100)) > 1


def test_letters_that_the_first_face_lacks_come_from_the_fallback(assets: AssetStore) -> None:
    fonts = Fonts(assets.path("fonts"))
    pieces = list(fonts.runs("abc नमस्ते", "regular", 20))
    assert pieces[0][0].startswith("abc")
    assert "".join(piece for piece, _ in pieces) == "abc नमस्ते"


def test_greek_with_combining_marks_stays_in_one_piece(assets: AssetStore) -> None:
    assert len(list(Fonts(assets.path("fonts")).runs("e\u0301tat", "regular", 20))) == 1


def test_a_missing_font_names_the_file_and_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(FontError, match="visavis assets"):
        Fonts(tmp_path)


def test_a_damaged_font_is_named(tmp_path: Path, assets: AssetStore) -> None:
    for path in assets.path("fonts").iterdir():
        (tmp_path / path.name).write_bytes(b"not a font")
    with pytest.raises(FontError, match="cannot be read as a font"):
        Typesetter(Fonts(tmp_path)).measure("a", Face("regular", 12))


def test_the_fallback_is_among_the_assets(assets: AssetStore) -> None:
    assert find_face(assets.path("fonts"), FALLBACK_FACE) is not None
