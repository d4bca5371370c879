"""An item's sentences as the replies weigh them: what each names and states, and whom its pronouns mean."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from feed.honesty import claims_human
from feed.items import Item
from feed.orders import stated_order
from feed.text import sentence_spans
from feed.values import MONTHS, WEEKDAYS, Name, Value, names, values
from feed.words import STOP_WORDS, listed, stem, stems

MAX_LINES = 2_000  # of one item; the rest of a longer one is not weighed
_LEAD_CHARS = 200  # the only person of a text, named so early, is whom it is about
_OPENING_CHARS = 24  # of a sentence: a person named so early is its subject
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
        " rovers united athletic wanderers rangers fc team batteries press publishers bank union insurance"
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
        "beekeeper manager chair chairwoman chairman secretary watchman chemist columnist clerk treasurer carpenter "
        "striker goalkeeper dog cat horse pony donkey parrot"
    )
)
_ROLE_BEFORE = re.compile(
    rf"\b(?:{'|'.join(sorted(_ROLES))}|son|daughter|husband|wife|cousin|colleague|friend|granddaughter|grandson"
    rf"|niece|nephew)s?\.?,?\s$",
    re.IGNORECASE,
)
_MAN_CALLED = re.compile(r"\b(?:man|boy|guy|fellow|gentleman) (?:called|named)\s$")
_WOMAN_CALLED = re.compile(r"\b(?:woman|girl|lady) (?:called|named)\s$")
_SAID_BEFORE = re.compile(r"[”\"]\s(?:said|says|added|told|asks|asked|explains|explained)\s(?:[a-z]+\s){0,2}$")
_HE_BEFORE = re.compile(
    r"\b(?:brother|father|(?:grand)?son|husband|uncle|nephew|grandfather|mr|boy|king|prince)\.?,?\s$", re.IGNORECASE
)
_SHE_BEFORE = re.compile(
    r"\b(?:sister|mother|(?:grand)?daughter|wife|aunt|niece|grandmother|mrs|ms|miss|girl|queen|princess)\.?,?\s$",
    re.IGNORECASE,
)
_PERSON_CONTEXT = re.compile(
    r"^(?:,\s(?:aged\s)?\d{1,3}\b|,\s(?:who|a|an|the)\s|\s(?:said|says|told|thinks|argues|believes|wrote))"
)
_PLACE_CONTEXT = re.compile(
    r"\b(?:in|at|near|to|from|between|outside|around|via|across|on|of)\s(?:the\s)?$", re.IGNORECASE
)

_THING_BEFORE = re.compile(
    r"\b(?:[Tt]he|[Aa]n?)\s(?:(?:river|lake|ship|boat|brook|mount)\s)?$"
)  # "the Olympic medallist"
_OTHER_NAME = re.compile(r"[.!?]\s.*[.!?]\s|(?<=[a-z,;]\s)(?=[A-Z][a-z]+\s[A-Z])")  # beyond, a pronoun means another

_AFTER_CLOCK = re.compile(r"\d\s?[ap]\.m\.\s([A-Z][a-z]+)")
_CALENDAR_WORDS = frozenset((*MONTHS, *WEEKDAYS))
_DATE = (
    r"(?:\d|" + "|".join(word[:3] for word in (*MONTHS, *WEEKDAYS)) + r"|next|this|last|spring|summer|autumn|winter)"
)
_IMPLIED = (
    (stem("start"), re.compile(rf"\b(?:from|since|as of)\s(?:early\s|late\s|mid-)?{_DATE}", re.IGNORECASE)),
    (stem("end"), re.compile(rf"\b(?:until|till|through)\s(?:early\s|late\s|mid-)?{_DATE}", re.IGNORECASE)),
    (stem("old"), re.compile(r",\s(?:aged\s)?\d{1,3}(?=[,.;)])|\byears?[- ]olds?\b|\bturn(?:ed|s)\s\d{2}\b")),
    (stem("father"), re.compile(r"\b(?:son|daughter|child) of (?:an?|the)\b")),
    (stem("free"), re.compile(r"[€$£¥]\s?\d|\d\s?(?:euros?|dollars?|pounds?|kroner)\b")),
    (stem("unanimous"), re.compile(r"\bvotes? (?:to|against)\b|\bby \w+ votes\b|\bvoted \w+ to \w+\b")),
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
        prompted: it stands after a question of the text itself ("Have you ever been stuck? Once, in 2003."), whose
            words are then in ``before``.
        asks: it is such a question, which answers nothing.
        supposed: ``subject`` is the likeliest of several persons; good for searching, not for saying.
        quoted: it is wholly the words of a person of the text; of ``subject``, where that is known.
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
    prompted: bool = False
    asks: bool = False
    quoted: bool = False
    supposed: bool = False


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
        points -= 2.0 * bool(_THING_BEFORE.search(text[max(0, name.start - 16) : name.start]))
        before = text[max(0, name.start - 24) : name.start]
        points += 2.0 * bool(_SAID_BEFORE.search(before))
        called = bool(_WOMAN_CALLED.search(before)) - bool(_MAN_CALLED.search(before))
        points += 2.0 * abs(called)
        after = _OTHER_NAME.split(after, maxsplit=1)[0]
        he, she = _HE.search(after), _SHE.search(after)
        points += 0.8 * bool(_THIRD.search(after))
        score[person] = score.get(person, 0.0) + points
        lean = 3.0 * any(word in _FEMALE for word in words) - 3.0 * any(word in _MALE for word in words)
        if he or she:
            first_she = she is not None and (he is None or she.start() < he.start())
            lean += 1.0 if first_she else -1.0
        lean += 3.0 * called
        lean += 2.0 * bool(_SHE_BEFORE.search(before)) - 2.0 * bool(_HE_BEFORE.search(before))
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
    """Return a name without the role before it or the place after ("Dr Kenji Arata of Kyoto" -> "Kenji Arata")."""
    words = name.split()
    if "of" in words[2:] and not set(stems(name)) & _PLACE_OR_BODY:
        words = words[: words.index("of")]
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


def main_person(item: Item, cast: Cast) -> str:
    """Return whom the item is mostly about, or ""."""
    counts = {person: item.text.count(person.split(maxsplit=1)[0]) for person in cast.people}
    if not counts:
        return ""
    titled = {person: sum(word in item.title for word in person.split()) for person in counts}
    most = max(titled.values())
    if most and list(titled.values()).count(most) == 1:
        return max(titled, key=lambda person: titled[person])
    best = max(counts, key=lambda person: counts[person])
    if len(counts) == 1 and best in item.text[:_LEAD_CHARS]:
        return best
    rest = max((count for person, count in counts.items() if person != best), default=0)
    return best if counts[best] >= max(3, 2 * rest) else ""


def lines_of(item: Item, cast: Cast, person: str = "") -> tuple[Line, ...]:
    """Cut an item's passages into weighed sentences; ``person`` is whom the item is about."""
    title = stems(item.title)
    found: list[Line] = []
    people: list[tuple[int, str]] = []  # (line, person), in order of mention
    paragraph_before: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    speech = False
    end_before = 0
    for passage in item.passages:
        for start, end in _line_spans(passage.text):
            if len(found) == MAX_LINES:
                return tuple(found)
            text = passage.text[start:end]
            index = len(found)
            if "\n\n" in item.text[end_before : passage.start + start]:
                paragraph_before = frozenset()
                speech = False
                asked = asked if found[-1].asks else frozenset()
            speech, quoted = _in_speech(text, speech)
            if quoted:
                supposed = False
                speaker = _speaker(found, people, cast, index, asked=bool(asked))
                subject = _still_speaking(text, found, cast) or speaker
            else:
                opens = not paragraph_before
                subject, supposed = _subject(text, people, cast, index, None if opens or not found else found[-1])
                if not subject and person and (pronoun := _THIRD.match(text)):
                    fits = cast.gender[person] in ("", "f" if _SHE.match(pronoun.group()) else "m")
                    subject, supposed = (person, True) if fits else ("", False)
                if subject and opens and cast.gender.get(person) == cast.gender[subject]:
                    subject, supposed = person, False  # a new paragraph comes back to whom the text is about
            own = stems(text) | _implied(text)
            asks = text.endswith("?") and not quoted and len(own) > 0
            line_names = tuple(_known_names(text, cast))
            if (taken_up := _TAKEN_UP.match(text)) and found and paragraph_before:
                told = found[-1]  # "These bouts ...": the sentence before spoke of bouts without the word
                found[-1] = msgspec.structs.replace(told, stems=told.stems | {stem(taken_up[1])})
            found.append(
                Line(
                    text=text,
                    passage_id=passage.id,
                    index=index,
                    stems=own,
                    carried=frozenset(stem(word) for word in subject.split()),
                    subject=subject,
                    before=paragraph_before | asked,
                    titled=title,
                    names=line_names,
                    values=tuple(values(text)),
                    order=stated_order(text) or claims_human(text),
                    prompted=bool(asked) and not asks,
                    asks=asks,
                    quoted=quoted,
                    supposed=supposed,
                )
            )
            people += [(index, cast.full(name.text)) for name in line_names if cast.full(name.text) in cast.people]
            paragraph_before = own
            asked = own if asks else asked
            end_before = passage.start + end
    return tuple(found)


