"""The voice refuses what it cannot pronounce, names what that looks like, and never refuses English."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avatar.errors import AvatarError, UnspeakableTextError
from avatar.voice.language import foreign_language, foreign_script, likely_language, require_speakable

NAMES = [
    "José Müller", "Zoë Łęcka", "Jean-Luc Ponty",
    "Søren Ødegård", "Giuseppe Verdi", "Maria da Silva",
    "Ludwig van Beethoven",
    "São Paulo", "Den Haag", "Los Angeles", "El Salvador", "Rio de Janeiro", "Le Monde", "Die Zeit", "La Scala",
    "Côte d'Ivoire", "Charles de Gaulle", "Van der Berg", "Łódź", "Kraków", "Dvořák", "Nguyễn Văn An", "Jyväskylä",
    "Il Post",
]  # fmt: skip
FRAMES = [
    "{} said no.",
    "I met {} in May.",
    "Have you been to {} or heard of it?",
    "The story of {} is an odd one.",
    "It was {} who opened the bridge in 1984.",
    "\"{}\" means nothing to me.",
    "They were on the train with {} as it came in.",
    "Nobody told {}.",
    "We do not know what {} will say to that.",
    "From {}, with love.",
]  # fmt: skip
FOREIGN = [
    ("German", "Guten Tag, wie geht es dir heute?"),
    ("German", "Der Hafen wurde 1984 eröffnet und später wieder geschlossen."),
    ("French", "Bonjour, comment allez-vous aujourd'hui ?"),
    ("French", "Le port a ouvert ses portes en 1984."),
    ("Spanish", "Hola, ¿cómo estás?"),
    ("Spanish", "Me gusta mucho la casa de mi abuela."),
    ("Italian", "Il porto è stato aperto nel 1984."),
    ("Portuguese", "O porto abriu em 1984 e depois fechou."),
    ("Dutch", "De haven werd in 1984 geopend en later gesloten."),
    ("Polish", "Port został otwarty w 1984 roku i potem zamknięty, ale nie jest to koniec."),
    ("Polish", "Bardzo lubię ten dom."),
    ("Swedish", "Hamnen öppnades 1984 och stängdes sedan."),
    ("Czech or Slovak", "Dobrý den, jak se máte?"),
    ("Turkish", "Liman 1984 yılında açıldı ve sonra kapandı."),
    ("Finnish", "Satama avattiin vuonna 1984 ja se suljettiin."),
    ("Vietnamese", "Cảng được mở vào năm 1984 và đã đóng."),
]
SCRIPTS = [
    ("Cyrillic", "Привет, как дела?"),
    ("Chinese", "你好世界"),
    ("Japanese", "こんにちは世界"),
    ("Korean", "안녕하세요"),
    ("Arabic", "مرحبا بالعالم"),
    ("Hebrew", "שלום עולם"),
    ("Greek", "Γειά σου κόσμε"),
    ("Devanagari", "नमस्ते दुनिया"),
    ("Thai", "สวัสดีชาวโลก"),
]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("name", NAMES)
def test_english_with_foreign_names_is_english(frame: str, name: str) -> None:
    require_speakable(frame.format(name))


def test_every_paragraph_of_the_sample_feed_is_english() -> None:
    feed = json.loads((Path(__file__).parents[2] / "samples" / "feed.json").read_text(encoding="utf-8"))
    texts = [text for item in feed["items"] for text in (item.get("content_text") or "").split("\n\n")]
    assert len(texts) > 10
    assert [text for text in texts if foreign_language(text) or foreign_script(text)] == []


@pytest.mark.parametrize("text", ["", "42", "😀!", "x, y, z, w", "Ok.", "Zoë Łęcka", "The word привет means hello."])
def test_what_says_too_little_to_tell_is_spoken(text: str) -> None:
    require_speakable(text)


@pytest.mark.parametrize(("language", "text"), FOREIGN)
def test_a_sentence_in_another_language_is_told_by_its_words(language: str, text: str) -> None:
    assert foreign_language(text) == language


GERMAN = "Die Rathausuhr schlug dreizehn Mal. Es war der dritte März, und die Leute auf dem Markt sahen nicht hin."


@pytest.mark.parametrize(
    "text",
    ["Die Reparatur kostet neuntausend Euro.", "Yes. Die Reparatur kostet neuntausend Euro.", "Neuntausend Euro."],
)  # fmt: skip
def test_a_quotation_too_short_to_tell_is_in_the_language_of_what_it_quotes(text: str) -> None:
    require_speakable(text)
    with pytest.raises(UnspeakableTextError, match="German"):
        require_speakable(text, likely_language(GERMAN))


@pytest.mark.parametrize(
    "text",
    ["Hello, I'm Edgar Sloe, the archivist.", "I'm afraid the article doesn't say.", "Yes.", "1987!",
     "The article doesn't say that, and I'd rather not make it up."],
)  # fmt: skip
def test_english_about_a_foreign_text_is_spoken(text: str) -> None:
    require_speakable(text, likely_language(GERMAN))


@pytest.mark.parametrize(("script", "text"), SCRIPTS)
def test_another_script_is_named(script: str, text: str) -> None:
    assert foreign_script(text) == script


def test_the_refusal_says_what_it_looks_like_and_what_happens_instead() -> None:
    with pytest.raises(UnspeakableTextError, match=r"Cyrillic.*captioned only") as refusal:
        require_speakable("Привет, мир")
    assert refusal.value.looks_like == "Cyrillic"
    assert isinstance(refusal.value, AvatarError)
