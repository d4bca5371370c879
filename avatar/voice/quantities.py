"""How money, measures, percentages, scores, ranges, fractions, telephone numbers and bare numbers are spoken."""

from __future__ import annotations

import re

from avatar.voice.number_words import cardinal, digits, fraction, number, ordinal
from avatar.voice.rule import Rule, after, before
from avatar.voice.units import ATTACHED_UNITS, CURRENCIES, MAGNITUDES, UNITS, VULGAR_FRACTIONS

_NUMBER = r"\d{1,3}(?:[,\u202f\xa0]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_SIGN = r"(?:(?<![\w)])[-−])?"
_DASH = r"\s?[-–—]\s?"

_RANGED = r"\b(?:pages?|pp\.|age[sd]?|years?|between|chapters?|verses?|lines?|from|about|around|some|roughly|of)\s"
_SCORING = (
    r"(?i:\b(?:won?|wins?|winning|beat|beats|beating|lost|los(?:e|es|ing)|drew|draws?|led|leads?|leading|trail\w*|"
    r"score\w*|final|defeat\w*|victory|sets?)\b)"
)


def _alternatives(words: dict[str, object] | dict[str, tuple[str, str]]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _is_one(text: str) -> bool:
    return text.lstrip("-−") == "1"


def _money(match: re.Match[str]) -> str | None:
    one, many, hundredth, hundredths = CURRENCIES[match["sign"] if match["sign"] else match["code"]]
    sign = "minus " if match["minus"] else ""
    amount = match["amount"]
    if match["last"]:
        return f"{sign}{number(amount)} to {number(match['last'])}{_magnitude(match)} {many}"
    whole, _, parts = amount.partition(".")
    if match["magnitude"]:
        unit = one if _is_adjective(match) else many
        return f"{sign}{number(amount)}{_magnitude(match)} {unit}"
    if len(parts) == 2 and hundredth:
        small = f"{cardinal(int(parts))} {hundredth if int(parts) == 1 else hundredths}"
        if whole.strip("0") == "":
            return sign + small
        large = f"{sign}{number(whole)} {one if _is_one(whole) else many}"
        return f"{large} and {small}" if int(parts) else large
    return f"{sign}{number(amount)} {one if _is_one(amount) or _is_adjective(match) else many}"


def _magnitude(match: re.Match[str]) -> str:
    written = match["magnitude"]
    return f" {MAGNITUDES.get(written.lower(), written.lower())}" if written else ""


def _is_adjective(match: re.Match[str]) -> bool:
    """Return whether the amount stands before what it prices: "a $5 note", "the $20-billion plan"."""
    return after(match, r"-[a-z]") or (
        before(match, r"\b(?:a|an|another|one|each|every)\s+(?:\w+\s+)?")
        and after(match, r"\s[a-z]{3,}\b(?<!for)(?<!and)(?<!per)")
    )


def _cents(match: re.Match[str]) -> str:
    return f"{number(match['amount'])} {'cent' if _is_one(match['amount']) else 'cents'}"


def _measure(match: re.Match[str]) -> str | None:
    amount, unit = match["amount"], match["unit"]
    if match["space"] and unit in ATTACHED_UNITS:
        return None
    one, many = UNITS[unit]
    sign = "minus " if match["minus"] else ""
    if match["last"]:
        return f"{sign}{number(amount)} to {number(match['last'])} {many}"
    adjective = after(match, r"-[a-z]") or (match["hyphen"] and after(match, r"\s[a-z]"))
    return f"{sign}{number(amount)} {one if _is_one(amount) or adjective else many}"


def _pair(match: re.Match[str]) -> str | None:
    """Read two numbers with a dash: a score where it falls, is level or is near a word of sport; else a range."""
    first, last = match["first"], match["last"]
    numbers = float(first.replace(",", "")), float(last.replace(",", ""))
    small = all(value < 200 and "." not in text for value, text in zip(numbers, (first, last), strict=True))
    around = re.split(r"[;:.]\s", match.string[max(0, match.start() - 60) : match.start()])[-1]
    around += re.split(r"[;:.]\s", match.string[match.end() : match.end() + 30])[0]
    sport = re.search(_SCORING, around) is not None and not before(match, _RANGED)
    in_list = before(match, r"\d[-–]\d{1,2},?\s(?:and\s)?")
    if small and (numbers[0] >= numbers[1] or in_list or sport):
        return " ".join(cardinal(int(value)) if value else ("nil" if sport else "zero") for value in numbers)
    return f"{number(first)} to {number(last)}"


def _groups(match: re.Match[str]) -> str:
    """Read "978-3-16" digit by digit in its groups, "192.168.0.1" and "2.0.1" with points."""
    if "." in match[0]:
        return " point ".join(number(group) for group in match[0].split("."))
    return ", ".join(digits(group) for group in re.findall(r"\d+", match[0]))


def _height(match: re.Match[str]) -> str:
    return f"{number(match['feet'])} {'foot' if match['feet'] == '1' else 'feet'} {number(match['inches'])}"


def _phone(match: re.Match[str]) -> str | None:
    groups = re.findall(r"\d+", match[0])
    if not 7 <= sum(map(len, groups)) <= 15:
        return None
    plus = "plus " if match[0].startswith("+") else ""
    return plus + ", ".join(digits(group, zero="oh") for group in groups)


def _fraction(match: re.Match[str]) -> str | None:
    above, below = int(match["above"]), int(match["below"])
    whole = match["whole"]
    if (above, below) in ((24, 7), (9, 11), (7, 7), (50, 50)):
        return f"{cardinal(above)} {cardinal(below)}"
    if below == 0:
        return f"{cardinal(above)} over zero"
    if above == below or after(match, r"\s(?:stars?|points?|marks?|votes?)\b"):
        return f"{cardinal(above)} out of {cardinal(below)}"
    if whole:
        return f"{number(whole)} and {_mixed(above, below)}" if above < below else None
    return fraction(above, below) if above < below else f"{cardinal(above)} over {cardinal(below)}"


def _mixed(above: int, below: int) -> str:
    return {(1, 2): "a half", (1, 4): "a quarter"}.get((above, below)) or fraction(above, below)


def _vulgar(match: re.Match[str]) -> str:
    above, below = VULGAR_FRACTIONS[match["vulgar"]]
    return f"{number(match['whole'])} and {_mixed(above, below)}" if match["whole"] else fraction(above, below)


def _magnified(match: re.Match[str]) -> str:
    return f"{'minus ' if match['minus'] else ''}{number(match['amount'])} {MAGNITUDES[match['magnitude'].lower()]}"


def _plain(match: re.Match[str]) -> str:
    words = number(match["amount"])
    if match["minus"]:
        words = f"minus {words}"
    return f"{words}'s" if match["owner"] else words


_CODES = "|".join(code for code in CURRENCIES if code.isalpha())
_SIGNS = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True) if not sign.isalpha())
_MAGNITUDE = r"(?:[\s-]?(?P<magnitude>thousand|million|billion|trillion|(?i:k|mn|m|bn|b|tn)\b))?"

