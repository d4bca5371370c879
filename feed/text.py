"""Plain text: cleaning it, cutting it into sentences, and sentences into passages with exact spans."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator

from feed.items import Passage

Span = tuple[int, int]

PASSAGE_SHORT = 120  # characters; a passage grows by whole sentences until it has this many
PASSAGE_LONG = 320  # characters; it never grows beyond this by adding a sentence
PASSAGE_SENTENCES = 3
PASSAGE_TAIL = 60  # characters; a shorter rest of a paragraph joins the passage before it
SENTENCE_LONG = 600  # characters; a longer "sentence" (a list, a text without stops) is cut at a clause or a space

# -- cleaning ----------------------------------------------------------------------------------------------------------

_LINE_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Characters that nobody sees or hears and that can reorder or hide others: controls, bidi marks and overrides
# (Unicode UAX #9), zero-width space, word joiner, soft hyphen, byte order mark, annotations, tags, lone surrogates,
# noncharacters. ZWJ and ZWNJ stay: Persian, Indic scripts and emoji need them.
_UNWANTED = re.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef"
    r"\ufeff\ufff9-\ufffc\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_STACKED_MARKS = re.compile(r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{3})"
                            r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")  # fmt: skip
_SPACES = re.compile(r"[^\S\n]+")
_PARAGRAPH_GAP = re.compile(r" ?\n ?\n[\n ]*")
_LINE_GAP = re.compile(r" ?\n ?")


def clean(text: str) -> str:
    """Return ``text`` in NFC without control and bidi characters, with single spaces and tidy paragraphs.

    Lines stay lines, and any run of blank lines becomes one blank line, the separator of paragraphs.
    """
    text = _UNWANTED.sub("", _LINE_BREAKS.sub("\n", text))
    text = _STACKED_MARKS.sub(r"\1", unicodedata.normalize("NFC", text))
    text = _PARAGRAPH_GAP.sub("\n\n", _SPACES.sub(" ", text))
    return _LINE_GAP.sub("\n", text).strip()


def unwrap(text: str, width: int = 50) -> str:
    """Join the lines of hard-wrapped paragraphs; short lines (verse, addresses) stay as they are.

    A line break goes when the line before it has at least ``width`` characters.
    """
    paragraphs = []
    for paragraph in text.split("\n\n"):
        lines = paragraph.split("\n")
        joined = lines[0]
        for before, line in itertools.pairwise(lines):
            joined += (" " if len(before) >= width else "\n") + line
        paragraphs.append(joined)
    return "\n\n".join(paragraphs)


def one_line(text: str, limit: int) -> str:
    """Return ``text`` cleaned, on one line, at most ``limit`` characters, cut at a word with an ellipsis."""
    line = " ".join(clean(text).split())
    if len(line) <= limit:
        return line
    kept = line[: limit - 1]
    space = kept.rfind(" ")
    return (kept[:space] if space > limit // 2 else kept).rstrip(" ,;:.-–—") + "…"


# -- sentences ---------------------------------------------------------------------------------------------------------

_STOP = re.compile(r"(?:[.!?…]+|[。！？])[\"'”’»)\]]*(?=\s|$)|[。！？][」』）]*|\n+")
_OPENERS = "\"'“‘«([¿¡—–-"
_LAST_WORD = re.compile(r"[^\s\"'“”‘’«»()\[\]]+$")
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]")
_LIST_NUMBER = re.compile(r"(?:\d{1,3}|[a-zA-Z])$")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Always followed by what they belong to.
_TITLES = _words(
    "mr mrs ms mx dr prof fr rev hon capt cpt col gen lt sgt maj cmdr adm gov sen rep pres supt insp messrs mme mlle"
    " mt vs cf viz approx e.g i.e"
)
# Followed by a number when they are abbreviations.
_BEFORE_NUMBER = _words("no nos nr p pp art ch fig figs sec vol jan feb mar apr jun jul aug sep sept oct nov dec")
# They end a sentence only when a word follows that begins one.
_EITHER = _words("st sr jr ft rd ave blvd inc ltd co corp bros al est dept ed u.s u.k u.n e.u ph.d b.c a.d a.m p.m")
_STARTERS = _words(
    "a an the he she it they we i you his her its their our my your this that these those there here but and so yet or"
    " if when while after before as at in on by for from with no not nobody what who how why where then now"
)


def sentence_spans(text: str) -> Iterator[Span]:
    """Yield (start, end) of each sentence of ``text``, in order, without surrounding white space.

    A line break always ends a sentence. Abbreviations, initials, decimals, list numbers, quoted exclamations
    ("Stop!" he said) and ellipses that go on do not.
    """
    start = 0
    for stop in _STOP.finditer(text):
        if stop.group()[0] != "\n" and not _ends_sentence(text, start, stop):
            continue
        yield from _trimmed(text, start, stop.end())
        start = stop.end()
    yield from _trimmed(text, start, len(text))


def sentences(text: str) -> list[str]:
    """Return the sentences of ``text``."""
    return [text[start:end] for start, end in sentence_spans(text)]


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _ends_sentence(text: str, start: int, stop: re.Match[str]) -> bool:
    following = text[stop.end() : stop.end() + 40].lstrip()
    if not following or text[stop.end()] == "\n":
        return True
    first = following.lstrip(_OPENERS)[:1]
    if first.islower():
        return False
    if stop.group() != ".":  # !, ?, an ellipsis, or a closing quote after the stop
        return True
    before = _LAST_WORD.search(text, max(start, stop.start() - 40), stop.start())
    if before is None:
        return True
    return _stop_after_word(before.group(), following, first, at_start=before.start() == _first_letter(text, start))


def _first_letter(text: str, start: int) -> int:
    while start < len(text) and (text[start].isspace() or text[start] in _OPENERS):
        start += 1
    return start


def _stop_after_word(word: str, following: str, first: str, *, at_start: bool) -> bool:
    """Tell whether the full stop after ``word`` ends the sentence; ``first`` is the next letter, not lower case."""
    lower = word.lower()
    if at_start and _LIST_NUMBER.match(word):
        return False
    if lower in _TITLES:
        return False
    initial = len(word) == 1 and word.isupper() and word != "I"
    if lower in _BEFORE_NUMBER and not initial:
        return not first.isdigit()
    next_word = re.split(r"[\s,.;:!?'’]", following.lstrip(_OPENERS), maxsplit=1)[0].lower()
    if initial or lower in _EITHER or _DOTTED.fullmatch(word):
        return next_word in _STARTERS
    return True


# -- words -------------------------------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]+")
_STOP_WORDS = _words(
    "a about after all am an and any are as at be been before being but by can could did do does doing for from had has"
    " have having he her here hers him his how i if in into is it its itself just may me might my no nor not of on or"
    " our ours out over own please shall she should so some such tell than that the their theirs them then there these"
    " they this those to too up us very was we were what when where which while who whom whose why will with would you"
    " your yours s t d ll re ve m"
)
_HOW = _words("big deep far fast heavy high hot large long many much often old soon tall thick warm well wide")


def content_words(question: str) -> list[str]:
    """Return the words of a question that say what it is about: lower case, each once, in order.

    The measure after "how" ("how many", "how long") says what kind of answer is wanted, not what about, and is left
    out. A question of nothing but such words ("who are you?") gives all its words.
    """
    words = [word.lower() for word in _WORD.findall(question)]
    telling = [
        word
        for before, word in zip(["", *words], words, strict=False)
        if word not in _STOP_WORDS and not (before == "how" and word in _HOW)
    ]
    return list(dict.fromkeys(telling or words))


# -- passages ----------------------------------------------------------------------------------------------------------

_CLAUSE_END = re.compile(r"[;:,—–]\s")


def passage_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """Yield the spans of the passages of ``text[start:end]``: one to three sentences of one paragraph each.

    Together they hold every character that is not white space, in order and without overlap.
    """
    end = len(text) if end is None else end
    for paragraph in re.finditer(r"(?:(?!\n\n).)+", text[start:end], re.DOTALL):
        offset = start + paragraph.start()
        pieces = [
            (offset + piece_start, offset + piece_end)
            for sentence in sentence_spans(paragraph.group())
            for piece_start, piece_end in _pieces(paragraph.group(), *sentence)
        ]
        yield from _grouped(pieces)


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut a run-on sentence at the last clause end, space or, failing both, character that keeps it readable."""
    while end - start > SENTENCE_LONG:
        limit = start + PASSAGE_LONG
        clauses = [match.end() for match in _CLAUSE_END.finditer(text, start + PASSAGE_SHORT, limit)]
        cut = clauses[-1] if clauses else max(text.rfind(" ", start + 1, limit), text.rfind("\n", start + 1, limit))
        cut = cut if cut > start else limit
        yield from _trimmed(text, start, cut)
        start = cut
    yield from _trimmed(text, start, end)


