"""A talking-head clip: sentences or recorded speech in, a video file out.

The same sentences or sound, names and seed give the same bytes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avatar.directions import Cues, Script, scripted
from avatar.errors import ClipError
from avatar.figure import Figure
from avatar.listening import listen
from avatar.marks import MOODS, SAMPLE_RATE, Mark
from avatar.motion_file import Event, Frame
from avatar.renderer import Backdrop, OffscreenTarget, Renderer, Scene, Transparent, headless_context
from avatar.stage import Stage
from avatar.video import VideoWriter
from avatar.voice import Voice

LEAD_IN = SAMPLE_RATE * 2 // 5  # samples of looking at the viewer before the first word
LEAD_OUT = SAMPLE_RATE * 3 // 5  # and after the last

_EVENTS = ("word", "mood", "gesture", "gaze")  # marks that are events of a motion file
_LONGEST_NAME = 64  # letters of an event's

Progress = Callable[[int, int], None]  # pictures done, pictures in all


def spoken(sentences: Sequence[str | Script], voice: Voice, mood: str) -> tuple[NDArray[np.int16], list[Mark]]:
    """Return the sound of the sentences, int16 mono at ``SAMPLE_RATE``, and its marks on the same sample axis.

    Args:
        sentences: what is said, in order; in strings, stage directions stand in brackets (``avatar.directions``).
        voice: who speaks.
        mood: until a direction says another.

    Raises:
        ClipError: there is no such mood.
        UnspeakableTextError: a sentence is not in a language of the voice.
    """
    _require_mood(mood)
    sound: list[NDArray[np.int16]] = []
    marks = [Mark("mood", 0, 0, mood)]
    length = 0
    for sentence in sentences:
        line = sentence if isinstance(sentence, Script) else scripted(sentence)
        begin = length
        cues, words = Cues(line), list[Mark]()
        mood = next((each.name for each in line.directions if each.kind == "mood" and each.place == 0), mood)
        for clause in voice.speak(line.text, mood=mood):
            words.extend(mark.shifted(length) for mark in (*cues.marks(clause.marks), *clause.marks))
            sound.append(clause.pcm)
            length += len(clause.pcm)
        marks.append(Mark("sentence", begin, length, line.text))
        marks.extend(words)
        mood = next((mark.text for mark in reversed(marks) if mark.kind == "mood"), mood)
    return (np.concatenate(sound) if sound else np.zeros(0, np.int16)), marks


def heard(sound: NDArray[np.int16], mood: str) -> tuple[NDArray[np.int16], list[Mark]]:
    """Return recorded speech and its marks, as ``spoken`` does, made out from the sound alone.

    Args:
        sound: int16 mono at ``SAMPLE_RATE``.
        mood: of the whole.

    Raises:
        ClipError: there is no such mood.
        ListeningModelError: the weights of the ear are missing or damaged.
    """
    _require_mood(mood)
    return sound, [Mark("mood", 0, 0, mood), *listen(sound)]


def film(
    speech: NDArray[np.int16],
    marks: Sequence[Mark],
    path: Path,
    *,
    figure: Figure,
    size: tuple[int, int] = (512, 512),
    fps: int = 30,
    seed: int = 0,
    scene: Scene | None = None,
    progress: Progress | None = None,
    record: Callable[[Frame], None] | None = None,
) -> float:
    """Write an MP4 file of ``figure`` saying what ``spoken`` or ``heard`` returned; return its length in seconds.

    Args:
        speech: its sound, int16 mono at ``SAMPLE_RATE``.
        marks: what happens in it.
        path: the file; it appears when it is complete.
        figure: who says it.
        size: (width, height) in pixels, even.
        fps: pictures a second.
        seed: of blinks, glances and sway.
        scene: background, light and lens; the studio when None.
        progress: called after every picture.
        record: called with every pose before it is drawn.

    Raises:
        ClipError: there is nothing to say, or the scene is transparent.
        SceneError: the scene's picture cannot be read.
        VideoError: the file cannot be written.
    """
    if not len(speech):
        raise ClipError("there is nothing to say: the text has no words")
    sound = np.concatenate([np.zeros(LEAD_IN, np.int16), speech, np.zeros(LEAD_OUT, np.int16)])
    frames: Iterator[Frame] = itertools.islice(performed(marks, fps, seed), -(-len(sound) * fps // SAMPLE_RATE))
    if record is not None:
        frames = _recorded(frames, record)
    film_frames(frames, sound, path, figure=figure, size=size, fps=fps, scene=scene, progress=progress)
    return len(sound) / SAMPLE_RATE


def performed(marks: Sequence[Mark], fps: int, seed: int) -> Iterator[Frame]:
    """Yield what a body does that says what ``marks`` tell, ``LEAD_IN`` after the start, without end."""
    stage = Stage(seed)
    stage.place(1, LEAD_IN)
    stage.extend(1, marks)
    stage.finish(1)
    begun = sorted((mark.start + LEAD_IN, place) for place, mark in enumerate(marks) if mark.kind in _EVENTS)
    waiting = iter(begun)
    following = next(waiting, None)
    for index in itertools.count():
        sample = index * SAMPLE_RATE // fps
        events = []
        while following is not None and following[0] <= sample:
            mark = marks[following[1]]
            events += [Event(mark.kind, mark.text[:_LONGEST_NAME])] if mark.text else []
            following = next(waiting, None)
        yield Frame(sample / SAMPLE_RATE, stage.pose_at(sample), tuple(events))


def film_frames(
    frames: Iterable[Frame],
    sound: NDArray[np.int16],
    path: Path,
    *,
    figure: Figure,
    size: tuple[int, int],
    fps: int,
    scene: Scene | None = None,
    progress: Progress | None = None,
) -> None:
    """Write an MP4 file of ``figure`` doing what ``frames`` say, one picture for each.

    Args:
        frames: at ``fps`` a second.
        sound: int16 mono at ``SAMPLE_RATE``; as many pictures are drawn as cover it.
        path: the file; it appears when it is complete.
        figure: who does it.
        size: (width, height) in pixels, even.
        fps: pictures a second.
        scene: background, light and lens; the studio when None.
        progress: called after every picture.

    Raises:
        ClipError: the scene is transparent.
        SceneError: the scene's picture cannot be read.
        VideoError: the file cannot be written.
    """
    scene = scene or Scene()
    if isinstance(scene.background, Transparent):
        raise ClipError("an MP4 file cannot be transparent: give the scene a background")
    context = headless_context()
    try:
        renderer, target = Renderer(context, figure, lighting=scene.lighting), OffscreenTarget(context, size)
        backdrop, camera = Backdrop(context, scene, size), scene.camera()
        total = -(-len(sound) * fps // SAMPLE_RATE)
        with VideoWriter(path, *size, fps) as video:
            for number, frame in enumerate(itertools.islice(frames, total)):
                first, last = (index * SAMPLE_RATE // fps for index in (number, number + 1))
                behind = backdrop.lay(target.framebuffer)
                renderer.draw(
                    frame.pose, target.framebuffer, background=behind, camera=camera, seconds=first / SAMPLE_RATE
                )
                video.write(target.read())
                video.write_audio(sound[first:last])
                if progress is not None:
                    progress(number + 1, total)
    finally:
        context.release()


def _recorded(frames: Iterable[Frame], record: Callable[[Frame], None]) -> Iterator[Frame]:
    for frame in frames:
        record(frame)
        yield frame


def _require_mood(mood: str) -> None:
    if mood not in MOODS:
        raise ClipError(f"there is no mood {mood!r}; there are {', '.join(MOODS)}")
