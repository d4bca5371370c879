"""The messages of the wire: typed structs and their encoding. Imports nothing of ours and does no I/O.

Names, fields and meaning are those of the OpenAI Realtime API where it has one (the types of the PyPI package
``openai``, ``types/realtime``, are the reference); ``feed.*`` and ``avatar.*`` are ours. Text frames carry one JSON
event each. A client that negotiates the subprotocol ``visavis.v1`` gets and may send audio as binary frames instead
of ``response.output_audio.delta`` and ``input_audio_buffer.append``.
"""

from __future__ import annotations

import struct
from typing import Annotated, Any, Literal

import msgspec

SUBPROTOCOL = "visavis.v1"
OUTPUT_RATE = 24_000  # Hz, 16-bit little-endian mono PCM from the server
INPUT_RATES = (16_000, 24_000)  # Hz, PCM that a client may send
MAX_EVENT_BYTES = 1 << 20  # of one frame; larger ones get an ``error``
MAX_QUESTION_CHARS = 2_000
PAGE_LIMIT = 100


class ProtocolError(ValueError):
    """A frame that is not an event of this protocol.

    Attributes:
        code: a stable word for programs ("invalid_json", "unknown_event", "invalid_event", "too_large").
        event_id: the ``event_id`` of the offending event where it could be read.
    """

    def __init__(self, code: str, message: str, event_id: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.event_id = event_id


class Event(msgspec.Struct, kw_only=True, tag_field="type", omit_defaults=True):
    """Base of every event. ``event_id`` is chosen by the sender and echoed in errors."""

    event_id: str | None = None


# -- what both directions share ----------------------------------------------------------------------------------------


class AudioFormat(msgspec.Struct, kw_only=True):
    """16-bit little-endian mono PCM at ``rate`` Hz."""

    type: Literal["audio/pcm"] = "audio/pcm"
    rate: int = OUTPUT_RATE


class TurnDetection(msgspec.Struct, kw_only=True):
    """How the end of the user's turn is found; silence in milliseconds."""

    type: Literal["server_vad", "semantic_vad"] = "server_vad"
    threshold: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.5
    prefix_padding_ms: Annotated[int, msgspec.Meta(ge=0, le=2_000)] = 320
    silence_duration_ms: Annotated[int, msgspec.Meta(ge=100, le=5_000)] = 500
    create_response: bool = True
    interrupt_response: bool = True


class AudioInput(msgspec.Struct, kw_only=True):
    """The microphone side of a session; ``turn_detection`` null means the client commits by hand."""

    format: AudioFormat = msgspec.field(default_factory=AudioFormat)
    turn_detection: TurnDetection | None = msgspec.field(default_factory=TurnDetection)


class AudioOutput(msgspec.Struct, kw_only=True):
    """The voice side of a session; ``voice`` null means the persona's own."""

    format: AudioFormat = msgspec.field(default_factory=AudioFormat)
    voice: str | None = None
    speed: Annotated[float, msgspec.Meta(ge=0.25, le=1.5)] = 1.0


class SessionAudio(msgspec.Struct, kw_only=True):
    """Both sides of a session's sound."""

    input: AudioInput = msgspec.field(default_factory=AudioInput)
    output: AudioOutput = msgspec.field(default_factory=AudioOutput)


class Session(msgspec.Struct, kw_only=True):
    """What a session is set to. Fields of the Realtime API that have no meaning here are accepted and ignored."""

    id: str = ""
    type: Literal["realtime"] = "realtime"
    object: Literal["realtime.session"] = "realtime.session"
    model: str = "visavis"
    output_modalities: list[Literal["text", "audio"]] = msgspec.field(default_factory=lambda: ["audio"])
    audio: SessionAudio = msgspec.field(default_factory=SessionAudio)


class ContentPart(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A part of a message: what was typed, heard or said."""

    type: Literal["input_text", "input_audio", "output_text", "output_audio"]
    text: str | None = None
    transcript: str | None = None
    audio: str | None = None


class ConversationItem(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A message of the conversation (not a feed item: those are ``feed.*``)."""

    id: str | None = None
    object: Literal["realtime.item"] = "realtime.item"
    type: Literal["message"] = "message"
    role: Literal["user", "assistant", "system"] = "user"
    status: Literal["in_progress", "completed", "incomplete"] = "completed"
    content: list[ContentPart] = msgspec.field(default_factory=list)


# -- client -> server --------------------------------------------------------------------------------------------------


class SessionUpdate(Event, kw_only=True, tag="session.update"):
    """Set the session; fields that are left out keep their value (merged as JSON, hence a plain mapping)."""

    session: dict[str, Any]


class InputAudioAppend(Event, kw_only=True, tag="input_audio_buffer.append"):
    """Microphone sound: base64 of PCM in the session's input format."""

    audio: str


class InputAudioCommit(Event, kw_only=True, tag="input_audio_buffer.commit"):
    """End the user's turn by hand."""


class InputAudioClear(Event, kw_only=True, tag="input_audio_buffer.clear"):
    """Forget the sound that was not committed yet."""


class ConversationItemCreate(Event, kw_only=True, tag="conversation.item.create"):
    """Add a message; ``response.create`` then asks for the answer."""

    item: ConversationItem
    previous_item_id: str | None = None


class ConversationItemTruncate(Event, kw_only=True, tag="conversation.item.truncate"):
    """Say how much of an answer was heard before it was cut."""

    item_id: str
    content_index: int = 0
    audio_end_ms: Annotated[int, msgspec.Meta(ge=0)]


class ResponseCreate(Event, kw_only=True, tag="response.create"):
    """Ask for an answer to what was said last."""

    response: dict[str, Any] | None = None


class ResponseCancel(Event, kw_only=True, tag="response.cancel"):
    """Stop the answer that is being made; without ``response_id`` the current one."""

    response_id: str | None = None


class FeedPageRequest(Event, kw_only=True, tag="feed.page"):
    """Ask for cards."""

    offset: Annotated[int, msgspec.Meta(ge=0)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_LIMIT)] = 20


class FeedOpen(Event, kw_only=True, tag="feed.open"):
    """Step up to an item: its host introduces themselves."""

    item_id: str


class FeedClose(Event, kw_only=True, tag="feed.close"):
    """Leave the item; what its host is saying stops."""


class AvatarPlayback(Event, kw_only=True, tag="avatar.playback"):
    """The last sample of a generation that left the loudspeaker (samples of the utterance, 24 kHz)."""

    generation: Annotated[int, msgspec.Meta(ge=0)]
    sample: Annotated[int, msgspec.Meta(ge=0)]


ClientEvent = (
    SessionUpdate
    | InputAudioAppend
    | InputAudioCommit
    | InputAudioClear
    | ConversationItemCreate
    | ConversationItemTruncate
    | ResponseCreate
    | ResponseCancel
    | FeedPageRequest
    | FeedOpen
    | FeedClose
    | AvatarPlayback
)


# -- server -> client --------------------------------------------------------------------------------------------------


class SessionCreated(Event, kw_only=True, tag="session.created"):
    """First event of every session."""

    session: Session


class SessionUpdated(Event, kw_only=True, tag="session.updated"):
    """The session after a ``session.update``."""

    session: Session


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
    """What the user seems to be saying; ``delta`` replaces the earlier partial text of the item."""

    item_id: str
    content_index: int = 0
    delta: str


class TranscriptionCompleted(Event, kw_only=True, tag="conversation.item.input_audio_transcription.completed"):
    """What the user said."""

    item_id: str
    content_index: int = 0
    transcript: str


class Response(msgspec.Struct, kw_only=True, omit_defaults=True):
    """An answer. ``generation`` (ours) counts the utterances of a session and addresses its audio frames."""

    id: str
    generation: int
    object: Literal["realtime.response"] = "realtime.response"
    status: Literal["in_progress", "completed", "cancelled", "failed", "incomplete"] = "in_progress"
    status_details: dict[str, Any] | None = None
    output: list[ConversationItem] = msgspec.field(default_factory=list)
    output_modalities: list[str] = msgspec.field(default_factory=lambda: ["audio"])


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


class ContentPartAdded(ResponsePart, kw_only=True, tag="response.content_part.added"):
    """The audio (or text) part of an answer begins."""

    content_index: int = 0
    part: ContentPart


class ContentPartDone(ResponsePart, kw_only=True, tag="response.content_part.done"):
    """The audio (or text) part of an answer is complete."""

    content_index: int = 0
    part: ContentPart


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
    """An item as a page of the feed shows it."""

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


class WireMark(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A mark of an utterance: samples from its first sample at ``OUTPUT_RATE`` (``avatar.marks.Mark``)."""

    kind: Literal["sentence", "word", "phoneme", "mood", "gesture"]
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


class AvatarNotice(Event, kw_only=True, tag="avatar.notice"):
    """Something the user should read because it cannot be spoken or heard ("unspeakable", "no_ears")."""

    code: str
    message: str
    generation: int | None = None


ServerEvent = (
    SessionCreated
    | SessionUpdated
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
    | AvatarMarks
    | AvatarNotice
)

_encoder = msgspec.json.Encoder()
_client_decoder = msgspec.json.Decoder(ClientEvent)
_server_decoder = msgspec.json.Decoder(ServerEvent)


def encode(event: Event) -> str:
    """Return the JSON text of an event."""
    return _encoder.encode(event).decode()


def _decode(frame: str | bytes, decoder: msgspec.json.Decoder[Any]) -> Any:
    if len(frame) > MAX_EVENT_BYTES:
        raise ProtocolError("too_large", f"an event may have at most {MAX_EVENT_BYTES} bytes; this has {len(frame)}")
    try:
        return decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _explained(frame, error) from None


def _explained(frame: str | bytes, error: Exception) -> ProtocolError:
    try:
        raw = msgspec.json.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ProtocolError("invalid_json", "the frame is not JSON; send one JSON object per text frame")
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        return ProtocolError("invalid_event", 'an event is a JSON object with a string field "type"')
    event_id = raw.get("event_id")
    event_id = event_id[:200] if isinstance(event_id, str) else None
    kind = raw["type"][:80]
    if "Invalid value" in str(error) and "$.type" in str(error):
        return ProtocolError("unknown_event", f"there is no event {kind!r}; docs/protocol.md lists them", event_id)
    return ProtocolError("invalid_event", f"{kind}: {error}", event_id)


def decode_client(frame: str | bytes) -> ClientEvent:
    """Return the client's event in a text frame.

    Raises:
        ProtocolError: not JSON, not a known event, or a field of the wrong type or out of range.
    """
    event: ClientEvent = _decode(frame, _client_decoder)
    return event


def decode_server(frame: str | bytes) -> ServerEvent:
    """Return the server's event in a text frame.

    Raises:
        ProtocolError: not JSON, not a known event, or a field of the wrong type or out of range.
    """
    event: ServerEvent = _decode(frame, _server_decoder)
    return event


_AUDIO_HEADER = struct.Struct("<IQ")  # generation (0 from a microphone), first sample


def encode_audio(generation: int, first_sample: int, pcm: bytes) -> bytes:
    """Return a binary frame: a 12-byte header and 16-bit little-endian mono PCM."""
    return _AUDIO_HEADER.pack(generation, first_sample) + pcm


def decode_audio(frame: bytes) -> tuple[int, int, bytes]:
    """Return (generation, first sample, PCM) of a binary frame.

    Raises:
        ProtocolError: too short, too long, or half a sample at the end.
    """
    if len(frame) > MAX_EVENT_BYTES:
        raise ProtocolError("too_large", f"an audio frame may have at most {MAX_EVENT_BYTES} bytes")
    if len(frame) < _AUDIO_HEADER.size or (len(frame) - _AUDIO_HEADER.size) % 2:
        raise ProtocolError("invalid_event", "an audio frame is a 12-byte header and whole 16-bit samples")
    generation, first_sample = _AUDIO_HEADER.unpack_from(frame)
    return generation, first_sample, frame[_AUDIO_HEADER.size :]
