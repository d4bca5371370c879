"""From evidence to spoken sentences without a model: small, safe changes to what the item says, and fixed phrases."""

from __future__ import annotations

import re
import zlib

from feed.honesty import claims_human, role_claims_human
from feed.items import Item, Persona
from feed.lines import Line
from feed.orders import gives_orders, sayable
from feed.words import STOP_WORDS, stems

MOODS = (
    "neutral", "joy", "warmth", "sorrow", "anger", "surprise", "fear", "disgust", "thought", "doubt", "interest",
    "embarrassment",
)  # fmt: skip
MAX_SPOKEN_WORDS = 45

_LEAD_IN = re.compile(
    r"^(?:and|but|so|however|still|yet|also|moreover|meanwhile|then|now|indeed|of course)\b,?\s+(?=\w)", re.IGNORECASE
)
_BRACKETS = re.compile(r"\s*\([^()]{0,60}\)|\s*\[[^\[\]]{0,60}\]")
_LIST_MARK = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+|#+\s+)")
_FIRST = re.compile(r"\b(?:I|I['’]\w+|me|[Mm]y|mine|myself|[Ww]e|[Oo]ur|us|ours)\b")
_START = re.compile(r"^(She|He|Her|His)\b")
_REPORTED = re.compile(r"([”\"]\s)(he|she)(\s(?:said|says|told|added|asked|admits|explained|wrote|told)\b)")
_WHOLLY_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]\.?")
_QUOTED = re.compile(r"[“\"][^”\"]*[”\"]")
_QUOTES = '“”"'
_SHORT_WORDS = re.compile(r"^(?:[A-Z][\w’'-]*)\b")

_NOUNS = {
    "article": "article",
    "picture": "picture's text",
    "person": "text",
    "coach": "text",
    "story": "story",
    "lesson": "lesson",
}
# What a host says when the text is silent, by manner; in turn, so that no two silences in a row sound the same.
_SILENT_HOST = {
    "formal": (
        "I'm afraid the {noun} doesn't say.",
        "On that the {noun} does not say anything, I'm sorry.",
        "I have looked for it: the {noun} doesn't say.",
    ),
    "warm": (
        "I wish I could tell you, but the {noun} doesn't say.",
        "Ah, the {noun} doesn't say, and I'd rather not guess.",
        "You'd think so, but the {noun} doesn't say.",
    ),
    "curious": (
        "Good question! The {noun} doesn't say.",
        "I'd love to know that too, but the {noun} doesn't say.",
        "No idea, honestly: the {noun} doesn't say.",
    ),
    "brisk": (
        "The {noun} doesn't say.",
        "That one the {noun} doesn't say, and I won't guess.",
        "Not in there: the {noun} doesn't say.",
    ),
}
_SILENT_SELF = (
    "I don't say that here, and I won't make it up.",
    "I'm afraid my text doesn't say.",
    "That is something my text doesn't say.",
)
_BUT_HOST = ("What it does say: ", "It does tell us this: ", "Here is what it does say: ")
_BUT_SELF = ("What I do say: ", "What I can tell you: ", "Here is what I do say: ")
_ALL_HOST = ("All I have on that is this: ", "This is all there is on it: ", "What it says is this: ")
_ALL_SELF = ("All I can say is this: ", "What I wrote is this: ", "Put it like this: ")
_TEMPERS = (
    ("formal", r"\b(?:formal\w*|courteous\w*|precise\w*|careful\w*|patient\w*|measured|grave\w*|solemn\w*)\b"),
    ("curious", r"\b(?:curious\w*|delight\w*|eager\w*|excit\w*|playful\w*|young|cheer\w*|bubbl\w*)\b"),
    ("warm", r"\b(?:warm\w*|gentle|kind\w*|friendly|unhurried|soft\w*|homely|tender\w*)\b"),
)


def temper(persona: Persona) -> str:
    """Return how a host takes a question without an answer: "formal", "curious", "warm" or "brisk", by their manner."""
    found = {name: match.start() for name, pattern in _TEMPERS if (match := re.search(pattern, persona.manner.lower()))}
    return min(found, key=lambda name: found[name]) if found else "brisk"


def noun(item: Item) -> str:
    """What the item is called when its host speaks of it."""
    return _NOUNS.get(item.kind, "article")


def variant(choices: tuple[str, ...], *seeds: str) -> str:
    """Choose one of ``choices``: the same for the same seeds, on every machine."""
    return choices[zlib.crc32("\0".join(seeds).encode()) % len(choices)]