def _known_names(text: str, cast: Cast) -> Iterator[Name]:
    """The names of a sentence; one that opens it is no ordinary word where it is a person's of the text."""
    for name in names(text):
        known = name.opening and cast.full(name.text) in cast.people
        yield msgspec.structs.replace(name, opening=False) if known else name


_TAKEN_UP = re.compile(
    r"(?:(?:During|In|At|On|After|Before|With|For|Of) )?(?:[Tt]h(?:is|ese|ose)|[Ss]uch) (?:\w+ly )?([a-z]{3,})\b"
)


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


def _subject(text: str, people: list[tuple[int, str]], cast: Cast, index: int, before: Line | None) -> tuple[str, bool]:
    """The person that the first third-person pronoun of ``text`` means, if named before it, and whether in doubt."""
    pronoun = _THIRD.search(text)
    if pronoun is None:
        return "", False
    wanted = "f" if _SHE.match(pronoun.group()) else "m"
    named_here = [name.text for name in names(text[: pronoun.start()]) if cast.full(name.text) in cast.people]
    for name in reversed(named_here):
        if cast.gender.get(cast.full(name), "") in ("", wanted):
            return "", False  # the sentence itself says who
    if before is not None and pronoun.start() == 0:  # a sentence that opens with "she" goes on about the same person
        opened = before.names[0] if before.names and before.names[0].start <= _OPENING_CHARS else None
        topic = before.subject or (cast.full(opened.text) if opened is not None else "")
        if topic in cast.people and cast.gender[topic] in ("", wanted):
            return topic, False
    fitting = [
        person for line, person in people if index - line <= _CARRY_LINES and cast.gender[person] in ("", wanted)
    ]
    return (fitting[-1], len(set(fitting)) > 1) if fitting else ("", False)


