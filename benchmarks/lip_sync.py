"""How exactly the lips go with the speech: with recordings of people, and with each of our own voices.

What is measured, and against what, is told in ``benchmarks.lip_timing``. Errors are mean absolute errors. The mouth was
tuned with the recordings of ``recordings.TUNING`` and with ``TEXT``; it was not with those of ``recordings.HELD_OUT``
and with ``HELD_OUT_TEXT``, whose columns are marked so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from avatar.articulation import Articulation
from avatar.figure import DEFAULT_FIGURE, load_figure
from avatar.marks import SAMPLE_RATE, Mark
from avatar.performance import Performance
from avatar.voice import VOICES, Voice
from avatar.voice.speaker import strength
from benchmarks.figures import Figure, arguments, show_columns
from benchmarks.lip_geometry import Lips
from benchmarks.lip_timing import Timing, timing
from benchmarks.recordings import Phone, Recording, recordings
from server.assets import AssetStore
from viewer.hosts import FIGURE_DATA

TEXT = (
    "Nobody found Captain Moore under seventeen umbrellas. The five brave women moved above the village. Both boys "
    "often buy very warm bread from a shop by the river. We should put the blue book back, but perhaps you would "
    "rather watch a few more films. My father's voice was soft and full of hope. The library opens at nine, but the"
    " reading room is full by half past eight. Please bring a pencil, some paper and a little patience. In the year"
    " eighteen forty a young woman from Bristol measured the height of every tide for three hundred days. She wrote"
    " the figures in a blue book, which was found much later behind a kitchen wall. I think that we should go there"
    " before the weather changes. You could ask your brother whether he has enough rope. Thieves often try the "
    "third window on the left. Nothing was lost that night except a silver spoon and an old umbrella. What would "
    "you do with a machine that listens? Most people only ask it about the time, or the way to the station."
)
HELD_OUT_TEXT = (
    "Good evening, and welcome back. A famous painter once lived on the corner of this quiet square; every morning "
    "she fed the pigeons before breakfast. Would you like to know what happened next? Well, in the spring of that "
    "year a flood came down from the mountains, and half of the bridges were washed away. People said it could "
    "never be mended, but somebody had already begun to measure the stones. Tomorrow the ferry leaves at seven. "
    "Take a warm coat, because the wind on the water is stronger than you would believe, and keep your ticket in a "
    "dry pocket. My grandmother used to say that a journey begins with the shoes. Four musicians were playing on "
    "the upper deck, very softly at first, then faster, until the whole boat was humming. Why does the moon look "
    "larger when it is low? Nobody on board could really explain it, although two of them had studied physics. We "
    "ate bread and cheese, shared a thermos of coffee, and watched the lights of the village move away behind us."
)
SPEECH_LEVEL = -17.0  # dBFS that recordings are brought to, as loud as our voices
FULL_SCALE = 32_768.0
HELD_OUT_SIGN = "*"


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

    found = timing(phones, sound, rate, face_at, lips)
    mouth = Articulation()
    mouth.extend([mark for mark in marks if mark.kind == "phoneme"])
    found.visemes = mouth.held().min(1).tolist()
    return found


def voiced(name: str, text: str) -> tuple[list[Mark], NDArray[np.float32]]:
    """Return the marks and the sound, shape (n,), -1..1, of a text spoken by one of our voices."""
    marks: list[Mark] = []
    parts: list[NDArray[np.int16]] = []
    for clause in Voice(name).speak(text):
        offset = sum(len(part) for part in parts)
        marks += [mark.shifted(offset) for mark in clause.marks]
        parts.append(clause.pcm)
    return marks, np.concatenate(parts).astype(np.float32) / np.float32(FULL_SCALE)


def phones_of(marks: Sequence[Mark]) -> list[Phone]:
    """Return the phonemes among marks."""
    return [
        Phone(mark.text, mark.start / SAMPLE_RATE, mark.end / SAMPLE_RATE, mark.strength > 0.5)
        for mark in marks
        if mark.kind == "phoneme"
    ]


def sources(lips: Lips) -> Iterator[tuple[str, Timing]]:
    """Yield the name and the measurement of each source of speech."""
    for held_out in (False, True):
        people = Timing()
        for spoken in recordings(held_out=held_out):
            people.add(measured(phoneme_marks(spoken), spoken.phones, spoken.pcm, spoken.rate, lips))
        yield "recordings" + held_out * HELD_OUT_SIGN, people
    for name in VOICES:
        for text, sign in ((TEXT, ""), (HELD_OUT_TEXT, HELD_OUT_SIGN)):
            marks, sound = voiced(name, text)
            yield name + sign, measured(marks, phones_of(marks), sound, SAMPLE_RATE, lips)


def figures_of(found: Timing) -> dict[str, Figure]:
    """Return the published figures: times in milliseconds and from how many events they are, and counts."""
    return {
        "onsets_ms": _error(found.onsets),
        "closure_ms": _error(found.closure),
        "release_ms": _error(found.release),
        "contact_ms": _error(found.contact),
        "rounding_ms": _error(found.rounding),
        "apex_ms": _error(found.apex),
        "apex_median_ms": _error(found.apex, np.median),
        "own_apex_ms": _error(found.own_apex),
        "p_b_m_sealed": f"{found.sealed} of {found.labials}",
        "f_v_at_teeth": f"{found.touched} of {found.labiodentals}",
        "silence_shut": f"{found.shut / max(1, found.silent):.0%}",
        "shortest_viseme_ms": _shortest(found.visemes),
        "shortest_turn_ms": _shortest(found.turns),
        "shortest_hold_ms": _shortest(found.holds),
        "median_hold_ms": f"{1000.0 * float(np.median(found.holds)):.0f}" if found.holds else "none",
        "flickers": f"{found.flickers} of {len(found.turns)}",
    }


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--markdown", action="store_true", help="print the table of docs/lips.md")
    options = parser.parse_args()
    store = AssetStore()
    store.fetch(("figures",))
    lips = Lips(load_figure(DEFAULT_FIGURE, store.path("figures") / FIGURE_DATA, store.derived))
    rows = {name: figures_of(found) for name, found in sources(lips)}
    show_columns(f"lips and speech, measured on the face of {DEFAULT_FIGURE} (*: held out)", rows, options)


def _error(errors: Sequence[float], average: Callable[[NDArray[np.float64]], np.floating] = np.mean) -> str:
    if not errors:
        return "none"
    return f"{1000.0 * float(average(np.abs(np.array(errors)))):.1f} (n {len(errors)})"


def _shortest(durations: Sequence[float]) -> str:
    return f"{1000.0 * min(durations):.0f}" if durations else "none"


if __name__ == "__main__":
    main()
