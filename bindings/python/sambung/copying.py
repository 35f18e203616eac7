"""Whole databases on the move: copies, backups, restores. Every row is compared before it is said to be done."""

from __future__ import annotations

import typing

from . import _sambung

if typing.TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from .modules import Module

    Progress = Callable[[str, int], object]

__all__ = ["CopiedTable", "CopyReport", "backup", "copy_database", "restore"]


class CopiedTable(typing.NamedTuple):
    """One table that is in both databases, each row compared."""

    name: str
    rows: int


class CopyReport(typing.NamedTuple):
    """What was copied."""

    tables: tuple[CopiedTable, ...]

    @property
    def rows(self) -> int:
        """In all tables."""
        return sum(one.rows for one in self.tables)


def copy_database(
    from_: str,
    to: str,
    *,
    resume: bool = False,
    progress: Progress | None = None,
    modules: Sequence[Module] = (),
    migrator_url: str | None = None,
) -> CopyReport:
    """Copies everything from one database to another, reads both again and compares every row.

    Args:
        from_: The URL of the database to read; a SQLite file may be in use meanwhile.
        to: The URL of the database to fill: it is empty, or what an interrupted copy left.
        resume: Goes on with an interrupted copy.
        progress: Told the table and the number of rows so far, on this thread.
        modules: The application's own records.
        migrator_url: PostgreSQL's role that owns the tables, of `to`.

    Raises:
        AlreadyExistsError: The target holds something, without `resume`.
        DataLossError: A row differs, and which.
    """
    options: dict[str, typing.Any] = {
        "from": from_,
        "to": to,
        "resume": resume,
        "modules": [module.description() for module in modules],
    }
    if migrator_url is not None:
        options["migrator_url"] = migrator_url

    def told(at: Mapping[str, typing.Any]) -> None:
        if progress is not None:
            progress(at["table"], at["rows"])

    report = _sambung.copy_database(options, None if progress is None else told)
    return CopyReport(tuple([CopiedTable(one["table"], one["rows"]) for one in report["tables"]]))


class CopyOptions(typing.TypedDict, total=False):
    """What `backup` and `restore` may be told."""

    resume: bool
    progress: Progress | None
    modules: Sequence[Module]
    migrator_url: str | None


def backup(from_: str, to: str | os.PathLike[str], **options: typing.Unpack[CopyOptions]) -> CopyReport:
    """Copies a database, which may be in use, into a new SQLite file.

    It is made in a folder beside it, and has its name once it is whole.

    Args:
        from_: The URL of the database to read.
        to: The file to make.
        **options: As for `copy_database`.

    Raises:
        AlreadyExistsError: The file is there.
    """
    import os
    import shutil
    import tempfile

    from .errors import AlreadyExistsError

    file = os.path.abspath(os.fspath(to))
    if os.path.lexists(file):
        raise AlreadyExistsError(f"{file} is there already")
    folder = tempfile.mkdtemp(prefix=os.path.basename(file) + ".partial-", dir=os.path.dirname(file))
    try:
        unfinished = os.path.join(folder, os.path.basename(file))
        report = copy_database(from_, f"sqlite:{unfinished}", **options)
        try:
            os.link(unfinished, file)  # fails for a file that came meanwhile, where a rename would replace it
        except FileExistsError:
            raise AlreadyExistsError(f"{file} is there already") from None
        return report
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def restore(from_: str | os.PathLike[str], to: str, **options: typing.Unpack[CopyOptions]) -> CopyReport:
    """Copies a backup into an empty database. Options as for `copy_database`."""
    import os

    return copy_database(f"sqlite:{os.fspath(from_)}", to, **options)
