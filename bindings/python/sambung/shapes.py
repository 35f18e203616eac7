"""Hints of Python as JSON Schema, and JSON that fits one as what the hint says.

`shape_of(hint)` gives both, or raises `TypeError` for a hint that has no schema.
"""

from __future__ import annotations

import datetime
import enum
import types
import typing
import uuid
from collections import abc

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Schema = dict[str, typing.Any]
    Convert = Callable[[typing.Any], typing.Any]

__all__ = ["Shape", "hints_of", "shape_of", "shape_of_members"]


class Shape(typing.NamedTuple):
    """The schema of a hint, and how what fits it becomes what the hint says; None: it is so already."""

    schema: Schema
    convert: Convert | None

    def of(self, value: typing.Any) -> typing.Any:
        """A value that fits the schema, as the hint says."""
        return value if self.convert is None else self.convert(value)


_PLAIN: dict[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    None: {"type": "null"},
    type(None): {"type": "null"},
    typing.Any: {},
    object: {},
    dict: {"type": "object"},
    list: {"type": "array"},
}

_PARSED: dict[object, Shape] = {
    float: Shape({"type": "number"}, float),
    tuple: Shape({"type": "array"}, tuple),
    datetime.datetime: Shape({"type": "string", "format": "date-time"}, datetime.datetime.fromisoformat),
    datetime.date: Shape({"type": "string", "format": "date"}, datetime.date.fromisoformat),
    uuid.UUID: Shape({"type": "string", "format": "uuid"}, uuid.UUID),
}


def hints_of(of: typing.Any, names: Mapping[str, object] | None = None) -> dict[str, typing.Any]:
    """The hints of a function or class, evaluated. JsonValue, which contains itself, is anything."""
    return typing.get_type_hints(of, localns={**(names or {}), "JsonValue": typing.Any}, include_extras=True)


def shape_of(hint: typing.Any) -> Shape:
    """The shape of one hint."""
    return _shape(hint, ())


def shape_of_members(
    hints: Mapping[str, typing.Any], required: set[str], described: Mapping[str, str] | None = None
) -> Shape:
    """The shape of an object with these members; what is converted is a dict of those that are there."""
    return _object(hints, required, dict, described or {}, ())


def _shape(hint: typing.Any, around: tuple[typing.Any, ...]) -> Shape:
    try:
        if hint in _PLAIN:
            return Shape(dict(_PLAIN[hint]), None)
        if hint in _PARSED:
            return Shape(dict(_PARSED[hint].schema), _PARSED[hint].convert)
    except TypeError:  # unhashable: no hint of these
        pass
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        return _annotated(hint, around)
    if origin is typing.Literal:
        return _literal(typing.get_args(hint))
    if origin in (typing.Union, types.UnionType):
        return _union(typing.get_args(hint), around)
    if origin is not None:
        return _collection(hint, origin, typing.get_args(hint), around)
    if isinstance(hint, typing.NewType):
        return _shape(hint.__supertype__, around)
    if isinstance(hint, type):
        return _class(hint, around)
    raise TypeError(f"{_name(hint)} has no JSON Schema")


def _annotated(hint: typing.Any, around: tuple[typing.Any, ...]) -> Shape:
    inner, *notes = typing.get_args(hint)
    shape = _shape(inner, around)
    schema = dict(shape.schema)
    for note in notes:
        if isinstance(note, str):
            schema["description"] = note
        elif hasattr(note, "json_schema"):  # Text, Range
            schema.update(note.json_schema())
    return Shape(schema, shape.convert)


def _literal(values: tuple[typing.Any, ...]) -> Shape:
    for value in values:
        if not isinstance(value, (str, int, bool, type(None))):
            raise TypeError(f"Literal[{value!r}] has no JSON Schema")
    return Shape({"enum": list(values)}, None)


def _union(alternatives: tuple[typing.Any, ...], around: tuple[typing.Any, ...]) -> Shape:
    shapes = [_shape(one, around) for one in alternatives]
    schema: Schema = {"anyOf": [shape.schema for shape in shapes]}
    if all(shape.convert is None for shape in shapes):
        return Shape(schema, None)

    def convert(value: typing.Any) -> typing.Any:
        for shape in shapes:
            if _fits(value, shape.schema):
                try:
                    return shape.of(value)
                except (TypeError, ValueError, KeyError):
                    continue
        raise ValueError(f"{value!r} is none of {', '.join(_name(one) for one in alternatives)}")

    return Shape(schema, convert)


def _fits(value: typing.Any, schema: Schema) -> bool:
    """Whether a value may be of a schema, by its outermost keywords: the rest was checked already."""
    if "enum" in schema:
        return any(value is one or (value == one and type(value) is type(one)) for one in schema["enum"])
    if "anyOf" in schema:
        return any(_fits(value, one) for one in schema["anyOf"])
    kind = schema.get("type")
    if kind == "object":
        if not isinstance(value, dict):
            return False
        properties = schema.get("properties")
        if properties is None:
            return True
        return all(name in value for name in schema.get("required", ())) and all(
            name in properties and _fits(member, properties[name]) for name, member in value.items()
        )
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    known = {"string": str, "boolean": bool, "null": type(None), "array": list}
    return kind is None or isinstance(value, known[kind])


