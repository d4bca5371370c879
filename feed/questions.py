"""What a visitor asks: kind of answer wanted, the words that it must be about, and what "she" or "the second" means."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from feed.lines import Cast
from feed.orders import gives_orders
from feed.text import sentences
from feed.values import Value, names, values
from feed.words import STOP_WORDS, listed, stem, tokens

MAX_QUESTION_CHARS = 2_000
_SHORTEST_CLAIM = 5  # words of a statement with a question mark ("The ferry runs every night?"); less is a fragment
MAX_PARTS = 3  # questions that are answered in one reply

# Words of a question that its answer need not share.
_GENERIC = frozenset(
    stem(word)
    for word in listed(
        "article story piece text post item news report page tell know say talk mention describe explain give happen "
        "get go"
        " come make use thing kind sort type way many much number amount total exactly actually currently really about"
        " name called call person people someone somebody anyone anybody everyone author writer please could would like"
        " want need let think mean question answer information detail details more else anything something involve"
        " involved regard regarding related exact specific particular main first planned plan going happening become"
        " there here place time year day old long far often take takes due part work works done new"
        " according reason cause main important interesting ever whole entire state stated written read figure"
        " far supposed afterwards later so-far finally eventually back today special"
        " instead run use hold provide offer operate include contain serve keep bring put look become less fewer than "
        "person persons different specifically precise precisely approximately roughly"
    )
)
_NAME_WEIGHT, _WORD_WEIGHT, _GENERIC_WEIGHT, _INHERITED_WEIGHT = 1.6, 1.0, 0.25, 0.45
_INHERITED_IN_ALL = 0.9  # what the words of the question before weigh together
_SORT_WEIGHT = 0.4  # of the noun in "which school": the answer may be one without saying so


SPEAKER = "@speaker"  # the stem of "you" where the visitor means the author of a text in the first person


class Term(msgspec.Struct, frozen=True):
    """A word that an answer should be about.

    Attributes:
        stem: for comparing.
        word: as asked.
        weight: share in the coverage of the question.
        key: an answer that is not about it is no answer.
        name: it is part of a name.
    """

    stem: str
    word: str
    weight: float
    key: bool
    name: bool = False


_DIMENSIONS = frozenset(
    stem(word)
    for word in listed(
        "long far tall high deep wide big large heavy fast hot cold warm late early soon small thick steep weigh last "
        "stay"
        " continue go measure"
    )
)


_JOBS = frozenset(stem(word) for word in listed("job profession occupation"))
_SUMS = frozenset(stem(word) for word in listed("money cash"))
_ORDERING = frozenset(stem(word) for word in listed("before after"))  # "Where did she work before?" asks about work
_LOCATED = frozenset(stem(word) for word in listed("live located situated based stay found"))


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One question, understood.

    Attributes:
        text: with references resolved ("How old is Ida Brandt?").
        kind: "who", "when", "where", "why", "how many", "how much", "how long", "how old", "how often", "how",
            "what", "name", "yes-no", "choice" or "tell".
        asked: stem of what is counted or chosen ("how many passengers", "what colour"), or "".
        terms: what the answer must be about.
        names: the full names in it.
        values: numbers and dates in it.
        holder: whose opinion or words are asked for, or "".
        options: stems of what a "choice" lets choose from.
        near: passages told just before, which a follow-up goes on about.
        heard: the last reply.
        sort: stem of the kind of thing that "which fish" chooses from, or "".
        bare: it is hardly more than "Why?" or "When was that?".
    """

    text: str
    kind: str
    asked: str
    terms: tuple[Term, ...]
    names: tuple[str, ...]
    values: tuple[Value, ...]
    holder: str = ""
    options: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()
    heard: str = ""
    sort: str = ""
    bare: bool = False


