"""A conversation in text alone: no sound, no picture, no socket. For scripts and tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec

from feed.errors import UnknownItemError
from feed.items import Item
from feed.replies import Sentence, Turn
from server.abilities import Host, Shelf
from server.cards import episodes
from server.errors import BadQuestionError, EmptyFeedError, UnknownChoiceError
from server.protocol import MAX_QUESTION_CHARS

LISTED_IDS = 20  # in an error that says which items there are


class ReplySentence(msgspec.Struct, frozen=True):
    """A sentence and the ids of the passages that it rests on."""

    text: str
    evidence: tuple[str, ...]


class SpokenTurn(msgspec.Struct, frozen=True):
    """A question, its answer, and the seconds from one to the first sentence of the other."""

    question: str
    reply: tuple[ReplySentence, ...]
    seconds_to_first_sentence: float


class Transcript(msgspec.Struct, frozen=True):
    """A whole conversation; ``msgspec.json.encode`` gives the file's JSON."""

    item: str
    turns: tuple[SpokenTurn, ...]


def hold_conversation(
    shelf: Shelf,
    host: Host,
    item_id: str | None,
    questions: Sequence[str],
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> Transcript:
    """Ask an item one question after the other; each may refer to what was said before.

    The host prepares for the item before the first question, as it does in a visit while the reader is greeted: that,
    and loading the models, is not part of the seconds to the first sentence.

    Args:
        shelf: the feed.
        host: who answers.
        item_id: the item; None takes the newest.
        questions: at least one, each of at most ``MAX_QUESTION_CHARS`` characters.
        clock: seconds that never go back.

    Raises:
        UnknownChoiceError: no such item; the message lists the ids.
        EmptyFeedError: the feed has no items.
        BadQuestionError: no question, an empty one, or one that is too long.
    """
    asked = [_checked(question) for question in questions]
    if not asked:
        raise BadQuestionError("there is no question; ask one with --ask")
    item = choose(shelf, item_id)
    host.warm(item, _never)
    history: list[Turn] = []
    turns: list[SpokenTurn] = []
    for question in asked:
        began = clock()
        first: float | None = None
        reply: list[Sentence] = []
        for sentence in host.reply(item, question, tuple(history), _never):
            first = clock() - began if first is None else first
            reply.append(sentence)
        history.append(Turn(question=question, reply=tuple(reply)))
        said = tuple(ReplySentence(sentence.text, sentence.evidence) for sentence in reply)
        turns.append(SpokenTurn(question, said, round(clock() - began if first is None else first, 4)))
    for turn in history:
        for episode in episodes(item.id, turn):
            shelf.record(episode)
    return Transcript(item.id, tuple(turns))


def choose(shelf: Shelf, item_id: str | None) -> Item:
    """Return the item of an id, or the newest.

    Raises:
        UnknownChoiceError: no such item; the message lists the ids.
        EmptyFeedError: the feed has no items.
    """
    if item_id is None:
        page = shelf.page(0, 1)
        if not page.shown:
            raise EmptyFeedError
        return page.shown[0].item
    try:
        return shelf.get(item_id)
    except UnknownItemError:
        page = shelf.page(0, LISTED_IDS)
        raise UnknownChoiceError(item_id, [shown.item.id for shown in page.shown], page.total) from None


def _checked(question: str) -> str:
    question = question.strip()
    if not question:
        raise BadQuestionError("a question has no words")
    if len(question) > MAX_QUESTION_CHARS:
        raise BadQuestionError(f"a question may have {MAX_QUESTION_CHARS} characters; this has {len(question)}")
    return question


def _never() -> bool:
    return False
