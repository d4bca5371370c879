"""Whether the host interrupts itself through a loudspeaker, and whether who talks over it is heard.

The host's own voices through simulated rooms (image sources; pyroomacoustics) and a loudspeaker that distorts, at three
levels: ten minutes at each with nobody else there, in which no turn may begin; and recorded people who begin to speak
while the host does, as loud at the microphone as the host's echo. They are heard if a turn begins within 500 ms of
their onset: the first 10 ms within 15 dB of their loudest speech. Onsets that the ears miss in silence are left out.
Then noise, music, typing and silence, with the host silent: no turn may begin there either.

The path is the viewer's own: the canceller, then the server's ears. Takes about a minute and a half.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyroomacoustics
from numpy.typing import NDArray
from scipy.signal import fftconvolve, resample_poly

from avatar.marks import SAMPLE_RATE
from avatar.voice import VOICES, Voice
from benchmarks.figures import Figure, arguments, percentile, show
from benchmarks.recordings import HELD_OUT, TUNING
from benchmarks.room_noises import NOISES
from server.assets import AssetStore
from server.ears import EAR_RATE, EarModels, Ears, SpeechStarted
from server.protocol import TurnDetection
from viewer.commands.common import SAMPLE_FEED
from viewer.echo import BLOCK, RATE, EchoCanceller
from viewer.listening_files import sound_of

Sound = NDArray[np.float32]  # -1..1 at RATE

# Size in metres, and seconds in which sound dies away by 60 dB.
ROOMS: dict[str, tuple[tuple[float, float, float], float]] = {
    "office": ((3.2, 4.0, 2.6), 0.25),
    "living_room": ((5.0, 6.0, 2.7), 0.5),
    "hall": ((9.0, 12.0, 4.0), 0.9),
}
LEVELS = {"soft": 0.05, "normal": 0.2, "loud": 0.6}  # of the echo at the microphone, of the voice as it is made
