"""A whole visit in a window under Xvfb; the case is in ``app_cases``."""

from __future__ import annotations

from pathlib import Path

from server.assets import AssetStore
from tests.viewer import screens


def test_a_visit_in_the_window_with_everything_real(assets: AssetStore) -> None:
    assert assets.path("figures").is_dir()
    screens.run_cases(Path(__file__).with_name("app_cases.py"))
