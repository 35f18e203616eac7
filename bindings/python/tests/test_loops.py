"""Threads, loops, ends: nothing hangs, nothing is left, no loop is remembered."""

from __future__ import annotations

import asyncio
import gc
import os
import pickle
import threading
import time
import typing

import pytest
import sambung
from sambung.testing import ScriptedProvider

Op = typing.Callable[[], typing.Awaitable[object]]


class NoReader(asyncio.SelectorEventLoop):
    """A loop that cannot look at descriptors, as on Windows."""

    def add_reader(self, *_: typing.Any) -> typing.NoReturn:
        raise NotImplementedError

    def remove_reader(self, *_: typing.Any) -> typing.NoReturn:
        raise NotImplementedError


def _uvloop() -> asyncio.AbstractEventLoop:
    loop: asyncio.AbstractEventLoop = pytest.importorskip("uvloop").new_event_loop()
    return loop


LOOPS = pytest.mark.parametrize("loop", [asyncio.new_event_loop, NoReader, _uvloop])


async def _use(engine: sambung.AsyncEngine) -> str:
    desk = await engine.workspace("acme", "ada@example.com", create=True)
    chat = await desk.chats.create(model="mine/any")
    return await (await desk.chats.send(chat, "Go")).text()


def _scripted(answers: int) -> dict[str, typing.Any]:
    return {"providers": {"mine": ScriptedProvider(["done"] * answers)}, "env": {}}


@LOOPS
def test_one_engine_on_every_kind_of_loop(loop: typing.Callable[[], asyncio.AbstractEventLoop]) -> None:
    async def run() -> None:
        async with sambung.open_async("memory:", **_scripted(3)) as engine:
            assert await _use(engine) == "done"
            assert await asyncio.gather(_use(engine), _use(engine)) == ["done", "done"]

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(run())


def test_one_engine_on_loop_after_loop() -> None:
    async def begin() -> sambung.AsyncEngine:
        return await sambung.open_async("memory:", **_scripted(20))

    engine = asyncio.run(begin())
    for _ in range(10):
        assert asyncio.run(_use(engine)) == "done"
    gc.collect()
    assert len(engine._core.bridges()._of) <= 1
    asyncio.run(engine.aclose())


def test_one_engine_on_a_loop_in_each_of_eight_threads() -> None:
    async def begin() -> sambung.AsyncEngine:
        return await sambung.open_async("memory:", env={})

    engine = asyncio.run(begin())
    failures: list[BaseException] = []

    async def work(number: int) -> None:
        desk = await engine.workspace(f"tenant {number}", "ada@example.com", create=True)
        made = await asyncio.gather(*[desk.chats.create(str(i), model="demo/demo") for i in range(50)])
        read = await asyncio.gather(*[desk.chats.get(chat) for chat in made])
        assert read == made

    def run(number: int) -> None:
        try:
            asyncio.run(work(number))
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60.0)
    assert failures == []
    asyncio.run(engine.aclose())


def test_eight_threads_on_one_sync_engine() -> None:
    failures: list[BaseException] = []
    with sambung.open("memory:", env={}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)

        def run() -> None:
            try:
                for i in range(50):
                    chat = desk.chats.create(str(i), model="demo/demo")
                    assert desk.chats.get(chat) == chat
            except BaseException as error:  # noqa: BLE001
                failures.append(error)

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60.0)
        assert failures == []
        assert len(list(desk.chats.list())) == 400


def test_both_faces_of_one_engine() -> None:
    with sambung.open("memory:", **_scripted(2)) as engine:
        assert asyncio.run(_use(engine.as_async())) == "done"
        desk = engine.as_async().as_sync().workspace("acme", "ada@example.com")
        assert desk.chats.send(desk.chats.create(model="mine/any"), "Go").text() == "done"


def test_a_call_that_would_wait_for_its_own_loop_is_refused() -> None:
    async def run() -> None:
        async with sambung.open_async("memory:", **_scripted(1)) as engine:
            desk = engine.as_sync().workspace("acme", "ada@example.com", create=True)
            turn = desk.chats.send(desk.chats.create(model="mine/any"), "Go")
            with pytest.raises(RuntimeError, match="asyncio face"):
                turn.text()
            text = await asyncio.to_thread(lambda: desk.chats.resume(turn.message_id).text())
            assert text == "done"

    asyncio.run(run())


@pytest.mark.parametrize("timeout", [None, 30.0])
def test_a_task_may_be_cancelled_while_its_call_ends(timeout: float | None) -> None:
    async def run() -> None:
        async with sambung.open_async("memory:", env={}) as opened:
            engine = opened.with_options(timeout=timeout)
            for _ in range(50):
                calls = [asyncio.ensure_future(engine.models.check("demo")) for _ in range(10)]
                calls += [asyncio.ensure_future(engine.tenants.find("nobody's")) for _ in range(10)]
                await asyncio.sleep(0)
                for one in calls:
                    one.cancel()
                await asyncio.gather(*calls, return_exceptions=True)
            await engine.check()

    asyncio.run(run())


