"""The end-of-turn model tells a sentence from its beginning, and the house does without it where it is missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from server.assets import AssetMissingError, AssetStore
from server.ears import EAR_RATE, EarModels
from server.ears.end_of_turn import EndOfTurn, features
from server.ears.turns import Audio
from server.mind import Mind
from server.services import Services
from server.settings import Settings
from tests.server.test_ears import HUMAN, samples


@pytest.fixture(scope="module")
def model(assets: AssetStore) -> EndOfTurn:
    return EndOfTurn(assets.path("end-of-turn"))


def paused(speech: Audio) -> Audio:
    """The speech and 0.2 s of a quiet room."""
    return np.concatenate([speech, np.random.default_rng(1).normal(0, 2e-4, EAR_RATE // 5).astype(np.float32)])


def test_a_sentence_sounds_more_finished_than_its_beginning(model: EndOfTurn) -> None:
    speech = samples(HUMAN)
    whole, begun = model.score(paused(speech)), model.score(paused(speech[: int(0.65 * len(speech))]))
    assert whole is not None
    assert begun is not None
    assert 0.0 <= begun < 0.2
    assert 0.8 < whole <= 1.0


def test_only_the_last_seconds_are_heard_and_their_loudness_does_not_matter(model: EndOfTurn) -> None:
    speech = paused(samples(HUMAN))
    long = np.concatenate([np.random.default_rng(2).normal(0, 0.3, 4 * EAR_RATE).astype(np.float32), speech, speech])
    assert np.array_equal(features(long), features(long[-8 * EAR_RATE :]))
    assert model.score(speech) == pytest.approx(model.score(speech / np.float32(4)), abs=0.02)


def test_nothing_is_said_of_a_click(model: EndOfTurn) -> None:
    assert model.score(np.ones(100, np.float32)) is None


def test_silence_has_a_score(model: EndOfTurn) -> None:
    score = model.score(np.zeros(EAR_RATE, np.float32))
    assert score is not None
    assert 0.0 <= score <= 1.0


def test_without_the_asset_nothing_is_told_and_the_ears_are_there(
    assets: AssetStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = AssetStore.path

    def missing(store: AssetStore, name: str) -> Path:
        if name == "end-of-turn":
            raise AssetMissingError(name)
        return path(store, name)

    monkeypatch.setattr(AssetStore, "path", missing)
    with Mind(Settings(home=tmp_path, cache=assets.derived.parent)) as mind:
        services = Services(mind)
        assert services.end_of_turn(samples(HUMAN)) is None
        assert services.transcribe(samples(HUMAN), lambda: False)


def test_models_are_loaded_once(assets: AssetStore) -> None:
    models = EarModels(assets.path("vad"), assets.path("speech-to-text"), assets.derived, assets.path("end-of-turn"))
    assert models.end_of_turn is models.end_of_turn is not None
