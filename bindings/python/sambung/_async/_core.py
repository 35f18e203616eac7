"""How a call of the asyncio face waits: under a ticket, until the loop's bridge brings the outcome.

`_sync/_core.py` has the same names and is written by hand as well.
"""

from __future__ import annotations

import asyncio
import typing

from .. import _sambung
from ..errors import InvalidArgumentError
from ..page import Page

if typing.TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Generator

    from .._engine import EngineCore
    from .._loops import LoopBridge
    from ..table import Table

H = typing.TypeVar("H")
R = typing.TypeVar("R")
T = typing.TypeVar("T")
P = typing.ParamSpec("P")

LOOK = 0.1  # seconds between looks at how far a call is


class AsyncService(typing.Generic[H]):
    """Some verbs of one native object."""

    __slots__ = ("_core", "_native", "_timeout")

    def __init__(self, core: EngineCore, native: H, timeout: float | None) -> None:
        self._core = core
        self._native = native
        self._timeout = timeout

    async def _call(
        self,
        verb: Callable[typing.Concatenate[H, _sambung.Bridge | None, float | None, P], R],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        bridge = self._core.bridge()
        ticket = typing.cast("int", verb(self._native, bridge.native, self._timeout, *args, **kwargs))
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        bridge.waiting[ticket] = future
        try:
            return await future
        except asyncio.CancelledError:
            if bridge.waiting.pop(ticket, None) is not None:
                bridge.native.cancel(ticket)
            raise

    async def _watched(
        self, verb: Callable[[H, _sambung.Bridge | None, float | None], R], look: Callable[[], object]
    ) -> R:
        """As `_call`, and `look` is called now and then, and at the end."""
        calling = asyncio.ensure_future(self._call(verb))
        try:
            while not (await asyncio.wait([calling], timeout=LOOK))[0]:
                look()
        except BaseException:
            calling.cancel()
            raise
        outcome = await calling
        look()
        return outcome

    def __reduce__(self) -> typing.NoReturn:
        raise TypeError(
            f"{type(self).__name__} does not pickle: it belongs to an open engine; open one in the other process"
        )


class AsyncReader(AsyncService[H]):
    """Reads from one native object, batch by batch.

    A wait outlives whoever waits for it: what has come by the time that a task is cancelled is the next one's.
    """

    __slots__ = ("_awaited", "_reading")

    def __init__(self, core: EngineCore, native: H, timeout: float | None) -> None:
        super().__init__(core, native, timeout)
        self._reading: _Reading | None = None
        self._awaited = False

    async def _read(
        self,
        ready: Callable[[], tuple[T, ...]],
        wait: Callable[[H, _sambung.Bridge | None, float | None], bool],
    ) -> tuple[T, ...]:
        """What is there, else what comes next; nothing at the end."""
        if self._awaited:
            raise InvalidArgumentError("one reader at a time")
        reading = self._reading
        if reading is not None and (reading.future.get_loop().is_closed() or _ran_out(reading.future)):
            reading = None
        if reading is None:
            if there := ready():
                return there
            reading = self._reading = self._begin(wait)
        self._awaited = True
        try:
            more = await asyncio.shield(reading.future)
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError) and not reading.future.cancelled():
                reading.future.add_done_callback(_look_at)
            else:
                self._reading = None
            raise
        finally:
            self._awaited = False
        self._reading = None
        return ready() if more else ()

    async def _leave(self) -> None:
        """Ends a read that nobody waits for any longer."""
        reading, self._reading = self._reading, None
        if reading is None or reading.future.done() or reading.future.get_loop().is_closed():
            return
        reading.bridge.native.cancel(reading.ticket)
        await asyncio.wait([reading.future])

    def _begin(self, wait: Callable[[H, _sambung.Bridge | None, float | None], bool]) -> _Reading:
        bridge = self._core.bridge()
        ticket = int(wait(self._native, bridge.native, self._timeout))
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        bridge.waiting[ticket] = future
        return _Reading(bridge, ticket, future)


class _Reading(typing.NamedTuple):
    """A read under way."""

    bridge: LoopBridge
    ticket: int
    future: asyncio.Future[bool]


def _ran_out(reading: asyncio.Future[typing.Any]) -> bool:
    """Whether its time was over while nobody waited for it."""
    return reading.done() and (reading.cancelled() or isinstance(reading.exception(), TimeoutError))


def _look_at(reading: asyncio.Future[typing.Any]) -> None:
    """An exception that nobody waits for is no news."""
    if not reading.cancelled():
        reading.exception()


class AsyncPager(typing.Generic[T]):
    """A list that is read page by page::

    async for chat in desk.chats.list():  # every page
        ...
    first = await desk.chats.list()  # one page
    second = await desk.chats.list().page(50, first.next_cursor)
    """

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[_sambung.PageRequest], Awaitable[tuple[tuple[T, ...], str | None]]]) -> None:
        self._read = read

    async def page(self, limit: int = 50, cursor: str | None = None) -> Page[T]:
        """One page of up to `limit` items, 1 to 200; `cursor` is the `next_cursor` of the page before."""
        items, next_cursor = await self._read({"limit": limit, "cursor": cursor})
        return Page(items, next_cursor)

    def __reduce__(self) -> typing.NoReturn:
        raise TypeError(f"{type(self).__name__} does not pickle: its pages do")

    async def table(self) -> Table[T]:
        """Every item, for pandas, polars and whatever else reads Arrow."""
        from ..table import Table

        return Table([item async for item in self])

    def __await__(self) -> Generator[typing.Any, None, Page[T]]:
        return self.page().__await__()

    def __aiter__(self) -> AsyncIterator[T]:
        return AsyncItems(self)


class AsyncItems(typing.Generic[T]):
    """Walks every page of a list."""

    __slots__ = ("_cursor", "_items", "_more", "_pager")

    def __init__(self, pager: AsyncPager[T]) -> None:
        self._pager = pager
        self._items: typing.Iterator[T] = iter(())
        self._cursor: str | None = None
        self._more = True

    def __aiter__(self) -> AsyncItems[T]:
        return self

    async def __anext__(self) -> T:
        while True:
            for item in self._items:
                return item
            if not self._more:
                raise StopAsyncIteration
            page = await self._pager.page(200, self._cursor)
            self._items = iter(page.items)
            self._cursor = page.next_cursor
            self._more = page.next_cursor is not None


async def blocking(function: Callable[[], T]) -> T:
    """What blocks, away from the loop."""
    from .._loops import in_thread

    return await in_thread(function)


async def shielded(function: Callable[[], T]) -> T:
    """As `blocking`, and goes on to its end when nobody waits for it any longer."""
    return await asyncio.shield(asyncio.ensure_future(blocking(function)))