def _collection(
    hint: typing.Any, origin: typing.Any, arguments: tuple[typing.Any, ...], around: tuple[typing.Any, ...]
) -> Shape:
    if origin in (list, abc.Sequence, abc.Iterable, abc.Collection):
        return _list(_shape(arguments[0], around), list)
    if origin in (set, frozenset, abc.Set):
        return _list(_shape(arguments[0], around), frozenset if origin is frozenset else set)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return _list(_shape(arguments[0], around), tuple)
        return _tuple([_shape(one, around) for one in arguments])
    if origin in (dict, abc.Mapping, abc.MutableMapping):
        if arguments[0] is not str:
            raise TypeError(f"{_name(hint)} has no JSON Schema: the keys of an object are str")
        return _dict(_shape(arguments[1], around))
    if isinstance(origin, type):
        return _class(origin, around)
    raise TypeError(f"{_name(hint)} has no JSON Schema")


def _list(items: Shape, make: Callable[[typing.Any], typing.Any]) -> Shape:
    schema = {"type": "array", "items": items.schema}
    inner = items.convert
    if inner is None:
        return Shape(schema, None if make is list else make)
    return Shape(schema, lambda values: make([inner(one) for one in values]))


def _tuple(items: list[Shape]) -> Shape:
    kinds = [one.schema for one in items]
    schema: Schema = {"type": "array", "minItems": len(items), "maxItems": len(items)}
    if items:
        schema["items"] = kinds[0] if all(one == kinds[0] for one in kinds) else {"anyOf": kinds}
    return Shape(schema, lambda values: tuple([shape.of(one) for shape, one in zip(items, values, strict=True)]))


def _dict(values: Shape) -> Shape:
    schema = {"type": "object", "additionalProperties": values.schema}
    inner = values.convert
    if inner is None:
        return Shape(schema, None)
    return Shape(schema, lambda members: {name: inner(one) for name, one in members.items()})


def _class(kind: type, around: tuple[typing.Any, ...]) -> Shape:
    if kind in around:
        raise TypeError(f"{_name(kind)} contains itself: that has no schema here")
    if issubclass(kind, enum.Enum):
        return _enum(kind)
    pydantic = getattr(kind, "model_json_schema", None)
    if pydantic is not None:
        return Shape(without_references(pydantic()), kind.model_validate)  # type: ignore[attr-defined]
    if hasattr(kind, "__dataclass_fields__"):
        return _dataclass(kind, around)
    if typing.is_typeddict(kind):
        return _typed_dict(kind, around)
    raise TypeError(f"{_name(kind)} has no JSON Schema")


def _typed_dict(kind: typing.Any, around: tuple[typing.Any, ...]) -> Shape:
    required = set(kind.__required_keys__)
    members = {}
    for name, hint in hints_of(kind).items():
        marked = typing.get_origin(hint)
        if marked is typing.NotRequired:  # which __required_keys__ does not know of hints that are text
            required.discard(name)
        elif marked is typing.Required:
            required.add(name)
        members[name] = typing.get_args(hint)[0] if marked in (typing.Required, typing.NotRequired) else hint
    return _object(members, required, dict, {}, (*around, kind))


def _enum(kind: type[enum.Enum]) -> Shape:
    values = [one.value for one in kind]
    if all(isinstance(value, (str, int)) for value in values):
        return Shape({"enum": values}, kind)
    return Shape({"enum": [one.name for one in kind]}, kind.__getitem__)


def _dataclass(kind: type, around: tuple[typing.Any, ...]) -> Shape:
    import dataclasses

    hints = hints_of(kind)
    fields = [one for one in dataclasses.fields(kind) if one.init]
    required = {
        one.name for one in fields if one.default is dataclasses.MISSING and one.default_factory is dataclasses.MISSING
    }
    return _object({one.name: hints[one.name] for one in fields}, required, kind, {}, (*around, kind))


def _object(
    hints: Mapping[str, typing.Any],
    required: set[str] | frozenset[str],
    make: Callable[..., typing.Any],
    described: Mapping[str, str],
    around: tuple[typing.Any, ...],
) -> Shape:
    shapes = {}
    for name, hint in hints.items():
        try:
            shapes[name] = _shape(hint, around)
        except TypeError as error:
            raise TypeError(f"{name}: {error}") from None
    properties = {}
    for name, shape in shapes.items():
        properties[name] = shape.schema
        if name in described and "description" not in shape.schema:
            properties[name] = {**shape.schema, "description": described[name]}
    schema: Schema = {
        "type": "object",
        "properties": properties,
        "required": [name for name in shapes if name in required],
        "additionalProperties": False,
    }
    return Shape(schema, lambda value: make(**{name: shapes[name].of(one) for name, one in value.items()}))


def without_references(schema: Schema) -> Schema:
    """A schema whose "$ref" are replaced by what they refer to."""
    known = schema.get("$defs", {})

    def replaced(value: typing.Any, around: tuple[str, ...]) -> typing.Any:
        if isinstance(value, list):
            return [replaced(one, around) for one in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if reference is None:
            return {name: replaced(one, around) for name, one in value.items() if name != "$defs"}
        name = reference.rsplit("/", 1)[-1]
        if name in around:
            raise TypeError(f"{name} contains itself: that has no schema here")
        rest = {key: one for key, one in value.items() if key != "$ref"}
        return {**replaced(known[name], (*around, name)), **replaced(rest, around)}

    return typing.cast("Schema", replaced(schema, ()))


def _name(hint: typing.Any) -> str:
    return hint.__qualname__ if isinstance(hint, type) else str(hint)
