"""The mind of the house: store, retrieval and language model, each built when it is first needed. All a text needs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, TypeVar

from feed.embeddings import MiniLM
from feed.items import FeedDocument
from feed.language import LanguageModel, LocalModel, RemoteModel
from feed.replies import Replier
from feed.retrieval import Retriever
from feed.store import Store
from server.assets import AssetStore
from server.settings import Settings
from server.stages import Stages
from server.threads import ThreadBudget, cores_here, limit_arithmetic
from server.timed import TimedModel, TimedRetriever

LANGUAGE_ASSET = "language-small"

T = TypeVar("T")


class Once(Generic[T]):
    """A value that is built when it is first asked for, by whoever asks first. A build that fails is tried again."""

    def __init__(self, build: Callable[[], T]) -> None:
        self._build = build
        self._lock = threading.Lock()
        self._value: T | None = None

    def __call__(self) -> T:
        """Return the value; waits for another thread that is building it."""
        with self._lock:
            if self._value is None:
                self._value = self._build()
            return self._value

    def taken(self) -> T | None:
        """Return the value if it was built, and forget it."""
        with self._lock:
            value, self._value = self._value, None
            return value


class Mind:
    """Who knows the feed and answers from it. Any thread may use it; a context manager that closes what it opened.

    Args:
        settings: folders and language model.
        document: the feed to show; None shows what the store has.

    Attributes:
        assets: where the models are.
        stages: who is told where the time goes.
        threads: what each model may use.
    """

    def __init__(self, settings: Settings, document: FeedDocument | None = None) -> None:
        self.assets = AssetStore(settings.cache)
        self.stages = Stages()
        self.threads = ThreadBudget.of(settings.cores or cores_here())
        limit_arithmetic()
        self._settings = settings
        self._document = document
        self._closing = threading.Event()
        self._preparing = threading.Lock()
        self._store = Once(self._open_store)
        self._model = Once(self._load_model)
        self._replier = Once(self._build_replier)

    def __enter__(self) -> Mind:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def shelf(self) -> Store:
        """Return the store, with the feed in it."""
        return self._store()

    def put(self, document: FeedDocument) -> None:
        """Take over a new reading of the feed.

        Raises:
            feed.errors.StoreError: it cannot be kept.
        """
        self._document = document
        self.shelf().put(document)

    def host(self) -> Replier:
        """Return who answers.

        Raises:
            AssetMissingError: a model is not on this machine; the message says what to run.
        """
        return self._replier()

    @property
    def closing(self) -> bool:
        """Whether it is closed, or about to be."""
        return self._closing.is_set()

    def prepare(self) -> None:
        """Load the language model, by preparing for the item that is most likely opened first; ``close`` ends it."""
        with self._preparing:
            for shown in () if self.closing else self.shelf().page(0, 1).shown:
                self.host().warm(shown.item, self._closing.is_set)

    def close(self) -> None:
        """Close the store and the model."""
        self._closing.set()
        with self._preparing:
            self._replier.taken()
            if (model := self._model.taken()) is not None:
                model.close()
            if (store := self._store.taken()) is not None:
                store.close()

    def _open_store(self) -> Store:
        store = Store(self._settings.store_path)
        if self._document is not None:
            store.put(self._document)
        return store

    def _load_model(self) -> LanguageModel:
        endpoint = self._settings.endpoint
        if endpoint is not None:
            return RemoteModel(endpoint.url, endpoint.model, endpoint.key)
        folder = self.assets.path(LANGUAGE_ASSET)
        weights = min(folder.glob("*.gguf"))
        return LocalModel(weights, threads=self.threads.language, prompt_threads=self.threads.prompt)

    def _build_replier(self) -> Replier:
        retriever = TimedRetriever(Retriever(self.shelf(), MiniLM(self.assets.path("embeddings"))), self.stages)
        return Replier(retriever, TimedModel(self._model(), self.stages) if self._settings.use_model else None)
