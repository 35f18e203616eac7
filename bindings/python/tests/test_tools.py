"""Tools and approvals in turns, by both faces."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import logging
import threading
import typing
import weakref

import pytest
import sambung
from programs import told

if typing.TYPE_CHECKING:
    from faces import Face

asked_by: contextvars.ContextVar[str] = contextvars.ContextVar("asked_by", default="nobody")
handled: contextvars.ContextVar[object] = contextvars.ContextVar("handled", default=None)


class Caller(sambung.Provider):
    """Calls one tool, then says what came of it."""

    def __init__(self, name: str, arguments: str = "{}") -> None:
        self._name = name
        self._arguments = arguments

    def stream(self, request: sambung.CompletionRequest) -> typing.Iterator[typing.Any]:
        results = [part for part in request.messages[-1].parts if part.type == "tool_result"]
        if results:
            yield results[-1].text
        else:
            yield sambung.ToolCallDelta(index=0, id="call-1", name=self._name, arguments=self._arguments)


async def _said(face: Face, tool: typing.Any, arguments: str = "{}", **options: typing.Any) -> str:
    """What the model reads of one call."""
    name = tool.name if isinstance(tool, sambung.Tool) else tool.__name__
    desk = await face.desk(tools=[tool], providers={"mine": Caller(name, arguments)}, **options)
    chat = await desk.chats.create(model="mine/any")
    text = await (await desk.chats.send(chat, "Go")).text()
    assert isinstance(text, str)
    return text


@sambung.tool
def weather(call: sambung.ToolCall, city: str, days: int = 1) -> str:
    """The weather in a city."""
    return f"{city}: {days} days of rain for {asked_by.get()}, {call.name} {call.id}"


async def test_a_function_is_called_with_its_arguments_and_the_call(face: Face) -> None:
    asked_by.set("ada")

    assert await _said(face, weather, '{"city":"Ipoh"}') == "Ipoh: 1 days of rain for ada, weather call-1"


async def test_a_coroutine_function_is_awaited_in_the_context_of_the_send(face: Face) -> None:
    @sambung.tool
    async def slow() -> dict[str, str]:
        """Waits a little."""
        await asyncio.sleep(0.01)
        return {"for": asked_by.get()}

    asked_by.set("ada")

    assert await _said(face, slow) == '{"for": "ada"}'


@pytest.mark.parametrize("how", ["text", "answer", "stop", "another's"])
async def test_what_a_send_had_is_let_go_with_the_end_of_its_turn(face: Face, how: str) -> None:
    class Request:
        pass

    desk = await face.desk(tools=[weather], providers={"mine": Caller("weather", '{"city":"Ipoh"}')})
    request = Request()
    before = handled.set(request)
    turn = await desk.chats.send(await desk.chats.create(model="mine/any"), "Go")
    handled.reset(before)
    gone = weakref.ref(request)
    del request, before

    if how == "another's":
        await (await desk.chats.resume(turn.message_id)).text()
    else:
        await getattr(turn, how)()

    until = asyncio.get_running_loop().time() + 10.0
    while gone() is not None and asyncio.get_running_loop().time() < until:  # the tool's thread may be on its way out
        await asyncio.sleep(0.01)
        gc.collect()
    assert gone() is None


async def test_a_method_is_a_tool_of_its_object(face: Face) -> None:
    class Shop:
        def __init__(self, stock: int) -> None:
            self._stock = stock

        @sambung.tool
        def in_stock(self, item: str) -> str:
            """How many there are."""
            return f"{self._stock} of {item}"

    assert await _said(face, Shop(7).in_stock, '{"item":"kuih"}') == "7 of kuih"


async def test_arguments_that_do_not_fit_never_reach_the_function(face: Face) -> None:
    called = []

    @sambung.tool
    def picky(count: int) -> str:
        """Counts."""
        called.append(count)
        return "ok"

    said = await _said(face, picky, '{"count":"many"}')

    assert called == []
    assert "count" in said


async def test_what_a_tool_raises_goes_to_the_log_and_not_to_the_model(
    face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    @sambung.tool
    def breaks() -> str:
        """Breaks."""
        raise ValueError("a secret of ours")

    with caplog.at_level(logging.ERROR, "sambung"):
        said = await _said(face, breaks)

    assert "secret" not in said
    assert "a secret of ours" in caplog.text
    assert "Traceback" in caplog.text


async def test_a_result_that_is_no_json_fails_that_call_alone(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    @sambung.tool
    def odd() -> object:
        """Gives what is no JSON."""
        return object()

    with caplog.at_level(logging.ERROR, "sambung"):
        assert "object" not in await _said(face, odd)
    assert "is not JSON" in caplog.text


async def test_a_tool_that_takes_too_long_is_left(face: Face) -> None:
    gate = threading.Event()

    @sambung.tool(timeout=0.05)
    def stuck() -> str:
        """Never ends."""
        gate.wait(20.0)
        return "late"

    try:
        assert "late" not in await _said(face, stuck)
    finally:
        gate.set()


async def test_a_coroutine_that_takes_too_long_is_cancelled(face: Face) -> None:
    cancelled = threading.Event()

    @sambung.tool(timeout=0.05)
    async def stuck() -> str:
        """Never ends."""
        try:
            await asyncio.sleep(20.0)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        return "late"

    assert "late" not in await _said(face, stuck)
    assert cancelled.wait(5.0)


async def test_a_coroutine_that_ignores_its_cancelling_is_left(face: Face) -> None:
    cancelled, gate = threading.Event(), threading.Event()

    @sambung.tool(timeout=0.05)
    async def stubborn() -> str:
        """Goes on."""
        while not gate.is_set():
            try:
                await asyncio.sleep(0.01)
            except asyncio.CancelledError:
                cancelled.set()
        return "late"

    try:
        assert "late" not in await asyncio.wait_for(_said(face, stubborn), 20)
        assert await asyncio.to_thread(cancelled.wait, 5.0)
    finally:
        gate.set()


class TestApprovals:
    @pytest.mark.parametrize("verdict", [True, sambung.Allow()])
    async def test_allow(self, face: Face, verdict: object) -> None:
        said = await _said(face, weather, '{"city":"Ipoh"}', approve=lambda call: verdict)

        assert said.startswith("Ipoh")

    @pytest.mark.parametrize("verdict", [False, None, 1, "yes", sambung.Deny(), sambung.Deny("not on a Sunday")])
    async def test_deny(self, face: Face, verdict: object) -> None:
        said = await _said(face, weather, '{"city":"Ipoh"}', approve=lambda call: verdict)

        assert not said.startswith("Ipoh")
        if isinstance(verdict, sambung.Deny) and verdict.reason:
            assert "not on a Sunday" in said

    async def test_what_an_approval_raises_denies(self, face: Face, caplog: pytest.LogCaptureFixture) -> None:
        def approve(call: sambung.ToolCall) -> bool:
            raise ValueError("a secret of ours")

        with caplog.at_level(logging.ERROR, "sambung"):
            said = await _said(face, weather, '{"city":"Ipoh"}', approve=approve)

        assert not said.startswith("Ipoh")
        assert "secret" not in said
        assert "a secret of ours" in caplog.text

    async def test_a_coroutine_is_awaited(self, face: Face) -> None:
        seen = []

        async def approve(call: sambung.ToolCall) -> bool:
            await asyncio.sleep(0)
            seen.append(call.name)
            return True

        assert (await _said(face, weather, '{"city":"Ipoh"}', approve=approve)).startswith("Ipoh")
        assert seen == ["weather"]

    async def test_the_user_is_asked_and_decides(self, face: Face) -> None:
        @sambung.tool(policy="ask")
        def careful() -> str:
            """Asks first."""
            return "done"

        desk = await face.desk(tools=[careful], providers={"mine": Caller("careful")})
        chat = await desk.chats.create(model="mine/any")
        turn = await desk.chats.send(chat, "Go")
        async for event in turn:
            if isinstance(event, sambung.ToolApproval):
                pending = [one async for one in desk.chats.pending_tools(chat)]
                assert [one.call_id for one in pending] == [event.call_id]
                await desk.chats.decide_tool(turn.message_id, event.call_id, "once")

        assert (await turn.answer()).parts[-1].text == "done"


async def test_two_tools_of_one_name_are_refused(face: Face) -> None:
    with pytest.raises(TypeError, match="two tools"):
        await face.open(tools=[weather, weather])


async def test_calls_of_several_turns_run_beside_each_other(face: Face) -> None:
    @sambung.tool
    async def nap(n: int) -> int:
        """Sleeps."""
        await asyncio.sleep(0.05)
        return n

    desk = await face.desk(tools=[nap], providers={f"p{i}": Caller("nap", f'{{"n":{i}}}') for i in range(8)})
    turns = [await desk.chats.send(await desk.chats.create(model=f"p{i}/any"), "Go", max_steps=2) for i in range(8)]

    assert [await turn.text() for turn in turns] == [str(i) for i in range(8)]


async def test_a_tool_that_is_cancelled_is_answered(face: Face) -> None:
    async def gone() -> str:
        raise asyncio.CancelledError

    assert await asyncio.wait_for(_said(face, gone), 10) == "Error: the tool was cancelled"


async def test_a_result_of_no_number_is_no_json(face: Face) -> None:
    def measure() -> float:
        return float("nan")

    assert await _said(face, measure) == "Error: the tool failed"


def test_a_pool_has_all_its_threads_for_work_that_waits() -> None:
    from sambung._threads import DaemonPool

    for _ in range(20):
        pool = DaemonPool(4, "pool")
        for _ in range(50):
            together = threading.Barrier(4)
            over = threading.Barrier(5)

            def meet(together: threading.Barrier = together, over: threading.Barrier = over) -> None:
                together.wait(10)
                over.wait(10)

            for _ in range(4):
                pool.submit(meet)
            over.wait(10)
        pool.close()


async def test_a_verdict_that_is_none_is_told_to_the_log(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "sambung"):
        said = await _said(face, weather, '{"city":"Ipoh"}', approve=lambda call: typing.cast("typing.Any", "yes"))

    assert "not allowed" in said
    assert told(caplog) == ["approve() gave str: only True and Allow() allow a call"]
