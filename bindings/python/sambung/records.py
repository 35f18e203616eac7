"""An application's own records: classes of annotated fields that become tables of Sambung's.

::

    NoteId = NewType("NoteId", str)

    @sambung.record("notes", search=["body"], index=[("owner_id", "created_at")])
    class Note:
        id: NoteId
        owner_id: sambung.UserId
        body: Annotated[str, Text(1, 10_000)]
        created_at: datetime
        revision: int = 1

    with sambung.open(modules=[sambung.module("desk", [Note])]) as engine: ...

The first field is the key: an id (a NewType of `str` whose name ends in "Id", or a UUID), a text or an integer.
"""

from __future__ import annotations

import typing

from ._columns import Range, Text, columns_of, give_defaults
from .errors import InvalidArgumentError

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ._columns import Column

    Order = str
    """A column, with "-" in front from the largest on."""

__all__ = ["Change", "Range", "Text", "record"]

N = typing.TypeVar("N")

_COMPARISONS = {
    "==": "equal",
    "!=": "not_equal",
    "<": "less",
    "<=": "less_equal",
    ">": "greater",
    ">=": "greater_equal",
}

class RecordTable:
    """What is known of a class of records."""

    kind: type[object]
    name: str
    columns: dict[str, Column]
    key: str

    def __init__(self, kind: type[object], name: str, columns: Sequence[Column], **shape: typing.Any) -> None:
        self.kind = kind
        self.name = name
        self.columns = {column.name: column for column in columns}
        self.key = columns[0].name
        self._shape = shape

    def description(self) -> dict[str, typing.Any]:
        return {
            "table": self.name,
            "fields": [column.description() for column in self.columns.values()],
            **self._shape,
        }

    def key_of(self, key: object) -> typing.Any:
        """Of a record, or the key itself."""
        value = getattr(key, self.key) if isinstance(key, self.kind) else key
        return self.stored(self.key, value)

    def stored(self, column: str, value: object) -> typing.Any:
        """A value of a column as the engine takes it."""
        known = self.columns.get(column)
        if known is None:
            raise InvalidArgumentError(f"{self.kind.__name__} has no column {column!r}")
        if value is None or known.stored is None:
            return value
        return known.stored(value)

    def row(self, record: object) -> dict[str, typing.Any]:
        return {name: self.stored(name, getattr(record, name)) for name in self.columns}

    def record(self, row: Mapping[str, typing.Any]) -> object:
        given = {}
        for name, column in self.columns.items():
            value = row[name]
            given[name] = value if value is None or column.read is None else column.read(value)
        return typing.cast("Callable[..., object]", self.kind)(**given)

    def changed(self, record: object, changes: Mapping[str, object]) -> object:
        """The record as it is stored after a change."""
        import dataclasses

        for name in changes:
            self.stored(name, None)
        if "revision" in self.columns and "revision" not in changes:
            changes = {**changes, "revision": getattr(record, "revision") + 1}
        return dataclasses.replace(typing.cast("typing.Any", record), **changes)

    def query(self, where: Mapping[str, object] | None, order: str | None) -> dict[str, typing.Any]:
        conditions = []
        for column, operand in (where or {}).items():
            comparison = "equal"
            if isinstance(operand, tuple):
                sign, operand = operand
                if sign not in _COMPARISONS:
                    raise InvalidArgumentError(f"{column}: {sign!r} is none of {' '.join(_COMPARISONS)}")
                comparison = _COMPARISONS[sign]
            if operand is None:
                comparison = {"equal": "is_null", "not_equal": "is_not_null"}[comparison]
            conditions.append([column, comparison, self.stored(column, operand)])
        ordered = None
        if order is not None:
            name = order.removeprefix("-")
            self.stored(name, None)
            ordered = [name, "descending" if order.startswith("-") else "ascending"]
        return {"where": conditions, "order": ordered}


