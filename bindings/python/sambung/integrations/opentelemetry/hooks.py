"""instrument(): where the faces are listened to. Engines that were not named cost one look-up a call."""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sambung
from opentelemetry import trace
from sambung.integrations.opentelemetry.spans import Operation, Telemetry
from sambung.integrations.opentelemetry.streams import AsyncTracedStream, TracedStream
from sambung.integrations.opentelemetry.tools import TracedTool
from sambung.integrations.opentelemetry.watching import Watcher

if TYPE_CHECKING:
    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

_lock = threading.Lock()
_listening = False
_watcher = Watcher()
# Of engines, which both faces of one share.
_telemetry: weakref.WeakKeyDictionary[Any, Telemetry] = weakref.WeakKeyDictionary()

# Verbs that begin a turn; what only reads one has no span.
BEGIN_TURNS = frozenset({"chats_send", "chats_regenerate", "chats_continue_answer", "chats_edit"})


def instrument(
    engine: sambung.Engine | sambung.AsyncEngine,
    *,
    tracer_provider: TracerProvider | None = None,
    meter_provider: MeterProvider | None = None,
    capture_content: bool = False,
) -> None:
    """Makes spans and measurements of what an engine does from now on, through whichever face.

    A span `chat MODEL` of an answer is the child of the span in which it was sent, and the parent of its
    `execute_tool NAME`; it ends when the answer does, whoever reads it.

    Args:
        engine: An open engine.
        tracer_provider: Where spans go; the global one by default.
        meter_provider: Where measurements go; the global one by default.
        capture_content: Whether spans have what was asked and said, and what tools were given and gave.
    """
    telemetry = Telemetry(tracer_provider, meter_provider, capture_content)
    core = engine._core
    with _lock:
        _telemetry[core] = telemetry
        _listen()
        for name, tool in _tools_of(core).items():
            plain = tool.plain if isinstance(tool, TracedTool) else tool
            _tools_of(core)[name] = TracedTool(plain, telemetry)


def uninstrument(engine: sambung.Engine | sambung.AsyncEngine) -> None:
    """Answers that are under way still end their spans."""
    core = engine._core
    with _lock:
        _telemetry.pop(core, None)
        for name, tool in _tools_of(core).items():
            if isinstance(tool, TracedTool):
                _tools_of(core)[name] = tool.plain


def _tools_of(core: Any) -> dict[str, Any]:
    return core.callbacks._tools if core.callbacks is not None else {}


def _listen() -> None:
    """Once for the process."""
    global _listening
    if _listening:
        return
    _listening = True
    _wrap(sambung.Chats, "_turn", _turn)
    _wrap(sambung.AsyncChats, "_turn", _turn_async)
    for name, operation in (("complete", "chat"), ("embed", "embeddings")):
        _wrap(sambung.Completions, name, functools.partial(_call, operation))
        _wrap(sambung.AsyncCompletions, name, functools.partial(_call_async, operation))
    _wrap(sambung.Completions, "stream", _stream)
    _wrap(sambung.AsyncCompletions, "stream", _stream_async)


def _wrap(owner: type, name: str, around: Callable[..., Any]) -> None:
    original = getattr(owner, name)

    @functools.wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        telemetry = _telemetry.get(self._core)
        if telemetry is None:
            return original(self, *args, **kwargs)
        return around(telemetry, functools.partial(original, self), self, *args, **kwargs)

    setattr(owner, name, method)


@contextmanager
def _inside(operation: Operation) -> Iterator[None]:
    """In the operation's span, which ends with what is raised and with nothing else."""
    with trace.use_span(operation.span, record_exception=False, set_status_on_exception=False):
        try:
            yield
        except BaseException as wrong:
            operation.end(error=wrong)
            raise


# Turns ---------------------------------------------------------------------------------------------------------------


def _turn(telemetry: Telemetry, original: Callable[..., Any], chats: Any, verb: Any, *args: Any) -> Any:
    if verb.__name__ not in BEGIN_TURNS:
        return original(verb, *args)
    operation = _begun(telemetry, args)
    with _inside(operation):
        turn = original(verb, *args)
        _watcher.follow(chats._core, chats._native, turn.message_id, operation)
    return turn


async def _turn_async(telemetry: Telemetry, original: Callable[..., Any], chats: Any, verb: Any, *args: Any) -> Any:
    if verb.__name__ not in BEGIN_TURNS:
        return await original(verb, *args)
    operation = _begun(telemetry, args)
    with _inside(operation):
        turn = await original(verb, *args)
        _watcher.follow(chats._core, chats._native, turn.message_id, operation)
    return turn


def _begun(telemetry: Telemetry, args: Sequence[Any]) -> Operation:
    """The options come last; a text or parts before them, where something is asked."""
    options = args[-1] or {}
    operation = telemetry.operation("chat", options.get("model"), options)
    if len(args) == 3:
        operation.asked([{"role": "user", "parts": args[1]}])
    return operation


# Calls of models without a chat ---------------------------------------------------------------------------------------


def _call(
    name: str,
    telemetry: Telemetry,
    original: Callable[..., Any],
    completions: Any,
    model: str,
    asked: Any,
    *args: Any,
    **options: Any,
) -> Any:
    operation = telemetry.operation(name, model, options)
    operation.asked(asked)
    with _inside(operation):
        return _told(operation, original(model, asked, *args, **options))


async def _call_async(
    name: str,
    telemetry: Telemetry,
    original: Callable[..., Any],
    completions: Any,
    model: str,
    asked: Any,
    *args: Any,
    **options: Any,
) -> Any:
    operation = telemetry.operation(name, model, options)
    operation.asked(asked)
    with _inside(operation):
        return _told(operation, await original(model, asked, *args, **options))


def _told(operation: Operation, answer: Any) -> Any:
    reason = getattr(answer, "reason", None)
    operation.said(getattr(answer, "parts", ()), reason)
    named = {"gen_ai.response.model": answer.model} if getattr(answer, "model", "") else {}
    operation.end(getattr(answer, "usage", None), reason=reason, attributes=named)
    return answer


def _stream(
    telemetry: Telemetry, original: Callable[..., Any], completions: Any, model: str, messages: Any, **options: Any
) -> Any:
    operation = telemetry.operation("chat", model, options)
    operation.asked(messages)
    with _inside(operation):
        return TracedStream.of(original(model, messages, **options), operation)


async def _stream_async(
    telemetry: Telemetry, original: Callable[..., Any], completions: Any, model: str, messages: Any, **options: Any
) -> Any:
    operation = telemetry.operation("chat", model, options)
    operation.asked(messages)
    with _inside(operation):
        return AsyncTracedStream.of(await original(model, messages, **options), operation)
