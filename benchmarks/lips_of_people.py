"""Whether the mouth of every person does what the speech needs, in every mood: closures, teeth, silence.

A mood may part the lips where nothing is said (surprise does so by intent): such moods are named.

Two recordings are spoken by every figure in all moods, and the surface of the lips is measured ``RATE`` times a second.
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from avatar.figure import FIGURES, load_figure
from avatar.marks import MOODS, SAMPLE_RATE, Mark
from benchmarks.figures import Figure, arguments, show_columns
from benchmarks.lip_geometry import TOUCH, Lips
from benchmarks.lip_sync import performance_of, phoneme_marks
from benchmarks.recordings import Phone, recordings
from server.assets import AssetStore
from viewer.hosts import FIGURE_DATA

SPOKEN = ("bobby", "damon")
RATE = 100  # instants a second
SETTLED = 0.35  # seconds after the last sound from which on the mouth has to be shut
REST = 0.3  # seconds of it that are looked at


def faces(mood: str, phonemes: list[Mark], end: float) -> NDArray[np.float32]:
    """Return the faces, shape (T, 52), of somebody who says something in a mood, and a little longer."""
    performance = performance_of([Mark("mood", 0, 0, mood), *phonemes])
    instants = np.arange(0.0, end + SETTLED + REST, 1.0 / RATE)
    return np.stack([performance.pose_at(round(seconds * SAMPLE_RATE)).face for seconds in instants.tolist()])


def figures_of(lips: Lips, speech: list[tuple[str, tuple[Phone, ...], NDArray[np.float32]]]) -> dict[str, Figure]:
    """Return what one person's lips do in all moods."""
    sealed = labials = touched = fricatives = 0
    open_in: set[str] = set()
    silence = 0.0
    for mood, phones, track in speech:
        gap, teeth = lips.shapes(track).gap, lips.to_teeth(track)
        for phone in phones:
            inside = slice(round(phone.start * RATE) - 1, round(phone.end * RATE) + 2)
            if phone.symbol in ("p", "b", "m"):
                labials += 1
                shut = bool((gap[inside] <= 0.0).any())
                sealed += shut
                open_in |= set() if shut else {mood}
            elif phone.symbol in ("f", "v"):
                fricatives += 1
                touched += bool((teeth[inside] <= TOUCH).any())
        rest = float(gap[-round(REST * RATE) :].max())
        silence = max(silence, rest if mood == "neutral" else 0.0)
        open_in |= {mood} if rest > 0.0 else set()
    return {
        "p_b_m_sealed": f"{sealed} of {labials}",
        "f_v_at_teeth": f"{touched} of {fricatives}",
        "neutral_gap_in_silence_mm": f"{1000.0 * silence:.2f}",
        "parted_in_silence_by": ", ".join(sorted(open_in)) or "no mood",
    }


def main() -> None:
    """Measure everybody and print."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--markdown", action="store_true", help="print a table in Markdown")
    options = parser.parse_args()
    store = AssetStore()
    store.fetch(("figures",))
    clips = [
        spoken
        for spoken in itertools.chain(recordings(store), recordings(store, held_out=True))
        if spoken.name in SPOKEN
    ]
    speech = [
        (mood, spoken.phones, faces(mood, phoneme_marks(spoken), spoken.phones[-1].end))
        for mood in MOODS
        for spoken in clips
    ]
    columns = {
        name: figures_of(Lips(load_figure(name, store.path("figures") / FIGURE_DATA, store.derived)), speech)
        for name in FIGURES
    }
    rows = {figure: {name: column[figure] for name, column in columns.items()} for figure in columns["vera"]}
    show_columns(f"the lips of {len(columns)} people in {len(MOODS)} moods", rows, options)


if __name__ == "__main__":
    main()