_AUX = (
    "is are was were does do did has have had will would can could should may might isn't aren't wasn't weren't doesn't"
    " don't didn't hasn't haven't hadn't won't wouldn't can't couldn't shouldn't"
).replace(" ", "|")
_KINDS: tuple[tuple[str, str], ...] = (
    ("score", r"\bwhat(?: was|'s| is)? the (?:final )?(?:score|result)\b"),
    ("how old", r"\bhow old\b|\b(?:what|which)(?: is| was|'s)? (?:\w+ ){0,3}age\b|\bat what age\b"),
    ("how many", r"\bhow many\b|\bwhat(?:'s| is| was)? the (?:exact |total )?number of\b"),
    ("how often", r"\bhow (?:often|frequently)\b"),
    ("how much", r"\bhow (?:much|expensive|costly)\b|\bwhat(?: does| do| did| will| would| is| are| was"
                 r"|'s)\b.*\b(?:cost|price|fee|fare|salary|budget|pay)\b|\bat what price\b|\bwhat (?:percentage"
                 r"|percent|share|proportion|fraction)\b"),
    ("how long", r"\bhow (?:long|far|tall|high|deep|wide|big|large|heavy|fast|hot|cold|warm|late|early|soon|small"
                 r"|thick|steep)\b"),
    ("time", r"\b(?:what|which) time\b|\b(?:what|which) hour\b"),
    ("year", r"\b(?:what|which) year\b"),
    ("when", r"\bwhen\b|\b(?:what|which) (?:date|day|month|season|weekday|century|decade)s?\b|\bsince when\b"
             r"|\bhow long ago\b"),
    ("why", r"\bwhy\b|\bhow come\b|\bwhat(?:'s| is| was| are| were)? (?:the |\w+ ){0,2}(?:reason|reasons|cause"
            r"|motive)\b|\bwhat (?:made|makes|caused|causes|prompted|led)\b|\bfor what reason\b|\bwhat for\b"),
    ("name", r"\bwhat(?:'s| is| was| are| were) (?:the |his |her |its |their |your )?(?:\w+['’]s )?(?:full |first |"
             r"last )?names?\b|\bwhat(?:'s| is| was| are| were| do| does| did)\b.*\b(?:called|named)\b|\b(?:names?"
             r"|title) of\b"),
    ("where", r"\bwhere\b|\b(?:what|which) (?:place|city|town|country|village|street|island|region)\b"),
    ("who", r"\bwho(?:m|se)?\b|\bwho's\b|\bwhich (?:person|people|man|woman|company|councillor|scientist|team)\b"),
    ("how", r"\bhow\b"),
    ("what", r"\bwhat\b|\bwhich\b|\bwhat's\b"),
    ("tell", r"^\W*(?:tell|explain|describe|talk|give|say|share|show|read)\b"),
    ("yes-no", rf"^(?:and |but |so |well |ok |then |also |or |oh |hm |wait )*(?:{_AUX})\b|,\s*(?:right|isn't it|is it"
               rf"|correct|no)\?*$"),
)  # fmt: skip
_CONJUNCTIONS = frozenset(("when", "where", "who"))  # "Why do they fall apart when it rains?" asks why
_QUESTION_WORD = re.compile(r"\b(?:what|why|how|which|who|whom|whose|where|when)\b", re.IGNORECASE)
_KIND_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS)
_ASKED = re.compile(
    r"\bhow (?:many|much)\s+((?:[\w-]+\s+){0,2}?[\w-]+)\s+(?:" + _AUX + r"|live|work|came|come|took|take|died|attended"
                                                                        r"|visited|voted|sit|go|went|run|fit|of|in|at"
                                                                        r"|on|to|per|there|that|who|a)\b"
    r"|\bhow (?:many|much)\s+([\w-]+)|\bnumber of\s+([\w-]+)|\b(?:what|which)\s+(colou?rs?|language|instrument|material"
    r"|animal|breed|sport|subject|degree|percentage|percent|share|day|month|date)\b",
    re.IGNORECASE,
)  # fmt: skip
_HOLDER = re.compile(
    r"\bwhat (?:does|did|do|is|was) (?P<a>.+?)(?:'s)? (?:think|say|said|believe|feel|argue|claim|suggest|want|opinion"
    r"|view|position|stance)\b"
    r"|\b(?:opinion|view|position|stance) of (?P<b>[\w .'-]+)|\baccording to (?P<c>[\w .'-]+?)(?:,|\?|$)"
    r"|\bhow (?:does|did|do) (?P<d>.+?) feel\b|\b(?P<e>[A-Z][\w' -]+?)'s (?:opinion|view|position|stance|take)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(
    r"(?:,\s*|\s+)(?:and|or|but)\s+(?:also\s+)?(?=(?:(?:at|by|for|from|in|of|on|to|with)\s)?(?:who|what|when|where"
    r"|why|how|which|whom|whose)\b)"
    rf"|(?:,\s*|\s+)and\s+(?:also\s+)?(?=(?:{_AUX})\s+(?:the|it|he|she|they|there|you|this|that)\b)",
    re.IGNORECASE,
)


