"""What the user does changes the state and is told to the server. Pure, as ``viewer.state`` is."""

from __future__ import annotations

from dataclasses import replace

from server import protocol as wire
from viewer import actions
from viewer.editing import EditLine
from viewer.state import CARDS_PER_PAGE, Focus, LogLine, Outcome, Tab, ViewState, left, notify, silenced, turn_taking


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
            return Outcome(replace(silenced(state), thinking=False), _cancel(state))
        case actions.ToggleMicrophone():
            return _toggle_microphone(state, now)
        case actions.SwitchTurnTaking():
            return _switch_turn_taking(state, now)
        case actions.Talk(held):
            return _talk(state, now, held=held)
        case actions.SetVolume(volume):
            return Outcome(replace(state, volume=min(max(volume, 0.0), 1.0), muted=False))
        case actions.ToggleSound():
            return Outcome(replace(state, muted=not state.muted))
        case actions.ShowEvidence(passages):
            pinned = () if passages == state.pinned else passages
            return Outcome(replace(state, pinned=pinned, tab="item", text_scroll=None))
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
    return Outcome(left(state), (wire.FeedClose(),))


def _ask(state: ViewState, question: str) -> Outcome:
    question = question.strip()
    if not question or state.item is None or state.status != "ready":
        return Outcome(state)
    number = state.sent + 1
    message = wire.ConversationItem(
        id=f"question_{number}", role="user", content=[wire.ContentPart(type="input_text", text=question)]
    )
    line = LogLine(f"question_{number}", "user", question)
    changed = replace(silenced(state), log=(*state.log, line), sent=number, thinking=True, focus="input")
    return Outcome(changed, (*_cancel(state), wire.ConversationItemCreate(item=message), wire.ResponseCreate()))


def _cancel(state: ViewState) -> tuple[wire.ClientEvent, ...]:
    return (
        () if state.speech is None or state.speech.cut else (wire.ResponseCancel(response_id=state.speech.response_id),)
    )


def _toggle_microphone(state: ViewState, now: float) -> Outcome:
    if state.microphone == "unavailable":
        message = "No microphone here. Typing works; `visavis doctor` says more."
        return Outcome(notify(state, message, "warning", now))
    return Outcome(replace(state, microphone="off" if state.microphone == "on" else "on", listening=False))


def _switch_turn_taking(state: ViewState, now: float) -> Outcome:
    if state.turns == "hands_free":
        changed = notify(replace(state, turns="push_to_talk"), "Push to talk: hold F2 while you speak.", "info", now)
    else:
        changed = notify(replace(state, turns="hands_free", talking=False), "Hands-free: just speak.", "info", now)
    return Outcome(changed, (turn_taking(changed.turns),))


def _talk(state: ViewState, now: float, *, held: bool) -> Outcome:
    """Take or give back the floor by hand: pressing silences the host at once, letting go asks for the answer."""
    if held == state.talking or state.turns != "push_to_talk" or state.item is None:
        return Outcome(state)
    if not held:
        asked = replace(state, talking=False, listening=False, thinking=True)
        return Outcome(asked, (wire.InputAudioCommit(), wire.ResponseCreate()))
    if state.microphone == "unavailable":
        return _toggle_microphone(state, now)
    changed = replace(silenced(state), talking=True, listening=True, thinking=False, microphone="on")
    return Outcome(changed, (*_cancel(state), wire.InputAudioClear()))


def _focusable(state: ViewState) -> tuple[Focus, ...]:
    return ("feed",) if state.item is None else ("input", "microphone", "text", "feed")


def _focus_moved(state: ViewState, by: int) -> ViewState:
    order = _focusable(state)
    at = order.index(state.focus) if state.focus in order else 0
    return replace(state, focus=order[(at + by) % len(order)])
