"""How long a person waits: from the end of a question, typed or spoken, to the first sample of the answer that sounds.

Through the real server over a loopback socket, on the sample feed. The 100 ms by which the viewer lets lips anticipate
the sound are counted in; the loudspeaker's own latency is not.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE
from benchmarks.figures import arguments, median, show
from server import protocol
from server.assets import AssetStore
from viewer.audio import MICROPHONE_BLOCK, MICROPHONE_RATE
from viewer.client import Client, Sound
from viewer.commands.common import SAMPLE_FEED
from viewer.playback import LEAD
from viewer.recording import load_recording
from viewer.server_process import ServerProcess

ITEM = "clock-strikes-thirteen"
QUESTIONS = (
    "How many votes were there for keeping it?",
    "When did it strike thirteen for the first time?",
    "Who repairs the clock?",
    "How much would the repair cost?",
    "What do the neighbours say?",
)
SPOKEN = Path(__file__).resolve().parent.parent / "tests" / "data" / "question_24k.wav"
AUDIBLE = 200  # of a 16-bit sample: well above the voice's noise floor
PATIENCE_SECONDS = 60.0


class Visitor:
    """Asks over a connection and measures."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._microphone = 0

    def open(self, item_id: str) -> None:
        """Step up to an item and hear its introduction out."""
        self._client.send(protocol.FeedOpen(item_id=item_id))
        self._until_done()

    def typed(self, question: str) -> float:
        """Return the seconds from sending a question to the first sample that sounds."""
        part = protocol.ContentPart(type="input_text", text=question)
        self._client.send(protocol.ConversationItemCreate(item=protocol.ConversationItem(content=[part])))
        self._client.send(protocol.ResponseCreate())
        asked = time.perf_counter()
        return self._first_sound() - asked

    def spoken(self, speech: NDArray[np.int16]) -> float:
        """Return the seconds from the end of the speech to the first sample that sounds."""
        end = int(np.flatnonzero(np.abs(speech.astype(np.int32)) > AUDIBLE)[-1])
        padded = np.concatenate([speech[:end], np.zeros(3 * MICROPHONE_RATE, np.int16)])
        began = time.perf_counter()
        for first in range(0, len(padded), MICROPHONE_BLOCK):
            due = began + first / MICROPHONE_RATE
            time.sleep(max(0.0, due - time.perf_counter()))
            self._client.send_sound(self._microphone, padded[first : first + MICROPHONE_BLOCK])
            self._microphone += MICROPHONE_BLOCK
        return self._first_sound() - began - end / MICROPHONE_RATE

    def _first_sound(self) -> float:
        found: list[float] = []

        def sounds(sound: Sound) -> None:
            audible = np.flatnonzero(np.abs(sound.pcm.astype(np.int32)) > AUDIBLE)
            if not found and len(audible):
                found.append(sound.arrived + (audible[0] + LEAD) / SAMPLE_RATE)

        self._until_done(sounds)
        return found[0]

    def _until_done(self, sounds: Callable[[Sound], None] = lambda _sound: None) -> None:
        while True:
            incoming = self._client.wait(PATIENCE_SECONDS)
            match incoming:
                case None:
                    raise TimeoutError("the server says nothing any more")
                case Sound():
                    sounds(incoming)
                case protocol.ResponseDone(response=response) if response.status == "completed":
                    return
                case protocol.ErrorEvent(error=error):
                    raise RuntimeError(error.message)


@contextlib.contextmanager
def _home(folder: str) -> Iterator[None]:
    """Keep the store of this run out of the user's."""
    before = os.environ.get("VISAVIS_HOME")
    os.environ["VISAVIS_HOME"] = folder
    try:
        yield
    finally:
        if before is None:
            del os.environ["VISAVIS_HOME"]
        else:
            os.environ["VISAVIS_HOME"] = before


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__ or "").parse_args()
    AssetStore().fetch(("embeddings", "language-small", "vad", "speech-to-text"))
    speech = load_recording(SPOKEN)
    with (
        tempfile.TemporaryDirectory() as home,
        _home(home),
        ServerProcess(["--feed", str(SAMPLE_FEED)]) as url,
        Client(url) as client,
    ):
        visitor = Visitor(client)
        visitor.open(ITEM)
        rate = {"input": {"format": {"type": "audio/pcm", "rate": MICROPHONE_RATE}}}
        client.send(protocol.SessionUpdate(session={"audio": rate}))
        visitor.spoken(speech)  # builds the ears
        typed = [visitor.typed(question) for question in QUESTIONS]
        spoken = [visitor.spoken(speech) for _ in range(3)]
    show(
        "from the end of a question to the first sound of the answer",
        {
            "typed_seconds_median": median(typed),
            "typed_seconds_slowest": max(typed),
            "spoken_seconds_median": median(spoken),
            "spoken_seconds_slowest": max(spoken),
        },
        as_json=options.json,
    )


if __name__ == "__main__":
    main()
