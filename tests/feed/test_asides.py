"""What is said beside the answers: a bridge, a gentle prompt, and the passage that a claim rests on."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from feed.asides import bridge, prompt
from feed.items import FeedDocument, Persona
from feed.personas import HOSTS
from feed.reading import read
from feed.replies import Replier, Sentence, Turn
from feed.store import Store
from feed.values import names, values
from tests.feed.items_to_ask import BAKER, FERRY, Visit, item, open_store, replier_over


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def replier(store: Store) -> Replier:
    return replier_over(store)


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.name)
def test_requests_for_patience_are_short_varied_and_claim_nothing(host: Persona) -> None:
    about = msgspec.structs.replace(FERRY, persona=host)
    said = [bridge(about, count) for count in range(12)]
    assert all(len(text.split()) <= 9 and not re.search(r"\d", text) for text in said)
    assert not any(name for text in said for name in names(text) if not name.opening)
    assert all(one != other for one, other in itertools.pairwise(said))
    assert len(set(said)) >= 4


def test_hosts_of_different_manner_ask_for_patience_differently() -> None:
    first = {host.name: {bridge(msgspec.structs.replace(FERRY, persona=host), n) for n in range(6)} for host in HOSTS}
    assert first["Edgar Sloe"].isdisjoint(first["Pim Avery"])


def test_no_request_for_patience_is_made_twice_in_a_row(replier: Replier) -> None:
    history = (Turn("Why?", ()),)
    first = replier.bridge(FERRY, history)
    second = replier.bridge(FERRY, history)
    assert first is not None
    assert second is not None
    assert first.text != second.text
    assert not first.evidence


def test_a_silent_user_is_told_of_something_real_that_was_not_told_yet(replier: Replier) -> None:
    said = replier.prompt(FERRY, ())
    assert said is not None
    assert said.evidence
    named = next(name.text for name in names(said.text) if not name.opening)
    assert named in FERRY.text
    reply = Sentence(" ".join(passage.text for passage in FERRY.passages[:1]), (FERRY.passages[0].id,))
    later = replier.prompt(FERRY, (Turn(f"What about {named}?", (reply,)),))
    assert later is not None
    assert named not in later.text


def test_when_all_is_told_the_prompt_names_an_opener_or_rests() -> None:
    every = frozenset(passage.id for passage in FERRY.passages)
    asked = msgspec.structs.replace(FERRY, openers=("Why did it stop?", "Who pays?"))
    assert prompt(read(asked), ["why did it stop"], every, 3) == ("You could ask me, for instance: Who pays?", ())
    text, evidence = prompt(read(FERRY), [], every, 3)
    assert "whenever you like" in text
    assert not evidence


@pytest.mark.parametrize(
    "asked",
    [
        "Where does it say that?",
        "Show me",
        "source?",
        "How do you know that?",
        "Says who?",
        "Can you show me where it says that?",
        "Are you sure?",
        "Really? Prove it.",
        "where did you get that from",
        "Quote it.",
    ],
)
def test_the_passage_of_the_last_claim_is_quoted_with_its_id(replier: Replier, asked: str) -> None:
    visit = Visit(replier, FERRY)
    told = visit.ask("How many passengers can the boat carry?")
    shown = visit.ask(asked)
    assert shown[0].evidence == told[0].evidence
    quoted = shown[0].text.partition("“")[2].rstrip("”")
    assert quoted in FERRY.text
    assert "90 passengers" in quoted


def test_an_author_shows_what_they_wrote(replier: Replier) -> None:
    visit = Visit(replier, BAKER)
    visit.ask("How many loaves did you bake a day?")
    assert visit.say("Where does it say that?") == "I wrote: “We baked about 300 loaves a day.”"


@pytest.mark.parametrize(
    "asked",
    ["Where does it say that the boat has room for 90 passengers?", "Where exactly did it say the boat carries 90?"],
)
def test_the_passage_of_a_claim_that_is_named_is_shown(replier: Replier, asked: str) -> None:
    (shown, *_) = Visit(replier, FERRY).ask(asked)
    (passage,) = (passage for passage in FERRY.passages if passage.id in shown.evidence)
    assert "90 passengers" in passage.text
    assert "90 passengers" in shown.text


def test_a_claim_that_the_text_does_not_make_is_not_shown(replier: Replier) -> None:
    (shown, *_) = Visit(replier, FERRY).ask("Where does it say that the mayor was arrested?")
    assert not shown.evidence


def test_before_any_claim_there_is_nothing_to_show(replier: Replier) -> None:
    shown = Visit(replier, FERRY).ask("Where does it say that?")
    assert "haven't told you anything" in shown[0].text
    assert not shown[0].evidence


def test_after_small_talk_the_claim_before_it_is_shown(replier: Replier) -> None:
    visit = Visit(replier, FERRY)
    told = visit.ask("How much is a ticket?")
    visit.ask("Are you human?")
    shown = visit.ask("How do you know?")
    assert shown[-1].evidence == told[0].evidence


def test_whatever_tells_of_the_item_says_where_it_stands(replier: Replier) -> None:
    for asked in ("What is this about?", "Tell me more", "What do you think?", "Say that again, please", "Why?"):
        visit = Visit(replier, FERRY)
        visit.ask("What is this about?")
        for sentence in visit.ask(asked):
            tells = any(value for value in values(sentence.text)) or "council" in sentence.text
            assert bool(sentence.evidence) or not tells, sentence


NOTICE_TEXT = (
    "The bell is updated at night. It rings again after six minutes. We delete every recording after thirty days."
    " Nothing else has to be done. The app shows the state of the bell. The glass is washed with water."
)


def test_you_may_be_who_wrote_the_text_where_they_say_we(tmp_path: Path) -> None:
    with_us = item("notice", "The bell rings again", NOTICE_TEXT, "article", "Mara")
    without = item("notice", "The bell rings again", NOTICE_TEXT.replace("We delete", "They delete"), "article", "Mara")
    for about, of_the_host in ((with_us, False), (without, True)):
        store = Store(tmp_path / f"{of_the_host}.db")
        store.put(FeedDocument(title="Test", items=(about,)))
        said = " ".join(sentence.text for sentence in replier_over(store).reply(about, "How much do you earn?", ()))
        store.close()
        assert ("no more to say about me" in said) == of_the_host
