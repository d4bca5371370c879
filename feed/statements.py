"""What kind of thing a sentence states: a count, a price, an age, a date, a reason, a person."""

from __future__ import annotations

import re

from feed.lines import Line, roles_of
from feed.questions import SPEAKER, Question
from feed.values import Name, Value
from feed.words import alike, listed, negations, stem, tokens

Credits = dict[str, dict[str, float]]  # of each term of a question: the stems that stand for it, and how well
SURE, MAYBE, FAINT, NO = 1.0, 0.5, 0.1, 0.0

_WHEN = re.compile(
    r"\b(?:ago|yesterday|today|tonight|tomorrow|since|spring|summer|autumn|winter|christmas|easter|midnight|noon|dawn"
    r"|dusk"
    r"|(?:last|next|this|every|each|that) (?:year|month|week|day|night|morning|evening|season|\w+day)|century|decade"
    r"|(?:in|after|within|for|over|until|before|by) (?:\w+ ){1,3}(?:years?|months?|weeks?|days?|hours?|minutes?)"
    r"|morning|afternoon|evening|night|sunrise|sunset|weekends?|when|once|\d0s)\b",
    re.IGNORECASE,
)
_REASON_GIVEN = re.compile(
    r"\b(?:because|so that|due to|thanks to|owing to|as a result|(?:the|one|main|two|three|likeliest|only) (?:\w+ "
    r")?(?:reasons?|answer|causes?) (?:is|are|was)"
    r"|in order|caused by|led to|for fear|on the grounds|made (?:me|him|her|them|us|it)|decided it|so (?:the|a"
    r"|an) \w+ \w+|, so (?:our|my|his|her|their|its|nobody|no one)\b|that is why|which "
    r"is why|the point|the secret|has \w+ causes|died? (?:in|of|from))\b"
    r"|[a-z]: (?:it|they|this|that|he|she|you|there)\b|,? or (?:it|they|the \w+ \w+s|you)\b|,? for (?:he|she|they"
    r"|the \w+ (?:is|was|are|were))\b|\bwhich (?:makes?|made|causes?|caused|means|meant)\b"
    r"|,\ssince (?:the|an?|its?|his|her|their|our|my|they|he|she|we|there|nobody|no)\b",
    re.IGNORECASE,
)
_REASON_HINTED = re.compile(
    r"\b(?:since (?!then\b|the \w+ (?:it|he|she|they)\b|last\b|early\b|\d)"
    r"|therefore|means? that|after (?:\w+ ){0,2}\w+ing|worri\w+|want\w*|wish\w*|hop(?:e|es|ed|ing)|argu\w+"
    r"|so (?:I|he|she|they|we|it)\b|who (?:was|were) \w+ing|for \w+ing|blam\w+|explain\w*|believ\w+"
    r"|to (?!the\b|a\b|an\b|his\b|her\b|my\b|their\b|our\b|be\b|\d|(?-i:[A-Z]))[a-z]+|as (?:he|she|they|I)\b|out of"
    r"|whenever"
    r"|until|otherwise|while (?:\w+ ){1,3}(?:replace|repair|build|clean|check|fix|work|test)s?)\b",
    re.IGNORECASE,
)
_TWO_DIGITS = (
    r"(?:\d{1,3}|(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|one|two|three|four|five"
    r"|six|seven|eight|nine|ten|eleven|twelve|\w+teen))"
)
_PERSON_AGE = re.compile(
    rf",\s(?:(?:aged|then|now|only)\s)?{_TWO_DIGITS}(?=[,.;)]|\s(?:and|who)\b)|\b[\w-]+[- ]years?[- ]olds?\b"
    rf"|\baged?\s(?:of\s)?{_TWO_DIGITS}\b"
    rf"|\b(?:turn(?:ed|s)?|am|is|was|'m|’m)\s{_TWO_DIGITS}\b(?!\s?(?:%|percent|euro|dollar|pound|metre|meter|kilo"
    rf"|degree|per|people|hours|days|weeks|months|p\.m|a\.m|of\b))"
    rf"|\b(?!out\b)\w+\sof\s{_TWO_DIGITS}(?=[,.;])|\b(?:[a-z]+ed|began|left|came|went)\sat\s{_TWO_DIGITS}(?=[,.;])",
    re.IGNORECASE,
)
_BORN = re.compile(r"\bborn\b.*\b\d{4}\b", re.IGNORECASE)
_BACK_THEN = re.compile(r"\b(?:when|since|until) \w+ was \w+", re.IGNORECASE)  # an age of long ago
_THING_AGE = re.compile(
    r"\b(?:founded|built|opened|established|dates? (?:back )?(?:to|from)|planted|made|painted|written"
    r"|came)\b.*\b\d{4}\b|\b\d+ years\b|\byears? old\b|\bcentur(?:y|ies)\b",
    re.IGNORECASE,
)
_PERSON_NOUN = re.compile(
    r"\b(?:\w+(?:ers|ors|ists|ians|men|women|er|or|ist|ian|man|woman)|people|nurses?|council|family|team|company"
    r"|mother|father"
    r"|sister|brother|daughter|son|wife|husband|friends?|neighbou?rs?|volunteers|students?|residents|children|parents"
    r"|university|government|county|state|ministry|fund|union|charity|club|i|we|my)\b",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    r"\b(?:every|each|daily|weekly|monthly|yearly|annually|hourly|nightly|once|twice|times|(?:second|third|fourth"
    r"|fifth|\w+th) time|always|never|rarely|often"
    r"|(?:a|per) (?:day|night|week|month|year|hour|season)(?=[,.;:!)]|$|\s(?:on|in|at|from|and|or|with|if|when|except"
    r"|for)\b))\b",
    re.IGNORECASE,
)
_MULTIPLE = re.compile(r"\b(?:once|twice|\w+ times) (?:as|the|more|less)\b", re.IGNORECASE)  # a size, no frequency
_CALLED = re.compile(
    r"\b(?:call(?:ed|s)?|named?|known as|dubbed|christened|nicknamed|titled|entitled)\b", re.IGNORECASE
)
_PLACE = re.compile(
    r"\b(?:in|at|on|near|between|from|to|outside|inside|under|behind|along|beside|opposite|above|below|across|around"
    r"|into|through|off|over|by)\s(?:[a-z]+\s){0,3}(?!\d|(?i:january|february|march|april|may|june|july|august"
    r"|september|october|november|december)\b)[\w’']+",
)
_PLACE_NAME = re.compile(
    r"\b(?:in|at|near|from|to|on|above|off|outside)\s(?:the\s)?(?:[a-z]+\s(?:of|in|on)\s)?[A-Z]\w+"
)
_DOING = re.compile(
    r"\bwhat (?:does|do|did) .+ (?:do|work as)\b(?: for (?:a living|work)| before(?: that)?)?\W*$|\b(?:job"
    r"|profession|occupation|trade"
    r"|living)\b",
    re.IGNORECASE,
)
_NOWADAYS = re.compile(
    r"^\W*(?:and |so )?what (?:do|does|is|are) .*\b(?:do|doing)\b.*\b(?:now|nowadays|today|these days)\W*$",
    re.IGNORECASE,
)
_NOW = re.compile(r"\b(?:now|nowadays|today|these days)\b", re.IGNORECASE)
_JOB = re.compile(r"\b(?:job|profession|occupation)\b", re.IGNORECASE)
_OCCUPATION = re.compile(
    r"\b(?:is|was|am|are|became|being) (?:an?|the)\b|\b(?:son|daughter|child) of an?\b|\b(?:former|previously"
    r"|used to)\b|\bworks? (?:as|at|for|in)\b|,\san?\s|\b(?:runs?|owns?|teaches"
    r"|sells?|plan(?:s|ned)? to|will)\b|\bjob (?:was|is) (?:in|at|as|to|with|an?)\b",
    re.IGNORECASE,
)
_MEASURES = frozenset(
    listed(
        "minute hour day week month year decade century second metre meter kilometre kilometer km m cm mm mile foot "
        "inch "
        "kilo"
        " kilogram kg gram tonne ton litre liter centimetre millimetre pound ounce degree acre hectare square night "
        "season page percent mph kph knot watt"
    )
)
_COLOURS = re.compile(r"\b(?:red|blue|green|yellow|white|black|brown|orange|purple|pink|grey|gray|gold\w*|silver"
                      r"|turquoise|cream|crimson|scarlet|violet|beige)\b", re.IGNORECASE)  # fmt: skip


