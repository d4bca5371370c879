"""The hands of an utterance: which gesture is made when, by which hand, and how it runs through its phases.

A sentence's text is known when it begins; so hands rise early for what is to come, and the stroke falls on the vowel
that carries the stress. A hand makes one gesture at a time: a new one takes over from wherever the hand is, C1.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from avatar.arms import ARM_SIZE, WRIST, ArmState
from avatar.curves import PulseTrack, StepTrack, between, uniform
from avatar.gestures.poses import HAND_GESTURES, READY, HandGesture
from avatar.gestures.words import Cue, cues
from avatar.marks import SAMPLE_RATE, Mark
from avatar.motion import HELD, LEFT_ARM, RIGHT_ARM, Motion

LEAD = 0.2  # seconds by which a mark's movements may begin before it

_RIGHT_HANDED = 0.88  # of people
_EXPLICIT_STROKE = 0.42  # seconds after a gesture's mark at which its stroke ends
_SHORTEST_TRAVEL = 0.36  # seconds that a hand takes to get anywhere: faster looks thrown
_BACKSWING = 0.2  # seconds to where the stroke begins, of a hand that is raised already
_EARLIER = 0.15  # seconds by which the preparation may begin before it must
_RAISED = 0.85  # share of an arm that speech has when it counts as raised
_RAISE = 0.65  # seconds from hanging to where a talking hand waits
_RETRACT = 0.85  # seconds
_READING_PACE = 0.062  # seconds a character takes, as long as only the text is known
_WAITS = 0.55  # seconds by which a raised hand waits for its stroke
_EMBLEM_GAP = 1.7  # seconds between two gestures at least
_BEAT_GAP = 0.9
_BEATING = 0.62  # share of sentences with beats
_BEATABLE = 26  # characters: shorter sentences have none
_BOW = np.zeros(ARM_SIZE + 1)  # how far a hand that rises goes round the hip
_BOW[WRIST] = (0.04, 0.0, 0.24)
_KEY_HANDED, _KEY_SENTENCE, _KEY_CUE, _KEY_BEAT = 31, 32, 33, 34

HandSide = Literal[0, 1]  # left, right


class HandPlan:
    """The arms of one utterance. Times are seconds on the utterance's own axis.

    Args:
        seed: whose.
        item_side: the hand nearer to the item, which points at it.
    """

    def __init__(self, seed: int, item_side: HandSide) -> None:
        self._seed = seed
        self._item_side = item_side
        self._main: HandSide = 1 if uniform(seed, _KEY_HANDED) < _RIGHT_HANDED else 0
        self._size = between(0.88, 1.06, seed, _KEY_HANDED, 1)
        nothing = np.zeros(ARM_SIZE + 1)  # the state times how far it holds the arm, and that
        self._arms = (StepTrack(nothing), StepTrack(nothing))
        self._sways = (PulseTrack(ARM_SIZE + 1), PulseTrack(ARM_SIZE + 1))
        self._sentences = 0
        self._text = ""
        self._cursor = 0
        self._cues: list[Cue] = []
        self._beats = False
        self._last = -_EMBLEM_GAP

    def add_to(self, vector: Motion, seconds: float) -> None:
        """Add where the arms are at that time to a motion."""
        for side, place in enumerate((LEFT_ARM, RIGHT_ARM)):
            state = self._arms[side].at(seconds)
            if state[-1] > 0.0:
                vector[place] += state[:-1] + self._sways[side].at(seconds)[:-1] * state[-1]
                vector[HELD.start + side] = state[-1]

    def sentence(self, mark: Mark) -> None:
        """Choose the gestures of a sentence, and raise a hand in time for the first."""
        self._sentences += 1
        keys = (self._seed, _KEY_SENTENCE, self._sentences)
        self._text, self._cursor = mark.text, 0
        chosen = [cue for place, cue in enumerate(cues(mark.text)) if uniform(*keys, 10 + place) < cue.share]
        self._cues = chosen
        self._beats = len(mark.text) >= _BEATABLE and uniform(*keys, 0) < _BEATING
        first = chosen[0].first if chosen else 0
        if not chosen and not self._beats:
            return
        start = mark.start / SAMPLE_RATE
        begin = max(start - LEAD, start + _READING_PACE * first - _RAISE - _WAITS)
        sides = self._sides(chosen[0].gesture) if chosen else (self._main,)
        for side in sides:
            track = self._arms[side]
            if track.target[-1] == 0.0 and track.at(begin)[-1] < 0.5:
                track.drop_from(begin)
                track.step(begin, _RAISE, _held(READY))
                track.step(begin + _RAISE + 2.2, _RETRACT, np.zeros(ARM_SIZE + 1))

    def word(self, mark: Mark, stress: float, weight: float) -> str | None:
        """Make the gesture that a word calls for, a chosen one or perhaps a beat, and return the name of a chosen one.

        Args:
            mark: the word.
            stress: seconds at which its stressed vowel begins.
            weight: how likely the word is stressed, 0..1.
        """
        start = mark.start / SAMPLE_RATE
        found = self._text.find(mark.text, self._cursor)
        last = found + len(mark.text) if found >= 0 else self._cursor
        self._cursor = max(self._cursor, last)
        apex = max(stress + 0.04, start + 0.06)
        while self._cues and self._cues[0].last <= self._cursor:
            cue = self._cues.pop(0)
            if apex - self._last >= _EMBLEM_GAP:
                self._stroke(cue.gesture, apex, start, 1.0)
                return cue.gesture
        due = self._beats and apex - self._last >= _BEAT_GAP
        if due and uniform(self._seed, _KEY_BEAT, mark.start) < weight:
            self._stroke("beat", apex, start, between(0.7, 1.1, self._seed, _KEY_BEAT, mark.start, 1))
        return None

    def gesture(self, mark: Mark) -> None:
        """Make the gesture that a mark asks for; those of the head alone are passed over."""
        if mark.text in HAND_GESTURES:
            start = mark.start / SAMPLE_RATE
            self._stroke(mark.text, start + _EXPLICIT_STROKE, start, mark.strength)

    def _sides(self, name: str) -> tuple[HandSide, ...]:
        if HAND_GESTURES[name].both:
            return (self._main, 0 if self._main else 1)
        return (self._item_side,) if name == "point" else (self._main,)

    def _stroke(self, name: str, apex: float, start: float, strength: float) -> None:
        """Lead one hand or both through preparation, stroke, hold and retraction, the stroke ending at ``apex``."""
        self._last = apex
        gesture = HAND_GESTURES[name]
        size = 1.0 if gesture.touches else self._size * (0.35 + 0.65 * min(max(strength, 0.0), 1.0))
        for place, side in enumerate(self._sides(name)):
            target = gesture.stroke if place == 0 or gesture.second is None else gesture.second
            way = (_sized(gesture.before, size), _sized(target, size))
            reached = self._lead(side, way, gesture, apex, start - LEAD)
            for sway in gesture.sways:
                full = reached + 0.5 * (sway.begin + sway.end)
                self._sways[side].add(
                    reached + sway.begin, full, full, reached + sway.end, np.append(sway.reach * size, 0.0)
                )

    def _lead(
        self, side: HandSide, way: tuple[ArmState, ArmState], gesture: HandGesture, apex: float, earliest: float
    ) -> float:
        """Lead an arm through the two states of a gesture's stroke and back; return when the stroke ends."""
        track, (before, target) = self._arms[side], way
        raised = track.at(earliest)[-1] > _RAISED
        needed = gesture.swing + (_BACKSWING if raised else _SHORTEST_TRAVEL)
        begin = max(earliest, apex - needed - _EARLIER)
        track.drop_from(begin)
        if apex - begin >= needed:
            track.step(begin, apex - begin - gesture.swing, _held(before))
            arrival = apex - gesture.swing
            track.step(apex - gesture.swing, gesture.swing, _held(target))
        else:
            apex = max(apex, begin + (gesture.swing if raised else _SHORTEST_TRAVEL))
            track.step(begin, apex - begin, _held(target))
            arrival = apex
        if not raised:
            middle = 0.5 * (begin + arrival)
            self._sways[side].add(begin, middle, middle, arrival, _BOW)
        track.step(apex + gesture.hold, _RETRACT, np.zeros(ARM_SIZE + 1))
        return apex


def _sized(state: ArmState, size: float) -> ArmState:
    """Return a state whose wrist is nearer to where a talking hand waits, or a little beyond."""
    sized = state.copy()
    sized[WRIST] = READY[WRIST] + (state[WRIST] - READY[WRIST]) * size
    return sized


def _held(state: ArmState) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.append(state, 1.0)
