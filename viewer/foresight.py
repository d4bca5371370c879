"""What to prepare for while the user looks at the feed: whose figure to load, which host to warn. Pure."""

from __future__ import annotations

from server import protocol as wire
from viewer.state import ViewState

REST_SECONDS = 0.3  # until a card that is looked at is worth preparing for
FIGURES_AHEAD = 4


def looked_at(state: ViewState, hovered: int | None = None) -> wire.Card | None:
    """Return the card that is looked at: the one under the pointer, else the chosen one; None with an item open."""
    if state.item is not None or state.status != "ready":
        return None
    if hovered is not None and 0 <= hovered < len(state.cards):
        return state.cards[hovered]
    return state.selected_card


def figures_ahead(state: ViewState, hovered: int | None = None) -> tuple[str, ...]:
    """Return who may be seen soon, the likeliest first, at most ``FIGURES_AHEAD``: with an item open its host alone,
    else the one of the card that is looked at, of the chosen one and of those after it.
    """
    if state.item is not None:
        return (state.item.figure,)
    card = looked_at(state, hovered)
    cards = (() if card is None else (card,), state.cards[state.selected :], state.cards[: state.selected][::-1])
    names = dict.fromkeys(each.figure for group in cards for each in group if each.figure is not None)
    return tuple(names)[:FIGURES_AHEAD]


class Foresight:
    """Follows what is looked at.

    Attributes:
        resting: the same card has been looked at for a while.
    """

    def __init__(self) -> None:
        self.resting = False
        self._card_id: str | None = None
        self._since = 0.0

    def follow(self, state: ViewState, now: float, hovered: int | None = None) -> tuple[wire.ClientEvent, ...]:
        """Look at ``now`` (seconds); return what to tell the server: once for each card that the user rests on."""
        card = looked_at(state, hovered)
        card_id = None if card is None else card.id
        if card_id != self._card_id:
            self._card_id, self._since, self.resting = card_id, now, False
        if card_id is None or self.resting or now - self._since < REST_SECONDS:
            return ()
        self.resting = True
        return (wire.FeedLook(item_id=card_id),)