def states(question: Question, line: Line, held: Credits) -> float:
    """Return how surely ``line`` states the kind of thing that ``question`` asks for: ``SURE``, ``MAYBE`` or ``NO``."""
    if question.sort and question.kind == "what" and not _of_sort(question, line, held):
        return NO
    if question.kind == "what" and (wanted := _KIND_OF.search(question.text)):
        return SURE if _qualified(stem(wanted[1]), line, held) else NO
    if question.kind == "who" and unnamed_agent(question, line, held):
        return NO
    if question.kind == "who":
        if _WHO_IS.match(question.text) and question.names and not _WHOSE.search(question.text):
            forms = _forms(question, line)
            described = any(
                re.search(rf"{re.escape(form)}(?:,? who|,? which| is| was| has been| became)\b", line.text)
                for form in forms
            )
            return SURE if described or any(roles_of(name, line.text) for name in forms) else MAYBE
        if _WON.fullmatch(question.text):
            return SURE if _BEATING.search(line.text) else MAYBE
        if _PASSIVE_AGENT.search(line.text):
            return SURE
        if any(not _AT_PLACE.search(line.text[: name.start]) for name in _new_name_spots(question, line)) or (
            line.carried and line.subject not in question.names
        ):
            return SURE
        return MAYBE if _somebody(line) else FAINT if _PERSON_NOUN.search(line.text) else NO
    if question.kind == "how old" and _BORN.search(line.text) and not _PERSON_AGE.search(line.text):
        return MAYBE
    if question.kind == "why":
        return _reason(question, line)
    if (question.kind == "how" and _DYING.search(question.text)) or _DYING_OF.search(question.text):
        return SURE if _CAUSE_OF_DEATH.search(line.text) else NO
    if question.kind == "score":
        return SURE if _RESULT.search(line.text) else NO
    if _NOWADAYS.search(question.text) and question.kind == "what":
        return SURE if _NOW.search(line.text) else FAINT
    if _DOING.search(question.text) and question.kind == "what":
        if question.names and any(roles_of(name, line.text) for name in _forms(question, line)):
            return SURE
        if _OCCUPATION.search(line.text):
            return SURE
        return NO if _JOB.search(question.text) else FAINT
    return SURE if _states(question, line, held) else NO


