"""What the host shows and says beside the answers: attention, a bridge, a gentle prompt, rest. Times in seconds."""

from __future__ import annotations

from server.conversation.commands import Attend, Attention, Command
from server.conversation.thresholds import BRIDGE_AFTER, BRIDGE_NOTICE, REST_AFTER


class Presence:
    """Appends to ``out`` what the figure is to show, each change once.

    Attributes:
        attention: what the host attends to.
        bridge_at: when the answer is so late that a word is due; None when none is.
    """

    def __init__(self, out: list[Command]) -> None:
        self.attention: Attention = "idle"
        self.bridge_at: float | None = None
        self._out = out
        self._bridged = False  # the last answer opened with a bridge
        self._active_at = 0.0  # when anybody last did anything
        self._prompted = False  # the user was spoken to and has not done anything since

    def attend(self, state: Attention) -> None:
        """Show ``state``."""
        if state != self.attention:
            self.attention = state
            self._out.append(Attend(state))

    def touch(self, at: float) -> None:
        """Take note that the user does something."""
        self._active_at = at
        self._prompted = False
        if self.attention == "resting":
            self.attend("idle")

    def host_ended(self, at: float) -> None:
        """Take note that the host has said their piece."""
        self._active_at = at

    # -- the bridge ------------------------------------------------------------------------------------------------

    def expect_answer(self, silent_since: float, at: float) -> None:
        """Wait for an answer to what the user had said by ``silent_since``; no two answers in a row get a bridge."""
        self.attend("thinking")
        bridged, self._bridged = self._bridged, False
        self.bridge_at = None if bridged else max(silent_since + BRIDGE_AFTER, at + BRIDGE_NOTICE)

    def postpone_bridge(self, at: float) -> None:
        """Look again a little later."""
        self.bridge_at = at + BRIDGE_NOTICE

    def answer_sounds(self, *, bridged: bool = False) -> None:
        """Take note that something of the answer is on its way, if only its bridge."""
        self.bridge_at = None
        self._bridged = self._bridged or bridged

    # -- the prompt ------------------------------------------------------------------------------------------------

    def prompt_at(self, after: float | None) -> float | None:
        """Return when a gentle word is due, ``after`` so much silence; None when it was said, or never is."""
        return None if self._prompted or after is None else self._active_at + after

    def prompted(self, at: float) -> None:
        """Take note that it is being said."""
        self._prompted, self._active_at = True, at

    def rest_at(self) -> float | None:
        """Return when to rest; None when resting already, or not due before a prompt."""
        return self._active_at + REST_AFTER if self._prompted and self.attention != "resting" else None
