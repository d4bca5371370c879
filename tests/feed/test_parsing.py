"""Raw items to items, and the reasons why some are left out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.errors import ItemRejectedError
from feed.parsing import MOST_ITEMS, MOST_TEXT, Origin, parse_item, parse_items, web_address
from feed.personas import HOSTS

ORIGIN = Origin(address="https://post.example/feed.json", title="The Post")


def raw_item(**fields: Any) -> dict[str, Any]:
    return {"id": "one", "title": "A title", "content_text": "The ferry is late. Nobody minds."} | fields


def talk(**fields: Any) -> dict[str, Any]:
    return raw_item(_talk=fields)


def test_a_full_item_is_taken_over() -> None:
    item = parse_item(
        {
            "id": 7,
            "url": "/late",
            "title": "The <b>ferry</b> &amp; the tide",
            "content_text": "The ferry is late.\n\nNobody minds.",
            "summary": "Late again.",
            "image": "pictures/ferry.png",
            "date_published": "2026-11-20T08:00:00+02:00",
            "language": "en-GB",
            "authors": [{"name": "Mara Quill"}],
            "_talk": {
                "kind": "person",
                "goal": "Find out.",
                "openers": ["Why?", " "],
                "voice": {"persona": "Mara", "role": "reporter", "manner": "Dry.", "figure": "vera", "voice": "kim"},
                "evidence": [{"id": "tide", "text": "Nobody minds."}],
            },
        },
        ORIGIN,
    )
    assert (item.id, item.title, item.kind, item.source) == ("7", "The ferry & the tide", "person", "Mara Quill")
    assert item.url == "https://post.example/late"
    assert item.image == "https://post.example/pictures/ferry.png"
    assert item.published == datetime(2026, 11, 20, 6, tzinfo=UTC)
    assert (item.language, item.summary, item.goal, item.openers) == ("en-GB", "Late again.", "Find out.", ("Why?",))
    assert (item.persona.name, item.persona.figure, item.persona.voice) == ("Mara", "vera", "kim")
    assert [(passage.id, passage.text) for passage in item.passages] == [
        ("p1", "The ferry is late."),
        ("tide", "Nobody minds."),
    ]


def test_an_item_without_a_title_is_called_by_its_first_sentence() -> None:
    assert parse_item(raw_item(title=""), ORIGIN).title == "The ferry is late."


def test_html_is_read_when_there_is_no_plain_text() -> None:
    item = parse_item(raw_item(content_text="", content_html="<p>One.<script>x</script><p>Two."), ORIGIN)
    assert item.text == "One.\n\nTwo."


def test_an_item_of_a_summary_alone_has_that_as_its_text() -> None:
    assert parse_item({"id": "1", "summary": "Short."}, ORIGIN).text == "Short."


def test_a_host_is_chosen_once_and_for_all() -> None:
    hosts = {parse_item(raw_item(id=str(number)), ORIGIN).persona for number in range(60)}
    assert hosts == set(HOSTS)
    assert parse_item(raw_item(), ORIGIN).persona == parse_item(raw_item(), ORIGIN).persona


def test_the_hosts_differ_in_manner_figure_and_voice() -> None:
    assert len({host.name for host in HOSTS}) == len({host.manner for host in HOSTS}) == len(HOSTS) >= 5
    assert len({host.figure for host in HOSTS}) == len(HOSTS)
    assert {host.voice for host in HOSTS} == {"ava", "adam", "kim", "george"}


def test_a_feeds_voice_is_for_items_without_their_own() -> None:
    origin = Origin(address="x", title="x", voice={"persona": "Ada"})
    assert parse_item(raw_item(), origin).persona.name == "Ada"
    assert parse_item(talk(voice={"persona": "Bo"}), origin).persona.name == "Bo"


def test_a_date_without_a_zone_is_read_as_utc() -> None:
    assert parse_item(raw_item(date_published="2026-11-20"), ORIGIN).published == datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ([], "should be an object, not a list"),
        (None, "should be an object, not null"),
        ({"content_text": "x"}, "neither an id nor a url"),
        (raw_item(id=["x"]), "neither an id nor a url"),
        (raw_item(id="\u202e\x00"), "neither an id nor a url"),
        (raw_item(id="x" * 501), "id has 501 characters"),
        (raw_item(title=7), "title should be text, not a number"),
        (raw_item(content_text=None), "no text"),
        (raw_item(content_text="\x00 \n ..."), "no text"),
        (raw_item(content_text={"a": 1}), "content_text should be text, not an object"),
        (raw_item(content_text="", content_html="<script>x</script>"), "no text"),
        (raw_item(content_text="word " * MOST_TEXT), "characters; at most"),
        (raw_item(content_html="x" * 2_000_000, content_text=""), "content_html has 2,000,000 characters"),
        (raw_item(date_published="yesterday"), 'like 2026-11-20T08:00:00Z, not "yesterday"'),
        (raw_item(date_published="0001-01-01T00:00:00Z"), "out of range"),
        (raw_item(date_published=1700000000), "date_published should be text"),
        (raw_item(url="javascript:alert(1)"), "not an http or https address"),
        (raw_item(url="file:///etc/passwd"), "not an http or https address"),
        (raw_item(url="https://user:word@bank.example/"), "not a plain address"),
        (raw_item(url="https://a.example/\u202ex"), "not a plain address"),
        (raw_item(url="http://[::1"), "is not an address"),
        (raw_item(url="http://x:port/"), "is not an address"),
        (raw_item(url="https://x.example/" + "x" * 3000), "not a plain address"),
        (raw_item(image="data:image/png;base64,AAAA"), "not an http or https address"),
        (raw_item(_talk=[]), "_talk should be an object"),
        (talk(kind="advert"), "_talk.kind should be one of article, picture"),
        (talk(kind=["article"]), "_talk.kind should be one of"),
        (talk(voice="Bo"), "_talk.voice should be an object"),
        (talk(voice={"figure": "../../vera"}), "is not a name like vera"),
        (talk(voice={"voice": 7}), "voice should be text"),
        (talk(openers=["x"] * 9), "at most 8 questions"),
        (talk(openers=[7]), "at most 8 questions"),
        (talk(evidence=[{"text": "late"}]), "an object with an id"),
        (talk(evidence=[{"id": "a", "text": "not there"}]), "words that are not in the item's text"),
        (talk(evidence=[{"id": "a", "start": 5, "end": 500}]), "a start and end inside"),
        (talk(evidence=[{"id": "a", "start": True, "end": 5}]), "a start and end inside"),
        (talk(evidence=[{"id": "a", "start": 0, "end": 9}, {"id": "b", "start": 5, "end": 12}]), "overlap"),
        (talk(evidence=[{"id": "a", "start": 0, "end": 3}, {"id": "a", "start": 4, "end": 9}]), "same id"),
        (talk(evidence=[{"id": "a b", "text": "late"}]), "letters, digits"),
    ],
)
def test_a_bad_item_is_left_out_with_the_reason_in_words(raw: object, reason: str) -> None:
    document = parse_items([raw_item(id="before"), raw, raw_item(id="after")], ORIGIN)
    assert [item.id for item in document.items] == ["before", "after"]
    assert [skip.position for skip in document.skipped] == [1]
    assert reason in document.skipped[0].reason


def test_the_second_of_two_items_with_one_id_is_left_out() -> None:
    document = parse_items([raw_item(), raw_item(content_text="Other.")], ORIGIN)
    assert [item.text for item in document.items] == ["The ferry is late. Nobody minds."]
    assert document.skipped[0].reason == "an item before it has the same id"


def test_no_more_than_so_many_items_are_read() -> None:
    document = parse_items((raw_item(id=str(number)) for number in range(MOST_ITEMS * 2)), ORIGIN)
    assert len(document.items) == MOST_ITEMS
    assert "only the first" in document.skipped[0].reason


def test_control_and_bidi_characters_reach_no_field() -> None:
    nasty = "a\u202eb\x00c"
    item = parse_item(
        raw_item(
            id=nasty,
            title=nasty,
            content_text=nasty,
            summary=nasty,
            authors=[{"name": nasty}],
            _talk={"goal": nasty, "openers": [nasty], "voice": {"persona": nasty, "role": nasty, "manner": nasty}},
        ),
        ORIGIN,
    )
    said = [item.id, item.title, item.text, item.summary, item.source, item.goal, *item.openers]
    assert {*said, item.persona.name, item.persona.role, item.persona.manner} == {"abc"}


# -- pictures ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def local(tmp_path: Path) -> Origin:
    folder = tmp_path / "feed"
    (folder / "pictures").mkdir(parents=True)
    (folder / "pictures" / "a b.png").write_bytes(b"png")
    (folder / "notes.txt").write_text("x")
    (tmp_path / "secret.png").write_bytes(b"png")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "away").symlink_to(tmp_path)
    (folder / "circle.png").symlink_to(folder / "circle.png")
    return Origin(address=str(folder / "feed.json"), title="Local", folder=folder)


def test_a_local_picture_is_an_absolute_path_inside_the_feeds_folder(local: Origin) -> None:
    assert local.folder is not None
    expected = str(local.folder.resolve() / "pictures" / "a b.png")
    assert parse_item(raw_item(image="pictures/a%20b.png"), local).image == expected
    assert parse_item(raw_item(image="./pictures/../pictures/a b.png"), local).image == expected


def test_a_local_feed_may_show_a_picture_from_the_web(local: Origin) -> None:
    assert parse_item(raw_item(image="https://x.example/a.png"), local).image == "https://x.example/a.png"


@pytest.mark.parametrize(
    "image",
    [
        "../secret.png",
        "%2e%2e/secret.png",
        "pictures/../../secret.png",
        "link.png",
        "away/secret.png",
        "circle.png",
        "/etc/passwd",
        "~/secret.png",
        "file:///etc/passwd",
        "C:\\secret.png",
        "..\\secret.png",
        "//host/share.png",
        "javascript:alert(1)",
        "pictures/%00.png",
        "pictures/missing.png",
        "pictures",
        "notes.txt",
        "x" * 5000,
    ],
)
def test_no_picture_leads_out_of_the_feeds_folder(local: Origin, image: str) -> None:
    with pytest.raises(ItemRejectedError, match=r"picture|address"):
        parse_item(raw_item(image=image), local)


def test_a_feed_from_the_web_never_shows_a_local_file() -> None:
    assert parse_item(raw_item(image="/etc/passwd"), ORIGIN).image == "https://post.example/etc/passwd"


# -- anything ----------------------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
field_names = st.sampled_from(
    ["id", "title", "content_text", "content_html", "summary", "url", "image", "date_published", "authors", "language"]
)
talk_names = st.sampled_from(["kind", "voice", "goal", "openers", "evidence"])


@given(st.dictionaries(field_names, json_values), st.dictionaries(talk_names, json_values))
def test_whatever_an_item_holds_it_is_taken_or_left_out_with_a_reason(fields: Any, talk_fields: Any) -> None:
    document = parse_items([raw_item(_talk=talk_fields) | fields], ORIGIN)
    assert len(document.items) + len(document.skipped) == 1
    assert all(skip.reason for skip in document.skipped)


@given(st.text(max_size=60))
def test_an_address_is_http_or_refused(written: str) -> None:
    try:
        address = web_address(written)
    except ItemRejectedError:
        return
    assert address.lower().startswith(("http://", "https://"))
