"""A host makes room: ducked, held and resumed without a click, a gap or a repeated sample; and cancelled for good."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from avatar.marks import SAMPLE_RATE, Mark
from avatar.pose import ARKIT_INDEX
from avatar.stage import Stage
from server import protocol
from tests.viewer.test_exchange import BodyDouble, ClientDouble
from tests.viewer.test_playback import RecordingBody, tone
from viewer.client import Incoming, Sound
from viewer.exchange import Exchange
from viewer.playback import FADE, LEAD, RESUME_LEAD, SHORTEST_HOLD, Heard, Playback
from viewer.state import ViewState, apply

SOON = SAMPLE_RATE // 50  # 20 ms: until a word of the server's is done


def sounding(samples: int = 48_000, value: int = 8_000) -> tuple[Playback, RecordingBody]:
    body = RecordingBody()
    playback = Playback(body)
    playback.begin(1)
    playback.feed(1, 0, tone(samples, value))
    return playback, body


def ramp(count: int) -> NDArray[np.int16]:
    """Sound in which every sample is told from its neighbours."""
    return (1 + np.arange(count) % 30_000).astype(np.int16)


# --- duck


def test_a_ducked_host_plays_on_at_minus_twelve_decibels_within_twenty_milliseconds() -> None:
    playback, _ = sounding()
    playback.read(LEAD + 1_000)
    playback.duck(1)
    assert playback.ducked
    heard = playback.read(4_800)
    assert 20 * np.log10(heard[SOON:].mean() / 8_000) == pytest.approx(-12.0, abs=0.05)
    assert np.abs(np.diff(heard.astype(int), prepend=8_000)).max() < 8_000 * 0.01


def test_resume_lifts_a_ducked_host_to_the_full_level() -> None:
    playback, body = sounding()
    playback.read(LEAD + 1_000)
    playback.duck(1)
    playback.read(2_400)
    playback.resume(1)
    assert (playback.read(2_400)[SOON:] == 8_000).all()
    assert [kind for kind, *_ in body.told] == ["place"]


def test_only_the_utterance_that_sounds_is_ducked() -> None:
    playback, _ = sounding()
    playback.read(LEAD + 1_000)
    playback.duck(2)
    playback.duck(0)
    assert (playback.read(2_400) == 8_000).all()


# --- hold and resume


def test_a_held_host_is_silent_within_twenty_milliseconds_and_says_where_it_stopped() -> None:
    playback, body = sounding()
    playback.read(LEAD + 1_000)
    assert playback.hold(1) == Heard(1, 1_000 + FADE)
    heard = playback.read(24_000)
    assert not heard[SOON:].any()
    assert np.abs(np.diff(heard.astype(int), prepend=8_000)).max() < 8_000 * 0.01
    assert playback.heard(playback.position) == Heard(1, 1_000 + FADE)
    assert playback.sounding
    assert not playback.starved
    assert body.told[-1] == ("hold", 0, LEAD + 1_000 + FADE)


def test_a_held_host_goes_on_with_the_next_sample_at_full_level() -> None:
    body = RecordingBody()
    playback = Playback(body)
    playback.begin(1)
    playback.feed(1, 0, ramp(20_000))
    playback.read(LEAD + 1_000)
    playback.hold(1)
    playback.read(9_600)
    at = playback.position + RESUME_LEAD
    playback.resume(1)
    heard = playback.read(RESUME_LEAD + 5_000)
    assert not heard[:RESUME_LEAD].any()
    assert np.array_equal(heard[RESUME_LEAD + FADE :], ramp(20_000)[1_000 + 2 * FADE :][: 5_000 - FADE])
    assert playback.heard(at + 3_000) == Heard(1, 1_000 + FADE + 3_000)
    assert body.told[-1] == ("resume", 0, at)


def test_a_host_who_is_resumed_at_once_still_comes_to_a_stop_first() -> None:
    playback, body = sounding()
    playback.read(LEAD + 1_000)
    playback.hold(1)
    playback.resume(1)
    assert body.told[-1] == ("resume", 0, LEAD + 1_000 + FADE + SHORTEST_HOLD)


def test_sound_and_marks_that_come_while_held_wait_their_turn() -> None:
    playback, body = sounding(2_000)
    playback.read(LEAD + 1_000)
    playback.hold(1)
    playback.read(2_400)
    playback.mark(1, [Mark("word", 2_100, 2_500, "late")])
    playback.feed(1, 2_000, tone(2_000, 7_000))
    playback.finish(1)
    assert not playback.read(4_800).any()
    playback.resume(1)
    heard = playback.read(RESUME_LEAD + 3_000)
    assert (heard[RESUME_LEAD + FADE : RESUME_LEAD + 1_000 - FADE] == 8_000).all()
    assert np.count_nonzero(heard == 7_000) == 2_000
    assert body.marks == {1: [Mark("word", 2_100, 2_500, "late")]}
    assert not playback.sounding


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("read"), st.integers(1, 3_000)),
            st.tuples(st.just("feed"), st.integers(1, 4_000)),
            st.tuples(st.sampled_from(["hold", "resume", "duck"]), st.just(0)),
        ),
        max_size=40,
    )
)
def test_however_often_a_host_is_held_every_sample_is_played_once_and_in_order(steps: list[tuple[str, int]]) -> None:
    playback = Playback(RecordingBody())
    playback.begin(1)
    made, played = 0, []
    for step, count in steps:
        match step:
            case "read":
                at = playback.position
                playback.read(count)
                played.append((at, count))
            case "feed":
                playback.feed(1, made, ramp(count))
                made += count
            case "hold":
                playback.hold(1)
            case "resume":
                playback.resume(1)
            case _:
                playback.duck(1)
    playback.resume(1)
    at = playback.position
    enough = made + len(steps) * (LEAD + SHORTEST_HOLD) + FADE + SHORTEST_HOLD + RESUME_LEAD
    playback.read(enough)
    played.append((at, enough))
    heard = [playback.heard(sample) for at, count in played for sample in range(at, at + count, 37)]
    samples = [each.sample for each in heard if each is not None]
    assert samples == sorted(samples)
    assert (samples[-1] if samples else 0) == made
    steps_taken = np.diff(samples)
    assert (steps_taken <= 37).all(), "a sample was passed over"


# --- cancel


def cancelled(generation: int) -> Incoming:
    return protocol.ResponseDone(
        response=protocol.Response(id=f"r{generation}", generation=generation, status="cancelled")
    )


@pytest.mark.parametrize("before", ["sounding", "ducked", "held"])
def test_a_cancel_silences_within_twenty_milliseconds_whatever_the_host_was_doing(before: str) -> None:
    playback, _ = sounding()
    playback.read(LEAD + 1_000)
    if before == "ducked":
        playback.duck(1)
        playback.read(1_200)
    elif before == "held":
        playback.hold(1)
        playback.read(1_200)
    playback.cancel(1, playback.position)
    assert not playback.read(48_000)[SOON:].any()
    assert not playback.sounding


def test_the_next_utterance_after_one_that_was_cancelled_while_held_is_heard_in_full() -> None:
    playback, _ = sounding()
    playback.read(LEAD + 1_000)
    playback.hold(1)
    playback.read(2_400)
    playback.cancel(1, playback.position)
    playback.begin(2)
    playback.feed(2, 0, ramp(5_000))
    heard = playback.read(LEAD + 10_000)
    assert np.array_equal(heard[heard > 0], ramp(5_000))


def test_a_cancel_that_overtakes_the_beginning_of_its_utterance_still_counts() -> None:
    playback, _ = sounding()
    playback.cancel(3, 0)
    playback.begin(3)
    playback.feed(3, 0, tone(1_000))
    assert not playback.read(LEAD + 2_000).any()


# Signs that tell utterances apart at any level: all up, all down, up and down in turns.
SIGNS = {
    1: np.ones(2_000, np.int16),
    2: -np.ones(2_000, np.int16),
    3: np.resize(np.array([1, -1], np.int16), 2_000),
}


def audible(sound: NDArray[np.int16]) -> set[int]:
    """Which of the three utterances are in some sound."""
    signs = np.sign(sound.astype(int))
    pairs = signs[1:] * 3 + signs[:-1]
    return {generation for generation, found in ((1, 4), (2, -4), (3, 2), (3, -2)) if (pairs == found).any()}


def utterance(generation: int) -> list[Incoming]:
    """Everything that comes of an utterance: each sample, mark and caption says whose it is."""
    identity, response = f"r{generation}", protocol.Response(id=f"r{generation}", generation=generation)
    events: list[Incoming] = [
        protocol.ResponseCreated(response=response),
        protocol.OutputItemAdded(
            response_id=identity, item=protocol.ConversationItem(id=f"m{generation}", role="assistant")
        ),
    ]
    for part in range(3):
        first = 2_000 * part
        kinds = (("sentence", f"Utterance {generation}."), ("gesture", "nod"), ("word", f"word{generation}"))
        marks = [
            protocol.WireMark(kind=kind, start=first, end=first + 500, text=text)  # type: ignore[arg-type]  # of a tuple
            for kind, text in kinds
        ]
        events.append(protocol.AvatarMarks(response_id=identity, generation=generation, marks=marks))
        events.append(Sound(generation, first, 9_000 * SIGNS[generation]))
    done = protocol.Response(id=identity, generation=generation, status="completed")
    return [*events, protocol.ResponseDone(response=done)]


def yields(generation: int) -> list[Incoming]:
    hows: Sequence[str] = ("duck", "hold", "resume")
    return [protocol.AvatarYield(generation=generation, how=how) for how in hows]  # type: ignore[arg-type]  # of a list


@settings(max_examples=60)
@given(st.data())
def test_nothing_of_a_cancelled_or_an_older_generation_shows_after_any_order_of_arrival(data: st.DataObject) -> None:
    everything = [*utterance(1), *utterance(2), *utterance(3), *yields(1), *yields(2), *yields(3)]
    stop: Incoming = data.draw(st.sampled_from([cancelled(2), protocol.SpeechStarted(audio_start_ms=0, item_id="u1")]))
    order = data.draw(st.permutations([*everything, stop]))
    client, body = ClientDouble(), BodyDouble()
    exchange = Exchange(client, body)
    state, newest, over = ViewState(), 0, 0
    for incoming in order:
        if isinstance(incoming, protocol.ResponseCreated):
            newest = max(newest, incoming.response.generation)
        event = exchange.take(incoming)
        if event is not None:
            state = apply(state, event).state
        if incoming is stop:
            over = 2 if isinstance(stop, protocol.ResponseDone) else newest
            told = len(body.marks)
            exchange.playback.read(SOON)
        loud = exchange.playback.read(data.draw(st.sampled_from([0, 400, 3_000])))
        if over:
            dead = range(1, over + 1)
            assert not audible(loud) & set(dead)
            assert not {mark.text for mark in body.marks[told:]} & {f"word{each}" for each in dead}
            caption = state.caption(exchange.position())
            assert caption is None or caption.text not in {f"Utterance {each}." for each in dead}


def test_the_mouth_of_the_stage_is_shut_while_the_sound_is_held_and_moves_again_with_it() -> None:
    stage = Stage(3)
    client = ClientDouble()
    exchange = Exchange(client, stage)
    phonemes = [
        protocol.WireMark(kind="phoneme", start=2_400 * place, end=2_400 * (place + 1), text=text, strength=0.9)
        for place, text in enumerate("ɑ" * 20)
    ]
    client.incoming += [
        protocol.ResponseCreated(response=protocol.Response(id="r1", generation=1)),
        protocol.AvatarMarks(response_id="r1", generation=1, marks=phonemes),
        Sound(1, 0, tone(48_000)),
    ]
    list(exchange.receive())
    exchange.playback.read(LEAD + 12_000)

    def jaw(sample: int) -> float:
        return float(stage.pose_at(sample).face[ARKIT_INDEX["jawOpen"]])

    assert jaw(exchange.playback.position) > 0.1
    client.incoming.append(protocol.AvatarYield(generation=1, how="hold"))
    list(exchange.receive())
    assert client.of(protocol.AvatarPlayback)[-1] == protocol.AvatarPlayback(generation=1, sample=12_000 + FADE)
    exchange.playback.read(12_000)
    assert jaw(exchange.playback.position) < 0.01
    client.incoming.append(protocol.AvatarYield(generation=1, how="resume"))
    list(exchange.receive())
    exchange.playback.read(RESUME_LEAD + 4_800)
    assert jaw(exchange.playback.position) > 0.1
