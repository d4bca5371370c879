"""How web and mail addresses, handles and hashtags are spoken: short, the way people say them."""

from __future__ import annotations

import re

from avatar.voice.number_words import number
from avatar.voice.rule import LETTER, Rule

_ENDINGS = "com|org|net|edu|gov|int|info|io|ai|app|dev|co|uk|de|fr|es|it|pl|nl|se|no|eu|us|ca|au|jp|tv|me|museum"
_SPELLED = frozenset(("uk", "de", "fr", "es", "nl", "eu", "us", "ca", "au", "jp", "tv", "io", "ai", "pl", "se"))
_PATH_PARTS = 2  # of an address that are worth hearing
_PART_LETTERS = 24  # a longer part is a key, not a name


def _host(written: str) -> str:
    return " dot ".join(
        f"{'.'.join(label.upper())}." if label.lower() in _SPELLED else _label(label)
        for label in written.removeprefix("www.").split(".")
        if label
    )


def _label(written: str) -> str:
    """Read a name made of letters and digits: "open-street2" is "open street two"."""
    pieces = re.findall(rf"{LETTER}+|\d+", written)
    return " ".join(number(piece) if piece.isdecimal() else piece for piece in pieces)


def _web(match: re.Match[str]) -> str:
    host, *path = re.sub(r"[?#].*$", "", match["address"]).split("/")
    parts = [_label(part) for part in path if part and len(part) <= _PART_LETTERS]
    return " slash ".join([_host(host), *[part for part in parts[:_PATH_PARTS] if part]])


def _mail(match: re.Match[str]) -> str:
    name = " dot ".join(_label(part) for part in match["name"].split(".") if part)
    return f"{name} at {_host(match['host'])}"


def _handle(match: re.Match[str]) -> str:
    return f"at {_label(match['name'])}"


def _hashtag(match: re.Match[str]) -> str:
    """Read "#OpenDataDay" as "hashtag open data day"."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", match["name"])
    return f"hashtag {' '.join(_label(word) for word in words.split())}"


RULES: tuple[Rule, ...] = (
    Rule(re.compile(r"(?<![\w.+-])(?P<name>[\w.+-]{1,64})@(?P<host>[\w-]+(?:\.[\w-]+)+)(?<![.-])"), _mail),
    Rule(re.compile(r"(?i:https?|ftp)://(?P<address>[^\s<>\"”’)\]]*[\w/])"), _web),
    Rule(
        re.compile(
            rf"(?<![\w@.])(?P<address>(?:www\.)?(?:[a-zA-Z0-9][\w-]*\.)+(?:{_ENDINGS})(?:/[\w./-]*\w)?)"
            r"(?![\w-])(?!\.\w)"
        ),
        _web,
    ),
    Rule(re.compile(r"(?<!\w)@(?P<name>\w+)"), _handle),
    Rule(re.compile(r"(?<![\w&])#(?P<name>[^\W\d]\w*)"), _hashtag),
    Rule(re.compile(r"(?<![\w&])#(?P<name>\d+)"), lambda m: f"number {number(m['name'])}"),
)  # fmt: skip
