"""The host's side of what is not a question about the item's content, still grounded where it tells something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from feed.composing import (
    ended,
    greeting,
    headline,
    lead,
    lowered,
    noun,
    silent,
    speaks_as_author,
    spoken_title,
    told,
    variant,
    with_article,
)
from feed.lines import Line
from feed.orders import gives_orders, sayable
from feed.questions import Question
from feed.reading import Reading
from feed.talk import intent, name_given
from feed.words import listed, stem, tokens

POLITE = frozenset(
    ("greeting", "thanks", "goodbye", "remark", "silence")
)  # said beside a question, they need no answer
SUMMARY_LINES = 3
QUOTED_LINES = 2  # when the host is asked where a thing stands
Said = tuple[str, tuple[str, ...]]  # a sentence and the passages it rests on

_TO_HOST = re.compile(r"\b(?:you|your|yours|yourself)\b", re.IGNORECASE)
_ABOUT_TEXT = re.compile(
    r"\b(?:tell|say|know|mean|explain|describe|mention|article|story|text|piece|think|show|give|write|wrote)\b",
    re.IGNORECASE,
)
_VIEW = re.compile(
    r"\b(?:I (?:suspect|reckon|doubt|find|blame|think|believe|feel|love|like|hate|prefer|hope|wish|want"
    r"|am convinced|would rather|don't|do not|never)"
    r"|my (?:view|opinion|favou?rite|advice)"
    r"|should|ought|worth|wonderful|terrible|beautiful|best|worst|argue[sd]?|sa(?:id|ys)|believes?|thinks?|critics?"
    r"|supporters?|opponents?)\b",
    re.IGNORECASE,
)
_ASKING = frozenset(stem(word) for word in listed("what do you think make of about the a an is are your opinion view"))
_GOES_ON = re.compile(r"^(?:It|They|That|This|He|She|But)\b")
_OWN = re.compile(r"\b(?:I|[Mm]y)\b")
_FOREIGN = {
    "German": "wie was wer wo wann warum wieso welche welcher welches ist sind das der die und nicht ein eine kostet "
    "viel heißt hat gibt es wurde worum geht",
    "French": "qui que quoi quel quelle quand où pourquoi comment combien est-ce le la les des une est sont pas dans "
    "et ça c'est coûte",
    "Spanish": "qué quién cuándo dónde cómo cuánto cuál por el la los las una es son está no cuesta y de cuántos "
    "cuántas",
    "Italian": "che chi quando dove perché come quanto quale il lo gli una è sono non di costa cosa quanti",
    "Portuguese": "que quem quando onde porque como quanto qual o os uma é são não custa você",
    "Dutch": "wie wat waar wanneer waarom hoe welke het een zijn niet kost hoeveel is de",
    "Swedish": "vad vem var när varför hur vilken är det en ett inte kostar",
    "Polish": "co kto gdzie kiedy dlaczego jak ile jest nie czy to kosztuje",
}
_FOREIGN_WORDS = {language: frozenset(listed.split()) for language, listed in _FOREIGN.items()}
_ENGLISH = frozenset(
    listed(
        "the is are was were what who when where why how which does do did of and to in it that this a an for on with "
        "you "
        "can there"
        " many much about have has will would i me my not at"
    )
)
_SCRIPTS = re.compile(
    r"[\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
)


class Talk:
    """One conversation about one item, as far as it went."""

    def __init__(self, reading: Reading, turns: Sequence[tuple[str, Sequence[Said]]]) -> None:
        """``turns``: question and reply of each turn, as far as it was heard."""
        replies = [reply for _, reply in turns]
        used = frozenset(passage for reply in replies for _, evidence in reply for passage in evidence)
        self._reading = reading
        self._item = reading.item
        self._turns = [(question, [sentence for sentence, _ in reply]) for question, reply in turns]
        self._replies = replies
        self._used = used

    @property
    def count(self) -> int:
        """How many turns there were."""
        return len(self._turns)

    def told_already(self, sentence: str) -> bool:
        """Tell whether ``sentence``, or one that contains it, was said in this conversation."""
        return any(sentence[1:] in said for _, reply in self._turns for said in reply)

    def answer(self, meant: str, text: str) -> Iterator[Said]:
        """Yield the host's sentences for an intent of ``feed.talk`` (or "order": somebody tries to give orders)."""
        by_intent = {
            "summary": self._summary, "more": self._more, "opinion": self._opinion, "repeat": self._repeat,
            "source": self._source,
            "evidence": self._evidence, "published": self._published, "help": self._help, "who are you": self._self,
            "memory": self._memory, "name given": self._name_given,
        }  # fmt: skip
        if meant in by_intent:
            yield from by_intent[meant](text)
            return
        yield (
            variant(_FIXED[meant], self._item.persona.name, text).format(title=self._title(), noun=noun(self._item)),
            (),
        )

    def aside(self, question: Question, unclear: tuple[str, ...]) -> list[Said] | None:
        """Return the answer to a question that is not for the item's text, or None."""
        if len(unclear) > 1:
            listed = ", ".join(unclear[:-1]) + " or " + unclear[-1]
            return [(f"Whom do you mean, {listed}?", ())]
        language = foreign(question.text, self._item.language)
        if language:
            named = f" {language}" if language != "another language" else " that language"
            return [(f"I'm sorry, I don't speak{named} well enough to answer. Could you ask me in English?", ())]
        hosted = _TO_HOST.search(question.text) and not _ABOUT_TEXT.search(question.text)
        own = speaks_as_author(self._item) or self._reading.own_words  # "you" may be who wrote it
        if hosted and not own and sum(term.key for term in question.terms) <= 3:
            about_text = any(
                term.stem in line.stems for term in question.terms if term.key for line in self._reading.lines
            )
            if not about_text:
                return [(self._only_host(), ())]
        return None

    def _only_host(self) -> str:
        persona = self._item.persona
        role = with_article(persona.role.strip().rstrip(".") or "your host")
        return (
            f"I'm only {persona.name}, {role}; there is no more to say about me. Ask me about the {noun(self._item)}."
        )

    def _title(self) -> str:
        return spoken_title(self._item).rstrip("!?") or "this"

    def _told(self, line: Line) -> Said:
        return told(self._item, line), (line.passage_id,)

    def _sound(self) -> list[Line]:
        """Sentences to tell unasked; one that reports an order waits until it is asked for."""
        return [
            line
            for line in self._reading.lines
            if not line.order and len(tokens(line.text)) >= 4 and not gives_orders(line.text)
        ]

    def _summary(self, text: str) -> Iterator[Said]:
        del text
        lines = self._sound()
        if not lines:
            yield headline(self._item), ()
            return
        for line in central(lines, self._item.title):
            yield self._told(line)

    def _more(self, text: str) -> Iterator[Said]:
        fresh = [line for line in self._sound() if line.passage_id not in self._used]
        if not fresh:
            yield f"That is all the {noun(self._item)} says; you have heard the whole of it.", ()
            return
        del text
        for line in fresh[:2]:
            yield self._told(line)

    def _opinion(self, text: str) -> Iterator[Said]:
        asked = {token.stem for token in tokens(text)}
        lines = self._sound()
        views = sorted(
            (line for line in lines if _VIEW.search(line.text)),
            key=lambda line: (-len(asked & line.stems), line.index),
        )
        author = speaks_as_author(self._item)
        if author and (own := self._own_view(views, asked)):
            for line in own:
                yield self._told(line)
            return
        stand = variant(_NO_SIDE, self._item.persona.name, text)
        yield stand.format(noun=noun(self._item)), ()
        chosen = views[0] if views else lead(self._item, self._reading.lines)
        if chosen is not None:
            yield f"What stays with me is this: {lowered(told(self._item, chosen), self._item)}", (chosen.passage_id,)

    def _own_view(self, views: list[Line], asked: frozenset[str] | set[str]) -> list[Line]:
        """What an author says on a matter: about the words asked for and right after, else their next view."""
        lines = self._sound()
        topical = [line for line in lines if (asked - _ASKING) & line.stems]
        for line in sorted(topical, key=lambda line: (line not in views, -line.index)):
            after = [other for other in lines if other.index == line.index + 1 and _GOES_ON.match(other.text)]
            return [line, *after]
        fresh = [line for line in views if line.passage_id not in self._used and _OWN.search(line.text)]
        last = max((line.index for line in lines if line.passage_id in self._used), default=-1)
        fresh.sort(key=lambda line: (line.index < last, line.index))
        return (fresh or views)[:1]

    def _repeat(self, text: str) -> Iterator[Said]:
        del text
        if not self._turns or not self._turns[-1][1]:
            yield "I haven't said anything yet. Ask me something.", ()
            return
        for sentence in self._turns[-1][1]:
            yield sentence, self._evidence_of(sentence)

    def _evidence(self, text: str) -> Iterator[Said]:
        """Quote what the last claim rests on, word for word."""
        del text
        told = next((reply for reply in reversed(self._replies) if any(evidence for _, evidence in reply)), None)
        last = self._replies[-1] if self._replies else ()
        if told is None:
            yield f"I haven't told you anything from the {noun(self._item)} yet.", ()
            return
        if not any(evidence for _, evidence in last):
            yield f"That I didn't get from the {noun(self._item)}. Before that it was this.", ()
        own = "I wrote" if speaks_as_author(self._item) else "It says"
        for line in self._resting(told)[:QUOTED_LINES]:
            yield f"{own}: “{_quotable(sayable(line.text))}”", (line.passage_id,)
            own = "And"

    def _resting(self, reply: Sequence[Said]) -> list[Line]:
        """The sentences of the item under a reply, each once."""
        found: list[Line] = []
        for sentence, evidence in reply:
            own = {token.stem for token in tokens(sentence)}
            for passage in evidence:
                lines = [line for line in self._reading.lines if line.passage_id == passage and not line.order]
                best = max(lines, key=lambda line: len(own & line.stems) / (4 + len(line.stems)), default=None)
                if best is not None and best not in found:
                    found.append(best)
        return found

    def _evidence_of(self, sentence: str) -> tuple[str, ...]:
        """The passage that a sentence said before rests on: the one with most of its words."""
        own = {token.stem for token in tokens(sentence)}
        best = max(self._reading.lines, key=lambda line: len(own & line.stems), default=None)
        if best is None or len(own & best.stems) < max(2, 0.5 * len(best.stems)):
            return ()
        return (best.passage_id,)

    def _self(self, text: str) -> Iterator[Said]:
        del text
        yield greeting(self._item.persona), ()
        if speaks_as_author(self._item):
            first = lead(self._item, self._reading.lines)
            if first is not None:
                yield self._told(first)
        else:
            yield f"I'm the digital host of {noun_phrase(self._item.kind)} called {self._title()}.", ()

    def _help(self, text: str) -> Iterator[Said]:
        del text
        openers = [opener for opener in self._item.openers if opener.strip() and not gives_orders(opener)][:2]
        yield f"Ask me anything that the {noun(self._item)} tells about, and I'll answer from it.", ()
        if openers:
            yield "You could start with: " + " Or: ".join(ended(opener) for opener in openers), ()

    def _source(self, text: str) -> Iterator[Said]:
        if re.search(r"\b(?:wrote|author|written|writer)\b", text, re.IGNORECASE):
            if speaks_as_author(self._item):
                yield f"I did; I'm {self._item.persona.name}.", ()
                return
            by = next(
                (
                    line
                    for line in self._reading.lines
                    if re.match(r"^(?:by|written by|author:)\s", line.text, re.IGNORECASE)
                ),
                None,
            )
            if by is not None:
                yield self._told(by)
                return
            yield f"The {noun(self._item)} doesn't say who wrote it.", ()
        source = sayable(self._item.source)
        if source and not gives_orders(source):
            yield f"It comes from {source}.", ()
        if self._item.url and re.search(r"\b(?:link|url|address|website|original|read)\b", text, re.IGNORECASE):
            yield "The link to the original is on its card.", ()

    def _published(self, text: str) -> Iterator[Said]:
        del text
        when = self._item.published
        if when is None:
            yield silent(self._item, len(self._turns)), ()
        else:
            yield f"It was published on {when.day} {when:%B %Y}.", ()

    def _memory(self, text: str) -> Iterator[Said]:
        if "name" in text.lower() or "who" in text.lower():
            given = next((name for question, _ in reversed(self._turns) if (name := name_given(question))), None)
            yield (f"You told me that your name is {given}." if given else "You haven't told me your name."), ()
            return
        asked = [question for question, _ in self._turns if intent(question, self._item.persona.name) is None]
        if not asked:
            yield "You haven't asked me anything yet.", ()
            return
        question = asked[0] if "first" in text.lower() else asked[-1]
        yield f"You asked me: {ended(question)}", ()

    def _name_given(self, text: str) -> Iterator[Said]:
        given = name_given(text) or "there"
        yield f"Nice to meet you, {given}. What would you like to know about the {noun(self._item)}?", ()


