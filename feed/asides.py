"""What a host says beside the answers: a word while an answer is being made, a word into a long silence."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from feed.composing import speaks_as_author, temper
from feed.items import Item, Persona
from feed.lines import Line
from feed.orders import gives_orders, sayable
from feed.reading import Reading

# While the answer is being made; nothing in them is about anything.
_BRIDGES = {
    "formal": (
        "Let me see where that stands.",
        "Allow me a moment.",
        "I shall look that up.",
        "One moment, if you please.",
        "Let me make sure of it.",
    ),
    "warm": (
        "Let me have a look for you.",
        "Now, let me see.",
        "Give me a moment.",
        "Let me think where that was.",
        "Bear with me a second.",
    ),
    "curious": (
        "Ooh, let me check!",
        "Hang on, I want to see that myself.",
        "Good one, let me look!",
        "One second, I'm on it!",
        "Wait, let me find that!",
    ),
    "brisk": ("Let me look.", "One moment.", "Checking.", "Let me find that.", "Just a second."),
}
_BRIDGES_SELF = (
    "Let me think back.",
    "Now, how was that?",
    "Give me a moment.",
    "Let me remember it right.",
    "Wait, I'll tell you.",
)
# Into a silence: something of the item that was not told yet.
_PROMPTS = {
    "formal": ("If you wish, I could say something about {thing}.", "We have not yet come to {thing}."),
    "warm": ("There's {thing} too, whenever you like.", "If you like, I'll tell you about {thing}."),
    "curious": ("Oh, and there's {thing}! Want to hear about that?", "We haven't even got to {thing} yet!"),
    "brisk": ("There's also {thing}, if you want it.", "I haven't told you about {thing} yet."),
}
_AT_REST = "Ask me whatever you like about it, whenever you like."
_SHORTEST_NAME = 3


def bridge(item: Item, count: int, last: str = "") -> str:
    """Return a short request for patience in the manner of the item's host.

    Args:
        item: who speaks.
        count: turns so far; each gives another sentence.
        last: what was said for patience before, which is not said again now.
    """
    choices = _BRIDGES_SELF if speaks_as_author(item) else _BRIDGES[temper(item.persona)]
    chosen = _turn(choices, item.persona, count)
    return chosen if chosen != last else _turn(choices, item.persona, count + 1)


def prompt(reading: Reading, heard: Sequence[str], used: frozenset[str], count: int) -> tuple[str, tuple[str, ...]]:
    """Return a gentle word to somebody silent, with the passage that holds what it names.

    Args:
        reading: the item.
        heard: all that was asked and heard so far.
        used: passages that were told already.
        count: turns so far.
    """
    item = reading.item
    said = " ".join(heard).casefold()
    found = next(((name, line) for line in _untold(reading, used) if (name := _thing(reading, line, said))), None)
    if found is not None:
        thing, line = found
        return _turn(_PROMPTS[temper(item.persona)], item.persona, count).format(thing=thing), (line.passage_id,)
    openers = [sayable(opener) for opener in item.openers if not gives_orders(opener)]
    fresh = next((opener for opener in openers if opener.casefold().strip(" ?") not in said), None)
    return (f"You could ask me, for instance: {fresh}" if fresh else _AT_REST), ()


def _untold(reading: Reading, used: frozenset[str]) -> list[Line]:
    return [line for line in reading.lines if line.passage_id not in used and not (line.order or line.asks)]


def _thing(reading: Reading, line: Line, said: str) -> str:
    """A person or place that ``line`` names and nobody spoke of yet, or ""."""
    for name in line.names:
        full = reading.cast.full(name.text)
        if gives_orders(line.text):
            return ""
        known = full in reading.cast.people or " " in name.text
        fresh = all(word not in said for word in full.casefold().split() if len(word) >= _SHORTEST_NAME)
        if known and fresh and not name.opening and full.casefold() not in reading.item.persona.name.casefold():
            return full
    return ""


def _turn(choices: tuple[str, ...], persona: Persona, count: int) -> str:
    return choices[(zlib.crc32(persona.name.encode()) + count) % len(choices)]
