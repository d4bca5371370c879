"""The garbage collector of a server."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from server.collector import OLDEST_EVERY, calm_collector


@pytest.fixture
def collector() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("collector")
def test_what_there_was_before_is_left_alone_and_everything_is_looked_through_rarely() -> None:
    before = gc.get_threshold()
    kept = [[number] for number in range(100)]
    calm_collector()
    assert gc.get_freeze_count() >= len(kept)
    assert gc.get_threshold() == (*before[:2], OLDEST_EVERY)
    looked_at = {id(each) for each in gc.get_objects()}
    assert not any(id(each) in looked_at for each in kept)
