"""``visavis visit``: the window, the film of the same visit, or the conversation in text alone."""

from __future__ import annotations

import argparse
import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from feed.items import FeedDocument, Item
from server.assets import AssetStore
from server.mind import Mind
from server.settings import Settings
from server.textual import Transcript, choose, hold_conversation
from viewer.commands.common import (
    PICTURE_ASSETS,
    SAMPLE_FEED,
    SPEECH_ASSETS,
    has_display,
    load_feed,
    mind_assets,
    require_folder,
    write_atomically,
)
from viewer.errors import InputError
from viewer.fetching import fetch

DEFAULT_VIDEO = Path("visit.mp4")
GENERAL_QUESTIONS = ("What is this about?", "What should I know about it?")


def run(options: argparse.Namespace, console: Console) -> int:
    """Hold the visit; return the exit code."""
    settings = Settings.from_environment(os.environ, use_model=not options.no_model)
    for ask in options.asks:
        if isinstance(ask, str) and not ask.strip():
            raise InputError("a question has no words")
    document = load_feed(options.feed or str(SAMPLE_FEED), console)
    if options.text_only:
        return _in_text(options, document, settings, console)
    if options.cut_in is not None:
        raise InputError("--cut-in comes before the question that cuts in")
    for path in (options.log, options.trace):
        if path is not None:
            require_folder(path)
    if has_display() and not (options.output or options.json or options.asks):
        return _in_window(options, document, settings, console)
    return _on_film(options, document, settings, console)


def _in_text(options: argparse.Namespace, document: FeedDocument, settings: Settings, console: Console) -> int:
    questions = [question for question in options.asks if isinstance(question, str)]
    if options.log or options.trace or any(cut_in is not None for cut_in in options.cut_ins):
        raise InputError("--log, --trace and --cut-in are about sound and picture; leave --text-only out")
    if len(questions) != len(options.asks):
        raise InputError("--ask-wav needs ears; leave --text-only out, or ask with --ask")
    if options.json is not None:
        require_folder(options.json)
    with Mind(settings, document) as mind:
        item = choose(mind.shelf(), options.item)
        fetch(AssetStore(settings.cache), mind_assets(settings), console)
        transcript = hold_conversation(mind.shelf(), mind.host(), item.id, questions or _openers(item))
    if options.json is not None:
        write_atomically(options.json, msgspec.json.format(msgspec.json.encode(transcript)))
        console.print(f"What was said is in [bold]{escape(str(options.json))}[/].", highlight=False)
    else:
        _print(transcript, item.persona.name)
    return 0


def _in_window(options: argparse.Namespace, document: FeedDocument, settings: Settings, console: Console) -> int:
    from viewer.app import run_app  # noqa: PLC0415 - loads the window, which text and film need not
    from viewer.server_process import ServerProcess  # noqa: PLC0415 - as above
    from viewer.tracing import Tracing  # noqa: PLC0415 - as above

    _prepare(settings, (item.persona.figure for item in document.items), console)
    with contextlib.ExitStack() as open_things:
        tracing = None if options.trace is None else open_things.enter_context(Tracing(options.trace))
        more = () if tracing is None else tracing.server_arguments
        url = open_things.enter_context(ServerProcess([*_server_arguments(options), *more]))
        trace = None if tracing is None else tracing.trace
        run_app(url, AssetStore(settings.cache), options.size, own_server=True, log=options.log, trace=trace)
    return 0


def _on_film(options: argparse.Namespace, document: FeedDocument, settings: Settings, console: Console) -> int:
    from viewer.film import film_visit  # noqa: PLC0415 - loads the renderer, which text needs not
    from viewer.recording import load_recording  # noqa: PLC0415 - loads the codecs, which text needs not
    from viewer.visit import Asked, Script  # noqa: PLC0415 - loads the sound, which text needs not

    output = options.output or DEFAULT_VIDEO
    transcript_path = options.json or output.with_suffix(".json")
    for path in (output, transcript_path):
        require_folder(path)
    with Mind(settings, document) as mind:
        item = choose(mind.shelf(), options.item)
    asks = options.asks or _openers(item)
    questions = [ask if isinstance(ask, str) else load_recording(ask) for ask in asks]
    cut_ins = options.cut_ins or [None] * len(questions)
    script = Script(item.id, [Asked(*asked) for asked in zip(questions, cut_ins, strict=True)])
    _prepare(settings, [item.persona.figure], console)
    with _progress_bar(console, len(questions) + 2) as show:
        transcript = film_visit(
            _server_arguments(options),
            settings,
            script,
            path=output,
            size=options.size,
            progress=show,
            log=options.log,
            trace=options.trace,
        )
    told = {"feed": options.feed or str(SAMPLE_FEED), **transcript}
    write_atomically(transcript_path, msgspec.json.format(msgspec.json.encode(told)))
    console.print(
        f"The visit is in [bold]{escape(str(output))}[/], what was said in [bold]{escape(str(transcript_path))}[/].",
        highlight=False,
    )
    return 0


def _server_arguments(options: argparse.Namespace) -> list[str]:
    arguments = ["--feed", options.feed or str(SAMPLE_FEED)]
    if options.no_model:
        arguments.append("--no-model")
    return arguments


def _openers(item: Item) -> Sequence[str]:
    """Return the questions of a visit for which none were given."""
    return item.openers[:2] or GENERAL_QUESTIONS


def _prepare(settings: Settings, figures: Iterable[str], console: Console) -> None:
    from viewer.hosts import figures_of, make_figures  # noqa: PLC0415 - loads what makes figures, which text needs not

    store = AssetStore(settings.cache)
    fetch(store, (*mind_assets(settings), *SPEECH_ASSETS, *PICTURE_ASSETS), console)
    make_figures(store, figures_of(figures, console), console)


def _print(transcript: Transcript, host: str) -> None:
    console = Console(highlight=False)
    for turn in transcript.turns:
        console.print(f"[dim]You:[/] {escape(turn.question)}")
        for sentence in turn.reply:
            evidence = escape(" ".join(sentence.evidence))
            console.print(f"[bold]{escape(host)}:[/] {escape(sentence.text)} [dim]{evidence}[/]")


@contextlib.contextmanager
def _progress_bar(console: Console, beats: int) -> Iterator[Callable[[str, float, float], None]]:
    columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[film]}")
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bars:
        task = bars.add_task("opening the feed", total=float(beats), film="")

        def show(what: str, done: float, seconds: float) -> None:
            bars.update(task, description=what, completed=done, film=f"{seconds:.1f} s of video")

        yield show
