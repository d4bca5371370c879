"""The reason why an item is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from feed.items import Item, Persona
from feed.ranking import recency_reason

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def item_of(published: datetime | None, source: str = "The Post") -> Item:
    persona = Persona(name="A", role="b", manner="c", figure="vera", voice="ava")
    return Item(
        id="1", title="t", kind="article", source=source, text="x", passages=(), persona=persona, published=published
    )


@pytest.mark.parametrize(
    ("age", "reason"),
    [
        (timedelta(minutes=5), "New today from The Post"),
        (timedelta(hours=8), "New today from The Post"),
        (timedelta(hours=10), "Published yesterday by The Post"),
        (timedelta(days=3), "Published 3 days ago by The Post"),
        (timedelta(days=13), "Published 13 days ago by The Post"),
        (timedelta(days=14), "Published 2 weeks ago by The Post"),
        (timedelta(days=31), "Published 1 month ago by The Post"),
        (timedelta(days=200), "Published 6 months ago by The Post"),
        (timedelta(days=400), "Published 1 year ago by The Post"),
        (timedelta(days=4000), "Published 10 years ago by The Post"),
        (timedelta(days=-6), "Dated 27 November 2026, still to come, from The Post"),
        (timedelta(seconds=-30), "New today from The Post"),
    ],
)
def test_the_reason_is_the_age_and_the_source(age: timedelta, reason: str) -> None:
    assert recency_reason(item_of(NOW - age), NOW) == reason


def test_an_undated_item_says_so() -> None:
    assert recency_reason(item_of(None), NOW) == "From The Post, which gives it no date"


@pytest.mark.parametrize(
    ("published", "reason"),
    [
        (NOW, "New today"),
        (NOW - timedelta(days=2), "Published 2 days ago"),
        (NOW + timedelta(days=2), "Dated 23 November 2026, still to come"),
        (None, "It carries no date"),
    ],
)
def test_a_source_without_a_name_is_not_named(published: datetime | None, reason: str) -> None:
    assert recency_reason(item_of(published, source=""), NOW) == reason


def test_the_day_begins_where_the_reader_is() -> None:
    published = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    now_in_vellin = NOW.astimezone(timezone(timedelta(hours=2)))
    assert recency_reason(item_of(published), NOW) == "Published yesterday by The Post"
    assert recency_reason(item_of(published), now_in_vellin) == "New today from The Post"
