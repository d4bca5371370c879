"""One visit as a log: everything that came, was said and was done, with the sample of the stream at which it happened.

A log is JSON, one object a line (docs/replay.md). The first line says how the visit was shown; ``viewer.replay`` makes
the same pictures from the rest, without a server.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, get_args

import msgspec
import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE
from server import protocol
from viewer import actions
from viewer.client import Disconnected, Incoming, Reconnecting, Sound
from viewer.errors import InputError
from viewer.pictures import PictureLoader
from viewer.speech import PlaybackPosition

VERSION = 1
MAX_LINE_BYTES = 1 << 25  # of a line; a picture of a card is the longest
MAX_SECONDS = 4 * 3_600  # of a visit that is replayed

At = Annotated[int, msgspec.Meta(ge=0, le=MAX_SECONDS * SAMPLE_RATE)]
Side = Annotated[int, msgspec.Meta(ge=64, le=8_192)]


class Header(msgspec.Struct, kw_only=True):
    """The first line: how the visit was shown.

    Attributes:
        visavis_log: ``VERSION``.
        size: of the pictures or the window, physical pixels.
        fps: pictures a second of the film; of a window, those that a replay makes.
        seed: of the body.
        today: the day and time of the visit, for the age of the items.
        film: every picture was filmed, and its hash is in the log.
    """

    visavis_log: int
    size: tuple[Side, Side]
    fps: Annotated[int, msgspec.Meta(ge=1, le=120)]
    seed: int
    today: datetime
    film: bool = False


class _Line(msgspec.Struct, kw_only=True, tag_field="kind"):
    pass


class Came(_Line, kw_only=True, tag="server", omit_defaults=True):
    """An event of the server came while sample ``at`` was heard and ``given`` samples were given out."""

    at: At
    given: At
    event: protocol.ServerEvent


class SoundCame(_Line, kw_only=True, tag="sound"):
    """Sound of an utterance came: int16, little-endian, at 24 kHz, base64."""

    at: At
    given: At
    generation: int
    first: int
    pcm: bytes


class Lost(_Line, kw_only=True, tag="lost"):
    """The connection was lost, ``for_good`` or until it was opened again."""

    at: At
    given: At
    reason: str
    for_good: bool = True


class Spoke(_Line, kw_only=True, tag="microphone"):
    """The microphone's sound was sent: int16, little-endian, at 16 kHz, base64."""

    at: At
    pcm: bytes


class Did(_Line, kw_only=True, tag="user"):
    """The user did something: the name of an action (``viewer.actions``) and its fields."""

    at: At
    action: str
    fields: dict[str, Any] = {}

    def value(self) -> actions.Action:
        """Return the action.

        Raises:
            InputError: there is no such action, or its fields are not those.
        """
        kind = _ACTIONS.get(self.action)
        if kind is None:
            raise InputError(f"the log has an action {self.action[:40]!r}, which this version does not know")
        try:
            action: actions.Action = msgspec.convert(self.fields, kind)
        except msgspec.ValidationError as error:
            raise InputError(f"the log has an action {self.action} that is none: {error}") from None
        return action


class Picture(_Line, kw_only=True, tag="picture"):
    """The bytes of a card's picture, base64; null where there were none."""

    address: str
    content: bytes | None


class Frame(_Line, kw_only=True, tag="frame"):
    """A picture was made of sample ``at``; ``hash`` is of its pixels."""

    at: At
    hash: str


Line = Came | SoundCame | Lost | Spoke | Did | Picture | Frame
Timed = Came | SoundCame | Lost | Spoke | Did
_ACTIONS: dict[str, type] = {kind.__name__: kind for kind in get_args(actions.Action)}
_header_decoder = msgspec.json.Decoder(Header)
_line_decoder = msgspec.json.Decoder(Line)
_encoder = msgspec.json.Encoder()


def picture_hash(picture: NDArray[np.uint8]) -> str:
    """Return what tells a picture from every other, in hexadecimal digits."""
    return hashlib.blake2b(picture.tobytes(), digest_size=12).hexdigest()


