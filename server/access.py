"""Who may come in: this machine freely, anybody else with a token. Decides about a handshake; reads only the tokens."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from websockets.datastructures import Headers

from server.errors import AccessDeniedError, NoTokensError
from server.tokens import Token, TokenBook

KEY_SUBPROTOCOL = "openai-insecure-api-key."  # how a browser, which cannot set headers, shows a key to the Realtime API
TOKEN_PARAMETER = "token"  # noqa: S105 - of the address, for a browser that offers no such subprotocol
FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Real-IP")  # headers that reverse proxies add


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who was let in.

    Attributes:
        address: where the connection comes from; of the proxy, where there is one.
        token: what they showed; None for who is on this machine and showed none.
    """

    address: str
    token: Token | None = None

    def __str__(self) -> str:
        return f"{self.address} ({'no token' if self.token is None else f'token {self.token.name!r}'})"


class Access:
    """Decides who is let in.

    Args:
        book: the tokens; None where only this machine can reach the server anyway and tokens mean nothing.
        everybody: ask this machine for a token too, as behind a reverse proxy, whose clients all seem to be here.
    """

    def __init__(self, book: TokenBook | None = None, *, everybody: bool = False) -> None:
        self._book = book
        self._everybody = everybody

    def check_listening(self, host: str) -> None:
        """Make sure that somebody can get in at an address that others reach.

        Raises:
            NoTokensError: others reach it, and there is no token for them.
            TokenFileError: the tokens cannot be read.
        """
        asked = self._everybody or not is_loopback(host)
        if asked and not (self._book is not None and self._book.valid()):
            raise NoTokensError(host)

    def visitor(self, address: str, headers: Headers, query: Mapping[str, str]) -> Visitor:
        """Return who asks to come in from ``address`` with a request of these headers and this query.

        Nothing that a client writes makes it local: headers of a proxy are not believed, and a request that has them
        came from elsewhere.

        Raises:
            AccessDeniedError: a token is needed, and none or a wrong one is shown.
            TokenFileError: the tokens cannot be read.
        """
        secret = shown_token(headers, query)
        if secret is not None and self._book is not None:
            token = self._book.holder(secret)
            if token is not None:
                return Visitor(address, token)
        if self._everybody or not is_loopback(address) or any(name in headers for name in FORWARDED):
            raise AccessDeniedError(shown=secret is not None)
        return Visitor(address)

    def still_welcome(self, visitor: Visitor) -> bool:
        """Tell whether the token of somebody who is in was neither revoked nor has expired.

        Raises:
            TokenFileError: the tokens cannot be read.
        """
        return visitor.token is None or (self._book is not None and visitor.token in self._book.valid())


def shown_token(headers: Headers, query: Mapping[str, str]) -> str | None:
    """Return the token that a request shows: in its ``Authorization``, as a subprotocol, or in its query."""
    for value in headers.get_all("Authorization"):
        scheme, _, secret = value.strip().partition(" ")
        if scheme.lower() == "bearer" and secret.strip():
            return secret.strip()
    for value in headers.get_all("Sec-WebSocket-Protocol"):
        for offered in value.split(","):
            if offered.strip().startswith(KEY_SUBPROTOCOL):
                return offered.strip().removeprefix(KEY_SUBPROTOCOL)
    return query.get(TOKEN_PARAMETER)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches ``host``, or whether it is this machine's own."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)  # 127.0.0.1 as a socket that takes both families shows it
    return bool((mapped or address).is_loopback)
