"""An item, read once for all questions: who appears, what each sentence holds, whether its author speaks."""

from __future__ import annotations

import functools
import re

import msgspec

from feed.items import Item
from feed.lines import Cast, Line, cast_of, lines_of, main_person
from feed.values import names
from feed.words import STOP_WORDS, stem, stems, tokens

SPEAKER_WORDS = re.compile(r"\b(?:I|I['’]\w+|me|my|My|mine|we|We|our|Our|us)\b")


class Reading(msgspec.Struct, frozen=True):
    """An item, read once for all questions."""

    item: Item
    cast: Cast
    lines: tuple[Line, ...]
    words: dict[str, str]  # stem -> a word of the text with it; names are left out
    main_person: str  # whom the item is mostly about, or ""
    first_person: bool  # its author speaks of themselves
    own_words: bool  # somewhere in it its author speaks as such: "we", "I"

    @property
    def stems(self) -> frozenset[str]:
        """Stems of everything the item says, names and the title included."""
        return frozenset().union(stems(self.item.title), *(line.stems for line in self.lines))


@functools.lru_cache(maxsize=16)
def read(item: Item) -> Reading:
    """Return the item's reading, from memory when it was read before."""
    cast = cast_of(item.text)
    person = main_person(item, cast)
    lines = lines_of(item, cast, person)
    words: dict[str, str] = {}
    for text in (item.title, *(line.text for line in lines)):
        named = [(name.start, name.start + len(name.text)) for name in names(text) if not name.opening]
        for token in tokens(text):
            if token.text.lower() in STOP_WORDS or any(start <= token.start < end for start, end in named):
                continue
            words.setdefault(token.stem, token.text.lower())
            for part in token.text.split("-"):
                words.setdefault(stem(part), part.lower())
    own = [line for line in lines if not line.quoted and SPEAKER_WORDS.search(_QUOTATION.sub("", line.text))]
    return Reading(item, cast, lines, words, person, len(own) > _OWN_SHARE * len(lines), bool(own))


_QUOTATION = re.compile(r"[“\"][^”\"]*[”\"]")
_OWN_SHARE = 0.2  # of the sentences say "I" or "we" where an author tells of themselves
