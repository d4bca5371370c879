"""A machine without graphics is told what to install."""

from __future__ import annotations

import moderngl
import pytest

from avatar.errors import GraphicsUnavailableError
from avatar.renderer import headless_context, is_software


def test_a_machine_without_egl_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_settings: object) -> moderngl.Context:
        raise RuntimeError("libEGL.so not loaded")

    monkeypatch.setattr(moderngl, "create_context", refuse)
    with pytest.raises(GraphicsUnavailableError, match=r"libEGL\.so not loaded.*libegl1 libgl1"):
        headless_context()


def test_a_context_knows_whether_it_draws_on_the_processor() -> None:
    context = headless_context()
    assert is_software(context) == ("llvmpipe" in str(context.info["GL_RENDERER"]))
    context.release()
