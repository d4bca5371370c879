"""What the environment sets, and what it may not say."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest

from server.errors import SettingsError
from server.protocol.reference import reference
from server.settings import DEFAULT_PORT, Endpoint, Settings
from viewer.cli import main


def test_with_nothing_set_the_users_own_folder_and_the_local_model_are_used() -> None:
    settings = Settings.from_environment({"VISAVIS_HOME": "", "VISAVIS_LLM_URL": ""})
    assert settings.home.name == "visavis"
    assert (settings.cache, settings.endpoint, settings.use_model) == (None, None, True)


def test_folders_are_moved(tmp_path: Path) -> None:
    settings = Settings.from_environment({"VISAVIS_HOME": str(tmp_path / "h"), "VISAVIS_CACHE": str(tmp_path / "c")})
    assert settings.store_path == tmp_path / "h" / "visavis.sqlite3"
    assert settings.cache == tmp_path / "c"


def test_an_endpoint_replaces_the_local_model_unless_there_is_to_be_no_model() -> None:
    environment = {"VISAVIS_LLM_URL": "http://localhost:1/v1", "VISAVIS_LLM_MODEL": "m", "VISAVIS_LLM_KEY": "k"}
    assert Settings.from_environment(environment).endpoint == Endpoint("http://localhost:1/v1", "m", "k")
    assert Settings.from_environment(environment, use_model=False).endpoint is None


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"VISAVIS_LLM_URL": "http://localhost/v1"}, "VISAVIS_LLM_MODEL"),
        ({"VISAVIS_LLM_MODEL": "m"}, "VISAVIS_LLM_URL"),
        ({"VISAVIS_LLM_URL": "localhost", "VISAVIS_LLM_MODEL": "m"}, "VISAVIS_LLM_URL"),
        ({"VISAVIS_LLM_URL": "file:///x", "VISAVIS_LLM_MODEL": "m"}, "VISAVIS_LLM_URL"),
        ({"VISAVIS_HOME": __file__}, "VISAVIS_HOME"),
    ],
)
def test_what_makes_no_sense_is_named(environment: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        Settings.from_environment(environment)


def test_the_server_listens_by_default_where_the_window_looks_for_it() -> None:
    where = cli_help("view")
    assert f":{DEFAULT_PORT}" in where
    assert str(DEFAULT_PORT) in cli_help("serve")
    assert f":{DEFAULT_PORT}/" in reference([])


def cli_help(command: str) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.suppress(SystemExit):
        main([command, "--help"])
    return printed.getvalue()
