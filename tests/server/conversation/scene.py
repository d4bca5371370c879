"""A conversation on a virtual clock: a user who speaks, ears, a recogniser, a host and a client, all simulated.

Time passes in frames of the ears (32 ms). Everything between the parties takes the time that a test gives it, and what
passes on the way may be lost, late, doubled or out of order (``Scene.post``).
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from avatar.marks import SAMPLE_RATE, Clause, Mark
from feed.replies import Sentence
from server.conversation import (
    Attend,
    BeginReply,
    Command,
    Commands,
    Conversation,
    DropReply,
    DropTurn,
    EndTurn,
    FinishReply,
    MakeBridge,
    Manners,
    Remember,
    ScoreTurn,
    SendSound,
    StartReply,
    StopReply,
    Yield,
)
from server.ears.turns import (
    FRAME_SAMPLES,
    FRAME_SECONDS,
    EarEvent,
    Onset,
    OnsetOver,
    PartialDue,
    Paused,
    SpeechGoesOn,
    SpeechStarted,
    TurnDetector,
    TurnFull,
)
from server.errors import RequestError
from server.protocol import TurnDetection

C = TypeVar("C")

WORD = SAMPLE_RATE // 4  # samples of every word that the host says
REPORT_SECONDS = 0.2  # between two reports of the client
STRIDE_SECONDS = 0.2  # in which time passes while there is nothing to hear
REST_FRAMES = 100  # of silence after which there is nothing to hear
ANSWER = "It opened in 1904 on a Monday."
FRAME = np.zeros(FRAME_SAMPLES, np.float32)


def clause(text: str, word: int = WORD) -> Clause:
    words = text.split()
    marks = tuple(Mark("word", i * word, (i + 1) * word, text) for i, text in enumerate(words))
    return Clause(np.zeros(len(words) * word, np.int16), marks, text)


@dataclass
class Player:
    """The client's loudspeaker: plays the newest generation without pause, obeys, and knows what it played.

    Attributes:
        played: samples of each generation that left the loudspeaker.
    """

    generation: int = 0
    received: int = 0
    position: float = 0.0
    held: bool = False
    loud: bool = True
    dead: set[int] = field(default_factory=set)
    played: dict[int, int] = field(default_factory=dict)

    def take(self, command: Command) -> None:
        match command:
            case BeginReply(generation) if generation > self.generation:
                self.generation, self.received, self.position, self.held, self.loud = generation, 0, 0.0, False, True
            case SendSound(generation, first, sound) if generation == self.generation and generation not in self.dead:
                assert first == self.received, "sound is missing"
                self.received += len(sound.pcm)
            case StopReply(generation):
                self.dead.add(generation)
            case Yield(generation, how) if generation == self.generation:
                self.held, self.loud = how == "hold", how == "resume"

    def pass_time(self, seconds: float) -> None:
        if self.held or self.generation in self.dead:
            return
        self.position = min(self.received, self.position + seconds * SAMPLE_RATE)
        if self.generation:
            self.played[self.generation] = round(self.position)

    @property
    def sounds(self) -> bool:
        return self.position < self.received and not self.held and self.generation not in self.dead


class Scene:
    """All of them.

    Attributes:
        said: every command, with its time.
        recognition, thinking, synthesis: seconds that the models take.
        network: seconds from the client to the server and back.
        understands: what the recogniser makes of the words of a turn so far.
        answers: the sentences of every answer.
        score: what the end-of-turn model thinks of every pause.
        reports: the client tells what it played.
    """

    def __init__(self, manners: Manners | None = None, *, item: str | None = "pier", introduce: bool = False) -> None:
        self.talk = Conversation(manners)
        self.player = Player()
        self.at = 0.0
        self.said: list[tuple[float, Command]] = []
        self.recognition, self.thinking, self.synthesis, self.network = 0.1, 0.05, 0.05, 0.01
        self.understands: Callable[[str], str] = lambda words: words
        self.answers: Sequence[str] = (ANSWER,)
        self.score: float | None = None
        self.reports = True
        self.post: Callable[[Callable[[], None], float], None] = self.later
        self.ended: list[str] = []  # the words of the turns that were
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._ears = TurnDetector(TurnDetection())
        self._frame = 0
        self._voiceless = 0  # frames since the user's voice
        self._words = ""  # of the turn so far
        self._given_up: set[int] = set()
        self._reported_at = 0.0
        if item is not None:
            self.tell(lambda: self.talk.open(item, self.at, introduce=introduce))

    # -- time ------------------------------------------------------------------------------------------------------

    def later(self, what: Callable[[], None], seconds: float) -> None:
        heapq.heappush(self._queue, (self.at + seconds, next(self._order), what))

    def tell(self, event: Callable[[], Commands]) -> Commands:
        """Let something happen to the conversation and carry out what follows."""
        try:
            commands = event()
        except RequestError:
            return ()
        for command in commands:
            self.said.append((self.at, command))
            self._carry_out(command)
        return commands

    def wait(self, seconds: float, *, voice: bool = False) -> None:
        """Let time pass, with or without the user's voice."""
        end = self.at + round(seconds / FRAME_SECONDS) * FRAME_SECONDS
        while self.at < end - FRAME_SECONDS / 2:
            if not voice and self._rests and not self._queue:
                self._pass(min(STRIDE_SECONDS, end - self.at))
                continue
            self._pass(FRAME_SECONDS)
            for event in self._ears.push(self._frame * FRAME_SAMPLES, FRAME, 0.9 if voice else 0.02):
                self._hear(event)
            self._frame += 1
            self._voiceless = 0 if voice else self._voiceless + 1

    @property
    def _rests(self) -> bool:
        """Whether nothing that the ears would say to more silence could matter."""
        return self._voiceless > REST_FRAMES and self.talk._floor.user is None

    def speak(self, words: str, seconds: float | None = None) -> None:
        """The user says ``words``; a third of a second each, if not in ``seconds``."""
        self._words = f"{self._words} {words}".strip()
        self.wait(len(words.split()) / 3 if seconds is None else seconds, voice=True)

    def cough(self, seconds: float = 0.3) -> None:
        self.wait(seconds, voice=True)

    def write(self, text: str) -> None:
        self.tell(lambda: self.talk.said(text, self.at))
        self.tell(lambda: self.talk.requested(self.at))

    def commit(self) -> None:
        stopped = self._ears.finish()
        if stopped is not None:
            self.tell(lambda: self.talk.committed(stopped.turn, self.at))

    def _pass(self, seconds: float) -> None:
        end = self.at + seconds
        while True:
            wake = self.talk.wake_at
            due = min([end, *([self._queue[0][0]] if self._queue else []), *([wake] if wake is not None else [])])
            self.player.pass_time(max(0.0, due - self.at))
            self.at = max(self.at, due)
            if self._queue and self._queue[0][0] <= self.at:
                heapq.heappop(self._queue)[2]()
            elif wake is not None and wake <= self.at:
                self.tell(lambda: self.talk.woken(self.at))
                after = self.talk.wake_at
                assert after is None or after > self.at, "what was due is still due"
            else:
                break
        if self.reports and self.player.generation and self.at >= self._reported_at + REPORT_SECONDS:
            self._reported_at = self.at
            self._report()

    # -- the parties -----------------------------------------------------------------------------------------------

    def _hear(self, event: EarEvent) -> None:
        talk = self.talk
        match event:
            case Onset():
                self.post(lambda: self._do(lambda: talk.onset(self.at)), 0.0)
            case OnsetOver():
                self.post(lambda: self._do(lambda: talk.onset_over(self.at)), 0.0)
            case SpeechStarted(turn):
                self.post(lambda: self._do(lambda: talk.speech_started(turn, self.at)), 0.0)
            case SpeechGoesOn(turn, voiced, silent):
                self.post(lambda: self._do(lambda: talk.speech_goes_on(turn, voiced, silent, self.at)), 0.0)
            case PartialDue(turn):
                text = self.understands(self._words)
                self.post(lambda: self._do(lambda: talk.partly_understood(turn, text, self.at)), self.recognition)
            case Paused(turn, pause):
                text = self.understands(self._words)
                self.post(lambda: self._do(lambda: talk.paused(turn, pause, self.at)), 0.0)
                self.post(lambda: self._do(lambda: talk.understood(turn, pause, text, self.at)), self.recognition)
            case TurnFull(turn):
                self.post(lambda: self._do(lambda: talk.turn_full(turn, self.at)), 0.0)
        self._pass(0.0)

    def _do(self, event: Callable[[], Commands]) -> None:
        self.tell(event)

    def _carry_out(self, command: Command) -> None:
        if isinstance(command, BeginReply | SendSound | StopReply | Yield):
            self.later(lambda: self._arrive(command), self.network)
        match command:
            case StartReply():
                self._make(command)
            case StopReply(generation) | DropReply(generation):
                self._given_up.add(generation)
            case EndTurn(turn, text):
                self._ears.finish()
                words, self._words = self.understands(self._words), ""
                self.ended.append(words if text is None else text)
                if text is None:
                    self.post(lambda: self._do(lambda: self.talk.transcribed(turn, words, self.at)), self.recognition)
            case DropTurn():
                self._ears.finish()
                self._words = ""
            case ScoreTurn(turn, pause):
                score = self.score
                self.post(lambda: self._do(lambda: self.talk.scored(turn, pause, score, self.at)), self.recognition)
            case MakeBridge(generation):
                pieces = (Sentence(text="One moment."), clause("One moment."))
                self.post(lambda: self._do(lambda: self.talk.bridge_ready(generation, pieces, self.at)), self.synthesis)

    def _make(self, command: StartReply) -> None:
        texts = {"introduction": ["I am Dora."], "prompt": ["Ask me anything."], "answer": list(self.answers)}
        talk, generation, delay = self.talk, command.generation, self.thinking

        def step(event: Callable[[], Commands]) -> Callable[[], None]:
            return lambda: None if generation in self._given_up else self._do(event)

        for text in texts[command.kind]:
            sentence = Sentence(text=text, evidence=("p1",))
            self.later(step(lambda sentence=sentence: talk.sentence_ready(generation, sentence, self.at)), delay)  # type: ignore[misc]
            delay += self.synthesis
            self.later(step(lambda text=text: talk.sound_ready(generation, clause(text), self.at)), delay)  # type: ignore[misc]
        self.later(step(lambda: talk.finished(generation, self.at)), delay)

    def _arrive(self, command: Command) -> None:
        self.player.take(command)
        if (self.reports and isinstance(command, StopReply)) or (isinstance(command, Yield) and command.how == "hold"):
            self._report()

    def _report(self) -> None:
        generation = self.player.generation
        sample = self.player.played.get(generation, 0)
        self.post(lambda: self._do(lambda: self.talk.played(generation, sample, self.at)), self.network)

    # -- what came of it ---------------------------------------------------------------------------------------------

    def of(self, kind: type[C]) -> list[C]:
        said: list[object] = [command for _, command in self.said]
        return [command for command in said if isinstance(command, kind)]

    def times(self, kind: type[Command]) -> list[float]:
        return [at for at, command in self.said if type(command) is kind]

    @property
    def yields(self) -> list[str]:
        return [command.how for command in self.of(Yield)]

    @property
    def attention(self) -> list[str]:
        return [command.state for command in self.of(Attend)]

    @property
    def questions(self) -> list[str | None]:
        begun = {command.generation for command in self.of(BeginReply)}
        return [command.question for command in self.of(StartReply) if command.generation in begun]

    @property
    def remembered(self) -> list[tuple[str, str, str | None]]:
        turns = [command.turn for command in self.of(Remember)]
        return [(turn.question, " ".join(part.text for part in turn.reply), turn.cut_after) for turn in turns]

    @property
    def finished(self) -> list[int]:
        return [command.generation for command in self.of(FinishReply)]
