"""How titles, abbreviations, Roman numerals, codes and words in capitals are spoken."""

from __future__ import annotations

import re

from avatar.voice.number_words import cardinal, digits, number, ordinal, year
from avatar.voice.rule import LETTER, Rule, after, before

# Before a name. Without the dot they are read only when a capitalised word follows.
_TITLES = {
    "Mr": "Mister", "Mrs": "Missus", "Ms": "Miz", "Mx": "Mix", "Dr": "Doctor", "Prof": "Professor", "St": "Saint",
    "Mt": "Mount", "Ft": "Fort", "Gen": "General", "Gov": "Governor", "Sen": "Senator", "Rep": "Representative",
    "Capt": "Captain", "Lt": "Lieutenant", "Col": "Colonel", "Sgt": "Sergeant", "Cpl": "Corporal", "Maj": "Major",
    "Cmdr": "Commander", "Adm": "Admiral", "Rev": "Reverend", "Hon": "Honourable", "Pres": "President",
    "Fr": "Father", "Msgr": "Monsignor", "Supt": "Superintendent", "Messrs": "Messers", "Insp": "Inspector",
}  # fmt: skip
# With their dot, anywhere.
_DOTTED = {
    "Dr.": "Drive", "St.": "Street", "Ave.": "Avenue", "Blvd.": "Boulevard", "Rd.": "Road", "Ln.": "Lane",
    "Sq.": "Square", "Hwy.": "Highway", "Mt.": "Mount", "Jr.": "Junior", "Sr.": "Senior", "Inc.": "Incorporated",
    "Ltd.": "Limited", "Corp.": "Corporation", "Co.": "Company", "Bros.": "Brothers", "Dept.": "Department",
    "Univ.": "University", "Assn.": "Association", "Govt.": "Government", "govt.": "government", "dept.": "department",
    "approx.": "approximately", "Approx.": "Approximately", "est.": "established", "Est.": "Established",
    "vs.": "versus", "v.": "versus", "vol.": "volume", "Vol.": "Volume", "fig.": "figure", "Fig.": "Figure",
    "figs.": "figures", "Figs.": "Figures", "ch.": "chapter", "Ch.": "Chapter", "pp.": "pages", "p.": "page",
    "ed.": "edition", "eds.": "editors", "no.": "number", "No.": "Number", "nos.": "numbers", "Nos.": "Numbers",
    "cf.": "compare", "al.": "al", "etc.": "et cetera", "e.g.": "for example", "E.g.": "For example",
    "i.e.": "that is", "I.e.": "That is", "a.k.a.": "also known as", "c.": "circa", "ca.": "circa", "b.": "born",
    "d.": "died", "min.": "minutes", "max.": "maximum", "Ph.D.": "P.H.D.", "incl.": "including",
    "misc.": "miscellaneous",
    "tel.": "telephone", "Tel.": "Telephone", "ext.": "extension", "Ext.": "Extension", "art.": "article",
    "Art.": "Article", "sec.": "section", "Sec.": "Section", "para.": "paragraph", "N.B.": "nota bene",
    "P.S.": "P.S.", "a.m.": "A.M.", "p.m.": "P.M.", "A.M.": "A.M.", "P.M.": "P.M.", "ft.": "feet", "lb.": "pounds",
    "lbs.": "pounds", "oz.": "ounces", "in.": "inches", "hrs.": "hours", "mins.": "minutes", "secs.": "seconds",
    "yrs.": "years", "yr.": "year", "mph.": "miles an hour",
}  # fmt: skip
_ONLY_AFTER_NUMBER = frozenset(("ft.", "lb.", "lbs.", "oz.", "in.", "min.", "hrs.", "mins.", "secs.", "yrs.", "yr."))
_ONLY_BEFORE_NUMBER = frozenset(
    ("no.", "No.", "nos.", "Nos.", "p.", "pp.", "fig.", "Fig.", "figs.", "Figs.", "ch.", "Ch.", "vol.", "Vol.", "c.",
     "ca.", "b.", "d.", "art.", "Art.", "sec.", "Sec.", "ext.", "Ext.", "est.", "Est.")
)  # fmt: skip
_ONLY_BETWEEN_NAMES = frozenset(("v.",))
# Without a dot.
_PLAIN = {
    "vs": "versus", "etc": "et cetera", "eg": "for example", "ie": "that is", "aka": "also known as", "w/": "with",
    "w/o": "without", "km/h": "kilometres an hour", "mph": "miles an hour", "kph": "kilometres an hour",
    "C++": "C plus plus", "C#": "C sharp", "F#": "F sharp", "AT&T": "A.T. and T", "PhD": "P.H.D.",
    "PhDs": "P.H.D.s", "OK": "okay", "TV": "T.V.", "TVs": "T.V.s", "approx": "approximately",
}  # fmt: skip
_MAY_END_SENTENCE = frozenset(
    ("a.m.", "p.m.", "A.M.", "P.M.", "etc.", "Inc.", "Ltd.", "Corp.", "Co.", "Jr.", "Sr.", "St.", "Ave.", "Blvd.",
     "Rd.", "Ln.", "Sq.", "Dr.", "Ph.D.", "al.", "a.k.a.", "Bros.", "Dept.", "ft.", "lb.", "lbs.", "oz.", "in.", "hrs.",
     "mins.", "secs.", "yrs.", "yr.", "min.")
)  # fmt: skip

