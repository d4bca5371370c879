"""Fixtures that tests of several folders share."""

from __future__ import annotations

import socket

import pytest
from hypothesis import settings

from server.assets import AssetStore

settings.register_profile("unhurried", deadline=None)  # a busy machine is not a failure
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def assets() -> AssetStore:
    """The assets of this machine (``VISAVIS_CACHE`` or the user's cache); what is missing is fetched once."""
    store = AssetStore()
    store.fetch(notice=print)
    return store


@pytest.fixture
def free_port() -> int:
    """A TCP port on the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
