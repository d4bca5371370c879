"""Words that call for a gesture: which hand gesture a sentence asks for, and where in it the stroke falls."""

from __future__ import annotations

import re
from dataclasses import dataclass

NEGATIONS = frozenset(("no", "not", "never", "none", "nothing", "nobody", "neither", "nor", "cannot"))
_SMALL_WORDS = frozenset((
    "a", "an", "the", "and", "or", "but", "if", "so", "of", "to", "in", "on", "at", "by", "for", "with", "from",
    "as", "is", "are", "was", "were", "be", "been", "am", "do", "does", "did", "has", "have", "had", "will",
    "would", "can", "could", "may", "might", "must", "shall", "should", "i", "me", "my", "you", "your", "he",
    "him", "his", "she", "her", "it", "its", "we", "us", "our", "they", "them", "their", "this", "that", "these",
    "those", "there", "here", "then", "than", "who", "which", "what", "when", "where", "how", "why", "about",
    "into", "over", "after", "before", "just", "very", "also", "too", "up", "out", "off",
))  # fmt: skip

# What is said, the gesture, how often it is made, and which group of the pattern carries the stroke (0: the last word).
_RULES: tuple[tuple[str, str, float], ...] = (
    (r"^\W*(hello|hi|hey|welcome|good (?:morning|evening|afternoon))\b", "wave", 0.9),
    (r"\b(goodbye|bye|farewell|see you (?:soon|later|tomorrow))\b", "wave", 0.9),
    (r"\b((?:do|does|did)(?:n['’]t| not) (?:know|say|tell)|no idea|who knows|not sure|hard to (?:say|tell)"
     r"|maybe|perhaps|unclear|wish I could tell)\b", "shrug", 0.85),
    (r"\b(firstly|first of all)\b|^\W*(first),", "one", 0.9),
    (r"^\W*(second(?:ly)?),", "two", 0.9),
    (r"^\W*(third(?:ly)?),", "three", 0.9),
    (r"(?<![\d.,:])\b(two|2)\b(?![.,:]?\d|(?: \w+)? (?:hundred|thousand|million|per ?cent|%))", "two", 0.75),
    (r"(?<![\d.,:])\b(three|3)\b(?![.,:]?\d|(?: \w+)? (?:hundred|thousand|million|per ?cent|%))", "three", 0.75),
    (r"(?<![\d.,:])\b(four|4)\b(?![.,:]?\d|(?: \w+)? (?:hundred|thousand|million|per ?cent|%))", "four", 0.7),
    (r"(?<![\d.,:])\b(five|5)\b(?![.,:]?\d|(?: \w+)? (?:hundred|thousand|million|per ?cent|%))", "five", 0.7),
    (r"\b(this|that|the) (?:article|story|text|picture|page|item|piece)\b", "point", 0.6),
    (r"\b(right here|over (?:here|there)|look at (?:this|that)|here is|here['’]s|this one|that one)\b", "point", 0.8),
    (r"\b(all of|every(?:one|body|thing|where)?|whole|entire|huge|enormous|vast|wide)\b", "sweep", 0.5),
    (r"\b(my(?:self)?|I(?:['’]m| am| feel| think| love| believe))\b", "chest", 0.3),
    (r"\b(you(?:r|rself)?|because|which means|that is why|imagine|think of it)\b", "open", 0.45),
    (r"\b(never|nothing|nobody|none|no longer|not at all|cannot|can['’]t)\b", "cut", 0.5),
)  # fmt: skip
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), name, share) for pattern, name, share in _RULES)


@dataclass(frozen=True, slots=True)
class Cue:
    """A place of a sentence that calls for a hand gesture.

    Attributes:
        first, last: characters of the sentence; the stroke falls on the word that ends at ``last``.
        gesture: its name.
        share: how often it is made, 0..1.
    """

    first: int
    last: int
    gesture: str
    share: float


def cues(sentence: str) -> tuple[Cue, ...]:
    """Return the places of a sentence that call for a gesture, in order; where two meet, the earlier rule counts."""
    found: list[Cue] = []
    for pattern, gesture, share in _PATTERNS:
        for match in pattern.finditer(sentence):
            first, last = match.span(match.lastindex or 0)
            if not any(first < cue.last and cue.first < last for cue in found):
                found.append(Cue(first, last, gesture, share))
    return tuple(sorted(found, key=lambda cue: cue.first))


def plain(word: str) -> str:
    """Return the letters and digits of a word, small."""
    return re.sub(r"[^\w]", "", word).lower()


def denies(word: str) -> bool:
    """Return whether a word says no."""
    return plain(word) in NEGATIONS or word.lower().endswith(("n't", "n’t"))


def weight(word: str) -> float:
    """Return how likely a word is stressed: names and numbers most, long words more, small words not."""
    letters = plain(word)
    if not letters or (letters in _SMALL_WORDS and not word.isupper()):
        return 0.0
    if letters in NEGATIONS or any(letter.isdigit() for letter in letters):
        return 0.9
    if word[:1].isupper() or len(letters) >= 8:
        return 0.75
    return 0.5
