"""What the server sends."""

from __future__ import annotations

from typing import Literal

import msgspec

from server.protocol.shared import ConversationItem, Event, Session


class SessionCreated(Event, kw_only=True, tag="session.created"):
    """First event of every session."""

    session: Session


class SessionUpdated(Event, kw_only=True, tag="session.updated"):
    """The session after a ``session.update``."""

    session: Session


class SessionResumed(Event, kw_only=True, tag="session.resumed"):
    """First event of a connection that goes on with a session (of ``visavis.v1``): what was missed follows it.

    It is not counted. ``received`` is how many frames of the client's the server took in this session; those after
    them were lost and are to be sent again.
    """

    session_id: str
    received: int


class SessionQueued(Event, kw_only=True, tag="session.queued"):
    """One moment: as many talk as the server can serve well. What was asked for begins by itself.

    ``position`` counts from 1; 0 means that it begins now. Everything else, such as asking for pages, goes on, but
    sound that comes meanwhile is not listened to. ``feed.close`` leaves the queue.
    """

    position: int


class ErrorDetail(msgspec.Struct, kw_only=True):
    """What was wrong, with what, and what to do."""

    type: Literal["invalid_request_error", "server_error"]
    code: str
    message: str
    param: str | None = None
    event_id: str | None = None


class ErrorEvent(Event, kw_only=True, tag="error"):
    """Something went wrong; the session lives on."""

    error: ErrorDetail


class SpeechStarted(Event, kw_only=True, tag="input_audio_buffer.speech_started"):
    """The user began to speak (milliseconds of input sound since the session began)."""

    audio_start_ms: int
    item_id: str


class SpeechStopped(Event, kw_only=True, tag="input_audio_buffer.speech_stopped"):
    """The user's turn is over."""

    audio_end_ms: int
    item_id: str


class InputAudioCommitted(Event, kw_only=True, tag="input_audio_buffer.committed"):
    """The sound became a message of the conversation."""

    item_id: str
    previous_item_id: str | None = None


class InputAudioCleared(Event, kw_only=True, tag="input_audio_buffer.cleared"):
    """The sound that was not committed is gone."""


class ConversationItemAdded(Event, kw_only=True, tag="conversation.item.added"):
    """A message entered the conversation."""

    item: ConversationItem
    previous_item_id: str | None = None


class ConversationItemDone(Event, kw_only=True, tag="conversation.item.done"):
    """A message is complete."""

    item: ConversationItem
    previous_item_id: str | None = None


class ConversationItemTruncated(Event, kw_only=True, tag="conversation.item.truncated"):
    """An answer was cut to what was heard."""

    item_id: str
    content_index: int
    audio_end_ms: int


class TranscriptionDelta(Event, kw_only=True, tag="conversation.item.input_audio_transcription.delta"):
    """What the user said so far: text that is appended to the earlier deltas of the item."""

    item_id: str
    content_index: int = 0
    delta: str


class TranscriptionUsage(msgspec.Struct, kw_only=True):
    """How much sound was transcribed, in seconds."""

    type: Literal["duration"] = "duration"
    seconds: float


class TranscriptionCompleted(Event, kw_only=True, tag="conversation.item.input_audio_transcription.completed"):
    """What the user said; empty when no words were made out."""

    item_id: str
    content_index: int = 0
    transcript: str
    usage: TranscriptionUsage


class TranscriptionFailed(Event, kw_only=True, tag="conversation.item.input_audio_transcription.failed"):
    """The sound of a message could not be turned into text."""

    item_id: str
    content_index: int = 0
    error: ErrorDetail


