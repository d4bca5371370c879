"""The sample feed is what the README promises."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from feed.items import FeedDocument
from feed.sources import load

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def document() -> FeedDocument:
    return load(str(SAMPLES / "feed.json"))


def test_every_item_of_the_sample_feed_is_good(document: FeedDocument) -> None:
    assert document.skipped == ()
    assert len(document.items) >= 12


def test_items_have_the_length_of_a_short_conversation(document: FeedDocument) -> None:
    assert all(120 <= len(item.text.split()) <= 400 for item in document.items)


def test_there_are_several_hosts_of_many_figures_and_all_voices(document: FeedDocument) -> None:
    personas = {item.persona for item in document.items}
    assert len({persona.name for persona in personas}) >= 5
    assert len({persona.figure for persona in personas}) >= 6
    assert {persona.voice for persona in personas} == {"ava", "adam", "kim", "george"}


def test_some_items_are_persons_who_speak_for_themselves(document: FeedDocument) -> None:
    persons = [item for item in document.items if item.kind == "person"]
    assert len(persons) >= 3
    assert all(item.persona.name in item.text for item in persons)


def test_every_item_can_be_opened_with_a_question(document: FeedDocument) -> None:
    assert all(item.openers and all(opener.endswith(("?", ".")) for opener in item.openers) for item in document.items)
    assert all(item.published for item in document.items)


def test_no_markup_is_left_in_any_text(document: FeedDocument) -> None:
    assert not any(sign in item.text for item in document.items for sign in ("<", ">", "&", "Subscribe", "tracking"))


def test_the_pictures_are_small_and_can_be_opened(document: FeedDocument) -> None:
    pictures = [Path(item.image) for item in document.items if item.image]
    assert len(pictures) >= 2
    for path in pictures:
        assert path.stat().st_size <= 120_000
        with Image.open(path) as picture:
            assert picture.size == (1200, 675)
