"""Sentence embeddings with all-MiniLM-L6-v2 in numpy alone: safetensors reader, WordPiece, BERT, mean pooling."""

from __future__ import annotations

import json
import math
import mmap
import threading
import unicodedata
from collections import OrderedDict
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from feed.errors import EmbeddingModelError

Array = NDArray[np.float32]

_LAYERS = 6
_WIDTH = 384
_HEADS = 12
_EPSILON = 1e-12  # of the layer normalisations
_MOST_TOKENS = 256  # the model was trained on no more
_BATCH = 16  # texts of similar length at a time
_UNKNOWN, _START, _END = "[UNK]", "[CLS]", "[SEP]"
_REMEMBERED = 256  # texts, 1.5 kB each
_LONGEST_WORD = 100  # characters; a longer one is unknown, as in the reference tokenizer


class WordPiece:
    """BERT's uncased tokenizer (Devlin et al. 2018): split at spaces and punctuation, then the longest pieces."""

    def __init__(self, vocabulary: list[str]) -> None:
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        try:
            self._unknown, self._start, self._end = (self._ids[piece] for piece in (_UNKNOWN, _START, _END))
        except KeyError as error:
            raise EmbeddingModelError(f"the vocabulary has no {error}; fetch the model again") from None

    def __call__(self, text: str) -> list[int]:
        """Return token numbers from [CLS] to [SEP], at most 256 of them."""
        numbers = [self._start]
        for word in _basic_words(text):
            numbers += self._pieces(word)
            if len(numbers) >= _MOST_TOKENS - 1:
                break
        return [*numbers[: _MOST_TOKENS - 1], self._end]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        numbers = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self._ids.get(("##" if start else "") + word[start:end])
                if number is not None:
                    numbers.append(number)
                    start = end
                    break
            else:
                return [self._unknown]
        return numbers


def _basic_words(text: str) -> list[str]:
    spaced = []
    for character in unicodedata.normalize("NFD", text.lower()):
        category = unicodedata.category(character)
        if character.isspace():
            spaced.append(" ")
        elif category in {"Mn", "Cc", "Cf"} or character == "\ufffd":
            continue
        elif category[0] == "P" or _is_ascii_symbol(character) or _is_ideograph(character):
            spaced.append(f" {character} ")
        else:
            spaced.append(character)
    return "".join(spaced).split()


def _is_ascii_symbol(character: str) -> bool:
    return character in "$+<=>^`|~"


def _is_ideograph(character: str) -> bool:
    code = ord(character)
    return (
        0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x2FA1F
    )


