"""English words as the replies compare them: tokens, stems that meet across inflection, and groups of like meaning."""

from __future__ import annotations

import functools
import re

import msgspec

_TOKEN = re.compile(r"[^\W\d_]{1,3}\d+\w*|[^\W\d_]+(?:['’][^\W\d_]+)*(?:-[^\W\d_]+)*|\d+(?:[.,:]\d+)*", re.UNICODE)


class Token(msgspec.Struct, frozen=True):
    """A word or number of a text: as written, its stem, and where it starts."""

    text: str
    stem: str
    start: int

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.start + len(self.text)


def tokens(text: str) -> list[Token]:
    """Return the words and numbers of ``text``; a hyphenated word is also its parts' stems (see ``stem``)."""
    return [Token(match.group(), stem(match.group()), match.start()) for match in _TOKEN.finditer(text)]


def stems(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning, hyphenated ones also by their parts."""
    found: set[str] = set()
    for token in tokens(text):
        for part in (token.text, *(token.text.split("-") if "-" in token.text else ())):
            if part.lower() not in STOP_WORDS:
                found.add(stem(part))
    return frozenset(found)


def _word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def listed(text: str) -> tuple[str, ...]:
    """Return the words of a table that is written as running text."""
    return tuple(text.split())


STOP_WORDS = _word_set(
    "a an the this that these those there here and or but nor so yet if then than as of at by for from in into on onto"
    " to with without about over under up down out off through during between among per via is are was were be been"
    " being am do does did doing done have has had having will would shall should can could may might must i me my"
    " myself you your yours yourself he him his himself she her hers herself it its itself we us our ours they them"
    " their theirs themselves who whom whose what which when where why how not no don't doesn't didn't isn't aren't"
    " wasn't weren't won't wouldn't can't couldn't shouldn't hasn't haven't hadn't mustn't needn't mightn't"
    " it's that's there's he's she's i'm"
    " i've i'd i'll you're you've they're they've we're we've let's what's who's where's when's how's just also too "
    "very"
    " any some such own same s t re ve ll d m please ok okay well oh hi hey hello now still ever even more most much "
    "many"
    " really quite rather only again each every all both either neither one ones upon because while until since towards"
    " toward around"
)


# -- stems -------------------------------------------------------------------------------------------------------------

_BASES = {
    form: base
    for base, forms in {
        "be": "been", "become": "became", "begin": "began begun beginning", "bend": "bent", "bite": "bit bitten",
        "blow": "blew blown", "break": "broke broken", "bring": "brought", "build": "built building buildings",
        "burn": "burnt", "buy": "bought", "catch": "caught", "choose": "chose chosen choice", "come": "came coming",
        "cost": "costs costing", "cut": "cutting", "deal": "dealt", "decide": "decision decisions",
        "die": "died dies dying dead death deaths",
        "dig": "dug digging", "draw": "drew drawn", "drink": "drank drunk", "drive": "drove driven driver drivers "
                                                                                     "driving",
        "eat": "ate eaten", "fall": "fell fallen", "feed": "fed", "feel": "felt", "fight": "fought", "find": "found",
        "fly": "flew flown flight", "forget": "forgot forgotten", "freeze": "froze frozen", "get": "got gotten getting",
        "give": "gave given giving", "go": "went gone goes", "grow": "grew grown growth", "hear": "heard",
        "hide": "hid hidden",
        "hit": "hitting", "hold": "held", "hurt": "hurting", "keep": "kept", "know": "knew known knowledge",
        "lay": "laid",
        "lead": "led leader leaders", "learn": "learnt", "leave": "left leaving", "lend": "lent",
        "lie": "lay lain lying",
        "lose": "lost loss losses losing", "make": "made making maker", "mean": "meant", "meet": "met meeting meetings",
        "pay": "paid payment payments pays", "prove": "proven proof", "put": "putting", "read": "reader readers",
        "ride": "rode ridden",
        "ring": "rang rung", "rise": "rose risen", "run": "ran running runs", "say": "said says saying",
        "see": "saw seen",
        "sell": "sold seller sellers sale sales", "send": "sent", "set": "setting", "shake": "shook shaken",
        "shine": "shone",
        "shoot": "shot shooting", "show": "shown", "shrink": "shrank shrunk", "shut": "shutting",
        "sing": "sang sung singer",
        "sink": "sank sunk", "sit": "sat sitting", "sleep": "slept asleep", "speak": "spoke spoken speech",
        "spend": "spent",
        "stand": "stood", "steal": "stole stolen theft", "stick": "stuck", "strike": "struck stricken",
        "swim": "swam swum swimming",
        "take": "took taken taking", "teach": "taught teacher teachers", "tear": "tore torn", "tell": "told",
        "think": "thought thinks",
        "throw": "threw thrown", "understand": "understood", "wake": "woke woken", "wear": "wore worn",
        "win": "won winning winner winners",
        "use": "used uses using user users usage", "write": "wrote written writer writers writing",
        "live": "lives living lived life", "child": "children", "person": "people persons",
        "man": "men", "woman": "women", "foot": "feet", "tooth": "teeth", "mouse": "mice", "goose": "geese",
        "wife": "wives",
        "wolf": "wolves", "half": "halves", "knife": "knives", "bear": "born birth births", "old": "older oldest "
                                                                                                   "elder eldest age "
                                                                                                   "ages aged",
        "good": "better best", "bad": "worse worst", "big": "bigger biggest", "far": "farther further",
        "oppose": "opponent opponents opposition opposed opposes opposing",
        "high": "height", "long": "length longer longest", "wide": "width", "deep": "depth",
        "weigh": "weight weights weighed weighs heavy heavier heaviest",
        "argue": "argument arguments", "choir": "choirs", "marry": "marriage married marries",
        "succeed": "success successful",
        "fail": "failure failures failed", "apply": "application applications applied", "explain": "explanation",
        "believe": "belief beliefs",
        "hot": "hotter hottest heat", "arrive": "arrival arrived arriving", "retire": "retirement retired",
        "describe": "description",
        "receive": "reception", "reduce": "reduction", "produce": "production product products",
        "destroy": "destruction",
        "renovate": "renovation", "arise": "arose", "withdraw": "withdrew withdrawn", "quit": "quitting",
        "bake": "baker bakers bakery bakeries baking baked",
        "fish": "fisherman fishermen fishing fishes", "analyse": "analysis analyze", "crisis": "crises",
        "photo": "photograph photographs photos",
        "beauty": "beautiful", "custom": "customs", "customer": "customers", "inform": "information",
        "council": "councils", "councillor": "councillors councilor councilors",
    }.items()
    for form in forms.split()
}  # fmt: skip
_IRREGULAR = _BASES | {base: base for base in _BASES.values()}

_SUFFIXES = (
    "ational", "ization", "isation", "fulness", "ousness", "iveness", "ations", "ation", "ements", "ement", "ments",
    "ment",
    "ically", "ings", "ing", "ions", "ion", "edly", "ees", "ee", "ness", "ance", "ence", "ally", "ists", "ist",
    "ors", "ers", "er", "or", "ed", "es", "ly", "al", "s", "e",
)  # fmt: skip
_SHORTEST_STEM = 3
_WORDS_WITH_OWN_STEM = _word_set(
    "station nation mention portion motion passion section version question council number member summer winter water"
    " paper letter river tower power flower dinner father mother brother sister daughter order border corner master"
    " doctor mayor harbor harbour floor door editor early only family city story hotel hospital metal capital animal"
    " royal local total general several festival final signal bed red need seed speed feed breed weed hundred sacred"
    " king ring spring string thing evening morning during nothing something anything everything wing bus gas bonus"
    " business process access address glass class grass boss less loss mass pass press this series species news always"
    " perhaps apartment moment department garment cement element comment document instrument university community"
    " company country century army body copy money valley chimney honey journey turkey monkey offer cancer over under"
    " after never ever other another rather whether silver butter weather leather feather timber october november"
    " september december chapter character quarter matter theater center"
)


@functools.cache
def stem(word: str) -> str:
    """Return a form that inflections and common derivations of ``word`` share ("resigned", "resignation" -> "resign").

    Light suffix stripping with tables for irregular forms; the result is for comparing only.
    """
    lower = word.lower().replace("’", "'")
    lower = lower.removesuffix("'s").removesuffix("'")
    if lower in _IRREGULAR:
        return _IRREGULAR[lower]
    if not lower.isalpha():
        return lower
    if lower in _WORDS_WITH_OWN_STEM or len(lower) <= _SHORTEST_STEM:
        return lower
    singular = lower[:-1] if lower.endswith("s") and not lower.endswith("ss") else lower
    if singular in _IRREGULAR:
        return _IRREGULAR[singular]
    if singular in _WORDS_WITH_OWN_STEM:
        return singular
    if lower.endswith(("ies", "ied")) and len(lower) > _SHORTEST_STEM + 1:
        return lower[:-2]
    for suffix in _SUFFIXES:
        if lower.endswith(suffix) and len(lower) - len(suffix) >= _SHORTEST_STEM:
            return _undoubled(lower[: -len(suffix)])
    return _undoubled(lower)


def _undoubled(root: str) -> str:
    if len(root) <= _SHORTEST_STEM:
        return root
    root = root[:-1] if len(root) > _SHORTEST_STEM and root[-1] == "e" else root
    if len(root) > _SHORTEST_STEM and root[-1] == root[-2] and root[-1] not in "aeioulsz":
        return root[:-1]
    return root[:-1] + "i" if root.endswith("y") else root


# -- meaning -----------------------------------------------------------------------------------------------------------

_ALIKE = (
    "cost price fare fee charge pay rate expensive rent",
    "walk pedestrian foot", "watch attend crowd audience spectator",
    "bike bicycle cycle", "wi-fi wifi internet", "drive ride", "match game fixture play",
    "refund back return reimburse",
    "accident crash collision", "remain left", "decide agree resolve", "admission entrance entry", "cheer glad happy",
    "staff employee", "sing song", "guest visitor",
    "goal score net",
    "deliver supply", "park parking", "belong owner own", "member belong", "wage salary pay earn", "pet dog cat",
    "ring phone telephone contact dial", "serve portion", "make produce manufacture",
    "work study research",
    "top leader lead first", "affect divert disrupt hit", "ingredient need", "punch hit strike blow",
    "start begin open launch resume restart commence inaugurate "
                                                     "found establish",
    "end finish close stop conclude", "job profession occupation work career trade living", "home house live "
                                                                                            "residence reside",
    "kid child daughter son baby", "parent mother father", "spouse wife husband partner marry", "boss head chief "
                                                                                                "director manager lead",
    "found founder establish set-up create start", "create make build construct design", "buy purchase acquire get "
                                                                                         "sell sale",
    "oppose opponent against object critic criticise criticize resist protest", "support supporter favour favor back "
                                                                                "advocate",
    "big large huge size area", "money cash fund funding budget subsidy grant finance financing sponsor pay cost",
    "boat ship vessel ferry",
    "car vehicle automobile", "vehicle van", "vehicle truck lorry",
    "worker employee staff employ", "employ hire job staff", "doctor physician medic",
    "pupil student",
    "team squad club", "film movie", "picture photo image", "die death pass-away", "kill die", "hurt injure wound "
                                                                                               "injury",
    "sick ill disease illness", "win victory beat defeat", "lose loss", "say tell state claim mention remark add "
                                                                        "explain",
    "think believe feel opinion view consider", "worry fear concern anxious afraid", "like love enjoy favourite "
                                                                                     "favorite", "hate dislike loathe",
    "happen occur take-place", "reason cause because", "plan intend intention aim goal hope", "change alter modify",
    "fix repair restore renovate refurbish mend",
    "help assist aid", "grow increase rise climb", "fall drop decrease decline sink reduce", "town city village "
                                                                                             "municipality",
                                                                                             "trip journey voyage "
                                                                                             "travel",
    "leave depart departure go", "arrive come reach", "near close nearby beside", "tall high height", "heavy weigh",
    "quick fast speed",
    "distance far kilometre mile metre", "temperature hot cold degree warm", "study research survey investigate",
    "scientist researcher", "discover find detect spot", "show reveal demonstrate",
    "choose pick select elect", "permit allow let", "ban forbid prohibit", "agree approve accept", "reject refuse "
                                                                                                   "deny turn-down",
                                                                                                   "vote ballot",
    "meet encounter", "name call title", "author writer write", "publish release issue report appear journal",
    "learn study", "teach teacher instructor learn", "woman lady female", "man male gentleman",
    "visitor guest tourist", "resident inhabitant citizen local islander", "holiday vacation", "shop store",
    "road street", "capacity room hold carry seat space fit passenger",
    "passenger people traveller seat", "own owner belong possess", "earn salary income wage pay", "profit earnings",
    "revenue turnover sales",
                                                                                                  "age old",
                                                                                                  "born birth bear",
                                                                                                  "origin come from",
                                                                                                  "quit resign "
                                                                                                  "step-down",
                                                                                                  "replace successor "
                                                                                                  "succeed",
    "win award prize medal", "study look examine measure count", "language speak", "eat food meal dish", "cook chef",
    "song music track", "last final", "first initial", "annual yearly year", "weekly week", "daily day",
    "monthly month", "hourly hour",
    "colour color", "metre meter", "kilometre kilometer", "centre center", "theatre theater", "harbour harbor port",
    "favourite favorite", "organise organize", "programme program", "grey gray", "litre liter", "half 50",
    "material made wood metal steel", "reopen open", "participant volunteer subject", "donate donation give gift",
    "percent percentage per-cent share", "grandmother grandma", "grandfather grandpa", "lesson learn", "mistake error",
    "advice advise recommend tip suggest",
    "secret trick", "begin early", "often frequency frequent", "moved move relocate", "hobby pastime interest",
    "degree graduate university", "win winner champion", "lead led leader", "rain rainfall", "break crack damage "
                                                                                             "destroy",
                                                                                             "steal theft rob thief",
                                                                                             "police officer",
                                                                                             "audience listen "
                                                                                             "listener hear",
                                                                                             "shut close",
                                                                                             "school academy college",
)  # fmt: skip

_CONTRASTS = (
    "delight happy pleased glad proud despair angry sad unhappy furious disappoint", "public private",
    "quick quickly slow slowly", "loud quiet",
    "red blue green yellow white black brown orange purple pink grey golden silver", "north south east west northern "
                                                                                     "southern eastern western",
    "summer winter spring autumn", "monday tuesday wednesday thursday friday saturday sunday",
    "january february march april may june july august september october november december",
    "husband wife", "mother father grandmother grandfather sister brother son daughter aunt uncle nephew niece cousin",
    "open close shut", "begin end finish", "start stop end",
    "win lose", "profit loss",
    "rise fall", "increase decrease", "hire fire", "born bear die", "first last second third",
    "morning evening night afternoon noon",
    "oppose support favour", "accept reject refuse", "approve reject", "ban allow permit", "cat dog horse bird cow "
                                                                                           "sheep goat pig",
                                                                                           "hot cold", "big small",
                                                                                           "old young new",
    "high low", "day week month year hour minute", "man woman boy girl", "left right", "early late",
    "arrive leave depart", "teacher pupil", "teacher student", "doctor nurse patient", "love hate",
    "succeed fail", "rich poor", "full empty", "flat steep hill", "free paid", "cheap expensive", "strong weak",
    "married divorced single", "tea coffee", "beer wine", "bus train tram boat plane car", "captain crew", "king queen",
    "piano violin guitar flute cello drum trumpet", "football tennis basketball rugby hockey golf",
    "mayor council councillor president minister governor", "import export", "urban rural", "indoor outdoor",
    "gold bronze", "breakfast lunch dinner",
    "france germany italy spain england britain ireland portugal poland norway sweden denmark finland",
    "french german italian spanish english british irish portuguese polish norwegian swedish danish finnish",
    "electric diesel hybrid petrol steam solar", "cold warm", "succeed fail reject", "die recover survive",
)  # fmt: skip


def _groups(lines: tuple[str, ...]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(lines):
        for word in line.split():
            found.setdefault(stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


_ALIKE_GROUPS = _groups(_ALIKE)
_CONTRAST_GROUPS = _groups(_CONTRASTS)
_NONE: frozenset[int] = frozenset()


def alike(one: str, other: str) -> bool:
    """Tell whether two stems can stand for each other in a question and its answer."""
    return bool(_ALIKE_GROUPS.get(one, _NONE) & _ALIKE_GROUPS.get(other, _NONE)) and not contrast(one, other)


_TOLD_BY = {
    stem("decide"): re.compile(
        r"\b(?:reject\w*|approv\w+|agree[sd]?|chose|choose|vot(?:e[sd]?|ing)|refus\w+|confirm\w*|turned down|accept\w*"
        r"|ruled|dismiss\w*|uph[eo]ld|grant\w*)\b",
        re.IGNORECASE,
    ),
    stem("say"): re.compile(r"[“\"]"),
    stem("comment"): re.compile(r"[“\"]"),
    stem("doubt"): re.compile(
        r"\b(?:less|not|hardly|far from) (?:so )?(?:sure|certain|convinced)\b|\bs[ck]eptic\w*|\bdoubtful\b",
        re.IGNORECASE,
    ),
}


def told_by(one: str, text: str) -> bool:
    """Tell whether ``text`` does what the stem ``one`` asks about without the word: a ruling is what was decided."""
    pattern = _TOLD_BY.get(one)
    return pattern is not None and pattern.search(text) is not None


def contrast(one: str, other: str) -> bool:
    """Tell whether two different stems exclude each other ("open", "close"; "red", "blue")."""
    if f"un{one}" == other or f"un{other}" == one:
        return True  # "hurt", "unhurt"
    return one != other and bool(_CONTRAST_GROUPS.get(one, _NONE) & _CONTRAST_GROUPS.get(other, _NONE))


def kindred(one: str, other: str) -> bool:
    """Tell whether two stems look derived from one root ("decid", "decisi"): a long common beginning."""
    if one == other:
        return True
    shortest = min(len(one), len(other))
    if shortest < 5 or not (one.isalpha() and other.isalpha()):
        return False
    shared = 0
    while shared < shortest and one[shared] == other[shared]:
        shared += 1
    return shared >= 5 and max(len(one), len(other)) - shared <= 3 and shared >= shortest - 1


_NEGATIONS = re.compile(
    r"\b(?:not|no|never|nobody|none|nothing|neither|nor|without|cannot|hardly|refus\w+|reject\w*|den(?:y|ied|ies)"
    r"|fail\w*"
    r" to|[a-z]+n['’]t)\b",
    re.IGNORECASE,
)


def negations(text: str) -> int:
    """Count the words of ``text`` that deny something."""
    return len(_NEGATIONS.findall(text))
