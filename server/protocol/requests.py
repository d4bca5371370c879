"""What a client sends."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from server.protocol.shared import (
    LAST_GENERATION,
    LAST_OFFSET,
    LAST_REVISION,
    LAST_SAMPLE,
    PAGE_LIMIT,
    ConversationItem,
    Event,
    Name,
)


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
    previous_item_id: Name | None = None


class ConversationItemTruncate(Event, kw_only=True, tag="conversation.item.truncate"):
    """Say how much of an answer was heard before it was cut."""

    item_id: Name
    content_index: int = 0
    audio_end_ms: Annotated[int, msgspec.Meta(ge=0, le=LAST_SAMPLE)]


class ResponseCreate(Event, kw_only=True, tag="response.create"):
    """Ask for an answer to what was said last."""

    response: dict[str, Any] | None = None


class ResponseCancel(Event, kw_only=True, tag="response.cancel"):
    """Stop the answer that is being made; without ``response_id`` the current one."""

    response_id: Name | None = None


class FeedPageRequest(Event, kw_only=True, tag="feed.page"):
    """Ask for cards."""

    offset: Annotated[int, msgspec.Meta(ge=0, le=LAST_OFFSET)] = 0
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_LIMIT)] = 20


class FeedOpen(Event, kw_only=True, tag="feed.open"):
    """Step up to an item: its host introduces themselves."""

    item_id: Name


class FeedClose(Event, kw_only=True, tag="feed.close"):
    """Leave the item; what its host is saying stops."""


class FeedLook(Event, kw_only=True, tag="feed.look"):
    """Say which card is being looked at, so that its host may prepare. A hint: nothing answers it."""

    item_id: Name


class FeedSubscribe(Event, kw_only=True, tag="feed.subscribe"):
    """Follow the feed over this connection; with ``after``, the last revision that the client has, from there on."""

    after: Annotated[int, msgspec.Meta(ge=0, le=LAST_REVISION)] | None = None


class AvatarPlayback(Event, kw_only=True, tag="avatar.playback"):
    """The last sample of a generation that left the loudspeaker (samples of the utterance, 24 kHz)."""

    generation: Annotated[int, msgspec.Meta(ge=0, le=LAST_GENERATION)]
    sample: Annotated[int, msgspec.Meta(ge=0, le=LAST_SAMPLE)]


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
    | FeedLook
    | FeedSubscribe
    | AvatarPlayback
)
