"""Raw items, shaped like JSON Feed 1.1 with our ``_talk`` extension, to ``Item``: where the outside world is checked.

A bad item is left out with a reason in words; it never costs the feed its other items.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import msgspec

from feed.errors import ItemRejectedError
from feed.honesty import role_claims_human
from feed.items import KINDS, FeedDocument, Item, Passage, Persona, Skipped
from feed.markup import html_to_text
from feed.orders import gives_orders, sayable
from feed.personas import default_host
from feed.text import clean, cut_passages, one_line, sentences, unwrap

MOST_ITEMS = 500  # of one feed
MOST_MARKUP = 1_000_000  # characters of an item as written
MOST_TEXT = 100_000  # characters of an item as plain text: a long chapter
MOST_ID = 500
MOST_TITLE = 200
MOST_SUMMARY = 500
MOST_URL = 2_000
MOST_OPENERS = 8
MOST_EVIDENCE = 500
MOST_PICTURE_BYTES = 10_000_000
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_YEARS = range(1800, 2200)

Raw = dict[str, Any]


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where raw items come from.

    Attributes:
        address: the feed's http(s) address, or the absolute path of its file or folder.
        title: the feed's name.
        folder: of a local feed: pictures may be files inside it.
        language: of items that do not name theirs.
        voice: ``_talk.voice`` of the whole feed, for items without their own.
    """

    address: str
    title: str
    folder: Path | None = None
    language: str = "en"
    voice: Any = None


def parse_items(raw_items: Iterable[object], origin: Origin) -> FeedDocument:
    """Return the items that are good, and the reason for each that is not."""
    items: dict[str, Item] = {}
    skipped = []
    for position, raw in enumerate(raw_items):
        if position == MOST_ITEMS:
            skipped.append(Skipped(position=position, id="", reason=f"only the first {MOST_ITEMS} items are read"))
            break
        try:
            item = parse_item(raw, origin)
        except ItemRejectedError as error:
            skipped.append(Skipped(position=position, id=_id_for_people(raw), reason=str(error)))
            continue
        if item.id in items:
            reason = "an item before it has the same id"
            skipped.append(Skipped(position=position, id=one_line(item.id, 80), reason=reason))
        else:
            items[item.id] = item
    return FeedDocument(title=origin.title, items=tuple(items.values()), skipped=tuple(skipped), source=origin.address)


def parse_item(raw: object, origin: Origin) -> Item:
    """Return the item that a raw mapping describes.

    Raises:
        ItemRejectedError: with the reason in words.
    """
    if not isinstance(raw, dict):
        raise ItemRejectedError(f"an item should be an object, not {_kind_of(raw)}")
    talk = _field(raw, "_talk", dict) or {}
    item_id = _item_id(raw)
    text = _body(raw)
    title = one_line(html_to_text(_text(raw, "title", MOST_MARKUP)), MOST_TITLE)
    kind = talk.get("kind", "article")
    if kind not in KINDS:
        raise ItemRejectedError(f"_talk.kind should be one of {', '.join(KINDS)}, not {_shown(kind)}")
    return Item(
        id=item_id,
        title=title or one_line(sentences(text)[0], 80),
        kind=kind,
        source=_author(raw) or origin.title,
        url=_address(raw, origin),
        published=_published(raw),
        language=_language(raw, origin),
        text=text,
        passages=cut_passages(text, _evidence(talk, text)),
        summary=one_line(html_to_text(_text(raw, "summary", MOST_MARKUP)), MOST_SUMMARY),
        image=_picture(raw, origin),
        persona=_persona(talk.get("voice") or origin.voice, default_host(origin.address, item_id)),
        goal=one_line(_text(talk, "goal", 5_000), 300),
        openers=_openers(talk),
    )


# -- fields ------------------------------------------------------------------------------------------------------------


def _kind_of(value: object) -> str:
    words = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}
    return words.get(type(value), "a number")


def _shown(value: object) -> str:
    return f'"{one_line(value, 60)}"' if isinstance(value, str) else _kind_of(value)


def _id_for_people(raw: object) -> str:
    name = raw.get("id") if isinstance(raw, dict) else None
    return one_line(str(name)[: 2 * MOST_ID], 80) if isinstance(name, str | int) else ""


