"""Which model is meant."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click
from sambung.cli import configuration

if TYPE_CHECKING:
    import sambung

DEMO = "demo/"


def chosen_model(desk: sambung.Workspace, given: str | None) -> str:
    """The given one, else the default one, else the first that there is. "llama3.1" is enough where one fits."""
    named = given or configuration.default_model()
    if named and "/" in named:
        return named
    offered = [one.id for one in desk.completions.models()]
    if named:
        return matching(named, offered)
    return first_of(offered)


def matching(name: str, offered: Iterable[str]) -> str:
    """The one model that is called so behind its provider; else the one that has it in its name."""
    models = list(offered)
    exact = [one for one in models if one == name or one.partition("/")[2] == name]
    near = exact or [one for one in models if name.lower() in one.lower()]
    if len(near) == 1:
        return near[0]
    if not near:
        raise click.UsageError(f"there is no model {name}; `sambung models` lists them")
    listed = ", ".join(near[:6]) + (", ..." if len(near) > 6 else "")
    raise click.UsageError(f"{name} may be any of {listed}")


def first_of(offered: Iterable[str]) -> str:
    """A real one before the built-in demo; what only embeds is passed over."""
    models = [one for one in offered if "embed" not in one.lower()]
    for one in models:
        if not one.startswith(DEMO):
            return one
    if models:
        return models[0]
    raise click.UsageError("no provider offers a model; `sambung doctor` says why")
