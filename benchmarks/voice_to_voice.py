"""How long a person waits for a voice: from the last speech in a recorded utterance to the first sound of the answer.

Recorded utterances of people (``benchmarks.utterances``) are played in real time into the real server's socket, as the
blocks of a microphone; the answer goes through the viewer's own exchange and playback to a loudspeaker that takes a
block every 10 ms. Measured are the last speech sample in the recording, by its level, and the moment at which the
loudspeaker plays the first audible one. What its hardware adds is not counted; what the viewer adds is: the
microphone's block, the lead for the lips, and the loudspeaker's block. Nobody draws meanwhile.

Then the host is interrupted: from the first speech sample over its voice to the last audible sample of it.

``--instant`` measures the way alone: server, voice, ears and host are test doubles (``tests.server.doubles``) that take
no time, the microphone carries a tone, and the ears end the turn with the first 10 ms without it.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE, Mark
from avatar.stage import Attention
from benchmarks.figures import Figure, arguments, percentile, show, show_columns
from benchmarks.instant import instant_server, tone
from benchmarks.utterances import Utterance, room, utterances
from server import protocol
from server.assets import AssetStore
from server.stages import STAGES, Span
from viewer.audio import MICROPHONE_BLOCK, MICROPHONE_RATE
from viewer.client import Client, Incoming, Sound
from viewer.exchange import Exchange
from viewer.playback import Playback
from viewer.server_process import ServerProcess
from viewer.speech import PlaybackPosition

FEED = Path(__file__).with_name("voice_items.json")
ITEM = "recording-room"
LONG_ANSWER = "Tell me everything about the recording room."
DEVICE_BLOCK = SAMPLE_RATE // 100  # samples that the loudspeaker takes at once: 10 ms
AUDIBLE = 200  # of a 16-bit sample: well above the voice's noise floor
FRAME_SECONDS = 1 / 60  # of the window; sound does not wait for them
PATIENCE_SECONDS = 6.0  # after the end of an utterance; then it counts as not answered
HEARD_SECONDS = 0.15  # of an answer, before the next utterance
OVERLAP_SECONDS = 1.2  # of the host's voice, before somebody cuts in
BETWEEN_SECONDS = 0.5  # of the room between an answer and the next utterance
CUT_INS = 20
SILENT_AFTER = 0.06  # seconds after the client was told: what sounds still later is no delay but a host who goes on
LONG_SPEECH_SECONDS = 1.5  # of an utterance that cuts in: a single word may be a backchannel
TONES = 40  # turns of the instant conversation
START_SECONDS = 120.0  # for the models to load and an introduction to be heard
WARM_SECONDS = 2.0  # for the ears to load and the host to prepare


class SilentBody:
    """A test double of the stage: nobody is drawn."""

    def place(self, generation: int, start: int) -> None:
        """Not shown."""

    def extend(self, generation: int, marks: Sequence[Mark]) -> None:
        """Not shown."""

    def finish(self, generation: int) -> None:
        """Not shown."""

    def cut(self, generation: int, at: int) -> None:
        """Not shown."""

    def hold(self, at: int) -> None:
        """Not shown."""

    def resume(self, at: int) -> None:
        """Not shown."""

    def attend(self, attention: Attention, at: int) -> None:
        """Not shown."""

    def nod(self, at: int) -> None:
        """Not shown."""


class Device:
    """A test double of the loudspeaker: takes a block whenever one is due and writes down when something sounded.

    Attributes:
        sounding: (begin, end) of the audible part of each block, seconds of ``time.perf_counter``.
    """

    def __init__(self, playback: Playback) -> None:
        self.sounding: list[tuple[float, float]] = []
        self._playback = playback
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="loudspeaker", daemon=True)
        self._thread.start()

    def first_after(self, at: float) -> float | None:
        """Return when the first audible sample after ``at`` was played."""
        return next((max(begin, at) for begin, end in reversed_until(self.sounding, at) if end > at), None)

    def last(self, until: float = math.inf) -> float:
        """Return when the last audible sample before ``until`` was played."""
        return next((min(end, until) for begin, end in reversed(self.sounding) if begin < until), 0.0)

    def close(self) -> None:
        """Stop taking blocks."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        due = time.perf_counter()
        while not self._closing.is_set():
            now = time.perf_counter()
            if now < due:
                time.sleep(due - now)
                continue
            audible = np.flatnonzero(np.abs(self._playback.read(DEVICE_BLOCK).astype(np.int32)) > AUDIBLE)
            if len(audible):
                begin, end = now + audible[0] / SAMPLE_RATE, now + (audible[-1] + 1) / SAMPLE_RATE
                self.sounding.append((float(begin), float(end)))
            due += DEVICE_BLOCK / SAMPLE_RATE


