"""Fits the network to the material. Deterministic on one thread; about a quarter of an hour on one core."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from avatar.listening.network import DELAY, DILATIONS, SHAPES, TAPS, WIDTH
from avatar.listening.resampling import HEARD_RATE
from avatar.listening.sounds import CLASSES, CLOSURE
from avatar.listening.spectrum import BANDS, HOP
from avatar.listening.training.material import STEP

BATCH = 24
CROP = 400  # frames of a take that are seen at once
WARM_UP = 76  # first frames of a crop, whose past is not all seen: not counted
PEAK_RATE = 2.5e-3  # of Adam
SMOOTHING = 0.05  # of the labels
INSISTENCE = {CLOSURE: 1.6, "f": 1.3}  # weight of the classes that must not be missed


class Convolutions(nn.Module):
    """``avatar.listening.network.Network`` for whole takes at once: frames (n, time, BANDS) to logits."""

    def __init__(self) -> None:
        super().__init__()
        self.enter = nn.Conv1d(BANDS, WIDTH, TAPS)
        self.pasts = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, TAPS, dilation=dilation) for dilation in DILATIONS)
        self.mixes = nn.ModuleList(nn.Conv1d(WIDTH, WIDTH, 1) for _ in DILATIONS)
        self.leave = nn.Conv1d(WIDTH, len(CLASSES), 1)
        self.drop = nn.Dropout(0.1)
        for mix in self.mixes:
            nn.init.normal_(mix.weight, std=0.3 / WIDTH**0.5)

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        """Return logits, shape (n, classes, time)."""
        hidden = torch.relu(self.enter(nn.functional.pad(frames.transpose(1, 2), (TAPS - 1, 0))))
        for dilation, past, mix in zip(DILATIONS, self.pasts, self.mixes, strict=True):
            inner = torch.relu(past(nn.functional.pad(hidden, ((TAPS - 1) * dilation, 0))))
            hidden = hidden + mix(self.drop(inner))
        return self.leave(torch.relu(hidden))

    def weights(self) -> dict[str, NDArray[np.float16]]:
        """Return the weights as ``Network`` reads them."""
        found = {}
        layers = {"enter": self.enter, "leave": self.leave}
        for index in range(len(DILATIONS)):
            layers |= {f"block{index}.past": self.pasts[index], f"block{index}.mix": self.mixes[index]}
        for name, layer in layers.items():
            matrix = layer.weight.detach().permute(2, 1, 0).reshape(-1, layer.weight.shape[0])
            found[f"{name}.weight"] = matrix.numpy().astype(np.float16)
            found[f"{name}.bias"] = layer.bias.detach().numpy().astype(np.float16)
        return {name: found[name] for name in SHAPES}


class Takes:
    """The material of some files, cut at random."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self.takes: list[tuple[NDArray[np.float16], NDArray[np.int64]]] = []
        for path in paths:
            with np.load(path) as stored:
                frames, labels = stored["frames"], stored["labels"]
                edges = np.concatenate([stored["starts"], [[len(frames), len(labels)]]])
            for (begin, first), (end, last) in pairwise(edges.tolist()):
                ends = (np.arange(end - begin) + 1) * HOP - DELAY  # of the frames, in samples
                truth = labels[first:last][np.clip(ends // STEP, 0, last - first - 1)].astype(np.int64)
                truth[ends < 0] = 0
                self.takes.append((frames[begin:end], truth))
        self.frames = sum(len(frames) for frames, _ in self.takes)

    def batch(self, rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """Return crops (BATCH, CROP, BANDS) as other throats and microphones might give them, and their labels."""
        sizes = np.array([len(frames) for frames, _ in self.takes], np.float64)
        chosen = rng.choice(len(self.takes), BATCH, p=sizes / sizes.sum())
        seen = np.zeros((BATCH, CROP, BANDS), np.float32)
        truth = np.full((BATCH, CROP), -100, np.int64)
        for row, index in enumerate(chosen):
            frames, labels = self.takes[index]
            begin = int(rng.integers(max(1, len(frames) - CROP)))
            piece = frames[begin : begin + CROP].astype(np.float32)
            seen[row, : len(piece)] = _varied(piece, rng)
            truth[row, : len(piece)] = labels[begin : begin + CROP]
            truth[row, : WARM_UP if begin else 0] = -100
        return torch.from_numpy(seen), torch.from_numpy(truth)


def _varied(frames: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return frames with the bands moved (a longer or shorter throat), tilted, lifted, and some of them hidden."""
    places = (np.arange(BANDS) - 4.0) * rng.uniform(0.93, 1.07) + 4.0 + rng.uniform(-0.7, 0.7)
    places = np.clip(places, 0.0, BANDS - 1.001)
    left = places.astype(np.intp)
    share = (places - left).astype(np.float32)
    moved = frames[:, left] * (1.0 - share) + frames[:, left + 1] * share
    moved += np.float32(rng.normal(0.0, 0.12)) * np.linspace(-1.0, 1.0, BANDS, dtype=np.float32)
    moved += np.float32(rng.normal(0.0, 0.12))
    if rng.random() < 0.3:
        begin = int(rng.integers(BANDS - 6))
        moved[:, begin : begin + int(rng.integers(1, 7))] = moved.mean()
    return np.asarray(moved, dtype=np.float32)


def fit(network: Convolutions, material: Sequence[Path], held_out: Path, steps: int, seed: int) -> None:
    """Fit a network further, in ``steps`` steps, printing how it does on material that it never saw."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    takes, unseen = Takes(material), Takes([held_out])
    weights = torch.tensor([INSISTENCE.get(name, 1.0) for name in CLASSES])
    rule = torch.optim.AdamW(network.parameters(), lr=PEAK_RATE, weight_decay=0.01)
    pace = torch.optim.lr_scheduler.OneCycleLR(rule, PEAK_RATE, total_steps=steps, pct_start=0.1)
    print(f"{takes.frames * HOP / HEARD_RATE / 3600:.2f} hours, {steps * BATCH * CROP / takes.frames:.1f} times over")
    running = 0.0
    for step in range(1, steps + 1):
        frames, truth = takes.batch(rng)
        loss = nn.functional.cross_entropy(network(frames), truth, weight=weights, label_smoothing=SMOOTHING)
        rule.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        rule.step()
        pace.step()
        running += (float(loss.detach()) - running) / min(step, 100)
        if step % 250 == 0 or step == steps:
            right, closures = judge(network, unseen)
            print(
                f"step {step}: loss {running:.3f}, frames right {right:.3f}, closures found {closures:.3f}", flush=True
            )


def judge(network: Convolutions, unseen: Takes) -> tuple[float, float]:
    """Return the shares of all frames, and of the frames of closures, that the network gets right."""
    network.eval()
    right = np.zeros(2)
    counted = np.zeros(2)
    with torch.no_grad():
        for frames, truth in unseen.takes:
            found = network(torch.from_numpy(frames[None].astype(np.float32)))[0].argmax(0).numpy()
            closed = truth == CLASSES.index(CLOSURE)
            right += [(found == truth).sum(), (found == truth)[closed].sum()]
            counted += [len(truth), closed.sum()]
    network.train()
    return float(right[0] / counted[0]), float(right[1] / counted[1])
