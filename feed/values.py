"""What a text states exactly: numbers, money, dates, times and names, in a form that compares across spellings."""

from __future__ import annotations

import re

import msgspec

from feed.words import STOP_WORDS, listed

MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH_OF = {name[:3]: number for number, name in enumerate(MONTHS, 1)}

_UNITS = {
    word: value
    for value, word in enumerate(
        listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen"
            " eighteen nineteen"
        )
    )
}
_TENS = {
    word: 10 * value for value, word in enumerate(listed("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "trillion": 10**12}
_SCALE_SIGNS = {"k": 1_000, "m": 1_000_000, "bn": 1_000_000_000, "mn": 1_000_000}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        listed(
            "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
            " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
        ),
        1,
    )
}
_PHRASES = {"dozen": 12.0, "half": 0.5, "quarter": 0.25, "twice": 2.0, "once": 1.0, "double": 2.0, "couple": 2.0}
_CURRENCIES = {
    "€": "euro", "$": "dollar", "£": "pound", "¥": "yen", "eur": "euro", "euro": "euro", "euros": "euro",
    "usd": "dollar",
    "dollar": "dollar", "dollars": "dollar", "gbp": "pound", "pound": "pound", "pounds": "pound", "yen": "yen",
    "franc": "franc",
    "francs": "franc", "krona": "krona", "kronor": "krona", "kroner": "krona", "rupees": "rupee", "cents": "cent",
    "pence": "penny",
    "rupee": "rupee", "cent": "cent", "bucks": "dollar", "quid": "pound",
}  # fmt: skip


class Value(msgspec.Struct, frozen=True):
    """Something exact that a text states.

    Attributes:
        kind: "number", "money", "percent", "ordinal", "time", "month", "weekday" or "year".
        amount: the number itself; minutes of the day for a time; 1..12 and 0..6 for months and weekdays.
        unit: the currency of money, else the word after a number in lower case, else "".
        start: offset of the first character.
        end: offset after the last.
    """

    kind: str
    amount: float
    unit: str
    start: int
    end: int


_NUMBER_WORD = "|".join(sorted([*_UNITS, *_TENS, *_SCALES], key=len, reverse=True))
_SPELLED = rf"(?:(?:{_NUMBER_WORD})(?:[\s-]+(?:and[\s-]+)?(?:{_NUMBER_WORD}))*)"
_DIGITS = r"\d{1,3}(?:[,\u202f\u00a0]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_TIME = re.compile(r"\b(\d{1,2})(?:[:.](\d{2}))?\s*([ap])\.?\s?m\b\.?|\b([01]?\d|2[0-3]):([0-5]\d)\b", re.IGNORECASE)
_NUMBER = re.compile(
    rf"(?P<sign>[€$£¥]\s?)?(?P<number>(?<![\w.])(?:{_DIGITS})|\b{_SPELLED}\b)"
    r"(?P<ordinal>(?:st|nd|rd|th)\b)?"
    r"(?:[\s-]?(?P<scale>(?:hundred|thousand|million|billion|trillion|bn|mn)\b)|(?P<sign_scale>[km])\b)?"
    r"(?P<percent>\s?(?:%|percent\b|per\scent\b))?"
    r"(?:[\s-]?(?P<after>[€$£¥]|[^\W\d_]+))?",
    re.IGNORECASE,
)
_ORDINAL = re.compile(rf"\b(?:(?P<tens>{'|'.join(_TENS)})-)?(?P<unit>{'|'.join(_ORDINALS)})\b", re.IGNORECASE)
_PHRASE = re.compile(rf"\b(?:{'|'.join(_PHRASES)})\b", re.IGNORECASE)
_MONTH = re.compile(
    r"\b(?:(" + "|".join(m.title() for m in MONTHS) + r")|(" + "|".join(m[:3].title() for m in MONTHS) + r")\.?)\b"
)
_WEEKDAY = re.compile(r"\b(" + "|".join(WEEKDAYS) + r")s?\b", re.IGNORECASE)
_YEARS = (1000, 2199)
_DATED_FROM = 1700  # "a 1974 ferry"; below, and before a plural, four digits are likelier an amount
_LONGEST_SHORT_UNIT = 2  # letters, of "kg"
_UNITS_WITHOUT_S = frozenset(
    listed(
        "people men women children feet mph rpm kph kcal sheep cattle metre kilometre litre hectare hertz"
        " percent million billion kroner yuan"
    )
)
_ANAPHORIC_ONE = re.compile(r"\b(?:the|this|that|which|every|any|no|some|each|last|next|first|second|new|another|other"
                            r"|only)[\s-]one\b|\bone\s(?:of|another|day|by)\b|\bno\sone\b", re.IGNORECASE)  # fmt: skip


def values(text: str) -> list[Value]:
    """Return what ``text`` states exactly, in order of appearance; spelled numbers count ("forty-two" is 42)."""
    found: list[Value] = []
    taken: list[tuple[int, int]] = [match.span() for match in _ANAPHORIC_ONE.finditer(text)]

    def free(start: int, end: int) -> bool:
        return all(end <= other_start or start >= other_end for other_start, other_end in taken)

    for match in _TIME.finditer(text):
        found.append(Value("time", _minutes(match), "", *match.span()))
        taken.append(match.span())
    for match in _NUMBER.finditer(text):
        value = _number(match)
        if free(value.start, value.end):
            found.append(value)
            taken.append((value.start, value.end))
    for match in _ORDINAL.finditer(text):
        if free(*match.span()):
            amount = _TENS.get((match["tens"] or "").lower(), 0) + _ORDINALS[match["unit"].lower()]
            found.append(Value("ordinal", float(amount), "", *match.span()))
    for match in _PHRASE.finditer(text):
        found.append(Value("number", _PHRASES[match.group().lower()], match.group().lower(), *match.span()))
    for match in _MONTH.finditer(text):
        found.append(Value("month", float(_MONTH_OF[match.group()[:3].lower()]), "", *match.span()))
    for match in _WEEKDAY.finditer(text):
        found.append(Value("weekday", float(WEEKDAYS.index(match[1].lower())), "", *match.span()))
    return sorted(found, key=lambda value: value.start)


def _minutes(match: re.Match[str]) -> float:
    if match[4] is not None:
        return float(int(match[4]) * 60 + int(match[5]))
    hour = int(match[1]) % 12 + (12 if match[3].lower() == "p" else 0)
    return float(hour * 60 + int(match[2] or 0))


def _number(match: re.Match[str]) -> Value:
    written = match["number"]
    amount = _amount(written)
    end = match.end("number")
    scale_group = "scale" if match["scale"] else "sign_scale"
    if scale := (match[scale_group] or "").lower():
        amount *= _SCALES.get(scale, _SCALE_SIGNS.get(scale, 1))
        end = match.end(scale_group)
    if match["ordinal"]:
        return Value("ordinal", amount, "", match.start("number"), match.end("ordinal"))
    if match["percent"]:
        return Value("percent", amount, "", match.start("number"), match.end("percent"))
    after = (match["after"] or "").lower()
    if match["sign"] or after in _CURRENCIES:
        unit = _CURRENCIES[match["sign"].strip() if match["sign"] else after]
        return Value("money", amount, unit, match.start(), end if match["sign"] else match.end("after"))
    whole_year = written.isdigit() and len(written) == 4 and _YEARS[0] <= amount <= _YEARS[1] and not scale
    if whole_year and (not after or after in STOP_WORDS or (amount >= _DATED_FROM and _dated(after))):
        return Value("year", amount, "", match.start("number"), end)
    return Value("number", amount, "" if after in STOP_WORDS else after, match.start("number"), end)


def _dated(word: str) -> bool:
    """Tell whether ``word`` after four digits is what dates from that year ("a 1974 ferry"), not what is counted."""
    return len(word) > _LONGEST_SHORT_UNIT and not word.endswith("s") and word not in _UNITS_WITHOUT_S


def _amount(written: str) -> float:
    if written[0].isdigit():
        plain = re.sub(r"[\u202f\u00a0]", "", written)
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
            return float(plain.replace(",", ""))
        return float(plain.replace(",", "."))
    total = group = 0
    for word in re.split(r"[\s-]+", written.lower()):
        if word == "hundred":
            group = (group or 1) * 100
        elif word in _SCALES:
            total += (group or 1) * _SCALES[word]
            group = 0
        elif word != "and":
            group += _UNITS.get(word, _TENS.get(word, 0))
    return float(total + group)


# -- names -------------------------------------------------------------------------------------------------------------

_NAME = re.compile(
    r"(?:[A-ZÀ-ÖØ-ÞŁŚŽŠČ][\w’'&]*(?:-[\w’']+)*)(?:(?:\s+(?:of|de|la|van|von|der|den|del|di|da|al|bin"
    r"|the)(?=\s+[A-ZÀ-Þ]))?"
    r"(?:\s+)(?:[A-ZÀ-ÖØ-ÞŁŚŽŠČ][\w’'&]*(?:-[\w’']+)*))*"
)
_CALENDAR = {*MONTHS, *WEEKDAYS}
_PLAIN_CAPITALS = {
    "i",
    "i'm",
    "i’m",
    "i've",
    "i’ve",
    "i'd",
    "i’d",
    "i'll",
    "i’ll",
    "ok",
    "mr",
    "mrs",
    "ms",
    "dr",
    "yes",
    "no",
}
_NO_NAMES = {*STOP_WORDS, *_PLAIN_CAPITALS, *_CALENDAR}


class Name(msgspec.Struct, frozen=True):
    """A run of capitalised words.

    Attributes:
        text: as written, without a possessive ending.
        start: offset of the first character.
        opening: it opens a sentence, so it may be an ordinary word.
    """

    text: str
    start: int
    opening: bool

    @property
    def words(self) -> tuple[str, ...]:
        """Its words in lower case."""
        return tuple(word.lower() for word in re.split(r"[\s-]+", self.text))


def names(text: str) -> list[Name]:
    """Return the names of ``text``; ordinary words that open a sentence are left out where they are known as such."""
    found: list[Name] = []
    for match in _NAME.finditer(text):
        before = text[: match.start()].rstrip()
        opening = not before or before[-1] in ".!?:…\n\"“”'‘(" or text[: match.start()].endswith("\n")
        written = match.group()
        start = match.start()
        first, _, rest = written.partition(" ")
        while first.lower().replace("’", "'") in _NO_NAMES:
            start += len(first) + 1
            written, opening = rest.lstrip(), False
            first, _, rest = written.partition(" ")
        written = re.sub(r"['’]s?$", "", written)
        if written and written.lower() not in _NO_NAMES:
            found.append(Name(written, start, opening and " " not in written))
    return found
