"""Who may use how many threads: one budget for recognition, language, voice and arithmetic beside the drawing.

A conversation is a row of short bursts of work, one after the other, on a machine that also draws. More threads than
cores make each burst longer, and threads that spin while they wait take the core that the next burst needs: embedding
a sentence took 8 ms of CPU with one BLAS thread, and 30 to 480 ms with two on a busy two-core machine.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from threadpoolctl import threadpool_limits

ARITHMETIC_THREADS = 1  # of BLAS: our matrices are too small to share


@dataclass(frozen=True, slots=True)
class ThreadBudget:
    """Threads of each model.

    Attributes:
        recognition: of the speech-to-text and end-of-turn models, which run while the user pauses.
        voice: of the speech model; one is faster than real time by far.
        language: of the language model while it writes, beside the voice and the drawing.
        prompt: of the language model while it reads.
    """

    recognition: int = 1
    voice: int = 1
    language: int = 1
    prompt: int = 2

    @classmethod
    def of(cls, cores: int) -> ThreadBudget:
        """Return the budget for ``cores`` processors: half of them write and listen, and drawing keeps one."""
        half = max(1, min(cores // 2, 4))
        return cls(recognition=min(2, max(1, cores - 1)), voice=1, language=half, prompt=min(max(cores, 1), 4))


def cores_here() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def limit_arithmetic() -> None:
    """Let the linear algebra under NumPy work in the thread that asks for it, in this whole process, from now on."""
    threadpool_limits(ARITHMETIC_THREADS, user_api="blas")
