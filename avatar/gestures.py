"""Gestures: what head, brows and gaze do with words and sentences, planned mark by mark.

Decisions look back only: what a mark causes depends on it, on earlier marks and on the seed, and shows at most
``LEAD`` seconds before it. So an utterance can be planned while it is still being made up.

Sources: beats and brow raises fall on stressed words (Graf et al., "Visual prosody", 2002); speakers look away as
they begin and back as they end (Kendon, "Some functions of gaze-direction", 1967); listeners see questions in raised
brows (Flecha-Garcia, 2010).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from avatar.curves import PulseTrack, StepTrack, between, saccade_seconds, sign, uniform
from avatar.errors import MarkError
from avatar.marks import GESTURES, SAMPLE_RATE, Mark
from avatar.motion import GAZE, SIZE, Motion, motion, still

LEAD = 0.2  # seconds by which a mark's movements may begin before it

_BEAT_GAP = 0.85  # seconds between two emphasised words at least
_PHRASE_GAP = 0.15  # seconds of silence between words that begin a new phrase
_AVERSION_GAP = 4.0  # seconds between looks away at least
_LONG_SENTENCE = 30  # characters: shorter ones are said without looking away
_PAUSE = 1.5  # seconds of silence after which speech counts as beginning anew
_READING_PACE = 0.062  # seconds a character takes when a sentence's end is not given

_KEY_PHRASE, _KEY_WORD, _KEY_SENTENCE, _KEY_GESTURE = 11, 12, 13, 14

_NEGATIONS = frozenset(("no", "not", "never", "none", "nothing", "nobody", "neither", "nor", "cannot"))
_SMALL_WORDS = frozenset((
    "a", "an", "the", "and", "or", "but", "if", "so", "of", "to", "in", "on", "at", "by", "for", "with", "from",
    "as", "is", "are", "was", "were", "be", "been", "am", "do", "does", "did", "has", "have", "had", "will",
    "would", "can", "could", "may", "might", "must", "shall", "should", "i", "me", "my", "you", "your", "he",
    "him", "his", "she", "her", "it", "its", "we", "us", "our", "they", "them", "their", "this", "that", "these",
    "those", "there", "here", "then", "than", "who", "which", "what", "when", "where", "how", "why", "about",
    "into", "over", "after", "before", "just", "very", "also", "too", "up", "out", "off",
))  # fmt: skip

_BROW_FLASH = motion({"browInnerUp": 0.30, "browOuterUpLeft": 0.26, "browOuterUpRight": 0.23, "eyeWide": 0.06})
_QUESTION = motion(
    {"browInnerUp": 0.30, "browOuterUpLeft": 0.32, "browOuterUpRight": 0.28, "eyeWide": 0.08}, head=(-2.0, 0.0, 3.0)
)
_EXCLAMATION = motion({"browInnerUp": 0.22, "browOuterUp": 0.20, "eyeWide": 0.10}, head=(-1.5, 0.0, 0.0))
_CLOSING_NOD = motion(head=(2.6, 0.0, 0.0))


class GesturePlan:
    """The gestures of one utterance. Times are seconds on the utterance's own axis."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._pulses = PulseTrack(SIZE)
        self._posture = StepTrack(still())
        self._gaze = StepTrack(np.zeros(2))
        self._words = 0
        self._phrases = 0
        self._gestures = 0
        self._word_end = -_PAUSE
        self._last_beat = -_BEAT_GAP
        self._last_aversion = -_AVERSION_GAP
        self._sentence_end = 0.0
        self._sentence_length = _LONG_SENTENCE

    def at(self, seconds: float) -> Motion:
        """Return the motion of head, brows and gaze at that time."""
        vector = self._pulses.at(seconds) + self._posture.at(seconds)
        vector[GAZE] += self._gaze.at(seconds)
        return vector

    def sentence(self, mark: Mark) -> None:
        """Plan what a sentence as a whole does: questions lift the brows, statements close with a nod."""
        start, end = mark.start / SAMPLE_RATE, mark.end / SAMPLE_RATE
        if end <= start:
            end = start + _READING_PACE * len(mark.text)
        self._sentence_end, self._sentence_length = end, len(mark.text)
        ending = mark.text.rstrip("\"'”’)» ")[-1:]
        if ending in ("?", "？"):
            onset = max(start - 0.1, end - 1.3)
            self._pulses.add(onset, onset + 0.3, end + 0.15, end + 0.7, _QUESTION)
        elif ending in ("!", "！"):
            self._pulses.add(start - 0.1, start + 0.15, max(start + 0.2, end - 0.4), end + 0.2, _EXCLAMATION)
        elif uniform(self._seed, _KEY_SENTENCE, mark.start) < 0.75:
            onset = max(start, end - 0.45)
            self._pulses.add(onset, end - 0.1, end - 0.1, end + 0.45, _CLOSING_NOD)

    def word(self, mark: Mark, stress: float) -> None:
        """Plan what a word does.

        Args:
            mark: the word.
            stress: seconds at which its stressed vowel begins; its own start when it has none.
        """
        start, end = mark.start / SAMPLE_RATE, mark.end / SAMPLE_RATE
        silence = start - self._word_end
        if silence >= _PHRASE_GAP:
            self._phrase(start, opening=silence >= _PAUSE)
        self._word_end = end
        self._words += 1
        keys = (self._seed, _KEY_WORD, self._words)
        weight = _weight(mark.text)
        if stress - self._last_beat >= _BEAT_GAP and uniform(*keys, 0) < weight:
            self._last_beat = stress
            self._beat(mark.text, max(stress + 0.05, start + 0.06), keys)

    def gesture(self, mark: Mark) -> None:
        """Plan an explicit gesture.

        Raises:
            MarkError: there is no such gesture.
        """
        if mark.text not in GESTURES:
            raise MarkError(f"there is no gesture {mark.text!r}: use one of {', '.join(GESTURES)}")
        self._gestures += 1
        start = mark.start / SAMPLE_RATE
        side = sign(self._seed, _KEY_GESTURE, self._gestures)
        for offset, rise, hold, fall, peak in _stroke(mark.text, side):
            onset = start + offset
            self._pulses.add(onset, onset + rise, onset + rise + hold, onset + rise + hold + fall, peak * mark.strength)

    def _phrase(self, start: float, *, opening: bool) -> None:
        """Shift the head a little for a new phrase and, now and then, look away while it is put together."""
        self._phrases += 1
        keys = (self._seed, _KEY_PHRASE, self._phrases)
        head = (between(-1.2, 1.2, *keys, 0), between(-3.2, 3.2, *keys, 1), between(-2.2, 2.2, *keys, 2))
        torso = (between(-0.6, 1.0, *keys, 3), between(-1.6, 1.6, *keys, 4), between(-0.8, 0.8, *keys, 5))
        self._posture.step(start - LEAD, between(0.55, 0.9, *keys, 6), motion(head=head, torso=torso))

        left = self._sentence_end - start
        wanted = 0.65 if opening else 0.4
        if (
            self._sentence_length < _LONG_SENTENCE
            or start - self._last_aversion < _AVERSION_GAP
            or 0.0 < left < 1.4
            or uniform(*keys, 7) > wanted
        ):
            return
        self._last_aversion = start
        self._look_away(start - 0.12, between(0.35, 0.7, *keys, 8), keys)

    def _look_away(self, start: float, stay: float, keys: Sequence[int]) -> None:
        """Look aside, eyes first; the head follows by a third, and a blink may cover the way there."""
        side = sign(*keys, 9)
        there = np.array([between(-5.0, 5.0, *keys, 10), side * between(6.0, 11.0, *keys, 11)])
        back = start + saccade_seconds(float(np.hypot(*there))) + stay
        self._gaze.jump(start, there)
        self._gaze.jump(back, np.zeros(2))
        follow = motion(head=(0.25 * float(there[0]), 0.3 * float(there[1]), 0.0))
        self._pulses.add(
            start + 0.05, start + 0.4, max(start + 0.4, back + 0.05), max(start + 0.4, back) + 0.45, follow
        )
        if uniform(*keys, 12) < 0.5:
            self._pulses.add(start - 0.02, start + 0.05, start + 0.07, start + 0.21, motion(blink=0.85))

    def _beat(self, word: str, apex: float, keys: Sequence[int]) -> None:
        """Mark a stressed word with the head, the brows or both, at their furthest on the vowel."""
        onset = apex - LEAD
        choice = uniform(*keys, 1)
        if _plain(word) in _NEGATIONS or word.lower().endswith("n't"):
            self._shake(onset, between(2.2, 3.2, *keys, 2) * sign(*keys, 3))
            return
        if choice < 0.8:
            nod = motion(head=(between(2.0, 3.8, *keys, 4), between(-1.2, 1.2, *keys, 5), between(-0.8, 0.8, *keys, 6)))
            self._pulses.add(onset, apex, apex + 0.02, apex + between(0.28, 0.42, *keys, 7), nod)
        if choice > 0.45:
            size = between(0.55, 1.1, *keys, 8)
            self._pulses.add(onset, apex - 0.03, apex + 0.10, apex + 0.42, _BROW_FLASH * size)

    def _shake(self, onset: float, degrees: float) -> None:
        for turn, share in enumerate((0.7, -1.0, 0.5)):
            start = onset + 0.17 * turn
            self._pulses.add(start, start + 0.17, start + 0.17, start + 0.34, motion(head=(0.0, share * degrees, 0.0)))


