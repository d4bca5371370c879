"""Marks: what happens in an utterance, addressed by the audio sample at which it happens."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

MarkKind = Literal["sentence", "word", "phoneme", "mood", "gesture", "gaze"]
MOODS = (
    "neutral", "joy", "warmth", "sorrow", "anger", "surprise", "fear", "disgust", "thought", "doubt", "interest",
    "embarrassment",
)  # fmt: skip
GESTURES = (
    "nod", "shake", "tilt", "brows", "glance", "smile", "wink",
    "beat", "open", "point", "shrug", "wave", "cut", "sweep", "chest", "clasp", "wrist", "collar",
    "one", "two", "three", "four", "five",
)  # fmt: skip
GAZES = ("you", "item", "away", "up", "down")
SAMPLE_RATE = 24_000  # of every voice and every utterance, in Hz


class Mark(msgspec.Struct, frozen=True):
    """Something at a sample.

    Attributes:
        kind: what it is.
        start: first sample, counted from the utterance's first sample (from the clause's, in a ``Clause``).
        end: sample after the last; equal to ``start`` for a mood, which holds until the next one, and for a gesture or
            gaze, which take the time that they take.
        text: the sentence or word as written; the IPA symbol of a phoneme; the name of a mood, gesture or gaze.
        strength: 0..1, for moods and gestures; of a phoneme above 0.5 when it is a stressed vowel, else at most 0.5,
            and within its half by how loud it is.
        evidence: ids of the passages that a sentence rests on.
    """

    kind: MarkKind
    start: int
    end: int
    text: str
    strength: float = 1.0
    evidence: tuple[str, ...] = ()

    def shifted(self, samples: int) -> Mark:
        """Return the same mark ``samples`` later."""
        return Mark(self.kind, self.start + samples, self.end + samples, self.text, self.strength, self.evidence)


class Clause(msgspec.Struct, frozen=True):
    """A stretch of speech as a voice streams it.

    Attributes:
        pcm: int16 mono at ``SAMPLE_RATE``, shape (n,).
        marks: words and phonemes, relative to ``pcm[0]``, ordered by start.
        text: what was said, as written.
    """

    pcm: NDArray[np.int16]
    marks: tuple[Mark, ...]
    text: str


_NAMES: dict[str, tuple[str, ...]] = {"mood": MOODS, "gesture": GESTURES, "gaze": GAZES}


def known(mark: Mark) -> bool:
    """Return whether a mark can be shown: its mood, gesture or gaze has a name that is known here, and a strength."""
    if mark.kind not in _NAMES:
        return True
    return mark.text in _NAMES[mark.kind] and 0.0 <= mark.strength <= 1.0
