"""The journal: numbered in the order of sending, bounded, and exact about what it can send again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server import protocol
from server.journal import Journal

EVENT = protocol.encode(protocol.ErrorEvent(error=protocol.ErrorDetail(type="server_error", code="c", message="m")))


def test_text_carries_its_number_and_sound_counts() -> None:
    journal = Journal()
    assert journal.add(b"sound") == b"sound"
    text = journal.add(EVENT)
    assert isinstance(text, str)
    event = protocol.decode_server(text)
    assert event.event_id == "event_2"
    assert isinstance(event, protocol.ErrorEvent)
    assert event.error.event_id is None


@given(st.lists(st.binary(min_size=1, max_size=9) | st.just(EVENT), max_size=30), st.integers(-2, 32))
def test_what_it_reaches_it_gives_again_as_it_was_and_nothing_else(frames: list[bytes | str], after: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("server.journal.KEPT_FRAMES", 12)
        patch.setattr("server.journal.KEPT_BYTES", 400)
        journal = Journal()
        sent = [journal.add(frame) for frame in frames]
        if journal.reaches(after):
            assert list(journal.after(after)) == sent[after:]
        else:
            assert not 0 <= after <= len(sent) or len(sent) - after > 2


def test_it_forgets_the_oldest_when_it_holds_too_many_bytes_or_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.journal.KEPT_FRAMES", 4)
    monkeypatch.setattr("server.journal.KEPT_BYTES", 100)
    journal = Journal()
    for _ in range(9):
        journal.add(b"x")
    assert [journal.reaches(number) for number in (4, 5, 9, 10)] == [False, True, True, False]
    journal.add(b"x" * 99)
    assert [journal.reaches(number) for number in (7, 8)] == [False, True]
    journal.add(b"x" * 1_000)  # alone it is kept, however large
    assert [journal.reaches(number) for number in (9, 10)] == [False, True]
