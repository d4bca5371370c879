"""Articulation: phonemes in time -> the mouth's ARKit weights at any time.

Co-articulation by dominance functions (Cohen and Massaro, 1993): every sound pulls each articulator towards its shape
with a strength that rises before it and falls after it, and the mouth is where the pulls balance. Their negative
exponentials reach for ever; ours are smooth windows of finite reach, so that a sound that is still unknown cannot
change a mouth that was already shown. Closures come after the balance and beat it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.aperture import NAMES, OPENS, Shape, aperture, beside, narrowed, undershot
from avatar.curves import window
from avatar.errors import MarkError
from avatar.marks import SAMPLE_RATE, Mark
from avatar.pose import ARKIT_INDEX, ARKIT_NAMES
from avatar.visemes import ARTICULATORS, Contact, Viseme, visemes_of

ANTICIPATION = 0.12  # seconds by which the mouth moves before the sound, at most
CARRY_OVER = 0.12  # seconds until the mouth has let go of a sound, at most

# Seconds around the edges of a sound in which each articulator goes over from its neighbour's shape and to the next:
# ``_REACH`` outside of the sound, ``_INSIDE`` within it.
_REACH = {"jaw": 0.040, "rounding": 0.052, "spreading": 0.070, "lips": 0.040, "tongue": 0.045}
_INSIDE = {"jaw": 0.065, "rounding": 0.050, "spreading": 0.070, "lips": 0.055, "tongue": 0.045}
HOLD = 0.080  # seconds for which every viseme keeps at least half of its dominance; short sounds reach further out
_REST_DOMINANCE = 0.22  # of the mouth's rest, against 1 of a sound that insists
_SEAL_FORMING = 0.050  # seconds in which the lips meet
_SEAL_RELEASE = 0.045
_SEAL_SHORTEST = 0.050  # seconds: with the margins more than a frame at 30 per second, so that any film shows it
_PARTING = {"p": 0.80, "b": 0.80}  # share of the sound after which the lips part; what follows is the burst's breath
_SEAL_EARLY = {"lips": 0.015, "teeth": 0.026}  # seconds for which they touch before all of the contact is there
_SEAL_LATE = 0.013  # seconds for which they touch after it has begun to go
_FIRST_PART = 0.55  # of a diphthong
_STRESSED, _UNSTRESSED = 1.25, 1.05  # how widely the loudest vowels are articulated
_SOFT = 0.72  # of that for the softest
_SHORTEST = 0.62  # of its width for a vowel without length
_FULL_LENGTH = 0.08  # seconds from which on a vowel reaches its target; shorter ones undershoot (Lindblom, 1963)

_SWELL = 0.60  # of a vowel's opening that comes and goes with its apex: a jaw swings, it does not stand
_ROUND_SWELL = 0.25  # of its rounding
_SWELL_REACH = 0.065  # seconds around the vowel in which it comes and goes
# Share of a vowel after which its apex comes, where the centre of its energy is on average: long vowels fade.
_APEX, _APEX_LONG = 0.53, 0.42
_SHORT, _LONG = 0.06, 0.15  # seconds of either
_JOINED = (0.050, 0.065, 0.085, 0.100)  # seconds from one vowel's apex to the next at which they would flicker
_JOINT = 0.55  # of their swell that they lose then
_BESIDE = 0.03  # seconds: sounds that are closer follow one another
_NARROWS = 0.12  # seconds before a vowel from which on consonants are narrowed by it

MOUTH = np.array([ARKIT_INDEX[name] for name in NAMES])  # where they are in a face
_ARTICULATOR = np.array([row for row, names in enumerate(ARTICULATORS.values()) for _ in names])
_ROUNDS = np.isin(NAMES, ARTICULATORS["rounding"])
_INSIDES = np.array([_INSIDE[name] for name in ARTICULATORS])
_REACHES = np.array([_REACH[name] for name in ARTICULATORS])

_JAW, _CLOSE = ARKIT_INDEX["jawOpen"], ARKIT_INDEX["mouthClose"]


def _face(factors: dict[str, float], rest: float) -> NDArray[np.float64]:
    vector = np.full(len(ARKIT_NAMES), rest)
    for name, weight in factors.items():
        for full in (name,) if name in ARKIT_INDEX else (name + "Left", name + "Right"):
            vector[ARKIT_INDEX[full]] = weight
    return vector


# What a contact leaves of every weight, and what it adds.
_PARTS_LIPS = {
    "mouthLowerDown": 0.0, "mouthUpperUp": 0.0, "mouthFunnel": 0.0, "mouthPucker": 0.45, "mouthStretch": 0.4,
    "mouthShrugLower": 0.2, "mouthShrugUpper": 0.1, "tongueOut": 0.0, "jawForward": 0.0, "noseSneer": 0.2,
}  # fmt: skip
_LIPS_KEEP = _face(_PARTS_LIPS | {"mouthRollLower": 0.3, "mouthRollUpper": 0.3}, 1.0)
_LIPS_ADD = _face({"mouthPress": 0.26, "mouthRollLower": 0.12, "mouthRollUpper": 0.12}, 0.0)
_LIPS_JAW = 0.06  # jawOpen that a closure leaves; mouthClose equals it
_TEETH_KEEP = _face(
    _PARTS_LIPS
    | {
        "mouthPucker": 0.1,
        "mouthUpperUp": 0.3,
        "mouthRollLower": 0.0,
        "mouthRollUpper": 0.0,
        "mouthPress": 0.0,
        "mouthFrown": 0.4,
        "mouthShrugLower": 0.0,
        "noseSneer": 0.6,
    },
    1.0,
)
_TEETH_ADD = _face({"mouthRollLower": 1.0, "mouthUpperUp": 0.2}, 0.0)
_TEETH_JAW = 0.12


@dataclass(frozen=True, slots=True)
class _Seal:
    """A closure: ``rise`` to ``full`` the lips meet, until ``ease`` they touch, by ``end`` they have parted."""

    contact: str
    rise: float
    full: float
    ease: float
    end: float


class Articulation:
    """The mouth of one utterance. Times are seconds on the utterance's own axis."""

    def __init__(self) -> None:
        self._starts: list[float] = []
        self._windows: list[NDArray[np.float64]] = []  # rise, full, ease, end by articulator, shape (4, 5)
        self._shapes: list[tuple[Shape, Shape]] = []  # weights, dominance per weight
        self._swells: list[tuple[float, float, float]] = []  # how much of a sound comes and goes; its apex, its reach
        self._seals: list[_Seal] = []
        self._middles: list[float] = []  # of the sounds
        self._touches: list[bool] = []  # whether they are contacts
        # Places in these lists, of this breath:
        self._onset: list[int] = []  # the consonants before the last vowels
        self._vowels: list[int] = []  # those vowels: one, or as many as follow one another
        self._consonants: list[int] = []  # the consonants after them
        self._until = -np.inf  # end of the last sound
        self._longest = 0.0
        self._arrays: tuple[NDArray[np.float64], ...] = ()
        self._last = 0  # start of the last phoneme, samples
        self.end = 0.0

    def extend(self, phonemes: Iterable[Mark]) -> None:
        """Add phonemes, in time order.

        Raises:
            MarkError: one begins before another that was given earlier.
        """
        for mark in phonemes:
            start, end = mark.start / SAMPLE_RATE, mark.end / SAMPLE_RATE
            if mark.start < self._last:
                raise MarkError(
                    f"the phoneme {mark.text!r} at sample {mark.start} lies before sample {self._last} of one that "
                    "was given earlier: give marks in time order"
                )
            self._last = mark.start
            visemes = visemes_of(mark.text)
            cuts = np.linspace(start, end, len(visemes) + 1)
            if len(visemes) == 2:
                cuts[1] = start + _FIRST_PART * (end - start)
            for viseme, a, b in zip(visemes, cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
                self._add(mark, viseme, a, b, apex=a + (_to_apex(b - a) if a == start else 0.0))
            self.end = max(self.end, end)
        if self._shapes:
            windows = np.stack(self._windows)
            weights, dominances = (np.stack(column) for column in zip(*self._shapes, strict=True))
            self._arrays = (windows, weights * dominances, dominances, np.array(self._swells))

    def at(self, seconds: float, rest: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a face, shape (52,): ``rest`` (the face that a mood makes) with the mouth that speaks."""
        face = rest.copy()
        self._shape(face, seconds)
        lips, teeth = self.contact(seconds)
        _touch(face, teeth * (1.0 - lips), _TEETH_KEEP, _TEETH_ADD, _TEETH_JAW)
        _touch(face, lips, _LIPS_KEEP, _LIPS_ADD, _LIPS_JAW)
        face[_CLOSE] = max(face[_CLOSE] * (1.0 - lips), lips * face[_JAW])
        return face

    def held(self) -> NDArray[np.float64]:
        """Return for how long each viseme has at least half of its dominance over each articulator: seconds, shape
        (visemes, 5), at least ``HOLD``. Contacts, which beat every dominance, last as long as their sound.
        """
        rise, full, ease, end = np.reshape(self._windows, (-1, 4, len(ARTICULATORS))).swapaxes(0, 1)
        return np.asarray((ease + end - rise - full) / 2)

    def contact(self, seconds: float) -> tuple[float, float]:
        """Return how far the lips are sealed, and the lower lip is at the teeth, 0..1 each."""
        parted = {"lips": 1.0, "teeth": 1.0}
        last = bisect_left(self._seals, seconds, key=_rise)
        for seal in reversed(self._seals[:last]):
            if seal.rise < seconds - self._longest:
                break
            parted[seal.contact] *= 1.0 - window(seconds, seal.rise, seal.full, seal.ease, seal.end)
        return 1.0 - parted["lips"], 1.0 - parted["teeth"]

    def _shape(self, face: NDArray[np.float64], seconds: float) -> None:
        """Move the mouth of ``face`` to where the pulls of the sounds around ``seconds`` balance."""
        last = bisect_left(self._starts, seconds + ANTICIPATION)
        first = bisect_left(self._starts, seconds - self._longest)
        if first == last:
            return
        windows, pulled, dominances, swells = self._arrays
        rise, full, ease, end = windows[first:last].swapaxes(0, 1)
        up = np.clip((seconds - rise) / (full - rise), 0.0, 1.0)
        down = np.clip((end - seconds) / (end - ease), 0.0, 1.0)
        near = (up * up * (3.0 - 2.0 * up) * down * down * (3.0 - 2.0 * down))[:, _ARTICULATOR]
        pull = (near * dominances[first:last]).sum(0)
        share, apex, reach = swells[first:last].T
        away = np.minimum(np.abs(seconds - apex) / reach, 1.0)
        swell = 1.0 - share * away * away * (2.0 - away * away)
        rounder = 1.0 - _ROUND_SWELL / _SWELL * (1.0 - swell)
        size = np.where(OPENS, swell[:, None], np.where(_ROUNDS, rounder[:, None], 1.0))
        speech = (1.0 + _REST_DOMINANCE) * (near * pulled[first:last] * size).sum(0) / (pull + _REST_DOMINANCE)
        rest = face[MOUTH] * (1.0 - 0.45 * pull / (pull + _REST_DOMINANCE))
        speech = np.minimum(speech, 1.0)
        face[MOUTH] = speech + rest - speech * rest

    def _add(self, mark: Mark, viseme: Viseme, start: float, end: float, apex: float) -> None:
        length = end - start
        inner, reach = np.minimum(_INSIDES, length / 2), np.maximum(_REACHES, HOLD - length / 2)
        self._starts.append(max(start, self._starts[-1]) if self._starts else start)
        self._middles.append((start + end) / 2)
        self._touches.append(viseme.contact is not None)
        self._windows.append(np.stack([start - reach, start + inner, end - inner, end + reach]))
        self._longest = max(self._longest, length + ANTICIPATION + CARRY_OVER)
        self._swells.append((
            _SWELL if viseme.vowel else 0.0, apex, length / 2 + _SWELL_REACH
        ))  # fmt: skip
        targets = viseme.targets()
        shape = np.array([targets[name] for name in NAMES])
        if viseme.vowel:
            seconds = (mark.end - mark.start) / SAMPLE_RATE
            shape *= _effort(mark.strength) * min(1.0, _SHORTEST + (1.0 - _SHORTEST) * seconds / _FULL_LENGTH)
        self._shapes.append((shape, np.array(viseme.dominance)[_ARTICULATOR]))
        self._narrow(viseme, start, end)
        if viseme.contact is not None:
            self._seal(viseme.contact, start, start + _PARTING.get(mark.text, 1.0) * length)

    def _narrow(self, viseme: Viseme, start: float, end: float) -> None:
        """Make the last sound narrower than the vowel before it, if it is a consonant, and the consonants that lead to
        it narrower than it, if it is a vowel.
        """
        if start - self._until > _BESIDE:
            self._vowels, self._consonants = [], []
        self._until = end
        place = len(self._shapes) - 1
        if not viseme.vowel:
            if viseme.contact == "lips":
                self._hurry(place, start)
            if self._vowels and viseme.contact is None:
                self._beside(place, self._vowels[-1], self._middles[place] - self._starts[self._vowels[-1]])
            self._consonants.append(place)
            return
        if self._vowels and self._vowels[-1] == place - 1:
            self._vowels.append(place)
            self._join(place)
            return
        for consonant in self._consonants:
            if self._starts[consonant] >= start - _NARROWS and not self._touches[consonant]:
                self._beside(consonant, place, end - self._middles[consonant] - _SEAL_EARLY["lips"])
        self._vowels, self._onset, self._consonants = [place], self._consonants, []

    def _join(self, place: int) -> None:
        """Let a vowel that follows another quickly run into it: they narrow less between them than they would."""
        (share, apex, reach), (share_before, before, reach_before) = self._swells[place], self._swells[place - 1]
        apart = 1.0 - _JOINT * window(apex - before, *_JOINED)
        self._swells[place] = share * apart, apex, reach
        if reach_before <= _LONG / 2 + _SWELL_REACH:
            self._swells[place - 1] = share_before * apart, before, reach_before

    def _hurry(self, closure: int, start: float) -> None:
        """Let the vowel before lips that meet be undershot, if the consonant before it was just now."""
        if self._vowels and self._vowels[-1] == closure - 1 and self._onset and not self._touches[self._onset[-1]]:
            consonant = self._onset[-1]
            room = start - self._middles[consonant] - _SEAL_EARLY["lips"]
            for place in self._vowels:
                shape, dominance = self._shapes[place]
                self._shapes[place] = undershot(shape, aperture(self._shapes[consonant][0]), room), dominance

    def _beside(self, consonant: int, vowel: int, room: float) -> None:
        """Make a consonant narrower than a vowel next to it."""
        shape, dominance = self._shapes[consonant]
        self._shapes[consonant] = narrowed(shape, beside(aperture(self._shapes[vowel][0]), room)), dominance

    def _seal(self, contact: Contact, start: float, end: float) -> None:
        """Close the mouth from ``start`` to ``end``; a contact that is too short to be seen begins and ends a little
        further out.
        """
        short = max(0.0, _SEAL_SHORTEST - (end - start)) / 2
        full, ease = start - short + _SEAL_EARLY[contact], end + short - _SEAL_LATE
        self._seals.append(_Seal(contact, full - _SEAL_FORMING, full, ease, ease + _SEAL_RELEASE))
        self._longest = max(self._longest, ease + _SEAL_RELEASE - full + _SEAL_FORMING)


def _effort(strength: float) -> float:
    """Return how widely a vowel is articulated: stress opens the mouth, and so does loudness."""
    if strength > 0.5:
        return _STRESSED * (_SOFT + (1.0 - _SOFT) * (2.0 * strength - 1.0))
    return _UNSTRESSED * (_SOFT + (1.0 - _SOFT) * 2.0 * strength)


def _to_apex(length: float) -> float:
    """Return after how many seconds a vowel has its apex."""
    return length * float(np.interp(length, (_SHORT, _LONG), (_APEX, _APEX_LONG)))


def _touch(
    face: NDArray[np.float64], touch: float, keep: NDArray[np.float64], add: NDArray[np.float64], jaw: float
) -> None:
    """Bring the parts that have to touch together, as far as ``touch`` (0..1) says."""
    if touch <= 0.0:
        return
    open_jaw = face[_JAW]
    face *= 1.0 + (keep - 1.0) * touch
    face += add * touch * (1.0 - face)
    face[_JAW] = open_jaw + (min(open_jaw, jaw) - open_jaw) * touch


def _rise(seal: _Seal) -> float:
    return seal.rise
