"""A server whose models are test doubles that take no time, and a tone for its ears: to measure the way alone."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.utterances import Utterance
from feed.replies import Sentence
from server.gateway import Gateway, serve
from server.spans import written_to
from tests.server.doubles import DoubleHost, DoubleHouse, DoubleVoice
from viewer.audio import MICROPHONE_RATE

EAR_FRAME = MICROPHONE_RATE // 200  # samples, 5 ms: two such stretches of silence are a pause
TONE_SECONDS = 0.7
LOUD, HERTZ = 12_000, 220.0
VOICE_LEVEL = 5_000  # of a 16-bit sample: audible


def tone(index: int) -> Utterance:
    """Return a tone as an utterance; its length varies with ``index``, so that it ends anywhere in a block."""
    samples = round(TONE_SECONDS * MICROPHONE_RATE) + 37 * index
    wave = LOUD * np.sign(np.sin(2 * np.pi * HERTZ * np.arange(samples) / MICROPHONE_RATE) + 1e-9)
    return Utterance(f"tone {index}", wave.astype(np.int16), 0, samples, 0.0)


@contextlib.contextmanager
def instant_server(spans: Path) -> Iterator[str]:
    """Give the URL of a server in a thread of this process that writes its spans to a file."""
    host = DoubleHost([Sentence(text=f"It opened in 1904, said the clerk, for the {n}th time.") for n in range(9)])
    house = DoubleHouse(host=host, ear_frame=EAR_FRAME)
    house.voice = DoubleVoice(VOICE_LEVEL)
    house.score = 1.0  # the end of a turn is heard at the first pause
    urls: queue.Queue[str] = queue.Queue()
    loop = asyncio.new_event_loop()

    def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(serving)

    with written_to(spans, house.stages):
        serving = loop.create_task(serve(Gateway(house), port=0, ready=urls.put))
        thread = threading.Thread(target=run, name="instant server")
        thread.start()
        try:
            yield urls.get(timeout=10.0)
        finally:
            loop.call_soon_threadsafe(serving.cancel)
            thread.join()
            loop.close()
