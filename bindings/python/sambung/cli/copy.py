"""sambung copy: a database into another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from sambung.cli.output import Column, print_records
from sambung.cli.progress import bar, shown_rows
from sambung.cli.session import Session, pass_session


@click.command("copy")
@click.option("--from", "source", metavar="URL", help="the database to read, as it is now; it may be in use. --db by default")
@click.option("--to", "target", metavar="URL", required=True, help="the empty database to fill; nothing else may use it")
@click.option("--resume", is_flag=True, help="go on with a copy of the same, unchanged database that was interrupted")
@click.option("--migrator-url", metavar="URL", envvar="SAMBUNG_MIGRATOR_URL",
              help="PostgreSQL: the role that owns the tables of --to")
@pass_session
def command(session: Session, source: str | None, target: str, resume: bool, migrator_url: str | None) -> None:
    """Copy a database into another and compare every row: SQLite to PostgreSQL, and back."""
    import sambung

    options: dict[str, Any] = {"migrator_url": migrator_url} if migrator_url else {}
    with bar(session, "copying") as shown:
        report = sambung.copy_database(source or session.database, target, resume=resume,
                                       progress=shown_rows(shown), **options)
    print_report(session, report)


def print_report(session: Session, report: Mapping[str, Any]) -> None:
    """The rows of each table."""
    tables: Iterable[Any] = report["tables"]
    print_records(session, tables, [Column("table", lambda one: one["table"]),
                                    Column("rows", lambda one: str(one["rows"]), right=True)], "nothing was copied")
