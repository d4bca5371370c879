"""The order of a texture's bytes is the driver's affair: what is drawn and read has red first."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import moderngl
import numpy as np
import pytest

from avatar.renderer.byte_order import blue_first
from tests.avatar.figures import ctx

__all__ = ["ctx"]


def test_what_is_read_is_what_was_put_in(ctx: moderngl.Context) -> None:
    texture = blue_first(ctx.texture((3, 2), 4))
    content = np.arange(24, dtype=np.uint8)
    texture.write(content.tobytes())
    np.testing.assert_array_equal(np.frombuffer(texture.read(), dtype=np.uint8), content)
    texture.release()


def test_a_colour_that_is_drawn_keeps_its_channels(ctx: moderngl.Context) -> None:
    texture = blue_first(ctx.texture((4, 4), 4))
    framebuffer = ctx.framebuffer([texture])
    framebuffer.clear(1.0, 0.6, 0.2, 0.4)
    assert list(framebuffer.read(components=4)[:4]) == [255, 153, 51, 102]
    framebuffer.release()
    texture.release()


def test_a_context_that_hides_its_functions_keeps_the_usual_order() -> None:
    texture = SimpleNamespace(ctx=SimpleNamespace(mglo=object()), use=pytest.fail)
    blue_first(cast(moderngl.Texture, texture))  # it is left alone
