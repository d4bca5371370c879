"""Sessions that outlive their connections: nothing is lost, nothing comes twice, and too late is said."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection
from websockets.typing import Subprotocol

from feed.replies import Sentence
from server import protocol
from server.admission import ABSENT_SECONDS
from server.answering import AHEAD_SECONDS
from server.gateway import Gateway
from server.places import Places
from server.sessions import Sessions
from tests.server.doubles import SILENCE, SPEECH, WORD_SAMPLES, Clock, DoubleHost, DoubleHouse
from tests.server.lossy import Break, DoubleConnection, PersistentClient


@dataclass
class Visited:
    """What a scripted session left behind: with its client, in the host's ears, and in the store."""

    frames: list[Any]
    asked: list[Any]
    episodes: list[tuple[str, str, str]]
    connections: int


async def script(client: PersistentClient) -> None:
    """Be greeted, ask twice, cut in with speech, turn a page, ask for text."""
    client.connect("/v1/realtime?item=pier")
    await client.until_kind("response.done")
    ask(client, "When did it open?")
    done = await client.until_kind("response.done")
    generation = done["response"]["generation"]
    client.send(protocol.AvatarPlayback(generation=generation, sample=3 * WORD_SAMPLES))
    client.send(protocol.encode_audio(0, 0, SPEECH))
    await client.until_kind("input_audio_buffer.speech_started")  # the words are made out in their own time
    client.send(protocol.encode_audio(0, 0, SILENCE))
    await client.until_kind("response.done")
    client.send(protocol.FeedPageRequest())
    await client.until_kind("feed.page")
    client.send(protocol.SessionUpdate(session={"output_modalities": ["text"]}))
    ask(client, "Why?")
    await client.until_kind("response.done")
    client.send(protocol.FeedClose())
    await client.until_kind("feed.closed")
    await client.leave()


def ask(client: PersistentClient, text: str) -> None:
    part = protocol.ContentPart(type="input_text", text=text)
    client.send(protocol.ConversationItemCreate(item=protocol.ConversationItem(content=[part])))
    client.send(protocol.ResponseCreate())


def run(body: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(body(), 60))


def visited(breaks: Iterable[Break] = ()) -> Visited:
    async def visit() -> Visited:
        house = DoubleHouse()
        sessions = Sessions(house, clock=Clock())
        client = PersistentClient(sessions, iter(breaks))
        await script(client)
        await sessions.close()
        episodes = [(episode.kind, episode.item_id, episode.text) for episode in house.items.episodes]
        return Visited(_comparable(client.frames), house.answers.asked, episodes, len(client.connections))

    return asyncio.run(visit())


def _comparable(frames: Iterable[str | bytes]) -> list[Any]:
    """Return frames without what differs from run to run: the session's id, and when the store was done."""
    comparable: list[Any] = []
    for frame in frames:
        event: dict[str, Any] = json.loads(frame) if isinstance(frame, str) else {"sound": frame}
        if event.get("type") == "memory.kept":
            continue  # in its own time, and so are the numbers of the frames after it
        event.pop("event_id", None)
        event.get("session", {}).pop("id", None)
        comparable.append(event)
    return comparable


UNDROPPED = visited()


@pytest.mark.parametrize("delivered", range(len(UNDROPPED.frames) + 1))
def test_a_connection_that_breaks_after_any_frame_changes_nothing(delivered: int) -> None:
    dropped = visited([Break(delivered)])
    assert dropped.frames == UNDROPPED.frames
    assert dropped.asked == UNDROPPED.asked or delivered == 0  # then nobody knows the session, and another begins
    assert dropped.episodes == UNDROPPED.episodes or delivered == 0
    assert dropped.connections == 2 or delivered == len(UNDROPPED.frames)


BREAKS = st.builds(Break, st.integers(1, 40), st.integers(0, 12), st.integers(0, 3))


