"""A display of our own for tests of the window: Xvfb on a free number."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CASES_SECONDS = 240


@contextmanager
def display(size: str = "1600x1200x24") -> Iterator[str]:
    """Run Xvfb and give its name (":7"); it chooses a free number and says it once it accepts connections.

    ``-noreset``: it would otherwise start anew whenever its last window closes, and refuse the next one meanwhile.
    """
    if not shutil.which("Xvfb"):
        raise RuntimeError(
            "there is no Xvfb; `make test` installs it, or: apt-get install --no-install-recommends xvfb"
        )
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", size]
    command += ["-noreset", "-nolisten", "tcp", "+extension", "GLX"]
    server = subprocess.Popen(command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        if not number:
            raise RuntimeError(f"Xvfb ended with {server.wait()} before it was ready")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def run_cases(cases: Path) -> None:
    """Run a file of tests on a display of its own, in a process of its own: a window's GLX does not go with the EGL of
    other tests."""
    with display() as name:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", str(cases)],
            env={**os.environ, "DISPLAY": name},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=CASES_SECONDS,
            check=False,
        )
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"
