"""Whether the English voice can speak a text, told from its script and its commonest words.

Scripts are counted letter by letter. Among texts in Latin script a language is recognised by its function words: they
make up a third to a half of running text and hardly overlap with English ones. Names do not count for or against.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from avatar.errors import UnspeakableTextError
from avatar.voice.function_words import ENGLISH, OTHERS

_SAMPLE = 20_000  # characters that tell what a text is in
_FOREIGN_SHARE = 0.5  # of the letters: more than this in another script is a text in that script
_LEAST_EVIDENCE = 2  # distinct function words of another language
_LEAST_SHARE = 0.2  # of the words that are function words of that language

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

# Script by the first word of the Unicode character name.
_SCRIPTS = {
    "CYRILLIC": "Cyrillic", "GREEK": "Greek", "ARABIC": "Arabic", "HEBREW": "Hebrew", "DEVANAGARI": "Devanagari",
    "BENGALI": "Bengali", "TAMIL": "Tamil", "TELUGU": "Telugu", "THAI": "Thai", "GEORGIAN": "Georgian",
    "ARMENIAN": "Armenian", "ETHIOPIC": "Ethiopic", "HANGUL": "Korean", "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese", "KATAKANA-HIRAGANA": "Japanese", "CJK": "Chinese", "GURMUKHI": "Gurmukhi",
    "GUJARATI": "Gujarati", "KHMER": "Khmer", "LAO": "Lao", "MYANMAR": "Burmese", "SINHALA": "Sinhala",
    "TIBETAN": "Tibetan", "MALAYALAM": "Malayalam", "KANNADA": "Kannada", "MONGOLIAN": "Mongolian",
}  # fmt: skip

_ENGLISH = frozenset(ENGLISH.split())
_OTHERS = {language: frozenset(words.split()) for language, words in OTHERS.items()}


def require_speakable(text: str, written_in: str | None = None) -> None:
    """Do nothing if the English voice can speak ``text``.

    Foreign names and single foreign words within English are fine.

    Arguments:
        text: what is to be said.
        written_in: ``likely_language`` of what the text may quote: then only what reads as English is spoken, for a
            short quotation says too little by itself ("Die Reparatur kostet neuntausend Euro").

    Raises:
        UnspeakableTextError: most of the text is in another script, or it reads as another language.
    """
    looks_like = likely_language(text)
    if looks_like is None and written_in is not None and not _reads_as_english(text):
        looks_like = written_in
    if looks_like:
        raise UnspeakableTextError(looks_like)


def likely_language(text: str) -> str | None:
    """Return the script or language that the beginning of a text is in; None for English and for nothing clear."""
    sample = text[:_SAMPLE]
    return foreign_script(sample) or foreign_language(sample)


def foreign_script(text: str) -> str | None:
    """Return the name of the script that most letters of ``text`` are in, or None when that is Latin."""
    letters: Counter[str] = Counter()
    for character, count in Counter(text).items():
        if character.isalpha():
            letters[_script(character)] += count
    if not letters:
        return None
    foreign = letters.total() - letters["Latin"]
    if foreign <= _FOREIGN_SHARE * letters.total():
        return None
    if letters["Japanese"]:
        return "Japanese"  # written with Chinese characters too
    del letters["Latin"]
    return letters.most_common(1)[0][0]


def foreign_language(text: str) -> str | None:
    """Return the language that a text in Latin script reads as, or None when that is English or nothing clear."""
    words = _words(text)
    english = sum(word in _ENGLISH for word in words)
    best, best_score = None, 0
    for language, function_words in _OTHERS.items():
        found = [word for word in words if word in function_words]
        own = {word for word in found if word not in _ENGLISH}
        if len(own) >= _LEAST_EVIDENCE and len(found) >= _LEAST_SHARE * len(words) and len(found) > best_score:
            best, best_score = language, len(found)
    return best if best_score > english else None


def _reads_as_english(text: str) -> bool:
    words = _words(text)
    return 3 * sum(word in _ENGLISH for word in words) >= len(words)


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def _script(character: str) -> str:
    name = unicodedata.name(character, "").split(" ")[0]
    if name in ("LATIN", "FULLWIDTH", "MATHEMATICAL", "MODIFIER", "FEMININE", "MASCULINE", "MICRO"):
        return "Latin"
    return _SCRIPTS.get(name, "a script that is not Latin")
