"""What became of a feed between two readings of its source. Pure."""

from __future__ import annotations

import msgspec

from feed.items import FeedDocument, Item


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """The differences, in the order of the later reading.

    Attributes:
        new: items that were not there before.
        changed: items that were there and say something else now.
        gone: ids of the items that are no longer there.
    """

    new: tuple[Item, ...] = ()
    changed: tuple[Item, ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def changes(before: FeedDocument, after: FeedDocument) -> Changes:
    """Return what has to be told to who knows ``before``."""
    known = {item.id: item for item in before.items}
    kept = {item.id for item in after.items}
    return Changes(
        new=tuple(item for item in after.items if item.id not in known),
        changed=tuple(item for item in after.items if item.id in known and known[item.id] != item),
        gone=tuple(name for name in known if name not in kept),
    )
