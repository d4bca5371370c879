"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/) with our ``_talk`` extension."""

from __future__ import annotations

import json
from pathlib import PurePath
from urllib.parse import urlsplit

from feed.errors import NotAFeedError
from feed.items import FeedDocument
from feed.parsing import Origin, parse_items
from feed.sources.fetching import Fetched
from feed.text import one_line


def read(fetched: Fetched) -> FeedDocument:
    """Return the feed in a JSON text.

    Raises:
        SourceEncodingError: not UTF-8, the only encoding that JSON may have.
        NotAFeedError: not JSON, or JSON of another kind.
    """
    text = fetched.text("utf-8-sig")
    try:
        # json, not msgspec: one lone surrogate in one item must not cost the whole feed
        raw = json.loads(text, parse_int=_number)
    except RecursionError as error:
        raise NotAFeedError(fetched.source, "its JSON is nested too deeply") from error
    except ValueError as error:
        raise NotAFeedError(fetched.source, f"its JSON is broken: {error}") from error
    if not isinstance(raw, dict) or not isinstance(raw.get("items"), list):
        raise NotAFeedError(fetched.source, 'a JSON Feed is an object with a list "items"')
    version = raw.get("version", "")
    if version and "jsonfeed.org/version/" not in str(version):
        raise NotAFeedError(fetched.source, f"version {one_line(str(version), 80)!r} is not a JSON Feed's")
    talk, title, language = raw.get("_talk"), raw.get("title"), raw.get("language")
    origin = Origin(
        address=fetched.address,
        title=(one_line(title, 120) if isinstance(title, str) else "") or fallback_title(fetched),
        folder=fetched.folder,
        language=language if isinstance(language, str) and language else "en",
        voice=talk.get("voice") if isinstance(talk, dict) else None,
    )
    return parse_items(raw["items"], origin)


def _number(digits: str) -> float:
    return int(digits) if len(digits) < 20 else float(digits)


def fallback_title(fetched: Fetched) -> str:
    """Return a name for a feed that gives itself none: its host or its file's name."""
    if fetched.folder is None:
        return urlsplit(fetched.address).hostname or fetched.address
    return PurePath(fetched.address).stem
