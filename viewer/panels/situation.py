"""Who has the turn and what the host does with it, in a word or two; and how loud the host is."""

from __future__ import annotations

from dataclasses import dataclass

from viewer import theme
from viewer.actions import SetVolume, ToggleSound
from viewer.layout import Rect
from viewer.panels.panel import Hit, View
from viewer.speech import PlaybackPosition
from viewer.state import ViewState
from viewer.theme import Colour

_HEIGHT = 26.0
_TRACK = 56.0
_LINE = {"connecting": "Connecting…", "reconnecting": "Reconnecting…", "lost": "Connection lost"}
_STEPS = 10  # places on the volume's track that can be clicked


@dataclass(frozen=True, slots=True)
class Situation:
    """What is going on: words, and the colour of the dot before them."""

    words: str
    colour: Colour


def situation(state: ViewState, position: PlaybackPosition) -> Situation | None:
    """Return who has the turn now; None where there is nothing to say."""
    item = state.item
    if item is None:
        return None
    if state.status != "ready":
        return Situation(_LINE[state.status], theme.LIVE)
    if state.queued:
        return Situation(f"One moment: you are number {state.queued}", theme.TONES["info"])
    if state.talking:
        return Situation("Listening: let go of F2 to send", theme.LIVE)
    if state.room == "hold":
        return Situation("Paused for you", theme.LIVE)
    if state.room == "duck":
        return Situation("Speaking softly: is that you?", theme.LIVE)
    if state.attending == "heard":
        return Situation("Heard you", theme.TONES["info"])
    if state.listening or state.attending == "listening":
        return Situation("Listening to you", theme.LIVE)
    if state.thinking:
        return Situation("Thinking", theme.TONES["info"])
    if position.sounding:
        return Situation(f"{item.host} is speaking", theme.ACCENT)
    return _waiting(state)


def _waiting(state: ViewState) -> Situation | None:
    """Return what the user may do while nobody speaks."""
    if state.turns == "push_to_talk" and state.microphone != "unavailable":
        return Situation("Hold F2 to speak", theme.INK_FAINT)
    if state.microphone == "on":
        return Situation("Your turn: just speak", theme.INK_FAINT)
    return Situation("Resting", theme.INK_FAINT) if state.attending == "resting" else None


def paint_situation(view: View, x: int, y: int, width: int) -> None:
    """Paint the words in a pill at (x, y), at most ``width`` wide."""
    now, px = situation(view.state, view.position), view.px
    if now is None:
        return
    text = view.wrap(now.words, theme.SMALL, width - px(38), 1)
    pill = Rect(x, y, round(text.width) + px(38), px(_HEIGHT))
    view.painter.rect(pill, theme.SCRIM_DEEP.faded(0.72), radius=pill.height / 2)
    dot = px(8)
    view.painter.rect(Rect(pill.x + px(12), pill.y + (pill.height - dot) // 2, dot, dot), now.colour, radius=dot / 2)
    baseline = pill.y + (pill.height - text.line_height) / 2
    view.painter.paragraph(text, pill.x + px(27), baseline, theme.INK_SOFT)


def paint_volume(view: View, right: int, y: int) -> list[Hit]:
    """Paint how loud the host is, ending at ``right``; return where it can be clicked."""
    px, state = view.px, view.state
    height = px(30)
    box = Rect(right - px(_TRACK + 48), y, px(_TRACK + 48), height)
    view.painter.rect(box, theme.SCRIM_DEEP.faded(0.72), radius=height / 2)
    side = px(17)
    sign = Rect(box.x + px(10), box.y + (height - side) // 2, side, side)
    view.painter.icon("sound_off" if state.loudness == 0 else "sound", sign, theme.INK_SOFT)
    track = Rect(box.x + px(34), box.y + (height - px(3)) // 2, px(_TRACK), px(3))
    filled = Rect(track.x, track.y, round(track.width * state.loudness), track.height)
    view.painter.rect(track, theme.LINE, radius=px(3) / 2)
    if filled.width:
        view.painter.rect(filled, theme.INK_SOFT, radius=px(3) / 2)
    knob = px(9)
    place = Rect(filled.right - knob // 2, box.y + (height - knob) // 2, knob, knob)
    view.painter.rect(place, theme.INK, radius=knob / 2)
    hits = [Hit(Rect(box.x, box.y, px(34), height), ToggleSound())]
    for step in range(_STEPS + 1):
        width = track.width // _STEPS
        hits.append(Hit(Rect(track.x + step * width - width // 2, box.y, width, height), SetVolume(step / _STEPS)))
    return hits
