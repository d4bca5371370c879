"""The budget of threads: never more than there are processors, and linear algebra in one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from server.errors import SettingsError
from server.mind import Mind
from server.settings import Settings
from server.threads import ThreadBudget, cores_here, limit_arithmetic


def blas_threads() -> set[int]:
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


@pytest.mark.parametrize("cores", [1, 2, 3, 4, 8, 64])
def test_no_model_gets_more_threads_than_there_are_processors(cores: int) -> None:
    budget = ThreadBudget.of(cores)
    for threads in (budget.recognition, budget.voice, budget.language, budget.prompt):
        assert 1 <= threads <= cores


def test_two_processors_leave_one_to_drawing_and_speech_while_the_model_writes() -> None:
    assert ThreadBudget.of(2) == ThreadBudget(recognition=1, voice=1, language=1, prompt=2)


def test_arithmetic_stays_in_the_thread_that_asks() -> None:
    with threadpool_limits(2, user_api="blas"):
        assert np.ones((4, 4)).sum() == 16
        limit_arithmetic()
        assert blas_threads() == {1}


def test_a_mind_limits_arithmetic_and_takes_the_cores_that_are_set(tmp_path: Path) -> None:
    with threadpool_limits(2, user_api="blas"), Mind(Settings(home=tmp_path, cores=8)) as mind:
        assert mind.threads == ThreadBudget.of(8)
        assert blas_threads() == {1}
    with Mind(Settings(home=tmp_path)) as mind:
        assert mind.threads == ThreadBudget.of(cores_here())


def test_the_number_of_cores_is_read_from_the_environment() -> None:
    assert Settings.from_environment({"VISAVIS_CORES": "3"}).cores == 3
    assert Settings.from_environment({}).cores is None


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", "99999", "²"])
def test_a_number_of_cores_that_makes_no_sense_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="VISAVIS_CORES"):
        Settings.from_environment({"VISAVIS_CORES": value})
