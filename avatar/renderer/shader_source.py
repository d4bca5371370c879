"""Shaders as files: joins ``#include``s and turns the driver's complaints back into file names and lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import moderngl

from avatar.errors import ShaderError

SHADERS = Path(__file__).resolve().parents[2] / "shaders"
_INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"\s*$')
# Mesa writes "0:12(5): error: ...", NVIDIA "0(12) : error ...", others "ERROR: 0:12: ...": file number and line.
_COMPLAINT = re.compile(r"(?P<file>\d+):(?P<line>\d+)(?:\(\d+\))?(?=\s*:)|(?P<file2>\d+)\((?P<line2>\d+)\)(?=\s*:)")


@dataclass(frozen=True)
class ShaderSource:
    """The text of a shader with everything that it includes.

    Attributes:
        text: GLSL, with ``#line`` directives that number the files.
        files: the file of each number.
    """

    text: str
    files: tuple[str, ...]

    def located(self, complaint: str) -> str:
        """Return a driver's message with file names in place of file numbers."""

        def name(match: re.Match[str]) -> str:
            number = int(match["file"] or match["file2"])
            line = match["line"] or match["line2"]
            return f"{self.files[number]}:{line}" if number < len(self.files) else match[0]

        return _COMPLAINT.sub(name, complaint)


def load_shader(name: str, folder: Path = SHADERS) -> ShaderSource:
    """Read ``folder/name`` and what it includes (``#include "other.glsl"``, each file once).

    Raises:
        ShaderError: a file is missing, or includes itself; the message names the including file and line.
    """
    files: list[str] = []
    lines: list[str] = []
    _append(name, folder, files, lines, "the renderer")
    return ShaderSource("\n".join(lines) + "\n", tuple(files))


def build_program(
    ctx: moderngl.Context,
    vertex: str,
    fragment: str,
    folder: Path = SHADERS,
    defines: Mapping[str, str] | None = None,
) -> moderngl.Program:
    """Compile a program from two files.

    Args:
        ctx: the context. vertex, fragment: file names in ``folder``.
        defines: macros to define at the top of both.

    Raises:
        ShaderError: the message names the file and the line of each of the driver's complaints.
    """
    sources = {"vertex_shader": load_shader(vertex, folder), "fragment_shader": load_shader(fragment, folder)}
    texts = {stage: _defined(source.text, defines or {}) for stage, source in sources.items()}
    try:
        return ctx.program(vertex_shader=texts["vertex_shader"], fragment_shader=texts["fragment_shader"])
    except moderngl.Error as error:
        complaint = str(error)
        stage = "vertex_shader" if "vertex_shader" in complaint else "fragment_shader"
        details = [line.strip() for line in complaint.splitlines() if _COMPLAINT.search(line)] or [complaint.strip()]
        located = "; ".join(sources[stage].located(line) for line in details)
        raise ShaderError(f"the shader pair {vertex}, {fragment} does not build: {located}") from error


def _append(name: str, folder: Path, files: list[str], lines: list[str], wanted_by: str) -> None:
    path = folder / name
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ShaderError(f"the shader {path}, wanted by {wanted_by}, cannot be read: {error.strerror}") from error
    number = len(files)
    files.append(name)
    if number:
        lines.append(f"#line 1 {number}")
    for row, line in enumerate(text.splitlines(), start=1):
        match = _INCLUDE.match(line)
        if match is None:
            lines.append(line)
            if line.lstrip().startswith("#version"):
                lines.append(f"#line {row + 1} {number}")
        elif match[1] in files:
            lines.append("")
        else:
            _append(match[1], folder, files, lines, f"{name}:{row}")
            lines.append(f"#line {row + 1} {number}")


def _defined(text: str, defines: Mapping[str, str]) -> str:
    version, _, rest = text.partition("\n")
    return "\n".join([version, *(f"#define {name} {value}" for name, value in defines.items()), rest])
