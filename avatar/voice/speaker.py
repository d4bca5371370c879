"""The voice itself: text in, clauses of sound with their marks out, as soon as each is ready."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from avatar.errors import UnknownVoiceError
from avatar.marks import MOODS, SAMPLE_RATE, Clause, Mark
from avatar.voice.intonation import melody, rises
from avatar.voice.language import require_speakable
from avatar.voice.model import AcousticModel, forget_model, shared_model
from avatar.voice.presets import DEFAULT_VOICE, MOOD_PROSODY, VOICES, VoicePreset
from avatar.voice.pronunciation import Pronouncer, forget_pronouncer, shared_pronouncer
from avatar.voice.spoken import SENTENCE_ENDS, Token, sentences
from avatar.voice.synthesis import render
from avatar.voice.timing import Segment, segments

SPEEDS = (0.5, 2.0)  # slowest and fastest that stay intelligible

# Silence after a clause, in seconds, by the pause that ends it.
PAUSES = {",": 0.12, ";": 0.2, ":": 0.2, "—": 0.2, "…": 0.35, ".": 0.28, "!": 0.28, "?": 0.28, "": 0.0}

_FIRST_CLAUSE = 12  # symbols that are enough to start talking with
_CLAUSE = 90  # symbols after which a sentence is cut at its next pause
_LONGEST_CLAUSE = 180  # symbols, about 12 s; a sentence without any pause is cut between words here
_LEAD = 480  # samples, 20 ms, kept before the first sound
_FADE = 240  # samples, 10 ms, at both ends: a cut never clicks
_TAIL = 720  # samples, 30 ms, of dying sound kept after the last phoneme
SOFT, LOUD = -36.0, -13.0  # dBFS: levels of the softest and the loudest phonemes that a voice makes


@dataclass(frozen=True, slots=True)
class _Word:
    token: Token
    symbols: str


def forget_voices() -> None:
    """Give back the 150 MB of what voices share, once all is said; a ``Voice`` that is made later loads it again."""
    forget_model()
    forget_pronouncer()
    gc.collect()  # the lexicon refers to itself


class Voice:
    """A speaker. Instances are cheap: the model behind them is loaded once per process and shared between threads."""

    def __init__(self, name: str | VoicePreset = DEFAULT_VOICE, threads: int = 1) -> None:
        """Choose a voice and load what it needs.

        Arguments:
            name: a key of ``VOICES``, or a speaker of one's own.
            threads: CPU threads of the network; one is faster than real time by far.

        Raises:
            UnknownVoiceError: there is no such voice.
            VoiceModelError: the installed speech model is not the expected one.
        """
        if isinstance(name, str) and name not in VOICES:
            raise UnknownVoiceError(f"there is no voice {name!r}; choose one of {', '.join(VOICES)}")
        self._preset: VoicePreset = VOICES[name] if isinstance(name, str) else name
        self._model: AcousticModel = shared_model(threads)
        self._pronouncer: Pronouncer = shared_pronouncer()

    @property
    def name(self) -> str:
        """What the voice is called in ``VOICES``."""
        return self._preset.name

    def speak(
        self,
        text: str,
        *,
        mood: str = "neutral",
        speed: float = 1.0,
        cancelled: Callable[[], bool] | None = None,
    ) -> Iterator[Clause]:
        """Yield the clauses of ``text`` as they are made; the same arguments give the same bytes.

        A clause's word marks carry slices of ``text`` as written, in order; its ``text`` is the slice that it covers,
        so that the clauses' texts join to ``text`` but for white space and what has no words. The pause after a clause
        is silence at its end. A text without words yields nothing.

        Arguments:
            text: English, of any length; only the clause at hand is in memory as sound.
            mood: one of ``avatar.marks.MOODS``.
            speed: 1 is natural; held within ``SPEEDS``.
            cancelled: asked before each clause; True ends the iteration.

        Raises:
            UnspeakableTextError: at the call, before any sound, when the text is in another language or script.
            ValueError: at the call, for an unknown mood or a speed that is not a positive number.
        """
        if mood not in MOODS:
            raise ValueError(f"there is no mood {mood!r}; choose one of {', '.join(MOODS)}")
        if not 0 < speed < float("inf"):
            raise ValueError(f"speed is a positive number around 1, not {speed!r}")
        require_speakable(text)
        return self._clauses(text, mood, min(max(speed, SPEEDS[0]), SPEEDS[1]), cancelled or (lambda: False))

    def _clauses(self, text: str, mood: str, speed: float, cancelled: Callable[[], bool]) -> Iterator[Clause]:
        first = True
        for sentence in sentences(text):
            if cancelled():
                return
            words = [
                _Word(token, symbols)
                for token, symbols in zip(sentence, self._pronouncer.pronounce(sentence), strict=True)
            ]
            rising = rises([word for token in sentence for word in token.spoken.split()])
            for clause in _cut(words, first):
                if cancelled():
                    return
                if any(word.symbols for word in clause):
                    yield self._spoken(text, clause, mood, speed, rising)
                    first = False

    def _spoken(self, text: str, words: list[_Word], mood: str, speed: float, rising: bool) -> Clause:
        symbols, owners = _joined(words)
        prosody = MOOD_PROSODY[mood]
        spectra = self._model.predict(symbols, speed * self._preset.pace * prosody.pace)
        durations = spectra.durations.tolist()
        sound = render(spectra, self._preset, prosody, melody(symbols, spectra, rising=rising))
        found = segments(symbols, durations, sound)
        begin = max(found[0].start - _LEAD, 0)
        end = min(found[-1].end + _TAIL, len(sound))
        pause = PAUSES[words[-1].token.pause] / min(speed, 1.0)
        pcm = _pcm(sound[begin:end], round(pause * SAMPLE_RATE))
        marks = _marks(text, words, owners, [_timed(segment, sound, begin) for segment in found])
        return Clause(pcm, marks, text[words[0].token.start : words[-1].token.gap])


def _cut(words: Iterable[_Word], first: bool) -> Iterator[list[_Word]]:
    """Cut a sentence at its pauses: soon if it is the first thing said, else only when it is long."""
    clause: list[_Word] = []
    size = 0
    for word in words:
        if clause and size + len(word.symbols) >= _LONGEST_CLAUSE:
            yield clause
            clause, size = [], 0
        clause.append(word)
        size += len(word.symbols) + 1
        if word.token.pause and size >= (_FIRST_CLAUSE if first else _CLAUSE):
            yield clause
            clause, size, first = [], 0, False
    if clause:
        yield clause


def _joined(words: list[_Word]) -> tuple[str, list[int]]:
    """Return what the model reads for a clause, and for each symbol the index of its word."""
    symbols = ""
    owners: list[int] = []
    for index, word in enumerate(words):
        last = index == len(words) - 1
        piece = word.symbols + (word.token.pause or ("," if last else "")) + ("" if last else " ")
        if not word.symbols:
            piece = ""
        symbols += piece
        owners += [index] * len(piece)
    if symbols and words[-1].token.pause in SENTENCE_ENDS and not words[-1].symbols:
        symbols = symbols.rstrip() + words[-1].token.pause
    return symbols, owners


def _pcm(sound: NDArray[np.float32], pause: int) -> NDArray[np.int16]:
    """Return 16-bit sound with faded ends and ``pause`` samples of silence after it."""
    faded = sound.copy()
    length = min(_FADE, len(faded) // 2)
    ramp = np.sin(np.linspace(0.0, np.pi / 2, length, dtype=np.float32)) ** 2
    faded[:length] *= ramp
    faded[len(faded) - length :] *= ramp[::-1]
    return np.concatenate([np.rint(faded * 32767.0).astype(np.int16), np.zeros(pause, dtype=np.int16)])


def strength(sound: NDArray[np.float32], *, stressed: bool) -> float:
    """Return the strength of the mark of a phoneme that sounds like ``sound``, shape (n,), -1..1.

    The strength tells stress from loudness: a stressed vowel is above 0.5, everything else is not, and within its half
    a louder sound has more.
    """
    level = 10.0 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12)
    loudness = float(np.clip((level - SOFT) / (LOUD - SOFT), 0.0, 1.0))
    return round(0.51 + 0.49 * loudness if stressed else 0.5 * loudness, 3)


def _timed(segment: Segment, sound: NDArray[np.float32], begin: int) -> tuple[int, Mark]:
    """Return the symbol that a phoneme was written with, and its mark on an axis that starts at sample ``begin``."""
    loudness = strength(sound[segment.start : segment.end], stressed=segment.stressed)
    return segment.symbol, Mark("phoneme", segment.start - begin, segment.end - begin, segment.ipa, loudness)


def _marks(text: str, words: list[_Word], owners: list[int], found: list[tuple[int, Mark]]) -> tuple[Mark, ...]:
    """Return word and phoneme marks ordered by start, a word before its first phoneme.

    A word that is not pronounced keeps an empty mark where the next word begins.
    """
    marks: list[Mark] = []
    position = 0
    for index, word in enumerate(words):
        sounds = [mark for symbol, mark in found if owners[symbol] == index]
        written = text[word.token.start : word.token.end]
        if not sounds:
            marks.append(Mark("word", position, position, written))
            continue
        start, position = sounds[0].start, sounds[-1].end
        marks += [Mark("word", start, position, written), *sounds]
    return tuple(marks)
