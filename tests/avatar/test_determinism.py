"""The same text and seed give the same frames: in another process, and on one thread of the driver or on two."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from server.assets import AssetStore
from tests.avatar.figures import wheel

__all__ = ["wheel"]

FILM = """
import hashlib, sys
from pathlib import Path
from avatar.clip import spoken
from avatar.figure import load_figure
from avatar.renderer import OffscreenTarget, Renderer, headless_context
from avatar.stage import Stage
from avatar.voice import Voice

seed, figure = int(sys.argv[1]), load_figure("vera", Path(sys.argv[2]), Path(sys.argv[3]))
sound, marks = spoken(["Five people came, and nobody left."], Voice(), "joy")
stage = Stage(seed)
stage.place(1, 0)
stage.extend(1, marks)
stage.finish(1)
context = headless_context()
renderer, target = Renderer(context, figure), OffscreenTarget(context, (96, 96))
print(hashlib.sha256(sound.tobytes()).hexdigest())
for sample in range(0, len(sound), len(sound) // 5):
    renderer.draw(stage.pose_at(sample), target.framebuffer)
    print(hashlib.sha256(target.read().tobytes()).hexdigest())
"""


def hashes(assets: AssetStore, wheel: Path, *, seed: int, threads: int, salt: int) -> list[str]:
    """Return hashes of the sound and of frames of a film that a process of its own makes."""
    environment = {**os.environ, "LP_NUM_THREADS": str(threads), "PYTHONHASHSEED": str(salt)}
    command = [sys.executable, "-c", FILM, str(seed), str(wheel), str(assets.derived)]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return told.split()


def test_frames_do_not_depend_on_the_process_or_on_the_threads(assets: AssetStore, wheel: Path) -> None:
    one = hashes(assets, wheel, seed=3, threads=1, salt=1)
    assert len(set(one)) == len(one) >= 6
    assert hashes(assets, wheel, seed=3, threads=2, salt=2) == one
    other = hashes(assets, wheel, seed=4, threads=1, salt=1)
    assert other[0] == one[0]
    assert other != one
