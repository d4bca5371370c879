"""The network: frames in, one by one, and for each how likely every class was ``DELAY`` ago.

A residual stack of causal dilated convolutions (van den Oord et al., "WaveNet", 2016; Bai et al., 2018), trained by
``avatar.listening.training``. It runs in numpy: a frame is a few matrix-vector products, so that the numbers do not
depend on how the sound arrives.
"""

from __future__ import annotations

import zipfile
from functools import cache
from importlib import resources
from typing import IO

import numpy as np
from numpy.typing import NDArray

from avatar.errors import ListeningModelError
from avatar.listening.sounds import CLASSES
from avatar.listening.spectrum import BANDS

DELAY = 720  # samples at HEARD_RATE, 45 ms: the labels of a frame lie so far before its end
DILATIONS = (1, 2, 4, 8, 1, 2, 4, 8)  # frames, of the blocks in order
TAPS = 3  # of every convolution over time
WIDTH = 112  # channels

_REACH = (TAPS - 1) * (1 + sum(DILATIONS))  # frames that the stack looks back
_WEIGHTS = "weights.npz"

Weights = dict[str, NDArray[np.float32]]


def _shapes() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {"enter.weight": (TAPS * BANDS, WIDTH), "enter.bias": (WIDTH,)}
    for index in range(len(DILATIONS)):
        shapes[f"block{index}.past.weight"] = (TAPS * WIDTH, WIDTH)
        shapes[f"block{index}.past.bias"] = (WIDTH,)
        shapes[f"block{index}.mix.weight"] = (WIDTH, WIDTH)
        shapes[f"block{index}.mix.bias"] = (WIDTH,)
    shapes["leave.weight"] = (WIDTH, len(CLASSES))
    shapes["leave.bias"] = (len(CLASSES),)
    return shapes


SHAPES: dict[str, tuple[int, ...]] = _shapes()  # of the weights, by name; a matrix is inputs by outputs


def read_weights(file: IO[bytes]) -> Weights:
    """Return the weights of an open file, float32.

    Raises:
        ListeningModelError: the file is damaged or of another network.
    """
    try:
        with np.load(file) as stored:
            weights = {name: np.ascontiguousarray(stored[name], dtype=np.float32) for name in stored.files}
    except (OSError, ValueError, AttributeError, EOFError, zipfile.BadZipFile) as error:
        raise ListeningModelError(f"the ear's weights cannot be read ({error}): install the package again") from error
    shapes = {name: array.shape for name, array in weights.items()}
    if shapes != SHAPES or not all(np.isfinite(array).all() for array in weights.values()):
        raise ListeningModelError("the ear's weights are of another network: install the package again")
    return weights


@cache
def shared_weights() -> Weights:
    """Return the weights that the package carries, loaded once per process.

    Raises:
        ListeningModelError: they are missing, damaged or of another network.
    """
    try:
        with resources.files("avatar.listening").joinpath(_WEIGHTS).open("rb") as file:
            return read_weights(file)
    except OSError as error:
        raise ListeningModelError(f"the ear's weights are missing ({error}): install the package again") from error


class _Memory:
    """The last inputs of a convolution, as many as its taps reach back."""

    def __init__(self, channels: int, dilation: int) -> None:
        self._frames = np.zeros(((TAPS - 1) * dilation + 1, channels), np.float32)
        self._dilation = dilation
        self._now = 0

    def push(self, frame: NDArray[np.float32]) -> NDArray[np.float32]:
        """Keep the frame; return the taps in order, the newest last, shape (TAPS * channels,)."""
        size = len(self._frames)
        self._frames[self._now] = frame
        rows = [(self._now - back * self._dilation) % size for back in range(TAPS - 1, -1, -1)]
        self._now = (self._now + 1) % size
        return self._frames[rows].reshape(-1)


class Network:
    """The stack with its memory: what it says depends on the last 0.6 seconds. Bounded state.

    The past before the first frame is taken to be like it: a recording that begins with noise is no onset.
    """

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._enter = _Memory(BANDS, 1)
        self._pasts = [_Memory(WIDTH, dilation) for dilation in DILATIONS]
        self._begun = False

    def push(self, frame: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the log-likelihoods of the classes, shape (len(CLASSES),).

        Arguments:
            frame: of ``Spectrum``, shape (BANDS,).
        """
        if not self._begun:
            self._begun = True
            for _ in range(_REACH):
                self.push(frame)
        weights = self._weights
        hidden = np.maximum(self._enter.push(frame) @ weights["enter.weight"] + weights["enter.bias"], 0.0)
        for index, past in enumerate(self._pasts):
            block = f"block{index}."
            inner = past.push(hidden) @ weights[block + "past.weight"] + weights[block + "past.bias"]
            np.maximum(inner, 0.0, out=inner)
            hidden = hidden + inner @ weights[block + "mix.weight"] + weights[block + "mix.bias"]
        logits = np.maximum(hidden, 0.0) @ weights["leave.weight"] + weights["leave.bias"]
        logits -= logits.max()
        return np.asarray(logits - np.log(np.exp(logits).sum()), dtype=np.float32)
