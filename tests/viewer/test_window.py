"""The real window under Xvfb; the cases are in ``window_cases``."""

from __future__ import annotations

from pathlib import Path

from server.assets import AssetStore
from tests.viewer import screens


def test_the_window_under_xvfb(assets: AssetStore) -> None:
    assert assets.path("fonts").is_dir()
    screens.run_cases(Path(__file__).with_name("window_cases.py"))