def _still_speaking(text: str, before: list[Line], cast: Cast) -> str:
    """Whose words a wholly quoted sentence goes on with: those of the speaker of the sentence before it."""
    if not before or text[:1] not in '“"' or text.rstrip(".")[-1:] not in '”"' or not _SAYING.search(before[-1].text):
        return ""
    named = [person for name in before[-1].names if (person := cast.full(name.text)) in cast.people]
    return before[-1].subject or (named[-1] if named else "")


def _in_speech(text: str, speech: bool) -> tuple[bool, bool]:
    """Tell whether a quotation is open after ``text``, and whether all of it is quoted; ``speech``: open before."""
    opened = speech or text[:1] in '“"'
    inner = text[1:] if text[:1] in '“"' and not speech else text
    closed = re.search(r"[”\"]", inner)
    if not opened:
        return text.count("“") > text.count("”") or text.count('"') % 2 == 1, False
    if closed is None:
        return True, True
    rest = inner[closed.end() :]
    return rest.count("“") > rest.count("”") or rest.count('"') % 2 == 1, not re.search(r"\w", rest)


def _speaker(found: list[Line], people: list[tuple[int, str]], cast: Cast, index: int, *, asked: bool) -> str:
    """Whose words a quotation without a name is: of who spoke just before, or of the one who answers the questions."""
    if asked and cast.people:
        return cast.people[0]
    before = found[-1] if found else None
    if before is not None and before.quoted and before.subject:
        return before.subject
    return people[-1][1] if people and index - people[-1][0] <= 1 else ""


_SAYING = re.compile(r"\b(?:sa(?:id|ys)|told|added|asked|wrote|admits|explained)\b")
