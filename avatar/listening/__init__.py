"""Listening: speech of anybody, as sound, to the phoneme marks that a ``Performance`` draws.

``Listener`` hears a stream, ``listen`` a whole sound, ``read_sound`` reads a file. Causal: what is said of a moment
depends on no sound that comes more than ``LOOK_AHEAD`` seconds after it.
"""

from avatar.listening.ear import LOOK_AHEAD
from avatar.listening.listener import Listener, listen
from avatar.listening.sound_file import read_sound

__all__ = ["LOOK_AHEAD", "Listener", "listen", "read_sound"]
