"""A connection that lasts longer than its socket: what breaks is opened again, and goes on where it was."""

from __future__ import annotations

import contextlib
import logging
import re
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit, urlunsplit

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from server import protocol
from viewer.errors import ConnectionFailedError

log = logging.getLogger(__name__)

HARD_FRAME_BYTES = 1 << 22
BROKEN = (1001, 1005, 1006, 1011, 1012)  # how a connection ends that is worth opening again; others are meant
FIRST_PAUSE_SECONDS = 0.1  # before the first attempt to come back; each pause is twice as long as the one before
LONGEST_PAUSE_SECONDS = 4.0
PATIENCE_SECONDS = 60.0  # as long as a server waits
KEPT_BYTES = 1 << 20  # of what was sent, until the server says what it has of it: half a minute of a microphone
_NUMBER = re.compile('{"type":"[^"]*","event_id":"event_')


@dataclass(frozen=True, slots=True)
class Break:
    """The connection broke; ``final``: nothing follows."""

    reason: str
    final: bool


class LastingConnection:
    """Frames to and from a server at ``url``.

    One thread reads ``frames``; any may send. Where the server no longer has the session a new one begins.

    Raises:
        ConnectionFailedError: nobody answers there, or it is not a Visavis server.
    """

    def __init__(self, url: str, *, timeout: float) -> None:
        self._url = url
        self._timeout = timeout
        self._closing = threading.Event()
        self._session_id: str | None = None
        self._received = 0  # frames of the session
        self._lock = threading.Lock()  # of all that follows
        self._connected = True
        self._sent: deque[str | bytes] = deque()
        self._sent_bytes = 0
        self._sent_before = 0  # frames of the session that are no longer in ``_sent``
        self._socket = _connect(url, timeout)

    def send(self, frame: str | bytes, *, fleeting: bool = False) -> None:
        """Send a frame, or keep it until the connection is back; one that is ``fleeting`` is then dropped."""
        with self._lock:
            if fleeting and not self._connected:
                return
            self._keep(frame)
            if self._connected:
                self._pass_on(frame)

    def frames(self) -> Iterator[str | bytes | Break]:
        """Yield what comes, in order, once; the last is a ``Break`` that is final, unless this end closed."""
        while True:
            reason = "the server closed the connection"
            try:
                for frame in self._socket:
                    yield self._noted(frame)
            except ConnectionClosed as closed:
                reason = f"the connection broke: {closed}"
            with self._lock:
                self._connected = False
            if self._closing.is_set():
                return
            final = self._socket.close_code not in BROKEN
            yield Break(reason, final)
            if final:
                return
            greeting = self._come_back()
            if greeting is None:
                if not self._closing.is_set():
                    yield Break(reason, final=True)
                return
            yield self._noted(greeting)

    def close(self) -> None:
        """Close; ``frames`` ends."""
        self._closing.set()
        self._socket.close()

    def _noted(self, frame: str | bytes) -> str | bytes:
        """Count a frame as the server does: sound too, and nothing without a number, such as ``session.resumed``."""
        event = _session_event(frame)
        if isinstance(event, protocol.SessionCreated):
            self._session_id, self._received = event.session.id, 0
        if isinstance(frame, bytes) or _NUMBER.match(frame):
            self._received += 1
        return frame

    def _come_back(self) -> str | bytes | None:
        """Open the connection again, with the session or with a new one; return the first frame, or None."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        pause = FIRST_PAUSE_SECONDS
        while time.monotonic() < deadline and not self._closing.wait(pause):
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            try:
                socket = _connect(self._address(), self._timeout)
                greeting = socket.recv(self._timeout)
            except (ConnectionFailedError, ConnectionClosed, TimeoutError) as error:
                log.info("not back yet: %s", error)
                continue
            event = _session_event(greeting)
            if isinstance(event, protocol.SessionResumed):
                self._go_on(socket, event.received)
                return greeting
            if isinstance(event, protocol.SessionCreated):
                self._begin_anew(socket)
                return greeting
            log.warning("the session is lost, a new one begins: %s", greeting[:400])
            self._session_id = None
            socket.close()
        return None

    def _address(self) -> str:
        if self._session_id is None:
            return self._url
        parts = urlsplit(self._url)
        asked = urlencode({"session": self._session_id, "after": self._received})
        return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, asked)))))

    def _go_on(self, socket: ClientConnection, received: int) -> None:
        """Send again what the server did not get."""
        with self._lock:
            if received < self._sent_before:
                log.warning("%d frames that did not arrive are no longer here", self._sent_before - received)
            while self._sent and self._sent_before < received:
                self._forget()
            self._take_up(socket)
            for frame in self._sent:
                self._pass_on(frame)

    def _begin_anew(self, socket: ClientConnection) -> None:
        """What was sent was meant for the session that is lost."""
        with self._lock:
            self._sent.clear()
            self._sent_bytes = self._sent_before = 0
            self._take_up(socket)

    def _take_up(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._connected = True
        if self._closing.is_set():  # it was closed while this one was opened
            socket.close()

    def _keep(self, frame: str | bytes) -> None:
        self._sent.append(frame)
        self._sent_bytes += len(frame)
        while self._sent_bytes > KEPT_BYTES and len(self._sent) > 1:
            self._forget()

    def _forget(self) -> None:
        self._sent_bytes -= len(self._sent.popleft())
        self._sent_before += 1

    def _pass_on(self, frame: str | bytes) -> None:
        try:
            self._socket.send(frame)
        except ConnectionClosed as closed:
            log.debug("kept, the connection is gone: %s", closed)


def _connect(url: str, timeout: float) -> ClientConnection:
    try:
        connecting = connect(
            url,
            subprotocols=[Subprotocol(protocol.SUBPROTOCOL)],
            open_timeout=timeout,
            max_size=HARD_FRAME_BYTES,
            compression=None,
        )
        socket = contextlib.ExitStack().enter_context(connecting)  # closed by ``close``, or where it breaks
    except (OSError, TimeoutError, InvalidHandshake, InvalidURI, ConnectionClosed) as error:
        raise ConnectionFailedError(
            f"no Visavis server answers at {url} ({error}); start one with: visavis serve"
        ) from error
    if socket.subprotocol != protocol.SUBPROTOCOL:
        socket.close()
        raise ConnectionFailedError(f"the server at {url} does not speak {protocol.SUBPROTOCOL}")
    return socket


def _session_event(frame: str | bytes) -> protocol.ServerEvent | None:
    """Return the event that begins or goes on with a session, if the frame is one."""
    if isinstance(frame, bytes) or not frame.startswith(('{"type":"session.created"', '{"type":"session.resumed"')):
        return None
    return protocol.decode_server(frame)
