"""Tools, approvals and providers of Python's: requests through the callback bridge."""

from __future__ import annotations

import threading
import time
import typing

import pytest
from native import LIMIT, chat_of, desk_of, events_of, opened
from sambung import _sambung, _types, errors

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = {"name": "weather", "description": "The weather", "schema": SCHEMA, "timeout": 5.0, "approval": "allow"}


class Server(threading.Thread):
    """Answers what an engine asks, on a thread of Python's."""

    def __init__(self, engine: _sambung.Engine, answer: typing.Callable[..., None]) -> None:
        super().__init__(daemon=True)
        self.engine = engine
        self.bridge = engine.callback_bridge()
        self.answer = answer
        self.messages: list[tuple[int, int, typing.Any]] = []
        self.stopped = threading.Event()
        self.start()

    def run(self) -> None:
        while not self.stopped.is_set():
            if not self.bridge.wait(0.05):
                continue
            for message in self.bridge.take():
                self.messages.append(message)
                if message[1] == 2:
                    self.answer(self.engine, message[0], *message[2])

    def kinds(self) -> list[int]:
        return [kind for _, kind, _ in self.messages]


class Calling:
    """A model that calls the tool once, then says what it read."""

    def __init__(self, arguments: str = '{"city": "Ipoh"}') -> None:
        self.arguments = arguments
        self.read: list[str] = []

    def stream(self, engine: _sambung.Engine, request: typing.Any, stream: int) -> None:
        results = [part for said in request.messages for part in said.parts if isinstance(part, _types.ToolResultPart)]
        if results:
            self.read = [one.text for one in results]
            _sambung.provider_push(engine, stream, "It is " + results[-1].text)
        else:
            call = {"type": "toolCall", "index": 0, "id": "c1", "name": "weather", "arguments": self.arguments}
            _sambung.provider_push(engine, stream, [call])
        _sambung.provider_end(engine, stream, None)


def of_python(name: str) -> dict[str, typing.Any]:
    """A provider that is asked over the callback bridge."""
    callbacks = _sambung.Callbacks()
    return {"callbacks": callbacks, "providers": {name: _sambung.provider_python(callbacks, name, {})}}


def asked(model: Calling, tool: typing.Callable[..., None], **options: typing.Any) -> tuple[typing.Any, Server]:
    given = {**of_python("mine"), "tools": [WEATHER], **options}
    with opened(**given) as engine:

        def answer(of: _sambung.Engine, number: int, what: str, *request: typing.Any) -> None:
            if what == "provider" and request[0] == "stream":
                model.stream(of, request[2], request[3])
            elif what == "provider":
                _sambung.answer(of, number, [])
            else:
                tool(of, number, what, *request)

        server = Server(engine, answer)
        desk = desk_of(engine)
        turn = _sambung.chats_send(desk, None, LIMIT, chat_of(desk, model="mine/x").id, "How is it?", {})
        events_of(turn)
        message = _sambung.turn_answer(turn, None, LIMIT)
        server.stopped.set()
        server.join(LIMIT)
    return message, server


def test_a_tool_is_called_and_its_answer_read() -> None:
    calls: list[typing.Any] = []

    def tool(engine: _sambung.Engine, number: int, what: str, call: typing.Any, name: str, arguments: typing.Any) -> None:
        calls.append((what, call.name, name, arguments))
        _sambung.answer(engine, number, "sunny")

    model = Calling()
    message, _ = asked(model, tool)

    assert calls == [("tool", "weather", "weather", {"city": "Ipoh"})]
    assert model.read == ["sunny"] and message.state == "complete"


@pytest.mark.parametrize(("value", "read"), [({"degrees": 31}, '{"degrees":31}'), ([1, 2], "[1,2]"), (None, "null")])
def test_what_is_no_text_is_read_as_json(value: object, read: str) -> None:
    model = Calling()
    asked(model, lambda engine, number, *_: _sambung.answer(engine, number, value))
    assert model.read == [read]


