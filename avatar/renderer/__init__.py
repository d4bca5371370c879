"""Draws figures with OpenGL 3.3; the only part of avatar/ that knows of it."""

from avatar.renderer.backdrop import Backdrop
from avatar.renderer.camera import LENSES, Camera, CloseUp, Lens
from avatar.renderer.context import headless_context, is_software
from avatar.renderer.renderer import Renderer
from avatar.renderer.samples import Quality
from avatar.renderer.scene import Scene, Transparent, load_scene
from avatar.renderer.scenery import LIGHTINGS, STUDIO, Background, Lighting
from avatar.renderer.shader_source import ShaderSource, build_program, load_shader
from avatar.renderer.targets import OffscreenTarget

__all__ = [
    "LENSES", "LIGHTINGS", "STUDIO", "Backdrop", "Background", "Camera", "CloseUp", "Lens", "Lighting",
    "OffscreenTarget", "Quality", "Renderer", "Scene", "ShaderSource", "Transparent", "build_program",
    "headless_context", "is_software", "load_scene", "load_shader",
]  # fmt: skip
