"""sambung copy: a database into another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click
from sambung.cli.output import Column, print_json, print_records
from sambung.cli.progress import bar, shown_rows
from sambung.cli.session import Session, pass_session

if TYPE_CHECKING:
    import sambung


@click.command("copy")
@click.option(
    "--from", "source", metavar="URL", help="the database to read, as it is now; it may be in use. --db by default"
)
@click.option(
    "--to", "target", metavar="URL", required=True, help="the empty database to fill; nothing else may use it"
)
@click.option("--resume", is_flag=True, help="go on with a copy of the same, unchanged database that was interrupted")
@click.option(
    "--migrator-url",
    metavar="URL",
    envvar="SAMBUNG_MIGRATOR_URL",
    help="PostgreSQL: the role that owns the tables of --to",
)
@pass_session
def command(session: Session, source: str | None, target: str, resume: bool, migrator_url: str | None) -> None:
    """Copy a database into another and compare every row: SQLite to PostgreSQL, and back."""
    import sambung

    options: dict[str, Any] = {"migrator_url": migrator_url} if migrator_url else {}
    with bar(session, "copying") as shown:
        report = sambung.copy_database(
            source or session.database, target, resume=resume, progress=shown_rows(shown), **options
        )
    print_report(session, report)


def print_report(session: Session, report: sambung.CopyReport) -> None:
    """The rows of each table."""
    if session.as_json:
        for one in report.tables:
            print_json({"table": one.name, "rows": one.rows})
        return
    print_records(
        session,
        report.tables,
        [Column("table", lambda one: one.name), Column("rows", lambda one: str(one.rows), right=True)],
        "nothing was copied",
    )