class Logbook:
    """Writes a log as the visit goes on; may be told from several threads. A context manager.

    It follows an exchange (``viewer.exchange.Observer``) and is told what the user does and what is drawn.

    Raises:
        InputError: the file cannot be written.
    """

    def __init__(self, path: Path, header: Header) -> None:
        self._lock = threading.Lock()
        self._at = 0
        try:
            self._file = path.open("wb")
        except OSError as error:
            raise InputError(f"the log cannot be written to {path}: {error.strerror}") from error
        self._file.write(_encoder.encode(header) + b"\n")

    def __enter__(self) -> Logbook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the log; what comes later is not written."""
        with self._lock:
            self._file.close()

    def came(self, incoming: Incoming, position: PlaybackPosition, given: int) -> None:
        """Write down what came."""
        at = position.stream
        match incoming:
            case Sound(generation=generation, first=first, pcm=pcm):
                sound = pcm.astype("<i2").tobytes()
                self._write(SoundCame(at=at, given=given, generation=generation, first=first, pcm=sound))
            case Reconnecting(reason):
                self._write(Lost(at=at, given=given, reason=reason, for_good=False))
            case Disconnected(reason):
                self._write(Lost(at=at, given=given, reason=reason))
            case _:
                self._write(Came(at=at, given=given, event=incoming))

    def sent(self, event: protocol.ClientEvent, position: PlaybackPosition) -> None:
        """Nothing: what is sent follows from what comes and what the user does."""

    def spoke(self, block: NDArray[np.int16], position: PlaybackPosition) -> None:
        """Write down what the microphone heard."""
        self._write(Spoke(at=position.stream, pcm=block.astype("<i2").tobytes()))

    def beat(self, position: PlaybackPosition) -> None:
        """Nothing: pictures follow from the rest."""

    def did(self, action: actions.Action, at: int) -> None:
        """Write down what the user does at stream sample ``at``."""
        self._write(Did(at=at, action=type(action).__name__, fields=msgspec.to_builtins(action)))

    def drew(self, picture: NDArray[np.uint8], at: int) -> None:
        """Write down which picture was made of stream sample ``at``."""
        self._write(Frame(at=at, hash=picture_hash(picture)))

    def following(self, load: PictureLoader) -> PictureLoader:
        """Return ``load``, with what it loads written down."""

        def loading(address: str) -> bytes | None:
            content = load(address)
            self._write(Picture(address=address, content=content))
            return content

        return loading

    def _write(self, line: Line) -> None:
        with self._lock:
            if self._file.closed:
                return
            if not isinstance(line, Picture):
                self._at = line.at = max(
                    self._at, line.at
                )  # threads may read the clock in one order and come in another
            self._file.write(_encoder.encode(line) + b"\n")


@dataclass(frozen=True, slots=True)
class Log:
    """A log that was read.

    Attributes:
        header: how the visit was shown.
        lines: what happened, in order.
        pictures: bytes by address.
        hashes: of the pictures of a film, in order.
        end: the last sample of the stream that was shown.
    """

    header: Header
    lines: tuple[Timed, ...]
    pictures: dict[str, bytes | None]
    hashes: tuple[str, ...]
    end: int


def read_log(path: Path) -> Log:
    """Read a log.

    Raises:
        InputError: there is no such file, or it is not a log of this version; the message names the line.
    """
    lines: list[Timed] = []
    pictures: dict[str, bytes | None] = {}
    hashes: list[str] = []
    end = 0
    numbered = _lines(path)
    header = _header(path, next(numbered, (1, b""))[1])
    for number, text in numbered:
        try:
            line = _line_decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InputError(f"{path}, line {number}: {error}") from None
        match line:
            case Picture(address=address, content=content):
                pictures[address] = content
                continue
            case Frame(hash=digest):
                hashes.append(digest)
            case SoundCame(pcm=pcm) | Spoke(pcm=pcm) if len(pcm) % 2:
                raise InputError(f"{path}, line {number}: half a sample of sound")
            case Did():
                line.value()
        if line.at < end:
            raise InputError(f"{path}, line {number}: it goes back in time")
        end = line.at
        if not isinstance(line, Frame):
            lines.append(line)
    return Log(header, tuple(lines), pictures, tuple(hashes), end)


def _header(path: Path, text: bytes) -> Header:
    try:
        header = _header_decoder.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InputError(f"{path} is not the log of a visit; `visavis visit --log {path}` writes one") from None
    if header.visavis_log != VERSION:
        raise InputError(f"{path} is a log of version {header.visavis_log}; this version reads {VERSION}")
    return header


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            number = 1
            while line := file.readline(MAX_LINE_BYTES + 1):
                if len(line) > MAX_LINE_BYTES:
                    raise InputError(f"{path}, line {number}: longer than {MAX_LINE_BYTES >> 20} MB")
                yield number, line
                number += 1
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
