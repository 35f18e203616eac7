"""What the engine asks of Python: tools, approvals, providers.

The engine puts requests into a queue. A loop takes them, that of the asyncio face or one on a daemon thread of ours,
and answers by a call into the engine. Coroutines run on that loop, functions in a pool of threads.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
import typing

from . import _sambung
from ._contexts import SendContexts
from ._log import logger
from ._loops import Reader
from ._threads import DaemonPool
from .errors import Error, ProviderError

if typing.TYPE_CHECKING:
    import contextvars
    from collections.abc import Callable, Coroutine, Mapping

    from ._types import ToolCall
    from .providers import Provider
    from .tools import Approver, Tool

T = typing.TypeVar("T")
_REQUEST, _ROOM, _CANCELLED = 2, 3, 4
_DELTA = 16_384  # characters of one delta, which has at most 65,536 bytes


class Callbacks:
    """The functions that one engine may call. Bound to one loop at a time; `bind` on any thread."""

    def __init__(
        self,
        engine: _sambung.Engine,
        tools: Mapping[str, Tool[..., typing.Any]],
        approve: Approver | None,
        providers: Mapping[str, Provider],
        threads: int,
    ) -> None:
        self._engine = engine
        self._bridge = engine.callback_bridge()
        self._tools = tools
        self._approve = approve
        self._providers = providers
        self._pool = DaemonPool(threads, "sambung-tool")
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._room: dict[int, asyncio.Event] = {}
        self._lock = threading.Lock()
        self._reader: Reader | None = None
        self._thread: threading.Thread | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.contexts: SendContexts = SendContexts()

    @property
    def runs_tools(self) -> bool:
        """Whether what is called may want the context of the send that its answer is of."""
        return bool(self._tools) or self._approve is not None

    # Where it runs.

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Answers on this loop from now on, unless an open loop does already."""
        with self._lock:
            if self.loop is not None and not self.loop.is_closed():
                return
            self._tasks.clear()
            self._room.clear()
            self.loop = loop
            self._reader = Reader(loop, self._bridge, self._collect)

    def bind_thread(self) -> None:
        """Answers on a loop of its own, on a daemon thread, unless an open loop does already."""
        with self._lock:
            if self.loop is not None and not self.loop.is_closed():
                return
            ready = threading.Event()
            self._thread = threading.Thread(target=self._serve, args=(ready,), name="sambung-callbacks", daemon=True)
            self._tasks.clear()
            self._room.clear()
            self._thread.start()
            ready.wait()

    def close(self) -> None:
        """After the engine was closed: nothing is asked any more."""
        with self._lock:
            reader, self._reader = self._reader, None
            thread, self._thread = self._thread, None
            loop = self.loop
        if thread is not None and loop is not None:
            try:
                loop.call_soon_threadsafe(loop.stop)
            except RuntimeError:
                pass
            if thread is not threading.current_thread():
                thread.join(5.0)
        elif reader is not None:
            reader.close()
        self._pool.close()
        self._bridge.close()

    def _serve(self, ready: threading.Event) -> None:
        loop = asyncio.new_event_loop()
        try:
            self._reader = Reader(loop, self._bridge, self._collect)
            self.loop = loop
        finally:
            ready.set()
        try:
            loop.run_forever()
            left = [task for task in asyncio.all_tasks(loop) if task.cancel()]
            if left:
                loop.run_until_complete(asyncio.wait(left, timeout=1.0))
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            if self._reader is not None:
                self._reader.close()
            loop.close()

    # What is asked.

    def _collect(self) -> None:
        for number, kind, request in self._bridge.take():
            if kind == _REQUEST:
                self._start(number, request)
            elif kind == _ROOM:
                if (room := self._room.get(number)) is not None:
                    room.set()
            elif kind == _CANCELLED and (task := self._tasks.get(number)) is not None:
                task.cancel()

    def _start(self, number: int, request: tuple[typing.Any, ...]) -> None:
        assert self.loop is not None
        what = request[0]
        if what == "tool":
            work: Coroutine[typing.Any, typing.Any, None] = self._call_tool(number, *request[1:])
        elif what == "approve":
            work = self._ask(number, *request[1:])
        elif what == "provider" and request[1] == "stream":
            work = self._stream(*request[2:])
        else:
            work = self._ask_provider(number, *request[1:4])
        task = self.loop.create_task(work)
        self._tasks[number] = task
        task.add_done_callback(lambda _: self._tasks.pop(number, None))

    async def _call_tool(
        self, number: int, call: ToolCall | dict[str, typing.Any], name: str, arguments: typing.Any
    ) -> None:
        try:
            asked = _tool_call_of(call)
            tool = self._tools[name]
            context = await self._context_of(asked)
            result = await self._run(context, tool.bound(asked, arguments), tool.is_coroutine)
            text = tool.text_of(result)
        except asyncio.CancelledError:  # by the engine, which asks no more, or by the end of the loop
            _sambung.fail(self._engine, number, "the tool was cancelled")
            raise
        except BaseException:  # noqa: BLE001 - whatever it raises stays here
            logger().exception("tool %s failed", name)
            _sambung.fail(self._engine, number, "the tool failed")
        else:
            _sambung.answer(self._engine, number, text)

    async def _ask(self, number: int, call: ToolCall | dict[str, typing.Any]) -> None:
        approve = self._approve
        verdict: object = False
        try:
            assert approve is not None
            asked = _tool_call_of(call)
            context = await self._context_of(asked)
            said = await self._run(context, lambda: approve(asked), inspect.iscoroutinefunction(approve))
            verdict = _verdict_of(said)
        except asyncio.CancelledError:
            _sambung.answer(self._engine, number, False)
            raise
        except BaseException:  # noqa: BLE001
            logger().exception("the approval of a call failed: it is denied")
        _sambung.answer(self._engine, number, verdict)

    async def _ask_provider(self, number: int, what: str, name: str, request: typing.Any) -> None:
        try:
            value = await self._providers[name]._asked(what, request, self._in_pool)
        except asyncio.CancelledError:
            _sambung.fail(self._engine, number, f"provider {name} was cancelled")
            raise
        except Error as error:
            _sambung.fail(self._engine, number, error)
        except BaseException:  # noqa: BLE001
            logger().exception("provider %s failed: %s", name, what)
            _sambung.fail(self._engine, number, f"provider {name} failed")
        else:
            _sambung.answer(self._engine, number, value)

    async def _stream(self, name: str, request: typing.Any, stream: int) -> None:
        why: Error | None = None
        push = _sambung.provider_push
        loop = asyncio.get_running_loop()
        told = True  # the engine, of everything that was pushed

        def tell() -> None:  # the generator waits for something: what it said so far goes on its way
            nonlocal told
            told = True
            _sambung.provider_tell(self._engine, stream)

        try:
            async with _closing(self._providers[name]._streamed(request, self._in_pool)) as chunks:
                async for chunk in chunks:
                    short = not isinstance(chunk, str) or len(chunk) <= _DELTA
                    taken = push(self._engine, stream, chunk) if short else None
                    if taken is None:
                        taken = await self._push(stream, chunk)
                    if not taken:
                        break
                    if told:
                        told = False
                        loop.call_soon(tell)
        except asyncio.CancelledError:  # no end of an answer, unless the engine wants no more of it
            _sambung.provider_end(self._engine, stream, ProviderError(f"provider {name} was cancelled"))
            raise
        except Error as error:
            why = error
        except BaseException:  # noqa: BLE001
            logger().exception("provider %s failed", name)
            why = ProviderError(f"provider {name} failed")
        finally:
            self._room.pop(stream, None)
        _sambung.provider_end(self._engine, stream, why)

    async def _push(self, stream: int, chunk: typing.Any) -> bool:
        """False when nobody wants more. Waits while the queue is full."""
        if isinstance(chunk, str) and len(chunk) > _DELTA:
            return await self._push_text(stream, chunk)
        while True:
            room = self._room.setdefault(stream, asyncio.Event())
            room.clear()
            taken = _sambung.provider_push(self._engine, stream, chunk)
            if taken is not None:
                return taken
            await room.wait()

    async def _push_text(self, stream: int, text: str) -> bool:
        for begin in range(0, len(text), _DELTA):
            if not await self._push(stream, text[begin : begin + _DELTA]):
                return False
        return True

    # How it is run.

    async def _context_of(self, call: ToolCall) -> contextvars.Context:
        loop = asyncio.get_running_loop()
        while True:
            known = asyncio.Event()

            def told(known: asyncio.Event = known) -> None:
                try:
                    loop.call_soon_threadsafe(known.set)
                except RuntimeError:
                    pass

            context = self.contexts.find(call.message_id, told)
            if context is not None:
                return context
            await known.wait()

    async def _run(
        self, context: contextvars.Context, function: Callable[[], typing.Any], is_coroutine: bool
    ) -> typing.Any:
        if is_coroutine:
            return await asyncio.get_running_loop().create_task(function(), context=context)
        value = await self._in_pool(lambda: context.run(function))
        if inspect.isawaitable(value):  # a callable object whose call is a coroutine
            return await asyncio.get_running_loop().create_task(_awaited(value), context=context)
        return value

    async def _in_pool(self, function: Callable[[], T]) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()

        def complete(value: T | None, error: BaseException | None) -> None:
            if future.done():
                return
            if error is None:
                future.set_result(typing.cast("T", value))
            elif isinstance(error, StopIteration):
                future.set_exception(RuntimeError("a callback raised StopIteration"))
            else:
                future.set_exception(error)

        def work() -> None:
            value: T | None = None
            raised: BaseException | None = None
            try:
                value = function()
            except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
                raised = error
            try:
                loop.call_soon_threadsafe(complete, value, raised)
            except RuntimeError:  # the loop is closed: nobody asks any more
                pass

        self._pool.submit(work)
        return await future


async def _awaited(value: typing.Any) -> typing.Any:
    return await value


class _closing:
    """Closes an asynchronous iterator if it can be closed."""

    def __init__(self, chunks: typing.Any) -> None:
        self._chunks = chunks

    async def __aenter__(self) -> typing.Any:
        return self._chunks

    async def __aexit__(self, *_: object) -> None:
        close = getattr(self._chunks, "aclose", None)
        if close is not None:
            await close()


def _tool_call_of(call: ToolCall | dict[str, typing.Any]) -> ToolCall:
    if isinstance(call, dict):
        from ._types import ToolCall

        return ToolCall(**call)
    return call


def _verdict_of(said: object) -> object:
    """As the engine takes it."""
    from .tools import Allow, Ask, Deny

    if said is True or isinstance(said, Allow):
        return True
    if isinstance(said, Ask):
        return "ask"
    if said is not None and said is not False and not isinstance(said, Deny):
        logger().warning("approve() gave %s: only True and Allow() allow a call", type(said).__name__)
    return {"deny": said.reason} if isinstance(said, Deny) and said.reason else False
