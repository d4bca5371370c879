from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from server import downloads
from server.assets import (
    Asset,
    AssetError,
    AssetFile,
    AssetMissingError,
    AssetStore,
    DiskFullError,
    SourceUnavailableError,
    UnknownAssetError,
    WrongHashError,
)
from server.downloads import Wheel

ROOT = Path(__file__).resolve().parents[2]
BODY = bytes(range(256)) * 16_384  # 4 MiB


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class FileServer:
    """Serves ``files`` by path on the loopback interface, with ranges; remembers what was asked for."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.ranges = True
        self.requests: Counter[str] = Counter()
        self.asked_ranges: list[str | None] = []
        self.break_after: int | None = None  # bytes that every answer stops after
        self.stall_after: int | None = None  # bytes; the rest is sent when ``go_on`` is set
        self.go_on = threading.Event()
        self.asked = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.requests[request.path] += 1
        wanted = request.headers["Range"]
        self.asked_ranges.append(wanted)
        self.asked.set()
        content = self.files.get(request.path)
        if content is None:
            request.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.ranges else 0
        request.send_response(206 if start else 200)
        request.send_header("Content-Length", str(len(content) - start))
        request.end_headers()
        rest = content[start:][: self.break_after]
        if self.stall_after is not None:
            request.wfile.write(rest[: self.stall_after])
            self.go_on.wait(60)
            rest = rest[self.stall_after :]
        try:
            request.wfile.write(rest)
        except ConnectionError:  # whoever asked was killed
            return

    def close(self) -> None:
        self.go_on.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def web() -> Iterator[FileServer]:
    server = FileServer()
    yield server
    server.close()


@pytest.fixture(autouse=True)
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for the only package index."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def make_wheel(index: Path, name: str, members: dict[str, bytes]) -> Path:
    path = index / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for member, content in members.items():
            wheel.writestr(member, content)
        info = f"{name}-1.0.dist-info"
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def make_sdist(index: Path, name: str, members: dict[str, bytes]) -> Path:
    path = index / f"{name}-1.0.tar.gz"
    backend = f"""
import pathlib

def prepare_metadata_for_build_wheel(folder, settings=None):
    info = pathlib.Path(folder) / "{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
    return info.name
