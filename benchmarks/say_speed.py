"""How fast ``visavis say`` works: seconds of work for a second of clip, the voice alone and the whole clip."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from avatar.clip import make_clip, spoken
from avatar.figure import DEFAULT_FIGURE, load_figure
from avatar.marks import SAMPLE_RATE
from avatar.voice import DEFAULT_VOICE, Voice
from benchmarks.figures import arguments, median, seconds, show
from server.assets import AssetStore
from viewer.hosts import FIGURE_DATA

SENTENCES = (
    "The night ferry is back after eleven years.",
    "It leaves the island at 1:40 in the morning, four nights a week, and costs 3.50 euros.",
)
SIZE, FPS = 512, 30


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__ or "").parse_args()
    store = AssetStore()
    store.fetch(("figures",))
    figure = load_figure(DEFAULT_FIGURE, store.path("figures") / FIGURE_DATA, store.derived)
    voice = Voice(DEFAULT_VOICE)
    sound, _ = spoken(SENTENCES, voice, "neutral")
    voice_seconds = median(seconds(lambda: spoken(SENTENCES, voice, "neutral"), 5))
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        clip = make_clip(SENTENCES, Path(folder) / "clip.mp4", figure=figure, voice=voice, size=(SIZE, SIZE), fps=FPS)
        clip_seconds = time.perf_counter() - began
    show(
        f"real-time factor of say, {SIZE}x{SIZE} at {FPS} pictures a second",
        {
            "voice_real_time_factor": voice_seconds * SAMPLE_RATE / len(sound),
            "clip_real_time_factor": clip_seconds / clip,
            "clip_seconds": clip,
        },
        as_json=options.json,
    )


if __name__ == "__main__":
    main()
