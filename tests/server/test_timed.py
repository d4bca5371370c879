"""The timed retriever and the timed model do what those inside them do, and note what it took."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from feed.items import Item
from feed.language import Message, never
from feed.language.model import Cancelled
from feed.retrieval import Hit
from server.stages import Span, Stages
from server.timed import TimedModel, TimedRetriever
from tests.server.doubles import item


class DoubleRetriever:
    """Finds the first passage."""

    embedder = None

    def __init__(self) -> None:
        self.prepared: list[str] = []

    def prepare(self, item: Item) -> None:
        self.prepared.append(item.id)

    def retrieve(self, item: Item, query: str, limit: int) -> list[Hit]:
        return [Hit(passage=item.passages[0], score=1.0, rank=1, similarity=None)][:limit]


class DoubleModel:
    """Says its last message word by word."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        cancelled: Cancelled,
        prefix: str = "",
        stop: Sequence[str] = (),
    ) -> Iterator[str]:
        self.calls.append(f"stream {max_tokens} {temperature} {prefix!r} {list(stop)}")
        yield from messages[-1].content.split()[:max_tokens]

    def warm(self, messages: Sequence[Message], cancelled: Cancelled = never) -> None:
        self.calls.append("warm")

    def close(self) -> None:
        self.calls.append("close")


def noted() -> tuple[Stages, list[Span]]:
    stages = Stages()
    seen: list[Span] = []
    stages.watch(seen.append)
    return stages, seen


def test_what_was_retrieved_is_handed_on_and_its_time_noted() -> None:
    stages, seen = noted()
    inner = DoubleRetriever()
    retriever = TimedRetriever(inner, stages)
    retriever.prepare(item("pier"))
    assert inner.prepared == ["pier"]
    assert [hit.passage.id for hit in retriever.retrieve(item("pier"), "when?", 3)] == ["p1"]
    assert retriever.embedder is None
    assert [span.stage for span in seen] == ["retrieval"]


def test_the_first_token_is_noted_once_for_each_answer_and_not_for_an_empty_one() -> None:
    stages, seen = noted()
    inner = DoubleModel()
    model = TimedModel(inner, stages)
    said = model.stream(
        [Message("user", "one two three")], max_tokens=2, temperature=0.5, cancelled=never, stop=("\n",)
    )
    assert list(said) == ["one", "two"]
    assert not list(model.stream([Message("user", "one")], max_tokens=0, temperature=0.0, cancelled=never, prefix="No"))
    assert [span.stage for span in seen] == ["first_token"]
    model.warm([])
    model.close()
    assert inner.calls == ["stream 2 0.5 '' ['\\n']", "stream 0 0.0 'No' []", "warm", "close"]
