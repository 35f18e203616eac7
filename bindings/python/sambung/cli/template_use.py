"""A kept prompt on the command line: which one, what its variables are, what is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click
from sambung.cli.session import is_interactive

if TYPE_CHECKING:
    import sambung

WHOLE_ID = 36


def chosen_template(desk: sambung.Workspace, name: str) -> sambung.PromptTemplate:
    """By its command, its name, its id, or the end of that."""
    known = list(desk.templates.list())
    name = name.removeprefix("/")
    for found in (
        [one for one in known if one.command == name],
        [one for one in known if one.name == name],
        [one for one in known if one.id == name],
        [one for one in known if len(name) >= 4 and one.id.endswith(name.lower())],
        [one for one in known if one.name.lower() == name.lower()],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise click.UsageError(f"{len(found)} templates are called {name}: name one by its id")
    raise click.UsageError(f"there is no template {name}; `sambung templates list` lists them")


def pairs(given: Iterable[str], option: str = "-p") -> dict[str, str]:
    """NAME=VALUE, each once."""
    found: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{one} is not NAME=VALUE", param_hint=option)
        if name in found:
            raise click.BadParameter(f"{name} is given twice", param_hint=option)
        found[name] = value
    return found


def typed(variables: Iterable[sambung.PromptVariable], given: Mapping[str, str]) -> dict[str, Any]:
    """The values as their variables want them. What does not fit is left as it is: the engine tells all of it."""
    kinds = {one.name: one.type for one in variables}
    return {name: _value(kinds.get(name, "text"), text) for name, text in given.items()}


def _value(kind: str, text: str) -> Any:
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        return text
    if kind == "boolean":
        return {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}.get(text.lower(), text)
    return text


def asked_for(variables: Iterable[sambung.PromptVariable], given: Mapping[str, str]) -> dict[str, str]:
    """Those that are missing, asked of the person in front of it."""
    found = dict(given)
    if not is_interactive():
        return found
    for one in variables:
        if one.name in found or not one.required or one.default is not None:
            continue
        label = one.label or one.name
        choices = click.Choice(list(one.choices)) if one.choices else None
        found[one.name] = click.prompt(label, type=choices, err=True)
    return found


@dataclass(frozen=True)
class Prompt:
    """What a template comes to: what goes in front, what was said before, and what is asked."""

    system: str = ""
    before: tuple[dict[str, str], ...] = ()
    question: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    model: str | None = None


def filled_in(desk: sambung.Workspace, name: str, given: Mapping[str, str], question: str) -> Prompt:
    """The template with its variables; the question stands where the prompt has a placeholder, else behind it."""
    found = chosen_template(desk, name)
    variables = desk.templates.get(found.id).version.variables
    values = typed(variables, asked_for(variables, given))
    return prompt_of(desk.templates.render(found, **values), question)


def prompt_of(rendered: sambung.RenderedPrompt, question: str) -> Prompt:
    config = rendered.config
    chosen = {
        name: value
        for name in ("temperature", "top_p", "max_tokens", "tools")
        if (value := getattr(config, name)) is not None
    }
    system = "\n\n".join(one.text for one in rendered.messages if one.role == "system" and one.text)
    said = [one for one in rendered.messages if one.role != "system"]
    asked, said = (said[-1].text, said[:-1]) if said and _is_question(said[-1]) else ("", said)
    before = tuple({"role": one.role, "content": one.text} for one in said if not one.placeholder)
    whole = "\n\n".join(text for text in (asked, question) if text)
    return Prompt(system, before, whole, chosen, config.model)


def _is_question(message: sambung.TemplateMessage) -> bool:
    return message.role == "user" and not message.placeholder
