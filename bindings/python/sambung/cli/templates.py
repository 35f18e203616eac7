"""sambung templates: prompts that are kept, with variables and versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sambung.cli import completing
from sambung.cli.output import ID, Column, print_json, print_records, printable, stamp, when
from sambung.cli.session import Session, demand_confirmation, pass_session
from sambung.cli.template_use import asked_for, chosen_template, pairs, typed

if TYPE_CHECKING:
    import sambung


@click.group("templates")
def command() -> None:
    """Prompts that are kept. NAME is a name, a command or the end of an id."""


@command.command("list")
@click.argument("words", nargs=-1)
@click.option("--category", help="of one category")
@pass_session
def list_(session: Session, words: tuple[str, ...], category: str | None) -> None:
    """Your prompts and those that are shared; with WORDS those that have them in name or description."""
    with session.desk(reading=True) as desk:
        found = desk.templates.search(" ".join(words)) if words else desk.templates.list(category=category)
        print_records(
            session,
            found,
            [
                ID,
                Column("command", lambda one: f"/{one.command}" if one.command else ""),
                Column("name", lambda one: printable(one.name)),
                Column("category", lambda one: printable(one.category)),
                Column("version", lambda one: str(one.latest), right=True),
                Column("shared", lambda one: "yes" if one.visibility == "tenant" else ""),
                Column("changed", lambda one: when(one.updated_at), lambda one: stamp(one.updated_at), right=True),
            ],
            "there are no templates; sambung templates set NAME keeps one",
        )


@command.command("show")
@click.argument("name", shell_complete=completing.templates)
@click.option("--version", "number", type=int, help="another than the newest")
@click.option("-p", "--parameter", "parameters", metavar="NAME=VALUE", multiple=True, help="fill it in")
@pass_session
def show(session: Session, name: str, number: int | None, parameters: tuple[str, ...]) -> None:
    """What a prompt says; with -p what comes of it."""
    with session.desk(reading=True) as desk:
        found = chosen_template(desk, name)
        version = desk.templates.version(found.id, number) if number else desk.templates.get(found.id).version
        if parameters:
            values = typed(version.variables, asked_for(version.variables, pairs(parameters)))
            _print(session, desk.templates.render_with(found, values, version=number))
        elif session.as_json:
            print_json(version)
        else:
            click.echo(
                f"{printable(found.name)}, version {version.number}"
                + (f": {printable(version.note)}" if version.note else "")
            )
            for one in version.variables:
                click.echo(f"  {one.name}: {_described(one)}")
            click.echo()
            _print_messages(version.messages)


def _described(one: sambung.PromptVariable) -> str:
    words = [one.type if one.required else f"{one.type}, may be left out"]
    if one.choices:
        words.append("one of " + ", ".join(one.choices))
    if one.default is not None:
        words.append(f"else {json.dumps(one.default, ensure_ascii=False)}")
    return printable("; ".join([*words, *([one.description] if one.description else [])]))


def _print(session: Session, rendered: sambung.RenderedPrompt) -> None:
    if session.as_json:
        print_json(rendered)
    else:
        _print_messages(rendered.messages)


def _print_messages(messages: tuple[sambung.TemplateMessage, ...]) -> None:
    for one in messages:
        if len(messages) > 1:
            click.echo(f"[{one.role}]")
        click.echo(printable(one.text) if not one.placeholder else f"({one.placeholder})")


@command.command("set")
@click.argument("name", shell_complete=completing.templates)
@click.argument("file", type=click.File("r", encoding="utf-8"), default="-")
@click.option("--command", "shortcut", help="what it is called by in a chat: /summary")
@click.option("--description", help="what it is for")
@click.option("--category", help="where it stands in lists")
@click.option(
    "--variables",
    "declared",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="JSON with its variables; by default each {{name}} is a text",
)
@click.option("--public/--private", default=None, help="whether every member of the tenant may use it")
@click.option("--note", default=None, help="why there is a new version")
@pass_session
def set_(
    session: Session,
    name: str,
    file: Any,
    shortcut: str | None,
    description: str | None,
    category: str | None,
    declared: str | None,
    public: bool | None,
    note: str | None,
) -> None:
    """Keep the text of FILE, or of standard input, under NAME: as a new version where there is one."""
    text = file.read().strip("\n")
    variables = json.loads(Path(declared).read_text(encoding="utf-8")) if declared else None
    about: dict[str, Any] = {
        key: value
        for key, value in (("command", shortcut), ("description", description), ("category", category))
        if value is not None
    }
    with session.desk() as desk:
        known = [one for one in desk.templates.list() if name in (one.name, one.command)]
        if known:
            saved = _save(desk, known[0], text, variables, about, public, note)
        else:
            saved = desk.templates.create(
                name,
                text,
                variables=plain_variables(text) if variables is None else variables,
                public=bool(public),
                **about,
            )
        _tell(session, saved)


def _save(
    desk: sambung.Workspace,
    old: sambung.PromptTemplate,
    text: str,
    variables: list[Any] | None,
    about: dict[str, Any],
    public: bool | None,
    note: str | None,
) -> sambung.StoredPrompt:
    """A new version, which keeps what is not said anew."""
    newest = desk.templates.get(old.id).version
    kept = {one.name: one for one in newest.variables}
    wanted = variables if variables is not None else [kept.get(one["name"], one) for one in plain_variables(text)]
    content = {
        "kind": "text",
        "messages": [{"role": "user", "text": text}],
        "variables": wanted,
        "config": newest.config,
        "examples": newest.examples,
    }
    changes: dict[str, Any] = {**about, "content": content}
    if public is not None:
        changes["visibility"] = "tenant" if public else "private"
    if note is not None:
        changes["note"] = note
    return desk.templates.update(old, **changes)


def plain_variables(text: str) -> list[dict[str, Any]]:
    """A text for each {{name}}, in their order."""
    import re

    known = {"today", "now", "weekday", "user_name", "tenant_name", "project_name", "model"}
    names = re.findall(r"(?<!\\)\{\{\s*(?:#if\s+)?([A-Za-z][A-Za-z0-9_]{0,39})\s*\}\}", text)
    return [{"name": one, "type": "text"} for one in dict.fromkeys(names) if one not in known and one != "else"]


def _tell(session: Session, saved: sambung.StoredPrompt) -> None:
    for one in saved.warnings:
        click.echo(f"sambung: {one.message}", err=True)
    if session.as_json:
        print_json(saved)
    else:
        session.hint(f"{saved.prompt.name}: version {saved.version.number}")


@command.command("edit")
@click.argument("name", shell_complete=completing.templates)
@click.option("--note", default=None, help="why there is a new version")
@pass_session
def edit(session: Session, name: str, note: str | None) -> None:
    """Change the text of a prompt in your editor."""
    with session.desk() as desk:
        found = chosen_template(desk, name)
        version = desk.templates.get(found.id).version
        if version.kind != "text":
            raise click.UsageError("this prompt has several messages: change it by import")
        text = click.edit(version.messages[0].text, extension=".md")
        if text is None or text.strip("\n") == version.messages[0].text:
            session.hint("nothing changed")
            return
        _tell(session, _save(desk, found, text.strip("\n"), None, {}, None, note))


@command.command("versions")
@click.argument("name", shell_complete=completing.templates)
@pass_session
def versions(session: Session, name: str) -> None:
    """The versions of a prompt, newest first."""
    with session.desk(reading=True) as desk:
        print_records(
            session,
            desk.templates.versions(chosen_template(desk, name).id),
            [
                Column("version", lambda one: str(one.number), right=True),
                Column("made", lambda one: when(one.created_at), lambda one: stamp(one.created_at)),
                Column("note", lambda one: printable(one.note)),
                Column("begins", lambda one: printable(one.messages[0].text[:60]) if one.messages else ""),
            ],
            "there are no versions",
        )


@command.command("remove")
@click.argument("name", shell_complete=completing.templates)
@click.option("--yes", is_flag=True, help="do not ask")
@pass_session
def remove(session: Session, name: str, yes: bool) -> None:
    """Remove a prompt with its versions, for good."""
    with session.desk() as desk:
        found = chosen_template(desk, name)
        demand_confirmation(session, f"remove {printable(found.name)} with {found.latest} version(s)?", yes)
        desk.templates.remove(found.id)
