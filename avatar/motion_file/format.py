"""The lines of a motion file: a header, then one frame a line; and what of it is believed.

Numbers are written with as many digits as tell them from every other, so that a ``Pose`` comes back bit for bit.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import Annotated

import msgspec
import numpy as np

from avatar.errors import MotionFileError
from avatar.pose import ARKIT_INDEX, ARKIT_NAMES, Pose, Quaternion, checked, neutral_face

FORMAT = "visavis-motion"
VERSION = 1
MAX_LINE_BYTES = 1 << 17  # longer than any frame can be
MAX_SECONDS = 4 * 3_600.0  # of a file
MAX_FRAMES = 2_000_000  # of a file: four hours at 120 a second, and some
MAX_FPS = 1_000.0
MAX_ROOT = 100.0  # metres
_SHORTEST_TURN = 1e-6  # length of a quaternion that still says which way
_STILL = (0.0, 0.0, 0.0)
_UNIT = 1e-6  # how far from 1 a quaternion's length may be before it is brought there

_FINGERS = ("Index", "Middle", "Ring", "Little")
_SIDED = (
    "UpperLeg", "LowerLeg", "Foot", "Toes", "Shoulder", "UpperArm", "LowerArm", "Hand", "Eye",
    "ThumbMetacarpal", "ThumbProximal", "ThumbDistal",
    *(finger + part for finger in _FINGERS for part in ("Proximal", "Intermediate", "Distal")),
)  # fmt: skip
# The humanoid bones of VRM 1.0 (VRMC_vrm, humanoid), more than a figure of ours has.
VRM_BONES: frozenset[str] = frozenset(
    {"hips", "spine", "chest", "upperChest", "neck", "head", "jaw"}
    | {side + part for side in ("left", "right") for part in _SIDED}
)

Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Note = Annotated[str, msgspec.Meta(max_length=200)]
Rate = Annotated[float, msgspec.Meta(gt=0.0, le=MAX_FPS)]


class Header(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """The first line.

    Attributes:
        format: ``FORMAT``.
        version: ``VERSION``.
        fps: frames a second if they come evenly; None when only the time stamps say.
        figure: who it was made with, which is a hint: any figure can do it.
        made: what made it and what was done to it since, oldest first.
    """

    format: str = FORMAT
    version: int = VERSION
    fps: Rate | None = None
    figure: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    made: Annotated[tuple[Note, ...], msgspec.Meta(max_length=64)] = ()

    def after(self, step: str, *, fps: float | None) -> Header:
        """Return the header of what comes of the file by one more ``step``; the oldest notes give way."""
        return msgspec.structs.replace(self, fps=fps, made=(*self.made, step[:200])[-64:])


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that begins with a frame.

    Attributes:
        kind: "word", "mood", "gesture", ...
        name: which.
    """

    kind: Word
    name: Word


@dataclass(frozen=True, slots=True)
class Frame:
    """One instant of a motion.

    Attributes:
        seconds: when, from the start of the file's clock.
        pose: the body.
        events: what begins here, or began since the frame before.
    """

    seconds: float
    pose: Pose = field(default_factory=Pose)
    events: tuple[Event, ...] = ()


