"""Shader files are joined by name, and the driver's complaints name the file and the line."""

from __future__ import annotations

from pathlib import Path

import moderngl
import pytest

from avatar.errors import ShaderError
from avatar.renderer.shader_source import SHADERS, ShaderSource, build_program, load_shader
from tests.avatar.figures import ctx

__all__ = ["ctx"]

PASSING = "#version 330\nvoid main() {\n    gl_Position = vec4(0.0);\n}\n"


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return folder


def test_includes_are_joined_once(tmp_path: Path) -> None:
    write(tmp_path, a_frag='#version 330\n#include "b.glsl"\n#include "b.glsl"\nA\n', b_glsl="B\n")
    source = load_shader("a.frag", tmp_path)
    assert source.files == ("a.frag", "b.glsl")
    assert source.text.count("B\n") == 1


def test_a_mistake_is_reported_with_its_own_file_and_line(ctx: moderngl.Context, tmp_path: Path) -> None:
    broken = "#version 330\nout vec4 colour;\n\nvoid main() {\n    colour = nonsense;\n}\n"
    write(tmp_path, a_vert=PASSING, a_frag=broken)
    with pytest.raises(ShaderError, match=r"a\.frag:5"):
        build_program(ctx, "a.vert", "a.frag", tmp_path)


def test_a_mistake_in_an_included_file_names_that_file(ctx: moderngl.Context, tmp_path: Path) -> None:
    write(
        tmp_path,
        a_vert=PASSING,
        light_glsl="// a light\n\nfloat bright() {\n    return gloom;\n}\n",
        a_frag='#version 330\nout vec4 c;\n#include "light.glsl"\nvoid main() {\n    c = vec4(bright());\n}\n',
    )
    with pytest.raises(ShaderError, match=r"light\.glsl:4"):
        build_program(ctx, "a.vert", "a.frag", tmp_path)


def test_lines_after_an_include_and_under_defines_are_still_right(ctx: moderngl.Context, tmp_path: Path) -> None:
    write(
        tmp_path,
        a_vert=PASSING,
        light_glsl="float bright() {\n    return 1.0;\n}\n",
        a_frag='#version 330\n#include "light.glsl"\nout vec4 c;\nvoid main() {\n    c = vec4(dim());\n}\n',
    )
    with pytest.raises(ShaderError, match=r"a\.frag:5"):
        build_program(ctx, "a.vert", "a.frag", tmp_path, {"LIGHTS": "3"})


@pytest.mark.parametrize("complaint", ["1:12(5): error: x", "1(12) : error C0000: x", "ERROR: 1:12: 'x' : y"])
def test_the_complaints_of_all_drivers_are_located(complaint: str) -> None:
    assert "light.glsl:12" in ShaderSource("", ("a.frag", "light.glsl")).located(complaint)


def test_a_missing_include_names_who_wanted_it(tmp_path: Path) -> None:
    write(tmp_path, a_frag='#version 330\n\n#include "gone.glsl"\n')
    with pytest.raises(ShaderError, match=r"gone\.glsl.*a\.frag:3"):
        load_shader("a.frag", tmp_path)


def test_every_shader_of_the_project_finds_its_includes() -> None:
    for path in SHADERS.glob("*.*"):
        if path.suffix in {".vert", ".frag"}:
            assert load_shader(path.name).files[0] == path.name
