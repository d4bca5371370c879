"""Ears: microphone sound in, the user's turns and their words out.

The contract with a session (all times are samples at ``EAR_RATE`` = 16 kHz since the first sample pushed)::

    models = EarModels(store.path("vad"), store.path("speech-to-text"), store.derived)  # one per process, cheap
    await to_thread(models.load)                       # 0.5 s; 12 s on the very first run, which builds the int8 models
    ears = Ears(models, session.audio.input.turn_detection, rate=session.audio.input.format.rate)  # one per session

    for event in ears.push(pcm):                       # bytes, 16-bit little-endian mono at ``rate``, any length
        match event:                                   # fast (0.3 ms per 32 ms of sound): call it on the event loop
            case Onset() | OnsetOver(): ...            # 64 ms of what may become a turn; nothing came of it
            case SpeechStarted(turn, start): ...       # 96 ms of speech; start includes the pre-roll
            case SpeechGoesOn(turn, voiced, silent):   # each frame: seconds of speech so far, of silence at the end
                ...                                    # ears.finish() once the turn is over, for whatever reason
            case PartialDue(turn, audio): ...          # optional: transcribe if no worker is busy: partial text
            case Paused(turn, pause, audio): ...       # 64 ms of silence: transcribe now, it may be the whole turn
            case TurnFull(turn): ...                   # as long as a turn may be: finish it

    stopped = ears.finish()                            # SpeechStopped(turn, start, end, audio, settled)
    # settled: nothing was said after the turn's last Paused, so its text is the final one; otherwise transcribe
    # ``audio``, which is the whole turn

    text = await to_thread(models.transcriber.transcribe, audio)  # thread-safe, one at a time; "" when nothing was said

The ears do not decide when a turn is over; that is turn-taking (``server.conversation``). ``ears.finish()`` ends the
turn with the last whole frame and ``ears.commit()`` with the last sample; both return None when nothing was heard.
``ears.clear()`` forgets what was not finished; ``ears.configure(turn_detection, rate)`` follows a ``session.update``.
With ``turn_detection=None`` sound is only gathered (the last ``MAX_TURN_SECONDS``) until ``commit()``.
``push`` raises ``AudioFormatError`` for half a sample. ``turn`` counts up; ``audio`` is float32 mono in -1..1.
A turn shorter than 96 ms of speech never starts, and one of ``MAX_TURN_SECONDS`` is full.
"""

from server.ears.listening import AudioFormatError, EarModels, Ears
from server.ears.moonshine import Transcriber
from server.ears.turns import (
    EAR_RATE,
    MAX_TURN_SECONDS,
    EarEvent,
    Onset,
    OnsetOver,
    PartialDue,
    Paused,
    SpeechGoesOn,
    SpeechStarted,
    SpeechStopped,
    TurnFull,
)

__all__ = [
    "EAR_RATE",
    "MAX_TURN_SECONDS",
    "AudioFormatError",
    "EarEvent",
    "EarModels",
    "Ears",
    "Onset",
    "OnsetOver",
    "PartialDue",
    "Paused",
    "SpeechGoesOn",
    "SpeechStarted",
    "SpeechStopped",
    "Transcriber",
    "TurnFull",
]
