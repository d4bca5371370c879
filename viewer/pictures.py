"""The pictures of the cards: fetched and decoded on a thread of their own, kept as textures, the oldest go first."""

from __future__ import annotations

import io
import logging
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Literal

import moderngl
from PIL import Image, ImageOps, UnidentifiedImageError

logger = logging.getLogger(__name__)

PictureLoader = Callable[[str], bytes | None]
MAX_PIXELS = 40_000_000  # of a picture that is decoded at all
MAX_SIDE = 960  # of a picture as it is kept
MAX_TEXTURES = 48


class PictureError(ValueError):
    """A picture that cannot be shown."""


def decode_picture(encoded: bytes) -> Image.Image:
    """Return a picture as RGB, upright, at most ``MAX_SIDE`` on its longer side.

    Raises:
        PictureError: not a picture, damaged, or larger than ``MAX_PIXELS``.
    """
    try:
        with Image.open(io.BytesIO(encoded)) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise PictureError(f"the picture has {width}x{height} pixels; at most {MAX_PIXELS} are decoded")
            picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
            return upright
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, PictureError):
            raise
        raise PictureError(f"the picture cannot be decoded ({error})") from error


class Pictures:
    """Textures by address.

    Args:
        context: where textures are made; ``get`` and ``collect`` must be called on its thread.
        load: returns the bytes behind an address, or None where there are none; called on another thread, may block.
    """

    def __init__(self, context: moderngl.Context, load: PictureLoader | None) -> None:
        self._context = context
        self._load = load
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pictures")
        self._pending: dict[str, Future[Image.Image | None]] = {}
        self._textures: OrderedDict[str, moderngl.Texture | None] = OrderedDict()
        self.version = 0  # changes whenever ``get`` may answer differently

    def get(self, address: str) -> moderngl.Texture | Literal["loading"] | None:
        """Return the picture, "loading" while it is on its way, or None when there is none to show."""
        if address in self._textures:
            self._textures.move_to_end(address)
            return self._textures[address]
        if self._load is None:
            return None
        if address not in self._pending:
            self._pending[address] = self._pool.submit(self._fetch, self._load, address)
        return "loading"

    @staticmethod
    def _fetch(load: PictureLoader, address: str) -> Image.Image | None:
        encoded = load(address)
        return None if encoded is None else decode_picture(encoded)

    def collect(self) -> None:
        """Turn what has arrived into textures; never waits."""
        for address in [address for address, future in self._pending.items() if future.done()]:
            self._textures[address] = self._texture(address, self._pending.pop(address))
            self.version += 1
            while len(self._textures) > MAX_TEXTURES:
                _, oldest = self._textures.popitem(last=False)
                if oldest is not None:
                    oldest.release()

    def settle(self, seconds: float) -> None:
        """Wait for the pictures that are on their way, at most ``seconds``; for recordings, which need not hurry."""
        wait(list(self._pending.values()), timeout=seconds)
        self.collect()

    def _texture(self, address: str, future: Future[Image.Image | None]) -> moderngl.Texture | None:
        error = future.exception()
        if error is not None:
            logger.warning("no picture for a card: %s: %s", address, error)
            return None
        picture = future.result()
        if picture is None:
            return None
        texture = self._context.texture(picture.size, 3, picture.tobytes(), alignment=1)
        texture.build_mipmaps()
        texture.filter = (moderngl.LINEAR_MIPMAP_LINEAR, moderngl.LINEAR)
        return texture

    def release(self) -> None:
        """Stop loading and free the textures."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for texture in self._textures.values():
            if texture is not None:
                texture.release()
        self._textures.clear()
