"""The tokens that let people in from elsewhere: made, listed and revoked, kept as hashes in one file.

A token is 256 random bits, so its SHA-256 is all that has to be kept: there is no dictionary to try. A slow hash, which
protects what people choose themselves, would only make handshakes dear.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from filelock import FileLock, Timeout

from server.errors import TokenFileError, TokenNameError, UnknownTokenError

PREFIX = "visavis_"
SECRET_BYTES = 32
LOCK_SECONDS = 10.0

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._@-]{0,59}")

Count = Annotated[int, msgspec.Meta(ge=1)]


class Allowance(msgspec.Struct, frozen=True, kw_only=True):
    """What the holders of one token may do, all together. A microphone sends up to 3,000 messages a minute."""

    connections: Count = 32
    conversations: Count = 4
    messages_per_minute: Count = 12_000


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """A token as it is kept: ``digest`` is its SHA-256 in hexadecimal; the token itself is kept nowhere."""

    id: str
    name: str
    digest: str
    made: datetime
    expires: datetime | None = None
    allowance: Allowance = Allowance()


class _File(msgspec.Struct, kw_only=True):
    version: Literal[1] = 1
    tokens: list[Token] = msgspec.field(default_factory=list)


class TokenBook:
    """The tokens in a file that its owner alone may read (mode 0600). Any number of processes may share it.

    Args:
        path: the file; it need not be there.
        clock: the time, with its zone.

    Raises:
        TokenFileError: the file cannot be read or written, or is something else. Any method may raise it.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._path = path
        self._clock = clock
        self._seen: tuple[int, int, int] | None = None
        self._tokens: tuple[Token, ...] = ()

    def tokens(self) -> tuple[Token, ...]:
        """Return all tokens, the oldest first; reads the file only when it changed."""
        try:
            status = self._path.stat()
            stamp = (status.st_ino, status.st_size, status.st_mtime_ns)
            if stamp != self._seen:
                self._tokens = tuple(msgspec.json.decode(self._path.read_bytes(), type=_File).tokens)
                self._seen = stamp
        except FileNotFoundError:
            self._seen, self._tokens = None, ()
        except (OSError, msgspec.MsgspecError) as error:
            self._seen, self._tokens = None, ()
            raise TokenFileError(self._path, error) from error
        return self._tokens

    def valid(self) -> tuple[Token, ...]:
        """Return the tokens that have not expired."""
        now = self._clock()
        return tuple(token for token in self.tokens() if token.expires is None or token.expires > now)

    def holder(self, secret: str) -> Token | None:
        """Return the token that somebody shows, or None; however wrong it is, that takes the same time."""
        digest = _digest(secret)
        found = None
        for token in self.valid():
            if hmac.compare_digest(token.digest, digest):
                found = token
        return found

    def new(self, name: str, *, days: int | None = None, allowance: Allowance | None = None) -> tuple[Token, str]:
        """Make a token; return it as it is kept, and the secret, which nobody can show again.

        Raises:
            TokenNameError: the name is taken, or is none.
        """
        if not _NAME.fullmatch(name):
            raise TokenNameError(f"{name[:80]!r} cannot name a token; use 1 to 60 letters, digits, spaces and ._@-")
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        now = self._clock()
        token = Token(
            id=secrets.token_hex(4),
            name=name,
            digest=_digest(secret),
            made=now,
            expires=None if days is None else now + timedelta(days=days),
            allowance=allowance or Allowance(),
        )
        with self._changing():
            tokens = self.tokens()
            if any(other.name == name for other in tokens):
                raise TokenNameError(f"there is a token {name!r} already; revoke it or choose another name")
            self._write([*tokens, token])
        return token, secret

    def revoke(self, name: str) -> Token:
        """Remove the token of a name or an id and return it.

        Raises:
            UnknownTokenError: there is none.
        """
        with self._changing():
            tokens = self.tokens()
            gone = next((token for token in tokens if name in (token.name, token.id)), None)
            if gone is None:
                raise UnknownTokenError(name, [token.name for token in tokens])
            self._write([token for token in tokens if token is not gone])
        return gone

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self._path.with_name(f".{self._path.name}.lock"), timeout=LOCK_SECONDS, mode=0o600):
                yield
        except (OSError, Timeout) as error:
            raise TokenFileError(self._path, error) from error

    def _write(self, tokens: list[Token]) -> None:
        """Write the file whole or not at all; no byte of it is ever readable by others."""
        content = msgspec.json.format(msgspec.json.encode(_File(tokens=tokens)))
        number, partial = tempfile.mkstemp(prefix=f".{self._path.name}.", dir=self._path.parent)  # mode 0600
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, self._path)
        finally:
            Path(partial).unlink(missing_ok=True)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
