"""What the window shows, as one immutable value, and how events and actions change it. Pure: no clock, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import Literal

from server import protocol as wire
from viewer.editing import EditLine
from viewer.speech import Caption, PlaybackPosition, Speech

Focus = Literal["feed", "input", "microphone", "text"]
Status = Literal["connecting", "ready", "reconnecting", "lost"]
Microphone = Literal["off", "on", "unavailable"]
Tab = Literal["item", "conversation"]
Attending = Literal["idle", "listening", "heard", "thinking", "resting"]
Room = Literal["none", "duck", "hold"]
TurnTaking = Literal["hands_free", "push_to_talk"]
Tone = Literal["info", "warning", "error"]

CARDS_PER_PAGE = 40
NOTICE_SECONDS = 7.0
MAX_NOTICES = 3
NOTHING_TO_CANCEL = "response_cancel_not_active"  # the Realtime API's word for it
SAMPLES_PER_MS = wire.OUTPUT_RATE // 1000


@dataclass(frozen=True, slots=True)
class ConnectionChanged:
    """The viewer's own news about the line to the server; ``message`` is shown when it is lost."""

    status: Status
    message: str = ""


@dataclass(frozen=True, slots=True)
class MicrophoneChanged:
    """The viewer's own news about the microphone; ``message`` says why it is unavailable."""

    status: Microphone
    message: str = ""