_KIND_OF = re.compile(r"\b(?:what|which) (?:kind|kinds|sort|sorts|type|types) of (\w+)", re.IGNORECASE)
_NO_QUALIFIER = frozenset(
    listed("a an the his her its their our my your some any no and or of in on with for to this that")
)


def _of_sort(question: Question, line: Line, held: Credits) -> bool:
    """Tell whether ``line`` speaks of the kind of thing that "which fish" or "what subject" chooses from."""
    if question.sort in _KINDS_OF_KINDS or not _CHOICE.match(question.text):
        return True
    if question.asked in ("colour", "color"):
        return bool(_COLOURS.search(line.text))
    standing = held.get(question.sort, {})
    near = line.stems | line.before if line.prompted or question.near else line.stems
    return question.sort in near | line.titled or any(
        word in standing or alike(question.sort, word) for word in line.stems
    )


# "Which school did she go to?", not "What happened last month?"
_CHOICE = re.compile(
    r"^\W*(?:(?:and|so|but|in|at|on|for|to|of|from|with)\s)*(?:which\s|what\s\w+\s(?:\w+\s)?(?:is|are|was|were|do"
    r"|does|did|has|have|had|will|can|could|should|must|may)\b)",
    re.IGNORECASE,
)
_KINDS_OF_KINDS = frozenset(
    stem(word)
    for word in listed(
        "kind sort type thing way one position size rank place amount shape form role use point difference advice "
        "reason"
        " changes number part word words effect problem view"
    )
)


