"""What the user set: folders and the language model, from the environment and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import platformdirs

from server.errors import SettingsError

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8787
MOST_CORES = 1_024


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible chat endpoint: ``url`` up to ``/v1``, the model's name, and a key if it wants one."""

    url: str
    model: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set.

    Attributes:
        home: folder of the store (``VISAVIS_HOME``; by default the user's data folder).
        cache: folder of the assets; None leaves it to ``VISAVIS_CACHE`` and the user's cache folder.
        endpoint: the language model to use instead of the local one (``VISAVIS_LLM_URL``, ``_MODEL``, ``_KEY``).
        use_model: False answers from the item's own sentences, with no language model.
        cores: processors that the models may share (``VISAVIS_CORES``); None takes those of the machine.
    """

    home: Path
    cache: Path | None = None
    endpoint: Endpoint | None = None
    use_model: bool = True
    cores: int | None = None

    @property
    def store_path(self) -> Path:
        """The store's file."""
        return self.home / "visavis.sqlite3"

    @property
    def tokens_path(self) -> Path:
        """The file of the access tokens."""
        return self.home / "tokens.json"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], *, use_model: bool = True) -> Settings:
        """Read the ``VISAVIS_*`` variables; an empty one counts as not set.

        Raises:
            SettingsError: a variable makes no sense.
        """
        home = environment.get("VISAVIS_HOME")
        cache = environment.get("VISAVIS_CACHE")
        return cls(
            home=_folder("VISAVIS_HOME", home) if home else platformdirs.user_data_path("visavis", appauthor=False),
            cache=_folder("VISAVIS_CACHE", cache) if cache else None,
            endpoint=_endpoint(environment) if use_model else None,
            use_model=use_model,
            cores=_cores(environment.get("VISAVIS_CORES")),
        )


def _folder(variable: str, value: str) -> Path:
    folder = Path(value).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise SettingsError(f"{variable} names {folder}, which is not a folder")
    return folder


def _cores(value: str | None) -> int | None:
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= MOST_CORES):
        raise SettingsError(f"VISAVIS_CORES is {value!r}; it must be a whole number from 1 to {MOST_CORES}")
    return int(value)


def _endpoint(environment: Mapping[str, str]) -> Endpoint | None:
    url, model = environment.get("VISAVIS_LLM_URL"), environment.get("VISAVIS_LLM_MODEL")
    if not url:
        if model:
            raise SettingsError("VISAVIS_LLM_MODEL is set and VISAVIS_LLM_URL is not; set both, or neither")
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"VISAVIS_LLM_URL is {url!r}; it must look like http://localhost:11434/v1")
    if not model:
        raise SettingsError("VISAVIS_LLM_URL is set and VISAVIS_LLM_MODEL is not; name the model to use there")
    return Endpoint(url=url, model=model, key=environment.get("VISAVIS_LLM_KEY") or None)
