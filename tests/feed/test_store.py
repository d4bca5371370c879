"""The store: what is put comes back, found by words, from any thread and process."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feed.errors import StoreError, UnknownItemError
from feed.items import Episode, FeedDocument, Item, Persona, Skipped
from feed.store import Store
from feed.text import cut_passages

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PERSONA = Persona(name="A", role="b", manner="c", figure="vera", voice="ava")
HARBOUR = (
    "The harbour was painted green. It cost £40,000 and took nine weeks to do, says the harbour master of the town."
)


def item(name: str, text: str = HARBOUR, published: datetime | None = NOW) -> Item:
    return Item(
        id=name,
        title=name.title(),
        kind="article",
        source="The Post",
        text=text,
        passages=cut_passages(text),
        persona=PERSONA,
        published=published,
    )


def feed(*items: Item, source: str = "/feed.json", title: str = "The Post") -> FeedDocument:
    return FeedDocument(title=title, items=items, source=source)


def shown(store: Store) -> list[str]:
    return [each.item.id for each in store.page(0, 100, NOW).shown]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "home" / "store.db")
    yield store
    store.close()


def test_items_come_back_as_they_were_put(store: Store) -> None:
    store.put(feed(item("a")))
    assert store.get("a") == item("a")


def test_the_newest_comes_first_and_the_undated_last_each_with_a_reason(store: Store) -> None:
    days = {"old": 3, "new": 0, "older": 30}
    dated = [item(name, published=NOW - timedelta(days=age)) for name, age in days.items()]
    store.put(feed(item("undated", published=None), *dated))
    page = store.page(0, 10, NOW)
    assert [(each.item.id, each.reason) for each in page.shown] == [
        ("new", "New today from The Post"),
        ("old", "Published 3 days ago by The Post"),
        ("older", "Published 1 month ago by The Post"),
        ("undated", "From The Post, which gives it no date"),
    ]
    assert (page.total, page.title) == (4, "The Post")


def test_pages_follow_each_other_without_gap_or_repetition(store: Store) -> None:
    store.put(feed(*(item(f"i{number}") for number in range(7))))
    pages = [store.page(offset, 3, NOW) for offset in (0, 3, 6, 9)]
    assert [each.item.id for page in pages for each in page.shown] == [f"i{number}" for number in range(7)]
    assert {page.total for page in pages} == {7}


def test_a_page_of_nonsense_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="offset and limit"):
        store.page(-1, 5)


def test_an_unknown_item_is_named(store: Store) -> None:
    with pytest.raises(UnknownItemError, match="'nobody'"):
        store.get("nobody")
    with pytest.raises(UnknownItemError):
        store.search("nobody", "harbour", 5)


def test_what_was_left_out_is_told(store: Store) -> None:
    skipped = Skipped(position=3, id="x", reason="it has no text")
    store.put(FeedDocument(title="t", items=(), skipped=(skipped,), source="s"))
    assert store.page(0, 1).skipped == (skipped,)


def test_putting_a_feed_again_updates_what_changed_and_hides_what_is_gone(store: Store) -> None:
    store.put(feed(item("a"), item("b"), item("c")))
    store.put(feed(item("a", "Entirely new words about dragons."), item("b")))
    assert shown(store) == ["a", "b"]
    assert store.get("a").text == "Entirely new words about dragons."
    assert store.search("a", "dragons", 5) == ["p1"]
    assert store.search("a", "harbour", 5) == []
    assert store.get("c").id == "c"  # an episode may still speak of it


def test_a_visit_shows_the_feed_that_it_put_and_not_an_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    first = Store(path)
    first.put(feed(item("same", "From the first."), item("one"), source="first"))
    first.close()
    second = Store(path)
    assert shown(second) == ["same", "one"]
    second.put(feed(item("same", "From the second."), source="second"))
    assert shown(second) == ["same"]
    assert second.get("same").text == "From the second."
    assert second.get("one").id == "one"
    second.close()


def test_two_feeds_of_one_visit_are_shown_together_and_ids_stay_unique(store: Store) -> None:
    store.put(feed(item("a"), source="first", title="First"))
    store.put(feed(item("a", "Other."), item("b"), source="second", title="Second"))
    page = store.page(0, 10, NOW)
    assert sorted(each.item.id for each in page.shown) == ["a", "b"]
    assert page.title == "First · Second"
    assert [skip.reason for skip in page.skipped] == ["another feed of this visit has an item with this id"]
    assert store.get("a").text == HARBOUR


def test_passages_are_found_by_stemmed_words_best_first(store: Store) -> None:
    text = (
        "They paint on Mondays and leave their ladders standing in the rain for the whole of the afternoon.\n\n"
        "Dogs bark.\n\n"
        "A painting of the harbour, painted by a painter, hangs in the hall."
    )
    store.put(feed(item("a", text), item("b", "Paint, paint, paint.")))
    assert store.search("a", "Who is painting?", 5) == ["p3", "p1"]
    assert store.search("a", "Who is painting?", 1) == ["p3"]
    assert store.search("a", "cafés", 5) == []


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "harbour AND",
        "NEAR(harbour, 2)",
        "text:harbour",
        "harbour*",
        "^harbour",
        "-harbour",
        "('",
        ";--",
        "a\0b",
        "%",
        "",
        "*",
    ],
)
def test_a_question_is_words_and_never_a_query_language(store: Store, query: str) -> None:
    store.put(feed(item("a")))
    found = store.search("a", query, 5)
    assert found == (["p1"] if "harbour" in query else [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_no_question_breaks_the_search(store: Store, query: str) -> None:
    store.put(feed(item("a")))
    assert store.search("a", query, 5) in ([], ["p1"])


def test_vectors_are_kept_until_the_text_changes(store: Store) -> None:
    before, after = item("a"), item("a", "Other words.")
    vectors = np.array([[0.5, -0.25, 1.0]], np.float32)
    store.keep_vectors(before, "model", vectors)
    kept = store.vectors(before, "model")
    assert kept is not None
    np.testing.assert_array_equal(kept, vectors)
    assert store.vectors(before, "other model") is None
    assert store.vectors(after, "model") is None


def test_vectors_of_the_wrong_number_are_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="has 1 passages"):
        store.keep_vectors(item("a"), "model", np.zeros((2, 3), np.float32))


def test_episodes_are_kept_in_order_and_never_changed(store: Store, tmp_path: Path) -> None:
    asked = Episode(at=NOW, kind="asked", item_id="a", text="Why?")
    answered = Episode(at=NOW, kind="answered", item_id="a", text="So.", evidence=("p1", "p2"))
    elsewhere = Episode(at=NOW, kind="opened", item_id="b")
    for episode in (asked, elsewhere, answered):
        store.record(episode)
    assert store.episodes("a") == [asked, answered]
    assert store.episodes() == [asked, elsewhere, answered]
    other = sqlite3.connect(tmp_path / "home" / "store.db")
    for statement in ("DELETE FROM episodes", "UPDATE episodes SET kind = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(statement)
    other.close()


def test_an_episode_needs_a_time_zone(store: Store) -> None:
    with pytest.raises(ValueError, match="time zone"):
        store.record(Episode(at=datetime(2026, 1, 1), kind="asked"))


def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    first = Store(tmp_path / "s.db")
    first.put(feed(item("a")))
    first.record(Episode(at=NOW, kind="opened", item_id="a"))
    first.close()
    second = Store(tmp_path / "s.db")
    assert shown(second) == ["a"]
    assert second.search("a", "painted", 5) == ["p1"]
    assert len(second.episodes()) == 1
    second.close()


def test_a_failed_put_changes_nothing(store: Store) -> None:
    store.put(feed(item("a")))
    unwritable = msgspec.structs.replace(item("c"), persona=object())
    with pytest.raises(TypeError):
        store.put(feed(item("b"), unwritable))
    assert shown(store) == ["a"]
    store.put(feed(item("b")))
    assert shown(store) == ["b"]


def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes, much longer than a header of one hundred bytes would be. " * 3)
    with pytest.raises(StoreError, match="cannot be used"):
        Store(path)
    foreign = tmp_path / "foreign.db"
    connection = sqlite3.connect(foreign)
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    with pytest.raises(StoreError, match="not a Visavis store"):
        Store(foreign)
    assert path.read_text().startswith("my notes")


def test_a_store_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    Store(tmp_path / "s.db").close()
    connection = sqlite3.connect(tmp_path / "s.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match=r"newer Visavis \(store version 99\)"):
        Store(tmp_path / "s.db")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be used"):
        Store(tmp_path / "file" / "s.db")


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StoreError):
        store.get("a")


def test_threads_share_a_store(store: Store) -> None:
    store.put(feed(*(item(f"i{number}") for number in range(8))))

    def work(number: int) -> list[str]:
        store.record(Episode(at=NOW, kind="asked", item_id=f"i{number % 8}"))
        store.put(feed(*(item(f"i{other}", f"{HARBOUR} Round {number}.") for other in range(8))))
        assert store.page(0, 50, NOW).total == 8
        return store.search(f"i{number % 8}", "harbour", 5)

    with ThreadPoolExecutor(8) as pool:
        assert all("p1" in found for found in pool.map(work, range(40)))
    assert len(store.episodes()) == 40


def test_a_file_may_be_opened_for_the_first_time_by_many_at_once(tmp_path: Path) -> None:
    barrier = threading.Barrier(4)

    def work(_: int) -> int:
        totals = 0
        for number in range(60):
            barrier.wait(60)
            store = Store(tmp_path / f"{number}.db")
            totals += store.page(0, 1).total
            store.close()
        return totals

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [0] * 4


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from feed.items import Episode, FeedDocument, Item, Persona
from feed.store import Store
from feed.text import cut_passages

persona = Persona(name="A", role="b", manner="c", figure="vera", voice="ava")
print("ready", flush=True)
sys.stdin.readline()
for round in range(15):
    store = Store(Path(sys.argv[1]))
    text = f"The harbour in round {round} of process {sys.argv[2]}."
    items = tuple(Item(id=f"i{n}", title="t", kind="article", source="s", text=text, passages=cut_passages(text),
                       persona=persona) for n in range(5))
    store.put(FeedDocument(title="t", items=items, source="shared"))
    store.record(Episode(at=datetime.now(UTC), kind="asked"))
    assert store.page(0, 10).total == 5
    assert store.search("i3", "harbour", 5) == ["p1"]
    store.close()
"""


def test_processes_that_make_a_file_at_the_same_moment_share_it(tmp_path: Path) -> None:
    path = tmp_path / "shared.db"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(number)],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [process.communicate(timeout=120) and process.returncode for process in processes] == [0, 0, 0]
    store = Store(path)
    assert len(store.episodes()) == 45
    assert store.page(0, 10).total == 5
    store.close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
