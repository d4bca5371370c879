"""Speech to text: English words of a stretch of sound (Moonshine base, encoder and decoder on ONNX Runtime)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from server.ears.graphs import ENCODER, FIRST_STEP, NEXT_STEP
from server.ears.turns import EAR_RATE, Audio

START_TOKEN, END_TOKEN = 1, 2
TOKENS_PER_SECOND = 6.5  # nobody speaks faster; without a bound the decoder may repeat itself for ever
SPARE_TOKENS = 4  # so that one short word fits the bound
SHORTEST_SECONDS = 0.1  # the encoder needs this much sound
_BYTE_TOKEN = re.compile(rb"<0x([0-9A-F]{2})>")
_CONTROL_TOKEN = re.compile(rb"<.*>")


class VocabularyError(ValueError):
    """The token file of the speech-to-text asset ends in the middle of a token."""


class Transcriber:
    """The loaded model. Safe to call from several threads; they take turns, for the machine has two cores to share."""

    def __init__(self, graphs: Path, asset: Path, threads: int = 1) -> None:
        """Load the graphs that ``build_graphs`` made and the vocabulary in the asset's folder."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a spinning thread starves the voice
        self._encoder, self._first, self._next = (
            onnxruntime.InferenceSession(graphs / name, options, providers=["CPUExecutionProvider"])
            for name in (ENCODER, FIRST_STEP, NEXT_STEP)
        )
        self._next_inputs = {value.name for value in self._next.get_inputs()}
        self._vocabulary = read_vocabulary((asset / "tokenizer.bin").read_bytes())
        self._lock = threading.Lock()

    def transcribe(self, audio: Audio, cancelled: Callable[[], bool] | None = None) -> str:
        """Return the words in ``audio``, with punctuation; "" when there are none.

        Args:
            audio: float32 mono at ``EAR_RATE`` in -1..1, up to ``MAX_TURN_SECONDS``.
            cancelled: asked before every word; when true the words so far are returned.
        """
        if len(audio) < SHORTEST_SECONDS * EAR_RATE:
            return ""
        with self._lock:
            tokens = self._decode(audio, cancelled or _never)
        return self._text(tokens)

    def _decode(self, audio: Audio, cancelled: Callable[[], bool]) -> list[int]:
        """Take the likeliest token at every step until the model ends the text."""
        (states,) = self._encoder.run(None, {"input_values": np.ascontiguousarray(audio, np.float32)[None]})
        outputs = self._step(self._first, {"input_ids": np.array([[START_TOKEN]]), "encoder_hidden_states": states})
        tokens = [_likeliest(outputs)]
        cache = {"encoder_hidden_states": states} | _as_past(outputs)
        most = TOKENS_PER_SECOND * len(audio) / EAR_RATE + SPARE_TOKENS
        while tokens[-1] != END_TOKEN and len(tokens) < most and not cancelled():
            inputs = {"input_ids": np.array([[tokens[-1]]])} | cache
            outputs = self._step(self._next, {name: inputs[name] for name in self._next_inputs})
            tokens.append(_likeliest(outputs))
            cache |= _as_past(outputs)
        return tokens

    def _step(self, graph: onnxruntime.InferenceSession, inputs: dict[str, Any]) -> dict[str, Any]:
        names = [value.name for value in graph.get_outputs()]
        return dict(zip(names, graph.run(names, inputs), strict=True))

    def _text(self, tokens: list[int]) -> str:
        spelled = b"".join(_spelling(self._vocabulary[token]) for token in tokens)
        return spelled.decode("utf-8", "ignore").replace("\u2581", " ").strip()


def read_vocabulary(packed: bytes) -> list[bytes]:
    """Return the tokens of a ``tokenizer.bin``: each is its length (one byte, or two from 128 on) and its bytes.

    Raises:
        VocabularyError: the last token is cut off.
    """
    tokens: list[bytes] = []
    position = 0
    while position < len(packed):
        length = packed[position]
        position += 1
        if length >= 128 and position < len(packed):
            length += 128 * packed[position] - 128
            position += 1
        if position + length > len(packed):
            raise VocabularyError(f"token {len(tokens)} needs {length} bytes, {len(packed) - position} are left")
        tokens.append(packed[position : position + length])
        position += length
    return tokens


def _spelling(token: bytes) -> bytes:
    if byte := _BYTE_TOKEN.fullmatch(token):
        return bytes([int(byte[1], 16)])
    return b"" if _CONTROL_TOKEN.fullmatch(token) else token


def _likeliest(outputs: dict[str, Any]) -> int:
    return int(outputs["logits"][0, -1].argmax())


def _as_past(outputs: dict[str, Any]) -> dict[str, Any]:
    """Return the keys and values that a step gave under the names that the next step takes them by."""
    return {
        name.replace("present", "past_key_values"): value
        for name, value in outputs.items()
        if name.startswith("present")
    }


def _never() -> bool:
    return False
