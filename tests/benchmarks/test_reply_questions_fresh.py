"""The questions of the blind set: what the text says passes its judge, what it does not say is caught."""

from __future__ import annotations

import re
from functools import cache

import pytest

from benchmarks.reply_judge import TALK, Asked, judge
from benchmarks.reply_quality import BLIND, QUESTIONS, ROOT, dialogues
from feed.items import Item
from feed.replies import Sentence
from feed.sources import load

SENTENCE_ENDS = re.compile(r"(?<=[.!?”\"])\s+(?=[A-Z“\"])|\n+")
NOT_SAID = Sentence("The article doesn't say.", ())
TELLABLE = ("answerable", "numbers", "dates", "who-said-what", "follow-up")


@cache
def items() -> dict[str, Item]:
    """Every item that the set asks about."""
    feeds = {dialogue.feed for dialogue in dialogues("fresh")}
    return {item.id: item for feed in sorted(feeds) for item in load(str(ROOT / feed)).items}


def questions(item: str) -> list[Asked]:
    return [asked for dialogue in dialogues("fresh") if dialogue.item == item for asked in dialogue.turns]


def question(item: str, ask: str) -> Asked:
    return next(asked for asked in questions(item) if asked.ask == ask)


def told(asked: Asked, item: Item) -> list[Sentence]:
    """The sentences of the item that answer, each with the passage that it stands in."""
    return [
        Sentence(text.strip(), (passage.id,))
        for passage in item.passages
        for text in SENTENCE_ENDS.split(passage.text)
        if asked.holds and re.search(asked.holds, text, re.IGNORECASE)
    ]


def cited(item: Item, passage: str, text: str) -> Sentence:
    """A sentence that rests on the passage that holds ``passage``."""
    return Sentence(text, (next(entry.id for entry in item.passages if passage in entry.text),))


ITEMS = list(dict.fromkeys(dialogue.item for dialogue in dialogues("fresh")))


def test_the_set_is_blind_and_shares_no_item_with_another() -> None:
    others = {dialogue.item for name in QUESTIONS if name not in BLIND for dialogue in dialogues(name)}
    assert "fresh" in BLIND
    assert not others & set(ITEMS)


def test_it_asks_enough_of_every_kind_about_twelve_items_half_of_them_rss() -> None:
    assert sorted(items()) == sorted(ITEMS)
    assert len(ITEMS) == 12
    feeds = dict.fromkeys((dialogue.feed, dialogue.item) for dialogue in dialogues("fresh"))
    assert sum(feed.endswith(".xml") for feed, _ in feeds) == 6
    assert all(150 <= len(item.text.split()) <= 350 for item in items().values())
    kinds = [asked.kind for item in ITEMS for asked in questions(item)]
    assert len(kinds) >= 240
    assert all(len(questions(item)) >= 20 for item in ITEMS)
    assert set(kinds) - TALK == {*TELLABLE, "half-answerable", "unanswerable", "misleading"}
    assert {"opinion", "small-talk", "who-are-you", "human"} <= set(kinds)


@pytest.mark.parametrize("name", ITEMS)
def test_what_the_item_says_itself_is_a_right_answer_on_the_right_passage(name: str) -> None:
    item, failed = items()[name], []
    for asked in questions(name):
        if not asked.holds:
            continue
        sentences = told(asked, item)
        added = [NOT_SAID] if asked.declines == "must" else []
        verdict = judge(asked, item, [*sentences, *added], asked.ask)
        if len(sentences) != 1 or not verdict.right or not verdict.held or verdict.unsupported:
            failed.append((asked.ask, [sentence.text for sentence in sentences], verdict))
    assert not failed


@pytest.mark.parametrize("name", ITEMS)
def test_not_to_know_is_wrong_where_the_text_answers_and_right_where_it_does_not(name: str) -> None:
    for asked in questions(name):
        right = judge(asked, items()[name], [NOT_SAID]).right
        if asked.kind in (*TELLABLE, "half-answerable"):
            assert not right, asked.ask
        elif asked.kind in ("unanswerable", "misleading"):
            assert right, asked.ask


