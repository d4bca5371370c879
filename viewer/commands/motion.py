"""``visavis motion``: what can be done to motion files."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from avatar.errors import MotionFileError
from avatar.figure import person
from avatar.motion_file import (
    MAX_FPS,
    Frame,
    Header,
    MotionReader,
    MotionWriter,
    Summary,
    clock,
    frames_until,
    joined,
    looped,
    resampled,
    retimed,
    survey,
    trimmed,
    whole_file,
)
from avatar.motion_file.bvh import write_bvh
from viewer.commands.common import require_folder
from viewer.commands.drawing import hinted, made_figure

DEFAULT_FPS = 30.0
_LISTED = 12  # names of each kind that ``info`` shows


def run(options: argparse.Namespace, console: Console) -> int:
    """Do what the action says; return the exit code."""
    if options.action == "info":
        _info(_surveyed(options.motion, console))
        return 0
    require_folder(options.output)
    actions: dict[str, Callable[[argparse.Namespace, Console], str]] = {
        "trim": _trim, "retime": _retime, "loop": _loop, "join": _join, "export": _export,
    }  # fmt: skip
    said = actions[options.action](options, console)
    console.print(f"{said} in [bold]{escape(str(options.output))}[/].", highlight=False)
    return 0


def _trim(options: argparse.Namespace, console: Console) -> str:
    summary = _surveyed(options.motion, console)
    begin, end = options.begin, options.end if options.end is not None else summary.seconds
    step = f"from {begin:g} to {end:g} s"
    with _frames(options.motion) as frames:
        cut = trimmed(frames, summary.begin + begin, summary.begin + end)
        return _write(options.output, summary.header.after(f"trim {step}", fps=summary.header.fps), cut)


def _retime(options: argparse.Namespace, console: Console) -> str:
    summary = _surveyed(options.motion, console)
    speed, fps, own = options.speed, options.fps, summary.header.fps
    steps = [f"{speed:g} times as fast"] if speed != 1.0 else []
    steps += [f"{fps:g} frames a second"] if fps is not None else []
    if not steps:
        raise MotionFileError("nothing to do: give --speed, --fps or both")
    with _frames(options.motion) as frames:
        paced = retimed(frames, speed)
        if fps is not None:
            paced = resampled(paced, clock(fps, summary.begin / speed))
        rate = fps if fps is not None else own * speed if own is not None and own * speed <= MAX_FPS else None
        return _write(options.output, summary.header.after("retime: " + ", ".join(steps), fps=rate), paced)


def _loop(options: argparse.Namespace, console: Console) -> str:
    summary = _surveyed(options.motion, console)
    header = summary.header.after(f"loop with a seam of {options.seam:g} s", fps=summary.header.fps)

    def frames() -> Iterator[Frame]:
        with _frames(options.motion) as read:
            yield from read

    return _write(options.output, header, looped(frames, options.seam, options.times))


def _join(options: argparse.Namespace, console: Console) -> str:
    summaries = [_surveyed(path, console) for path in options.motions]
    first = summaries[0]
    fps = first.header.fps or DEFAULT_FPS
    names = ", ".join(path.name for path in options.motions[1:])
    header = first.header.after(f"join with {names}", fps=fps)

    def at_one_rate(path: Path, begin: float) -> Iterator[Frame]:
        with _frames(path) as read:
            yield from resampled(read, clock(fps, begin))

    parts = (at_one_rate(path, each.begin) for path, each in zip(options.motions, summaries, strict=True))
    return _write(options.output, header, joined(parts, options.fade, 1.0 / fps))


def _export(options: argparse.Namespace, console: Console) -> str:
    if options.output.suffix.lower() != ".bvh":
        raise MotionFileError(f"{options.output}: a motion is exported as BVH; name a file that ends in .bvh")
    summary = _surveyed(options.motion, console)
    fps = options.fps or summary.header.fps or DEFAULT_FPS
    who = person(options.figure) if options.figure else hinted(summary.header.figure, console)
    skeleton = made_figure(who, console).skeleton
    count = frames_until(summary.seconds, fps)
    with _frames(options.motion) as frames, whole_file(options.output) as file:
        write_bvh(file, skeleton, resampled(frames, clock(fps, summary.begin)), count, 1.0 / fps)
    return f"{count} frames of {who.name} are"


def _surveyed(path: Path, console: Console) -> Summary:
    """Return what is in a file, all of which can be read; tell what is to be told of it."""
    summary = survey(path)
    if summary.notice:
        console.print(f"[yellow]{escape(summary.notice)}[/]", highlight=False)
    return summary


@contextmanager
def _frames(path: Path) -> Iterator[Iterable[Frame]]:
    with MotionReader(path) as motion:
        yield motion


def _write(path: Path, header: Header, frames: Iterable[Frame]) -> str:
    count, seconds = 0, 0.0
    with MotionWriter(path, header) as writer:
        for frame in frames:
            writer.write(frame)
            count, seconds = count + 1, frame.seconds
    return f"{count} frames, {seconds:.2f} s, are"


def _info(summary: Summary) -> None:
    header = summary.header
    rate = f"{header.fps:g} a second" if header.fps is not None else "by their times"
    table = Table(box=None, show_header=False)
    table.add_column(style="dim")
    table.add_row("frames", f"{summary.frames}, {rate}, at most {summary.longest_gap:.3f} s apart")
    table.add_row("time", f"{summary.begin:.2f} to {summary.end:.2f} s")
    table.add_row("figure", escape(header.figure or "any"))
    table.add_row("made", escape("; ".join(header.made)))
    table.add_row("weights", _listed([name for name, _ in summary.weights.most_common()]))
    table.add_row("bones", _listed([name for name, _ in summary.bones.most_common()]))
    table.add_row("events", _listed([f"{kind} {name}" for kind, name in summary.events]))
    Console().print(table)


def _listed(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return escape(f"{len(names)}: {', '.join(names[:_LISTED])}{rest}" if names else "none")
