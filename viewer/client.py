"""A client of the server: a lasting connection, its own reading thread, events handed over through a bounded queue."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from server import protocol
from viewer.lasting import Break, LastingConnection

log = logging.getLogger(__name__)

QUEUE_EVENTS = 4_096  # beyond it the socket's own flow control holds the server back


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
class Reconnecting:
    """The connection broke and is being opened again: ``session.resumed`` or ``session.created`` follows, in time."""

    reason: str


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The connection is gone; nothing follows."""

    reason: str


Incoming = protocol.ServerEvent | Sound | Reconnecting | Disconnected


class Client:
    """Talks to a server at ``url``; a context manager.

    Raises:
        ConnectionFailedError: nobody answers there, or it is not a Visavis server.
    """

    def __init__(self, url: str, *, timeout: float = 10.0) -> None:
        self._at_once: Callable[[Incoming], None] | None = None
        self._following = threading.Lock()
        self._connection = LastingConnection(url, timeout=timeout)
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
        """Send an event, now or when the connection is back; that it is gone is reported through ``poll``, not here."""
        self._connection.send(protocol.encode(event))

    def send_sound(self, first: int, pcm: NDArray[np.int16]) -> None:
        """Send microphone sound in the session's input format, ``first`` samples after the microphone opened.

        Without a connection nobody hears it.
        """
        self._connection.send(protocol.encode_audio(0, first, pcm.astype("<i2").tobytes()), fleeting=True)

    def follow(self, at_once: Callable[[Incoming], None]) -> None:
        """Tell ``at_once`` everything that comes, before ``poll`` and ``wait`` give it out: for what cannot wait.

        It is told in the thread that reads the connection; of what came already, and waits, here and now.
        """
        with self._following:
            self._at_once = at_once
            for incoming in list(self.poll()):
                at_once(incoming)
                self._incoming.put(incoming)

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
        self._connection.close()
        self._thread.join(timeout=5.0)

    def _receive(self) -> None:
        for frame in self._connection.frames():
            incoming = self._decoded(frame)
            if incoming is not None and not self._hand_over(incoming):
                return

    def _decoded(self, frame: str | bytes | Break) -> Incoming | None:
        if isinstance(frame, Break):
            return Disconnected(frame.reason) if frame.final else Reconnecting(frame.reason)
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
        with self._following:
            if self._at_once is not None:
                self._at_once(incoming)
            while not self._closing.is_set():
                try:
                    self._incoming.put(incoming, timeout=0.1)
                except queue.Full:
                    continue
                return True
        return False
