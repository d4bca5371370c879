"""What the gallery and the reference pictures show, as data: everything that there is, by name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
import numpy as np

from avatar.expressions import expression
from avatar.figure import DEFAULT_FIGURE, FIGURES, Person, person
from avatar.figure.hair.style import HAIR_CUTS, HairStyle
from avatar.marks import GESTURES, MOODS, SAMPLE_RATE, Mark
from avatar.motion import compose, motion, still
from avatar.performance import Performance
from avatar.pose import ARKIT_INDEX, ARKIT_NAMES, Pose, Quaternion, neutral_face
from avatar.renderer import Camera, CloseUp
from avatar.stage import Attention, Stage

_SEED = 4
_HELD = 0.32  # seconds that a single sound is held, which is long enough for the mouth to get there
_GESTURE_AT, _GESTURE_STEP, _GESTURE_STEPS = 1.0, 0.05, 80  # seconds, seconds, how many
_OTHER = "milo"  # who wears the cuts of men that nobody else wears
_OF_MEN = frozenset({"bald", "buzz", "short", "parted", "receding"})
_ARMS = ("leftLowerArm", "rightLowerArm")
_RAISED = math.radians(20.0)  # of a forearm: less is no gesture of the hands
_TURN, _TURN_SECONDS = 42.0, 0.30  # degrees to either side, seconds from one to the other
_TURN_STEP, _TURN_PICTURES = 1 / 15, 14  # seconds, how many
# What a host attends to, one after the other: seconds, state; and when a user who speaks makes a pause.
_ATTENTION: tuple[tuple[float, Attention], ...] = (
    (1.0, "listening"), (6.0, "heard"), (6.6, "thinking"), (10.0, "resting"),
)  # fmt: skip
_PAUSE_AT = 3.0
_MOMENTS: dict[str, tuple[float, ...]] = {
    "idle": (0.2, 0.5, 0.8),
    "listening": (1.2, 2.0, 2.8),
    "a pause: nod": (3.15, 3.32, 3.6),
    "heard": (6.06, 6.12, 6.3),
    "thinking": (6.75, 7.6, 9.0),
    "resting": (12.0, 14.2, 15.3),
}
_HELD_AT, _RESUMED_AT = 0.95, 1.65  # seconds into a sentence at which somebody cuts in, and turns out not to
_HOLDING = (-0.2, -0.05, 0.06, 0.2, 0.45, 0.68, 0.76, 0.95)  # seconds from there
_YAWS = (0.0, 45.0, 90.0, 135.0, 180.0)  # degrees of the orbit round a head

_WITH = {"mouthClose": {"jawOpen": 1.0}, "tongueOut": {"jawOpen": 0.4}}  # what some weights are made to go with

HEAD = Camera("head")
HALF = Camera("half")
MOUTH = CloseUp("head", height=0.085)
FACE = CloseUp("head", below=0.025, height=0.23)
WAIST = CloseUp("half", below=0.26, height=0.86)
MASK = CloseUp("head", below=0.032, height=0.165)  # brows to chin

# The fifteen visemes of ISO/IEC 14496-2 (MPEG-4), each by an IPA sound that makes it.
VISEMES: dict[str, str] = {
    "silence": "", "p b m": "m", "f v": "f", "th": "θ", "t d": "d", "k g": "k", "ch j sh": "ʃ", "s z": "s",
    "n l": "l", "r": "ɹ", "a": "ɑ", "e": "ɛ", "i": "i", "o": "ɔ", "u": "u",
}  # fmt: skip


@dataclass(frozen=True)
class Shot:
    """One picture.

    Attributes:
        name: what it is called; letters, digits and hyphens.
        label: what is written under it.
        who: who is seen. pose: doing what. camera: from where.
        seconds: when, for hair that swings; at rest when None.
    """

    name: str
    label: str
    who: Person
    pose: Pose = field(default_factory=Pose)
    camera: Camera = HEAD
    seconds: float | None = None


class Spoken(NamedTuple):
    """A sentence that was spoken: its text and its marks."""

    text: str
    marks: Sequence[Mark]


def people() -> list[Shot]:
    """Return everybody, looking friendly."""
    pose = compose(expression("warmth", 0.35))
    return [Shot(name, f"{name}, {person(name).recipe.age:.0f}", person(name), pose) for name in FIGURES]


def bodies() -> list[Shot]:
    """Return everybody from head to hip."""
    return [Shot(name, name, person(name), compose(still()), HALF) for name in FIGURES]


def shapes(who: str = DEFAULT_FIGURE) -> list[Shot]:
    """Return each of the 52 ARKit weights at full strength."""
    shots = []
    for name in ARKIT_NAMES:
        face = neutral_face()
        face[ARKIT_INDEX[name]] = 1.0
        for other, weight in _WITH.get(name, {}).items():
            face[ARKIT_INDEX[other]] = weight
        shots.append(Shot(name.lower(), name, person(who), Pose(face), FACE))
    return shots


def moods(who: str = DEFAULT_FIGURE) -> list[Shot]:
    """Return every mood at full strength."""
    return [Shot(mood, mood, person(who), compose(expression(mood)), FACE) for mood in MOODS]


def visemes(who: str = DEFAULT_FIGURE) -> list[Shot]:
    """Return the mouth in the middle of each kind of sound."""
    shots = []
    for label, symbol in VISEMES.items():
        start, end = SAMPLE_RATE, SAMPLE_RATE + round(_HELD * SAMPLE_RATE)
        performance = Performance(_SEED)
        if symbol:
            performance.extend([Mark("word", start, end, label), Mark("phoneme", start, end, symbol, 1.0)])
        performance.finish()
        shown = f"{label}  /{symbol}/" if symbol else label
        pose = Pose(performance.pose_at((start + end) // 2).face)
        shots.append(Shot(label.replace(" ", "-"), shown, person(who), pose, MOUTH))
    return shots


def sentence(spoken: Spoken, who: str = DEFAULT_FIGURE) -> list[Shot]:
    """Return the face in the middle of each sound of a sentence."""
    stage = Stage(_SEED)
    stage.place(1, SAMPLE_RATE)
    stage.extend(1, spoken.marks)
    stage.finish(1)
    sounds = [mark for mark in spoken.marks if mark.kind == "phoneme" and mark.end > mark.start]
    begins = {mark.start: mark.text for mark in spoken.marks if mark.kind == "word"}
    shots = []
    for number, mark in enumerate(sounds):
        pose = stage.pose_at(SAMPLE_RATE + (mark.start + mark.end) // 2)
        word = begins.get(mark.start)
        label = f"{mark.text}   {word}" if word else mark.text
        shots.append(Shot(f"{number:02}", label, person(who), pose, MASK))
    return shots


def attention(who: str = DEFAULT_FIGURE) -> list[Shot]:
    """Return somebody while a user speaks, pauses, ends, waits for the answer, and then stays silent."""
    stage = Stage(_SEED)
    for seconds, attending in _ATTENTION:
        stage.attend(attending, round(seconds * SAMPLE_RATE))
    stage.nod(round(_PAUSE_AT * SAMPLE_RATE))
    begins = dict(_ATTENTION)
    shots = []
    for state, moments in _MOMENTS.items():
        start = next((at for at, name in begins.items() if name == state), _PAUSE_AT if "nod" in state else 0.0)
        for seconds in moments:
            label = f"{state}  +{seconds - start:.2f} s"
            pose = stage.pose_at(round(seconds * SAMPLE_RATE))
            shots.append(Shot(f"{round(1000 * seconds):05}", label, person(who), pose, FACE))
    return shots


def holding(spoken: Spoken, who: str = DEFAULT_FIGURE) -> list[Shot]:
    """Return somebody who is cut in upon in the middle of a sentence, holds, and goes on with the very sound."""
    stage = Stage(_SEED)
    stage.place(1, SAMPLE_RATE)
    stage.extend(1, spoken.marks)
    stage.finish(1)
    held, resumed = (SAMPLE_RATE + round(at * SAMPLE_RATE) for at in (_HELD_AT, _RESUMED_AT))
    stage.hold(held)
    stage.attend("listening", held)
    stage.resume(resumed)
    shots = []
    for number, seconds in enumerate(_HOLDING):
        state = "speaks" if seconds < 0.0 else "held" if seconds < _RESUMED_AT - _HELD_AT else "goes on"
        pose = stage.pose_at(held + round(seconds * SAMPLE_RATE))
        shots.append(Shot(f"{number:02}", f"{state}  {seconds:+.2f} s", person(who), pose, FACE))
    return shots


def hair() -> list[list[Shot]]:
    """Return every cut from all round: a row each, on somebody who wears it or whom it would suit."""
    wearers = {person(name).recipe.hair.cut: person(name) for name in reversed(FIGURES)}
    rows = []
    for cut in HAIR_CUTS:
        who = wearers.get(cut) or _with_cut(cut)
        title = f"{cut} ({who.name})" if cut in wearers else cut
        rows.append(
            [Shot(f"{cut}-{yaw:.0f}", f"{yaw:.0f}°" if yaw else title, who, camera=_orbit(yaw)) for yaw in _YAWS]
        )
    return rows


def turning() -> list[Shot]:
    """Return moments of somebody with hanging hair who turns the head quickly."""
    who = next((person(name) for name in FIGURES if person(name).recipe.hair.cut == "long"), person(DEFAULT_FIGURE))
    shots = []
    for step in range(_TURN_PICTURES):
        seconds = step * _TURN_STEP
        yaw = _TURN * (2.0 * _eased(seconds / _TURN_SECONDS) - 1.0)
        pose = compose(motion(head=(0.0, yaw, 0.0), gaze=(0.0, yaw)))
        shots.append(Shot(f"{round(seconds * 1000):04}", f"{seconds:.2f} s", who, pose, HEAD, seconds))
    return shots


def gestures(who: str = DEFAULT_FIGURE) -> list[Shot]:
    """Return every gesture at the moment when it is furthest from standing still."""
    shots = []
    for name in GESTURES:
        pose = _apex(name)
        of_face = not any(bone in pose.bones and _turned(pose.bones[bone]) for bone in _ARMS)
        shots.append(Shot(name, name, person(who), pose, FACE if of_face else WAIST))
    return shots


def _with_cut(cut: str) -> Person:
    base = person(_OTHER if cut in _OF_MEN else DEFAULT_FIGURE)
    style = HairStyle(cut=cut, root=base.recipe.hair.root, tip=base.recipe.hair.tip)  # type: ignore[arg-type]
    return Person(f"own-{base.name}-{cut}", msgspec.structs.replace(base.recipe, hair=style))


def _orbit(degrees: float) -> Camera:
    return Camera("head", yaw=math.radians(degrees))


def _apex(gesture: str) -> Pose:
    """Return the pose of a gesture in which bones and face are furthest from rest."""
    start = round(_GESTURE_AT * SAMPLE_RATE)
    performance = Performance(_SEED)
    performance.extend([Mark("gesture", start, start, gesture)])
    performance.finish()
    rest = performance.pose_at(0)
    steps = (start + round(step * _GESTURE_STEP * SAMPLE_RATE) for step in range(_GESTURE_STEPS))
    return max((performance.pose_at(sample) for sample in steps), key=lambda pose: distance(pose, rest))


def _eased(share: float) -> float:
    """Return a smooth way from 0 to 1 (the cubic "smoothstep")."""
    bounded = min(max(share, 0.0), 1.0)
    return bounded * bounded * (3.0 - 2.0 * bounded)


def _turned(rotation: Quaternion) -> bool:
    return 2.0 * math.acos(min(abs(rotation[3]), 1.0)) > _RAISED


def distance(pose: Pose, rest: Pose) -> float:
    """Return how far apart two poses are: the sum of angles between their bones, radians, and of weights."""
    apart = float(np.abs(pose.face - rest.face).sum())
    for bone, turn in pose.bones.items():
        cosine = abs(float(np.dot(turn, rest.bones.get(bone, (0.0, 0.0, 0.0, 1.0)))))
        apart += 2.0 * math.acos(min(cosine, 1.0))
    return apart
