"""Reads a TOML file that describes something, such as a person or a scene, and says readably what is wrong with it."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from avatar.errors import AvatarError

_MOST_BYTES = 262_144  # nobody writes more by hand
_STEP = re.compile(r"\.(\w+)|\[([^\]]*)\]")

Declared = TypeVar("Declared")


def read_declaration(path: Path, kind: type[Declared], error: type[AvatarError]) -> Declared:
    """Return what a TOML file declares.

    Args:
        path: the file.
        kind: a ``msgspec.Struct`` that forbids unknown fields.
        error: what to raise.

    Raises:
        AvatarError: of the class ``error``; the file cannot be read or declares something that is not possible. The
            message names the file, the field and what is allowed there.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as reason:
        raise error(f"{path} cannot be read: {reason.strerror or reason}") from reason
    if len(content) > _MOST_BYTES:
        raise error(f"{path} is not a description: it has more than {_MOST_BYTES // 1024} kB")
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as reason:
        raise error(f"{path} is not a text in UTF-8") from reason
    except (tomllib.TOMLDecodeError, RecursionError) as reason:
        raise error(f"{path} is not TOML: {reason}") from reason
    endless = next(_not_finite(table, ""), None)
    if endless is not None:
        raise error(f"{path}: {endless} is not a finite number")
    try:
        return msgspec.convert(table, kind)
    except msgspec.ValidationError as reason:
        raise error(f"{path}: {_explained(str(reason), kind)}") from reason
    except AvatarError as reason:  # of a struct that checks itself
        raise error(f"{path}: {reason}") from reason


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return what to say after an unknown name: the known ones that look like it, or nothing."""
    close = difflib.get_close_matches(name, sorted(known), n=3)
    return f"; did you mean {' or '.join(close)}?" if close else ""


def _not_finite(value: object, place: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _not_finite(inner, f"{place}.{key}" if place else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _not_finite(inner, place)
    elif isinstance(value, float) and not math.isfinite(value):
        yield place


def _explained(message: str, kind: type) -> str:
    """Return a message of msgspec with the field first and what is allowed there last."""
    reason, _, place = message.partition(" - at `")
    place = place.rstrip("`")
    reason = reason[:1].lower() + reason[1:].replace("Object", "table").replace("`", "'")
    reason = reason.replace("object contains", "there is an").replace("object missing", "there is no")
    inside: Any = inspect.type_info(kind)
    names = []
    for name, position in _STEP.findall(place):
        inside = _inner(inside, name or position)
        names.append(name or ("" if position == "..." else f"[{position}]"))
    field = ".".join(filter(None, names)).replace(".[", "[").removeprefix("key.")
    allowed = _allowed(inside)
    return (f"{field}: " if field else "") + reason + (f"; allowed: {allowed}" if allowed else "")


def _inner(kind: Any, step: str) -> Any:
    """Return the type at a field, a position or a key (``"..."``) of another; None where it is not known."""
    if isinstance(kind, inspect.UnionType):
        tags = [
            choice.tag for choice in kind.types if isinstance(choice, inspect.StructType) and choice.tag_field == step
        ]
        if tags:
            return inspect.LiteralType(tuple(filter(None, tags)))
        found = (_inner(choice, step) for choice in kind.types)
        return next((choice for choice in found if choice is not None), None)
    if isinstance(kind, (inspect.StructType, inspect.DataclassType)):
        return next((field.type for field in kind.fields if field.encode_name == step), None)
    if isinstance(kind, inspect.DictType):
        return kind.value_type
    if isinstance(kind, inspect.TupleType):
        return kind.item_types[int(step)] if step.isdecimal() and int(step) < len(kind.item_types) else None
    return kind.item_type if isinstance(kind, (inspect.ListType, inspect.VarTupleType)) else None


def _allowed(kind: Any) -> str:
    """Return in words what a type allows."""
    if isinstance(kind, inspect.UnionType):
        return " or ".join(filter(None, map(_allowed, kind.types)))
    if isinstance(kind, inspect.LiteralType):
        return ", ".join(repr(value) for value in sorted(kind.values, key=str))
    if isinstance(kind, (inspect.StructType, inspect.DataclassType)):
        return ", ".join(sorted(field.encode_name for field in kind.fields))
    if isinstance(kind, (inspect.FloatType, inspect.IntType)):
        low = f" from {kind.ge:g}" if kind.ge is not None else f" above {kind.gt:g}" if kind.gt is not None else ""
        high = f" to {kind.le:g}" if kind.le is not None else f" below {kind.lt:g}" if kind.lt is not None else ""
        return ("a number" if isinstance(kind, inspect.FloatType) else "a whole number") + low + high
    if isinstance(kind, inspect.TupleType):
        return f"a list of {len(kind.item_types)}, each {_allowed(kind.item_types[0])}"
    if isinstance(kind, inspect.StrType):
        return "a text"
    return "true or false" if isinstance(kind, inspect.BoolType) else ""
