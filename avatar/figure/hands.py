"""Paints the hands: palms lighter than their backs, knuckles redder and creased, and nails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from avatar.figure.atlas import HANDS_LEFT, HANDS_TOP
from avatar.figure.canvas import SIZE
from avatar.figure.complexion import SkinStyle, skin_colour
from avatar.figure.painting import Plane, rasterised, smoothstep
from avatar.figure.skeleton import BONE_INDEX
from avatar.figure.surface import Surface

Side = Literal["left", "right"]

_FINGERS = {
    "Thumb": ("Metacarpal", "Proximal", "Distal"),
    **dict.fromkeys(("Index", "Middle", "Ring", "Little"), ("Proximal", "Intermediate", "Distal")),
}
_IN_HAND = 0.5  # of a vertex's weight: where on it belongs to the hand
_PALE = 0.60  # of its tone that a palm loses
_PALM = np.array([0.97, 0.97, 1.06])  # the colour of a palm, as a share of a skin's of that tone
_KNUCKLE = 0.0080  # metres: radius of its colour
_REDDER, _DARKER = np.array([0.03, 0.13, 0.12]), np.array([0.16, 0.17, 0.17])  # of a fair and of a dark knuckle
_CREASES, _CREASE_WIDTH, _CREASE_DEPTH = (-0.0026, 0.0, 0.0022), 0.0007, 0.12  # metres along the finger; share
_NAIL_LENGTH, _NAIL_ASIDE, _NAIL_ENDS = 0.0120, 0.0052, 0.0008  # metres; half its width; how far before the tip
_FREE_EDGE = 0.0012  # metres
_NAIL, _EDGE = np.array([0.86, 0.66, 0.61]), np.array([0.90, 0.83, 0.76])  # sRGB
_NAIL_COVER, _DARK_NAIL = 0.72, 0.45  # of the skin below; how much darker the nails of the darkest skin are
_REACH = 0.045  # metres from the middle of a finger, within which it lies
_NAIL_GLOSS = 0.30  # of the relief's range


@dataclass(frozen=True)
class _Finger:
    """A finger of the reference body, metres.

    Attributes:
        joints: where it bends, the one nearest to the palm first, shape (3, 3). tip: its end, shape (3,).
        ahead, aside, back: unit vectors along its last bone, across it and out of its nail, each of shape (3,).
    """

    joints: NDArray[np.float64]
    tip: NDArray[np.float64]
    ahead: NDArray[np.float64]
    aside: NDArray[np.float64]
    back: NDArray[np.float64]


def paint_hands(colour: NDArray[np.float32], relief: Plane, surface: Surface, style: SkinStyle) -> None:
    """Paint both hands, as far as they are there.

    Args:
        colour: of the skin, shape (SIZE, SIZE, 3), changed in place. relief: of it, shape (SIZE, SIZE), too.
        surface: the skin, with the hands. style: what it is like.
    """
    left, extent = round(HANDS_LEFT * SIZE), round((1.0 - HANDS_LEFT) * SIZE)
    where = (slice(0, round(HANDS_TOP * SIZE)), slice(left, left + extent))
    triangles = surface.triangles("skin")
    uvs = (surface.uvs * SIZE - [left, 0.0]) / extent
    sides: tuple[Side, Side] = ("left", "right")
    hands = [(side, triangles[_of_hand(surface, side)[triangles].all(1)]) for side in sides]
    hands = [(side, own) for side, own in hands if len(own)]
    if not hands:
        return
    backs = {side: _back(surface, side) for side, _ in hands}
    facing = np.where(surface.reference[:, 0] > 0, *(surface.normals @ backs.get(side, np.zeros(3)) for side in sides))
    known = np.concatenate([surface.reference, facing[:, None]], 1)
    texels = rasterised(uvs, np.concatenate([own for _, own in hands]), known, extent)[: where[0].stop]
    place, facing = texels[..., :3], texels[..., 3]
    area, gloss = colour[where], relief[where]
    _paint_palm(area, facing, style)
    for side, _ in hands:
        for finger in _fingers(surface, side, backs[side]):
            _paint_finger(area, gloss, place, facing, finger=finger, style=style)


def _paint_palm(area: NDArray[np.float32], facing: Plane, style: SkinStyle) -> None:
    palm = skin_colour(msgspec.structs.replace(style, tone=style.tone * (1.0 - _PALE))) * _PALM
    usual = skin_colour(style)
    cover = smoothstep(0.15, -0.45, facing) * (0.40 + 0.35 * style.tone)
    area *= 1.0 + cover[..., None] * (palm / usual - 1.0).astype(np.float32)


def _paint_finger(
    area: NDArray[np.float32],
    gloss: Plane,
    place: NDArray[np.float32],
    facing: Plane,
    *,
    finger: _Finger,
    style: SkinStyle,
) -> None:
    """Paint the knuckles and the nail of a finger; ``place`` has shape (h, w, 3), the other planes match it."""
    near = (np.abs(place - ((finger.joints[1] + finger.tip) / 2).astype(np.float32)) < _REACH).all(-1)
    colour, shine, here, outward = area[near], gloss[near], place[near], facing[near]
    tint = (_REDDER + (_DARKER - _REDDER) * style.tone).astype(np.float32)
    for joint, deep in zip(finger.joints, (0.0, 1.0, 0.8), strict=True):
        off = here - joint.astype(np.float32)
        knuckle = smoothstep(0.0, 0.5, outward) * np.exp(-(off**2).sum(-1) / np.float32(_KNUCKLE**2))
        along = off @ finger.ahead.astype(np.float32)
        creases = np.sum([np.exp(-(((along - at) / _CREASE_WIDTH) ** 2)) for at in _CREASES], axis=0)
        colour *= 1.0 - knuckle[:, None] * (tint + deep * _CREASE_DEPTH * creases[:, None])
    off = here - finger.tip.astype(np.float32)
    behind = -(off @ finger.ahead.astype(np.float32)) - _NAIL_ENDS
    aside = np.abs(off @ finger.aside.astype(np.float32)) / _NAIL_ASIDE
    along = 2.0 * behind / _NAIL_LENGTH - 1.0  # -1 at the free edge, 1 at the root
    nail = smoothstep(1.12, 0.88, aside**4 + np.where(along > 0, along**2, along**4))
    nail *= smoothstep(0.0006, 0.0016, off @ finger.back.astype(np.float32)) * smoothstep(-0.1, 0.2, outward)
    bed = _NAIL * (1.0 - _DARK_NAIL * style.tone)
    paint = bed + smoothstep(_FREE_EDGE + 0.0003, _FREE_EDGE - 0.0003, behind)[:, None] * (_EDGE - bed)
    colour += (_NAIL_COVER * nail)[:, None] * (paint.astype(np.float32) - colour)
    colour *= 1.0 - 0.22 * (smoothstep(0.35, 0.75, nail) * smoothstep(1.0, 0.8, nail))[:, None]
    area[near], gloss[near] = colour, shine + nail * (_NAIL_GLOSS - shine)


def _of_hand(surface: Surface, side: Side) -> NDArray[np.bool_]:
    """Return which vertices belong to a hand, shape (v,)."""
    bones = [f"{side}Hand", *(f"{side}{finger}{bone}" for finger, own in _FINGERS.items() for bone in own)]
    moved: NDArray[np.bool_] = surface.weights[:, [BONE_INDEX[bone] for bone in bones]].sum(1) > _IN_HAND
    return moved


def _back(surface: Surface, side: Side) -> NDArray[np.float64]:
    """Return the direction out of the back of a hand, shape (3,)."""
    wrist, middle, index, little = (
        _middle(surface, side, bone) for bone in ("Hand", "MiddleProximal", "IndexProximal", "LittleProximal")
    )
    across = np.cross(index - little, middle - wrist)
    return _unit(across if side == "left" else -across)


def _fingers(surface: Surface, side: Side, back: NDArray[np.float64]) -> Iterator[_Finger]:
    for name, bones in _FINGERS.items():
        chain = ("Hand", *(f"{name}{bone}" for bone in bones))
        middles = [_middle(surface, side, bone) for bone in chain]
        joints = np.array([(one + other) / 2 for one, other in pairwise(middles)])
        ahead = _unit(middles[-1] - middles[-2])
        end = surface.reference[surface.weights[:, BONE_INDEX[side + chain[-1]]] > _IN_HAND]
        tip = middles[-1] + ahead * ((end - middles[-1]) @ ahead).max()
        aside = _unit(np.cross(ahead, back))
        yield _Finger(joints, tip, ahead, aside, np.cross(aside, ahead))


def _middle(surface: Surface, side: Side, bone: str) -> NDArray[np.float64]:
    """Return the middle of what a bone moves, shape (3,)."""
    share = surface.weights[:, BONE_INDEX[side + bone]]
    return np.asarray(share @ surface.reference / share.sum())


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / np.linalg.norm(vector))