def _field(raw: Raw, name: str, kind: type[Any]) -> Any:
    value = raw.get(name)
    if value is not None and not isinstance(value, kind):
        raise ItemRejectedError(f"{name} should be {_kind_of(kind())}, not {_kind_of(value)}")
    return value


def _text(raw: Raw, name: str, limit: int) -> str:
    value: str = _field(raw, name, str) or ""
    if len(value) > limit:
        raise ItemRejectedError(f"{name} has {len(value):,} characters; at most {limit:,} are read")
    return value


def _item_id(raw: Raw) -> str:
    value = raw.get("id")
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        value = str(value)
    value = value or raw.get("url")
    if not isinstance(value, str) or not (item_id := " ".join(clean(value).split())):
        raise ItemRejectedError("it has neither an id nor a url")
    if len(item_id) > MOST_ID:
        raise ItemRejectedError(f"its id has {len(item_id):,} characters; at most {MOST_ID} are allowed")
    return item_id


def _body(raw: Raw) -> str:
    plain = unwrap(clean(_text(raw, "content_text", MOST_MARKUP)))
    text = plain or html_to_text(_text(raw, "content_html", MOST_MARKUP)) or clean(_text(raw, "summary", MOST_MARKUP))
    if not any(character.isalnum() for character in text):
        raise ItemRejectedError("it has no text")
    if len(text) > MOST_TEXT:
        raise ItemRejectedError(f"its text has {len(text):,} characters; at most {MOST_TEXT:,} are read")
    return text


def _author(raw: Raw) -> str:
    for author in _field(raw, "authors", list) or [raw.get("author")]:
        if isinstance(author, dict) and isinstance(author.get("name"), str):
            return one_line(author["name"], 80)
    return ""


def _published(raw: Raw) -> datetime | None:
    for name in ("date_published", "date_modified"):
        written = _text(raw, name, 100).strip()
        if not written:
            continue
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            raise ItemRejectedError(
                f"{name} should be a date like 2026-11-20T08:00:00Z, not {_shown(written)}"
            ) from None
        if moment.year not in _YEARS:
            raise ItemRejectedError(f"{name} {_shown(written)} is out of range")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _language(raw: Raw, origin: Origin) -> str:
    for language in (raw.get("language"), origin.language):
        if isinstance(language, str) and _LANGUAGE.fullmatch(language):
            return language
    return "en"


def _openers(talk: Raw) -> tuple[str, ...]:
    openers = _field(talk, "openers", list) or []
    if len(openers) > MOST_OPENERS or not all(isinstance(opener, str) for opener in openers):
        raise ItemRejectedError(f"_talk.openers should be a list of at most {MOST_OPENERS} questions")
    return tuple(line for opener in openers if (line := one_line(opener[:2_000], 200)))


# -- addresses and pictures --------------------------------------------------------------------------------------------


