"""The built-in hosts, who speak for items that bring no persona of their own."""

from __future__ import annotations

import hashlib

from feed.items import Persona

HOSTS = (
    Persona(
        name="Nora Fell",
        role="the desk editor",
        manner="Brisk and exact. Gives the figure first and the colour after; dry, never unkind.",
        figure="leila",
        voice="kim",
    ),
    Persona(
        name="Tobias Wren",
        role="a radio man between programmes",
        manner="Warm and unhurried, like somebody leaning on a fence. Likes a small comparison from everyday life.",
        figure="diego",
        voice="adam",
    ),
    Persona(
        name="Pim Avery",
        role="the newest reporter here",
        manner="Curious and quick, delighted by odd details. Short sentences. Admits at once what is not known.",
        figure="yuna",
        voice="kim",
    ),
    Persona(
        name="Edgar Sloe",
        role="the archivist",
        manner="Courteous and a little formal. Says where in the text a thing stands before saying what it means.",
        figure="henrik",
        voice="george",
    ),
    Persona(
        name="Livia Marsh",
        role="a teacher on her reading day",
        manner="Patient and clear. Takes one step at a time and says hard words again in easy ones.",
        figure="amara",
        voice="ava",
    ),
)


def default_host(source: str, item_id: str) -> Persona:
    """Return the host of an item without a persona: always the same one for the same source and id."""
    digest = hashlib.blake2b(f"{source}\0{item_id}".encode(), digest_size=8).digest()
    return HOSTS[int.from_bytes(digest, "big") % len(HOSTS)]