def parts_of(text: str) -> tuple[list[str], bool]:
    """Return the questions in what a visitor said, and whether some of it tried to give orders instead.

    Orders to a machine ("ignore your instructions") are left out; greetings before a question too.
    """
    parts: list[str] = []
    ordered = False
    for sentence in sentences(" ".join(text[:MAX_QUESTION_CHARS].split())):
        if gives_orders(sentence):
            ordered = True
            continue
        parts += [part.strip(" ,;") for part in _PARTS.split(sentence) if part.strip(" ,;.?!")]
    asking = [part for part in parts if "?" in part or kind_of(part) not in ("statement",)]
    for place in range(len(asking) - 1):
        rest = re.match(r"(?:who|what|when|where|why|how|which)\s(.+)", asking[place + 1], re.IGNORECASE)
        if rest and re.fullmatch(r"(?:who|what|when|where|why|how)", asking[place], re.IGNORECASE):
            asking[place] += f" {rest[1]}"  # "When and where is it?" asks "When is it?" and "Where is it?"
    return (asking or parts)[-MAX_PARTS:] if len(parts) > MAX_PARTS else (asking or parts), ordered


def kind_of(text: str) -> str:
    """Return the kind of answer that ``text`` wants; "statement" when it asks nothing."""
    if _KIND_PATTERNS[-1][1].search(text):
        return "choice" if re.search(r"\b\w+ or (?:a |an |the |in |on |at |by )?\w+\W*$", text) else "yes-no"
    for kind, pattern in _KIND_PATTERNS:
        match = pattern.search(text)
        if match is not None and not (kind in _CONJUNCTIONS and _QUESTION_WORD.search(text[: match.start()])):
            return kind
    return "yes-no" if text.rstrip().endswith("?") and len(text.split()) >= _SHORTEST_CLAIM else "statement"


