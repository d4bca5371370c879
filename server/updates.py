"""Changes of a session's settings: a ``session.update`` laid over what is set. Pure."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from server import protocol

_FIXED = ("id", "object", "type", "model")


def updated(session: protocol.Session, changes: dict[str, Any]) -> protocol.Session:
    """Return the session with ``changes``: what is left out keeps its value, what has no meaning here is ignored.

    Raises:
        ProtocolError: a value of the wrong type, out of range, or one that this server cannot do.
    """
    current = msgspec.to_builtins(session)
    wanted = _merged(current, {name: value for name, value in changes.items() if name not in _FIXED})
    try:
        result = msgspec.convert(wanted, protocol.Session)
    except msgspec.ValidationError as error:
        raise protocol.ProtocolError("invalid_event", f"session.update: {error}") from None
    if result.audio.output.format.rate != protocol.OUTPUT_RATE:
        raise protocol.ProtocolError(
            "invalid_event", f"session.update: sound goes out at {protocol.OUTPUT_RATE} Hz and at no other rate"
        )
    return result


def modality_of(response: dict[str, Any] | None) -> Literal["text", "audio"] | None:
    """Return how a ``response.create`` wants its answer; None when it does not say.

    Raises:
        ProtocolError: neither text nor audio.
    """
    wanted = (response or {}).get("output_modalities")
    if wanted is None:
        return None
    if wanted == ["text"]:
        return "text"
    if isinstance(wanted, list) and "audio" in wanted:
        return "audio"
    raise protocol.ProtocolError("invalid_event", 'response.create: output_modalities is ["audio"] or ["text"]')


def _merged(current: Any, changes: Any) -> Any:
    if not isinstance(current, dict) or not isinstance(changes, dict):
        return changes
    merged = dict(current)
    for name, value in changes.items():
        merged[name] = _merged(current[name], value) if isinstance(current.get(name), dict) else value
    return merged
