"""The peers that find mouth shapes in sound, rhubarb-lip-sync-wasm and @met4citizen/headaudio, run under Node."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from server.assets import cache_folder

PACKAGES = ("rhubarb-lip-sync-wasm@0.1.8", "@met4citizen/headaudio@0.1.0")
RATE = 16_000  # Hz of the sound that peers take

_SCRIPT = Path(__file__).with_name("lip_peers.mjs")
_PATIENCE = 300  # seconds

Shapes = list[tuple[float, str]]  # the second from which on each shape is shown


class PeerMissingError(Exception):
    """A peer cannot be run here: no Node, no npm or no network."""


def fetch_peers() -> Path:
    """Return the folder of the peers' modules, installing them into the cache the first time.

    Raises:
        PeerMissingError: see there.
    """
    if not (shutil.which("node") and shutil.which("npm")):
        raise PeerMissingError("there is no node or no npm here")
    folder = cache_folder() / "benchmarks" / "lip-peers"
    modules = folder / "node_modules"
    if not all((modules / package.rpartition("@")[0]).is_dir() for package in PACKAGES):
        folder.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund", *PACKAGES]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
        if done.returncode:
            raise PeerMissingError(f"npm could not install them: {done.stderr.strip().splitlines()[-1:]}")
    return modules


def shapes_by(peer: str, modules: Path, sound: NDArray[np.int16]) -> tuple[Shapes, float]:
    """Return the shapes that a peer ("rhubarb", "headaudio") finds in a sound, and the CPU seconds that it took.

    What was found is kept in the cache: Rhubarb works longer than a sound lasts.

    Arguments:
        sound: int16 mono at ``RATE``, shape (n,).

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    key = hashlib.sha256(b"".join([_SCRIPT.read_bytes(), repr(PACKAGES).encode(), sound.tobytes()])).hexdigest()
    kept = modules.parent / f"{peer}-{key[:16]}.json"
    if not kept.is_file():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "sound.wav"
            with wave.open(str(path), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(RATE)
                file.writeframes(sound.tobytes())
            command = ["node", str(_SCRIPT), str(modules), peer, str(path)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=True)
        kept.write_text(done.stdout, encoding="utf-8")
    said = json.loads(kept.read_text(encoding="utf-8"))
    return [(float(start), str(name)) for start, name in said["shapes"]], float(said["cpu"])
