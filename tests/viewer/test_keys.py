"""Which key does what."""

from __future__ import annotations

from dataclasses import replace

import pygame
import pytest

from tests.viewer.doubles import opened, page, reached, session
from viewer import actions, keys
from viewer.actions import Action
from viewer.editing import EditLine
from viewer.state import ViewState

FEED = reached(session(), page())
ITEM = reached(session(), page(), opened())
BY_HAND = replace(ITEM, turns="push_to_talk")
DRAFTING = replace(ITEM, draft=EditLine("why", 3, 3))


@pytest.mark.parametrize(
    ("key", "modifiers", "state", "action"),
    [
        (pygame.K_DOWN, 0, FEED, actions.MoveSelection(1)),
        (pygame.K_PAGEUP, 0, FEED, actions.MoveSelection(-keys.PAGE)),
        (pygame.K_HOME, 0, FEED, actions.SelectCard(0)),
        (pygame.K_END, 0, FEED, actions.SelectCard(-1)),
        (pygame.K_RETURN, 0, FEED, actions.OpenCard()),
        (pygame.K_KP_ENTER, 0, FEED, actions.OpenCard()),
        (pygame.K_DOWN, 0, DRAFTING, actions.MoveSelection(1)),
        (pygame.K_RETURN, 0, ITEM, actions.OpenCard()),
        (pygame.K_RETURN, 0, DRAFTING, actions.Submit()),
        (pygame.K_HOME, 0, DRAFTING, actions.MoveCaret("start")),
        (pygame.K_HOME, 0, ITEM, actions.SelectCard(0)),
        (pygame.K_LEFT, pygame.KMOD_LCTRL, DRAFTING, actions.MoveCaret("word_left")),
        (pygame.K_LEFT, pygame.KMOD_LSHIFT, DRAFTING, actions.MoveCaret("left", select=True)),
        (pygame.K_BACKSPACE, pygame.KMOD_RCTRL, DRAFTING, actions.Erase("word_left")),
        (pygame.K_a, pygame.KMOD_LCTRL, DRAFTING, actions.SelectAll()),
        (pygame.K_a, 0, DRAFTING, None),
        (pygame.K_ESCAPE, 0, ITEM, actions.Back()),
        (pygame.K_F2, 0, FEED, actions.ToggleMicrophone()),
        (pygame.K_SPACE, pygame.KMOD_LCTRL, DRAFTING, actions.ToggleMicrophone()),
        (pygame.K_SPACE, 0, DRAFTING, None),
        (pygame.K_SPACE, 0, replace(ITEM, focus="microphone"), actions.ToggleMicrophone()),
        (pygame.K_TAB, pygame.KMOD_LSHIFT, ITEM, actions.CycleFocus(backwards=True)),
        (pygame.K_F3, 0, ITEM, actions.ShowTab()),
        (pygame.K_F2, 0, BY_HAND, actions.Talk(held=True)),
        (pygame.K_SPACE, pygame.KMOD_LCTRL, BY_HAND, actions.Talk(held=True)),
        (pygame.K_F4, 0, ITEM, actions.SwitchTurnTaking()),
        (pygame.K_MINUS, pygame.KMOD_LCTRL, ITEM, actions.SetVolume(0.9)),
        (pygame.K_EQUALS, pygame.KMOD_LCTRL, replace(ITEM, volume=0.4), actions.SetVolume(0.5)),
        (pygame.K_0, pygame.KMOD_LCTRL, ITEM, actions.ToggleSound()),
        (pygame.K_0, 0, ITEM, None),
        (pygame.K_RETURN, 0, replace(DRAFTING, draft=EditLine("n", 1, 1, "你")), None),
    ],
)
def test_a_key_does_what_it_says(key: int, modifiers: int, state: ViewState, action: Action | None) -> None:
    assert keys.action_for(key, modifiers, state) == action


def test_the_key_that_is_held_to_talk_ends_the_turn_when_it_is_let_go_and_no_other_key_does() -> None:
    talking = replace(BY_HAND, talking=True)
    assert keys.released(pygame.K_F2, talking) == actions.Talk(held=False)
    assert keys.released(pygame.K_F2, BY_HAND) is None
    assert keys.released(pygame.K_a, talking) is None


def test_ctrl_q_quits_and_q_alone_does_not() -> None:
    assert keys.quits(pygame.K_q, pygame.KMOD_LCTRL)
    assert not keys.quits(pygame.K_q, 0)


def test_up_and_down_scroll_the_text_while_it_has_the_focus_or_no_cards_are_seen() -> None:
    assert keys.scroll_steps(pygame.K_DOWN, replace(ITEM, focus="text"), feed_visible=True) > 0
    assert keys.scroll_steps(pygame.K_UP, ITEM, feed_visible=False) < 0
    assert keys.scroll_steps(pygame.K_DOWN, ITEM, feed_visible=True) == 0
    assert keys.scroll_steps(pygame.K_DOWN, FEED, feed_visible=True) == 0