def web_address(written: str, base: str = "") -> str:
    """Return an absolute http(s) address, relative ones resolved against ``base``.

    Raises:
        ItemRejectedError: another scheme, no host, a user name or password in it, control characters, too long.
    """
    written = written.strip()
    try:
        address = urljoin(base, written) if base.startswith(("http://", "https://")) else written
        parts = urlsplit(address)
        parts.port  # noqa: B018 (raises ValueError when it is not a number)
    except ValueError:
        raise ItemRejectedError(f"{_shown(written)} is not an address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ItemRejectedError(f"{_shown(written)} is not an http or https address")
    if "@" in parts.netloc or len(address) > MOST_URL or clean(address) != address or re.search(r"[\s\\]", address):
        raise ItemRejectedError(f"{_shown(written)} is not a plain address")
    return address


def _address(raw: Raw, origin: Origin) -> str | None:
    written = _field(raw, "url", str) or _field(raw, "external_url", str)
    return web_address(written, origin.address) if written else None


def _picture(raw: Raw, origin: Origin) -> str | None:
    written = (_field(raw, "image", str) or _field(raw, "banner_image", str) or "").strip()
    if not written:
        return None
    if origin.folder is None or _SCHEME.match(written) or written.startswith("//"):
        return web_address(written, origin.address)
    return str(local_picture(written, origin.folder))


def local_picture(written: str, folder: Path) -> Path:
    """Return the absolute path of a picture inside a feed's ``folder``, links resolved.

    Raises:
        ItemRejectedError: it leads out of the folder, is no picture file, is missing or too large.
    """
    relative = unquote(written)
    if "\0" in relative or "\\" in relative or relative.startswith(("/", "~")):
        raise ItemRejectedError(f"its picture {_shown(written)} is not a path inside the feed's folder")
    try:
        root = folder.resolve()
        path = (root / relative).resolve()
        if not path.is_relative_to(root):
            raise ItemRejectedError(f"its picture {_shown(written)} is outside the feed's folder")
        if not path.is_file():
            raise ItemRejectedError(f"its picture {_shown(written)} is not there")
        size = path.stat().st_size
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: links in a circle
        raise ItemRejectedError(f"its picture {_shown(written)} cannot be read ({error})") from error
    if path.suffix.lower() not in PICTURE_SUFFIXES:
        raise ItemRejectedError(f"its picture {_shown(written)} is not one of {' '.join(PICTURE_SUFFIXES)}")
    if size > MOST_PICTURE_BYTES:
        raise ItemRejectedError(f"its picture has {size:,} bytes; at most {MOST_PICTURE_BYTES:,} are read")
    return path


# -- _talk -------------------------------------------------------------------------------------------------------------


def _persona(voice: object, default: Persona) -> Persona:
    """Return who speaks: ``_talk.voice``, what it leaves out taken from the default host."""
    if voice is None:
        return default
    if not isinstance(voice, dict):
        raise ItemRejectedError(f"_talk.voice should be an object, not {_kind_of(voice)}")
    for name in ("figure", "voice"):
        if not _NAME.fullmatch(_text(voice, name, 1_000) or "x"):
            raise ItemRejectedError(f"_talk.voice.{name} {_shown(voice[name])} is not a name like vera")
    name = one_line(sayable(_text(voice, "persona", 1_000) or _text(voice, "name", 1_000)), 60)
    if gives_orders(name) or role_claims_human(name):
        name = ""  # nobody is called so
    return Persona(
        name=name or default.name,
        role=one_line(_text(voice, "role", 1_000), 80) or (default.role if not name else ""),
        manner=one_line(_text(voice, "manner", 5_000), 500) or default.manner,
        figure=voice.get("figure") or default.figure,
        voice=voice.get("voice") or default.voice,
    )


def _evidence(talk: Raw, text: str) -> tuple[Passage, ...]:
    """Return the feed's own passages: each quotes the item's text or gives its span there."""
    described = _field(talk, "evidence", list) or []
    if len(described) > MOST_EVIDENCE:
        raise ItemRejectedError(f"_talk.evidence has {len(described)} passages; at most {MOST_EVIDENCE} are allowed")
    passages = sorted((_own_passage(each, text) for each in described), key=lambda passage: passage.start)
    for before, passage in itertools.pairwise(passages):
        if passage.start < before.end:
            raise ItemRejectedError(
                f"the passages {_shown(before.id)} and {_shown(passage.id)} of _talk.evidence overlap"
            )
    if len({passage.id for passage in passages}) < len(passages):
        raise ItemRejectedError("two passages of _talk.evidence have the same id")
    return tuple(passages)


def _own_passage(described: object, text: str) -> Passage:
    if not isinstance(described, dict) or not isinstance(described.get("id"), str):
        raise ItemRejectedError("each passage of _talk.evidence should be an object with an id")
    name = described["id"]
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", name):
        raise ItemRejectedError(f"the passage id {_shown(name)} should be letters, digits and _.:-")
    start, end, quoted = described.get("start"), described.get("end"), described.get("text")
    if isinstance(quoted, str) and (quote := unwrap(clean(quoted[:MOST_TEXT]))):
        start = text.find(quote)
        end = start + len(quote)
        if start < 0:
            raise ItemRejectedError(f"the passage {_shown(name)} quotes words that are not in the item's text")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
        raise ItemRejectedError(f"the passage {_shown(name)} needs a text, or a start and end inside the item's text")
    if not text[start:end].strip():
        raise ItemRejectedError(f"the passage {_shown(name)} is blank")
    return Passage(id=name, text=text[start:end], start=start, end=end)