ViewerEvent = wire.ServerEvent | ConnectionChanged | MicrophoneChanged


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that goes away by itself at ``until`` (seconds of the caller's clock)."""

    text: str
    tone: Tone
    until: float


@dataclass(frozen=True, slots=True)
class LogLine:
    """Something that was said.

    Attributes:
        id: of the conversation's item.
        role: who said it.
        text: what; for the host only what was heard, once they were cut off.
        partial: still being heard.
        response: the answer that a host's line is.
        cited: stretches of ``text`` (first character, last, evidence) that rest on passages.
    """

    id: str
    role: Literal["user", "host"]
    text: str
    partial: bool = False
    response: str = ""
    cited: tuple[tuple[int, int, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedItem:
    """The item that the user stepped up to."""

    card: wire.Card
    text: str
    passages: tuple[tuple[str, int, int], ...]
    host: str
    role: str
    figure: str
    voice: str
    openers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ViewState:
    """All that the window shows, but for what moves with the sound.

    Attributes:
        feed_title, cards, total: the feed as far as it was loaded, and how long it is.
        requested: how many cards have been asked for.
        selected: index of the chosen card.
        opening: id of the item that was asked for and has not answered yet.
        item: the opened item, or None in the feed.
        log: the conversation about it.
        speech: the current utterance.
        responding: an answer is being made.
        thinking: an answer was asked for and nothing of it has arrived.
        listening: the user is speaking.
        attending: what the host attends to, as the server says.
        room: how the host makes room for a user who may be cutting in.
        queued: the user's place among those who wait to talk, from 1; 0 for who does not wait.
        turns: whether the user just speaks, or holds a key to.
        talking: the user holds it.
        volume: of the host, 0..1; ``muted`` silences them without forgetting it.
        pinned: passages that the user asked to see.
        over: the newest utterance of which nothing more is shown, nor of any older one.
        draft: the input line.
        feed_scroll, text_scroll: pixels; None follows the selection and the evidence.
        sent: counts the messages of the user, to name them.
    """

    status: Status = "connecting"
    microphone: Microphone = "off"
    feed_title: str = ""
    cards: tuple[wire.Card, ...] = ()
    total: int = 0
    requested: int = 0
    selected: int = 0
    opening: str | None = None
    item: OpenedItem | None = None
    log: tuple[LogLine, ...] = ()
    speech: Speech | None = None
    responding: bool = False
    thinking: bool = False
    listening: bool = False
    attending: Attending = "idle"
    room: Room = "none"
    queued: int = 0
    turns: TurnTaking = "hands_free"
    talking: bool = False
    volume: float = 1.0
    muted: bool = False
    pinned: tuple[str, ...] = ()
    over: int = 0
    draft: EditLine = field(default_factory=EditLine)
    focus: Focus = "feed"
    tab: Tab = "item"
    feed_scroll: float | None = None
    text_scroll: float | None = None
    notices: tuple[Notice, ...] = ()
    sent: int = 0

    @property
    def selected_card(self) -> wire.Card | None:
        """The chosen card, if there is any."""
        return self.cards[self.selected] if self.cards else None

    @property
    def loudness(self) -> float:
        """How loud the host is to be, 0..1."""
        return 0.0 if self.muted else self.volume

    def caption(self, position: PlaybackPosition) -> Caption | None:
        """Return what is being said at this instant of playback, or None."""
        speech = self.speech
        if speech is None or speech.cut or position.generation != speech.generation:
            return None
        return speech.caption_at(position.sample)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A new state, and what to tell the server."""

    state: ViewState
    send: tuple[wire.ClientEvent, ...] = ()


def notify(state: ViewState, text: str, tone: Tone, now: float) -> ViewState:
    """Show a notice; the same text is not shown twice, and old ones make room."""
    kept = [notice for notice in state.notices if notice.text != text]
    notices = (*kept, Notice(text, tone, now + NOTICE_SECONDS))
    return replace(state, notices=notices[-MAX_NOTICES:])


def expire(state: ViewState, now: float) -> ViewState:
    """Drop the notices whose time is over."""
    if all(notice.until > now for notice in state.notices):
        return state
    return replace(state, notices=tuple(notice for notice in state.notices if notice.until > now))


# -- what the server and the devices say ------------------------------------------------------------------------------


def apply(state: ViewState, event: ViewerEvent, now: float = 0.0) -> Outcome:
    """Take in an event; events that change nothing that is shown leave the state as it is."""
    return _applied(event, state, now)


@singledispatch
def _applied(event: object, state: ViewState, now: float) -> Outcome:
    return Outcome(state)


@_applied.register
def _(event: ConnectionChanged, state: ViewState, now: float) -> Outcome:
    changed = replace(state, status=event.status)
    if event.status == "lost":
        changed = replace(changed, responding=False, thinking=False, listening=False, opening=None)
        changed = notify(changed, event.message or "The connection to the server is lost.", "error", now)
    return Outcome(changed)


@_applied.register
def _(event: MicrophoneChanged, state: ViewState, now: float) -> Outcome:
    changed = replace(state, microphone=event.status, listening=state.listening and event.status == "on")
    if event.status == "unavailable" and event.message:
        changed = notify(changed, event.message, "warning", now)
    return Outcome(changed)


@_applied.register
def _(event: wire.SessionResumed, state: ViewState, now: float) -> Outcome:
    return Outcome(replace(state, status="ready"))


@_applied.register
def _(event: wire.SessionCreated, state: ViewState, now: float) -> Outcome:
    fresh = replace(left(state), status="ready", over=0, requested=CARDS_PER_PAGE)
    request = wire.FeedPageRequest(offset=0, limit=CARDS_PER_PAGE)
    return Outcome(fresh, (request,) if state.turns == "hands_free" else (turn_taking(state.turns), request))


@_applied.register
def _(event: wire.ErrorEvent, state: ViewState, now: float) -> Outcome:
    if event.error.code == NOTHING_TO_CANCEL:  # the answer had ended by itself meanwhile
        return Outcome(state)
    changed = replace(state, thinking=False, opening=None, requested=len(state.cards))
    return Outcome(notify(changed, event.error.message, "error", now))


@_applied.register
def _(event: wire.AvatarNotice, state: ViewState, now: float) -> Outcome:
    return Outcome(notify(state, event.message, "warning", now))


@_applied.register
def _(event: wire.SessionQueued, state: ViewState, now: float) -> Outcome:
    if event.position == 0:
        return Outcome(state)
    return Outcome(notify(state, f"One moment: number {event.position} in the queue for a host.", "warning", now))


@_applied.register
def _(event: wire.FeedPage, state: ViewState, now: float) -> Outcome:
    if event.offset > len(state.cards):
        return Outcome(state)
    cards = (*state.cards[: event.offset], *event.items)
    changed = replace(
        state,
        feed_title=event.title,
        cards=cards,
        total=event.total,
        requested=len(cards),
        selected=min(state.selected, max(len(cards) - 1, 0)),
    )
    if event.skipped and event.offset == 0:
        count = len(event.skipped)
        words = "1 item was left out" if count == 1 else f"{count} items were left out"
        changed = notify(changed, f"{words}: {event.skipped[0]}", "warning", now)
    return Outcome(changed)


@_applied.register
def _(event: wire.FeedOpened, state: ViewState, now: float) -> Outcome:
    item = OpenedItem(
        card=event.item,
        text=event.text,
        passages=tuple((passage.id, passage.start, passage.end) for passage in event.passages),
        host=event.host,
        role=event.role,
        figure=event.figure,
        voice=event.voice,
        openers=tuple(event.openers),
    )
    at = next((index for index, card in enumerate(state.cards) if card.id == event.item.id), state.selected)
    changed = replace(left(state), item=item, selected=at, thinking=True, focus="input", tab="item")
    return Outcome(changed)


@_applied.register
def _(event: wire.FeedClosed, state: ViewState, now: float) -> Outcome:
    return Outcome(left(state) if state.item is not None and state.item.card.id == event.item_id else state)


@_applied.register
def _(event: wire.SpeechStarted, state: ViewState, now: float) -> Outcome:
    return Outcome(replace(silenced(state), listening=True))


@_applied.register
def _(event: wire.SpeechStopped, state: ViewState, now: float) -> Outcome:
    return Outcome(replace(state, listening=False, thinking=state.item is not None))


@_applied.register
def _(event: wire.AvatarAttention, state: ViewState, now: float) -> Outcome:
    return Outcome(replace(state, attending=event.state))


@_applied.register
def _(event: wire.AvatarYield, state: ViewState, now: float) -> Outcome:
    if state.speech is None or state.speech.cut or event.generation != state.speech.generation:
        return Outcome(state)
    return Outcome(replace(state, room="none" if event.how == "resume" else event.how))


@_applied.register
def _(event: wire.SessionQueued, state: ViewState, now: float) -> Outcome:
    changed = replace(state, queued=max(event.position, 0))
    if changed.queued and state.item is None:  # with an item open, the line over the host says so
        changed = notify(changed, f"One moment: you are number {changed.queued}.", "info", now)
    return Outcome(changed)


@_applied.register
def _(event: wire.AvatarHearing, state: ViewState, now: float) -> Outcome:
    return Outcome(_heard(state, LogLine(event.item_id, "user", event.text, partial=True)))


@_applied.register
def _(event: wire.TranscriptionCompleted, state: ViewState, now: float) -> Outcome:
    if not event.transcript.strip():
        return Outcome(_unheard(state, event.item_id))
    return Outcome(_heard(state, LogLine(event.item_id, "user", event.transcript)))


@_applied.register
def _(event: wire.TranscriptionFailed, state: ViewState, now: float) -> Outcome:
    return Outcome(notify(_unheard(state, event.item_id), event.error.message, "error", now))


@_applied.register
def _(event: wire.ResponseCreated, state: ViewState, now: float) -> Outcome:
    generation = event.response.generation
    if generation <= state.over or (state.speech is not None and generation <= state.speech.generation):
        return Outcome(state)
    fresh = replace(state, over=generation - 1, room="none", pinned=(), text_scroll=None)
    return Outcome(replace(fresh, speech=Speech(generation, event.response.id), responding=True, thinking=True))


@_applied.register
def _(event: wire.AvatarMarks, state: ViewState, now: float) -> Outcome:
    if state.speech is None or state.speech.cut or event.generation != state.speech.generation:
        return Outcome(state)
    return Outcome(_cited(replace(state, speech=state.speech.extended(event.marks), thinking=False)))


@_applied.register
def _(event: wire.TranscriptDelta, state: ViewState, now: float) -> Outcome:
    return Outcome(_said(state, event.response_id, event.item_id, event.delta))


@_applied.register
def _(event: wire.OutputTextDelta, state: ViewState, now: float) -> Outcome:
    return Outcome(replace(_said(state, event.response_id, event.item_id, event.delta), thinking=False))


@_applied.register
def _(event: wire.ConversationItemTruncated, state: ViewState, now: float) -> Outcome:
    if state.speech is None:
        return Outcome(state)
    heard = state.speech.heard_until(event.audio_end_ms * SAMPLES_PER_MS)
    log = tuple(
        _shortened(line, heard) if line.id == event.item_id and line.role == "host" else line for line in state.log
    )
    return Outcome(replace(state, log=log))


@_applied.register
def _(event: wire.ResponseDone, state: ViewState, now: float) -> Outcome:
    cancelled = event.response.status == "cancelled"
    if cancelled and event.response.generation > state.over:
        state = replace(state, over=event.response.generation)
    if state.speech is None or event.response.generation != state.speech.generation:
        return Outcome(state)
    cut = state.speech.cut or cancelled
    waiting = state.thinking and state.speech.cut  # for the answer to the question that cut this one off
    changed = replace(state, speech=replace(state.speech, complete=True, cut=cut), responding=False, thinking=waiting)
    if event.response.status == "failed":
        details = event.response.status_details
        reason = details.error.message if details is not None and details.error is not None else "Please ask again."
        changed = notify(changed, f"The answer failed. {reason}", "error", now)
    return Outcome(changed)


def _shortened(line: LogLine, heard: str) -> LogLine:
    cited = tuple((first, min(last, len(heard)), ids) for first, last, ids in line.cited if first < len(heard))
    return replace(line, text=f"{heard} —" if heard else "—", cited=cited)


def left(state: ViewState) -> ViewState:
    """Leave the item."""
    return replace(
        state,
        item=None,
        opening=None,
        log=(),
        speech=None,
        responding=False,
        thinking=False,
        attending="idle",
        room="none",
        talking=False,
        pinned=(),
        queued=0,
        draft=EditLine(),
        focus="feed",
        text_scroll=None,
    )


def _heard(state: ViewState, line: LogLine) -> ViewState:
    if any(known.id == line.id for known in state.log):
        return replace(state, log=tuple(line if known.id == line.id else known for known in state.log))
    return replace(state, log=(*state.log, line))


def _unheard(state: ViewState, item_id: str) -> ViewState:
    kept = tuple(line for line in state.log if line.id != item_id)
    return replace(state, log=kept, thinking=state.responding and state.thinking)


def _said(state: ViewState, response_id: str, item_id: str, sentence: str) -> ViewState:
    if state.speech is None or state.speech.response_id != response_id or not sentence.strip():
        return state
    if state.log and state.log[-1].id == item_id:
        line = replace(state.log[-1], text=f"{state.log[-1].text} {sentence.strip()}")
        return _cited(replace(state, log=(*state.log[:-1], line)))
    line = LogLine(item_id, "host", sentence.strip(), response=response_id)
    return _cited(replace(state, log=(*state.log, line)))


def _cited(state: ViewState) -> ViewState:
    """Find the sentences of the current answer in its line, with the passages that they rest on."""
    speech = state.speech
    if speech is None or not state.log or state.log[-1].response != speech.response_id:
        return state
    line, after = state.log[-1], 0
    cited: list[tuple[int, int, tuple[str, ...]]] = []
    for sentence in speech.sentences:
        first = line.text.find(sentence.text, after)
        if first >= 0:
            after = first + len(sentence.text)
            if sentence.evidence:
                cited.append((first, after, sentence.evidence))
    return replace(state, log=(*state.log[:-1], replace(line, cited=tuple(cited))))


def turn_taking(turns: TurnTaking) -> wire.SessionUpdate:
    """Return what tells the server who ends the user's turns: it does, or the user's key."""
    detection = {"type": "semantic_vad"} if turns == "hands_free" else None
    return wire.SessionUpdate(session={"audio": {"input": {"turn_detection": detection}}})


def silenced(state: ViewState) -> ViewState:
    """Show nothing more of what the host is saying."""
    if state.speech is None:
        return state
    over = max(state.over, state.speech.generation)
    return replace(state, speech=replace(state.speech, cut=True), over=over, room="none")
