"""Sentence embeddings: the tokenizer, the model file, and what the vectors mean."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from feed.embeddings import MiniLM, WordPiece
from feed.errors import EmbeddingModelError
from server.assets import AssetStore

VOCABULARY = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "the",
    "ferry",
    "un",
    "##load",
    "##ed",
    "cafe",
    "£",
    "3",
    ".",
    "'",
    "海",
]


def pieces(text: str) -> list[str]:
    return [VOCABULARY[number] for number in WordPiece(VOCABULARY)(text)][1:-1]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ferry unloaded.", ["the", "ferry", "un", "##load", "##ed", "."]),
        ("CAFÉ cafe\u0301", ["cafe", "cafe"]),
        ("the'ferry", ["the", "'", "ferry"]),
        ("海the", ["海", "the"]),
        ("zebra the", ["[UNK]", "the"]),
        ("un" * 60, ["[UNK]"]),
        ("the\u200b\x00ferry", ["[UNK]"]),
        ("", []),
    ],
)
def test_words_are_cut_into_the_longest_pieces(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_no_more_than_the_model_reads_is_given_to_it() -> None:
    numbers = WordPiece(VOCABULARY)("the " * 1000)
    assert len(numbers) == 256
    assert (numbers[0], numbers[-1]) == (2, 3)


def test_a_vocabulary_without_its_marks_is_refused() -> None:
    with pytest.raises(EmbeddingModelError, match=r"\[CLS\]"):
        WordPiece(["[UNK]", "the"])


@pytest.fixture(scope="module")
def folder(assets: AssetStore) -> Path:
    return assets.path("embeddings")


@pytest.fixture(scope="module")
def model(folder: Path) -> MiniLM:
    return MiniLM(folder)


def test_vectors_are_unit_rows_in_the_order_of_the_texts(model: MiniLM) -> None:
    texts = ["A dog barks.", "", "The harbour was painted green in nine weeks, which cost £40,000.", "A dog barks."]
    vectors = model.encode(texts)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(vectors[0], vectors[3], atol=1e-5)
    assert model.encode([]).shape == (0, 384)


def test_the_batch_that_a_text_is_in_does_not_matter(model: MiniLM) -> None:
    texts = [f"Sentence {number} " + "goes on " * number for number in range(20)]
    together = model.encode(texts)
    alone = np.concatenate([model.encode([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_the_vectors_are_those_of_the_reference_implementation(model: MiniLM) -> None:
    # sentence-transformers documents this pair for all-MiniLM-L6-v2
    first, second, third = model.encode(
        ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    )
    assert float(first @ second) == pytest.approx(0.6660, abs=2e-3)
    assert float(first @ third) == pytest.approx(0.1046, abs=2e-3)


def test_what_means_the_same_is_near(model: MiniLM) -> None:
    question, answer, other = model.encode(
        ["How much did it cost?", "They paid £40,000 for it.", "Dogs bark at night."]
    )
    assert question @ answer > question @ other + 0.2


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingModelError, match="cannot be read"):
        MiniLM(tmp_path)


def test_a_file_cut_short_is_told(tmp_path: Path, folder: Path) -> None:
    shutil.copy(folder / "vocab.txt", tmp_path)
    with (folder / "model.safetensors").open("rb") as file:
        (tmp_path / "model.safetensors").write_bytes(file.read(1_000_000))
    with pytest.raises(EmbeddingModelError, match="lies outside the file"):
        MiniLM(tmp_path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "cannot be read"),
        (b"\xff" * 100, "no header"),
        (b"\x02\0\0\0\0\0\0\0{}" + b"x" * 10, "is missing"),
        (b"\x02\0\0\0\0\0\0\0{]" + b"x" * 10, "cannot be read"),
        (b"\x02\0\0\0\0\0\0\0[]" + b"x" * 10, "cannot be read"),
    ],
)
def test_a_file_of_something_else_is_told(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY))
    (tmp_path / "model.safetensors").write_bytes(content)
    with pytest.raises(EmbeddingModelError, match=words):
        MiniLM(tmp_path)


def test_weights_of_another_shape_are_told(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("\n".join(VOCABULARY))
    header = json.dumps(
        {"embeddings.word_embeddings.weight": {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]}}
    ).encode()
    (tmp_path / "model.safetensors").write_bytes(len(header).to_bytes(8, "little") + header + b"\0" * 8)
    with pytest.raises(EmbeddingModelError, match=r"should have the shape \(15, 384\)"):
        MiniLM(tmp_path)


def test_what_was_encoded_lately_is_not_encoded_again(assets: AssetStore, monkeypatch: pytest.MonkeyPatch) -> None:
    model = MiniLM(assets.path("embeddings"))
    encoded: list[int] = []
    encode_batch = MiniLM._encode_batch

    def counted(self: MiniLM, numbers: list[list[int]]) -> NDArray[np.float32]:
        encoded.append(len(numbers))
        return encode_batch(self, numbers)

    monkeypatch.setattr(MiniLM, "_encode_batch", counted)
    first = model.encode(["A ferry.", "A lamp."])
    again = model.encode(["A lamp.", "A ferry.", "A lamp."])
    assert encoded == [2]
    assert np.array_equal(again, first[[1, 0, 1]])


def test_only_so_much_is_remembered(assets: AssetStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feed.embeddings._REMEMBERED", 2)
    model = MiniLM(assets.path("embeddings"))
    texts = [f"Boat {number}." for number in range(5)]
    vectors = model.encode(texts)
    assert np.allclose(model.encode(texts[:1])[0], vectors[0], atol=1e-5)
    assert len(model._recent) == 2


def test_no_texts_give_no_vectors(assets: AssetStore) -> None:
    assert MiniLM(assets.path("embeddings")).encode([]).shape == (0, 384)
