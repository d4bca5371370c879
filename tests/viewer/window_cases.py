"""The real window on a display without a screen: keys go in, pixels come out.

Run by ``test_window`` in a process of its own, with ``DISPLAY`` set.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import numpy as np
import pygame
import pytest
from numpy.typing import NDArray

from server import protocol as wire
from server.assets import AssetStore
from tests.viewer.doubles import AVATAR_COLOUR, ScriptedApp
from viewer import theme
from viewer.errors import DisplayError
from viewer.layout import Rect
from viewer.state import ViewerEvent
from viewer.window import Window, run_window

PATIENCE_SECONDS = 60.0  # until something is seen: what fades in does so by the clock


@pytest.fixture(scope="module")
def screen() -> str:
    return os.environ["DISPLAY"]


@pytest.fixture
def app() -> ScriptedApp:
    return ScriptedApp()


@pytest.fixture
def window(screen: str, app: ScriptedApp, assets: AssetStore, monkeypatch: pytest.MonkeyPatch) -> Iterator[Window]:
    monkeypatch.setenv("DISPLAY", screen)
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    opened = Window(app, assets.path("fonts"), size=(1280, 720), scale=1.0)
    yield opened
    opened.close()


def until(window: Window, seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert window.frame()
        if seen():
            return
        window.wait()
    pytest.fail(f"not seen within {PATIENCE_SECONDS:.0f} s")


def pixels(window: Window) -> NDArray[np.uint8]:
    """The window's picture, shape (h, w, 3), top row first."""
    window.frame()
    width, height = pygame.display.get_window_size()
    data = window.target.read(viewport=(0, 0, width, height), components=3, alignment=1)
    return np.frombuffer(data, np.uint8).reshape(height, width, 3)[::-1]


def cut(picture: NDArray[np.uint8], rect: Rect) -> NDArray[np.uint8]:
    return picture[rect.y : rect.bottom, rect.x : rect.right]


def share(picture: NDArray[np.uint8], colour: tuple[float, ...]) -> float:
    """The part of a picture that has a colour (0..1 each), within a few steps."""
    wanted = np.array([round(255 * part) for part in colour[:3]])
    return float((np.abs(picture.astype(int) - wanted).max(axis=2) <= 4).mean())


def press(key: int, modifiers: int = 0, text: str = "") -> None:
    pygame.event.post(pygame.event.Event(pygame.KEYDOWN, key=key, mod=modifiers, unicode=text, scancode=0))


def write(text: str) -> None:
    for character in text:
        pygame.event.post(pygame.event.Event(pygame.TEXTINPUT, text=character))


def open_first_item(window: Window) -> None:
    until(window, lambda: bool(window.state.cards))
    press(pygame.K_RETURN)
    until(window, lambda: window.state.item is not None)


def test_the_feed_is_shown_with_the_first_card_chosen(window: Window) -> None:
    until(window, lambda: bool(window.state.cards))
    layout = window.scene.layout
    picture = pixels(window)
    assert layout is not None
    assert layout.feed is not None
    top = Rect(layout.feed.x, layout.feed.y + 50, layout.feed.width, 100)
    assert share(cut(picture, top), theme.CARD_SELECTED) > 0.5
    assert share(cut(picture, top), theme.ACCENT) > 0.01


def test_the_down_key_moves_the_chosen_colour_to_the_second_card(window: Window) -> None:
    until(window, lambda: bool(window.state.cards))
    layout = window.scene.layout
    assert layout is not None
    assert layout.feed is not None
    top = Rect(layout.feed.x, layout.feed.y + 50, layout.feed.width, 100)
    press(pygame.K_DOWN)
    until(window, lambda: window.state.selected == 1)
    picture = pixels(window)
    assert share(cut(picture, top), theme.CARD_SELECTED) < 0.01
    assert share(cut(picture, layout.feed), theme.CARD_SELECTED) > 0.1


