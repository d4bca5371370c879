"""Items and turns as others need them: cards and opened items for the wire, episodes for the store. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from feed.items import Episode, Item
from feed.replies import Turn
from server import protocol

LEAD_CHARS = 240


def card(item: Item, reason: str = "") -> protocol.Card:
    """Return an item as a page of the feed shows it."""
    return protocol.Card(
        id=item.id,
        title=item.title,
        kind=item.kind,
        source=item.source,
        lead=_lead(item.text),
        reason=reason,
        host=item.persona.name,
        published=item.published.isoformat() if item.published else None,
        url=item.url,
        image=item.image,
        figure=item.persona.figure,
    )


def opened(item: Item, voice: str) -> protocol.FeedOpened:
    """Return an item as the one who stepped up to it sees it; ``voice`` is the one that will be heard."""
    return protocol.FeedOpened(
        item=card(item),
        text=item.text,
        passages=[protocol.OpenedPassage(id=part.id, start=part.start, end=part.end) for part in item.passages],
        host=item.persona.name,
        role=item.persona.role,
        figure=item.persona.figure,
        voice=voice,
        openers=list(item.openers),
    )


def episodes(item_id: str, turn: Turn) -> Iterator[Episode]:
    """Yield what a turn leaves in the store: what was asked and what was heard of the answer."""
    now = datetime.now(UTC)
    if turn.question:
        yield Episode(at=now, kind="asked", item_id=item_id, text=turn.question)
    if turn.reply:
        evidence = dict.fromkeys(passage for sentence in turn.reply for passage in sentence.evidence)
        text = " ".join(sentence.text for sentence in turn.reply)
        yield Episode(at=now, kind="answered", item_id=item_id, text=text, evidence=tuple(evidence))


def _lead(text: str) -> str:
    lead = " ".join(text.split())
    if len(lead) <= LEAD_CHARS:
        return lead
    return lead[:LEAD_CHARS].rsplit(" ", 1)[0].rstrip(",;:.") + "…"