def _grouped(pieces: list[Span]) -> Iterator[Span]:
    groups: list[list[Span]] = []
    for piece in pieces:
        last = groups[-1] if groups else None
        if (
            last is not None
            and last[-1][1] - last[0][0] < PASSAGE_SHORT
            and piece[1] - last[0][0] <= PASSAGE_LONG
            and len(last) < PASSAGE_SENTENCES
        ):
            last.append(piece)
        else:
            groups.append([piece])
    if len(groups) > 1:
        tail, before = groups[-1], groups[-2]
        if (
            tail[-1][1] - tail[0][0] < PASSAGE_TAIL
            and tail[-1][1] - before[0][0] <= PASSAGE_LONG
            and len(before) + len(tail) <= PASSAGE_SENTENCES
        ):
            groups[-2:] = [before + tail]
    for group in groups:
        yield group[0][0], group[-1][1]


def cut_passages(text: str, own: tuple[Passage, ...] = ()) -> tuple[Passage, ...]:
    """Return the passages of a cleaned ``text``: the feed's ``own`` where it names some, cut by sentences elsewhere.

    ``own`` must be in order, without overlap, and exact; the others are numbered p1, p2, ... past the names in use.
    """
    taken = {passage.id for passage in own}
    passages: list[Passage] = []
    number = 0
    position = 0
    for stop in (*own, None):
        for start, end in passage_spans(text, position, stop.start if stop else len(text)):
            number += 1
            while f"p{number}" in taken:
                number += 1
            passages.append(Passage(id=f"p{number}", text=text[start:end], start=start, end=end))
        if stop:
            passages.append(stop)
            position = stop.end
    return tuple(passages)