@settings(max_examples=60)
@given(st.lists(BREAKS, max_size=8))
def test_nothing_is_lost_or_doubled_however_often_and_late_a_break_is_noticed(breaks: list[Break]) -> None:
    dropped = visited(breaks)
    assert dropped.frames == UNDROPPED.frames
    assert dropped.asked == UNDROPPED.asked
    assert dropped.episodes == UNDROPPED.episodes


class House:
    """Sessions, and connections to them that the test breaks."""

    def __init__(self, host: DoubleHost | None = None, **options: Any) -> None:
        self.clock = Clock()
        self.house = DoubleHouse(host=host)
        self.sessions = Sessions(self.house, clock=self.clock, **options)
        self._serving: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> House:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sessions.close()
        await asyncio.gather(*self._serving)

    def client(self) -> PersistentClient:
        return PersistentClient(self.sessions, iter(()))

    def connect(self, path: str, subprotocol: str | None = protocol.SUBPROTOCOL, owner: str = "") -> DoubleConnection:
        connection = DoubleConnection(path, subprotocol=subprotocol)
        serving = self.sessions.serve(cast("ServerConnection", connection), owner)
        self._serving.add(asyncio.create_task(serving))
        return connection

    async def refused(self, path: str, subprotocol: str | None = protocol.SUBPROTOCOL) -> tuple[str, tuple[int, str]]:
        """Return the code of the error that a connection gets, and how it is closed."""
        connection = self.connect(path, subprotocol)
        frame = await connection.downwards.get()
        assert isinstance(frame, str)
        assert await connection.downwards.get() is None
        assert connection.closed is not None
        return json.loads(frame)["error"]["code"], connection.closed


async def begun(connection: DoubleConnection) -> str:
    """Return the id of the session that begins on a connection."""
    frame = await connection.downwards.get()
    assert isinstance(frame, str)
    return str(json.loads(frame)["session"]["id"])


async def settled() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


def test_half_an_utterance_is_gone_on_with_and_what_nobody_heard_does_not_count_as_heard() -> None:
    async def body() -> None:
        host = DoubleHost([Sentence(text="one two three four five six seven eight.")] * 40)  # 80 s of sound
        async with House(host) as house:
            client = house.client()
            client.connect("/v1/realtime?item=pier")
            await client.until_kind("response.done")
            ask(client, "Go on")
            while not isinstance(await client.receive(), bytes):
                pass
            client.connection.fail()
            await settled()
            house.clock.seconds += 50.0  # a loudspeaker would have played all that was sent, and more was made
            made_before = host.made
            await settled()
            assert host.made <= made_before + 2
            assert host.made * 8 * WORD_SAMPLES <= (AHEAD_SECONDS + 4) * 24_000
            ask(client, "Stop. What did you say?")
            await client.until(lambda event: event.get("response", {}).get("status") == "cancelled")
            await client.until_kind("avatar.marks")
            _, history = house.house.answers.asked[-1]
            assert history[-1].reply == ()
            await client.leave()

    run(body)


def test_a_session_that_waited_too_long_is_gone_and_its_turns_are_remembered() -> None:
    async def body() -> None:
        async with House(kept_seconds=0.0) as house:
            client = house.client()
            client.connect("/v1/realtime?item=pier")
            await client.until_kind("response.done")
            house.clock.seconds += 10.0
            client.connection.fail()
            while len(house.sessions):
                await asyncio.sleep(0)
            code, closed = await house.refused(f"/v1/realtime?session={client.session_id}&after={len(client.frames)}")
            assert (code, closed) == ("session_gone", (4404, "session_gone"))
        assert [episode.kind for episode in house.house.items.episodes] == ["opened", "answered"]

    run(body)


