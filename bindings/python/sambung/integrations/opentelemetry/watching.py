"""Follows answers to their end, whoever else reads them or not: on a loop of a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import sambung
from sambung.integrations.opentelemetry.spans import Operation

if TYPE_CHECKING:
    from sambung import Message, MessageId

# How often it is looked whether the engine is closed, in seconds: nobody answers then.
LOOKED_EVERY = 0.5


class Watcher:
    """Safe to use from any thread. Its thread begins with an answer and ends when none is under way any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._followed = 0

    def follow(self, core: Any, workspace: Any, answer: MessageId, operation: Operation) -> None:
        """In the context of the caller."""
        with self._lock:
            self._followed += 1
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run, args=(self._loop,), name="sambung-telemetry", daemon=True).start()
            asyncio.run_coroutine_threadsafe(self._to_the_end(core, workspace, answer, operation), self._loop)

    async def _to_the_end(self, core: Any, workspace: Any, answer: MessageId, operation: Operation) -> None:
        try:
            await _followed(core, workspace, answer, operation)
        finally:
            with self._lock:
                self._followed -= 1
                if self._followed == 0 and self._loop is not None:
                    self._loop.call_soon(self._loop.stop)
                    self._loop = None


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


async def _followed(core: Any, workspace: Any, answer: MessageId, operation: Operation) -> None:
    try:
        message = await _while_open(core, _end_of(core, workspace, answer))
    except BaseException as wrong:
        operation.end(error=wrong)
        return
    finish(operation, message)


async def _end_of(core: Any, workspace: Any, answer: MessageId) -> Message:
    turn = await sambung.AsyncChats(core, workspace, None).resume(answer)
    return await turn.answer()


async def _while_open(core: Any, work: Coroutine[Any, Any, Message]) -> Message:
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.wait({task}, timeout=LOOKED_EVERY)
        if core.closed and not task.done():
            task.cancel()
            raise sambung.UnavailableError("the engine was closed")
    return task.result()


def finish(operation: Operation, message: Message) -> None:
    """The span of an answer as it is stored."""
    operation.is_of(message.model)
    operation.said(message.parts, message.finish_reason)
    why = str(message.reason or message.state) if message.state in ("failed", "incomplete") else None
    cost = {} if message.cost_microusd is None else {"sambung.cost_microusd": message.cost_microusd}
    operation.end(
        message.usage,
        reason=message.finish_reason,
        error=why,
        attributes={
            "gen_ai.conversation.id": message.chat_id,
            "gen_ai.response.id": message.id,
            "sambung.answer.state": message.state,
            **cost,
        },
    )