def _qualified(thing: str, line: Line, held: Credits) -> bool:
    """Tell whether ``line`` says more of a thing than that there is one: "pearl barley", "a drill for concrete"."""
    words = tokens(line.text)
    standing = {thing, *held.get(thing, {})}
    for place, token in enumerate(words):
        if token.stem not in standing:
            continue
        before = words[place - 1].text.lower() if place else "the"
        if before not in _NO_QUALIFIER or re.match(
            r"\W*(?:called|named|such as|made|for|of)\b", line.text[token.end :]
        ):
            return True
    return False


def unnamed_agent(question: Question, line: Line, held: Credits) -> bool:
    """Tell whether ``line`` only says that something was done, not by whom: "The bench has been stolen"."""
    done = re.match(
        r"^\W*(?:and |so |but )?who (?!is\b|was\b|are\b|were\b|will\b|has\b|had\b)(\w+)", question.text, re.IGNORECASE
    )
    if done is None:
        return False
    standing = {stem(done[1]), *held.get(stem(done[1]), {})}
    for match in _PASSIVE.finditer(line.text):
        if stem(match[1]) in standing:
            return " by " not in line.text[match.end() : match.end() + 40]
    return False


_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|been|being|be)\s(?:[a-z]+ly\s|not\s|also\s)?((?!\w+(?:ful|ous|ive|ble|less|ic)\b)[a-z]+)",
    re.IGNORECASE,
)


def _somebody(line: Line) -> bool:
    """Tell whether a person or body stands in ``line`` without a name ("the clerk", "a consultant")."""
    return any(stem(match[1]) != match[1] for match in _ONE_WHO.finditer(line.text)) or bool(_BODY.search(line.text))


_ONE_WHO = re.compile(
    r"\b(?:the|an?|his|her|their|its|our|my|by)\s(?:[a-z]+\s)?([a-z]{3,}(?:ers?|ors?|ists?|ians?|ants?))\b"
)
_BODY = re.compile(
    r"\b(?:pupil|boy|girl|reader|expert|clerk|people|nurses?|council|family|team|company|mother|father|sister"
    r"|brother|daughter|son|wife|husband|friends?"
    r"|students?|residents|children|parents|university|government|county|ministry|fund|union|charity|club|I|we|my"
    r"|men|women"
    r"|man|woman)\b"
)
_WON = re.compile(
    r"\W*(?:and |so )?who (?:won|was the winner)(?: (?:it|the (?:match|game|race|final)))?\W*", re.IGNORECASE
)
_BEATING = re.compile(
    r"\bw(?:in|on|ins) (?:\w+ )?(?:\d|by |on )|\b(?:beat|beats|defeat\w*|overcame|victory|won by|champions?)\b",
    re.IGNORECASE,
)
_PASSIVE_AGENT = re.compile(r"\b\w+(?:ed|en|t)\sby\s(?:the\s|an?\s)?(?:[a-z]+\s){0,2}[A-Z]")
_AT_PLACE = re.compile(r"\b(?:at|in|near|from|to|beside)\s(?:the\s)?$")


def _reason(question: Question, line: Line) -> float:
    if _REASON_GIVEN.search(line.text):
        return SURE
    if negations(question.text) and _HINDRANCE.search(line.text):
        return SURE
    return MAYBE if _REASON_HINTED.search(line.text) else NO


