"""The errors of avatar/: one tree, so that a caller can catch the body's failures apart from everyone else's."""

from __future__ import annotations


class AvatarError(Exception):
    """Root of everything that goes wrong in avatar/. The message says what, with what, and what to do."""


class VoiceError(AvatarError):
    """Something is wrong with a voice or with what it was asked to say."""


class UnknownVoiceError(VoiceError):
    """There is no voice of that name."""


class VoiceModelError(VoiceError):
    """The installed speech model is not the one that this code understands."""


class UnspeakableTextError(VoiceError):
    """The voice cannot pronounce a text; it can only be captioned.

    Attributes:
        looks_like: the script or language that the text seems to be in ("Cyrillic", "German").
    """

    def __init__(self, looks_like: str) -> None:
        super().__init__(
            f"this looks like {looks_like}, which the English voice cannot speak: the text is captioned only; "
            "give the text in English to have it spoken"
        )
        self.looks_like = looks_like


class FigureError(AvatarError):
    """Something is wrong with a figure."""


class UnknownFigureError(FigureError):
    """There is no figure of that name."""


class FigureFileError(FigureError):
    """A file that should describe a figure cannot be read or asks for something that there is not."""


class FigureSourceError(FigureError):
    """The data that figures are made of is missing, damaged or not the pinned one."""


class HairStyleError(FigureError, ValueError):
    """A hair or beard style asks for what there is not."""


class RenderError(AvatarError):
    """Something is wrong with drawing."""


class GraphicsUnavailableError(RenderError):
    """No OpenGL 3.3 context could be had on this machine."""


class PictureSizeError(RenderError, ValueError):
    """A picture has no pixels or more than the driver can draw."""


class GraphicsLostError(RenderError):
    """The OpenGL context is gone or no longer draws; a new context and a new renderer are needed."""


class ShaderError(RenderError):
    """A shader is missing or does not compile; the message names the file and the line."""


class MotionError(AvatarError):
    """Something is wrong with what the body was asked to do."""


class MarkError(MotionError):
    """A mark names something unknown or lies before marks that were already given."""


class PoseError(MotionError):
    """A pose holds what is no pose: not 52 weights, something that is no number, a rotation of length 0."""


class MotionFileError(MotionError):
    """A motion file cannot be read or written, or cannot be changed as asked; the message names line and field."""


class GenerationError(MotionError):
    """An utterance was placed twice or never."""


class SceneError(AvatarError):
    """A scene file, or the picture that it names, cannot be read or asks for something that is not possible."""


class FigureCacheError(FigureError):
    """A figure that was made cannot be kept."""


class ClipError(AvatarError):
    """A clip cannot be made as asked."""


class ListeningError(AvatarError):
    """Something is wrong with sound that is to be heard."""


class SoundError(ListeningError):
    """A sound file or a stream cannot be heard: it has no sound, is too long, or is no sound that is known here."""


class ListeningModelError(ListeningError):
    """The weights of the ear are missing, damaged or of another network."""
