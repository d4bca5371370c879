"""The stage: one body on the output stream's sample axis, which never stops: what it says, attends to and lives.

Utterances stand at absolute samples of speech, which is the stream less the pauses in which it was held; between them
the body idles, listens, shows that it heard, thinks or rests. ``pose_at`` is a pure function of what was placed, held,
cut and attended so far; what is told later changes only what comes later.
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
    BREATH,
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
from avatar.pauses import Pause, Pauses
from avatar.performance import Performance
from avatar.pose import Pose

Attention = Literal["idle", "listening", "heard", "thinking", "resting"]

CUT_RELEASE = 0.12  # seconds in which a cut utterance lets go of the body
ARM_RELEASE = 0.7  # seconds in which its arms sink: they are heavy
HOLD_SETTLES = 0.24  # seconds in which a body that is held comes to rest, and in which it starts again
HOLD_LEAD = 0.05  # seconds before speech goes on at which the lips begin to form it
MEMORY = 10.0  # seconds of the past that stay exactly as they were

_TRANSITION = {"idle": 0.35, "listening": 0.35, "heard": 0.18, "thinking": 0.35, "resting": 1.6}  # seconds to each
_MOUTH_REGAIN, _ARMS_REGAIN = 0.10, 0.45  # seconds in which speech that was held takes its mouth and its arms again
_BEFORE, _AFTER = 0.3, 3.0  # seconds around an utterance in which it shows
_UTTERANCES = 8  # remembered at most
_NOD_SLOT = 4.6  # seconds in which a listener may nod once
_THOUGHT_SLOT = 1.4  # seconds between looks of a thinker
_THOUGHT_METRES = 4.0  # how far off a thinker's eyes meet

_KEY_ATTEND, _KEY_NOD, _KEY_THOUGHT, _KEY_SPEECH = 21, 22, 23, 24

# "I heard you": lids and brows answer within a tenth of a second, head and chest follow (Kendon's brow flash).
_HEARD_BROWS = motion(
    {"browInnerUp": 0.46, "browOuterUpLeft": 0.42, "browOuterUpRight": 0.39, "eyeWide": 0.22, "mouthSmile": 0.08}
)
_HEARD_NOD = motion({}, head=(4.4, 0.0, 0.0), torso=(0.9, 0.0, 0.0))
_HEARD_BREATH = still()
_HEARD_BREATH[BREATH] = 0.6
_NOD = motion({"browInnerUp": 0.05}, head=(3.4, 0.0, 0.0))
_STARTLE = motion(
    {"browInnerUp": 0.26, "browOuterUpLeft": 0.22, "browOuterUpRight": 0.20, "eyeWide": 0.16},
    head=(-2.4, 0.0, 0.0),
    torso=(-0.8, 0.0, 0.0),
)


@dataclass(slots=True)
class _Utterance:
    start: int  # sample of speech
    performance: Performance
    cut: int | None = None  # sample of the stream


@dataclass(frozen=True, slots=True)
class _Instant:
    """What an utterance is at at a sample of the stream.

    Attributes:
        mouth, body: the samples of the utterance that mouth and body are at; they differ around a pause only.
        face, arms: how far it has the body and the arms, 0..1.
    """

    mouth: int
    body: int
    face: float
    arms: float


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
        self._pauses = Pauses()

    def place(self, generation: int, start: int) -> None:
        """Put the first sample of an utterance at ``start`` of speech: of the stream, less the pauses until there.

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
        if utterance.cut is None and 0 < self._pauses.spoken(at) - utterance.start < utterance.performance.end:
            now = at / SAMPLE_RATE
            self._reactions.add(now, now + 0.16, now + 0.40, now + 1.1, _STARTLE)
        utterance.cut = at if utterance.cut is None else min(utterance.cut, at)

    def hold(self, at: int) -> None:
        """Let speech wait from a sample of the stream on: the lips close within ``CUT_RELEASE``, hands stop and sink.

        Whoever is held is held already; a hold that comes twice counts once.
        """
        self._pauses.begin(at)

    def resume(self, at: int) -> None:
        """Let speech go on at a sample of the stream, with the very sample at which it was held.

        At least ``HOLD_SETTLES`` after it was held, unless everything that was held was cut.
        """
        self._pauses.end(at)

    def nod(self, at: int) -> None:
        """Nod once, slightly, at a sample of the stream: "go on", where a user who is listened to pauses."""
        now = at / SAMPLE_RATE
        size = between(0.8, 1.1, self._seed, _KEY_NOD, at)
        self._reactions.add(now + 0.04, now + 0.30, now + 0.30, now + 0.72, size * _NOD)

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
        attentive = float(attention in ("listening", "heard"))
        self._posture.step(seconds, _TRANSITION[attention], _posture(attention, side))
        self._attention.step(seconds, _TRANSITION[attention], np.array([attentive, attention == "thinking"], float))
        if attention == "heard":
            self._reactions.add(seconds, seconds + 0.09, seconds + 0.20, seconds + 0.55, _HEARD_BROWS)
            self._reactions.add(seconds + 0.03, seconds + 0.30, seconds + 0.34, seconds + 0.80, _HEARD_NOD)
            self._reactions.add(seconds, seconds + 0.35, seconds + 0.45, seconds + 1.3, _HEARD_BREATH)
        away = between(12.0, 17.0, self._seed, _KEY_ATTEND, self._attended, 1)
        looks = {"thinking": (-9.0, side * away), "resting": (3.0, -0.4 * side * away)}  # away from you, pitch and yaw
        self._gaze.jump(seconds, np.array(looks.get(attention, (0.0, 0.0))))

    def pose_at(self, sample: int) -> Pose:
        """Return the pose at a sample of the stream."""
        seconds = sample / SAMPLE_RATE
        speaking = 0.0
        mouths: list[Layer] = []
        bodies: list[Motion] = []
        for utterance in self._utterances.values():
            if not self._shows(utterance, sample):
                continue
            instant = self._instant(utterance, sample)
            presence = instant.face * utterance.performance.presence_at(instant.mouth)
            body = utterance.performance.body_at(instant.body)
            face = np.clip(utterance.performance.mouth_at(instant.mouth, body), 0.0, 1.0)
            mouths.append(speech_layer(face.astype(np.float32), presence))
            arms = body[ARMS] * instant.arms
            body *= instant.face
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

    def _shows(self, utterance: _Utterance, sample: int) -> bool:
        """Return whether anything of an utterance is to be seen at a sample of the stream."""
        if utterance.cut is not None and sample >= utterance.cut + ARM_RELEASE * SAMPLE_RATE:
            return False
        local = self._pauses.spoken(sample) - utterance.start
        return -_BEFORE * SAMPLE_RATE <= local < utterance.performance.end + _AFTER * SAMPLE_RATE

    def _instant(self, utterance: _Utterance, sample: int) -> _Instant:
        """Return where an utterance is at a sample of the stream, and how far it has the body.

        While speech is held, the mouth runs on for the moment in which it closes and the body glides to a stop; both
        stand again where they are to be when speech goes on.
        """
        pause = self._pauses.at(sample)
        face = arms = 1.0
        if utterance.cut is not None:
            held = self._pauses.at(utterance.cut)
            if held is not None and sample >= held.begin and (held.end is None or utterance.cut <= held.end):
                pause = Pause(held.begin)  # it was cut while it was held: it never went on
            else:
                face = 1.0 - smooth((sample - utterance.cut) / (CUT_RELEASE * SAMPLE_RATE))
                arms = 1.0 - smooth((sample - utterance.cut) / (ARM_RELEASE * SAMPLE_RATE))
        if pause is None:
            local = self._pauses.spoken(sample) - utterance.start
            return _Instant(local, local, face, arms)
        held_at = self._pauses.spoken(pause.begin) - utterance.start
        mouth, body = _through(pause, sample)
        face *= _grip(pause, sample, CUT_RELEASE, _MOUTH_REGAIN)
        arms *= _grip(pause, sample, ARM_RELEASE, _ARMS_REGAIN)
        return _Instant(held_at + mouth, held_at + body, face, arms)

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


