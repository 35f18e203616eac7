"""sambung migrate: the database as this version wants it."""

from __future__ import annotations

import click
from sambung.cli.output import print_json
from sambung.cli.session import Session, pass_session


@click.command("migrate")
@click.option(
    "--migrator-url", metavar="URL", envvar="SAMBUNG_MIGRATOR_URL", help="PostgreSQL: the role that owns the tables"
)
@pass_session
def command(session: Session, migrator_url: str | None) -> None:
    """Bring the database to this version, and make it if it is not there."""
    import sambung

    with sambung.open(session.database, migrator_url=migrator_url) as engine:
        engine.check()
        collisions = engine.users.renew_addresses()
    if session.as_json:
        print_json({"version": sambung.__version__, "collisions": collisions})
        return
    for one in collisions:
        click.echo(
            f"sambung: the address of user {one.other} reads like that of user {one.kept}: "
            "it is found by its own spelling alone",
            err=True,
        )
    session.hint(f"the database is that of sambung {sambung.__version__}")