def reversed_until(sounding: Sequence[tuple[float, float]], at: float) -> list[tuple[float, float]]:
    """Return the stretches that end after ``at``, oldest first, looking from the newest back."""
    found = []
    for stretch in reversed(sounding):
        if stretch[1] <= at:
            break
        found.append(stretch)
    return found[::-1]


@dataclass(slots=True)
class Turn:
    """One utterance and what became of it.

    Attributes:
        name: of the utterance.
        ended: when its last speech sample was recorded, seconds of ``time.perf_counter``.
        sounded: when the first sample of the answer was played; None: nothing was answered.
        early: the server took a pause for the end, or answered before it.
        heard: the transcript.
        arrived: when the first sound of the answer was taken in.
    """

    name: str
    ended: float
    sounded: float | None = None
    early: bool = False
    heard: str = ""
    generation: int | None = None
    arrived: float | None = None

    @property
    def seconds(self) -> float | None:
        """How long it was waited for the answer."""
        return None if self.sounded is None else self.sounded - self.ended


@dataclass(slots=True)
class CutIn:
    """An interruption: when the user began, when the client was told, when the host was silent, and when for good.

    A host who is not yet sure that it is one holds their voice, and may go on.
    """

    onset: float
    told: float | None = None
    silent: float | None = None
    stopped: float | None = None


@dataclass(slots=True)
class News:
    """What has come since a turn began; times are seconds of ``time.perf_counter``."""

    stopped: int = 0
    transcripts: list[str] = field(default_factory=list)
    generation: int | None = None
    sound_at: float | None = None
    told_to_stop: float | None = None
    completed: bool = False


