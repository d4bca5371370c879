"""What is said beside the answers."""

from __future__ import annotations

from feed.asides import bridge, prompt
from tests.server.doubles import item


def test_two_requests_for_patience_in_a_row_differ() -> None:
    assert all(bridge(count) != bridge(count + 1) for count in range(20))


def test_a_silent_user_is_offered_a_question_that_was_not_asked_yet() -> None:
    pier = item("pier")
    assert "When did it open?" in prompt(pier, [])
    assert "When did it open?" not in prompt(pier, ["when did it open? "])
