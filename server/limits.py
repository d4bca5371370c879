"""What one client may do, in one table, and the buckets that measure it. Pure: times are given, never read."""

from __future__ import annotations

from dataclasses import dataclass

from server.errors import FloodError


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of the door. Sound of 24 kHz in base64 is 64 kB and 20 to 50 messages a second: all leave room for it.

    Attributes:
        connections: clients at once, readers among them; more get HTTP 503.
        handshakes: handshakes in progress; when one more comes, the oldest ends.
        handshakes_per_address: the same for one address that is not this machine.
        arrivals_per_second, arrivals_burst: new connections of one address, this machine's too; more wait their turn.
        arrival_seconds: how long they may wait; who would wait longer is cut off at once.
        handshake_seconds: how long a handshake, with TLS a second time, may take.
        messages_per_second, messages_burst: of one connection; a client that sends more is read more slowly.
        bytes_per_second, bytes_burst: the same for what it sends; the burst takes two minutes of recorded sound.
        patience_seconds: how long a client may be held back before it is sent away (close code 1008).
        frames_per_second, frames_burst: frames of any kind, pings and fragments among them; more end the connection.
        inbound_messages: read ahead of the session, after which the client is held back.
        waiting_bytes: for all clients together, to be sent or to be looked at; beyond it the one with most goes.
        kept_bytes: of what was sent to all clients, for those who lose their connection and come back.
        unread_bytes: waiting in the socket's buffer, beyond which a client that does not read is cut off.
        ping_seconds: how often a silent client is asked whether it is there, and how long it may take to answer.
        goodbye_seconds: how long a connection that is being closed may take.
    """

    connections: int = 2_000
    handshakes: int = 512
    handshakes_per_address: int = 32
    arrivals_per_second: float = 50.0
    arrivals_burst: float = 200.0
    arrival_seconds: float = 3.0
    handshake_seconds: float = 5.0
    messages_per_second: float = 200.0
    messages_burst: float = 1_500.0
    bytes_per_second: float = 512 * 1_024.0
    bytes_burst: float = 8 * 1_024 * 1_024.0
    patience_seconds: float = 30.0
    frames_per_second: float = 1_000.0
    frames_burst: float = 2_500.0
    inbound_messages: int = 2
    waiting_bytes: int = 128 * 1_024 * 1_024
    kept_bytes: int = 128 * 1_024 * 1_024
    unread_bytes: int = 4 * 1_024 * 1_024
    ping_seconds: float = 20.0
    goodbye_seconds: float = 5.0


class Bucket:
    """A token bucket: ``rate`` a second flow in, up to ``burst``; who takes more than there is goes into debt.

    ``now`` is in seconds of any clock that never goes back.
    """

    __slots__ = ("_at", "_burst", "_level", "_rate")

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._level = burst
        self._at = now

    def take(self, amount: float, now: float) -> float:
        """Take ``amount`` out; return the seconds until the debt is paid, 0 where there is none."""
        self._level = min(self._burst, self._level + self._rate * (now - self._at)) - amount
        self._at = now
        return max(0.0, -self._level / self._rate)

    def owes(self, now: float) -> float:
        """Return the seconds until a debt is paid, 0 where there is none; nothing is taken."""
        return max(0.0, -(self._level + self._rate * (now - self._at)) / self._rate)

    def rested(self) -> bool:
        """Tell whether it was at least half full when it was last used."""
        return self._level >= self._burst / 2


class Meter:
    """Measures the messages of one connection.

    Args:
        limits: the table.
        now: seconds.
        shared: the bucket of the token's messages, which other connections of the token empty too.
    """

    __slots__ = ("_bytes", "_held", "_messages", "_patience", "_shared")

    def __init__(self, limits: Limits, now: float, shared: Bucket | None = None) -> None:
        self._messages = Bucket(limits.messages_per_second, limits.messages_burst, now)
        self._bytes = Bucket(limits.bytes_per_second, limits.bytes_burst, now)
        self._shared = shared
        self._patience = limits.patience_seconds
        self._held = 0.0  # seconds for which the client was held back since it last kept quiet for long

    def take(self, size: int, now: float) -> float:
        """Count a message of ``size`` bytes; return for how many seconds no more is to be read.

        Raises:
            FloodError: the client was held back for so long that it means no good.
        """
        wait = max(self._messages.take(1, now), self._bytes.take(size, now))
        if self._shared is not None:
            wait = max(wait, self._shared.take(1, now))
        if wait == 0.0 and self._messages.rested() and self._bytes.rested():
            self._held = 0.0
        self._held += wait
        if self._held > self._patience:
            raise FloodError(self._patience)
        return wait
