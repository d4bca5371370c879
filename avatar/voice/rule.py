"""What a reading rule is: a written form and the words to speak for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


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