"""
    build = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    files = {"pyproject.toml": build.encode(), "backend.py": backend.encode(), **members}
    with tarfile.open(path, "w:gz") as archive:
        for member, content in files.items():
            entry = tarfile.TarInfo(f"{name}-1.0/{member}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def member(wheel: Path, path: str, content: bytes) -> Wheel:
    name = wheel.name.split("-")[0]
    return Wheel(wheel=f"{name}==1.0", sha256=sha256(wheel.read_bytes()), member=path, size=len(content))


def file(content: bytes, *urls: str, wheels: tuple[Wheel, ...] = (), name: str = "thing.bin") -> AssetFile:
    return AssetFile(name=name, size=len(content), sha256=sha256(content), urls=urls, wheels=wheels)


def store(tmp_path: Path, *files: AssetFile, default: bool = True) -> AssetStore:
    asset = Asset(about="a thing", licence="MIT", needed_by="testing", default=default, files=files)
    return AssetStore(tmp_path / "cache", {"thing": asset})


def parts(index: Path, content: bytes, count: int) -> tuple[Wheel, ...]:
    """Wheels that hold ``content`` in ``count`` pieces."""
    step = -(-len(content) // count)
    wheels = []
    for number in range(count):
        piece = content[number * step : (number + 1) * step]
        wheel = make_wheel(index, f"part{number}", {f"part{number}/data.bin": piece})
        wheels.append(member(wheel, f"part{number}/data.bin", piece))
    return tuple(wheels)


# -- fetching ----------------------------------------------------------------------------------------------------------


def test_a_url_gives_the_file_and_nothing_else_is_left(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    things.fetch()
    folder = things.path("thing")
    assert [path.name for path in folder.iterdir()] == ["thing.bin"]
    assert (folder / "thing.bin").read_bytes() == BODY


def test_what_is_present_is_not_asked_for_again(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    things.fetch()
    things.fetch()
    assert web.requests["/thing"] == 1


def test_progress_grows_to_the_whole_file(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    seen: list[tuple[str, str, int, int]] = []
    store(tmp_path, file(BODY, f"{web.address}/thing")).fetch(progress=lambda *step: seen.append(step))
    done = [step[2] for step in seen]
    assert done == sorted(done)
    assert len(set(done)) > 2
    assert seen[-1] == ("thing", "thing.bin", len(BODY), len(BODY))


def test_a_beginning_that_is_here_is_not_fetched_again(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    half = things.cache / "assets" / "thing" / "thing.bin.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(BODY[:1_000_000])
    things.fetch()
    assert web.asked_ranges == ["bytes=1000000-"]
    assert (things.path("thing") / "thing.bin").read_bytes() == BODY


def test_a_server_without_ranges_sends_it_all(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    web.ranges = False
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    half = things.cache / "assets" / "thing" / "thing.bin.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(BODY[:1_000_000])
    things.fetch()
    assert (things.path("thing") / "thing.bin").read_bytes() == BODY


def test_a_connection_that_breaks_is_made_again(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    web.break_after = len(BODY) // 4
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    things.fetch()
    assert web.requests["/thing"] == 4
    assert (things.path("thing") / "thing.bin").read_bytes() == BODY


def test_a_connection_that_brings_nothing_is_given_up(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    web.break_after = 0
    with pytest.raises(SourceUnavailableError, match="broke off"):
        store(tmp_path, file(BODY, f"{web.address}/thing")).fetch()
    assert web.requests["/thing"] == 1


def test_a_beginning_of_another_file_is_thrown_away(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    half = things.cache / "assets" / "thing" / "thing.bin.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"x" * 1_000_000)
    things.fetch()
    assert (things.path("thing") / "thing.bin").read_bytes() == BODY


def test_a_file_comes_out_of_a_wheel_when_its_url_fails(tmp_path: Path, web: FileServer, index: Path) -> None:
    wheel = make_wheel(index, "holder", {"holder/deep/data.bin": BODY})
    notices: list[str] = []
    things = store(tmp_path, file(BODY, f"{web.address}/gone", wheels=(member(wheel, "holder/deep/data.bin", BODY),)))
    things.fetch(notice=notices.append)
    assert (things.path("thing") / "thing.bin").read_bytes() == BODY
    assert "404" in notices[0]


def test_wrong_bytes_of_one_source_are_replaced_by_the_right_ones_of_the_next(
    tmp_path: Path, web: FileServer, index: Path
) -> None:
    web.files["/thing"] = BODY[::-1]
    wheel = make_wheel(index, "holder", {"data.bin": BODY})
    notices: list[str] = []
    things = store(tmp_path, file(BODY, f"{web.address}/thing", wheels=(member(wheel, "data.bin", BODY),)))
    things.fetch(notice=notices.append)
    assert (things.path("thing") / "thing.bin").read_bytes() == BODY
    assert sha256(BODY[::-1]) in notices[0]


def test_a_wheel_can_be_the_file_itself(tmp_path: Path, index: Path) -> None:
    wheel = make_wheel(index, "holder", {"data.bin": BODY})
    content = wheel.read_bytes()
    things = store(tmp_path, file(content, wheels=(Wheel(wheel="holder==1.0", sha256=sha256(content)),)))
    things.fetch()
    assert (things.path("thing") / "thing.bin").read_bytes() == content


def test_a_file_comes_out_of_a_source_distribution(tmp_path: Path, index: Path) -> None:
    sdist = make_sdist(index, "holder", {"deep/data.bin": BODY})
    pinned = Wheel("holder==1.0", sha256(sdist.read_bytes()), "holder-1.0/deep/data.bin", len(BODY), sdist=True)
    things = store(tmp_path, file(BODY, wheels=(pinned,)))
    things.fetch()
    assert (things.path("thing") / "thing.bin").read_bytes() == BODY


def test_a_member_that_a_source_distribution_lacks_is_named(tmp_path: Path, index: Path) -> None:
    sdist = make_sdist(index, "holder", {"data.bin": BODY})
    pinned = Wheel("holder==1.0", sha256(sdist.read_bytes()), "holder-1.0/other.bin", len(BODY), sdist=True)
    with pytest.raises(SourceUnavailableError, match=r"cannot read holder-1\.0/other\.bin"):
        store(tmp_path, file(BODY, wheels=(pinned,))).fetch()


def test_the_members_of_several_wheels_are_joined_and_no_wheel_is_kept(tmp_path: Path, index: Path) -> None:
    things = store(tmp_path, file(BODY, wheels=parts(index, BODY, 3)))
    things.fetch()
    assert (things.path("thing") / "thing.bin").read_bytes() == BODY
    assert not [path for path in things.cache.rglob("*") if path.suffix == ".whl"]


def test_progress_through_wheels_never_goes_back(tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "POLL_SECONDS", 0.002)
    noise = np.random.default_rng(1).bytes(6_000_000)  # wheels compress: only noise keeps its size
    seen: list[int] = []
    things = store(tmp_path, file(noise, wheels=parts(index, noise, 2)))
    things.fetch(progress=lambda *step: seen.append(step[2]))
    assert seen == sorted(seen)
    assert any(0 < done < len(noise) // 2 or len(noise) // 2 < done < len(noise) for done in seen)


def test_joining_goes_on_after_the_last_whole_member(tmp_path: Path, index: Path) -> None:
    wheels = parts(index, BODY, 3)
    things = store(tmp_path, file(BODY, wheels=wheels))
    first = wheels[0].size or 0
    half = things.cache / "assets" / "thing" / "thing.bin.part"
    half.parent.mkdir(parents=True)
    half.write_bytes(BODY[: first + 1_000])
    (index / "part0-1.0-py3-none-any.whl").unlink()
    things.fetch()
    assert (things.path("thing") / "thing.bin").read_bytes() == BODY


def test_two_files_of_one_wheel_need_one_download(tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = make_wheel(index, "holder", {"a": b"a" * 1_000, "b": b"b" * 1_000})
    commands: list[object] = []

    class CountedPopen(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], **settings: Any) -> None:
            commands.append(command)
            super().__init__(command, **settings)

    monkeypatch.setattr(subprocess, "Popen", CountedPopen)
    things = store(
        tmp_path,
        file(b"a" * 1_000, wheels=(member(wheel, "a", b"a" * 1_000),), name="a"),
        file(b"b" * 1_000, wheels=(member(wheel, "b", b"b" * 1_000),), name="b"),
    )
    things.fetch()
    assert sorted(path.name for path in things.path("thing").iterdir()) == ["a", "b"]
    assert len(commands) == 1


# -- what can go wrong -------------------------------------------------------------------------------------------------


def test_wrong_bytes_are_an_error_that_names_the_file_and_both_hashes(tmp_path: Path, web: FileServer) -> None:
    wrong = BODY[::-1]
    web.files["/thing"] = wrong
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    with pytest.raises(WrongHashError) as caught:
        things.fetch()
    assert caught.value.file == "thing.bin"
    assert caught.value.expected == sha256(BODY)
    assert caught.value.got == sha256(wrong)
    assert caught.value.source == f"{web.address}/thing"
    assert not list((things.cache / "assets" / "thing").iterdir())


def test_a_wheel_with_another_hash_is_not_opened(tmp_path: Path, index: Path) -> None:
    wheel = member(make_wheel(index, "holder", {"data.bin": BODY}), "data.bin", BODY)
    changed = make_wheel(index, "holder", {"data.bin": BODY, "more": b"!"})
    things = store(tmp_path, file(BODY, wheels=(wheel,)))
    with pytest.raises(WrongHashError, match=re.escape("holder==1.0")) as caught:
        things.fetch()
    assert caught.value.got == sha256(changed.read_bytes())
    assert not things.present("thing")


def test_a_member_that_is_not_there_is_named(tmp_path: Path, index: Path) -> None:
    wheel = make_wheel(index, "holder", {"data.bin": BODY})
    with pytest.raises(SourceUnavailableError, match=r"cannot read other\.bin"):
        store(tmp_path, file(BODY, wheels=(member(wheel, "other.bin", BODY),))).fetch()


def test_without_a_network_the_error_lists_the_sources_and_the_command(tmp_path: Path, free_port: int) -> None:
    dead = f"http://127.0.0.1:{free_port}"
    wheel = Wheel(wheel="holder==1.0", sha256="0" * 64, member="data.bin", size=len(BODY))
    with pytest.raises(SourceUnavailableError) as caught:
        store(tmp_path, file(BODY, f"{dead}/thing", wheels=(wheel,))).fetch()
    assert f"127.0.0.1:{free_port} cannot be reached" in str(caught.value)
    assert "holder==1.0" in str(caught.value)
    assert "`visavis assets`" in str(caught.value)


def test_an_index_that_cannot_be_reached_is_not_taken_for_one_without_the_wheel(
    tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{free_port}/simple")
    wheel = Wheel(wheel="holder==1.0", sha256="0" * 64, member="data.bin", size=len(BODY))
    with pytest.raises(SourceUnavailableError, match=r"the package index cannot be reached \(.*refused"):
        store(tmp_path, file(BODY, wheels=(wheel,))).fetch()


def test_a_host_that_cannot_be_reached_is_tried_and_told_of_once(tmp_path: Path, free_port: int, index: Path) -> None:
    dead = f"http://127.0.0.1:{free_port}"
    wheel = make_wheel(index, "holder", {"a": b"a", "b": b"b"})
    notices: list[str] = []
    things = store(
        tmp_path,
        file(b"a", f"{dead}/a", wheels=(member(wheel, "a", b"a"),), name="a"),
        file(b"b", f"{dead}/b", wheels=(member(wheel, "b", b"b"),), name="b"),
    )
    things.fetch(notice=notices.append)
    assert things.present("thing")
    assert len(notices) == 1


def test_a_server_that_sends_too_much_is_cut_off(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY + b"more"
    with pytest.raises(SourceUnavailableError, match="more than"):
        store(tmp_path, file(BODY, f"{web.address}/thing")).fetch()


def test_a_disk_without_room_is_an_error_before_anything_is_fetched(
    tmp_path: Path, web: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    with pytest.raises(DiskFullError, match="VISAVIS_CACHE"):
        store(tmp_path, file(BODY, f"{web.address}/thing")).fetch()
    assert not web.requests


def test_a_disk_that_fills_up_on_the_way_is_the_same_error(
    tmp_path: Path, web: FileServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    web.files["/thing"] = BODY
    monkeypatch.setattr(os, "fsync", full)
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    with pytest.raises(DiskFullError, match="goes on where it stopped"):
        things.fetch()
    assert not things.present("thing")


def test_a_disk_that_fills_up_under_pip_is_the_same_error_although_pip_cannot_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    frees = iter((usage.free, 4_096))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=next(frees)))
    wheel = Wheel(wheel="holder==1.0", sha256="0" * 64, member="data.bin", size=len(BODY))
    with pytest.raises(DiskFullError, match="goes on where it stopped"):
        store(tmp_path, file(BODY, wheels=(wheel,))).fetch()


@pytest.mark.parametrize("reason", [errno.EROFS, errno.EACCES, errno.ENOENT])
def test_a_cache_on_a_disk_that_takes_nothing_is_named(
    tmp_path: Path, reason: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(reason, os.strerror(reason))

    things = store(tmp_path, file(BODY, "http://127.0.0.1:9/thing"))
    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(AssetError, match=f"{os.strerror(reason)}.*VISAVIS_CACHE"):
        things.fetch()
    with pytest.raises(AssetError, match=f"{os.strerror(reason)}.*VISAVIS_CACHE"):
        _ = things.derived


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("not a folder")
    with pytest.raises(AssetError, match="VISAVIS_CACHE"):
        store(tmp_path, file(BODY, "http://127.0.0.1:9/thing")).fetch()


def test_a_missing_asset_names_the_command_that_fetches_it(tmp_path: Path) -> None:
    with pytest.raises(AssetMissingError, match="run `visavis assets` "):
        store(tmp_path, file(BODY)).path("thing")
    with pytest.raises(AssetMissingError, match="run `visavis assets --all` "):
        store(tmp_path, file(BODY), default=False).path("thing")


def test_an_unknown_asset_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(UnknownAssetError, match=r"'thong'.*thing"):
        store(tmp_path, file(BODY)).path("thong")


def test_a_file_that_was_cut_short_is_missing_and_fetched_again(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    things.fetch()
    path = things.path("thing") / "thing.bin"
    path.write_bytes(BODY[:-1])
    with pytest.raises(AssetMissingError):
        things.path("thing")
    things.fetch()
    assert path.read_bytes() == BODY


def test_verifying_finds_a_flipped_bit(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    things.fetch()
    path = things.path("thing") / "thing.bin"
    path.write_bytes(b"\xff" + BODY[1:])
    things.fetch()
    assert path.read_bytes() != BODY, "the quick check looks at sizes only"
    things.fetch(verify=True)
    assert path.read_bytes() == BODY


# -- the cache ---------------------------------------------------------------------------------------------------------


def test_states_tell_what_is_here(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    assert [(state.name, state.present) for state in things.states()] == [("thing", False)]
    things.fetch()
    assert [(state.name, state.present) for state in things.states()] == [("thing", True)]


FETCHER = """
import sys, msgspec
from pathlib import Path
from server.assets import Asset, AssetStore
manifest = msgspec.json.decode(sys.argv[2], type=dict[str, Asset])
AssetStore(Path(sys.argv[1]), manifest).fetch(progress=lambda *step: print(step[2], flush=True))
"""


def start_fetcher(things: AssetStore) -> subprocess.Popen[str]:
    """Another process that fetches the same assets into the same cache, printing how far it is."""
    manifest = msgspec.json.encode({state.name: state.asset for state in things.states()}).decode()
    command = [sys.executable, "-c", FETCHER, str(things.cache), manifest]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_a_killed_fetch_is_taken_up_where_it_stopped(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    web.stall_after = len(BODY) // 2
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    with start_fetcher(things) as fetcher:
        assert fetcher.stdout is not None
        assert any(int(line) >= len(BODY) // 2 for line in fetcher.stdout)
        fetcher.kill()
    assert not things.present("thing")
    web.stall_after = None
    things.fetch()
    assert web.asked_ranges == [None, f"bytes={len(BODY) // 2}-"]
    assert (things.path("thing") / "thing.bin").read_bytes() == BODY


def test_processes_that_start_together_fetch_once(tmp_path: Path, web: FileServer) -> None:
    web.files["/thing"] = BODY
    web.stall_after = len(BODY) // 2
    things = store(tmp_path, file(BODY, f"{web.address}/thing"))
    with start_fetcher(things) as first, start_fetcher(things) as second:
        waiting = threading.Event()
        mine = threading.Thread(target=things.fetch, kwargs={"notice": lambda _: waiting.set()})
        assert web.asked.wait(60)
        mine.start()
        assert waiting.wait(60)
        web.go_on.set()
        mine.join(60)
        assert (first.wait(60), second.wait(60)) == (0, 0)
    assert web.requests["/thing"] == 1
    assert (things.path("thing") / "thing.bin").read_bytes() == BODY
