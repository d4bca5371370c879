"""The viewer's end of a conversation: what comes from the server goes to the sound, the body and the window.

Shared by the window and the headless visit, which differ only in who reads the output stream and when.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE, Mark, known
from avatar.stage import Attention
from server import protocol
from viewer.client import Client, Disconnected, Incoming, Sound
from viewer.playback import Body, Heard, Playback
from viewer.speech import PlaybackPosition
from viewer.state import ConnectionChanged, ViewerEvent

log = logging.getLogger(__name__)

REPORT_EVERY = SAMPLE_RATE // 5  # samples between two reports of the playback position
SAMPLES_PER_MS = SAMPLE_RATE // 1_000


class AttentiveBody(Body, Protocol):
    """A body that also shows what it does while it is silent (``avatar.stage.Stage``)."""

    def attend(self, state: Attention, at: int) -> None:
        """Show ``state`` from stream sample ``at`` on."""


class Exchange:
    """Routes events, sound and marks between a connection, the output stream and a body.

    Args:
        client: the connection.
        body: moves with the sound.
        now: the stream sample that is heard now; by default what was read from the stream.
    """

    def __init__(self, client: Client, body: AttentiveBody, now: Callable[[], int] | None = None) -> None:
        self.playback = Playback(body)
        self._client = client
        self._body = body
        self._now = now or (lambda: self.playback.position)
        self._message_ids: dict[int, str] = {}  # of the utterances' messages, by generation
        self._generation = 0
        self._silent = True  # nothing of the live utterance has come yet
        self._reported = (0, 0)
        self._attention: Attention = "idle"
        self._reads = False  # the host attends to what the user types

    def use_clock(self, now: Callable[[], int]) -> None:
        """Take the stream sample that is heard now from ``now``."""
        self._now = now

    def position(self) -> PlaybackPosition:
        """Return what is heard now."""
        at = self._now()
        heard = self.playback.heard(at)
        if heard is None:
            return PlaybackPosition(stream=at)
        return PlaybackPosition(stream=at, generation=heard.generation, sample=heard.sample)

    def receive(self) -> Iterator[ViewerEvent]:
        """Take in what has come; yield what the window's state should know."""
        for incoming in self._client.poll():
            event = self.take(incoming)
            if event is not None:
                yield event
        self._report()

    def take(self, incoming: Incoming) -> ViewerEvent | None:
        """Take in one thing from the connection; return it if the window's state should know."""
        match incoming:
            case Sound(generation=generation, first=first, pcm=pcm):
                self._sound(generation, first, pcm)
                return None
            case Disconnected(reason):
                self.playback.cut(self._now())
                return ConnectionChanged("lost", reason)
            case protocol.ResponseCreated(response=response):
                self._generation = response.generation
                self._silent = True
                self.playback.begin(response.generation)
            case protocol.OutputItemAdded(item=item) if item.id is not None:
                self._message_ids[self._generation] = item.id
            case protocol.AvatarMarks(generation=generation, marks=marks):
                self.playback.mark(generation, _known([_mark(mark) for mark in marks]))
            case protocol.ResponseDone(response=response):
                self._response_over(response)
            case protocol.SpeechStarted():
                self.interrupt()
                self._attend("listening")
            case protocol.SpeechStopped():
                self._attend("thinking")
        return incoming

    def send(self, event: protocol.ClientEvent) -> None:
        """Send an event of the window's; one that ends an answer silences it first."""
        match event:
            case protocol.ResponseCancel():
                self._client.send(event)
                self.interrupt()
                return
            case protocol.FeedOpen() | protocol.FeedClose():
                self.interrupt()
                self._attend("idle")
            case protocol.ResponseCreate():
                self._attend("thinking")
        self._client.send(event)

    def typing(self, active: bool) -> None:
        """Let the host attend to a user who types, as they do to one who speaks."""
        if active and self._attention == "idle":
            self._reads = True
            self._attend("listening")
        elif not active and self._reads and self._attention == "listening":
            self._attend("idle")
        self._reads = self._reads and active

    def interrupt(self) -> None:
        """Silence what is being said and tell the server how much of it was heard."""
        if not self.playback.sounding:
            return
        at = self._now()
        heard = self.playback.cut(at)
        message_id = self._message_ids.get(self._generation)
        if message_id is not None:
            sample = heard.sample if heard is not None and heard.generation == self._generation else 0
            self._client.send(
                protocol.ConversationItemTruncate(item_id=message_id, audio_end_ms=sample // SAMPLES_PER_MS)
            )

    def _attend(self, attention: Attention) -> None:
        self._attention = attention
        self._body.attend(attention, self._now())

    def _sound(self, generation: int, first: int, pcm: NDArray[np.int16]) -> None:
        self.playback.feed(generation, first, pcm)
        if self._silent and generation == self._generation:
            self._silent = False
            self._attend("idle")

    def _response_over(self, response: protocol.Response) -> None:
        if response.status == "cancelled" and response.generation == self._generation:
            if self.playback.sounding:
                self.playback.cut(self._now())
        else:
            self.playback.finish(response.generation)
        if self._silent and response.generation == self._generation:
            self._attend("idle")

    def _report(self) -> None:
        heard = self.playback.heard(self._now())
        if heard is None:
            return
        generation, sample = self._reported
        if heard.generation != generation or heard.sample - sample >= REPORT_EVERY or self._ended(heard):
            self._reported = (heard.generation, heard.sample)
            self._client.send(protocol.AvatarPlayback(generation=heard.generation, sample=heard.sample))

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
