"""Why an item is shown, in words. For now the order is newest first, and the reason is its date and source."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from feed.items import Item


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """An item in the place where the feed shows it, and the reason in words."""

    item: Item
    reason: str


def recency_reason(item: Item, now: datetime) -> str:
    """Return why a newest-first feed shows ``item`` at ``now`` (timezone-aware; its zone says when a day begins)."""
    source = item.source
    if item.published is None:
        return f"From {source}, which gives it no date" if source else "It carries no date"
    published = item.published.astimezone(now.tzinfo)
    origin = f" from {source}" if source else ""
    if published > now + timedelta(minutes=1):
        return f"Dated {published.day} {published:%B %Y}, still to come,{origin}".rstrip(",")
    days = (now.date() - published.date()).days
    if days <= 0:
        return f"New today{origin}"
    if days == 1:
        return f"Published yesterday{_by(source)}"
    return f"Published {_age(days)} ago{_by(source)}"


def _by(source: str) -> str:
    return f" by {source}" if source else ""


def _age(days: int) -> str:
    for length, unit in ((365, "year"), (30, "month"), (7, "week")):
        if days >= 2 * length or (days >= length and unit != "week"):
            count = days // length
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{days} days"
