"""SearchPage: a page of hits, and how complete it is."""

from __future__ import annotations

import typing

from .page import Page

if typing.TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from ._types import SearchHit

__all__ = ["SearchPage"]


class SearchPage(Page["SearchHit"]):
    """Some hits.

    Attributes:
        partial: By relevance: there were more than could be ranked.
        indexed_since: On a first page: what is older is not all found yet; None: all is.
    """

    __slots__ = ("indexed_since", "partial")

    partial: bool
    indexed_since: datetime | None

    def __init__(
        self,
        items: Sequence[SearchHit],
        next_cursor: str | None = None,
        partial: bool = False,
        indexed_since: datetime | None = None,
    ) -> None:
        super().__init__(items, next_cursor)
        object.__setattr__(self, "partial", partial)
        object.__setattr__(self, "indexed_since", indexed_since)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SearchPage):
            return NotImplemented
        return self.__reduce__() == other.__reduce__()

    def __hash__(self) -> int:
        return hash(self.__reduce__())

    def __reduce__(self) -> tuple[typing.Any, ...]:
        return type(self), (self.items, self.next_cursor, self.partial, self.indexed_since)
