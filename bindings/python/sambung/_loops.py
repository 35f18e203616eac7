"""How outcomes get onto an event loop: one bridge for each loop, read by that loop itself.

No loop is remembered: a bridge is made at a loop's first call and goes with the loop.
"""

from __future__ import annotations

import asyncio
import threading
import typing
import weakref

from . import _sambung

if typing.TYPE_CHECKING:
    from collections.abc import Callable


T = typing.TypeVar("T")
_DONE = 0


class Reader:
    """Calls `collect` on a loop whenever a bridge has something; with a thread where the loop cannot look itself."""

    __slots__ = ("_bridge", "_closed", "_collect", "_loop", "_taken", "__weakref__")

    def __init__(self, loop: asyncio.AbstractEventLoop, bridge: _sambung.Bridge, collect: Callable[[], None]) -> None:
        self._loop = weakref.ref(loop)
        self._bridge = bridge
        self._collect = collect
        self._closed = False
        self._taken: threading.Event | None = None
        try:
            loop.add_reader(bridge.fileno(), collect)
        except NotImplementedError:
            self._taken = threading.Event()
            threading.Thread(target=self._wait, name="sambung-reader", daemon=True).start()

    def close(self) -> None:
        """Looks no more. On any thread."""
        self._closed = True
        loop = self._loop()
        if self._taken is not None:
            self._taken.set()
        elif loop is not None and not loop.is_closed():
            descriptor = self._bridge.fileno()
            if _running_here(loop):
                loop.remove_reader(descriptor)
                return
            removed = threading.Event()

            def remove() -> None:
                loop.remove_reader(descriptor)
                removed.set()

            try:
                loop.call_soon_threadsafe(remove)
            except RuntimeError:  # it was closed meanwhile
                return
            if loop.is_running():
                removed.wait(1.0)

    def _wait(self) -> None:
        assert self._taken is not None
        while not self._closed:
            if not self._bridge.wait(1.0):
                loop = self._loop()
                if loop is None or loop.is_closed():
                    return
                continue
            loop = self._loop()
            self._taken.clear()
            if self._closed or loop is None:
                return
            try:
                loop.call_soon_threadsafe(self._collect_once)
            except RuntimeError:  # it is closed: what completes for it is dropped
                return
            del loop
            self._taken.wait()

    def _collect_once(self) -> None:
        assert self._taken is not None
        try:
            self._collect()
        finally:
            self._taken.set()


def _running_here(loop: asyncio.AbstractEventLoop) -> bool:
    try:
        return asyncio.get_running_loop() is loop
    except RuntimeError:
        return False


class LoopBridge:
    """The calls of one loop that are under way."""

    __slots__ = ("__weakref__", "native", "reader", "waiting")

    def __init__(self, engine: _sambung.Engine, loop: asyncio.AbstractEventLoop) -> None:
        self.native: _sambung.Bridge = _sambung.Bridge(engine)
        self.waiting: dict[int, asyncio.Future[typing.Any]] = {}
        self.reader: Reader = Reader(loop, self.native, self.collect)

    def collect(self) -> None:
        """Completes the futures of all outcomes that are there."""
        waiting = self.waiting
        for ticket, kind, value in self.native.take():
            future = waiting.pop(ticket, None)
            if future is None or future.done():
                continue
            if kind == _DONE:
                future.set_result(value)
            else:
                future.set_exception(value)

    def close(self) -> None:
        """What is still waited for ends as cancelled: its engine is gone."""
        self.reader.close()
        self.native.close()


class LoopBridges:
    """The bridges of one engine. Safe to use from any thread."""

    def __init__(self, engine: _sambung.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._of: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, LoopBridge] = weakref.WeakKeyDictionary()
        self._last = threading.local()

    def of(self, loop: asyncio.AbstractEventLoop) -> LoopBridge:
        """The bridge of a loop, which is running on this thread."""
        last: tuple[weakref.ref[asyncio.AbstractEventLoop], LoopBridge] | None = getattr(self._last, "bridge", None)
        if last is not None and last[0]() is loop:
            return last[1]
        with self._lock:
            bridge = self._of.get(loop)
            if bridge is None:
                self._forget_closed()
                bridge = self._of[loop] = LoopBridge(self._engine, loop)
        self._last.bridge = (weakref.ref(loop), bridge)
        return bridge

    def close(self) -> None:
        with self._lock:
            bridges = list(self._of.values())
            self._of.clear()
        self._last = threading.local()
        for bridge in bridges:
            bridge.close()

    def _forget_closed(self) -> None:
        for loop in [loop for loop in self._of if loop.is_closed()]:
            self._of.pop(loop).close()


async def in_thread(function: Callable[[], T]) -> T:
    """What blocks, on a daemon thread: neither a loop's end nor the interpreter's waits for it."""
    from ._threads import call_in_thread

    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def complete(value: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(typing.cast("T", value))
        else:
            future.set_exception(error)

    def done(value: T | None, error: BaseException | None) -> None:
        try:
            loop.call_soon_threadsafe(complete, value, error)
        except RuntimeError:  # the loop is closed: nobody asks any more
            pass

    call_in_thread(function, done)
    return await future
