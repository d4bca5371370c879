"""The ears of one session: PCM in, events of the user's turns out; and the models that all sessions share."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnxruntime

from server.ears.end_of_turn import EndOfTurn
from server.ears.graphs import build_graphs
from server.ears.moonshine import Transcriber
from server.ears.pcm import AudioFormatError, PcmReader
from server.ears.turns import FRAME_SAMPLES, Audio, EarEvent, SpeechStopped, TurnDetector
from server.ears.vad import VoiceActivity, load_vad
from server.protocol import TurnDetection

__all__ = ["AudioFormatError", "EarModels", "Ears"]


class EarModels:
    """The models of a process, loaded when first used; safe to use from several threads."""

    def __init__(
        self, vad: Path, speech_to_text: Path, derived: Path, end_of_turn: Path | None = None, *, threads: int = 1
    ) -> None:
        """Name the folders of the assets and the one for derived files; loads nothing.

        Args:
            vad, speech_to_text: of the assets "vad" and "speech-to-text".
            derived: where the speech-to-text model is kept as it was built.
            end_of_turn: of the asset "end-of-turn"; None: there is none, and nothing is told of the end of a turn.
            threads: of recognition and of judging the end of a turn.
        """
        self._vad_folder = vad
        self._speech_folder = speech_to_text
        self._derived = derived
        self._end_of_turn_folder = end_of_turn
        self._end_of_turn: EndOfTurn | None = None
        self._threads = threads
        self._lock = threading.Lock()
        self._vad: onnxruntime.InferenceSession | None = None
        self._transcriber: Transcriber | None = None

    def load(self) -> None:
        """Load the models now, so that the first word is not late."""
        _ = self.vad_model
        _ = self.transcriber
        _ = self.end_of_turn

    @property
    def vad_model(self) -> onnxruntime.InferenceSession:
        """The voice activity model."""
        with self._lock:
            if self._vad is None:
                self._vad = load_vad(self._vad_folder)
            return self._vad

    @property
    def transcriber(self) -> Transcriber:
        """The speech-to-text model; on a machine's first use it is built from the asset, which takes about 12 s."""
        with self._lock:
            if self._transcriber is None:
                graphs = build_graphs(self._speech_folder, self._derived)
                self._transcriber = Transcriber(graphs, self._speech_folder, self._threads)
            return self._transcriber

    @property
    def end_of_turn(self) -> EndOfTurn | None:
        """The model that hears whether a turn is over; None where its asset is missing."""
        with self._lock:
            if self._end_of_turn is None and self._end_of_turn_folder is not None:
                self._end_of_turn = EndOfTurn(self._end_of_turn_folder, self._threads)
            return self._end_of_turn


class Ears:
    """One stream of microphone sound. Not thread-safe: one session, one thread (see the package for the contract)."""

    def __init__(self, models: EarModels, turn_detection: TurnDetection | None, rate: int) -> None:
        """Listen to PCM at ``rate`` Hz.

        Raises:
            AudioFormatError: the ears do not take this rate.
        """
        self._models = models
        self._reader = PcmReader(rate)
        self._detector = TurnDetector(turn_detection)
        self._activity: VoiceActivity | None = None
        self._remainder: Audio = np.zeros(0, np.float32)  # less than a frame
        self._position = 0  # sample at which the remainder begins

    def configure(self, turn_detection: TurnDetection | None, rate: int) -> None:
        """Change how turns end and which rate comes in; a turn that is under way goes on.

        Raises:
            AudioFormatError: the ears do not take this rate; nothing is changed.
        """
        if rate != self._reader.rate:
            self._reader = PcmReader(rate)
        self._detector.settings = turn_detection

    def push(self, pcm: bytes) -> Iterator[EarEvent]:
        """Hear the next sound (16-bit little-endian mono PCM of any length); return what follows from it.

        The sound is listened to as the events are taken, so that a turn can be finished between two of them: take them
        all before the next call.

        Raises:
            AudioFormatError: half a sample at the end.
        """
        samples = np.concatenate([self._remainder, self._reader.read(pcm)])
        whole = len(samples) - len(samples) % FRAME_SAMPLES
        self._remainder = samples[whole:]
        return self._listen(samples[:whole])

    def finish(self) -> SpeechStopped | None:
        """End the turn with the last frame; None when there is none."""
        return self._detector.finish()

    def commit(self) -> SpeechStopped | None:
        """End the turn with the last sample; None when nothing was heard."""
        stopped = self._detector.finish(self._remainder)
        self._drop_remainder()
        return stopped

    def clear(self) -> None:
        """Forget the sound that was not committed."""
        self._detector.clear()
        self._drop_remainder()

    def _listen(self, samples: Audio) -> Iterator[EarEvent]:
        for frame in samples.reshape(-1, FRAME_SAMPLES):
            first, self._position = self._position, self._position + FRAME_SAMPLES
            yield from self._detector.push(first, frame, self._probability(frame))

    def _drop_remainder(self) -> None:
        self._position += len(self._remainder)
        self._remainder = self._remainder[:0]

    def _probability(self, frame: Audio) -> float:
        if self._detector.settings is None:
            return 0.0
        if self._activity is None:
            self._activity = VoiceActivity(self._models.vad_model)
        return self._activity.probability(frame)
