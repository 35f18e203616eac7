"""The columns of an application's own records: what an annotation says of how a field is stored."""

from __future__ import annotations

import datetime
import enum
import types
import typing
import uuid

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_COLUMNS: dict[object, str] = {
    str: "text",
    int: "integer",
    float: "real",
    bool: "boolean",
    datetime.datetime: "timestamp",
    uuid.UUID: "uuid",
    bytes: "bytes",
    dict: "json",
    list: "json",
    tuple: "json",
}


class Text(typing.NamedTuple):
    """How many bytes of UTF-8 a text may have."""

    minimum: int = 0
    maximum: int = 65_536

    def json_schema(self) -> dict[str, typing.Any]:
        return {"minLength": min(self.minimum, 1), "maxLength": self.maximum}


class Range(typing.NamedTuple):
    """What an integer may be."""

    minimum: int = -(2**63)
    maximum: int = 2**63 - 1

    def json_schema(self) -> dict[str, typing.Any]:
        return {"minimum": self.minimum, "maximum": self.maximum}


class Column(typing.NamedTuple):
    """One field of a record as it is stored."""

    name: str
    type: str
    nullable: bool
    required: bool
    user: bool
    limits: Text | Range | None
    stored: Callable[[typing.Any], typing.Any] | None
    read: Callable[[typing.Any], typing.Any] | None

    def description(self) -> dict[str, typing.Any]:
        described: dict[str, typing.Any] = {
            "name": self.name,
            "type": self.type,
            "nullable": self.nullable,
            "required": self.required,
            "user": self.user,
        }
        if isinstance(self.limits, Text):
            described.update(min_bytes=self.limits.minimum, max_bytes=self.limits.maximum)
        if isinstance(self.limits, Range):
            described.update(minimum=self.limits.minimum, maximum=self.limits.maximum)
        return described


def new_id() -> str:
    """A fresh, ordered id: a UUID of version 7."""
    import os
    import time

    bits = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    bits = bits & ~(0xF << 76) | 0x7 << 76
    bits = bits & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=bits))


def columns_of(kind: type[object]) -> list[Column]:
    from .shapes import hints_of

    hints = hints_of(kind)
    if not hints:
        raise TypeError(f"{kind.__name__} has no fields")
    return [_column(kind, name, hint) for name, hint in hints.items()]


def _column(kind: type[object], name: str, hint: typing.Any) -> Column:
    limits: Text | Range | None = None
    nullable = False
    if typing.get_origin(hint) is typing.Annotated:
        hint, *notes = typing.get_args(hint)
        limits = next((note for note in notes if isinstance(note, (Text, Range))), None)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        alternatives = [one for one in typing.get_args(hint) if one is not type(None)]
        nullable = len(alternatives) < len(typing.get_args(hint))
        if len(alternatives) != 1:
            raise TypeError(f"{kind.__name__}.{name}: a column has one type, or that and None")
        hint = alternatives[0]
        if typing.get_origin(hint) is typing.Annotated:
            hint, *notes = typing.get_args(hint)
            limits = next((note for note in notes if isinstance(note, (Text, Range))), limits)
    column_type, stored, read, user = _stored_type(kind, name, hint)
    required = not hasattr(kind, name) and not nullable
    return Column(name, column_type, nullable, required, user, limits, stored, read)


def _stored_type(
    kind: type[object], name: str, hint: typing.Any
) -> tuple[str, Callable[[typing.Any], typing.Any] | None, Callable[[typing.Any], typing.Any] | None, bool]:
    if isinstance(hint, typing.NewType):
        if hint.__supertype__ is str and hint.__name__.endswith("Id"):
            return "uuid", None, None, hint.__name__ == "UserId"
        return _stored_type(kind, name, hint.__supertype__)
    if typing.get_origin(hint) is typing.Literal:
        return "text", None, None, False
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return "text", lambda value: value.name, hint.__getitem__, False
    if hint is uuid.UUID:
        return "uuid", str, uuid.UUID, False
    origin = typing.get_origin(hint) or hint
    column = _COLUMNS.get(origin)
    if column is None:
        raise TypeError(f"{kind.__name__}.{name}: {hint} cannot be stored")
    if origin is tuple:
        return column, list, tuple, False
    return column, None, None, False


def give_defaults(kind: type[object], columns: Sequence[Column]) -> None:
    """A key that is an id is made when none is given; a revision begins with 1; what may be null is None."""
    import dataclasses

    key = columns[0]
    if key.type == "uuid" and not hasattr(kind, key.name):
        make: typing.Any = new_id if key.read is None else (lambda: uuid.UUID(new_id()))
        setattr(kind, key.name, dataclasses.field(default_factory=make))
    for column in columns[1:]:
        if hasattr(kind, column.name):
            continue
        if column.name == "revision" and column.type == "integer":
            kind.revision = 1  # type: ignore[attr-defined]
        elif column.nullable:
            setattr(kind, column.name, None)
