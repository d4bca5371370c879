"""What both directions of the wire share: limits, the session, and the messages of a conversation."""

from __future__ import annotations

from typing import Annotated, Final, Literal

import msgspec

SUBPROTOCOL = "visavis.v1"
OUTPUT_RATE: Final = 24_000  # Hz, 16-bit little-endian mono PCM from the server
INPUT_RATES = (16_000, 24_000)  # Hz, PCM that a client may send
MAX_EVENT_BYTES = 1 << 20  # of one frame; larger ones get an ``error``
HARD_FRAME_BYTES = 1 << 21  # beyond it the connection ends; between the two there is an ``error``
MAX_QUESTION_CHARS = 2_000
MAX_NAME_CHARS = 512  # of an id, and of the name of a voice
MAX_PARTS = 32  # of a message, and of what else is a short list
LAST_GENERATION = (1 << 32) - 1  # what the header of a binary frame can hold
LAST_SAMPLE = 1 << 53  # far beyond any utterance, and exact in every client's numbers
PAGE_LIMIT = 100
LAST_REVISION = (1 << 53) - 1  # what JSON holds exactly everywhere
LAST_OFFSET = 1_000_000  # far beyond any feed, and well within what a store can count


Name = Annotated[str, msgspec.Meta(max_length=MAX_NAME_CHARS)]


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


class Event(msgspec.Struct, kw_only=True, tag_field="type"):
    """Base of every event. ``event_id`` is chosen by the sender; an ``error`` names that of the event at fault."""

    event_id: Name | None = None


class AudioFormat(msgspec.Struct, kw_only=True):
    """16-bit little-endian mono PCM at ``rate`` Hz."""

    type: Literal["audio/pcm"] = "audio/pcm"
    rate: Literal[16_000, 24_000] = OUTPUT_RATE


class TurnDetection(msgspec.Struct, kw_only=True):
    """How the end of the user's turn is found; times in milliseconds.

    With "server_vad" a ``silence_duration_ms`` that is given ends every turn; without it, and with "semantic_vad", the
    silence that is waited for depends on what was said and, with ``eagerness``, on how patient the host is to be
    (docs/turn-taking.md). ``idle_timeout_ms``: silence after which the host says a gentle word of their own accord.
    """

    type: Literal["server_vad", "semantic_vad"] = "server_vad"
    eagerness: Literal["low", "medium", "high", "auto"] = "auto"
    threshold: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.5
    prefix_padding_ms: Annotated[int, msgspec.Meta(ge=0, le=2_000)] = 320
    silence_duration_ms: Annotated[int, msgspec.Meta(ge=100, le=5_000)] | None = None
    idle_timeout_ms: Annotated[int, msgspec.Meta(ge=5_000, le=3_600_000)] | None = None
    create_response: bool = True
    interrupt_response: bool = True


class AudioInput(msgspec.Struct, kw_only=True):
    """The microphone side of a session; ``turn_detection`` null means the client commits by hand."""

    format: AudioFormat = msgspec.field(default_factory=AudioFormat)
    turn_detection: TurnDetection | None = msgspec.field(default_factory=TurnDetection)


class AudioOutput(msgspec.Struct, kw_only=True):
    """The voice side of a session; ``voice`` null means the persona's own."""

    format: AudioFormat = msgspec.field(default_factory=AudioFormat)
    voice: Name | None = None
    speed: Annotated[float, msgspec.Meta(ge=0.25, le=1.5)] = 1.0


class SessionAudio(msgspec.Struct, kw_only=True):
    """Both sides of a session's sound."""

    input: AudioInput = msgspec.field(default_factory=AudioInput)
    output: AudioOutput = msgspec.field(default_factory=AudioOutput)


Modalities = Annotated[list[Literal["text", "audio"]], msgspec.Meta(max_length=MAX_PARTS)]


class Session(msgspec.Struct, kw_only=True):
    """What a session is set to. Fields of the Realtime API that have no meaning here are accepted and ignored."""

    id: str = ""
    type: Literal["realtime"] = "realtime"
    object: Literal["realtime.session"] = "realtime.session"
    model: str = "visavis"
    output_modalities: Modalities = msgspec.field(default_factory=lambda: ["audio"])
    audio: SessionAudio = msgspec.field(default_factory=SessionAudio)


class ContentPart(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A part of a message: what was typed, heard or said."""

    type: Literal["input_text", "input_audio", "output_text", "output_audio"]
    text: str | None = None
    transcript: str | None = None
    audio: str | None = None


class ConversationItem(msgspec.Struct, kw_only=True):
    """A message of the conversation (not a feed item: those are ``feed.*``)."""

    id: Name | None = None
    object: Literal["realtime.item"] = "realtime.item"
    type: Literal["message"] = "message"
    role: Literal["user", "assistant", "system"] = "user"
    status: Literal["in_progress", "completed", "incomplete"] = "completed"
    content: Annotated[list[ContentPart], msgspec.Meta(max_length=MAX_PARTS)] = msgspec.field(default_factory=list)
