"""An item's sentences as the replies weigh them: what each names and states, and whom its pronouns mean."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from feed.items import Item
from feed.text import sentence_spans
from feed.values import MONTHS, WEEKDAYS, Name, Value, names, values
from feed.words import STOP_WORDS, listed, stem, stems

MAX_LINES = 2_000  # of one item; the rest of a longer one is not weighed
_CARRY_LINES = 3  # a pronoun looks back over so many sentences

_FEMALE = frozenset(
    listed(
        "anna maria mary emma olivia sophia sofia ava mia amelia charlotte elena helena laura lena julia sarah sara "
        "hannah"
        " hanna ida clara eva eve rosa rose lucy lily alice ella grace chloe emily elizabeth kate katie katherine "
        "karen "
        "linda"
        " susan margaret ruth nora nina vera irene ingrid astrid greta freya fatima aisha leila layla priya anita "
        "meera mei"
        " yuki sakura amara ngozi zainab carmen isabel isabella lucia marta teresa beatriz ines claire marie camille "
        "sophie"
        " juliette jane janet joan judith rachel rebecca martha agnes edith mabel dolores gloria victoria jessica "
        "jennifer"
        " michelle nicole amy amanda zoe iris ivy hazel violet daisy miriam naomi esther deborah tamar noor mara maya "
        "tara"
        " petra monika katarina olga tatiana natasha svetlana anya dina gabriela valentina renata chiara giulia "
        "francesca"
    )
)
_MALE = frozenset(
    listed(
        "john james robert michael william david richard joseph thomas tom charles daniel matthew anthony mark paul "
        "steven"
        " andrew george kenneth edward brian ronald kevin jason peter pete henry harry jack oscar oliver leo max felix "
        "lukas"
        " lucas jonas jan jens lars erik eric sven bjorn olaf hans klaus karl carl otto emil anton viktor victor ivan "
        "boris"
        " dmitri sergei mikhail pavel marek tomas miguel carlos jose juan pedro luis diego pablo antonio marco luca "
        "giovanni"
        " matteo francesco pierre jean jacques louis antoine mohamed mohammed ahmed ali omar hassan ibrahim yusuf "
        "samir raj"
        " arjun ravi sanjay wei hiroshi kenji takeshi kwame kofi chidi emeka tunde ben benjamin sam samuel simon "
        "stephen "
        "alan"
        " albert arthur frank fred walter ralph roy noah liam ethan mason logan jacob theo hugo finn milo adam aaron "
        "nathan"
        " patrick sean connor dylan gareth rhys ewan callum angus gus ed bill bob jim joe mike nick rick steve tim tony"
    )
)
_SHE = re.compile(r"\b(?:she|her|hers|herself|woman|mother|grandmother|sister|daughter|wife|mrs|ms)\b", re.IGNORECASE)
_HE = re.compile(r"\b(?:he|him|his|himself|man|father|grandfather|brother|son|husband|mr|fisherman)\b", re.IGNORECASE)
_THIRD = re.compile(r"\b(?:she|her|hers|herself|he|him|his|himself)\b", re.IGNORECASE)
_PLACE_OR_BODY = frozenset(
    listed(
        "street road avenue square bay island river lake sea bridge valley hill mount mountain park university college "
        "school"
        " council company institute museum library hospital club church hall house station airport north south east "
        "west"
        " county city town village group bank party union association society inc ltd the"
    )
)
_ROLES = frozenset(
    listed(
        "mr mrs ms miss dr prof professor sir lady lord dame mayor councillor councilor president minister captain "
        "chief"
        " officer judge sergeant inspector director head teacher coach baker farmer fisherman nurse engineer artist "
        "doctor"
        " historian curator biologist scientist researcher owner founder chef pilot author poet singer resident student"
        " neighbour neighbor mother father grandmother grandfather aunt uncle sister brother king queen prince "
        "princess "
        "saint"
        " father reverend rabbi imam botanist ecologist architect spokeswoman spokesman spokesperson librarian "
        "beekeeper"
    )
)
_ROLE_BEFORE = re.compile(
    rf"\b(?:{'|'.join(sorted(_ROLES))}|son|daughter|husband|wife|cousin|colleague|friend)s?\.?,?\s$", re.IGNORECASE
)
_PERSON_CONTEXT = re.compile(
    r"^(?:,\s(?:aged\s)?\d{1,3}\b|,\s(?:who|a|an|the)\s|\s(?:said|says|told|thinks|argues|believes|wrote))"
)
_PLACE_CONTEXT = re.compile(
    r"\b(?:in|at|near|to|from|between|outside|around|via|across|on|of)\s(?:the\s)?$", re.IGNORECASE
)

# Words that speak to a machine instead of a reader; such a sentence is no evidence for anything.
ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.?!]{0,40}\b(?:instructions?|prompts?|rules?|above|previous|prior"
    r"|everything|guidelines)\b"
    r"|\b(?:system prompt|developer mode|jailbreak|as an ai|language model|chatgpt|you are now|new instructions?"
    r"|assistant must)\b"
    r"|^\W*(?:system|assistant|user|instructions?)\s*:|<\|?/?(?:im_start|im_end|system|inst)\b|\[/?INST\]"
    r"|\b(?:respond|reply|answer)\s(?:only\s)?(?:with|by saying)\b"
    r"|\b(?:say|print|output|repeat)\s(?:exactly|only|verbatim)\b|\b(?:reveal|print|show)\s(?:your"
    r"|the)\s(?:instructions|prompt)",
    re.IGNORECASE,
)


_AFTER_CLOCK = re.compile(r"\d\s?[ap]\.m\.\s([A-Z][a-z]+)")
_CALENDAR_WORDS = frozenset((*MONTHS, *WEEKDAYS))
_DATE = (
    r"(?:\d|" + "|".join(word[:3] for word in (*MONTHS, *WEEKDAYS)) + r"|next|this|last|spring|summer|autumn|winter)"
)
_IMPLIED = (
    (stem("start"), re.compile(rf"\b(?:from|since|as of)\s(?:early\s|late\s|mid-)?{_DATE}", re.IGNORECASE)),
    (stem("end"), re.compile(rf"\b(?:until|till|through)\s(?:early\s|late\s|mid-)?{_DATE}", re.IGNORECASE)),
    (stem("old"), re.compile(r",\s(?:aged\s)?\d{1,3}(?=[,.;)])|\byears?[- ]olds?\b|\bturn(?:ed|s)\s\d{2}\b")),
    (stem("cost"), re.compile(r"[€$£¥]\s?\d|\d\s?(?:euros?|dollars?|pounds?)\b")),
)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One sentence of an item.

    Attributes:
        text: as written.
        passage_id: the passage it stands in.
        index: its place among the item's lines.
        stems: of its own meaningful words.
        carried: stems of the name that its pronouns mean, or none.
        subject: that name, or "".
        before: stems of the sentence before it in the same paragraph.
        titled: stems of the item's title.
        names: in order.
        values: in order.
        order: it tries to give orders to a machine (a prompt injection), so nothing rests on it.
    """

    text: str
    passage_id: str
    index: int
    stems: frozenset[str]
    carried: frozenset[str]
    subject: str
    before: frozenset[str]
    titled: frozenset[str]
    names: tuple[Name, ...]
    values: tuple[Value, ...]
    order: bool


