"""``python -m server`` as the viewer starts it: a URL on one line, and no process left behind."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
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


def served(tmp_path: Path, *arguments: str) -> AbstractContextManager[subprocess.Popen[str]]:
    return started(tmp_path, [sys.executable, "-m", "server", "--port", "0", *arguments])


@contextmanager
def started(tmp_path: Path, command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
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
        async with connect(url) as client:
            await client.send('{"type": "feed.page"}')
            while (event := json.loads(await client.recv()))["type"] != "feed.page":
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
        async with connect(url_of(process)) as client:
            await client.recv()
            process.send_signal(number)
            await client.wait_closed()

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


def test_it_ends_although_a_model_never_stops_loading(tmp_path: Path, feed: Path) -> None:
    program = (
        "import runpy, threading, server.services\n"
        "server.services.Services.warm = lambda services: threading.Event().wait()\n"
        "runpy.run_module('server', run_name='__main__')\n"
    )
    command = [sys.executable, "-c", program, "--port", "0", "--no-model", "--feed", str(feed), "--parent-pipe"]
    with started(tmp_path, command) as process:
        url_of(process)
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
        assert process.wait(timeout=30) == 0


def test_it_ends_with_its_parent_although_the_feed_never_comes(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/feed.json"
        with served(tmp_path, "--feed", address, "--parent-pipe") as process:
            asked, _ = silent.accept()
            assert process.stdin is not None
            process.stdin.close()
            process.stdin = None
            process.wait(timeout=60)
            asked.close()
            assert process.returncode == -signal.SIGTERM, "it waited for the feed"


@pytest.mark.parametrize("port", ["99999", "-1", "http", "²"])
def test_a_port_that_cannot_be_is_bad_usage(tmp_path: Path, port: str) -> None:
    with started(tmp_path, [sys.executable, "-m", "server", f"--port={port}"]) as process:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 2
        assert "is not a whole number from 0 to 65535" in errors


def test_a_port_that_is_taken_is_told(tmp_path: Path, feed: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "server", "--port", port, "--no-model", "--feed", str(feed)]
        with started(tmp_path, command) as process:
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 1
            assert f"cannot listen on 127.0.0.1 port {port}" in errors
            assert "Traceback" not in errors


def test_it_loads_nothing_heavy_before_it_listens() -> None:
    program = (
        "import sys, server.__main__; print(sorted({'scipy', 'hibari', 'onnx', 'xllamacpp', 'av'} & {*sys.modules}))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_a_store_that_cannot_be_used_is_told_before_anybody_is_let_in(tmp_path: Path, feed: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "visavis.sqlite3").write_text("this is no store " * 100)
    with served(tmp_path, "--no-model", "--feed", str(feed)) as process:
        out, errors = process.communicate(timeout=60)
        assert (process.returncode, out) == (1, "")
        assert "visavis.sqlite3: the store cannot be used" in errors
        assert "Traceback" not in errors


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


def test_others_are_not_let_in_before_there_is_a_token_for_them(tmp_path: Path, feed: Path) -> None:
    with served(tmp_path, "--no-model", "--feed", str(feed), "--host", "0.0.0.0") as process:
        out, errors = process.communicate(timeout=60)
        assert (process.returncode, out) == (2, "")
        assert "visavis token new NAME" in errors
        assert "Traceback" not in errors


def test_a_certificate_that_is_none_is_bad_input(tmp_path: Path, feed: Path) -> None:
    both = ["--tls-cert", str(feed / "pier.md"), "--tls-key", str(feed / "pier.md")]
    with served(tmp_path, "--no-model", "--feed", str(feed), *both) as process:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 2
        assert "PEM" in errors


def test_a_file_that_is_added_while_it_serves_reaches_who_follows(tmp_path: Path, feed: Path) -> None:
    async def follow(url: str) -> str:
        async with connect(url) as client:
            await client.send('{"type": "feed.subscribe"}')
            while (event := json.loads(await client.recv()))["type"] != "feed.item":
                if event["type"] == "feed.subscribed":
                    (feed / "lamp.md").write_text("# The lamp\n\nIt shines.\n")
            await client.send('{"type": "feed.page"}')
            while (page := json.loads(await client.recv()))["type"] != "feed.page":
                pass
            assert event["item"]["id"] in [card["id"] for card in page["items"]]
            return str(event["item"]["title"])

    with served(tmp_path, "--no-model", "--feed", str(feed), "--refresh", "1") as process:
        assert asyncio.run(asyncio.wait_for(follow(url_of(process)), 60)) == "The lamp"
