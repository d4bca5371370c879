"""``visavis token``: what the owner of a server sees."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.tokens import TokenBook
from viewer.cli import main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("VISAVIS_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path


def test_a_new_token_is_all_that_is_printed_and_opens_the_door(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "new", "my phone", "--days", "30", "--conversations", "2"]) == 0
    secret = capsys.readouterr().out.strip()
    token = TokenBook(home / "tokens.json").holder(secret)
    assert token is not None
    assert (token.name, token.allowance.conversations) == ("my phone", 2)
    assert token.expires is not None
    assert (token.expires - token.made).days == 30


def test_the_list_has_names_and_dates_and_no_secret(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "list"]) == 0
    assert "visavis token new NAME" in capsys.readouterr().out
    token, secret = TokenBook(home / "tokens.json").new("phone")
    assert main(["token", "list"]) == 0
    shown = capsys.readouterr().out
    assert all(part in shown for part in ("phone", token.id, f"{token.made:%Y-%m-%d}"))
    assert secret not in shown
    assert token.digest[:12] not in shown


def test_a_revoked_token_is_gone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    TokenBook(home / "tokens.json").new("phone")
    assert main(["token", "revoke", "phone"]) == 0
    assert TokenBook(home / "tokens.json").tokens() == ()
    assert main(["token", "revoke", "phone"]) == 2
    assert "there is no token 'phone'" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["", "two\nlines"])
def test_a_bad_name_is_bad_input(home: Path, name: str) -> None:
    assert main(["token", "new", name]) == 2


@pytest.mark.parametrize("arguments", [["token"], ["token", "new"], ["token", "new", "x", "--days", "0"]])
def test_bad_usage_is_told(home: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2


def test_the_command_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["token", "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert all(action in shown for action in ("new", "list", "revoke"))
