"""Doubles for the viewer's tests: a feed, a conversation about it, and an application that plays them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import moderngl

from server import protocol as wire
from viewer.acting import act
from viewer.actions import Action, Ask
from viewer.scene import Viewport
from viewer.speech import PlaybackPosition
from viewer.state import ViewerEvent, ViewState, apply

NOON = datetime(2025, 6, 10, 12, 0, tzinfo=UTC)
AVATAR_COLOUR = (40, 160, 200)

_SUBJECTS = (
    ("lighthouse", "The lighthouse that moved", "Harbour Herald", "Vera", "2025-06-10T09:00:00+00:00"),
    ("bakery", "A bakery that opens at midnight, and the night workers who keep it busy", "City Desk", "Milo", None),
    ("glacier", "What 31 years of photographs say about a glacier", "Field Notes", "Ines", "2025-06-08T10:00:00+00:00"),
    ("library", "The smallest library in the north lends seeds", "Letters", "Tom", "2025-05-01T10:00:00+00:00"),
    ("choir", "One hundred voices and no conductor", "The Listener", "Anna", "2024-12-01T10:00:00+00:00"),
    ("bees", "Rooftop bees do better than country bees", "Field Notes", "Ines", "2025-06-01T10:00:00+00:00"),
)
LEAD = "In 1952 the keeper measured eleven metres between the wall and the edge. By the spring of 1999 it was four."
TEXT = "\n\n".join(
    (
        "In 1952 the keeper measured eleven metres between the wall and the edge. By the spring of 1999 it was four.",
        "The council voted 7 to 2 to move the tower, all 712 tonnes of it, 29 metres inland on greased steel beams. "
        "The move took 23 days and cost 1.4 million pounds, paid half by the county and half by 9,000 private donors.",
        "Margaret Hale, whose grandfather lit the lamp, watched every day. She says she did not breathe on the first.",
        "Engineers expect the new site to be safe for sixty years. After that, they say, somebody will have to decide "
        "again whether a light that no ship needs is worth another move.",
        "The lamp itself, a third-order Fresnel lens made in Paris in 1889, never left its place. It was packed in "
        "wool and straw, and on the last evening it was lit for an hour although the Admiralty had not asked for it.",
    )
)
EVIDENCE = "p2"
_FIGURES = ("vera", "milo", "yuna", "arjun", "edith")
SENTENCE = "They moved it twenty-nine metres inland, and it took 23 days."


def card(index: int, image: str | None = None) -> wire.Card:
    """Return one of six cards; larger indices repeat them under other ids."""
    name, title, source, host, published = _SUBJECTS[index % len(_SUBJECTS)]
    return wire.Card(
        id=name if index < len(_SUBJECTS) else f"{name}-{index}",
        title=title,
        kind="article",
        source=source,
        lead=LEAD,
        reason="the newest of this source",
        host=host,
        published=published,
        image=image,
        figure=_FIGURES[index % len(_FIGURES)],
    )


def page(count: int = 6, total: int | None = None, offset: int = 0, image: str | None = None) -> wire.FeedPage:
    """Return a page of cards; every second one has the picture ``image``."""
    cards = [card(index, image if index % 2 == 0 else None) for index in range(offset, offset + count)]
    return wire.FeedPage(title="Samples", items=cards, offset=offset, total=total or count)


def session() -> wire.SessionCreated:
    """Return the first event of a session."""
    return wire.SessionCreated(session=wire.Session(id="s1"))


def opened(index: int = 0) -> wire.FeedOpened:
    """Return the opening of a card with five passages, one for each paragraph of ``TEXT``."""
    passages, start = [], 0
    for number, paragraph in enumerate(TEXT.split("\n\n"), start=1):
        passages.append(wire.OpenedPassage(id=f"p{number}", start=start, end=start + len(paragraph)))
        start += len(paragraph) + 2
    return wire.FeedOpened(
        item=card(index),
        text=TEXT,
        passages=passages,
        host="Vera",
        role="harbour reporter",
        figure="vera",
        voice="ava",
        openers=["How far was it moved?", "Who paid for it?", "Is it safe now?"],
    )


def answer(generation: int = 1) -> list[wire.ServerEvent]:
    """Return a spoken answer of one sentence: a word every 6,000 samples, resting on ``EVIDENCE``."""
    words = SENTENCE.rstrip(".").replace(",", "").split()
    marks = [wire.WireMark(kind="sentence", start=0, end=6_000 * len(words), text=SENTENCE, evidence=[EVIDENCE])]
    marks += [
        wire.WireMark(kind="word", start=6_000 * place, end=6_000 * place + 5_000, text=word)
        for place, word in enumerate(words)
    ]
    response = wire.Response(id=f"r{generation}", generation=generation)
    return [
        wire.ResponseCreated(response=response),
        wire.TranscriptDelta(response_id=response.id, item_id=f"answer_{generation}", delta=SENTENCE),
        wire.AvatarMarks(response_id=response.id, generation=generation, marks=marks),
    ]


def reached(*events: ViewerEvent, state: ViewState | None = None) -> ViewState:
    """Return the state after some events."""
    state = state or ViewState()
    for event in events:
        state = apply(state, event).state
    return state


def in_conversation() -> ViewState:
    """Return the state in the middle of an answer."""
    state = reached(session(), page(), opened())
    state = act(state, Ask("How far was it moved?")).state
    return reached(*answer(), state=state)


def draw_coloured_avatar(framebuffer: moderngl.Framebuffer, viewport: Viewport) -> None:
    """Draw the double of a host: a block of ``AVATAR_COLOUR`` in the middle of the viewport."""
    x, y, width, height = viewport
    red, green, blue = (value / 255 for value in AVATAR_COLOUR)
    framebuffer.use()
    framebuffer.clear(red, green, blue, 1.0, viewport=(x + width // 4, y, width // 2, height * 3 // 4))


class ScriptedApp:
    """An application without a server: answers what it is sent as a server would, and remembers it."""

    def __init__(self) -> None:
        self.sent: list[wire.ClientEvent] = []
        self.done: list[Action] = []
        self.microphone_wanted: list[bool] = []
        self.listening: list[bool] = []
        self.volumes: list[float] = []
        self.playing = PlaybackPosition()
        self.shown: tuple[tuple[float, float] | None, bool] = (None, False)
        self.closed = False
        self.avatars_drawn = 0
        self.expected: list[tuple[str, ...]] = []
        self.prepared = 0
        self._pending: list[ViewerEvent] = [session()]

    def attach(self, context: moderngl.Context) -> None:
        """Take the window's context."""
        self.context = context

    def poll(self) -> list[ViewerEvent]:
        """Return what has happened since the last call."""
        pending, self._pending = self._pending, []
        return pending

    def send(self, event: wire.ClientEvent) -> None:
        """Answer as a server would."""
        self.sent.append(event)
        if isinstance(event, wire.FeedPageRequest):
            self._pending.append(page())
        elif isinstance(event, wire.FeedOpen):
            index = next(i for i in range(6) if card(i).id == event.item_id)
            self._pending.append(opened(index))
        elif isinstance(event, wire.FeedClose):
            self.playing = PlaybackPosition()
        elif isinstance(event, wire.ResponseCreate):
            self._pending.extend(answer())
            self.playing = PlaybackPosition(stream=0, generation=1, sample=20_000)

    def did(self, action: Action) -> None:
        """Keep what the user did."""
        self.done.append(action)

    def position(self) -> PlaybackPosition:
        """Return a position that the test has set."""
        return self.playing

    def expect(self, figures: Sequence[str]) -> None:
        """Keep who may be drawn."""
        self.expected.append(tuple(figures))

    def prepare(self) -> None:
        """Count it."""
        self.prepared += 1

    def show_host(self, item: tuple[float, float] | None, typing: bool) -> None:
        """Keep what the host would see."""
        self.shown = (item, typing)

    def draw_avatar(self, framebuffer: moderngl.Framebuffer, viewport: Viewport) -> None:
        """Draw the coloured double."""
        self.avatars_drawn += 1
        draw_coloured_avatar(framebuffer, viewport)

    def load_picture(self, address: str) -> bytes | None:
        """There are no pictures."""
        return None

    def microphone(self, on: bool) -> None:
        """Remember what was wanted."""
        self.microphone_wanted.append(on)

    def listen(self, on: bool) -> None:
        """Remember what was wanted."""
        self.listening.append(on)

    def volume(self, level: float) -> None:
        """Remember how loud."""
        self.volumes.append(level)

    def close(self) -> None:
        """Remember it."""
        self.closed = True
