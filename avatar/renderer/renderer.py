"""Draws a figure in a pose into any framebuffer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields

import moderngl
import numpy as np
from numpy.typing import NDArray

from avatar.errors import GraphicsLostError, PictureSizeError
from avatar.figure import Figure, Part
from avatar.figure.hair.cover import CLOSE_PITCH, CLOSE_YAW
from avatar.figure.hair.strands import WIDTH, strand_picture
from avatar.figure.head_shade import key_shade
from avatar.figure.morphs import Morphs
from avatar.figure.occlusion import FRONT_PITCH, FRONT_YAW, KEY_DIRECTION
from avatar.figure.skeleton import BONE_INDEX, BONE_NAMES
from avatar.pose import Pose, checked
from avatar.renderer.camera import Camera
from avatar.renderer.face_state import face_uniforms
from avatar.renderer.levels import Levels
from avatar.renderer.numbering import Numbering
from avatar.renderer.samples import Quality, Samples
from avatar.renderer.scenery import STUDIO, Background, Lighting
from avatar.renderer.shader_source import build_program
from avatar.renderer.visibility import Visibility
from avatar.springs import HairSprings

_SKIN_UNIT, _STRANDS_UNIT = 0, 2
_LOCK = 0.011  # metres: how wide a lock of hair is that wears one picture of strands
_STRANDS_LEVELS = 3  # beyond, the locks of the picture run into each other
_KEY = np.array(KEY_DIRECTION) / np.linalg.norm(KEY_DIRECTION)
# The attributes of a vertex by buffer, with moderngl's format; a material takes those that its shaders use.
_MOVING = (("in_position", "3f4"), ("in_normal", "3f4"))
_STILL = (
    ("in_uv", "2f4"),
    ("in_edge", "1f4"),
    ("in_tangent", "3f4"),
    ("in_tint", "4f1"),
    ("in_weights", "4f4"),
    ("in_joints", "4u1"),
)
_SHADE = (("in_shade", "2f1"),)
_FUZZ = {"knit": 0.55, "rib": 0.5, "weave": 0.2, "stripes": 0.2, "checks": 0.2}  # sheen of the cloth's fibres
_SHARED = (
    *("bones", "view_projection", "view", "half_key", "head"),
    *("lids", "lips_apart", "lines_left", "lines_right"),
)  # uniforms that every picture sets
_VERTEX_SHADERS = {
    "skin": "skin.vert",
    "hair": "hair.vert",
    "eye": "eye.vert",
    **dict.fromkeys(_FUZZ, "cloth.vert"),
}  # else figure.vert
_COARSE = 1 / 0.00045  # pixels per metre: in pictures that show the face less finely, light triangles do
_NO_ERROR = "GL_NO_ERROR"
_ANEW = "make a new Renderer, on a new context if this one is gone"
_CENTIMETRE = 0.01  # metres
_DITHERED = {1.0: 0.0, 1.5: 0.6, 2.0: 1.0}  # by samples across a pixel: how far the cover of strands is dithered


@dataclass(frozen=True)
class _Drawable:
    """A part on the graphics side."""

    material: str
    bone: str | None
    two_sided: bool
    rear: bool
    covered: bool
    program: moderngl.Program
    array: moderngl.VertexArray
    light: moderngl.VertexArray
    buffers: tuple[moderngl.Buffer, ...]


class Renderer:
    """Draws one figure; owns its buffers, programs and the picture that it is drawn into before it is reduced.

    Args:
        ctx: an OpenGL 3.3 core context.
        figure: who is drawn.
        quality: how many samples a pixel has: "fast" 1, "smooth" 2.25, "fine" 4.
        lighting: the lights.

    Raises:
        ShaderError: a shader does not build on this driver.
    """

    def __init__(
        self, ctx: moderngl.Context, figure: Figure, quality: Quality = "smooth", lighting: Lighting | None = None
    ) -> None:
        self.figure = figure
        self._ctx = ctx
        self._samples = Samples(ctx, quality)
        self._springs = HairSprings(figure)
        self._visibility = Visibility(figure)
        self._programs: dict[tuple[str, bool, bool], moderngl.Program] = {}
        self._numbering = Numbering(figure)
        drawn = self._numbering.vertices
        moving = np.concatenate([figure.positions[drawn], figure.normals[drawn]], axis=1).astype(np.float32)
        self._moving = ctx.buffer(moving.tobytes(), dynamic=True)
        self._morphs: dict[int, Morphs] = {}  # by how many vertices are moved
        self._still = ctx.buffer(_still_attributes(figure, drawn))
        self._shades = np.rint(figure.shades[drawn] * 255).astype(np.uint8)
        self._key_shades = np.ascontiguousarray(figure.key_shades[:, :, drawn])
        self._shade = ctx.buffer(self._shades.tobytes(), dynamic=True)
        self._drawables = [self._build(part, lighting or Lighting()) for part in figure.parts]
        self._uniforms = {name: _uniforms(self._programs.values(), name) for name in _SHARED}
        self._skin = Levels(ctx, figure.skin)
        self._strands = Levels(ctx, strand_picture())
        self._skin_texels = _texels_per_metre(figure)

    def draw(
        self,
        pose: Pose,
        target: moderngl.Framebuffer,
        viewport: tuple[int, int, int, int] | None = None,
        background: Background | None = STUDIO,
        camera: Camera | None = None,
        *,
        seconds: float | None = None,
    ) -> None:
        """Draw the figure.

        Args:
            pose: what the figure does.
            target: where the picture goes.
            viewport: (x, y, width, height) in it, pixels, from the lower left; all of it when None.
            background: None draws the figure over what is there, with premultiplied alpha.
            camera: where it is seen from; ``Camera()`` when None.
            seconds: when this is, for hair that swings; None draws it at rest.

        Raises:
            PoseError: the pose holds what cannot be drawn; weights beyond 0..1 can, as the nearer of the two.
            PictureSizeError: the viewport is larger than the driver draws, or its sides are negative; one without
                pixels (a window that was made as small as can be) is left as it is.
            GraphicsLostError: the context, the target or the renderer was released, or the driver gave up.
        """
        pose = checked(pose)
        self._require_alive(target)
        x, y, width, height = viewport or (0, 0, *target.size)
        if width < 0 or height < 0:
            raise PictureSizeError(f"a picture of {width} x {height} pixels cannot be drawn")
        if not width or not height:
            return
        if seconds is not None:
            pose = self._springs.follow(pose, seconds)
        try:
            self._draw(pose, target, (x, y, width, height), background, camera or Camera())
        except moderngl.Error as error:
            raise GraphicsLostError(f"OpenGL stopped drawing: {error}; {_ANEW}") from error
        complaint = self._ctx.error
        if complaint != _NO_ERROR:
            raise GraphicsLostError(f"OpenGL stopped drawing: {complaint}; {_ANEW}")

    def _require_alive(self, target: moderngl.Framebuffer) -> None:
        for what, thing in (("context", self._ctx), ("target", target), ("renderer", self._moving)):
            if isinstance(thing.mglo, moderngl.InvalidObject):
                raise GraphicsLostError(f"the {what} was released; {_ANEW}")
        _ = self._ctx.error  # to ask is to forget what others left behind

    def _draw(
        self,
        pose: Pose,
        target: moderngl.Framebuffer,
        viewport: tuple[int, int, int, int],
        background: Background | None,
        camera: Camera,
    ) -> None:
        _, _, width, height = viewport
        drawing = self._samples.begin(width, height, background)
        projection, place = camera.matrices(self.figure, width / height)
        fitted = self._samples.fitted(width, height) @ projection
        self._draw_parts(pose, fitted, place, samples=drawing.height)
        self._samples.resolve(target, viewport, over=background is None)

    @property
    def textures(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The pictures of skin and of strands as fine as the last drawing took them, each of shape (h, w, 4)."""
        return self._skin.latest, self._strands.latest

    def release(self) -> None:
        """Free everything on the graphics side."""
        for drawable in self._drawables:
            for array in {drawable.array, drawable.light}:
                array.release()
            for index in drawable.buffers:
                index.release()
        for program in self._programs.values():
            program.release()
        for levels in (self._skin, self._strands):
            levels.release()
        for buffer in (self._moving, self._still, self._shade):
            buffer.release()
        self._samples.release()

    def _draw_parts(
        self,
        pose: Pose,
        view_projection: NDArray[np.float64],
        place: NDArray[np.float64],
        *,
        samples: int,
    ) -> None:
        density = self._samples_per_metre(view_projection, samples)
        coarse = density < self._samples.per_pixel * _COARSE
        margins = self._morph(pose.face, coarse=coarse)
        view = _unit(place - self.figure.eyes.mean(0))
        bones = self.figure.palette(pose)
        head = bones[BONE_INDEX["head"], :3, :3]
        self._shades[:, 1] = key_shade(self._key_shades, head)
        self._shade.write(self._shades.tobytes())
        rows = np.ascontiguousarray(bones[:, :3])
        shared: dict[str, bytes | float | tuple[float, ...]] = {
            "bones": rows.tobytes(),
            "view_projection": np.ascontiguousarray(view_projection.T.astype(np.float32)).tobytes(),
            "view": tuple(view),
            "half_key": tuple(_unit(view + _KEY)),
            "head": np.ascontiguousarray(head.T).tobytes(),
            **face_uniforms(self.figure, pose.face, margins),
        }
        for name, value in shared.items():
            for uniform in self._uniforms[name]:
                _write(uniform, value)
        self._skin.suiting(self._skin_texels, density).use(_SKIN_UNIT)
        self._strands.suiting(WIDTH / _LOCK, density, _STRANDS_LEVELS).use(_STRANDS_UNIT)
        ahead = head.T @ view
        in_front = _within(ahead, FRONT_YAW, FRONT_PITCH)
        close = coarse and _within(ahead, CLOSE_YAW, CLOSE_PITCH)
        in_picture = self._visibility.seen(bones, view_projection)
        for drawable, seen in zip(self._drawables, in_picture, strict=True):
            if not seen or (drawable.rear and in_front) or (drawable.covered and close):
                continue
            if drawable.bone is not None:
                _set(drawable.program, "bone", rows[BONE_INDEX[drawable.bone]].tobytes())
            self._set_state(drawable)
            (drawable.light if coarse else drawable.array).render()
        self._ctx.enable_only(moderngl.NOTHING)

    def _morph(self, face: NDArray[np.float32], *, coarse: bool) -> NDArray[np.float32]:
        """Move the vertices that are drawn as a face does; return where the lids' margins are, shape (2, 2, 3)."""
        count = self._numbering.light_morphing if coarse else self._numbering.morphing
        if count not in self._morphs:
            self._morphs[count] = self.figure.moving.chosen(self._numbering.vertices[:count])
        moved = self._morphs[count].moved(face)
        self._moving.write(moved)
        lids = self.figure.lids
        return moved[: lids.size, :3].reshape(*lids.shape, 3)

    def _samples_per_metre(self, view_projection: NDArray[np.float64], samples: int) -> float:
        """Return how finely a picture ``samples`` high shows the face."""
        eyes = np.array([*self.figure.eyes.mean(0), 1.0])
        low, high = view_projection @ eyes, view_projection @ (eyes + np.eye(4)[1] * _CENTIMETRE)
        return float(abs(high[1] / high[3] - low[1] / low[3])) / 2 * samples / _CENTIMETRE

    def _set_state(self, drawable: _Drawable) -> None:
        flags = moderngl.DEPTH_TEST
        if not drawable.two_sided:
            flags |= moderngl.CULL_FACE
        if drawable.material == "lash":
            flags |= moderngl.BLEND
            self._ctx.blend_func = moderngl.ONE, moderngl.ONE_MINUS_SRC_ALPHA
        self._ctx.enable_only(flags)

    def _program(self, part: Part, lighting: Lighting) -> moderngl.Program:
        """Return the program of a part's material, the same for all parts that can share it."""
        key = (part.material, part.two_sided, part.bone is not None)
        if key in self._programs:
            return self._programs[key]
        material = part.material
        defines = {"BONES": str(len(BONE_NAMES)), "TWO_SIDED": str(part.two_sided).lower()}
        if part.bone is not None:
            defines["RIGID"] = ""
        vertex = _VERTEX_SHADERS.get(material, "figure.vert")
        program = build_program(self._ctx, vertex, f"{material}.frag", defines=defines)
        for light in fields(lighting):
            _set(program, f"light_{light.name}", getattr(lighting, light.name))
        _set(program, "key_direction", tuple(_KEY))
        _set(program, "fuzz", _FUZZ.get(material, 0.0))
        _set(program, "skin_texture", _SKIN_UNIT)
        _set(program, "strands", _STRANDS_UNIT)
        _set(program, "dithered", _DITHERED[self._samples.per_pixel])
        _set(program, "teeth_front", self.figure.teeth_front)
        for use, colour in self.figure.colours.items():
            _set(program, f"colour_{use}", tuple(np.power(colour, 2.2)))
        self._programs[key] = program
        return program

    def _build(self, part: Part, lighting: Lighting) -> _Drawable:
        program = self._program(part, lighting)
        sources = ((self._moving, _MOVING), (self._still, _STILL), (self._shade, _SHADE))
        bindings = (_binding(program, buffer, attributes) for buffer, attributes in sources)
        content = [binding for binding in bindings if len(binding) > 2]  # the mouth, for one, has no use for the second
        buffers, arrays = [], []
        for triangles in (part.triangles, part.light):
            if triangles is not None:
                index = self._ctx.buffer(self._numbering.of(triangles).tobytes())
                buffers.append(index)
                arrays.append(self._ctx.vertex_array(program, content, index_buffer=index, index_element_size=4))
        return _Drawable(
            part.material,
            part.bone,
            part.two_sided,
            part.rear,
            part.covered,
            program,
            arrays[0],
            arrays[-1],
            tuple(buffers),
        )


