"""A drawing context for machines without a display."""

from __future__ import annotations

from typing import Any

import moderngl

from avatar.errors import GraphicsUnavailableError

_SETTINGS: dict[str, Any] = {"standalone": True, "backend": "egl", "require": 330}


def headless_context() -> moderngl.Context:
    """Return a standalone OpenGL 3.3 core context through EGL; needs no display.

    Raises:
        GraphicsUnavailableError: there is no EGL or no driver; the message says what to install.
    """
    try:
        return moderngl.create_context(**_SETTINGS)
    except Exception as error:
        raise GraphicsUnavailableError(
            f"no OpenGL 3.3 context through EGL ({error}): on Debian, run "
            "`apt-get install --no-install-recommends libegl1 libgl1`"
        ) from error


def is_software(ctx: moderngl.Context) -> bool:
    """Return whether the context draws on the processor (Mesa's llvmpipe or softpipe)."""
    renderer = str(ctx.info["GL_RENDERER"]).lower()
    return any(name in renderer for name in ("llvmpipe", "softpipe", "swrast"))


def unbind(ctx: moderngl.Context) -> None:
    """Leave the framebuffer in use: to be called before one is released.

    Else moderngl goes back to it, deleted, after it has made the next one, which OpenGL notes as an error.
    """
    if not isinstance(ctx.mglo, moderngl.InvalidObject):
        ctx.detect_framebuffer(0).use()
