"""Hair that hangs: from the parting over the head, past the face and down to a hem. Bob, long, wavy and curly hair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.figure.hair.locks import Coat, Lines, Locks, clumped, cut_at, evened, respaced, waved
from avatar.figure.hair.roots import Head, Roots
from avatar.figure.painting import smoothstep

_STRIDE = 0.0105  # metres
_LONGEST = 0.50  # metres
_EYE_HEIGHT, _EYE_SIDE = 0.7285, 0.031  # metres, on the reference head
_BROW = 0.7500  # metres: a fringe ends here
_FRINGE_SIDE = 0.050  # metres to either side that a fringe reaches
_ROOT_CLEAR = 0.0012  # metres
_BEHIND = -0.056  # metres: how deep hair passes behind the shoulders
_UNRULY = 0.5  # jitter from which on a coat's hem is ragged
_SHOULDER_TOP = 0.665  # metres: below, hair goes in front of the shoulders or behind them


@dataclass(frozen=True)
class Drape:
    """How one cut hangs.

    Attributes:
        hem: height of its lower edge at the back, metres. rise: how much higher it is beside the face, metres.
        wave: height and length of its waves, metres. set_in: metres from the root at which they begin.
        lift: metres that its outer layer stands off the head. tuck: how much its tips turn in, 0..1.
        forward: share of the head, from the front, whose hair falls before the shoulders, as a depth z, metres.
        ragged: spread of the hem, metres. clump: how strongly locks draw together.
    """

    hem: float
    rise: float
    wave: tuple[float, float]
    set_in: float
    lift: float
    tuck: float
    forward: float
    ragged: float
    clump: float
    coats: tuple[Coat, ...]


def draped(drape: Drape, head: Head) -> list[Locks]:
    """Return the coats of hanging hair."""
    return [_coat(drape, coat, head) for coat in drape.coats]


@dataclass(frozen=True)
class _Course:
    """What decides how each lock runs, each shape (n,): which are fringe, which side they fall to, how far off the head
    and the face they are held, and where they pass the shoulders (x outwards and z, metres)."""

    roots: Roots
    fringe: NDArray[np.bool_]
    side: NDArray[np.float64]
    sideways: NDArray[np.float64]
    over: NDArray[np.float64]
    layer: NDArray[np.float64]
    held: NDArray[np.float64]
    passing: NDArray[np.float64]


def _coat(drape: Drape, coat: Coat, head: Head) -> Locks:
    style, rng = head.style, head.rng
    course = _course(drape, coat, head)
    points, fringe = course.roots.points, course.fringe
    count = len(points)
    lines = evened(evened(_grown(drape, coat, head, course)))
    hem = _EYE_HEIGHT - (_EYE_HEIGHT - drape.hem) * style.length
    ends = hem + drape.rise * smoothstep(0.0, 0.08, points[:, 2]) + rng.normal(0, drape.ragged, count)
    ends -= np.abs(rng.normal(0, 0.012, count)) * (coat.jitter > _UNRULY)
    ends = np.where(fringe, _BROW - 0.004 + rng.normal(0, 0.004, count), ends)
    longest = np.minimum(cut_at(lines, ends), coat.longest * rng.uniform(0.5, 1.0, count))
    lines = _curled(drape, respaced(lines, coat.points, longest), course, head)
    return coat.dressed(clumped(lines, 6, drape.clump, rng), _ROOT_CLEAR + 0.002 * coat.lift, rng)


def _course(drape: Drape, coat: Coat, head: Head) -> _Course:
    roots, rng = head.roots(coat), head.rng
    count = len(roots)
    x, y, z = roots.points.T
    fringe = (roots.front > 0.35) & (np.abs(x) < _FRINGE_SIDE) & (rng.random(count) < head.style.fringe)
    over = smoothstep(0.725, 0.825, y).astype(np.float64)  # hair from higher up lies over what grows below
    layer = (0.003 + drape.lift * head.style.volume * over) * coat.lift * rng.uniform(0.65, 1.0, count)
    side = np.where(z < 0.02, np.sign(x + 1e-9), roots.side)
    ahead = (z > drape.forward) & ~fringe
    passing = np.stack(
        [
            np.where(ahead, rng.uniform(0.066, 0.122, count), rng.uniform(0.0, 0.075, count)),
            np.where(ahead, rng.uniform(0.078, 0.106, count), _BEHIND),
        ],
        1,
    )
    return _Course(
        roots,
        fringe,
        side,
        side * (0.10 + 0.90 * smoothstep(0.0, 0.07, z)),
        over,
        layer * np.clip(roots.depth / 0.02, 0.35, 1.0),
        rng.uniform(0.90, 1.25, count),
        passing,
    )


def _curled(drape: Drape, lines: Lines, course: _Course, head: Head) -> Lines:
    height, length = drape.wave
    height += 0.010 * head.style.curl
    if height == 0.0:
        return lines
    roots = course.roots.points
    _, normals = head.mould.above(lines.reshape(-1, 3))
    phase = 55 * roots[:, 0] + 70 * roots[:, 2] + head.rng.normal(0, 0.55, len(roots))
    return waved(lines, normals.reshape(lines.shape), height=height, length=length, phase=phase, from_root=drape.set_in)


def _grown(drape: Drape, coat: Coat, head: Head, course: _Course) -> Lines:
    """Follow each lock over the head, past the face and down, step by step."""
    wander = head.rng.random(len(course.side)) * 2 * np.pi
    direction = _leaving(course, coat.jitter, head.rng)
    fringe, layer = course.fringe, course.layer
    point = course.roots.points.copy()
    lines = [point.copy()]
    for step in range(round(_LONGEST / _STRIDE)):
        travelled = (step + 1) * _STRIDE
        height, normal = head.mould.above(point)
        pull = _pull(course, point, travelled)
        pull[fringe] = [0.0, -0.75, 0.55 - 8.0 * max(travelled - 0.03, 0.0)]
        direction = direction * 0.55 + 0.45 * pull
        inward = np.maximum(-np.einsum("nc,nc->n", direction, normal), 0)
        direction += normal * (inward * np.where(height < layer + 0.004, 0.9, 0.0))[:, None]
        clinging = smoothstep(_EYE_HEIGHT - 0.055, _EYE_HEIGHT - 0.01, point[:, 1])
        direction -= normal * (0.55 * np.clip((height - layer) / 0.008, 0, 1) * clinging)[:, None]
        direction += 0.05 * coat.jitter * np.sin(wander + travelled * 38)[:, None] * np.cross(direction, normal)
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        low = (1 - smoothstep(drape.hem, drape.hem + 0.045, point[:, 1])) * drape.tuck
        direction -= low[:, None] * np.stack([0.34 * np.sign(point[:, 0]), 0 * low, 0.10 + 0 * low], 1)
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        point = point + _STRIDE * direction
        height, normal = head.mould.above(point)
        wanted = layer * (1 - np.exp(-travelled / 0.035)) + 0.001
        point += normal * np.maximum(wanted - height, 0)[:, None]
        point = np.where(fringe[:, None], point, _off_the_face(point, _EYE_SIDE * course.held, layer))
        lines.append(point.copy())
    return np.stack(lines, 1)


def _leaving(course: _Course, jitter: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the direction in which locks leave the scalp, shape (n, 3)."""
    roots, over = course.roots, course.over
    forward = smoothstep(0.06, 0.13, roots.points[:, 2])
    direction = np.stack([0.95 * course.sideways, 0.85 * over - 0.60, 0.30 * forward - 0.15], 1)
    direction += (0.25 * over)[:, None] * roots.normals + rng.normal(0, 0.05 * jitter, (len(over), 3))
    outwards = 5.0 * roots.points[:, 0]
    ahead = np.stack([outwards, np.full(len(over), 0.30), np.ones(len(over))], 1)
    return np.where(course.fringe[:, None], ahead, direction)