def _plain(word: str) -> str:
    return re.sub(r"[^\w]", "", word).lower()


def _weight(word: str) -> float:
    """Return how likely a word is stressed: names and numbers most, long words more, small words not."""
    plain = _plain(word)
    if not plain or (plain in _SMALL_WORDS and not word.isupper()):
        return 0.0
    if plain in _NEGATIONS or any(letter.isdigit() for letter in plain):
        return 0.9
    if word[:1].isupper() or len(plain) >= 8:
        return 0.75
    return 0.5


_Stroke = tuple[float, float, float, float, Motion]  # offset, rise, hold, fall (seconds) and the peak


def _stroke(name: str, side: float) -> tuple[_Stroke, ...]:
    """Return the movements of a gesture."""
    nod, turn = motion(head=(7.0, 0.0, 0.0)), motion(head=(0.0, 7.0 * side, 0.0))
    strokes: dict[str, tuple[_Stroke, ...]] = {
        "nod": ((0.0, 0.2, 0.0, 0.25, nod), (0.36, 0.2, 0.0, 0.35, nod * 0.6)),
        "shake": (
            (0.0, 0.18, 0.0, 0.2, turn),
            (0.19, 0.2, 0.0, 0.2, turn * -1.0),
            (0.4, 0.2, 0.0, 0.3, turn * 0.6),
        ),
        "tilt": ((0.0, 0.35, 0.7, 0.6, motion(head=(0.5, 2.0 * side, 7.0 * side))),),
        "shrug": (
            (
                0.0, 0.3, 0.3, 0.45,
                motion(
                    {"mouthShrugUpper": 0.3, "mouthFrown": 0.2, "browInnerUp": 0.25, "browOuterUp": 0.3},
                    head=(-1.0, 0.0, 5.0 * side), shrug=9.0,
                ),
            ),
        ),
        "brows": ((0.0, 0.15, 0.35, 0.4, _BROW_FLASH * 2.2),),
        "glance": ((0.0, 0.05, 0.8, 0.05, motion(gaze=(2.0, 12.0 * side))),
                   (0.06, 0.35, 0.45, 0.4, motion(head=(0.5, 4.0 * side, 0.0)))),
        "smile": ((0.0, 0.3, 0.9, 0.7, motion({"mouthSmile": 0.4, "cheekSquint": 0.3, "eyeSquint": 0.12})),),
        "wink": (
            (0.0, 0.09, 0.1, 0.16, motion({"eyeBlinkLeft": 0.96, "cheekSquintLeft": 0.4, "mouthSmileLeft": 0.25})),
        ),
    }  # fmt: skip
    return strokes[name]