_HINDRANCE = re.compile(
    r"\bbut\b.*(?:\bnot\b|n['’]t\b)|\bmay not\b|\bonly if\b|\bforbid\w*|\bnot (?:allowed|available)\b"
)
_DYING = re.compile(r"\b(?:die|died|dead|death|killed)\b", re.IGNORECASE)
_DYING_OF = re.compile(r"^\W*(?:and |so )?what\b.*\b(?:died?|killed) (?:of|from)\W*$", re.IGNORECASE)
_CAUSE_OF_DEATH = re.compile(
    r"\b(?:died?|killed|death)\s(?:\w+\s){0,4}(?:of|from|by|in (?:an?|his|her|their)|after)\s(?!age\b|old age\b|\d)",
    re.IGNORECASE,
)
_RESULT = re.compile(r"\b\d+\s?[-–:]\s?\d+\b|\bvotes? to\b|\bby \w+ (?:goals?|points?|votes?)\b")
_WHOSE = re.compile(r"['’]s\s\w+\W*$")  # "Who was Henri's wife?" does not ask who Henri was
_WHO_IS = re.compile(r"^\W*(?:[Aa]nd |[Ss]o |[Bb]ut )?[Ww]ho(?:\s(?:is|was|are)|'s)\s[A-Z]")


def _forms(question: Question, line: Line) -> list[str]:
    """The names of the question as ``line`` writes them."""
    asked = {word.lower() for name in question.names for word in name.split()}
    return [name.text for name in line.names if asked & set(name.words)]


def _states(question: Question, line: Line, held: Credits) -> bool:
    kind = question.kind
    if question.asked in ("colour", "color"):
        return bool(_COLOURS.search(line.text))
    if kind == "how many" and _NONE.search(line.text) and (question.asked in line.stems or not question.asked):
        return True
    if kind == "how many":
        return any(_counts(value, question, line, held) for value in line.values)
    if kind == "how much" and _HOW_MUCH_OF.search(question.text) and _SHARE.search(line.text):
        return True
    if kind == "how much":
        return any(_amounts(value, question, line.text) for value in line.values) or bool(
            re.search(r"\b(?:free|nothing|no charge)\b", line.text)
        )
    if kind == "how long":
        return any(_measures(value, question) for value in line.values) or bool(
            _SPAN.search(line.text) and _LASTING.search(question.text) and not _EXTENT.search(question.text)
        )
    if kind == "how old":
        person = bool(question.names) or any(term.stem == SPEAKER for term in question.terms)
        return bool(_PERSON_AGE.search(_BACK_THEN.sub("", line.text)) or (not person and _THING_AGE.search(line.text)))
    if kind == "how often":
        return bool(_OFTEN.search(_MULTIPLE.sub("", line.text)))
    if kind == "time":
        return any(value.kind == "time" for value in line.values) or bool(
            _SPOKEN_HOUR.search(line.text)
            or re.search(
                r"\b(?:noon|midnight|dawn|dusk|sunrise|sunset|o['’]clock|half past)\b", line.text, re.IGNORECASE
            )
        )
    if kind == "year":
        return any(value.kind == "year" for value in line.values)
    if kind == "when":
        return any(value.kind in ("time", "year", "month", "weekday") for value in line.values) or bool(
            _WHEN.search(line.text)
        )
    if kind == "name" and question.names and (_OWN_NAME.search(question.text) or _CALLED_WHAT.search(question.text)):
        return bool(_forms(question, line))  # "What is her name?", where "her" was found to mean Ilse
    if kind == "name":
        return bool(_new_names(question, line)) and _named(question, line, held)
    if kind == "where" and _WORKING.search(question.text) and _EMPLOYER.search(line.text):
        return True
    if kind == "where":
        named_only = not question.near and all(term.name or not term.key for term in question.terms)
        return bool((_PLACE_NAME if named_only and not line.prompted else _PLACE).search(line.text))
    return True


