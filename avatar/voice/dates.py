"""How dates, times of day, years and decades are spoken."""

from __future__ import annotations

import re

from avatar.voice.number_words import cardinal, ordinal, plural, year
from avatar.voice.rule import Rule, after, before

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SHORT_MONTHS = {
    "Jan": 0, "Feb": 1, "Mar": 2, "Apr": 3, "Jun": 5, "Jul": 6, "Aug": 7, "Sep": 8, "Sept": 8, "Oct": 9, "Nov": 10,
    "Dec": 11,
}  # fmt: skip
_SHORT = "|".join(sorted(_SHORT_MONTHS, key=len, reverse=True))
_MONTH = rf"(?:{'|'.join(MONTHS)}|(?:{_SHORT})\b\.?)"
_DAYS = {
    "Mon": "Monday", "Tue": "Tuesday", "Tues": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday", "Thur": "Thursday",
    "Thurs": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
}  # fmt: skip
_SHORT_DAY = "|".join(sorted(_DAYS, key=len, reverse=True))
_CENTURY_OF_SHORT_YEAR = 50  # 49 is 2049, 50 is 1950
_YEARS = range(1001, 2100)  # four digits in this range are a year unless something else is said
_NOT_BEFORE = r"(?<![\w.,/:-])"


def _day_words(day: int) -> str | None:
    return ordinal(day) if 1 <= day <= 31 else None


def _date(day: int, month: int, year_text: str) -> str | None:
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    value = int(year_text)
    if len(year_text) == 2:
        value += 2000 if value < _CENTURY_OF_SHORT_YEAR else 1900
    return f"the {ordinal(day)} of {MONTHS[month - 1]} {year(value)}"


def _iso(match: re.Match[str]) -> str | None:
    return _date(int(match["day"]), int(match["month"]), match["year"])


def _numeric(match: re.Match[str]) -> str | None:
    """Read day/month/year; where only month/day/year makes sense, read that."""
    first, second = int(match["first"]), int(match["second"])
    return _date(first, second, match["year"]) or _date(second, first, match["year"])


def _day_before_month(match: re.Match[str]) -> str | None:
    day = _day_words(int(match["day"]))
    if day is None:
        return None
    the = "" if before(match, r"\b[Tt]he\s+|[-–—/]\s*") else "the "
    return f"{the}{day}" if after(match, r"\s+of\b") else f"{the}{day} of"


def _day_after_month(match: re.Match[str]) -> str | None:
    return _day_words(int(match["day"])) if before(match, rf"\b{_MONTH}\s") else None


def _day_range(match: re.Match[str]) -> str | None:
    first, last = _day_words(int(match["first"])), _day_words(int(match["last"]))
    if first is None or last is None:
        return None
    if before(match, rf"\b{_MONTH}\s"):
        return f"{first} to {last}"
    return f"the {first} to the {last} of" if after(match, rf"\s{_MONTH}\b") else None


def _short_month(match: re.Match[str]) -> str | None:
    if not match["dot"] and not (before(match, r"\d(?:st|nd|rd|th)?\s+") or after(match, r"\s+\d")):
        return None
    return MONTHS[_SHORT_MONTHS[match["month"]]]


def _short_day(match: re.Match[str]) -> str | None:
    dotted_name = match["dot"] and match["day"] not in ("Sun", "Sat", "Wed", "Mon")
    return _DAYS[match["day"]] if dotted_name or after(match, rf",?\s+(?:\d|{_MONTH})") else None


def _clock(match: re.Match[str]) -> str | None:
    hour, minute = int(match["hour"]), int(match["minute"])
    if hour > 24 or minute > 59 or int(match["second"] or 0) > 59:
        return None
    if match["half"] or after(match, r"\s?[ap]\.?m\b"):
        words = cardinal(hour)
    else:
        words = cardinal(hour) + (" o'clock" if minute == 0 and 1 <= hour <= 12 else "")
    if minute:
        words += f" {cardinal(minute)}" if minute >= 10 else f" oh {cardinal(minute)}"
    elif hour == 0 or hour > 12:
        words += " hundred hours" if hour else " hours"
    if match["second"]:
        words += f" and {cardinal(int(match['second']))} seconds"
    return words + _half(match["half"])


