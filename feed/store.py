"""The store: items, passages (full-text indexed), their vectors and the episodes, in one SQLite file.

Any number of threads may share one ``Store``, and any number of processes one file (WAL).
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from feed.errors import StoreError, UnknownItemError
from feed.items import Episode, FeedDocument, Item, Skipped
from feed.ranking import Shown, recency_reason
from feed.text import content_words

_APPLICATION = 0x56_49_53_41  # PRAGMA application_id of our files
_VERSION = 1  # PRAGMA user_version
_WAIT = 30.0  # seconds to wait for another process that is writing
_RETRY = 0.01  # seconds between attempts where SQLite does not wait by itself
_STRIDE = 1 << 20  # row ids of the passages of item n are n * _STRIDE + its index: a range scan per item
_QUERY_WORDS = 64

_SCHEMA = """
CREATE TABLE sources (
  id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, title TEXT NOT NULL, skipped BLOB NOT NULL);
CREATE TABLE items (
  id INTEGER PRIMARY KEY, source INTEGER NOT NULL REFERENCES sources(id), name TEXT NOT NULL, published REAL,
  position INTEGER, body BLOB NOT NULL, UNIQUE (source, name));
CREATE INDEX items_by_name ON items (name);
CREATE INDEX items_by_date ON items (published);
CREATE VIRTUAL TABLE passages USING fts5(text, name UNINDEXED, tokenize = 'porter unicode61 remove_diacritics 2');
CREATE TABLE vectors (
  item TEXT NOT NULL, model TEXT NOT NULL, digest BLOB NOT NULL, vectors BLOB NOT NULL, PRIMARY KEY (item, model));
CREATE TABLE episodes (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, kind TEXT NOT NULL, item TEXT NOT NULL, body BLOB NOT NULL);
CREATE INDEX episodes_by_item ON episodes (item);
CREATE TRIGGER episodes_stay BEFORE UPDATE ON episodes BEGIN SELECT RAISE(ABORT, 'episodes are append-only'); END;
CREATE TRIGGER episodes_last BEFORE DELETE ON episodes BEGIN SELECT RAISE(ABORT, 'episodes are append-only'); END;
"""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the feed in the order to show it.

    Attributes:
        shown: the items and why each is shown.
        total: how many items the feed has in all.
        title: the feed's name.
        skipped: the items that the sources hold but that were left out.
    """

    shown: tuple[Shown, ...]
    total: int
    title: str
    skipped: tuple[Skipped, ...]