def silent(item: Item, turn: int = 0) -> str:
    """The honest answer to what the item does not say; ``turn`` counts the turns before it."""
    choices = _SILENT_SELF if speaks_as_author(item) else _SILENT_HOST[temper(item.persona)]
    return choices[(zlib.crc32(item.persona.name.encode()) + turn) % len(choices)].format(noun=noun(item))


def but(item: Item, line: Line, turn: int = 0) -> str:
    """What it does say instead."""
    choices = _BUT_SELF if speaks_as_author(item) else _BUT_HOST
    return choices[(zlib.crc32(item.persona.name.encode()) + turn) % len(choices)] + lowered(told(item, line), item)


def all_there_is(item: Item, line: Line, turn: int = 0) -> str:
    """The sentence on the matter of a question that it does not settle, without a yes or no."""
    choices = _ALL_SELF if speaks_as_author(item) else _ALL_HOST
    return choices[(zlib.crc32(item.persona.name.encode()) + turn) % len(choices)] + lowered(told(item, line), item)


def speaks_as_author(item: Item) -> bool:
    """Tell whether the host is the one who wrote the text."""
    return item.kind == "person" or item.persona.name == item.source


def told(item: Item, line: Line) -> str:
    """Return ``line`` as a spoken sentence of the host."""
    text = _LIST_MARK.sub("", line.text).replace("*", "").strip()
    text = _BRACKETS.sub("", text)
    if line.quoted:
        words = ended(text.strip(_QUOTES))
        return f"{line.subject} said: “{words}”" if line.subject else f"“{words}”"
    lead = _LEAD_IN.match(text)
    if lead:
        rest = text[lead.end() :]
        text = rest[:1].upper() + rest[1:]
    if line.subject and not line.supposed:
        text = _START.sub(
            lambda match: line.subject + ("'s" if match[1] in ("Her", "His") and _possessive(text) else ""),
            text,
            count=1,
        )
        text = _REPORTED.sub(lambda match: match[1] + line.subject + match[3], text, count=1)
    text = ended(text)
    if line.subject and _WHOLLY_QUOTED.fullmatch(text):
        text = f"{line.subject} said: {text}"
    if not speaks_as_author(item) and _FIRST.search(_QUOTED.sub("", text)):
        text = f"In the author's words: “{text.strip('“”')}”"
    return text


def _possessive(text: str) -> bool:
    word = re.match(r"^\w+\s+([\w-]+)", text)
    return word is not None and (word[1].lower() not in STOP_WORDS or word[1].lower() == "own")


def ended(text: str) -> str:
    """Return ``text`` with an end mark and without a half-open quotation mark."""
    text = " ".join(text.split())
    if text.count("“") != text.count("”"):
        text = text.replace("“", "").replace("”", "")
    if text.count('"') % 2:
        text = text.replace('"', "")
    return text if text.endswith((".", "!", "?", "…", "”", '"', ".'", "’")) else text.rstrip(",;:–— ") + "."


def lowered(text: str, item: Item) -> str:
    """Return ``text`` to be joined to words before it: without its first capital where that is no name."""
    first = _SHORT_WORDS.match(text)
    if first is None or first.group() in ("I", "I'm", "I’m", "I've", "I’ve", "I'd", "I’d", "I'll", "I’ll"):
        return text
    word = first.group()
    plain = (
        word.lower() in STOP_WORDS
        or re.search(rf"(?<![.!?“\"]\s)(?<!^)\b{re.escape(word.lower())}\b", item.text) is not None
    )
    return text[0].lower() + text[1:] if plain else text


def answer(item: Item, line: Line, verdict: str) -> str:
    """Return the spoken answer; ``verdict`` is "Yes", "No" or ""."""
    text = told(item, line)
    if not verdict:
        return text
    joined = lowered(text, item)
    return f"{verdict}, {joined}" if joined != text else f"{verdict}. {text}"


# -- introductions -----------------------------------------------------------------------------------------------------

_HELLO = (
    "Hello, I'm {who}.",
    "Hi, {who} here.",
    "Good to see you. I'm {who}.",
    "Hello there, my name is {who}.",
)
_HELLO_ROLE = (
    "Hello, I'm {name}, {role}.",
    "Hi, {name} here. I'm {role}.",
    "Good to see you. I'm {name}, {role}.",
    "Hello there, I'm {name}, {role}.",
)
_ABOUT = ("This is about {title}.", "Today's piece: {title}.", "I have this for you: {title}.")
_LEAD_WORDS, _LEAD_SHORTEST = 32, 4


