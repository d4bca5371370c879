"""Retrieval and language model as they are, with their share of the waiting noted (``server.stages``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from feed.items import Item
from feed.language import LanguageModel, Message, never
from feed.language.model import Cancelled
from feed.meaning import WordEmbedder
from feed.replies import PassageRetriever
from feed.retrieval import Hit
from server.stages import Stages


class TimedRetriever:
    """A retriever that notes "retrieval"."""

    def __init__(self, retriever: PassageRetriever, stages: Stages) -> None:
        self._retriever = retriever
        self._stages = stages

    @property
    def embedder(self) -> WordEmbedder | None:
        """The model of word meaning, if there is one."""
        return self._retriever.embedder

    def retrieve(self, item: Item, query: str, limit: int) -> list[Hit]:
        """Return up to ``limit`` passages that bear on ``query``, best first."""
        begun = self._stages.now()
        hits = self._retriever.retrieve(item, query, limit)
        self._stages.note("retrieval", begun, self._stages.now())
        return hits

    def prepare(self, item: Item) -> None:
        """Do ahead of the questions what can be done without one."""
        self._retriever.prepare(item)


class TimedModel:
    """A language model that notes "first_token"."""

    def __init__(self, model: LanguageModel, stages: Stages) -> None:
        self._model = model
        self._stages = stages

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
        """Yield the pieces of the answer (see ``LanguageModel.stream``)."""
        begun = self._stages.now()
        pieces = self._model.stream(
            messages, max_tokens=max_tokens, temperature=temperature, cancelled=cancelled, prefix=prefix, stop=stop
        )
        for place, piece in enumerate(pieces):
            if not place:
                self._stages.note("first_token", begun, self._stages.now())
            yield piece

    def warm(self, messages: Sequence[Message], cancelled: Cancelled = never) -> None:
        """Read messages ahead of time."""
        self._model.warm(messages, cancelled)

    def close(self) -> None:
        """Free what the model holds."""
        self._model.close()
