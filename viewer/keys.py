"""Which key does what. Pure: a key press and the state give an action."""

from __future__ import annotations

import pygame

from viewer import actions
from viewer.actions import Action
from viewer.editing import Step
from viewer.state import ViewState

PAGE = 5  # cards
VOLUME_STEP = 0.1
_COMMAND = pygame.KMOD_CTRL | pygame.KMOD_META
_ENTER = (pygame.K_RETURN, pygame.K_KP_ENTER)
_CARET: dict[int, tuple[Step, Step]] = {  # plain, and with Ctrl
    pygame.K_LEFT: ("left", "word_left"),
    pygame.K_RIGHT: ("right", "word_right"),
    pygame.K_HOME: ("start", "start"),
    pygame.K_END: ("end", "end"),
}
_ERASE: dict[int, tuple[Step, Step]] = {
    pygame.K_BACKSPACE: ("left", "word_left"),
    pygame.K_DELETE: ("right", "word_right"),
}
_CHOOSE = {pygame.K_UP: -1, pygame.K_DOWN: 1, pygame.K_PAGEUP: -PAGE, pygame.K_PAGEDOWN: PAGE}


_LOUDER = {
    pygame.K_PLUS: VOLUME_STEP, pygame.K_EQUALS: VOLUME_STEP, pygame.K_KP_PLUS: VOLUME_STEP,
    pygame.K_MINUS: -VOLUME_STEP, pygame.K_KP_MINUS: -VOLUME_STEP,
}  # fmt: skip


def released(key: int, state: ViewState) -> Action | None:
    """Return what letting go of a key does."""
    return actions.Talk(held=False) if state.talking and key in (pygame.K_F2, pygame.K_SPACE) else None


def quits(key: int, modifiers: int) -> bool:
    """Return whether a key press closes the window."""
    return key == pygame.K_q and bool(modifiers & _COMMAND)


def scroll_steps(key: int, state: ViewState, *, feed_visible: bool) -> float:
    """Return by how many lines a key scrolls the item's text: while it has the focus, or no cards are in sight."""
    if state.item is None or (feed_visible and state.focus != "text"):
        return 0.0
    return {pygame.K_UP: -3.0, pygame.K_DOWN: 3.0, pygame.K_PAGEUP: -12.0, pygame.K_PAGEDOWN: 12.0}.get(key, 0.0)


def action_for(key: int, modifiers: int, state: ViewState) -> Action | None:
    """Return what a key press does in a state, or None.

    Characters are not keys: they come as text input. The clipboard is the window's.
    """
    command, shift = bool(modifiers & _COMMAND), bool(modifiers & pygame.KMOD_SHIFT)
    if key == pygame.K_F2 or (key == pygame.K_SPACE and command):
        return actions.ToggleMicrophone() if state.turns == "hands_free" else actions.Talk(held=True)
    if key == pygame.K_F4:
        return actions.SwitchTurnTaking()
    if command and key in _LOUDER:
        return actions.SetVolume(round(state.volume + _LOUDER[key], 2))
    if command and key in (pygame.K_0, pygame.K_KP0):
        return actions.ToggleSound()
    if key == pygame.K_F3:
        return actions.ShowTab()
    if key == pygame.K_TAB:
        return actions.CycleFocus(backwards=shift)
    if key == pygame.K_ESCAPE:
        return actions.Back()
    if key in _ENTER:
        return _enter(state)
    if key == pygame.K_SPACE and state.focus == "microphone":
        return actions.ToggleMicrophone()
    if state.item is not None and state.focus == "input":
        edit = _editing(key, command=command, shift=shift)
        if edit is not None and not (key in (pygame.K_HOME, pygame.K_END) and not state.draft.text):
            return edit
    return _choosing(key)


def _enter(state: ViewState) -> Action | None:
    match state.focus:
        case "microphone":
            return actions.ToggleMicrophone()
        case "input" if state.draft.composing:
            return None  # it ends the composition, which comes as text input
        case "input" if state.draft.text:
            return actions.Submit()
    return actions.OpenCard()


def _editing(key: int, *, command: bool, shift: bool) -> Action | None:
    if key == pygame.K_a and command:
        return actions.SelectAll()
    if key in _ERASE:
        return actions.Erase(_ERASE[key][command])
    if key in _CARET:
        return actions.MoveCaret(_CARET[key][command], select=shift)
    return None


def _choosing(key: int) -> Action | None:
    if key in _CHOOSE:
        return actions.MoveSelection(_CHOOSE[key])
    if key == pygame.K_HOME:
        return actions.SelectCard(0)
    return actions.SelectCard(-1) if key == pygame.K_END else None
