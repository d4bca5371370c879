"""The voice: text to sound with words and phonemes at their samples."""
