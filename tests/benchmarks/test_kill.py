"""A server that is killed at any moment has kept what it said it kept (``python -m benchmarks.kill`` kills 200)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.kill import Losses, examine, kill_often
from feed.items import Episode
from feed.store import Store
from server.assets import AssetStore
from tests.feed.test_store import NOW


def test_killed_servers_lose_nothing_that_was_acknowledged_and_leave_a_sound_file(
    assets: AssetStore, tmp_path: Path
) -> None:
    losses = kill_often(tmp_path, kills=20, seed=7)
    assert losses.kills == 20
    assert losses.lost == []
    assert losses.unsound == []
    assert len(losses.kept) > losses.kills
    assert {kind for kind, _ in losses.kept.values()} >= {"opened"}


class TestTheExamination:
    @pytest.fixture
    def store(self, tmp_path: Path) -> Path:
        path = tmp_path / "visavis.sqlite3"
        with closing(Store(path)) as store:
            for name in ("a", "b"):
                store.record(Episode(at=NOW, kind="opened", item_id=name))
        return path

    def test_finds_what_is_not_there_and_what_is_another(self, store: Path) -> None:
        losses = Losses(kept={1: ("opened", "a"), 2: ("opened", "x"), 3: ("asked", "b")})
        examine(store, 1, losses)
        assert [line.split(":")[1].split()[1] for line in losses.lost] == ["2", "3"]

    def test_finds_a_file_that_is_not_sound(self, store: Path) -> None:
        with closing(sqlite3.connect(store)) as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            size = connection.execute("PRAGMA page_size").fetchone()[0]
            root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'episodes_by_item'").fetchone()[
                0
            ]
        assert root <= pages
        content = bytearray(store.read_bytes())
        content[(root - 1) * size + 8 : root * size] = bytes(size - 8)
        store.write_bytes(content)
        losses = Losses()
        examine(store, 1, losses)
        assert losses.unsound

    def test_a_server_killed_before_it_made_its_file_lost_nothing(self, tmp_path: Path) -> None:
        losses = Losses()
        examine(tmp_path / "visavis.sqlite3", 1, losses)
        assert (losses.lost, losses.unsound) == ([], [])
