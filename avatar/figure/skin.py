"""Paints the skin: tone, redness, lips, brows, spots, stubble, lines and relief, over a map of the reference head.

Places are metres on the reference (unshaped) head, where the eyes are at (0.031, 0.7285) and the mouth at y = 0.66.
What is smooth is painted coarsely and enlarged; hairs, spots and lines are drawn fine, each only where it lies.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from avatar.figure.atlas import of_body
from avatar.figure.brows import brow_cover
from avatar.figure.canvas import COARSE, SIZE, Canvas, Planes, Window
from avatar.figure.complexion import lip_colour, skin_colour
from avatar.figure.creases import crease_relief
from avatar.figure.hair.beard import beard_cover
from avatar.figure.hands import paint_hands
from avatar.figure.lids import Lids
from avatar.figure.loops import Loop
from avatar.figure.painting import Plane, blob, enlarged, smoothstep, stamped, strokes, value_noise
from avatar.figure.recipe import FigureRecipe
from avatar.figure.scalp import scalp_colour, scalp_cover
from avatar.figure.source import HumanSource
from avatar.figure.surface import Surface

_MASK_SIZE = 1024
_FIRST_LINES, _ALL_LINES = 28.0, 80.0  # years: between them the lines of the face come to stay
_FRECKLES, _SPOTS, _STUBBLE = 2600, 120, 26_000  # how many are drawn at most
_FINE_LINES = 0.29  # how dark a line that stays gets, as a share of the skin
_PORE_RELIEF = 0.8  # of the grain of the colour
_BEARD_ROOTS = 0.62  # of the skin that the roots of the densest beard hide
_MOLE_PLACES = 12
_NEAR_LID = 0.004  # metres


def painted(source: HumanSource, surface: Surface, lids: Sequence[Lids], recipe: FigureRecipe) -> NDArray[np.uint8]:
    """Return the skin texture, shape (SIZE, SIZE, 4): sRGB, and the relief of pores and lines, flat at 128.

    Row 0 is at v = 0.
    """
    canvas = Canvas(surface)
    rng = np.random.default_rng(5)
    stubble = _beard(canvas.coarse) * recipe.skin.stubble
    coarse = _tone(canvas.coarse, recipe)
    coarse *= 1 - stubble[..., None] * np.array([0.20, 0.16, 0.12], np.float32)
    colour = np.stack([enlarged(coarse[..., channel], SIZE) for channel in range(3)], -1)
    pores = _pores(canvas, recipe)
    colour *= (1 + 0.16 * pores)[..., None]
    _spots(colour, canvas, rng, recipe)
    _beard_ends(colour, canvas, rng, recipe, stubble=stubble)
    relief = _PORE_RELIEF * pores
    _lines(colour, relief, canvas, recipe)
    _lips(colour, canvas, source=source, recipe=recipe)
    _scalp(colour, canvas, recipe)
    _brows(colour, relief, canvas, recipe)
    paint_hands(colour, relief, surface, recipe.skin)
    _lids(colour, canvas, recipe, margins=[_margins(surface, own) for own in lids])
    texture = np.concatenate([colour, 0.5 + 0.5 * relief[..., None]], 2)
    np.clip(texture, 0, 1, out=texture)
    return np.asarray(texture * 255 + 0.5, dtype=np.uint8)


def _tone(at: Planes, recipe: FigureRecipe) -> NDArray[np.float32]:
    """Return the coarse colour, shape (COARSE, COARSE, 3)."""
    style, side, y = recipe.skin, at.side, at.y
    pale = 1.0 - 0.75 * style.tone  # redness and blue rings show less through dark skin
    patches = value_noise(COARSE, 28, 1) + 0.7 * value_noise(COARSE, 80, 2)
    blotches = value_noise(COARSE, 46, 3) + 0.6 * value_noise(COARSE, 150, 4)
    colour = np.ones((COARSE, COARSE, 3), np.float32) * skin_colour(style)
    colour *= 1 + (0.4 + style.unevenness) * patches[..., None] * np.array([0.045, 0.060, 0.065], np.float32)
    red = 0.80 * blob(side, y, (0.041, 0.689), (0.020, 0.017)) + 0.35 * blob(side, y, (0.046, 0.704), (0.022, 0.013))
    red += 0.70 * blob(side, y, (0.0, 0.693), (0.012, 0.012)) + 0.75 * blob(side, y, (0.013, 0.687), (0.006, 0.008))
    red += 0.35 * blob(side, y, (0.0, 0.630), (0.018, 0.011)) + 0.18 * blob(side, y, (0.0, 0.765), (0.05, 0.02))
    red = red * at.front * (1 + 0.8 * blotches) + 0.9 * at.ears + 0.30 * np.clip(blotches, 0, 1)
    red += 0.4 * blob(at.x, y, (0.046, 0.680), (0.018, 0.014)) * at.front * patches  # no face is even on both sides
    colour *= 1 - (style.redness * pale * red)[..., None] * np.array([0.03, 0.19, 0.17], np.float32)
    blush = recipe.make_up.blush * blob(side, y, (0.050, 0.698), (0.017, 0.014)) * at.front
    colour *= 1 - blush[..., None] * np.array([0.02, 0.20, 0.15], np.float32)
    light = 0.6 * blob(side, y, (0.0, 0.785), (0.035, 0.014)) + 0.6 * blob(side, y, (0.0, 0.722), (0.007, 0.016))
    light += 0.8 * blob(side, y, (0.030, 0.706), (0.014, 0.008))
    colour *= 1 + (light * at.front)[..., None] * np.array([0.020, 0.028, 0.020], np.float32)
    yellow = 0.5 * smoothstep(0.745, 0.765, y) + 0.35 * blob(side, y, (0.0, 0.668), (0.03, 0.012))
    colour *= 1 - (yellow * at.front)[..., None] * np.array([0.0, 0.006, 0.035], np.float32)
    rings = blob(side, y, (0.026, 0.7165), (0.013, 0.0050)) + 0.9 * blob(side, y, (0.0185, 0.7285), (0.005, 0.009))
    rings *= style.shadows * (0.7 + 0.3 * _age(recipe)) * at.front
    colour *= 1 - rings[..., None] * (pale * np.array([0.14, 0.20, 0.13]) + (1 - pale) * 0.24).astype(np.float32)
    lid = blob(side, y, (0.032, 0.7385), (0.019, 0.0070)) * at.front
    colour *= 1 - lid[..., None] * np.array([0.06, 0.10, 0.08], np.float32)
    shadow = np.clip(recipe.make_up.shadow * 0.8 * blob(side, y, (0.032, 0.7385), (0.021, 0.0078)) * at.front, 0, 1)
    colour += shadow[..., None] * (np.array(recipe.make_up.shadow_colour, np.float32) - colour)
    nostril = blob(side, y, (0.0075, 0.6875), (0.0042, 0.0030)) * smoothstep(0.125, 0.132, at.z)
    colour *= 1 - 0.35 * nostril[..., None]
    return colour


def _age(recipe: FigureRecipe) -> float:
    """Return how far the lines of age have come, 0..1."""
    return float(np.clip((recipe.age - _FIRST_LINES) / (_ALL_LINES - _FIRST_LINES), 0.0, 1.0))


def _pores(canvas: Canvas, recipe: FigureRecipe) -> Plane:
    """Return the grain of the skin, about -0.5 at a pore and up to 0.2 between, shape (SIZE, SIZE)."""
    at = canvas.coarse
    grain = value_noise(SIZE, SIZE // 3, 5) + 0.5 * value_noise(SIZE, SIZE // 7, 6)
    nose = blob(at.side, at.y, (0.0, 0.700), (0.018, 0.020)) + blob(at.side, at.y, (0.030, 0.695), (0.016, 0.014))
    zone = enlarged(0.30 + 0.55 * np.clip(nose, 0, 1) * at.front, SIZE)
    pits = np.clip(grain - 0.12, 0, 0.5)
    return np.asarray((0.45 * grain - 1.1 * pits) * zone * (0.35 + 1.3 * recipe.skin.pores), dtype=np.float32)


def _spots(colour: NDArray[np.float32], canvas: Canvas, rng: np.random.Generator, recipe: FigureRecipe) -> None:
    style = recipe.skin
    bridge = blob(canvas.coarse.side, canvas.coarse.y, (0.026, 0.703), (0.026, 0.013)) * canvas.coarse.front
    places = canvas.scattered(rng, _FRECKLES, np.clip(bridge + 0.10 * canvas.coarse.front, 0, 1))
    chosen = places[: int(len(places) * style.freckles)]
    cover = stamped(SIZE, chosen, rng.uniform(1.0, 2.6, len(chosen)), rng.uniform(0.15, 0.75, len(chosen)) ** 1.5)
    temple = blob(canvas.coarse.side, canvas.coarse.y, (0.060, 0.725), (0.02, 0.04)) + 0.3 * canvas.coarse.front
    places = canvas.scattered(rng, _SPOTS, np.clip(temple, 0, 1) * smoothstep(0.04, 0.06, canvas.coarse.z))
    chosen = places[: int(len(places) * style.spots)]
    spots = stamped(SIZE, chosen, rng.uniform(3.0, 9.0, len(chosen)), rng.uniform(0.15, 0.5, len(chosen)))
    edge = np.clip(spots * (1 + 1.2 * value_noise(SIZE, 220, 33)), 0, 1)
    moles = canvas.scattered(rng, _MOLE_PLACES, canvas.coarse.front * smoothstep(0.62, 0.64, canvas.coarse.y))
    moles = moles[: round(len(moles) * style.moles)]
    dark = stamped(SIZE, moles, rng.uniform(1.6, 3.2, len(moles)), rng.uniform(0.5, 0.9, len(moles)))
    shade = (0.5 - 0.25 * style.tone) * np.stack([0.36 * cover, 0.56 * cover, 0.70 * cover], -1)
    shade += np.stack([0.22 * edge, 0.28 * edge, 0.32 * edge], -1)
    colour *= 1 - shade - dark[..., None] * np.array([0.40, 0.52, 0.58], np.float32)


def _beard(at: Planes) -> Plane:
    """Return how thick a beard would stand, 0..1, shape (COARSE, COARSE)."""
    side, y, z = at.side, at.y, at.z
    upper_lip = blob(side, y, (0.012, 0.676), (0.018, 0.0060))
    cheek_line = 0.664 + 1.15 * np.clip(side - 0.030, 0, 0.05)
    jaw = (1 - smoothstep(-0.014, 0.006, y - cheek_line)) * smoothstep(0.560, 0.605, y) * smoothstep(0.040, 0.072, z)
    mouth = blob(side, y, (0.0, 0.660), (0.031, 0.0115)) + 0.5 * blob(side, y, (0.018, 0.645), (0.008, 0.008))
    cover = np.maximum(upper_lip * 0.85, jaw * np.clip(1 - 1.1 * mouth, 0, 1)) * (1 - at.ears)
    return np.asarray(np.clip(cover * (0.85 + 0.5 * value_noise(COARSE, 30, 22)), 0, 1), dtype=np.float32)


def _beard_ends(
    colour: NDArray[np.float32], canvas: Canvas, rng: np.random.Generator, recipe: FigureRecipe, *, stubble: Plane
) -> None:
    """Draw the cut ends of a beard: strokes of a tenth of a millimetre, pointing down."""
    if recipe.skin.stubble <= 0:
        return
    places = canvas.scattered(rng, int(_STUBBLE * recipe.skin.stubble), stubble)
    slope = rng.normal(0.0, 0.5, len(places))
    ends = strokes(SIZE, places, slope, length=4, strength=rng.uniform(0.15, 0.65, len(places)))
    grey = recipe.hair.grey * 0.5
    hair = np.array(recipe.brows.colour, np.float32) * (1 - grey) + 0.45 * grey
    _over(colour, hair, np.clip(ends, 0, 0.6))


def _lines(colour: NDArray[np.float32], relief: Plane, canvas: Canvas, recipe: FigureRecipe) -> None:
    """Draw the lines that stay, deeper and redder the older, and put all of them into the relief."""
    age = _age(recipe)
    window = canvas.window(canvas.coarse.front * (canvas.coarse.y > 0.62) * (canvas.coarse.y < 0.80) > 0.5)
    lines, stays = crease_relief(window.places, age)
    relief[window.where] += lines
    colour[window.where] *= 1 + _FINE_LINES * stays[..., None] * np.array([0.75, 1.0, 1.05], np.float32)


def _lips(colour: NDArray[np.float32], canvas: Canvas, *, source: HumanSource, recipe: FigureRecipe) -> None:
    at = canvas.coarse
    window = canvas.window((np.abs(at.y - 0.660) < 0.020) & (at.side < 0.034) & (at.z > 0.09))
    cover = smoothstep(0.30, 0.72, _mask(source, "lips", window) + 0.10 * value_noise(SIZE, 260, 40)[window.where])
    here = window.places
    creases = np.sin(here.x * 4300 + 6 * value_noise(SIZE, 170, 41)[window.where])
    creases *= 0.6 + 1.5 * value_noise(SIZE, 300, 42)[window.where]
    inner = blob(here.x, here.y, (0.0, 0.6605), (0.032, 0.0026))
    upper = smoothstep(0.660, 0.663, here.y)
    middle = blob(here.x, here.y, (0.0, 0.655), (0.014, 0.006))
    shade = (1 + 0.05 * creases - 0.25 * inner - 0.09 * upper + 0.05 * middle)[..., None]
    style = recipe.lips
    tint = lip_colour(style, recipe.skin) * (1 - style.paint) + np.array(style.colour, np.float32) * style.paint
    full = (0.80 + 0.15 * style.paint) * cover[..., None]
    colour[window.where] += full * (tint * shade - colour[window.where])


def _scalp(colour: NDArray[np.float32], canvas: Canvas, recipe: FigureRecipe) -> None:
    """Darken scalp and chin by the roots, out past a hairline that is not quite even."""
    at = canvas.coarse
    places = np.stack([at.x, at.y, at.z], -1)
    uneven = 0.003 * value_noise(COARSE, 160, 51) + 0.006 * value_noise(COARSE, 512, 52)
    beard = _BEARD_ROOTS * beard_cover(places, recipe.beard) * np.clip(0.8 + 90 * uneven, 0, 1)
    cover = enlarged(np.maximum(scalp_cover(places, recipe.hair, uneven), beard), SIZE)
    _over(colour, scalp_colour(recipe.hair), 0.92 * cover)


def _brows(colour: NDArray[np.float32], relief: Plane, canvas: Canvas, recipe: FigureRecipe) -> None:
    at = canvas.coarse
    window = canvas.window((at.z > 0.09) & (at.y > 0.735) & (at.y < 0.775) & (at.side < 0.066))
    cover = np.clip(brow_cover(window.places.x, window.places.y, window.places.z, recipe.brows), 0, 1)
    area = colour[window.where]
    area += cover[..., None] * (np.array(recipe.brows.colour, np.float32) - area)
    relief[window.where] -= cover  # hair takes the gloss from the skin


def _margins(surface: Surface, lids: Lids) -> tuple[cKDTree, cKDTree, cKDTree]:
    """Return where the upper and the lower lashes grow and where the lids touch the eyeball, on the reference head."""

    def line(loop: Loop) -> cKDTree:
        steps = np.arange(0, len(loop) - 1, 0.2)
        at, share = steps.astype(int), (steps % 1)[:, None]
        return cKDTree(surface.reference[loop[at]] * (1 - share) + surface.reference[loop[at + 1]] * share)

    return line(lids.upper), line(lids.lower), line(lids.wet)


def _lids(
    colour: NDArray[np.float32],
    canvas: Canvas,
    recipe: FigureRecipe,
    *,
    margins: Sequence[tuple[cKDTree, cKDTree, cKDTree]],
) -> None:
    """Paint the margins of the lids: pink and wet inside the lashes, dark at their roots, the tear duct pink."""
    at = canvas.coarse
    pink = np.array([0.78, 0.52, 0.48], np.float32) * (1 - 0.40 * recipe.skin.tone)
    for sign, trees in zip((1.0, -1.0), margins, strict=True):
        window = canvas.window((at.z > 0.10) & (np.abs(at.y - 0.7285) < 0.014) & (np.abs(at.x * sign - 0.031) < 0.024))
        here = window.places
        places = np.stack([here.x, here.y, here.z], -1).reshape(-1, 3)
        upper, lower, wet = (
            tree.query(places, distance_upper_bound=_NEAR_LID)[0].reshape(here.x.shape).clip(0, _NEAR_LID)
            for tree in trees
        )
        duct = smoothstep(0.0225, 0.0185, here.side)  # where no lash grows
        line = (1 - smoothstep(0.0002, 0.0011, upper)) * (0.45 + 0.45 * recipe.make_up.liner)
        line = np.maximum(line, (1 - smoothstep(0.0002, 0.0008, lower)) * 0.25) * (1 - duct)
        margin = np.maximum(1 - smoothstep(0.0004, 0.0012, wet), (1 - smoothstep(0.0010, 0.0030, wet)) * duct)
        area = colour[window.where]
        area += (0.75 * margin)[..., None] * (pink - area)
        area += line[..., None] * (np.array([0.11, 0.07, 0.06], np.float32) - area)


def _mask(source: HumanSource, name: str, window: Window) -> Plane:
    """Return one of the body's masks, 0..1, over a window of the head's slot."""
    v, u = of_body(*(np.mgrid[window.where] + 0.5) / SIZE)
    mask = source.mask(name, _MASK_SIZE)
    return np.asarray(
        ndimage.map_coordinates(mask, [v * _MASK_SIZE - 0.5, u * _MASK_SIZE - 0.5], order=1), dtype=np.float32
    )


def _over(colour: NDArray[np.float32], paint: NDArray[np.float32], cover: Plane) -> None:
    colour += np.clip(cover, 0, 1)[..., None] * (paint - colour)
