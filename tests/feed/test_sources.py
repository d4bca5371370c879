"""Feeds from files, folders and the web, good and hostile."""

from __future__ import annotations

import gzip
import json
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from feed.errors import (
    FeedError,
    NotAFeedError,
    SourceEncodingError,
    SourceMissingError,
    SourceRefusedError,
    SourceTooLargeError,
    SourceUnreachableError,
)
from feed.items import FeedDocument
from feed.sources import load
from feed.sources.fetching import MOST_BYTES, fetch

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Post",
    "items": [{"id": "1", "content_text": "The ferry is late."}, {"id": "2"}],
}

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>The &lt;b&gt;Café&lt;/b&gt; Post</title><link>http://post.example/</link><language>en-gb</language>
<item><guid isPermaLink="false">late-1</guid><title>Ferry &amp;amp; tide</title><link>http://post.example/late</link>
<pubDate>Fri, 20 Nov 2026 08:00:00 +0100</pubDate><description>Short.</description>
<media:content url="http://post.example/late.jpg" medium="image"/>
<content:encoded><![CDATA[<p>The ferry is late.<script>alert(1)</script></p>
<p>Nobody at the café minds.</p>]]></content:encoded></item>
<item><title>No id</title><description>An item without guid or link.</description></item>
<item><guid>evil</guid><link>javascript:alert(1)</link>
<description>&lt;img src="data:x"&gt;Evil link.</description></item>
<item><guid>undated</guid><pubDate>some day</pubDate><description>Undated.</description></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Notes</title><id>urn:x</id>
<entry><id>urn:1</id><title type="text">1 &lt; 2</title><updated>2026-11-19T10:00:00Z</updated>
<link href="https://notes.example/1"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content></entry>
<entry><id>urn:2</id><title>Plain</title><updated>2026-11-18T10:00:00Z</updated>
<content type="text">Just words.</content></entry>
</feed>"""


def written(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


# -- files -------------------------------------------------------------------------------------------------------------


def test_a_json_feed_is_read_and_its_bad_item_named(tmp_path: Path) -> None:
    source = written(tmp_path / "feed.json", json.dumps(JSON_FEED))
    document = load(source)
    assert (document.title, document.source) == ("The Post", str((tmp_path / "feed.json").resolve()))
    assert [item.id for item in document.items] == ["1"]
    assert [(skip.position, skip.id, skip.reason) for skip in document.skipped] == [(1, "2", "it has no text")]


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert load(written(tmp_path / "f", "\ufeff" + json.dumps(JSON_FEED))).title == "The Post"


def test_one_broken_escape_does_not_cost_the_other_items(tmp_path: Path) -> None:
    source = written(tmp_path / "f.json", json.dumps(JSON_FEED).replace("late", "l\\ud800ate"))
    assert load(source).items[0].text == "The ferry is late."


def test_a_huge_number_does_not_cost_the_other_items(tmp_path: Path) -> None:
    source = written(tmp_path / "f.json", json.dumps(JSON_FEED).replace('"id": "2"', f'"id": {"9" * 10_000}'))
    assert len(load(source).items) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_rss_is_read_in_the_encoding_that_it_declares(tmp_path: Path, encoding: str) -> None:
    document = load(written(tmp_path / "feed.rss", RSS.format(encoding=encoding).encode(encoding)))
    late, evil, undated = document.items
    assert document.title == "The Café Post"
    assert (late.id, late.title, late.url) == ("late-1", "Ferry & tide", "http://post.example/late")
    assert late.text == "The ferry is late.\n\nNobody at the café minds."
    assert late.published == datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert (late.summary, late.image, late.language) == ("Short.", "http://post.example/late.jpg", "en-gb")
    assert (evil.url, evil.image, evil.text) == (None, None, "Evil link.")
    assert undated.published is None
    assert [skip.reason for skip in document.skipped] == ["it has neither an id nor a url"]


def test_atom_is_read(tmp_path: Path) -> None:
    first, second = load(written(tmp_path / "feed.atom", ATOM)).items
    assert (first.id, first.title, first.text) == ("urn:1", "1 < 2", "One.\n\nTwo.")
    assert (second.text, second.url) == ("Just words.", None)


def test_the_working_folder_may_be_left_out_of_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path / "feed.json", json.dumps(JSON_FEED))
    monkeypatch.chdir(tmp_path)
    assert load("feed.json").source == str((tmp_path / "feed.json").resolve())


BILLION_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + '] ><rss version="2.0"><channel><title>&i;</title></channel></rss>'
)


def test_the_id_of_an_item_does_not_depend_on_where_the_file_lies(tmp_path: Path) -> None:
    written_down = RSS.format(encoding="utf-8")
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
        document = load(written(tmp_path / folder / "feed.rss", written_down))
        assert {"evil", "undated"} <= {item.id for item in document.items}


EXTERNAL_ENTITY = RSS.format(encoding="utf-8").replace(
    "<rss ", '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss ', 1
)


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        ("", NotAFeedError, "no feed"),
        ("just words", NotAFeedError, "no feed"),
        (b"\x89PNG\r\n\x1a\n\0\0", NotAFeedError, "no feed"),
        ("{", NotAFeedError, "JSON is broken"),
        ("[]", NotAFeedError, "JSON Feed is an object"),
        ('{"items": {}}', NotAFeedError, "JSON Feed is an object"),
        ('{"version": "2.0", "items": []}', NotAFeedError, "version '2.0'"),
        ('{"items": ' + "[" * 200_000 + "]" * 200_000 + "}", NotAFeedError, "nested too deeply"),
        (b'{"items": [], "title": "caf\xe9"}', SourceEncodingError, "byte 27 is not UTF-8;"),
        ("<html><body>Hello</body></html>", NotAFeedError, "neither RSS nor Atom"),
        (
            '<html><link rel="alternate" type="application/rss+xml" href="https://x.example/f">',
            NotAFeedError,
            "x.example/f",
        ),
        (BILLION_LAUGHS, NotAFeedError, "entities"),
        (EXTERNAL_ENTITY, NotAFeedError, "entities"),
        (RSS.format(encoding="utf-8").encode("iso-8859-1"), SourceEncodingError, "not UTF-8"),
        (RSS.format(encoding="klingon"), SourceEncodingError, "unknown encoding 'klingon'"),
        ("<a>" * 900, NotAFeedError, "neither RSS nor Atom"),
        ("<a>" * 1_000_000, NotAFeedError, "nested too deeply"),
        ("<![CDATA[" * 300_000, NotAFeedError, "neither RSS nor Atom"),
        (b'{"items": [], "x": "' + b"x" * MOST_BYTES + b'"}', SourceTooLargeError, "10,000,000 bytes"),
    ],
)
def test_what_is_no_feed_is_refused_in_words(
    tmp_path: Path, content: str | bytes, error: type[FeedError], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        load(written(tmp_path / "f", content))
    assert str(tmp_path / "f") in str(caught.value)


def test_a_file_far_too_large_is_refused_without_reading_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "f.json"
    with path.open("wb") as file:
        file.truncate(50_000_000_000)  # sparse
    with pytest.raises(SourceTooLargeError):
        load(str(path))


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("nowhere/feed.json", SourceMissingError),
        ("", SourceMissingError),
        ("a\0b", SourceMissingError),
        ("x" * 5000, SourceUnreachableError),
        ("file:///etc/passwd", SourceRefusedError),
        ("ftp://x.example/feed", SourceRefusedError),
        ("javascript:alert(1)", SourceRefusedError),
        ("/dev/zero", SourceRefusedError),
        ("http://", SourceRefusedError),
        ("http://[", SourceRefusedError),
    ],
)
def test_what_cannot_be_opened_is_refused_in_words(source: str, error: type[FeedError]) -> None:
    with pytest.raises(error):
        load(source)


# -- folders -----------------------------------------------------------------------------------------------------------


def test_a_folder_of_notes_is_a_feed(tmp_path: Path) -> None:
    folder = tmp_path / "my-notes"
    (folder / "sub").mkdir(parents=True)
    (folder / "pic.png").write_bytes(b"png")
    written(
        folder / "a.md",
        '---\ntitle: "The light"\ndate: 2026-11-01\nimage: pic.png\nkind: person\npersona: Hester\nfigure: vera\n---\n'
        "# Other\nText *here*.",
    )
    written(folder / "b-second_note.markdown", "# Heading\n\nBody text.")
    written(folder / "sub" / "2026-11-02-plain-text.txt", "Plain *text*\nof two lines.")
    written(folder / "ignored.py", "x")
    written(folder / ".hidden.md", "x")
    os.utime(folder / "sub" / "2026-11-02-plain-text.txt", (1_700_000_000, 1_700_000_000))
    document = load(str(folder))
    light, second, plain = document.items
    assert document.title == "My notes"
    assert (light.id, light.title, light.kind, light.persona.name) == ("a.md", "The light", "person", "Hester")
    assert light.published == datetime(2026, 11, 1, tzinfo=UTC)
    assert light.text == "Text here."
    assert light.image == str((folder / "pic.png").resolve())
    assert (second.title, second.text) == ("Heading", "Body text.")
    assert (plain.id, plain.title) == ("sub/2026-11-02-plain-text.txt", "Plain text")
    assert plain.text == "Plain *text*\nof two lines."
    assert plain.published == datetime.fromtimestamp(1_700_000_000, UTC)


def test_bad_files_of_a_folder_are_left_out_with_a_reason(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    written(tmp_path / "secret.md", "secret")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    written(folder / "latin.txt", "caf\xe9".encode("latin-1"))
    written(folder / "large.txt", b"x" * 2_000_001)
    written(folder / "empty.md", "")
    written(folder / "date.md", "---\ndate: tomorrow\n---\nText.")
    written(folder / "image.md", "---\nimage: ../secret.png\n---\nText.")
    written(folder / "nul.txt", b"Good\0 text.")
    document = load(str(folder))
    assert [(item.id, item.text) for item in document.items] == [("nul.txt", "Good text.")]
    reasons = {skip.id: skip.reason for skip in document.skipped}
    assert "leads out of the folder" in reasons["link.md"]
    assert "not a plain file" in reasons["gone.md"]
    assert "byte 3 is not UTF-8" in reasons["latin.txt"]
    assert "2,000,000 bytes" in reasons["large.txt"]
    assert reasons["empty.md"] == "it has no text"
    assert "tomorrow" in reasons["date.md"]
    assert "outside the feed's folder" in reasons["image.md"]


def test_a_folder_without_notes_is_no_feed(tmp_path: Path) -> None:
    with pytest.raises(NotAFeedError, match=r"no \.md"):
        load(str(tmp_path))


# -- the web -----------------------------------------------------------------------------------------------------------

Answer = Callable[[httpx.Request], httpx.Response]


def fetched(answer: Answer) -> bytes:
    return fetch("https://post.example/feed", httpx.MockTransport(answer)).content


def test_redirects_are_followed_and_the_last_address_is_the_feeds() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/feed":
            return httpx.Response(301, headers={"location": "/new"})
        return httpx.Response(200, content=b"{}")

    assert fetch("https://post.example/feed", httpx.MockTransport(answer)).address == "https://post.example/new"


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://x.example/", "javascript:alert(1)"])
def test_a_redirect_to_something_else_is_refused(location: str) -> None:
    with pytest.raises(SourceRefusedError):
        fetched(lambda request: httpx.Response(302, headers={"location": location}))


def test_redirects_in_a_circle_are_refused() -> None:
    with pytest.raises(SourceRefusedError, match="redirects more than"):
        fetched(lambda request: httpx.Response(302, headers={"location": str(request.url)}))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, SourceMissingError),
        (410, SourceMissingError),
        (500, SourceUnreachableError),
        (403, SourceUnreachableError),
    ],
)
def test_a_servers_refusal_is_told(status: int, error: type[FeedError]) -> None:
    with pytest.raises(error, match=str(status)):
        fetched(lambda request: httpx.Response(status))


def raising(error: Exception) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error

    return answer


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("refused"), httpx.ReadTimeout("slow"), httpx.RemoteProtocolError("odd")]
)
def test_a_network_that_is_down_is_told(error: Exception) -> None:
    with pytest.raises(SourceUnreachableError):
        fetched(raising(error))


def test_a_feed_is_not_read_past_the_limit() -> None:
    sent = []

    def chunks() -> Iterator[bytes]:
        for _ in range(1000):
            sent.append(1)
            yield b"x" * 1_000_000

    with pytest.raises(SourceTooLargeError):
        fetched(lambda request: httpx.Response(200, content=chunks()))
    assert len(sent) < 20


def test_a_small_feed_that_unpacks_to_a_huge_one_is_refused() -> None:
    bomb = gzip.compress(b"x" * (MOST_BYTES * 2))
    assert len(bomb) < 100_000
    with pytest.raises(SourceTooLargeError):
        fetched(lambda request: httpx.Response(200, headers={"content-encoding": "gzip"}, content=bomb))


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[bytes, str], str]]:
    """A real server on the loopback interface; call with what it should give to get its address."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    content: dict[str, Any] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content["type"])
            self.end_headers()
            self.wfile.write(content["body"])

        def log_message(self, *arguments: object) -> None:
            """Keep the test's output clean."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()

    def serve(body: bytes, content_type: str) -> str:
        content.update(body=body, type=content_type)
        return f"http://127.0.0.1:{server.server_port}/feed"

    yield serve
    server.shutdown()
    thread.join()
    server.server_close()


def test_feeds_come_over_a_real_connection(served: Callable[[bytes, str], str]) -> None:
    address = served(json.dumps(JSON_FEED).encode(), "application/feed+json")
    document = load(address)
    assert (document.title, document.source, len(document.items)) == ("The Post", address, 1)


def test_the_servers_word_about_the_encoding_counts(served: Callable[[bytes, str], str]) -> None:
    body = RSS.format(encoding="utf-8").encode("iso-8859-1")
    document: FeedDocument = load(served(body, "application/rss+xml; charset=iso-8859-1"))
    assert document.title == "The Café Post"
