"""Which sentences of an item answer a question, and whether any does."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from feed import companions
from feed.companions import MAX_SENTENCES
from feed.credits import BEFORE, CONTEXT, EXACT, NEAR, SAME_STEM, near_lines, standing_for
from feed.following import asks_of_it, goes_on
from feed.labels import labelled
from feed.lines import Line, bare
from feed.meaning import Meaning
from feed.questions import SPEAKER, Question, Term
from feed.reading import SPEAKER_WORDS, Reading
from feed.statements import FAINT, NO, SURE, states, unnamed_agent
from feed.words import contrast, listed, negations, stem, tokens, told_by

_POINTS_BACK = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|both|each|there)\b", re.IGNORECASE)
_SHE = re.compile(r"^S?[Hh]e (?:is|was) ")  # of no person that the text names: a boat, a parrot
_SPEAKING = frozenset(("I", "I'm", "I’m", "I've", "I’ve", "I'd", "I’d", "I'll", "I’ll", "we", "We", "my", "My"))
ANSWERED = 0.62  # share of a question's words that a sentence must hold to answer it
HELD = 0.45  # credit below which a word counts as missing
BESIDE = 0.45  # share that lets the sentence beside an answer settle a yes-or-no question
RELATED = 0.25  # share that makes a sentence worth telling when nothing answers
EXCLUDED = 0.35  # taken off the score of a sentence about what the question excludes
BESIDE_LINES = 4  # the best, that may rule out what a question takes for granted
BEARS = 0.45  # cosine from which what does not settle a yes-or-no question is told all the same

# How the cosine of question and sentence bears on the choice, measured on 330 questions about 25 items.
TOLD_SURELY = 0.5  # what happened is told here, and with it why, however that is put
CLOSE = 0.6  # weight in the score of a sentence
ASKS_THIS = 0.43  # a sentence that states the kind of thing asked for answers, though it lacks a word of the question
SPEAKS_OF_THIS = 0.35  # the same where no word is missing
ANNOUNCES = 0.25  # the same of the first sentence, when the question names no more than the title does
FAR = 0.2  # what shares no more with the question than general words does not answer it
SURELY_THIS = 0.55  # settles what neither a number nor a name can show
BY_CHANCE = 0.16  # nobody asks for a sentence that is so far off
UNHEARD_OF, SURELY_SO, SURELY_ALL = 0.52, 0.6, 0.66  # the same where the text never uses a word of the question
UNHEARD_ONE, SURELY_ONE = 0.43, 0.48  # where it is only one, the kind of answer or a word not unlike it is there
LIKE = 0.42  # cosine of two words that may speak of one thing ("buy", "paid"), when all around agrees
PARTLY_COVERED = 0.4  # share of the question's words below which a sentence is about something else
NAMED = 0.1  # more where a name is in both: it brings any two sentences near
HALF_COVERED = 0.5  # share of the question's words below which only a close sentence counts
BESIDE_LAST, NEXT_TO_LAST = 0.25, 0.12  # what a follow-up gives to the passages told just before, and those beside them
TOLD_BEFORE = 0.2  # "Why?" asks about what was just told, "And then?" about something else
SPOKEN = 0.25  # what the very words of the person whose opinion is asked for have before other sentences
MOST_OF_IT, ALL_OF_IT = 0.85, 0.95  # shares of a question's words
FRAGMENT = 0.15  # a headline has less than a sentence
OPENING = 0.06  # what the first sentence has before others: it says who, what and where


class Weighed(msgspec.Struct, frozen=True):
    """A sentence and what it holds of a question.

    Attributes:
        line: the sentence.
        coverage: 0..1, the weighted share of the question's words that it holds.
        fits: 0..1, how surely it states what the kind of question asks for (a number for "how many", ...).
        missing: the key words that it does not hold.
        implied: how many key words only the title or the sentence before holds.
        near: 0..1, the cosine of its meaning and the question's; 0 without an embedder.
        score: for ranking.
    """

    line: Line
    coverage: float
    fits: float
    missing: tuple[Term, ...]
    implied: int
    near: float
    score: float


class Finding(msgspec.Struct, frozen=True):
    """What an item has on a question.

    Attributes:
        answers: the sentences that answer it, in reading order; none when the item does not say.
        related: the nearest sentence when there is no answer, or None.
        unknown: words of the question that the item never speaks of.
        others: further sentences that may settle a yes-or-no question, best first.
        beside: sentences on the same matter that may rule out what an unanswered yes-or-no question asks, best first.
        bears: ``related`` is so near to an unanswered yes-or-no question that it is told as all there is on it.
    """

    answers: tuple[Line, ...]
    related: Line | None
    unknown: tuple[Term, ...]
    others: tuple[Line, ...] = ()
    beside: tuple[Line, ...] = ()
    bears: bool = False


_ENDS = (".", "!", "?", "…", "”", '"', "’")
_TOLD_CHARS = 24
_REASON = re.compile(
    r"\b(?:because|reasons?|decided it|due to|causes?|so that|answer is|likeliest|that is why|the point|which is why"
    r"|blames?|fault|wore|worn|broke|broken)\b",
    re.IGNORECASE,
)
_REASON_NAMED = re.compile(r"\b(?:reasons?|causes?|fault)\b", re.IGNORECASE)
_REASON_LINES = 8  # a reason stands at most so many sentences after what it explains
_NEXT = 2  # sentences: a reason so near has before one that is only hinted at
_FULL_REASON_WORDS = 12  # a shorter one ("The fault is small.") is explained by the next
_SPEECH = re.compile(
    r"[“\"]|\b(?:sa(?:id|ys)|thinks?|believes?|argues?|wants?|called|calls|would|asked|told|does not|proposes?"
    r"|certain)\b"
)


class Search:
    """One question against one item."""

    def __init__(self, reading: Reading, question: Question, meaning: Meaning, bearing: dict[str, float]) -> None:
        """``bearing`` is how much each passage bears on the question, 0..1, as the retriever found."""
        self._reading = reading
        self._question = question
        self._bearing = bearing
        self._said = reading.stems
        self._meaning = meaning
        self._near = near_lines(reading, question, meaning, bearing)
        meaning.learn(
            {term.stem: term.word for term in question.terms if not term.name and term.stem not in self._said}
        )
        self._credits = {
            term.stem: standing_for(term, reading.words, meaning, excluding=question.kind == "yes-no")
            for term in question.terms
        }

    def find(self) -> Finding:
        """Weigh every sentence and decide."""
        lines = [line for line in self._reading.lines if not line.order and not line.asks]
        weighed = sorted((self._weigh(line) for line in lines), key=lambda entry: -entry.score)
        unknown = tuple(
            term
            for term in self._question.terms
            if term.key
            and term.stem not in self._said
            and not self._credits[term.stem]
            and not self._told_in(term, lines)
        )
        if not weighed:
            return Finding((), None, unknown)
        undone = next((entry for entry in weighed if self._by_nobody(entry)), None)
        if undone is not None and not any(self._tells_who(entry) for entry in weighed):
            return Finding((), undone.line, unknown)
        answering = [entry for entry in weighed if self._answers(entry, unknown)]
        if self._question.near and (not answering or asks_of_it(self._question)):
            fits = {entry.line.index: entry.fits for entry in weighed}
            if following := goes_on(self._question, self._reading.lines, lambda line: fits.get(line.index, NO)):
                return Finding((following,), None, ())
        explained = any(entry.fits == SURE for entry in answering)
        if self._question.kind == "why" and not unknown and not explained and (reasoned := self._reasoned(weighed)):
            return Finding(tuple(reasoned), None, (), ())
        if not answering:
            best = weighed[0]
            worth = best.coverage >= RELATED or self._bearing.get(best.line.passage_id, 0.0) >= 0.45
            beside = tuple(entry.line for entry in weighed[:BESIDE_LINES] if self._same_matter(entry))
            return Finding((), best.line if worth else None, unknown, (), beside, self._bears(best))
        chosen = self._chosen(answering, weighed)
        first = answering[0].line
        others = [entry.line for entry in answering[1:]]
        others += [
            entry.line
            for entry in weighed
            if entry.coverage >= BESIDE and abs(entry.line.index - first.index) == 1 and entry.line not in others
        ]
        return Finding(tuple(sorted(chosen, key=lambda line: line.index)), None, unknown, tuple(others))

    def _same_matter(self, entry: Weighed) -> bool:
        """Tell whether a sentence speaks of what a yes-or-no question asks about, whatever it says of it."""
        return self._question.kind == "yes-no" and (entry.coverage >= BESIDE or entry.near >= SURELY_SO)

    def _bears(self, entry: Weighed) -> bool:
        """Tell whether a sentence is so near to a yes-or-no question that to decline it would keep something back."""
        near = entry.near - NAMED * bool(self._question.names)
        return self._question.kind == "yes-no" and near >= BEARS and entry.coverage >= BESIDE

    def _by_nobody(self, entry: Weighed) -> bool:
        """Tell whether a sentence says all that "who" asks about, but not who: "The bench has been stolen again"."""
        asks_who = self._question.kind == "who" and entry.coverage >= ALL_OF_IT
        return asks_who and unnamed_agent(self._question, entry.line, self._credits)

    def _tells_who(self, entry: Weighed) -> bool:
        """Tell whether a sentence with all the words of a "who" names somebody with them."""
        held = all(
            term.stem in entry.line.stems or self._credits[term.stem].keys() & entry.line.stems
            for term in self._question.terms
            if term.key and not term.name
        )
        return held and entry.fits == SURE

    def _told_in(self, term: Term, lines: Sequence[Line]) -> bool:
        return self._question.kind != "yes-no" and any(told_by(term.stem, line.text) for line in lines)

    def _credit(self, term: Term, line: Line) -> float:
        if term.name and any(term.word.lower() in name.lower().split() for name in self._reading.cast.people):
            return EXACT if self._mentions(term, line) else self._topic_credit(term, line)
        if term.stem in line.stems:
            return EXACT if term.word.lower() in line.text.lower() else SAME_STEM
        if term.stem == SPEAKER:
            return EXACT if SPEAKER_WORDS.search(line.text) else NEAR if self._first_person_near(line) else 0.0
        if self._told_in(term, [line]):
            return NEAR
        roles = self._reading.cast.roles
        named = line.stems | line.carried
        if any(term.stem in roles[person] and stem(person.split(maxsplit=1)[0]) in named for person in roles):
            return SAME_STEM
        standing = self._credits[term.stem]
        own = max((standing.get(word, 0.0) for word in line.stems), default=0.0)
        if own:
            return own
        if term.name:
            if term.stem in line.before and re.search(r"\b(?:there|it|its)\b", line.text):
                return BEFORE
            return EXACT if self._mentions(term, line) else self._topic_credit(term, line)
        if term.stem in _BODIES and self._opens_with_a_body(line):
            return NEAR
        if term.stem in line.before:
            back = line.prompted or _POINTS_BACK.search(line.text) or (not line.subject and _SHE.match(line.text))
            return BEFORE if back else CONTEXT
        if term.stem in line.titled:
            return CONTEXT
        if line.prompted:
            return BEFORE * max((standing.get(word, 0.0) for word in line.before), default=0.0)
        return CONTEXT * max((standing.get(word, 0.0) for word in line.before | line.titled), default=0.0)

    def _first_person_near(self, line: Line) -> bool:
        return any(
            other.index in (line.index - 1, line.index + 1) and SPEAKER_WORDS.search(other.text)
            for other in self._reading.lines
        )

    def _opens_with_a_body(self, line: Line) -> bool:
        """Tell whether the subject of ``line`` is a name that is no person's: "Varga & Toll was founded in 1902"."""
        first = line.names[0] if line.names else None
        return (
            first is not None
            and first.start == 0
            and self._reading.cast.full(first.text) not in self._reading.cast.people
        )

    def _mentions(self, term: Term, line: Line) -> bool:
        """The person is meant by a pronoun, by a part of the name ("Kask"), or by a role ("my daughter")."""
        if term.stem in line.carried:
            return True
        cast = self._reading.cast
        for name in cast.people:
            words = {stem(word) for word in name.split()}
            if term.stem not in words:
                continue
            if words & line.carried:
                return True
            for other in line.names:
                written = {stem(word) for word in bare(other.text).split()}
                if written <= words:
                    return True
            if any(role in line.stems for role in cast.roles.get(name, ())):
                return True
        return False

    def _closeness(self, line: Line) -> float:
        """How near to each other the question's words stand in ``line``, 0..1."""
        wanted = {
            term.stem: {term.stem, *self._credits[term.stem]}
            for term in self._question.terms
            if term.key or term.stem == SPEAKER
        }
        if len(wanted) < 2:
            return 0.0
        spots: list[tuple[int, str]] = []
        for place, token in enumerate(tokens(line.text)):
            if token.text in _SPEAKING and SPEAKER in wanted:
                spots.append((place, SPEAKER))
            spots += [(place, key) for key, standing in wanted.items() if token.stem in standing]
        gaps = [there - here for here, one in spots for there, other in spots if there > here and one != other]
        return 1.0 / min(gaps, default=100)

    def _topic_credit(self, term: Term, line: Line) -> float:
        """A name that the whole item is about need not stand in each sentence; another person's name takes it away."""
        about = term.stem in {stem(word) for word in self._reading.main_person.split()}
        titled = term.stem in {token.stem for token in tokens(self._reading.item.title)}
        if not (about or titled):
            return 0.0
        others = {
            person for name in line.names if (person := self._reading.cast.full(name.text)) in self._reading.cast.people
        }
        return 0.0 if others else 0.8 if about else 0.6

    def _weigh(self, line: Line) -> Weighed:
        total = sum(term.weight for term in self._question.terms)
        credit = {term.stem: self._credit(term, line) for term in self._question.terms}
        held = sum(term.weight * credit[term.stem] for term in self._question.terms)
        coverage = held / total if total else 0.0
        fits = states(self._question, line, self._credits)
        missing = tuple(term for term in self._question.terms if term.key and credit[term.stem] < HELD)
        score = coverage + 0.3 * fits + 0.25 * self._bearing.get(line.passage_id, 0.0) - 0.002 * line.index
        if self._question.kind != "yes-no" and any(
            term.stem not in line.stems and any(contrast(term.stem, other) for other in line.stems)
            for term in self._question.terms
        ):
            score -= EXCLUDED  # it speaks of the third where the first is asked for
        score += 0.15 * self._closeness(line) - (0.2 if fits == FAINT else 0.0)
        near = self._near.get(line.index, 0.0)
        score += self._spoken_by_holder(line) - (FRAGMENT if not line.text.endswith(_ENDS) else 0.0)
        if len(line.text) > _TOLD_CHARS and line.text.rstrip(".")[-_TOLD_CHARS:] in self._question.heard:
            score += TOLD_BEFORE if self._question.bare else -TOLD_BEFORE if missing else 0.0
        score += CLOSE * near + (OPENING if line.index == 0 else 0.0) + self._continues(line)
        implied = sum(term.key and HELD <= credit[term.stem] <= CONTEXT for term in self._question.terms)
        return Weighed(line, coverage, fits, missing, implied, near, score)

    def _spoken_by_holder(self, line: Line) -> float:
        """What the words of the person whose opinion is asked for have before other sentences."""
        holder = {stem(word) for word in self._question.holder.split()}
        if not holder or not (line.quoted or _SPEECH.search(line.text)):
            return 0.0
        return SPOKEN if holder & (line.stems | line.carried) else 0.0

    def _continues(self, line: Line) -> float:
        """What a follow-up gives to a sentence that was just told or stands beside it."""
        told = self._question.near
        if line.passage_id in told:
            return BESIDE_LAST
        lines = self._reading.lines
        beside = lines[max(0, line.index - 1) : line.index + 2]
        return NEXT_TO_LAST if any(other.passage_id in told for other in beside) else 0.0

    def _answers(self, entry: Weighed, unknown: Sequence[Term], *, any_kind: bool = False) -> bool:
        question = self._question
        by_label = question.kind in ("where", "when", "time") or entry.fits > NO
        if by_label and not any_kind and labelled(question, entry.line):
            return True
        if (entry.fits == NO and not any_kind) or any(term.name for term in entry.missing):
            return False
        if question.kind == "choice" and not any(
            self._credits[option].get(word)
            for option in question.options & self._credits.keys()
            for word in entry.line.stems
        ):
            return False
        if self._about_the_whole(entry):
            return entry.fits == SURE and entry.near >= (ANNOUNCES if entry.line.index == 0 else SPEAKS_OF_THIS)
        if self._near and self._far_off(entry):
            return False
        if entry.fits == SURE and self._close_enough(entry):
            return True
        about = question.near and question.kind in ("what", "tell")
        if about and not entry.missing and not entry.implied and entry.near >= SURELY_ONE:
            return True  # "And the battery?", of a sentence about the battery
        if not any(term.key for term in question.terms):
            apart = question.kind == "what" and bool(self._near) and entry.near < FAR
            return bool(question.terms) and entry.coverage >= ANSWERED and not apart
        if unknown:
            return False
        keys = sum(term.key and not term.name for term in question.terms)
        allowed = 0 if keys <= 2 else 1 if keys <= 5 else 2
        return entry.coverage >= ANSWERED and len(entry.missing) <= allowed

    def _far_off(self, entry: Weighed) -> bool:
        """Tell whether a sentence holds the words of the question by chance, or only the one before it does."""
        if self._continues(entry.line) or self._question.bare:
            return False
        if self._question.kind not in _TYPED:
            return entry.near < BY_CHANCE and entry.coverage < ALL_OF_IT - entry.implied
        if entry.near < BY_CHANCE:
            sure = entry.fits == SURE and not (entry.missing or entry.implied)
            return not (sure and (entry.coverage >= ALL_OF_IT or self._question.kind == "name"))
        keys = [term for term in self._question.terms if term.key]
        held = entry.line.stems | entry.line.carried
        own = any(term.stem in held or self._credits[term.stem].keys() & held for term in keys)
        exact = self._question.kind in _EXACT
        return exact and bool(keys) and not own and not entry.line.prompted and entry.near < SPEAKS_OF_THIS

    def _close_enough(self, entry: Weighed) -> bool:
        """A sentence that states what is asked for answers in other words too, when its meaning is near."""
        question, missing = self._question, len(entry.missing) + entry.implied
        if question.kind == "score":
            return True
        if any(term.stem in _RELATIONS for term in entry.missing):
            return False  # what is told of somebody is not told of their wife
        lacking = [term for term in entry.missing if term.stem not in self._said and not self._credits[term.stem]]
        if lacking and entry.near < self._unheard(entry, lacking) + NAMED * bool(question.names):
            return False  # the text never speaks of it
        if lacking and len(entry.missing) == 1 and entry.coverage >= PARTLY_COVERED:
            return True
        if any(term.stem in self._said for term in entry.missing) and entry.near < SURELY_THIS:
            return False  # the text has a sentence about that word, and this is not it
        if question.kind in _TYPED or (question.sort and question.sort in entry.line.stems):
            if self._continues(entry.line) and missing <= bool(entry.near >= SPEAKS_OF_THIS):
                return question.bare or entry.near >= SPEAKS_OF_THIS / 2
            if question.sort and missing <= 1:
                return entry.near >= ASKS_THIS
            if not missing and entry.coverage >= HALF_COVERED / 2:
                return entry.near >= SPEAKS_OF_THIS
            return (
                missing <= 1 + (len(question.terms) > 3) and entry.coverage >= HALF_COVERED and entry.near >= ASKS_THIS
            )
        return missing <= 1 and entry.coverage >= HALF_COVERED and entry.near >= SURELY_THIS

    def _unheard(self, entry: Weighed, lacking: Sequence[Term]) -> float:
        """How near a sentence must be to answer although the text never uses the words of ``lacking``."""
        question = self._question
        if len(entry.missing) > 1 or entry.coverage < PARTLY_COVERED:
            return UNHEARD_OF if question.kind in _EXACT else SURELY_SO if question.kind == "yes-no" else SURELY_ALL
        if question.kind in _TYPED or question.asked in _COLOUR:
            return UNHEARD_ONE
        words = [self._reading.words[word] for word in entry.line.stems if word in self._reading.words]
        likeness = max(self._meaning.likeness(term.word, words) for term in lacking)
        if question.kind == "yes-no":
            return SURELY_SO
        return SURELY_ONE if likeness >= LIKE else SURELY_ALL

    def _about_the_whole(self, entry: Weighed) -> bool:
        """Tell whether a question names no more than what the whole item is about: "When is the seed swap?"."""
        question = self._question
        keys = [term for term in question.terms if term.key]
        titled = bool(keys) and all(term.stem in entry.line.titled for term in keys)
        return titled and question.kind in ("when", "where", "time") and entry.implied == len(keys)

    def _chosen(self, answering: list[Weighed], weighed: list[Weighed]) -> list[Line]:
        """The best sentence, and others only where they hold words of the question that it lacks."""
        first = answering[0]
        chosen = [
            first.line,
            *(
                companions.after_question(self._reading, first.line)
                or companions.after_a_few_words(self._reading, self._question, first.line)
            ),
        ]
        lacking = {term.stem for term in first.missing}
        if self._question.holder:
            chosen += [
                entry.line
                for entry in answering[1:]
                if entry.score >= 0.8 * first.score and _SPEECH.search(entry.line.text)
            ][: MAX_SENTENCES - 1]
            chosen += companions.spoken_on(self._reading, self._question, chosen)
        if self._question.kind in ("what", "tell", "who", "which"):
            chosen += companions.announced(self._reading, self._question, first.line)
        for entry in weighed:
            if not lacking or len(chosen) == MAX_SENTENCES:
                break
            gained = lacking - {term.stem for term in entry.missing}
            if gained and entry.line not in chosen and entry.coverage >= 0.4:
                chosen.append(entry.line)
                lacking -= gained
        return chosen

    def _reasoned(self, weighed: list[Weighed]) -> list[Line]:
        """For "why": a stated reason near the sentence that tells what happened, which itself gives none."""
        told = next((entry for entry in weighed if self._answers(entry, (), any_kind=True)), None)
        if told is None:
            return []
        coverage = {entry.line.index: entry for entry in weighed}
        lines = self._reading.lines
        if _THEREFORE.match(told.line.text) and told.line.index > 0:
            return list(lines[max(0, told.line.index - 2) : told.line.index + 1])
        for place in (*range(told.line.index + 1, told.line.index + 1 + _REASON_LINES), told.line.index - 1):
            entry = coverage.get(place)
            if entry is None or not (entry.fits == SURE or _REASON.search(entry.line.text)):
                continue
            itself = (told.fits == NO or told.coverage >= ALL_OF_IT) and not told.missing and told.near >= TOLD_SURELY
            if itself and place > told.line.index + _NEXT and not _REASON_NAMED.search(entry.line.text):
                break  # what tells it hints at a reason itself
            found = [entry.line]
            if len(entry.line.text.split()) < _FULL_REASON_WORDS and place + 1 < len(lines) and place + 1 in coverage:
                found.append(lines[place + 1])
            return found
        opposed = (negations(self._question.text) + negations(told.line.text)) % 2
        taken_up = bool(self._question.near) and told.coverage < MOST_OF_IT
        if told.fits == NO and not (told.missing or opposed or taken_up) and told.near >= TOLD_SURELY:
            after = lines[told.line.index + 1 : told.line.index + 2]
            return [told.line, *(line for line in after if not (line.order or line.asks))]
        return []


_BODIES = frozenset(
    stem(word) for word in ("company", "firm", "club", "organisation", "business", "brewery", "school", "team", "brand")
)
_EXACT = frozenset(
    ("when", "where", "how many", "how much", "how long", "how old", "how often", "time", "year", "score")
)
_COLOUR = frozenset((stem("colour"), stem("color")))
_RELATIONS = frozenset(
    stem(word)
    for word in listed(
        "wife husband partner mother father parent brother sister son daughter child uncle aunt grandmother grandfather"
        " boss friend neighbour owner successor predecessor"
    )
)
_TYPED = frozenset(
    ("who", "when", "where", "how many", "how much", "how long", "how old", "how often", "time", "year", "why", "name")
)


_THEREFORE = re.compile(r"^(?:So|Therefore|Thus|Hence|That is why|That(?:'s| is| was)? why|That rules?|That ruled)\b")
