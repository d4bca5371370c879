"""What motion costs beside a renderer, and how well it is on time: pose_at, extending, mouth against sound.

The mouth is compared with the sound's envelope (root mean square over 50 ms): at which shift they agree best.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE, Mark
from avatar.pose import ARKIT_INDEX, Pose
from avatar.stage import Stage
from avatar.voice import Voice
from benchmarks.figures import Figure, arguments, median, seconds, show

TEXTS = (
    "Maybe Bob would move five thick books from the museum.",
    "The harbour was closed for three days after the storm, and nobody knew why.",
    "What a wonderful question! I found it on page forty two of the report.",
    "Prices rose by twelve percent in March, but wages stayed where they were.",
)
STEP = SAMPLE_RATE // 100  # samples between two looks at the mouth
WINDOW = SAMPLE_RATE // 20
FURTHEST = 15  # steps of shift that are tried each way


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and show."""
    options = arguments(__doc__ or "").parse_args(argv)
    voice = Voice()
    spoken = [speak(voice, text) for text in TEXTS]
    stages = [stage_of(marks) for _, marks in spoken]

    agreements = np.mean(
        [agreement(pcm, stage) for (pcm, _), stage in zip(spoken, stages, strict=True)], axis=0
    )  # by shift
    best = int(np.argmax(agreements))
    length = len(spoken[1][0])
    samples = iter(range(0, 10**9, 397))
    taken = seconds(lambda: stages[1].pose_at(next(samples) % length), 3000)
    figures: dict[str, Figure] = {
        "pose_at_ms_median": 1000 * median(taken),
        "pose_at_ms_99th": 1000 * float(np.quantile(taken, 0.99)),
        "extend_ms_per_second_of_speech": 1000
        * median(seconds(lambda: stage_of(spoken[1][1]), 20))
        * SAMPLE_RATE
        / length,
        "mouth_leads_sound_ms": 10.0 * (best - FURTHEST),
        "mouth_sound_correlation": float(agreements[best]),
    }
    show("Motion", figures, as_json=options.json)
    return 0


def speak(voice: Voice, text: str) -> tuple[NDArray[np.int16], list[Mark]]:
    """Return sound and marks of a text."""
    pcm: list[NDArray[np.int16]] = []
    marks: list[Mark] = []
    start = 0
    for clause in voice.speak(text):
        marks += [mark.shifted(start) for mark in clause.marks]
        pcm.append(clause.pcm)
        start += len(clause.pcm)
    return np.concatenate(pcm), [Mark("sentence", 0, start, text), *marks]


def stage_of(marks: list[Mark]) -> Stage:
    """Return a stage on which the marks are spoken from sample 0 on."""
    stage = Stage(seed=1)
    stage.place(1, 0)
    stage.extend(1, marks)
    stage.finish(1)
    return stage


def agreement(pcm: NDArray[np.int16], stage: Stage) -> NDArray[np.float64]:
    """Return the correlation of mouth opening and loudness by shift; beyond the middle the mouth leads."""
    steps = range(FURTHEST, len(pcm) // STEP - FURTHEST)
    opening = np.array([_opening(stage.pose_at(step * STEP)) for step in steps])
    square = np.concatenate([np.zeros(1), np.cumsum(pcm.astype(np.float64) ** 2)])
    loudness = np.array([_loudness(square, step * STEP) for step in range(len(pcm) // STEP)])
    return np.array(
        [
            np.corrcoef(opening, loudness[FURTHEST + shift : FURTHEST + shift + len(opening)])[0, 1]
            for shift in range(-FURTHEST, FURTHEST + 1)
        ]
    )


def _opening(pose: Pose) -> float:
    face = pose.face
    lips = 0.15 * (face[ARKIT_INDEX["mouthLowerDownLeft"]] + face[ARKIT_INDEX["mouthLowerDownRight"]])
    return float(face[ARKIT_INDEX["jawOpen"]] - face[ARKIT_INDEX["mouthClose"]] + lips)


def _loudness(square: NDArray[np.float64], sample: int) -> float:
    first, last = max(0, sample - WINDOW // 2), min(len(square) - 1, sample + WINDOW // 2)
    return float(np.sqrt((square[last] - square[first]) / (last - first)))


if __name__ == "__main__":
    sys.exit(main())
