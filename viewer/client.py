"""A client of the server: one WebSocket, its own reading thread, events handed over through a bounded queue."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType

import numpy as np
from numpy.typing import NDArray
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from server import protocol
from viewer.errors import ConnectionFailedError

log = logging.getLogger(__name__)

QUEUE_EVENTS = 4_096  # beyond it the socket's own flow control holds the server back
HARD_FRAME_BYTES = 1 << 22


@dataclass(frozen=True, slots=True)
class Sound:
    """Sound of an utterance: int16 mono at ``protocol.OUTPUT_RATE``, beginning at its sample ``first``.

    ``arrived`` is when it came, on ``time.perf_counter``'s clock.
    """

    generation: int
    first: int
    pcm: NDArray[np.int16]
    arrived: float = 0.0


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection is gone; nothing follows."""

    reason: str


Incoming = protocol.ServerEvent | Sound | Disconnected


class Client:
    """Talks to a server at ``url``; a context manager.

    Attributes:
        at_once: told everything that comes, in the thread that reads it, before ``poll`` and ``wait`` give it out: for
            what cannot wait until a picture is drawn. None at first.

    Raises:
        ConnectionFailedError: nobody answers there, or it is not a Visavis server.
    """

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        self.at_once: Callable[[Incoming], None] | None = None
        self._open = contextlib.ExitStack()
        try:
            self._socket = self._open.enter_context(
                connect(
                    url,
                    subprotocols=[Subprotocol(protocol.SUBPROTOCOL)],
                    open_timeout=timeout,
                    max_size=HARD_FRAME_BYTES,
                    compression=None,
                )
            )
        except (OSError, TimeoutError, InvalidHandshake, InvalidURI, ConnectionClosed) as error:
            raise ConnectionFailedError(
                f"no Visavis server answers at {url} ({error}); start one with: visavis serve"
            ) from error
        if self._socket.subprotocol != protocol.SUBPROTOCOL:
            self._open.close()
            raise ConnectionFailedError(f"the server at {url} does not speak {protocol.SUBPROTOCOL}")
        self._incoming: queue.Queue[Incoming] = queue.Queue(QUEUE_EVENTS)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._receive, name="visavis-client", daemon=True)
        self._thread.start()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def send(self, event: protocol.ClientEvent) -> None:
        """Send an event; a connection that is gone is reported through ``poll``, not here."""
        self._send(protocol.encode(event))

    def send_sound(self, first: int, pcm: NDArray[np.int16]) -> None:
        """Send microphone sound in the session's input format, ``first`` samples after the microphone opened."""
        self._send(protocol.encode_audio(0, first, pcm.astype("<i2").tobytes()))

    def poll(self) -> Iterator[Incoming]:
        """Yield what has come, without waiting."""
        while True:
            try:
                yield self._incoming.get_nowait()
            except queue.Empty:
                return

    def wait(self, seconds: float) -> Incoming | None:
        """Return the next that comes, or None after ``seconds``."""
        try:
            return self._incoming.get(timeout=seconds)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Close the connection and end the thread."""
        self._closing.set()
        self._open.close()
        self._thread.join(timeout=5.0)

    def _send(self, frame: str | bytes) -> None:
        try:
            self._socket.send(frame)
        except ConnectionClosed as closed:
            log.debug("not sent, the connection is gone: %s", closed)

    def _receive(self) -> None:
        reason = "the server closed the connection"
        try:
            for frame in self._socket:
                incoming = self._decoded(frame)
                if incoming is not None and not self._hand_over(incoming):
                    return
        except ConnectionClosed as closed:
            reason = f"the connection broke: {closed}"
        self._hand_over(Disconnected(reason))

    def _decoded(self, frame: str | bytes) -> Incoming | None:
        try:
            if isinstance(frame, str):
                return protocol.decode_server(frame)
            generation, first, pcm = protocol.decode_audio(frame)
        except protocol.ProtocolError as error:
            log.warning("the server sent what is not an event (%s): %s", error.code, error)
            return None
        samples = np.frombuffer(pcm, dtype="<i2").astype(np.int16)
        return Sound(generation, first, samples, time.perf_counter())

    def _hand_over(self, incoming: Incoming) -> bool:
        if self.at_once is not None:
            self.at_once(incoming)
        while not self._closing.is_set():
            try:
                self._incoming.put(incoming, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False
