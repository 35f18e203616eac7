"""sambung tokens: bearer tokens for the server."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import click
from sambung.cli.output import ID, Column, print_json, print_records, printable, stamp, when
from sambung.cli.session import Session, demand_confirmation, pass_session


@click.group("tokens")
def command() -> None:
    """Your bearer tokens for the server, in this tenant."""


def lifetime_of(text: str) -> timedelta:
    """12h, 30d, 4w or 1y."""
    found = re.fullmatch(r"(\d{1,6})([hdwy])", text)
    if not found:
        raise click.BadParameter(f"{text} is none of 12h, 30d, 4w, 1y", param_hint="--expires")
    hours = {"h": 1, "d": 24, "w": 168, "y": 8_766}
    return timedelta(hours=int(found[1]) * hours[found[2]])


@command.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="PERMISSION",
    help="what it may do; by default chat_read, chat_write and model_use",
)
@click.option("--expires", metavar="TIME", help="12h, 30d, 4w or 1y; never by default")
@pass_session
def create(session: Session, name: str, scopes: tuple[str, ...], expires: str | None) -> None:
    """Make a token and print it, once: only its hash is kept."""
    options: dict[str, Any] = {"scopes": list(scopes)} if scopes else {}
    if expires:
        options["lifetime"] = lifetime_of(expires)
    with session.desk() as desk:
        issued = desk.api_tokens.create(name, **options)
        secret = issued.secret.reveal()
        if session.as_json:
            print_json({"token": secret, "record": issued.record})
        else:
            click.echo(secret)


@command.command("list")
@pass_session
def list_(session: Session) -> None:
    """Your tokens, without their secrets."""
    with session.desk(reading=True) as desk:
        print_records(
            session,
            desk.api_tokens.list(),
            [
                ID,
                Column("name", lambda one: printable(one.name)),
                Column("ends with", lambda one: one.last_four),
                Column("may", lambda one: " ".join(one.scopes), style="dim"),
                Column("expires", lambda one: when(one.expires_at), lambda one: stamp(one.expires_at)),
                Column("used", lambda one: when(one.last_used_at), lambda one: stamp(one.last_used_at), right=True),
            ],
            "there are no tokens",
        )


@command.command("revoke")
@click.argument("token")
@click.option("--yes", is_flag=True, help="do not ask")
@pass_session
def revoke(session: Session, token: str, yes: bool) -> None:
    """End a token: by its id, the end of that, or its name."""
    with session.desk() as desk:
        known = list(desk.api_tokens.list())
        found = [one for one in known if token in (one.id, one.name) or (len(token) >= 4 and one.id.endswith(token))]
        if len(found) != 1:
            raise click.UsageError(
                f"{len(found)} tokens are meant by {token}" if found else f"there is no token {token}"
            )
        demand_confirmation(session, f"revoke {printable(found[0].name)}?", yes)
        desk.api_tokens.revoke(found[0])