class MiniLM:
    """all-MiniLM-L6-v2: English sentences to 384 dimensions. Safe to use from several threads.

    Weights stay in the file and are mapped in when first used; nothing is copied. What was encoded lately is
    remembered: a question is compared with passages, then with sentences, and asked again when a guess at it was right.

    Args:
        folder: holds ``model.safetensors`` and ``vocab.txt``.

    Raises:
        EmbeddingModelError: a file is missing or is not the model's.
    """

    name = "all-MiniLM-L6-v2"

    def __init__(self, folder: Path) -> None:
        try:
            self._weights = _read_safetensors(folder / "model.safetensors")
            vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError, msgspec.ValidationError) as error:
            raise EmbeddingModelError(
                f"{folder}: the embedding model cannot be read ({error}); fetch it again"
            ) from error
        _check_shapes(folder, self._weights, len(vocabulary))
        self._tokens = WordPiece(vocabulary)
        self._recent: OrderedDict[str, Array] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, texts: list[str]) -> Array:
        """Return unit row vectors, shape (len(texts), 384), in the order of ``texts``."""
        with self._lock:
            known = {text: self._recent[text] for text in texts if text in self._recent}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, self._encode(new), strict=True))
        with self._lock:
            self._recent.update(known)
            while len(self._recent) > _REMEMBERED:
                self._recent.popitem(last=False)
        return np.stack([known[text] for text in texts]) if texts else np.empty((0, _WIDTH), np.float32)

    def _encode(self, texts: list[str]) -> Array:
        numbers = [self._tokens(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda index: len(numbers[index]))
        vectors = np.empty((len(texts), _WIDTH), np.float32)
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            vectors[batch] = self._encode_batch([numbers[index] for index in batch])
        return vectors

    def _encode_batch(self, numbers: list[list[int]]) -> Array:
        longest = max(map(len, numbers))
        tokens = np.zeros((len(numbers), longest), np.intp)
        mask = np.zeros((len(numbers), longest), np.float32)
        for row, sequence in enumerate(numbers):
            tokens[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        weights = self._weights
        states = (
            weights["embeddings.word_embeddings.weight"][tokens]
            + weights["embeddings.position_embeddings.weight"][:longest]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        states = self._normalised(states, "embeddings.LayerNorm")
        bias = (1 - mask)[:, None, None, :] * np.float32(-1e9)  # padding is not attended to
        for layer in range(_LAYERS):
            states = self._layer(states, bias, f"encoder.layer.{layer}.")
        pooled = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        unit: Array = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
        return unit

    def _layer(self, states: Array, bias: Array, prefix: str) -> Array:
        attended = self._linear(self._attention(states, bias, prefix), prefix + "attention.output.dense")
        states = self._normalised(states + attended, prefix + "attention.output.LayerNorm")
        hidden = _gelu(self._linear(states, prefix + "intermediate.dense"))
        return self._normalised(states + self._linear(hidden, prefix + "output.dense"), prefix + "output.LayerNorm")

    def _attention(self, states: Array, bias: Array, prefix: str) -> Array:
        batch, length, _ = states.shape

        def heads(name: str) -> Array:
            projected = self._linear(states, f"{prefix}attention.self.{name}")
            return projected.reshape(batch, length, _HEADS, -1).transpose(0, 2, 1, 3)

        query, key, value = heads("query"), heads("key"), heads("value")
        scores = query @ key.transpose(0, 1, 3, 2) / np.float32(math.sqrt(_WIDTH // _HEADS)) + bias
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        mixed: Array = (scores @ value).transpose(0, 2, 1, 3).reshape(batch, length, _WIDTH)
        return mixed

    def _linear(self, states: Array, name: str) -> Array:
        weight = self._weights[name + ".weight"]
        flat = states.reshape(-1, states.shape[-1]) @ weight.T  # one large product is far faster than a batch of small
        result: Array = (flat + self._weights[name + ".bias"]).reshape(*states.shape[:-1], len(weight))
        return result

    def _normalised(self, states: Array, name: str) -> Array:
        centred = states - states.mean(-1, keepdims=True)
        deviation = np.sqrt((centred * centred).mean(-1, keepdims=True) + np.float32(_EPSILON))
        result: Array = centred / deviation * self._weights[name + ".weight"] + self._weights[name + ".bias"]
        return result


def _gelu(states: Array) -> Array:
    """Gaussian error linear unit by its tanh form (Hendrycks and Gimpel 2016), within 1e-3 of the exact one."""
    inner = np.float32(math.sqrt(2 / math.pi)) * (states + np.float32(0.044715) * states * states * states)
    result: Array = np.float32(0.5) * states * (1 + np.tanh(inner))
    return result


class _Tensor(msgspec.Struct):
    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


def _read_safetensors(path: Path) -> dict[str, Array]:
    """Return the float32 tensors of a safetensors file as read-only views of the mapped file."""
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    start = 8 + int.from_bytes(mapped[:8], "little")
    if not 8 < start < len(mapped):
        raise ValueError("model.safetensors has no header")
    header = json.loads(mapped[8:start])
    if not isinstance(header, dict):
        raise ValueError("the header of model.safetensors is not a table")  # noqa: TRY004 (a bad file, not a bad call)
    header.pop("__metadata__", None)
    tensors = {}
    for name, described in header.items():
        tensor = msgspec.convert(described, _Tensor)
        first, after = tensor.data_offsets
        if tensor.dtype == "F32":
            count = math.prod(tensor.shape)
            if not 0 <= first <= after <= len(mapped) - start or after - first != 4 * count:
                raise ValueError(f"tensor {name} of model.safetensors lies outside the file")
            tensors[name] = np.frombuffer(mapped, np.float32, count, start + first).reshape(tensor.shape)
    return tensors


def _expected_shapes(words: int) -> dict[str, tuple[int, ...]]:
    linear: dict[str, tuple[int, ...]] = {}
    norms = ["embeddings.LayerNorm"]
    for layer in range(_LAYERS):
        prefix = f"encoder.layer.{layer}."
        linear |= {f"{prefix}attention.self.{name}": (_WIDTH, _WIDTH) for name in ("query", "key", "value")}
        linear[f"{prefix}attention.output.dense"] = (_WIDTH, _WIDTH)
        linear[f"{prefix}intermediate.dense"] = (4 * _WIDTH, _WIDTH)
        linear[f"{prefix}output.dense"] = (_WIDTH, 4 * _WIDTH)
        norms += [f"{prefix}attention.output.LayerNorm", f"{prefix}output.LayerNorm"]
    return {
        "embeddings.word_embeddings.weight": (words, _WIDTH),
        "embeddings.position_embeddings.weight": (512, _WIDTH),
        "embeddings.token_type_embeddings.weight": (2, _WIDTH),
        **{f"{name}.weight": shape for name, shape in linear.items()},
        **{f"{name}.bias": shape[:1] for name, shape in linear.items()},
        **{f"{name}.{part}": (_WIDTH,) for name in norms for part in ("weight", "bias")},
    }


def _check_shapes(folder: Path, weights: dict[str, Array], words: int) -> None:
    for name, shape in _expected_shapes(words).items():
        tensor = weights.get(name)
        if tensor is None or tensor.shape != shape:
            found = "missing" if tensor is None else f"of shape {tensor.shape}"
            raise EmbeddingModelError(f"{folder}: {name} should have the shape {shape} and is {found}; fetch it again")