RULES: tuple[Rule, ...] = (
    Rule(
        re.compile(
            rf"(?P<minus>[-−])?(?:(?P<sign>{_SIGNS})|\b(?P<code>{_CODES})\s)\s?(?P<amount>{_NUMBER})"
            rf"(?:{_DASH}(?:{_SIGNS})?(?P<last>{_NUMBER}))?{_MAGNITUDE}(?![\d])"
        ),
        _money,
    ),
    Rule(
        re.compile(
            rf"(?P<minus>(?<![\w)])[-−])?(?P<amount>{_NUMBER})(?:{_DASH}(?P<last>{_NUMBER}))?{_MAGNITUDE}"
            rf"\s?(?:(?P<sign>[€£₽₺₴])|(?P<code>{_CODES})\b)(?!\w)"
        ),
        _money,
    ),
    Rule(re.compile(rf"(?P<amount>{_NUMBER})\s?[¢](?!\w)"), _cents),
    Rule(re.compile(r"(?<![\w.])\+\d[\d\s().-]{6,20}\d\b|(?<![\w.-])\(\d{3}\)\s?\d{3}[-\s]\d{4}\b"), _phone),
    Rule(re.compile(r"(?<![\w.,-])(?:\d{3}[-.\s])?\d{3}[-.]\d{4}(?![\w-]|[.,]\d)"), _phone),
    Rule(re.compile(r"(?<![\w.,-])0\d{2,4}\s\d{3,4}(?:\s\d{3,4})+(?!\w)"), _phone),
    Rule(re.compile(r"(?<![\w.-])\d+(?:-\d+){2,}(?!\w)|(?<![\w.])\d+(?:\.\d+){2,}(?!\w)"), _groups),
    Rule(re.compile(r"(?P<feet>\d)['’′](?P<inches>\d{1,2})(?:[\"”″]|['’′]{2})?(?!\w)"), _height),
    Rule(
        re.compile(r"(?<![\w.:])(?P<first>\d{1,3}):(?P<last>\d{1,3})(?![\w:])"),
        lambda m: f"{number(m['first'])} to {number(m['last'])}",
    ),
    Rule(
        re.compile(
            rf"(?P<minus>(?<![\w)])[-−–])?(?P<amount>{_NUMBER})(?:{_DASH}(?P<last>{_NUMBER}))?"
            rf"(?P<space>[\s\u202f\xa0])?(?P<hyphen>-)?(?P<unit>{_alternatives(UNITS)})(?![\w²³]|'\w|’\w|/\w)"
        ),
        _measure,
    ),
    Rule(re.compile(rf"(?P<whole>\d+)?\s?(?P<vulgar>[{''.join(VULGAR_FRACTIONS)}])"), _vulgar),
    Rule(
        re.compile(
            r"(?<![\w./])(?:(?P<whole>\d+)[ -])?(?P<above>\d{1,3})[/⁄](?P<below>\d{1,4})(?:ths?\b)?(?![\w/]|\.\d)"
        ),
        _fraction,
    ),
    Rule(re.compile(rf"(?<![\w.,/-])(?P<first>{_NUMBER}){_DASH}(?P<last>{_NUMBER})(?![\w/]|[.,]\d|-\d)"), _pair),
    Rule(
        re.compile(r"(?P<amount>\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)\b"),
        lambda m: ordinal(int(m["amount"].replace(",", ""))),
    ),
    Rule(
        re.compile(r"(?P<width>\d+)\s?[x×]\s?(?P<height>\d+)(?!\w)"),
        lambda m: f"{number(m['width'])} by {number(m['height'])}",
    ),
    Rule(re.compile(r"(?P<amount>\d+(?:\.\d+)?)x(?!\w)"), lambda m: f"{number(m['amount'])} times"),
)  # fmt: skip
PLAIN_RULES: tuple[Rule, ...] = (
    Rule(
        re.compile(rf"(?P<minus>(?<![\w)])[-−])?(?P<amount>{_NUMBER})(?P<magnitude>(?i:mn|bn|tn)|k|K|M|B)(?!\w)"),
        _magnified,
    ),
    Rule(re.compile(rf"(?P<minus>(?<![\w)])[-−])?(?P<amount>{_NUMBER})(?P<owner>['’]s\b)?(?!\d)"), _plain),
)  # fmt: skip
