"""One conversation as a Chrome trace: who did what when, and where the time of each answer went.

The format is the Trace Event Format of Chromium (JSON object with ``traceEvents``), which Perfetto and chrome://tracing
open. Times are of ``time.perf_counter``, which the server's stages use too (``server.stages``): where both run on one
machine they share an axis.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE
from server import protocol
from server.stages import STAGES, Span
from viewer import actions
from viewer.audio import MICROPHONE_RATE
from viewer.client import Disconnected, Incoming, Reconnecting, Sound
from viewer.speech import PlaybackPosition

# One track each, from top to bottom: the user, the server's stages in their order, the way to here, the host.
USER, ARRIVAL, PLAYBACK, HOST, ROOM, FIGURE, EVENTS = (
    "user", "arrival", "until heard", "host speaks", "host makes room", "figure attends", "events",
)  # fmt: skip
TRACKS = (USER, *STAGES, ARRIVAL, PLAYBACK, HOST, ROOM, FIGURE, EVENTS)
_SERVER, _VIEWER = 1, 2  # process ids in the trace
_PROCESSES = {_SERVER: "server", _VIEWER: "viewer"}
_SHORTEST = 1.0  # microsecond: a span that took no time is still seen
_MICRO = 1e6

Event = dict[str, Any]


class Trace:
    """Follows a visit (``viewer.exchange.Observer``) and makes a trace of it; may be told from several threads.

    Args:
        clock: seconds; the one of the server's stages.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._spans: list[tuple[str, str, float, float, dict[str, Any]]] = []  # track, name, begin, end, about it
        self._moments: list[tuple[str, float, dict[str, Any]]] = []
        self._open: dict[str, tuple[str, float, dict[str, Any]]] = {}  # by track
        self._voice: tuple[list[int], list[float]] = ([0], [0.0])  # samples of the microphone sent, and when
        self._arrived: dict[int, float] = {}  # first sound, by generation
        self._heard: tuple[int | None, int] = (None, 0)  # generation and sample of the last picture
        self._stage_spans: list[Span] = []

    # -- what happens ------------------------------------------------------------------------------------------------

    def came(self, incoming: Incoming, position: PlaybackPosition, given: int) -> None:
        """Take note of what came."""
        now = self._clock()
        with self._lock:
            match incoming:
                case Sound(generation=generation):
                    self._arrived.setdefault(generation, now)
                case Reconnecting(reason) | Disconnected(reason):
                    self._moments.append(("connection lost", now, {"reason": reason}))
                case protocol.SpeechStarted(audio_start_ms=start):
                    self._end(ROOM, now)
                    self._begin(USER, "speaks", self._when_spoken(start, now), {})
                case protocol.SpeechStopped(audio_end_ms=end):
                    self._end(USER, self._when_spoken(end, now))
                case protocol.TranscriptionCompleted(transcript=transcript):
                    self._moments.append(("understood", now, {"text": transcript}))
                case protocol.ResponseCreated(response=response):
                    self._moments.append(("answer begins", now, {"generation": response.generation}))
                case protocol.ResponseDone(response=response):
                    about = {"generation": response.generation, "status": response.status}
                    self._moments.append((f"answer {response.status}", now, about))
                    if response.status == "cancelled":
                        self._end(ROOM, now)
                case protocol.AvatarYield(how=how, generation=generation):
                    self._end(ROOM, now)
                    if how != "resume":
                        self._begin(ROOM, how, now, {"generation": generation, "sample": position.sample})
                case protocol.AvatarAttention(state=state):
                    self._end(FIGURE, now)
                    self._begin(FIGURE, state, now, {})

    def sent(self, event: protocol.ClientEvent, position: PlaybackPosition) -> None:
        """Take note of what was asked for."""
        now = self._clock()
        with self._lock:
            match event:
                case protocol.ResponseCreate() | protocol.ResponseCancel() | protocol.FeedOpen():
                    name = {"ResponseCreate": "asks", "ResponseCancel": "stops", "FeedOpen": "steps up"}
                    self._moments.append((f"user {name[type(event).__name__]}", now, {}))
                case protocol.ConversationItemTruncate(audio_end_ms=heard):
                    self._moments.append(("cut off", now, {"heard_ms": heard}))

    def spoke(self, block: NDArray[np.int16], position: PlaybackPosition) -> None:
        """Take note of when which sound of the microphone was sent."""
        with self._lock:
            samples, times = self._voice
            now = self._clock()
            if len(samples) == 1:
                times[0] = now - len(block) / MICROPHONE_RATE
            samples.append(samples[-1] + len(block))
            times.append(now)

    def beat(self, position: PlaybackPosition) -> None:
        """Take note of what is heard now; once a picture."""
        now = self._clock()
        with self._lock:
            heard, self._heard = self._heard, (position.generation, position.sample)
            generation = position.generation
            if heard == self._heard:
                self._end(HOST, now)  # silence, or held
            elif generation is not None:
                if heard[0] != generation:
                    self._end(HOST, now)
                    ended = max((span[3] for span in self._spans[-8:] if span[0] == HOST), default=0.0)
                    now = self._first_heard(generation, max(ended, now - position.sample / SAMPLE_RATE))
                if HOST not in self._open:
                    self._begin(HOST, "speaks", now, {"generation": generation})

    def did(self, action: actions.Action, at: int) -> None:
        """Nothing: what the user asks for is seen where it is sent."""

    def served(self, spans: Iterable[Span]) -> None:
        """Take the server's stages."""
        self._stage_spans.extend(spans)

    # -- the trace ---------------------------------------------------------------------------------------------------

    def events(self) -> list[Event]:
        """Return the trace's events in the order of time, after those that name processes and tracks."""
        with self._lock:
            now = self._clock()
            for track in list(self._open):
                self._end(track, now)
            spans = list(self._spans)
            moments = list(self._moments)
        for stage in self._stage_spans:
            about = {"session": stage.session, "generation": stage.generation}
            spans.append((stage.stage, stage.stage.replace("_", " "), stage.begin, stage.end, about))
            arrived = self._arrived.get(stage.generation or 0, 0.0) if stage.stage == "transport" else 0.0
            if arrived > stage.end:
                spans.append((ARRIVAL, "arrival", stage.end, arrived, about))
        begin = min([span[2] for span in spans] + [moment[1] for moment in moments], default=0.0)
        timed = [
            _event(track, name, about, ph="X", ts=_micro(first - begin), dur=max(_micro(last - first), _SHORTEST))
            for track, name, first, last, about in spans
        ]
        timed += [_event(EVENTS, name, about, ph="i", ts=_micro(at - begin), s="t") for name, at, about in moments]
        return [*_names(), *sorted(timed, key=lambda event: float(event["ts"]))]

    def as_json(self) -> bytes:
        """Return the trace as a file holds it."""
        return msgspec.json.encode({"traceEvents": self.events(), "displayTimeUnit": "ms"})

    def _first_heard(self, generation: int, at: float) -> float:
        """Note how long the first sound of an answer waited here; return when it was heard: ``at``, or as it came."""
        arrived = self._arrived.get(generation)
        if arrived is None:
            return at
        at = max(at, arrived)
        self._spans.append((PLAYBACK, "until heard", arrived, at, {"generation": generation}))
        return at

    def _begin(self, track: str, name: str, at: float, about: dict[str, Any]) -> None:
        self._open[track] = (name, at, about)

    def _end(self, track: str, at: float) -> None:
        open_span = self._open.pop(track, None)
        if open_span is not None:
            name, begin, about = open_span
            self._spans.append((track, name, begin, max(at, begin), about))

    def _when_spoken(self, milliseconds: int, now: float) -> float:
        """Return when a sample of the microphone was sent; now, if none was."""
        samples, times = self._voice
        sample = milliseconds * MICROPHONE_RATE // 1_000
        place = bisect_left(samples, sample)
        return min(times[place], now) if 0 < place < len(times) else now


