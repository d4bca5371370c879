"""The viewer's end of a conversation: what comes from the server goes to the sound, the body and the window.

Shared by the window and the headless visit, which differ only in who reads the output stream and when. In the window
sound does not wait for pictures: what concerns it is done in the thread that reads the connection.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE, Mark, known
from avatar.stage import Attention
from server import protocol
from viewer.audio import MICROPHONE_RATE
from viewer.client import Disconnected, Incoming, Reconnecting, Sound
from viewer.pausing import Pausing
from viewer.playback import Heard, Playback
from viewer.relay import AttentiveBody, Relay
from viewer.speech import PlaybackPosition
from viewer.state import ConnectionChanged, ViewerEvent

log = logging.getLogger(__name__)

REPORT_EVERY = SAMPLE_RATE // 5  # samples between two reports of the playback position
SAMPLES_PER_MS = SAMPLE_RATE // 1_000


class Connection(Protocol):
    """What an exchange needs of a connection (``viewer.client.Client``)."""

    def follow(self, at_once: Callable[[Incoming], None]) -> None:
        """Tell ``at_once`` everything that comes, in the thread that reads it."""

    def poll(self) -> Iterator[Incoming]:
        """Yield what has come, without waiting."""

    def send(self, event: protocol.ClientEvent) -> None:
        """Send an event."""

    def send_sound(self, first: int, pcm: NDArray[np.int16]) -> None:
        """Send sound of the microphone."""


class Observer(Protocol):
    """Follows an exchange: a log, a trace. Told in whatever thread it happens in."""

    def came(self, incoming: Incoming, position: PlaybackPosition, given: int) -> None:
        """Something came while ``position`` was heard and ``given`` samples of the stream were given out."""

    def sent(self, event: protocol.ClientEvent, position: PlaybackPosition) -> None:
        """An event was sent."""

    def spoke(self, block: NDArray[np.int16], position: PlaybackPosition) -> None:
        """Sound of the microphone is being sent: int16 at ``MICROPHONE_RATE``."""

    def beat(self, position: PlaybackPosition) -> None:
        """A picture is about to be drawn while ``position`` is heard."""


class Exchange:
    """Routes events, sound and marks between a connection, the output stream and a body.

    Args:
        client: the connection.
        body: moves with the sound.
        now: the stream sample that is heard now; by default what was read from the stream.
        at_once: let sound take what comes in the thread that reads it, not when it is asked for.
        observers: follow what comes and goes.
    """

    def __init__(
        self,
        client: Connection,
        body: AttentiveBody,
        now: Callable[[], int] | None = None,
        *,
        at_once: bool = False,
        observers: Sequence[Observer] = (),
    ) -> None:
        self._body = Relay(body)
        self.playback = Playback(self._body)
        self._client = client
        self._now = now or (lambda: self.playback.position)
        self._observers = tuple(observers)
        self._lock = threading.RLock()  # of all that follows
        self._message_ids: dict[int, str] = {}  # of the utterances' messages, by generation
        self._generation = 0
        self._silent = True  # nothing of the live utterance has come yet
        self._reported = (0, 0)
        self._attention: Attention = "idle"
        self._guided = False  # the server says what the host attends to
        self._reads = False  # the host attends to what the user types
        self._session = ""
        self._pausing = Pausing(MICROPHONE_RATE)
        self._microphone_samples = 0
        self._at_once = at_once
        if at_once:
            client.follow(self._hear)

    def use_clock(self, now: Callable[[], int]) -> None:
        """Take the stream sample that is heard now from ``now``."""
        self._now = now

    def position(self) -> PlaybackPosition:
        """Return what is heard now."""
        at = self._now()
        heard = self.playback.heard(at)
        if heard is None:
            return PlaybackPosition(stream=at)
        sounding = self.playback.sounding
        return PlaybackPosition(stream=at, generation=heard.generation, sample=heard.sample, sounding=sounding)

    def receive(self) -> Iterator[ViewerEvent]:
        """Take in what has come; yield what the window's state should know. The body learns what it is to do."""
        for incoming in self._client.poll():
            event = self.take(incoming)
            if event is not None:
                yield event
        with self._lock:
            self._report()
        self._body.pass_on()
        if self._observers:
            position = self.position()
            for observer in self._observers:
                observer.beat(position)

    def take(self, incoming: Incoming) -> ViewerEvent | None:
        """Take in one thing from the connection; return it if the window's state should know."""
        if not self._at_once:
            self._hear(incoming)
            self._body.pass_on()
        match incoming:
            case Sound():
                return None
            case Reconnecting(reason):
                return ConnectionChanged("reconnecting", reason)
            case Disconnected(reason):
                return ConnectionChanged("lost", reason)
        return incoming

    def send(self, event: protocol.ClientEvent) -> None:
        """Send an event of the window's; one that ends an answer silences it first."""
        with self._lock:
            if isinstance(event, protocol.ResponseCancel):
                self._send(event)
                self.interrupt()
            else:
                if isinstance(event, protocol.FeedOpen | protocol.FeedClose):
                    self.interrupt()
                    self._attend("idle")
                elif isinstance(event, protocol.ResponseCreate):
                    self._attend("thinking")
                self._send(event)
        self._body.pass_on()

    def speak(self, block: NDArray[np.int16]) -> None:
        """Send the user's voice, int16 at ``MICROPHONE_RATE``; a host who listens nods where the user pauses."""
        position = self.position()
        for observer in self._observers:
            observer.spoke(block, position)
        self._client.send_sound(self._microphone_samples, block)
        with self._lock:
            self._microphone_samples += len(block)
            if self._pausing.nods(block) and self._attention == "listening":
                self._body.nod(position.stream)

    def typing(self, active: bool) -> None:
        """Let the host attend to a user who types, as they do to one who speaks."""
        with self._lock:
            if active and not self._reads and self._attention in ("idle", "resting"):
                self._reads = True
                self._attend("listening")
            elif not active and self._reads and self._attention == "listening":
                self._attend("idle")
            self._reads = self._reads and active
        self._body.pass_on()

    def interrupt(self) -> None:
        """Silence what is being said and tell the server how much of it was heard."""
        with self._lock:
            sounding, at = self.playback.sounding, self._now()
            generation = self.playback.live
            heard = self.playback.cancel(self._generation, at)
            message_id = self._message_ids.get(self._generation)
            if sounding and message_id is not None:
                sample = heard.sample if heard is not None and heard.generation == generation else 0
                milliseconds = sample // SAMPLES_PER_MS
                self._send(protocol.ConversationItemTruncate(item_id=message_id, audio_end_ms=milliseconds))

    # -- what comes, where sound is made -----------------------------------------------------------------------------

    def _hear(self, incoming: Incoming) -> None:
        """Do what cannot wait for a picture; in the thread that reads the connection, if ``at_once``."""
        if self._observers:
            position, given = self.position(), self.playback.position
            for observer in self._observers:
                observer.came(incoming, position, given)
        with self._lock:
            self._heard(incoming)

    def _heard(self, incoming: Incoming) -> None:
        match incoming:
            case Sound(generation=generation, first=first, pcm=pcm):
                self._sound(generation, first, pcm)
            case Disconnected():
                self.playback.cut(self._now())
            case protocol.SessionCreated(session=session) if session.id != self._session:
                self._renewed(session.id)
            case protocol.ResponseCreated(response=response):
                self.playback.begin(response.generation)
                if self.playback.live == response.generation != self._generation:
                    self._generation = response.generation
                    self._silent = True
            case protocol.OutputItemAdded(item=item) if item.id is not None:
                self._message_ids = {self._generation: item.id}
            case protocol.AvatarMarks(generation=generation, marks=marks):
                self.playback.mark(generation, _known([_mark(mark) for mark in marks]))
            case protocol.AvatarYield(generation=generation, how=how):
                self._yield(generation, how)
            case protocol.AvatarAttention(state=state):
                self._guided = True
                self._attend(state)
            case protocol.ResponseDone(response=response):
                self._response_over(response)
            case protocol.SpeechStarted():
                self.interrupt()
                self._surmise("listening")
            case protocol.SpeechStopped():
                self._surmise("thinking")

    def _renewed(self, session: str) -> None:
        """Begin a new session: its generations are counted anew."""
        self._session = session
        self._generation, self._silent, self._guided = 0, True, False
        self._reported = (0, 0)
        self._message_ids.clear()
        self.playback.renew()

    def _yield(self, generation: int, how: str) -> None:
        match how:
            case "duck":
                self.playback.duck(generation)
            case "hold":
                stopped = self.playback.hold(generation)
                if stopped is not None:
                    self._tell(stopped)
            case _:
                self.playback.resume(generation)

    def _surmise(self, attention: Attention) -> None:
        """Attend as the events suggest, where the server does not say."""
        if not self._guided:
            self._attend(attention)

    def _attend(self, attention: Attention) -> None:
        self._attention = attention
        self._body.attend(attention, self._now())

    def _sound(self, generation: int, first: int, pcm: NDArray[np.int16]) -> None:
        self.playback.feed(generation, first, pcm)
        if self._silent and generation == self._generation:
            self._silent = False
            self._attend("idle")

    def _response_over(self, response: protocol.Response) -> None:
        if response.status == "cancelled":
            heard = self.playback.cancel(response.generation, self._now())
            if heard is not None and heard.generation == response.generation:
                self._tell(heard)
        else:
            self.playback.finish(response.generation)
        if self._silent and response.generation == self._generation:
            self._surmise("idle")

    # -- what goes ---------------------------------------------------------------------------------------------------

    def _send(self, event: protocol.ClientEvent) -> None:
        self._client.send(event)
        if self._observers:
            position = self.position()
            for observer in self._observers:
                observer.sent(event, position)

    def _report(self) -> None:
        heard = self.playback.heard(self._now())
        if heard is None:
            return
        generation, sample = self._reported
        if heard.generation != generation or heard.sample - sample >= REPORT_EVERY or self._ended(heard):
            self._tell(heard)

    def _tell(self, heard: Heard) -> None:
        self._reported = (heard.generation, heard.sample)
        self._send(protocol.AvatarPlayback(generation=heard.generation, sample=heard.sample))

    def _ended(self, heard: Heard) -> bool:
        return not self.playback.sounding and (heard.generation, heard.sample) != self._reported


def _mark(mark: protocol.WireMark) -> Mark:
    return Mark(mark.kind, mark.start, mark.end, mark.text, mark.strength, tuple(mark.evidence))


def _known(marks: list[Mark]) -> list[Mark]:
    """Return the marks that this version can show; the log names the others."""
    strange = [mark for mark in marks if not known(mark)]
    if strange:
        log.info("passed over: %s", ", ".join(f"{mark.kind} {mark.text!r}" for mark in strange))
    return [mark for mark in marks if mark not in strange]
