"""The command line: ``visavis`` and its commands. Parses, calls, and turns errors into one line and an exit code."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from avatar.errors import (
    AvatarError,
    ClipError,
    FigureFileError,
    MotionFileError,
    SceneError,
    SoundError,
    UnknownFigureError,
    UnknownVoiceError,
    UnspeakableTextError,
)  # fmt: skip
from feed.errors import FeedError, StoreError
from server.errors import BadQuestionError, EmptyFeedError, ServerError, SettingsError, UnknownChoiceError
from server.options import add_door_options, whole
from server.settings import DEFAULT_HOST, DEFAULT_PORT
from server.tokens import Allowance
from viewer.errors import InputError, ViewerError

FAILED, BAD_INPUT = 1, 2
BAD_INPUT_ERRORS = (
    BadQuestionError, ClipError, EmptyFeedError, FeedError, FigureFileError, InputError, MotionFileError, SceneError,
    SettingsError, SoundError, UnknownChoiceError, UnknownFigureError, UnknownVoiceError, UnspeakableTextError,
)  # fmt: skip
LENSES = ("head", "bust", "half")  # as avatar.renderer has them, which takes long to load
COMMANDS = ("visit", "replay", "say", "render", "motion", "figures", "serve", "token", "view", "assets", "doctor")

EPILOG = """
examples:
  visavis                                          your feed, in a window (or visit.mp4 where there is no display)
  visavis --feed https://example.org/feed.json     another feed: JSON Feed, RSS, Atom, or a folder of Markdown
  visavis --item ID --ask "Who built it?" --text-only --json out.json
  visavis say "Hello, good to see you." -o clip.mp4
  visavis say --audio speech.wav --figure milo -o clip.mp4
  visavis COMMAND --help                           more about a command

Exit codes: 0 well, 2 bad usage or input, 1 otherwise.
"""


class _Ask(argparse.Action):
    """Collects typed and recorded questions in the order in which they were given."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        namespace.asks = [*namespace.asks, Path(values) if option == "--ask-wav" else str(values)]
        namespace.cut_ins = [*namespace.cut_ins, namespace.cut_in]
        namespace.cut_in = None


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    try:
        size = int(width), int(height or width)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; write 1280x720") from None
    if not all(64 <= side <= 4096 and side % 2 == 0 for side in size):
        raise argparse.ArgumentTypeError(f"{text!r} is not possible; sides are even, 64 to 4096")
    return size


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds") from None
    if not 0.0 <= seconds <= 600.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not possible; 0 to 600 seconds are")
    return seconds


