"""The voice: text to sound, with words and phonemes at their samples.

``Voice("ava").speak(text)`` yields clauses. ``VOICES`` names the speakers, ``PHONEMES`` the symbols of phoneme marks.
"""

from avatar.voice.phonemes import CONSONANTS, PHONEMES, VOWELS
from avatar.voice.presets import DEFAULT_VOICE, VOICES, VoicePreset
from avatar.voice.speaker import Voice, forget_voices

__all__ = [
    "CONSONANTS",
    "DEFAULT_VOICE",
    "PHONEMES",
    "VOICES",
    "VOWELS",
    "Voice",
    "VoicePreset",
    "forget_voices",
]