class Microphone:
    """A test double of the microphone: sends a block whenever one is recorded, of speech or of the room."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._lock = threading.Lock()
        self._speech = np.zeros(0, np.int16)  # still to be said
        self._noise = 0.0  # of the room, RMS
        self._sent = 0
        self._began = time.perf_counter()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="microphone", daemon=True)
        self._thread.start()

    @property
    def quiet(self) -> bool:
        """Whether all was said."""
        return not len(self._speech)

    def says(self, utterance: Utterance) -> int:
        """Begin to say it; return the sample of the microphone at which its sound begins."""
        with self._lock:
            self._noise, self._speech = utterance.noise, utterance.pcm
            return self._sent

    def recorded(self, sample: int) -> float:
        """Return when a sample is recorded, seconds of ``time.perf_counter``."""
        return self._began + sample / MICROPHONE_RATE

    def close(self) -> None:
        """Stop recording."""
        self._closing.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._closing.is_set():
            time.sleep(max(0.0, self.recorded(self._sent + MICROPHONE_BLOCK) - time.perf_counter()))
            with self._lock:
                block, self._speech = self._speech[:MICROPHONE_BLOCK], self._speech[MICROPHONE_BLOCK:]
                missing = MICROPHONE_BLOCK - len(block)
                block = np.concatenate([block, room(self._noise, missing, seed=self._sent)])
                self._sent += MICROPHONE_BLOCK
            self._exchange.speak(block)


class Visitor:
    """Somebody at the viewer."""

    def __init__(self, client: Client) -> None:
        self._news = News()
        self._client = client
        self._microphone: Microphone | None = None
        self.exchange = Exchange(client, SilentBody(), at_once=True, observers=(self,))
        self.device = Device(self.exchange.playback)

    def open(self, item_id: str) -> None:
        """Step up to an item, hear its introduction out and switch on the microphone."""
        self._client.send(protocol.FeedOpen(item_id=item_id))
        self._until(lambda: self._news.completed and not self.exchange.playback.sounding, START_SECONDS)
        rate = {"input": {"format": {"type": "audio/pcm", "rate": MICROPHONE_RATE}}}
        self._client.send(protocol.SessionUpdate(session={"audio": rate}))
        self._microphone = Microphone(self.exchange)
        self._until(_never, WARM_SECONDS)

    def speaks(self, utterance: Utterance) -> Turn:
        """Say it into the microphone, wait for the answer, and stop it."""
        assert self._microphone is not None
        self._news = News()
        first = self._microphone.says(utterance)
        turn = Turn(utterance.name, self._microphone.recorded(first + utterance.end))
        self._until(lambda: self._answered(turn.ended), utterance.seconds + PATIENCE_SECONDS)
        turn.sounded = self.device.first_after(turn.ended)
        began = self.device.first_after(self._microphone.recorded(first))
        turn.early = self._news.stopped > 1 or (began is not None and began < turn.ended)
        turn.heard = " / ".join(self._news.transcripts)
        turn.generation, turn.arrived = self._news.generation, self._news.sound_at
        self._hush()
        return turn

    def cuts_in(self, utterance: Utterance) -> CutIn:
        """Ask for a long answer, speak over it, and see it stop."""
        assert self._microphone is not None
        self._news = News()
        part = protocol.ContentPart(type="input_text", text=LONG_ANSWER)
        self._client.send(protocol.ConversationItemCreate(item=protocol.ConversationItem(content=[part])))
        self.exchange.send(protocol.ResponseCreate())
        self._until(self._audible, PATIENCE_SECONDS)
        self._until(_never, OVERLAP_SECONDS)
        self._news.told_to_stop = None
        first = self._microphone.says(utterance)
        cut = CutIn(self._microphone.recorded(first + utterance.start))
        self._until(lambda: self._news.told_to_stop is not None, utterance.seconds + PATIENCE_SECONDS)
        cut.told = self._news.told_to_stop
        if cut.told is not None:
            self._until(_never, SILENT_AFTER + 2 * FRAME_SECONDS)
            cut.silent = max(cut.onset, self.device.last(cut.told + SILENT_AFTER))
        self._until(self._stopped, utterance.seconds + PATIENCE_SECONDS)
        if self._stopped():
            cut.stopped = max(cut.onset, self.device.last())
        self._hush()
        return cut

    def close(self) -> None:
        """Let microphone and loudspeaker go."""
        if self._microphone is not None:
            self._microphone.close()
        self.device.close()

    def came(self, incoming: Incoming, position: PlaybackPosition, given: int) -> None:
        """Note what came, in the thread that reads the connection (see ``viewer.exchange.Observer``)."""
        now, news = time.perf_counter(), self._news
        match incoming:
            case Sound(generation=generation) if generation == news.generation and news.sound_at is None:
                news.sound_at = now
            case protocol.ResponseCreated(response=response):
                news.generation, news.sound_at = response.generation, None
            case protocol.ResponseDone(response=response):
                news.completed = True
                if response.status == "cancelled":
                    news.told_to_stop = news.told_to_stop or now
            case protocol.SpeechStarted() | protocol.AvatarYield(how="hold"):
                news.told_to_stop = news.told_to_stop or now
            case protocol.SpeechStopped():
                news.stopped += 1
            case protocol.TranscriptionCompleted(transcript=transcript):
                news.transcripts.append(transcript)
            case protocol.ErrorEvent(error=error):
                print(f"the server refused: {error.message}", file=sys.stderr)

    def sent(self, event: protocol.ClientEvent, position: PlaybackPosition) -> None:
        """Nothing to note."""

    def spoke(self, block: NDArray[np.int16], position: PlaybackPosition) -> None:
        """Nothing to note."""

    def beat(self, position: PlaybackPosition) -> None:
        """Nothing to note."""

    def _audible(self) -> bool:
        return self.device.last() > time.perf_counter() - HEARD_SECONDS

    def _hush(self) -> None:
        """Stop what is being said, and let what is being done end."""
        assert self._microphone is not None
        microphone = self._microphone
        self._until(lambda: microphone.quiet, START_SECONDS)
        if self.exchange.playback.sounding:
            self.exchange.send(protocol.ResponseCancel())
        self._until(_never, BETWEEN_SECONDS)

    def _stopped(self) -> bool:
        """Whether the host is silent for good: not held, to go on later."""
        return not self.exchange.playback.sounding

    def _answered(self, ended: float) -> bool:
        sounded = self.device.first_after(ended)
        return sounded is not None and time.perf_counter() - sounded > HEARD_SECONDS

    def _until(self, over: Callable[[], bool], patience: float) -> None:
        """Live frame by frame, as the window does, until ``over()``, for at most ``patience`` seconds."""
        limit = time.perf_counter() + patience
        while not over() and time.perf_counter() < limit:
            time.sleep(FRAME_SECONDS)
            for _ in self.exchange.receive():
                pass


def _never() -> bool:
    return False


@contextlib.contextmanager
def real_server(spans: Path) -> Iterator[str]:
    """Give the URL of a server of its own, with a store of its own, that writes its spans to a file."""
    with tempfile.TemporaryDirectory() as home:
        before = os.environ.get("VISAVIS_HOME")
        os.environ["VISAVIS_HOME"] = home
        try:
            with ServerProcess(["--feed", str(FEED), "--spans", str(spans)]) as url:
                yield url
        finally:
            os.environ.pop("VISAVIS_HOME")
            if before is not None:
                os.environ["VISAVIS_HOME"] = before


def measured(
    url: str, item_id: str, said: Sequence[Utterance], interrupting: Sequence[Utterance]
) -> tuple[list[Turn], list[CutIn]]:
    """Hold the conversation; return its turns and its interruptions."""
    with Client(url) as client:
        visitor = Visitor(client)
        try:
            visitor.open(item_id)
            turns = [visitor.speaks(utterance) for utterance in said]
            cuts = [visitor.cuts_in(utterance) for utterance in interrupting]
        finally:
            visitor.close()
    return turns, cuts


def answer_figures(turns: Sequence[Turn]) -> dict[str, Figure]:
    """Return how long answers took, over the turns that were answered after their end."""
    waited = [turn.seconds for turn in turns if turn.seconds is not None and not turn.early]
    figures: dict[str, Figure] = {
        "turns": len(turns),
        "answered_early": sum(turn.early for turn in turns),
        "not_answered": sum(turn.seconds is None for turn in turns),
    }
    if waited:
        figures |= {f"seconds_p{share}": percentile(waited, share) for share in (50, 95)}
        figures["seconds_slowest"] = max(waited)
    return figures


def interruption_figures(cuts: Sequence[CutIn]) -> dict[str, Figure]:
    """Return how soon the host was silent."""
    from_onset = [cut.silent - cut.onset for cut in cuts if cut.silent is not None]
    for_good = [cut.stopped - cut.onset for cut in cuts if cut.stopped is not None]
    from_told = [max(0.0, cut.silent - cut.told) for cut in cuts if cut.silent is not None and cut.told is not None]
    figures: dict[str, Figure] = {"interruptions": len(cuts), "not_interrupted": len(cuts) - len(for_good)}
    named = {"onset_to_silence": from_onset, "told_to_silence": from_told, "onset_to_silence_for_good": for_good}
    for name, values in named.items():
        if values:
            figures |= {f"{name}_p{share}": percentile(values, share) for share in (50, 95)}
    return figures


def stage_figures(spans: Sequence[Span], turns: Sequence[Turn]) -> dict[str, dict[str, Figure]]:
    """Return median and 95th percentile of each stage in milliseconds; ``viewer`` is from the server to the device."""
    seconds: dict[str, list[float]] = {stage: [] for stage in STAGES}
    for span in spans:
        seconds[span.stage].append(span.seconds)
    seconds["viewer"] = [
        turn.sounded - turn.arrived for turn in turns if turn.sounded is not None and turn.arrived is not None
    ]
    return {
        stage: {"times": len(values), "ms_p50": _ms(percentile(values, 50)), "ms_p95": _ms(percentile(values, 95))}
        for stage, values in seconds.items()
        if values
    }


def _ms(seconds: float) -> float:
    return round(1_000 * seconds, 1)


def _arguments() -> argparse.ArgumentParser:
    parser = arguments(__doc__ or "")
    parser.add_argument("--instant", action="store_true", help="measure the way alone, with test doubles for models")
    parser.add_argument("--turns", type=int, default=0, metavar="N", help="only the first N utterances")
    parser.add_argument("--details", action="store_true", help="print every turn to the error output")
    return parser


def main() -> int:
    """Measure and print; return 1 if a turn was not answered."""
    options = _arguments().parse_args()
    options.markdown = False
    spans_file = Path(tempfile.mkdtemp()) / "spans.jsonl"
    if options.instant:
        said = [tone(index) for index in range(options.turns or TONES)]
        server, item_id, cutting = instant_server(spans_file), "pier", said[:CUT_INS]
    else:
        AssetStore().fetch(("embeddings", "language-small", "vad", "speech-to-text"))
        said = utterances()[: options.turns or None]
        server, item_id = real_server(spans_file), ITEM
        cutting = [each for each in said if each.seconds >= LONG_SPEECH_SECONDS][:CUT_INS]
    with server as url:
        turns, cuts = measured(url, item_id, said, cutting)
    spans = [msgspec.json.decode(line, type=Span) for line in spans_file.read_bytes().splitlines()]
    spans = [span for span in spans if turns and span.begin > turns[0].ended - turns[0].ended % 1 - PATIENCE_SECONDS]
    figures = answer_figures(turns) | interruption_figures(cuts)
    stages = stage_figures(spans, turns)
    if options.details:
        for turn in turns:
            waited = "not answered" if turn.seconds is None else f"{turn.seconds:.3f} s"
            print(f"{turn.name}: {waited}{', early' if turn.early else ''}: {turn.heard!r}", file=sys.stderr)
    if options.json:
        show("", {**figures, **_flat(stages)}, as_json=True)
    else:
        show("from the last speech of a turn to the first sound of the answer", figures, as_json=False)
        show_columns("where the time goes", stages, options)
    return any(turn.seconds is None for turn in turns)


def _flat(stages: dict[str, dict[str, Figure]]) -> dict[str, Figure]:
    return {f"{stage}_{name}": value for stage, values in stages.items() for name, value in values.items()}


if __name__ == "__main__":
    sys.exit(main())