def _factor(text: str) -> float:
    try:
        factor = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0.01 <= factor <= 100.0:
        raise argparse.ArgumentTypeError(f"{text!r} is not possible; 0.01 to 100 are")
    return factor


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="visavis",
        description="A feed whose items answer back, face to face. Without a command: visit.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"visavis {version('visavis')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_visit(commands)
    _add_replay(commands)
    _add_say(commands)
    _add_render(commands)
    _add_motion(commands)
    _add_figures(commands)
    _add_serve(commands)
    _add_token(commands)
    _add_view(commands)
    assets = commands.add_parser("assets", help="fetch or list the models and figure data")
    chosen = assets.add_mutually_exclusive_group()
    chosen.add_argument("--list", action="store_true", help="show what there is, its licence and what is here")
    chosen.add_argument("--all", action="store_true", help="fetch the optional ones too")
    assets.add_argument("--verify", action="store_true", help="hash what is here and fetch again what is damaged")
    commands.add_parser("doctor", help="say what works here, what does not, and the command that fixes it")
    for command in commands.choices.values():
        command.add_argument("-v", "--verbose", action="store_true", help="say more while at work")
    return parser


def _add_feed(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--feed",
        metavar="SOURCE",
        help="JSON Feed, RSS or Atom (a file or http(s) address), or a folder of Markdown or text files; "
        "default: the sample feed",
    )
    command.add_argument(
        "--no-model", action="store_true", help="answer with the item's own sentences, without a language model"
    )


def _add_visit(commands: Any) -> None:
    visit = commands.add_parser(
        "visit",
        help="read a feed and talk to its items (the default)",
        description="Opens the window; where there is no display, or with -o, --ask or --ask-wav, renders the same "
        "visit to a video file.",
    )
    _add_feed(visit)
    visit.add_argument("--item", metavar="ID", help="the item to step up to; default: the newest")
    visit.add_argument("--ask", metavar="TEXT", action=_Ask, help="a typed question (repeatable)")
    visit.add_argument("--ask-wav", metavar="FILE", action=_Ask, help="a spoken question, recorded (repeatable)")
    visit.add_argument(
        "--cut-in", metavar="SECONDS", type=_seconds, help="the next question begins so far into what the host says"
    )
    visit.add_argument("--text-only", action="store_true", help="hold the conversation without sound and picture")
    visit.add_argument("--json", metavar="FILE", type=Path, help="where the transcript goes")
    visit.add_argument("-o", "--output", metavar="FILE", type=Path, help="the video; default: visit.mp4")
    visit.add_argument("--size", metavar="WxH", type=_size, default=(1280, 720), help="of the video or window")
    _add_records(visit)
    visit.set_defaults(asks=[], cut_ins=[])


def _add_records(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--log", metavar="FILE", type=Path, help="write down all that happens, your voice included, for a replay"
    )
    command.add_argument("--trace", metavar="FILE", type=Path, help="a Chrome trace of where the time goes")


def _add_replay(commands: Any) -> None:
    replay = commands.add_parser(
        "replay",
        help="make the film of a visit again from its log",
        description="Makes the very pictures of a visit again, without a server: the log is one of visit --log.",
    )
    replay.add_argument("log", metavar="LOG", type=Path)
    replay.add_argument(
        "-o", "--output", metavar="FILE", type=Path, default=Path("replay.mp4"), help="the video; default: replay.mp4"
    )


def _add_say(commands: Any) -> None:
    say = commands.add_parser(
        "say",
        help="make a talking-head clip of a text or of recorded speech",
        description="Writes an MP4 file: of a text in one of the voices, or with --audio of any recording, which keeps "
        "its own sound; what the lips do is then made out from the sound alone.",
    )
    said = say.add_mutually_exclusive_group(required=True)
    said.add_argument("text", metavar="TEXT", nargs="?", help="what to say; - reads standard input")
    said.add_argument("--audio", metavar="FILE", type=Path, help="speech instead: WAV, FLAC, OGG, MP3, M4A, ...")
    say.add_argument("-o", "--output", metavar="FILE", type=Path, default=Path("clip.mp4"), help="default: clip.mp4")
    say.add_argument("--figure", metavar="WHO", help="who says it: a name, a .toml file or random:SEED")
    say.add_argument("--voice", metavar="NAME", help="in whose voice; default: the figure's")
    say.add_argument("--size", metavar="WxH", type=_size, default=(512, 512), help="default: 512x512; 512 means that")
    say.add_argument("--scene", metavar="FILE", type=Path, help="a .toml file: background, light and lens")
    say.add_argument("--lens", choices=LENSES, help="how much is seen; default: the scene's, or bust")
    say.add_argument("--fps", metavar="N", type=whole(1, 120), default=30, help="pictures a second; default: 30")
    say.add_argument("--mood", metavar="MOOD", default="neutral", help="joy, sorrow, anger, surprise, ...")
    say.add_argument("--seed", metavar="N", type=whole(0, 2**31 - 1), default=0, help="of blinks and glances")
    say.add_argument("--poses", metavar="FILE", type=Path, help="write what the body does too, as a motion file")


def _add_render(commands: Any) -> None:
    render = commands.add_parser(
        "render",
        help="draw a motion file to a video",
        description="Draws what a motion file (docs/motion.md) says, with any figure; `say --poses` writes one.",
    )
    render.add_argument("motion", metavar="MOTION", type=Path, help="a motion file: .jsonl")
    render.add_argument("-o", "--output", metavar="FILE", type=Path, default=Path("clip.mp4"), help="default: clip.mp4")
    render.add_argument("--figure", metavar="WHO", help="a name, a .toml file or random:SEED; default: the file's")
    render.add_argument("--size", metavar="WxH", type=_size, default=(512, 512), help="default: 512x512")
    render.add_argument("--fps", metavar="N", type=whole(1, 120), help="pictures a second; default: the file's, or 30")
    render.add_argument("--scene", metavar="FILE", type=Path, help="a .toml file: background, light and lens")
    render.add_argument("--lens", choices=LENSES, help="how much is seen; default: the scene's, or bust")
    render.add_argument("--audio", metavar="FILE", type=Path, help="a sound or video file whose sound goes with it")


def _add_motion(commands: Any) -> None:
    motion = commands.add_parser(
        "motion",
        help="look into motion files, cut, retime, loop, join and export them",
        description="Works on motion files (docs/motion.md), as `say --poses` writes them; `render` draws them.",
    )
    actions = motion.add_subparsers(dest="action", metavar="ACTION", required=True)

    def action(name: str, what: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = actions.add_parser(name, help=what, description=what.capitalize() + ".")
        if name != "join":
            added.add_argument("motion", metavar="MOTION", type=Path, help="a motion file: .jsonl")
        if name != "info":
            added.add_argument("-o", "--output", metavar="FILE", type=Path, required=True, help="what is written")
        return added

    action("info", "tell what is in a motion file")
    trim = action("trim", "keep what lies between two times, counted from the first frame")
    trim.add_argument("--from", dest="begin", metavar="SECONDS", type=_seconds, default=0.0, help="default: 0")
    trim.add_argument("--to", dest="end", metavar="SECONDS", type=_seconds, help="default: the end")
    retime = action("retime", "go faster or slower, or have another number of frames a second")
    retime.add_argument("--speed", metavar="TIMES", type=_factor, default=1.0, help="how many times as fast")
    retime.add_argument("--fps", metavar="N", type=whole(1, 120), help="frames a second, interpolated")
    loop = action("loop", "let the end go over into the beginning, so that it can be repeated without a jump")
    loop.add_argument("--seam", metavar="SECONDS", type=_seconds, default=0.5, help="of going over; default: 0.5")
    loop.add_argument("--times", metavar="N", type=whole(1, 1_000), default=1, help="how often it is gone through")
    join = action("join", "put motions one after the other, at the frame rate of the first")
    join.add_argument("motions", metavar="MOTION", type=Path, nargs="+", help="motion files, in order")
    join.add_argument("--fade", metavar="SECONDS", type=_seconds, default=0.3, help="of going over; default: 0.3")
    export = action("export", "write BVH, which animation programs read: the bones, not the face")
    export.add_argument("--figure", metavar="WHO", help="whose proportions; default: the file's figure")
    export.add_argument("--fps", metavar="N", type=whole(1, 120), help="frames a second; default: the file's, or 30")


def _add_figures(commands: Any) -> None:
    figures = commands.add_parser(
        "figures",
        help="draw a contact sheet of the people that there are",
        description="Draws figures side by side; those that were never drawn here are made first, some seconds each.",
    )
    figures.add_argument("names", metavar="WHO", nargs="*", help="names, .toml files or random:SEED; default: all")
    figures.add_argument("--list", action="store_true", help="print who there is instead")
    figures.add_argument("--random", metavar="N", type=whole(1, 100), default=0, help="add N people made by chance")
    figures.add_argument("--seed", metavar="N", type=whole(0, 2**31 - 101), default=0, help="of the first of them")
    figures.add_argument("--mood", metavar="MOOD", default="neutral", help="joy, sorrow, anger, surprise, ...")
    figures.add_argument("--scene", metavar="FILE", type=Path, help="a .toml file: background, light and lens")
    figures.add_argument("--lens", choices=LENSES, help="how much is seen; default: the scene's, or head")
    figures.add_argument("--size", metavar="WxH", type=_size, default=(320, 320), help="of each; default: 320x320")
    figures.add_argument(
        "-o", "--output", metavar="FILE", type=Path, default=Path("figures.png"), help="default: figures.png"
    )


def _add_serve(commands: Any) -> None:
    serve = commands.add_parser("serve", help="serve the feed and its hosts over a WebSocket")
    _add_feed(serve)
    add_door_options(serve)


def _add_token(commands: Any) -> None:
    token = commands.add_parser(
        "token",
        help="make, list or revoke the tokens that let others in",
        description="Who is not on the serving machine needs a token; docs/server.md says how to show it.",
    )
    actions = token.add_subparsers(dest="action", metavar="ACTION", required=True)
    new = actions.add_parser("new", help="make a token and print it, once: only its hash is kept")
    new.add_argument("name", metavar="NAME", help="whose it is, or what for")
    new.add_argument("--days", metavar="N", type=whole(1, 36_500), help="how long it is valid; default: until revoked")
    allowed = Allowance()
    for option, most in (("connections", 100_000), ("conversations", 1_000), ("messages_per_minute", 10_000_000)):
        new.add_argument(
            f"--{option.replace('_', '-')}",
            metavar="N",
            type=whole(1, most),
            default=getattr(allowed, option),
            help="of all who use it together; default: %(default)s",
        )
    actions.add_parser("list", help="show names, dates and what they may do")
    actions.add_parser("revoke", help="end a token; who uses it has to leave").add_argument(
        "name", metavar="NAME", help="its name or id"
    )


def _add_view(commands: Any) -> None:
    view = commands.add_parser("view", help="open the window on a server that runs already")
    view.add_argument("--url", default=f"ws://{DEFAULT_HOST}:{DEFAULT_PORT}", help="default: %(default)s")
    view.add_argument("--size", metavar="WxH", type=_size, default=(1280, 720), help="of the window")
    _add_records(view)


def _with_default_command(arguments: Sequence[str]) -> list[str]:
    """Insert ``visit`` where no command was given: ``visavis --ask X`` is ``visavis visit --ask X``."""
    first = arguments[0] if arguments else ""
    if first in COMMANDS or first in ("--version", "-h", "--help"):
        return list(arguments)
    return ["visit", *arguments]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    options = _parser().parse_args(_with_default_command(sys.argv[1:] if arguments is None else arguments))
    logging.basicConfig(
        level=logging.INFO if options.verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before any numeric library starts its threads
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends as Ctrl-C does: nothing half-written is left
    console = Console(stderr=True)
    try:
        command = importlib.import_module(f"viewer.commands.{options.command}")
        code: int = command.run(options, console)
    except KeyboardInterrupt:
        console.print("stopped", style="dim")
        return FAILED
    except Exception as error:
        failure = exit_code(error)
        if failure is None:
            raise
        console.print(f"[bold red]visavis:[/] {escape(str(error))}", highlight=False)
        return failure
    return code


def exit_code(error: Exception) -> int | None:
    """Return the exit code for an error of the house; None for one that is a mistake in the program."""
    if isinstance(error, StoreError):
        return FAILED
    if isinstance(error, BAD_INPUT_ERRORS):
        return BAD_INPUT
    return FAILED if isinstance(error, (AvatarError, ServerError, ViewerError, OSError)) else None


if __name__ == "__main__":
    sys.exit(main())