@pytest.mark.parametrize(
    ("query", "subprotocol", "code"),
    [
        ("session=sess_0&after=1", protocol.SUBPROTOCOL, "session_gone"),
        ("session={}&after=99", protocol.SUBPROTOCOL, "session_gap"),
        ("session={}&after=1", None, "session_gap"),
        ("session={}", protocol.SUBPROTOCOL, "invalid_request"),
        ("session={}&after=-1", protocol.SUBPROTOCOL, "invalid_request"),
        ("session={}&after=1e3", protocol.SUBPROTOCOL, "invalid_request"),
        ("session={}&after=99999999999999999999", protocol.SUBPROTOCOL, "invalid_request"),
    ],
)
def test_who_cannot_go_on_is_told_and_does_not_disturb_the_session(
    query: str, subprotocol: str | None, code: str
) -> None:
    async def body() -> None:
        async with House() as house:
            first = house.connect("/v1/realtime")
            session_id = await begun(first)
            refusal = await house.refused(f"/v1/realtime?{query.format(session_id)}", subprotocol)
            assert refusal == (code, (4404, code))
            first.take(protocol.encode(protocol.FeedPageRequest()))
            assert "feed.page" in str(await first.downwards.get())
            assert first.closed is None

    run(body)


def test_nobody_else_goes_on_with_a_session_even_who_knows_its_id() -> None:
    async def body() -> None:
        async with House() as house:
            session_id = await begun(house.connect("/v1/realtime", owner="token-1"))
            path = f"/v1/realtime?session={session_id}&after=1"
            assert (await house.refused(path))[0] == "session_gone"
            assert "session.resumed" in str(await house.connect(path, owner="token-1").downwards.get())

    run(body)


def test_what_is_no_longer_kept_cannot_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.journal.KEPT_FRAMES", 3)

    async def body() -> None:
        async with House() as house:
            client = house.client()
            client.connect("/v1/realtime?item=pier")
            await client.until_kind("response.done")
            count = len(client.frames)
            path = f"/v1/realtime?session={client.session_id}&after="
            assert (await house.refused(f"{path}{count - 4}"))[0] == "session_gap"
            connection = house.connect(f"{path}{count - 3}")
            await connection.downwards.get()
            assert [await connection.downwards.get() for _ in range(3)] == client.frames[-3:]

    run(body)


def test_of_two_connections_of_one_session_the_later_one_has_it() -> None:
    async def body() -> None:
        async with House() as house:
            first = house.connect("/v1/realtime")
            session_id = await begun(first)
            second = house.connect(f"/v1/realtime?session={session_id}&after=1")
            assert await first.downwards.get() is None
            assert first.closed is not None
            assert first.closed[0] == 4001
            assert "session.resumed" in str(await second.downwards.get())
            second.take(protocol.encode(protocol.FeedPageRequest()))
            assert "feed.page" in str(await second.downwards.get())
            assert len(house.sessions) == 1

    run(body)


def test_only_so_many_sessions_wait_and_the_one_that_waited_longest_ends_first() -> None:
    async def body() -> None:
        async with House(max_kept=2) as house:
            ids = []
            for _ in range(3):
                connection = house.connect("/v1/realtime")
                ids.append(await begun(connection))
                connection.fail()
                await settled()
            assert (await house.refused(f"/v1/realtime?session={ids[0]}&after=1"))[0] == "session_gone"
            for session_id in ids[1:]:
                resumed = house.connect(f"/v1/realtime?session={session_id}&after=1")
                assert "session.resumed" in str(await resumed.downwards.get())

    run(body)


def test_who_lost_the_connection_makes_room_for_who_waits_and_waits_in_turn_when_back() -> None:
    async def body() -> None:
        clock = Clock()
        places = Places(1, clock=clock)
        async with House(find_place=lambda _connection, who, told: places.place(who, told)) as house:
            talker = house.connect("/v1/realtime?item=pier")
            session_id = await begun(talker)
            await settled()
            waiter = house.client()
            waiter.connect("/v1/realtime?item=pier")
            assert (await waiter.until_kind("session.queued"))["position"] == 1
            talker.fail()
            await settled()
            clock.seconds += ABSENT_SECONDS
            places.look()
            assert (await waiter.until_kind("session.queued"))["position"] == 0
            await waiter.until_kind("response.done")
            resumed = house.connect(f"/v1/realtime?session={session_id}&after=1")
            resumed.take(protocol.encode(protocol.ResponseCreate()))
            while "session.queued" not in str(await resumed.downwards.get()):
                pass
            await waiter.leave()

    run(body)


