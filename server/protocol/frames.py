"""Events to frames and back: the JSON of text frames and the header of binary ones."""

from __future__ import annotations

import struct
from typing import Any

import msgspec

from server.protocol.announcements import ServerEvent
from server.protocol.requests import ClientEvent
from server.protocol.shared import MAX_EVENT_BYTES, Event, ProtocolError

_encoder = msgspec.json.Encoder()
_client_decoder = msgspec.json.Decoder(ClientEvent)
_server_decoder = msgspec.json.Decoder(ServerEvent)


def encode(event: Event) -> str:
    """Return the JSON text of an event."""
    return _encoder.encode(event).decode()


_UNNUMBERED = '"event_id":null'


def numbered(text: str, number: int) -> str:
    """Return the JSON text of an event, as ``encode`` gave it without an ``event_id``, with the one of its number."""
    return text.replace(_UNNUMBERED, f'"event_id":"event_{number}"', 1)  # the first: it comes before all other fields


def _decode(frame: str | bytes, decoder: msgspec.json.Decoder[Any]) -> Any:
    size = len(frame)  # of text first the characters: who sends far too much is refused before anything is copied
    if isinstance(frame, str) and size <= MAX_EVENT_BYTES and not frame.isascii():
        size = len(frame.encode(errors="surrogatepass"))
    if size > MAX_EVENT_BYTES:
        raise ProtocolError("too_large", f"an event may have at most {MAX_EVENT_BYTES} bytes; this has {size}")
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
