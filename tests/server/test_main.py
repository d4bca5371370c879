"""``python -m server`` as the viewer starts it: a URL on one line, and no process left behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from server.assets import AssetStore

ROOT = Path(__file__).parents[2]


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    folder = tmp_path / "feed"
    folder.mkdir()
    (folder / "pier.md").write_text("# The pier\n\nThe pier opened in 1904. It cost nine pounds to build.\n")
    return folder


@contextmanager
def served(tmp_path: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "server", "--port", "0", *arguments]
    environment = {**os.environ, "VISAVIS_HOME": str(tmp_path / "home")}
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=30)


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return str(json.loads(process.stdout.readline())["url"])


def test_it_serves_the_feed_and_ends_with_its_parent(tmp_path: Path, feed: Path) -> None:
    async def first_page(url: str) -> list[str]:
        async with connect(url) as socket:
            await socket.send('{"type": "feed.page"}')
            while (event := json.loads(await socket.recv()))["type"] != "feed.page":
                pass
            return [card["title"] for card in event["items"]]

    with served(tmp_path, "--no-model", "--feed", str(feed), "--parent-pipe") as process:
        assert asyncio.run(asyncio.wait_for(first_page(url_of(process)), 60)) == ["The pier"]
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly_with_a_client_connected(tmp_path: Path, feed: Path, number: signal.Signals) -> None:
    async def visit(process: subprocess.Popen[str]) -> None:
        async with connect(url_of(process)) as socket:
            await socket.recv()
            process.send_signal(number)
            await socket.wait_closed()

    with served(tmp_path, "--no-model", "--feed", str(feed)) as process:
        asyncio.run(asyncio.wait_for(visit(process), 60))
        assert process.wait(timeout=60) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_it_ends_cleanly_while_the_models_are_still_loading(tmp_path: Path, feed: Path, assets: AssetStore) -> None:
    with served(tmp_path, "--feed", str(feed), "--parent-pipe") as process:
        url_of(process)
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert process.wait(timeout=60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_feed_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    with served(tmp_path, "--feed", str(tmp_path / "nowhere.json")) as process:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 2
        assert "nowhere.json" in errors


def test_a_setting_that_makes_no_sense_is_bad_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_CACHE", __file__)
    with served(tmp_path) as process:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 2
        assert "VISAVIS_CACHE" in errors
