"""Tokens: made once, kept as hashes in a file of their own, ended by hand or by the calendar."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.errors import TokenFileError, TokenNameError, UnknownTokenError
from server.tokens import Allowance, TokenBook


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "tokens.json"


def test_who_shows_a_token_is_known_by_its_name(path: Path) -> None:
    book = TokenBook(path)
    token, secret = book.new("phone", allowance=Allowance(connections=2))
    assert book.holder(secret) == token
    assert (token.name, token.allowance.connections) == ("phone", 2)


def test_what_is_not_a_token_is_nobodys(path: Path) -> None:
    book = TokenBook(path)
    token, secret = book.new("phone")
    for wrong in ("", secret[:-1], secret + "x", secret.upper(), token.digest, token.id, "\ud800", "naïve"):
        assert book.holder(wrong) is None


def test_two_tokens_have_nothing_in_common(path: Path) -> None:
    book = TokenBook(path)
    secrets = {book.new(f"client {number}")[1] for number in range(20)}
    assert len(secrets) == 20
    assert all(len(secret) > 43 for secret in secrets), "256 bits take 43 characters"


def test_the_file_holds_no_token_and_is_for_its_owner_alone(path: Path) -> None:
    _, secret = TokenBook(path).new("phone")
    assert secret not in path.read_text()
    assert secret.removeprefix("visavis_") not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_nothing_is_left_beside_the_file_when_it_cannot_be_replaced(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = TokenBook(path)
    book.new("phone")
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(TokenFileError, match="No space left"):
        book.new("tablet")
    assert path.read_bytes() == before
    assert {file.name for file in path.parent.iterdir()} == {"tokens.json", ".tokens.json.lock"}


def test_a_token_of_another_process_counts_at_once_and_no_longer_when_revoked(path: Path) -> None:
    server, owner = TokenBook(path), TokenBook(path)
    assert server.tokens() == ()
    token, secret = owner.new("phone")
    assert server.holder(secret) == token
    owner.revoke(token.id)
    assert server.holder(secret) is None


def test_a_token_is_over_on_its_day(path: Path) -> None:
    now = datetime(2026, 5, 1, tzinfo=UTC)
    book = TokenBook(path, clock=lambda: now)
    token, secret = book.new("guest", days=7)
    now += timedelta(days=7, seconds=-1)
    assert book.holder(secret) == token
    now += timedelta(seconds=1)
    assert book.holder(secret) is None
    assert book.tokens() == (token,), "it is still listed"


def test_a_name_is_used_once(path: Path) -> None:
    book = TokenBook(path)
    book.new("phone")
    with pytest.raises(TokenNameError, match="phone"):
        book.new("phone")
    book.revoke("phone")
    book.new("phone")


@pytest.mark.parametrize("name", ["", " phone", "a\nb", "x" * 61, "[red]", "../up", "\x1b[31m"])
def test_what_is_no_name_is_refused(path: Path, name: str) -> None:
    with pytest.raises(TokenNameError):
        TokenBook(path).new(name)
    assert not path.exists()


def test_revoking_what_is_not_there_says_what_is(path: Path) -> None:
    book = TokenBook(path)
    with pytest.raises(UnknownTokenError, match="none"):
        book.revoke("phone")
    book.new("tablet")
    with pytest.raises(UnknownTokenError, match="tablet"):
        book.revoke("phone")


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b'{"version": 2}', b'{"tokens": [{"name": "x"}]}', b'{"tokens": null}', b"\xff"]
)
def test_a_damaged_file_lets_nobody_in_and_is_named(path: Path, content: bytes) -> None:
    book = TokenBook(path)
    _, secret = book.new("phone")
    path.write_bytes(content)
    with pytest.raises(TokenFileError, match=r"tokens\.json"):
        book.holder(secret)
    with pytest.raises(TokenFileError):
        book.new("tablet")
    assert path.read_bytes() == content, "what may be mended by hand is not overwritten"
