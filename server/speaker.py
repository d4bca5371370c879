"""From sentences to speech: the pieces of an utterance, one by one, as fast as they are asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass

from avatar.directions import Cues, Script, scripted
from avatar.errors import AvatarError, UnspeakableTextError
from avatar.marks import Clause
from avatar.voice.language import require_speakable
from feed.replies import Sentence
from server.abilities import Cancelled, Speech
from server.stages import Stages

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StaysSilent:
    """The sentence given last has no sound; ``code`` is that of the notice, ``message`` says why, for the user."""

    code: str
    message: str


Piece = Sentence | Clause | StaysSilent


def spoken(
    sentences: Iterable[Sentence],
    find_speech: Callable[[], Speech],
    speed: float,
    cancelled: Cancelled,
    written_in: str | None = None,
) -> Iterator[Piece]:
    """Yield each sentence and then its sound, clause by clause.

    Nothing is made ahead: the caller's pace is the pace of the language model and of the voice. A sentence that the
    voice cannot speak stays silent; a voice that cannot be had at all is said once. ``written_in`` is the language of
    the item, where that is one that the voice cannot speak. Stage directions in a sentence become marks; what else
    stands in brackets is left out (``avatar.directions``).
    """
    speech: Speech | None = None
    voiceless = False
    for written in sentences:
        if cancelled():
            return
        sentence, script = _directed(written)
        yield sentence
        if voiceless:
            continue
        try:
            require_speakable(sentence.text, written_in)
            speech = speech or find_speech()
            cues = Cues(script)
            for clause in speech.speak(sentence.text, mood=sentence.mood, speed=speed, cancelled=cancelled):
                if cancelled():
                    return
                yield Clause(clause.pcm, (*cues.marks(clause.marks), *clause.marks), clause.text)
        except UnspeakableTextError as error:
            yield StaysSilent("unspeakable", str(error))
        except AvatarError as error:
            voiceless = True
            yield StaysSilent("no_voice", str(error))


def timed(pieces: Iterator[Piece], stages: Stages, session: str, generation: int) -> Iterator[Piece]:
    """Yield ``pieces``, noting when the first sentence and the first sound of this answer were there."""
    begun = stages.now()
    sentence_at: float | None = None
    sounds = False
    try:
        while True:
            with stages.serving(session, generation):
                piece = next(pieces, None)
                if isinstance(piece, Sentence) and sentence_at is None:
                    sentence_at = stages.now()
                    stages.note("first_clause", begun, sentence_at)
                elif isinstance(piece, Clause) and sentence_at is not None and not sounds:
                    sounds = True
                    stages.note("synthesis", sentence_at, stages.now())
            if piece is None:
                return
            yield piece
    finally:
        if isinstance(pieces, Generator):
            pieces.close()


def undirected(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """Yield sentences to be read, without their stage directions."""
    for sentence in sentences:
        yield _directed(sentence)[0]


def _directed(sentence: Sentence) -> tuple[Sentence, Script]:
    """Return a sentence without its stage directions, in the mood that they open with, and the script of the rest."""
    script = scripted(sentence.text)
    if script.ignored:
        log.info("passed over, no stage directions: %s", ", ".join(map(repr, script.ignored)))
    if not script.directions and not script.ignored:
        return sentence, script
    opening = [each for each in script.directions if each.kind == "mood" and each.place == 0]
    mood = opening[-1].name if opening else sentence.mood
    return Sentence(script.text, sentence.evidence, mood), script
