"""What makes each figure that person, as data: proportions, colours, hair, clothes and voice; one TOML file each."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from avatar.declaration import suggestion
from avatar.figure.brows import BrowStyle
from avatar.figure.colour import Share
from avatar.figure.complexion import EyeStyle, LipStyle, MakeUp, SkinStyle
from avatar.figure.hair import BeardStyle, HairStyle
from avatar.figure.outfit import Outfit
from avatar.pose import ARKIT_INDEX


class Ancestry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the features come from: the parts of a mixture, in the words of the shape targets."""

    african: Annotated[float, msgspec.Meta(ge=0.0)] = 0.0
    asian: Annotated[float, msgspec.Meta(ge=0.0)] = 0.0
    caucasian: Annotated[float, msgspec.Meta(ge=0.0)] = 0.0

    def __post_init__(self) -> None:
        if not sum(self.parts().values()) > 0.0:
            raise ValueError("at least one part of the ancestry is above 0")

    def parts(self) -> dict[str, float]:
        """Return the part of each, as declared."""
        return {"african": self.african, "asian": self.asian, "caucasian": self.caucasian}


class Build(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How heavy and how muscular a body is: 0 least, 0.5 average, 1 most."""

    weight: Share = 0.5
    muscle: Share = 0.5


class FigureRecipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A person.

    Attributes:
        sex: which macro targets shape the body.
        age: years; blends the young and the old targets.
        ancestry, build: which other macro targets.
        shape: weights of further shape targets by path below ``mpfb2/targets``; ``l-``/``r-`` pairs are written
            once with a leading ``*``.
        rest: ARKit weights folded into the resting face, so that it looks relaxed and friendly.
        skin, lips, brows, eyes, make_up: what the face looks like.
        hair, beard: how they are worn.
        outfit: what is worn.
        voice: the speech voice that suits this person.
    """

    sex: Literal["female", "male"]
    age: Annotated[float, msgspec.Meta(ge=18.0, le=95.0)]
    ancestry: Ancestry
    build: Build = Build()
    shape: dict[str, Annotated[float, msgspec.Meta(ge=-1.5, le=1.5)]] = {}
    rest: dict[str, Annotated[float, msgspec.Meta(ge=-0.5, le=0.5)]] = {}
    skin: SkinStyle = SkinStyle()
    lips: LipStyle = LipStyle()
    brows: BrowStyle = BrowStyle()
    eyes: EyeStyle = EyeStyle()
    make_up: MakeUp = MakeUp()
    hair: HairStyle
    beard: BeardStyle = BeardStyle()
    outfit: Outfit
    voice: str

    def __post_init__(self) -> None:
        for name in self.rest:
            if name not in ARKIT_INDEX:
                raise ValueError(f"rest: there is no ARKit shape {name!r}{suggestion(name, ARKIT_INDEX)}")
