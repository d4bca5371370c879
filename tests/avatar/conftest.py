"""What several tests of the body share: marks of made-up utterances with the timing of ordinary speech."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from avatar.marks import SAMPLE_RATE, Mark

Spell = Callable[..., list[Mark]]

# Seconds of a sound at an ordinary pace: vowels, vowels under stress, other sounds.
_VOWEL, _STRESSED, _CONSONANT = 0.075, 0.12, 0.065
_VOWEL_LETTERS = "æɑɒɔəɛɜɪʊʌaeiou"


def spell(
    words: Sequence[str], *, start: float = 0.3, pace: float = 1.0, gap: float = 0.0, sentence: str | None = None
) -> list[Mark]:
    """Return word, phoneme and sentence marks in time order.

    Args:
        words: each "text: p h o n e m e s", a stressed vowel with ˈ before it.
        start: seconds of the first sound.
        pace: 2 is twice as fast.
        gap: seconds of silence after every word.
        sentence: the text of a sentence mark over all of it; none if not given.
    """
    marks: list[Mark] = []
    sample = first = round(start * SAMPLE_RATE)
    for entry in words:
        text, _, sounds = entry.partition(": ")
        begin = sample
        phonemes: list[Mark] = []
        for sound in sounds.split():
            symbol = sound.removeprefix("ˈ")
            stressed = sound != symbol
            seconds = _STRESSED if stressed else _VOWEL if symbol[0] in _VOWEL_LETTERS else _CONSONANT
            end = sample + round(seconds / pace * SAMPLE_RATE)
            phonemes.append(Mark("phoneme", sample, end, symbol, 1.0 if stressed else 0.0))
            sample = end
        marks += [Mark("word", begin, sample, text), *phonemes]
        sample += round(gap * SAMPLE_RATE)
    if sentence is not None:
        marks.insert(0, Mark("sentence", first, sample, sentence))
    return marks


@pytest.fixture(name="spell")
def _spell() -> Spell:
    """The function that spells utterances."""
    return spell
