"""How well a moving mouth fits the speech that is heard with it: when lips meet, part and open, and when phones do.

All is measured on a figure's surface (``benchmarks.lip_geometry``), ``GRID`` times a second, in seconds:

- *closure*: when the gap between the lips reaches 0, against the start of a p, b or m that follows another sound.
- *release*: when the gap opens again, against the burst of the p or b, which is looked for in the sound, or the end of
  the m; where another labial or silence follows there is none.
- *contact*: when the lower lip reaches the upper incisors, against the start of an f or v that follows another sound.
- *rounding*: when the corners of the mouth have come half way in, against the start of the rounded sound (u, ʊ, w) that
  follows one that is not.
- *apex*, of every vowel: the instant at which the mouth is open widest between 40 ms before the vowel and 40 ms after
  it (of u and ʊ, whose gesture is rounding, not opening: at which it is narrowest), against the centre of the vowel's
  energy, of a diphthong's first part. The extremum of the gesture is its target landmark in articulatory phonology
  (Gafos, 2002, "A grammar of gestural coordination"). Where the neighbours are as open there is no extremum inside and
  the edge of the interval counts, an error of half a vowel and more; *own apex*: of the vowels that have one.
- *viseme*: for how long it has at least half of its dominance (Cohen and Massaro, 1993) over the articulator that lets
  go of it first; a contact lasts as long as its sound.
- *turn*: from one change of direction of the opening to the next; changes followed for less than 0.5 mm do not count.
- *hold*: for how long the opening is nearer to one extreme than to those before and after it.
- *flicker*: a turn there and back in less than 80 ms.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from avatar.voice.phonemes import VOWELS
from benchmarks.lip_geometry import TOUCH, Lips
from benchmarks.recordings import Phone

GRID = 250  # instants a second
FRAMES = 30  # pictures a second of the film that has to show every closure

LABIALS, LABIODENTALS = frozenset("pbm"), frozenset("fv")
ROUNDED = frozenset(("u", "ʊ", "w"))
_NEUTRAL_LIPS = frozenset("ptkbdɡszθðhnmŋfvl") | frozenset(("i", "ɪ", "ɛ", "æ", "ə", "ʌ", "ɑ", "aɪ", "eɪ"))
_NUCLEI = VOWELS | {"ɚ", "ɝ"}

_ROUND_VOWELS = frozenset(("u", "ʊ"))

_AROUND = 0.04  # seconds around a vowel in which its apex may lie
_EARLY, _LATE = 0.12, 0.08  # seconds around the start of a sound in which its gesture may be complete
_DIPHTHONG = 0.6  # share of a diphthong that is its first part
_TOGETHER = 0.03  # seconds: sounds that are closer follow one another
_HUSH, _SETTLED, _READY = 0.30, 0.20, 0.15  # seconds: a silence that counts; its beginning and end that do not
_TURN = 0.0005  # metres: a change of direction that is followed for less cannot be seen
_NARROWING = 0.001  # metres: a mouth that narrows by less does not round
_FLICKER = 0.080  # seconds


@dataclass
class Timing:
    """What was measured. Errors are seconds, late is positive."""

    closure: list[float] = field(default_factory=list)
    release: list[float] = field(default_factory=list)
    contact: list[float] = field(default_factory=list)
    rounding: list[float] = field(default_factory=list)
    apex: list[float] = field(default_factory=list)
    own_apex: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)
    visemes: list[float] = field(default_factory=list)  # for how long each has half of its dominance at least, seconds
    flickers: int = 0
    labials: int = 0
    sealed: int = 0  # labials that a film of ``FRAMES`` shows shut
    labiodentals: int = 0
    touched: int = 0
    silent: int = 0  # instants
    shut: int = 0  # of the silent ones

    def add(self, other: Timing) -> None:
        """Take in what was measured elsewhere."""
        for member in fields(self):
            setattr(self, member.name, getattr(self, member.name) + getattr(other, member.name))

    @property
    def onsets(self) -> list[float]:
        """The errors of all gestures that begin or end a contact or a rounding."""
        return self.closure + self.release + self.contact + self.rounding


def timing(
    phones: Sequence[Phone],
    sound: NDArray[np.float32],
    rate: int,
    face_at: Callable[[float], NDArray[np.float32]],
    lips: Lips,
) -> Timing:
    """Measure a mouth against phones and the sound (mono, shape (n,), ``rate`` a second) that they were found in.

    Args:
        face_at: the 52 weights at a time in seconds, shape (52,).
    """
    return _Measurement(phones, sound, rate, face_at, lips).timing()


class _Measurement:
    def __init__(
        self,
        phones: Sequence[Phone],
        sound: NDArray[np.float32],
        rate: int,
        face_at: Callable[[float], NDArray[np.float32]],
        lips: Lips,
    ) -> None:
        self._phones, self._sound, self._rate, self._lips = phones, sound, rate, lips
        self._times = np.arange(round(len(sound) / rate * GRID)) / GRID
        self._faces = np.stack([face_at(seconds) for seconds in self._times.tolist()])
        shapes = lips.shapes(self._faces)
        self._gap, self._width = shapes.gap, shapes.width
        self._found = Timing()

    def timing(self) -> Timing:
        for index, phone in enumerate(self._phones):
            before = self._phones[index - 1] if index else None
            after = self._phones[index + 1] if index + 1 < len(self._phones) else None
            if before is not None and phone.start - before.end > _TOGETHER:
                before = None
            if after is not None and after.start - phone.end > _TOGETHER:
                after = None
            if phone.symbol in LABIALS:
                self._labial(phone, before, after)
            elif phone.symbol in LABIODENTALS:
                self._labiodental(phone, before)
            elif phone.symbol in ROUNDED:
                self._rounding(phone, before)
            if phone.symbol in _NUCLEI:
                self._apex(phone)
        self._silences()
        self._turns()
        return self._found

    def _labial(self, phone: Phone, before: Phone | None, after: Phone | None) -> None:
        self._found.labials += 1
        found = self._run(self._gap <= 0.0, phone)
        if found is None:
            return
        first, last = found
        self._found.sealed += last - first >= 1.0 / FRAMES  # whatever the phase of the film
        if before is not None and before.symbol not in LABIALS | LABIODENTALS:
            self._found.closure.append(first - phone.start)
        if after is not None and after.symbol not in LABIALS | LABIODENTALS:
            parting = phone.end if phone.symbol == "m" else burst(phone, self._sound, self._rate)
            self._found.release.append(last - parting)

    def _labiodental(self, phone: Phone, before: Phone | None) -> None:
        self._found.labiodentals += 1
        instants = self._instants(phone.start - _EARLY, phone.end + _LATE)
        near = np.zeros(len(self._gap), dtype=bool)
        near[instants] = self._lips.to_teeth(self._faces[instants]) <= TOUCH
        found = self._run(near, phone)
        if found is None:
            return
        self._found.touched += 1
        if before is not None and before.symbol not in LABIODENTALS:
            self._found.contact.append(found[0] - phone.start)

    def _rounding(self, phone: Phone, before: Phone | None) -> None:
        if before is None or before.symbol not in _NEUTRAL_LIPS:
            return
        width = self._width[self._instants(before.start, phone.end)]
        narrowest = int(width.argmin())
        widest = int(width[: narrowest + 1].argmax())
        way = width[widest] - width[narrowest]
        if way < _NARROWING:
            return
        half = int(np.argmax(width[widest : narrowest + 1] <= width[widest] - way / 2)) + widest
        self._found.rounding.append(before.start + half / GRID - phone.start)

    def _apex(self, phone: Phone) -> None:
        instants = self._instants(phone.start - _AROUND, phone.end + _AROUND)
        gesture = -self._width[instants] if phone.symbol in _ROUND_VOWELS else self._gap[instants]
        if not gesture.size:
            return
        top = int(gesture.argmax())
        error = float(self._times[instants][top]) - _centre(phone, self._sound, self._rate)
        self._found.apex.append(error)
        if 0 < top < len(gesture) - 1:
            self._found.own_apex.append(error)

    def _silences(self) -> None:
        edges = [0.0, *(edge for phone in self._phones for edge in (phone.start, phone.end)), self._times[-1]]
        for number, (start, end) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
            if end - start < _HUSH:
                continue
            first = start + (_SETTLED if number else 0.0)
            gap = self._gap[self._instants(first, end - _READY if number < len(self._phones) else end)]
            self._found.silent += len(gap)
            self._found.shut += int((gap <= 0.0).sum())

    def _turns(self) -> None:
        turns = turning_points(self._gap, _TURN)
        self._found.turns = (np.diff(turns) / GRID).tolist()
        self._found.flickers = int((turns[2:] - turns[:-2] < _FLICKER * GRID).sum())
        middles = [
            begin + int(np.argmin(np.abs(self._gap[begin : end + 1] - (self._gap[begin] + self._gap[end]) / 2)))
            for begin, end in itertools.pairwise(turns.tolist())
        ]
        self._found.holds = (np.diff(middles) / GRID).tolist()

    def _instants(self, start: float, end: float) -> slice:
        return slice(max(0, int(np.ceil(start * GRID))), min(len(self._times), int(np.floor(end * GRID)) + 1))

    def _run(self, holds: NDArray[np.bool_], phone: Phone) -> tuple[float, float] | None:
        """Return when a state that holds in the phone began and ended; None if it does not hold there."""
        window = self._instants(phone.start - _EARLY / 2, phone.end)
        inside = np.flatnonzero(holds[window])
        if not inside.size:
            return None
        first = last = window.start + int(inside[inside.size // 2])
        while first > 0 and holds[first - 1]:
            first -= 1
        while last + 1 < len(holds) and holds[last + 1]:
            last += 1
        return first / GRID, last / GRID


def burst(phone: Phone, sound: NDArray[np.float32], rate: int) -> float:
    """Return when the lips part in a p or b: where the sound rises most steeply in its second half, seconds."""
    step = max(1, rate // 400)
    begin = round((phone.start + 0.35 * (phone.end - phone.start)) * rate)
    stretch = np.diff(sound[begin - 3 * step : round((phone.end + 0.015) * rate)])  # steeper where it is brighter
    power = np.square(stretch[: len(stretch) // step * step]).reshape(-1, step).mean(1)
    level = 10.0 * np.log10(power + 1e-9)
    rise = level[2:] - level[:-2]
    return (begin + (int(rise.argmax()) + 1 - 2) * step) / rate if rise.size else phone.end


def turning_points(track: NDArray[np.float64], threshold: float) -> NDArray[np.intp]:
    """Return where a track turns and then goes on for more than ``threshold``: highs and lows in turn."""
    turns: list[int] = []
    low = high = 0
    way = 0  # 1 while the track rises, -1 while it falls
    for place, value in enumerate(track.tolist()):
        if way >= 0:
            high = place if value > track[high] else high
            if track[high] - value > threshold:
                turns.append(high)
                way, low = -1, place
        if way <= 0:
            low = place if value < track[low] else low
            if value - track[low] > threshold:
                turns.append(low)
                way, high = 1, place
    return np.array(turns, dtype=np.intp)


def _centre(phone: Phone, sound: NDArray[np.float32], rate: int) -> float:
    """Return the centre of a vowel's energy, seconds."""
    share = _DIPHTHONG if len(phone.symbol) > 1 else 1.0
    begin, end = round(phone.start * rate), round((phone.start + share * (phone.end - phone.start)) * rate)
    energy = np.square(sound[begin:end], dtype=np.float64) + 1e-12
    return (begin + float((energy * np.arange(len(energy))).sum() / energy.sum())) / rate
