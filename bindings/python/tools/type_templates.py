"""What stands in every file that write_types.py writes, whatever the descriptions are."""

HEAD = '"""Written by tools/write_types.py from the descriptions in C++: not to be edited."""\n'

# _types.py: in front of the classes.
RUNTIME = '''
from .secret import Secret


class _Fields:
    """`__dataclass_fields__`, made when it is first asked for: the class is then a dataclass to whoever looks."""

    def __get__(self, record, of):
        import dataclasses

        names = _named()
        fields = {}
        for name, hint in of.__annotations__.items():
            one = dataclasses.field(kw_only=True)
            one.name, one.type, one._field_type = name, eval(hint, names), dataclasses._FIELD
            if name in of._defaults:
                value = of._defaults[name]
                if isinstance(value, dict):
                    one.default_factory = dict
                else:
                    one.default = value
            fields[name] = one
        of.__dataclass_fields__ = fields
        return fields


def _named():
    """The names of this module, those too that are made when they are first asked for: hints are read with them."""
    for name in (*_lazy, "datetime"):
        if name not in globals():
            __getattr__(name)
    return globals()


def _time(text):
    import datetime

    return datetime.datetime.fromisoformat(text)


def _list(of):
    return lambda items: tuple(items) if of is None else tuple(map(of, items))


def _map(of):
    return lambda items: dict(items) if of is None else {name: of(item) for name, item in items.items()}


def _optional(of):
    return of and (lambda item: None if item is None else of(item))


def _union(**by_tag):
    return lambda item: by_tag[item["type"]].from_dict(item)


def _told(value):
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, str):
        return value
    import datetime

    if isinstance(value, datetime.datetime):
        utc = value.astimezone(datetime.timezone.utc)
        return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"
    if isinstance(value, (tuple, list)):
        return [_told(one) for one in value]
    if isinstance(value, dict):
        return {name: _told(one) for name, one in value.items()}
    return value


def _again(of, values):
    record = object.__new__(of)
    for name, value in zip(of.__slots__, values):
        object.__setattr__(record, name, value)
    return record


class Record:
    """What every class here is: immutable, comparable, printable, picklable."""

    __slots__ = ()
    _json_names = ()
    _defaults = {}
    _read = {}
    __dataclass_fields__ = _Fields()

    def __setattr__(self, name, value):
        raise AttributeError(f"{type(self).__name__} is immutable: copy it with replace()")

    def __delattr__(self, name):
        raise AttributeError(f"{type(self).__name__} is immutable")

    def _values(self):
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other):
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self):
        return hash((type(self), *(repr(one) if isinstance(one, (dict, list)) else one for one in self._values())))

    def __repr__(self):
        told = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({told})"

    def __reduce__(self):
        return _again, (type(self), self._values())

    def __copy__(self):
        return self

    def __replace__(self, /, **changes):
        values = dict(zip(self.__slots__, self._values()))
        return type(self)(**{**values, **changes})

    def replace(self, **changes):
        """The same with some fields otherwise."""
        return self.__replace__(**changes)

    def to_dict(self):
        """As it is over HTTP: names in camelCase, times as ISO 8601."""
        told = {}
        if (tag := getattr(type(self), "type", None)) is not None and isinstance(tag, str):
            told["type"] = tag
        for name, json_name in zip(self.__slots__, self._json_names):
            told[json_name] = _told(getattr(self, name))
        return told

    def to_json(self):
        """The text of `to_dict()`."""
        import json

        return json.dumps(self.to_dict(), ensure_ascii=False, separators=(",", ":"))

    def _repr_html_(self):
        from .display import html_of_record

        return html_of_record(self)

    @classmethod
    def from_dict(cls, told):
        """The inverse of `to_dict()`; what is unknown is left out."""
        values = {}
        for name, json_name in zip(cls.__slots__, cls._json_names):
            if json_name in told:
                read = cls._read.get(name)
                values[name] = told[json_name] if read is None else read(told[json_name])
        return cls(**values)


_set = object.__setattr__
'''

# Behind them.
LAZY = '''

def __getattr__(name):
    import typing

    if name in _ids:
        made = typing.NewType(name, str)
    elif name in _enums:
        made = typing.Literal[_enums[name]]
    elif name in _unions:
        made = typing.Union[tuple(globals()[one] for one in _unions[name])]
    elif name in _inputs:
        wrap = {True: lambda hint: typing.Required[hint], False: lambda hint: hint}
        fields = {field: wrap[required](hint) for field, (hint, required) in _inputs[name].items()}
        made = typing.TypedDict(name, fields, total=False)
    elif name == "JsonValue":
        deeper = [typing.ForwardRef(one, module=__name__) for one in ("list[JsonValue]", "dict[str, JsonValue]")]
        made = typing.Union[None, bool, int, float, str, deeper[0], deeper[1]]
    elif name in ("Mapping", "Sequence"):
        import collections.abc

        made = getattr(collections.abc, name)
    elif name == "Any":
        made = typing.Any
    elif name == "datetime":
        import datetime as made
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = made
    return made
'''

# _types.pyi.
STUB_HEAD = '''
import datetime
import decimal
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, NewType, Required, TypedDict
from dataclasses import dataclass
from typing_extensions import Self, TypeAlias

from .secret import Secret as Secret

JsonValue: TypeAlias = None | bool | int | float | str | list[JsonValue] | dict[str, JsonValue]

class Record:
    def __copy__(self) -> Self: ...
    def replace(self, **changes: Any) -> Self: ...
    def __replace__(self, /, **changes: Any) -> Self: ...
    def to_dict(self) -> dict[str, JsonValue]: ...
    def to_json(self) -> str: ...
    def _repr_html_(self) -> str: ...
    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Self: ...
'''
