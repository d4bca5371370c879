"""How far a mouth is open, read off the pictures of a video: a matched filter between a closed and an open mouth."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.float32]

REACH = 16  # pixels that a head may move between pictures


def gray(pictures: NDArray[Any]) -> Gray:
    """Return the mean of the colours: (..., h, w, 3 or 4) to (..., h, w)."""
    return np.asarray(pictures[..., :3].mean(axis=-1, dtype=np.float32))


def changed_box(closed: Gray, opened: Gray) -> tuple[slice, slice]:
    """Return where two pictures of a face differ, the mouth and the chin, as far as it stays in sight of a moving head.

    What lies within ``REACH`` of the edge is left out: the pictures of a head that has moved do not show it.
    """
    rows, columns = np.nonzero(np.abs(opened - closed) > 25)
    (top, bottom), (left, right) = np.percentile(rows, [2, 98]).astype(int), np.percentile(columns, [2, 98]).astype(int)
    height, width = closed.shape
    return slice(max(top, REACH), min(bottom + 1, height - REACH)), slice(
        max(left, REACH), min(right + 1, width - REACH)
    )


def opening(pictures: Gray, closed: Gray, opened: Gray) -> Gray:
    """Return for each picture (n, h, w) how far the mouth is open: 0 as in ``closed``, 1 as in ``opened``.

    The head is followed first: by the shift at which the face above the mouth matches ``closed`` best.
    """
    rows, columns = changed_box(closed, opened)
    template = (opened - closed)[rows, columns]
    template -= template.mean()
    height = rows.stop - rows.start
    above = (slice(max(rows.start - 2 * height, REACH), rows.start), columns)
    return np.array([_opening(picture, closed, template, (rows, columns), above) for picture in pictures], np.float32)


def _opening(
    picture: Gray, closed: Gray, template: Gray, mouth: tuple[slice, slice], above: tuple[slice, slice]
) -> float:
    down, right = _shift(picture, closed, above)
    seen = picture[_moved(mouth[0], down), _moved(mouth[1], right)] - closed[mouth]
    return float((seen * template).sum() / (template * template).sum())


def _shift(picture: Gray, closed: Gray, area: tuple[slice, slice]) -> tuple[int, int]:
    """Return the (rows, columns) by which an area of ``closed`` has moved in ``picture``."""
    reference = closed[area] - closed[area].mean()
    size = [length + 2 * REACH for length in reference.shape]
    window = picture[area[0].start - REACH : area[0].stop + REACH, area[1].start - REACH : area[1].stop + REACH]
    window = window - window.mean()
    match = np.fft.irfft2(np.fft.rfft2(window, size) * np.conj(np.fft.rfft2(reference, size)), size)
    down, right = np.unravel_index(match[: 2 * REACH + 1, : 2 * REACH + 1].argmax(), (2 * REACH + 1, 2 * REACH + 1))
    return int(down) - REACH, int(right) - REACH


def _moved(part: slice, by: int) -> slice:
    return slice(part.start + by, part.stop + by)


def best_lag(opening_of_pictures: NDArray[Any], level: NDArray[Any], reach: int = 6) -> tuple[int, float]:
    """Return the lag, in pictures, at which the mouth follows the sound best (negative: leads), and the correlation."""
    found = {}
    for lag in range(-reach, reach + 1):
        mouth = opening_of_pictures[max(lag, 0) : len(opening_of_pictures) + min(lag, 0)]
        sound = level[max(-lag, 0) : len(level) - max(lag, 0)]
        found[lag] = float(np.corrcoef(mouth, sound)[0, 1])
    lag = max(found, key=lambda lag: found[lag])
    return lag, found[lag]