def _quotable(text: str) -> str:
    """``text`` for between quotation marks: those inside become single ones."""
    inner = text.replace("“", "‘").replace("”", "’")
    return re.sub(r'"([^"]*)"', r"‘\1’", inner).replace('"', "")


def noun_phrase(kind: str) -> str:
    """The item with an indefinite article."""
    return {"picture": "a picture", "story": "a story", "lesson": "a lesson"}.get(kind, "an article")


def central(lines: Sequence[Line], title: str) -> list[Line]:
    """Return up to ``SUMMARY_LINES`` sentences: the first, and those that share most with the title and the rest."""
    frequency: dict[str, int] = {}
    for line in lines:
        for word in line.stems:
            frequency[word] = frequency.get(word, 0) + 1
    titled = {stem(token.text) for token in tokens(title)}

    def weight(line: Line) -> float:
        words = line.stems
        shared = sum(frequency[word] - 1 for word in words) + 2 * len(words & titled) + len(line.values)
        return shared / (len(words) + 6)

    rest = sorted((line for line in lines[1:] if _stands_alone(line)), key=weight, reverse=True)
    chosen = [lines[0]]
    for line in rest:
        if len(chosen) == SUMMARY_LINES:
            break
        if all(line.passage_id != other.passage_id for other in chosen):
            chosen.append(line)
    return sorted(chosen, key=lambda line: line.index)


