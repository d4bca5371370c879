"""A whole visit in the real window: real server, voice and figure. Run by ``test_app`` in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pygame
import pytest

from server.assets import AssetStore
from tests.viewer.window_cases import cut, pixels, press, share, until, write
from viewer import theme
from viewer.actions import StopTalking
from viewer.app import ConnectedApp
from viewer.client import Client
from viewer.commands.common import SAMPLE_FEED
from viewer.errors import ConnectionFailedError
from viewer.layout import Rect
from viewer.server_process import ServerProcess
from viewer.window import Window


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("VISAVIS_HOME", str(tmp_path))
    monkeypatch.setenv("SDL_VIDEODRIVER", "x11")
    with ServerProcess(["--feed", str(SAMPLE_FEED), "--no-model"]) as address:
        yield address
    with pytest.raises(ConnectionFailedError):
        Client(address, timeout=2.0)


@pytest.fixture
def app(url: str, assets: AssetStore) -> Iterator[ConnectedApp]:
    connected = ConnectedApp(url, assets, own_server=True)
    yield connected
    connected.close()


@pytest.fixture
def window(app: ConnectedApp, assets: AssetStore) -> Iterator[Window]:
    opened = Window(app, assets.path("fonts"), size=(1280, 720), scale=1.0)
    yield opened
    opened.close()


def rects(window: Window) -> tuple[Rect, Rect]:
    """Where the host is, and where the item's text is."""
    layout = window.scene.layout
    assert layout is not None
    assert layout.stage is not None
    assert layout.text is not None
    return layout.stage, layout.text


def test_a_visit_from_the_first_card_to_the_last_word(app: ConnectedApp, window: Window) -> None:
    until(window, lambda: bool(window.state.cards))
    press(pygame.K_RETURN)
    until(window, lambda: window.state.item is not None)

    until(window, lambda: window.state.caption(app.position()) is not None)
    stage, text = rects(window)
    face = Rect(stage.x + stage.width // 3, stage.y + stage.height // 6, stage.width // 3, stage.height // 3)
    until(window, lambda: float(cut(pixels(window), face).std()) > 20)  # somebody is on the stage, once they are loaded
    first = cut(pixels(window), face).astype(int)
    until(window, lambda: np.abs(cut(pixels(window), face).astype(int) - first).mean() > 1.0)

    window.do(StopTalking())  # the greeting's second sentence rests on a passage, too
    assert window.state.caption(app.position()) is None
    unlit = share(cut(pixels(window), text), theme.ACCENT)

    write("How many votes were there?")
    press(pygame.K_RETURN)
    spoken = app.position().generation
    until(window, lambda: app.position().generation not in (None, spoken))
    until(window, lambda: share(cut(pixels(window), text), theme.ACCENT) > unlit + 0.0003)  # the bar beside it
    caption = window.state.caption(app.position())
    assert caption is not None
    assert caption.evidence
    assert "seven votes to four" in caption.text

    press(pygame.K_ESCAPE)
    until(window, lambda: window.state.item is None)
    assert window.state.caption(app.position()) is None
