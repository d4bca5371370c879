"""docs/protocol.md, written from the structs and from a recorded session: ``make protocol``."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec
from msgspec import inspect as types

from server.protocol import __doc__ as package_doc
from server.protocol.announcements import ServerEvent
from server.protocol.requests import ClientEvent
from server.protocol.shared import (
    HARD_FRAME_BYTES,
    INPUT_RATES,
    MAX_EVENT_BYTES,
    MAX_QUESTION_CHARS,
    OUTPUT_RATE,
    SUBPROTOCOL,
)

SESSION = Path(__file__).resolve().parents[2] / "docs" / "session.jsonl"
SHOWN_CHARS = 60  # of a text in the recorded session
SHOWN_ENTRIES = 2  # of a list

_SESSION = (
    "Recorded on the sample feed, without the sound; `make protocol` records another. Long texts and lists are cut,",
    "fields that are null left out. On the left are seconds; `->` is sent by the client, `<-` by the server.",
)

_ORDER = """\
## What follows what

A connection to `ws://127.0.0.1:8787/v1/realtime` begins with `session.created`. With `?item=ID` that item is open from
the start; a client that knows only the Realtime API and names none talks to the newest item.

| the client sends | the server sends |
|---|---|
| `feed.page` | `feed.page` |
| `feed.subscribe` | `feed.subscribed`, then what becomes of the feed: `feed.item`, `feed.removed`, `feed.counts` |
| `feed.look` | nothing; the host may prepare, so that the first answer comes sooner |
| `feed.open` | `feed.opened`, then an answer: the host's introduction |
| `conversation.item.create` | `conversation.item.added`, `conversation.item.done` |
| `response.create` | an answer |
| sound, with turn detection | `input_audio_buffer.speech_started`, the end of the answer that it cuts in on, \
`input_audio_buffer.speech_stopped`, `input_audio_buffer.committed`, `conversation.item.added`, \
`conversation.item.done`, `conversation.item.input_audio_transcription.completed`, an answer |
| `response.cancel`, `feed.close` | the end of the answer, `cancelled` |
| `avatar.playback` | nothing; only what was played enters the history |
| nothing: a turn is over, an item was opened | `memory.kept`, once it is in the store for good |
| what begins a conversation, while as many talk as the server serves well | `session.queued`, and again whenever the \
position changes; a stock client gets one `error`, `one_moment`. Then, with position 0, what was asked for |
| anything wrong | `error`, and the session lives |

An answer is `response.created`, `response.output_item.added`, `conversation.item.added`,
`response.content_part.added`; then sentence by sentence `avatar.marks`, `response.output_audio_transcript.delta` and
sound, each stretch after its marks; then `response.output_audio.done`, `response.output_audio_transcript.done`,
`response.content_part.done`, `response.output_item.done`, `conversation.item.done`, `response.done`. After an answer
was stopped nothing more of it comes but these last ones. All sound and all marks of an answer count samples from its
first one. The server sends at most about 25 s of sound ahead of what was played. Every event may carry an `event_id`;
an `error` names that of the event at fault.
"""

_RESUMING = """\
## Coming back

A client that lost its connection (and did not close it) comes back within 60 s with `?session=ID&after=N`: ID from
`session.created`, which nobody else knows, and N, how many frames of the session it has. All frames are numbered from 1
in the order in which they were sent: a text frame carries its number as `event_id` (`event_7`), a binary one has the
number after that of the frame before it. The frames from N + 1 on follow, as they were sent the first time. Before
them a client that negotiated `visavis.v1` gets `session.resumed`, which is not counted: its `received` says how many
frames of the client's the server took in, and the client sends the later ones again. So nothing is lost and nothing
comes twice, in either direction, in the middle of an utterance too. While nobody is there nothing counts as heard, and
no more is made than would be sent ahead. The server keeps the newest 6 MiB of each session for this.

Whoever comes too late, comes with another token, or asks for what is not kept, gets an `error` (`session_gone`,
`session_gap`) and is closed with 4404. Of two connections of one session the later one has it.

The answer to `feed.subscribe` and the events that follow from it are not counted and have no `event_id`: a client that
comes back subscribes again, `after` the last `revision` that it has.

| closed with | because |
|---|---|
| 1000, 1001 | the client left, or the server closes |
| 1007, 1009 | a text frame was not UTF-8, a frame was larger than any may be |
| 1011 | a ping went unanswered for 20 s, or the session broke inside the server |
| 1008 | the client floods, or its token was revoked |
| 1013 | the client does not read what it is sent |
| 4001 | the session goes on over another connection |
| 4404 | the session cannot be gone on with; begin a new one |
"""

_BINARY = f"""\
## Sound as binary frames

With the subprotocol `{SUBPROTOCOL}` sound travels, both ways, as binary frames: the generation (4 bytes, unsigned,
little-endian; 0 from a microphone), the first sample (8 bytes, unsigned, little-endian), and 16-bit little-endian mono
PCM. The server sends {OUTPUT_RATE} Hz; a client sends what it set in `session.audio.input.format.rate`, one of
{" and ".join(str(rate) for rate in INPUT_RATES)} Hz.

## Limits

