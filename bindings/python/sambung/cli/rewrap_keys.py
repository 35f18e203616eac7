"""sambung rewrap-keys: every provider key under the newest secret."""

from __future__ import annotations

import click
from sambung.cli.output import print_json
from sambung.cli.progress import bar
from sambung.cli.session import Session, pass_session


@click.command("rewrap-keys")
@pass_session
def command(session: Session) -> None:
    """Seal every provider key anew under SAMBUNG_SECRET, so that the old secret can be dropped.

    Run it once every server has the new one; interrupted, run it again.
    """
    with bar(session, "sealing keys") as drawn, session.engine() as engine:
        sealed = engine.rewrap_keys(lambda so_far: drawn.at(so_far, "sealing keys"))
    if session.as_json:
        print_json({"sealed": sealed})
    else:
        click.echo(f"{sealed} keys sealed under the newest secret")
