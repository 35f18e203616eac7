"""sambung restore: an empty database from a backup."""

from __future__ import annotations

import click
from sambung.cli.copy import print_report
from sambung.cli.progress import bar, shown_rows
from sambung.cli.session import Session, pass_session


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@pass_session
def command(session: Session, file: str) -> None:
    """Fill the database, which must be empty, from the FILE that `backup` made."""
    import sambung

    with bar(session, "copying") as shown:
        report = sambung.restore(file, session.database, progress=shown_rows(shown))
    print_report(session, report)
