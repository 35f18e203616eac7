"""Providers and tools of installed packages, and tools of a file: loaded when they are named, never before."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

import click

Found = Callable[[str], "tuple[EntryPoint, ...]"]


def _installed(group: str) -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=group))


def providers_for(model: str | None, installed: Found = _installed) -> Mapping[str, Any] | None:
    """The provider of "mine/x" where a package offers `mine`, beside those of the environment; else none."""
    if not model or "/" not in model:
        return None
    name = model.partition("/")[0]
    for one in installed("sambung.providers"):
        if one.name == name:
            return {**_configured(), name: _made(one)}
    return None


def has_providers(installed: Found = _installed) -> bool:
    return bool(installed("sambung.providers"))


def _configured() -> Mapping[str, Any]:
    import sambung

    return sambung.providers.env()


def _made(one: EntryPoint) -> object:
    try:
        thing = one.load()
        return thing() if isinstance(thing, type) else thing
    except Exception as wrong:
        raise click.ClickException(f"the provider {one.name} ({one.value}) cannot be loaded: {wrong}") from wrong


def tools_named(names: tuple[str, ...], installed: Found = _installed) -> list[Any]:
    """`weather` of an installed package, `package.module:weather`, or `weather.py:forecast`."""
    return [_tool(name, installed) for name in names]


def _tool(name: str, installed: Found) -> Any:
    import sambung

    module, colon, attribute = name.rpartition(":")
    if colon:
        found = getattr(_module(module), attribute, None)
        if found is None:
            raise click.BadParameter(f"there is no {attribute} in {module}", param_hint="-T")
        return found if isinstance(found, sambung.Tool) else sambung.tool(found)
    for one in installed("sambung.tools"):
        if one.name == name:
            return one.load()
    known = ", ".join(sorted(one.name for one in installed("sambung.tools"))) or "none is installed"
    raise click.BadParameter(
        f"there is no tool {name}: {known}; MODULE:FUNCTION or FILE.py:FUNCTION names one's own", param_hint="-T"
    )


def _module(name: str) -> Any:
    try:
        if not name.endswith(".py"):
            return importlib.import_module(name)
        spec = importlib.util.spec_from_file_location(os.path.basename(name)[:-3], name)
        if spec is None or spec.loader is None:
            raise ImportError("not a module")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    except (ImportError, OSError, SyntaxError) as wrong:
        raise click.BadParameter(f"{name} cannot be loaded: {wrong}", param_hint="-T") from wrong
