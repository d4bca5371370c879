"""Going on after an interruption: which of the words of a reply were not heard."""

from __future__ import annotations

import re
from collections.abc import Sequence

Told = tuple[str, tuple[str, ...]]  # a sentence and the passages it rests on

_WORD = re.compile(r"\S+")
_RESUMES = re.compile(
    r"\W*(?:(?:sorry|ok|okay|please|yes|no|anyway|right|well|so|and|but)\b[\s,.]*)*(?:(?:please )?(?:go on|continue"
    r"|carry on"
    r"|keep going|go ahead|resume|proceed)(?: please| then| talking| from there)?"
    r"|(?:as )?you were saying(?: something)?"
    r"|where (?:was|were) (?:you|we|i)(?: again)?|what were you (?:going to say|about to say|saying)|(?:please )?finish"
    r"(?: (?:that|it|what you (?:were )?(?:said|saying)|your (?:sentence|thought)))?|i (?:interrupted|cut) you(?: off)?"
    r"|(?:and )?what (?:is|was) the rest(?: of (?:it|that))?|the rest(?: please)?|i(?:['’]m"
    r"| am) listening(?: again)?)\W*",
    re.IGNORECASE,
)


def wants_rest(text: str) -> bool:
    """Tell whether ``text`` asks the host to go on where it was cut off."""
    return bool(_RESUMES.fullmatch(text))


def rest_of(heard: Sequence[str], whole: Sequence[Told]) -> list[Told]:
    """Return what of ``whole`` was not heard, from the very word after the last one.

    Args:
        heard: the heard part of the reply, sentence by sentence; the last may be cut anywhere between two words.
        whole: the reply as it was made.
    """
    spoken = [_bare(word) for sentence in heard for word in _WORD.findall(sentence)]
    spoken = [word for word in spoken if word]
    rest: list[Told] = []
    for text, evidence in whole:
        place = 0
        words = list(_WORD.finditer(text))
        while place < len(words) and spoken and _bare(words[place].group()) in ("", spoken[0]):
            if _bare(words[place].group()):
                spoken.pop(0)
            place += 1
        if place and not spoken:
            while place < len(words) and not _bare(words[place].group()):
                place += 1
        if place < len(words):
            spoken = []  # what was heard ends here, or was another reply
            rest.append((text[words[place].start() :], evidence))
    return rest


def _bare(word: str) -> str:
    return re.sub(r"\W+", "", word).casefold()
