"""Written English to spoken words, token by token, so that every word that is heard points at what was written.

``sentences`` scans the text once, from left to right. Where a token may begin, the reading rules are tried in order;
the first that answers wins, and a plain word reads as itself. What lies between tokens becomes pauses.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from avatar.voice import abbreviations, addresses, dates, quantities
from avatar.voice.rule import LETTER, Rule

SENTENCE_ENDS = frozenset(".!?")

_MOST_LETTERS = 48  # of a word; a longer one is cut for the ear, not for the eye


@dataclass(frozen=True, slots=True)
class Token:
    """A written token and how it is said.

    Attributes:
        start: offset of its first character in the text.
        end: offset after its last character.
        spoken: the words to say, separated by spaces, in letters only (a comma is a short pause); "" when the token
            is not pronounced.
        pause: what follows it, one of ``, ; : — … . ! ?``, or "".
        gap: offset after the punctuation that follows it.
    """

    start: int
    end: int
    spoken: str
    pause: str
    gap: int


_SYMBOLS = {
    "&": "and", "@": "at", "%": "percent", "=": "equals", "+": "plus", "±": "plus or minus", "×": "times",
    "÷": "divided by", "→": "to", "≈": "about", "≤": "at most", "≥": "at least", "≠": "is not", "<": "less than",
    ">": "more than", "§": "section", "~": "about", "°": "degrees",
}  # fmt: skip
_LETTERS_OUTSIDE_UNICODE_FOLDING = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe",
     "þ": "th", "Þ": "Th", "ð": "th", "Ð": "Th", "ı": "i", "ə": "e", "’": "'", "‐": "-", "‑": "-"}
)  # fmt: skip
_CANDIDATE = re.compile(r"[^\W_]|[$£€¥₹₽₩₺₴#@&%=+±×÷→≈≤≥≠<>§~°'’.(–—½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞²³−-]")
_WORD = re.compile(
    rf"['’](?:tis|twas|em|til|cause|n|bout)\b|{LETTER}+(?:['’]{LETTER}+)*(?:[-‐‑]{LETTER}+(?:['’]{LETTER}+)*)*"
)
_POWER = re.compile(r"(?<=[^\W\d_])[²³]")
_UNSAYABLE = re.compile(r"[^A-Za-z' ,.-]+")
_ARITHMETIC = re.compile(r"[&×÷→≈≤≥≠±§]|[=+@](?=\s?\w)(?<=[\w\s].)|[~<>](?=\s?\d)|%")
_RANGE_DASH = re.compile(r"(?<=[\dmM.%°C])\s?[–—-]\s?(?=\d)")
_BETWEEN_WORDS = re.compile(r"\s(?:-{1,3}|[–—]+)\s|—|--+")
_NEW_BLOCK = re.compile(r"\n\s*(?:\n|[-*•‣▪]\s|\d{1,2}[.)]\s)")
_MARKER = 4  # characters of the number that begins a list item
_END = re.compile(r"[.!?…。！？]+")

_RULES: tuple[Rule, ...] = (
    *addresses.RULES,
    *abbreviations.WORD_RULES,
    *dates.RULES,
    *quantities.RULES,
    *abbreviations.CODE_RULES,
    *quantities.PLAIN_RULES,
    Rule(_RANGE_DASH, lambda match: "to"),
    Rule(_WORD, lambda match: match[0]),
    Rule(_POWER, lambda match: "squared" if match[0] == "²" else "cubed"),
    Rule(_ARITHMETIC, lambda match: _SYMBOLS[match[0]]),
)


def sentences(text: str) -> Iterator[list[Token]]:
    """Yield the sentences of ``text`` in order, each a list of tokens. Quotes, emoji and punctuation are in no token.

    The last token of a sentence always has a pause that ends it.
    """
    sentence: list[Token] = []
    for token in _tokens(text):
        sentence.append(token)
        if token.pause in SENTENCE_ENDS:
            yield sentence
            sentence = []
    if sentence:
        last = sentence[-1]
        yield [*sentence[:-1], Token(last.start, last.end, last.spoken, ".", last.gap)]


def _tokens(text: str) -> Iterator[Token]:
    waiting: tuple[int, int, str] | None = None
    for found in _scan(text):
        if waiting:
            yield _with_pause(text, *waiting, next_start=found[0])
        waiting = found
    if waiting:
        yield _with_pause(text, *waiting, next_start=len(text))


def _scan(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, spoken) of every token."""
    position = 0
    while (candidate := _CANDIDATE.search(text, position)) is not None:
        position = candidate.start()
        for rule in _RULES:
            match = rule.pattern.match(text, position)
            if match is None or match.end() == position:
                continue
            spoken = rule.read(match)
            if spoken is not None:
                start, end = match.span()
                start += len(match[0]) - len(match[0].lstrip())
                yield start, start + len(text[start:end].rstrip()), _sayable(spoken)
                position = end
                break
        else:
            position += 1


def _sayable(spoken: str) -> str:
    """Return words in the letters that English knows; words of another script are left out."""
    folded = unicodedata.normalize("NFKD", spoken.translate(_LETTERS_OUTSIDE_UNICODE_FOLDING))
    plain = "".join(character for character in folded if not unicodedata.combining(character))
    words = [_UNSAYABLE.sub("", word)[:_MOST_LETTERS] for word in plain.split()]
    return " ".join(word for word in words if any(character.isalpha() for character in word))


def _with_pause(text: str, start: int, end: int, spoken: str, next_start: int) -> Token:
    between = text[end:next_start]
    pause = _pause(between, text[next_start : next_start + 1])
    if pause in ("", ",", ";", ":", "—") and _NEW_BLOCK.search(text, end, next_start + _MARKER):
        pause = "."
    if (
        pause in ("", ",")
        and abbreviations.may_end_sentence(text[start:end], spoken)
        and _begins(text, between, next_start)
    ):
        pause = "."
    return Token(start, end, spoken, pause, end + len(_closing(between)))


def _pause(between: str, following: str) -> str:
    """Return the pause that the characters between two tokens stand for."""
    end = _END.match(between.lstrip("\"'’”»)]*_ "))
    if end and (mark := _ending(end[0], between, following)):
        return mark
    if _BETWEEN_WORDS.search(between):
        return "—"
    for mark in ";:":
        if mark in between and re.search(rf"{mark}[\s\"'”’)]", between):
            return mark
    return "," if any(character in between for character in ",()[]，、") else ""


def _ending(marks: str, between: str, following: str) -> str:
    if "?" in marks or "？" in marks:
        return "?"
    if "!" in marks or "！" in marks:
        return "!"
    if "…" in marks or ".." in marks:
        return "…" if following else "."
    attached = following and not re.search(r"[\s。]", between)
    return "" if attached or (following.islower() and "\n" not in between) else "."


def _begins(text: str, between: str, next_start: int) -> bool:
    """Return whether a new sentence begins at ``next_start``, seen from an abbreviation before it."""
    following = text[next_start : next_start + 1]
    return not following or (
        following.isupper() and bool(between.strip(" ") == "" or between.lstrip("\"'”’)")[:1].isspace())
    )


def _closing(between: str) -> str:
    """Return the part of ``between`` that belongs to the words before it: all up to the last space or opening."""
    match = re.match(r"[^\s(\[“‘«]*", between)
    return match[0] if match else ""
