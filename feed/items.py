"""What a feed holds: items, their passages, and the persona that speaks for each. Typed structs, no I/O."""

from __future__ import annotations

from datetime import datetime

import msgspec

KINDS = ("article", "picture", "person", "coach", "story", "lesson")


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of an item's text that a reply can rest on.

    Attributes:
        id: unique in its item ("p1", "p2", ...; a feed may name its own), the word a sentence cites.
        text: exactly ``item.text[start:end]``.
        start: offset of the first character in ``Item.text``.
        end: offset after the last character.
    """

    id: str
    text: str
    start: int
    end: int


class Persona(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks for an item.

    Attributes:
        name: what they call themselves.
        role: a few words ("harbour reporter"), spoken in the introduction.
        manner: how they talk, one or two sentences, for the language model only.
        figure: name of the figure that the viewer draws; an unknown name falls back to the default figure.
        voice: name of the speech voice; an unknown name falls back to the figure's default voice.
    """

    name: str
    role: str
    manner: str
    figure: str
    voice: str


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One feed item as the rest of the house sees it: validated, plain text, cut into passages.

    Attributes:
        id: unique in the store.
        title: plain text, one line.
        kind: one of ``KINDS``.
        source: the feed's or author's name, for the card.
        url: http(s) address of the original, or None.
        published: timezone-aware, or None when the source does not say.
        language: BCP 47 tag ("en" when unknown).
        text: the whole body as plain text; paragraphs are separated by a blank line.
        passages: cover ``text`` in order, without overlap.
        summary: the source's own short version as plain text, or "".
        image: http(s) address or absolute local path (only for a local feed) of a picture, or None.
        persona: who speaks for it.
        goal: what the host is after in the conversation, or "".
        openers: questions that a reader may start with.
    """

    id: str
    title: str
    kind: str
    source: str
    text: str
    passages: tuple[Passage, ...]
    persona: Persona
    url: str | None = None
    published: datetime | None = None
    language: str = "en"
    summary: str = ""
    image: str | None = None
    goal: str = ""
    openers: tuple[str, ...] = ()


class Skipped(msgspec.Struct, frozen=True, kw_only=True):
    """An item of a feed that was left out, and why, in words."""

    position: int
    id: str
    reason: str


class FeedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What a source gave: the good items, and a reason for each bad one.

    Attributes:
        title: the feed's name.
        items: the good items, ids unique, in the source's order.
        skipped: the others.
        source: the address or absolute path that it came from; the same source put again updates its items.
    """

    title: str
    items: tuple[Item, ...]
    skipped: tuple[Skipped, ...] = ()
    source: str = ""


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was said or done, kept for good.

    Attributes:
        at: when, timezone-aware.
        kind: what ("opened", "asked", "answered", "left", ...).
        item_id: the item that it was about, or "".
        text: the words, where there were any.
        evidence: ids of the passages that the words rest on.
    """

    at: datetime
    kind: str
    item_id: str = ""
    text: str = ""
    evidence: tuple[str, ...] = ()
