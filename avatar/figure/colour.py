"""The words in which recipes give shares and colours."""

from __future__ import annotations

from typing import Annotated

import msgspec

Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Colour = tuple[Share, Share, Share]  # sRGB
