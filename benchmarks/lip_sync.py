"""How exactly the lips go with the speech: with recordings of people, and with each of our own voices.

What is measured, and against what, is told in ``benchmarks.lip_timing``. Errors are mean absolute errors.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from avatar.figure import DEFAULT_FIGURE, load_figure
from avatar.marks import SAMPLE_RATE, Mark
from avatar.performance import Performance
from avatar.voice import VOICES, Voice
from avatar.voice.speaker import strength
from benchmarks.lip_geometry import Lips
from benchmarks.lip_timing import Timing, timing
from benchmarks.recordings import Phone, Recording, recordings
from server.assets import AssetStore
from viewer.hosts import FIGURE_DATA

TEXT = (
    "Nobody found Captain Moore under seventeen umbrellas. The five brave women moved above the village. "
    "Both boys often buy very warm bread from a shop by the river. We should put the blue book back, "
    "but perhaps you would rather watch a few more films. My father's voice was soft and full of hope."
)
SPEECH_LEVEL = -17.0  # dBFS that recordings are brought to, as loud as our voices
FULL_SCALE = 32_768.0


def phoneme_marks(spoken: Recording) -> list[Mark]:
    """Return the phones of a recording as the marks of an utterance, their loudness taken from the sound."""
    loud = spoken.pcm[np.abs(spoken.pcm) > np.abs(spoken.pcm).max() / 50.0]
    gain = np.float32(10 ** (SPEECH_LEVEL / 20) / np.sqrt(np.mean(np.square(loud))))
    marks = []
    for phone in spoken.phones:
        sound = spoken.pcm[round(phone.start * spoken.rate) : round(phone.end * spoken.rate)] * gain
        start, end = round(phone.start * SAMPLE_RATE), round(phone.end * SAMPLE_RATE)
        marks.append(Mark("phoneme", start, end, phone.symbol, strength(sound, stressed=phone.stressed)))
    return marks


def performance_of(marks: Sequence[Mark]) -> Performance:
    """Return the performance of a whole utterance."""
    performance = Performance(seed=1)
    performance.extend(marks)
    performance.finish()
    return performance


def measured(
    marks: Sequence[Mark], phones: Sequence[Phone], sound: NDArray[np.float32], rate: int, lips: Lips
) -> Timing:
    """Return how the mouth that marks make goes with phones in the sound."""
    performance = performance_of(marks)

    def face_at(seconds: float) -> NDArray[np.float32]:
        return performance.pose_at(round(seconds * SAMPLE_RATE)).face

    return timing(phones, sound, rate, face_at, lips)


def voiced(name: str) -> tuple[list[Mark], NDArray[np.float32]]:
    """Return the marks and the sound, shape (n,), -1..1, of ``TEXT`` spoken by one of our voices."""
    marks: list[Mark] = []
    parts: list[NDArray[np.int16]] = []
    for clause in Voice(name).speak(TEXT):
        offset = sum(len(part) for part in parts)
        marks += [mark.shifted(offset) for mark in clause.marks]
        parts.append(clause.pcm)
    return marks, np.concatenate(parts).astype(np.float32) / np.float32(FULL_SCALE)


def sources(lips: Lips) -> Iterator[tuple[str, Timing]]:
    """Yield the name and the measurement of each source of speech."""
    people = Timing()
    for spoken in recordings():
        people.add(measured(phoneme_marks(spoken), spoken.phones, spoken.pcm, spoken.rate, lips))
    yield "recordings", people
    for name in VOICES:
        marks, sound = voiced(name)
        phones = [
            Phone(mark.text, mark.start / SAMPLE_RATE, mark.end / SAMPLE_RATE, mark.strength > 0.5)
            for mark in marks
            if mark.kind == "phoneme"
        ]
        yield name, measured(marks, phones, sound, SAMPLE_RATE, lips)


def figures_of(found: Timing) -> dict[str, float]:
    """Return the published figures; times in milliseconds, shares 0..1."""
    return {
        "onset_ms": _error(found.onsets),
        "apex_ms": _error(found.apex),
        "closure_ms": _error(found.closure),
        "release_ms": _error(found.release),
        "contact_ms": _error(found.contact),
        "rounding_ms": _error(found.rounding),
        "closures_seen": found.sealed / max(1, found.labials),
        "contacts_seen": found.touched / max(1, found.labiodentals),
        "silence_shut": found.shut / max(1, found.silent),
        "shortest_viseme_ms": 1000.0 * found.shortest,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")
    options = parser.parse_args()
    store = AssetStore()
    store.fetch(("figures",))
    lips = Lips(load_figure(DEFAULT_FIGURE, store.path("figures") / FIGURE_DATA, store.derived))
    rows = {name: figures_of(found) for name, found in sources(lips)}
    if options.json:
        json.dump(rows, sys.stdout)
        print()
        return
    table = Table(title=f"lips and speech, measured on the face of {DEFAULT_FIGURE}")
    table.add_column("")
    for name in rows:
        table.add_column(name, justify="right")
    for figure in next(iter(rows.values())):
        table.add_row(figure.replace("_", " "), *(f"{row[figure]:.3g}" for row in rows.values()))
    Console().print(table)


def _error(errors: Sequence[float]) -> float:
    return 1000.0 * float(np.mean(np.abs(errors))) if errors else float("nan")


if __name__ == "__main__":
    main()
