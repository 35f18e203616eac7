"""AsyncEvents: what has changed, for whoever wants to hear of it."""

from __future__ import annotations

import typing

from .. import _sambung
from .._ids import id_of
from ._core import AsyncService

if typing.TYPE_CHECKING:
    from collections.abc import Sequence

    from .._types import Chat, ChatId, DeskEvent, EventKind, JsonValue, User, UserId

__all__ = ["AsyncEvents", "AsyncFollower"]


class AsyncEvents(AsyncService["_sambung.Workspace"]):
    """Hints with ids and revisions, never content: whoever misses one is not wrong, only late."""

    __slots__ = ()

    def follow(
        self,
        *,
        chats: Sequence[Chat | ChatId] = (),
        kinds: Sequence[EventKind] = (),
        behind: int | None = None,
    ) -> AsyncFollower:
        """What changes of what is the user's, and the tenant's, from now on.

        Args:
            chats: Only what belongs to these, 50 at most.
            kinds: "changed", "turn", "told"; none: all.
            behind: The position of the event that was heard last.
        """
        return AsyncFollower(self, {"chat_ids": [id_of(chat) for chat in chats], "kinds": kinds}, behind)

    async def tell(self, user: User | UserId, name: str, body: JsonValue = None) -> None:
        """Tells a user in this tenant something of the application's own, up to 4 KiB of JSON, if they listen."""
        await self._call(_sambung.events_tell, id_of(user), name, body)


class AsyncFollower:
    """Iterating waits for the next event and never ends by itself::

    async for event in desk.events.follow():
        match event:
            case sambung.EventsReady() | sambung.EventsReset():
                ...  # read lists
            case sambung.RecordChanged(table, id):
                ...

    A call's `timeout` is how long it waits for one event; iterating again goes on behind the last.
    """

    __slots__ = ("_events", "_position", "_what")

    def __init__(self, events: AsyncEvents, what: _sambung.FollowOptions, behind: int | None) -> None:
        self._events = events
        self._what = what
        self._position = behind

    @property
    def position(self) -> int | None:
        """The number of the event that was heard last: where `follow` goes on."""
        return self._position

    def __aiter__(self) -> AsyncFollower:
        return self

    async def __anext__(self) -> DeskEvent:
        heard = await self._events._call(_sambung.events_wait, self._what, self._position)
        self._position = heard.position
        return heard.event
