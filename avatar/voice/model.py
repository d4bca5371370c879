"""The acoustic model: phoneme symbols to spectra and durations. One session per process, shared by every voice.

The model is the one inside the ``hibari-tts`` package. Its durations are an inner value of the graph; the graph is
given one more output, in memory, so that every symbol's place in the sound is known.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from avatar.errors import VoiceModelError

FRAME_SAMPLES = 300  # of a spectral frame, 12.5 ms at 24 kHz
DURATION_SAMPLES = 600  # of one unit of duration, 25 ms
LAG = 1_392  # samples, 58 ms, by which durations run behind the sound (measured by forced alignment)
VOICED_HZ = 40.0  # a pitch below this means unvoiced
MAX_SYMBOLS = 400  # that the model was trained to read at once

_BUNDLED_VOICE = "heart"
_DURATIONS = "/Clip_output_0"
_MODEL_GRAPH, _GRAPH_OUTPUT, _VALUE_NAME = 7, 12, 1  # field numbers of onnx.proto
_PAD = 0  # id of the silence at both ends


@dataclass(frozen=True, slots=True)
class Spectra:
    """What the model says about a stretch of speech, F frames of ``FRAME_SAMPLES``.

    Attributes:
        harmonic: log magnitude of the voiced part, float32, shape (601, F), bins 20 Hz apart.
        harmonic_phase: its phase, before ``pi * tanh``, shape (601, F).
        noise: log magnitude of the noise part, shape (601, F).
        residual: log magnitude of the part with free phase, shape (601, F).
        residual_phase: radians, shape (601, F).
        pitch: Hz, about 0 where unvoiced, shape (F,).
        durations: samples per symbol, the leading and trailing silence included, shape (symbols + 2,); they sum to
            ``F * FRAME_SAMPLES``.
    """

    harmonic: NDArray[np.float32]
    harmonic_phase: NDArray[np.float32]
    noise: NDArray[np.float32]
    residual: NDArray[np.float32]
    residual_phase: NDArray[np.float32]
    pitch: NDArray[np.float32]
    durations: NDArray[np.int64]


class AcousticModel:
    """The network and its alphabet. Safe to use from several threads at once."""

    def __init__(self, threads: int = 1) -> None:
        """Load the model.

        Raises:
            VoiceModelError: the installed ``hibari-tts`` holds another model than this code understands.
        """
        from hibari import voices  # noqa: PLC0415 - with SciPy, 0.4 s that whoever only names a voice need not wait for

        path = Path(voices.voice_path(_BUNDLED_VOICE, download_missing=False))
        self._ids: dict[str, int] = json.loads((path.parent / "vocab.json").read_text(encoding="utf-8"))
        self._session = _session(path, threads)

    def predict(self, symbols: str, speed: float) -> Spectra:
        """Return the spectra of a string of symbols, all of which the model knows.

        Raises:
            ValueError: no symbols, or more than ``MAX_SYMBOLS``.
            VoiceModelError: the durations do not add up to the sound.
        """
        if not 0 < len(symbols) <= MAX_SYMBOLS:
            raise ValueError(f"the model reads 1 to {MAX_SYMBOLS} symbols at once, not {len(symbols)}")
        ids = np.array([[_PAD, *(self._ids[symbol] for symbol in symbols), _PAD]], dtype=np.int64)
        outputs: list[Any] = self._session.run(None, {"ids": ids, "speed": np.array([speed], dtype=np.float32)})
        *parts, units = outputs
        harmonic, harmonic_phase, noise, residual, residual_phase, pitch = (part[0] for part in parts)
        durations = units.reshape(-1).astype(np.int64) * DURATION_SAMPLES
        if durations.size != ids.size or int(durations.sum()) != len(pitch) * FRAME_SAMPLES:
            raise VoiceModelError(
                f"the speech model gave durations of {durations.sum()} samples for {len(pitch) * FRAME_SAMPLES} "
                "of sound: install the version of hibari-tts that pyproject.toml names"
            )
        return Spectra(harmonic, harmonic_phase, noise, residual, residual_phase, pitch, durations)


def _session(path: Path, threads: int) -> Any:
    import onnxruntime  # noqa: PLC0415 - loaded with the model, as above

    model = path.read_bytes()
    if _DURATIONS.encode() not in model:
        raise VoiceModelError(
            f"the speech model {path.name} has no durations ({_DURATIONS}): install the version of hibari-tts that "
            "pyproject.toml names"
        )
    model += _field(_MODEL_GRAPH, _field(_GRAPH_OUTPUT, _field(_VALUE_NAME, _DURATIONS.encode())))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    options.enable_cpu_mem_arena = False  # it would keep what the longest sentence took
    options.log_severity_level = 3  # errors only
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the renderer needs the cores
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _field(number: int, content: bytes) -> bytes:
    """Return a protobuf field of bytes, as short as 127; one that is appended to a message is merged into it."""
    return bytes([number << 3 | 2, len(content)]) + content


_loading = threading.Lock()


@cache
def _loaded(threads: int) -> AcousticModel:
    return AcousticModel(threads)


def shared_model(threads: int = 1) -> AcousticModel:
    """Return this process's model, loading it on the first call (about 0.3 s)."""
    with _loading:
        return _loaded(threads)


def forget_model() -> None:
    """Let go of this process's model; who holds it keeps it, and the next call of ``shared_model`` loads another."""
    with _loading:
        _loaded.cache_clear()
