"""Page: one piece of a list."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Sequence

__all__ = ["Page"]

T_co = typing.TypeVar("T_co", covariant=True)


class Page(Sequence[T_co]):
    """Some items of a list, newest first unless the list says otherwise.

    Attributes:
        items: What is on this page.
        next_cursor: Where the next page begins; None on the last one. It stays valid while rows come and go.
    """

    __slots__ = ("items", "next_cursor")
    __match_args__ = ("items", "next_cursor")

    items: tuple[T_co, ...]
    next_cursor: str | None

    def __init__(self, items: Sequence[T_co], next_cursor: str | None = None) -> None:
        object.__setattr__(self, "items", tuple(items))
        object.__setattr__(self, "next_cursor", next_cursor)

    def __setattr__(self, name: str, value: object) -> typing.NoReturn:
        raise AttributeError(f"{type(self).__name__} does not change: cannot set {name!r}")

    def __delattr__(self, name: str) -> typing.NoReturn:
        raise AttributeError(f"{type(self).__name__} does not change: cannot delete {name!r}")

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[T_co]:
        return iter(self.items)

    @typing.overload
    def __getitem__(self, index: int) -> T_co: ...
    @typing.overload
    def __getitem__(self, index: slice) -> tuple[T_co, ...]: ...
    def __getitem__(self, index: int | slice) -> T_co | tuple[T_co, ...]:
        return self.items[index]

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return (self.items, self.next_cursor) == (other.items, other.next_cursor)

    def __hash__(self) -> int:
        return hash((self.items, self.next_cursor))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self.items)!r}, next_cursor={self.next_cursor!r})"

    def __reduce__(self) -> tuple[typing.Any, ...]:
        return type(self), (self.items, self.next_cursor)

    def _repr_html_(self) -> str:
        from .display import html_of_records

        return html_of_records(self.items, more=self.next_cursor is not None)
