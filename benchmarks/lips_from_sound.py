"""Mouth shapes from sound alone: ours beside rhubarb-lip-sync-wasm and @met4citizen/headaudio, on the same recordings.

Everything that the three show is told in the five shapes that all of them have (closed lips, lower lip at the teeth,
rounded, open, at rest) or as something else. An *onset* is the moment at which one of the five begins. The truth are
the phone times of recordings of people (``benchmarks.recordings``) and of our own voices. An onset is found when the
same shape begins within ``REACH`` of it, one for one, nearest first; the error of one that is not found is ``REACH``.
An onset that is shown counts as true when it was matched; one that lies in a phone that the three sets of shapes see
differently (h, l, schwa, r, sh) does not count. A closure is a phone p, b or m, found when closed lips are shown at
some time within ``TOLERANCE`` of it; one that is shown is true when it lies so near to such a phone. Nobody's times
are moved. Rhubarb reads a sound as a whole, headaudio and we hear it as a stream.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from avatar.listening import listen
from avatar.listening.resampling import Resampler
from avatar.marks import SAMPLE_RATE
from avatar.voice import VOICES, Voice
from benchmarks.figures import Figure, arguments, show
from benchmarks.lip_peers import RATE, PeerMissingError, Shapes, fetch_peers, shapes_by
from benchmarks.recordings import Phone, recordings

REACH = 0.15  # seconds
TOLERANCE = 0.04  # seconds
PAUSE = 0.15  # seconds of silence from which on a mouth comes to rest
SENTENCES = {
    "ava": "Please bring me the blue book from the top shelf before the museum opens.",
    "adam": "Five brave men moved a piano up the mountain, and nobody helped them at all.",
    "kim": "My problem was simple: I put the map above the lamp, and the wind blew it off.",
    "george": "We found a very warm place by the river, where a few people had built a bridge.",
}

_CLOSED, _TEETH, _ROUND, _OPEN, _REST, _OTHER = "closed", "teeth", "round", "open", "rest", "other"
_KINDS = {_CLOSED: "p b m", _TEETH: "f v", _ROUND: "w u ʊ oʊ ɔ ɒ o əʊ ɔɪ", _OPEN: "ɑ æ a ʌ ɛ aɪ aʊ eɪ"}
_UNCLEAR = frozenset(("h", "l", "ə", "ɹ", "ɝ", "ɚ", "ɜ", "ʃ", "ʒ", "tʃ", "dʒ"))  # that the three see differently
_OF_PHONE = {phone: kind for kind, phones in _KINDS.items() for phone in phones.split()}
_OF_SHAPE = {
    "rhubarb": {"A": _CLOSED, "G": _TEETH, "E": _ROUND, "F": _ROUND, "C": _OPEN, "D": _OPEN, "X": _REST},
    "headaudio": {"PP": _CLOSED, "FF": _TEETH, "O": _ROUND, "U": _ROUND, "aa": _OPEN, "E": _OPEN, "sil": _REST},
}

Shown = list[tuple[float, str]]  # the second from which on each kind is shown; neighbours differ


@dataclass
class Score:
    """What was counted of one system on some sounds. Errors are in seconds."""

    errors: list[float] = field(default_factory=list)  # of the onsets that were found
    onsets: int = 0
    shown: int = 0  # onsets that count
    closures: int = 0
    closures_found: int = 0
    closures_shown: int = 0
    closures_true: int = 0

    def figures(self) -> dict[str, Figure]:
        """Return the figures by name."""
        missed = self.onsets - len(self.errors)
        return {
            "onset_error_ms": 1e3 * (sum(self.errors) + missed * REACH) / max(1, self.onsets),
            "error_of_found_ms": 1e3 * float(np.mean(self.errors)) if self.errors else float("nan"),
            "onsets_found": f"{len(self.errors)} of {self.onsets}",
            "onset_precision": len(self.errors) / max(1, self.shown),
            "closure_recall": self.closures_found / max(1, self.closures),
            "closures_found": f"{self.closures_found} of {self.closures}",
            "closure_precision": self.closures_true / max(1, self.closures_shown),
        }


def merged(shown: Shown) -> Shown:
    """Return the changes of what is shown."""
    return [event for event, last in zip(shown, [(0.0, ""), *shown[:-1]], strict=True) if event[1] != last[1]]


def truth(phones: Sequence[Phone], seconds: float) -> Shown:
    """Return what a mouth should show: the kinds of the phones, and rest in pauses."""
    shown: Shown = []
    end = 0.0
    for phone in phones:
        if phone.start - end >= PAUSE:
            shown.append((end, _REST))
        shown.append((phone.start, _OF_PHONE.get(phone.symbol, _OTHER)))
        end = phone.end
    if seconds - end >= PAUSE:
        shown.append((end, _REST))
    return merged(shown)


def judge(score: Score, phones: Sequence[Phone], seconds: float, shown: Shown) -> None:
    """Count how well what is shown fits the phones."""
    wanted = [event for event in truth(phones, seconds) if event[1] != _OTHER and event[0] > 0.0]
    found = [event for event in shown if event[1] != _OTHER and event[0] > 0.0]
    pairs = sorted(
        (abs(start - when), row, column)
        for row, (start, kind) in enumerate(wanted)
        for column, (when, seen) in enumerate(found)
        if kind == seen and abs(start - when) <= REACH
    )
    rows: set[int] = set()
    columns: set[int] = set()
    for error, row, column in pairs:
        if row not in rows and column not in columns:
            rows.add(row)
            columns.add(column)
            score.errors.append(error)
    unclear = [phone for phone in phones if phone.symbol in _UNCLEAR]
    score.onsets += len(wanted)
    score.shown += sum(
        column in columns or not any(phone.start <= when < phone.end for phone in unclear)
        for column, (when, _) in enumerate(found)
    )
    _judge_closures(score, phones, seconds, shown)


def _judge_closures(score: Score, phones: Sequence[Phone], seconds: float, shown: Shown) -> None:
    ends = [start for start, _ in shown[1:]] + [seconds]
    closed = [(start, end) for (start, kind), end in zip(shown, ends, strict=True) if kind == _CLOSED]
    wanted = [(phone.start, phone.end) for phone in phones if _OF_PHONE.get(phone.symbol) == _CLOSED]

    def near(one: tuple[float, float], other: tuple[float, float]) -> bool:
        return one[0] <= other[1] + TOLERANCE and other[0] <= one[1] + TOLERANCE

    score.closures += len(wanted)
    score.closures_found += sum(any(near(phone, shape) for shape in closed) for phone in wanted)
    score.closures_shown += len(closed)
    score.closures_true += sum(any(near(phone, shape) for phone in wanted) for shape in closed)


def ours(sound: NDArray[np.int16]) -> Shown:
    """Return what our marks show."""
    shown: Shown = []
    end = 0
    for mark in listen(sound, RATE):
        if mark.start > end:
            shown.append((end / SAMPLE_RATE, _REST))
        shown.append((mark.start / SAMPLE_RATE, _OF_PHONE.get(mark.text, _OTHER)))
        end = mark.end
    if end < len(sound) * SAMPLE_RATE // RATE:
        shown.append((end / SAMPLE_RATE, _REST))
    return merged(shown)


def theirs(peer: str, shapes: Shapes) -> Shown:
    """Return what a peer's shapes show."""
    return merged([(start, _OF_SHAPE[peer].get(shape, _OTHER)) for start, shape in shapes])


