"""The voice: real speech from the real model, with marks that lie where the sound is."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import numpy as np
import onnx
import pytest
from hibari import voices
from numpy.typing import NDArray

from avatar.errors import UnknownVoiceError, UnspeakableTextError, VoiceModelError
from avatar.marks import MOODS, SAMPLE_RATE, Clause, Mark
from avatar.voice import DEFAULT_VOICE, PHONEMES, VOICES, VOWELS, Voice, forget_voices
from avatar.voice.intonation import CONTINUATION_RISE, QUESTION_RISE, Melody, melody, rises
from avatar.voice.model import MAX_SYMBOLS, AcousticModel, Spectra, shared_model
from avatar.voice.presets import MOOD_PROSODY
from avatar.voice.pronunciation import shared_pronouncer
from avatar.voice.speaker import PAUSES
from avatar.voice.spoken import sentences

TEXT = (
    "Bob and Pam baked a big pie for Peter and Mary. It cost $3.50, on 14 March; nobody (really) knows why. "
    "Could you tell me more? My mother put the paper back upon the table by the lamp. People may come back. "
    "A happy puppy ate a big apple by the open door, above a shabby cupboard. Everybody hopes to be up above by April."
)
WINDOW = 120  # samples, 5 ms


@cache
def spoken(text: str = TEXT, voice: str = "ava", mood: str = "neutral", speed: float = 1.0) -> tuple[Clause, ...]:
    return tuple(Voice(voice).speak(text, mood=mood, speed=speed))


def pcm(clauses: tuple[Clause, ...]) -> NDArray[np.float64]:
    return np.concatenate([clause.pcm for clause in clauses]) / 32768


def seconds(clauses: tuple[Clause, ...]) -> float:
    return sum(len(clause.pcm) for clause in clauses) / SAMPLE_RATE


def of_kind(clause: Clause, kind: str) -> list[Mark]:
    return [mark for mark in clause.marks if mark.kind == kind]


def level(clause: Clause) -> NDArray[np.float64]:
    """dBFS of each 5 ms."""
    whole = len(clause.pcm) // WINDOW * WINDOW
    power = np.mean(np.square(clause.pcm[:whole].reshape(-1, WINDOW) / 32768.0), axis=1)
    return np.asarray(10 * np.log10(power + 1e-12))


def pitch(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hz of each voiced 60 ms, by autocorrelation: the first lag that is nearly as good as the best one."""
    window = np.hanning(1440)
    found = []
    for start in range(0, len(sound) - 1440, 480):
        frame = sound[start : start + 1440] * window
        if np.mean(frame**2) < 1e-4:
            continue
        correlation, own = (np.fft.irfft(np.abs(np.fft.rfft(part, 4096)) ** 2)[:480] for part in (frame, window))
        periodic = correlation / own * own[0] / correlation[0]
        peaks = [lag for lag in range(60, 479) if periodic[lag - 1] < periodic[lag] >= periodic[lag + 1]]
        best = max((periodic[lag] for lag in peaks), default=0.0)
        if best > 0.7:
            found.append(SAMPLE_RATE / next(lag for lag in peaks if periodic[lag] > 0.97 * best))
    return np.array(found)


# -- what comes out ----------------------------------------------------------------------------------------------------


def test_the_clauses_texts_join_to_what_was_written() -> None:
    assert " ".join(clause.text for clause in spoken()) == TEXT


def test_the_first_clause_is_short_so_that_talking_starts_soon() -> None:
    text = "On Tuesday morning, " + "the river rose and the bridge was closed and " * 6 + "nobody knew why."
    first, *rest = spoken(text)
    assert first.text == "On Tuesday morning,"
    assert len(rest) > 1


def test_a_sentence_without_any_pause_is_cut_between_words() -> None:
    clauses = spoken("very " * 300 + "long")
    assert max(len(clause.pcm) for clause in clauses) < 20 * SAMPLE_RATE
    assert sum(len(of_kind(clause, "word")) for clause in clauses) == 301


@pytest.mark.parametrize("text", ["a" * 5_000, "7" * 5_000, "x-" * 2_000, "A1" * 2_000])
def test_a_monstrous_word_is_spoken_within_bounds(text: str) -> None:
    assert 0 < seconds(tuple(Voice().speak(text))) < 60


@pytest.mark.parametrize("text", ["", "  \n ", "...", "😀 — !?", "«»"])
def test_what_has_no_words_has_no_clauses(text: str) -> None:
    assert spoken(text) == ()


