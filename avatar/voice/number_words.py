"""Numbers as English words."""

from __future__ import annotations

MOST_DIGITS = 15  # a longer number is read digit by digit
MOST_READ_DIGITS = 40  # and one longer than this is only described

_BELOW_TWENTY = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand"))
_ODD_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_FRACTIONS = {2: ("half", "halves"), 4: ("quarter", "quarters")}


def cardinal(number: int) -> str:
    """Return "minus one thousand two hundred and five" for -1205.

    Raises:
        ValueError: more than ``MOST_DIGITS`` digits.
    """
    if abs(number) >= 10**MOST_DIGITS:
        raise ValueError(f"numbers of more than {MOST_DIGITS} digits are read by digits(), not as one number")
    words = _positive(abs(number))
    return f"minus {words}" if number < 0 else words


def _positive(number: int) -> str:
    if number < 20:
        return _BELOW_TWENTY[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return f"{_TENS[tens]}-{_BELOW_TWENTY[ones]}" if ones else _TENS[tens]
    if number < 1000:
        hundreds, rest = divmod(number, 100)
        return f"{_BELOW_TWENTY[hundreds]} hundred{f' and {_positive(rest)}' if rest else ''}"
    scale, name = next((scale, name) for scale, name in _SCALES if number >= scale)
    count, rest = divmod(number, scale)
    joint = " and " if rest < 100 else " "
    return f"{_positive(count)} {name}{f'{joint}{_positive(rest)}' if rest else ''}"


def ordinal(number: int) -> str:
    """Return "twenty-first" for 21."""
    words = cardinal(number)
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    head, last = words[:cut], words[cut:]
    regular = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return head + _ODD_ORDINALS.get(last, regular)


def digits(text: str, zero: str = "zero") -> str:
    """Return the decimal digits in ``text`` one by one; other characters are skipped."""
    found = [character for character in text if character.isdecimal()]
    if len(found) > MOST_READ_DIGITS:
        return f"a number of {cardinal(len(found))} digits"
    return " ".join(_BELOW_TWENTY[int(digit)] if int(digit) else zero for digit in found)


def number(text: str) -> str:
    """Return the words for "1,234.50", "-3", ".5", "007": separators, a sign and decimals are understood."""
    sign = "minus " if text[0] in "-−–" else ""
    whole, _, decimals = text.lstrip("+-−–").replace(",", "").replace("\u202f", "").replace("\xa0", "").partition(".")
    if len(whole) > MOST_DIGITS or (len(whole) > 1 and whole[0] == "0" and not decimals):
        words = digits(whole)
    else:
        words = cardinal(int(whole or "0"))
    return sign + words + (f" point {digits(decimals)}" if decimals else "")


def year(value: int) -> str:
    """Return "nineteen eighty-four", "two thousand and five", "twenty twenty-six", "nineteen oh five"."""
    century, rest = divmod(value, 100)
    if value <= 1000 or value > 9999 or 2000 <= value < 2010 or (rest == 0 and century % 10 == 0):
        return cardinal(value)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {cardinal(rest) if rest >= 10 else f'oh {cardinal(rest)}'}"


def fraction(above: int, below: int) -> str:
    """Return "three quarters" for 3/4, "one half" for 1/2, "seven over forty-one" for 7/41."""
    if below in _FRACTIONS:
        singular, plural = _FRACTIONS[below]
    elif 2 < below <= 20 or below in (32, 64, 100, 1000):
        singular = ordinal(below).removeprefix("one ")
        plural = f"{singular}s"
    else:
        return f"{cardinal(above)} over {cardinal(below)}"
    return f"{cardinal(above)} {singular if above == 1 else plural}"


def plural(words: str) -> str:
    """Return the plural of the last word of a number in words: "nineties", "twos", "sixes"."""
    if words.endswith("y"):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith("x") else f"{words}s"
