"""Reads motion files, frame by frame: whatever their length, one line is in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import numpy as np

from avatar.errors import MotionFileError
from avatar.motion_file.format import MAX_FRAMES, MAX_LINE_BYTES, Frame, Header, decoded_frame, decoded_header
from avatar.pose import ARKIT_NAMES


class MotionReader:
    """The frames of a motion file, to be gone through once; a context manager.

    Attributes:
        header: the first line.
        notice: what is to be told of the file once its frames were read; None when nothing is.

    Raises:
        MotionFileError: there is no such file, or its header is none of this version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.notice: str | None = None
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise MotionFileError(f"{path} cannot be read: {error.strerror}") from error
        try:
            self.header: Header = decoded_header(self._line(1))
        except MotionFileError as error:
            self._file.close()
            raise MotionFileError(f"{path}, {error}") from None

    def __enter__(self) -> MotionReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Frame]:
        """Yield the frames in the order of time.

        A last line that ends in the middle, as that of a recording that was killed, is left out with a ``notice``.

        Raises:
            MotionFileError: a line is no frame, goes back in time, is too long or one too many; the message names
                line and field.
        """
        before = -1.0
        for number in range(2, MAX_FRAMES + 3):
            try:
                line = self._line(number)
                if not line:
                    return
                frame = self._frame(line, number, before)
            except MotionFileError as error:
                raise MotionFileError(f"{self._path}, {error}") from None
            if frame is None:
                return
            before = frame.seconds
            yield frame

    def _frame(self, line: bytes, number: int, before: float) -> Frame | None:
        """Return the frame of a line; None for a last one that ends in the middle."""
        if number - 1 > MAX_FRAMES:
            raise MotionFileError(f"line {number}: more than {MAX_FRAMES} frames are not read")
        try:
            frame = decoded_frame(line)
        except MotionFileError as error:
            if not line.endswith(b"\n"):
                self.notice = f"{self._path} ends in the middle of line {number}: what came before is used"
                return None
            raise MotionFileError(f"line {number}: {error}") from None
        if frame.seconds <= before:
            raise MotionFileError(f"line {number}: time: {frame.seconds} s does not come after {before} s")
        return frame

    def _line(self, number: int) -> bytes:
        try:
            line = self._file.readline(MAX_LINE_BYTES + 1)
        except OSError as error:
            raise MotionFileError(f"{self._path} cannot be read: {error.strerror}") from error
        if len(line) > MAX_LINE_BYTES:
            raise MotionFileError(f"line {number}: longer than {MAX_LINE_BYTES >> 10} KB")
        return line


@dataclass(frozen=True, slots=True)
class Summary:
    """What a motion file holds.

    Attributes:
        header: its first line.
        frames: how many.
        begin: time of the first frame, seconds.
        end: time of the last, seconds.
        longest_gap: between two frames, seconds; 0 where there is one frame.
        weights: names of the face's weights that are not always 0, with how many frames have them.
        bones: names of the bones that are turned, with how many frames name them.
        events: (kind, name), with how often.
        notice: see ``MotionReader``.
    """

    header: Header
    frames: int
    begin: float
    end: float
    longest_gap: float
    weights: Counter[str]
    bones: Counter[str]
    events: Counter[tuple[str, str]]
    notice: str | None

    @property
    def seconds(self) -> float:
        """From the first frame to the last."""
        return self.end - self.begin


def survey(path: Path) -> Summary:
    """Read a file from end to end and tell what is in it.

    Raises:
        MotionFileError: it cannot be read, see ``MotionReader``, or has no frames.
    """
    weights, bones, events = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    count, begin, end, gap = 0, 0.0, 0.0, 0.0
    with MotionReader(path) as motion:
        for frame in motion:
            begin = begin if count else frame.seconds
            gap = max(gap, frame.seconds - end) if count else 0.0
            end = frame.seconds
            count += 1
            weights.update(ARKIT_NAMES[index] for index in np.flatnonzero(frame.pose.face))
            bones.update(frame.pose.bones.keys())
            events.update((event.kind, event.name) for event in frame.events)
        if not count:
            raise MotionFileError(f"{path} has no frames" + (f": {motion.notice}" if motion.notice else ""))
        return Summary(motion.header, count, begin, end, gap, weights, bones, events, motion.notice)
