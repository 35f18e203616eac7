"""sambung keys: keys to model vendors, encrypted in the vault. Nothing prints a key again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from sambung.cli.output import ID, STATE, Column, print_json, print_records, printable, short, stamp, when
from sambung.cli.session import Session, demand_confirmation, pass_session

if TYPE_CHECKING:
    import sambung


@click.group("keys")
def command() -> None:
    """Keys to model vendors. A call uses your own, else the tenant's, else that of the environment."""


def secret(prompt: str = "key") -> str:
    """From a hidden prompt or a line of standard input: an argument would be in the list of processes."""
    if sys.stdin.isatty():
        found: str = click.prompt(prompt, hide_input=True, err=True)
    else:
        found = sys.stdin.readline()
    found = found.strip()
    if not found:
        raise click.UsageError(f"the {prompt} is expected on standard input")
    return found


@command.command("set")
@click.argument("provider")
@click.option("--for-tenant", is_flag=True, help="for the calls of every member; takes a role that may")
@click.option("--name", default="", help="to know it by")
@pass_session
def set_(session: Session, provider: str, for_tenant: bool, name: str) -> None:
    """Keep a key for PROVIDER. It is asked for, or read from standard input."""
    given = secret()
    with session.desk() as desk:
        made = desk.keys.create(provider, given, owner="tenant" if for_tenant else "user", name=name)
        _tell(session, made)


def _tell(session: Session, one: sambung.ProviderKey) -> None:
    if session.as_json:
        print_json(one)
    else:
        session.hint(f"kept for {one.provider} at {one.host}, {short(one.id)}")


@command.command("list")
@pass_session
def list_(session: Session) -> None:
    """Your keys, and the tenant's where you may know of them; by their last four letters."""
    with session.desk(reading=True) as desk:
        print_records(
            session,
            desk.keys.list(),
            [
                ID,
                Column("provider", lambda one: one.provider),
                Column("name", lambda one: printable(one.name)),
                Column("ends with", lambda one: one.last_four),
                Column("of", lambda one: one.owner),
                STATE,
                Column("host", lambda one: one.host, style="dim"),
                Column("changed", lambda one: when(one.updated_at), lambda one: stamp(one.updated_at), right=True),
            ],
            "there are no keys; sambung keys set PROVIDER keeps one",
        )


def _chosen(desk: sambung.Workspace, name: str) -> sambung.ProviderKey:
    """By id, the end of it, or the provider where that has one key."""
    known = list(desk.keys.list())
    for found in (
        [one for one in known if one.id == name or (len(name) >= 4 and one.id.endswith(name.lower()))],
        [one for one in known if name in (one.provider, one.name)],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise click.UsageError(f"{len(found)} keys are meant by {name}: name one by its id")
    raise click.UsageError(f"there is no key {name}; `sambung keys list` lists them")


@command.command("rotate")
@click.argument("key", metavar="KEY")
@pass_session
def rotate(session: Session, key: str) -> None:
    """Put another key in the place of KEY, an id or a provider; the old one is gone at once."""
    with session.desk() as desk:
        old = _chosen(desk, key)
        _tell(session, desk.keys.rotate(old, secret()))


@command.command("disable")
@click.argument("key", metavar="KEY")
@click.option("--undo", is_flag=True, help="use it again")
@pass_session
def disable(session: Session, key: str, undo: bool) -> None:
    """Do not use KEY, but keep it."""
    with session.desk() as desk:
        made = desk.keys.update(_chosen(desk, key), state="active" if undo else "disabled")
        if session.as_json:
            print_json(made)


@command.command("remove")
@click.argument("key", metavar="KEY")
@click.option("--yes", is_flag=True, help="do not ask")
@pass_session
def remove(session: Session, key: str, yes: bool) -> None:
    """Remove KEY for good."""
    with session.desk() as desk:
        found = _chosen(desk, key)
        demand_confirmation(session, f"remove the key for {found.provider} that ends with {found.last_four}?", yes)
        desk.keys.remove(found)
