"""Typefaces: the fonts of the assets first, whatever the system has for the scripts that they lack."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from viewer.theme import Weight

FACES: dict[Weight, str] = {"regular": "SourceSansPro-Regular", "semibold": "SourceSansPro-Semibold"}
FALLBACK_FACE = "NotoSans"
SUFFIXES = (".ttf", ".otf", ".ttc")
_BLOCK = 1024  # code points that one answer of the system holds for: asking takes tens of milliseconds
_ABSENT = "\U0010ffff"  # a code point that no font draws, to learn what a font shows for what it lacks
_SYSTEM_FACES = "notosanscjksc,notosanscjkjp,microsoftyahei,pingfangsc,applesdgothicneo,arialunicodems,dejavusans"


class FontError(RuntimeError):
    """A font file that is missing or that cannot be read."""


def find_face(folder: Path, stem: str) -> Path | None:
    """Return the file of a face: exactly ``stem``, or the first that begins with it."""
    files = sorted(path for path in folder.rglob(f"{stem}*") if path.suffix.lower() in SUFFIXES)
    exact = [path for path in files if path.stem == stem]
    return next(iter(exact or files), None)


class Fonts:
    """The faces at every size.

    Args:
        folder: holds the two ``FACES`` (.ttf or .otf) and, for other scripts, ``FALLBACK_FACE``.

    Raises:
        FontError: one of the two is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._chains: dict[Weight, list[tuple[Path, int]]] = {}
        for weight, stem in FACES.items():
            face = find_face(folder, stem)
            if face is None:
                raise FontError(f"there is no {stem}.ttf in {folder}; run `visavis assets` to fetch the fonts")
            chain = [(face, 0)]
            fallback = find_face(folder, FALLBACK_FACE)
            if fallback is not None:
                chain.append((fallback, 0))
            self._chains[weight] = chain
        self._loaded: dict[tuple[Path, int, int], ImageFont.FreeTypeFont] = {}
        self._blocks = _Blocks()
        self._choice: dict[tuple[Weight, str], int] = {}

    def runs(self, text: str, weight: Weight, pixels: int) -> Iterator[tuple[str, ImageFont.FreeTypeFont]]:
        """Cut ``text`` where the font has to change and yield each piece with its font at ``pixels`` per em."""
        begin, font = 0, 0
        for offset, character in enumerate(text):
            needed = self._font_for(character, weight, font)
            if needed != font and offset > begin:
                yield text[begin:offset], self._load(weight, font, pixels)
                begin = offset
            font = needed
        if begin < len(text):
            yield text[begin:], self._load(weight, font, pixels)

    def metrics(self, weight: Weight, pixels: int) -> tuple[int, int]:
        """Return (ascent, descent) of the first face in pixels."""
        return self._load(weight, 0, pixels).getmetrics()

    def _font_for(self, character: str, weight: Weight, current: int) -> int:
        if character.isspace() or unicodedata.category(character) in ("Mn", "Me", "Cf"):
            return current  # marks stay with the letter that they stand on
        known = self._choice.get((weight, character))
        if known is None:
            known = self._search(character, weight)
            self._choice[weight, character] = known
        return known

    def _search(self, character: str, weight: Weight) -> int:
        chain = self._chains[weight]
        for index, face in enumerate(chain):
            if _draws(face, character):
                return index
        found = self._blocks.face(character)
        if found is None or not _draws(found, character):
            return 0
        if found not in chain:
            chain.append(found)
        return chain.index(found)

    def _load(self, weight: Weight, index: int, pixels: int) -> ImageFont.FreeTypeFont:
        path, face = self._chains[weight][index]
        key = (path, face, pixels)
        if key not in self._loaded:
            self._loaded[key] = _open(path, pixels, face)
        return self._loaded[key]


def _open(path: Path, pixels: int, face: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(str(path), pixels, index=face)
    except OSError as error:
        raise FontError(f"{path} cannot be read as a font ({error}); `visavis assets` fetches it again") from error


@lru_cache(maxsize=64)
def _notdef(face: tuple[Path, int]) -> tuple[ImageFont.FreeTypeFont, bytes]:
    font = _open(face[0], 24, face[1])
    return font, _ink(font, _ABSENT)


def _draws(face: tuple[Path, int], character: str) -> bool:
    font, notdef = _notdef(face)
    return _ink(font, character) != notdef


def _ink(font: ImageFont.FreeTypeFont, character: str) -> bytes:
    canvas = Image.new("L", (64, 48))
    ImageDraw.Draw(canvas).text((8, 4), character, fill=255, font=font)
    return canvas.tobytes()


class _Blocks:
    """The system's face for a block of code points, asked for once with the first character that is needed of it."""

    def __init__(self) -> None:
        self._faces: dict[int, tuple[Path, int] | None] = {}

    def face(self, character: str) -> tuple[Path, int] | None:
        block = ord(character) // _BLOCK
        if block not in self._faces:
            self._faces[block] = _system_face(character)
        return self._faces[block]


def _system_face(character: str) -> tuple[Path, int] | None:
    matcher = shutil.which("fc-match")
    if matcher:
        command = [matcher, "-f", "%{file}\n%{index}", f":charset={ord(character):x}"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed program
        lines = answer.stdout.splitlines()
        if answer.returncode == 0 and len(lines) == 2 and Path(lines[0]).suffix.lower() in SUFFIXES:
            return Path(lines[0]), int(lines[1]) & 0xFFFF
        return None
    from pygame import sysfont  # noqa: PLC0415 - slow to import, and only where fontconfig is missing

    # pygame's match_font has no annotations
    match: str | None = sysfont.match_font(_SYSTEM_FACES)  # type: ignore[no-untyped-call]
    return (Path(match), 0) if match else None
