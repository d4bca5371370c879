"""Draws the reference pictures anew: ``python -m tests.avatar.regenerate_golden``; look at them before keeping."""

from __future__ import annotations

from PIL import Image

from avatar.renderer import is_software
from server.assets import AssetStore
from tests.avatar.golden import GOLDEN, SIZE, path_of, pixels, reference_shots
from viewer.portraits import Portraits


def main() -> None:
    """Draw them all, and delete those of what there is no more."""
    kept = set()
    with Portraits(AssetStore(), (SIZE, SIZE)) as portraits:
        if not is_software(portraits.context):
            raise SystemExit("reference pictures are drawn on the software driver: set LIBGL_ALWAYS_SOFTWARE=1")
        for group, shots in reference_shots().items():
            for shot in shots:
                path = path_of(group, shot)
                Image.fromarray(pixels(portraits, shot)).save(path, optimize=True)
                kept.add(path)
            print(f"{group}: {len(shots)}")
    for path in set(GOLDEN.glob("*.png")) - kept:
        path.unlink()


if __name__ == "__main__":
    main()