def understand(
    text: str, cast: Cast, inherited: Sequence[Term] = (), kind: str | None = None, *, to_author: bool = False
) -> Question:
    """Return the question that ``text`` asks, once its references are resolved.

    Args:
        text: one question (see ``parts_of``).
        cast: who appears in the item, for full names.
        inherited: words of an earlier question that this one leaves out.
        kind: the kind, where an earlier question decides it.
        to_author: "you" means the author of a text in the first person.
    """
    kind = kind or kind_of(text)
    text = _ASSURING.sub("?", text)
    people = tuple(dict.fromkeys(cast.full(name.text) for name in names(text) if not _is_plain(name.text, text)))
    name_words = {stem(word) for name in people for word in re.split(r"[\s-]+", name)}
    asked_words = {stem(word) for word in re.findall(r"[\w'-]+", text)}
    asked = _ASKED.search(text)
    asked_word = next(group for group in asked.groups() if group).split()[-1] if asked else ""
    asked_stem = "" if asked_word.lower() in STOP_WORDS else stem(asked_word)
    terms: dict[str, Term] = {}
    options = _options(text) if kind == "choice" else frozenset()
    exact = values(text) if kind in ("yes-no", "choice") else []
    choosing = {match.start(1) for match in _CHOOSING.finditer(text)}  # "the first walk" may be told as "the first"
    measured = {match.start(1) for match in re.finditer(r"\bhow (\w+)", text, re.IGNORECASE)}
    chosen_from = re.match(
        r"^\W*(?:and |so |but |in |at |on |for |to )?(?:which|what) (\w+)(?= \w)", text, re.IGNORECASE
    )
    for token in tokens(text):
        if token.text.lower() in STOP_WORDS or token.start in measured:
            continue
        name = token.stem in name_words
        compared = any(value.start <= token.start < value.end for value in exact)
        dimension = kind == "how long" and token.stem in _DIMENSIONS
        working = kind == "what" and token.stem in _JOBS
        located = kind == "where" and token.stem in _LOCATED
        sum_of_money = kind == "how much" and token.stem == asked_stem and token.stem in _SUMS
        generic = (
            token.stem in _GENERIC
            or compared
            or dimension
            or located
            or working
            or sum_of_money
            or token.stem in options
        ) and not name
        ordinal = token.start in choosing
        weight = _NAME_WEIGHT if name else _GENERIC_WEIGHT if generic and not ordinal else _WORD_WEIGHT
        terms[token.stem] = Term(token.stem, token.text, weight, key=not (generic or ordinal), name=name)
    if any(term.key for term in terms.values() if term.stem not in _ORDERING):
        for term in [term for term in terms.values() if term.stem in _ORDERING and not term.name]:
            terms[term.stem] = Term(term.stem, term.word, _GENERIC_WEIGHT, key=False)
    if (
        chosen_from
        and not _is_auxiliary(chosen_from[1])
        and sum(term.key for term in terms.values()) > 1
        and (sort := terms.get(stem(chosen_from[1])))
    ):
        terms[sort.stem] = Term(sort.stem, sort.word, _SORT_WEIGHT, key=False, name=sort.name)
    if to_author and _YOU.search(text):
        terms[SPEAKER] = Term(SPEAKER, "I", _WORD_WEIGHT, key=False)
    fresh = [term for term in inherited if term.stem not in terms]
    share = min(_INHERITED_WEIGHT, _INHERITED_IN_ALL / max(1, len(fresh)))
    for term in fresh:
        terms[term.stem] = Term(term.stem, term.word, share, key=False, name=term.name)
    holder = _HOLDER.search(text)
    holder_text = next((group for group in holder.groups() if group), "") if holder else ""
    return Question(
        text=text,
        kind=kind,
        asked=asked_stem,
        terms=tuple(terms.values()),
        names=tuple(name for name in people if {stem(word) for word in name.split()} & asked_words),
        values=tuple(values(text)),
        holder=cast.full(holder_text.strip()) if holder_text else "",
        options=options,
        sort=stem(chosen_from[1]) if chosen_from and kind == "what" and not _is_auxiliary(chosen_from[1]) else "",
    )


_ASSURING = re.compile(r",\s*(?:right|correct|true|yes|no|or not|huh|eh)\s*\?+\s*$", re.IGNORECASE)
_CHOOSING = re.compile(r"\bthe (first|second|third|fourth|fifth|last)(?= (?!of\b)\w)", re.IGNORECASE)
_YOU = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)


def _is_auxiliary(word: str) -> bool:
    return word.lower() in STOP_WORDS


def _options(text: str) -> frozenset[str]:
    """The stems of the two things that "A or B?" lets choose from."""
    match = re.search(r"([\w'-]+) or (?:(?:a|an|the|in|on|at|by|for)\s+)*([\w'-]+)", text)
    return frozenset(stem(word) for word in match.groups()) if match else frozenset()


def _is_plain(name: str, text: str) -> bool:
    """An opening word of a question that is capitalised for that reason only."""
    first = text.lstrip("\"'“‘ ").split(" ", 1)[0].strip(",?!.")
    return name == first and (name.lower() in STOP_WORDS or stem(name) in _GENERIC)
