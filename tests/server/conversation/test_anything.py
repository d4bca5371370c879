"""Anything may happen in any order: lost, late, doubled, reordered. What must hold holds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.conversation import (
    BeginReply,
    Command,
    DropReply,
    FinishReply,
    MakeBridge,
    Manners,
    Remember,
    SendNotice,
    SendSentence,
    SendSound,
    StartReply,
    StopReply,
    Yield,
)
from server.conversation.thresholds import MAX_PENDING, MAX_TRANSCRIBING, REMEMBERED_TURNS
from tests.server.conversation.scene import ANSWER, WORD, Scene

WORDS = ("When did it open?", "and what about the", "the one in the harbour", "Mhm.", "Stop.", "It opened in 1904")
SAID = frozenset(f"{ANSWER} One moment. Ask me anything. I am Dora.".split())

MANNERS = st.builds(
    Manners,
    eagerness=st.sampled_from(["low", "medium", "high", "auto"]),
    silence=st.none() | st.just(0.5),
    answers=st.booleans(),
    interrupts=st.booleans(),
    yields=st.booleans(),
    aloud=st.booleans(),
)
SECONDS = st.floats(0.0, 3.0)
PLAIN = (
    st.tuples(st.just("speak"), st.sampled_from(WORDS), st.floats(0.05, 2.0)),
    st.tuples(st.just("wait"), st.just(""), SECONDS),
    st.tuples(st.just("write"), st.just("Why?"), SECONDS),
)
GENTLE = (
    *PLAIN,
    st.tuples(st.just("noise"), st.just(""), st.floats(0.05, 1.0)),
    st.tuples(st.sampled_from(["cancel", "commit", "clear"]), st.just(""), SECONDS),
)
BEATS = st.one_of(
    *GENTLE,
    st.tuples(st.just("silence"), st.just(""), st.floats(30.0, 50.0)),
    st.tuples(st.sampled_from(["open", "close", "truncate"]), st.just(""), SECONDS),
)


def play(scene: Scene, beat: tuple[str, str, float]) -> None:
    name, text, amount = beat
    talk = scene.talk
    match name:
        case "speak":
            scene.speak(text, amount)
        case "noise":
            scene.cough(amount)
        case "wait" | "silence":
            scene.wait(amount)
        case "write":
            scene.write(text)
        case "cancel":
            scene.tell(lambda: talk.cancelled(scene.at))
        case "commit":
            scene.commit()
        case "clear":
            scene.tell(lambda: talk.speech_dropped(scene.at))
        case "open":
            scene.tell(lambda: talk.open("lamp", scene.at))
        case "close":
            scene.tell(lambda: talk.close(scene.at))
        case "truncate":
            generation = scene.player.generation
            scene.tell(lambda: talk.truncated(generation, round(amount * WORD), scene.at))


class Watch:
    """Follows the commands and finds what must never be."""

    def __init__(self) -> None:
        self.newest = 0
        self.making: set[int] = set()  # started, and neither dropped nor begun
        self.alive: int | None = None
        self.handed: dict[int, int] = {}
        self.finished: set[int] = set()

    def check(self, command: Command) -> None:
        match command:
            case StartReply(generation):
                assert generation > self.newest, "generations grow"
                self.newest = generation
                self.making.add(generation)
                assert len(self.making) == 1, "one is made ahead at most"
            case DropReply(generation):
                self.making.remove(generation)
            case BeginReply(generation):
                self.making.remove(generation)
                assert self.alive is None or self.alive in self.finished or self.alive < generation
                self.alive = generation
                self.handed[generation] = 0
            case StopReply(generation):
                assert generation == self.alive, "only the one alive is stopped"
                self.alive = None
            case SendSound(generation, first, clause):
                assert generation == self.alive == self.newest, "nothing of an older generation comes out"
                assert first == self.handed[generation]
                self.handed[generation] += len(clause.pcm)
            case SendSentence(generation) | SendNotice(generation) | FinishReply(generation) | MakeBridge(generation):
                assert generation == self.alive == self.newest
                assert generation not in self.finished
                if isinstance(command, FinishReply):
                    self.finished.add(generation)
            case Yield(generation):
                assert generation == self.alive


def follow(scene: Scene) -> None:
    watch = Watch()
    for _, command in scene.said:
        watch.check(command)


def check_bridges(scene: Scene) -> None:
    answers = {command.generation for command in scene.of(StartReply) if command.kind == "answer"}
    sentences = [c for c in scene.of(SendSentence) if c.generation in answers]
    begun = [command.generation for command in scene.of(BeginReply) if command.generation in answers]
    bridged = {command.generation for command in sentences if command.sentence.text == "One moment."}
    assert len(bridged) == sum(command.sentence.text == "One moment." for command in sentences)
    for one, other in pairwise(begun):
        assert not {one, other} <= bridged, "two bridges in a row"


def check_quiet(scene: Scene) -> None:
    """After a long quiet everything is over, everything that was heard is remembered, and memory is bounded."""
    scene.post = scene.later
    scene.wait(40.0)
    talk, floor = scene.talk, scene.talk._floor
    assert floor.user is None
    assert not floor.awaits_words
    assert talk.generation is None or talk.item_id is not None
    scene.wait(90.0)
    assert talk.generation is None
    assert floor.host.ahead is None
    assert talk.attention in ("idle", "resting")
    assert len(floor.pending) <= MAX_PENDING
    assert len(floor._transcribing) <= MAX_TRANSCRIBING
    assert len(talk.history(scene.at)) <= REMEMBERED_TURNS
    if scene.talk.item_id is not None and talk.manners.answers:
        assert not floor.pending or floor.pending == ["Why?"] * len(
            floor.pending
        )  # typed, and the answer not asked for


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    manners=MANNERS, beats=st.lists(BEATS, max_size=8), fates=st.data(), unreliable=st.booleans(), slow=st.booleans()
)
def test_whatever_happens_in_whatever_order(
    manners: Manners, beats: list[tuple[str, str, float]], fates: st.DataObject, *, unreliable: bool, slow: bool
) -> None:
    scene = Scene(manners, introduce=True)
    if slow:
        scene.thinking, scene.recognition = 2.0, 1.0
    randomly = fates.draw(st.randoms(use_true_random=False))

    def post(what: Callable[[], None], seconds: float) -> None:
        if not unreliable or randomly.random() < 0.7:
            scene.later(what, seconds)
            return
        for _ in range(randomly.choice([0, 1, 1, 2])):  # lost, late, or doubled
            scene.later(what, seconds + randomly.choice([0.0, 0.05, 0.5, 3.0]))

    scene.post = post
    for beat in beats:
        play(scene, beat)
    check_quiet(scene)
    follow(scene)
    check_bridges(scene)
    for remembered in scene.of(Remember):
        assert {word for part in remembered.turn.reply for word in part.text.split()} <= SAID


@settings(max_examples=100)
@given(beats=st.lists(st.one_of(*GENTLE), max_size=8))
def test_what_is_remembered_is_what_was_begun_before_the_last_played_sample(
    beats: list[tuple[str, str, float]],
) -> None:
    scene = Scene()
    for beat in beats:
        play(scene, beat)
    check_quiet(scene)
    begun = [command.generation for command in scene.of(BeginReply)]
    texts = {start.generation: start for start in scene.of(StartReply)}
    said: dict[int, list[str]] = {generation: [] for generation in begun}
    for sentence in scene.of(SendSentence):
        said[sentence.generation] += sentence.sentence.text.split()
    played = [
        (texts[generation].question or "", said[generation][: -(-scene.player.played.get(generation, 0) // WORD)])
        for generation in begun
    ]
    remembered = [(question, heard.split()) for question, heard, _ in scene.remembered]
    # a question whose answer nobody heard a word of is asked again with the next one
    assert [turn for turn in played if turn[1]] == [turn for turn in remembered if turn[1]]


@settings(max_examples=100)
@given(beats=st.lists(st.one_of(*PLAIN), max_size=8))
def test_every_turn_of_the_user_is_answered_in_the_end(beats: list[tuple[str, str, float]]) -> None:
    scene = Scene()
    for beat in beats:
        play(scene, beat)
    check_quiet(scene)
    asked = " ".join(question for question in scene.questions if question)
    for ended in scene.ended:  # what was a backchannel or an echo is no turn and not among them
        assert ended in asked
