"""What a reading rule is: a written form and the words to speak for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

# A letter: not the superscripts, circled numbers and fractions that \w has too.
LETTER = r"[^\W\d_\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218b\u2460-\u24ff\u2776-\u2793]"


class Rule(NamedTuple):
    """A written form.

    Attributes:
        pattern: matched where a token may begin; look-behind and look-ahead see the neighbours.
        read: the words to speak, "" to keep silent, or None when the form turns out to be something else. A comma in
            the words is a short pause.
    """

    pattern: re.Pattern[str]
    read: Callable[[re.Match[str]], str | None]


def before(match: re.Match[str], pattern: str, reach: int = 24) -> bool:
    """Return whether the text right before the match ends with ``pattern``."""
    return re.search(rf"(?:{pattern})$", match.string[max(0, match.start() - reach) : match.start()]) is not None


def after(match: re.Match[str], pattern: str) -> bool:
    """Return whether the text right after the match begins with ``pattern``."""
    return re.compile(pattern).match(match.string, match.end()) is not None
