"""The viewer's own server: a child process that lives exactly as long as the viewer.

The child ends when its standard input does, so it cannot outlive a viewer that was killed.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Sequence
from queue import Empty, Queue
from types import TracebackType

import msgspec

from viewer.errors import ServerStartError

START_SECONDS = 60.0
END_SECONDS = 5.0


class _Ready(msgspec.Struct):
    url: str


class ServerProcess:
    """``python -m server`` on a free loopback port; a context manager that gives its URL.

    Args:
        arguments: further command-line arguments for the server, such as ``["--feed", SOURCE]``.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = list(arguments)
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> str:
        command = [sys.executable, "-m", "server", "--port", "0", "--parent-pipe", *self._arguments]
        # A session of its own: Ctrl-C reaches the viewer, which then ends the server through its standard input.
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self._process = process
        lines: Queue[bytes] = Queue()
        stdout = process.stdout
        assert stdout is not None
        threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True).start()
        try:
            line = lines.get(timeout=START_SECONDS)
            return msgspec.json.decode(line, type=_Ready).url
        except Empty:
            self._end()
            raise ServerStartError(f"the server did not come up within {START_SECONDS:.0f} s") from None
        except msgspec.DecodeError:
            code = self._end()
            raise ServerStartError(f"the server ended with code {code} before it was ready") from None
        except BaseException:
            self._end()
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> int:
        process = self._process
        if process is None:
            return 0
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        try:
            return process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            process.terminate()
        try:
            return process.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
