"""What can be done to a motion: cut, slow down or speed up, sample anew, put end to end, close to a loop.

Everything takes frames in the order of time and yields frames, and holds no more of them than a seam is long.
Rotations go the shorter way round at constant speed (slerp), weights and the root in a straight line.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace

import numpy as np

from avatar.curves import smooth
from avatar.errors import MotionFileError
from avatar.marks import SAMPLE_RATE
from avatar.motion_file.format import Event, Frame
from avatar.pose import IDENTITY, Pose
from avatar.quaternions import slerp

LONGEST_SEAM = 10.0  # seconds
_SAME = 1.001 / SAMPLE_RATE  # seconds: frames nearer than a sample of sound are one instant


def clock(fps: float, begin: float = 0.0) -> Iterator[float]:
    """Yield the times of pictures from ``begin`` on, seconds: on samples of sound, as those of a clip are."""
    return (begin + int(index * SAMPLE_RATE / fps) / SAMPLE_RATE for index in itertools.count())


def frames_until(seconds: float, fps: float) -> int:
    """Return how many times of ``clock`` there are from 0 up to ``seconds``."""
    return int((seconds + _SAME) * fps) + 1


def blended(first: Pose, second: Pose, share: float) -> Pose:
    """Return the pose that lies ``share`` (0..1) of the way from one to the other."""
    if share <= 0.0:
        return first
    if share >= 1.0:
        return second
    names = dict.fromkeys((*first.bones, *second.bones))
    x, y, z = (a + share * (b - a) for a, b in zip(first.root, second.root, strict=True))
    return Pose(
        (first.face + np.float32(share) * (second.face - first.face)).astype(np.float32),
        {name: slerp(first.bones.get(name, IDENTITY), second.bones.get(name, IDENTITY), share) for name in names},
        (x, y, z),
    )


def trimmed(frames: Iterable[Frame], begin: float, end: float) -> Iterator[Frame]:
    """Yield the frames from ``begin`` to ``end``, seconds of the motion, the first of them at 0.

    Raises:
        MotionFileError: there are none.
    """
    first: float | None = None
    for frame in frames:
        if frame.seconds > end + _SAME:
            break
        if frame.seconds >= begin - _SAME:
            first = frame.seconds if first is None else first
            yield replace(frame, seconds=frame.seconds - first)
    if first is None:
        raise MotionFileError(f"there is no frame from {begin:g} to {end:g} s")


def retimed(frames: Iterable[Frame], speed: float) -> Iterator[Frame]:
    """Yield the same frames ``speed`` times as fast.

    Raises:
        MotionFileError: the speed is not above 0.
    """
    if not speed > 0.0:
        raise MotionFileError(f"a motion cannot go {speed:g} times as fast; give a number above 0")
    return (replace(frame, seconds=frame.seconds / speed) for frame in frames)


def resampled(frames: Iterable[Frame], times: Iterable[float]) -> Iterator[Frame]:
    """Yield frames at other times, as long as the motion lasts; frames that lie on a time are taken as they are.

    Args:
        frames: the motion.
        times: seconds, ascending; ``clock`` gives those of a frame rate. Before the first frame, the body is as in it.

    Events come with the first time that is not before theirs.
    """
    later = iter(frames)
    before = after = next(later, None)
    if before is None or after is None:
        return
    events: list[Event] = list(before.events)
    for seconds in times:
        while after.seconds < seconds - _SAME:
            before, following = after, next(later, None)
            if following is None:
                return
            after = following
            events.extend(after.events)
        due = events if after.seconds <= seconds + _SAME else events[: len(events) - len(after.events)]
        yield Frame(seconds, _between(before, after, seconds), tuple(due))
        events = events[len(due) :]


def joined(motions: Iterable[Iterable[Frame]], fade: float, step: float) -> Iterator[Frame]:
    """Yield motions one after the other, the first frame at 0.

    Args:
        motions: each at least ``fade`` long.
        fade: seconds in which one goes over into the next, both moving; 0 puts them end to end.
        step: seconds from the last frame of one to the first of the next where there is no fade.

    Raises:
        MotionFileError: a motion is shorter than its seams, or the fade is not possible.
    """
    _require_seam(fade)
    tail: deque[Frame] = deque()
    for motion in motions:
        frames = iter(motion)
        first = next(frames, None)
        if first is None:
            raise MotionFileError("a motion without frames cannot be joined")
        start = 0.0 if not tail else tail[-1].seconds + (step if fade == 0.0 else -fade)
        moved = _shifted(itertools.chain([first], frames), start - first.seconds)
        incoming = moved if not tail or fade == 0.0 else _faded(tail, moved, fade)
        for frame in incoming:
            tail.append(frame)
            while tail[0].seconds < frame.seconds - fade - _SAME:
                yield tail.popleft()
        if fade > 0.0 and tail[-1].seconds - start < fade - _SAME:
            raise MotionFileError(f"a motion is shorter than the {fade:g} s in which it goes over into the next")
    yield from tail


def looped(motion: Callable[[], Iterable[Frame]], seam: float, times: int = 1) -> Iterator[Frame]:
    """Yield a motion that can be repeated without a jump: its end goes over into its beginning.

    Args:
        motion: gives its frames; called once for each time.
        seam: seconds of the going over; the loop is shorter by that.
        times: how often it is gone through.

    The frame after the last one is the first.

    Raises:
        MotionFileError: the motion is shorter than two seams, or the seam is not possible.
    """
    _require_seam(seam)
    if seam == 0.0:
        raise MotionFileError("a loop needs a seam of more than 0 s")
    start = 0.0
    for _ in range(times):
        start += yield from _round(motion(), seam, start)


def _round(frames: Iterable[Frame], seam: float, start: float) -> Generator[Frame, None, float]:
    """Yield one round of a loop, from ``start`` on; return how long it is, in seconds."""
    later = iter(frames)
    head: list[Frame] = []
    turning: Frame | None = None
    for frame in later:
        if head and frame.seconds - head[0].seconds > seam + _SAME:
            turning = frame
            break
        head.append(frame)
    if turning is None:
        raise MotionFileError(f"a motion must be longer than two seams of {seam:g} s to be closed to a loop")
    begin = head[0].seconds + seam  # of the motion, where the round begins
    rest = itertools.chain(head[-1:] if abs(head[-1].seconds - begin) <= _SAME else [], [turning], later)
    tail: deque[Frame] = deque()
    for frame in rest:
        tail.append(frame)
        while tail[0].seconds < frame.seconds - seam - _SAME:
            out = tail.popleft()
            yield replace(out, seconds=start + max(out.seconds - begin, 0.0))
    end = tail[-1].seconds
    if end - begin < seam - _SAME:
        raise MotionFileError(f"a motion must be longer than two seams of {seam:g} s to be closed to a loop")
    shift = end - begin  # from the head's times to those of the tail, on the motion's clock
    poses = resampled([*head, turning], (frame.seconds - shift for frame in tail))
    for frame, other in zip(tail, poses, strict=False):
        if frame.seconds < end - _SAME:  # the last one is the first again
            share = smooth((frame.seconds - (end - seam)) / seam)
            yield replace(
                frame, seconds=start + max(frame.seconds - begin, 0.0), pose=blended(frame.pose, other.pose, share)
            )
    return end - begin


def _faded(tail: deque[Frame], incoming: Iterator[Frame], fade: float) -> Iterator[Frame]:
    """Empty the tail of one motion into the head of the next; yield the seam and what comes after it."""
    out = list(tail)
    tail.clear()
    end = out[-1].seconds
    head: list[Frame] = []
    for frame in incoming:
        head.append(frame)
        if frame.seconds > end + _SAME:
            break
    others = list(resampled(head, (frame.seconds for frame in out)))
    if len(others) < len(out):
        raise MotionFileError(f"a motion is shorter than the {fade:g} s in which it goes over into the next")
    for frame, other in zip(out, others, strict=True):
        share = smooth((frame.seconds - (end - fade)) / fade)
        yield replace(frame, pose=blended(frame.pose, other.pose, share), events=(*frame.events, *other.events))
    yield from (frame for frame in head if frame.seconds > end + _SAME)
    yield from incoming


def _shifted(frames: Iterable[Frame], seconds: float) -> Iterator[Frame]:
    return (replace(frame, seconds=frame.seconds + seconds) for frame in frames)


def _between(before: Frame, after: Frame, seconds: float) -> Pose:
    if seconds >= after.seconds - _SAME:
        return after.pose
    if seconds <= before.seconds + _SAME:
        return before.pose
    return blended(before.pose, after.pose, (seconds - before.seconds) / (after.seconds - before.seconds))


def _require_seam(seconds: float) -> None:
    if not 0.0 <= seconds <= LONGEST_SEAM:
        raise MotionFileError(f"a seam of {seconds:g} s is not possible; 0 to {LONGEST_SEAM:g} s are")
