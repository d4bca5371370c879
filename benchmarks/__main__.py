"""Runs every benchmark of the folder, one after the other."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

NOT_BENCHMARKS = {
    "__main__",
    "figures",
    "instant",
    "lip_geometry",
    "lip_peers",
    "lip_timing",
    "poses",
    "recordings",
    "reply_judge",
    "utterances",
}


def main() -> int:
    """Run them all; return 1 if one failed."""
    names = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    failed = []
    for name in sorted(set(names) - NOT_BENCHMARKS):
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *sys.argv[1:]], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
