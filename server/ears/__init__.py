"""Ears: microphone sound in, the user's turns and their words out.

The contract with a session (all times are samples at ``EAR_RATE`` = 16 kHz since the first sample pushed)::

    models = EarModels(store.path("vad"), store.path("speech-to-text"), store.derived)  # one per process, cheap
    await to_thread(models.load)                       # 0.5 s; 12 s on the very first run, which builds the int8 models
    ears = Ears(models, session.audio.input.turn_detection, rate=session.audio.input.format.rate)  # one per session

    for event in ears.push(pcm):                       # bytes, 16-bit little-endian mono at ``rate``, any length
        match event:                                   # fast (0.3 ms per 32 ms of sound): call it on the event loop
            case SpeechStarted(turn, start): ...       # interrupt the answer; start includes the pre-roll
            case PartialDue(turn, audio): ...          # optional: transcribe if no worker is busy: partial text
            case SpeculativeDue(turn, audio): ...      # 200 ms of silence: transcribe now, keep the text for the turn
            case SpeechStopped(turn, start, end, audio, settled): ...
                # settled: nothing was said after the turn's last SpeculativeDue, so its text is the final one;
                # otherwise transcribe ``audio``, which is the whole turn

    text = await to_thread(models.transcriber.transcribe, audio)  # thread-safe, one at a time; "" when nothing was said

``ears.commit()`` ends the turn by hand and returns its ``SpeechStopped`` (None when nothing was heard);
``ears.clear()`` forgets what was not committed; ``ears.configure(turn_detection, rate)`` follows a ``session.update``.
With ``turn_detection=None`` sound is only gathered (the last ``MAX_TURN_SECONDS``) until ``commit()``.
``push`` raises ``AudioFormatError`` for half a sample. ``turn`` counts up; ``audio`` is float32 mono in -1..1.
A turn shorter than 96 ms of speech never starts, and one longer than ``MAX_TURN_SECONDS`` is cut there.
"""

from server.ears.listening import AudioFormatError, EarModels, Ears
from server.ears.moonshine import Transcriber
from server.ears.turns import (
    EAR_RATE,
    MAX_TURN_SECONDS,
    EarEvent,
    PartialDue,
    SpeculativeDue,
    SpeechStarted,
    SpeechStopped,
)

__all__ = [
    "EAR_RATE",
    "MAX_TURN_SECONDS",
    "AudioFormatError",
    "EarEvent",
    "EarModels",
    "Ears",
    "PartialDue",
    "SpeculativeDue",
    "SpeechStarted",
    "SpeechStopped",
    "Transcriber",
]
