"""Any OpenAI-compatible chat endpoint as a language model: streamed server-sent events, time-outs, typed errors."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
import msgspec

from feed.language.errors import (
    EndpointRefusedError,
    EndpointStreamError,
    EndpointUnreachableError,
    LanguageModelError,
)
from feed.language.generation import POLL_SECONDS, Generation
from feed.language.model import Cancelled, Message, never

CONNECT_SECONDS = 5.0
SILENCE_SECONDS = 30.0  # between two pieces of an answer, and before its first
MAX_LINE_CHARS = 1 << 20
MAX_ERROR_CHARS = 300
COMPLETIONS = "/chat/completions"


class _Delta(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    delta: _Delta = msgspec.field(default_factory=_Delta)


class _Chunk(msgspec.Struct):
    choices: list[_Choice] = msgspec.field(default_factory=list)
    error: Any = None


class RemoteModel:
    """A chat endpoint.

    Attributes:
        endpoint: the address that is called, completed from the one that was given.
    """

    def __init__(
        self,
        url: str,
        model: str,
        key: str | None = None,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        """Take the API's base ("https://host/v1") or the full address of its chat completions.

        Raises:
            ValueError: ``url`` is not an http(s) address, or ``model`` is empty.
        """
        self.endpoint = completions_address(url)
        if not model.strip():
            raise ValueError("a chat endpoint needs the name of a model; set VISAVIS_LLM_MODEL")
        self._model = model
        self._headers = {"Accept": "text/event-stream"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._timeout = httpx.Timeout(silence_seconds, connect=connect_seconds)

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
        """Yield pieces of the answer (see ``LanguageModel.stream``).

        Endpoints differ in whether they continue an assistant message, so ``prefix`` is asked for in words and taken
        off again where the endpoint repeats it.
        """
        chat = [{"role": message.role, "content": message.content} for message in messages]
        if prefix:
            chat.append({"role": "system", "content": f"Begin your answer with exactly these words: {prefix.rstrip()}"})
        body: dict[str, Any] = {
            "model": self._model,
            "messages": chat,
            "max_tokens": max_tokens,
            "temperature": temperature,
            "stream": True,
        }
        if stop:
            body["stop"] = list(stop)
        request = _Request(self.endpoint, self._headers, self._timeout, body, cancelled)
        try:
            yield from _without_prefix(request.pieces(), prefix.rstrip())
        finally:
            request.abandon()

    def warm(self, messages: Sequence[Message], cancelled: Cancelled = never) -> None:
        """Do nothing: an endpoint keeps its own cache, and a request costs its owner money."""

    def close(self) -> None:
        """Do nothing: connections live as long as one answer."""


def completions_address(url: str) -> str:
    """Return the address of the chat completions for a base address.

    Raises:
        ValueError: not an http(s) address with a host.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{url!r} is not the address of a chat endpoint; VISAVIS_LLM_URL is like https://host/v1")
    path = parts.path.rstrip("/")
    if not path.endswith(COMPLETIONS):
        path = (path or "/v1") + COMPLETIONS
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


class _Request(Generation):
    """One request on an event loop of its own; abandoned, it closes the connection at once."""

    def __init__(
        self,
        endpoint: str,
        headers: dict[str, str],
        timeout: httpx.Timeout,
        body: dict[str, Any],
        cancelled: Cancelled,
    ) -> None:
        super().__init__("chat-endpoint", cancelled)
        self._endpoint = endpoint
        self._headers = headers
        self._timeout = timeout
        self._body = body

    def _work(self) -> None:
        asyncio.run(self._exchange())

    async def _exchange(self) -> None:
        reading = asyncio.create_task(self._read())
        while not reading.done():
            await asyncio.wait({reading}, timeout=POLL_SECONDS)
            if self._abandoned.is_set():
                reading.cancel()
                await asyncio.wait({reading})
        if reading.cancelled():
            return
        error = reading.exception()
        if error is None or isinstance(error, LanguageModelError):
            self._pieces.put(error)
        else:
            self._pieces.put(EndpointStreamError(f"{self._endpoint}: {type(error).__name__}: {error}"))

    async def _read(self) -> None:
        try:
            async with (
                httpx.AsyncClient(timeout=self._timeout, headers=self._headers) as client,
                client.stream("POST", self._endpoint, json=self._body) as response,
            ):
                if response.status_code != httpx.codes.OK:
                    detail = (await response.aread()).decode("utf-8", "replace")[:MAX_ERROR_CHARS].strip()
                    raise EndpointRefusedError(
                        response.status_code,
                        f"{self._endpoint} answered {response.status_code}: {detail or response.reason_phrase}",
                    )
                async for text in _texts(response.aiter_lines()):
                    self._pieces.put(text)
        except httpx.TimeoutException as error:
            raise EndpointUnreachableError(f"{self._endpoint} was silent for too long; is it running?") from error
        except httpx.RequestError as error:
            raise EndpointUnreachableError(f"{self._endpoint} cannot be reached: {error}") from error


async def _texts(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    """Read the chat completions' server-sent events; ``data: [DONE]`` ends them."""
    heard = False
    async for line in lines:
        if len(line) > MAX_LINE_CHARS:
            raise EndpointStreamError(f"the endpoint sent an event of {len(line)} characters")
        if not line.startswith("data:"):
            continue
        payload = line.removeprefix("data:").strip()
        if payload == "[DONE]":
            return
        try:
            chunk = msgspec.json.decode(payload, type=_Chunk)
        except msgspec.DecodeError as error:
            raise EndpointStreamError(f"the endpoint sent {payload[:80]!r}, which is no chat event: {error}") from error
        if chunk.error is not None:
            raise EndpointStreamError(f"the endpoint reported an error in its stream: {str(chunk.error)[:200]}")
        heard = True
        for choice in chunk.choices:
            if choice.delta.content:
                yield choice.delta.content
    if not heard:
        raise EndpointStreamError("the endpoint closed its stream without an answer; does it support stream=true?")


def _without_prefix(pieces: Iterator[str], prefix: str) -> Iterator[str]:
    """Drop ``prefix`` where the answer repeats it."""
    held = ""
    for piece in pieces:
        if not prefix:
            yield piece
            continue
        held += piece
        start = held.lstrip()
        if start.startswith(prefix):
            rest, prefix = start[len(prefix) :], ""
            if rest:
                yield rest
        elif not prefix.startswith(start):
            prefix = ""
            yield held
    if prefix and held:
        yield held