def test_the_same_text_gives_the_same_bytes_on_any_thread() -> None:
    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda _: tuple(Voice("ava").speak(TEXT)), range(3)))
    for run in runs:
        assert [clause.pcm.tobytes() for clause in run] == [clause.pcm.tobytes() for clause in spoken()]
        assert [clause.marks for clause in run] == [clause.marks for clause in spoken()]


def test_a_voice_that_was_forgotten_is_loaded_again_and_sounds_the_same() -> None:
    said = b"".join(clause.pcm.tobytes() for clause in Voice(DEFAULT_VOICE).speak("Here we are."))
    model, pronouncer = shared_model(), shared_pronouncer()
    forget_voices()
    assert shared_model() is not model
    assert shared_pronouncer() is not pronouncer
    assert b"".join(clause.pcm.tobytes() for clause in Voice(DEFAULT_VOICE).speak("Here we are.")) == said


@pytest.mark.parametrize("voice", VOICES)
def test_the_level_is_the_same_in_every_voice_and_never_clips(voice: str) -> None:
    sound = pcm(spoken(voice=voice))
    assert np.abs(sound).max() <= 10 ** (-1 / 20) + 1e-4
    speech = [value for clause in spoken(voice=voice) for value in level(clause) if value > -45]
    loudness = 10 * np.log10(np.mean(10 ** (np.array(speech) / 10)))
    assert -22 < loudness < -16


def test_clauses_begin_and_end_in_silence_so_that_joins_do_not_click() -> None:
    for clause in spoken():
        assert np.abs(clause.pcm[:3].astype(int)).max() < 40
        assert np.abs(np.diff(clause.pcm.astype(int)[-int(0.02 * SAMPLE_RATE) :])).max() == 0


@pytest.mark.parametrize(("text", "pause"), [("It is done.", "."), ("Is it done?", "?"), ("Now then,", ".")])
def test_a_clause_ends_with_the_silence_of_its_pause(text: str, pause: str) -> None:
    (clause,) = spoken(text)
    silence = round(PAUSES[pause] * SAMPLE_RATE)
    assert not clause.pcm[-silence:].any()
    assert clause.pcm[: -silence - 240].any()


def test_sentences_are_further_apart_than_clauses() -> None:
    assert PAUSES["."] > PAUSES[";"] > PAUSES[","] > 0


# -- voices, moods, speed ----------------------------------------------------------------------------------------------


def test_the_voices_differ_in_pitch() -> None:
    medians = {voice: float(np.median(pitch(pcm(spoken(voice=voice))))) for voice in VOICES}
    assert medians["kim"] > 1.15 * medians["ava"]
    assert medians["adam"] < 0.7 * medians["ava"]
    assert medians["george"] < 0.85 * medians["adam"]


def test_the_voices_differ_in_the_length_of_their_vocal_tract() -> None:
    factors = {voice: _formant_factor(voice) for voice in VOICES}
    assert factors["ava"] == pytest.approx(1.0)
    assert factors["george"] < factors["adam"] - 0.03 < 0.9
    assert factors["kim"] > 1.07


def _formant_factor(voice: str) -> float:
    """The factor on the frequency axis that best lays the mean spectral envelope of "ava" on that of ``voice``."""
    grid = np.geomspace(300, 4500, 400)

    def formants(name: str) -> NDArray[np.float64]:
        sound = pcm(spoken(voice=name))
        frames = np.array([sound[start : start + 1024] for start in range(0, len(sound) - 1024, 512)])
        loud = frames[np.mean(frames**2, axis=1) > 1e-4] * np.hanning(1024)
        cepstrum = np.fft.irfft(np.log(np.abs(np.fft.rfft(loud)) + 1e-6))
        cepstrum[:, 22:-21] = 0  # keeps the resonances, drops the harmonics
        envelope = np.fft.rfft(cepstrum).real.mean(axis=0)
        curve = np.interp(grid, np.fft.rfftfreq(1024, 1 / SAMPLE_RATE), envelope)
        return np.asarray(curve - np.polyval(np.polyfit(np.log(grid), curve, 2), np.log(grid)))

    reference, other = formants("ava"), formants(voice)

    def likeness(shift: int) -> float:
        ours = reference[max(0, -shift) : 400 - max(0, shift)]
        return float(np.corrcoef(ours, other[max(0, shift) : 400 - max(0, -shift)])[0, 1])

    return float((grid[1] / grid[0]) ** max(range(-80, 81), key=likeness))


def test_every_mood_has_its_prosody() -> None:
    assert tuple(MOOD_PROSODY) == MOODS


def test_joy_is_higher_and_faster_than_sorrow() -> None:
    joy, sorrow = spoken(mood="joy"), spoken(mood="sorrow")
    assert np.median(pitch(pcm(joy))) > 1.08 * np.median(pitch(pcm(sorrow)))
    assert seconds(joy) < 0.97 * seconds(sorrow)