_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
_NUMERAL = r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})"
_MONARCHS = (
    "Adrian|Albert|Alexander|Alfonso|Andrew|Anne|Baldwin|Baudouin|Benedict|Boniface|Carl|Casimir|Catherine|Charles|"
    "Christian|Clement|Constantine|Edgar|Edmund|Edward|Elizabeth|Eric|Eugene|Felipe|Ferdinand|Francis|Frederick|"
    "George|Gregory|Gustav|Haakon|Harald|Henri|Henry|Innocent|Isabella|Ivan|James|Joan|John|Joseph|Julius|Juliana|"
    "Leo|Leopold|Louis|Margaret|Margrethe|Maria|Mary|Matilda|Maximilian|Napoleon|Nicholas|Olav|Oscar|Otto|"
    "Paul|Pedro|Peter|Philip|Pius|Ptolemy|Ramesses|Ramses|Richard|Robert|Rudolf|Sixtus|Stephen|Stanislaw|Theodore|"
    "Tiberius|Umberto|Urban|Victor|Victoria|Wilhelm|Wilhelmina|William|Xerxes|Darius|Cyrus|Artaxerxes|Mehmed|Murad|"
    "Selim|Suleiman|Justinian|Philippe|Amenhotep|Seti|Thutmose|Antiochus|Mithridates|Sigismund|Vladislaus|Bela"
)
_REIGNING = r"\b(?:King|Queen|Pope|Emperor|Empress|Tsar|Tsarina|Czar|Prince|Princess|Sultan|Pharaoh|Kaiser|Saint)\s+"
_NUMBERED = (
    r"\b(?:World War|Chapter|Part|Act|Volume|Vol\.|Book|Phase|Type|Class|Grade|Stage|Level|Section|Title|Appendix|"
    r"Super Bowl|Article|Episode|Scene|Mark|Schedule|Tier|Table|Figure|Category|Round|Form|Division|Group|Series|"
    r"Corps|Legion)\s+"
)

# In capitals, but read as a word; every other short word in capitals is spelled unless the sentence shouts.
_ACRONYMS = """
    AIDS ASCII BAFTA CAPTCHA CERN COBOL COVID FEMA FIFA GIF HIV IKEA INTERPOL JPEG LASER LEGO MOMA NAFTA NASA NASDAQ
    NATO NIMBY NORAD OPEC OPSEC PIN RADAR RAM ROM SARS SCUBA SIM SONAR SWAT TED UEFA UNESCO UNICEF UNIX YOLO ZIP
    OXFAM ASEAN BREXIT UNCTAD DARPA SETI LIDAR SATA BIOS NAND CAD EFTA FOMO
"""
_INITIALISMS = """
    US UK EU UN UAE USA IT WHO AI PR HR TV PC CD DVD BBC CNN WTO IMF GP MP PM CEO CFO
"""
_SPOKEN_AS_WORDS, _SPOKEN_AS_LETTERS = frozenset(_ACRONYMS.split()), frozenset(_INITIALISMS.split())
_SHOUT_REACH = 40  # characters to either side that show whether a sentence shouts
_SPELLED_LETTERS = {"H2O": "H two O", "CO2": "C O two", "CO₂": "C O two", "H₂O": "H two O", "MP3": "M P three"}


def _title(match: re.Match[str]) -> str | None:
    certain = match[0].endswith(".") and match["title"] in ("Mr", "Mrs", "Ms", "Mx", "Messrs", "Prof", "Capt", "Sgt")
    before_name = after(match, r"\s+[A-ZÀ-ÖØ-Þ\d]") and not _is_street(match)
    return _TITLES[match["title"]] if certain or before_name else None


def _is_street(match: re.Match[str]) -> bool:
    """Return whether "St." or "Dr." stands after a street's name: "12 Baker St. London"."""
    return match["title"] in ("St", "Dr") and before(match, r"\d\w*\s+(?:[A-Z][\w'’-]+\s+){1,3}", reach=48)


def _dotted(match: re.Match[str]) -> str | None:
    written = match["word"]
    if written in _ONLY_AFTER_NUMBER and not before(match, r"\d\s?"):
        return None
    if written in _ONLY_BEFORE_NUMBER and not after(match, r"\s?\d"):
        return None
    if written in _ONLY_BETWEEN_NAMES and not (before(match, r"[A-Z]\w+\s+") and after(match, r"\s+[A-Z]")):
        return None
    return _DOTTED[written]


def may_end_sentence(written: str, spoken: str) -> bool:
    """Return whether the dot of an abbreviation can be the full stop of its sentence too."""
    word = written.rsplit(maxsplit=1)[-1]
    if word in _TITLES or word.removesuffix(".") in _TITLES:
        return word in _MAY_END_SENTENCE and spoken == _DOTTED[word]
    return word in _MAY_END_SENTENCE or re.fullmatch(r"(?:[A-Z]\.){2,}", word) is not None