@pytest.mark.parametrize("name", ITEMS)
def test_no_sentence_of_the_item_passes_for_an_answer_that_it_does_not_give(name: str) -> None:
    item = items()[name]
    tempting = [Sentence(passage.text, (passage.id,)) for passage in item.passages]
    for asked in questions(name):
        if asked.kind == "unanswerable":
            assert all(judge(asked, item, [sentence]).unsupported == "told" for sentence in tempting), asked.ask


@pytest.mark.parametrize("name", ITEMS)
def test_every_question_that_the_text_answers_says_what_the_answer_is_and_where(name: str) -> None:
    for asked in questions(name):
        if asked.kind in (*TELLABLE, "half-answerable", "misleading"):
            assert asked.says, asked.ask
            assert asked.holds, asked.ask
            assert not judge(asked, items()[name], [Sentence("I like that.", ())]).right, asked.ask


@pytest.mark.parametrize("name", ITEMS)
def test_half_an_answer_is_not_enough_where_the_other_half_is_not_told(name: str) -> None:
    item = items()[name]
    for asked in questions(name):
        if asked.kind == "half-answerable":
            assert not judge(asked, item, told(asked, item)).right


@pytest.mark.parametrize("name", ITEMS)
def test_to_agree_with_what_is_not_so_is_false(name: str) -> None:
    item = items()[name]
    for asked in questions(name):
        if asked.kind == "misleading" and not re.match(r"(?:what|why|how|by how)\b", asked.ask, re.IGNORECASE):
            assert judge(asked, item, [Sentence("Yes, that's right.", ())]).unsupported == "false", asked.ask