def _still_attributes(figure: Figure, drawn: NDArray[np.int64]) -> bytes:
    """Return what does not morph of some vertices, interleaved as ``_STILL`` says."""
    layout = np.dtype(
        [
            ("uv", "<f4", 2),
            ("edge", "<f4"),
            ("tangent", "<f4", 3),
            ("tint", "u1", 4),
            ("weights", "<f4", 4),
            ("joints", "u1", 4),
        ]
    )
    table = np.empty(len(drawn), dtype=layout)
    table["uv"], table["edge"] = figure.uvs[drawn], figure.edges[drawn]
    table["tangent"], table["tint"] = figure.tangents[drawn], figure.tints[drawn]
    table["weights"], table["joints"] = figure.weights[drawn], figure.joints[drawn]
    return table.tobytes()


def _binding(
    program: moderngl.Program, buffer: moderngl.Buffer, attributes: tuple[tuple[str, str], ...]
) -> tuple[object, ...]:
    """Return a buffer description that skips what the driver optimised away, which moderngl would reject."""
    words, names = [], []
    for name, code in attributes:
        if name in program:
            words.append(code)
            names.append(name)
        else:
            words.append(f"{int(code[0]) * int(code[2])}x")
    return (buffer, " ".join(words), *names)


def _uniforms(programs: Iterable[moderngl.Program], name: str) -> list[moderngl.Uniform]:
    """Return the uniforms of a name in the programs that use it."""
    members = (program.get(name, None) for program in programs)
    return [member for member in members if isinstance(member, moderngl.Uniform)]