class StatusDetails(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Why an answer ended as it did. ``type`` repeats the status; ``error`` is given when it failed."""

    type: Literal["completed", "cancelled", "failed", "incomplete"]
    reason: Literal["turn_detected", "client_cancelled"] | None = None
    error: ErrorDetail | None = None


class Response(msgspec.Struct, kw_only=True):
    """An answer. ``generation`` (ours) counts the utterances of a session and addresses its audio frames."""

    id: str
    generation: int
    object: Literal["realtime.response"] = "realtime.response"
    status: Literal["in_progress", "completed", "cancelled", "failed", "incomplete"] = "in_progress"
    status_details: StatusDetails | None = None
    output: list[ConversationItem] = msgspec.field(default_factory=list)
    output_modalities: list[Literal["text", "audio"]] = msgspec.field(default_factory=lambda: ["audio"])
    usage: None = None


class ResponseCreated(Event, kw_only=True, tag="response.created"):
    """An answer is being made; earlier generations are dead."""

    response: Response


class ResponsePart(Event, kw_only=True):
    """Fields that the parts of an answer share."""

    response_id: str
    item_id: str
    output_index: int = 0


class OutputItemAdded(Event, kw_only=True, tag="response.output_item.added"):
    """The message of an answer begins."""

    response_id: str
    output_index: int = 0
    item: ConversationItem


class OutputItemDone(Event, kw_only=True, tag="response.output_item.done"):
    """The message of an answer is complete."""

    response_id: str
    output_index: int = 0
    item: ConversationItem


class AnswerPart(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The one part of an answer: ``transcript`` when it is spoken, ``text`` when it is not."""

    type: Literal["text", "audio"]
    text: str | None = None
    transcript: str | None = None


class ContentPartAdded(ResponsePart, kw_only=True, tag="response.content_part.added"):
    """The audio (or text) part of an answer begins."""

    content_index: int = 0
    part: AnswerPart


class ContentPartDone(ResponsePart, kw_only=True, tag="response.content_part.done"):
    """The audio (or text) part of an answer is complete."""

    content_index: int = 0
    part: AnswerPart


class OutputAudioDelta(ResponsePart, kw_only=True, tag="response.output_audio.delta"):
    """Sound of an answer: base64 PCM at ``OUTPUT_RATE``."""

    content_index: int = 0
    delta: str


class OutputAudioDone(ResponsePart, kw_only=True, tag="response.output_audio.done"):
    """All sound of an answer was sent."""

    content_index: int = 0


class TranscriptDelta(ResponsePart, kw_only=True, tag="response.output_audio_transcript.delta"):
    """The next sentence of an answer that is spoken."""

    content_index: int = 0
    delta: str


class TranscriptDone(ResponsePart, kw_only=True, tag="response.output_audio_transcript.done"):
    """All that a spoken answer says."""

    content_index: int = 0
    transcript: str


class OutputTextDelta(ResponsePart, kw_only=True, tag="response.output_text.delta"):
    """The next sentence of an answer in a text-only session."""

    content_index: int = 0
    delta: str


class OutputTextDone(ResponsePart, kw_only=True, tag="response.output_text.done"):
    """All of an answer in a text-only session."""

    content_index: int = 0
    text: str


class ResponseDone(Event, kw_only=True, tag="response.done"):
    """An answer is over: completed, cancelled or failed."""

    response: Response


class Card(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An item as a page of the feed shows it; ``figure`` is who will be seen, to be loaded ahead."""

    id: str
    title: str
    kind: str
    source: str
    lead: str
    reason: str
    host: str
    published: str | None = None
    url: str | None = None
    image: str | None = None
    figure: str | None = None


class FeedPage(Event, kw_only=True, tag="feed.page"):
    """Cards in the order to show them; ``skipped`` says which items of the source were left out and why."""

    title: str
    items: list[Card]
    offset: int
    total: int
    skipped: list[str] = msgspec.field(default_factory=list)


class OpenedPassage(msgspec.Struct, kw_only=True):
    """A passage that a sentence may cite: ``text[start:end]`` of the opened item."""

    id: str
    start: int
    end: int


class FeedOpened(Event, kw_only=True, tag="feed.opened"):
    """The item that the user stepped up to, and who speaks for it."""

    item: Card
    text: str
    passages: list[OpenedPassage]
    host: str
    role: str
    figure: str
    voice: str
    openers: list[str] = msgspec.field(default_factory=list)


class FeedClosed(Event, kw_only=True, tag="feed.closed"):
    """The item was left."""

    item_id: str


class FeedSubscribed(Event, kw_only=True, tag="feed.subscribed"):
    """The feed is followed from ``revision`` on.

    After a ``gap`` what came since the revision that the client has is not known any more: ask for the page again.
    """

    revision: int
    gap: bool = False


class FeedItem(Event, kw_only=True, tag="feed.item"):
    """An item is new in the feed, or says something else now."""

    revision: int
    change: Literal["new", "changed"]
    item: Card


class FeedRemoved(Event, kw_only=True, tag="feed.removed"):
    """An item is no longer in the feed."""

    revision: int
    item_id: str


class FeedCounts(Event, kw_only=True, tag="feed.counts"):
    """How many follow the feed, talk to its hosts, and wait to. A hint: who reads slowly is not sent every one."""

    readers: int
    conversations: int
    waiting: int


class WireMark(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A mark of an utterance: samples from its first sample at ``OUTPUT_RATE`` (``avatar.marks.Mark``).

    A sentence is announced when its first words are, before its length is known: its ``end`` equals its ``start`` and
    it holds until the next sentence or the end of the utterance, as a mood does. Moods, gestures and gazes are named as
    stage directions are; a client passes over a name that it does not know.
    """

    kind: Literal["sentence", "word", "phoneme", "mood", "gesture", "gaze"]
    start: int
    end: int
    text: str
    strength: float = 1.0
    evidence: list[str] = msgspec.field(default_factory=list)


class AvatarMarks(Event, kw_only=True, tag="avatar.marks"):
    """Marks of the next stretch of an utterance; sent before the sound that they belong to."""

    response_id: str
    generation: int
    marks: list[WireMark]


class AvatarHearing(Event, kw_only=True, tag="avatar.hearing"):
    """What the user seems to be saying, while they speak; ``text`` replaces the earlier guess for the message."""

    item_id: str
    text: str


class AvatarYield(Event, kw_only=True, tag="avatar.yield"):
    """Make room for the user, who may be cutting in; the answer is not stopped yet.

    "duck" plays on at -12 dB; "hold" falls silent, keeps what is left and answers with ``avatar.playback`` at the
    sample where it stopped; "resume" goes on from exactly there at full level. Each takes effect within 20 ms.
    """

    generation: int
    how: Literal["duck", "hold", "resume"]


class AvatarAttention(Event, kw_only=True, tag="avatar.attention"):
    """What the host attends to: "heard" comes at the first pause that looks like the end of the user's turn."""

    state: Literal["idle", "listening", "heard", "thinking", "resting"]


class AvatarNotice(Event, kw_only=True, tag="avatar.notice"):
    """Something to read because it cannot be spoken or heard: "unspeakable", "no_voice" or "no_ears"."""

    code: str
    message: str
    generation: int | None = None


class MemoryKept(Event, kw_only=True, tag="memory.kept"):
    """Something that was said or done is in the store's file: neither a crash nor a power cut loses it any more.

    ``episode`` is its number there. A question and what was heard of its answer are kept when the turn is over: when
    the next answer begins, the item is left, or the session ends. What no ``memory.kept`` told of may be lost.
    """

    episode: int
    kind: str
    item_id: str


ServerEvent = (
    SessionCreated
    | SessionUpdated
    | SessionResumed
    | SessionQueued
    | ErrorEvent
    | SpeechStarted
    | SpeechStopped
    | InputAudioCommitted
    | InputAudioCleared
    | ConversationItemAdded
    | ConversationItemDone
    | ConversationItemTruncated
    | TranscriptionDelta
    | TranscriptionCompleted
    | TranscriptionFailed
    | ResponseCreated
    | OutputItemAdded
    | OutputItemDone
    | ContentPartAdded
    | ContentPartDone
    | OutputAudioDelta
    | OutputAudioDone
    | TranscriptDelta
    | TranscriptDone
    | OutputTextDelta
    | OutputTextDone
    | ResponseDone
    | FeedPage
    | FeedOpened
    | FeedClosed
    | FeedSubscribed
    | FeedItem
    | FeedRemoved
    | FeedCounts
    | AvatarMarks
    | AvatarHearing
    | AvatarYield
    | AvatarAttention
    | AvatarNotice
    | MemoryKept
)
