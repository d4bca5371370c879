"""From what is heard to marks: as it comes, for a microphone, or of a whole sound, for a file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from avatar.listening.ear import Ear, Heard
from avatar.listening.sounds import CLASSES, SILENCE, VOWELS
from avatar.marks import SAMPLE_RATE, Mark

PIECE = 60 * SAMPLE_RATE // 1_000  # samples of a mark whose end is not known yet

_SOFTEST, _LOUDEST = -6.0, 0.6  # nepers of power against the running level, for strengths of 0 and 1
_STRESSED = -0.7  # of a vowel that is stressed


class Listener:
    """Sound in, marks out, each at most ``avatar.listening.LOOK_AHEAD`` after its start. Bounded state.

    When a sound begins it is not known when it will end. So its mark is as long as a short sound, and while the sound
    goes on, more marks of the same symbol follow without a gap. Silence has no mark.
    """

    def __init__(self, rate: int = SAMPLE_RATE) -> None:
        """Listen to sound of ``rate`` samples per second.

        Raises:
            SoundError: the rate is not one of a sound that can be understood.
            ListeningModelError: the weights are missing or damaged.
        """
        self._ear = Ear(rate)
        self._now: Heard | None = None
        self._covered = 0  # the sample until which the sound that goes on has marks

    def push(self, sound: NDArray[np.generic]) -> list[Mark]:
        """Return the marks that more sound reveals, ordered by start, from the first sample that was pushed.

        Arguments:
            sound: integers, or floats within -1..1 (more is clipped, what is no number is silence); shape (n,), or
                (n, channels), which are mixed.

        Raises:
            SoundError: an array of another shape or type.
        """
        return self._marks(self._ear.push(sound), self._ear.decided)

    def finish(self) -> list[Mark]:
        """Return the last marks: the sound ends here. Nothing may be pushed after it."""
        end = self._ear.pushed
        return self._marks(self._ear.finish(), end)

    def _marks(self, found: list[Heard], decided: int) -> list[Mark]:
        marks: list[Mark] = []
        for heard in found:
            marks += self._going_on(heard.start)
            self._now, self._covered = heard, heard.start
            marks += self._going_on(heard.start + 1)
        return marks + self._going_on(decided)

    def _going_on(self, until: int) -> list[Mark]:
        """Return the marks, of the sound that is heard now, that begin before a sample."""
        marks = []
        while self._now is not None and CLASSES[self._now.kind] != SILENCE and self._covered < until:
            marks.append(_mark(self._now, self._covered, self._covered + PIECE))
            self._covered += PIECE
        return marks


def listen(sound: NDArray[np.generic], rate: int = SAMPLE_RATE) -> list[Mark]:
    """Return the phoneme marks of a whole sound, with the ends of the sounds, ordered by start.

    Arguments:
        sound: as ``Listener.push`` takes it.
        rate: its samples per second.

    Raises:
        SoundError: the rate, shape or type is not one of a sound that can be understood.
        ListeningModelError: the weights are missing or damaged.
    """
    ear = Ear(rate)
    found = ear.push(sound)
    end = ear.pushed
    found += ear.finish()
    ends = [heard.start for heard in found[1:]] + [end]
    pairs = zip(found, ends, strict=False)
    return [_mark(heard, heard.start, until) for heard, until in pairs if CLASSES[heard.kind] != SILENCE]


def _mark(heard: Heard, start: int, end: int) -> Mark:
    """Return a phoneme's mark; its strength is as ``Mark`` has it."""
    symbol = CLASSES[heard.kind]
    share = float(np.clip((heard.loudness - _SOFTEST) / (_LOUDEST - _SOFTEST), 0.0, 1.0))
    stressed = symbol in VOWELS and heard.loudness >= _STRESSED
    return Mark("phoneme", start, end, symbol, round(0.51 + 0.49 * share if stressed else 0.5 * share, 3))
