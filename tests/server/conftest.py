"""The house with the real models, for the tests that hold whole conversations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from feed.sources import load
from server.assets import AssetStore
from server.mind import Mind
from server.services import Services
from server.settings import Settings

PIER = """# The pier of Saltmarrow

The pier opened in 1904. It was designed by Edith Marlow.

Building it cost nine thousand pounds. The council paid half of the money.
"""


@pytest.fixture(scope="session")
def services(assets: AssetStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """Real ears, voice and retrieval over one item about a pier; the replies are the item's own sentences."""
    folder = tmp_path_factory.mktemp("feed")
    (folder / "pier.md").write_text(PIER)
    home = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, cache=assets.cache, use_model=False)
    with Mind(settings, load(str(folder))) as mind:
        yield Services(mind)