class Store:
    """One SQLite file.

    The feed that it shows is what was put since it was opened; a store that nothing was put into shows all it has.

    Raises:
        StoreError: the file is not a store, is of a newer version, or cannot be written. Any method may raise it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._put: list[int] = []
        with self._explained():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
        try:
            with self._explained():
                self._prepare()
        except StoreError:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the file. Closing twice is allowed; any other use after it raises ``StoreError``."""
        with self._lock:
            self._connection.close()

    def put(self, document: FeedDocument) -> None:
        """Take over a feed: new items are added, changed ones replaced, items that it no longer has are not shown.

        An item whose id another feed of this visit already uses is left out with a reason.
        """
        with self._transaction() as connection:
            source = self._source_row(document)
            others = self._shown_names(except_source=source)
            clashes = tuple(
                Skipped(position=position, id=item.id, reason="another feed of this visit has an item with this id")
                for position, item in enumerate(document.items)
                if item.id in others
            )
            connection.execute(
                "UPDATE sources SET title = ?, skipped = ? WHERE id = ?",
                (document.title, msgspec.json.encode(document.skipped + clashes), source),
            )
            connection.execute("UPDATE items SET position = NULL WHERE source = ?", (source,))
            for position, item in enumerate(document.items):
                if item.id not in others:
                    self._put_item(source, position, item)
            if source not in self._put:
                self._put.append(source)

    def page(self, offset: int, limit: int, now: datetime | None = None) -> Page:
        """Return ``limit`` items from ``offset``, newest first, undated ones last, each with the reason in words.

        ``now`` is timezone-aware and defaults to the clock.
        """
        if offset < 0 or limit < 0:
            raise ValueError(f"a page needs offset and limit of 0 or more, not {offset} and {limit}")
        now = now or datetime.now(UTC).astimezone()
        with self._reading() as connection:
            sources = self._shown_sources()
            where, shown = f"position IS NOT NULL AND source IN ({_marks(sources)})", [row[0] for row in sources]
            (total,) = connection.execute(f"SELECT count(*) FROM items WHERE {where}", shown).fetchone()  # noqa: S608 (as below)
            rows = connection.execute(
                f"SELECT body FROM items WHERE {where}"  # noqa: S608 (only question marks are put in)
                " ORDER BY published IS NULL, published DESC, source, position LIMIT ? OFFSET ?",
                (*shown, limit, offset),
            ).fetchall()
        items = [msgspec.json.decode(body, type=Item) for (body,) in rows]
        return Page(
            shown=tuple(Shown(item=item, reason=recency_reason(item, now)) for item in items),
            total=total,
            title=" · ".join(dict.fromkeys(title for _, title, _ in sources)),
            skipped=tuple(skip for *_, left in sources for skip in msgspec.json.decode(left, type=tuple[Skipped, ...])),
        )

    def get(self, item_id: str) -> Item:
        """Return an item, from what this visit shows if it is there, else from earlier visits.

        Raises:
            UnknownItemError: no feed ever had it.
        """
        with self._reading():
            return msgspec.json.decode(self._find(item_id)[1], type=Item)

    def search(self, item_id: str, query: str, limit: int) -> list[str]:
        """Return the ids of the item's passages that have a word of ``query`` (stemmed), best first (BM25).

        Raises:
            UnknownItemError: no feed ever had the item.
        """
        with self._reading() as connection:
            row, _ = self._find(item_id)
            words = content_words(query)[:_QUERY_WORDS]
            if not words or limit < 1:
                return []
            found = connection.execute(
                "SELECT name FROM passages WHERE passages MATCH ? AND rowid BETWEEN ? AND ?"
                " ORDER BY bm25(passages), rowid LIMIT ?",
                (" OR ".join(f'"{word}"' for word in words), row * _STRIDE, (row + 1) * _STRIDE - 1, limit),
            )
            return [name for (name,) in found]

    def vectors(self, item: Item, model: str) -> NDArray[np.float32] | None:
        """Return what ``keep_vectors`` kept for the same passages and model, shape (passages, d), or None."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT vectors FROM vectors WHERE item = ? AND model = ? AND digest = ?",
                (item.id, model, _digest(item)),
            ).fetchone()
        if row is None:
            return None
        return np.frombuffer(row[0], np.float16).reshape(len(item.passages), -1).astype(np.float32)

    def keep_vectors(self, item: Item, model: str, vectors: NDArray[np.float32]) -> None:
        """Keep the vectors of an item's passages, shape (passages, d), as float16."""
        if vectors.ndim != 2 or len(vectors) != len(item.passages):
            raise ValueError(f"item {item.id!r} has {len(item.passages)} passages; got vectors of {vectors.shape}")
        with self._transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO vectors (item, model, digest, vectors) VALUES (?, ?, ?, ?)",
                (item.id, model, _digest(item), vectors.astype(np.float16).tobytes()),
            )

    def record(self, episode: Episode) -> int:
        """Append an episode and return its number, 1 for the first. Episodes are never changed or removed.

        When this returns, neither the end of the process nor a power cut loses the episode.
        """
        if episode.at.tzinfo is None:
            raise ValueError("an episode's time needs a time zone")
        with self._transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO episodes (at, kind, item, body) VALUES (?, ?, ?, ?)",
                (episode.at.timestamp(), episode.kind, episode.item_id, msgspec.json.encode(episode)),
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def episodes(self, item_id: str | None = None) -> list[Episode]:
        """Return the episodes of an item, or all, in the order in which they were recorded."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT body FROM episodes WHERE ?1 IS NULL OR item = ?1 ORDER BY id", (item_id,)
            ).fetchall()
        return [msgspec.json.decode(body, type=Episode) for (body,) in rows]

    # -- inside --------------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        connection = self._connection
        connection.execute("PRAGMA foreign_keys = ON")
        self._enter_write_ahead_mode()
        connection.execute("PRAGMA synchronous = FULL")  # WAL with NORMAL loses the last commits in a power cut
        with self._transaction():
            if self._identity()[1] == 0:  # read again: another process may have been first
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {_APPLICATION}")
                connection.execute(f"PRAGMA user_version = {_VERSION}")

    def _enter_write_ahead_mode(self) -> None:
        """Make sure that the file is ours or new, and switch it to WAL.

        Of two processes that switch at once SQLite turns one away at once, without the usual wait, so we try again.
        """
        deadline = time.monotonic() + _WAIT
        while True:
            try:
                self._check_ours()
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(_RETRY)
            else:
                return

    def _check_ours(self) -> None:
        self._connection.execute("BEGIN")  # one state of the file: another process may be making it at this moment
        try:
            application, version, tables = self._identity()
        finally:
            self._connection.execute("ROLLBACK")
        if application not in (0, _APPLICATION) or (application == 0 and tables):
            raise StoreError(f"{self._path}: this SQLite file is not a Visavis store; choose another path")
        if version > _VERSION:
            raise StoreError(f"{self._path}: written by a newer Visavis (store version {version}); update Visavis")

    def _identity(self) -> tuple[int, int, int]:
        execute = self._connection.execute
        (application,) = execute("PRAGMA application_id").fetchone()
        (version,) = execute("PRAGMA user_version").fetchone()
        (tables,) = execute("SELECT count(*) FROM sqlite_master").fetchone()
        return application, version, tables

    def _source_row(self, document: FeedDocument) -> int:
        address = document.source or document.title
        self._connection.execute(
            "INSERT OR IGNORE INTO sources (address, title, skipped) VALUES (?, '', '[]')", (address,)
        )
        row: int = self._connection.execute("SELECT id FROM sources WHERE address = ?", (address,)).fetchone()[0]
        return row

    def _shown_sources(self) -> list[tuple[int, str, bytes]]:
        """Return (row, title, skipped) of the sources that this visit shows."""
        rows = self._connection.execute("SELECT id, title, skipped FROM sources ORDER BY id").fetchall()
        return [row for row in rows if not self._put or row[0] in self._put]

    def _shown_names(self, except_source: int) -> set[str]:
        others = [source for source in self._put if source != except_source]
        rows = self._connection.execute(
            f"SELECT name FROM items WHERE position IS NOT NULL AND source IN ({_marks(others)})",  # noqa: S608 (as above)
            others,
        )
        return {name for (name,) in rows}

    def _put_item(self, source: int, position: int, item: Item) -> None:
        connection = self._connection
        body = msgspec.json.encode(item)
        row = connection.execute(
            "SELECT id, body FROM items WHERE source = ? AND name = ?", (source, item.id)
        ).fetchone()
        if row is not None and row[1] == body:
            connection.execute("UPDATE items SET position = ? WHERE id = ?", (position, row[0]))
            return
        published = item.published.timestamp() if item.published else None
        (key,) = connection.execute(
            "INSERT INTO items (source, name, published, position, body) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (source, name) DO UPDATE SET published = excluded.published, position = excluded.position,"
            " body = excluded.body RETURNING id",
            (source, item.id, published, position, body),
        ).fetchone()
        connection.execute("DELETE FROM passages WHERE rowid BETWEEN ? AND ?", (key * _STRIDE, (key + 1) * _STRIDE - 1))
        connection.executemany(
            "INSERT INTO passages (rowid, text, name) VALUES (?, ?, ?)",
            ((key * _STRIDE + index, passage.text, passage.id) for index, passage in enumerate(item.passages)),
        )

    def _find(self, item_id: str) -> tuple[int, bytes]:
        rows = self._connection.execute(
            "SELECT id, body, source FROM items WHERE name = ? ORDER BY position IS NULL, id DESC", (item_id,)
        ).fetchall()
        for row, body, source in rows:
            if source in self._put:
                return row, body
        if not rows:
            raise UnknownItemError(item_id)
        return rows[0][0], rows[0][1]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{self._path}: the store cannot be used ({error})") from error

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._explained():
            yield self._connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                if self._connection.in_transaction:  # SQLite itself rolls back when the disk is full
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _digest(item: Item) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for passage in item.passages:
        digest.update(passage.text.encode() + b"\0")
    return digest.digest()