def test_a_tool_that_fails_is_told_the_model_and_nobody_else() -> None:
    model = Calling()
    message, _ = asked(model, lambda engine, number, *_: _sambung.fail(engine, number, "no such city"))
    assert message.state == "complete" and len(model.read) == 1


def test_arguments_are_checked_before_python_is_asked() -> None:
    called: list[object] = []
    model = Calling(arguments='{"city": 7}')
    asked(model, lambda *request: called.append(request))
    assert called == [] and len(model.read) == 1


def test_an_answer_that_is_no_json_fails_the_tool() -> None:
    model = Calling()
    message, _ = asked(model, lambda engine, number, *_: _sambung.answer(engine, number, {1, 2}))
    assert message.state == "complete" and len(model.read) == 1


@pytest.mark.parametrize(("verdict", "allowed"), [(True, True), (False, False), ({"deny": "too far"}, False), (None, False), ("yes", False)])
def test_only_true_allows(verdict: object, allowed: bool) -> None:
    called: list[str] = []

    def tool(engine: _sambung.Engine, number: int, what: str, *request: typing.Any) -> None:
        called.append(what)
        _sambung.answer(engine, number, verdict if what == "approve" else "sunny")

    model = Calling()
    asked(model, tool, approve=True)

    assert called == (["approve", "tool"] if allowed else ["approve"])
    if verdict == {"deny": "too far"}:
        assert "too far" in model.read[0]


def test_a_tool_that_takes_too_long_is_withdrawn() -> None:
    model = Calling()
    slow = {**WEATHER, "timeout": 0.2}
    _, server = asked(model, lambda *_: None, tools=[slow])
    assert 4 in server.kinds() and len(model.read) == 1


def test_a_provider_that_fails_fails_its_turn() -> None:
    class Failing(Calling):
        def stream(self, engine: _sambung.Engine, request: typing.Any, stream: int) -> None:
            _sambung.provider_push(engine, stream, "half")
            _sambung.provider_end(engine, stream, errors.UnavailableError("gone"))

    message, _ = asked(Failing(), lambda *_: None)
    assert message.state in ("failed", "incomplete") and message.parts[0].text == "half"


def test_the_queue_of_a_provider_is_bounded() -> None:
    full: list[object] = []

    class Endless(Calling):
        def stream(self, engine: _sambung.Engine, request: typing.Any, stream: int) -> None:
            until = time.monotonic() + 10  # whoever reads may keep up for a while
            while (pushed := _sambung.provider_push(engine, stream, "x")) and time.monotonic() < until:
                pass
            full.append(pushed is None)
            _sambung.provider_end(engine, stream, None)

    message, _ = asked(Endless(), lambda *_: None)
    assert message.state == "complete" and full == [True]


def test_long_words_that_nobody_reads_fill_the_queue_of_a_provider() -> None:
    request = {"model": "mine/any", "messages": [{"role": "user", "parts": "one"}]}
    with opened(**of_python("mine")) as engine:
        stream = _sambung.completions_stream(desk_of(engine), None, LIMIT, request)
        number = next(asked[-1] for _, kind, asked in engine.callback_bridge().take() if kind == 2)
        word = "x" * 16_384
        taken = 0
        while taken < 1000 and _sambung.provider_push(engine, number, word):
            taken += 1
        read: list[typing.Any] = []
        while len(read) < taken:
            assert _sambung.completion_wait(stream, None, LIMIT)
            read += stream.ready()
        assert _sambung.provider_push(engine, number, word) is True

    assert taken == 64
    assert [one.text for one in read] == [word] * taken


def test_what_nobody_waits_for_is_ignored() -> None:
    with opened() as engine:
        _sambung.answer(engine, 2**40, "late")
        _sambung.fail(engine, 2**40, "late")
        assert _sambung.provider_push(engine, 2**40, "late") is False
        _sambung.provider_end(engine, 2**40, None)
