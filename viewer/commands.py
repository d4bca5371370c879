"""What the commands do. ``viewer.cli`` parses; here the parts of the house are put together for each."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from avatar.clip import ClipError, make_clip
from avatar.errors import AvatarError, UnknownFigureError, UnknownVoiceError, UnspeakableTextError
from avatar.figure import DEFAULT_FIGURE, FIGURES, load_figure
from avatar.voice import DEFAULT_VOICE, Voice
from feed.errors import FeedError
from feed.sources import load
from feed.text import sentences
from server.assets import AssetError, AssetStore
from server.errors import BadQuestionError, EmptyFeedError, ServerError, SettingsError, UnknownChoiceError
from server.gateway import serve, warm_in_background
from server.mind import LANGUAGE_ASSET, Mind
from server.services import Services
from server.settings import Settings
from server.textual import Transcript, choose, hold_conversation
from viewer.errors import InputError, ViewerError
from viewer.fetching import fetch, list_assets
from viewer.hosts import FIGURE_DATA
from viewer.visit import Question

BAD_INPUT_ERRORS = (
    BadQuestionError, ClipError, EmptyFeedError, FeedError, InputError, SettingsError, UnknownChoiceError,
    UnknownFigureError, UnknownVoiceError, UnspeakableTextError,
)  # fmt: skip
FAILURES = (AssetError, AvatarError, ServerError, ViewerError, OSError)

SAMPLE_FEED = Path(__file__).resolve().parent.parent / "samples" / "feed.json"
DEFAULT_VIDEO = Path("visit.mp4")
GENERAL_QUESTIONS = ("What is this about?", "What should I know about it?")
MAX_SAID_CHARS = 20_000


def run(options: argparse.Namespace, console: Console) -> int:
    """Run the command that was parsed; return the exit code."""
    commands: dict[str, Callable[[argparse.Namespace, Console], int]] = {
        "visit": _visit,
        "say": _say,
        "serve": _serve,
        "view": _view,
        "assets": _assets,
        "doctor": _doctor,
    }
    return commands[options.command](options, console)


# -- visit -------------------------------------------------------------------------------------------------------------


def _visit(options: argparse.Namespace, console: Console) -> int:
    source = options.feed or str(SAMPLE_FEED)
    settings = Settings.from_environment(os.environ, use_model=not options.no_model)
    if options.text_only:
        return _visit_in_text(options, source, settings, console)
    server = ["--feed", source, *(["--no-model"] if options.no_model else [])]
    questions = _questions(options.asks)
    if has_display() and not (options.output or options.json or questions):
        _prepare_visit(settings, console)
        return _open_window(server, options, settings)
    output = options.output or DEFAULT_VIDEO
    transcript_path = options.json or output.with_suffix(".json")
    for path in (output, transcript_path):
        _require_folder(path)
    if not questions:
        questions = _openers(source, options.item, settings)
    _prepare_visit(settings, console)
    from viewer.film import film_visit  # noqa: PLC0415 - loads the renderer, which text needs not

    with _progress_bar(console, len(questions) + 2) as show:
        transcript = film_visit(
            server,
            settings,
            item_id=options.item,
            questions=questions,
            path=output,
            size=options.size,
            progress=show,
        )
    write_atomically(transcript_path, msgspec.json.format(msgspec.json.encode({"feed": source, **transcript})))
    console.print(f"The visit is in [bold]{output}[/], what was said in [bold]{transcript_path}[/].", highlight=False)
    return 0


def _prepare_visit(settings: Settings, console: Console) -> None:
    store = AssetStore(settings.cache)
    fetch(store, (*_mind_assets(settings), *SPEECH_ASSETS, *PICTURE_ASSETS), console)
    _make_figures(store, FIGURES, console)


def _visit_in_text(options: argparse.Namespace, source: str, settings: Settings, console: Console) -> int:
    questions = [question for question in options.asks if isinstance(question, str)]
    if len(questions) != len(options.asks):
        raise InputError("--ask-wav needs ears; leave --text-only out, or ask with --ask")
    if options.json is not None:
        _require_folder(options.json)
    document = load(source)
    fetch(AssetStore(settings.cache), _mind_assets(settings), console)
    with Mind(settings, document) as mind:
        item = choose(mind.shelf(), options.item)
        transcript = hold_conversation(
            mind.shelf(), mind.host(), item.id, questions or item.openers[:2] or GENERAL_QUESTIONS
        )
    if options.json is not None:
        write_atomically(options.json, msgspec.json.format(msgspec.json.encode(transcript)))
        console.print(f"What was said is in [bold]{options.json}[/].", highlight=False)
    else:
        _print_conversation(transcript, item.persona.name)
    return 0


def _print_conversation(transcript: Transcript, host: str) -> None:
    console = Console(highlight=False)
    for turn in transcript.turns:
        console.print(f"[dim]You:[/] {_plain(turn.question)}")
        for sentence in turn.reply:
            console.print(f"[bold]{_plain(host)}:[/] {_plain(sentence.text)} [dim]{' '.join(sentence.evidence)}[/]")


def _questions(asks: Sequence[str | Path]) -> list[Question]:
    from viewer.recording import load_recording  # noqa: PLC0415 - loads the codecs, which text needs not

    for ask in asks:
        if isinstance(ask, str) and not ask.strip():
            raise InputError("a question has no words")
    return [ask if isinstance(ask, str) else load_recording(ask) for ask in asks]


def _openers(source: str, item_id: str | None, settings: Settings) -> list[Question]:
    """Return the questions of a visit for which none were given."""
    with Mind(settings, load(source)) as mind:
        item = choose(mind.shelf(), item_id)
    return list(item.openers[:2] or GENERAL_QUESTIONS)


SPEECH_ASSETS = ("vad", "speech-to-text")
PICTURE_ASSETS = ("figures", "fonts")


def _mind_assets(settings: Settings) -> tuple[str, ...]:
    local_model = settings.use_model and settings.endpoint is None
    return ("embeddings", LANGUAGE_ASSET) if local_model else ("embeddings",)


def _open_window(server: Sequence[str], options: argparse.Namespace, settings: Settings) -> int:
    from viewer.app import run_app  # noqa: PLC0415 - loads the window, which the other commands need not
    from viewer.server_process import ServerProcess  # noqa: PLC0415 - as above

    with ServerProcess(server) as url:
        run_app(url, AssetStore(settings.cache), options.size, own_server=True)
    return 0


def _make_figures(store: AssetStore, names: Sequence[str], console: Console) -> None:
    """Bake figures that were never drawn here, so that no window stands still for it."""
    with console.status("making the figures (once)"):
        for name in names:
            load_figure(name, store.path("figures") / FIGURE_DATA, store.derived)


def has_display() -> bool:
    """Tell whether a window can be opened here."""
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


# -- the other commands ------------------------------------------------------------------------------------------------


def _say(options: argparse.Namespace, console: Console) -> int:
    text = sys.stdin.read(MAX_SAID_CHARS + 1) if options.text == "-" else options.text
    if len(text) > MAX_SAID_CHARS:
        raise InputError(f"a clip may have {MAX_SAID_CHARS} characters; split the text")
    _require_folder(options.output)
    figure_name = options.figure or DEFAULT_FIGURE
    voice = Voice(options.voice or FIGURE_VOICES.get(figure_name, DEFAULT_VOICE))
    store = AssetStore(Settings.from_environment(os.environ).cache)
    fetch(store, ("figures",), console)
    if figure_name in FIGURES:
        _make_figures(store, (figure_name,), console)
    figure = load_figure(figure_name, store.path("figures") / FIGURE_DATA, store.derived)
    bars = Progress(TextColumn("drawing"), BarColumn(), TextColumn("{task.completed}/{task.total} pictures"),
                    TimeElapsedColumn(), console=console, transient=True)  # fmt: skip
    with bars:
        task = bars.add_task("drawing", total=None)
        seconds = make_clip(
            sentences(text),
            options.output,
            figure=figure,
            voice=voice,
            size=options.size,
            fps=options.fps,
            mood=options.mood,
            seed=options.seed,
            progress=lambda done, total: bars.update(task, completed=done, total=total),
        )
    console.print(f"{seconds:.1f} s of video are in [bold]{options.output}[/].", highlight=False)
    return 0


FIGURE_VOICES = {"vera": "ava", "milo": "adam"}


def _serve(options: argparse.Namespace, console: Console) -> int:
    settings = Settings.from_environment(os.environ, use_model=not options.no_model)
    document = load(options.feed or str(SAMPLE_FEED))
    fetch(AssetStore(settings.cache), (*_mind_assets(settings), *SPEECH_ASSETS), console)

    def announce(url: str) -> None:
        console.print(f"serving {len(document.items)} items at [bold]{url}[/] (Ctrl-C ends)", highlight=False)

    with Mind(settings, document) as mind:
        services = Services(mind)
        warm_in_background(services.warm)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(services, host=options.host, port=options.port, ready=announce))
    return 0


def _view(options: argparse.Namespace, console: Console) -> int:
    if not has_display():
        raise ViewerError("there is no display to open a window on; `visavis visit -o visit.mp4` makes a video instead")
    settings = Settings.from_environment(os.environ)
    store = AssetStore(settings.cache)
    fetch(store, PICTURE_ASSETS, console)
    _make_figures(store, FIGURES, console)
    from viewer.app import run_app  # noqa: PLC0415 - loads the window, which the other commands need not

    run_app(options.url, store, options.size, own_server=False)
    return 0


def _assets(options: argparse.Namespace, console: Console) -> int:
    store = AssetStore()
    if options.list:
        list_assets(store, Console())
        return 0
    names = store.all_names() if options.all else store.default_names()
    fetch(store, names, console, verify=options.verify)
    console.print(f"All that is needed is in [bold]{store.cache}[/].", highlight=False)
    return 0


def _doctor(options: argparse.Namespace, console: Console) -> int:
    from viewer.doctor import run_doctor  # noqa: PLC0415 - only this command needs it

    return run_doctor(Console())


# -- files and bars ----------------------------------------------------------------------------------------------------


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        partial.write_bytes(content)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def _require_folder(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file in it")
    if not path.absolute().parent.is_dir():
        raise InputError(f"{path} cannot be written: there is no folder {path.absolute().parent}")


@contextlib.contextmanager
def _progress_bar(console: Console, beats: int) -> Iterator[Callable[[str, float, float], None]]:
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[film]}")
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bars:
        task = bars.add_task("opening the feed", total=float(beats), film="")

        def show(what: str, done: float, seconds: float) -> None:
            bars.update(task, description=what, completed=done, film=f"{seconds:.1f} s of video")

        yield show


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