def _through(pause: Pause, sample: int) -> tuple[int, int]:
    """Return how far mouth and body are past the sample of speech at which they were held, in samples.

    The body brakes evenly to a stop and starts as evenly, so that after ``HOLD_SETTLES`` it is where speech is.
    """
    settles, lead = round(HOLD_SETTLES * SAMPLE_RATE), round(HOLD_LEAD * SAMPLE_RATE)
    since = sample - pause.begin
    on = None if pause.end is None else sample - pause.end
    mouth = on if on is not None and on >= -lead else min(since, round(CUT_RELEASE * SAMPLE_RATE))
    if on is not None and on >= settles:
        body = on
    elif on is not None and on >= 0:
        body = round(settles / 2 + on * on / (2 * settles))
    else:
        braking = min(since, settles)
        body = round(braking - braking * braking / (2 * settles))
    return mouth, body


def _grip(pause: Pause, sample: int, release: float, regain: float) -> float:
    """Return how far speech has the body around a pause, 0..1: it lets go in ``release`` seconds, then regains it."""
    held = 1.0 - smooth((sample - pause.begin) / (release * SAMPLE_RATE))
    if pause.end is None:
        return held
    back = smooth((sample - pause.end + HOLD_LEAD * SAMPLE_RATE) / (regain * SAMPLE_RATE))
    return held + (1.0 - held) * back


def _posture(attention: Attention, side: float) -> Motion:
    """Return how a body holds itself while it attends; ``side`` is -1 or 1."""
    if attention == "listening":
        return motion(
            {"browInnerUp": 0.16, "browOuterUp": 0.07, "mouthSmile": 0.07, "eyeWide": 0.05},
            head=(0.8, 1.2 * side, 4.6 * side),
            torso=(2.0, 0.0, 0.0),
        )
    if attention == "heard":
        return motion(
            {"browInnerUp": 0.10, "browOuterUp": 0.10, "mouthSmile": 0.08, "eyeWide": 0.08},
            head=(0.6, 0.0, 0.8 * side),
            torso=(2.0, 0.0, 0.0),
        )
    if attention == "resting":
        return motion(
            {"mouthSmile": 0.13, "browInnerUp": 0.03, "cheekSquint": 0.06},
            head=(4.2, -3.5 * side, 3.0 * side),
            torso=(-0.8, 0.0, 0.0),
            blink=0.04,
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