def read_spans(path: Path) -> list[Span]:
    """Return the stages that a server wrote to a file; a line that was cut off in the middle is left out."""
    if not path.is_file():
        return []
    spans = []
    for line in path.read_bytes().splitlines():
        try:
            spans.append(msgspec.json.decode(line, type=Span))
        except msgspec.DecodeError:
            continue
    return spans


def _micro(seconds: float) -> float:
    return round(seconds * _MICRO, 1)


def _place(track: str) -> tuple[int, int]:
    """Return the process and the thread that stand for a track."""
    return (_SERVER if track in STAGES else _VIEWER), 1 + TRACKS.index(track)


def _event(track: str, name: str, about: dict[str, Any], **fields: Any) -> Event:
    process, thread = _place(track)
    return {"name": name, "cat": track, "pid": process, "tid": thread, "args": about, **fields}


def _names() -> list[Event]:
    """Return the events that name and order processes and tracks."""
    named: list[Event] = [
        {"name": "process_name", "ph": "M", "pid": process, "tid": 0, "args": {"name": name}}
        for process, name in _PROCESSES.items()
    ]
    for track in TRACKS:
        process, thread = _place(track)
        for name, about in (("thread_name", {"name": track}), ("thread_sort_index", {"sort_index": thread})):
            named.append({"name": name, "ph": "M", "pid": process, "tid": thread, "args": about})
    return named