def test_a_cancelled_task_ends_at_once() -> None:
    gate = threading.Event()

    class Slow(sambung.Provider):
        def stream(self, request: sambung.CompletionRequest) -> typing.Iterator[str]:
            gate.wait(20.0)
            yield "late"

    async def run() -> None:
        async with sambung.open_async("memory:", providers={"mine": Slow()}, env={}) as engine:
            desk = await engine.workspace("acme", "ada@example.com", create=True)
            for call in (
                lambda: desk.completions.complete("mine/any", "Hi"),
                lambda: yieldless(desk),
            ):
                task = asyncio.ensure_future(typing.cast("typing.Any", call()))
                await asyncio.sleep(0.05)
                begun = time.monotonic()
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                assert time.monotonic() - begun < 1.0
            gate.set()
            assert await desk.chats.create(model="mine/any")

    async def yieldless(desk: sambung.AsyncWorkspace) -> str:
        return await (await desk.chats.send(await desk.chats.create(model="mine/any"), "Go")).text()

    asyncio.run(run())


def test_a_call_has_as_long_as_it_is_given() -> None:
    gate = threading.Event()

    class Slow(sambung.Provider):
        def stream(self, request: sambung.CompletionRequest) -> typing.Iterator[str]:
            gate.wait(20.0)
            yield "late"

    with sambung.open("memory:", providers={"mine": Slow()}, env={}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True).with_options(timeout=0.1)
        with pytest.raises(sambung.DeadlineExceededError):
            desk.completions.complete("mine/any", "Hi")
        gate.set()
        assert desk.chats.create(model="mine/any")


def test_a_closed_engine_says_so_and_keeps_nothing() -> None:
    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))

    with sambung.open("memory:", env={}):
        pass  # what is loaded later is loaded
    asyncio.run(_open_and_close())
    gc.collect()
    before, threads = descriptors(), threading.active_count()
    for _ in range(20):
        engine = sambung.open("memory:", **_scripted(0))
        desk = engine.workspace("acme", "ada@example.com", create=True)
        engine.close()
        engine.close()
        assert engine.closed
        with pytest.raises(sambung.UnavailableError):
            desk.chats.create(model="mine/any")
        asyncio.run(_open_and_close())
    del engine, desk
    gc.collect()
    until = time.monotonic() + 5.0  # threads that were told to end do so in a moment
    while threading.active_count() > threads and time.monotonic() < until:
        time.sleep(0.01)
    assert (descriptors(), threading.active_count()) == (before, threads)


async def _open_and_close() -> None:
    async with sambung.open_async("memory:", **_scripted(1)) as engine:
        assert await _use(engine) == "done"


def test_what_is_cancelled_while_it_opens_is_closed_again() -> None:
    async def run() -> None:
        opening = asyncio.ensure_future(typing.cast("typing.Any", sambung.open_async("memory:", env={})).__aenter__())
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening

    before = threading.active_count()
    asyncio.run(run())
    until = time.monotonic() + 5.0
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() == before


def test_leaving_streams_early_needs_no_clean_up() -> None:
    async def run() -> None:
        answers = [["word "] * 500 for _ in range(30)]
        async with sambung.open_async(
            "memory:", providers={"mine": ScriptedProvider(answers)}, settings={"turns": {"max_per_user": 100}}, env={}
        ) as engine:
            desk = await engine.workspace("acme", "ada@example.com", create=True)
            for _ in range(30):
                turn = await desk.chats.send(await desk.chats.create(model="mine/any"), "Go")
                async for _event in turn:
                    break
                await turn.aclose()

    asyncio.run(run())