_NONE = re.compile(r"\b(?:none(?! of (?:them|us)\b)|nobody|no one|not one)\b|\bno \w+s\b", re.IGNORECASE)
_SPOKEN_HOUR = re.compile(
    r"\b(?:at|from|to|until|till|past|before|after|by) (?:one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve)"
    r"(?= (?:at night|in the (?:morning|afternoon|evening)|o['’]clock)|[.,;]|$)",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(r"['’]s (?:full |first |last )?name\b", re.IGNORECASE)
_CALLED_WHAT = re.compile(r"\bwhat(?:['’]s| is| was) [A-Z]\w+(?: [A-Z]\w+)* (?:called|named)\b", re.IGNORECASE)
_HOW_MUCH_OF = re.compile(r"\bhow much of\b", re.IGNORECASE)
_SHARE = re.compile(
    r"\b(?:an?|one|two|three|four|nine) (?:half|thirds?|quarters?|fifths?|sixths?|eighths?|tenths?) of\b"
    r"|\bhalf (?:of|the|its?|his|her|their)\b|\b(?:all|most|none|little|much) of (?:it|them)\b",
    re.IGNORECASE,
)
_WORKING = re.compile(r"\b(?:work|works|worked|teach|teaches|study|studies|employed)\b", re.IGNORECASE)
_EMPLOYER = re.compile(
    r"\b(?:of|at|for|with)\s(?:the\s)?(?:[A-Z]\w+\s)*(?:University|Institute|College|School|Hospital|Museum)\b"
)


def _new_names(question: Question, line: Line) -> list[str]:
    return [name.text for name in _new_name_spots(question, line)]


def _new_name_spots(question: Question, line: Line) -> list[Name]:
    asked = {stem(token.text) for token in tokens(question.text)}
    return [name for name in line.names if not name.opening and not {stem(w) for w in name.words} <= asked]


def _named(question: Question, line: Line, held: Credits) -> bool:
    """A naming word, or a name right beside a word of the question ("the boat Aurora", "Norrline, the company")."""
    if _CALLED.search(line.text):
        return True
    spots = [
        token
        for token in tokens(line.text)
        if any(
            token.stem in held[term.stem] for term in question.terms if (term.key or question.bare) and not term.name
        )
    ]
    for name in line.names:
        if name.opening or name.text not in _new_names(question, line):
            continue
        for spot in spots:
            between = line.text[min(spot.end, name.start + len(name.text)) : max(spot.start, name.start)]
            if re.fullmatch(r"\s?(?:,\s)?(?:is\s|was\s|the\s|a\s|an\s|my\s|of\s)*", between):
                return True
    return False


_LASTING = re.compile(r"\bhow (?:long|soon|late|early|fast)\b", re.IGNORECASE)
_SPAN = re.compile(r"\b(?:in|for|within|over) an? (?:single )?(?:second|minute|hour|day|weekend|week|fortnight|month"
                   r"|year|decade|century|lifetime)\b|\b(?:a quarter of|three quarters of|half) an hour\b"
                   r"|\bhalf (?:an?|the) (?:day|week|month|year)\b", re.IGNORECASE)  # fmt: skip
# "How long is the bridge?" asks for metres, "How long is the crossing?" for minutes.
_EXTENT = re.compile(
    r"\bhow long (?:is|are|was|were)\b.*\b(?:bridge|road|street|wall|fence|hedge|river|boat|ship|beach|island|tunnel"
    r"|rope|mast|course|track|route|path|pool|table|building|animal|fish|whale|snake|beard|hair|tail|trail|coast|cable|pipe|ladder)s?\W*$",
    re.IGNORECASE,
)
_LENGTHS = frozenset(
    stem(unit)
    for unit in listed(
        "metre meter kilometre kilometer centimetre centimeter millimetre millimeter km cm mm m mile foot"
        " inch yard hectare acre square"
    )
)
_DIMENSIONS = (
    (r"\b(?:heavy|weigh\w*)\b", "kilo kilogram kg gram g tonne ton pound ounce stone cow"),
    (
        r"\b(?:high|tall|deep|wide|thick|far)\b",
        "metre meter m kilometre kilometer km cm centimetre mm millimetre mile foot inch storey",
    ),
    (r"\b(?:fast)\b", "km kph mph knot metre kilometre mile millisecond second minute hour ms"),
    (r"\b(?:hot|cold|warm)\b", "degree celsius fahrenheit"),
)
_DIMENSION_UNITS = tuple(
    (re.compile(pattern, re.IGNORECASE), frozenset(stem(unit) for unit in units.split()))
    for pattern, units in _DIMENSIONS
)


def _measures(value: Value, question: Question) -> bool:
    """Tell whether ``value`` is in a unit that the question's adjective is measured in ("how heavy", "how long")."""
    if value.kind not in ("number", "year", "time"):
        return False
    if _EXTENT.search(question.text):
        return value.kind == "number" and stem(value.unit) in _LENGTHS
    if re.search(r"\bhow (?:big|large|small)\b", question.text, re.IGNORECASE) and value.kind == "number":
        return value.amount >= _LARGE or stem(value.unit) in _LENGTHS
    for pattern, units in _DIMENSION_UNITS:
        if pattern.search(question.text):
            return value.kind == "number" and stem(value.unit) in units
    return _measured(value) and (value.kind == "number" or not _TAKING.search(question.text))


_TAKING = re.compile(r"\bhow long (?:did|does|do|will|would) .*\b(?:take|last|stay|need)\b", re.IGNORECASE)
_LARGE = 1_000  # a bare number of this size says how big something is


def _measured(value: Value) -> bool:
    return value.kind == "time" or stem(value.unit) in {stem(unit) for unit in _MEASURES} or value.kind == "year"


_COSTING = re.compile(r"\b(?:costs?|paid|pays?|charges?|priced?)\b", re.IGNORECASE)


def _amounts(value: Value, question: Question, line_text: str) -> bool:
    if re.search(r"\b(?:percent|percentage|share|proportion|fraction)\b", question.text, re.IGNORECASE):
        return value.kind == "percent" or value.unit in ("half", "quarter")
    if re.search(
        r"\b(?:cost|price|fee|fare|pay|paid|expensive|money|salary|budget|worth|earn|charge)",
        question.text,
        re.IGNORECASE,
    ):
        return value.kind == "money" or (value.kind == "number" and not value.unit and bool(_COSTING.search(line_text)))
    return (
        value.kind in ("money", "percent")
        or (value.kind == "number" and _measured(value))
        or (value.kind == "number" and bool(question.asked))
    )


_RANKED = re.compile(
    r"\b(?:\w+th|first|second|third|eldest|oldest|youngest|last|\d+(?:st|nd|rd)) of (?:the )?$", re.IGNORECASE
)


def _counts(value: Value, question: Question, line: Line, held: Credits) -> bool:
    """Tell whether ``value`` counts what is asked: the word for it stands just after (or before) the number."""
    if value.kind == "ordinal" and re.match(r"\s?of\b", line.text[value.end :]):
        return (
            line.text[: value.start].endswith((" a ", " one ", "A "))
            or "a " in line.text[max(0, value.start - 2) : value.end]
        )
    if value.kind not in ("number", "percent", "year") and not (
        value.kind == "money" and stem(value.unit) == question.asked
    ):
        return False
    if re.search(r",\s$", line.text[: value.start]) and line.text[value.end : value.end + 1] == ",":
        return False  # "Toby Lam, 15, pupil" counts no pupils
    if _RANKED.search(line.text[: value.start]):
        return False  # "the fourth of six children" has not six children
    if re.match(r"\s?of them\b", line.text[value.end :]) and question.asked in line.stems:
        return True
    if value.amount % 1 or re.match(r"\s?at a time\b", line.text[value.end :]):
        return False  # "half price" counts nobody
    if not question.asked:
        return True
    standing = held.get(question.asked, {question.asked: 1.0})
    after = [token.stem for token in tokens(line.text[value.end : value.end + 40])][:4]
    before = [token.stem for token in tokens(line.text[max(0, value.start - 40) : value.start])][-4:]
    if any(word in standing or alike(question.asked, word) for word in (*after, *before, stem(value.unit))):
        return True
    if not value.unit and question.asked in line.before and value.kind == "number":
        return True  # "Last year it was five." after a sentence about injuries
    verbs = [term for term in question.terms if term.key and term.stem != question.asked and not term.name]
    if any(stem(value.unit) == term.stem or stem(value.unit) in held[term.stem] for term in verbs):
        return True  # "two died" counts what the sentence before spoke of
    if value.unit and not _PERSON_NOUN.search(value.unit):
        return False
    return question.asked in _COUNTED_LOOSELY and value.kind == "number" and not _measured(value)


_COUNTED_LOOSELY = frozenset(stem(word) for word in ("people", "person", "times", "things", "total"))