class Cast(msgspec.Struct, frozen=True):
    """Who appears in a text.

    Attributes:
        people: full names of persons, in order of appearance.
        gender: "f", "m" or "" for each of them.
        roles: stems of what the text calls them beside their names ("daughter", "clockmaker").
    """

    people: tuple[str, ...]
    gender: dict[str, str]
    roles: dict[str, frozenset[str]]

    def full(self, name: str) -> str:
        """Return the full name of the person that ``name`` is a part of, or ``name`` itself."""
        wanted = {word.lower() for word in bare(name).split()}
        for person in self.people:
            if wanted <= {word.lower() for word in person.split()}:
                return person
        return name


def cast_of(text: str) -> Cast:
    """Find the persons of ``text`` by first names, ages, titles, speech verbs and the pronouns that follow."""
    score: dict[str, float] = {}
    gender: dict[str, float] = {}
    for name in names(text):
        person = _known(bare(name.text), score)
        words = name.words
        if len(words) > 4 or any(word in _PLACE_OR_BODY for word in words):
            continue
        after = text[name.start + len(name.text) : name.start + len(name.text) + 160]
        points = 0.0 if name.opening else 0.4
        points += 2.0 * (any(word in _FEMALE or word in _MALE for word in words))
        points += 2.0 * bool(_PERSON_CONTEXT.match(after))
        points += 2.0 * bool(_ROLE_BEFORE.search(text[max(0, name.start - 24) : name.start]))
        points -= 1.0 * bool(_PLACE_CONTEXT.search(text[max(0, name.start - 12) : name.start]))
        he, she = _HE.search(after), _SHE.search(after)
        points += 0.8 * bool(_THIRD.search(after))
        score[person] = score.get(person, 0.0) + points
        lean = 3.0 * any(word in _FEMALE for word in words) - 3.0 * any(word in _MALE for word in words)
        if he or she:
            first_she = she is not None and (he is None or she.start() < he.start())
            lean += 1.0 if first_she else -1.0
        gender[person] = gender.get(person, 0.0) + lean
    people = tuple(person for person, points in score.items() if points >= 1.1)
    return Cast(
        people,
        {person: "f" if gender[person] > 0 else "m" if gender[person] < 0 else "" for person in people},
        {person: roles_of(person, text) for person in people},
    )


