"""The interface every language model has, and the messages it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, Protocol

import msgspec

Cancelled = Callable[[], bool]


def never() -> bool:
    """The ``cancelled`` of a caller that does not cancel."""
    return False


class Message(msgspec.Struct, frozen=True):
    """One message of a chat, in the words of the chat completions API."""

    role: Literal["system", "user", "assistant"]
    content: str


class LanguageModel(Protocol):
    """Writes text, piece by piece. Safe to share between threads; writes one text at a time."""

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        cancelled: Cancelled,
        prefix: str = "",
        stop: Sequence[str] = (),
    ) -> Iterator[str]:
        """Yield the pieces of the answer as they are written.

        Args:
            messages: system, user and assistant messages, oldest first; the last one is the user's.
            max_tokens: the answer is cut after so many tokens.
            temperature: 0 takes the likeliest token each time.
            cancelled: asked at least every 50 ms; once it says True the iterator ends without error.
            prefix: words that the answer starts with; they are not part of what is yielded.
            stop: the answer ends before the first of these.

        Raises:
            LanguageModelError: the model could not write (any more); pieces yielded before stay valid.
        """
        ...

    def warm(self, messages: Sequence[Message], cancelled: Cancelled = never) -> None:
        """Read messages ahead of time, so that an answer that starts with them comes sooner. May do nothing."""
        ...

    def close(self) -> None:
        """Free what the model holds; it is not used after."""
        ...