def greeting(persona: Persona) -> str:
    """Who speaks."""
    role = persona.role.strip().rstrip(".")
    if not role or role_claims_human(role) or gives_orders(role):
        return variant(_HELLO, persona.name).format(who=persona.name)
    if (
        role[0].isupper()
        and not role.split()[0].isupper()
        and role.split()[0].lower() in ("the", "a", "an", "your", "our", "my")
    ):
        role = role[0].lower() + role[1:]
    return variant(_HELLO_ROLE, persona.name).format(name=persona.name, role=with_article(role))


def with_article(role: str) -> str:
    """Return a role with an article where it has none ("harbour reporter" -> "a harbour reporter")."""
    if role.split(maxsplit=1)[0].lower() in ("the", "a", "an", "your", "our", "my"):
        return role
    return f"{_article(role)} {role}"


def _article(role: str) -> str:
    return "an" if role[0].lower() in "aeio" or role.lower().startswith(("hour", "heir", "honest", "ux ")) else "a"


def spoken_title(item: Item) -> str:
    """The title for saying, without its full stop; "" for one that gives orders."""
    title = sayable(item.title).strip().rstrip(".")
    return "" if gives_orders(title) or claims_human(title) else title


def headline(item: Item) -> str:
    """What the item is about, from its title."""
    title = spoken_title(item)
    if not title:
        return "This one has no title that I would say aloud."
    if title.endswith(("?", "!")):
        return f"This one is called: {title}"
    return f"This one is called {title}."


def lead(item: Item, lines: tuple[Line, ...]) -> Line | None:
    """The sentence to introduce the item with: early, short, and about what the title names."""
    sound = [
        line
        for line in lines
        if not (line.order or gives_orders(line.text)) and len(line.text.split()) >= _LEAD_SHORTEST
    ]
    titled = stems(item.title)
    early = [
        line
        for line in sound[: 1 if speaks_as_author(item) else 3]
        if len(line.text.split()) <= _LEAD_WORDS and not line.carried
    ]
    return max(early, key=lambda line: (len(titled & line.stems) > 0, -line.index), default=sound[0] if sound else None)


# -- moods -------------------------------------------------------------------------------------------------------------

_MOOD_WORDS = (
    ("sorrow", r"\b(?:died?|dead|death|killed|lost|grief|griev\w+|funeral|mourn\w*|sad(?:ly)?|tragic|victims?|cancer"
               r"|cried|tears|miss(?:es|ed)?)\b"),
    ("anger", r"\b(?:furious|angry|anger|outrag\w+|scandal|betray\w+|unfair|injustice)\b"),
    ("fear", r"\b(?:terrif\w+|frighten\w*|scared|panic\w*|nightmares?|horrif\w+|afraid of)\b"),
    ("disgust", r"\b(?:disgust\w*|filth\w*|stench|rotten|rotting|vomit\w*|sewage|revolting|maggots?)\b"),
    ("embarrassment", r"\b(?:embarrass\w*|ashamed|blush\w*|awkward\w*|humiliat\w+)\b"),
    ("joy", r"\b(?:won|wins?|celebrat\w+|delight\w*|happy|happiest|joy\w*|love[sd]?|birthday|laugh\w*|proud|prize"
            r"|festival|best)\b"),
    ("surprise", r"\b(?:surpris\w+|unexpected\w*|astonish\w+|record|never before|for the first time|shock\w*"
                 r"|remarkabl\w+|suddenly)\b"),
    ("doubt", r"\b(?:might|may|doubt\w*|unclear|uncertain|unknown|sceptic\w*|skeptic\w*|critics?|worr\w+|fear\w*"
              r"|risk\w*)\b"),
    ("interest", r"\b(?:curious\w*|interesting\w*|intrigu\w+|fascinat\w+|myster\w+|discover\w*|secrets?)\b"),
    ("thought", r"\b(?:wonder(?:s|ed|ing)?|perhaps|imagin\w+|ponder\w*|consider(?:s|ed|ing)?)\b"),
)  # fmt: skip
_MOOD_PATTERNS = tuple((mood, re.compile(pattern, re.IGNORECASE)) for mood, pattern in _MOOD_WORDS)


def mood_of(text: str) -> str:
    """Return the mood in which ``text`` is said, by its words."""
    return next((mood for mood, pattern in _MOOD_PATTERNS if pattern.search(text)), "neutral")