def test_enter_opens_the_item_and_its_host_appears(window: Window, app: ScriptedApp) -> None:
    open_first_item(window)
    layout = window.scene.layout
    assert any(isinstance(event, wire.FeedOpen) for event in app.sent)
    assert layout is not None
    assert layout.stage is not None
    stage = layout.stage
    middle = Rect(stage.x + stage.width // 2 - 40, stage.y + stage.height // 2 - 40, 80, 80)
    colour = tuple(value / 255 for value in AVATAR_COLOUR)
    until(window, lambda: share(cut(pixels(window), middle), colour) > 0.99)


def test_the_host_of_the_card_under_the_pointer_is_prepared_before_it_is_opened(
    window: Window, app: ScriptedApp
) -> None:
    until(window, lambda: wire.FeedLook(item_id="lighthouse") in app.sent)
    assert app.expected[-1][0] == "vera"
    layout = window.scene.layout
    assert layout is not None
    assert layout.feed is not None
    at = (layout.feed.x + 40, layout.feed.y + 260)
    pygame.event.post(pygame.event.Event(pygame.MOUSEMOTION, pos=at, rel=(0, 0), buttons=(0, 0, 0)))
    until(window, lambda: wire.FeedLook(item_id="bakery") in app.sent)
    assert app.expected[-1][0] == "milo"
    assert app.prepared


def test_typing_changes_the_input_line_and_only_there(window: Window) -> None:
    open_first_item(window)
    until(window, lambda: window.scene.layout is not None and window.scene.layout.field is not None)
    layout = window.scene.layout
    assert layout is not None
    assert layout.field is not None
    assert layout.text is not None
    before = pixels(window)
    write("How far was it moved?")
    until(window, lambda: window.state.draft.text == "How far was it moved?")
    after = pixels(window)
    assert share(cut(after, layout.field), theme.INK) > share(cut(before, layout.field), theme.INK) + 0.002
    assert np.array_equal(cut(after, layout.text), cut(before, layout.text))


def test_enter_asks_and_the_evidence_of_the_spoken_sentence_lights_up(window: Window, app: ScriptedApp) -> None:
    open_first_item(window)
    window.frame()
    layout = window.scene.layout
    assert layout is not None
    assert layout.text is not None
    lit = theme.PANEL.mixed(theme.ACCENT, theme.ACCENT_UNDERLAY.alpha)
    assert share(cut(pixels(window), layout.text), lit) < 0.001
    write("How far?")
    press(pygame.K_RETURN)
    text = layout.text
    until(window, lambda: share(cut(pixels(window), text), lit) > 0.05)
    asked = [event for event in app.sent if isinstance(event, wire.ConversationItemCreate)]
    assert [part.text for event in asked for part in event.item.content] == ["How far?"]


def test_escape_clears_the_input_first_and_then_leaves_the_item(window: Window, app: ScriptedApp) -> None:
    open_first_item(window)
    write("Never mind")
    press(pygame.K_ESCAPE)
    until(window, lambda: window.state.draft.text == "")
    assert window.state.item is not None
    press(pygame.K_ESCAPE)
    until(window, lambda: window.state.item is None)
    assert isinstance(app.sent[-1], wire.FeedClose)


def test_f2_turns_the_microphone_on_and_off(window: Window, app: ScriptedApp) -> None:
    open_first_item(window)
    press(pygame.K_F2)
    press(pygame.K_SPACE, pygame.KMOD_CTRL)
    until(window, lambda: len(app.microphone_wanted) == 2)
    assert app.microphone_wanted == [True, False]


def test_push_to_talk_listens_while_the_key_is_held_and_then_asks(window: Window, app: ScriptedApp) -> None:
    open_first_item(window)
    press(pygame.K_F4)
    press(pygame.K_F2)
    press(pygame.K_F2)  # a held key repeats
    until(window, lambda: window.state.talking)
    assert app.listening == [True]
    assert app.microphone_wanted == [True]
    pygame.event.post(pygame.event.Event(pygame.KEYUP, key=pygame.K_F2, mod=0, unicode="", scancode=0))
    until(window, lambda: not window.state.talking)
    assert app.listening == [True, False]
    asked = [type(event) for event in app.sent[-2:]]
    assert asked == [wire.InputAudioCommit, wire.ResponseCreate]


def test_the_volume_keys_reach_the_loudspeaker(window: Window, app: ScriptedApp) -> None:
    open_first_item(window)
    press(pygame.K_MINUS, pygame.KMOD_LCTRL)
    press(pygame.K_0, pygame.KMOD_LCTRL)
    press(pygame.K_0, pygame.KMOD_LCTRL)
    write("0")  # what the key would type, which comes after it
    until(window, lambda: len(app.volumes) == 3)
    assert window.state.draft.text == ""
    assert app.volumes == [0.9, 0.0, 0.9]


def test_a_click_on_a_card_chooses_it_and_a_second_click_opens_it(window: Window, app: ScriptedApp) -> None:
    until(window, lambda: bool(window.state.cards))
    layout = window.scene.layout
    assert layout is not None
    assert layout.feed is not None
    at = (layout.feed.x + 60, layout.feed.y + 280)
    for _ in range(2):
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, pos=at, button=1))
        pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONUP, pos=at, button=1))
        window.frame()
    until(window, lambda: window.state.item is not None)
    assert window.state.item is not None
    assert window.state.item.card.id == "bakery"


@pytest.mark.filterwarnings("ignore:Please use Window.get_surface")
def test_resizing_lays_the_window_out_anew(window: Window) -> None:
    open_first_item(window)
    resized = pygame.Window.from_display_module()
    resized.size = (800, 600)
    until(window, lambda: window.scene.layout is not None and window.scene.layout.size == (800, 600))
    layout = window.scene.layout
    assert layout is not None
    assert layout.feed is None
    assert layout.send is not None
    write("x")
    until(window, lambda: window.state.draft.text == "x")
    assert share(cut(pixels(window), layout.send), theme.ACCENT.mixed(theme.ACCENT_DEEP, 0.5)) > 0.0


def test_frames_without_news_repaint_no_panel(window: Window) -> None:
    open_first_item(window)
    until(window, lambda: not window.state.thinking or window.scene.repainted > 0)
    for _ in range(5):
        window.frame()
    before = window.scene.repainted
    for _ in range(10):
        window.frame()
    assert window.scene.repainted == before


def test_ctrl_q_ends_the_window_and_closes_the_application(
    screen: str, app: ScriptedApp, assets: AssetStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", screen)
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")

    class Quitting(ScriptedApp):
        def poll(self) -> list[ViewerEvent]:
            press(pygame.K_q, pygame.KMOD_CTRL)
            return []

    quitting = Quitting()
    run_window(quitting, assets.path("fonts"), scale=1.0)
    assert quitting.closed


def test_without_a_display_the_error_says_what_works_instead(
    app: ScriptedApp, assets: AssetStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    with pytest.raises(DisplayError, match=r"visit\.mp4"):
        run_window(app, assets.path("fonts"))
    assert app.closed
