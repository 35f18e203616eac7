"""sambung backup: the database in one file."""

from __future__ import annotations

import click
from sambung.cli.copy import print_report
from sambung.cli.progress import bar, shown_rows
from sambung.cli.session import Session, pass_session


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False))
@pass_session
def command(session: Session, file: str) -> None:
    """Save the database in FILE, also while a server runs. A file that has its name is whole.

    The secret of a SQLite database is not in it: keep `sambung.db.secret`, or SAMBUNG_SECRET, elsewhere.
    """
    import sambung

    with bar(session, "copying") as shown:
        report = sambung.backup(session.database, file, progress=shown_rows(shown))
    print_report(session, report)