def _set(program: moderngl.Program, name: str, value: object) -> None:
    """Set a uniform if the program uses it; bytes are written as they are."""
    for uniform in _uniforms([program], name):
        _write(uniform, value)


def _write(uniform: moderngl.Uniform, value: object) -> None:
    if isinstance(value, bytes):
        uniform.write(value)
    else:
        uniform.value = value


def _within(view: NDArray[np.float64], yaw: float, pitch: float) -> bool:
    """Return whether the viewer, as seen from the head, is less than these angles to the side and up or down."""
    return abs(math.atan2(view[0], view[2])) < yaw and abs(math.asin(max(-1.0, min(view[1], 1.0)))) < pitch


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vector / np.linalg.norm(vector))


def _texels_per_metre(figure: Figure) -> float:
    """Return how finely the skin's texture lies on the face: the median of its triangles."""
    triangles = np.concatenate([part.triangles for part in figure.parts if part.material == "skin"])
    at, uv = figure.positions[triangles].astype(np.float64), figure.uvs[triangles] * figure.skin.shape[0]
    area = np.linalg.norm(np.cross(at[:, 1] - at[:, 0], at[:, 2] - at[:, 0]), axis=1)
    first, second = uv[:, 1] - uv[:, 0], uv[:, 2] - uv[:, 0]
    texels = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0])
    return float(np.sqrt(np.median(texels / np.maximum(area, 1e-12))))
