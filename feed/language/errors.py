"""What can go wrong with a language model. ``LanguageModelError`` is the one a caller has to catch."""

from __future__ import annotations


class LanguageModelError(Exception):
    """A language model could not write; the caller may go on without it."""


class ModelFileError(LanguageModelError):
    """The weights are missing or are not a model that the runtime can load."""


class ModelGenerationError(LanguageModelError):
    """The local runtime refused or broke off a generation."""


class EndpointError(LanguageModelError):
    """The chat endpoint did not give an answer."""


class EndpointUnreachableError(EndpointError):
    """No connection, or silence for longer than the time-out."""


class EndpointRefusedError(EndpointError):
    """The endpoint answered with an HTTP error.

    Attributes:
        status: the HTTP status code.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class EndpointStreamError(EndpointError):
    """The endpoint's event stream is not what the chat completions API promises."""
