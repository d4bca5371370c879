"""A scene: the background, the light and the lens of a picture, as a TOML file declares them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from avatar.declaration import read_declaration
from avatar.errors import SceneError
from avatar.renderer.camera import Camera, Lens
from avatar.renderer.scenery import LIGHTINGS, STUDIO, Lighting

_LUMINANCE = (0.2126, 0.7152, 0.0722)  # of linear RGB, ITU-R BT.709
_GAMMA = 2.2

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Colour = tuple[Share, Share, Share]  # sRGB


class Gradient(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="gradient"):
    """A soft gradient, brightest behind the head."""

    centre: Colour = STUDIO.centre
    edge: Colour = STUDIO.edge


class Plain(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="plain"):
    """One colour."""

    colour: Colour


class Picture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="picture"):
    """An image file, cut to the shape of the picture.

    Attributes:
        file: where it is, seen from the scene file.
        blur: how far out of focus, as a share of the picture's height.
        brightness: factor on its values.
    """

    file: str
    blur: Annotated[float, msgspec.Meta(ge=0.0, le=0.1)] = 0.0
    brightness: Annotated[float, msgspec.Meta(ge=0.0, le=2.0)] = 1.0


class Transparent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="transparent"):
    """Nothing: the picture has an alpha channel."""


class Lamp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one light differs from the preset's.

    Attributes:
        strength: factor.
        colour: its hue; how bright it is does not matter. None leaves the preset's.
    """

    strength: Annotated[float, msgspec.Meta(ge=0.0, le=5.0)] = 1.0
    colour: Colour | None = None

    def __post_init__(self) -> None:
        if self.colour is not None and not any(self.colour):
            raise ValueError("black is no colour of a light; set its strength to 0 to put it out")

    def lit(self, preset: tuple[float, float, float]) -> tuple[float, float, float]:
        """Return the light, linear RGB."""
        red, green, blue = preset
        if self.colour is not None:
            hue = [channel**_GAMMA for channel in self.colour]
            red, green, blue = (channel * _luminance(preset) / _luminance(hue) for channel in hue)
        return red * self.strength, green * self.strength, blue * self.strength


class Light(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A preset and what differs from it: key from the front, fill opposite, rim from behind, ambient all round."""

    preset: Literal["evening", "soft", "studio", "window"] = "studio"
    key: Lamp = Lamp()
    fill: Lamp = Lamp()
    rim: Lamp = Lamp()
    ambient: Lamp = Lamp()


class Orbit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where about the figure the camera stands, degrees.

    Attributes:
        yaw: positive sees more of the figure's left side.
        pitch: positive looks down.
    """

    yaw: Annotated[float, msgspec.Meta(ge=-180.0, le=180.0)] = 0.0
    pitch: Annotated[float, msgspec.Meta(ge=-20.0, le=35.0)] = 0.0


class Scene(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a picture shows besides the figure, and how much of the figure."""

    background: Gradient | Plain | Picture | Transparent = Gradient()
    light: Light = Light()
    lens: Lens | None = None
    orbit: Orbit = Orbit()

    @property
    def lighting(self) -> Lighting:
        """The lights."""
        preset, light = LIGHTINGS[self.light.preset], self.light
        return Lighting(
            key=light.key.lit(preset.key),
            fill=light.fill.lit(preset.fill),
            rim=light.rim.lit(preset.rim),
            sky=light.ambient.lit(preset.sky),
            ground=light.ambient.lit(preset.ground),
        )

    def camera(self, default: Lens = "bust") -> Camera:
        """Return the camera; ``default`` is the lens of a scene that chooses none."""
        return Camera(lens=self.lens or default, yaw=math.radians(self.orbit.yaw), pitch=math.radians(self.orbit.pitch))


def load_scene(path: Path) -> Scene:
    """Return the scene that a TOML file declares; a picture's file is then named from where the program runs.

    Raises:
        SceneError: the file cannot be read or declares something that is not possible.
    """
    scene = read_declaration(path, Scene, SceneError)
    if isinstance(scene.background, Picture):
        file = path.parent / scene.background.file
        if not file.is_file():
            raise SceneError(f"{path}: background.file: there is no picture {file}")
        scene = msgspec.structs.replace(scene, background=msgspec.structs.replace(scene.background, file=str(file)))
    return scene


def _luminance(colour: tuple[float, ...] | list[float]) -> float:
    return sum(share * channel for share, channel in zip(_LUMINANCE, colour, strict=True))
