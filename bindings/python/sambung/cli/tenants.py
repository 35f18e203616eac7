"""sambung tenants: the operator's verbs on tenants."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from sambung.cli.output import ID, MADE, STATE, Column, print_fields, print_records, printable, tell_erasure
from sambung.cli.session import Session, demand_confirmation, pass_session

if TYPE_CHECKING:
    import sambung

WHOLE_ID = 36


@click.group("tenants")
def command() -> None:
    """The operator's verbs on tenants. TENANT is a name or an id."""


def chosen_tenant(engine: sambung.Engine, name: str) -> sambung.Tenant:
    import sambung

    if len(name) == WHOLE_ID and name.count("-") == 4:
        return engine.tenants.get(sambung.TenantId(name))
    return engine.tenants.find(name)


def _tell(session: Session, one: sambung.Tenant) -> None:
    print_fields(session, one, [("id", one.id), ("name", printable(one.name)), ("state", one.state)])


@command.command("list")
@pass_session
def list_(session: Session) -> None:
    """Every tenant, newest first."""
    with session.engine(reading=True) as engine:
        print_records(
            session,
            engine.tenants.list(),
            [
                ID,
                Column("name", lambda one: printable(one.name)),
                STATE,
                MADE,
            ],
            "there are no tenants",
        )


@command.command("create")
@click.argument("name")
@pass_session
def create(session: Session, name: str) -> None:
    """Make a tenant."""
    with session.engine() as engine:
        _tell(session, engine.tenants.create(name))


@command.command("rename")
@click.argument("tenant")
@click.argument("name")
@pass_session
def rename(session: Session, tenant: str, name: str) -> None:
    """Give TENANT another name."""
    with session.engine() as engine:
        _tell(session, engine.tenants.rename(chosen_tenant(engine, tenant), name))


@command.command("suspend")
@click.argument("tenant")
@pass_session
def suspend(session: Session, tenant: str) -> None:
    """Let nobody act in TENANT until it is resumed; nothing is lost."""
    with session.engine() as engine:
        _tell(session, engine.tenants.suspend(chosen_tenant(engine, tenant)))


@command.command("resume")
@click.argument("tenant")
@pass_session
def resume(session: Session, tenant: str) -> None:
    """End its suspension."""
    with session.engine() as engine:
        _tell(session, engine.tenants.resume(chosen_tenant(engine, tenant)))


@command.command("erase")
@click.argument("tenant")
@click.option("--yes", is_flag=True, help="do not ask")
@pass_session
def erase(session: Session, tenant: str, yes: bool) -> None:
    """Erase every row of TENANT, for good. Interrupted, call it again."""
    with session.engine() as engine:
        found = chosen_tenant(engine, tenant)
        demand_confirmation(session, f"erase the tenant {printable(found.name)} and everything in it?", yes)
        tell_erasure(session, engine.tenants.erase(found), printable(found.name))