def test_what_belongs_to_an_engine_does_not_pickle_and_says_what_to_do() -> None:
    with sambung.open("memory:", env={}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        for one in (engine, desk, desk.chats):
            with pytest.raises(TypeError, match="open one"):
                pickle.dumps(one)
        with pytest.raises(TypeError, match="its pages do"):
            pickle.dumps(desk.chats.list())
        page = desk.chats.list().page()
        assert pickle.loads(pickle.dumps(page)).items == page.items


def test_two_readers_of_one_turn() -> None:
    with sambung.open("memory:", providers={"mine": ScriptedProvider([["a", "b", "c"]])}, env={}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        turn = desk.chats.send(desk.chats.create(model="mine/any"), "Go")

        assert desk.chats.resume(turn.message_id).text() == turn.text() == "abc"


@pytest.mark.parametrize("stream", ["events", "text", "completion"])
def test_a_reader_that_is_cancelled_loses_nothing(stream: str) -> None:
    """What had come for it before, and what comes while nobody reads, is the next reader's."""
    steps = [threading.Event() for _ in range(4)]
    pushed = [threading.Event() for _ in range(4)]

    class Stepping(sambung.Provider):
        def stream(self, request: sambung.CompletionRequest) -> typing.Iterator[str]:
            for number, step in enumerate(steps):
                step.wait(20)
                yield f"{number} "
                pushed[number].set()

    def text_of(piece: object) -> str:
        return piece if isinstance(piece, str) else getattr(piece, "text", "")

    async def read(engine: sambung.AsyncEngine) -> str:
        desk = await engine.workspace("acme", "ada@example.com", create=True)
        reader: typing.Any
        if stream == "completion":
            reader = await desk.completions.stream("mine/any", "Go")
        else:
            reader = await desk.chats.send(await desk.chats.create(model="mine/any"), "Go")
            assert (await anext(reader)).type == "started"
        pieces = reader.text_stream if stream == "text" else reader
        said = ""
        cancelled = 0
        for step, told in zip(steps, pushed, strict=True):
            waiting = asyncio.ensure_future(anext(pieces))
            await asyncio.sleep(0.01)
            step.set()
            told.wait(20)  # the loop stands still meanwhile
            time.sleep(0.1)
            waiting.cancel()
            try:
                said += text_of(await waiting)
            except asyncio.CancelledError:
                cancelled += 1
        assert cancelled > 0
        async for piece in pieces:
            said += text_of(piece)
        return said

    with sambung.open("memory:", providers={"mine": Stepping()}, env={}) as engine:
        assert asyncio.run(read(engine.as_async())) == "0 1 2 3 "


def test_an_answer_is_read_behind_a_reader_that_was_cancelled() -> None:
    gate = threading.Event()

    class Slow(sambung.Provider):
        def stream(self, request: sambung.CompletionRequest) -> typing.Iterator[str]:
            yield "begun "
            gate.wait(20)
            yield "done"

    async def read(engine: sambung.AsyncEngine) -> None:
        desk = await engine.workspace("acme", "ada@example.com", create=True)
        turn = await desk.chats.send(await desk.chats.create(model="mine/any"), "Go")
        while (await anext(turn)).type != "text":
            pass
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(turn), 0.05)
        first = asyncio.ensure_future(anext(turn))
        await asyncio.sleep(0)
        with pytest.raises(sambung.InvalidArgumentError, match="one reader at a time"):
            await anext(turn)
        first.cancel()
        gate.set()
        answer = await turn.answer()
        assert "".join(getattr(part, "text", "") for part in answer.parts) == "begun done"

    with sambung.open("memory:", providers={"mine": Slow()}, env={}) as engine:
        asyncio.run(read(engine.as_async()))


@pytest.mark.parametrize("grace", ["soon", -1, float("nan"), None])
def test_an_engine_is_open_yet_when_its_close_is_refused(grace: typing.Any) -> None:
    engine = sambung.open("memory:", env={})

    with pytest.raises(sambung.InvalidArgumentError, match="grace"):
        engine.close(grace)

    assert not engine.closed
    engine.check()
    engine.close(0)


def test_a_server_ends_behind_its_engine() -> None:
    engine = sambung.open("memory:", env={})
    with sambung.Server(engine) as server:
        server.listen()
        engine.close(0)


def test_a_close_that_would_wait_on_the_loop_of_the_callbacks_is_refused() -> None:
    async def run() -> None:
        engine = await sambung.open_async("memory:", **_scripted(1))
        assert await _use(engine) == "done"
        begun = time.monotonic()
        with pytest.raises(RuntimeError, match="aclose"):
            engine.as_sync().close()
        assert not engine.closed
        engine.as_sync().close(0)
        assert engine.closed
        assert time.monotonic() - begun < 5.0

    asyncio.run(run())


def test_what_a_wait_brought_is_there_for_whoever_asks_next() -> None:
    """A call that a signal or a time limit ends may have been over already: its events are the next one's."""
    with sambung.open("memory:", providers={"mine": ScriptedProvider([["a", "b", "c"]] * 2)}, env={}) as engine:
        desk = engine.workspace("acme", "ada@example.com", create=True)
        turn = desk.chats.send(desk.chats.create(model="mine/any"), "Go")
        stream = desk.completions.stream("mine/any", "Go")

        for _ in range(3):
            assert sambung._sambung.turn_wait(turn._native, None, 20.0)
            assert sambung._sambung.completion_wait(stream._native, None, 20.0)

        assert turn.text() == stream.text() == "abc"


@LOOPS
def test_streams_and_cancelling_on_every_kind_of_loop(loop: typing.Callable[[], asyncio.AbstractEventLoop]) -> None:
    gate = threading.Event()

    class Slow(sambung.Provider):
        def stream(self, request: sambung.CompletionRequest) -> typing.Iterator[str]:
            yield from ["word "] * 300
            gate.wait(20)
            yield "end"

    async def run() -> None:
        async with sambung.open_async("memory:", providers={"mine": Slow()}, env={}) as engine:
            desk = await engine.workspace("acme", "ada@example.com", create=True)
            turn = await desk.chats.send(await desk.chats.create(model="mine/any"), "Go")
            said = 0
            while said < 300:
                said += getattr(await anext(turn), "text", "").count("word ")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(turn), 0.05)
            hurried = await engine.with_options(timeout=0.05).workspace("acme", "ada@example.com")
            second = await hurried.chats.resume(turn.message_id, after=turn.last_event)
            with pytest.raises(sambung.DeadlineExceededError):
                await anext(second)
            gate.set()
            assert await turn.text() == "end"

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(run())
