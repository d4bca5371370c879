"""``visavis doctor``: what works here, and the command that fixes what does not."""

from __future__ import annotations

import argparse

from rich.console import Console

from viewer.doctor import run_doctor


def run(_options: argparse.Namespace, _console: Console) -> int:
    """Look at this machine; return the exit code."""
    return run_doctor(Console())
