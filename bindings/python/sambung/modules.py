"""The records of one application together: what is opened, migrated, copied and backed up at once."""

from __future__ import annotations

import typing

from .records import table_of

if typing.TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["AddColumn", "AddIndex", "AddTable", "AllowNull", "Migration", "Module", "module"]


class AddTable(typing.NamedTuple):
    """A step of a migration: a class of records that is new."""

    record: type[object]

    def native(self) -> dict[str, typing.Any]:
        return {"add_table": table_of(self.record).name}


class AddColumn(typing.NamedTuple):
    """A step of a migration: a field that is new. Records that are there get the initial value."""

    record: type[object]
    column: str
    initial: object = None

    def native(self) -> dict[str, typing.Any]:
        import json

        return {"add_column": [table_of(self.record).name, self.column, json.dumps(self.initial)]}


class AddIndex(typing.NamedTuple):
    """A step of a migration: columns that are asked for together from now on."""

    record: type[object]
    columns: Sequence[str]
    unique: bool = False

    def native(self) -> dict[str, typing.Any]:
        index = {"columns": list(self.columns), "unique": self.unique}
        return {"add_index": [table_of(self.record).name, index]}


class AllowNull(typing.NamedTuple):
    """A step of a migration: a field that may be None from now on."""

    record: type[object]
    column: str

    def native(self) -> dict[str, typing.Any]:
        return {"allow_null": [table_of(self.record).name, self.column]}


Migration: typing.TypeAlias = "Sequence[AddTable | AddColumn | AddIndex | AllowNull]"
"""The steps that lead from one version of a module to the next."""


class Module:
    """The records of one application, which have a version together."""

    name: str
    records: tuple[type[object], ...]
    migrations: tuple[Migration, ...]

    def __init__(self, name: str, records: Sequence[type[object]], migrations: Sequence[Migration]) -> None:
        self.name = name
        self.records = tuple(records)
        self.migrations = tuple([tuple(steps) for steps in migrations])

    @property
    def version(self) -> int:
        """1, and one more for each migration."""
        return 1 + len(self.migrations)

    def description(self) -> dict[str, typing.Any]:
        return {
            "name": self.name,
            "version": self.version,
            "tables": [table_of(kind).description() for kind in self.records],
            "migrations": [
                {"version": number, "steps": [step.native() for step in steps]}
                for number, steps in enumerate(self.migrations, start=2)
            ],
        }

    def __repr__(self) -> str:
        return f"<sambung module {self.name} version {self.version}>"


def module(name: str, records: Sequence[type[object]], *, migrations: Sequence[Migration] = ()) -> Module:
    """Records that are opened, migrated, copied and backed up together: ``open(modules=[...])``.

    Args:
        name: Of the application.
        records: Its classes; one that refers to another stands behind it.
        migrations: The steps to version 2, to version 3 and so on. A new database skips them.
    """
    return Module(name, records, migrations)
