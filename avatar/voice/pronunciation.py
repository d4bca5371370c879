"""Spoken words to the model's symbols, word by word, through the text-to-phoneme rules of ``hibari-tts``."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

from avatar.voice.phonemes import IPA_OF, STRESS_SYMBOLS
from avatar.voice.spoken import Token

_READABLE = frozenset(IPA_OF) | STRESS_SYMBOLS | {" "}


class Pronouncer:
    """The lexicon, the tagger and the network for unknown words. Safe to use from several threads at once."""

    def __init__(self) -> None:
        from hibari.g2p import G2P  # noqa: PLC0415 - see avatar.voice.model

        self._g2p: Any = G2P()
        self._g2p.oov  # noqa: B018 - loads the network now: its lazy loading is not thread-safe

    def pronounce(self, sentence: Sequence[Token]) -> list[str]:
        """Return the model's symbols of each token of one sentence ("" for a token that is not spoken).

        The whole sentence is read at once: how "read" or "the" sounds depends on its neighbours.
        """
        line = ""
        owner: list[int] = []  # of each character of the line: the token that it belongs to
        for index, token in enumerate(sentence):
            piece = f"{token.spoken}{token.pause} " if token.spoken else ""
            line += piece
            owner += [index] * len(piece)
        symbols = ["" for _ in sentence]
        offset = 0
        for word in self._g2p.phonemize_tokens(self._g2p.tokenize(line)):
            index = owner[min(offset, len(owner) - 1)]
            sounds = "".join(symbol for symbol in word.phonemes or "" if symbol in _READABLE)
            symbols[index] += sounds + (" " if word.whitespace else "")
            offset += len(word.text) + len(word.whitespace)
        return [" ".join(sounds.split()) for sounds in symbols]


_loading = threading.Lock()


@cache
def _loaded() -> Pronouncer:
    return Pronouncer()


def shared_pronouncer() -> Pronouncer:
    """Return this process's pronouncer, loading it on the first call (about 0.4 s)."""
    with _loading:
        return _loaded()


def forget_pronouncer() -> None:
    """Let go of this process's pronouncer, as ``model.forget_model`` does."""
    with _loading:
        _loaded.cache_clear()
