"""The parameters of a function, and what its docstring says of them."""

from __future__ import annotations

import functools
import inspect
import re
import typing

from . import shapes

if typing.TYPE_CHECKING:
    from collections.abc import Mapping

_SECTION = re.compile(r"(Args|Arguments|Parameters|Returns?|Raises|Yields|Examples?|Notes?):\s*$")


def signature_of(function: typing.Any) -> inspect.Signature:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        raise TypeError(f"{function!r} cannot be a tool: its parameters are not known") from None


def shape_of_parameters(
    function: typing.Any, signature: inspect.Signature, described: Mapping[str, str]
) -> tuple[str | None, shapes.Shape]:
    """Which parameter gets the call, and the shape of all others."""
    hints = _hints_of(function)
    call_name: str | None = None
    members: dict[str, typing.Any] = {}
    required: set[str] = set()
    parameters = list(signature.parameters.values())
    if parameters and parameters[0].name in ("self", "cls") and parameters[0].name not in hints:
        parameters = parameters[1:]  # a method: see Tool.__get__
    for one in parameters:
        if one.kind is not one.POSITIONAL_OR_KEYWORD and one.kind is not one.KEYWORD_ONLY:
            raise TypeError(f"{one}: a model gives arguments by name, each of its own")
        if one.name not in hints:
            raise TypeError(f"{one.name}: has no hint")
        if _is_tool_call(hints[one.name]):
            call_name = one.name
            continue
        members[one.name] = hints[one.name]
        if one.default is one.empty:
            required.add(one.name)
    return call_name, shapes.shape_of_members(members, required, described)


def _hints_of(function: typing.Any) -> dict[str, typing.Any]:
    """Evaluated; names that are imported for type checkers alone are found where Sambung has them."""
    plain_function = inspect.unwrap(function)
    if isinstance(plain_function, functools.partial):
        plain_function = plain_function.func
    if not hasattr(plain_function, "__annotations__"):  # an object that can be called
        plain_function = type(plain_function).__call__
    try:
        return shapes.hints_of(plain_function)
    except NameError:
        from . import _types

        return shapes.hints_of(plain_function, {name: getattr(_types, name) for name in _types.__all__})


def _is_tool_call(hint: object) -> bool:
    from ._types import ToolCall

    return hint is ToolCall


def documented(doc: str) -> tuple[str, dict[str, str]]:
    """The first part of a docstring, and what its "Args:" say of each parameter."""
    lines = doc.splitlines()
    first = next((i for i, line in enumerate(lines) if _SECTION.match(line)), len(lines))
    described: dict[str, str] = {}
    section, name = "", ""
    for line in lines[first:]:
        heading = _SECTION.match(line)
        if heading:
            section, name = heading.group(1), ""
            continue
        if section not in ("Args", "Arguments", "Parameters") or not line.strip():
            continue
        begun = re.match(r"(?: {1,4}|\t)\*{0,2}(\w+)(?: *\([^)]*\))?: *(.*)", line)
        if begun and not re.match(r" {5,}", line):
            name = begun.group(1)
            described[name] = begun.group(2).strip()
        elif name:
            described[name] = f"{described[name]} {line.strip()}".strip()
    return "\n".join(lines[:first]).strip(), described