class Change:
    """One change of a batch: see `Collection.write`."""

    __slots__ = ("_native",)

    def __init__(self, native: Sequence[typing.Any]) -> None:
        self._native = native

    @classmethod
    def insert(cls, record: object) -> Change:
        """A new record."""
        table = table_of(type(record))
        return cls(["insert", table.name, table.row(record)])

    @classmethod
    def update(cls, record: object, **changes: object) -> Change:
        """These columns of a record; with a revision only as it is stored, which then counts one up."""
        table = table_of(type(record))
        stored = {name: table.stored(name, value) for name, value in changes.items()}
        return cls(["update", table.name, table.key_of(record), stored, _revision_of(record)])

    @classmethod
    def erase(cls, record: object) -> Change:
        """A record; with a revision only as it is stored."""
        return cls.erase_of(type(record), record)

    @classmethod
    def erase_of(cls, kind: type[object], record: object) -> Change:
        """A record of this class, or that with this key."""
        table = table_of(kind)
        revision = _revision_of(record) if isinstance(record, kind) else None
        return cls(["erase", table.name, table.key_of(record), revision])

    def native(self) -> Sequence[typing.Any]:
        return self._native


def _revision_of(record: object) -> int | None:
    revision: int | None = getattr(record, "revision", None)
    return revision


@typing.dataclass_transform(frozen_default=True, kw_only_default=True)
def record(
    table: str,
    *,
    search: Sequence[str] = (),
    index: Sequence[Sequence[str]] = (),
    unique: Sequence[Sequence[str]] = (),
    owner: str | None = None,
    part_of: tuple[str, type[object]] | None = None,
    references: Mapping[str, type[object]] | None = None,
    personal: bool = True,
    searched_by_owner: bool = False,
) -> Callable[[type[N]], type[N]]:
    """Makes a class of annotated fields an immutable record with a table of its own.

    Args:
        table: What the table is called: plural, snake_case.
        search: Columns of text in the full-text index.
        index: Columns that are asked for together, in order.
        unique: The same, of which there is one each in a tenant.
        owner: The column with the user whose rows these are, and with whom they are erased; "owner_id", if there is
            one of users.
        part_of: A column with the key of the record that a row goes with, and that record's class.
        references: Columns with the keys of other records, and their classes.
        personal: False: a user's id in it does not make a row that user's.
        searched_by_owner: Each search says whose rows it is about, by an owner that equals one in its `where`; others
            are refused. What a search costs then says nothing about what others have.

    Raises:
        TypeError: A field that cannot be stored.
    """

    def decorate(kind: type[N]) -> type[N]:
        import dataclasses

        columns = columns_of(kind)
        give_defaults(kind, columns)
        made = dataclasses.dataclass(frozen=True, slots=True, kw_only=True)(kind)
        indexes = [{"columns": list(one), "unique": False} for one in index]
        indexes += [{"columns": list(one), "unique": True} for one in unique]
        ownership = _ownership(columns, owner, part_of, personal)
        _index_ownership(ownership, indexes)
        targets = dict(references or {})
        made.__sambung_table__ = RecordTable(  # type: ignore[attr-defined]
            made,
            table,
            columns,
            indexes=indexes,
            search=list(search),
            searched_by_owner=searched_by_owner,
            references=[{"column": name, "table": table_of(of).name} for name, of in targets.items()],
            ownership=ownership,
        )
        return made

    return decorate


def table_of(kind: type[object]) -> RecordTable:
    """What is known of a class; raises for one that is no record."""
    table: RecordTable | None = getattr(kind, "__sambung_table__", None)
    if table is None:
        raise TypeError(f"{getattr(kind, '__name__', repr(kind))} is no record: decorate it with sambung.record")
    return table


def _ownership(
    columns: Sequence[Column], owner: str | None, part_of: tuple[str, type[object]] | None, personal: bool
) -> dict[str, typing.Any] | None:
    if part_of is not None:
        return {"kind": "part_of", "column": part_of[0], "table": table_of(part_of[1]).name}
    if not personal:
        return {"kind": "not_personal"}
    if owner is None:
        users = [column.name for column in columns if column.user]
        owner = next((name for name in users if name == "owner_id"), users[0] if len(users) == 1 else None)
    return None if owner is None else {"kind": "owned_by", "column": owner}


def _index_ownership(ownership: dict[str, typing.Any] | None, indexes: list[dict[str, typing.Any]]) -> None:
    """What is erased with its owner is looked for by its owner."""
    column = (ownership or {}).get("column")
    if column is not None and not any(one["columns"][0] == column for one in indexes):
        indexes.append({"columns": [column], "unique": False})
