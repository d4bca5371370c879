"""Stage directions: moods, gestures and looks that stand in a text in square brackets, such as ``[joy 0.6]``.

What stands in brackets is never spoken. It is either one of the names below, with a strength from 0 to 1 after it where
that means something, or it is left out and reported; nothing else is ever done with it.

    [MOOD 0.6]           one of ``avatar.marks.MOODS``; holds until the next mood
    [GESTURE 0.6]        one of ``avatar.marks.GESTURES``; [count 3] is [three], [touch collar] is [collar]
    [look TARGET]        one of ``avatar.marks.GAZES``
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from avatar.marks import GAZES, GESTURES, MOODS, Mark

MOST_DIRECTIONS = 64  # in one text; what comes after them is left out
_LONGEST = 60  # characters between brackets; more is text that happens to stand in them
_COUNTS = {"1": "one", "2": "two", "3": "three", "4": "four", "5": "five"}
_FILLERS = frozenset(("at", "the", "to", "item", "my", "your"))
_WORD = re.compile(r"\w")
_STRENGTH = re.compile(r"(?:0(?:\.\d{1,6})?|1(?:\.0{1,6})?|\.\d{1,6})")


@dataclass(frozen=True, slots=True)
class Direction:
    """Something to do at a place of a text.

    Attributes:
        kind: what it is, as of a mark.
        name: the mood, gesture or gaze.
        strength: 0..1.
        place: the character of the spoken text at which it stands.
    """

    kind: Literal["mood", "gesture", "gaze"]
    name: str
    strength: float = 1.0
    place: int = 0


@dataclass(frozen=True, slots=True)
class Script:
    """A text as it is spoken, and what is done meanwhile.

    Attributes:
        text: without directions.
        directions: in the order of their places.
        ignored: what stood in brackets and is no direction, as written.
    """

    text: str
    directions: tuple[Direction, ...] = ()
    ignored: tuple[str, ...] = ()

    def cut(self, pieces: Iterable[str]) -> list[Script]:
        """Return a script for each piece of the text, in order; each takes the directions that stand before its end."""
        waiting = list(self.directions)
        scripts: list[Script] = []
        cursor = 0
        for piece in pieces:
            found = max(self.text.find(piece, cursor), cursor)
            cursor = found + len(piece)
            taken = [direction for direction in waiting if direction.place < cursor]
            waiting = waiting[len(taken) :]
            scripts.append(Script(piece, tuple(_moved(direction, found) for direction in taken)))
        if scripts and waiting:
            last = scripts[-1]
            rest = tuple(Direction(each.kind, each.name, each.strength, len(last.text)) for each in waiting)
            scripts[-1] = Script(last.text, last.directions + rest)
        return scripts


class Cues:
    """Turns the directions of a script into marks, as the words of its speech come in."""

    def __init__(self, script: Script) -> None:
        self._text = script.text
        self._waiting = list(script.directions)
        self._cursor = 0

    def marks(self, words: Sequence[Mark]) -> tuple[Mark, ...]:
        """Return the marks of what falls on these words: at the start of the next word, or at the end of the last."""
        found: list[Mark] = []
        for word in words:
            if word.kind != "word":
                continue
            place = self._text.find(word.text, self._cursor)
            if place >= 0:
                self._cursor = place + len(word.text)
            found += self._due(self._cursor, word.start)
            if self._waiting and not _WORD.search(self._text, self._cursor):
                found += self._due(len(self._text) + 1, word.end)
        return tuple(found)

    def _due(self, place: int, sample: int) -> list[Mark]:
        count = sum(direction.place < place for direction in self._waiting)
        due, self._waiting = self._waiting[:count], self._waiting[count:]
        return [Mark(each.kind, sample, sample, each.name, each.strength) for each in due]


def scripted(text: str) -> Script:
    """Take the stage directions out of a text. Whatever the text is, this takes time in proportion to its length."""
    spoken = ""
    directions: list[Direction] = []
    ignored: list[str] = []
    position = 0
    while position < len(text):
        end = _bracketed(text, position) if text[position] == "[" else 0
        if not end:
            following = text.find("[", position + 1)
            following = len(text) if following < 0 else following
            spoken = _joined(spoken, text[position:following])
            position = following
            continue
        written = text[position + 1 : end - 1]
        direction = _direction(written, len(spoken.rstrip())) if len(directions) < MOST_DIRECTIONS else None
        if direction is not None:
            directions.append(direction)
        elif len(ignored) < MOST_DIRECTIONS:
            ignored.append(written)
        position = end
    return Script(spoken.rstrip(), tuple(directions), tuple(ignored))


def _bracketed(text: str, start: int) -> int:
    """Return where the bracket that opens at ``start`` has closed; 0 if it does not, or holds more than a direction."""
    depth = 0
    for position in range(start, min(start + _LONGEST + 2, len(text))):
        if text[position] == "[":
            depth += 1
        elif text[position] == "]":
            depth -= 1
            if depth == 0:
                return position + 1
    return 0


def _joined(spoken: str, following: str) -> str:
    """Return the text with what follows a direction, without the gap that the direction leaves."""
    if not spoken or spoken[-1].isspace():
        rest = following.lstrip()
        return (spoken.rstrip() if rest[:1] in tuple(".,;:!?") else spoken) + rest
    return spoken + following


def _direction(written: str, place: int) -> Direction | None:
    """Return what a direction asks for; None when it is none."""
    words = written.lower().split()
    strength = 1.0
    if len(words) > 1 and _STRENGTH.fullmatch(words[-1]) and words[0] not in ("look", "count"):
        strength = float(words.pop())
    match words:
        case [mood] if mood in MOODS:
            return Direction("mood", mood, strength, place)
        case [gesture] | ["touch", gesture] | ["count", gesture] if gesture in GESTURES:
            return Direction("gesture", gesture, strength, place)
        case ["count", number] if number in _COUNTS:
            return Direction("gesture", _COUNTS[number], strength, place)
        case ["point", *rest] if _FILLERS.issuperset(rest):
            return Direction("gesture", "point", strength, place)
        case ["look", *rest] if rest and rest[-1] in GAZES and _FILLERS.issuperset(rest[:-1]):
            return Direction("gaze", rest[-1], strength, place)
    return None


def _moved(direction: Direction, by: int) -> Direction:
    return Direction(direction.kind, direction.name, direction.strength, max(direction.place - by, 0))
