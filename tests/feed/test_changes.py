"""What became of a feed between two readings."""

from __future__ import annotations

import msgspec

from feed.changes import changes
from feed.items import FeedDocument, Item
from tests.server.doubles import item


def feed(*items: Item) -> FeedDocument:
    return FeedDocument(title="Doubles", items=items, skipped=(), source="here")


def test_a_feed_that_says_the_same_has_no_changes() -> None:
    assert not changes(feed(item("pier"), item("lamp")), feed(item("lamp"), item("pier")))


def test_what_is_new_changed_and_gone_is_told_apart() -> None:
    told = msgspec.structs.replace(item("lamp"), title="The lamp is out")
    found = changes(feed(item("pier"), item("lamp")), feed(told, item("boat")))
    assert (found.new, found.changed, found.gone) == ((item("boat"),), (told,), ("pier",))
    assert found