def test_speed_shortens_the_speech() -> None:
    assert seconds(spoken(speed=1.5)) < 0.8 * seconds(spoken())


def test_a_question_for_yes_or_no_is_heard_to_rise() -> None:
    texts = "You are going home now?", "You are going home now."
    question, statement = (pitch(pcm(spoken(text)))[-5:] for text in texts)
    assert np.median(question) > 1.2 * np.median(statement)


def _melody(text: str) -> Melody:
    symbols, spectra = read(text)
    (sentence,) = sentences(text)
    return melody(symbols, spectra, rising=rises([token.spoken for token in sentence]))


def read(text: str) -> tuple[str, Spectra]:
    (sentence,) = sentences(text)
    pieces = shared_pronouncer().pronounce(sentence)
    symbols = " ".join(piece + token.pause for piece, token in zip(pieces, sentence, strict=True))
    return symbols, shared_model().predict(symbols, 1.0)


@pytest.mark.parametrize(
    "text",
    ["We sleep.", "We sleep!", "Where do we sleep?", "And who sleeps?", "Is it this or that?", "We sleep: here."],
)
def test_statements_and_other_questions_keep_their_fall(text: str) -> None:
    assert not _melody(text).lift.any()


def test_a_question_rises_at_its_end_only() -> None:
    lift = _melody("Do we sleep in the house?").lift
    assert lift.max() == QUESTION_RISE
    assert not lift[: len(lift) // 2].any()


@pytest.mark.parametrize(
    "text", ["The boats came home, we sleep.", "The boats came home; we sleep.", "The boats came home — we sleep."]
)
def test_a_phrase_with_more_to_come_stays_up(text: str) -> None:
    lift = _melody(text).lift
    assert lift.max() == CONTINUATION_RISE
    assert lift[-20:].max() == 0.0


# -- marks -------------------------------------------------------------------------------------------------------------


def test_words_are_marked_as_written_and_in_order() -> None:
    words = [mark.text for clause in spoken() for mark in of_kind(clause, "word")]
    assert words[:12] == ["Bob", "and", "Pam", "baked", "a", "big", "pie", "for", "Peter", "and", "Mary", "It"]
    assert words[12:18] == ["cost", "$3.50", "on", "14", "March", "nobody"]
    for clause in spoken():
        position = 0
        for mark in of_kind(clause, "word"):
            position = clause.text.index(mark.text, position) + len(mark.text)


def test_a_word_of_another_script_keeps_its_mark_without_sound() -> None:
    (clause,) = spoken("The word привет means hello.")
    silent = next(mark for mark in of_kind(clause, "word") if mark.text == "привет")
    assert silent.start == silent.end


def test_marks_are_ordered_and_within_the_sound() -> None:
    for clause in spoken():
        starts = [mark.start for mark in clause.marks]
        assert starts == sorted(starts)
        assert all(0 <= mark.start <= mark.end <= len(clause.pcm) for mark in clause.marks)


def test_phonemes_follow_one_another_inside_their_word() -> None:
    for clause in spoken():
        phonemes, words = of_kind(clause, "phoneme"), of_kind(clause, "word")
        assert all(before.end <= after.start for before, after in pairwise(phonemes))
        assert all(mark.start < mark.end for mark in phonemes)
        assert all(any(word.start <= mark.start and mark.end <= word.end for word in words) for mark in phonemes)


def test_phonemes_are_of_the_inventory_and_only_vowels_are_stressed() -> None:
    phonemes = [mark for clause in spoken() for mark in of_kind(clause, "phoneme")]
    assert {mark.text for mark in phonemes} <= PHONEMES
    assert all(0.0 <= mark.strength <= 1.0 for mark in phonemes)
    assert {mark.text for mark in phonemes if mark.strength > 0.5} <= VOWELS
    assert any(mark.text in VOWELS and mark.strength <= 0.5 for mark in phonemes)
    assert [mark.text for mark in phonemes[:3]] == ["b", "ɑ", "b"]


def test_a_louder_phoneme_of_its_kind_has_more_strength() -> None:
    levels: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for clause in spoken():
        for mark in of_kind(clause, "phoneme"):
            power = np.mean(np.square(clause.pcm[mark.start : mark.end] / 32768.0))
            levels[mark.strength > 0.5].append((float(power), mark.strength))
    for pairs in levels.values():
        by_power = [strength for _, strength in sorted(pairs)]
        assert np.corrcoef(by_power, range(len(by_power)))[0, 1] > 0.8


# -- marks against sound -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("voice", VOICES)
def test_the_first_word_begins_where_the_sound_begins(voice: str) -> None:
    for clause in spoken(voice=voice):
        heard = level(clause)
        onset = int(np.flatnonzero(heard > heard.max() - 40)[0]) * WINDOW
        assert -0.06 * SAMPLE_RATE < clause.marks[0].start - onset < 0.02 * SAMPLE_RATE


@pytest.mark.parametrize("voice", VOICES)
def test_the_last_phoneme_ends_where_the_sound_ends(voice: str) -> None:
    for clause in spoken(voice=voice):
        heard = level(clause)
        last = int(np.flatnonzero(heard > heard.max() - 40)[-1] + 1) * WINDOW
        assert abs(of_kind(clause, "phoneme")[-1].end - last) < 0.06 * SAMPLE_RATE


@pytest.mark.parametrize("voice", VOICES)
def test_closures_of_the_lips_lie_in_dips_of_the_sound(voice: str) -> None:
    depths = [depth for clause in spoken(voice=voice) for depth in _dips(clause, frozenset("pb"))]
    assert len(depths) >= 15
    assert np.median(depths) > 25.0
    assert np.mean(np.array(depths) > 6.0) > 0.9


@pytest.mark.parametrize("voice", VOICES)
def test_closures_are_where_they_are_quietest(voice: str) -> None:
    """Moved either way, the marks of the lips' closures hold more sound: the best place is within 25 ms of theirs."""

    def sound_inside(shift: int) -> float:
        return float(
            np.mean(
                [
                    level(clause)[(mark.start + shift) // WINDOW : (mark.end + shift) // WINDOW].mean()
                    for clause in spoken(voice=voice)
                    for mark in of_kind(clause, "phoneme")[1:-1]
                    if mark.text in ("p", "b")
                ]
            )
        )

    best = min(range(-2_400, 2_401, WINDOW), key=sound_inside)
    assert abs(best) <= 0.025 * SAMPLE_RATE


def _dips(clause: Clause, closures: frozenset[str]) -> Iterator[float]:
    """How far, in dB, the quietest 5 ms of each closure lie under the neighbouring vowels."""
    heard = level(clause)

    def loudest(mark: Mark) -> float:
        return float(heard[mark.start // WINDOW : max(mark.end // WINDOW, mark.start // WINDOW + 1)].max(initial=-120))

    phonemes = of_kind(clause, "phoneme")
    for before, mark, after in zip(phonemes, phonemes[1:], phonemes[2:], strict=False):
        if mark.text in closures and before.text in VOWELS and after.text in VOWELS:
            middle = heard[mark.start // WINDOW : mark.end // WINDOW]
            yield min(loudest(before), loudest(after)) - float(middle.min(initial=0))


# -- what is refused, and stopping -------------------------------------------------------------------------------------


def test_an_unknown_voice_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownVoiceError, match=r"'zed'.*ava, adam, kim"):
        Voice("zed")


@pytest.mark.parametrize("text", ["Привет, как дела?", "Ich weiß es nicht, aber das ist gut."])
def test_what_it_cannot_pronounce_is_refused_before_any_sound(text: str) -> None:
    with pytest.raises(UnspeakableTextError):
        Voice().speak(text)


def test_an_unknown_mood_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'glee'.*joy"):
        Voice().speak("Hello.", mood="glee")


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_a_speed_that_is_no_positive_number_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed"):
        Voice().speak("Hello.", speed=speed)


def test_cancelling_stops_before_the_next_clause() -> None:
    heard: list[Clause] = []
    for clause in Voice().speak(TEXT, cancelled=lambda: len(heard) >= 2):
        heard.append(clause)
    assert len(heard) == 2


# -- the model ---------------------------------------------------------------------------------------------------------


def test_the_model_is_loaded_once() -> None:
    assert shared_model() is shared_model()


@pytest.mark.parametrize("symbols", ["", "a" * (MAX_SYMBOLS + 1)])
def test_the_model_refuses_too_little_and_too_much(symbols: str) -> None:
    with pytest.raises(ValueError, match=str(MAX_SYMBOLS)):
        shared_model().predict(symbols, 1.0)


def test_a_model_without_durations_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("model")
    (folder / "vocab.json").write_text("{}")
    graph = onnx.helper.make_graph([], "empty", [], [])
    onnx.save(onnx.helper.make_model(graph), str(folder / "other.onnx"))
    monkeypatch.setattr(voices, "voice_path", lambda name, download_missing: str(folder / "other.onnx"))
    with pytest.raises(VoiceModelError, match="hibari-tts"):
        AcousticModel()