def _initials(match: re.Match[str]) -> str:
    """Read "U.S." letter by letter; "J." before a name is one letter."""
    return f"{match['letters']}" if match["letters"].count(".") > 1 else match["letters"][0]


def _roman(match: re.Match[str]) -> str | None:
    numeral = match["numeral"]
    value = sum(
        -_ROMAN[letter]
        if _ROMAN[letter] < max((_ROMAN[later] for later in numeral[index:]), default=0)
        else _ROMAN[letter]
        for index, letter in enumerate(numeral)
    )
    owner = "'s" if match["owner"] else ""
    monarch = before(match, rf"\b(?:{_MONARCHS})\s+(?:Philip\s+)?")
    if monarch and (
        len(numeral) > 1 or numeral != "I" or before(match, rf"{_REIGNING}\w+\s+") or after(match, r"\s+of\b|['’]s")
    ):
        return f"the {ordinal(value)}{owner}"
    if before(match, _NUMBERED):
        return cardinal(value) + owner
    if len(numeral) > 1 and before(match, r"[A-Z][a-z]+\s+") and not after(match, r"[-.]\w"):
        return cardinal(value) + owner
    return None


def _code(match: re.Match[str]) -> str | None:
    """Read letters and digits in one word: "COVID-19", "A4", "5G", "1080p", "Mk2", "747-400"."""
    written = match[0]
    if written in _SPELLED_LETTERS:
        return _SPELLED_LETTERS[written]
    pieces = re.findall(rf"{LETTER}+|\d+|\.(?=\d)", written)
    if len(written) > 24 or len(pieces) > 8:  # a serial number: nobody wants to hear all of it
        pieces = pieces[:8]
    return " ".join("point" if piece == "." else _piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    """Read a run of letters, or of digits the way codes are read: 747 is "seven forty-seven"."""
    if not piece.isdecimal():
        return _letters(piece)
    if len(piece) == 4 and piece[0] != "0":
        return year(int(piece))
    if len(piece) == 3 and piece[0] != "0" and piece[1:] != "00":
        return f"{digits(piece[0])} {cardinal(int(piece[1:])) if piece[1] != '0' else digits(piece[1:], zero='oh')}"
    return digits(piece) if len(piece) > 4 or piece[0] == "0" else number(piece)


def _letters(piece: str) -> str:
    spelled = len(piece) == 1 or (piece.isupper() and piece not in _SPOKEN_AS_WORDS and len(piece) <= 4)
    if piece in ("A", "a"):
        return "A."  # the letter, not the article
    return f"{'.'.join(piece.upper())}." if spelled and len(piece) > 1 else piece


def _capitals(match: re.Match[str]) -> str | None:
    """Read a word in capitals: an acronym as a word, an initialism by letters, a shouted word as the word."""
    word = match["word"]
    owner = match["owner"] or ""
    if word in _SPOKEN_AS_WORDS:
        return word.capitalize() + owner.lower()
    if word in _SPOKEN_AS_LETTERS and not _shouted(match):
        return f"{'.'.join(word)}.{owner}"
    if _shouted(match) or len(word) > 5:
        return word.lower() + owner.lower()
    return None


def _shouted(match: re.Match[str]) -> bool:
    """Return whether the words around are all in capitals, and are at least three."""
    before_it = re.split(r"[.!?\n]", match.string[max(0, match.start() - _SHOUT_REACH) : match.start()])[-1]
    after_it = re.split(r"[.!?\n]", match.string[match.end() : match.end() + _SHOUT_REACH])[0]
    words = re.findall(r"[^\W\d_]{2,}", before_it + match[0] + after_it)
    return len(words) >= 3 and all(word.isupper() for word in words)


def _alternatives(words: dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


WORD_RULES: tuple[Rule, ...] = (
    Rule(re.compile(rf"(?P<title>{_alternatives(_TITLES)})\b\.?"), _title),
    Rule(re.compile(rf"(?P<word>{_alternatives(_DOTTED)})(?!\w)"), _dotted),
    Rule(re.compile(rf"(?<![\w/])(?P<word>{_alternatives(_PLAIN)})(?![\w/.])"), lambda m: _PLAIN[m["word"]]),
)  # fmt: skip
CODE_RULES: tuple[Rule, ...] = (
    Rule(re.compile(r"(?P<letters>(?:[A-Z]\.){2,}|[A-Z]\.(?=\s?[A-Z]))"), _initials),
    Rule(re.compile(rf"(?P<numeral>{_NUMERAL})(?P<owner>['’]s)?(?![\w.&]\w|\w)"), _roman),
    Rule(re.compile(rf"(?:{LETTER}{{1,12}}|[A-Z]{{1,12}}-)\d+(?:[-.]?\w+)*|\d+(?:{LETTER}+\d*)+(?:-\w+)*"), _code),
    Rule(re.compile(r"(?P<word>[A-Z]{2,})(?P<owner>['’]?s)?(?![\w])"), _capitals),
)  # fmt: skip
