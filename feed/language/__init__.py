"""Language models behind one small interface: in this process (llama.cpp) or behind any OpenAI-compatible endpoint."""

from feed.language.errors import (
    EndpointError,
    EndpointRefusedError,
    EndpointStreamError,
    EndpointUnreachableError,
    LanguageModelError,
    ModelFileError,
    ModelGenerationError,
)
from feed.language.local import LocalModel
from feed.language.model import LanguageModel, Message, never
from feed.language.remote import RemoteModel

__all__ = [
    "EndpointError",
    "EndpointRefusedError",
    "EndpointStreamError",
    "EndpointUnreachableError",
    "LanguageModel",
    "LanguageModelError",
    "LocalModel",
    "Message",
    "ModelFileError",
    "ModelGenerationError",
    "RemoteModel",
    "never",
]
