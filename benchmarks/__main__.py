"""Runs every benchmark of the folder, one after the other: ``make bench``.

``--write docs/figures.md`` writes the figures down, each benchmark's in a section of its own with the machine and the
day; sections of benchmarks that were not run stay. A benchmark that cannot be run here says why and is noted as such.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).parent
GUARD = 'if __name__ == "__main__":'  # what can be run is a benchmark; other modules serve them
VARIANTS: Mapping[str, Sequence[Sequence[str]]] = {"voice_to_voice": ((), ("--instant",))}
TITLE = """# Figures

Medians and tails as the benchmarks print them: `make bench ARGS="--write docs/figures.md"` measures them again.
"""
_SECTION = re.compile(r"^## ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of a benchmark gave.

    Attributes:
        name: of the benchmark, with its options.
        figures: by name, flat; empty when it failed or was skipped.
        note: why there are none, or "".
        failed: it ended with an error.
    """

    name: str
    figures: Mapping[str, Any]
    note: str = ""
    failed: bool = False


def names() -> list[str]:
    """Return the benchmarks there are."""
    modules = (path for path in sorted(FOLDER.glob("*.py")) if path.stem != "__main__")
    return [path.stem for path in modules if GUARD in path.read_text(encoding="utf-8")]


def flat(figures: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return figures of several things as one table; a name is that of the thing and that of the figure."""
    found: dict[str, Any] = {}
    for name, value in figures.items():
        whole = f"{prefix} {name}".strip().replace("_", " ")
        found |= flat(value, whole) if isinstance(value, Mapping) else {whole: value}
    return found


def outcome(name: str, code: int, output: str, errors: str) -> Outcome:
    """Return what a run that ended with ``code`` gave: its last line of output is one JSON object."""
    lines = output.strip().splitlines()
    try:
        figures = msgspec.json.decode(lines[-1], type=dict[str, Any]) if lines else {}
    except msgspec.DecodeError:
        figures = {}
    last = (errors.strip().splitlines() or ["it said nothing"])[-1]
    return Outcome(name, flat(figures), "" if figures and not code else last, failed=bool(code))


def section(result: Outcome, about: str, machine: str) -> str:
    """Return the section of a benchmark for docs/figures.md."""
    lines = [f"## {result.name}", "", about, "", machine, ""]
    if result.note:
        lines += [f"{'Failed' if result.failed else 'Not measured'}: {result.note}", ""]
    if result.figures:
        lines += ["| figure | value |", "| --- | ---: |"]
        lines += [f"| {name} | {_shown(value)} |" for name, value in result.figures.items()] + [""]
    return "\n".join(lines)


def merged(before: str, sections: Mapping[str, str]) -> str:
    """Return docs/figures.md with ``sections`` (by name) in the place of those that it had, in alphabetical order."""
    kept = {part.partition("\n")[0].strip(): f"## {part}" for part in _SECTION.split(before)[1:]}
    whole = kept | dict(sections)
    return "\n".join([TITLE, *(whole[name].rstrip() + "\n" for name in sorted(whole))])


def machine_here() -> str:
    """Return the machine and the day, in words."""
    day = datetime.datetime.now(datetime.UTC).date().isoformat()
    python = platform.python_version()
    return f"{day}, {os.cpu_count()} cores {_processor()}, {platform.system()}, Python {python}."


def main() -> int:
    """Run them; return 1 if one failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--list", action="store_true", help="only say what there is")
    parser.add_argument("--only", action="append", choices=names(), help="run this one (may be repeated)")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the figures into this file")
    options = parser.parse_args()
    if options.list:
        print("\n".join(names()))
        return 0
    failed, sections = [], {}
    for name in options.only or names():
        for variant in VARIANTS.get(name, ((),)):
            title = " ".join([name, *variant])
            print(f"\n== {title}", flush=True)
            result = _run(name, variant, title) if options.write else _shown_run(name, variant, title)
            sections[title] = section(result, _about(name), machine_here())
            if result.failed:
                failed.append(title)
            if options.write:
                print(sections[title], flush=True)
                _write(options.write, sections)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


def _shown_run(name: str, variant: Sequence[str], title: str) -> Outcome:
    """Let a benchmark print its own table."""
    code = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *variant], check=False).returncode
    return Outcome(title, {}, failed=bool(code))


def _run(name: str, variant: Sequence[str], title: str) -> Outcome:
    command = [sys.executable, "-m", f"benchmarks.{name}", "--json", *variant]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    return outcome(title, done.returncode, done.stdout, done.stderr)


def _about(name: str) -> str:
    """Return the first paragraph of a benchmark's docstring."""
    described = importlib.import_module(f"benchmarks.{name}").__doc__ or ""
    return " ".join(described.strip().partition("\n\n")[0].split())


def _write(path: Path, sections: Mapping[str, str]) -> None:
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    scratch = path.with_name(f".{path.name}.new")
    scratch.write_text(merged(before, sections), encoding="utf-8")
    scratch.replace(path)


def _shown(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    model = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    return model[1].strip() if model else platform.machine()


if __name__ == "__main__":
    sys.exit(main())