A frame may have {MAX_EVENT_BYTES} bytes and a message {MAX_QUESTION_CHARS} characters; what is larger gets an `error`.
A frame of more than {HARD_FRAME_BYTES} bytes, or a text frame that is not UTF-8, ends the connection (RFC 6455).
"""


class Recorded(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A line of docs/session.jsonl: a frame of a real session, or a note about those that follow.

    Attributes:
        seconds: since the session began.
        sender: "client", "server", or "note".
        event: the text frame.
        sound: generation, first sample and number of samples of a binary frame.
        note: what the client does now.
    """

    seconds: float
    sender: Literal["client", "server", "note"]
    event: dict[str, Any] | None = None
    sound: tuple[int, int, int] | None = None
    note: str = ""


def recorded(lines: str) -> list[Recorded]:
    """Return the lines of docs/session.jsonl."""
    return msgspec.json.Decoder(Recorded).decode_lines(lines)


def reference(session: Sequence[Recorded]) -> str:
    """Return the text of docs/protocol.md, with a recorded session."""
    nested: dict[str, types.StructType] = {}
    introduction = inspect.cleandoc(package_doc or "").replace("``", "`")
    parts = ["# The protocol", "", introduction, "", _ORDER, _RESUMING]
    parts += [*_session(session), "## From the client", ""]
    parts += [line for event in get_args(ClientEvent) for line in _event(event, nested)]
    parts += ["## From the server", ""]
    parts += [line for event in get_args(ServerEvent) for line in _event(event, nested)]
    parts += ["## Objects in events", ""]
    described: set[str] = set()
    while waiting := sorted(nested.keys() - described):
        for name in waiting:
            described.add(name)
            parts += [f"### {name}", "", *_description(nested[name], nested)]
    return "\n".join([*parts, _BINARY])


def _session(session: Sequence[Recorded]) -> Iterator[str]:
    yield "## A session"
    yield ""
    yield from _SESSION
    noted = False
    for line in _merged(session):
        if line.sender == "note":
            if noted:
                yield "```"
            yield from ("", line.note, "", "```")
            noted = True
            continue
        arrow = {"client": "->", "server": "<-"}[line.sender]
        yield f"{line.seconds:6.2f} {arrow} {_frame(line)}"
    yield "```"
    yield ""


def _merged(session: Sequence[Recorded]) -> Iterator[Recorded]:
    """Yield the lines, frames of sound that follow one another in one."""
    waiting: Recorded | None = None
    for line in session:
        if waiting is not None and waiting.sound is not None and line.sound is not None:
            generation, first, count = waiting.sound
            if waiting.sender == line.sender and line.sound[:2] == (generation, first + count):
                waiting = msgspec.structs.replace(waiting, sound=(generation, first, count + line.sound[2]))
                continue
        if waiting is not None:
            yield waiting
        waiting = line
    if waiting is not None:
        yield waiting


def _frame(line: Recorded) -> str:
    if line.sound is not None:
        generation, first, count = line.sound
        return f"(sound: generation {generation}, samples {first} to {first + count - 1})"
    return msgspec.json.encode(_shortened(line.event)).decode()


def _shortened(value: Any) -> Any:
    match value:
        case str() if len(value) > SHOWN_CHARS:
            return f"{value[:SHOWN_CHARS]}…"
        case list() if len(value) > SHOWN_ENTRIES:
            return [*(_shortened(entry) for entry in value[:SHOWN_ENTRIES]), f"… {len(value) - SHOWN_ENTRIES} more"]
        case list():
            return [_shortened(entry) for entry in value]
        case dict():
            return {name: _shortened(inner) for name, inner in value.items() if inner is not None}
        case _:
            return value


def _event(event: type[msgspec.Struct], nested: dict[str, types.StructType]) -> Iterator[str]:
    info = types.type_info(event)
    assert isinstance(info, types.StructType)
    yield f"### `{info.tag}`"
    yield ""
    yield from _description(info, nested)


def _description(info: types.StructType, nested: dict[str, types.StructType]) -> Iterator[str]:
    yield inspect.cleandoc(info.cls.__doc__ or "").replace("``", "`")
    yield ""
    fields = [field for field in info.fields if field.encode_name != "event_id"]
    if not fields:
        return
    yield "| field | type | default |"
    yield "|---|---|---|"
    for field in fields:
        yield f"| `{field.encode_name}` | {_type(field.type, nested)} | {_default(field)} |"
    yield ""


def _default(field: types.Field) -> str:
    if field.required:
        return "required"
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return f"`{msgspec.json.encode(value).decode()}`"


def _type(info: types.Type, nested: dict[str, types.StructType]) -> str:
    match info:
        case types.StructType():
            nested[info.cls.__name__] = info
            return f"[{info.cls.__name__}](#{info.cls.__name__.lower()})"
        case types.UnionType():
            return " or ".join(_type(member, nested) for member in info.types)
        case types.ListType():
            most = "" if info.max_length is None else f" (at most {info.max_length})"
            return f"list of {_type(info.item_type, nested)}{most}"
        case types.LiteralType():
            return " or ".join(f"`{msgspec.json.encode(value).decode()}`" for value in info.values)
        case types.IntType() | types.FloatType():
            return ("integer" if isinstance(info, types.IntType) else "number") + _range(info)
        case types.NoneType():
            return "null"
        case types.StrType():
            return "string" if info.max_length is None else f"string of at most {info.max_length} characters"
        case _:
            return "boolean" if isinstance(info, types.BoolType) else "object"


def _range(info: Any) -> str:
    if info.ge is None:
        return ""
    return f", {info.ge} to {info.le}" if info.le is not None else f", from {info.ge}"


if __name__ == "__main__":
    sys.stdout.write(reference(recorded(SESSION.read_text(encoding="utf-8"))))
