"""RSS (all versions) and Atom, read by feedparser and handed on in the shape of JSON Feed items."""

from __future__ import annotations

import calendar
import io
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import feedparser

from feed.errors import ItemRejectedError, NotAFeedError
from feed.items import FeedDocument
from feed.markup import first_image, html_to_text, unescape
from feed.parsing import Origin, parse_items, web_address
from feed.sources.fetching import Fetched
from feed.sources.json_feed import fallback_title
from feed.text import one_line

_DECLARED = re.compile(rb"""\A[\s\0]*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,500}\?>")
_MOST_DEPTH = 1_000  # of elements: feedparser takes quadratic time on deep ones
_TAG = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<(?P<end>/?)[A-Za-z_][^<>]*(?P<empty>(?<=/)>)?", re.DOTALL
)
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_FEED_LINK = re.compile(r"<link[^<>]{0,500}application/(?:rss\+xml|atom\+xml|feed\+json)[^<>]{0,500}>", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]{1,2000})""", re.IGNORECASE)
_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def read(fetched: Fetched) -> FeedDocument:
    """Return the feed in an RSS or Atom text.

    Raises:
        SourceEncodingError: the bytes are not in the encoding that the server or the text itself names.
        NotAFeedError: another XML text, a web page (the message names its feed if it has one), a text too deeply
            nested, or one that declares entities, which no feed needs and "billion laughs" do.
    """
    text = fetched.text(_encoding(fetched))
    if _ENTITY.search(text):
        raise NotAFeedError(fetched.source, "it declares XML entities; such feeds are not read")
    if _depth(text) > _MOST_DEPTH:
        raise NotAFeedError(fetched.source, "its XML is nested too deeply")
    parsed = feedparser.parse(
        io.BytesIO(_DECLARATION.sub("", text).encode("utf-8", "replace")),
        response_headers=_headers(fetched),
        sanitize_html=False,  # all markup is stripped to text anyway
    )
    if not parsed.version:
        raise NotAFeedError(fetched.source, "this is neither RSS nor Atom" + _advice(text, fetched))
    origin = Origin(
        address=fetched.address,
        title=one_line(html_to_text(_string(parsed.feed, "title")), 120) or fallback_title(fetched),
        language=_string(parsed.feed, "language") or "en",
    )
    return parse_items((_json_item(entry, origin) for entry in parsed.entries), origin)


def _headers(fetched: Fetched) -> dict[str, str]:
    """Return what addresses in the feed are relative to: its own, if that is on the web. A file's says nothing."""
    headers = {"content-type": "application/xml; charset=utf-8"}
    if urlsplit(fetched.address).scheme in ("http", "https"):
        headers["content-location"] = fetched.address
    return headers


def _encoding(fetched: Fetched) -> str:
    """RFC 7303: a byte order mark, then the server's word, then the text's own, then UTF-8."""
    for mark, encoding in _BOMS.items():
        if fetched.content.startswith(mark):
            return encoding
    declared = _DECLARED.match(fetched.content)
    return fetched.charset or (declared[1].decode("ascii") if declared else "utf-8")


def _depth(text: str) -> int:
    """Return how deep the elements of a text are nested, tags that are never closed counted as open."""
    depth = deepest = 0
    for tag in _TAG.finditer(text):
        if tag["end"]:
            depth = max(0, depth - 1)
        elif tag["end"] is not None and not tag["empty"]:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _advice(text: str, fetched: Fetched) -> str:
    link = _FEED_LINK.search(text)
    href = _HREF.search(link[0]) if link else None
    if href is None:
        return ""
    try:
        return f"; the page names its feed: {web_address(unescape(href[1]), fetched.address)}"
    except ItemRejectedError:  # then there is nothing to advise
        return ""


def _string(mapping: Any, name: str) -> str:
    value = mapping.get(name)
    return value if isinstance(value, str) else ""


def _json_item(entry: Any, origin: Origin) -> dict[str, Any]:
    contents = [content for content in entry.get("content", ()) if _string(content, "value")]
    best = max(contents, key=lambda content: len(content["value"]), default=None)
    detail = best or entry.get("summary_detail") or {}
    body = _string(detail, "value") or _string(entry, "summary")
    field = "content_text" if detail.get("type") == "text/plain" and "<" not in body else "content_html"
    item = {
        "id": _string(entry, "id") or _string(entry, "link"),
        "title": _string(entry, "title"),
        field: body,
        "summary": _string(entry, "summary") if best else "",
        "language": _string(entry, "language"),
        "date_published": _date(entry),
        "url": _web_address_or_none(_string(entry, "link"), origin),
        "image": _picture(entry, body, origin),
    }
    return {name: value for name, value in item.items() if value}


def _date(entry: Any) -> str:
    for name in ("published_parsed", "updated_parsed"):
        moment = dict.get(entry, name)  # FeedParserDict's own get would give one date for the other, with a warning
        if moment:
            try:
                return datetime.fromtimestamp(calendar.timegm(moment), UTC).isoformat()
            except (ValueError, OverflowError, OSError):  # a date that no calendar has: the entry counts as undated
                continue
    return ""


def _picture(entry: Any, body: str, origin: Origin) -> str | None:
    candidates = [_string(media, "url") for media in entry.get("media_content", ()) if _is_picture(media)]
    candidates += [_string(media, "url") for media in entry.get("media_thumbnail", ())]
    candidates += [_string(media, "href") for media in entry.get("enclosures", ()) if _is_picture(media)]
    candidates.append(first_image(body))
    return next((address for each in candidates if (address := _web_address_or_none(each, origin))), None)


def _is_picture(media: Any) -> bool:
    return _string(media, "medium") == "image" or _string(media, "type").startswith("image/")


def _web_address_or_none(written: str, origin: Origin) -> str | None:
    """A link or picture that is not a web address (mailto:, data:) does no harm once it is left out."""
    try:
        return web_address(written, origin.address) if written else None
    except ItemRejectedError:
        return None
