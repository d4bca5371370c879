"""Where feeds come from: a JSON Feed, RSS or Atom file or address, or a folder of Markdown and text files."""

from __future__ import annotations

from pathlib import Path

from feed.errors import FeedError, NotAFeedError, SourceMissingError, SourceRefusedError
from feed.items import FeedDocument
from feed.sources import folder, json_feed, syndication
from feed.sources.fetching import Fetched, fetch, has_scheme, is_folder, is_web_address, read_file

__all__ = ["load", "stamp"]


def load(source: str) -> FeedDocument:
    """Return the feed at a path or http(s) address, its bad items left out with a reason each.

    Raises:
        SourceMissingError: nothing is there.
        SourceRefusedError: an address other than http(s), or a path that is neither file nor folder.
        SourceUnreachableError: network, server or disk did not give it.
        SourceTooLargeError: more than is read.
        SourceEncodingError: not text in the encoding that it claims.
        NotAFeedError: text, but no feed.
    """
    if is_web_address(source):
        return _understood(fetch(source))
    if has_scheme(source):
        raise SourceRefusedError(source, "only http and https addresses are opened; for a file give its path")
    if not source or "\0" in source:
        raise SourceMissingError(source or "(nothing)", "give the path or address of a feed")
    path = Path(source)
    if is_folder(path, source):
        return folder.read(path)
    return _understood(read_file(path, source))


def stamp(source: str) -> str | None:
    """Return something that is another whenever a local source was changed, without reading it.

    None for an address, which has to be fetched to know, and for what cannot be looked at.
    """
    if has_scheme(source) or not source or "\0" in source:
        return None
    path = Path(source)
    try:
        if path.is_dir():
            return folder.stamp(path)
        status = path.stat()
    except (OSError, FeedError):
        return None
    return f"{status.st_ino} {status.st_mtime_ns} {status.st_size}"


def _understood(fetched: Fetched) -> FeedDocument:
    beginning = fetched.content[:1024].lstrip(b"\xef\xbb\xbf\xfe\xff\0 \t\r\n")[:1]
    if beginning in {b"{", b"["}:
        return json_feed.read(fetched)
    if beginning == b"<":
        return syndication.read(fetched)
    raise NotAFeedError(
        fetched.source, "this is no feed; give a JSON Feed, RSS or Atom file, or a folder of .md and .txt"
    )
