"""A feed that is looked after while it is served, on a virtual clock."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from feed.changes import Changes
from feed.errors import SourceUnreachableError
from feed.items import FeedDocument
from feed.sources import load, stamp
from server.watching import LOCAL_SECONDS, WEB_SECONDS, Watching, pause


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pier.md").write_text("# The pier\n\nIt opened in 1904.\n")
    return tmp_path


class Looks:
    """Lets a watcher look as often as there are steps; each step is done before the look."""

    def __init__(self, *steps: Callable[[], object]) -> None:
        self._steps = iter(steps)
        self.pauses: list[float] = []
        self.told: list[Changes] = []
        self.kept: list[FeedDocument] = []

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        step = next(self._steps, None)
        if step is None:
            raise asyncio.CancelledError
        step()

    def watch(self, source: str, read: Callable[[str], FeedDocument] = load, first: FeedDocument | None = None) -> None:
        async def run() -> None:
            watching = Watching(
                source, first or load(source), self.kept.append, self.told.append, sleep=self.sleep, read=read
            )
            with pytest.raises(asyncio.CancelledError):
                await watching.run()

        asyncio.run(run())


def nothing() -> None:
    pass


def test_a_new_file_in_the_folder_becomes_an_item_that_is_kept_and_told(folder: Path) -> None:
    looks = Looks(nothing, lambda: (folder / "lamp.md").write_text("# The lamp\n\nIt shines.\n"), nothing)
    looks.watch(str(folder))
    assert [[item.id for item in told.new] for told in looks.told] == [["lamp.md"]]
    assert [item.id for item in looks.kept[-1].items] == ["lamp.md", "pier.md"]
    assert looks.pauses == [LOCAL_SECONDS] * 4


def test_a_file_that_is_changed_or_goes_away_is_told(folder: Path) -> None:
    (folder / "lamp.md").write_text("# The lamp\n\nIt shines.\n")
    looks = Looks(
        lambda: (folder / "pier.md").write_text("# The pier\n\nIt was closed in 2011.\n"),
        (folder / "lamp.md").unlink,
    )
    looks.watch(str(folder))
    assert looks.told[0].changed[0].text == "It was closed in 2011."
    assert looks.told[1].gone == ("lamp.md",)


def test_a_source_that_was_not_touched_is_not_read(folder: Path) -> None:
    read = 0

    def counting(source: str) -> FeedDocument:
        nonlocal read
        read += 1
        return load(source)

    looks = Looks(nothing, nothing, lambda: os.utime(folder / "pier.md", ns=(1, 1)), nothing)
    looks.watch(str(folder), counting)
    assert read == 1


def test_a_source_that_cannot_be_read_changes_nothing_and_is_tried_less_often(folder: Path) -> None:
    address = "https://example.org/feed.json"
    answers: list[FeedDocument | Exception] = [SourceUnreachableError(address, "cannot be reached")] * 6
    answers += [ValueError("a mistake in the program"), load(str(folder))]

    def read(_source: str) -> FeedDocument:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    looks = Looks(*[nothing] * 8)
    looks.watch(address, read, first=FeedDocument(title="", items=(), skipped=(), source=address))
    assert [len(told.new) for told in looks.told] == [1]
    assert looks.pauses == [pause(WEB_SECONDS, failures) for failures in (0, 1, 2, 3, 4, 5, 6, 7, 0)]
    assert looks.pauses[-2] == looks.pauses[-4] == 16 * WEB_SECONDS


def test_a_half_written_file_is_read_again_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    whole = '{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [%s]}'
    item = '{"id": "%s", "content_text": "It opened in 1904."}'
    path.write_text(whole % (item % "a"))
    looks = Looks(
        lambda: path.write_text(whole[:20]), lambda: path.write_text(whole % f"{item % 'a'}, {item % 'b'}"), nothing
    )
    looks.watch(str(path))
    assert [[item.id for item in told.new] for told in looks.told] == [["b"]]
    assert not any(told.gone for told in looks.told)


def test_only_local_sources_have_a_stamp(folder: Path) -> None:
    assert stamp(str(folder)) == stamp(str(folder))
    assert stamp(str(folder / "pier.md")) != stamp(str(folder))
    for source in ("https://example.org/feed.json", "ftp://example.org", "", "a\0b", str(folder / "nowhere")):
        assert stamp(source) is None
