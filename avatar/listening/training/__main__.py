"""Makes the material in a folder, unless it is there, fits the network to it and writes ``FOLDER/weights.npz``."""

from __future__ import annotations

import argparse
import zipfile
from pathlib import Path

import numpy as np
import torch

from avatar.listening.training.learn import Convolutions, fit
from avatar.listening.training.material import make

MATERIAL = {"first": (1.3, 1), "second": (2.0, 2), "third": (1.2, 3)}  # hours and seed
HELD_OUT = (0.12, 99)
LESSONS = ((("first", "second"), 750), (tuple(MATERIAL), 850))  # of what, how many steps; each begins quick, ends slow


def main() -> None:
    """Make the weights."""
    parser = argparse.ArgumentParser(prog="python -m avatar.listening.training", description=__doc__)
    parser.add_argument("folder", type=Path, help="for the material, 0.2 GB, and the weights")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    files = {name: folder / f"{name}.npz" for name in (*MATERIAL, "held-out")}
    for name, (hours, seed) in {**MATERIAL, "held-out": HELD_OUT}.items():
        if not files[name].is_file():
            make(files[name], hours, seed)
    network = Convolutions()
    for seed, (names, steps) in enumerate(LESSONS):
        fit(network, [files[name] for name in names], files["held-out"], steps, seed)
    with zipfile.ZipFile(folder / "weights.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in network.weights().items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w") as file:  # no date in it: the same bytes every time
                np.lib.format.write_array(file, array)


if __name__ == "__main__":
    main()