def _hour(match: re.Match[str]) -> str | None:
    hour = int(match["hour"])
    return cardinal(hour) + _half(match["half"]) if hour <= 12 else None


def _half(written: str | None) -> str:
    if not written:
        return ""
    return " A.M." if written[0] in "aA" else " P.M."


def _decade(match: re.Match[str]) -> str | None:
    value = int(match["decade"])
    if value % 10 and len(match["decade"]) == 4:
        return None
    if len(match["decade"]) == 2:
        return plural(cardinal(value)) if value >= 10 else None
    return plural(year(value))


def _year(match: re.Match[str]) -> str | None:
    value = int(match["year"])
    return year(value) + ("'s" if match["owner"] else "") if value in _YEARS else None


def _year_range(match: re.Match[str]) -> str | None:
    first, last = int(match["first"]), match["last"]
    if first not in _YEARS or (len(last) == 4 and int(last) not in _YEARS):
        return None
    if len(last) == 2 and int(last) != (first + 1) % 100 and int(last) <= first % 100:
        return None
    return f"{year(first)} to {year(int(last)) if len(last) == 4 else cardinal(int(last))}"


_HALF = r"(?:\s?(?P<half>[AaPp]\.\s?[Mm]\.|[AaPp][Mm]\b))"
_CLOCK = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"

RULES: tuple[Rule, ...] = (
    Rule(re.compile(rf"{_NOT_BEFORE}(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)(?![\w-])"), _iso),
    Rule(re.compile(rf"{_NOT_BEFORE}(?P<year>\d{{4}})/(?P<month>\d\d)/(?P<day>\d\d)(?![\w/])"), _iso),
    Rule(
        re.compile(
            rf"{_NOT_BEFORE}(?P<first>\d{{1,2}})([/.-])(?P<second>\d{{1,2}})\2(?P<year>\d{{4}}|(?<=/)\d\d)(?![\w/]|[.-]\d)"
        ),
        _numeric,
    ),
    Rule(re.compile(rf"{_NOT_BEFORE}(?P<first>\d{{1,2}})\s?[-–—]\s?(?P<last>\d{{1,2}})(?![\w.%-])"), _day_range),
    Rule(
        re.compile(rf"{_NOT_BEFORE}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?=(?:\s+of)?\s{_MONTH}(?!\w))"),
        _day_before_month,
    ),
    Rule(re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\w%:]|[.,]\d)"), _day_after_month),
    Rule(re.compile(rf"\b(?P<month>{_SHORT})\b(?P<dot>\.?)"), _short_month),
    Rule(re.compile(rf"\b(?P<day>{_SHORT_DAY})\b(?P<dot>\.?)"), _short_day),
    Rule(re.compile(rf"(?<![\d.,:]){_CLOCK.replace('[:.]', ':')}(?::(?P<second>\d\d))?{_HALF}?(?![\d:])"), _clock),
    Rule(re.compile(rf"(?<![\d.,:]){_CLOCK}(?P<second>(?!))?{_HALF}"), _clock),
    Rule(re.compile(rf"(?<![\d.,:])(?P<hour>\d{{1,2}}){_HALF}"), _hour),
    Rule(re.compile(r"(?<![\w.,])['’]?(?P<decade>\d{4}|\d0)['’]?s\b"), _decade),
    Rule(
        re.compile(rf"{_NOT_BEFORE}(?P<first>\d{{4}})\s?[-–—/]\s?(?P<last>\d{{4}}|\d\d)(?![\w%/-]|[.,]\d)"),
        _year_range,
    ),
    Rule(re.compile(r"(?<![\w.,$£€¥#+])(?<!\d-)(?P<year>\d{4})(?P<owner>['’]s\b)?(?!\w|[.,]\d|%|\s?°)"), _year),
)  # fmt: skip
