"""The window says in a word who has the turn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server import protocol as wire
from tests.viewer.doubles import in_conversation, opened, page, reached, session
from viewer.panels.situation import situation
from viewer.speech import PlaybackPosition
from viewer.state import ConnectionChanged, ViewState

SPEAKING = PlaybackPosition(20_000, 1, 20_000, sounding=True)
SILENT = PlaybackPosition(90_000, 1, 66_000)
ITEM = replace(reached(session(), page(), opened()), thinking=False)


@pytest.mark.parametrize(
    ("state", "position", "words"),
    [
        (in_conversation(), SPEAKING, "Vera is speaking"),
        (replace(in_conversation(), room="duck"), SPEAKING, "is that you?"),
        (replace(in_conversation(), room="hold"), SPEAKING, "Paused for you"),
        (replace(ITEM, listening=True), SILENT, "Listening to you"),
        (reached(wire.AvatarAttention(state="listening"), state=ITEM), SILENT, "Listening to you"),
        (reached(wire.AvatarAttention(state="heard"), state=ITEM), SILENT, "Heard you"),
        (replace(ITEM, listening=True, attending="heard"), SILENT, "Heard you"),
        (replace(ITEM, thinking=True), SILENT, "Thinking"),
        (replace(ITEM, turns="push_to_talk"), SILENT, "Hold F2 to speak"),
        (replace(ITEM, turns="push_to_talk", talking=True), SILENT, "let go of F2 to send"),
        (replace(ITEM, microphone="on"), SILENT, "Your turn"),
        (reached(wire.AvatarAttention(state="resting"), state=ITEM), SILENT, "Resting"),
        (reached(ConnectionChanged("lost", "gone"), state=ITEM), SILENT, "Connection lost"),
        (reached(ConnectionChanged("reconnecting", "gone"), state=ITEM), SILENT, "Reconnecting"),
        (reached(wire.SessionQueued(position=2), state=ITEM), SILENT, "you are number 2"),
        (reached(wire.SessionQueued(position=2), wire.SessionQueued(position=0), state=ITEM), SILENT, None),
        (ITEM, SILENT, None),
        (ViewState(), SILENT, None),
    ],
)
def test_it_is_said_who_has_the_turn(state: ViewState, position: PlaybackPosition, words: str | None) -> None:
    now = situation(state, position)
    assert (now is None) if words is None else (now is not None and words in now.words)
