"""Who is let in: this machine, and holders of tokens; what a client writes about itself makes it neither."""

from __future__ import annotations

from pathlib import Path

import pytest
from websockets.datastructures import Headers

from server.access import KEY_SUBPROTOCOL, Access, is_loopback
from server.errors import AccessDeniedError, NoTokensError
from server.tokens import TokenBook

ELSEWHERE = "203.0.113.7"
HERE = "127.0.0.1"


@pytest.fixture
def book(tmp_path: Path) -> TokenBook:
    return TokenBook(tmp_path / "tokens.json")


def test_this_machine_comes_in_with_any_key_or_none(book: TokenBook) -> None:
    access = Access(book)
    assert access.visitor(HERE, Headers(), {}).token is None
    assert access.visitor("::1", Headers({"Authorization": "Bearer sk-of-somebody-else"}), {}).token is None


def test_a_token_is_shown_in_a_header_a_subprotocol_or_the_address(book: TokenBook) -> None:
    token, secret = book.new("phone")
    access = Access(book)
    shown: list[tuple[Headers, dict[str, str]]] = [
        (Headers({"Authorization": f"Bearer {secret}"}), {}),
        (Headers({"Authorization": f"bearer   {secret}"}), {}),
        (Headers({"Sec-WebSocket-Protocol": f"realtime, openai-insecure-api-key.{secret}"}), {}),
        (
            Headers([("Sec-WebSocket-Protocol", "x"), ("Sec-WebSocket-Protocol", KEY_SUBPROTOCOL + secret)]),
            {},
        ),
        (Headers(), {"token": secret}),
    ]
    for headers, query in shown:
        assert access.visitor(ELSEWHERE, headers, query).token == token


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({}, {}),
        ({"Authorization": "Bearer"}, {}),
        ({"Authorization": "Basic dXNlcjpwYXNz"}, {}),
        ({"Authorization": "Bearer visavis_wrong"}, {}),
        ({"Sec-WebSocket-Protocol": "openai-insecure-api-key."}, {}),
        ({}, {"token": ""}),
        ({}, {"token": "visavis_wrong"}),
        ({"X-Forwarded-For": HERE}, {}),
        ({"Forwarded": f"for={HERE}"}, {}),
    ],
)
def test_anybody_else_is_refused(book: TokenBook, headers: dict[str, str], query: dict[str, str]) -> None:
    book.new("phone")
    with pytest.raises(AccessDeniedError):
        Access(book).visitor(ELSEWHERE, Headers(headers), query)


def test_the_refusal_tells_a_missing_token_from_a_wrong_one_and_repeats_neither(book: TokenBook) -> None:
    with pytest.raises(AccessDeniedError, match="visavis token new"):
        Access(book).visitor(ELSEWHERE, Headers(), {})
    with pytest.raises(AccessDeniedError, match="revoked or has expired") as refused:
        Access(book).visitor(ELSEWHERE, Headers(), {"token": "visavis_wrong"})
    assert "visavis_wrong" not in str(refused.value)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_who_comes_through_a_proxy_on_this_machine_is_not_on_this_machine(book: TokenBook, header: str) -> None:
    _, secret = book.new("phone")
    access = Access(book)
    with pytest.raises(AccessDeniedError):
        access.visitor(HERE, Headers({header: HERE}), {})
    assert access.visitor(HERE, Headers({header: HERE, "Authorization": f"Bearer {secret}"}), {}).token


def test_this_machine_can_be_asked_for_a_token_too(book: TokenBook) -> None:
    _, secret = book.new("phone")
    access = Access(book, everybody=True)
    with pytest.raises(AccessDeniedError):
        access.visitor(HERE, Headers(), {})
    assert access.visitor(HERE, Headers(), {"token": secret}).token


def test_without_tokens_only_this_machine_can_be_listened_to(book: TokenBook) -> None:
    Access().check_listening(HERE)
    for access, host in ((Access(), "0.0.0.0"), (Access(book), "0.0.0.0"), (Access(book, everybody=True), HERE)):
        with pytest.raises(NoTokensError, match="visavis token new NAME"):
            access.check_listening(host)
    book.new("phone")
    Access(book).check_listening("0.0.0.0")
    Access(book, everybody=True).check_listening(HERE)


def test_a_visitor_is_welcome_until_the_token_is_revoked(book: TokenBook) -> None:
    token, secret = book.new("phone")
    access = Access(book)
    visitor = access.visitor(ELSEWHERE, Headers(), {"token": secret})
    local = access.visitor(HERE, Headers(), {})
    assert access.still_welcome(visitor)
    book.revoke(token.name)
    assert not access.still_welcome(visitor)
    assert access.still_welcome(local)


def test_a_visitor_is_named_without_the_token(book: TokenBook) -> None:
    token, secret = book.new("phone")
    visitor = Access(book).visitor(ELSEWHERE, Headers(), {"token": secret})
    assert str(visitor) == f"{ELSEWHERE} (token 'phone')"
    assert token.digest not in str(visitor)


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("localhost", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:192.168.1.2", False),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.2", False),
        ("fe80::1%eth0", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_which_addresses_only_this_machine_reaches(host: str, alone: bool) -> None:
    assert is_loopback(host) is alone
