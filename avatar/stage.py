"""The stage: one body on the output stream's sample axis, which never stops: what it says, attends to and lives.

Utterances stand at absolute samples; between them the body idles, listens or thinks. ``pose_at`` is a pure function
of what was placed, cut and attended so far; what is placed, cut or attended later changes only what comes later.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from avatar.curves import PulseTrack, StepTrack, between, sign, smooth, uniform, window
from avatar.errors import GenerationError, MotionError
from avatar.gestures import ITEM
from avatar.idle import idle_motion
from avatar.marks import SAMPLE_RATE, Mark
from avatar.mixer import PROCEDURAL, Layer, mix, speech_layer
from avatar.motion import (
    ARMS,
    GAZE,
    HELD,
    LEFT_ARM,
    RIGHT_ARM,
    SIZE,
    VERGENCE,
    Motion,
    compose,
    motion,
    still,
    vergence,
)
from avatar.performance import Performance
from avatar.pose import Pose

Attention = Literal["idle", "listening", "thinking"]

CUT_RELEASE = 0.12  # seconds in which a cut utterance lets go of the body
ARM_RELEASE = 0.7  # seconds in which its arms sink: they are heavy
MEMORY = 10.0  # seconds of the past that stay exactly as they were

_TRANSITION = 0.35  # seconds from one kind of attention to another
_BEFORE, _AFTER = 0.3, 3.0  # seconds around an utterance in which it shows
_UTTERANCES = 8  # remembered at most
_NOD_SLOT = 4.6  # seconds in which a listener may nod once
_THOUGHT_SLOT = 1.4  # seconds between looks of a thinker
_THOUGHT_METRES = 4.0  # how far off a thinker's eyes meet

_KEY_ATTEND, _KEY_NOD, _KEY_THOUGHT, _KEY_SPEECH = 21, 22, 23, 24

_NOD = motion({"browInnerUp": 0.05}, head=(3.4, 0.0, 0.0))
_STARTLE = motion(
    {"browInnerUp": 0.26, "browOuterUpLeft": 0.22, "browOuterUpRight": 0.20, "eyeWide": 0.16},
    head=(-2.4, 0.0, 0.0),
    torso=(-0.8, 0.0, 0.0),
)


@dataclass(slots=True)
class _Utterance:
    start: int
    performance: Performance
    cut: int | None = None  # absolute sample

    def hold(self, sample: int, release: float = CUT_RELEASE) -> float:
        """Return how far this utterance still has the body, 0..1: all until ``release`` seconds after it is cut."""
        if self.cut is None:
            return 1.0
        return 1.0 - smooth((sample - self.cut) / (release * SAMPLE_RATE))

    def shows(self, sample: int) -> bool:
        end = self.start + self.performance.end + _AFTER * SAMPLE_RATE
        if self.cut is not None:
            end = min(end, self.cut + ARM_RELEASE * SAMPLE_RATE)
        return self.start - _BEFORE * SAMPLE_RATE <= sample < end


class Stage:
    """One body and its timeline. Generations are placed in the order of their numbers.

    Not safe to change in one thread while another asks for poses.

    Attributes:
        item: pitch and yaw of the item as the body sees it, degrees; holds for the utterances that are placed later.
    """

    def __init__(self, seed: int, item: tuple[float, float] = ITEM) -> None:
        self.item = item
        self._seed = seed
        self._utterances: dict[int, _Utterance] = {}
        self._newest_forgotten: int | None = None
        self._posture = StepTrack(still())  # of the attention
        self._gaze = StepTrack(np.zeros(2))
        self._attention = StepTrack(np.zeros(2))  # listening, thinking
        self._reactions = PulseTrack(SIZE)
        self._attended = 0

    def place(self, generation: int, start: int) -> None:
        """Put the first sample of an utterance at ``start`` of the stream.

        Raises:
            GenerationError: it was placed before.
        """
        if generation in self._utterances or self._forgotten(generation):
            raise GenerationError(
                f"generation {generation} was placed before: give every utterance a number of its own"
            )
        self._forget(start)
        seed = int(uniform(self._seed, _KEY_SPEECH, generation) * 2**53)
        self._utterances[generation] = _Utterance(start, Performance(seed, self.item))

    def extend(self, generation: int, marks: Iterable[Mark]) -> None:
        """Add marks to an utterance; those of one that was cut are too late and have no effect.

        Raises:
            GenerationError: it was never placed.
            MarkError: see ``Performance.extend``.
        """
        utterance = self._find(generation)
        if utterance is not None and utterance.cut is None:
            utterance.performance.extend(marks)

    def finish(self, generation: int) -> None:
        """Say that no more marks will come for an utterance.

        Raises:
            GenerationError: it was never placed.
        """
        utterance = self._find(generation)
        if utterance is not None:
            utterance.performance.finish()

    def cut(self, generation: int, at: int) -> None:
        """End an utterance at a sample of the stream: its mouth, head and mood are gone ``CUT_RELEASE`` later,
        its arms have sunk after ``ARM_RELEASE``.

        A body that is cut short while it speaks shows that it noticed. A second cut counts if it is earlier.

        Raises:
            GenerationError: it was never placed.
        """
        utterance = self._find(generation)
        if utterance is None:
            return
        if utterance.cut is None and 0 < at - utterance.start < utterance.performance.end:
            now = at / SAMPLE_RATE
            self._reactions.add(now, now + 0.16, now + 0.40, now + 1.1, _STARTLE)
        utterance.cut = at if utterance.cut is None else min(utterance.cut, at)

    def attend(self, attention: Attention, at: int) -> None:
        """Turn to something from a sample of the stream on, in the order of time.

        Raises:
            MotionError: there is no such kind of attention.
        """
        if attention not in get_args(Attention):
            raise MotionError(f"there is no attention {attention!r}: use one of {', '.join(get_args(Attention))}")
        self._attended += 1
        side = sign(self._seed, _KEY_ATTEND, self._attended)
        seconds = at / SAMPLE_RATE
        for track in (self._posture, self._gaze, self._attention):
            track.forget_before(seconds - MEMORY)
        self._posture.step(seconds, _TRANSITION, _posture(attention, side))
        self._attention.step(seconds, _TRANSITION, np.array([attention == "listening", attention == "thinking"], float))
        away = between(12.0, 17.0, self._seed, _KEY_ATTEND, self._attended, 1)
        self._gaze.jump(seconds, np.array([-9.0, side * away]) if attention == "thinking" else np.zeros(2))

    def pose_at(self, sample: int) -> Pose:
        """Return the pose at a sample of the stream."""
        seconds = sample / SAMPLE_RATE
        speaking = 0.0
        mouths: list[Layer] = []
        bodies: list[Motion] = []
        for utterance in self._utterances.values():
            if utterance.shows(sample):
                local, hold = sample - utterance.start, utterance.hold(sample)
                presence = hold * utterance.performance.presence_at(local)
                body = utterance.performance.body_at(local)
                face = np.clip(utterance.performance.mouth_at(local, body), 0.0, 1.0)
                mouths.append(speech_layer(face.astype(np.float32), presence))
                arms = body[ARMS] * utterance.hold(sample, ARM_RELEASE)
                body *= hold
                body[ARMS] = arms
                bodies.append(body)
                speaking += presence * (1.0 - speaking)
        listening, thinking = self._attention.at(seconds).tolist()
        vector = idle_motion(sample, self._seed, speaking, max(listening, 0.6 * thinking) * (1.0 - speaking))
        vector += self._attending(seconds, speaking, listening, thinking)
        vector += self._reactions.at(seconds)
        for body in bodies:
            for arm, held in ((LEFT_ARM, HELD.start), (RIGHT_ARM, HELD.start + 1)):
                vector[arm] *= 1.0 - body[held]
            vector += body
        return mix([Layer(compose(vector), PROCEDURAL), *mouths])

    def _attending(self, seconds: float, speaking: float, listening: float, thinking: float) -> Motion:
        vector = self._posture.at(seconds) * (1.0 - speaking)
        gaze = self._gaze.at(seconds) + thinking * _pondering(seconds, self._seed)
        away = 1.0 - smooth((speaking - 0.1) / 0.5)  # the eyes come back faster than the body
        vector[GAZE] += gaze * away
        vector[VERGENCE] += thinking * away * vergence(_THOUGHT_METRES)
        vector += _nodding(seconds, self._seed) * (listening * (1.0 - speaking)) * _NOD
        return vector

    def _find(self, generation: int) -> _Utterance | None:
        """Return an utterance; None if it ended so long ago that it is forgotten."""
        if generation not in self._utterances and not self._forgotten(generation):
            raise GenerationError(f"generation {generation} was never placed: place it before anything else")
        return self._utterances.get(generation)

    def _forgotten(self, generation: int) -> bool:
        return self._newest_forgotten is not None and generation <= self._newest_forgotten

    def _forget(self, now: int) -> None:
        """Drop what ended more than ``MEMORY`` before a sample, oldest first."""
        self._reactions.forget_before(now / SAMPLE_RATE - MEMORY)
        for generation, utterance in list(self._utterances.items()):
            done = utterance.cut is not None or utterance.performance.finished
            old = utterance.start + utterance.performance.end + (_AFTER + MEMORY) * SAMPLE_RATE < now
            if not (done and old) and len(self._utterances) < _UTTERANCES:
                break
            del self._utterances[generation]
            self._newest_forgotten = generation


def _posture(attention: Attention, side: float) -> Motion:
    """Return how a body holds itself while it attends; ``side`` is -1 or 1."""
    if attention == "listening":
        return motion(
            {"browInnerUp": 0.12, "browOuterUp": 0.05, "mouthSmile": 0.06, "eyeWide": 0.04},
            head=(0.8, 1.0 * side, 3.4 * side),
            torso=(1.4, 0.0, 0.0),
        )
    if attention == "thinking":
        return motion(
            {
                "browDownLeft": 0.16, "browDownRight": 0.12, "browInnerUp": 0.20, "mouthPress": 0.16,
                "mouthShrugLower": 0.10, "mouthLeft": 0.06, "eyeSquint": 0.10,
            },
            head=(-2.2, 4.0 * side, -2.4 * side),
        )  # fmt: skip
    return still()


def _nodding(seconds: float, seed: int) -> float:
    """Return a listener's nods, 0..1: a double nod now and then."""
    slot = int(seconds // _NOD_SLOT)
    if uniform(seed, _KEY_NOD, slot) > 0.6:
        return 0.0
    start = (slot + between(0.05, 0.6, seed, _KEY_NOD, slot, 1)) * _NOD_SLOT
    size = between(0.6, 1.0, seed, _KEY_NOD, slot, 2)
    first = window(seconds, start, start + 0.28, start + 0.28, start + 0.60)
    second = window(seconds, start + 0.46, start + 0.72, start + 0.72, start + 1.15)
    return size * (first + 0.55 * second)


def _pondering(seconds: float, seed: int) -> Motion:
    """Return the small looks of a thinker around the place they look at, (pitch, yaw) degrees."""
    slot = int(seconds // _THOUGHT_SLOT)
    before, here = _thought(seed, slot - 1), _thought(seed, slot)
    return before + (here - before) * smooth((seconds - slot * _THOUGHT_SLOT) / 0.035)


def _thought(seed: int, slot: int) -> Motion:
    keys = (seed, _KEY_THOUGHT, slot)
    return np.array([between(-3.0, 3.0, *keys, 0), between(-4.0, 4.0, *keys, 1)])
