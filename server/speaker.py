"""From sentences to speech: the pieces of an utterance, one by one, as fast as they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from avatar.errors import AvatarError, UnspeakableTextError
from avatar.marks import Clause
from avatar.voice.language import require_speakable
from feed.replies import Sentence
from server.abilities import Cancelled, Speech


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
    the item, where that is one that the voice cannot speak.
    """
    speech: Speech | None = None
    voiceless = False
    for sentence in sentences:
        if cancelled():
            return
        yield sentence
        if voiceless:
            continue
        try:
            require_speakable(sentence.text, written_in)
            speech = speech or find_speech()
            for clause in speech.speak(sentence.text, mood=sentence.mood, speed=speed, cancelled=cancelled):
                if cancelled():
                    return
                yield clause
        except UnspeakableTextError as error:
            yield StaysSilent("unspeakable", str(error))
        except AvatarError as error:
            voiceless = True
            yield StaysSilent("no_voice", str(error))
