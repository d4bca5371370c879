"""The bytes of a feed, from a file or over http(s), never more than ``MOST_BYTES``, never longer than ``DEADLINE``."""

from __future__ import annotations

import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec

from feed.errors import (
    SourceEncodingError,
    SourceMissingError,
    SourceRefusedError,
    SourceTooLargeError,
    SourceUnreachableError,
)

MOST_BYTES = 10_000_000
MOST_REDIRECTS = 5
TIMEOUT = httpx.Timeout(10.0)  # seconds, for each of: connecting, waiting for bytes, sending
DEADLINE = 60.0  # seconds, for a whole feed

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?!\\)")  # two letters at least: C:\ is a path
_HEADERS = {
    "User-Agent": "visavis",
    "Accept": "application/feed+json, application/rss+xml, application/atom+xml, application/json;q=0.9, */*;q=0.5",
}


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What was at a source.

    Attributes:
        source: as the user gave it, for messages.
        address: http(s) address after redirects, or absolute path.
        content: the bytes.
        folder: of a local file.
        charset: what the server says about the encoding, or "".
    """

    source: str
    address: str
    content: bytes
    folder: Path | None = None
    charset: str = ""

    def text(self, encoding: str) -> str:
        """Return the content decoded.

        Raises:
            SourceEncodingError: it is not in that encoding, or there is no such encoding.
        """
        try:
            return self.content.decode(encoding)
        except UnicodeDecodeError as error:
            raise SourceEncodingError(
                self.source, f"byte {error.start} is not {_named(encoding)}; save the feed in UTF-8"
            ) from error
        except (LookupError, ValueError) as error:
            raise SourceEncodingError(self.source, f"unknown encoding {encoding[:40]!r}; save it in UTF-8") from error


def is_web_address(source: str) -> bool:
    """Tell whether a source is an http(s) address."""
    return source.lower().startswith(("http://", "https://"))


def has_scheme(source: str) -> bool:
    """Tell whether a source is an address of any kind rather than a path."""
    return bool(_SCHEME.match(source))


def is_folder(path: Path, source: str) -> bool:
    """Tell whether there is a folder at a path.

    Raises:
        SourceUnreachableError: the path cannot be looked at.
    """
    try:
        return path.is_dir()
    except OSError as error:
        raise _unreadable(source, error) from error


def read_file(path: Path, source: str) -> Fetched:
    """Return the bytes of a local file.

    Raises:
        SourceMissingError, SourceRefusedError, SourceTooLargeError, SourceUnreachableError: see ``feed.sources.load``.
    """
    try:
        if not path.exists():
            raise SourceMissingError(source, "there is no such file or folder")
        if not path.is_file():
            raise SourceRefusedError(source, "this is neither a file nor a folder")
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        resolved = path.resolve()
    except OSError as error:
        raise _unreadable(source, error) from error
    if len(content) > MOST_BYTES:
        raise _too_large(source)
    return Fetched(source=source, address=str(resolved), content=content, folder=resolved.parent)


def fetch(source: str, transport: httpx.BaseTransport | None = None) -> Fetched:
    """Return what an http(s) address gives, after at most ``MOST_REDIRECTS`` redirects to http(s) addresses.

    Raises:
        SourceMissingError, SourceRefusedError, SourceTooLargeError, SourceUnreachableError: see ``feed.sources.load``.
    """
    try:
        host = urlsplit(source).hostname
    except ValueError as error:
        raise SourceRefusedError(source, f"this is not an address ({error})") from error
    if not host:
        raise SourceRefusedError(source, "this address names no server")
    began = time.monotonic()
    content = bytearray()
    try:
        with (
            httpx.Client(
                transport=transport,
                timeout=TIMEOUT,
                follow_redirects=True,
                max_redirects=MOST_REDIRECTS,
                headers=_HEADERS,
            ) as client,
            client.stream("GET", source) as response,
        ):
            if response.status_code in {404, 410}:
                raise SourceMissingError(source, f"the server has nothing there (HTTP {response.status_code})")
            if not response.is_success:
                raise SourceUnreachableError(source, f"the server answered HTTP {response.status_code}")
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise _too_large(source)
                if time.monotonic() - began > DEADLINE:
                    raise SourceUnreachableError(source, f"not there after {DEADLINE:.0f} seconds; try again later")
            charset = response.charset_encoding or ""
            address = str(response.url)
    except httpx.UnsupportedProtocol as error:
        raise SourceRefusedError(source, "it leads to something that is not an http or https address") from error
    except httpx.TooManyRedirects as error:
        raise SourceRefusedError(source, f"it redirects more than {MOST_REDIRECTS} times") from error
    except httpx.InvalidURL as error:
        raise SourceRefusedError(source, f"this is not an address ({error})") from error
    except httpx.TimeoutException as error:
        raise SourceUnreachableError(source, f"no answer in {TIMEOUT.read:.0f} seconds; try again later") from error
    except httpx.HTTPError as error:
        raise SourceUnreachableError(source, f"cannot be reached ({error}); check the network") from error
    return Fetched(source=source, address=address, content=bytes(content), charset=charset)


def _named(encoding: str) -> str:
    return encoding.removesuffix("-sig").upper()


def _unreadable(source: str, error: OSError) -> SourceUnreachableError:
    return SourceUnreachableError(source, f"cannot be read ({error.strerror or error})")


def _too_large(source: str) -> SourceTooLargeError:
    return SourceTooLargeError(source, f"the feed has more than {MOST_BYTES:,} bytes, which is all that is read")
