"""What is being said, addressed by sample: sentences, their words and evidence, and the caption of an instant. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from server.protocol import WireMark


@dataclass(frozen=True, slots=True)
class PlaybackPosition:
    """What the loudspeaker is playing now, at 24 kHz.

    Attributes:
        stream: sample of the output stream, whose axis never stops.
        generation: the utterance that is being played, or was last; None before the first.
        sample: sample of that utterance.
        sounding: an utterance is under way.
    """

    stream: int = 0
    generation: int | None = None
    sample: int = 0
    sounding: bool = False


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word: samples ``start``..``end`` of the utterance, characters ``first``..``last`` of its sentence."""

    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """A sentence of an utterance.

    Attributes:
        text: as written.
        start: its first sample.
        evidence: ids of the passages it rests on.
        words: in time order; only those whose marks have arrived.
    """

    text: str
    start: int
    evidence: tuple[str, ...] = ()
    words: tuple[SpokenWord, ...] = ()

    def with_word(self, mark: WireMark) -> SpokenSentence:
        """Add a word, found in the text after the word before it; a word that is not in the text is appended to it."""
        after = self.words[-1].last if self.words else 0
        text = self.text
        first = text.find(mark.text, after)
        if first < 0:
            first = text.casefold().find(mark.text.casefold(), after)
        if first < 0:
            text = f"{text} {mark.text}".strip()
            first = len(text) - len(mark.text)
        word = SpokenWord(mark.start, mark.end, first, first + len(mark.text))
        return replace(self, text=text, words=(*self.words, word))


@dataclass(frozen=True, slots=True)
class Caption:
    """What to show of a sentence at an instant.

    Attributes:
        text: the whole sentence, so that its lines can be broken once.
        revealed: how many characters have been spoken or are being spoken.
        current: characters of the word that is being spoken, or None between words.
        evidence: ids of the passages the sentence rests on.
    """

    text: str
    revealed: int
    current: tuple[int, int] | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Speech:
    """One utterance as its marks tell it.

    Attributes:
        generation: the utterance.
        response_id: the answer it speaks.
        sentences: in time order.
        complete: no more marks will come.
        cut: the user cut in; nothing more of it is shown.
    """

    generation: int
    response_id: str
    sentences: tuple[SpokenSentence, ...] = ()
    complete: bool = False
    cut: bool = False

    def extended(self, marks: Iterable[WireMark]) -> Speech:
        """Take in the marks of the next stretch; phonemes, moods and gestures are not captions and are passed over."""
        sentences = list(self.sentences)
        for mark in sorted(marks, key=lambda mark: (mark.start, mark.kind != "sentence")):
            if mark.kind == "sentence":
                sentences.append(SpokenSentence(mark.text, mark.start, tuple(mark.evidence)))
            elif mark.kind == "word":
                if not sentences:
                    sentences.append(SpokenSentence("", mark.start))
                sentences[-1] = sentences[-1].with_word(mark)
        return replace(self, sentences=tuple(sentences))

    def caption_at(self, sample: int) -> Caption | None:
        """Return the caption of the sentence that is spoken at ``sample``; None before the first."""
        sentence = next((s for s in reversed(self.sentences) if s.start <= sample), None)
        if sentence is None:
            return None
        begun = [word for word in sentence.words if word.start <= sample]
        if not begun:
            return Caption(sentence.text, 0, None, sentence.evidence)
        latest = begun[-1]
        is_last = latest is sentence.words[-1] and (self.complete or sentence is not self.sentences[-1])
        revealed = len(sentence.text) if is_last else _through_punctuation(sentence.text, latest.last)
        current = (latest.first, latest.last) if sample < latest.end else None
        return Caption(sentence.text, revealed, current, sentence.evidence)

    def heard_until(self, sample: int) -> str:
        """Return what was said by ``sample``, as written, to the last word that had begun."""
        parts = []
        for sentence in self.sentences:
            begun = [word for word in sentence.words if word.start < sample]
            if begun:
                parts.append(sentence.text[: _through_punctuation(sentence.text, begun[-1].last)])
        return " ".join(parts)


def _through_punctuation(text: str, offset: int) -> int:
    while offset < len(text) and not text[offset].isspace() and not text[offset].isalnum():
        offset += 1
    return offset
