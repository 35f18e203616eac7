"""sambung create-owner: somebody who signs in with a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from sambung.cli.keys import secret
from sambung.cli.output import print_json
from sambung.cli.session import LOCAL_TENANT, Session, pass_session

if TYPE_CHECKING:
    import sambung


@click.command("create-owner")
@click.argument("email")
@pass_session
def command(session: Session, email: str) -> None:
    """Make an owner of the tenant who signs in as EMAIL, or give one a new password.

    The password is asked for, or read from standard input.
    """
    password = secret("password")
    with session.engine() as engine:
        owner = owner_of(engine, session.tenant or LOCAL_TENANT, email)
        engine.users.set_password(owner, password)
    if session.as_json:
        print_json(owner)
    else:
        click.echo(f"owner {owner.email or email}")


def owner_of(engine: sambung.Engine, tenant_name: str, email: str) -> sambung.User:
    """The tenant and the user are made where they are not there."""
    import sambung

    try:
        home = engine.tenants.find(tenant_name)
    except sambung.NotFoundError:
        home = engine.tenants.create(tenant_name)
    try:
        known = engine.users.find(email)
    except sambung.NotFoundError:
        return engine.users.create(home, email, role="owner")
    try:
        role = engine.users.role(home, known)
    except sambung.NotFoundError:
        engine.users.join(home, known, role="owner")
        return known
    if role != "owner":
        raise click.ClickException("this user is a member already, and no owner")
    return known
