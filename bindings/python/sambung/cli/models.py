"""sambung models: what can be asked, and how its providers fare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click
from sambung.cli import completing, configuration
from sambung.cli.models_known import chosen_model
from sambung.cli.output import Column, count, money, print_json, print_records
from sambung.cli.session import Session, pass_session

if TYPE_CHECKING:
    import sambung


# Columns for which providers may have nothing to say.
MAYBE = ("context", "in / out per 1M")


@click.group("models", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """List models, and choose the default one."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@command.command("list")
@click.argument("words", nargs=-1)
@pass_session
def list_(session: Session, words: tuple[str, ...] = ()) -> None:
    """Every model; with WORDS those that have all of them in their name."""
    default = configuration.default_model()
    with session.engine(reading=True) as engine:
        offered = engine.models.list()
        health = {one.name: one for one in engine.models.health()}
        fitting = [one for one in offered if all(word.lower() in one.id.lower() for word in words)]
        columns = [one for one in _columns(health, default) if one.title not in MAYBE or any(map(one.shown, fitting))]
        print_records(session, fitting, columns, "no provider offers such a model")
        for one in health.values():
            if one.state == "failing":
                session.hint(f"{one.name} fails: {one.hint or one.error}")


def _columns(health: Mapping[str, sambung.ProviderHealth], default: str | None) -> list[Column[sambung.ModelInfo]]:
    return [
        Column("model", lambda one: f"* {one.id}" if one.id == default else f"  {one.id}", lambda one: one.id),
        Column("by", lambda one: one.owned_by, style="dim"),
        Column("context", _context, right=True),
        Column("in / out per 1M", _price, right=True),
        Column("health", lambda one: _state(health, one.id)),
    ]


def _context(one: sambung.ModelInfo) -> str:
    """Of prompt and answer together, in tokens."""
    return count(one.context_tokens) if one.context_tokens else ""


def _price(one: sambung.ModelInfo) -> str:
    """Of a million tokens. Nothing where none is known."""
    return f"{money(one.price.input)} / {money(one.price.output)}" if one.price else ""


def _state(health: Mapping[str, sambung.ProviderHealth], model: str) -> str:
    found = health.get(model.partition("/")[0])
    return found.state if found else ""


@command.command("default")
@click.argument("model", required=False, shell_complete=completing.models)
@click.option("--unset", is_flag=True, help="none any more")
@pass_session
def default_(session: Session, model: str | None, unset: bool) -> None:
    """Show the default model, or make MODEL it."""
    if unset:
        configuration.set_default_model(None)
        return
    if model is not None:
        with session.desk() as desk:
            configuration.set_default_model(chosen_model(desk, model))
    found = configuration.default_model()
    if session.as_json:
        print_json({"model": found})
    else:
        click.echo(found or "none: the first one that is there answers")
