"""The house as sessions see it: the mind, the voices and the ears, shared by all of them."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from avatar.voice import DEFAULT_VOICE, VOICES, Voice
from feed.replies import Replier
from feed.store import Store
from server.abilities import Cancelled
from server.assets import AssetMissingError
from server.ears import EarModels, Ears
from server.errors import ServerError
from server.mind import Mind, Once
from server.protocol import TurnDetection
from server.stages import Stages

log = logging.getLogger(__name__)


class Services:
    """The real ``abilities.Abilities``. Any thread may use it."""

    def __init__(self, mind: Mind) -> None:
        self._mind = mind
        self._ear_models = Once(self._build_ear_models)
        self._voices = {name: Once(functools.partial(Voice, name, mind.threads.voice)) for name in VOICES}

    @property
    def stages(self) -> Stages:
        """Who is told where the time goes."""
        return self._mind.stages

    def shelf(self) -> Store:
        """Return the store, with the feed in it."""
        return self._mind.shelf()

    def host(self) -> Replier:
        """Return who answers.

        Raises:
            AssetMissingError: a model is not on this machine; the message says what to run.
        """
        return self._mind.host()

    def voice_name(self, wanted: Sequence[str | None]) -> str:
        """Return the first voice of ``wanted`` that there is, or the default."""
        return next((name for name in wanted if name in VOICES), DEFAULT_VOICE)

    def speech(self, voice: str) -> Voice:
        """Return a voice by name."""
        return self._voices[voice]()

    def listener(self, turn_detection: TurnDetection | None, rate: int) -> Ears:
        """Return new ears for a session.

        Raises:
            AssetMissingError: a model is not on this machine; the message says what to run.
        """
        models = self._ear_models()
        models.load()
        return Ears(models, turn_detection, rate)

    def transcribe(self, audio: NDArray[np.float32], cancelled: Cancelled) -> str:
        """Return the words in 16 kHz sound; "" when it was given up."""
        return self._ear_models().transcriber.transcribe(audio, cancelled)

    def end_of_turn(self, audio: NDArray[np.float32]) -> float | None:
        """Return how much 16 kHz sound sounds like the end of a turn, 0..1; None: no model here can tell."""
        model = self._ear_models().end_of_turn
        return None if model is None else model.score(audio)

    def warm(self) -> None:
        """Build everything now, so that the first answer is not late; what cannot be had is logged and left."""
        parts: dict[str, Callable[[], object]] = {
            "the voice": lambda: self.speech(DEFAULT_VOICE),
            "the ears": lambda: self._ear_models().load(),
            "the answers": self._mind.prepare,
        }
        for name, build in parts.items():
            if self._mind.closing:
                return
            try:
                build()
            except Exception as error:
                log.warning("could not prepare %s: %s", name, error, exc_info=not isinstance(error, ServerError))

    def _build_ear_models(self) -> EarModels:
        assets = self._mind.assets
        try:
            end_of_turn = assets.path("end-of-turn")
        except AssetMissingError as error:
            log.info("turns end by silence and words alone: %s", error)
            end_of_turn = None
        threads = self._mind.threads.recognition
        return EarModels(
            assets.path("vad"), assets.path("speech-to-text"), assets.derived, end_of_turn, threads=threads
        )