_LEANING = re.compile(
    r"^(?:It|They|That|This|These|Those|One|But|So|Yet|And|Or|Then|Both|Its|Their|Each|Neither|In return|Most of"
    r"|The other|Another|Others|Some)\b|\b(?:him|her|them) one\b|\bthe same\b"
)
_PERSONAL = re.compile(r"^(?:He|She|His|Her)\b|\b(?:him|she|he)\b")


def _stands_alone(line: Line) -> bool:
    """Tell whether a sentence is understood without those before it."""
    if line.quoted or line.asks or line.prompted or line.text.startswith(("“", '"')) or _LEANING.search(line.text):
        return False
    pronoun = _PERSONAL.search(line.text)
    if pronoun is None:
        return True
    if line.subject:
        return pronoun.start() == 0 and not line.supposed
    return any(name.start < pronoun.start() for name in line.names)


def foreign(text: str, item_language: str) -> str | None:
    """Return the language of ``text`` when it is neither English nor the item's own, else None."""
    if not item_language.lower().startswith("en"):
        return None
    if len(_SCRIPTS.findall(text)) >= 2:
        return "another language"
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.lower())
    if len(words) < 2:
        return None
    english = sum(word in _ENGLISH for word in words)
    language, count = max(
        ((name, sum(word in listed for word in words)) for name, listed in _FOREIGN_WORDS.items()),
        key=lambda pair: pair[1],
    )
    return language if count >= 2 and count > english + 0.5 else None


