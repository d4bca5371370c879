"""What a host says beside the answers: a word while an answer is being made, a word into a long silence."""

from __future__ import annotations

from collections.abc import Sequence

from feed.items import Item

_BRIDGES = ("Let me look.", "One moment.", "Let me find that.", "Let me see what it says.")


def bridge(count: int) -> str:
    """Return a short request for patience; ``count`` is a number that differs from one to the next."""
    return _BRIDGES[count % len(_BRIDGES)]


def prompt(item: Item, asked: Sequence[str]) -> str:
    """Return a gentle word to somebody silent: a question of the item that was not ``asked`` yet."""
    known = {question.casefold().strip() for question in asked}
    fresh = next((opener for opener in item.openers if opener.casefold().strip() not in known), None)
    if fresh is None:
        return "Ask me whatever you like about it, whenever you like."
    return f"You could ask me, for instance: {fresh}"
