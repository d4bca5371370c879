"""Draws figures with OpenGL 3.3; the only part of avatar/ that knows of it."""

from avatar.renderer.camera import Camera
from avatar.renderer.context import headless_context, is_software
from avatar.renderer.renderer import Renderer
from avatar.renderer.samples import Quality
from avatar.renderer.scenery import STUDIO, Background, Lighting
from avatar.renderer.shader_source import ShaderSource, build_program, load_shader
from avatar.renderer.targets import OffscreenTarget

__all__ = [
    "STUDIO", "Background", "Camera", "Lighting", "OffscreenTarget", "Quality", "Renderer", "ShaderSource",
    "build_program", "headless_context", "is_software", "load_shader",
]  # fmt: skip
