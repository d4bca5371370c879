"""What the window shows, as one immutable value, and how events and actions change it. Pure: no clock, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import Literal

from server import protocol as wire
from viewer import actions
from viewer.editing import EditLine
from viewer.speech import Caption, PlaybackPosition, Speech

Focus = Literal["feed", "input", "microphone", "text"]
Status = Literal["connecting", "ready", "lost"]
Microphone = Literal["off", "on", "unavailable"]
Tab = Literal["item", "conversation"]
Attending = Literal["idle", "listening", "heard", "thinking", "resting"]
Room = Literal["none", "duck", "hold"]
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
    """

    id: str
    role: Literal["user", "host"]
    text: str
    partial: bool = False


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
def _(event: wire.SessionCreated, state: ViewState, now: float) -> Outcome:
    fresh = replace(_left(state), status="ready", over=0, requested=CARDS_PER_PAGE)
    return Outcome(fresh, (wire.FeedPageRequest(offset=0, limit=CARDS_PER_PAGE),))


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
    changed = replace(_left(state), item=item, selected=at, thinking=True, focus="input", tab="item")
    return Outcome(changed)


@_applied.register
def _(event: wire.FeedClosed, state: ViewState, now: float) -> Outcome:
    return Outcome(_left(state) if state.item is not None and state.item.card.id == event.item_id else state)


@_applied.register
def _(event: wire.SpeechStarted, state: ViewState, now: float) -> Outcome:
    return Outcome(replace(_cut(state), listening=True))


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
    speech = Speech(generation, event.response.id)
    return Outcome(
        replace(
            state, speech=speech, over=generation - 1, responding=True, thinking=True, room="none", text_scroll=None
        )
    )


@_applied.register
def _(event: wire.AvatarMarks, state: ViewState, now: float) -> Outcome:
    if state.speech is None or state.speech.cut or event.generation != state.speech.generation:
        return Outcome(state)
    return Outcome(replace(state, speech=state.speech.extended(event.marks), thinking=False))


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
        replace(line, text=f"{heard} —" if heard else "—") if line.id == event.item_id and line.role == "host" else line
        for line in state.log
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


def _left(state: ViewState) -> ViewState:
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
        return replace(state, log=(*state.log[:-1], line))
    return replace(state, log=(*state.log, LogLine(item_id, "host", sentence.strip())))


# -- what the user does -----------------------------------------------------------------------------------------------


def act(state: ViewState, action: actions.Action, now: float = 0.0) -> Outcome:
    """Do what the user asked; what makes no sense now (sending an empty line) does nothing."""
    match action:
        case actions.MoveSelection(by):
            return _choose(state, state.selected + by)
        case actions.SelectCard(index):
            return _choose(state, index if index >= 0 else len(state.cards) - 1)
        case actions.OpenCard(index):
            return _open(state, state.selected if index is None else index)
        case actions.Back():
            return _back(state)
        case actions.Submit():
            return _ask(replace(state, draft=EditLine()), state.draft.text)
        case actions.Ask(question):
            return _ask(state, question)
        case actions.StopTalking():
            return Outcome(replace(_cut(state), thinking=False), _cancel(state))
        case actions.ToggleMicrophone():
            return _toggle_microphone(state, now)
        case actions.CycleFocus(backwards):
            return Outcome(_focus_moved(state, -1 if backwards else 1))
        case actions.FocusOn(focus):
            return Outcome(replace(state, focus=focus) if focus in _focusable(state) else state)
        case actions.ScrollTo("feed", offset):
            return Outcome(replace(state, feed_scroll=offset))
        case actions.ScrollTo("text", offset):
            return Outcome(replace(state, text_scroll=offset))
        case actions.ShowTab(tab):
            other: Tab = "conversation" if state.tab == "item" else "item"
            return Outcome(replace(state, tab=tab or other, text_scroll=None))
        case _:
            return Outcome(_edited(state, action))


def _edited(state: ViewState, action: actions.Action) -> ViewState:
    if state.item is None:
        return state
    draft = state.draft
    match action:
        case actions.Insert(text):
            draft = draft.insert(text, wire.MAX_QUESTION_CHARS)
        case actions.Compose(text):
            draft = draft.compose(text)
        case actions.Erase(step):
            draft = draft.erase(step)
        case actions.MoveCaret(step, select):
            draft = draft.move(step, select=select)
        case actions.PlaceCaret(offset, select):
            draft = draft.place(offset, select=select)
        case actions.SelectAll():
            draft = draft.select_all()
    return replace(state, draft=draft, focus="input")


def _choose(state: ViewState, index: int) -> Outcome:
    if not state.cards:
        return Outcome(state)
    selected = max(0, min(index, len(state.cards) - 1))
    changed = replace(state, selected=selected, feed_scroll=None)
    near_end = selected >= len(state.cards) - CARDS_PER_PAGE // 4
    if near_end and len(state.cards) < state.total and state.requested <= len(state.cards):
        request = wire.FeedPageRequest(offset=len(state.cards), limit=CARDS_PER_PAGE)
        return Outcome(replace(changed, requested=len(state.cards) + CARDS_PER_PAGE), (request,))
    return Outcome(changed)


def _open(state: ViewState, index: int) -> Outcome:
    if state.status != "ready" or not 0 <= index < len(state.cards):
        return Outcome(state)
    card = state.cards[index]
    if state.opening == card.id or (state.item is not None and state.item.card.id == card.id):
        return Outcome(replace(state, focus="input" if state.item is not None else state.focus))
    return Outcome(replace(state, selected=index, opening=card.id), (wire.FeedOpen(item_id=card.id),))


def _back(state: ViewState) -> Outcome:
    if state.draft.text or state.draft.composing:
        return Outcome(replace(state, draft=EditLine()))
    if state.item is None and state.opening is None:
        return Outcome(state)
    return Outcome(_left(state), (wire.FeedClose(),))


def _ask(state: ViewState, question: str) -> Outcome:
    question = question.strip()
    if not question or state.item is None or state.status != "ready":
        return Outcome(state)
    number = state.sent + 1
    message = wire.ConversationItem(
        id=f"question_{number}", role="user", content=[wire.ContentPart(type="input_text", text=question)]
    )
    line = LogLine(f"question_{number}", "user", question)
    changed = replace(_cut(state), log=(*state.log, line), sent=number, thinking=True, focus="input")
    return Outcome(changed, (*_cancel(state), wire.ConversationItemCreate(item=message), wire.ResponseCreate()))


def _cut(state: ViewState) -> ViewState:
    if state.speech is None:
        return state
    over = max(state.over, state.speech.generation)
    return replace(state, speech=replace(state.speech, cut=True), over=over, room="none")


def _cancel(state: ViewState) -> tuple[wire.ClientEvent, ...]:
    return (
        () if state.speech is None or state.speech.cut else (wire.ResponseCancel(response_id=state.speech.response_id),)
    )


def _toggle_microphone(state: ViewState, now: float) -> Outcome:
    if state.microphone == "unavailable":
        message = "No microphone here. Typing works; `visavis doctor` says more."
        return Outcome(notify(state, message, "warning", now))
    return Outcome(replace(state, microphone="off" if state.microphone == "on" else "on", listening=False))


def _focusable(state: ViewState) -> tuple[Focus, ...]:
    return ("feed",) if state.item is None else ("input", "microphone", "text", "feed")


def _focus_moved(state: ViewState, by: int) -> ViewState:
    order = _focusable(state)
    at = order.index(state.focus) if state.focus in order else 0
    return replace(state, focus=order[(at + by) % len(order)])