def people() -> list[tuple[NDArray[np.int16], tuple[Phone, ...]]]:
    """Return the recordings of people and their phones."""
    return [(_heard(recording.pcm, recording.rate), recording.phones) for recording in recordings()]


def voices() -> list[tuple[NDArray[np.int16], tuple[Phone, ...]]]:
    """Return a sentence of each of our voices, and its phones."""
    found = []
    for name in sorted(VOICES):
        clauses = list(Voice(name).speak(SENTENCES[name]))
        phones, length = [], 0
        for clause in clauses:
            for mark in clause.marks:
                if mark.kind == "phoneme":
                    start, end = ((length + sample) / SAMPLE_RATE for sample in (mark.start, mark.end))
                    phones.append(Phone(mark.text, start, end))
            length += len(clause.pcm)
        pcm = np.concatenate([clause.pcm for clause in clauses]).astype(np.float32) / 32768.0
        found.append((_heard(pcm, SAMPLE_RATE), tuple(phones)))
    return found


def _heard(pcm: NDArray[np.float32], rate: int) -> NDArray[np.int16]:
    resampler = Resampler(rate)
    silence = np.zeros(int(rate * resampler.delay) + 1, np.float32)
    sound = np.concatenate([resampler.push(pcm), resampler.push(silence)]) if rate != RATE else pcm
    return np.asarray(np.clip(np.rint(sound * 32767.0), -32768, 32767), dtype=np.int16)


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__ or "").parse_args()
    groups = {"people": people(), "voices": voices()}
    sounds = [sound for group in groups.values() for sound, _ in group]
    spoken = [phones for group in groups.values() for _, phones in group]
    names = [name for name, group in groups.items() for _ in group]
    lengths = [len(sound) / RATE for sound in sounds]
    listen(sounds[-1], RATE)  # loads the weights
    began = time.process_time()
    shown = {"ours": [ours(sound) for sound in sounds]}
    used = {"ours": time.process_time() - began}
    try:
        modules = fetch_peers()
        for peer in _OF_SHAPE:
            found = [shapes_by(peer, modules, sound) for sound in sounds]
            shown[peer] = [theirs(peer, shapes) for shapes, _ in found]
            used[peer] = sum(cpu for _, cpu in found)
    except PeerMissingError as error:
        print(f"the peers are left out: {error}")
    for system, all_shown in shown.items():
        figures: dict[str, Figure] = {"system": system}
        for group in groups:
            score = Score()
            for name, phones, seconds, seen in zip(names, spoken, lengths, all_shown, strict=True):
                if name == group:
                    judge(score, phones, seconds, seen)
            figures |= {f"{group}_{name}": figure for name, figure in score.figures().items()}
        figures["cores"] = used[system] / sum(lengths)
        show(f"{system}: mouth shapes from {sum(lengths):.0f} s of sound", figures, as_json=options.json)


if __name__ == "__main__":
    main()
