"""The reference pictures: which there are, where they lie, and when two pictures count as the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from avatar.figure import FIGURES
from viewer.gallery.shots import Shot, gestures, hair, moods, people, visemes
from viewer.portraits import Portraits

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
SIZE = 160  # pixels across
MEAN_LIMIT = 0.2  # of 255, over all channels and pixels
TAIL_LIMIT = 5.0  # of 255, of all but the worst thousandth of the pixels
_FROM_BEHIND = "-135"


def reference_shots() -> dict[str, list[Shot]]:
    """Return what has a reference picture; of hair, the cuts that somebody wears, seen from half behind."""
    worn = [shot for row in hair() for shot in row if shot.name.endswith(_FROM_BEHIND) and shot.who.name in FIGURES]
    return {"people": people(), "moods": moods(), "visemes": visemes(), "hair": worn, "gestures": gestures()}


def pixels(portraits: Portraits, shot: Shot) -> NDArray[np.uint8]:
    """Return what a shot looks like now, RGB, shape (SIZE, SIZE, 3)."""
    return np.asarray(portraits.picture(shot.who, shot.pose, shot.camera).convert("RGB"))


def path_of(group: str, shot: Shot) -> Path:
    return GOLDEN / f"{group}-{shot.name}.png"


def reference_of(group: str, shot: Shot) -> NDArray[np.uint8]:
    with Image.open(path_of(group, shot)) as reference:
        return np.asarray(reference.convert("RGB"))


def difference(picture: NDArray[np.uint8], reference: NDArray[np.uint8]) -> tuple[float, float]:
    """Return the mean difference and the 99.9th percentile of each pixel's largest, of 255."""
    gap = np.abs(picture.astype(np.float64) - reference)
    return float(gap.mean()), float(np.percentile(gap.max(-1), 99.9))


def alike(picture: NDArray[np.uint8], reference: NDArray[np.uint8]) -> bool:
    mean, tail = difference(picture, reference)
    return mean <= MEAN_LIMIT and tail <= TAIL_LIMIT