def roles_of(person: str, text: str) -> frozenset[str]:
    """The nouns in apposition to a name: "my daughter Signe", "Ines Marchetti, the librarian"."""
    first = re.escape(person.split(maxsplit=1)[0])
    found: set[str] = set()
    for match in re.finditer(rf"\b([a-z]+),?\s(?:[A-Z][\w.]*\s){{0,2}}{first}\b", text):
        found.add(stem(match[1]))
    for match in re.finditer(
        rf"\b{re.escape(person)}(?:,\s|\sis\s|\swas\s)(?:\d+,\s)?(?:an?|the|my|his|her|our"
        rf"|their)\s((?:[a-z-]+\s?){{1,4}})",
        text,
    ):
        found |= {stem(word) for word in match[1].split()}
    return frozenset(word for word in found if word.isalpha() and word not in STOP_WORDS)


def bare(name: str) -> str:
    """Return a name without the role or title before it ("Fisherman Tom Adeyemi" -> "Tom Adeyemi")."""
    words = name.split()
    while len(words) > 1 and (
        words[0].lower().rstrip(".") in _ROLES or (len(words) > 2 and words[1].lower() in _FEMALE | _MALE)
    ):
        if words[0].lower() in _FEMALE | _MALE:
            break
        words = words[1:]
    return " ".join(words)


def _known(name: str, seen: dict[str, float]) -> str:
    wanted = set(name.lower().split())
    for other in seen:
        if wanted <= set(other.lower().split()):
            return other
    return name


def lines_of(item: Item, cast: Cast) -> tuple[Line, ...]:
    """Cut an item's passages into weighed sentences."""
    title = stems(item.title)
    found: list[Line] = []
    people: list[tuple[int, str]] = []  # (line, person), in order of mention
    paragraph_before: frozenset[str] = frozenset()
    end_before = 0
    for passage in item.passages:
        for start, end in _line_spans(passage.text):
            if len(found) == MAX_LINES:
                return tuple(found)
            text = passage.text[start:end]
            index = len(found)
            if "\n\n" in item.text[end_before : passage.start + start]:
                paragraph_before = frozenset()
            subject = _subject(text, people, cast, index) or _still_speaking(text, found, cast)
            own = stems(text) | _implied(text)
            line_names = tuple(names(text))
            found.append(
                Line(
                    text=text,
                    passage_id=passage.id,
                    index=index,
                    stems=own,
                    carried=frozenset(stem(word) for word in subject.split()),
                    subject=subject,
                    before=paragraph_before,
                    titled=title,
                    names=line_names,
                    values=tuple(values(text)),
                    order=bool(ORDERS.search(text)),
                )
            )
            people += [(index, cast.full(name.text)) for name in line_names if cast.full(name.text) in cast.people]
            paragraph_before = own
            end_before = passage.start + end
    return tuple(found)


def _line_spans(text: str) -> Iterator[tuple[int, int]]:
    """Sentences, cut also after "a.m." and the like where a new one clearly begins."""
    for start, end in sentence_spans(text):
        for stop in _AFTER_CLOCK.finditer(text, start, end):
            if stop[1].lower() not in _CALENDAR_WORDS:
                yield start, stop.start(1) - 1
                start = stop.start(1)  # noqa: PLW2901 (the rest of the sentence)
        yield start, end


def _implied(text: str) -> frozenset[str]:
    """Stems of words that a sentence says without using them: "from 14 March" tells a start."""
    return frozenset(word for word, pattern in _IMPLIED if pattern.search(text))


def _subject(text: str, people: list[tuple[int, str]], cast: Cast, index: int) -> str:
    """The person that the first third-person pronoun of ``text`` means, if named before it."""
    pronoun = _THIRD.search(text)
    if pronoun is None:
        return ""
    wanted = "f" if _SHE.match(pronoun.group()) else "m"
    named_here = [name.text for name in names(text[: pronoun.start()]) if cast.full(name.text) in cast.people]
    for name in reversed(named_here):
        if cast.gender.get(cast.full(name), "") in ("", wanted):
            return ""  # the sentence itself says who
    for line, person in reversed(people):
        if index - line > _CARRY_LINES:
            break
        if cast.gender[person] in ("", wanted):
            return person
    return ""


def _still_speaking(text: str, before: list[Line], cast: Cast) -> str:
    """Whose words a wholly quoted sentence goes on with: those of the speaker of the sentence before it."""
    if not before or text[:1] not in '“"' or text.rstrip(".")[-1:] not in '”"' or not _SAYING.search(before[-1].text):
        return ""
    named = [person for name in before[-1].names if (person := cast.full(name.text)) in cast.people]
    return before[-1].subject or (named[-1] if named else "")


_SAYING = re.compile(r"\b(?:sa(?:id|ys)|told|added|asked|wrote|admits|explained)\b")
