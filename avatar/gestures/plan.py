"""Gestures: what head, brows, gaze and hands do with words and sentences, planned mark by mark.

Decisions look back only: what a mark causes depends on it, on earlier marks and on the seed, and shows at most
``LEAD`` seconds before it. So an utterance can be planned while it is still being made up.

Sources: beats and brow raises fall on stressed words (Graf et al., "Visual prosody", 2002); speakers look away as
they begin and back as they end (Kendon, "Some functions of gaze-direction", 1967); listeners see questions in raised
brows (Flecha-Garcia, 2010).
"""

from __future__ import annotations

from collections.abc import Sequence

from avatar.curves import PulseTrack, StepTrack, between, sign, uniform
from avatar.errors import MarkError
from avatar.gestures.gaze_plan import ITEM, GazePlan
from avatar.gestures.hand_plan import LEAD, HandPlan
from avatar.gestures.strokes import BROW_FLASH, CLOSING_NOD, EXCLAMATION, QUESTION, head_strokes
from avatar.gestures.words import denies, weight
from avatar.marks import GAZES, GESTURES, SAMPLE_RATE, Mark
from avatar.motion import SIZE, Motion, motion, still

_BEAT_GAP = 0.85  # seconds between two emphasised words at least
_PHRASE_GAP = 0.15  # seconds of silence between words that begin a new phrase
_AVERSION_GAP = 4.0  # seconds between looks away at least
_LONG_SENTENCE = 30  # characters: shorter ones are said without looking away
_PAUSE = 1.5  # seconds of silence after which speech counts as beginning anew
_READING_PACE = 0.062  # seconds a character takes when a sentence's end is not given

_CITING = 0.45  # share of the sentences resting on the item in which the host looks at it
_CITED_AFTER = (0.25, 0.7)  # seconds into them

_KEY_PHRASE, _KEY_WORD, _KEY_SENTENCE, _KEY_GESTURE, _KEY_CITING = 11, 12, 13, 14, 15


class GesturePlan:
    """The gestures of one utterance. Times are seconds on the utterance's own axis.

    Args:
        seed: whose.
        item: pitch and yaw of the item that is spoken of, degrees in the world: where the host looks and points.
    """

    def __init__(self, seed: int, item: tuple[float, float] = ITEM) -> None:
        self._seed = seed
        self._gaze = GazePlan(seed, item)
        self._hands = HandPlan(seed, 0 if item[1] >= 0.0 else 1)
        self._pulses = PulseTrack(SIZE)
        self._posture = StepTrack(still())
        self._words = 0
        self._phrases = 0
        self._gestures = 0
        self._word_end = -_PAUSE
        self._last_beat = -_BEAT_GAP
        self._last_aversion = -_AVERSION_GAP
        self._sentence_end = 0.0
        self._sentence_length = _LONG_SENTENCE

    def at(self, seconds: float) -> Motion:
        """Return the motion of head, brows, gaze and arms at that time."""
        vector = self._pulses.at(seconds) + self._posture.at(seconds)
        self._gaze.add_to(vector, seconds)
        self._hands.add_to(vector, seconds)
        return vector

    def sentence(self, mark: Mark) -> None:
        """Plan what a sentence as a whole does: questions lift the brows, statements close with a nod."""
        start, end = mark.start / SAMPLE_RATE, mark.end / SAMPLE_RATE
        if end <= start:
            end = start + _READING_PACE * len(mark.text)
        self._sentence_end, self._sentence_length = end, len(mark.text)
        self._hands.sentence(mark)
        if mark.evidence and uniform(self._seed, _KEY_CITING, mark.start) < _CITING:
            self._gaze.look("item", start + between(*_CITED_AFTER, self._seed, _KEY_CITING, mark.start, 1))
        ending = mark.text.rstrip("\"'”’)» ")[-1:]
        if ending in ("?", "？"):
            onset = max(start - 0.1, end - 1.3)
            self._pulses.add(onset, onset + 0.3, end + 0.15, end + 0.7, QUESTION)
        elif ending in ("!", "！"):
            self._pulses.add(start - 0.1, start + 0.15, max(start + 0.2, end - 0.4), end + 0.2, EXCLAMATION)
        elif uniform(self._seed, _KEY_SENTENCE, mark.start) < 0.75:
            onset = max(start, end - 0.45)
            self._pulses.add(onset, end - 0.1, end - 0.1, end + 0.45, CLOSING_NOD)

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
        likely = weight(mark.text)
        made = self._hands.word(mark, stress, likely)
        if made is not None:
            apex = max(stress, start + 0.06)
            self._head_strokes(made, max(start - LEAD, apex - 0.3), 0.8, sign(*keys, 9))
            if made == "point":
                self._gaze.look("item", max(start - LEAD, apex - 0.25))
        if stress - self._last_beat >= _BEAT_GAP and uniform(*keys, 0) < likely:
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
        self._head_strokes(
            mark.text, start, min(max(mark.strength, 0.0), 1.0), sign(self._seed, _KEY_GESTURE, self._gestures)
        )
        self._hands.gesture(mark)
        if mark.text in ("glance", "point"):
            self._gaze.look("away" if mark.text == "glance" else "item", start)

    def gaze(self, mark: Mark) -> None:
        """Plan an explicit look.

        Raises:
            MarkError: there is nothing of that name to look at.
        """
        if mark.text not in GAZES:
            raise MarkError(f"there is no gaze {mark.text!r}: use one of {', '.join(GAZES)}")
        self._gaze.look(mark.text, mark.start / SAMPLE_RATE)

    def _head_strokes(self, name: str, start: float, strength: float, side: float) -> None:
        for offset, rise, hold, fall, peak in head_strokes(name, side):
            onset = start + offset
            self._pulses.add(onset, onset + rise, onset + rise + hold, onset + rise + hold + fall, peak * strength)

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
        self._gaze.avert(start - 0.12, between(0.35, 0.7, *keys, 8), keys)

    def _beat(self, word: str, apex: float, keys: Sequence[int]) -> None:
        """Mark a stressed word with the head, the brows or both, at their furthest on the vowel."""
        onset = apex - LEAD
        choice = uniform(*keys, 1)
        if denies(word):
            self._shake(onset, between(2.2, 3.2, *keys, 2) * sign(*keys, 3))
            return
        if choice < 0.8:
            nod = motion(head=(between(2.0, 3.8, *keys, 4), between(-1.2, 1.2, *keys, 5), between(-0.8, 0.8, *keys, 6)))
            self._pulses.add(onset, apex, apex + 0.02, apex + between(0.28, 0.42, *keys, 7), nod)
        if choice > 0.45:
            size = between(0.55, 1.1, *keys, 8)
            self._pulses.add(onset, apex - 0.03, apex + 0.10, apex + 0.42, BROW_FLASH * size)

    def _shake(self, onset: float, degrees: float) -> None:
        for turn, share in enumerate((0.7, -1.0, 0.5)):
            start = onset + 0.17 * turn
            self._pulses.add(start, start + 0.17, start + 0.17, start + 0.34, motion(head=(0.0, share * degrees, 0.0)))
