"""Voice activity: how likely there is speech in a frame of sound (Silero VAD, ONNX)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime

from server.ears.turns import EAR_RATE, FRAME_SAMPLES, Audio

MODEL_FILE = "silero_vad_16k_op15.onnx"
CONTEXT_SAMPLES = 64  # of the frame before, in front of each: without them the model hears a click at every frame
STATE_SHAPE = (2, 1, 128)


def load_vad(folder: Path) -> onnxruntime.InferenceSession:
    """Return the model of the asset folder; one serves any number of streams."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(folder / MODEL_FILE, options, providers=["CPUExecutionProvider"])


class VoiceActivity:
    """The memory of one stream of sound."""

    def __init__(self, model: onnxruntime.InferenceSession) -> None:
        self._model = model
        self._rate = np.array(EAR_RATE, np.int64)
        self.reset()

    def reset(self) -> None:
        """Forget the stream so far."""
        self._state = np.zeros(STATE_SHAPE, np.float32)
        self._context: Audio = np.zeros(CONTEXT_SAMPLES, np.float32)

    def probability(self, frame: Audio) -> float:
        """Return the probability (0..1) of speech in the next ``FRAME_SAMPLES`` samples of the stream."""
        if len(frame) != FRAME_SAMPLES:
            raise ValueError(f"a frame has {FRAME_SAMPLES} samples, not {len(frame)}")
        window = np.concatenate([self._context, frame])[None]
        output, self._state = self._model.run(None, {"input": window, "state": self._state, "sr": self._rate})
        self._context = frame[-CONTEXT_SAMPLES:]
        return float(output[0, 0])