RIGHT = [
    ("landslip", "How long is it going to be closed for?", "8 December", "Till 8 December at the earliest."),
    ("landslip", "How many people had to leave their homes?", "seven residents", "Seven people did."),
    (
        "landslip",
        "So the engineer said the milk tanker caused it?",
        "wettest",
        "No, she blamed rain and a small drain.",
    ),
    ("farinata", "Will it keep until tomorrow?", "same day", "No, have it on the day that you make it."),
    ("farinata", "How many eggs does it take?", "eggs and milk", "It takes no eggs at all."),
    ("storm-falcons", "Who got the winner?", "Noor Haddad", "It was the captain, Noor Haddad."),
    ("storm-falcons", "So Storm are top of the table now?", "stay second", "No, they're second."),
    ("firmware-42", "Do I still see who's at the door then?", "your phone", "Yes, calls come up on your phone."),
    ("firmware-42", "How long do you hang on to recordings?", "14 days", "For fourteen days."),
    ("brackwater-spire", "And the one after it?", "61 metres", "That one was 61 metres high."),
    ("brackwater-spire", "Did it kill anybody?", "a pig", "No person, but it did kill a pig."),
    ("allotment-minutes", "How did the vote on the rent go?", "21 votes", "It was carried, 21 to 9."),
    ("allotment-minutes", "So bonfires are fine in the morning in February?", "dusk", "No, only after dusk."),
    ("gravestone-lichens", "And out in the countryside?", "eleven in the", "There it was 11 on average."),
    ("gravestone-lichens", "Is he certain?", "my house", "He suspects it, no more."),
    ("whetstone", "And for a European one?", "15 degrees", "At 20 degrees."),
    ("whetstone", "How come?", "polishing", "Because the mud polishes the edge."),
    ("salt-room", "Can I go for lunch?", "evenings only", "No, they open in the evening."),
    ("salt-room", "It got full marks from you, didn't it?", "Four stars", "Not quite: four stars of five."),
    ("teodora-banks", "Did she win?", "and lost", "No, she lost."),
    ("teodora-banks", "What was her husband's job?", "never married", "She never married."),
    ("gas-meters", "What were you doing before?", "wedding", "I photographed weddings for sixteen years."),
    ("gas-meters", "How many times did a dog get you?", "dachshund", "Two times."),
    ("four-day-week", "Would she return to five days?", "Never", "She would never go back."),
    ("four-day-week", "Did sickness go up at the printing works?", "Sick days", "It went down by a third."),
]
WRONG = [
    ("landslip", "How much of the carriageway is gone?", "60 metres", "About 410 metres."),
    ("landslip", "What would a bigger culvert have cost?", "410,000", "It would have cost 60 pounds."),
    ("farinata", "Where was that?", "Genoa", "It was in Savona."),
    ("farinata", "Will it keep until tomorrow?", "same day", "Yes, it will."),
    ("storm-falcons", "Who got the winner?", "Noor Haddad", "It was Ellie Marchetti."),
    ("storm-falcons", "Did Falcons win it with Lindgren's third goal?", "ruled out", "Yes, they did."),
    ("firmware-42", "I've got a Mini, do I get it as well?", "not included", "Yes, all doorbells get it."),
    ("firmware-42", "What does a Duo cost?", "prices", "It costs 14 pounds."),
    ("brackwater-spire", "How tall was the original spire?", "61 metres", "It was 61 metres tall."),
    ("brackwater-spire", "What happened to the third spire?", "1464", "It fell down in a gale."),
    ("allotment-minutes", "What will a whole plot cost me now?", "£54", "It will cost 48 pounds."),
    ("allotment-minutes", "Did Dorothy Kale step down as chair?", "re-elected", "Yes, she stepped down."),
    ("gravestone-lichens", "How fast did they spread back, according to her?", "800", "At 60 metres a year."),
    ("gravestone-lichens", "Why do lichens hate nitrogen so much?", "nitrogen", "Because it dries them out."),
    ("whetstone", "At what angle for a Japanese blade?", "15 degrees", "At 20 degrees."),
    ("whetstone", "Couldn't I just run my thumb along it?", "thumb", "Yes, gently."),
    ("salt-room", "And what's the price of that?", "£139", "It is 139 pounds."),
    ("salt-room", "So your friend got a second helping of the eel?", "eel", "Yes, a second one."),
    ("teodora-banks", "What year was she born?", "1954", "She was born in 1954."),
    ("teodora-banks", "So she became president of the swimming club?", "president", "Yes, the year after."),
    ("gas-meters", "What was her name?", "Marlene", "Her name was Marlene."),
    ("gas-meters", "So two different dogs bit you?", "dachshund", "Yes, two of them."),
    ("four-day-week", "How many have given up since?", "Nineteen", "Nineteen have given up."),
    ("four-day-week", "How many hours a week do they do at the printer's now?", "34 hours", "40 hours."),
]


@pytest.mark.parametrize(("name", "ask", "passage", "text"), RIGHT)
def test_an_answer_in_other_words_is_right(name: str, ask: str, passage: str, text: str) -> None:
    item, asked = items()[name], question(name, ask)
    verdict = judge(asked, item, [cited(item, passage, text)], ask)
    assert verdict.right
    assert not verdict.unsupported


@pytest.mark.parametrize(("name", "ask", "passage", "text"), WRONG)
def test_a_wrong_answer_is_not_right(name: str, ask: str, passage: str, text: str) -> None:
    item, asked = items()[name], question(name, ask)
    assert not judge(asked, item, [cited(item, passage, text)], ask).right


def test_a_host_that_says_what_it_is_answers_who_asks() -> None:
    for name in ITEMS:
        item = items()[name]
        for asked in questions(name):
            if asked.kind == "human":
                assert judge(asked, item, [Sentence("I'm a computer program.", ())]).right
                assert judge(asked, item, [Sentence("Yes, I'm a real person.", ())]).unsupported == "human"
            elif asked.kind == "who-are-you":
                assert judge(asked, item, [Sentence(f"I'm {item.persona.name}.", ())]).right
                assert not judge(asked, item, [Sentence("Nobody in particular.", ())]).right
            elif asked.kind in ("small-talk", "opinion"):
                assert judge(asked, item, [Sentence("Personally, I like it.", ())]).right == (
                    asked.kind == "small-talk" or asked.own_view
                )