def _pull(course: _Course, point: NDArray[np.float64], travelled: float) -> NDArray[np.float64]:
    """Return where locks are drawn: to the side of the head, then down, then round the shoulders, shape (n, 3)."""
    root, side, sideways = course.roots.points, course.side, course.sideways
    free = np.maximum(smoothstep(0.05, 0.11, np.full(len(point), travelled)), 1 - course.over)
    crown = (1 - smoothstep(0.03, 0.085, root[:, 2])) * smoothstep(0.80, 0.84, root[:, 1])
    back = np.where(side > 0, -0.16, -0.30) - 0.55 * crown
    pull = np.stack([sideways * (0.75 - 0.95 * free), -0.55 - 0.6 * free, back + (0.03 - back) * free], 1)
    down = 1 - smoothstep(_SHOULDER_TOP - 0.05, _SHOULDER_TOP + 0.03, point[:, 1])
    wanted_x, wanted_z = course.passing.T
    pull[:, 2] += down * np.clip((wanted_z - point[:, 2]) * 14.0, -0.9, 0.9)
    apart = np.sign(point[:, 0]) * np.where(wanted_z > 0, wanted_x, np.minimum(np.abs(point[:, 0]), wanted_x + 0.02))
    pull[:, 0] += down * np.clip((apart - point[:, 0]) * 9.0, -0.5, 0.5)
    return np.asarray(pull)


def _off_the_face(
    points: NDArray[np.float64], eye_side: NDArray[np.float64], layer: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Move points sideways out of the window that shows the face."""
    x, y, z = points.T
    down = np.clip((_EYE_HEIGHT + 0.078 - y) / 0.075, 0, 1)
    window = eye_side * (2.10 * np.sqrt(down)) + 0.6 * layer
    blocked = (z > 0.045) & (np.abs(x) < window) & (y < _EYE_HEIGHT + 0.076) & (y > 0.60)
    moved = points.copy()
    moved[blocked, 0] = np.sign(x[blocked]) * window[blocked]
    return moved
