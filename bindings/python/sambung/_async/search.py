"""AsyncSearch: everything that a user has, by the words in it."""

from __future__ import annotations

import typing

from .. import _sambung
from ..search import SearchPage
from ._core import AsyncPager, AsyncService

if typing.TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from .._types import SearchHit, SearchKind, SearchOrder

__all__ = ["AsyncSearch", "AsyncSearchPager"]


class AsyncSearch(AsyncService["_sambung.Workspace"]):
    """What the user has and nobody else does: their chats, what was said in them, their records."""

    __slots__ = ()

    def query(
        self,
        text: str,
        *,
        kinds: Sequence[SearchKind] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        order: SearchOrder = "newest",
    ) -> AsyncSearchPager:
        """Hits that have every word of `text`.

        Args:
            text: 1 to 500 bytes.
            kinds: "chat" by its title, "message" by its text, "record" of the application's own; none: all.
            since: Made then or later.
            until: Made before then.
            order: "newest", or "relevance" of the newest 200.
        """
        return AsyncSearchPager(self, {"text": text, "kinds": kinds, "since": since, "until": until, "order": order})


class AsyncSearchPager(AsyncPager["SearchHit"]):
    """The hits, page by page. A page may be shorter than asked for and yet not the last."""

    __slots__ = ("_request", "_service")

    def __init__(self, service: AsyncSearch, request: _sambung.SearchRequest) -> None:
        super().__init__(self._items)
        self._service = service
        self._request = request

    async def page(self, limit: int = 50, cursor: str | None = None) -> SearchPage:
        """One page, which also says whether there was more than could be ranked, and what is not indexed yet."""
        found = await self._service._call(_sambung.search_query, self._request, {"limit": limit, "cursor": cursor})
        return SearchPage(*found)

    async def _items(self, page: _sambung.PageRequest) -> tuple[tuple[SearchHit, ...], str | None]:
        found = await self._service._call(_sambung.search_query, self._request, page)
        return found[0], found[1]
