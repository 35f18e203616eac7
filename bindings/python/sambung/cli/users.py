"""sambung users: the operator's verbs on users."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from sambung.cli.keys import secret
from sambung.cli.output import ID, MADE, STATE, Column, print_fields, print_records, printable, tell_erasure
from sambung.cli.session import LOCAL_TENANT, Session, demand_confirmation, pass_session
from sambung.cli.tenants import chosen_tenant

if TYPE_CHECKING:
    import sambung

ROLES = ("viewer", "member", "admin", "owner")


@click.group("users")
def command() -> None:
    """The operator's verbs on users. USER is an address or an id."""


def chosen_user(engine: sambung.Engine, name: str) -> sambung.User:
    import sambung

    return engine.users.find(name) if "@" in name else engine.users.get(sambung.UserId(name))


def _tell(session: Session, one: sambung.User) -> None:
    print_fields(
        session,
        one,
        [("id", one.id), ("email", one.email or "-"), ("name", printable(one.name) or "-"), ("state", one.state)],
    )


@command.command("list")
@pass_session
def list_(session: Session) -> None:
    """Every user, newest first."""
    with session.engine(reading=True) as engine:
        print_records(
            session,
            engine.users.list(),
            [
                ID,
                Column("email", lambda one: one.email or "-"),
                Column("name", lambda one: printable(one.name)),
                STATE,
                MADE,
            ],
            "there are no users",
        )


@command.command("create")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True, help="in the tenant")
@pass_session
def create(session: Session, email: str, role: str) -> None:
    """Make a user with EMAIL in the tenant of --tenant."""
    with session.engine() as engine:
        tenant = chosen_tenant(engine, session.tenant or LOCAL_TENANT)
        _tell(session, engine.users.create(tenant, email, role=role))  # type: ignore[arg-type]


@command.command("password")
@click.argument("user")
@pass_session
def password(session: Session, user: str) -> None:
    """Set the password of USER and end their sessions. It is asked for, or read from standard input."""
    given = secret("password")
    with session.engine() as engine:
        engine.users.set_password(chosen_user(engine, user), given)


@command.command("suspend")
@click.argument("user")
@pass_session
def suspend(session: Session, user: str) -> None:
    """Let USER do nothing until they are resumed; nothing is lost."""
    with session.engine() as engine:
        _tell(session, engine.users.suspend(chosen_user(engine, user)))


@command.command("resume")
@click.argument("user")
@pass_session
def resume(session: Session, user: str) -> None:
    """End their suspension."""
    with session.engine() as engine:
        _tell(session, engine.users.resume(chosen_user(engine, user)))


@command.command("erase")
@click.argument("user")
@click.option("--yes", is_flag=True, help="do not ask")
@pass_session
def erase(session: Session, user: str, yes: bool) -> None:
    """Erase USER with their chats, in every tenant, for good. Interrupted, call it again."""
    with session.engine() as engine:
        found = chosen_user(engine, user)
        demand_confirmation(session, f"erase {found.email or found.id} and everything of theirs?", yes)
        tell_erasure(session, engine.users.erase(found), found.email or found.id)