def test_a_client_that_leaves_is_not_waited_for() -> None:
    async def body() -> None:
        async with House(kept_seconds=600.0) as house:
            connection = house.connect("/v1/realtime")
            session_id = await begun(connection)
            connection.leave()
            while len(house.sessions):
                await asyncio.sleep(0)
            assert (await house.refused(f"/v1/realtime?session={session_id}&after=1"))[0] == "session_gone"

    run(body)


def test_a_session_id_is_too_long_to_guess_and_the_log_has_only_its_beginning(caplog: pytest.LogCaptureFixture) -> None:
    async def body() -> None:
        async with House() as house:
            ids = [await begun(house.connect("/v1/realtime")) for _ in range(2)]
            assert len(set(ids)) == 2
            assert all(len(bytes.fromhex(session_id.removeprefix("sess_"))) == 16 for session_id in ids)
            assert ids[0][:13] in caplog.text
            assert ids[0] not in caplog.text

    with caplog.at_level("DEBUG"):
        run(body)


def test_a_slow_client_is_closed_with_try_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.outbox.FULL_BYTES", 3_000)

    async def body() -> None:
        async with House() as house:
            connection = house.connect("/v1/realtime")
            await begun(connection)
            connection.reads.clear()
            for _ in range(20):
                connection.take(protocol.encode(protocol.FeedPageRequest()))
            while connection.closed is None:
                await asyncio.sleep(0)
            assert connection.closed[0] == 1013

    run(body)


def test_a_server_that_closes_says_so() -> None:
    async def body() -> None:
        async with House() as house:
            connection = house.connect("/v1/realtime?item=pier")
            await begun(connection)
        assert connection.closed == (1001, "the server closes")

    run(body)


def test_over_a_real_socket_a_client_whose_connection_breaks_mid_utterance_gets_every_sample_once() -> None:
    async def body() -> None:
        host = DoubleHost([Sentence(text="one two three four five six seven eight.")] * 8)  # 16 s
        async with Gateway(DoubleHouse(host=host)).open(port=0) as url:
            subprotocols = [Subprotocol(protocol.SUBPROTOCOL)]
            frames: list[str | bytes] = []

            async def receive(socket: ClientConnection, until: Callable[[str | bytes], bool]) -> None:
                async for frame in socket:
                    frames.append(frame)
                    if until(frame):
                        return

            async with connect(f"{url}?item=pier", subprotocols=subprotocols) as socket:
                await receive(socket, lambda frame: "response.done" in str(frame))
                part = protocol.ContentPart(type="input_text", text="Go on")
                message = protocol.ConversationItemCreate(item=protocol.ConversationItem(content=[part]))
                await socket.send(protocol.encode(message))
                await socket.send(protocol.encode(protocol.ResponseCreate()))
                await receive(socket, lambda frame: isinstance(frame, bytes))
                socket.transport.abort()
            session_id = json.loads(frames[0])["session"]["id"]
            async with connect(f"{url}?session={session_id}&after={len(frames)}", subprotocols=subprotocols) as socket:
                resumed = protocol.decode_server(await socket.recv())
                assert resumed == protocol.SessionResumed(session_id=session_id, received=2)
                await receive(socket, lambda frame: "response.done" in str(frame))
            numbers = [json.loads(frame)["event_id"] for frame in frames if isinstance(frame, str)]
            expected = [f"event_{n}" for n, frame in enumerate(frames, 1) if isinstance(frame, str)]
            assert numbers == expected
            sound = [protocol.decode_audio(frame) for frame in frames if isinstance(frame, bytes)]
            firsts = [first for generation, first, _ in sound if generation == 2]
            assert firsts == list(range(0, 8 * 8 * WORD_SAMPLES, 12_000))

    run(body)
