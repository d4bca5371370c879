"""Hair that is put up: drawn tightly over the head to where it is tied, and from there a bun or a tail."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.hair.locks import Coat, Lines, Locks, evened, respaced, unit, waved
from avatar.figure.hair.roots import Head

_STRIDE = 0.011  # metres
_LONGEST = 0.30  # metres, over the head
_ARRIVED = 0.014  # metres from the tie: hair ends under it
_TAIL_STEPS = 22


@dataclass(frozen=True)
class Tie:
    """Where hair is gathered and what becomes of it there.

    Attributes:
        place: of the tie on the reference head, metres. out: direction in which hair leaves it.
        layer: height over the head, metres.
        over: coats on the head. bun: coats wound round the tie. tail: coats that hang from it.
        bun_radius: of the bun and of its roll, metres. tail_length: metres.
    """

    place: tuple[float, float, float]
    out: tuple[float, float, float]
    layer: float
    over: tuple[Coat, ...]
    bun: tuple[Coat, ...] = ()
    tail: tuple[Coat, ...] = ()
    bun_radius: tuple[float, float] = (0.024, 0.019)
    tail_length: float = 0.24


def gathered(tie: Tie, head: Head) -> list[Locks]:
    """Return the coats of hair that is put up."""
    coats = [_over(tie, coat, head) for coat in tie.over]
    coats += [_bun(tie, coat, head) for coat in tie.bun]
    coats += [_tail(tie, coat, head) for coat in tie.tail]
    return coats


def _over(tie: Tie, coat: Coat, head: Head) -> Locks:
    lines = evened(evened(_drawn(tie, coat, head)))
    reach = np.minimum(_arrival(lines, np.array(tie.place)), coat.longest * head.rng.uniform(0.5, 1.0, len(lines)))
    return coat.dressed(respaced(lines, coat.points, reach), 0.0012 + 0.0015 * coat.lift, head.rng, still=True)


def _drawn(tie: Tie, coat: Coat, head: Head) -> Lines:
    roots, style, rng = head.roots(coat), head.style, head.rng
    count = len(roots)
    goal = np.array(tie.place)
    layer = tie.layer * style.volume * coat.lift * rng.uniform(0.55, 1.0, count)
    layer *= np.clip(roots.depth / 0.02, 0.30, 1.0)
    direction = unit(goal - roots.points) + 0.3 * roots.normals + rng.normal(0, 0.08 * coat.jitter, (count, 3))
    point = roots.points.copy()
    lines = [point.copy()]
    for step in range(round(_LONGEST / _STRIDE)):
        way = goal - point
        distance = np.linalg.norm(way, axis=1)
        height, normal = head.mould.above(point)
        pull = way / np.maximum(distance, 1e-6)[:, None]
        pull -= normal * np.einsum("nc,nc->n", pull, normal)[:, None] * 0.9
        pull[:, 1] -= 0.20 * np.clip((distance - 0.08) / 0.1, 0, 1)  # it sags a little on its way
        direction = 0.55 * unit(direction) + 0.45 * unit(pull)
        direction -= normal * np.clip((height - layer) / 0.006, -1, 1)[:, None] * 0.35
        point = point + np.minimum(_STRIDE, distance)[:, None] * unit(direction)
        height, normal = head.mould.above(point)
        wanted = layer * (1 - np.exp(-(step + 1) * _STRIDE / 0.03)) + 0.001
        point += normal * np.maximum(wanted - height, 0)[:, None]
        lines.append(point.copy())
    return np.stack(lines, 1)


def _arrival(lines: Lines, goal: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how long lines are up to where they reach the tie, metres."""
    gaps = np.linalg.norm(np.diff(lines, axis=1), axis=2)
    along = np.concatenate([np.zeros((len(lines), 1)), np.cumsum(gaps, axis=1)], 1)
    near = np.linalg.norm(lines - goal, axis=2) < _ARRIVED
    nearest = np.linalg.norm(lines - goal, axis=2).argmin(1)
    first = np.where(near.any(1), near.argmax(1), nearest)
    return np.asarray(along[np.arange(len(lines)), np.maximum(first, 2)])


def _bun(tie: Tie, coat: Coat, head: Head) -> Locks:
    """Wind locks in slanting turns round a ring whose axis points out of the head."""
    style, rng = head.style, head.rng
    count = round(coat.count * style.density)
    out = np.array(tie.out) / np.linalg.norm(tie.out)
    first = unit(np.cross(out, [1.0, 0.0, 0.0])[None])[0]
    second = np.cross(out, first)
    ring, roll = (radius * style.volume**0.5 for radius in tie.bun_radius)
    roll *= 0.75 + 0.25 * coat.lift
    begin, slant = rng.uniform(0, 2 * np.pi, count), rng.uniform(-1.9, 1.9, count)
    share = np.linspace(0, 1, coat.points)
    turn = begin[:, None] + share * rng.uniform(1.3, 2.2, count)[:, None]
    about = slant[:, None] + share * rng.uniform(0.5, 1.3, count)[:, None]
    radial = np.cos(turn)[..., None] * first + np.sin(turn)[..., None] * second
    radius = roll * (1 + rng.normal(0, 0.05 + 0.05 * coat.jitter, count))
    lines = np.array(tie.place) + out * 0.6 * roll + radial * ring
    lines = lines + radius[:, None, None] * (np.cos(about)[..., None] * radial + np.sin(about)[..., None] * out)
    return coat.dressed(lines, 0.0, rng, still=True)


def _tail(tie: Tie, coat: Coat, head: Head) -> Locks:
    """Let locks leave the tie, bow over and hang down."""
    style, rng = head.style, head.rng
    count = round(coat.count * style.density)
    out = np.array(tie.out) / np.linalg.norm(tie.out)
    angle, off = rng.uniform(0, 2 * np.pi, count), np.sqrt(rng.random(count))
    first = unit(np.cross(out, [1.0, 0.0, 0.0])[None])[0]
    ring = np.cos(angle)[:, None] * first + np.sin(angle)[:, None] * np.cross(out, first)
    spread = ring * off[:, None]
    point = np.array(tie.place) + spread * 0.009
    direction = np.tile(out, (count, 1)) + 0.45 * spread * coat.lift
    length = tie.tail_length * style.length * rng.uniform(0.80, 1.05, count)
    lines = [point.copy()]
    for step in range(_TAIL_STEPS):
        sag = np.array([0.0, -1.0, -0.03]) + 0.16 * spread * coat.lift * np.exp(-step / 8)
        direction = unit(0.80 * unit(direction) + 0.20 * sag * min(1.0, 0.3 + step / 6))
        point = point + direction * (length / _TAIL_STEPS)[:, None]
        height, normal = head.mould.above(point)
        point += normal * np.maximum(0.010 - height, 0)[:, None]
        lines.append(point.copy())
    grown = respaced(evened(np.stack(lines, 1)), coat.points)
    if style.curl:
        phase = rng.normal(0, 0.8, count)
        outwards = np.broadcast_to(ring[:, None], grown.shape)
        grown = waved(grown, outwards, height=0.010 * style.curl, length=0.07, phase=phase, from_root=0.08)
    return coat.dressed(grown, 0.004, rng)
