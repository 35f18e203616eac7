"""write_types.py: Python's classes and stubs, from the descriptions that the library prints.

    write_types.py DESCRIPTIONS.json FOLDER

Writes into FOLDER `_types.py` (the classes), `_types.pyi` (what a checker reads of them) and `_sambung.pyi` (the native
module's verbs). Nothing in them is edited by hand.
"""

from __future__ import annotations

import json
import keyword
import pathlib
import sys
from typing import Any

from native_template import NATIVE
from type_templates import HEAD, LAZY, RUNTIME, STUB_HEAD

Type = dict[str, Any]
Struct = dict[str, Any]


def camel(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


class Names:
    """What the descriptions have, and how Python spells it."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.told = told
        self.structs: dict[str, Struct] = {one["name"]: one for one in told["structs"]}
        self.classes = [one for one in told["structs"] if one["kind"] != "input"]
        self.inputs = [one for one in told["structs"] if one["kind"] == "input"]
        self.enums = told["enums"]
        self.ids = told["ids"]
        self.unions = {
            "Part": self.alternatives("text_part"),
            "TurnEvent": self.alternatives("turn_started"),
            "CompletionEvent": self.alternatives("completion_finished"),
            "DeskEvent": self.alternatives("events_ready"),
        }

    def alternatives(self, member: str) -> list[str]:
        for kind in self.types():
            if kind["kind"] == "variant" and any(one.get("of") == member for one in kind["of"]):
                return [camel(one["of"]) for one in kind["of"]]
        return []

    def types(self):
        pending: list[Type] = [f["type"] for one in self.told["structs"] for f in one["fields"]]
        pending += self.told["streams"]
        for verb in self.told["verbs"]:
            pending += [verb["result"], *(one["type"] for one in verb["parameters"])]
        while pending:
            kind = pending.pop()
            yield kind
            inner = kind.get("of")
            if isinstance(inner, dict):
                pending.append(inner)
            elif isinstance(inner, list):
                pending += inner

    def hint(self, kind: Type, given: bool) -> str:
        """`given`: by Python; otherwise to it."""
        what, of = kind["kind"], kind.get("of")
        plain = {
            "none": "None", "bool": "bool", "int": "int", "float": "float", "str": "str", "bytes": "bytes",
            "timestamp": "datetime.datetime", "json": "JsonValue", "any": "Any",
            "json_object": "Mapping[str, JsonValue]" if given else "dict[str, JsonValue]",
            "json_array": "Sequence[JsonValue]" if given else "list[JsonValue]",
            "duration": "float | datetime.timedelta" if given else "float",
            "secret": "str" if given else "Secret",
            "permissions": "Sequence[Permission]" if given else "tuple[Permission, ...]",
        }  # fmt: skip
        if what in plain:
            return plain[what]
        if what in ("id", "enum"):
            return camel(of)
        if what == "handle":
            return of
        if what == "struct":
            name = camel(of)
            text = "str | " if given and kind.get("or_text") else ""
            if given and self.structs[of]["kind"] != "input":
                return f"{text}{name} | Mapping[str, Any]"
            return text + name
        if what == "list":
            text = "str | " if given and kind.get("or_text") else ""
            inner = self.hint(of, given)
            return f"{text}Sequence[{inner}]" if given else f"tuple[{inner}, ...]"
        if what == "map":
            return f"{'Mapping' if given else 'dict'}[str, {self.hint(of, given)}]"
        if what == "optional":
            return self.hint(of, given) + " | None"
        if what == "variant":
            names = [camel(one["of"]) for one in of]
            alias = next((name for name, all_of in self.unions.items() if all_of == names), " | ".join(names))
            return f"{alias} | Mapping[str, Any]" if given else alias
        if what == "page":
            more = "".join(", " + self.hint(f["type"], given) for f in kind.get("more", ()))
            return f"tuple[tuple[{self.hint(of, given)}, ...], str | None{more}]"
        raise ValueError(f"unknown kind of type: {what}")

    def exported(self) -> list[str]:
        # What ends with "input" is between the native module and the faces alone.
        told = self.told["structs"] + self.enums + self.ids
        names = [camel(one["name"]) for one in told if not one["name"].endswith("_input")]
        return sorted({*names, *self.unions, "JsonValue", "Record"})


# The classes.


def reader(kind: Type, names: Names) -> str | None:
    """The expression that makes a value of what JSON has; None where it is one."""
    what, of = kind["kind"], kind.get("of")
    if what == "timestamp":
        return "_time"
    if what == "secret":
        return "Secret"
    if what == "struct":
        return f"{camel(of)}.from_dict" if names.structs[of]["kind"] != "input" else None
    if what == "variant":
        tags = ", ".join(f"{names.structs[one['of']]['tag']}={camel(one['of'])}" for one in of)
        return f"_union({tags})"
    if what == "permissions":
        return "tuple"
    if what in ("list", "map", "optional"):
        inner = reader(of, names)
        return None if what == "optional" and inner is None else f"_{what}({inner})"
    return None


def default_of(field: dict[str, Any]) -> str | None:
    """The expression of what a field is when it is not given; None when it must be."""
    if field["type"]["kind"] in ("list", "permissions"):
        return "()"
    if "default" not in field:
        return "None" if field["nullable"] else None
    value = field["default"]
    return repr(tuple(value)) if isinstance(value, list) else repr(value)


def doc_of(one: Struct) -> str:
    return one.get("doc") or f"`{one['name']}` of Sambung's."


def write_class(one: Struct, names: Names) -> str:
    fields = one["fields"]
    slots = [f["name"] for f in fields]
    tuple_of = lambda words: "(" + "".join(f'"{word}", ' for word in words) + ")"  # noqa: E731
    lines = [f"class {camel(one['name'])}(Record):", f"    __slots__ = {tuple_of(slots)}"]
    lines.append(f"    __match_args__ = {tuple_of(slots)}")
    lines.append(f"    _json_names = {tuple_of(f['json_name'] for f in fields)}")
    if one["tag"]:
        lines.append(f'    type = "{one["tag"]}"')
    hints = {f["name"]: names.hint(f["type"], False) for f in fields}
    lines.append(f"    __annotations__ = {hints!r}")
    defaults = {f["name"]: default_of(f) for f in fields}
    written = ", ".join(f'"{name}": {value}' for name, value in defaults.items() if value is not None)
    if written:
        lines.append(f"    _defaults = {{{written}}}")
    reads = {f["name"]: reader(f["type"], names) for f in fields}
    written = ", ".join(f'"{name}": {value}' for name, value in reads.items() if value is not None)
    if written:
        lines.append(f"    _read = {{{written}}}")
    # A dict is made anew for each record.
    given = {name: None if value is None else "None" if value == "{}" else value for name, value in defaults.items()}
    if fields:
        parameters = [name if value is None else f"{name}={value}" for name, value in given.items()]
        lines += ["", f"    def __init__(self, *, {', '.join(parameters)}):"]
        for name in slots:
            value = f"{{}} if {name} is None else {name}" if defaults[name] == "{}" else name
            lines.append(f'        _set(self, "{name}", {value})')
    for name in slots:
        if name.endswith("_microusd"):
            lines += ["", "    @property", f"    def {name.removesuffix('_microusd')}_usd(self):"]
            lines += ["        import decimal", "", f"        money = self.{name}"]
            lines += ["        return None if money is None else decimal.Decimal(money) / 1_000_000"]
    return "\n".join(lines) + "\n"


def write_types(names: Names) -> str:
    parts = [HEAD, RUNTIME]
    parts += ["\n\n" + write_class(one, names) for one in names.classes]
    inputs = {
        camel(one["name"]): {f["name"]: [names.hint(f["type"], True), f["required"]] for f in one["fields"]}
        for one in names.inputs
    }
    parts.append("\n\n# What is made when it is first asked for: names that only annotations need.\n")
    parts.append(f"_inputs = {inputs!r}\n")
    parts.append(f"_ids = {tuple(camel(one['name']) for one in names.ids)!r}\n")
    parts.append(f"_enums = {({camel(one['name']): tuple(one['values']) for one in names.enums})!r}\n")
    parts.append(f"_unions = {names.unions!r}\n")
    parts.append('_lazy = (*_ids, *_enums, *_unions, *_inputs, "JsonValue", "Mapping", "Sequence", "Any")\n')
    parts.append(LAZY)
    parts.append(f"\n\n__all__ = {names.exported()!r}\n")
    return "".join(parts)


# The stubs.


def stub_class(one: Struct, names: Names) -> str:
    lines = ["@dataclass(frozen=True, kw_only=True, slots=True)", f"class {camel(one['name'])}(Record):"]
    lines.append(f"    __match_args__ = {tuple(f['name'] for f in one['fields'])!r}")
    if one["tag"]:
        lines.append(f'    type: ClassVar[Literal["{one["tag"]}"]] = ...')
    for f in one["fields"]:
        default = "" if default_of(f) is None else " = ..."
        lines.append(f"    {f['name']}: {names.hint(f['type'], False)}{default}")
    for f in one["fields"]:
        if f["name"].endswith("_microusd"):
            kind = "decimal.Decimal | None" if f["nullable"] else "decimal.Decimal"
            lines += ["    @property", f"    def {f['name'].removesuffix('_microusd')}_usd(self) -> {kind}: ..."]
    return "\n".join(lines) + "\n"


def stub_input(one: Struct, names: Names) -> str:
    hints = {}
    for f in one["fields"]:
        hint = names.hint(f["type"], True)
        hints[f["name"]] = f"Required[{hint}]" if f["required"] else hint
    lines = [f"class {camel(one['name'])}(TypedDict, total=False):"]
    lines += [f"    {name}: {hint}" for name, hint in hints.items()] or ["    pass"]
    return "\n".join(lines) + "\n"


def write_types_stub(names: Names) -> str:
    parts = [HEAD, STUB_HEAD, "\n"]
    parts += [f'{camel(one["name"])} = NewType("{camel(one["name"])}", str)\n' for one in names.ids]
    for one in names.enums:
        values = ", ".join(f'"{value}"' for value in one["values"])
        parts.append(f"{camel(one['name'])}: TypeAlias = Literal[{values}]\n")
    parts += ["\n" + stub_class(one, names) for one in names.classes]
    parts += ["\n" + stub_input(one, names) for one in names.inputs]
    parts.append("\n")
    parts += [f"{name}: TypeAlias = {' | '.join(of)}\n" for name, of in names.unions.items() if of]
    parts.append(f"\n__all__ = {names.exported()!r}\n")
    return "".join(parts)


def may_be_left_out(kind: Type, names: Names) -> bool:
    return kind["kind"] == "struct" and not any(f["required"] for f in names.structs[kind["of"]]["fields"])


def stub_verb(one: dict[str, Any], names: Names) -> str:
    parameters: list[str] = []
    at_end = True
    for parameter in reversed(one["parameters"]):
        name = parameter["name"] + ("_" if keyword.iskeyword(parameter["name"]) else "")
        kind = parameter["type"]
        hint = "str" if kind["kind"] == "id" else names.hint(kind, True)
        if kind["kind"] == "optional" and kind["of"]["kind"] == "id":
            hint = "str | None"
        if may_be_left_out(kind, names):
            hint += " | None"
        at_end = at_end and (kind["kind"] == "optional" or may_be_left_out(kind, names))
        parameters.append(f"{name}: {hint}{' = None' if at_end else ''}")
    parameters += ["timeout: Limit", "bridge: Bridge | None", f"target: {one['target']}"]
    return f"def {one['name']}({', '.join(reversed(parameters))}, /) -> {names.hint(one['result'], False)}: ...\n"


def write_native_stub(names: Names) -> str:
    return HEAD + NATIVE + "".join(stub_verb(one, names) for one in names.told["verbs"])


def main() -> None:
    descriptions, folder = map(pathlib.Path, sys.argv[1:3])
    names = Names(json.loads(descriptions.read_text(encoding="utf-8")))
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("_types.py", write_types(names)),
        ("_types.pyi", write_types_stub(names)),
        ("_sambung.pyi", write_native_stub(names)),
    ):
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
