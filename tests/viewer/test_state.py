"""How events and actions change what the window shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server import protocol as wire
from tests.viewer.doubles import EVIDENCE, SENTENCE, answer, card, in_conversation, opened, page, reached, session
from viewer import actions
from viewer.acting import act
from viewer.editing import EditLine
from viewer.speech import PlaybackPosition
from viewer.state import (
    CARDS_PER_PAGE,
    NOTICE_SECONDS,
    ConnectionChanged,
    MicrophoneChanged,
    ViewState,
    apply,
    expire,
    notify,
)


def feed(count: int = 6, total: int | None = None) -> ViewState:
    return reached(session(), page(count, total))


def item() -> ViewState:
    return reached(session(), page(), opened())


def playing(sample: int, generation: int = 1) -> PlaybackPosition:
    return PlaybackPosition(stream=sample, generation=generation, sample=sample)


def test_a_session_asks_for_the_first_page() -> None:
    outcome = apply(ViewState(), session())
    assert outcome.state.status == "ready"
    assert outcome.send == (wire.FeedPageRequest(offset=0, limit=CARDS_PER_PAGE),)


def test_the_selection_stays_within_the_cards() -> None:
    state = feed(3)
    assert act(state, actions.MoveSelection(-1)).state.selected == 0
    assert act(state, actions.MoveSelection(9)).state.selected == 2
    assert act(state, actions.SelectCard(-1)).state.selected == 2
    assert act(ViewState(), actions.MoveSelection(1)).state.selected == 0


def test_coming_near_the_end_asks_for_more_once() -> None:
    state = feed(CARDS_PER_PAGE, total=100)
    first = act(state, actions.SelectCard(-1))
    assert first.send == (wire.FeedPageRequest(offset=CARDS_PER_PAGE, limit=CARDS_PER_PAGE),)
    assert act(first.state, actions.MoveSelection(-1)).send == ()
    longer = reached(page(10, 100, offset=CARDS_PER_PAGE), state=first.state)
    assert len(longer.cards) == CARDS_PER_PAGE + 10
    assert longer.cards[CARDS_PER_PAGE] == card(CARDS_PER_PAGE)


def test_a_page_that_leaves_a_hole_is_not_taken() -> None:
    assert len(reached(page(5, 100, offset=20), state=feed(6, 100)).cards) == 6


def test_skipped_items_are_told() -> None:
    event = wire.FeedPage(title="T", items=[card(0)], offset=0, total=1, skipped=["item 3 has no text"])
    state = reached(session(), event)
    assert "item 3 has no text" in state.notices[0].text


def test_opening_asks_the_server_and_only_once() -> None:
    first = act(feed(), actions.OpenCard(2))
    assert first.send == (wire.FeedOpen(item_id="glacier"),)
    assert act(first.state, actions.OpenCard(2)).send == ()


def test_nothing_opens_without_a_server() -> None:
    lost = reached(ConnectionChanged("lost"), state=feed())
    assert act(lost, actions.OpenCard(0)).send == ()


def test_an_opened_item_takes_the_keyboard_and_its_host_is_awaited() -> None:
    state = item()
    assert state.item is not None
    assert state.item.host == "Vera"
    assert state.focus == "input"
    assert state.thinking


def test_a_question_is_logged_and_sent() -> None:
    typed = act(item(), actions.Insert("  How far? ")).state
    outcome = act(typed, actions.Submit())
    message, response = outcome.send
    assert isinstance(message, wire.ConversationItemCreate)
    assert message.item.content[0].text == "How far?"
    assert isinstance(response, wire.ResponseCreate)
    assert outcome.state.draft == EditLine()
    assert outcome.state.log[-1].text == "How far?"


def test_an_empty_question_is_not_sent() -> None:
    assert act(act(item(), actions.Insert("   ")).state, actions.Submit()).send == ()


def test_typing_in_the_feed_goes_nowhere() -> None:
    assert act(feed(), actions.Insert("x")).state == feed()


def test_captions_and_evidence_follow_the_sample() -> None:
    state = in_conversation()
    caption = state.caption(playing(13_000))
    assert caption is not None
    assert caption.text[: caption.revealed] == "They moved it"
    assert caption.evidence == (EVIDENCE,)
    assert state.caption(PlaybackPosition(stream=13_000)) is None


def test_captions_of_another_generation_are_never_shown() -> None:
    assert in_conversation().caption(playing(13_000, generation=2)) is None


def test_marks_of_a_dead_generation_change_nothing() -> None:
    state = reached(*answer(2), state=in_conversation())
    assert reached(answer(1)[2], state=state) == state


def test_asking_cuts_the_answer_off_at_once() -> None:
    outcome = act(in_conversation(), actions.Ask("And then?"))
    assert isinstance(outcome.send[0], wire.ResponseCancel)
    assert outcome.state.caption(playing(13_000)) is None
    done = wire.ResponseDone(response=wire.Response(id="r1", generation=1, status="cancelled"))
    assert reached(done, state=outcome.state).thinking  # the new answer is still awaited


def test_what_enters_the_log_of_a_cut_answer_is_what_was_heard() -> None:
    cut = wire.ConversationItemTruncated(item_id="answer_1", content_index=0, audio_end_ms=1_000)
    state = reached(cut, state=in_conversation())
    assert state.log[-1].text == "They moved it twenty-nine —"
    assert SENTENCE.startswith("They moved it twenty-nine")


def test_a_refusal_to_cancel_what_has_ended_is_not_shown() -> None:
    detail = wire.ErrorDetail(type="invalid_request_error", code="response_cancel_not_active", message="no answer")
    assert reached(wire.ErrorEvent(error=detail), state=item()) == item()


def test_an_error_is_shown_and_nobody_is_awaited_any_more() -> None:
    detail = wire.ErrorDetail(type="server_error", code="broken", message="The model is gone.")
    state = reached(wire.ErrorEvent(error=detail), state=item())
    assert state.notices[0].text == "The model is gone."
    assert not state.thinking


def test_a_spoken_question_grows_and_settles_in_one_line() -> None:
    state = reached(
        wire.SpeechStarted(audio_start_ms=0, item_id="u1"),
        wire.AvatarHearing(item_id="u1", text="how"),
        wire.AvatarHearing(item_id="u1", text="how far"),
        state=item(),
    )
    assert state.listening
    assert [(line.text, line.partial) for line in state.log] == [("how far", True)]
    state = reached(
        wire.SpeechStopped(audio_end_ms=900, item_id="u1"),
        wire.TranscriptionCompleted(item_id="u1", transcript="How far?", usage=wire.TranscriptionUsage(seconds=1.0)),
        state=state,
    )
    assert not state.listening
    assert [(line.text, line.partial) for line in state.log] == [("How far?", False)]


def test_a_cough_leaves_no_line() -> None:
    state = reached(
        wire.AvatarHearing(item_id="u1", text="h"),
        wire.TranscriptionCompleted(item_id="u1", transcript=" ", usage=wire.TranscriptionUsage(seconds=0.2)),
        state=item(),
    )
    assert state.log == ()


def test_back_clears_the_draft_then_leaves_then_rests() -> None:
    state = act(item(), actions.Insert("hm")).state
    cleared = act(state, actions.Back())
    assert cleared.send == ()
    assert cleared.state.item is not None
    left = act(cleared.state, actions.Back())
    assert left.send == (wire.FeedClose(),)
    assert left.state.item is None
    assert act(left.state, actions.Back()).send == ()


def test_leaving_ends_the_conversation_but_keeps_the_place_in_the_feed() -> None:
    state = act(replace(in_conversation(), selected=3), actions.Back()).state
    assert state.log == ()
    assert state.speech is None
    assert state.selected == 3


def test_the_focus_goes_round() -> None:
    state = item()
    seen = []
    for _ in range(4):
        state = act(state, actions.CycleFocus()).state
        seen.append(state.focus)
    assert seen == ["microphone", "text", "feed", "input"]
    assert act(feed(), actions.CycleFocus()).state.focus == "feed"


def test_a_missing_microphone_is_explained_and_stays_off() -> None:
    state = reached(MicrophoneChanged("unavailable", "No sound card."), state=item())
    outcome = act(state, actions.ToggleMicrophone())
    assert outcome.state.microphone == "unavailable"
    assert any("Typing works" in notice.text for notice in outcome.state.notices)


def test_while_the_connection_is_opened_again_the_conversation_stays_and_goes_on() -> None:
    before = in_conversation()
    state = reached(ConnectionChanged("reconnecting", "broke"), state=before)
    assert state.status == "reconnecting"
    assert (state.item, state.speech, state.notices) == (before.item, before.speech, before.notices)
    back = reached(wire.SessionResumed(session_id="s1", received=3), state=state)
    assert back == before


def test_a_lost_connection_is_told_and_awaits_nothing() -> None:
    state = reached(ConnectionChanged("lost", "The server has gone."), state=item())
    assert state.status == "lost"
    assert not state.thinking
    assert state.notices[-1].text == "The server has gone."


def test_who_waits_for_a_host_is_told_where_they_stand() -> None:
    waiting = reached(wire.SessionQueued(position=2), state=feed())
    assert "number 2" in waiting.notices[-1].text
    begun = reached(wire.SessionQueued(position=0), state=waiting)
    assert (waiting.queued, begun.queued) == (2, 0)
    assert begun.notices == waiting.notices


def test_notices_go_by_themselves_and_do_not_pile_up() -> None:
    state = notify(notify(ViewState(), "a", "info", 0.0), "a", "info", 1.0)
    assert len(state.notices) == 1
    assert expire(state, 1.0 + NOTICE_SECONDS).notices == ()
    assert expire(state, NOTICE_SECONDS).notices == state.notices
    for text in "bcdef":
        state = notify(state, text, "info", 2.0)
    assert [notice.text for notice in state.notices] == ["d", "e", "f"]


def test_a_text_answer_needs_no_sound() -> None:
    created = wire.ResponseCreated(response=wire.Response(id="r9", generation=9))
    delta = wire.OutputTextDelta(response_id="r9", item_id="a9", delta="It was 29 metres.")
    state = reached(created, delta, state=item())
    assert state.log[-1].text == "It was 29 metres."
    assert not state.thinking


def test_events_that_show_nothing_leave_the_state_alone() -> None:
    assert apply(item(), wire.InputAudioCleared()).state == item()


def test_sound_that_could_not_be_understood_is_explained() -> None:
    detail = wire.ErrorDetail(type="server_error", code="ears", message="The ears are not there.")
    state = reached(
        wire.AvatarHearing(item_id="u1", text="h"),
        wire.TranscriptionFailed(item_id="u1", error=detail),
        state=item(),
    )
    assert state.log == ()
    assert state.notices[0].text == "The ears are not there."


def test_a_failed_answer_says_why() -> None:
    error = wire.ErrorDetail(type="server_error", code="model", message="The model is gone.")
    details = wire.StatusDetails(type="failed", error=error)
    done = wire.Response(id="r1", generation=1, status="failed", status_details=details)
    state = reached(wire.ResponseDone(response=done), state=in_conversation())
    assert "The model is gone." in state.notices[0].text
    assert not state.responding


def test_speaking_up_ends_the_caption_of_the_host() -> None:
    started = wire.SpeechStarted(audio_start_ms=0, item_id="u1")
    assert reached(started, state=in_conversation()).caption(playing(13_000)) is None


# --- hands-free and push-to-talk


def by_hand() -> ViewState:
    return replace(in_conversation(), turns="push_to_talk")


def test_switching_tells_the_server_who_ends_the_turns_and_the_user_which_it_is() -> None:
    outcome = act(in_conversation(), actions.SwitchTurnTaking())
    (event,) = outcome.send
    assert isinstance(event, wire.SessionUpdate)
    assert event.session["audio"]["input"]["turn_detection"] is None
    assert "hold F2" in outcome.state.notices[-1].text
    back = act(outcome.state, actions.SwitchTurnTaking())
    (event,) = back.send
    assert isinstance(event, wire.SessionUpdate)
    assert event.session["audio"]["input"]["turn_detection"] == {"type": "semantic_vad"}
    assert back.state.turns == "hands_free"


def test_pressing_the_key_to_talk_silences_the_host_and_clears_what_was_heard_before() -> None:
    outcome = act(by_hand(), actions.Talk(held=True))
    assert [type(event) for event in outcome.send] == [wire.ResponseCancel, wire.InputAudioClear]
    assert outcome.state.talking
    assert outcome.state.microphone == "on"
    assert outcome.state.caption(PlaybackPosition(20_000, 1, 20_000)) is None
    assert act(outcome.state, actions.Talk(held=True)).send == ()


def test_letting_go_ends_the_turn_and_asks_for_the_answer() -> None:
    pressed = act(by_hand(), actions.Talk(held=True)).state
    outcome = act(pressed, actions.Talk(held=False))
    assert [type(event) for event in outcome.send] == [wire.InputAudioCommit, wire.ResponseCreate]
    assert outcome.state.thinking
    assert not outcome.state.talking
    assert act(outcome.state, actions.Talk(held=False)).send == ()


def test_the_key_to_talk_does_nothing_hands_free_nor_without_a_microphone() -> None:
    assert act(in_conversation(), actions.Talk(held=True)).send == ()
    deaf = act(replace(by_hand(), microphone="unavailable"), actions.Talk(held=True))
    assert deaf.send == ()
    assert "No microphone" in deaf.state.notices[-1].text


def test_a_new_session_learns_that_the_user_talks_by_hand() -> None:
    outcome = apply(ViewState(turns="push_to_talk"), session())
    assert [type(event) for event in outcome.send] == [wire.SessionUpdate, wire.FeedPageRequest]


# --- volume


def test_the_volume_stays_between_silent_and_full_and_muting_keeps_it() -> None:
    state = act(ViewState(), actions.SetVolume(1.7)).state
    assert state.loudness == 1.0
    state = act(act(state, actions.SetVolume(0.3)).state, actions.ToggleSound()).state
    assert (state.loudness, state.volume) == (0.0, 0.3)
    assert act(state, actions.ToggleSound()).state.loudness == 0.3
    assert act(state, actions.SetVolume(0.5)).state.loudness == 0.5


# --- what the server says of the floor


def test_room_is_made_only_in_what_is_being_said_and_given_back() -> None:
    state = in_conversation()
    held = reached(wire.AvatarYield(generation=1, how="hold"), state=state)
    assert held.room == "hold"
    assert reached(wire.AvatarYield(generation=7, how="duck"), state=state).room == "none"
    assert reached(wire.AvatarYield(generation=1, how="resume"), state=held).room == "none"
    assert reached(*answer(2), state=held).room == "none"
    assert reached(wire.SpeechStarted(audio_start_ms=0, item_id="u"), state=held).room == "none"


def test_what_the_host_attends_to_is_known_until_the_item_is_left() -> None:
    state = reached(wire.AvatarAttention(state="heard"), state=in_conversation())
    assert state.attending == "heard"
    assert act(state, actions.Back()).state.attending == "idle"


# --- evidence


def test_the_hosts_line_knows_which_of_its_sentences_rest_on_what() -> None:
    line = in_conversation().log[-1]
    assert line.cited == ((0, len(SENTENCE), (EVIDENCE,)),)


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1)])
def test_marks_and_words_may_come_in_either_order(order: tuple[int, ...]) -> None:
    state = reached(session(), page(), opened(), *(answer()[place] for place in order))
    assert state.log[-1].cited == ((0, len(SENTENCE), (EVIDENCE,)),)


def test_a_line_that_was_cut_off_cites_only_what_was_heard_of_it() -> None:
    cut = wire.ConversationItemTruncated(item_id="answer_1", content_index=0, audio_end_ms=700)
    line = reached(cut, state=in_conversation()).log[-1]
    assert line.text.endswith("—")
    assert line.cited == ((0, len(line.text) - 2, (EVIDENCE,)),)


def test_passages_that_were_asked_for_are_shown_until_they_are_asked_for_again_or_another_answer_begins() -> None:
    state = replace(in_conversation(), tab="conversation", text_scroll=90.0)
    shown = act(state, actions.ShowEvidence(("p2",))).state
    assert (shown.pinned, shown.tab, shown.text_scroll) == (("p2",), "item", None)
    assert act(shown, actions.ShowEvidence(("p2",))).state.pinned == ()
    assert act(shown, actions.ShowEvidence(("p3",))).state.pinned == ("p3",)
    assert reached(*answer(2), state=shown).pinned == ()
