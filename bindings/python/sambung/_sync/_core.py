"""How a call of the sync face waits: on the calling thread, natively, without the interpreter's lock.

`_async/_core.py` has the same names and is written by hand as well.
"""

from __future__ import annotations

import typing

from .. import _sambung
from ..page import Page

if typing.TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .._engine import EngineCore
    from ..table import Table

H = typing.TypeVar("H")
R = typing.TypeVar("R")
T = typing.TypeVar("T")
P = typing.ParamSpec("P")

LOOK = 0.1  # seconds between looks at how far a call is
DONE = 0  # what a message of a bridge is that has no exception


class Service(typing.Generic[H]):
    """Some verbs of one native object."""

    __slots__ = ("_core", "_native", "_timeout")

    def __init__(self, core: EngineCore, native: H, timeout: float | None) -> None:
        self._core = core
        self._native = native
        self._timeout = timeout

    def _call(
        self,
        verb: Callable[typing.Concatenate[H, _sambung.Bridge | None, float | None, P], R],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        if self._core.callbacks is not None:
            self._core.demand_callbacks(verb.__name__)
        return verb(self._native, None, self._timeout, *args, **kwargs)

    def _watched(self, verb: Callable[[H, _sambung.Bridge | None, float | None], R], look: Callable[[], object]) -> R:
        """As `_call`, and `look` is called now and then, and at the end."""
        bridge = _sambung.Bridge(self._core.native)
        try:
            ticket = typing.cast("int", verb(self._native, bridge, self._timeout))
            try:
                while not bridge.wait(LOOK):
                    look()
            except BaseException:
                bridge.cancel(ticket)
                raise
            ((_, kind, outcome),) = bridge.take()
        finally:
            bridge.close()
        if kind != DONE:
            raise outcome
        look()
        return typing.cast("R", outcome)

    def __reduce__(self) -> typing.NoReturn:
        raise TypeError(
            f"{type(self).__name__} does not pickle: it belongs to an open engine; open one in the other process"
        )


class Reader(Service[H]):
    """Reads from one native object, batch by batch."""

    __slots__ = ()

    def _read(
        self,
        ready: Callable[[], tuple[T, ...]],
        wait: Callable[[H, _sambung.Bridge | None, float | None], bool],
    ) -> tuple[T, ...]:
        """What is there, else what comes next; nothing at the end. What comes for whoever is interrupted stays there."""
        there = ready()
        while not there and self._call(wait):
            there = ready()
        return there

    def _leave(self) -> None:
        """Nothing: a read ends with its call."""


class Pager(typing.Generic[T]):
    """A list that is read page by page::

    for chat in desk.chats.list():  # every page
        ...
    first = desk.chats.list().page()  # one page
    second = desk.chats.list().page(50, first.next_cursor)
    """

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[_sambung.PageRequest], tuple[tuple[T, ...], str | None]]) -> None:
        self._read = read

    def page(self, limit: int = 50, cursor: str | None = None) -> Page[T]:
        """One page of up to `limit` items, 1 to 200; `cursor` is the `next_cursor` of the page before."""
        items, next_cursor = self._read({"limit": limit, "cursor": cursor})
        return Page(items, next_cursor)

    def __reduce__(self) -> typing.NoReturn:
        raise TypeError(f"{type(self).__name__} does not pickle: its pages do")

    def table(self) -> Table[T]:
        """Every item, for pandas, polars and whatever else reads Arrow."""
        from ..table import Table

        return Table(list(self))

    def __iter__(self) -> Iterator[T]:
        cursor: str | None = None
        while True:
            page = self.page(200, cursor)
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def _repr_html_(self) -> str:
        return self.page()._repr_html_()


def blocking(function: Callable[[], T]) -> T:
    """What blocks, here."""
    return function()


def shielded(function: Callable[[], T]) -> T:
    """As `blocking`."""
    return function()
