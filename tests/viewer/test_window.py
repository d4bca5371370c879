"""The real window under Xvfb; the cases are in ``window_cases``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from server.assets import AssetStore
from tests.viewer import screens

SECONDS = 240


def test_the_window_under_xvfb(assets: AssetStore) -> None:
    """All cases in one process, but not this one: GLX of a window does not go with the EGL of other tests."""
    assert assets.path("fonts").is_dir()
    cases = Path(__file__).with_name("window_cases.py")
    with screens.display() as name:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", str(cases)],
            env={**os.environ, "DISPLAY": name},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
