"""Pictures whose bytes lie as a software driver reduces and copies them fastest."""

from __future__ import annotations

import ctypes

import moderngl

_TEXTURE_2D, _RGBA, _BGRA, _BYTES_REVERSED = 0x0DE1, 0x1908, 0x80E1, 0x8367
_SPARE_UNIT = 3  # where a texture is bound for a moment
_TexImage2D = ctypes.CFUNCTYPE(
    None, ctypes.c_uint, *[ctypes.c_int] * 5, ctypes.c_uint, ctypes.c_uint, ctypes.c_void_p
)  # OpenGL 3.3 core, section 3.8.3


def blue_first(texture: moderngl.Texture) -> moderngl.Texture:
    """Give a texture of four bytes a texel, which holds nothing yet, the order blue, green, red, alpha; return it.

    Shaders and ``read`` see no difference. Mesa's llvmpipe has a path of its own, four times as fast, to draw a
    rectangle of one such texture into another; it is the only order that this path knows, and moderngl cannot ask for
    one. Where OpenGL's functions cannot be reached through moderngl, the texture stays as it is.
    """
    load = getattr(getattr(texture.ctx.mglo, "_context", None), "load_opengl_function", None)
    address = None if load is None else load("glTexImage2D")
    if address:
        texture.use(_SPARE_UNIT)
        width, height = texture.size
        _TexImage2D(address)(_TEXTURE_2D, 0, _RGBA, width, height, 0, _BGRA, _BYTES_REVERSED, None)
    return texture