class _Line(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A frame as it is written; weights that are 0 and bones at rest may be left out."""

    time: Annotated[float, msgspec.Meta(ge=0.0, le=MAX_SECONDS)]
    face: dict[str, float] = {}
    bones: dict[str, tuple[float, float, float, float]] = {}
    root: tuple[float, float, float] = _STILL
    events: Annotated[tuple[Event, ...], msgspec.Meta(max_length=64)] = ()


_header_decoder = msgspec.json.Decoder(Header)
_line_decoder = msgspec.json.Decoder(_Line)
_encoder = msgspec.json.Encoder()


def encoded_header(header: Header) -> bytes:
    """Return a header as a line.

    Raises:
        MotionFileError: a reader would refuse it.
    """
    line = _encoder.encode(header) + b"\n"
    decoded_header(line)
    return line


def decoded_header(line: bytes) -> Header:
    """Return the header that a line holds.

    Raises:
        MotionFileError: it is no header of a motion file of this version.
    """
    try:
        header = _header_decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        named = isinstance(error, msgspec.ValidationError)
        reason = str(error) if named else "it is no motion file"
        raise MotionFileError(f'line 1: {reason}; the first line says {{"format": "{FORMAT}", ...}}') from None
    if header.format != FORMAT:
        raise MotionFileError(f"line 1: the format is {header.format[:40]!r}, not {FORMAT!r}")
    if header.version != VERSION:
        raise MotionFileError(f"line 1: it is of version {header.version}; this program reads version {VERSION}")
    return header


def encoded_frame(frame: Frame) -> bytes:
    """Return a frame as a line.

    Raises:
        PoseError: the pose holds what is no pose.
        MotionFileError: a bone, a time or an event cannot be written.
    """
    pose = checked(frame.pose)
    if unknown := sorted(set(pose.bones) - VRM_BONES):
        raise MotionFileError(f"a motion file has the bones of VRM, and {unknown[0][:40]!r} is none of them")
    present = np.flatnonzero(pose.face)
    line = _Line(
        time=frame.seconds,
        face={ARKIT_NAMES[index]: float(str(pose.face[index])) for index in present},
        bones=pose.bones,
        root=_STILL if pose.root == _STILL else pose.root,  # only the very default is left out
        events=frame.events,
    )
    text = _encoder.encode(line) + b"\n"
    decoded_frame(text)
    return text


def decoded_frame(line: bytes) -> Frame:
    """Return the frame that a line holds.

    Raises:
        MotionFileError: it holds none; the message names the field.
    """
    try:
        read = _line_decoder.decode(line)
    except msgspec.ValidationError as error:
        raise MotionFileError(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MotionFileError(_not_a_number(line) or f"it is no JSON: {error}") from None
    face = neutral_face()
    for name, weight in read.face.items():
        if name not in ARKIT_INDEX:
            raise MotionFileError(f"face: there is no weight {name[:40]!r}; the names are ARKit's")
        if not 0.0 <= weight <= 1.0:
            raise MotionFileError(f"face.{name}: {weight} is no weight; they are from 0 to 1")
        face[ARKIT_INDEX[name]] = weight
    bones = {name: _turn(name, turn) for name, turn in read.bones.items()}
    for axis, metres in zip("xyz", read.root, strict=True):
        if not abs(metres) <= MAX_ROOT:
            raise MotionFileError(f"root: {axis} is {metres} m; at most {MAX_ROOT:.0f} m are believed")
    return Frame(read.time, Pose(face, bones, read.root), read.events)


def _turn(name: str, turn: Quaternion) -> Quaternion:
    """Return a bone's rotation as it is, or brought to unit length where it is clearly not."""
    if name not in VRM_BONES:
        raise MotionFileError(f"bones: there is no bone {name[:40]!r}; the names are those of VRM 1.0's humanoid")
    size = math.hypot(*turn)
    if not math.isfinite(size) or size < _SHORTEST_TURN:
        raise MotionFileError(f"bones.{name}: a quaternion of length {size} says no direction")
    if abs(size - 1.0) <= _UNIT:
        return turn
    x, y, z, w = turn
    return (x / size, y / size, z / size, w / size)


def _not_a_number(line: bytes) -> str | None:
    """Return where a line that is JSON but for NaN or Infinity has one; None if that is not what is wrong."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    path: list[str] = []
    while isinstance(value, dict | list):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        found = next(((str(key), part) for key, part in entries if _holds_none(part)), None)
        if found is None:
            return None
        path.append(found[0])
        value = found[1]
    return f"{'.'.join(path)[:80]}: {value} is no number" if path else None


def _holds_none(value: object) -> bool:
    """Return whether a JSON value is or holds NaN or an infinity."""
    if isinstance(value, dict):
        return any(map(_holds_none, value.values()))
    if isinstance(value, list):
        return any(map(_holds_none, value))
    return isinstance(value, float) and not math.isfinite(value)
