"""Which passages are found for a question."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from feed.embeddings import MiniLM
from feed.errors import UnknownItemError
from feed.items import FeedDocument, Item, Persona
from feed.retrieval import Retriever
from feed.sources import load
from feed.store import Store
from feed.text import cut_passages
from server.assets import AssetStore

TEXT = (
    "The harbour wall was painted green by a crew of nine, who came over from Vellin each morning by boat to do it.\n\n"
    "It cost £40,000 in all, most of it for the scaffolding, and the borough paid for it out of the coastal fund.\n\n"
    "A small dog named Bosun watched the work from first to last, and was made an honorary member of the crew.\n\n"
    "Next year it is the turn of the lighthouse, whose keeper would prefer that everybody simply stayed at home."
)


class FakeEmbedder:
    """Test double: a text's vector says how often each of a few words occurs in it."""

    name = "fake"
    axes = ("dog", "money", "keeper", "green")
    synonyms = ("animal", "cost", "guard", "colour")

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        self.encoded += texts
        counts = [
            [
                1e-3 + text.count(word) + text.count(synonym)
                for word, synonym in zip(self.axes, self.synonyms, strict=True)
            ]
            for text in texts
        ]
        vectors = np.array(counts, np.float32).reshape(-1, len(self.axes))
        unit: NDArray[np.float32] = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def item_of(text: str = TEXT) -> Item:
    persona = Persona(name="A", role="b", manner="c", figure="vera", voice="ava")
    return Item(
        id="wall", title="t", kind="article", source="s", text=text, passages=cut_passages(text), persona=persona
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store.db")
    store.put(FeedDocument(title="t", items=(item_of(),), source="s"))
    yield store
    store.close()


def test_without_an_embedder_only_passages_that_share_a_word_are_found(store: Store) -> None:
    hits = Retriever(store, None).retrieve(item_of(), "What did the scaffolding and the painting cost?", 5)
    assert [(hit.passage.id, hit.rank, hit.similarity) for hit in hits] == [("p2", 1, None), ("p1", 2, None)]
    assert hits[0].score > hits[1].score
    assert Retriever(store, None).retrieve(item_of(), "Is there an elephant?", 5) == []


def test_an_embedder_finds_what_shares_no_word(store: Store) -> None:
    hits = Retriever(store, FakeEmbedder()).retrieve(item_of(), "Was an animal there?", 5)
    assert (hits[0].passage.id, hits[0].rank) == ("p3", None)
    assert hits[0].similarity == pytest.approx(1, abs=0.01)
    assert len(hits) == 4


def test_words_and_meaning_together_beat_either(store: Store) -> None:
    hits = Retriever(store, FakeEmbedder()).retrieve(item_of(), "Which colour did Vellin choose?", 5)
    assert (hits[0].passage.id, hits[0].rank) == ("p1", 1)


def test_no_more_than_asked_for_are_returned(store: Store) -> None:
    assert len(Retriever(store, FakeEmbedder()).retrieve(item_of(), "dog", 2)) == 2


def test_passages_are_embedded_once_and_again_only_when_the_text_changes(store: Store) -> None:
    embedder = FakeEmbedder()
    Retriever(store, embedder).prepare(item_of())
    assert len(embedder.encoded) == 4
    Retriever(store, embedder).retrieve(item_of(), "dog", 1)
    assert embedder.encoded[4:] == ["dog"]
    changed = item_of("An entirely new text.")
    store.put(FeedDocument(title="t", items=(changed,), source="s"))
    Retriever(store, embedder).retrieve(changed, "dog", 1)
    assert embedder.encoded[5:] == ["An entirely new text.", "dog"]


def test_preparing_without_an_embedder_does_nothing(store: Store) -> None:
    Retriever(store, None).prepare(item_of())


def test_an_item_that_was_never_put_is_refused(tmp_path: Path) -> None:
    empty = Store(tmp_path / "empty.db")
    with pytest.raises(UnknownItemError):
        Retriever(empty, None).retrieve(item_of(), "dog", 3)
    empty.close()


# (item, question, words of a passage that answers it), of the sample feed; most questions are paraphrases
QUESTIONS = (
    ("clock-strikes-thirteen", "What broke?", ("brass pin",)),
    ("clock-strikes-thirteen", "Who doesn't like it?", ("Osric Pane",)),
    ("clock-strikes-thirteen", "What if it gets even worse?", ("reaches fourteen",)),
    ("hester-lorne", "How long have you lived there?", ("nineteen years",)),
    ("hester-lorne", "What pet do you have?", ("Bosun",)),
    ("hester-lorne", "How do you get food?", ("supply boat",)),
    ("hester-lorne", "Why did you take the job?", ("cannery",)),
    ("seals-return", "How many animals were seen this year?", ("Three hundred and twelve",)),
    ("seals-return", "Are fishermen unhappy?", ("Dorrit Hale",)),
    ("seals-return", "How do they count?", ("separate slates",)),
    ("sea-wall-accounts", "What was the budget?", ("280,000",)),
    ("sea-wall-accounts", "How many workers were there?", ("crew of fourteen",)),
    ("sea-wall-accounts", "Who pays the extra?", ("parking",)),
    ("sea-wall-accounts", "What did the musicians get?", ("brass band",)),
    ("anselm-boke", "When do you get up?", ("half past one",)),
    ("anselm-boke", "Who takes over from you?", ("Nell gets",)),
    ("anselm-boke", "How hot is it in there?", ("two hundred and sixty",)),
    ("slow-queue", "Who works at the counter?", ("Ambrose Tilney",)),
    ("slow-queue", "What did you hear while waiting?", ("Fenner boy",)),
    ("slow-queue", "How fast is the machine?", ("fifty seconds",)),
    ("library-boat", "What is the boat's name?", ("called Footnote",)),
    ("library-boat", "What happens when I am late?", ("quarter of an hour",)),
    ("library-boat", "Is it popular?", ("seventeen times", "waiting list")),
    ("kite-prize", "Who had the idea?", ("Posy Lund, who is eight",)),
    ("kite-prize", "Who came second?", ("Quernmouth Academy",)),
    ("kite-prize", "How large is the school?", ("eleven pupils, one",)),
    ("conrad-veil", "How old are you?", ("seventy-nine",)),
    ("conrad-veil", "Did you ever get married?", ("married",)),
    ("conrad-veil", "How was the wobble fixed?", ("eight tuned",)),
    ("eel-pie", "How do the two pies differ?", ("lid. It holds", "open, has cream")),
    ("eel-pie", "How much money is at stake?", ("70,000",)),
    ("eel-pie", "What would you suggest?", ("My own proposal",)),
    ("wil-oake", "How old are you?", ("twenty-six",)),
    ("wil-oake", "How many passengers fit?", ("hundred and forty people",)),
    ("wil-oake", "Who helped you get the job?", ("Bridie Nance",)),
    ("wil-oake", "What do you wish for?", ("second boat",)),
    ("fog-essay", "What did you hear about your friend?", ("discuss a third",)),
    ("fog-essay", "When does it clear?", ("ten o'clock",)),
    ("night-radio", "How far does the signal reach?", ("nine kilometres",)),
    ("night-radio", "What is on the programme?", ("The Inventory",)),
    ("night-radio", "Will it close?", ("licence runs out",)),
    ("beech-hedge", "How long is the hedge?", ("six hundred and seventy",)),
    ("beech-hedge", "How old is the owner?", ("ninety-one",)),
    ("beech-hedge", "Have people come to see it?", ("forty-seven people",)),
    ("clock-strikes-thirteen", "Who is Perpetua Stagg?", ("Perpetua Stagg",)),
    ("hester-lorne", "Who is Agnes?", ("Agnes",)),
    ("hester-lorne", "What does the Pilotage Board want?", ("Pilotage Board",)),
    ("seals-return", "What about the crab pots and doors?", ("stiffer pot doors",)),
    ("sea-wall-accounts", "And the culvert?", ("culvert",)),
    ("anselm-boke", "Who is Philippa?", ("Philippa",)),
    ("anselm-boke", "Why did you apologise in September?", ("In September",)),
    ("slow-queue", "Tell me about the Fenner boy", ("Fenner",)),
    ("library-boat", "What is under 797.123?", ("797.123",)),
    ("kite-prize", "Who wanted the goat?", ("over a goat", "have asked that")),
    ("conrad-veil", "What about the regatta?", ("regatta",)),
    ("eel-pie", "And Whitsun?", ("Whitsun",)),
    ("wil-oake", "What about the hens?", ("hens",)),
    ("fog-essay", "What does your doctor believe?", ("doctor",)),
    ("night-radio", "What about the wheelwright at Cobb End?", ("wheelwright",)),
    ("beech-hedge", "And the deed of 1904?", ("1904",)),
)


def test_real_questions_to_the_sample_feed_find_their_passage(assets: AssetStore, tmp_path: Path) -> None:
    store = Store(tmp_path / "sample.db")
    store.put(load(str(Path(__file__).parents[2] / "samples" / "feed.json")))
    retriever = Retriever(store, MiniLM(assets.path("embeddings")))
    first = third = 0
    for item_id, question, answers in QUESTIONS:
        found = [hit.passage.text for hit in retriever.retrieve(store.get(item_id), question, 3)]
        right = [any(answer in text for answer in answers) for text in found]
        first += right[0]
        third += any(right)
    store.close()
    assert first >= 0.7 * len(QUESTIONS)
    assert third >= 0.9 * len(QUESTIONS)
