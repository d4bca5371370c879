"""One generation of speech: its sentences on the sample axis, and what of them was heard."""

from __future__ import annotations

from dataclasses import dataclass, field

from avatar.marks import SAMPLE_RATE, Clause, Mark
from feed.replies import Sentence, Turn
from server.conversation.commands import Kind, SendNotice, SendSentence, SendSound, Yielding
from server.conversation.interruption import plain_words
from server.conversation.loudspeaker import Loudspeaker
from server.conversation.thresholds import ECHO_AFTER, ECHO_BEFORE, LAST_WORDS, QUESTION_TAIL


@dataclass(frozen=True, slots=True)
class Silent:
    """The sentence before it has no sound; ``code`` and ``message`` tell the user why."""

    code: str
    message: str


Piece = Sentence | Clause | Silent


@dataclass(slots=True)
class Line:
    """A sentence on the utterance's sample axis, with the words that sound in it.

    Attributes:
        start: its first sample.
        end: the sample after its last one so far.
        read: it is to be read, not heard.
        complete: all its sound is there.
    """

    sentence: Sentence
    start: int
    end: int
    read: bool
    words: list[Mark] = field(default_factory=list)
    complete: bool = False

    def heard(self, until: int) -> Sentence | None:
        """Return the sentence up to the last word that began before sample ``until``; None if none did."""
        if self.read or (self.complete and self.end == self.start):
            return self.sentence if until >= self.start else None
        text = self._spoken(until) if self.words else self._share(until)
        return Sentence(text=text, evidence=self.sentence.evidence, mood=self.sentence.mood) if text else None

    def _spoken(self, until: int) -> str:
        begun = [word for word in self.words if word.start < until]
        if self.complete and len(begun) == len(self.words):
            return self.sentence.text
        position = 0
        for word in begun:
            found = self.sentence.text.find(word.text, position)
            if found >= 0:
                position = found + len(word.text)
        return self.sentence.text[:position].strip()

    def _share(self, until: int) -> str:
        """Return the words begun where the voice does not say when each sounds: as many as its share of letters."""
        if until <= self.start:
            return ""
        if self.complete and until >= self.end:
            return self.sentence.text
        letters = len(self.sentence.text) * (until - self.start) / max(1, self.end - self.start)
        following = self.sentence.text.find(" ", min(int(letters), len(self.sentence.text)))
        return self.sentence.text if following < 0 else self.sentence.text[:following].strip()


@dataclass(slots=True)
class Utterance:
    """One generation, from the first request to the last report about it.

    Attributes:
        begun: it was announced to the client.
        aloud: it has sound.
        making: more of it may come.
        waiting: pieces that may not be handed out yet.
        yielded: how the client makes room in it for the user now.
        bridged: it opens with words that asked for patience.
        cut: it was stopped before its end.
        over_at: when it was cut or had been played; None while it lives.
        remembered: it was handed over to the store.
        error: why the making failed.
    """

    generation: int
    kind: Kind
    item_id: str
    question: str | None
    aloud: bool
    begun: bool = False
    making: bool = True
    waiting: list[Piece] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    speaker: Loudspeaker = field(default_factory=Loudspeaker)
    yielded: Yielding | None = None
    bridged: bool = False
    cut: bool = False
    over_at: float | None = None
    remembered: bool = False
    error: str | None = None

    @property
    def started(self) -> bool:
        """Whether anything of it was handed out."""
        return bool(self.lines)

    @property
    def made_ahead(self) -> int:
        """Samples that wait to be handed out."""
        return sum(len(piece.pcm) for piece in self.waiting if isinstance(piece, Clause))

    def sounding(self, at: float) -> bool:
        """Whether something of it is left to be played, or to come."""
        return self.over_at is None and (
            self.making or bool(self.waiting) or self.speaker.position(at) < self.speaker.produced
        )

    def has_asked(self, at: float) -> bool:
        """Whether it ends with a question, which all but its last sound has put."""
        left = (self.speaker.produced - self.speaker.position(at)) / SAMPLE_RATE
        asks = bool(self.lines) and self.lines[-1].sentence.text.rstrip().endswith("?")
        return asks and not self.making and not self.waiting and left <= QUESTION_TAIL

    def hand_out(self, piece: Piece, at: float) -> SendSentence | SendSound | SendNotice:
        """Lay a piece on the sample axis."""
        match piece:
            case Sentence():
                self.complete()
                start = self.speaker.produced
                self.lines.append(Line(piece, start, start, read=not self.aloud))
                return SendSentence(self.generation, start, piece)
            case Silent():
                if self.lines:
                    self.lines[-1].read = True
                return SendNotice(self.generation, piece.code, piece.message)
            case Clause():
                first = self.speaker.produced
                marks = tuple(mark.shifted(first) for mark in piece.marks)
                self.speaker.feed(len(piece.pcm), at)
                line = self.lines[-1]
                line.end = self.speaker.produced
                line.words.extend(mark for mark in marks if mark.kind == "word")
                return SendSound(self.generation, first, piece, marks)

    def complete(self) -> None:
        """Take note that the last sentence has all its sound."""
        if self.lines:
            self.lines[-1].complete = True

    def turn(self, at: float) -> Turn:
        """Return the question and what was heard of the answer by time ``at``."""
        until = self.speaker.position(at)
        heard = tuple(part for line in self.lines if (part := line.heard(until)) is not None)
        text = " ".join(part.text for part in heard)
        whole = text == " ".join(line.sentence.text for line in self.lines) and not self.making
        cut_after = " ".join(text.split()[-LAST_WORDS:]) if self.cut and not whole else None
        return Turn(question=self.question or "", reply=heard, cut_after=cut_after)

    def sounding_words(self, since: int, at: float) -> list[str]:
        """Return the words, as they are compared, that a microphone may return, listening from ``since`` on."""
        first, last = since - ECHO_BEFORE * SAMPLE_RATE, self.speaker.position(at) + ECHO_AFTER * SAMPLE_RATE
        near = [word.text for line in self.lines for word in line.words if word.end > first and word.start < last]
        return plain_words(" ".join(near))
