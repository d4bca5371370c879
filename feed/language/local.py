"""A GGUF model in this process, through llama.cpp: lazily loaded, cancelled within a token, prefix kept in memory."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from feed.language.errors import LanguageModelError, ModelFileError, ModelGenerationError
from feed.language.generation import POLL_SECONDS, Generation
from feed.language.model import Cancelled, Message, never

CONTEXT_TOKENS = 4096
PROMPT_BATCH = 128  # tokens read between two looks at ``cancelled``
PREFIX_CACHE_MIB = 256
GGUF_MAGIC = b"GGUF"


class LocalModel:
    """Weights in a GGUF file, run on the CPU.

    One generation thread and two prompt threads with passive waiting leave the machine to drawing and speech; more
    threads are slower as soon as anything else runs. The runtime's loopback port is closed to others by a random key.
    """

    def __init__(self, gguf: Path, *, threads: int = 1, prompt_threads: int = 2) -> None:
        """Nothing is read before the first use.

        Raises:
            ModelFileError: the file is missing or is not GGUF.
        """
        self._gguf = gguf
        self._threads = threads
        self._prompt_threads = prompt_threads
        self._server: Any = None
        self._turn = threading.Lock()
        self._closed = False
        try:
            with gguf.open("rb") as file:
                magic = file.read(len(GGUF_MAGIC))
        except OSError as error:
            raise ModelFileError(f"cannot read the language model {gguf}: {error.strerror}") from error
        if magic != GGUF_MAGIC:
            raise ModelFileError(f"{gguf} is not a GGUF file (it starts with {magic!r}); fetch the model again")

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
        """Yield pieces of the answer (see ``LanguageModel.stream``)."""
        chat = [{"role": message.role, "content": message.content} for message in messages]
        if prefix:
            chat.append({"role": "assistant", "content": prefix.rstrip()})
        request = {
            "messages": chat,
            "max_tokens": max_tokens,
            "temperature": temperature,
            "top_p": 0.9,
            "seed": 7,
            "stop": list(stop),
            "stream": True,
            "cache_prompt": True,
            "return_progress": True,
        }
        run = _Run(self, request, cancelled)
        try:
            yield from run.pieces()
        finally:
            run.abandon()

    def warm(self, messages: Sequence[Message], cancelled: Cancelled = never) -> None:
        """Load the weights and read ``messages`` into the prefix cache."""
        for _ in self.stream(messages, max_tokens=1, temperature=0.0, cancelled=cancelled):
            pass

    def close(self) -> None:
        """Free the weights once a running generation has stopped."""
        self._closed = True
        with self._turn:
            self._server = None

    def complete(self, request: dict[str, Any], on_chunk: Callable[[Any], bool], cancelled: Cancelled) -> None:
        """Run one request; blocks. ``on_chunk`` gets each streamed chunk and stops the run by returning True.

        Raises:
            ModelFileError: the weights cannot be loaded.
            ModelGenerationError: the runtime refused the request or broke off.
        """
        while not self._turn.acquire(timeout=POLL_SECONDS):
            if cancelled():
                return
        try:
            if self._closed:
                raise ModelGenerationError(f"the language model {self._gguf.name} is closed")
            if self._server is None:
                self._server = self._load()
            if cancelled():
                return
            try:
                outcome = self._server.handle_chat_completions(request, on_chunk)
            except (RuntimeError, ValueError) as error:
                raise ModelGenerationError(f"the language model broke off: {error}") from error
            _refuse_errors(outcome)
        finally:
            self._turn.release()

    def _load(self) -> Any:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when the runtime's library is loaded
        import xllamacpp  # noqa: PLC0415 (after the variable above; also 34 MB that --no-model never needs)

        params = xllamacpp.CommonParams()
        params.model.path = str(self._gguf)
        params.n_ctx = CONTEXT_TOKENS
        params.n_parallel = 1
        params.n_batch = params.n_ubatch = PROMPT_BATCH
        params.cpuparams.n_threads = self._threads
        params.cpuparams_batch.n_threads = self._prompt_threads
        params.n_gpu_layers = 0
        params.no_extra_bufts = True  # repacked weights cost load time and memory for no speed here
        params.cache_ram_mib = PREFIX_CACHE_MIB
        params.api_keys = [secrets.token_urlsafe(32)]  # the server opens a loopback port to every web page
        params.fit_params = False
        params.warmup = False
        params.verbosity = -1
        try:
            return xllamacpp.Server(params)
        except (RuntimeError, ValueError) as error:
            raise ModelFileError(
                f"the language model {self._gguf} cannot be loaded ({error}); fetch it again or choose another"
            ) from error


class _Run(Generation):
    """One generation of the runtime; abandoned, it stops at its next token."""

    def __init__(self, model: LocalModel, request: dict[str, Any], cancelled: Cancelled) -> None:
        super().__init__("language-model", cancelled)
        self._model = model
        self._request = request

    def _stopped(self) -> bool:
        return self._abandoned.is_set() or self._cancelled()

    def _work(self) -> None:
        try:
            self._model.complete(self._request, self._on_chunk, self._stopped)
        except LanguageModelError as error:
            self._pieces.put(error)
        else:
            self._pieces.put(None)

    def _on_chunk(self, chunk: Any) -> bool:
        for part in chunk if isinstance(chunk, list) else [chunk]:
            for choice in part.get("choices") or ():
                text = (choice.get("delta") or {}).get("content")
                if text:
                    self._pieces.put(text)
        return self._stopped()


def _refuse_errors(outcome: Any) -> None:
    """The runtime reports some errors as a dictionary instead of raising."""
    for part in outcome if isinstance(outcome, list) else [outcome]:
        if isinstance(part, dict) and "error" in part:
            error = part["error"]
            message = error.get("message", error) if isinstance(error, dict) else error
            raise ModelGenerationError(f"the language model refused the request: {message}")