_NO_SIDE = (
    "I'd rather not take a side; I'm here for what the {noun} says.",
    "My own opinion matters less than what the {noun} gives us.",
    "I'll leave the judging to you.",
)
_FIXED: dict[str, tuple[str, ...]] = {
    "silence": ("I didn't catch that. Ask me anything about {title}.", "Take your time. I'm here to talk about "
                                                                       "{title}."),
    "greeting": ("Hello! What would you like to know about {title}?", "Hi there! Shall we talk about {title}?"),
    "how are you": ("I'm well, thank you. What would you like to know about {title}?", "All good here, thanks. Ask me "
                                                                                       "about {title}."),
    "thanks": ("You're welcome.", "My pleasure.", "Gladly. Ask on, if you like."),
    "goodbye": ("Goodbye, and thanks for stopping by.", "See you. It was good to talk."),
    "are you real": (
        "I'm a digital host, not a human: a computer program, without a body or feelings. What I say comes from the "
        "{noun}.",
        "No human here: I'm a digital host, a program with a face and a voice, and I talk from the {noun}.",
        "I'm an artificial host, a piece of software, not a person; what I tell you stands in the {noun}.",
    ),
    "remark": ("Is there anything else you'd like to know about {title}?", "Ask on, if you like; there is more in the "
                                                                           "{noun}."),
    "joke": ("That isn't what I'm here for, I'm afraid. Ask me about {title}.", "I'll leave that to others. I can "
                                                                                "tell you about {title}."),
    "order": ("I'll stay with what the {noun} says. Ask me about {title}.", "That I won't do; I'm here to talk about "
                                                                            "{title}."),
}  # fmt: skip
