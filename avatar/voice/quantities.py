"""How money, measures, percentages, scores, ranges, fractions, telephone numbers and bare numbers are spoken."""

from __future__ import annotations

import re

from avatar.voice.number_words import cardinal, digits, fraction, number, ordinal
from avatar.voice.rule import Rule, after, before

_NUMBER = r"\d{1,3}(?:[,\u202f\xa0]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_SIGN = r"(?:(?<![\w)])[-−])?"
_DASH = r"\s?[-–—]\s?"

# Sign or code -> one and many of the unit, one and many of its hundredth ("" where there is none).
_CURRENCIES: dict[str, tuple[str, str, str, str]] = {
    "$": ("dollar", "dollars", "cent", "cents"),
    "US$": ("US dollar", "US dollars", "cent", "cents"),
    "A$": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "C$": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "£": ("pound", "pounds", "penny", "pence"),
    "€": ("euro", "euros", "cent", "cents"),
    "¥": ("yen", "yen", "", ""),
    "₹": ("rupee", "rupees", "paisa", "paise"),
    "₽": ("rouble", "roubles", "kopek", "kopeks"),
    "₩": ("won", "won", "", ""),
    "₺": ("lira", "lira", "", ""),
    "₴": ("hryvnia", "hryvnia", "", ""),
    "USD": ("US dollar", "US dollars", "cent", "cents"),
    "EUR": ("euro", "euros", "cent", "cents"),
    "GBP": ("pound", "pounds", "penny", "pence"),
    "JPY": ("yen", "yen", "", ""),
    "CHF": ("Swiss franc", "Swiss francs", "centime", "centimes"),
    "CAD": ("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "AUD": ("Australian dollar", "Australian dollars", "cent", "cents"),
    "SEK": ("Swedish krona", "Swedish kronor", "", ""),
    "NOK": ("Norwegian krone", "Norwegian kroner", "", ""),
    "DKK": ("Danish krone", "Danish kroner", "", ""),
    "PLN": ("zloty", "zlotys", "", ""),
    "INR": ("rupee", "rupees", "paisa", "paise"),
    "CNY": ("yuan", "yuan", "", ""),
}
_MAGNITUDES = {"k": "thousand", "m": "million", "mn": "million", "bn": "billion", "b": "billion", "tn": "trillion"}

# Symbol -> one and many. Symbols that are also words ("in", "a") are not here; "m" and "g" need a number right before.
_UNITS: dict[str, tuple[str, str]] = {
    "km/h": ("kilometre an hour", "kilometres an hour"), "kph": ("kilometre an hour", "kilometres an hour"),
    "mph": ("mile an hour", "miles an hour"), "m/s": ("metre a second", "metres a second"),
    "kn": ("knot", "knots"), "kt": ("knot", "knots"), "kts": ("knot", "knots"),
    "km²": ("square kilometre", "square kilometres"), "km2": ("square kilometre", "square kilometres"),
    "m²": ("square metre", "square metres"), "m2": ("square metre", "square metres"),
    "m³": ("cubic metre", "cubic metres"), "m3": ("cubic metre", "cubic metres"),
    "sq ft": ("square foot", "square feet"), "sq km": ("square kilometre", "square kilometres"),
    "km": ("kilometre", "kilometres"), "m": ("metre", "metres"), "cm": ("centimetre", "centimetres"),
    "mm": ("millimetre", "millimetres"), "µm": ("micrometre", "micrometres"), "nm": ("nanometre", "nanometres"),
    "mi": ("mile", "miles"), "yd": ("yard", "yards"), "ft": ("foot", "feet"), "kg": ("kilogram", "kilograms"),
    "g": ("gram", "grams"), "mg": ("milligram", "milligrams"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"),
    "oz": ("ounce", "ounces"), "t": ("tonne", "tonnes"), "l": ("litre", "litres"), "L": ("litre", "litres"),
    "ml": ("millilitre", "millilitres"), "mL": ("millilitre", "millilitres"), "cl": ("centilitre", "centilitres"),
    "ha": ("hectare", "hectares"), "s": ("second", "seconds"), "sec": ("second", "seconds"),
    "ms": ("millisecond", "milliseconds"), "min": ("minute", "minutes"), "mins": ("minute", "minutes"),
    "h": ("hour", "hours"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"), "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"), "MHz": ("megahertz", "megahertz"), "GHz": ("gigahertz", "gigahertz"),
    "W": ("watt", "watts"), "kW": ("kilowatt", "kilowatts"), "MW": ("megawatt", "megawatts"),
    "GW": ("gigawatt", "gigawatts"), "kWh": ("kilowatt hour", "kilowatt hours"),
    "MWh": ("megawatt hour", "megawatt hours"), "GWh": ("gigawatt hour", "gigawatt hours"),
    "TWh": ("terawatt hour", "terawatt hours"), "V": ("volt", "volts"), "kV": ("kilovolt", "kilovolts"),
    "mAh": ("milliamp hour", "milliamp hours"), "kB": ("kilobyte", "kilobytes"), "KB": ("kilobyte", "kilobytes"),
    "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"), "TB": ("terabyte", "terabytes"),
    "Mbps": ("megabit per second", "megabits per second"), "dB": ("decibel", "decibels"),
    "kcal": ("kilocalorie", "kilocalories"), "hPa": ("hectopascal", "hectopascals"), "ppm": ("part per million",
    "parts per million"), "%": ("percent", "percent"), "‰": ("per mille", "per mille"), "°": ("degree", "degrees"),
    "°C": ("degree Celsius", "degrees Celsius"), "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°N": ("degree north", "degrees north"), "°S": ("degree south", "degrees south"),
    "°E": ("degree east", "degrees east"), "°W": ("degree west", "degrees west"), "℃": ("degree Celsius",
    "degrees Celsius"), "ºC": ("degree Celsius", "degrees Celsius"), "º": ("degree", "degrees"),
}  # fmt: skip
_TIGHT_UNITS = frozenset(
    ("m", "g", "s", "h", "t", "l", "L", "W", "V", "kt", "kn")
)  # "5 m" yes, "5 s" hardly: no "A 5 t"
_VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5),
    "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip
_SCORING = (
    r"(?i:\b(?:won?|wins?|winning|beat|beats|beating|lost|los(?:e|es|ing)|drew|draws?|led|leads?|leading|trail\w*|"
    r"score\w*|final|defeat\w*|victory|sets?)\b)"
)


def _alternatives(words: dict[str, object] | dict[str, tuple[str, str]]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _is_one(text: str) -> bool:
    return text.lstrip("-−") == "1"


def _money(match: re.Match[str]) -> str | None:
    one, many, hundredth, hundredths = _CURRENCIES[match["sign"] if match["sign"] else match["code"]]
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
        if not int(parts):
            return f"{sign}{number(whole)} {one if _is_one(whole) else many}"
        return (
            f"{sign}{number(whole)} {one if _is_one(whole) else many} and {small}"
            if int(whole or "0")
            else sign + small
        )
    return f"{sign}{number(amount)} {one if _is_one(amount) or _is_adjective(match) else many}"


def _magnitude(match: re.Match[str]) -> str:
    written = match["magnitude"]
    return f" {_MAGNITUDES.get(written.lower(), written.lower())}" if written else ""


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
    if match["space"] and unit in _TIGHT_UNITS and unit not in ("m", "g", "kn", "kt", "L", "V", "W"):
        return None
    one, many = _UNITS[unit]
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
    line = match.string[max(0, match.start() - 60) : match.end() + 30]
    in_list = re.search(r"\d[-–]\d{1,2},?\s(?:and\s)?$", match.string[: match.start()]) is not None
    if small and (numbers[0] >= numbers[1] or (in_list or re.search(_SCORING, line))):
        nil = "nil" if re.search(_SCORING, line) else "zero"
        return " ".join(cardinal(int(value)) if value else nil for value in numbers)
    return f"{number(first)} to {number(last)}"


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
    if after(match, r"\s(?:stars?|points?|marks?|votes?)\b"):
        return f"{cardinal(above)} out of {cardinal(below)}"
    if whole:
        return f"{number(whole)} and {_mixed(above, below)}" if above < below else None
    return fraction(above, below) if above < below else f"{cardinal(above)} over {cardinal(below)}"


def _mixed(above: int, below: int) -> str:
    return {(1, 2): "a half", (1, 4): "a quarter"}.get((above, below)) or fraction(above, below)


def _vulgar(match: re.Match[str]) -> str:
    above, below = _VULGAR[match["vulgar"]]
    return f"{number(match['whole'])} and {_mixed(above, below)}" if match["whole"] else fraction(above, below)


def _magnified(match: re.Match[str]) -> str:
    return f"{'minus ' if match['minus'] else ''}{number(match['amount'])} {_MAGNITUDES[match['magnitude'].lower()]}"


def _plain(match: re.Match[str]) -> str:
    words = number(match["amount"])
    if match["minus"]:
        words = f"minus {words}"
    return f"{words}'s" if match["owner"] else words


_CODES = "|".join(code for code in _CURRENCIES if code.isalpha())
_SIGNS = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES, key=len, reverse=True) if not sign.isalpha())
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
    Rule(
        re.compile(
            rf"(?P<minus>(?<![\w)])[-−–])?(?P<amount>{_NUMBER})(?:{_DASH}(?P<last>{_NUMBER}))?"
            rf"(?P<space>[\s\u202f\xa0])?(?P<hyphen>-)?(?P<unit>{_alternatives(_UNITS)})(?![\w²³]|'\w|’\w|/\w)"
        ),
        _measure,
    ),
    Rule(re.compile(rf"(?P<whole>\d+)?\s?(?P<vulgar>[{''.join(_VULGAR)}])"), _vulgar),
    Rule(
        re.compile(r"(?<![\w./])(?:(?P<whole>\d+)[ -])?(?P<above>\d{1,3})[/⁄](?P<below>\d{1,4})(?![\w/]|\.\d)"),
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
