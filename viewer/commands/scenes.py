"""The scene that a command's options ask for."""

from __future__ import annotations

from pathlib import Path

import msgspec

from avatar.renderer import Lens, Scene, load_scene


def scene_of(path: Path | None, lens: Lens | None) -> Scene:
    """Return a file's scene, or the studio, with the lens that was asked for, if any.

    Raises:
        SceneError: the file cannot be read or declares something that is not possible.
    """
    scene = load_scene(path) if path is not None else Scene()
    return msgspec.structs.replace(scene, lens=lens) if lens is not None else scene
