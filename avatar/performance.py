"""Performance: the marks of one utterance -> what the speaking body does at any of its samples.

``pose_at`` is a pure function of (marks so far, seed, sample). Marks that arrive later change nothing that lies more
than ``WINDOW`` seconds before the first of them, so a client may show motion while the utterance is still being made.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from avatar.articulation import Articulation
from avatar.curves import StepTrack, window
from avatar.expressions import expression, settled
from avatar.gestures import ITEM, LEAD, GesturePlan
from avatar.marks import SAMPLE_RATE, Mark
from avatar.motion import FACE, Motion, compose
from avatar.pose import Pose

WINDOW = LEAD  # seconds before the first new mark from which on it may show

_MOOD_LEAD, _MOOD_BLEND = 0.2, 0.3  # seconds: a mood is in the face before the words it colours
_MOOD_SETTLES, _MOOD_SETTLING = 1.5, 0.9  # seconds after which its first flare is over, and that this takes
_ATTACK = 0.15  # seconds in which speech takes the body
_RELEASE_START, _RELEASE = 0.15, 0.40  # seconds after the last sound in which it gives the body back
_GLOW_START, _GLOW = 0.6, 2.2  # seconds after the last sound in which the mood leaves the face
_SAME_BREATH = _RELEASE_START + LEAD - 0.05  # seconds of silence that do not interrupt


class Performance:
    """What a body does with one utterance, without what it does anyway (``avatar.idle``).

    Not safe to extend in one thread while another asks for poses.

    Args:
        seed: whose.
        item: pitch and yaw of the item that is spoken of, degrees in the world.
    """

    def __init__(self, seed: int, item: tuple[float, float] = ITEM) -> None:
        self._mouth = Articulation()
        self._gestures = GesturePlan(seed, item)
        self._moods = StepTrack(expression("neutral"))
        self._spans: list[tuple[float, float]] = []  # seconds in which there is speech
        self._end = 0
        self._finished = False

    @property
    def end(self) -> int:
        """The sample after the last word or phoneme so far."""
        return self._end

    @property
    def finished(self) -> bool:
        """Whether no more marks will come."""
        return self._finished

    def extend(self, marks: Iterable[Mark]) -> None:
        """Add the next stretch of marks, a word together with its phonemes, in any order among themselves.

        Raises:
            MarkError: a phoneme lies before one of an earlier stretch, or there is no such mood, gesture or gaze.
        """
        ordered = sorted(marks, key=_order)
        phonemes = [mark for mark in ordered if mark.kind == "phoneme"]
        self._mouth.extend(phonemes)
        stresses = [mark.start for mark in phonemes if mark.strength > 0.5]
        for mark in ordered:
            match mark.kind:
                case "sentence":
                    self._gestures.sentence(mark)
                case "word":
                    self._speech(mark)
                    self._gestures.word(mark, _stress(mark, stresses) / SAMPLE_RATE)
                case "phoneme":
                    self._speech(mark)
                case "mood":
                    self._feel(mark)
                case "gesture":
                    self._gestures.gesture(mark)
                case "gaze":
                    self._gestures.gaze(mark)

    def finish(self) -> None:
        """Say that no more marks will come. The motion does not depend on it: a mouth with no next sound rests."""
        self._finished = True

    def pose_at(self, sample: int) -> Pose:
        """Return the pose of the speaking body at a sample of the utterance (before 0 and after the end too)."""
        body = self.body_at(sample)
        body[FACE] = self.mouth_at(sample, body)
        return compose(body)

    def body_at(self, sample: int) -> Motion:
        """Return what the body does apart from forming the sounds: mood, brows, head, gaze."""
        seconds = sample / SAMPLE_RATE
        vector = self._gestures.at(seconds)
        vector += self._moods.at(seconds) * self._envelope(seconds, _GLOW_START, _GLOW)
        return vector

    def mouth_at(self, sample: int, body: Motion) -> NDArray[np.float64]:
        """Return a face, shape (52,), whose mouth forms the sounds, coloured by what ``body_at`` said of the sample."""
        return self._mouth.at(sample / SAMPLE_RATE, body[FACE])

    def presence_at(self, sample: int) -> float:
        """Return how much the body is taken by speech, 0..1: from shortly before the first sound to after the last."""
        return self._envelope(sample / SAMPLE_RATE, _RELEASE_START, _RELEASE)

    def _feel(self, mark: Mark) -> None:
        """Let a mood come up and then settle to what a face can keep up while it speaks."""
        start = mark.start / SAMPLE_RATE - _MOOD_LEAD
        self._moods.drop_from(start)
        self._moods.step(start, _MOOD_BLEND, expression(mark.text, mark.strength))
        self._moods.step(start + _MOOD_SETTLES, _MOOD_SETTLING, settled(mark.text, mark.strength))

    def _speech(self, mark: Mark) -> None:
        start, end = mark.start / SAMPLE_RATE, mark.end / SAMPLE_RATE
        self._end = max(self._end, mark.end)
        if self._spans and start - self._spans[-1][1] <= _SAME_BREATH:
            first, last = self._spans[-1]
            self._spans[-1] = (first, max(last, end))
        else:
            self._spans.append((start, end))

    def _envelope(self, seconds: float, release_start: float, release: float) -> float:
        """Return 1 around speech and 0 away from it; stretches that come close run into each other smoothly."""
        absent = 1.0
        last = bisect_left(self._spans, (seconds + LEAD, 0.0))
        for start, end in reversed(self._spans[:last]):
            if seconds >= end + release_start + release:
                break
            ease = end + release_start
            absent *= 1.0 - window(seconds, start - LEAD, start - LEAD + _ATTACK, ease, ease + release)
        return 1.0 - absent


_ORDER = ("mood", "sentence", "word", "phoneme", "gesture", "gaze")


def _order(mark: Mark) -> tuple[int, int]:
    return mark.start, _ORDER.index(mark.kind)


def _stress(word: Mark, stresses: list[int]) -> int:
    """Return the start of the word's first stressed phoneme, or of the word."""
    index = bisect_left(stresses, word.start)
    return stresses[index] if index < len(stresses) and stresses[index] < word.end else word.start
