"""Table: records for pandas, polars and whatever else reads Arrow, without a copy through Python."""

from __future__ import annotations

import typing

from . import _sambung

if typing.TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas  # type: ignore[import-untyped,import-not-found,unused-ignore]
    import polars  # type: ignore[import-not-found,unused-ignore]
    import pyarrow  # type: ignore[import-untyped,import-not-found,unused-ignore]

__all__ = ["Table"]

T_co = typing.TypeVar("T_co", covariant=True)


class Table(typing.Generic[T_co]):
    """Records of one class, as columns.

    DuckDB reads one by the name of its variable; pyarrow and polars take one wherever they take an Arrow stream.
    """

    def __init__(self, records: Sequence[T_co]) -> None:
        self._records = tuple(records)
        for one in self._records:
            if type(one) is not type(self._records[0]):
                raise TypeError("a Table has records of one class")

    @property
    def records(self) -> tuple[T_co, ...]:
        """As they were given."""
        return self._records

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[T_co]:
        return iter(self._records)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Arrow's C stream interface; texts, integers, numbers, times in UTC, and JSON as text."""
        return _sambung.arrow_stream(self._columns(), (self._records,))

    def _columns(self) -> Sequence[tuple[str, str]]:
        if not self._records:
            return ()
        of = type(self._records[0])
        hints: Mapping[str, object] = of.__annotations__
        return tuple([(name, _column_type(hints[name])) for name in _fields_of(self._records[0])])

    def to_arrow(self) -> pyarrow.Table:
        """Needs pyarrow."""
        import pyarrow

        return pyarrow.table(self)

    def to_pandas(self) -> pandas.DataFrame:
        """Needs pandas; goes through pyarrow where that is installed."""
        import pandas

        if not self._records:
            return pandas.DataFrame()
        try:
            import pyarrow
        except ImportError:
            return pandas.DataFrame(list(self.rows()))
        frame: pandas.DataFrame = pyarrow.table(self).to_pandas()
        return frame

    def to_polars(self) -> polars.DataFrame:
        """Needs polars."""
        import polars

        if not self._records:
            return polars.DataFrame()
        return polars.DataFrame(self)

    def rows(self) -> Iterator[dict[str, object]]:
        """Each record as a dict of its fields."""
        for one in self._records:
            yield {name: getattr(one, name) for name in _fields_of(one)}

    def __repr__(self) -> str:
        kind = type(self._records[0]).__name__ if self._records else "nothing"
        return f"<sambung Table of {len(self._records)} {kind}>"

    def _repr_html_(self) -> str:
        from .display import html_of_records

        return html_of_records(self._records)


_COLUMN_TYPES = {
    "str": "utf8",
    "int": "int64",
    "float": "float64",
    "bool": "bool",
    "datetime.datetime": "timestamp",
    "datetime": "timestamp",
}


def _column_type(hint: object) -> str:
    """What Arrow has for a hint; ids and enums are text, and everything that is not plain is JSON."""
    from . import _types

    plain = getattr(hint, "__name__", None) if isinstance(hint, type) else hint
    name = str(plain).removesuffix(" | None")
    if name in _COLUMN_TYPES:
        return _COLUMN_TYPES[name]
    of = getattr(_types, name.removeprefix("sambung."), None)
    is_word = typing.get_origin(of) is typing.Literal or isinstance(of, typing.NewType) or name == "Permission"
    return "utf8" if is_word or name.endswith("Id") else "json"


def _fields_of(record: object) -> Sequence[str]:
    fields: Sequence[str] = getattr(record, "__match_args__", ())
    return fields
