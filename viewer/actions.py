"""What the user does, as values: the window turns keys and the mouse into these, the state is reduced by them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from viewer.editing import Step

ScrollPane = Literal["feed", "text"]


@dataclass(frozen=True, slots=True)
class MoveSelection:
    """Choose the card ``by`` places further down (negative: up)."""

    by: int


@dataclass(frozen=True, slots=True)
class SelectCard:
    """Choose a card by its place; -1 is the last."""

    index: int


@dataclass(frozen=True, slots=True)
class OpenCard:
    """Step up to a card; None is the chosen one."""

    index: int | None = None


@dataclass(frozen=True, slots=True)
class Back:
    """Clear the input; when it is empty already, leave the item."""


@dataclass(frozen=True, slots=True)
class Insert:
    """Type or paste text."""

    text: str


@dataclass(frozen=True, slots=True)
class Compose:
    """What an input method is composing."""

    text: str


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase the selection or towards ``step``."""

    step: Step


@dataclass(frozen=True, slots=True)
class MoveCaret:
    """Move the caret, extending the selection with ``select``."""

    step: Step
    select: bool = False


@dataclass(frozen=True, slots=True)
class PlaceCaret:
    """Put the caret where the mouse pointed."""

    offset: int
    select: bool = False


@dataclass(frozen=True, slots=True)
class SelectAll:
    """Select the whole draft."""


@dataclass(frozen=True, slots=True)
class Submit:
    """Send the draft as a question."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask a ready-made question (an opener)."""

    question: str


@dataclass(frozen=True, slots=True)
class StopTalking:
    """Cut the host off without asking anything."""


@dataclass(frozen=True, slots=True)
class ToggleMicrophone:
    """Begin or end listening."""


@dataclass(frozen=True, slots=True)
class SwitchTurnTaking:
    """Switch between hands-free and push-to-talk."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Press or let go of the key that is held while speaking, in push-to-talk."""

    held: bool


@dataclass(frozen=True, slots=True)
class SetVolume:
    """Make the host as loud as this, 0..1."""

    volume: float


@dataclass(frozen=True, slots=True)
class ToggleSound:
    """Silence the host's voice, or give it back as loud as it was."""


@dataclass(frozen=True, slots=True)
class ShowEvidence:
    """Show the passages that a sentence rests on; once more hides them."""

    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CycleFocus:
    """Move the keyboard focus to the next (or previous) part of the window."""

    backwards: bool = False


@dataclass(frozen=True, slots=True)
class FocusOn:
    """Put the keyboard focus somewhere."""

    focus: Literal["feed", "input", "microphone", "text"]


@dataclass(frozen=True, slots=True)
class ScrollTo:
    """Scroll a pane to an offset in physical pixels, already clamped by the window; None follows by itself again."""

    pane: ScrollPane
    offset: float | None


@dataclass(frozen=True, slots=True)
class ShowTab:
    """Show the item's text or the conversation; None switches."""

    tab: Literal["item", "conversation"] | None = None


Action = (
    MoveSelection
    | SelectCard
    | OpenCard
    | Back
    | Insert
    | Compose
    | Erase
    | MoveCaret
    | PlaceCaret
    | SelectAll
    | Submit
    | Ask
    | StopTalking
    | ToggleMicrophone
    | SwitchTurnTaking
    | Talk
    | SetVolume
    | ToggleSound
    | ShowEvidence
    | CycleFocus
    | FocusOn
    | ScrollTo
    | ShowTab
)
