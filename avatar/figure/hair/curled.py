"""Hair in tight coils: short bows strewn through a shell round the head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from avatar.figure.hair.locks import Coat, Locks, unit
from avatar.figure.hair.roots import Head

_CENTRE = np.array([0.0, 0.765, 0.045])  # metres, of the head above the ears
_TURNS = 0.85  # of a circle that a bow goes round


@dataclass(frozen=True)
class Coil:
    """How coiled hair stands.

    Attributes:
        depth: how far it stands off the head, metres. radius: of a coil, metres.
    """

    depth: float
    radius: float
    coats: tuple[Coat, ...]


def curled(coil: Coil, head: Head) -> list[Locks]:
    """Return the coats of coiled hair."""
    return [_coat(coil, coat, head) for coat in coil.coats]


def _coat(coil: Coil, coat: Coat, head: Head) -> Locks:
    roots, style, rng = head.roots(coat), head.style, head.rng
    count = len(roots)
    reach = coil.depth * style.length * style.volume * coat.lift * rng.uniform(0.82, 1.0, count)
    reach *= np.clip(0.30 + roots.depth / 0.045, 0.30, 1.0)
    outward = 0.6 * roots.normals + 0.4 * unit(roots.points - _CENTRE)
    outward[:, 1] += 0.10
    outward = unit(outward)
    centre = roots.points + outward * reach[:, None]
    first = unit(np.cross(outward, rng.normal(size=(count, 3))))
    tilt = rng.uniform(0.25, 1.0, count)[:, None]  # from lying on the shell to standing up from it
    second = unit(np.cross(outward, first) * (1.1 - tilt) + outward * tilt)
    turn = np.linspace(-0.5, 0.5, coat.points) * 2 * np.pi * _TURNS
    radius = coil.radius * rng.uniform(0.7, 1.35, count) * (1 + 0.3 * coat.jitter)
    bow = first[:, None] * np.sin(turn)[None, :, None] + second[:, None] * np.cos(turn)[None, :, None]
    lines = centre[:, None] + bow * radius[:, None, None]
    lines += outward[:, None] * (0.35 * radius)[:, None, None] * np.linspace(-1, 1, coat.points)[None, :, None]
    height, normal = head.mould.above(lines.reshape(-1, 3))
    lines += (normal * np.maximum(0.002 - height, 0)[:, None]).reshape(lines.shape)
    return coat.dressed(lines, 0.001, rng, still=True)
