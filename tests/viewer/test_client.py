"""The viewer's client comes back by itself after its connection broke, and goes on where it was."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
import pytest

from feed.replies import Sentence
from server import protocol
from server.gateway import Gateway
from tests.server.doubles import WORD_SAMPLES, DoubleHost, DoubleHouse
from viewer import lasting
from viewer.client import Client, Disconnected, Incoming, Reconnecting, Sound

E = TypeVar("E")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(lasting, "LONGEST_PAUSE_SECONDS", 0.01)


@contextmanager
def served(house: DoubleHouse, port: int = 0) -> Iterator[str]:
    """Serve in a thread; give the URL."""
    urls: list[str] = []
    up = threading.Event()
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with Gateway(house).open(port=port) as url:
            urls.append(url)
            up.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert up.wait(10)
        yield urls[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(20)
        loop.close()


def until(client: Client, kind: type[E]) -> tuple[E, list[Incoming]]:
    """Return the next of a kind, and what came before it."""
    before: list[Incoming] = []
    while True:
        incoming = client.wait(20)
        assert incoming is not None
        if isinstance(incoming, kind):
            return incoming, before
        before.append(incoming)


def cut(client: Client) -> None:
    """Break the connection as a network does, without a word."""
    client._connection._socket.socket.shutdown(socket.SHUT_RDWR)


def ask(client: Client, text: str) -> None:
    part = protocol.ContentPart(type="input_text", text=text)
    client.send(protocol.ConversationItemCreate(item=protocol.ConversationItem(content=[part])))
    client.send(protocol.ResponseCreate())


def test_an_utterance_that_was_cut_off_by_the_network_arrives_whole() -> None:
    house = DoubleHouse(host=DoubleHost([Sentence(text="one two three four five six seven eight.")] * 8))
    with served(house) as url, Client(f"{url}?item=pier") as client:
        until(client, protocol.ResponseDone)
        ask(client, "Go on")
        sound, _ = until(client, Sound)
        firsts = [sound.first]
        cut(client)
        _, before = until(client, Reconnecting)
        firsts += [incoming.first for incoming in before if isinstance(incoming, Sound)]
        until(client, protocol.SessionResumed)
        _, before = until(client, protocol.ResponseDone)
        firsts += [incoming.first for incoming in before if isinstance(incoming, Sound)]
        assert firsts == list(range(0, 8 * 8 * WORD_SAMPLES, 12_000))


def test_what_is_asked_while_the_connection_is_gone_is_answered_once_when_it_is_back() -> None:
    house = DoubleHouse()
    with served(house) as url, Client(f"{url}?item=pier") as client:
        until(client, protocol.ResponseDone)
        cut(client)
        until(client, Reconnecting)
        ask(client, "When?")
        client.send_sound(0, np.ones(160, np.int16))
        until(client, protocol.ResponseDone)
        assert [question for question, _ in house.answers.asked] == [None, "When?"]


def test_it_comes_back_again_and_again() -> None:
    house = DoubleHouse()
    with served(house) as url, Client(f"{url}?item=pier") as client:
        until(client, protocol.ResponseDone)
        for number in range(5):
            cut(client)
            ask(client, f"Question {number}?")
            until(client, protocol.SessionResumed)
            until(client, protocol.ResponseDone)
        assert [question for question, _ in house.answers.asked[1:]] == [f"Question {n}?" for n in range(5)]


def test_a_server_that_began_anew_gets_a_new_session(free_port: int) -> None:
    with served(DoubleHouse(), free_port) as url:
        client = Client(url)
        first, _ = until(client, protocol.SessionCreated)
    with client:
        until(client, Reconnecting)
        with served(DoubleHouse(), free_port):
            second, _ = until(client, protocol.SessionCreated)
            assert second.session.id != first.session.id
            client.send(protocol.FeedPageRequest())
            until(client, protocol.FeedPage)


def test_a_server_that_does_not_come_back_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "PATIENCE_SECONDS", 0.05)
    with served(DoubleHouse()) as url:
        client = Client(url)
        until(client, protocol.SessionCreated)
    with client:
        until(client, Reconnecting)
        until(client, Disconnected)


def test_one_that_is_replaced_does_not_come_back() -> None:
    with served(DoubleHouse()) as url, Client(url) as client:
        created, _ = until(client, protocol.SessionCreated)
        with Client(f"{url}?session={created.session.id}&after=1") as other:
            until(other, protocol.SessionResumed)
            _, before = until(client, Disconnected)
            assert not any(isinstance(incoming, Reconnecting) for incoming in before)


def test_closing_ends_an_attempt_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "FIRST_PAUSE_SECONDS", 60.0)
    with served(DoubleHouse()) as url:
        client = Client(url)
        until(client, protocol.SessionCreated)
        cut(client)
        until(client, Reconnecting)
        client.close()
        assert not client._thread.is_alive()


def test_what_was_sent_is_kept_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lasting, "KEPT_BYTES", 1_000)
    with served(DoubleHouse()) as url, Client(url) as client:
        for _ in range(100):
            client.send(protocol.FeedPageRequest())
        assert client._connection._sent_bytes <= 1_000
        for _ in range(100):
            until(client, protocol.FeedPage)


def test_who_follows_is_told_everything_once_and_in_order_also_what_came_before() -> None:
    with served(DoubleHouse()) as url, Client(url) as client:
        created, _ = until(client, protocol.SessionCreated)
        client._hand_over(created)  # it came before anybody followed, and waits
        told: list[Incoming] = []
        client.follow(told.append)
        assert told == [created]
        client.send(protocol.FeedPageRequest())
        page, before = until(client, protocol.FeedPage)
        assert before == [created]
        assert told[:2] == [created, page]
