"""AsyncCollection: an application's own records in one tenant."""

from __future__ import annotations

import typing

from .. import _sambung
from ..records import Change, table_of
from ._core import AsyncPager, AsyncService

if typing.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..records import Order

__all__ = ["AsyncCollection"]

N = typing.TypeVar("N")


class AsyncCollection(AsyncService["_sambung.Workspace"], typing.Generic[N]):
    """Records of one class: isolated, searched and copied as Sambung's own are.

    The caller's role is not asked: the rules are the application's own.
    """

    __slots__ = ("_kind", "_table")

    def __init__(self, core: typing.Any, native: _sambung.Workspace, timeout: float | None, kind: type[N]) -> None:
        super().__init__(core, native, timeout)
        self._kind = kind
        self._table = table_of(kind)

    async def insert(self, record: N) -> N:
        """Stores a new record. Raises `AlreadyExistsError` when its key or a unique value is there."""
        await self.write([Change.insert(record)])
        return record

    async def get(self, key: object) -> N:
        """The record of this key, or of a record's key."""
        row = await self._call(_sambung.rows_get, self._table.name, self._table.key_of(key))
        return self._record(row)

    def list(self, where: Mapping[str, object] | None = None, order: Order | None = None) -> AsyncPager[N]:
        """Records, newest key first.

        Args:
            where: Column to value, all of which must hold; a comparison is a pair: ``{"rating": (">=", 4)}``. What is
                asked for must be covered by an index.
            order: A column, with "-" in front from the largest on.
        """
        query = self._table.query(where, order)
        return AsyncPager(lambda page: self._page(query, page))

    def search(self, text: str, where: Mapping[str, object] | None = None) -> AsyncPager[N]:
        """Records that have every word in a searched column, newest first.

        Args:
            text: What they say.
            where: As for `list`, of whatever columns.
        """
        query = {"text": text, "where": self._table.query(where, None)["where"]}
        return AsyncPager(lambda page: self._found(query, page))

    async def update(self, record: N, **changes: object) -> N:
        """The record with these columns changed. Raises `ConflictError` when it was changed meanwhile."""
        changed = self._table.changed(record, changes)
        await self.write([Change.update(record, **changes)])
        return typing.cast("N", changed)

    async def erase(self, record: object) -> None:
        """By a record, which must be as it is stored if it has a revision, or by a key."""
        await self.write([Change.erase_of(self._kind, record)])

    async def write(self, changes: Sequence[Change]) -> None:
        """Several changes, of whatever classes: all of them are stored, or none."""
        await self._call(_sambung.rows_write, [change.native() for change in changes])

    async def _page(self, query: typing.Any, page: _sambung.PageRequest) -> tuple[tuple[N, ...], str | None]:
        rows, cursor = await self._call(_sambung.rows_list, self._table.name, query, page)
        return tuple([self._record(row) for row in rows]), cursor

    async def _found(self, query: typing.Any, page: _sambung.PageRequest) -> tuple[tuple[N, ...], str | None]:
        rows, cursor = await self._call(_sambung.rows_search, self._table.name, query, page)
        return tuple([self._record(row) for row in rows]), cursor

    def _record(self, row: typing.Any) -> N:
        return typing.cast("N", self._table.record(row))
