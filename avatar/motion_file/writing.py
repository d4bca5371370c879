"""Writes motion files, frame by frame; a file is there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from avatar.errors import MotionFileError
from avatar.motion_file.format import MAX_FRAMES, Frame, Header, encoded_frame, encoded_header


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write that takes its name when the block ends well; an exception leaves what was there before.

    Raises:
        MotionFileError: it cannot be written.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            yield file
        os.replace(partial, path)
    except OSError as error:
        raise MotionFileError(f"{path} cannot be written: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)


class MotionWriter:
    """Writes a motion file; a context manager.

    Args:
        path: the file; it appears, in place of what had its name, when the context is left without an exception.
        header: its first line.

    Raises:
        MotionFileError: it cannot be written.
    """

    def __init__(self, path: Path, header: Header) -> None:
        first = encoded_header(header)
        self._open = ExitStack()
        self._file = self._open.enter_context(whole_file(path))
        self._file.write(first)
        self._before = -1.0
        self._count = 0

    def __enter__(self) -> MotionWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def write(self, frame: Frame) -> None:
        """Append a frame, later than the one before; weights are brought into 0..1.

        Raises:
            PoseError: the pose holds what is no pose.
            MotionFileError: a reader would refuse it: its time, a bone, an event, or one frame too many.
        """
        if frame.seconds <= self._before:
            raise MotionFileError(f"a frame at {frame.seconds} s cannot follow one at {self._before} s")
        if self._count >= MAX_FRAMES:
            raise MotionFileError(f"a motion file has at most {MAX_FRAMES} frames")
        self._file.write(encoded_frame(frame))
        self._before = frame.seconds
        self._count += 1
