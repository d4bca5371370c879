"""Is it an interruption? What was said over the host's voice: speech, a sign of listening, an echo, or nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import StrEnum

from server.conversation.thresholds import ECHO_SHARE

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONGEST = 3  # words of the longest entry below
_MOST = 6  # words that still are a sign of listening: "yeah, yeah, right, okay"

# What listeners say without wanting the floor (after Yngve, Chicago Linguistic Society 6, 1970, and the tags "b", "bk"
# and "ba" of the Switchboard dialogue acts; Jurafsky, Shriberg and Biasca, 1997).
_LISTED = """
    mm | mmm | mhm | mhmm | mm hm | mm hmm | hm | hmm | hmmm | m | uh | um | uh huh | huh | aha | ah | oh | ooh | wow
    | ha | haha | yeah | yea | yep | yup | yes | ya | right | okay | ok | kay | sure | alright | all right | true
    | exactly | indeed | absolutely | of course | i see | got it | i know | go on | oh yeah | oh okay | oh wow
    | oh really | is that so | good | great | nice | cool | fine | sounds good
    """
BACKCHANNELS = frozenset(" ".join(entry.split()) for entry in _LISTED.split("|"))


class Verdict(StrEnum):
    """What a sound over the host's voice is."""

    SPEECH = "speech"
    BACKCHANNEL = "backchannel"
    ECHO = "echo"
    NOTHING = "nothing"


def plain_words(text: str) -> list[str]:
    """Return the words of a text as they are compared: lower case, without punctuation."""
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def same_words(one: str, other: str) -> bool:
    """Return whether two texts differ in nothing but case and punctuation."""
    return plain_words(one) == plain_words(other)


def verdict(text: str, sounding: Sequence[str]) -> Verdict:
    """Return what a recognised ``text`` is, while the host was saying the words ``sounding`` (as they are compared)."""
    words = plain_words(text)
    if not words:
        return Verdict.NOTHING
    if _is_backchannel(words):
        return Verdict.BACKCHANNEL
    if _is_echo(words, sounding):
        return Verdict.ECHO
    return Verdict.SPEECH


def _is_backchannel(words: Sequence[str]) -> bool:
    if len(words) > _MOST:
        return False
    place = 0
    while place < len(words):
        lengths = (n for n in range(_LONGEST, 0, -1) if " ".join(words[place : place + n]) in BACKCHANNELS)
        length = next(lengths, 0)
        if not length:
            return False
        place += length
    return True


def _is_echo(words: Sequence[str], sounding: Sequence[str]) -> bool:
    """Whether the words are mostly the host's, in runs: single words in common are what people talk with."""
    run = min(2, len(words))
    blocks = SequenceMatcher(None, list(words), list(sounding), autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= run) >= ECHO_SHARE * len(words)
