"""``python -m server``: the server alone, as the viewer starts it. One JSON line with the URL says that it is ready."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NoReturn

import msgspec

from feed.errors import FeedError, SourceError
from feed.sources import load
from server.collector import calm_collector
from server.door import gateway, watching
from server.errors import ServerError, SettingsError
from server.gateway import Gateway, serve, warm_in_background
from server.mind import Mind
from server.options import add_door_options
from server.services import Services
from server.settings import Settings
from server.spans import written_to
from server.watching import Watching

log = logging.getLogger("server")

END_SECONDS = 1.0  # for goodbyes and the last writes to the store, once the server was told to end


def arguments() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="python -m server", description="Serve a feed whose items answer.")
    parser.add_argument("--feed", metavar="SOURCE", help="JSON Feed, RSS or Atom file or URL, or a folder of texts")
    parser.add_argument("--no-model", action="store_true", help="answer in the item's own sentences")
    add_door_options(parser)
    parser.add_argument("--parent-pipe", action="store_true", help="end when standard input does")
    parser.add_argument("--spans", type=Path, metavar="FILE", help="write where the time of each answer goes")
    parser.add_argument("--verbose", action="store_true", help="log every session")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the server; return the exit code: 0 well, 2 bad usage or input, 1 otherwise."""
    options = arguments().parse_args(argv)
    level = logging.INFO if options.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    if options.parent_pipe:
        threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    try:
        settings = Settings.from_environment(os.environ, use_model=not options.no_model)
        document = load(options.feed) if options.feed else None
        with Mind(settings, document) as mind, _spans(options.spans, mind):
            mind.shelf()  # a store that cannot be used is told now, not at the first question
            services = Services(mind)
            door = gateway(services, options, settings)
            warm_in_background(services.warm)
            calm_collector()
            asyncio.run(_serve(door, watching(door, mind, document, options.feed, options), options))
    except (SettingsError, SourceError) as error:
        print(error, file=sys.stderr)
        return 2
    except (ServerError, FeedError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _spans(path: Path | None, mind: Mind) -> AbstractContextManager[None]:
    return contextlib.nullcontext() if path is None else written_to(path, mind.stages)


async def _serve(door: Gateway, beside: Watching | None, options: argparse.Namespace) -> None:
    """Serve until a signal comes."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(number, ended.set)
    serving = asyncio.create_task(serve(door, host=options.host, port=options.port, beside=beside, ready=_announce))
    waiting = asyncio.create_task(ended.wait())
    done, pending = await asyncio.wait((serving, waiting), return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    if waiting in done:
        _end_within(END_SECONDS)
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


def _end_with_parent() -> None:
    """Wait until standard input ends, then ask this process to end, as anybody would: by a signal. While the feed is
    still being fetched nothing catches it.
    """
    while os.read(sys.stdin.fileno(), 4_096):  # not through sys.stdin, whose lock would outlive this thread's end
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _end_within(seconds: float) -> None:
    """Let nothing hold the process for longer: loading a model or reading a prompt is native code that takes seconds
    and hears no cancel. Nothing is lost: the store commits whole turns, and built files appear whole or not at all.
    """
    timer = threading.Timer(seconds, _leave, (0,))
    timer.daemon = True
    timer.start()


def _leave(code: int) -> NoReturn:
    """End the process at once: taking the loaded models apart would take seconds and free only memory."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _announce(url: str) -> None:
    print(msgspec.json.encode({"url": url}).decode(), flush=True)


if __name__ == "__main__":
    _leave(main())
