"""What a command works with: the database, who asks, and how to print."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import sambung

LOCAL_TENANT = "local"


@dataclass
class Session:
    """The options that every command has. Nothing is opened before a command asks for it."""

    url: str | None
    tenant: str | None
    user: str | None
    as_json: bool = False
    quiet: bool = False
    no_color: bool = False

    @property
    def database(self) -> str:
        """Its URL; the folder of the default one is made."""
        return self.url or default_database()

    @property
    def colours(self) -> bool:
        return not self.no_color and not os.environ.get("NO_COLOR")

    @contextmanager
    def engine(
        self,
        *,
        model: str | None = None,
        tools: Sequence[Any] = (),
        reading: bool = False,
        measured: bool = False,
    ) -> Iterator[sambung.Engine]:
        """The engine on the database. `model`: whose provider may be an entry point of an installed package.

        `reading`: a SQLite file that a server has open is read as it is now; otherwise it is said who has it.
        """
        import sambung
        from sambung.cli.checks import file_of, holder_of
        from sambung.cli.log import tell_log
        from sambung.cli.plugins import providers_for

        url = self.database
        file = file_of(url)
        holder = holder_of(file) if file else None
        if holder is not None and not reading:
            raise click.ClickException(
                f"process {holder.process} has {file} open to write: {holder.command}. "
                "Stop it, or ask it; lists and exports read a snapshot meanwhile"
            )
        options: dict[str, Any] = {"read_only": True} if holder is not None else {}
        providers = providers_for(model)
        if tools or providers:
            tell_log("ERROR")
        with sambung.open(url, providers=providers, tools=tools, measured=measured, **options) as engine:
            yield engine

    @contextmanager
    def desk(
        self, *, model: str | None = None, tools: Sequence[Any] = (), reading: bool = False
    ) -> Iterator[sambung.Workspace]:
        """What whoever asks may do. The local tenant and user are made on the first run; named ones must be there."""
        with self.engine(model=model, tools=tools, reading=reading) as engine:
            yield self.desk_of(engine)

    def desk_of(self, engine: sambung.Engine) -> sambung.Workspace:
        import sambung

        tenant, user = self.tenant or LOCAL_TENANT, self.user or local_user()
        try:
            return engine.workspace(tenant, user, role=None)
        except sambung.NotFoundError:
            if self.tenant is not None or self.user is not None:
                raise click.ClickException(
                    f"there is no {user} in the tenant {tenant}; sambung tenants create, sambung users create"
                ) from None
        return engine.workspace(tenant, user, role="owner", create=True)

    def hint(self, text: str) -> None:
        """Something that is good to know, for a person."""
        if not self.quiet and not self.as_json and sys.stderr.isatty():
            click.echo(text, err=True)


pass_session = click.make_pass_decorator(Session)


def default_database(environment: Mapping[str, str] = os.environ) -> str:
    """The database in the user's data folder, which nobody else may enter."""
    home = environment.get("XDG_DATA_HOME") or os.path.join(os.path.expanduser("~"), ".local", "share")
    folder = os.path.join(home, "sambung")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as wrong:
        raise click.ClickException(
            f"{folder} cannot be made: {wrong.strerror}; name another folder with XDG_DATA_HOME, or a database with --db"
        ) from None
    return "sqlite:" + os.path.join(folder, "sambung.db")


def local_user(environment: Mapping[str, str] = os.environ) -> str:
    """An address for whoever is logged in here."""
    import getpass

    try:
        name = environment.get("LOGNAME") or getpass.getuser()
    except (OSError, KeyError):  # no such user, as in some containers
        name = "me"
    kept = "".join(letter for letter in name.lower() if letter.isalnum() or letter in "._-")
    return f"{kept or 'me'}@localhost"


def is_interactive() -> bool:
    """Whether a person sits in front of it and can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def demand_confirmation(session: Session, question: str, given: bool) -> None:
    """Asks before what cannot be undone; without a terminal the option must have said it."""
    if given:
        return
    if not is_interactive() or session.as_json:
        raise click.UsageError("this cannot be undone: add --yes")
    click.confirm(question, abort=True, err=True)
