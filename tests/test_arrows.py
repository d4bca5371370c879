"""The arrows of the house: which folder may import which, and who may touch OpenGL."""

from __future__ import annotations

import ast
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("feed", "avatar", "server", "viewer")
MAY_IMPORT = {
    "feed": {"feed"},
    "avatar": {"avatar"},
    "server": {"server", "feed", "avatar"},
    "viewer": {"viewer", "server", "feed", "avatar"},
}
MAY_DRAW = ("avatar.renderer", "viewer")  # who may import moderngl


def module_name(path: Path) -> str:
    """Dotted name of a module, from its path relative to the root ("feed/items.py" is "feed.items")."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path, source: str) -> set[str]:
    """Dotted names of all that a module imports, wherever in it; relative imports made absolute."""
    package = list(path.parent.parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, node.module] if node.module else base)
            found.add(origin)
            found.update(f"{origin}.{alias.name}" for alias in node.names)
    return found


def within(name: str, module: str) -> bool:
    return name == module or name.startswith(f"{module}.")


def wrong_arrows(path: Path, source: str) -> list[str]:
    """What is wrong with the imports of the module at ``path`` (relative to the root), in words."""
    module = module_name(path)
    folder = path.parts[0]
    wrong = []
    for name in sorted(imports(path, source)):
        top = name.split(".")[0]
        if top in FOLDERS and top not in MAY_IMPORT[folder]:
            wrong.append(f"{module} imports {name}: {folder} may only import {', '.join(sorted(MAY_IMPORT[folder]))}")
        if within(module, "server.protocol") and top in FOLDERS and not within(name, "server.protocol"):
            wrong.append(f"{module} imports {name}: the protocol imports nothing of ours")
        if top == "moderngl" and not any(within(module, allowed) for allowed in MAY_DRAW):
            wrong.append(f"{module} imports moderngl: only {' and '.join(MAY_DRAW)} may")
        if top in {"tests", "benchmarks"}:
            wrong.append(f"{module} imports {name}: the product does not know its tests")
    return wrong


def all_modules() -> list[Path]:
    return sorted(path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def test_every_import_follows_the_arrows() -> None:
    wrong = [line for path in all_modules() for line in wrong_arrows(path, (ROOT / path).read_text())]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("feed/store.py", "from avatar.marks import MOODS"),
        ("feed/store.py", "import server.assets"),
        ("avatar/mixer.py", "def late():\n    from feed import items"),
        ("avatar/figure/body.py", "import moderngl"),
        ("avatar/rendererlike.py", "import moderngl"),
        ("server/gateway.py", "from viewer.cli import main"),
        ("server/ears/vad.py", "from ...viewer import cli"),
        ("server/protocol/frames.py", "from server.assets import AssetStore"),
        ("server/protocol/frames.py", "from .. import assets"),
        ("viewer/cli.py", "from tests.conftest import assets"),
    ],
)
def test_a_wrong_arrow_is_found(path: str, source: str) -> None:
    assert wrong_arrows(Path(path), source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("server/gateway.py", "from feed.store import Store\nimport avatar.marks"),
        ("viewer/window.py", "import moderngl\nfrom server import protocol"),
        ("avatar/renderer/mesh.py", "import moderngl\nfrom ..pose import Pose"),
        ("server/protocol/__init__.py", "from .frames import encode"),
        ("feed/store.py", "import sqlite3\nfrom .items import Item"),
    ],
)
def test_a_right_arrow_passes(path: str, source: str) -> None:
    assert not wrong_arrows(Path(path), source)


def test_every_folder_has_modules_that_were_looked_at() -> None:
    assert {path.parts[0] for path in all_modules()} == set(FOLDERS)


@pytest.mark.parametrize("folder", [*FOLDERS, "samples", "shaders"])
def test_no_installed_package_has_the_name_of_a_folder(folder: str) -> None:
    assert folder not in sys.stdlib_module_names
    others = [name for name in packages_distributions().get(folder, []) if name != "visavis"]
    assert not others, f"{others} install a package {folder!r} that ours would hide"
